"""Errors of an estimate from its information matrix and the scores of the rows."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError, UsageError, did_you_mean
from cxkit.keydrivers.models.marginal import Effects
from cxkit.keydrivers.models.newton import inverse
from cxkit.keydrivers.models.rows import Rows
from cxkit.keydrivers.models.tall import crossed

__all__ = ["COVARIANCES", "covariances", "degrees", "kind_of", "meat"]

Floats = NDArray[np.float64]

COVARIANCES = ("HC0", "cluster", "nonrobust")


def kind_of(rows: Rows, covariance: str | None) -> str:
    """The errors to compute: as asked, else clustered where clusters are known, else robust.

    Raises
    ------
    OptionError
        An unknown name; model-based errors of weighted rows.
    UsageError
        Fewer than two clusters.
    """
    kind = covariance or ("HC0" if rows.cluster is None else "cluster")
    if kind not in COVARIANCES:
        raise OptionError(
            f"{kind!r} are no errors of this model", hint=did_you_mean(kind, list(COVARIANCES), what="Errors")
        )
    if kind == "nonrobust" and rows.weighted:
        raise OptionError(
            "model-based errors take every row for one of equal chance, and these have weights",
            hint='take covariance="HC0" or "cluster"',
        )
    if kind == "cluster" and rows.clusters < 2:
        raise UsageError(f"{rows.clusters} cluster for clustered errors", hint="name a cluster column of many values")
    return kind


def degrees(rows: Rows, kind: str) -> float:
    """Degrees of freedom of the errors: clusters less one, else infinite."""
    return float(rows.clusters - 1) if kind == "cluster" else np.inf


def meat(rows: Rows, scores: Iterable[tuple[slice, Floats]], parameters: int, kind: str) -> Floats:
    """(k, k) Sum of the squared scores, of rows or of clusters.

    Parameters
    ----------
    scores : iterable of (slice, (c, k))
        Scores of rows for a weight of 1.
    parameters : int
        Of the model: a cluster's factor counts them.

    Notes
    -----
    Rows that are alike have the same score s: each brings w² s s', whatever its own weight, so the sum of
    squared weights is all that must be known of them. Without weights the result is statsmodels' ``HC0`` or
    ``cluster`` on the single rows; with weights it has the factors n / (n - 1) and G / (G - 1) of R's survey.
    """
    n, groups = rows.n, rows.clusters
    scale = n / rows.w.sum() if rows.weighted else 1.0
    total: Floats | None = None
    if kind != "cluster":
        for part, s in scores:
            squares = crossed(s * rows.w2[part, None], s)
            total = squares if total is None else total + squares
        assert total is not None
        return total * scale**2 * (n / (n - 1) if rows.weighted else 1.0)
    assert rows.cluster is not None
    for part, s in scores:
        code, weight = rows.cluster[part], rows.w[part]
        sums = [np.bincount(code, weight * column, minlength=groups) for column in s.T]
        total = np.stack(sums) if total is None else total + sums
    assert total is not None
    factor = 1.0 if rows.weighted else (n - 1) / (n - parameters)
    return total @ total.T * (scale**2 * groups / (groups - 1) * factor)


def covariances(
    rows: Rows, information: Floats, scores: Iterable[tuple[slice, Floats]], effects: Effects, kind: str
) -> tuple[Floats, Floats]:
    """Covariance of the parameters (k, k) and of their average effects (t, t).

    Parameters
    ----------
    information : (k, k)
        Minus the Hessian of the log-likelihood whose weights sum to n.
    scores : iterable of (slice, (c, k))
        Scores of rows for a weight of 1.

    Notes
    -----
    I⁻¹ M I⁻¹, and I⁻¹ for model-based errors. An effect is a mean over rows that are themselves a sample: to the
    delta method in the parameters comes what each row's slope is away from their mean (Stata's ``margins,
    vce(unconditional)``; statsmodels and ``margins`` by default take the rows for the population, and their intervals
    are too short where effects are strong).

    References
    ----------
    Huber (1967), The behavior of maximum likelihood estimates under nonstandard conditions, Fifth Berkeley
    Symposium 1, 221-233; Binder (1983), International Statistical Review 51, 279-292; Dowd, Greene & Norton (2014),
    Computation of standard errors, Health Services Research 49, 731-750.
    """
    size, n = len(information), rows.n
    away = effects.slope - float((rows.w * effects.slope).sum() / rows.w.sum())
    bread = inverse(information)
    if kind == "nonrobust":
        middle = np.zeros((size + 1, size + 1))
        middle[:size, :size] = information
        middle[size, size] = (rows.w * away**2).sum()
    else:
        middle = meat(rows, ((part, np.column_stack([s, away[part]])) for part, s in scores), size, kind)
    reach = np.column_stack([effects.jacobian @ bread, effects.coef / n])
    cov, effect_cov = bread @ middle[:size, :size] @ bread, reach @ middle @ reach.T
    return (cov + cov.T) / 2, (effect_cov + effect_cov.T) / 2
