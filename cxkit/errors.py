"""The exceptions and warnings of cxkit.

Every error says what happened, where (file, row, column), and then the fix. It carries
``code`` (stable, for programs), ``hint`` (the fix, for people) and ``exit_code`` (what the
command line returns), and derives from the built-in exception that people already catch.

::

    CxkitError
    ├── UsageError (ValueError)            a call that cannot be right
    │   ├── OptionError                    an unknown or ill-typed option
    │   ├── ColumnError (KeyError)         no such column
    │   ├── RoleError                      a role that does not fit its column
    │   ├── ScaleError                     answers that are not on the declared scale
    │   ├── FilterError                    a filter on a value that is not there
    │   └── UnknownNameError (KeyError)    no such metric, source, report, role ...
    ├── SourceError (ValueError)           a place that cannot be read as asked
    │   └── SourceNotFound (FileNotFoundError)
    ├── ConfigError (ValueError)           cxkit.toml
    ├── ParameterError (ValueError)        report parameters
    ├── MissingExtra (ImportError)         an optional dependency is not installed
    ├── NothingMatched (LookupError)       nothing is left to compute on           exit code 4
    ├── OutputError (OSError)              a result that could not be written      exit code 3
    ├── ReportFailed (RuntimeError)        a report's notebook raised              exit code 3
    └── PluginError (RuntimeError)         a plugin misbehaved                     exit code 3

    CxkitWarning (UserWarning)
    ├── DataWarning                        something in the data was repaired, dropped or odd
    └── PluginWarning                      a plugin was left out, and why
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "ColumnError",
    "ConfigError",
    "CxkitError",
    "CxkitWarning",
    "DataWarning",
    "FilterError",
    "MissingExtra",
    "NothingMatched",
    "OptionError",
    "OutputError",
    "ParameterError",
    "PluginError",
    "PluginWarning",
    "ReportFailed",
    "RoleError",
    "ScaleError",
    "SourceError",
    "SourceNotFound",
    "UnknownNameError",
    "UsageError",
    "did_you_mean",
]


class CxkitError(Exception):
    """Base of every error that cxkit raises on purpose.

    Parameters
    ----------
    what : str
        What is wrong, as a sentence.
    hint : str, optional
        The fix, as the reader would type it.
    file, row, column : optional
        Where. ``row`` counts data rows from 1 (the header is not one).
    code : str, optional
        A stable word for programs; each class has a default.
    """

    code: str = "error"
    exit_code: int = 2

    def __init__(
        self,
        what: str,
        *,
        hint: str | None = None,
        file: str | None = None,
        row: int | None = None,
        column: str | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.file = file
        self.row = row
        self.column = column
        if code is not None:
            self.code = code

    @property
    def where(self) -> str:
        """Where it happened, or an empty string: ``survey.csv, row 12, column 'Q1'``."""
        parts = [self.file] if self.file else []
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column!r}")
        return ", ".join(parts)

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n  fix: {self.hint}" if self.hint else head


class UsageError(CxkitError, ValueError):
    code = "usage"


class OptionError(UsageError):
    code = "option"


class ColumnError(UsageError, KeyError):
    code = "column_unknown"


class RoleError(UsageError):
    code = "role"


class ScaleError(UsageError):
    code = "scale"


class FilterError(UsageError):
    code = "filter"


class UnknownNameError(UsageError, KeyError):
    code = "unknown_name"


class SourceError(CxkitError, ValueError):
    code = "source"


class SourceNotFound(SourceError, FileNotFoundError):
    code = "not_found"


class ConfigError(CxkitError, ValueError):
    code = "config"


class ParameterError(CxkitError, ValueError):
    code = "parameter"


class MissingExtra(CxkitError, ImportError):
    code = "missing_extra"

    def __init__(self, what: str, *, extra: str) -> None:
        super().__init__(what, hint=f"pip install 'cxkit[{extra}]'")


class NothingMatched(CxkitError, LookupError):
    code = "nothing_matched"
    exit_code = 4


class OutputError(CxkitError, OSError):
    code = "output"
    exit_code = 3


class ReportFailed(CxkitError, RuntimeError):
    code = "report_failed"
    exit_code = 3


class PluginError(CxkitError, RuntimeError):
    code = "plugin"
    exit_code = 3


class CxkitWarning(UserWarning):
    """Base of cxkit's warnings; ``code`` is stable, ``count`` says how many values it concerns."""

    def __init__(self, message: str, *, code: str = "note", count: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.count = count


class DataWarning(CxkitWarning):
    pass


class PluginWarning(CxkitWarning):
    pass


def did_you_mean(name: str, known: Iterable[str], *, what: str = "Known") -> str:
    """The hint for a name that is not known: the nearest one, and the valid ones.

    >>> did_you_mean("npss", ["nps", "csat"])
    "did you mean 'nps'? Known: csat, nps"
    """
    names = sorted({str(k) for k in known})
    folded = {n.casefold(): n for n in names}
    near = difflib.get_close_matches(str(name).casefold(), folded, n=1, cutoff=0.6)
    listed = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    listing = f"{what}: {listed}" if names else f"{what}: none"
    return f"did you mean {folded[near[0]]!r}? {listing}" if near else listing
