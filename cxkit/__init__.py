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
    from cxkit.api import Project, Study, demo, project
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
    from cxkit.inference import Comparison, Family, compare, family
    from cxkit.metrics import box, ces, csat, index, linear_metric, mean, metric, nps, rate, score, trend
    from cxkit.metrics.questionnaires import sus, umux_lite
    from cxkit.present.result import Scores, Trend
    from cxkit.reports.declare import report
    from cxkit.sources import Note, Reading, open_reading, read, source
    from cxkit.stats.intervals import net_sample_size
    from cxkit.study.columns import col
    from cxkit.tally import Tally

_HOME = {
    "cxkit.api": ("Project", "Study", "demo", "project"),
    "cxkit.change.explained": ("Why",),
    "cxkit.change.why": ("why",),
    "cxkit.inference": ("Comparison", "Family", "compare", "family"),
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
    "cxkit.present.result": ("Scores", "Trend"),
    "cxkit.reports.declare": ("report",),
    "cxkit.sources": ("Note", "Reading", "open_reading", "read", "source"),
    "cxkit.stats.intervals": ("net_sample_size",),
    "cxkit.study.columns": ("col",),
    "cxkit.tally": ("Tally",),
}  # fmt: skip
_WHERE = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "ColumnError",
    "Comparison",
    "ConfigError",
    "CxkitError",
    "CxkitWarning",
    "DataWarning",
    "Family",
    "FilterError",
    "MissingExtra",
    "Note",
    "NothingMatched",
    "OptionError",
    "OutputError",
    "ParameterError",
    "PluginError",
    "PluginWarning",
    "Project",
    "Reading",
    "ReportFailed",
    "RoleError",
    "ScaleError",
    "Scores",
    "SourceError",
    "SourceNotFound",
    "Study",
    "Tally",
    "Trend",
    "UnknownNameError",
    "UsageError",
    "Why",
    "__version__",
    "box",
    "ces",
    "col",
    "compare",
    "csat",
    "demo",
    "family",
    "hookimpl",
    "index",
    "linear_metric",
    "mean",
    "metric",
    "net_sample_size",
    "nps",
    "open_reading",
    "project",
    "rate",
    "read",
    "report",
    "score",
    "show_versions",
    "source",
    "sus",
    "trend",
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
