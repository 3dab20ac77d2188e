"""Crime: returns a string or a dict where a list is due."""

from cxkit.hooks import hookimpl


@hookimpl
def cxkit_reports():
    return "executive"


@hookimpl
def cxkit_metrics():
    return {"nps": 42}


@hookimpl
def cxkit_study_loaded(study):
    return "one remark, spread over its letters"
