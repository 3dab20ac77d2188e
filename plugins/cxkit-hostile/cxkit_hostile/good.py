"""No crime: this one behaves, and must keep working beside all the others."""

import cxkit as cx
from cxkit.hooks import hookimpl

hostile_ok = cx.linear_metric(
    "hostile_ok", on="nps", scale=(0, 10), points={range(10): 0, 10: 100}, unit="%", label="Share of 10s"
)


@hookimpl
def cxkit_study_loaded(study):
    """One harmless remark."""
    return ["hostile-ok was here"]


@hookimpl
def cxkit_report_finished(report, files):
    """Nothing to do."""


@hookimpl
def cxkit_gates_finished(outcomes):
    """Nothing to do."""
