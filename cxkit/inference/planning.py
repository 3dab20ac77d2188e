"""How many answers a survey needs: for a margin, for a change, in every segment."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cxkit.errors import OptionError
from cxkit.inference.plan_expected import check_counts, check_goals, check_shares, expectation
from cxkit.inference.plan_plots import PlanPlots
from cxkit.inference.posterior_counts import definition_of
from cxkit.metrics.scoring import described
from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, MetricLabel
from cxkit.protocols import Metric
from cxkit.stats import intervals
from cxkit.stats import power as powers

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Goal", "Plan", "plan"]

_MOST = 10**9


@dataclass(frozen=True, slots=True)
class Goal:
    """What is wanted, and what it takes.

    Attributes
    ----------
    kind : {"margin", "detect"}
    target : float
        The margin or the change, in the metric's unit (points for a share in %).
    p : float
        Level of significance of each test, after the family correction.
    answers, answers_all : int
        In each segment, and in all segments; for a change, in each of the two waves.
    half_width, detectable : float
        Expected half-width of the interval, and the change found with the wanted power, at that base.
    invitations, days : int or None
        For all segments (and one wave).
    """

    kind: str
    target: float
    p: float
    answers: int
    answers_all: int
    half_width: float
    detectable: float
    invitations: int | None
    days: int | None


@dataclass(frozen=True, slots=True, repr=False)
class Plan(Shown):
    """Answers that a survey needs for its goals.

    Attributes
    ----------
    variance : float
        Of one answer, in the metric's unit squared.
    basis : {"worst", "expected", "given", "study"}
        Where the variance comes from.
    mean : float
        The mean expected before a change; NaN where only a variance is known.
    observed_design : float
        Design effect of the study that the plan is based on; 1 without.
    """

    metric: MetricLabel
    goals: tuple[Goal, ...]
    segments: int
    power: float
    level: float
    variance: float
    basis: str
    mean: float
    family: str
    method: str
    design_effect: float = 1.0
    observed_design: float = 1.0
    population: int | None = None
    response_rate: float | None = None
    answers_per_day: float | None = None
    source: str = ""

    @property
    def answers(self) -> int:
        """Answers in each segment (and wave) that serve every goal."""
        return max(goal.answers for goal in self.goals)

    @property
    def answers_all(self) -> int:
        """The same in all segments together."""
        return max(goal.answers_all for goal in self.goals)

    @property
    def known_mean(self) -> float:
        """The mean, where a whole profile is expected; NaN where only a variance is."""
        return self.mean if self.basis in ("expected", "study") else math.nan

    @property
    def plot(self) -> PlanPlots:
        """Drawings: ``plot()`` for the curve."""
        return PlanPlots(self)

    def half_width_at(self, n: float) -> float:
        """Expected half-width of the interval with ``n`` answers in a segment."""
        return _half_width(self.method, self.variance, self.known_mean, self.metric, self._worth(n), self.level)

    def detectable_at(self, n: float) -> float:
        """The change between two waves of ``n`` answers in a segment that is found with the wanted power."""
        p, target = (1 - self.level) / self.segments, self._worth(n)
        if target <= 0:
            return math.inf
        return float(powers.detectable(math.sqrt(2 * self.variance / target), p, self.power))

    def _worth(self, n: float) -> float:
        """The base of a simple random sample from an endless population that tells as much."""
        worth = n / self.design_effect
        if self.population is None:
            return worth
        size = self.population / self.segments
        return math.inf if worth >= size else worth * (size - 1) / (size - worth)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of one row a goal.

        Columns ``metric, goal, target, answers, answers_all, half_width, detectable, p,
        invitations, days``.
        """
        import pandas as pd

        names = ("target", "answers", "answers_all", "half_width", "detectable", "p")
        columns: dict[str, Any] = {"metric": self.metric.name, "goal": [goal.kind for goal in self.goals]}
        columns |= {name: [getattr(goal, name) for goal in self.goals] for name in names}
        for name in ("invitations", "days"):
            columns[name] = pd.array([getattr(goal, name) for goal in self.goals], dtype="Int64")
        return pd.DataFrame(columns, index=range(len(self.goals)))

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold."""
        names = ("kind", "target", "p", "answers", "answers_all", "half_width", "detectable", "invitations", "days")
        return {
            "schema": SCHEMA, "kind": "plan", "metric": self.metric.name, "segments": self.segments,
            "power": self.power, "level": self.level, "variance": self.variance, "basis": self.basis,
            "family": self.family, "design_effect": self.design_effect, "population": self.population,
            "response_rate": self.response_rate, "answers_per_day": self.answers_per_day,
            "goals": [{name: getattr(goal, name) for name in names} for goal in self.goals],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """How many answers, at what level, on which assumptions."""
        from cxkit.inference.plan_words import explain_plan

        return explain_plan(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.inference.plan_words import plan_grid

        return plan_grid(self, lang)


def plan(
    metric: str | Metric = "nps",
    *,
    detect: float | None = None,
    margin: float | None = None,
    segments: int = 1,
    power: float = 0.8,
    level: float = 0.95,
    answers_per_day: float | None = None,
    response_rate: float | None = None,
    expected: Mapping[Any, float] | float | None = None,
    variance: float | None = None,
    population: int | None = None,
    design_effect: float = 1.0,
    study: Any = None,
) -> Plan:
    """How many answers a survey needs.

    Parameters
    ----------
    metric : str or Metric
        A score, share or mean.
    detect : float, optional
        The change between two equal, independent waves that is to be found, in the metric's
        unit (points; points of % for a share).
    margin : float, optional
        Half-width of the interval that is wanted, in the same unit.
    segments : int
        Segments in each of which the goals are to be met. The tests for a change share their level
        (Bonferroni); intervals keep theirs, as everywhere in cxkit.
    power : float
        Chance of finding the change, as a share.
    answers_per_day, response_rate : float, optional
        For days of fieldwork and invitations; the rate is a share.
    expected : mapping or float, optional
        Counts or shares by class: what it counts (``{-100: 20, 0: 30, 100: 50}``), its name
        (``{"Promoters": 50, ...}``) or an answer of a mean; or the expected share itself, in %.
    variance : float, optional
        Of one answer, in the metric's unit squared (10,000 is the worst case of NPS).
    population : int, optional
        People in all segments together, for the finite population correction.
    design_effect : float
        What weights and clusters multiply the variance by.
    study : Study, frame, Tally or Scores, optional
        Answers whose profile is expected again. Without any of the three, the worst case.

    Returns
    -------
    Plan
        ``answers``, ``answers_all``, ``goals``; ``to_frame()`` has one row a goal.

    Raises
    ------
    OptionError
        A goal, share or number that cannot be, with what would do.

    References
    ----------
    Sauro & Lewis (2016), Quantifying the User Experience, 2nd ed., chapter 7 (margins); Fleiss,
    Levin & Paik (2003), Statistical Methods for Rates and Proportions, 3rd ed., chapter 4 (two
    shares); Cochran (1977), Sampling Techniques, 3rd ed., section 4.4 (finite population).

    Examples
    --------
    >>> plan("nps", margin=10).answers
    382
    >>> plan("csat", expected=10, detect=2).answers
    3841
    """
    definition = definition_of(metric, study)
    label = described(definition)
    check_shares(power, level, response_rate)
    check_counts(segments, population, answers_per_day, design_effect)
    spread, mean, basis, design, source = expectation(definition, expected, variance, study)
    check_goals(detect, margin, label)
    method = definition.methods[0]
    base = Plan(
        label, (), segments, float(power), float(level), spread, basis, mean, "bonferroni" if segments > 1 else "none",
        method, float(design_effect), design, population, response_rate, answers_per_day, source,
    )  # fmt: skip
    goals = []
    if margin is not None:
        goals.append(_goal(base, "margin", float(margin), _for_margin(base, float(margin))))
    if detect is not None:
        goals.append(_goal(base, "detect", float(detect), _for_change(base, float(detect))))
    return replace(base, goals=tuple(goals))


def _goal(base: Plan, kind: str, target: float, wanted: float) -> Goal:
    """A goal from the answers that it takes in a simple random sample from an endless population."""
    size = None if base.population is None else base.population / base.segments
    needed = float(powers.finite_base(max(wanted, 1.0), size)) * base.design_effect
    if needed > _MOST:
        raise OptionError(
            f"{kind}={target:g} takes more than {_MOST:,} answers in each segment", hint="a larger margin or change"
        )
    # The tiny allowance keeps 382.0000000001 at 382.
    n = max(2, math.ceil(needed - 1e-9))
    n = n if size is None else min(n, max(2, math.ceil(size)))
    total = n * base.segments
    invitations = None if base.response_rate is None else math.ceil(total / base.response_rate - 1e-9)
    days = None if base.answers_per_day is None else math.ceil(total / base.answers_per_day - 1e-9)
    # The error allowed for a test is divided over the segments; an interval keeps its own level.
    p = (1 - base.level) / (base.segments if kind == "detect" else 1)
    return Goal(
        kind, target, p, n, total, base.half_width_at(n), base.detectable_at(n), invitations, days,
    )  # fmt: skip


def _for_margin(base: Plan, margin: float) -> float:
    """Answers for an expected interval of ± ``margin``, as the metric's own interval is made."""
    if base.method == "adjusted-wald" and math.isnan(base.known_mean):
        low, high = base.metric.bounds or (-1.0, 1.0)
        half = (high - low) / 2
        try:
            return float(intervals.net_sample_size(margin / half, variance=base.variance / half**2, level=base.level))
        except OverflowError:
            return math.inf
    # The half-width falls as n grows: double until it fits, then halve the bracket.
    high_n = 2.0
    while (
        high_n <= _MOST
        and _half_width(base.method, base.variance, base.known_mean, base.metric, high_n, base.level) > margin
    ):
        high_n *= 2
    low_n = high_n / 2
    while high_n - low_n > 0.01:
        middle = (low_n + high_n) / 2
        fits = _half_width(base.method, base.variance, base.known_mean, base.metric, middle, base.level) <= margin
        low_n, high_n = (low_n, middle) if fits else (middle, high_n)
    return high_n


def _for_change(base: Plan, change: float) -> float:
    """Answers in each of two waves for a change; shares by the pooled test, whose variance moves with them."""
    p = (1 - base.level) / base.segments
    if base.method == "wilson" and base.metric.bounds is not None and base.basis != "given":
        low, high = base.metric.bounds
        size = change / (high - low)
        before = (base.mean - low) / (high - low)
        if base.basis == "worst":
            before = 0.5 - size / 2
        # Towards one half the variance grows: the direction that needs more answers.
        after = before + size if before <= 0.5 else before - size
        return powers.base_for_shares(before, min(max(after, 0.0), 1.0), p, base.power)
    return float(powers.base_for_difference(base.variance, base.variance, change, p, base.power))


def _half_width(method: str, variance: float, mean: float, metric: MetricLabel, n: float, level: float) -> float:
    """Expected half-width of the metric's own interval with ``n`` answers of that variance."""
    if math.isinf(n):
        return 0.0
    z = intervals.z_value(level)
    if method == "adjusted-wald" and metric.bounds is not None:
        half, spread = (metric.bounds[1] - metric.bounds[0]) / 2, variance
        if math.isfinite(mean):  # the three answers that the interval adds have a spread of their own
            away = mean - (metric.bounds[0] + metric.bounds[1]) / 2
            spread = (n * variance + 3 * (half**2 / 2) + 3 * n / (n + 3) * away**2) / (n + 3)
        return float(z * math.sqrt(spread / (n + 3)))
    if method == "wilson" and metric.bounds is not None:
        span = metric.bounds[1] - metric.bounds[0]
        return float(span * z / (1 + z**2 / n) * math.sqrt(variance / span**2 / n + z**2 / (4 * n**2)))
    if n < 2:
        return math.inf
    low, high = intervals.student_t(0.0, math.sqrt(variance / (n - 1)), n - 1, level)
    return float(high - low) / 2
