"""What is known of a plugin before it is loaded, and what can be wrong with one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

__all__ = ["Candidate", "Fault", "FaultCode", "Origin", "is_name"]

Origin = Literal["built-in", "entry point", "file"]
FaultCode = Literal[
    "import_error",
    "syntax_error",
    "unknown_hook",
    "duplicate_distribution",
    "duplicate_plugin",
    "duplicate_name",
    "wrong_return",
    "hook_error",
    "exits",
    "mutates",
    "not_conforming",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with one plugin: what, where, and the fix."""

    code: FaultCode
    plugin: str
    message: str
    file: str | None = None
    line: int | None = None
    hint: str | None = None

    @property
    def where(self) -> str:
        """``broken.py:2``, or an empty string."""
        if not self.file:
            return ""
        name = Path(self.file).name
        return f"{name}:{self.line}" if self.line else name

    def __str__(self) -> str:
        where = f" ({self.where})" if self.where else ""
        fix = f"\n  fix: {self.hint}" if self.hint else ""
        return f"plugin {self.plugin!r}: {self.message}{where}{fix}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plugin as it looks from outside.

    Attributes
    ----------
    name : str
        Unique among the candidates.
    origin : {"built-in", "entry point", "file"}
    version, distribution : str
        Of the distribution that brings it; empty for a file.
    module, attribute : str
        What to import, and what to take from it (empty: the module itself).
    path : Path or None
        Its source file, when there is one.
    adds : tuple of str
        ``"metric:nps"``, ``"source:csv"``, ``"hook:cxkit_study_loaded"`` ...
    lines : tuple of int
        The line of each item of ``adds``.
    borrowed : tuple of str
        Names that its module imports from other packages: what they hold is not its own.
    faults : tuple of Fault
    off : str
        Why it will not be loaded; empty when it will.
    """

    name: str
    origin: Origin
    version: str = ""
    distribution: str = ""
    module: str = ""
    attribute: str = ""
    path: Path | None = None
    adds: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    borrowed: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    off: str = ""

    @property
    def owner(self) -> str:
        """What follows the ``@`` of a pin: the distribution, or the file's stem."""
        return self.path.stem if self.origin == "file" and self.path else self.distribution

    @property
    def open_faults(self) -> tuple[Fault, ...]:
        """The faults that matter now: a plugin that is switched off harms nobody."""
        return self.faults if not self.off or self.off == "a second copy" else ()

    @property
    def deadly(self) -> bool:
        """Whether loading it would end the process: ``os._exit`` cannot be caught."""
        return any(f.code == "exits" and "_exit" in f.message for f in self.faults)


def is_name(name: str) -> bool:
    """Whether people can type ``name``, and a pin can follow it: a lower-case word."""
    plain = name.replace("_", "").replace("-", "")
    return plain.isalnum() and name == name.lower() and name[0].isalpha()
