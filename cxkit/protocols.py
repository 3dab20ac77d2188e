"""What a source, a metric and a report are: with ``hooks.py``, the whole contract of a plugin.

A plugin returns objects of these shapes. ``@cx.source``, ``@cx.metric``, ``@cx.report`` and
``cx.linear_metric`` make them from a function or a statement; any class with these members
will do as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    from cxkit.tally import Tally

__all__ = ["Better", "Metric", "Option", "Report", "Source"]

Better = Literal["higher", "lower"]


@runtime_checkable
class Option(Protocol):
    """One keyword of a source or one parameter of a report: name, type, default, help."""

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def default(self) -> Any: ...
    @property
    def required(self) -> bool: ...
    @property
    def help(self) -> str: ...


@runtime_checkable
class Source(Protocol):
    """A kind of place that can be read into a frame."""

    @property
    def name(self) -> str:
        """Unique name, a lower-case word: ``"csv"``."""

    @property
    def extensions(self) -> tuple[str, ...]:
        """File endings it reads, each with its dot: ``(".csv", ".tsv")``."""

    @property
    def schemes(self) -> tuple[str, ...]:
        """URI schemes it reads, without colon: ``("duckdb",)``."""

    @property
    def options(self) -> tuple[Option, ...]:
        """The keywords that ``read`` takes."""

    def read(self, uri: str, **options: Any) -> Any:
        """Read ``uri`` into a frame that narwhals knows, or into a :class:`cxkit.Reading`."""


@runtime_checkable
class Metric(Protocol):
    """A named scale and a way to value its answers."""

    @property
    def name(self) -> str:
        """Unique name, a lower-case word: ``"nps"``."""

    @property
    def on(self) -> str:
        """The role whose column it reads: ``"nps"``."""

    @property
    def scale(self) -> tuple[float, float] | None:
        """Lowest and highest answer, or None where answers are not bounded."""

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Lowest and highest value of the metric itself; intervals never leave it."""

    @property
    def unit(self) -> str:
        """``"points"``, ``"%"`` or ``""`` (the scale's own unit)."""

    @property
    def better(self) -> Better:
        """Which direction is good news."""

    @property
    def label(self) -> Mapping[str, str]:
        """What readers see, by language: ``{"en": "NPS", "fr": "NPS"}``."""

    @property
    def methods(self) -> tuple[str, ...]:
        """Interval methods that apply, the default first."""

    def value(self, answer: float) -> float:
        """What one answer counts (for NPS: -100, 0 or 100). A linear metric is the mean of these."""


@runtime_checkable
class TallyMetric(Metric, Protocol):
    """A metric that is not a mean of values: it computes itself from a tally of one group."""

    def estimate(self, tally: Tally) -> float: ...


@runtime_checkable
class Report(Protocol):
    """A parameterised notebook."""

    @property
    def name(self) -> str: ...

    @property
    def notebook(self) -> Path:
        """The ``.ipynb`` with a cell tagged ``parameters``."""

    @property
    def label(self) -> Mapping[str, str]: ...
