"""What must be said of a driver analysis: of its data, its model and its importance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cxkit.keydrivers.diagnosis.caution import Caution
from cxkit.keydrivers.diagnosis.caution_words import in_order
from cxkit.keydrivers.diagnosis.overlap import collinear_cautions
from cxkit.keydrivers.diagnosis.refusals import (
    EXACT_LIMIT,
    Seen,
    refuse_columns,
    refuse_constant_outcome,
    refuse_few,
    refuse_many,
    refuse_names,
)
from cxkit.stats.multiplicity import adjusted

if TYPE_CHECKING:
    from cxkit.keydrivers.model import Fit

__all__ = [
    "EXACT_LIMIT",
    "OUTLIER",
    "Seen",
    "collinear_cautions",
    "data_cautions",
    "importance_cautions",
    "model_cautions",
    "refuse_columns",
    "refuse_constant_outcome",
    "refuse_few",
    "refuse_many",
    "refuse_names",
    "room_caution",
    "sign_cautions",
]

Floats = NDArray[np.float64]

#: Studentised residuals beyond this are outliers.
OUTLIER = 4.0

_LOST = 0.05  # share of rows lost that is worth a word
_PER_TERM = 10  # rows
_CLUSTERS = 30
_WEAK = 0.02  # adjusted R²: a small effect begins here, Cohen (1988), 413
_ROOM = 0.05  # of the scale


def data_cautions(
    names: Sequence[str],
    *,
    rows: int,
    used: int,
    answered: Sequence[int] | None = None,
    unweighted: int = 0,
    constant: Sequence[str] = (),
) -> tuple[Caution, ...]:
    """What must be said of the rows.

    Parameters
    ----------
    names : (p,) str
    rows, used : int
        Rows that have a weight, and those of them in which nothing is missing.
    answered : (p,) int, optional
        Rows in which each driver has an answer.
    unweighted : int
        Rows without a weight, left out before.
    constant : sequence of str
        Drivers of one value, left out.

    >>> [str(c) for c in data_cautions(["a"], rows=896, used=244)]
    ['73% of rows are incomplete (652 of 896): 244 are used; missing="impute" keeps those that have an outcome.']
    """
    out = []
    lost = rows - used
    if lost and lost >= _LOST * rows:
        emptiest: tuple[str, ...] = ()
        if answered is not None and len(names) > 1 and 2 * (rows - min(answered)) > lost > 0:
            emptiest = (names[int(np.argmin(answered))],)
        figures = {"percent": 100 * lost / rows, "lost": lost, "rows": rows, "used": used}
        out.append(_caution("incomplete", emptiest, **figures))
    if unweighted:
        out.append(_caution("unweighted_rows", lost=unweighted))
    if constant:
        out.append(Caution("constant", tuple(constant)))
    return in_order(tuple(out))


def model_cautions(
    fit: Fit,
    correlation: Floats,
    names: Sequence[str],
    *,
    levels: int | None = None,
    outliers: int = 0,
    largest: float = 0.0,
    mean: Floats | None = None,
    scales: Sequence[tuple[float, float]] | None = None,
    alpha: float = 0.05,
    better: str = "higher",
) -> tuple[Caution, ...]:
    """What must be said of one group's model, in the order in which it is read.

    Parameters
    ----------
    fit : Fit
        Its first p terms are the drivers; its own cautions are kept.
    correlation : (p + 1, p + 1)
        Of the drivers and, last, the outcome.
    names : (p,) str
    levels : int, optional
        Distinct values of the outcome.
    outliers : int
        Rows whose studentised residual is beyond ``OUTLIER``: said where normal errors would not give
        as many (5 %).
    largest : float
        The largest studentised residual: said where none of n normal errors would be so large
        (Bonferroni, 1 %; Cook & Weisberg, 1982, 22).
    mean : (p,), optional
        Mean answers, with their ``scales``.
    alpha : float
        Level of the tests that signs are taken seriously by.
    better : {"higher", "lower"}
        Which outcome is the better one.
    """
    p = len(names)
    out = list(fit.cautions)
    terms = len(fit.terms)
    if terms and fit.n < _PER_TERM * terms:
        out.append(_caution("few_rows", rows=fit.n, terms=terms, per_term=fit.n / terms))
    if 0 < fit.clusters < _CLUSTERS:
        out.append(_caution("few_clusters", clusters=fit.clusters))
    if fit.r2_adjusted < _WEAK:
        out.append(_caution("weak", r2_adjusted=max(fit.r2_adjusted, 0.0), n=fit.n))
    if fit.family == "ols" and levels in (2, 3):
        out.append(_caution("linear_probability", levels=levels))
    if outliers and _not_by_chance(fit.n, outliers, largest):
        out.append(_caution("outliers", rows=outliers, limit=OUTLIER))
    out += collinear_cautions(correlation[:p, :p], names, fit.n)
    tied = {name for c in out if c.key in ("duplicate", "aliased") for name in c.drivers}
    out += sign_cautions(fit, correlation, names, skip=tied, alpha=alpha, better=better)
    if mean is not None and scales is not None:
        out += room_caution(names, mean, scales, fit.effect[:p])
    return in_order(tuple(out))


def sign_cautions(
    fit: Fit,
    correlation: Floats,
    names: Sequence[str],
    *,
    skip: set[str] | None = None,
    alpha: float = 0.05,
    better: str = "higher",
) -> tuple[Caution, ...]:
    """Drivers whose effect is significant and against their simple correlation, or makes the outcome worse.

    The effect, among those of all drivers (Benjamini-Hochberg), and the correlation are told apart from nought at
    ``alpha``: the sign of a figure that is not is no news.
    """
    p = len(names)
    effect, significant = np.nan_to_num(fit.effect[:p]), adjusted(fit.p[:p], "bh") < alpha
    simple = correlation[:p, p]
    alone = _told_apart(simple, fit.n, alpha)
    judged = significant & np.array([name not in (skip or ()) for name in names])
    flipped = judged & alone & (effect * np.nan_to_num(simple) < 0)
    below = judged & ~flipped & (effect * (-1.0 if better == "lower" else 1.0) < 0)
    out = []
    for key, which in (("sign_flip", flipped), ("negative", below)):
        if which.any():
            out.append(Caution(key, _named(names, np.flatnonzero(which))))
    return tuple(out)


def room_caution(
    names: Sequence[str], mean: Floats, scales: Sequence[tuple[float, float]], effect: Floats
) -> tuple[Caution, ...]:
    """Drivers that already stand within 5 % of the end of their scale that serves the outcome."""
    out = []
    for name, m, (low, high), slope in zip(names, mean, scales, effect, strict=True):
        room = m - low if slope < 0 else high - m
        if high > low and room <= _ROOM * (high - low):
            out.append(name)
    return (_caution("saturated", out, percent=100 * _ROOM),) if out else ()


def importance_cautions(
    names: Sequence[str], importance: Floats, explained: float, *, method: str = "lmg"
) -> tuple[Caution, ...]:
    """Importance that is below nought (Pratt), or that does not sum to what is explained."""
    out = []
    below = np.flatnonzero(importance < -1e-12)
    if method == "pratt" and below.size:
        out.append(Caution("pratt_negative", _named(names, below)))
    total = float(importance.sum())
    if np.isfinite(total) and abs(total - explained) > 1e-6 * max(1.0, abs(explained)):
        out.append(_caution("not_a_share", total=total, r2=explained))
    return tuple(out)


def _caution(key: str, drivers: Sequence[str] = (), **figures: float) -> Caution:
    return Caution(key, tuple(drivers), tuple((name, float(x)) for name, x in figures.items()))


def _named(names: Sequence[str], which: Sequence[int] | NDArray[np.int64]) -> tuple[str, ...]:
    return tuple(names[i] for i in which)


def _not_by_chance(n: int, outliers: int, largest: float) -> bool:
    from scipy.special import ndtr, pdtrc

    tail = 2 * float(ndtr(-OUTLIER))
    return bool(pdtrc(outliers - 1, n * tail) < 0.05 or 2 * n * ndtr(-abs(largest)) < 0.01)


def _told_apart(r: Floats, n: int, alpha: float) -> NDArray[np.bool_]:
    """Correlations whose t-test is below ``alpha``."""
    from scipy.special import stdtrit

    if n < 3:
        return np.zeros(len(r), bool)
    limit = float(stdtrit(n - 2, 1 - alpha / 2))
    r = np.clip(np.nan_to_num(r), -1, 1)
    return np.asarray(r**2 * (n - 2) > limit**2 * (1 - r**2))
