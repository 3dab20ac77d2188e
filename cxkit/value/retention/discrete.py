"""The discrete-time model of spells: a yes or no for each period that a customer began."""

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import UsageError
from cxkit.value.retention.caution import Caution, caution
from cxkit.value.retention.cox import refuse_alike
from cxkit.value.retention.logistic import binary
from cxkit.value.retention.spells import Spells
from cxkit.value.retention.terms import Terms

__all__ = ["discrete", "person_periods"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


#: With more distinct periods than this the course of the risk is a smooth line.
_STEPS = 12


def discrete(
    spells: Spells, terms: Terms, x: Floats, link: str
) -> tuple[Floats, Floats, Floats, list[Caution], int, int]:
    """Coefficients, their covariance, tests of constancy, cautions; and how many rows and departures these rest on."""
    at, period, gone = person_periods(spells)
    said: list[Caution] = []
    rows, events = len(at), int(gone.sum())
    levels, code = np.unique(period, return_inverse=True)
    share = np.bincount(code.reshape(-1), weights=gone) / np.bincount(code.reshape(-1))
    if len(levels) <= _STEPS:
        # A period in which nobody left, or everybody, has a baseline at infinity and says nothing of the terms.
        held = ((share > 0) & (share < 1))[code.reshape(-1)]
        at, period, gone = at[held], period[held], gone[held]
        levels = np.unique(period)
        base = np.column_stack([(period == k).astype(float) for k in levels[1:]] or [np.empty((len(at), 0))])
    else:
        base = np.column_stack([np.log(period), period])
        said.append(caution("baseline"))
    if not len(at):
        raise UsageError("nobody left in a period seen from its start", code="single_class", hint="a shorter unit=")
    p = len(terms.names)
    names = (*terms.names, *(f"period {i + 1}" for i in range(base.shape[1])))
    refuse_alike(x[at], terms.names)
    design = np.column_stack([np.ones(len(at)), x[at], base])
    cluster = spells.id[at] if len(np.unique(spells.id[at])) < len(at) else None
    fit = binary(gone, design, names, link=link, cluster=cluster)
    constant = np.full(p, np.nan)
    if len(levels) > 1:
        slope = (period - period.mean())[:, None] * (x[at] - x[at].mean(axis=0))
        try:
            wider = binary(gone, np.column_stack([design, slope]), (*names, *(f"{n} × time" for n in terms.names)),
                           link=link, cluster=cluster)  # fmt: skip
        except UsageError:
            pass
        else:
            from scipy.special import chdtrc

            b, v = wider.params[-p:], wider.covariance[-p:, -p:]
            constant = np.asarray(chdtrc(1, b**2 / np.diag(v)))
            overall = float(chdtrc(p, float(b @ np.linalg.pinv(v) @ b)))
            if overall < 0.05:
                odd = ", ".join(n for n, q in zip(terms.names, constant, strict=True) if q < 0.05) or ", ".join(
                    terms.names
                )
                said.append(caution("not_proportional", p=overall, terms=odd))
    return (fit.params[1 : p + 1], fit.covariance[1 : p + 1, 1 : p + 1], constant, said, rows, events)


def person_periods(spells: Spells) -> tuple[Ints, Floats, Floats]:
    """A row for each whole period of time that a customer began under observation.

    Returns
    -------
    at : (r,) int
        The spell in force at the period's start: nothing that was answered later.
    period : (r,) float
        Its number, 1 for the first.
    gone : (r,) float
        1 where the customer left in it. A period of which the end was not seen is no row, unless they left in it.
    """
    order = np.lexsort((spells.start, spells.id))
    ident, start, stop, event = (v[order] for v in (spells.id, spells.start, spells.stop, spells.event))
    new = np.r_[True, ident[1:] != ident[:-1]]
    number = np.cumsum(new) - 1
    firsts, lasts = np.flatnonzero(new), np.r_[np.flatnonzero(new)[1:] - 1, len(new) - 1]
    begin, end, gone = start[firsts], stop[lasts], event[lasts]
    eps = 1e-9
    first = np.ceil(begin - eps).astype(np.int64)
    last = np.where(gone, np.ceil(end - eps), np.floor(end + eps)).astype(np.int64)
    count = np.maximum(last - first, 0)
    who = np.repeat(np.arange(len(firsts)), count)
    k = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + first[who]
    # The latest spell of the customer that had begun when period k + 1 did.
    width = float(stop.max() + 2)
    place = np.searchsorted(number * width + start, who * width + k + eps, side="right") - 1
    left = gone[who] & (k + 1 == last[who])
    return order[place], (k + 1).astype(np.float64), left.astype(np.float64)
