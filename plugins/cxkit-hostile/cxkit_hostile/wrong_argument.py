"""Crime: a hook that asks for an argument that it is not given."""

from cxkit.hooks import hookimpl


@hookimpl
def cxkit_study_loaded(stody):
    return []
