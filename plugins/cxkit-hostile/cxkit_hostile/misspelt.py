"""Crime: a hook whose name is not quite one."""

from cxkit.hooks import hookimpl


@hookimpl
def cxkit_source():
    return []
