"""Least squares from the correlations of pairs of answers, each over the rows that have both."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cxkit.keydrivers.diagnosis.caution import Caution
from cxkit.keydrivers.measured import Measured
from cxkit.keydrivers.missing.refusals import refuse_gaps, refuse_pairs
from cxkit.keydrivers.model import Fit
from cxkit.stats.nearcorrelation import nearest_correlation
from cxkit.tally.gram_rows import of_rows
from cxkit.tally.rows import Rows

__all__ = ["pairwise", "regress"]

Floats = NDArray[np.float64]

#: Resamples behind the errors of the coefficients, at least: these have an error of 1/sqrt(2·500), 3 %.
_DRAWS = 500
#: Directions of the scaled drivers with less than this share of the largest are taken as none.
_RANK = 1e-13
#: Matrices of which every eigenvalue is above this are solved outright, which is many times faster.
_REGULAR = 1e-8


def pairwise(rows: Rows, *, resamples: int = 0, seed: int = 0) -> Measured:
    """Fit the outcome on the drivers without leaving out incomplete rows, nor filling them.

    Covariances are those of R's ``cov(use = "pairwise.complete.obs")``, weighted and divided by the weight of the
    pair (in R by its rows less 1): each over the rows that have both answers, about the means of these rows, and
    variances over all rows that have the answer. Rows without outcome help with the pairs of drivers. Unbiased
    only if gaps come at random whatever the answers (MCAR).
    Such a matrix need not be one that data can have: it is then brought to the nearest correlation matrix.

    Parameters
    ----------
    rows : Rows
        One group, in memory, NaN where there is no answer; the outcome is the last column.
    resamples : int
        Bootstrap draws, of rows or of clusters; of random blocks of them where there are many.
    seed : int

    Returns
    -------
    Measured
        ``n`` counts rows with the outcome and at least one driver. Errors of the coefficients are those of the
        bootstrap (with 500 draws at least, whatever ``resamples``), ``df`` the rows of the rarest pair less the
        terms and the constant, or clusters less 1 if that is less.

    Raises
    ------
    UsageError
        ``driver_empty``, ``outcome_constant``, ``too_few_rows`` or ``pair_empty``.
    """
    known = refuse_gaps(rows)
    counted = known.astype(np.float64)
    together = np.rint(counted.T @ counted).astype(np.int64)
    refuse_pairs(rows.names, together)
    t = len(rows.names) - 1
    held = known.any(axis=1)
    used = rows if held.all() else rows.take(held)
    pairs = _Pairs(used, known[held], seed)
    mean, plain = pairs.whole()
    covariance, moved = _possible(plain[None])
    coef, r2 = (a[0] for a in regress(covariance))
    mean_draws, drawn = pairs.resampled(max(resamples, _DRAWS), np.random.default_rng(seed), plain)
    draws = _possible(drawn)[0]
    cov = np.atleast_2d(np.cov(regress(draws)[0], rowvar=False)) * pairs.units / max(pairs.units - 1, 1)
    rare = int(together.min())
    clusters = 0 if used.cluster is None else len(np.unique(used.cluster))
    df = float(rare - t - 1)
    fit = Fit(
        family="ols", terms=rows.names[:t], coef=coef, cov=cov, df=min(df, float(clusters - 1)) if clusters > 1 else df,
        constant=np.array([mean[t] - mean[:t] @ coef]), effect=coef, effect_cov=cov, covariance="bootstrap",
        r2=float(r2), r2_adjusted=float(1 - (1 - r2) * (rare - 1) / df),
        n=int((known[:, t] & known[:, :t].any(axis=1)).sum()), clusters=clusters,
    )  # fmt: skip
    return Measured(
        fit=fit, mean=mean, covariance=covariance[0], weighed=covariance[0],
        draws=draws[:resamples] if resamples else None, mean_draws=mean_draws[:resamples] if resamples else None,
        n=fit.n, rows=len(rows), answered=np.diag(together).copy(),
        low=np.nanmin(rows.x, axis=0), high=np.nanmax(rows.x, axis=0),
        cautions=_cautions(known, together, float(moved[0])),
    )  # fmt: skip


def regress(covariances: Floats) -> tuple[Floats, Floats]:
    """Coefficients (..., t) of the last variable on the others, and R² (...), from covariance matrices.

    Directions without spread get no coefficient, so duplicates share theirs.

    >>> coef, r2 = regress(np.array([[4.0, 0.0, 2.0], [0.0, 1.0, 1.0], [2.0, 1.0, 4.0]]))
    >>> coef.tolist(), float(r2)
    ([0.5, 1.0], 0.5)
    """
    root, unit = _roots(covariances)
    t = covariances.shape[-1] - 1
    correlation = covariances * unit[..., :, None] * unit[..., None, :]
    beta = _solved(correlation[..., :t, :t].reshape(-1, t, t), correlation[..., :t, t].reshape(-1, t))
    beta = beta.reshape(unit[..., :t].shape)
    r2 = np.clip((beta * correlation[..., :t, t]).sum(axis=-1), 0, 1)
    return beta * unit[..., :t] * root[..., t, None], np.asarray(r2)


def _solved(stack: Floats, toward: Floats) -> Floats:
    """(B, t) Solutions; those of matrices without an inverse have the least length."""
    out = np.empty_like(toward)
    plain = np.linalg.eigvalsh(stack)[:, 0] > _REGULAR
    out[plain] = np.linalg.solve(stack[plain], toward[plain, :, None])[..., 0]
    if not plain.all():
        values, vectors = np.linalg.eigh(stack[~plain])
        kept = values > _RANK * np.maximum(values[:, -1:], 1.0)
        inverse = np.divide(1, values, out=np.zeros_like(values), where=kept)
        out[~plain] = np.einsum("bij,bj,bkj,bk->bi", vectors, inverse, vectors, toward[~plain], optimize=True)
    return out


class _Pairs:
    """Weighted means of every product that pairwise covariances are made of, and their resamples.

    The Gram matrix of the values (0 for the mean, where there is none) and of indicators of having one holds
    them all; a column without gaps needs no indicator.
    """

    def __init__(self, rows: Rows, known: NDArray[np.bool_], seed: int) -> None:
        k = len(rows.names)
        self.centre = np.nanmean(rows.x, axis=0)
        gaps = np.flatnonzero(~known.all(axis=0))
        # Of (1, values, indicators): where the indicator of each column is; that of a full column is the 1.
        self.own = np.zeros(k, np.int64)
        self.own[gaps] = 1 + k + np.arange(len(gaps))
        x = np.empty((len(rows), k + len(gaps)))
        x[:, :k] = np.where(known, rows.x - self.centre, 0)
        x[:, k:] = known[:, gaps]
        names = tuple(f"{i}" for i in range(x.shape[1]))
        full = Rows(names, x, rows.w, rows.w2, rows.frequency, rows.keys, rows.group, rows.cluster)
        self.gram = of_rows(full, True, seed)
        self.units = len(self.gram)

    def whole(self) -> tuple[Floats, Floats]:
        """Means (k,) and pairwise covariances (k, k)."""
        mean, covariance, _ = self._of(self.gram.mean[None], self.gram.covariance[None])
        return mean[0], covariance[0]

    def resampled(self, resamples: int, rng: np.random.Generator, plain: Floats) -> tuple[Floats, Floats]:
        """The same of resamples; a pair that a resample has no row of keeps its covariance."""
        mean, covariance, held = self._of(*self.gram.resampled(resamples, rng))
        return mean, np.where(held, covariance, plain)

    def _of(self, mean: Floats, covariance: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        batch, width = mean.shape
        moment = np.ones((batch, 1 + width, 1 + width))
        moment[:, 1:, 0] = moment[:, 0, 1:] = mean
        moment[:, 1:, 1:] = covariance + mean[:, :, None] * mean[:, None, :]
        value, own = 1 + np.arange(len(self.own)), self.own
        weight = moment[:, own[:, None], own]
        held = weight > 1e-12
        safe = np.where(held, weight, 1.0)
        first = moment[:, value[:, None], own] / safe  # of the column of the row, over the rows of the pair
        found = moment[:, value[:, None], value] / safe - first * first.transpose(0, 2, 1)
        return self.centre + np.diagonal(first, axis1=1, axis2=2), found, held


def _possible(covariances: Floats) -> tuple[Floats, Floats]:
    """Covariances of the nearest correlation matrices, and the largest change of a correlation in each."""
    root, unit = _roots(covariances)
    correlation = covariances * unit[..., :, None] * unit[..., None, :]
    on = np.arange(covariances.shape[-1])
    correlation[..., on, on] = 1.0
    fixed, moved = nearest_correlation(correlation)
    # Those that were possible keep their digits.
    back = np.where((moved > 0)[..., None, None], fixed * root[..., :, None] * root[..., None, :], covariances)
    return back, moved


def _roots(covariances: Floats) -> tuple[Floats, Floats]:
    """Standard deviations, and 1 over each, or 0 where there is no spread."""
    root = np.sqrt(np.maximum(np.diagonal(covariances, axis1=-2, axis2=-1), 0))
    return root, np.divide(1, root, out=np.zeros_like(root), where=root > 0)


def _cautions(known: NDArray[np.bool_], together: NDArray[np.int64], moved: float) -> tuple[Caution, ...]:
    gaps = ~known.all(axis=1)
    if not gaps.any():
        return ()
    pairs = together[np.triu_indices(len(together), 1)]
    figures = (("percent", 100 * float(gaps.mean())), ("low", float(pairs.min())), ("high", float(pairs.max())))
    said = (Caution("pairwise", (), figures),)
    return (*said, Caution("repaired", (), (("moved", moved),))) if moved > 0 else said
