"""The fit of one group, and the moments that its importance is taken from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import UsageError
from cxkit.keydrivers.asked import Asked
from cxkit.keydrivers.counting import Counted
from cxkit.keydrivers.diagnosis.caution import Caution
from cxkit.keydrivers.diagnosis.refusals import refuse_constant_outcome, refuse_few
from cxkit.keydrivers.measured import Measured
from cxkit.keydrivers.model import Fit
from cxkit.keydrivers.models.counts import fit_counts
from cxkit.keydrivers.models.linear import fit_linear
from cxkit.keydrivers.models.logistic import fit_logit
from cxkit.keydrivers.models.ordered import fit_ordered
from cxkit.keydrivers.models.pseudo import pseudo_importance
from cxkit.keydrivers.models.rows import Rows as Terms
from cxkit.keydrivers.weighing import left_after
from cxkit.stats.importance import importance
from cxkit.stats.subsets import shapley_of
from cxkit.tally.gram import Gram
from cxkit.tally.residuals import Residuals, Solved, engine_residuals, row_residuals
from cxkit.tally.rows import Rows, distinct_rows

__all__ = ["measure"]

Floats = NDArray[np.float64]

#: Models of counts and spend are fitted on every set of drivers up to so many sets times rows: some ten seconds.
_FITTED = 2_000_000


def measure(counted: Counted, group: int, asked: Asked) -> Measured:
    """Fit one group. Terms of one value are left out, the drivers among them by name.

    Raises
    ------
    UsageError
        Too few complete rows, an outcome of one value, drivers of one value only, a model that has no estimate.
    """
    gram, rows = counted.grams.parts[group], counted.grams.rows
    if asked.missing in ("pairwise", "impute") and rows is not None:
        return _completed(gram, rows.of(group), asked)
    t = len(gram.names) - 1
    answered = gram.extent.rows - gram.extent.lacking
    refuse_few(gram.names[:t], gram.rows, t, gram.extent.rows, answered[:t].tolist())
    kept, gone = _varied(gram.names, np.diag(gram.scatter) > 1e-14 * gram.weight, asked)
    everything = len(kept) == len(gram.names)
    gram = gram if everything else gram.take(kept)
    # The rows are those that lack no value in any column, also in one that is left out.
    part = None if rows is None else rows.of(group).filled()
    part = part if part is None or everything else part.of_columns(kept)
    fit = _linear if asked.model == "ols" else _other
    found = fit(counted, gram, kept, part, asked)
    if found.fit.covariance == "cluster" and found.fit.clusters < 2:
        raise UsageError(
            "all rows used belong to one cluster, so their spread tells nothing",
            column=counted.design.cluster, code="one_cluster", hint="another cluster=, or covariance='HC3'",
        )  # fmt: skip
    said = [*counted.strays, *([Caution("constant", gone)] if gone else [])]
    said += [Caution("dummy_adjusted", (), (("percent", counted.filled),))] if counted.filled else []
    return replace(found, cautions=(*said, *found.cautions))


def _varied(names: tuple[str, ...], varied: NDArray[np.bool_], asked: Asked) -> tuple[list[int], tuple[str, ...]]:
    """The columns that have more than one value, and the drivers that have not."""
    if not varied[-1]:
        refuse_constant_outcome(names[-1], 1)
    kept = [int(i) for i in np.flatnonzero(varied)]
    drivers = len(asked.choice.names)
    if kept[0] >= drivers:
        raise UsageError("every driver has only one value in the rows used", hint="check the filters and the drivers")
    return kept, tuple(name for name, more in zip(names[:drivers], varied, strict=False) if not more)


def _completed(gram: Gram, rows: Rows, asked: Asked) -> Measured:
    """The fit on pairs of answers, or on gaps that were filled."""
    from cxkit.keydrivers.missing.imputed import imputed
    from cxkit.keydrivers.missing.pairwise import pairwise

    # Columns without any answer go on: they are refused by name.
    kept, gone = _varied(gram.names, ~(gram.extent.low == gram.extent.high), asked)
    rows = rows if len(kept) == len(gram.names) else rows.of_columns(kept)
    make = pairwise if asked.missing == "pairwise" else imputed
    found = make(rows, resamples=asked.draws, seed=asked.seed)
    return replace(found, cautions=(*found.cautions, *([Caution("constant", gone)] if gone else [])))


def _linear(counted: Counted, gram: Gram, columns: list[int], rows: Rows | None, asked: Asked) -> Measured:
    def residuals(solved: Solved) -> Residuals:
        if rows is not None:
            return row_residuals(rows, gram, solved)
        return engine_residuals(counted.frame, counted.design, gram, solved, columns)

    # A look at rows in memory costs little, and residuals keep digits that differences of sums lose.
    twice = counted.covariance != "nonrobust" or rows is not None
    fit, seen = fit_linear(gram, residuals if twice else None, covariance=counted.covariance)
    # Where next to nothing is left over, residuals are rounding errors.
    outlying, largest = (seen.outlying, seen.largest) if seen is not None and fit.r2 < 1 - 1e-9 else (0, 0.0)
    return _measured(gram, fit, asked, outlying=outlying, largest=largest)


def _measured(gram: Gram, fit: Fit, asked: Asked, *, outlying: int = 0, largest: float = 0.0) -> Measured:
    means, draws = None, None
    cautions: tuple[Caution, ...] = ()
    if asked.draws:
        means, draws = gram.resampled(asked.draws, np.random.default_rng(asked.seed))
        if not gram.each:
            cautions = (Caution("blocks", (), (("blocks", float(len(gram))),)),)
    covariance = gram.covariance
    return Measured(
        fit=fit, mean=gram.mean, covariance=covariance, weighed=covariance, draws=draws, mean_draws=means,
        n=gram.rows, rows=gram.extent.rows, answered=gram.extent.rows - gram.extent.lacking, low=gram.extent.low,
        high=gram.extent.high, outlying=outlying, largest=largest, cautions=cautions,
        n_eff=gram.weight**2 / float(gram.w2.sum()),
    )  # fmt: skip


def _other(counted: Counted, gram: Gram, columns: list[int], rows: Rows | None, asked: Asked) -> Measured:
    """A model that is not linear, on the distinct rows.

    Importance is that of pseudo-R²; its draws are those of the linear model, each driver's brought to its own
    figure: to a first order a set of drivers gains the same share of the log-likelihood.
    """
    if rows is None:
        found = distinct_rows(counted.frame, counted.design)
        rows = found.of(found.keys.index(gram.key)).of_columns(columns)
    rows = rows.joined()
    t, unit = len(gram.names) - 1, 1.0
    y, levels = rows.x[:, t], asked.outcome.levels
    if asked.model == "logit":
        low, high = min(levels.values()), max(levels.values())
        y, unit = (y - low) / (high - low), high - low
    together = rows.cluster if counted.covariance == "cluster" else None
    terms = Terms.of(
        rows.x[:, :t], y, rows.names[:t], frequency=rows.frequency, w=rows.w, w2=rows.w2, cluster=together,
        outcome=rows.names[t],
    )  # fmt: skip
    kind = None if counted.covariance == "HC3" else counted.covariance
    if asked.model == "logit":
        fit = fit_logit(terms, unit=unit, covariance=kind)
    elif asked.model == "ordered":
        fit = fit_ordered(terms, values=levels, covariance=kind)
    else:
        fit = fit_counts(terms, family=asked.model, covariance=kind)
    base = _measured(gram, fit, asked)
    drivers = sum(name in asked.choice.names for name in gram.names[:t])
    if asked.model in ("logit", "ordered"):
        game = pseudo_importance(terms, drivers, family=asked.model)
        exact, stated = game.importance, game.method == "exact"
    elif 2**drivers * len(terms.y) <= _FITTED:
        exact, stated = _every_set(terms, drivers, asked.model), True
    else:
        exact, stated = _scaled(base, drivers, fit.r2), False
    cautions = base.cautions if stated else (*base.cautions, Caution("pseudo_approximate"))
    return replace(base, exact=exact, cautions=cautions)


def _every_set(terms: Terms, drivers: int, model: str) -> Floats:
    """Shapley values of a model's R², fitted on every set of drivers; the other terms are in each."""
    values = np.zeros(2**drivers)
    rest = list(range(drivers, len(terms.terms)))
    for index in range(2**drivers):
        held = [j for j in range(drivers) if index >> j & 1] + rest
        if held:
            part = replace(terms, x=terms.x[:, held], terms=tuple(terms.terms[j] for j in held))
            values[index] = fit_counts(part, family=model).r2
    return np.asarray(shapley_of(values))


def _scaled(base: Measured, drivers: int, r2: float) -> Floats:
    """Linear shares brought to a model's own R²."""
    total = base.covariance[-1, -1]
    found = importance(left_after(base.covariance, drivers), "lmg", total=total)
    whole = float(importance(base.covariance, "lmg", total=total).sum())
    return found * (r2 / whole) if whole > 0 else found
