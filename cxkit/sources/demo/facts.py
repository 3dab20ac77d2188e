"""The truths of the demo data, with the exact figures of one size and seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cxkit.sources.demo.story import (
    CHURN_RATES,
    COMMENT_RATES,
    CONTACT_COST,
    CONTACT_RATES,
    EFFECTS,
    FIRST_MONTH,
    LEAVE_DAY,
    LIFT_MONTH,
    LIFT_SEGMENT,
    LIFT_WAIT,
    MARGIN_RATE,
    REFERRAL_RATES,
    REVENUE_PER_POINT,
    WAVE,
)
from cxkit.sources.demo.words import DRIVERS, LABELS, whole_number

if TYPE_CHECKING:
    from cxkit.sources.demo.panel import Answers, Bools

__all__ = ["DemoTruth", "demo_truth"]

Counts = tuple[int, int, int]
Rates = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class DemoTruth:
    """What is true in the demo data. Triples are promoters, passives, detractors.

    Attributes
    ----------
    n, seed : int
        Which data.
    effects : tuple of (str, float)
        Points of recommendation (0-10, before rounding and clipping) for one more point of
        each driver (1-5), the largest first; ``sat_app`` has none.
    wave, before_wave : str
        The month in which the NPS rises by composition alone, and the month before.
    counts_before, counts_wave : tuple of int
        Scored answers of these two months. They differ by ``leavers`` detractors and by
        nothing else: everyone else answers again, with the same ratings.
    leavers : int
        Detractors of the month before who left on ``leave_date``.
    nps_before, nps_wave : float
        The NPS of the two months, unweighted, from the counts.
    lift_month, lift_segment, lift_wait, lift_points
        From this month on, the wait of this segment (English label) is ``lift_wait`` better
        before it is rounded to 1-5, which is worth ``lift_points`` of its NPS: the mean over
        its scored answers of the same answer with and without the improvement.
    comment_rates : tuple of float
        Share of answers with a comment, by class; passives' where there is no score.
    comment_gap : float
        NPS of those who comment minus NPS of those who do not, in points: what these rates
        imply for the answers at hand.
    revenue_per_point : float
        EUR of 12-month revenue per customer for one NPS point (a customer whose last score is
        a promoter's stands at 100, a passive's at 0, a detractor's at -100), for customers
        who stayed the twelve months. The same in every segment.
    margin_rate : float
        Margin in revenue, behind ``monthly_margin`` and the margin of orders.
    churn_rates : tuple of float
        Share lost after the last answer, by class of the last score, leavers of the wave
        (churn date ``leave_date``) apart.
    leave_date : str
    contact_rates, referral_rates : tuple of float
        Calls of support and customers brought along in twelve months, by class of the last score.
    contact_cost : float
        EUR of one call.
    """

    n: int
    seed: int
    effects: tuple[tuple[str, float], ...]
    wave: str
    before_wave: str
    counts_before: Counts
    counts_wave: Counts
    leavers: int
    lift_month: str
    lift_segment: str
    lift_wait: float
    lift_points: float
    comment_rates: Rates
    comment_gap: float
    revenue_per_point: float
    margin_rate: float
    churn_rates: Rates
    leave_date: str
    contact_rates: Rates
    referral_rates: Rates
    contact_cost: float

    @property
    def nps_before(self) -> float:
        return _nps(self.counts_before)

    @property
    def nps_wave(self) -> float:
        return _nps(self.counts_wave)


def demo_truth(n: int = 6000, seed: int = 2026) -> DemoTruth:
    """What is true in the demo data of this size and seed.

    >>> truth = demo_truth(n=600)
    >>> [driver for driver, effect in truth.effects][:2]
    ['sat_wait', 'sat_product']
    >>> truth.counts_before[2] - truth.counts_wave[2] == truth.leavers
    True
    """
    n, seed = whole_number("n", n, least=1), whole_number("seed", seed, least=0)

    from cxkit.sources.demo.panel import draw_answers

    answers = draw_answers(n, seed)
    before, wave = _tally(answers, WAVE - 1), _tally(answers, WAVE)
    return DemoTruth(
        n=n,
        seed=seed,
        effects=tuple(sorted(zip(DRIVERS, EFFECTS, strict=True), key=lambda pair: -pair[1])),
        wave=_month(WAVE),
        before_wave=_month(WAVE - 1),
        counts_before=before,
        counts_wave=wave,
        leavers=sum(before) - sum(wave),
        lift_month=_month(LIFT_MONTH),
        lift_segment=LABELS["en"]["segment"][LIFT_SEGMENT],
        lift_wait=LIFT_WAIT,
        lift_points=_lift(answers),
        comment_rates=COMMENT_RATES,
        comment_gap=_comment_gap(answers),
        revenue_per_point=REVENUE_PER_POINT,
        margin_rate=MARGIN_RATE,
        churn_rates=CHURN_RATES,
        leave_date=LEAVE_DAY,
        contact_rates=CONTACT_RATES,
        referral_rates=REFERRAL_RATES,
        contact_cost=CONTACT_COST,
    )


def _month(index: int) -> str:
    """The name of a month of the survey, 0 the first."""
    year, month = map(int, FIRST_MONTH.split("-"))
    years, months = divmod(month - 1 + index, 12)
    return f"{year + years}-{months + 1:02d}"


def _nps(counts: Counts) -> float:
    return 100 * (counts[0] - counts[2]) / sum(counts) if sum(counts) else float("nan")


def _classes(answers: Answers, rows: Bools) -> Counts:
    """Promoters, passives and detractors among the scored answers of ``rows``."""
    import numpy as np

    from cxkit.sources.demo.panel import group

    scored = rows & ~answers.missing[:, 0]
    return tuple(np.bincount(group(answers.ratings[scored, 0]), minlength=3).tolist())


def _tally(answers: Answers, month: int) -> Counts:
    return _classes(answers, answers.month == month)


def _lift(answers: Answers) -> float:
    """NPS points that the improvement is worth, answer by answer, to those who had it."""
    from cxkit.sources.demo.panel import group

    had = (answers.people.segment[answers.customer] == LIFT_SEGMENT) & (answers.month >= LIFT_MONTH)
    had &= ~answers.missing[:, 0]
    moved = group(answers.unlifted[had]) - group(answers.ratings[had, 0])
    return float(100 * moved.mean()) if moved.size else float("nan")


def _comment_gap(answers: Answers) -> float:
    """NPS of those who comment minus that of those who do not, as the rates imply."""
    counts = _classes(answers, answers.month >= 0)
    shares = list(zip(counts, COMMENT_RATES, strict=True))
    said = [count * rate for count, rate in shares]
    silent = [count * (1 - rate) for count, rate in shares]
    if not sum(said):
        return float("nan")
    return 100 * ((said[0] - said[2]) / sum(said) - (silent[0] - silent[2]) / sum(silent))
