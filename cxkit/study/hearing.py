"""What plugins say of a study, and whether one of them tried to change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxkit.study.study import Study

__all__ = ["plugin_remarks"]


def plugin_remarks(study: Study) -> tuple[str, ...]:
    """What plugins say of a study that was just made. They see a view that they cannot spoil."""
    from cxkit.registry import registry

    view = study.view()
    remarks: list[str] = []
    for _, said in registry().call("cxkit_study_loaded", fingerprint=lambda: _fingerprint(view.data), study=view):
        remarks += [str(line) for line in said]
    return tuple(remarks)


def _fingerprint(frame: Any) -> object:
    """What a plugin could have changed in a pandas frame, from at most 10,000 rows; None elsewhere.

    Other engines' frames cannot be changed in place.
    """
    if type(frame).__module__.partition(".")[0] != "pandas":
        return None
    import pandas as pd

    sample = frame.iloc[:: max(1, len(frame) // 10_000)]
    try:
        content = int(pd.util.hash_pandas_object(sample).sum())
    except TypeError:  # cells that cannot be hashed, such as lists
        content = 0
    return tuple(frame.columns), frame.shape, content
