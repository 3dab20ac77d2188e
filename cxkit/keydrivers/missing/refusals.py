"""Gaps that neither pairs of answers nor imputation can bridge, and the fix."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import UsageError
from cxkit.keydrivers.diagnosis.refusals import refuse_constant_outcome
from cxkit.tally.rows import Rows

__all__ = ["refuse_gaps", "refuse_pairs"]


def refuse_gaps(rows: Rows) -> NDArray[np.bool_]:
    """Refuse columns without answers, or with fewer than a model needs, and an outcome of one value.

    Returns
    -------
    (n, k) bool
        Where there is a value.

    Raises
    ------
    UsageError
        ``driver_empty``, ``outcome_constant`` or ``too_few_rows``.
    """
    known = ~np.isnan(rows.x)
    t, held = rows.x.shape[1] - 1, known.sum(axis=0)
    outcome = rows.x[known[:, t], t]
    refuse_constant_outcome(rows.names[t], int(held[t] > 0) + int(len(outcome) > 0 and np.ptp(outcome) > 0))
    # A driver's answers beside the outcome are what its effect is estimated from.
    beside = (known & known[:, t, None]).sum(axis=0)
    for name, answers in zip(rows.names[:t], beside[:t], strict=True):
        if not answers:
            raise UsageError(
                "no row has both an answer to this driver and the outcome", column=name, code="driver_empty",
                hint="leave it out of drivers=, or check missing= and the filters",
            )  # fmt: skip
    least = int(np.argmin(beside))
    if beside[least] < t + 3:
        raise UsageError(
            f"{rows.names[least]!r} has {beside[least]} answers beside the outcome, for {t} terms: at least {t + 3} "
            "are needed",
            hint=f"leave out {rows.names[least]!r}, or use fewer drivers",
            code="too_few_rows",
        )
    return known


def refuse_pairs(names: tuple[str, ...], together: NDArray[np.int64]) -> None:
    """Refuse pairs of columns that fewer rows than a model needs have in common.

    Parameters
    ----------
    together : (k, k) int
        Rows that have a value in both.

    Raises
    ------
    UsageError
        ``pair_empty``.
    """
    i, j = np.unravel_index(int(np.argmin(together)), together.shape)
    if together[i, j] >= len(names) + 2:
        return
    raise UsageError(
        f"only {together[i, j]} rows have an answer to both {names[i]!r} and {names[j]!r}: at least {len(names) + 2} "
        "are needed for their correlation",
        hint='leave one of them out, or pass missing="impute"',
        code="pair_empty",
    )
