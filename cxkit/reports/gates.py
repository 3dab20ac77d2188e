"""Gates: a score held against a target, judged by its interval, for CI to act on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from cxkit.metrics.functions import score
from cxkit.present.numbers import interval, number
from cxkit.present.words import group_name, phrase

if TYPE_CHECKING:
    from cxkit.present.result import Scores
    from cxkit.reports.schema import GateSettings
    from cxkit.study import Study

__all__ = ["HIDDEN_UNDER", "GateOutcome", "judge"]

#: Groups with fewer answers are hidden: their scores are in no message and no file.
HIDDEN_UNDER = 5

Verdict = Literal["pass", "fail", "inconclusive"]


@dataclass(frozen=True, slots=True)
class GateOutcome:
    """One group held against one gate."""

    gate: str
    group: str
    verdict: Verdict
    severity: str
    estimate: float
    low: float
    high: float
    n: int
    message: str

    @property
    def failed(self) -> bool:
        """Whether this makes the run fail."""
        return self.verdict == "fail" and self.severity == "fail"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; a number that is not there is None."""

        def held(x: float) -> float | None:
            return x if math.isfinite(x) else None

        return {
            "gate": self.gate, "group": self.group, "verdict": self.verdict, "severity": self.severity,
            "estimate": held(self.estimate), "low": held(self.low), "high": held(self.high), "n": self.n,
            "message": self.message,
        }  # fmt: skip


def judge(gates: Sequence[GateSettings], study: Study, *, lang: str = "en") -> tuple[GateOutcome, ...]:
    """Judge every gate on every group.

    A gate *above* a target passes when the whole interval is at or above it, fails when the
    whole interval is below, and is inconclusive otherwise; *below* is the mirror image. With k
    groups the intervals are simultaneous (Bonferroni: level 1 - (1 - level)/k), so that a gate over
    fifty segments does not fail by chance alone.
    """
    return tuple(outcome for gate in gates for outcome in _judge(gate, study, lang))


def _judge(gate: GateSettings, study: Study, lang: str) -> list[GateOutcome]:
    groups = max(1, len(study.groups(gate.by)) if gate.by else 1)
    level = 1 - (1 - gate.level) / groups
    scores = score(study, gate.metric, by=gate.by or None, level=level)
    name = gate.name or f"{gate.metric} {gate.test} {gate.threshold:g}"
    return [_outcome(gate, name, scores, i, lang) for i in range(len(scores))]


def _outcome(gate: GateSettings, name: str, scores: Scores, i: int, lang: str) -> GateOutcome:
    estimate, low, high, n = scores.estimate[i], scores.low[i], scores.high[i], scores.n[i]
    verdict = _verdict(gate, low, high, n)
    if n < HIDDEN_UNDER:
        estimate = low = high = math.nan
        held = f"n < {HIDDEN_UNDER}"
    else:
        digits = scores.metric.digits
        held = f"{number(estimate, lang, digits=digits)} {interval(low, high, lang, digits=digits)}, n = {n}"
        held += f" < {gate.min_n}" if n < gate.min_n else ""
    said = (
        f"{scores.metric.title(lang)} {held}, {_SAID[gate.test][lang]} "
        f"{number(gate.threshold, lang, digits=scores.metric.digits)}: {phrase(verdict, lang)}"
    )
    group = group_name(scores.keys[i], lang) if scores.keys[i] else ""
    return GateOutcome(name, group, verdict, gate.severity, estimate, low, high, n, said)


_SAID = {
    "above": {"en": "to be at or above", "fr": "attendu à au moins"},
    "below": {"en": "to be at or below", "fr": "attendu à au plus"},
}


def _verdict(gate: GateSettings, low: float, high: float, n: int) -> Verdict:
    if n < gate.min_n or not (math.isfinite(low) and math.isfinite(high)):
        return "inconclusive"
    if gate.test == "above":
        line = gate.threshold - gate.margin
        return "pass" if low >= line else "fail" if high < line else "inconclusive"
    line = gate.threshold + gate.margin
    return "pass" if high <= line else "fail" if low > line else "inconclusive"
