"""Respondents and accounts with several answers: what groups, pairs of groups and periods share of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cxkit.errors import RoleError
from cxkit.study.labels import labelled
from cxkit.study.scales import Scale
from cxkit.tally.clusters import Crossed, Paired, Valuation, count_clusters, count_pairs, design_clusters
from cxkit.tally.engine import count_cells
from cxkit.tally.moves import Moves, count_leaving, count_moves

if TYPE_CHECKING:
    from cxkit.study.study import Study

__all__ = ["crossed", "moves_between", "paired", "said_cluster", "valuation"]

Value = Callable[[float], float]


def said_cluster(study: Study, cluster: str | None = None) -> str | None:
    """The column whose answers belong together: the one named, the role ``cluster``, or ``id``; None without."""
    if cluster is not None:
        return study.column(cluster)
    return next((study.roles[role][0] for role in ("cluster", "id") if role in study.roles), None)


def crossed(
    study: Study,
    name: str,
    value: Value,
    *,
    by: str | Sequence[str] | None = None,
    freq: str | None = None,
    cluster: str | None = None,
    itself: bool = False,
    centre: float = 0.0,
    scale: Scale | None = None,
) -> Crossed | None:
    """Cross the groups of a tally by the respondents or accounts that they share.

    Parameters
    ----------
    name, by, freq, scale : as in :meth:`Study.tally`
    value : callable
        What an answer counts.
    cluster : str, optional
        Column or role; the role ``cluster``, else ``id``, when not given.
    itself : bool
        Whether every answer counts itself, so that ``value`` need not be asked.
    centre : float
        A value near the mean, for the sake of digits.

    Returns
    -------
    Crossed or None
        None where the study has no such column, or where nobody answered twice.
    """
    said = said_cluster(study, cluster)
    if said is None:
        return None
    crossing = _crossing(study, name, value, by, freq, said, itself, centre, scale)
    whole = study.data if study._state.whole is None else study._state.whole
    return count_clusters(**crossing, design=design_clusters(whole, said, crossing["weight"]))


def paired(
    study: Study,
    name: str,
    value: Value,
    *,
    by: str | Sequence[str] | None = None,
    freq: str | None = None,
    itself: bool = False,
    centre: float = 0.0,
    scale: Scale | None = None,
) -> Paired:
    """For every two groups, the respondents (role ``id``) who answered in both. As :func:`crossed`.

    Raises
    ------
    RoleError
        The study has no ``id``.
    """
    if "id" not in study.roles:
        raise RoleError(
            "the same respondents cannot be found again: this study has no 'id'",
            hint="cx.Study(data, id='...'), or leave paired= out",
        )
    return count_pairs(**_crossing(study, name, value, by, freq, study.column("id"), itself, centre, scale))


def moves_between(
    study: Study,
    name: str,
    value: Value,
    *,
    after: Study | None = None,
    bands: Sequence[float] = (0.0,),
    segment: str | Sequence[str] | None = None,
    itself: bool = False,
) -> tuple[Moves, float]:
    """Match the respondents (role ``id``) of a study with those of a later one.

    Parameters
    ----------
    name, value, itself : as in :func:`crossed`
    after : Study, optional
        A study with the same columns; not given, those of these rows who have not left
        (role ``churned``).
    bands : sequence of float
        Values by which respondents of ``study`` are sorted.
    segment : str or list of str, optional
        Columns or roles of their segments.

    Returns
    -------
    moves : Moves
    centre : float
        What was subtracted from the values.
    """
    answer, cells = study.column(name), study.tally(name)
    held = cells.answered
    values = np.array([value(a) for a in cells.answer[held].tolist()])
    centre = float(cells.w[held] @ values / cells.w[held].sum()) if itself and held.any() else 0.0
    later = () if after is None else (after.data,)  # it may hold answers that nobody gave before
    common: dict[str, Any] = {
        "answer": answer,
        "value": valuation((study.data, *later), answer, study.scale_of(name), value, itself, centre),
        "bands": bands, "weight": study._design(True, None)[0], "left": _gone(study),
    }  # fmt: skip
    if after is None:
        return count_leaving(study.data, **common), centre
    respondent = study.roles["id"][0] if "id" in study.roles else None
    segments = study.by_columns(segment)
    return count_moves(study.data, after.data, respondent=respondent, segment=segments, **common), centre


def _gone(study: Study) -> tuple[str, tuple[Any, ...]] | None:
    """The column that says who left, and its values that mean yes."""
    if "churned" not in study.roles:
        return None
    column, scale = study.roles["churned"][0], study.scale_of("churned")
    levels = count_cells(study.data, answer=column).answer.levels
    return column, tuple(raw for raw in levels if scale.decode(raw) == 1)


def _crossing(study: Study, name: str, value: Value, by: Any, freq: str | None, cluster: str, itself: bool,
              centre: float, scale: Scale | None) -> dict[str, Any]:  # fmt: skip
    answer, keys = study.column(name), study.by_columns(by)
    weight, date = study._design(True, freq)
    return {
        "frame": study.data, "answer": answer, "cluster": cluster, "keys": keys, "weight": weight,
        "date": date, "freq": freq,
        "value": valuation((study.data,), answer, scale or study.scale_of(name), value, itself, centre),
        "named": lambda parts: labelled(study.reading.labels, keys, parts),
    }  # fmt: skip


def valuation(frames: Sequence[Any], answer: str, scale: Scale, value: Value, itself: bool, centre: float) -> Valuation:
    """What each raw answer of these frames counts."""
    if itself and not scale.words:
        codes = tuple(x for x in scale.missing if isinstance(x, float))
        sign, offset = (1.0, -scale.offset) if scale.mirror is None else (-1.0, scale.mirror)
        return Valuation(None, codes, offset, sign, centre)
    table: dict[float, list[Any]] = {}
    for raw in dict.fromkeys(raw for one in frames for raw in count_cells(one, answer=answer).answer.levels):
        decoded = scale.decode(raw)
        if isinstance(decoded, float):
            table.setdefault(value(decoded), []).append(raw)
    return Valuation({v: tuple(raws) for v, raws in table.items()}, centre=centre)
