"""The top of the flow: a Study with every analysis as a method, each one line, fully typed.

No postponed annotations here: IPython completes ``s.nps().<TAB>`` from the real return types.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self, overload

from cxkit import change as _change
from cxkit import effects as _effects
from cxkit import inference as _inference
from cxkit import keydrivers as _keydrivers
from cxkit import quality as _quality
from cxkit import study as _study
from cxkit import value as _value
from cxkit import weighting as _weighting
from cxkit.change import ChangePoints, Monitor, Running
from cxkit.change import why as _why
from cxkit.change.explained import Why
from cxkit.effects import Effect
from cxkit.effects.estimating import Design
from cxkit.errors import UsageError
from cxkit.inference import Comparison, Plan, Posterior, Ranking
from cxkit.inference.pairing import Test
from cxkit.keydrivers import Drivers
from cxkit.keydrivers.readings.kano import PenaltyReward
from cxkit.metrics import functions as _metrics
from cxkit.metrics.differences import Side
from cxkit.present.result import Scores, Trend
from cxkit.protocols import Metric
from cxkit.quality import Audit
from cxkit.reports import project as _project
from cxkit.study import linking as _linking
from cxkit.value import (
    AtRisk,
    Churn,
    Cohorts,
    Contracts,
    Hazard,
    LifetimeValue,
    Linkage,
    Purchases,
    Rfm,
    Roi,
    RoiScenarios,
    Survival,
    Transactions,
)
from cxkit.value.returns.analysis import Period, Timing
from cxkit.weighting import Weighted

__all__ = ["Project", "Study", "audit", "demo", "post_stratify", "project", "rake", "trim_weights"]

By = str | Sequence[str] | None


class Study(_study.Study):
    """Answers and what each column means, and everything that can be asked of them."""

    __slots__ = ()
    __doc__ = _study.Study.__doc__

    def nps(self, by: By = None, method: str = "adjusted-wald", level: float = 0.95) -> Scores:
        """Net Promoter Score: see :func:`cxkit.nps`."""
        return _metrics.nps(self, by=by, method=method, level=level)

    def csat(
        self, by: By = None, method: str = "wilson", level: float = 0.95, *, boxes: Sequence[float] | None = None
    ) -> Scores:
        """Satisfaction as a box score: see :func:`cxkit.csat`."""
        return _metrics.csat(self, by=by, boxes=boxes, method=method, level=level)

    def ces(self, by: By = None, method: str = "t", level: float = 0.95, *, version: str | None = None) -> Scores:
        """Customer Effort Score: see :func:`cxkit.ces`."""
        return _metrics.ces(self, by=by, version=version, method=method, level=level)

    def mean(self, score: str, by: By = None, method: str = "t", level: float = 0.95) -> Scores:
        """The mean of a rating or number: see :func:`cxkit.mean`."""
        return _metrics.mean(self, score, by=by, method=method, level=level)

    def index(self, score: str, by: By = None, method: str = "t", level: float = 0.95, *, scale: Any = None) -> Scores:
        """The mean answer as 0..100: see :func:`cxkit.index`."""
        return _metrics.index(self, score, by=by, scale=scale, method=method, level=level)

    def box(
        self,
        score: str,
        by: By = None,
        method: str = "wilson",
        level: float = 0.95,
        *,
        boxes: Sequence[float],
        scale: Any = None,
    ) -> Scores:
        """Share of any set of answers: see :func:`cxkit.box`."""
        return _metrics.box(self, score, boxes=boxes, by=by, scale=scale, method=method, level=level)

    def rate(self, outcome: str = "outcome", by: By = None, method: str = "wilson", level: float = 0.95) -> Scores:
        """Share of yes: see :func:`cxkit.rate`."""
        return _metrics.rate(self, outcome, by=by, method=method, level=level)

    def metric(self, metric: str | Metric, by: By = None, method: str | None = None, level: float = 0.95) -> Scores:
        """Any metric by name or object: see :func:`cxkit.score`."""
        return _metrics.score(self, metric, by=by, method=method, level=level)

    def trend(
        self,
        metric: str | Metric,
        freq: str = "M",
        by: By = None,
        method: str | None = None,
        level: float = 0.95,
        *,
        rolling: int = 1,
        open_period: bool = False,
    ) -> Trend:
        """A metric by period: see :func:`cxkit.trend`."""
        return _metrics.trend(
            self, metric, freq=freq, by=by, method=method, level=level, rolling=rolling, open_period=open_period
        )

    def compare(
        self,
        metric: str | Metric,
        by: By = None,
        test: Test = "complement",
        *,
        freq: str | None = None,
        target: float | None = None,
        correction: Literal["bh", "holm", "bonferroni"] | None = "bh",
        side: Side = "two-sided",
        paired: bool = False,
        margin: float | None = None,
        method: str | None = None,
        level: float = 0.95,
        open_period: bool = False,
    ) -> Comparison:
        """Which differences are real: see :func:`cxkit.compare`."""
        return _inference.compare(
            self, metric, by=by, test=test, freq=freq, target=target, correction=correction, side=side, paired=paired,
            margin=margin, method=method, level=level, open_period=open_period,
        )  # fmt: skip

    def why(
        self,
        metric: str | Metric,
        versus: str = "previous",
        *,
        period: str | None = None,
        freq: str = "M",
        by: By = None,
        panel: bool | None = None,
        level: float = 0.95,
    ) -> Why:
        """A change split into leavers, joiners, mix and real change: see :func:`cxkit.why`."""
        return _why.why(self, metric, versus=versus, period=period, freq=freq, by=by, panel=panel, level=level)

    def rank(
        self,
        metric: str | Metric = "nps",
        by: By = None,
        *,
        min_n: int = 5,
        level: float = 0.95,
        shrink: bool = True,
        benchmark: float | None = None,
        benchmark_source: str | None = None,
    ) -> Ranking:
        """Units in order, with the ranks that they may really have: see :func:`cxkit.rank`."""
        if by is None:
            raise UsageError("a ranking is of groups", hint="s.rank('nps', by='...')")
        return _inference.rank(
            self, metric, by=by, min_n=min_n, level=level, shrink=shrink, benchmark=benchmark,
            benchmark_source=benchmark_source,
        )  # fmt: skip

    def posterior(
        self,
        metric: str | Metric = "nps",
        by: By = None,
        *,
        freq: str | None = None,
        prior: Any = "adjusted-wald",
        level: float = 0.95,
        seed: int = 0,
    ) -> Posterior:
        """What is to be believed of a score after these answers: see :func:`cxkit.posterior`."""
        return _inference.posterior(self, metric, by=by, freq=freq, prior=prior, level=level, seed=seed)

    def plan(
        self,
        metric: str | Metric = "nps",
        *,
        detect: float | None = None,
        margin: float | None = None,
        segments: int = 1,
        power: float = 0.8,
        level: float = 0.95,
        answers_per_day: float | None = None,
        response_rate: float | None = None,
        population: int | None = None,
        design_effect: float = 1.0,
    ) -> Plan:
        """Answers needed, given what these look like: see :func:`cxkit.plan`."""
        return _inference.plan(
            metric, study=self, detect=detect, margin=margin, segments=segments, power=power, level=level,
            answers_per_day=answers_per_day, response_rate=response_rate, population=population,
            design_effect=design_effect,
        )  # fmt: skip

    def drivers(
        self,
        outcome: str | Metric,
        drivers: str | Sequence[str] | None = None,
        by: By = None,
        importance: str = "lmg",
        interval: Literal["bootstrap"] | None = "bootstrap",
        *,
        model: Literal["ols", "logit", "ordered", "poisson", "negbin", "gamma"] = "ols",
        controls: str | Sequence[str] | None = None,
        interactions: Sequence[Any] | None = None,
        groups: Mapping[str, Any] | None = None,
        missing: Literal["listwise", "pairwise", "dummy", "impute"] = "listwise",
        freq: str | None = None,
        cluster: str | None = None,
        covariance: Literal["HC3", "cluster", "nonrobust"] | None = None,
        correction: Literal["bh", "holm", "bonferroni"] | None = "bh",
        resamples: int | None = None,
        seed: int = 0,
        level: float = 0.95,
    ) -> Drivers:
        """What drives an outcome: see :func:`cxkit.drivers`."""
        return _keydrivers.drivers(
            self, outcome, drivers, by, importance, interval, model=model, controls=controls, interactions=interactions,
            groups=groups, missing=missing, freq=freq, cluster=cluster, covariance=covariance, correction=correction, resamples=resamples,
            seed=seed, level=level,
        )  # fmt: skip

    def kano(
        self,
        outcome: str | Metric,
        drivers: str | Sequence[str] | None = None,
        *,
        low: Sequence[float] | None = None,
        high: Sequence[float] | None = None,
        controls: str | Sequence[str] | None = None,
        cluster: str | None = None,
        correction: Literal["bh", "holm", "bonferroni"] | None = "bh",
        asymmetry: float = 0.2,
        level: float = 0.95,
        seed: int = 0,
    ) -> PenaltyReward:
        """What low and high answers cost and bring: see :func:`cxkit.kano`."""
        return _keydrivers.kano(
            self, outcome, drivers, low=low, high=high, controls=controls, cluster=cluster, correction=correction,
            asymmetry=asymmetry, level=level, seed=seed,
        )  # fmt: skip

    def link(
        self,
        data: Any,
        *,
        on: str | Sequence[str] | Mapping[str, str] = "id",
        when: str | None = None,
        window: tuple[int | None, int | None] | None = None,
        rules: Mapping[str, str] | None = None,
        repair: str | Sequence[str] = (),
        scale: Mapping[str, Any] | None = None,
        read: Mapping[str, Any] | None = None,
        absent: float | Mapping[str, float] | None = None,
        unfinished: str = "kept",
        **columns: str,
    ) -> Self:
        """Columns of other data beside the answers: see :func:`cxkit.link`."""
        return _linking.link(
            self, data, on=on, when=when, window=window, rules=rules, repair=repair, scale=scale, read=read,
            absent=absent, unfinished=unfinished, **columns,
        )  # fmt: skip

    def linkage(
        self,
        score: str | Metric = "nps",
        outcomes: str | Sequence[str] | None = None,
        *,
        by: str | Sequence[str] | None = None,
        controls: str | Sequence[str] | None = None,
        bands: Mapping[str, Any] | None = None,
        among: str | None = None,
        answer: str = "last",
        correction: str | None = "bh",
        level: float = 0.95,
        currency: str | None = None,
        months: float = 12,
    ) -> Linkage:
        """What customers did, by class of a score, and what goes with one point: see :func:`cxkit.linkage`."""
        return _value.linkage(
            self, score, outcomes, by=by, controls=controls, bands=bands, among=among, answer=answer,
            correction=correction, level=level, currency=currency, months=months,
        )  # fmt: skip

    def churn(
        self,
        by: str | Sequence[str] | None = None,
        *,
        id: str | None = None,
        date: str | None = None,
        since: str | None = None,
        left: str | None = None,
        churned: str | None = None,
        revenue: str | None = None,
        period: str | None = None,
        months: float | None = None,
        as_of: dt.date | str | None = None,
        impossible: str = "refuse",
        level: float = 0.95,
    ) -> Churn:
        """Churn rate: customers lost in a period, of those at its start: see :func:`cxkit.churn`."""
        return _value.churn(
            self, by, id=id, date=date, since=since, left=left, churned=churned, revenue=revenue, period=period,
            months=months, as_of=as_of, impossible=impossible, level=level,
        )  # fmt: skip

    def survival(
        self,
        by: str | Sequence[str] | None = None,
        *,
        id: str | None = None,
        date: str | None = None,
        since: str | None = None,
        left: str | None = None,
        churned: str | None = None,
        duration: str | None = None,
        reason: str | None = None,
        entered: str | None = None,
        strata: str | None = None,
        at: Sequence[float] | float | None = None,
        horizon: float | None = None,
        unit: str = "months",
        as_of: dt.date | str | None = None,
        impossible: str = "refuse",
        level: float = 0.95,
    ) -> Survival:
        """How long customers stay, and whether groups differ: see :func:`cxkit.survival`."""
        return _value.survival(
            self, by, id=id, date=date, since=since, left=left, churned=churned, duration=duration,
            reason=reason, entered=entered, strata=strata, at=at, horizon=horizon, unit=unit, as_of=as_of,
            impossible=impossible, level=level,
        )  # fmt: skip

    def hazard(
        self,
        score: str = "nps",
        *,
        controls: str | Sequence[str] | None = None,
        model: str = "cox",
        per: str = "point",
        answers: str = "each",
        strata: str | None = None,
        link: str = "cloglog",
        id: str | None = None,
        date: str | None = None,
        since: str | None = None,
        left: str | None = None,
        churned: str | None = None,
        duration: str | None = None,
        entered: str | None = None,
        unit: str = "months",
        as_of: dt.date | str | None = None,
        impossible: str = "refuse",
        level: float = 0.95,
    ) -> Hazard:
        """How the risk of leaving goes with a score: a Cox or a discrete-time model: see :func:`cxkit.hazard`."""
        return _value.hazard(
            self, score, controls=controls, model=model, per=per, answers=answers, strata=strata, link=link,
            id=id, date=date, since=since, left=left, churned=churned, duration=duration, entered=entered,
            unit=unit, as_of=as_of, impossible=impossible, level=level,
        )  # fmt: skip

    def cohorts(
        self,
        *,
        id: str | None = None,
        date: str | None = None,
        revenue: str | None = None,
        since: str | None = None,
        left: str | None = None,
        freq: str | None = None,
        as_of: dt.date | str | None = None,
        impossible: str = "refuse",
        level: float = 0.95,
    ) -> Cohorts:
        """Retention by cohort: see :func:`cxkit.cohorts`."""
        return _value.cohorts(
            self, id=id, date=date, revenue=revenue, since=since, left=left, freq=freq, as_of=as_of,
            impossible=impossible, level=level,
        )  # fmt: skip

    def at_risk(
        self,
        score: str = "nps",
        *,
        controls: str | Sequence[str] | None = None,
        months: float | None = None,
        top: int = 20,
        ids: str = "masked",
        folds: int = 5,
        seed: int = 0,
        id: str | None = None,
        date: str | None = None,
        since: str | None = None,
        left: str | None = None,
        churned: str | None = None,
        as_of: dt.date | str | None = None,
        impossible: str = "refuse",
        level: float = 0.95,
    ) -> AtRisk:
        """Customers still here by their probability of leaving within some months: see :func:`cxkit.at_risk`."""
        return _value.at_risk(
            self, score, controls=controls, months=months, top=top, ids=ids, folds=folds, seed=seed, id=id,
            date=date, since=since, left=left, churned=churned, as_of=as_of, impossible=impossible, level=level,
        )  # fmt: skip

    def lifetime_value(
        self,
        *,
        margin: Any = None,
        margin_rate: Any = None,
        retention: Any = None,
        churn: Any = None,
        discount: Any = None,
        timing: str | None = None,
        horizon: int | None = None,
        lifespan: Any = None,
        acquisition_cost: Any = None,
        retention_cost: Any = None,
        period: str = "year",
        margin_period: str | None = None,
        churn_period: str | None = None,
        by: str | Sequence[str] | None = None,
        draws: int = 10000,
        seed: int = 0,
        level: float = 0.95,
        currency: str | None = None,
    ) -> LifetimeValue:
        """What a customer is worth over the time he stays: see :func:`cxkit.lifetime_value`."""
        return _value.lifetime_value(
            self, margin=margin, margin_rate=margin_rate, retention=retention, churn=churn, discount=discount,
            timing=timing, horizon=horizon, lifespan=lifespan, acquisition_cost=acquisition_cost,
            retention_cost=retention_cost, period=period, margin_period=margin_period, churn_period=churn_period,
            by=by, draws=draws, seed=seed, level=level, currency=currency,
        )  # fmt: skip

    def contracts(
        self,
        *,
        n: Any = None,
        since: str | None = None,
        left: str | None = None,
        by: str | Sequence[str] | None = None,
        freq: str = "Y",
        end: Any = None,
        project: int = 12,
        discount: float | None = None,
        margin: float | None = None,
        draws: int = 300,
        seed: int = 0,
        level: float = 0.95,
        currency: str | None = None,
    ) -> Contracts:
        """The shifted-beta-geometric model of renewals, by maximum likelihood: see :func:`cxkit.contracts`."""
        return _value.contracts(
            self, n=n, since=since, left=left, by=by, freq=freq, end=end, project=project, discount=discount,
            margin=margin, draws=draws, seed=seed, level=level, currency=currency,
        )  # fmt: skip

    def purchases(
        self,
        *,
        id: str | None = None,
        date: str | None = None,
        revenue: str | None = None,
        end: Any = None,
        freq: str = "W",
        holdout: Any = None,
        horizon: float | None = None,
        margin: float | None = None,
        discount: float | None = None,
        draws: int = 200,
        seed: int = 0,
        level: float = 0.95,
        currency: str | None = None,
    ) -> Purchases:
        """Repeat purchases without a contract, and their value: see :func:`cxkit.purchases`."""
        return _value.purchases(
            self, id=id, date=date, revenue=revenue, end=end, freq=freq, holdout=holdout, horizon=horizon,
            margin=margin, discount=discount, draws=draws, seed=seed, level=level, currency=currency,
        )  # fmt: skip

    def rfm(
        self,
        *,
        id: str | None = None,
        date: str | None = None,
        revenue: str | None = None,
        order: str | None = None,
        end: Any = None,
        level: float = 0.95,
        currency: str | None = None,
    ) -> Rfm:
        """Recency, frequency and value, named segments: see :func:`cxkit.rfm`."""
        return _value.rfm(
            self, id=id, date=date, revenue=revenue, order=order, end=end, level=level, currency=currency,
        )  # fmt: skip

    def transactions(
        self,
        *,
        id: str | None = None,
        date: str | None = None,
        revenue: str | None = None,
        order: str | None = None,
        term: str | None = None,
        by: str | Sequence[str] | None = None,
        end: Any = None,
        level: float = 0.95,
        currency: str | None = None,
    ) -> Transactions:
        """Average transaction, purchase frequency, repeat rate, revenue and returns: see :func:`cxkit.transactions`."""
        return _value.transactions(
            self, id=id, date=date, revenue=revenue, order=order, term=term, by=by, end=end, level=level,
            currency=currency,
        )  # fmt: skip

    @overload
    def roi(
        self, *, cost: Any, improve: Mapping[str, Any] | None = None, horizon: float | None = None,
        discount: Any = None, score: str | None = None, customers: Any = None, reach: Any = None, churn: Any = None,
        revenue: Any = None, margin: Any = None, margin_rate: Any = None, support_cost: Any = None,
        referrals: Any = None, cross_sell: Any = None, cross_sell_value: Any = None,
        after: Mapping[str, Any] | None = None, change: Mapping[str, Any] | None = None,
        per_point: Mapping[str, Any] | None = None, period: Period | None = None, timing: Timing | None = None,
        ramp_months: Any = None, delay_months: Any = None, fade: Any = None, drivers: Drivers | None = None,
        slopes: Any = None, months: float | None = None, evidence: Mapping[str, Any] | None = None,
        correlation: Mapping[tuple[str, str], float] | None = None, scenarios: None = None,
        currency: str | None = None, draws: int = 10000, seed: int = 0, level: float = 0.95,
    ) -> Roi: ...  # fmt: skip

    @overload
    def roi(
        self, *, cost: Any, improve: Mapping[str, Any] | None = None, horizon: float | None = None,
        discount: Any = None, score: str | None = None, customers: Any = None, reach: Any = None, churn: Any = None,
        revenue: Any = None, margin: Any = None, margin_rate: Any = None, support_cost: Any = None,
        referrals: Any = None, cross_sell: Any = None, cross_sell_value: Any = None,
        after: Mapping[str, Any] | None = None, change: Mapping[str, Any] | None = None,
        per_point: Mapping[str, Any] | None = None, period: Period | None = None, timing: Timing | None = None,
        ramp_months: Any = None, delay_months: Any = None, fade: Any = None, drivers: Drivers | None = None,
        slopes: Any = None, months: float | None = None, evidence: Mapping[str, Any] | None = None,
        correlation: Mapping[tuple[str, str], float] | None = None, scenarios: Mapping[str, Mapping[str, Any]],
        currency: str | None = None, draws: int = 10000, seed: int = 0, level: float = 0.95,
    ) -> RoiScenarios: ...  # fmt: skip

    def roi(
        self,
        *,
        cost: Any,
        improve: Mapping[str, Any] | None = None,
        horizon: float | None = None,
        discount: Any = None,
        score: str | None = None,
        customers: Any = None,
        reach: Any = None,
        churn: Any = None,
        revenue: Any = None,
        margin: Any = None,
        margin_rate: Any = None,
        support_cost: Any = None,
        referrals: Any = None,
        cross_sell: Any = None,
        cross_sell_value: Any = None,
        after: Mapping[str, Any] | None = None,
        change: Mapping[str, Any] | None = None,
        per_point: Mapping[str, Any] | None = None,
        period: Period | None = None,
        timing: Timing | None = None,
        ramp_months: Any = None,
        delay_months: Any = None,
        fade: Any = None,
        drivers: Drivers | None = None,
        slopes: Any = None,
        months: float | None = None,
        evidence: Mapping[str, Any] | None = None,
        correlation: Mapping[tuple[str, str], float] | None = None,
        scenarios: Any = None,
        currency: str | None = None,
        draws: int = 10000,
        seed: int = 0,
        level: float = 0.95,
    ) -> Roi | RoiScenarios:
        """What an improvement brings back: a distribution, its assumptions in view: see :func:`cxkit.roi`."""
        found: Roi | RoiScenarios = _value.roi(
            self, cost=cost, improve=improve, horizon=horizon, discount=discount, score=score,
            customers=customers, reach=reach, churn=churn, revenue=revenue, margin=margin,
            margin_rate=margin_rate, support_cost=support_cost, referrals=referrals, cross_sell=cross_sell,
            cross_sell_value=cross_sell_value, after=after, change=change, per_point=per_point, period=period,
            timing=timing, ramp_months=ramp_months, delay_months=delay_months, fade=fade, drivers=drivers,
            slopes=slopes, months=months, evidence=evidence, correlation=correlation, scenarios=scenarios, currency=currency,
            draws=draws, seed=seed, level=level,
        )  # fmt: skip
        return found

    def effect(
        self,
        outcome: str | Metric | Sequence[str | Metric],
        *,
        design: Design,
        treated: Any = None,
        control: Any = None,
        at: Any = None,
        before: str | Sequence[str] | None = None,
        controls: str | Sequence[str] | None = None,
        cluster: str | None = None,
        freq: str | None = None,
        split: Any = None,
        among: Any = None,
        method: str | None = None,
        season: int | None = None,
        reliability: float | None = None,
        correction: Literal["holm", "bh", "bonferroni"] | None = "holm",
        power: float = 0.8,
        level: float = 0.95,
        currency: str | None = None,
        seed: int = 0,
    ) -> Effect:
        """Whether an action worked: see :func:`cxkit.effect`."""
        return _effects.effect(
            self, outcome, design=design, treated=treated, control=control, at=at, before=before,
            controls=controls, cluster=cluster, freq=freq, split=split, among=among, method=method,
            season=season, reliability=reliability, correction=correction, power=power, level=level,
            currency=currency, seed=seed,
        )  # fmt: skip

    def monitor(
        self,
        metric: str | Metric,
        freq: str = "W",
        by: By = None,
        *,
        chart: Literal["shewhart", "ewma", "cusum"] = "shewhart",
        baseline: int | None = None,
        rules: Sequence[str] | None = None,
        limits: float | None = None,
        open_period: bool = False,
    ) -> Monitor:
        """A control chart: see :func:`cxkit.monitor`."""
        return _change.monitor(
            self, metric, freq=freq, by=by, chart=chart, baseline=baseline, rules=rules, limits=limits,
            open_period=open_period,
        )  # fmt: skip

    def change_points(
        self, metric: str | Metric, freq: str = "W", by: By = None, *, level: float = 0.95, most: int = 5, seed: int = 0
    ) -> ChangePoints:
        """When the level of a score changed: see :func:`cxkit.change_points`."""
        return _change.change_points(self, metric, freq=freq, by=by, level=level, most=most, seed=seed)

    def running(
        self,
        metric: str | Metric,
        freq: str = "D",
        *,
        start: Any = None,
        target: float | None = None,
        level: float = 0.95,
    ) -> Running:
        """A score that is looked at every day: see :func:`cxkit.running`."""
        return _change.running(self, metric, freq=freq, start=start, target=target, level=level)

    def rake(
        self,
        targets: Mapping[Any, Mapping[Any, float]],
        *,
        trim: tuple[float | None, float | None] | None = None,
        counts: bool = False,
    ) -> "Weighted[Study]":
        """Weights that bring several columns to known shares: see :func:`cxkit.rake`."""
        return _weighting.rake(self, targets, trim=trim, counts=counts)

    def post_stratify(
        self,
        targets: Mapping[Any, float],
        *,
        by: str | Sequence[str],
        trim: tuple[float | None, float | None] | None = None,
        counts: bool = False,
    ) -> "Weighted[Study]":
        """Weights that bring combinations of columns to known shares: see :func:`cxkit.post_stratify`."""
        return _weighting.post_stratify(self, targets, by=by, trim=trim, counts=counts)

    def trim_weights(self, bounds: tuple[float | None, float | None] = (0.3, 3.0)) -> "Weighted[Study]":
        """The weights held within bounds: see :func:`cxkit.trim_weights`."""
        return _weighting.trim_weights(self, bounds)

    def audit(
        self,
        *,
        duration: str | None = None,
        items: str | Sequence[str] | None = None,
        invited: Any = None,
        metrics: Any = None,
        level: float = 0.95,
        min_seconds: float | None = None,
    ) -> "Audit[Study]":
        """How far the answers can be trusted: see :func:`cxkit.audit`."""
        return _quality.audit(
            self, duration=duration, items=items, invited=invited, metrics=metrics, level=level, min_seconds=min_seconds
        )

    @property
    def metrics(self) -> "Metrics":
        """The metrics that are installed, for completion: ``s.metrics["<TAB>``."""
        return Metrics(self)

    def report(self, name: str = "executive", lang: str | None = None, **parameters: Any) -> Any:
        """Run a report notebook on this study: see :func:`cxkit.reports.run.report_of`.

        Returns
        -------
        RunningReport
            ``.save("bilan.html")`` writes it; the ending names the format.
        """
        from cxkit.reports.study import report_of

        return report_of(self, name, lang=lang, **parameters)


class Project(_project.Project):
    """A folder with its settings; its study has every analysis."""

    __slots__ = ()

    def study(self, source: str | None = None, *, roles: Mapping[str, Any] | None = None) -> Study:
        """The project's study, or that of another place with the same roles."""
        reading, said = self.said(source, roles)
        return self.linked(Study(reading, **said))


class Metrics(Mapping[str, Scores]):
    """Every installed metric of one study by name, computed when asked for."""

    def __init__(self, study: Study) -> None:
        self._study = study

    def __getitem__(self, name: str) -> Scores:
        return self._study.metric(name)

    def __iter__(self) -> Iterator[str]:
        from cxkit.registry import registry

        return iter(registry().metrics)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)


def project(folder: str | Path | None = None) -> Project:
    """The project of a folder: see :func:`cxkit.reports.project.project`."""
    found = _project.project(folder)
    return Project(found.root, found.file, found.settings)


def demo(lang: Literal["en", "fr"] = "en", n: int = 6000, seed: int = 2026) -> Study:
    """The built-in study: generated answers with a known, planted story. It is synthetic.

    Its customers and their orders are linked to it: what they spent, cost, and whether they left.

    Parameters
    ----------
    lang : {"en", "fr"}
        Language of its columns, labels and comments.
    n : int
        Answers.
    seed : int
        The same seed gives the same answers.
    """
    from cxkit.sources.demo import demo_links, demo_roles, read_demo
    from cxkit.study.linking import link

    roles: dict[str, Any] = demo_roles(lang)
    study = Study(read_demo.read("demo:", lang=lang, n=n, seed=seed), scale={"nps": (0, 10)}, **roles)
    for table, said in demo_links(study.reading.options):
        study = link(study, table, **said)
    return study


def _own(data: Any, weight: str | None = None) -> Study:
    """A study with every analysis, whatever was given."""
    if isinstance(data, _study.Study):
        if weight is not None:
            raise UsageError("weight= goes with a frame", hint="a study has its weight role: cx.Study(..., weight=...)")
        return data  # type: ignore[return-value]
    return Study(data, weight=weight)


def rake(
    data: Any,
    targets: Mapping[Any, Mapping[Any, float]],
    *,
    weight: str | None = None,
    trim: tuple[float | None, float | None] | None = None,
    counts: bool = False,
) -> Weighted[Study]:
    return _weighting.rake(_own(data, weight), targets, trim=trim, counts=counts)


def post_stratify(
    data: Any,
    targets: Mapping[Any, float],
    *,
    by: str | Sequence[str],
    weight: str | None = None,
    trim: tuple[float | None, float | None] | None = None,
    counts: bool = False,
) -> Weighted[Study]:
    return _weighting.post_stratify(_own(data, weight), targets, by=by, trim=trim, counts=counts)


def trim_weights(
    data: Any, bounds: tuple[float | None, float | None] = (0.3, 3.0), *, weight: str | None = None
) -> Weighted[Study]:
    return _weighting.trim_weights(_own(data, weight), bounds)


def audit(
    data: Any,
    *,
    duration: str | None = None,
    items: str | Sequence[str] | None = None,
    invited: Any = None,
    metrics: Any = None,
    level: float = 0.95,
    min_seconds: float | None = None,
) -> Audit[Study]:
    return _own(data).audit(
        duration=duration, items=items, invited=invited, metrics=metrics, level=level, min_seconds=min_seconds
    )


# What they do is told where they are computed.
rake.__doc__ = _weighting.rake.__doc__
post_stratify.__doc__ = _weighting.post_stratify.__doc__
trim_weights.__doc__ = _weighting.trim_weights.__doc__
audit.__doc__ = _quality.audit.__doc__
