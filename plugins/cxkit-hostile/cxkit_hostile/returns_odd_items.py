"""Crime: a list, as asked, of things that are neither sources nor commands; one good metric between bad."""

import cxkit as cx
from cxkit.hooks import hookimpl


@hookimpl
def cxkit_sources():
    return [42, object]


@hookimpl
def cxkit_commands():
    return ["run"]


@hookimpl
def cxkit_metrics():
    fine = cx.linear_metric("hostile_survivor", on="nps", scale=(0, 10), points={range(11): 0, 10: 100})
    return [None, fine, "nps"]
