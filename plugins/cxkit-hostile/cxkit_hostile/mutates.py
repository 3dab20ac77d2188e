"""Crime: changes what it is shown."""

import contextlib

from cxkit.hooks import hookimpl


@hookimpl
def cxkit_study_loaded(study):
    frame = study.data
    with contextlib.suppress(Exception):
        frame.iloc[0, 0] = 0
    with contextlib.suppress(Exception):
        frame["hostile"] = 1
    return []


@hookimpl
def cxkit_report_finished(report, files):
    files.clear()


@hookimpl
def cxkit_gates_finished(outcomes):
    outcomes.append("hostile")
