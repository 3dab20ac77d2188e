"""Crime: raises in hooks."""

from cxkit.hooks import hookimpl


@hookimpl
def cxkit_metrics():
    raise ValueError("hostile: raised in a hook")


@hookimpl
def cxkit_study_loaded(study):
    raise KeyError("hostile")


@hookimpl
def cxkit_report_finished(report, files):
    raise OSError("hostile: no mail server")


@hookimpl
def cxkit_gates_finished(outcomes):
    raise RuntimeError("hostile")
