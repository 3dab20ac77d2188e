"""Answers as numbers, and the groups of a call: columns, and the classes of a score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import UsageError
from cxkit.metrics.definition import LinearMetric
from cxkit.metrics.functions import metric_of
from cxkit.study import Study
from cxkit.study.labels import labelled
from cxkit.study.roles import SCORE_ROLES
from cxkit.study.scales import rate_scale
from cxkit.tally.coding import Coded, coded
from cxkit.tally.engine import plain

__all__ = ["Names", "bands_of", "decoded", "grouping"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Names = tuple[tuple[str, str], ...]


def grouping(study: Study, keys: Sequence[str], table: dict[str, Any], rows: Ints) -> tuple[list[Coded], Names]:
    """The grouping columns of some rows as codes; scores by their classes."""
    parts: list[Coded] = []
    names: Names = ()
    for key in keys:
        role = next((r for r in SCORE_ROLES if study.roles.get(r) == (key,)), None)
        part = coded(table[key]).mapped(plain)
        if role is not None:
            scale = study.scale_of(role)
            band = bands_of(study, role)
            names += tuple((b["en"], b["fr"]) for b in band.values())
            part = part.mapped(lambda raw, s=scale, b=band: _band(s.decode(raw), b))  # type: ignore[misc]
        parts.append(Coded(part.codes[rows], part.levels))
    kept = [Coded(p.codes, p.levels) for p in labelled(study.reading.labels, keys, parts)]
    return [_held(p).ranked() for p in kept], tuple(dict.fromkeys(names))


def bands_of(study: Study, role: str) -> dict[float, dict[str, str]]:
    """Answer of a score role -> names of its class: promoters, passives ..."""
    metric = metric_of(role, study)
    if not isinstance(metric, LinearMetric) or metric.points is None or not metric.bands:
        raise UsageError(f"{role!r} has no classes", hint="by='nps' or 'csat', or a column of your own classes")
    return {float(a): dict(metric.bands[v]) for a, v in metric.points.items()}


def decoded(study: Study, role: str, column: str, values: Any) -> Floats:
    """Answers as numbers, NaN for none, by the scale that the study knows."""
    scale = study.scale_of(role) if study.roles.get(role) == (column,) else study.scale_of(column)
    if role == "churned" and scale.ends != (0, 1):
        scale = rate_scale("churned")
    coded_values = coded(values).mapped(plain)
    counts = np.bincount(coded_values.codes, minlength=len(coded_values.levels))
    scale.check(role, list(zip(coded_values.levels, counts.tolist(), strict=True)), column=column)
    levels = [scale.decode(v) for v in coded_values.levels]
    return np.array([x if isinstance(x, (int, float)) else np.nan for x in levels], np.float64)[coded_values.codes]


def _band(answer: Any, bands: dict[float, dict[str, str]]) -> str | None:
    return bands[answer]["en"] if isinstance(answer, float) and answer in bands else None


def _held(part: Coded) -> Coded:
    """Without the levels that no row has."""
    used, codes = np.unique(part.codes, return_inverse=True)
    return Coded(codes.reshape(-1).astype(np.int64), tuple(part.levels[i] for i in used))
