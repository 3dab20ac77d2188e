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
    from cxkit.tally import Tally
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
    "cxkit.tally": ("Tally",),
    "cxkit.weighting": ("ResponseWeights", "Weighted", "response_weights"),
}  # fmt: skip
_WHERE = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Audit",
    "ChangePoints",
    "ColumnError",
    "Comparison",
    "ConfigError",
    "CxkitError",
    "CxkitWarning",
    "DataWarning",
    "Disclosure",
    "Drivers",
    "Family",
    "FilterError",
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
    "Posterior",
    "Project",
    "Ranking",
    "Reading",
    "ReportFailed",
    "ResponseWeights",
    "RoleError",
    "Running",
    "ScaleError",
    "Scores",
    "SourceError",
    "SourceNotFound",
    "Study",
    "Tally",
    "Trend",
    "UnknownNameError",
    "UsageError",
    "Weighted",
    "Why",
    "__version__",
    "audit",
    "audit_tables",
    "better_worse",
    "box",
    "ces",
    "change_points",
    "col",
    "compare",
    "csat",
    "demo",
    "drivers",
    "family",
    "hookimpl",
    "index",
    "kano",
    "linear_metric",
    "mean",
    "metric",
    "monitor",
    "net_sample_size",
    "nps",
    "open_reading",
    "plan",
    "post_stratify",
    "posterior",
    "project",
    "rake",
    "rank",
    "rate",
    "read",
    "report",
    "response_weights",
    "running",
    "score",
    "show_versions",
    "source",
    "suppress_together",
    "sus",
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
