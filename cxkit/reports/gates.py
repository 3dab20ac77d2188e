"""Gates: a score held against a target, judged by its interval, for CI to act on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from cxkit.inference import compare
from cxkit.metrics.functions import score
from cxkit.present.numbers import colon, interval, number, period
from cxkit.present.rows import suppressed
from cxkit.present.words import group_name, phrase

if TYPE_CHECKING:
    from cxkit.inference import Comparison
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
    fifty segments does not fail by chance alone. *no_fall* is about the latest complete period
    against the one before: it passes when the interval of the change is at or above 0 (less the
    margin), fails when it is all below; *no_rise* is the mirror image.
    """
    return tuple(outcome for gate in gates for outcome in _judge(gate, study, lang))


def _judge(gate: GateSettings, study: Study, lang: str) -> list[GateOutcome]:
    groups = max(1, len(study.groups(gate.by)) if gate.by else 1)
    level = 1 - (1 - gate.level) / groups
    if gate.on_change:
        return _judge_change(gate, study, level, lang)
    scores = score(study, gate.metric, by=gate.by or None, level=level)
    # A group whose numbers would give away a small one is judged, and its numbers kept back.
    _, hidden = suppressed(scores, HIDDEN_UNDER)
    name = gate.name or f"{gate.metric} {gate.test} {gate.threshold:g}"
    return [_outcome(gate, name, scores, i, lang, i in hidden) for i in range(len(scores))]


def _outcome(gate: GateSettings, name: str, scores: Scores, i: int, lang: str, hidden: bool) -> GateOutcome:
    estimate, low, high, n = scores.estimate[i], scores.low[i], scores.high[i], scores.n[i]
    verdict = _verdict(gate, low, high, n)
    if hidden or n < HIDDEN_UNDER:
        estimate = low = high = math.nan
        held = f"n < {HIDDEN_UNDER}" if n < HIDDEN_UNDER else _KEPT_BACK[lang]
        n = n if n < HIDDEN_UNDER else 0
    else:
        digits = scores.metric.digits
        held = f"{number(estimate, lang, digits=digits)} {interval(low, high, lang, digits=digits)}, n = {n}"
        held += f" < {gate.min_n}" if n < gate.min_n else ""
    said = (
        f"{scores.metric.title(lang)} {held}, {_SAID[gate.test][lang]} "
        f"{number(gate.threshold, lang, digits=scores.metric.digits)}{colon(lang)}{phrase(verdict, lang)}"
    )
    group = group_name(scores.keys[i], lang) if scores.keys[i] else ""
    return GateOutcome(name, group, verdict, gate.severity, estimate, low, high, n, said)


def _judge_change(gate: GateSettings, study: Study, level: float, lang: str) -> list[GateOutcome]:
    """The latest period of each group against the one before."""
    found = compare(
        study, gate.metric, test="previous", freq=gate.freq, by=gate.by or None, level=level, correction=None
    )
    last = max(key[-1] for key in found.keys)
    name = gate.name or f"{gate.metric} {gate.test} ({gate.freq})"
    return [_change_outcome(gate, name, found, i, lang) for i, key in enumerate(found.keys) if key[-1] == last]


def _change_outcome(gate: GateSettings, name: str, found: Comparison, i: int, lang: str) -> GateOutcome:
    least = min(found.n[i], found.other_n[i])
    delta, low, high = found.delta[i], found.delta_low[i], found.delta_high[i]
    verdict: Verdict = "inconclusive"
    if least >= gate.min_n and math.isfinite(low) and math.isfinite(high):
        worst, best = (low, high) if gate.test == "no_fall" else (-high, -low)
        verdict = "pass" if worst >= -gate.margin else "fail" if best < -gate.margin else "inconclusive"
    digits = found.metric.digits
    if least < HIDDEN_UNDER:
        delta = low = high = math.nan
        held = f"n < {HIDDEN_UNDER}"
    else:
        held = (
            f"{number(delta, lang, digits=digits, sign=True)} {interval(low, high, lang, digits=digits)}, n = {least}"
        )
        held += f" < {gate.min_n}" if least < gate.min_n else ""
    when = tuple(period(key[-1], gate.freq, lang) for key in (found.keys[i], found.versus_keys[i]))
    said = f"{found.metric.title(lang)} {_BETWEEN[lang].format(*when)} {held}, {_SAID[gate.test][lang]}{colon(lang)}{phrase(verdict, lang)}"
    group = group_name(found.keys[i][:-1], lang) if found.keys[i][:-1] else ""
    return GateOutcome(name, group, verdict, gate.severity, delta, low, high, least, said)


_BETWEEN = {"en": "in {0} against {1}:", "fr": "en {0} par rapport à {1} :"}
_KEPT_BACK = {"en": "(kept back to protect a small group)", "fr": "(non publié, pour protéger un petit groupe)"}
_SAID = {
    "no_fall": {"en": "not to fall", "fr": "ne doit pas baisser"},
    "no_rise": {"en": "not to rise", "fr": "ne doit pas monter"},
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
