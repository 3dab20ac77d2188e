"""Importance by pseudo-R²: how much of McFadden's R² each driver of a yes/no or an ordered answer brings.

The value of a set of drivers is the R² of the model that has them, and a driver's importance its Shapley value:
what it adds, averaged over all orders. Exact means that all 2^p models are fitted; the approximation looks at two.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError, UsageError, did_you_mean
from cxkit.keydrivers.models.cumulative import Cumulative, cumulative, maximum
from cxkit.keydrivers.models.newton import Maximum, maximise
from cxkit.keydrivers.models.rows import Rows, Scaled
from cxkit.stats.importance import importance
from cxkit.stats.schur import partial_out
from cxkit.stats.subsets import shapley_of

__all__ = ["METHODS", "MOST_EXACT", "PseudoImportance", "affordable", "pseudo_importance", "subset_values"]

Floats = NDArray[np.float64]

METHODS = ("exact", "approximate")

#: More drivers are never fitted in all subsets: a million models.
MOST_EXACT = 20

# Gain in log-likelihood below which a subset's last step is counted in and not taken.
_CLOSE, _FLAT = 1e-6, 1e-5
# Share of the approximation that comes from the model with all terms; the rest from the one without drivers.
_FROM_FULL = 0.25
# Seconds a model takes, by rows and drivers (measured on 1,000 to 100,000 of them), and how long is too long.
_FIXED, _ROW, _ROW_TERM, _PATIENCE = 4e-4, 2e-7, 1e-8, 10.0


@dataclass(frozen=True, slots=True, eq=False)
class PseudoImportance:
    """Parts of McFadden's R².

    Attributes
    ----------
    importance : (p,) float
        In units of R²; sums to ``explained``.
    r2 : float
        Of the model with all terms.
    explained : float
        ``r2`` less that of the terms that are in every model.
    method : {"exact", "approximate"}
    values : (2^p,) float or None
        R² of every subset of drivers, driver j being bit j of the index; None where it is approximate.
    """

    importance: Floats
    r2: float
    explained: float
    method: str
    values: Floats | None = None


def affordable(drivers: int, rows: int) -> bool:
    """Whether all 2^p models take less than about ten seconds.

    Parameters
    ----------
    drivers, rows : int
        p, and different rows (each counted once, however often it occurs).

    >>> affordable(10, 3_000), affordable(5, 500_000), affordable(20, 1_000)
    (True, True, False)
    """
    each = _FIXED + rows * (_ROW + drivers * _ROW_TERM)
    return drivers <= MOST_EXACT and 2**drivers * each <= _PATIENCE


def pseudo_importance(
    rows: Rows, drivers: int, *, family: str = "logit", method: str | None = None
) -> PseudoImportance:
    """Shapley values of McFadden's R².

    Parameters
    ----------
    rows : Rows
        ``y`` is 0 or 1, or an ordered answer.
    drivers : int
        The first terms are the drivers; the others are in every model.
    family : {"logit", "ordered"}
    method : {"exact", "approximate"}, optional
        By default exact where :func:`affordable`.

    Returns
    -------
    PseudoImportance

    Raises
    ------
    OptionError
        An unknown family or method, more than 20 drivers exactly.
    UsageError
        As :func:`cxkit.keydrivers.models.logistic.fit_logit`.

    Notes
    -----
    The log-likelihood that a set of drivers gains is approximated from each end: from the model without drivers,
    by the score statistic of the set; from the one with all, by what the Wald statistic of the others takes away. Both
    are the R² of a linear model with known moments (for a yes/no answer, least squares on the answer itself and on
    the working response at the estimate), so their LMG is exact. Each is scaled to the R² of the model; the first errs
    to one side and the second, about three times as far, to the other, so a quarter of the second and three of
    the first are taken.

    References
    ----------
    McFadden (1974), in Frontiers in Econometrics, 105-142; Azen & Traxel (2009), Using dominance analysis to determine
    predictor importance in logistic regression, Journal of Educational and Behavioral Statistics 34, 319-347.

    Examples
    --------
    >>> x = [[a, b] for a in (1, 2, 3) for b in (1, 2) for _ in (0, 1)]
    >>> found = pseudo_importance(
    ...     Rows.of(x, [0, 1] * 6, ["wait", "price"], frequency=[9, 3, 8, 5, 6, 6, 4, 7, 3, 9, 2, 9]), 2
    ... )
    >>> found.importance.round(4).tolist(), round(found.r2, 4), found.method
    ([0.1126, 0.0093], 0.1218, 'exact')
    """
    if method is not None and method not in METHODS:
        raise OptionError(f"{method!r} is no way to compute it", hint=did_you_mean(method, list(METHODS)))
    if family not in ("logit", "ordered"):
        raise OptionError(f"{family!r} has no pseudo-R² here", hint=did_you_mean(family, ["logit", "ordered"]))
    if not 1 <= drivers <= len(rows.terms):
        raise UsageError(f"{drivers} drivers among {len(rows.terms)} terms")
    if method == "exact" and drivers > MOST_EXACT:
        raise OptionError(
            f"{drivers} drivers have {2**drivers:,} models, and {MOST_EXACT} is the most that are fitted",
            hint='take "approximate", or fewer drivers',
        )
    if family == "logit" and ((rows.y != 0) & (rows.y != 1)).any():
        raise UsageError(f"{rows.outcome!r} is not yes/no", hint="a yes/no outcome is 0 or 1")
    model = cumulative(rows)
    full, null = maximum(model), model.null()
    r2 = 1 - full.value / null
    if method == "exact" or (method is None and affordable(drivers, len(rows.y))):
        values = 1 - subset_values(model, drivers, full) / null
        return PseudoImportance(shapley_of(values), r2, r2 - float(values[0]), "exact", values)
    keep = np.ones(len(full.params), bool)
    keep[model.cuts : model.cuts + drivers] = False
    start = np.concatenate([model.start()[: model.cuts], np.zeros(int(keep.sum()) - model.cuts)])
    empty = _restricted(model, keep, start)
    explained = (full.value - empty.value) / -null
    at_empty = np.zeros(len(full.params))
    at_empty[keep] = empty.params
    _, gradient, hessian = model.evaluate(at_empty)
    ends = [
        _shares(-hessian, gradient, model.cuts, drivers),
        _shares(full.information, full.information[:, model.cuts :] @ full.params[model.cuts :], model.cuts, drivers),
    ]
    return PseudoImportance(
        explained * ((1 - _FROM_FULL) * ends[0] + _FROM_FULL * ends[1]), r2, explained, "approximate"
    )


def _shares(information: Floats, cross: Floats, cuts: int, drivers: int) -> Floats:
    """(p,) LMG of the quadratic c' A⁻¹ c, thresholds and other terms taken out, as shares of 1."""
    size = len(cross)
    moments = np.zeros((size + 1, size + 1))
    moments[:size, :size] = information
    moments[:size, size] = moments[size, :size] = cross
    # The last entry is only a total: large enough that what is left of it is above 0.
    moments[size, size] = 2 * cross @ np.linalg.lstsq(information, cross, rcond=1e-13)[0] + 1e-300
    aside = [*range(cuts), *range(cuts + drivers, size)]
    found = np.asarray(importance(partial_out(moments, aside), "lmg"))
    total = found.sum()
    return found / total if total > 0 else np.full(drivers, 1 / drivers)


def subset_values(model: Cumulative, drivers: int, full: Maximum) -> Floats:
    """(2^p,) Log-likelihood of every subset; each starts where the set with one driver more ended."""
    cuts, size = model.cuts, len(full.params)
    values = np.empty(2**drivers)
    everything = np.ones(size, bool)
    stack = [(2**drivers - 1, drivers, full, everything)]
    while stack:
        index, below, found, held = stack.pop()
        values[index] = found.value
        for j in range(below):
            keep = held.copy()
            keep[cuts + j] = False
            start = _without(found, held, cuts + j)
            stack.append((index & ~(1 << j), j, _restricted(model, keep, start), keep))
    return values


def _without(found: Maximum, held: NDArray[np.bool_], j: int) -> Floats:
    """Where a quadratic log-likelihood has its maximum once parameter j is 0."""
    place = int(held[:j].sum())
    rest = np.arange(len(found.params)) != place
    moved = np.linalg.solve(found.information[np.ix_(rest, rest)], found.information[rest, place])
    return np.asarray(found.params[rest] + moved * found.params[place])


def _restricted(model: Cumulative, keep: NDArray[np.bool_], start: Floats) -> Maximum:
    terms = keep[model.cuts :]
    part = replace(
        model,
        rows=replace(model.rows, x=model.rows.x[:, terms], terms=()),
        scale=Scaled(model.scale.mean[terms], model.scale.spread[terms]),
    )
    if (np.diff(start[: model.cuts]) <= 0).any():
        start = part.start()  # a long step took thresholds past each other
    found = maximise(part.evaluate, start, done=_CLOSE)
    if not found.converged:
        found = maximise(part.evaluate, part.start(), done=_CLOSE)
    if float(found.gradient @ found.step) > _FLAT:
        raise UsageError(
            f"a model of {model.rows.outcome!r} on some of the drivers has no stable estimate",
            hint='use fewer drivers, or take "approximate"',
            code="unstable",
        )
    # What one more step would add is known: half the decrement.
    return replace(found, value=found.value + float(found.gradient @ found.step) / 2, params=found.params + found.step)
