"""From what was measured of a group to its model: importance with intervals, VIF, performance, cautions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cxkit.errors import UsageError
from cxkit.keydrivers.asked import Asked, Weighing
from cxkit.keydrivers.diagnosis.caution import Caution
from cxkit.keydrivers.diagnosis.caution_words import in_order
from cxkit.keydrivers.diagnosis.cautions import data_cautions, importance_cautions, model_cautions
from cxkit.keydrivers.measured import Measured
from cxkit.keydrivers.model import Model
from cxkit.keydrivers.weighing import left_after, sums, weighed
from cxkit.stats.collinearity import vif
from cxkit.stats.importance import r2
from cxkit.study import Study
from cxkit.tally.gram import Gram

__all__ = ["left_out", "modelled"]


def modelled(
    study: Study, measured: Measured, asked: Asked, weighing: Weighing, key: tuple[object, ...], unweighted: int
) -> Model:
    """The model of one group."""
    fit = measured.fit
    names = tuple(name for name in fit.terms if name in asked.choice.names)
    p, t = len(names), len(fit.terms)
    groups = [[names.index(n) for n in members if n in names] for members in weighing.groups]
    found, draws, said = weighed(
        measured, p, weighing.method, [g for g in groups if g], seed=weighing.seed
    )  # fmt: skip
    low, high = _interval(draws, weighing.level) if draws is not None else (np.full(p, np.nan),) * 2
    # Of rows as few as the drivers, resamples have fewer still, and may all lie to one side of what was found.
    low, high = np.minimum(low, found), np.maximum(high, found)
    shares = _shares(draws, sums(weighing.method), found, weighing.level)
    spread = np.sqrt(np.maximum(np.diag(measured.covariance), 0))
    unit = np.divide(1, spread, out=np.zeros_like(spread), where=spread > 0)
    terms = unit[:t, None] * measured.covariance[:t, :t] * unit[:t]
    left = left_after(measured.covariance, p)
    scales = tuple(_scale(study, name, measured.low[i], measured.high[i]) for i, name in enumerate(names))
    single = [name in {column.name for column in asked.choice.drivers} for name in names]
    performance = np.where(single, measured.mean[:p], np.nan)
    correlation = _correlation(left)
    # A classic method does not sum to R²; what the drivers explain is R² itself then.
    adds_up = sums(weighing.method)
    explained = float(found.sum()) if adds_up else float(r2(left_after(measured.weighed, p), measured.weighed[-1, -1]))
    cautions = (
        *_lost(measured, asked, names, single, unweighted, alone=not key),
        *measured.cautions,
        *model_cautions(
            fit, correlation, names, levels=asked.outcome.values, outliers=measured.outlying, largest=measured.largest,
            mean=performance, scales=scales, better=asked.outcome.label.better,
        ),
        *importance_cautions(names, found, explained, method=weighing.method),
        *said,
    )  # fmt: skip
    return Model(
        key=key, names=names, fit=fit, importance=found, low=low, high=high, draws=draws,
        explained=explained, vif=vif(terms)[:p], performance=performance, spread=spread[:p], scales=scales,
        correlation=correlation, mean=float(measured.mean[t]), n=measured.n, rows=measured.rows,
        cautions=in_order(cautions), performance_se=_errors(measured, p, spread), adds_up=adds_up,
        ratings=_ratings(study, names, scales), share_low=shares[0], share_high=shares[1],
    )  # fmt: skip


def left_out(gram: Gram, why: UsageError) -> Caution:
    """That a group has no model: too few rows, or nothing that varies."""
    key = "too_few" if why.code == "too_few_rows" else "no_model"
    return Caution(key, (" · ".join(map(str, gram.key)),), (("rows", float(gram.rows)),))


def _lost(
    measured: Measured, asked: Asked, names: Sequence[str], single: Sequence[bool], unweighted: int, *, alone: bool
) -> tuple[Caution, ...]:
    """What to say of rows that are not used: gaps in the drivers, no outcome, no weight."""
    lacking = measured.rows - measured.answered
    if asked.missing == "listwise" and (lacking[:-1] > 0).any():
        # Of the only group, a row without a weight is incomplete too.
        more = unweighted if alone else 0
        gaps = np.where(single, lacking[: len(names)], 0)
        rows, used, answered = measured.rows + more, measured.n, measured.rows + more - gaps
        return data_cautions(names, rows=rows, used=used, answered=answered.tolist(), unweighted=unweighted)
    said = data_cautions(names, rows=measured.n, used=measured.n, unweighted=unweighted)
    # Pairs and imputation say it themselves.
    if lacking[-1] and asked.missing in ("listwise", "dummy"):
        said = (*said, Caution("no_outcome", (), (("lost", float(lacking[-1])), ("rows", float(measured.rows)))))
    return said


def _errors(measured: Measured, p: int, spread: np.ndarray) -> np.ndarray:
    """Standard errors of the drivers' means: of the bootstrap draws, else from the effective base."""
    if measured.mean_draws is not None:
        return np.asarray(measured.mean_draws[:, :p].std(axis=0, ddof=1))
    return np.asarray(spread[:p] / np.sqrt(measured.n_eff or measured.n))


def _interval(draws: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    low, high = np.quantile(draws, [0.5 - level / 2, 0.5 + level / 2], axis=0)
    return low, high


def _shares(
    draws: np.ndarray | None, adds_up: bool, found: np.ndarray, level: float
) -> tuple[np.ndarray, np.ndarray] | tuple[None, None]:
    """Interval of each driver's share of the importance, in %."""
    if draws is None:
        return None, None
    sizes, own = (draws, found) if adds_up else (np.abs(draws), np.abs(found))
    total = sizes.sum(axis=1, keepdims=True)
    part = np.divide(100 * sizes, total, out=np.zeros_like(sizes), where=total > 0)
    low, high = _interval(part, level)
    share = 100 * own / own.sum() if own.sum() > 0 else np.full(len(own), np.nan)
    return np.minimum(low, share), np.maximum(high, share)


def _correlation(covariance: np.ndarray) -> np.ndarray:
    spread = np.sqrt(np.maximum(np.diag(covariance), 0))
    unit = np.divide(1, spread, out=np.zeros_like(spread), where=spread > 0)
    return np.asarray(unit[:, None] * covariance * unit)


def _ratings(study: Study, names: Sequence[str], scales: Sequence[tuple[float, float]]) -> tuple[bool, ...]:
    """Which drivers are ratings: those of a declared scale, and those of the battery that most others are of."""
    common = max(scales, key=scales.count)
    battery = len(scales) > 1 and 2 * scales.count(common) > len(scales) and common[0] in (0, 1) and common[1] <= 11
    declared = [name in study.columns and study.scale_of(name).ends is not None for name in names]
    return tuple(said or (battery and ends == common) for said, ends in zip(declared, scales, strict=True))


def _scale(study: Study, name: str, low: float, high: float) -> tuple[float, float]:
    """The declared ends, else those that were seen."""
    ends = study.scale_of(name).ends if name in study.columns else None
    return ends if ends is not None else (float(low), float(high))
