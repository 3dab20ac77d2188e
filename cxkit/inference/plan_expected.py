"""What a plan is told: the answers that are expected, and numbers that can be."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from cxkit.errors import OptionError, did_you_mean
from cxkit.inference.posterior_counts import class_values, observed
from cxkit.present.result import MetricLabel, Scores
from cxkit.protocols import Metric
from cxkit.tally import Tally

__all__ = ["check_counts", "check_goals", "check_shares", "expectation"]


def expectation(
    definition: Metric, expected: Any, variance: float | None, study: Any
) -> tuple[float, float, str, float, str]:
    """Variance and mean of an answer, where they come from, the design effect seen, and the source's name."""
    said = [n for n, x in (("expected", expected), ("variance", variance), ("study", study)) if x is not None]
    if len(said) > 1:
        raise OptionError(f"{' and '.join(said)} both say what answers to expect", hint="give one of them")
    bounds = definition.bounds
    most = math.inf if bounds is None else ((bounds[1] - bounds[0]) / 2) ** 2
    if study is not None:
        source = study.source if isinstance(study, Scores) else ""
        held = study.tally if isinstance(study, Scores) else study
        found = observed(held.rollup() if isinstance(held, Tally) else held, definition)
        seen = found.estimates
        if not len(seen) or seen.n[0] < 2 or not seen.variance[0] > 0:
            raise OptionError("these answers show no spread to plan with", hint="leave study= out for the worst case")
        of_one = float(seen.n[0] / seen.n_star[0])
        return (
            float(seen.variance[0]),
            float(seen.estimate[0]),
            "study",
            of_one,
            (source or found.scores.source).rstrip(":"),
        )
    if variance is not None:
        if not _is_number(variance) or not 0 < variance <= most * (1 + 1e-9):
            ends = f" and at most {most:g}" if math.isfinite(most) else ""
            raise OptionError(f"variance is {variance!r}", hint=f"a number above 0{ends}, in the metric's unit squared")
        return float(variance), math.nan, "given", 1.0, ""
    if expected is not None:
        spread, mean = _profile(definition, expected)
        return spread, mean, "expected", 1.0, ""
    if bounds is None:
        raise OptionError(
            f"metric {definition.name!r} has no ends, so no worst case", hint="variance=, or study= with past answers"
        )
    return most, (bounds[0] + bounds[1]) / 2, "worst", 1.0, ""


def _profile(definition: Metric, expected: Any) -> tuple[float, float]:
    """Variance and mean of an expected profile: shares or counts by class, or one share."""
    values = class_values(definition)
    if not isinstance(expected, Mapping):
        if len(values) != 2 or not _is_number(expected):
            raise OptionError(
                f"expected is {expected!r}",
                hint="shares or counts by class, {-100: 20, 0: 30, 100: 50}; one number is for a share, in %",
            )
        if not values[0] < expected < values[1]:
            raise OptionError(
                f"expected is {expected!r}", hint=f"between {values[0]:g} and {values[1]:g}, both excluded"
            )
        return float((expected - values[0]) * (values[1] - expected)), float(expected)
    names: dict[str, float] = {}
    for value, band in getattr(definition, "bands", {}).items():
        names |= {title.casefold(): value for title in band.values()}
    weight: dict[float, float] = {}
    for key, share in expected.items():
        value = names.get(key.casefold()) if isinstance(key, str) else float(key) if _is_number(key) else None
        if value is None or not np.isin(value, values).item():
            known = [f"{v:g}" for v in values.tolist()] + sorted(names)
            raise OptionError(f"expected names no class of this metric: {key!r}",
                              hint=did_you_mean(str(key), known, what="Classes"))  # fmt: skip
        if not _is_number(share) or share < 0:
            raise OptionError(f"expected[{key!r}] is {share!r}", hint="a count or a share of at least 0")
        weight[value] = weight.get(value, 0.0) + float(share)
    total = sum(weight.values())
    mean = sum(v * w for v, w in weight.items()) / total if total else math.nan
    spread = sum(w * (v - mean) ** 2 for v, w in weight.items()) / total if total else 0.0
    if not spread > 0:
        raise OptionError("the expected answers are all alike", hint="shares of at least two classes")
    return spread, mean


def check_goals(detect: float | None, margin: float | None, label: MetricLabel) -> None:
    if detect is None and margin is None:
        raise OptionError(
            "nothing to plan for", hint="detect=5 (a change between two waves) or margin=5 (the interval), or both"
        )
    span = math.inf if label.bounds is None else label.bounds[1] - label.bounds[0]
    for name, x, most in (("detect", detect, span), ("margin", margin, span / 2)):
        if x is None:
            continue
        if not _is_number(x) or x <= 0:
            raise OptionError(f"{name} is {x!r}", hint="a number above 0, in the metric's own unit")
        if x >= most:
            raise OptionError(
                f"{name}={x:g} is as wide as the scale of {label.name!r}", hint=f"a number below {most:g}"
            )


def check_shares(power: Any, level: Any, response_rate: Any) -> None:
    if not _is_number(power) or not 0.5 <= power < 1:
        raise OptionError(f"power is {power!r}", hint="a share of at least one half, such as 0.8")
    if not _is_number(level) or not 0.5 <= level < 1:
        raise OptionError(f"level is {level!r}", hint="a share such as 0.95")
    if response_rate is not None and (not _is_number(response_rate) or not 0 < response_rate <= 1):
        raise OptionError(f"response_rate is {response_rate!r}", hint="a share: 0.2 is 20 %")


def check_counts(segments: Any, population: Any, answers_per_day: Any, design_effect: Any) -> None:
    if isinstance(segments, bool) or not isinstance(segments, int) or segments < 1:
        raise OptionError(f"segments is {segments!r}", hint="a whole number of at least 1")
    if population is not None and (
        isinstance(population, bool) or not isinstance(population, int) or population < 2 * segments
    ):
        raise OptionError(f"population is {population!r}", hint="people in all segments: at least two in each")
    if answers_per_day is not None and (not _is_number(answers_per_day) or answers_per_day <= 0):
        raise OptionError(f"answers_per_day is {answers_per_day!r}", hint="a number above 0")
    if not _is_number(design_effect) or design_effect < 1:
        raise OptionError(f"design_effect is {design_effect!r}", hint="at least 1, such as 1.2")


def _is_number(x: Any) -> bool:
    return isinstance(x, (int, float, np.number)) and not isinstance(x, bool) and math.isfinite(x)
