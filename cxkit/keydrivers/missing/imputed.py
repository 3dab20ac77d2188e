"""Least squares on rows whose gaps are filled by multiple imputation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError, UsageError
from cxkit.keydrivers.diagnosis.caution import Caution
from cxkit.keydrivers.measured import Measured
from cxkit.keydrivers.missing.chain import chained
from cxkit.keydrivers.missing.pairwise import regress
from cxkit.keydrivers.missing.refusals import refuse_gaps
from cxkit.keydrivers.model import Fit
from cxkit.keydrivers.models.linear import fit_linear
from cxkit.tally.gram import Gram
from cxkit.tally.gram_rows import of_rows
from cxkit.tally.residuals import Residuals, Solved, row_residuals
from cxkit.tally.rows import Rows

__all__ = ["MOST_CELLS", "imputed", "pooled"]

Floats = NDArray[np.float64]

#: Answers (rows times columns) that are imputed at most: twenty data sets of as many take about half a minute.
MOST_CELLS = 2_000_000


def imputed(rows: Rows, *, resamples: int = 0, seed: int = 0, imputations: int = 20) -> Measured:
    """Fit the outcome on the drivers with their gaps filled, many times over.

    Gaps are filled by chained equations (statsmodels' MICE) with predictive mean matching, so every filled value
    is one that somebody gave. All terms and the outcome predict each other; so does the weight, which enters no
    other way: answers are imputed unweighted and analysed weighted. Rows without outcome help to impute and are
    then left out, as an imputed outcome adds noise only (von Hippel 2007, Sociological Methodology 37, 83-117).
    Each data set is fitted with its own robust errors, and the fits are pooled by Rubin's rules. Unbiased if
    gaps depend on the other columns only (MAR).

    Parameters
    ----------
    rows : Rows
        One group, in memory, NaN where there is no answer; the outcome is the last column.
    resamples : int
        Bootstrap draws. Each data set gives its part of them, so that they spread as much as the data sets do,
        too (Schomaker & Heumann 2018, Statistics in Medicine 37, 2252-2266: MI boot pooled).
    seed : int
        The same gives the same figures.
    imputations : int
        Data sets, 2 or more.

    Returns
    -------
    Measured
        ``n`` counts rows with the outcome. Means and covariances are averages over the data sets, and ``r2`` is
        that of the average. Where no driver lacks a value beside the outcome, the plain fit.

    Raises
    ------
    UsageError
        ``driver_empty``, ``outcome_constant``, ``too_few_rows`` or ``impute_too_large``.
    """
    known = refuse_gaps(rows)
    t = len(rows.names) - 1
    used = known[:, t]
    gaps: NDArray[np.bool_] = np.logical_not(known[used].all(axis=1))
    if imputations < 2:
        raise OptionError(f"imputations={imputations}: two at least", hint="imputations=20")
    if rows.x.size > MOST_CELLS and gaps.any():
        raise UsageError(
            f"{len(rows)} rows of {t + 1} columns are too many to impute: up to {MOST_CELLS} values",
            hint='missing="pairwise" has no such limit; or impute a sample of the rows',
            code="impute_too_large",
        )
    kept = rows if used.all() else rows.take(used)
    sets = _filled(rows, kept, known, seed, imputations) if gaps.any() else iter([kept])
    parts = np.array_split(np.arange(resamples), imputations if gaps.any() else 1)
    rng = np.random.default_rng(seed)
    found = [_one(full, len(part), seed, rng) for full, part in zip(sets, parts, strict=True)]
    mean = np.mean([f.mean for f in found], axis=0)
    covariance = np.mean([f.covariance for f in found], axis=0)
    draws = [f.draws for f in found if f.draws is not None]
    mean_draws = [f.mean_draws for f in found if f.mean_draws is not None]
    return replace(
        found[0],
        fit=pooled([f.fit for f in found], covariance) if len(found) > 1 else found[0].fit,
        mean=mean, covariance=covariance, weighed=covariance,
        draws=np.concatenate(draws) if draws else None,
        mean_draws=np.concatenate(mean_draws) if mean_draws else None,
        rows=len(rows), answered=known.sum(axis=0), low=np.nanmin(rows.x, axis=0), high=np.nanmax(rows.x, axis=0),
        outlying=int(np.median([f.outlying for f in found])), largest=float(np.median([f.largest for f in found])),
        cautions=_cautions(rows, used, gaps, imputations),
    )  # fmt: skip


def pooled(fits: Sequence[Fit], covariance: Floats) -> Fit:
    """One fit of those of many imputations.

    Parameters
    ----------
    fits : sequence of Fit
    covariance : (t + 1, t + 1) float
        Covariances that R² is taken from.

    Returns
    -------
    Fit
        Rubin (1987), Multiple Imputation for Nonresponse in Surveys, p. 76: the mean of the coefficients, and
        the mean of their covariances plus (1 + 1/m) of the covariance between imputations. Degrees of freedom
        of Barnard & Rubin (1999), Biometrika 86, 948-955, those of the coefficient that has the fewest.
    """
    m, first = len(fits), fits[0]
    coefs = np.array([f.coef for f in fits])
    within = np.mean([f.cov for f in fits], axis=0)
    between = (1 + 1 / m) * np.atleast_2d(np.cov(coefs, rowvar=False))
    cov, coef = within + between, coefs.mean(axis=0)
    # The share of the variance that gaps are to blame for.
    total = np.diag(cov)
    due = float(np.divide(np.diag(between), total, out=np.zeros_like(total), where=total > 0).max(initial=0.0))
    r2, n, t = float(regress(covariance)[1]), first.n, len(coef)
    free = n - t - 1
    return replace(
        first, coef=coef, cov=cov, df=_freedom(first.df, due, m), effect=coef, effect_cov=cov,
        constant=np.mean([f.constant for f in fits], axis=0),
        r2=r2, r2_adjusted=1 - (1 - r2) * (n - 1) / free if free > 0 else float("nan"),
    )  # fmt: skip


def _freedom(complete: float, due: float, m: int) -> float:
    if due <= 0:
        return complete
    old = (m - 1) / due**2
    observed = (complete + 1) / (complete + 3) * complete * (1 - due)
    return old * observed / (old + observed) if observed > 0 else 1.0


def _filled(rows: Rows, kept: Rows, known: NDArray[np.bool_], seed: int, imputations: int) -> Iterator[Rows]:
    """The rows with an outcome, completed over and over."""
    some = known.any(axis=1)
    columns = rows.x[some]
    if np.ptp(rows.w[some]) > 0:
        columns = np.column_stack([columns, rows.w[some]])
    outcome = known[some, rows.x.shape[1] - 1]
    for table in chained(columns, imputations, seed):
        yield replace(kept, x=table[outcome, : rows.x.shape[1]])


def _one(rows: Rows, resamples: int, seed: int, rng: np.random.Generator) -> Measured:
    """The fit of rows without gaps."""
    gram = of_rows(rows, resamples > 0, seed)

    def residuals(solved: Solved) -> Residuals:
        return row_residuals(rows, gram, solved)

    fit, seen = fit_linear(gram, residuals, covariance="HC3" if rows.cluster is None else "cluster")
    means, draws = gram.resampled(resamples, rng) if resamples else (None, None)
    return Measured(
        fit=fit, mean=gram.mean, covariance=gram.covariance, weighed=gram.covariance, draws=draws, mean_draws=means,
        n=gram.rows, rows=gram.rows, answered=_answered(gram), low=gram.extent.low, high=gram.extent.high,
        outlying=0 if seen is None else seen.outlying, largest=0.0 if seen is None else seen.largest,
    )  # fmt: skip


def _answered(gram: Gram) -> NDArray[np.int64]:
    return gram.extent.rows - gram.extent.lacking


def _cautions(rows: Rows, used: NDArray[np.bool_], gaps: NDArray[np.bool_], imputations: int) -> tuple[Caution, ...]:
    """What to say: of the rows with an outcome, how many were filled; how many have none."""
    said = []
    if not used.all():
        lost = (("lost", float((~used).sum())), ("rows", float(len(rows))))
        said.append(Caution("no_outcome", (), lost))
    if gaps.any():
        figures = (
            ("percent", 100 * float(gaps.mean())), ("lost", float(gaps.sum())), ("rows", float(len(gaps))),
            ("imputations", float(imputations)),
        )  # fmt: skip
        said.append(Caution("imputed", (), figures))
        if np.ptp(rows.w[used]) > 0:
            said.append(Caution("imputed_unweighted"))
    return tuple(said)
