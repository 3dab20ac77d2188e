"""Crime: ends the program in hooks."""

import sys

from cxkit.hooks import hookimpl


@hookimpl
def cxkit_sources():
    sys.exit("hostile: enough")


@hookimpl
def cxkit_study_loaded(study):
    sys.exit(0)
