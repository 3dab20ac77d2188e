"""cxkit: the open analysis kit for customer experience.

>>> import cxkit as cx
>>> s = cx.demo()
>>> r = s.nps(by="segment")

Names are resolved when first used, so that ``import cxkit`` loads neither pandas nor matplotlib.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from cxkit.api import Project, Study, audit, demo, post_stratify, project, rake, trim_weights
    from cxkit.change import ChangePoints, Monitor, Running, change_points, monitor, running
    from cxkit.change.explained import Why
    from cxkit.change.why import why
    from cxkit.diagnosis import show_versions
    from cxkit.effects import Effect, effect
    from cxkit.errors import (
        ColumnError,
        ConfigError,
        CxkitError,
        CxkitWarning,
        DataWarning,
        FilterError,
        MissingExtra,
        NothingMatched,
        OptionError,
        OutputError,
        ParameterError,
        PluginError,
        PluginWarning,
        ReportFailed,
        RoleError,
        ScaleError,
        SourceError,
        SourceNotFound,
        UnknownNameError,
        UsageError,
    )
    from cxkit.hooks import hookimpl
    from cxkit.inference import Comparison, Family, Plan, Posterior, Ranking, compare, family, plan, posterior, rank
    from cxkit.keydrivers import Drivers, better_worse, drivers, kano
    from cxkit.metrics import box, ces, csat, index, linear_metric, mean, metric, nps, rate, score, trend
    from cxkit.metrics.questionnaires import sus, umux_lite
    from cxkit.present.disclosure import Disclosure, audit_tables
    from cxkit.present.result import Scores, Trend
    from cxkit.present.suppression import suppress_together
    from cxkit.quality import Audit
    from cxkit.reports.declare import report
    from cxkit.sources import Note, Reading, open_reading, read, source
    from cxkit.stats.intervals import net_sample_size
    from cxkit.study.columns import col
    from cxkit.study.linking import JoinReport, link
    from cxkit.tally import Tally
    from cxkit.value import (
        AtRisk,
        Churn,
        Cohorts,
        Contracts,
        Hazard,
        LifetimeValue,
        Linkage,
        PointValue,
        Portfolio,
        Purchases,
        Rfm,
        Roi,
        RoiScenarios,
        Survival,
        Transactions,
        annual_churn,
        at_risk,
        churn,
        cohorts,
        contracts,
        hazard,
        lifetime_value,
        linkage,
        margin_multiple,
        period_churn,
        portfolio,
        purchases,
        rfm,
        roi,
        survival,
        transactions,
    )
    from cxkit.weighting import ResponseWeights, Weighted, response_weights

_HOME = {
    "cxkit.api": ("Project", "Study", "audit", "demo", "post_stratify", "project", "rake", "trim_weights"),
    "cxkit.change": ("ChangePoints", "Monitor", "Running", "change_points", "monitor", "running"),
    "cxkit.change.explained": ("Why",),
    "cxkit.change.why": ("why",),
    "cxkit.keydrivers": ("Drivers", "better_worse", "drivers", "kano"),
    "cxkit.inference": (
        "Comparison", "Family", "Plan", "Posterior", "Ranking", "compare", "family", "plan", "posterior", "rank",
    ),
    "cxkit.effects": ("Effect", "effect"),
    "cxkit.diagnosis": ("show_versions",),
    "cxkit.errors": (
        "ColumnError", "ConfigError", "CxkitError", "CxkitWarning", "DataWarning", "FilterError",
        "MissingExtra", "NothingMatched", "OptionError", "OutputError", "ParameterError", "PluginError",
        "PluginWarning", "ReportFailed", "RoleError", "ScaleError", "SourceError", "SourceNotFound",
        "UnknownNameError", "UsageError",
    ),
    "cxkit.hooks": ("hookimpl",),
    "cxkit.metrics": (
        "box", "ces", "csat", "index", "linear_metric", "mean", "metric", "nps", "rate", "score", "trend",
    ),
    "cxkit.metrics.questionnaires": ("sus", "umux_lite"),
    "cxkit.present.disclosure": ("Disclosure", "audit_tables"),
    "cxkit.present.result": ("Scores", "Trend"),
    "cxkit.present.suppression": ("suppress_together",),
    "cxkit.quality": ("Audit",),
    "cxkit.reports.declare": ("report",),
    "cxkit.sources": ("Note", "Reading", "open_reading", "read", "source"),
    "cxkit.stats.intervals": ("net_sample_size",),
    "cxkit.study.columns": ("col",),
    "cxkit.study.linking": ("JoinReport", "link"),
    "cxkit.tally": ("Tally",),
    "cxkit.value": (
        "AtRisk", "Churn", "Cohorts", "Contracts", "Hazard", "LifetimeValue", "Linkage", "PointValue", "Portfolio", "Purchases", "Rfm", "Roi", "RoiScenarios", "Survival", "Transactions", "annual_churn", "at_risk", "churn", "cohorts", "contracts", "hazard", "lifetime_value", "linkage", "margin_multiple", "period_churn", "portfolio", "purchases", "rfm", "roi", "survival", "transactions",
    ),
    "cxkit.weighting": ("ResponseWeights", "Weighted", "response_weights"),
}  # fmt: skip
_WHERE = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "AtRisk",
    "Audit",
    "ChangePoints",
    "Churn",
    "Cohorts",
    "ColumnError",
    "Comparison",
    "ConfigError",
    "Contracts",
    "CxkitError",
    "CxkitWarning",
    "DataWarning",
    "Disclosure",
    "Drivers",
    "Effect",
    "Family",
    "FilterError",
    "Hazard",
    "JoinReport",
    "LifetimeValue",
    "Linkage",
    "MissingExtra",
    "Monitor",
    "Note",
    "NothingMatched",
    "OptionError",
    "OutputError",
    "ParameterError",
    "Plan",
    "PluginError",
    "PluginWarning",
    "PointValue",
    "Portfolio",
    "Posterior",
    "Project",
    "Purchases",
    "Ranking",
    "Reading",
    "ReportFailed",
    "ResponseWeights",
    "Rfm",
    "Roi",
    "RoiScenarios",
    "RoleError",
    "Running",
    "ScaleError",
    "Scores",
    "SourceError",
    "SourceNotFound",
    "Study",
    "Survival",
    "Tally",
    "Transactions",
    "Trend",
    "UnknownNameError",
    "UsageError",
    "Weighted",
    "Why",
    "__version__",
    "annual_churn",
    "at_risk",
    "audit",
    "audit_tables",
    "better_worse",
    "box",
    "ces",
    "change_points",
    "churn",
    "cohorts",
    "col",
    "compare",
    "contracts",
    "csat",
    "demo",
    "drivers",
    "effect",
    "family",
    "hazard",
    "hookimpl",
    "index",
    "kano",
    "lifetime_value",
    "linear_metric",
    "link",
    "linkage",
    "margin_multiple",
    "mean",
    "metric",
    "monitor",
    "net_sample_size",
    "nps",
    "open_reading",
    "period_churn",
    "plan",
    "portfolio",
    "post_stratify",
    "posterior",
    "project",
    "purchases",
    "rake",
    "rank",
    "rate",
    "read",
    "report",
    "response_weights",
    "rfm",
    "roi",
    "running",
    "score",
    "show_versions",
    "source",
    "suppress_together",
    "survival",
    "sus",
    "transactions",
    "trend",
    "trim_weights",
    "umux_lite",
    "why",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'cxkit' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_WHERE[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
