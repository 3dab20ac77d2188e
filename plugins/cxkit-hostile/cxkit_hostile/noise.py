"""Crime: writes to standard output, in Python and below it, where programs expect JSON."""

import os
import sys

from cxkit.hooks import hookimpl

print("hostile noise from print")
sys.__stdout__.write("hostile noise from __stdout__\n")
os.write(1, b"hostile noise from the file descriptor\n")


@hookimpl
def cxkit_metrics():
    print("hostile noise from a hook")
    os.write(1, b"hostile noise from a hook, below Python\n")
    return []
