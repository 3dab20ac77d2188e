"""Ordinary and weighted least squares from a Gram matrix, with errors that hold whatever the spread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cxkit.keydrivers.model import Fit
from cxkit.tally.gram import Gram
from cxkit.tally.residuals import Residuals, Solved

__all__ = ["fit_linear", "solve"]

Floats = NDArray[np.float64]

#: Directions of the scaled drivers with less than this share of the largest are taken as none.
_RANK = 1e-13
#: A column with more than this in a direction without spread is tied to others.
_TIED = 1e-5
#: What a correction of the coefficients may take off the residuals, of their sum of squares.
_LOST = 1e-14


def solve(gram: Gram) -> Solved:
    """Least squares of the last column on the others.

    The drivers' scatter is inverted through its eigenvectors, after every column is brought to variance 1.
    A direction without spread (constant or duplicate drivers) gets no coefficient: duplicates share theirs.
    """
    t = len(gram.names) - 1
    scatter, total = gram.scatter, gram.weight
    spread = np.sqrt(np.maximum(np.diag(scatter)[:t], 0))
    unit = np.divide(1, spread, out=np.zeros(t), where=spread > 0)
    values, vectors = np.linalg.eigh(unit[:, None] * scatter[:t, :t] * unit)
    kept = values > _RANK * max(float(values.max(initial=0)), 1.0)
    turn = unit[:, None] * vectors[:, kept] / np.sqrt(values[kept])
    beta = turn @ (turn.T @ scatter[:t, t])
    rss = max(float(scatter[t, t] - scatter[:t, t] @ beta), 0.0)
    free = max(gram.rows - int(kept.sum()) - 1, 1)
    tied = (np.abs(vectors[:, ~kept]) > _TIED).any(axis=1) & (spread > 0)
    return Solved(beta, turn, gram.first.sum(axis=0) / total, rss / free, tied)


def fit_linear(
    gram: Gram, residuals: Callable[[Solved], Residuals] | None, *, covariance: str
) -> tuple[Fit, Residuals | None]:
    """Fit the last column on the others.

    Parameters
    ----------
    gram : Gram
    residuals : callable or None
        Takes the solution, goes through the rows once more; None for ``nonrobust`` errors without that.
    covariance : {"HC3", "cluster", "nonrobust"}
        HC3: MacKinnon & White (1985), Journal of Econometrics 29, 305-325. Clustered: Liang & Zeger (1986)
        with the factor G/(G-1)·(n-1)/(n-k) and G-1 degrees of freedom, as statsmodels does.

    Returns
    -------
    fit : Fit
        Equal to statsmodels' ``WLS(...).fit(cov_type=...)`` on the rows. Coefficients are corrected once by what
        the residuals leave over, which restores the digits that normal equations lose (Björck 1987, Linear
        Algebra and its Applications 88, 31-48).
    residuals : Residuals or None
        What the last look at the rows saw.
    """
    t = len(gram.names) - 1
    solved = solve(gram)
    seen = None if residuals is None else residuals(solved)
    if residuals is not None and seen is not None and seen.score @ seen.score > _LOST * seen.rss:
        # The sums lost digits: the residuals say by how much, and are taken again about the better line.
        solved = replace(solved, beta=solved.beta + solved.turn @ seen.score)
        seen = residuals(solved)
    rank = solved.turn.shape[1]
    beta = solved.beta if seen is None else solved.beta + solved.turn @ seen.score
    n, df, clusters = gram.rows, float(gram.rows - rank - 1), 0
    if covariance == "cluster" and seen is not None and seen.clustered is not None:
        clusters = seen.clusters
        factor = clusters / (clusters - 1) * (n - 1) / df if clusters > 1 else np.nan
        inner, df = seen.clustered * factor, float(max(clusters - 1, 1))
    elif covariance == "HC3" and seen is not None:
        inner = seen.robust
    else:
        inner = np.eye(rank) * (solved.sigma2 if seen is None else seen.rss / max(n - rank - 1, 1))
    cov = solved.turn @ inner @ solved.turn.T
    unit = gram.scale[t] / gram.scale[:t]
    coef, cov = beta * unit, cov * np.outer(unit, unit)
    constant = np.array([gram.mean[t] - gram.mean[:t] @ coef])
    # A term that others add up to has no coefficient of its own; a share of their sum would pass for one.
    coef[solved.tied], cov[solved.tied], cov[:, solved.tied] = np.nan, np.nan, np.nan
    total = float(gram.scatter[t, t])
    rest = total - float(gram.scatter[:t, t] @ beta) if seen is None else seen.rss
    r2 = min(max(1 - rest / total, 0.0), 1.0) if total > 0 else 0.0
    free = n - rank - 1
    fit = Fit(
        family="ols", terms=gram.names[:t], coef=coef, cov=cov, df=df,
        constant=constant, effect=coef, effect_cov=cov,
        covariance=covariance, r2=r2, r2_adjusted=1 - (1 - r2) * (n - 1) / free if free > 0 else float("nan"),
        n=n, clusters=clusters,
    )  # fmt: skip
    return fit, seen
