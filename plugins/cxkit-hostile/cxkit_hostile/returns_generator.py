"""Crime: hooks that are generators."""

from cxkit.hooks import hookimpl


@hookimpl
def cxkit_metrics():
    yield None


@hookimpl
def cxkit_exporters():
    yield None


@hookimpl
def cxkit_report_finished(report, files):
    yield files
