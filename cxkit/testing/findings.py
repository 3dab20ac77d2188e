"""What a check found, and the error that lists what failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

__all__ = ["ConformanceError", "Finding", "Notebook"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked: did it hold, what, and what was seen instead."""

    ok: bool
    name: str
    message: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.message}" if self.message else self.name


class ConformanceError(AssertionError):
    """A plugin does not conform; ``findings`` holds all that was checked."""

    def __init__(self, subject: str, findings: Sequence[Finding]) -> None:
        self.subject = subject
        self.findings = tuple(findings)
        failed = [f for f in findings if not f.ok]
        lines = "".join(f"\n  - {finding}" for finding in failed)
        super().__init__(f"{subject}: {len(failed)} of {len(findings)} checks failed{lines}")


class Notebook:
    """Where a check writes its findings, one after the other, failures included."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.findings: list[Finding] = []

    def write(self, ok: object, name: str, message: str = "") -> bool:
        """Note one finding; the message is kept for a failure only."""
        self.findings.append(Finding(bool(ok), name, "" if ok else message))
        return bool(ok)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Turn an exception of the plugin into a failed finding, and go on after the block."""
        try:
            yield
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit too: a check must not end in silence
            text = " ".join(str(error).split()) or "no message"
            self.write(False, name, f"{type(error).__name__}: {text}")

    def close(self, *, raise_on_failure: bool) -> tuple[Finding, ...]:
        """The findings; raises if one failed."""
        if raise_on_failure and not all(f.ok for f in self.findings):
            raise ConformanceError(self.subject, self.findings)
        return tuple(self.findings)
