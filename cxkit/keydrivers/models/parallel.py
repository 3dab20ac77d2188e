"""Are the lines parallel: does a driver do the same at every threshold of an ordered answer?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxkit.keydrivers.diagnosis.caution import Caution
from cxkit.keydrivers.models.cumulative import Cumulative
from cxkit.keydrivers.models.newton import inverse
from cxkit.keydrivers.models.rows import Scaled
from cxkit.keydrivers.models.sandwich import meat
from cxkit.keydrivers.models.tall import crossed, times
from cxkit.stats.multiplicity import adjusted

__all__ = ["Parallel", "parallel_lines"]

Floats = NDArray[np.float64]

LEVEL = 0.01
# A threshold takes part where at least this many rows, and this many for each term, lie on either side.
_ROWS, _ROWS_PER_TERM = 30, 5
# Rows and weights for which the products of columns are formed at a time.
_PRODUCTS, _TILE = 1024, 12
_DONE, _LIMIT = 1e-16, 25
# Coefficients of terms in standard deviations: e^20 is no odds ratio.
_WILD = 20


@dataclass(frozen=True, slots=True, eq=False)
class Parallel:
    """The coefficients of one binary logit at each threshold, and the test that they are equal.

    Attributes
    ----------
    terms : (t,) str
    above : (J,) float
        The category below each threshold: P(answer > it) is the logit.
    coef, std_err : (J, t) float
        In the terms' own units.
    statistic, p : (t,) float
        Wald test of each term, chi-squared with J - 1 degrees of freedom; NaN where fewer than two
        thresholds have answers enough.
    overall, overall_p : float
        Of all terms, with (J - 1) t degrees of freedom.
    df : int
        J - 1.
    """

    terms: tuple[str, ...]
    above: Floats
    coef: Floats
    std_err: Floats
    statistic: Floats
    p: Floats
    overall: float
    overall_p: float
    df: int

    @property
    def uneven(self) -> tuple[str, ...]:
        """Terms whose coefficients differ: p below .01 after Benjamini-Hochberg."""
        return tuple(t for t, p in zip(self.terms, adjusted(self.p, "bh"), strict=True) if p < LEVEL)

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """``not_parallel`` with the range of each uneven term's coefficient, or nothing."""
        if not self.uneven and not self.overall_p < LEVEL:
            return ()
        sizes = [
            (f"{end} {name}", float(pick(self.coef[:, self.terms.index(name)])))
            for name in self.uneven
            for end, pick in (("low", np.min), ("high", np.max))
        ]
        values = (("p", self.overall_p), ("cuts", float(len(self.above))), *sizes)
        return (Caution("not_parallel", self.uneven, values),)


def parallel_lines(model: Cumulative, params: Floats, kind: str = "nonrobust") -> Parallel:
    """Brant's test: one logit at each threshold, and whether their coefficients are one.

    Parameters
    ----------
    model : Cumulative
        A logit.
    params : (k,)
        Its estimate, from which the logits start.
    kind : {"nonrobust", "HC0", "cluster"}
        Weighted and clustered rows take the products of their scores for the covariance between logits;
        others Brant's expected one.

    Returns
    -------
    Parallel
        Thresholds with fewer than 30 rows on one side, or than 5 a term, take no part.

    References
    ----------
    Brant (1990), Assessing proportionality in the proportional odds model for ordinal logistic regression,
    Biometrics 46, 1171-1178.
    """
    from scipy.special import chdtrc

    rows, terms = model.rows, len(model.rows.terms)
    upto = np.cumsum(np.bincount(model.code, rows.frequency))[:-1]
    least = max(_ROWS, _ROWS_PER_TERM * terms)
    cuts = np.flatnonzero((upto >= least) & (rows.n - upto >= least))
    beta, curves, cuts = _logits(model, params, cuts)
    unknown = np.full(terms, np.nan)
    above = model.categories[cuts]
    if len(cuts) < 2:
        none = np.empty((len(cuts), terms))
        return Parallel(rows.terms, above, none, none, unknown, unknown, np.nan, np.nan, 0)
    cov = _covariance(model, beta, curves, cuts, kind)
    slopes, df = beta[:, 1:] / model.scale.spread, len(cuts) - 1
    spread = np.tile(model.scale.spread, len(cuts))
    keep = np.arange(len(cov)).reshape(len(cuts), terms + 1)[:, 1:].reshape(-1)
    cov = cov[np.ix_(keep, keep)] / np.outer(spread, spread)
    errors = np.sqrt(np.maximum(np.diag(cov), 0)).reshape(slopes.shape)
    blocks = cov.reshape(len(cuts), terms, len(cuts), terms)
    single = np.array([_wald(slopes[:, [j]], blocks[:, [j]][:, :, :, [j]]) for j in range(terms)])
    whole = _wald(slopes, blocks)
    if kind == "cluster" and rows.clusters <= df * terms:
        whole = np.nan  # more contrasts than clusters: their covariance has no inverse
        single = single if rows.clusters > df else unknown
    return Parallel(
        rows.terms, above, slopes, errors, single, np.asarray(chdtrc(df, single)), whole,
        float(chdtrc(df * terms, whole)), df,
    )  # fmt: skip


def _wald(slopes: Floats, cov: Floats) -> float:
    """Of the differences to the first threshold: slopes (J, s), cov (J, s, J, s)."""
    gaps = (slopes[1:] - slopes[0]).reshape(-1)
    between = cov[1:, :, 1:] - cov[:1, :, 1:] - cov[1:, :, :1] + cov[:1, :, :1]
    matrix = between.reshape(len(gaps), len(gaps))
    size = np.sqrt(np.maximum(np.diag(matrix), np.finfo(float).tiny))
    solved = np.linalg.lstsq(matrix / np.outer(size, size), gaps / size, rcond=1e-12)[0]
    return float(max(gaps / size @ solved, 0.0))


def _design(scale: Scaled, x: Floats) -> Floats:
    return np.column_stack([np.ones(len(x)), scale.rows(x)])


def _logits(model: Cumulative, params: Floats, cuts: NDArray[np.int64]) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Estimates (J, 1 + t) and information (J, 1 + t, 1 + t) at each threshold that has a finite one.

    All thresholds take their Newton step in one pass over the rows.
    """
    from scipy.special import expit

    start = params[model.cuts :]
    beta = np.column_stack([-params[cuts], np.tile(start, (len(cuts), 1))])
    curves = np.zeros((len(cuts), beta.shape[1], beta.shape[1]))
    open_ = np.ones(len(cuts), bool)
    ended = np.zeros(len(cuts), bool)
    for _ in range(_LIMIT):
        todo = np.flatnonzero(open_)
        if not len(todo):
            break
        gradient = np.zeros_like(beta)
        sums = np.zeros((curves.shape[1] * (curves.shape[1] + 1) // 2, len(todo)))
        for part in model.rows.chunks():
            z = _design(model.scale, model.rows.x[part])
            w, code, p = model.weight[part], model.code[part], expit(times(z, beta.T))
            gradient += crossed(w[:, None] * ((code[:, None] > cuts) - p), z)
            sums += _weighted_squares(z, w[:, None] * p[:, todo] * (1 - p[:, todo]))
        curves[todo] = _square(sums, curves.shape[1])
        for j in todo:
            step = np.linalg.lstsq(curves[j], gradient[j], rcond=1e-13)[0]
            if np.abs(beta[j] + step).max() > _WILD:
                open_[j] = False  # separated at this threshold: no finite coefficient
                continue
            beta[j] += step
            if gradient[j] @ step <= _DONE:
                open_[j], ended[j] = False, True
    return beta[ended], curves[ended], cuts[ended]


def _covariance(model: Cumulative, beta: Floats, curves: Floats, cuts: NDArray[np.int64], kind: str) -> Floats:
    """(J (1 + t), J (1 + t)) Covariance of the coefficients of all logits."""
    from scipy.special import expit

    rows, (count, wide) = model.rows, beta.shape
    size = count * wide
    bread = np.zeros((size, size))
    for j in range(count):
        at = slice(j * wide, (j + 1) * wide)
        bread[at, at] = inverse(curves[j])
    if kind == "cluster" or rows.weighted:

        def scores() -> Iterator[tuple[slice, Floats]]:
            for part in rows.chunks():
                z, code = _design(model.scale, rows.x[part]), model.code[part]
                away = (code[:, None] > cuts) - expit(times(z, beta.T))
                yield part, (away[:, :, None] * z[:, None, :]).reshape(len(z), size)

        middle = meat(rows, scores(), size, kind if kind == "cluster" else "HC0")
    else:
        # P(above both) is P(above the higher): p_k (1 - p_j) is the covariance of the two indicators.
        low, high = np.triu_indices(count)
        sums = np.zeros((wide * (wide + 1) // 2, len(low)))
        for part in rows.chunks():
            z, w = _design(model.scale, rows.x[part]), model.weight[part]
            p = expit(times(z, beta.T))
            sums += _weighted_squares(z, w[:, None] * p[:, high] * (1 - p[:, low]))
        middle = np.zeros((count, wide, count, wide))
        squares = _square(sums, wide)
        middle[low, :, high] = squares
        middle[high, :, low] = squares
        middle = middle.reshape(size, size)
    return np.asarray(bread @ middle @ bread)


def _weighted_squares(z: Floats, weights: Floats) -> Floats:
    """(q (q + 1) / 2, J) Sums of the products of each two of q columns, under J weights of the rows at once."""
    one, other = np.triu_indices(z.shape[1])
    total = np.zeros((len(one), weights.shape[1]))
    for start in range(0, len(z), _PRODUCTS):
        part = slice(start, start + _PRODUCTS)
        pairs = z[part][:, one] * z[part][:, other]
        for first in range(0, weights.shape[1], _TILE):
            tile = slice(first, first + _TILE)
            total[:, tile] += crossed(pairs, weights[part, tile])
    return total


def _square(sums: Floats, wide: int) -> Floats:
    """(J, q, q) The symmetric matrices whose upper triangles are the columns of ``sums``."""
    one, other = np.triu_indices(wide)
    out = np.empty((sums.shape[1], wide, wide))
    out[:, one, other] = out[:, other, one] = sums.T
    return out
