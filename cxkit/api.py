"""The top of the flow: a Study with every analysis as a method, each one line, fully typed.

No postponed annotations here: IPython completes ``s.nps().<TAB>`` from the real return types.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from cxkit import change as _change
from cxkit import inference as _inference
from cxkit import keydrivers as _keydrivers
from cxkit import quality as _quality
from cxkit import study as _study
from cxkit import weighting as _weighting
from cxkit.change import ChangePoints, Monitor, Running
from cxkit.change import why as _why
from cxkit.change.explained import Why
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

    Parameters
    ----------
    lang : {"en", "fr"}
        Language of its columns, labels and comments.
    n : int
        Answers.
    seed : int
        The same seed gives the same answers.
    """
    from cxkit.sources.demo import demo_roles, read_demo

    roles: dict[str, Any] = demo_roles(lang)
    return Study(read_demo.read("demo:", lang=lang, n=n, seed=seed), scale={"nps": (0, 10)}, **roles)


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
