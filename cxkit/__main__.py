"""``python -m cxkit`` is the command line."""

from cxkit.cli import main

main()
