"""What a metric is: a scale and the value of each answer on it. The rest follows from that."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from cxkit.errors import OptionError, ScaleError
from cxkit.protocols import Better

__all__ = ["FunctionMetric", "LinearMetric", "linear_metric", "metric"]

Labels = Mapping[str, str]

#: Interval methods for a mean of values, by how many values there are.
_NET = ("adjusted-wald", "wald", "t", "bootstrap")
_SHARE = ("wilson", "wald", "t", "bootstrap")
_MEAN = ("t", "wald", "bootstrap")


@dataclass(frozen=True, slots=True)
class LinearMetric:
    """A metric that is the mean of a value per answer.

    Attributes
    ----------
    name, on : str
        Unique name; the role whose column it reads.
    scale : (low, high) or None
        Ends of the scale of answers.
    points : mapping or None
        Answer -> value; None where the answer counts itself.
    unit : str
        ``"points"``, ``"%"`` or ``""``.
    better : {"higher", "lower"}
    label : mapping
        Language -> name that readers see.
    detail : str
        What else identifies it: boxes, version, direction.
    bands : mapping
        Value -> language -> name of the answers that count so (promoters, passives ...).
    restate : callable, optional
        ``(scale) -> LinearMetric``: the same metric on the scale that a study declares.
    """

    name: str
    on: str
    scale: tuple[float, float] | None
    points: Mapping[float, float] | None
    label: Labels
    unit: str = ""
    better: Better = "higher"
    detail: str = ""
    bands: Mapping[float, Labels] = field(default_factory=lambda: MappingProxyType({}))
    restate: Callable[[tuple[float, float]], LinearMetric] | None = None

    @property
    def bounds(self) -> tuple[float, float] | None:
        if self.points is None:
            return self.scale
        return min(self.points.values()), max(self.points.values())

    @property
    def values(self) -> tuple[float, ...]:
        """The distinct values, ascending; empty where the answer counts itself."""
        return () if self.points is None else tuple(sorted(set(self.points.values())))

    @property
    def methods(self) -> tuple[str, ...]:
        values = self.values
        if len(values) == 2:
            return _SHARE
        if len(values) == 3 and math.isclose(values[1] - values[0], values[2] - values[1]):
            return _NET
        return _MEAN

    def value(self, answer: float) -> float:
        """What ``answer`` counts.

        Raises
        ------
        OptionError
            The answer has no value in this metric.
        """
        if self.points is None:
            return self._itself(answer)
        try:
            return float(self.points[answer])
        except KeyError:
            raise OptionError(
                f"metric {self.name!r} gives the answer {answer:g} no value",
                hint=f"it knows {', '.join(f'{a:g}' for a in sorted(self.points))}; state the scale of the role",
            ) from None

    def _itself(self, answer: float) -> float:
        if self.scale is not None and not self.scale[0] <= answer <= self.scale[1]:
            raise ScaleError(
                f"the answer {answer:g} is off the scale {self.scale[0]:g}–{self.scale[1]:g} of {self.name!r}",
                code="score_out_of_range",
                hint="state the scale that was asked: scale=(low, high)",
            )
        return float(answer)

    def on_scale(self, scale: tuple[float, float] | None) -> LinearMetric:
        """This metric on the scale that a study declares."""
        if scale is None or scale == self.scale or self.restate is None:
            return self
        return self.restate(scale)


@dataclass(frozen=True, slots=True)
class FunctionMetric:
    """A metric that a function computes from the tally of one group; intervals by bootstrap."""

    name: str
    on: str
    scale: tuple[float, float] | None
    function: Callable[[Any], float]
    label: Labels
    bounds: tuple[float, float] | None = None
    unit: str = ""
    better: Better = "higher"
    detail: str = ""
    methods: tuple[str, ...] = ("bootstrap",)

    def estimate(self, tally: Any) -> float:
        return float(self.function(tally))

    def value(self, answer: float) -> float:
        """Not a mean of values: an answer has none."""
        return float("nan")

    def __call__(self, tally: Any) -> float:
        return self.estimate(tally)


def linear_metric(
    name: str,
    *,
    on: str,
    scale: tuple[float, float],
    points: Mapping[Any, float],
    label: str | Labels | None = None,
    unit: str = "points",
    better: Better = "higher",
    bands: Mapping[float, Labels] | None = None,
) -> LinearMetric:
    """State a score: which answers count what. Intervals, weights, trend, plots and gates follow.

    Parameters
    ----------
    name : str
        Unique name, a lower-case word.
    on : str
        The role that it reads.
    scale : (low, high)
        Ends of the scale, whole numbers.
    points : mapping
        Answers -> value. A key is an answer or a collection of answers:
        ``{range(0, 10): 0, 10: 100}``. Every answer of the scale needs a value.

    Examples
    --------
    >>> wow = linear_metric("wow", on="nps", scale=(0, 10), points={range(0, 10): 0, 10: 100})
    >>> wow.value(10), wow.value(9), wow.methods[0]
    (100.0, 0.0, 'wilson')
    """
    _check_name(name)
    flat: dict[float, float] = {}
    for answers, value in points.items():
        for answer in answers if isinstance(answers, Iterable) and not isinstance(answers, str) else [answers]:
            flat[float(answer)] = float(value)
    low, high = scale
    lacking = [a for a in range(int(low), int(high) + 1) if a not in flat]
    if lacking:
        raise OptionError(
            f"metric {name!r} gives {', '.join(map(str, lacking))} no value",
            hint=f"points= must cover every answer from {low:g} to {high:g}",
        )
    return LinearMetric(
        name, on, (float(low), float(high)), MappingProxyType(flat), _labels(label, name), unit, better,
        bands=MappingProxyType(dict(bands or {})),
    )  # fmt: skip


def metric(
    name: str,
    *,
    on: str,
    scale: tuple[float, float] | None = None,
    bounds: tuple[float, float] | None = None,
    label: str | Labels | None = None,
    unit: str = "",
    better: Better = "higher",
) -> Callable[[Callable[[Any], float]], FunctionMetric]:
    """Turn a function of a tally into a metric; its interval is the bootstrap on the tally.

    Parameters
    ----------
    bounds : (low, high), optional
        Ends that the metric itself cannot leave.

    Examples
    --------
    >>> @metric("polarization", on="nps", scale=(0, 10), bounds=(0, 1), better="lower")
    ... def polarization(tally):
    ...     return 4 * tally.share(lambda a: a >= 9) * tally.share(lambda a: a <= 6)
    >>> from cxkit.tally import Tally
    >>> polarization(Tally.from_counts({10: 50, 0: 50}))
    1.0
    """
    _check_name(name)

    def wrap(function: Callable[[Any], float]) -> FunctionMetric:
        return FunctionMetric(name, on, scale, function, _labels(label, name), bounds, unit, better)

    return wrap


def _check_name(name: str) -> None:
    if not name.replace("_", "").isalnum() or name != name.lower():
        raise OptionError(f"{name!r} is no metric name", hint="a lower-case word: letters, digits, _")


def _labels(label: str | Labels | None, name: str) -> Labels:
    if label is None or isinstance(label, str):
        return MappingProxyType({"en": label or name})
    return MappingProxyType({"en": name, **label})


def ordered(answers: Sequence[float]) -> str:
    """Answers as people write a set of boxes: ``4–5`` or ``1, 3``."""
    whole = sorted(answers)
    if len(whole) > 1 and whole == [whole[0] + i for i in range(len(whole))]:
        return f"{whole[0]:g}–{whole[-1]:g}"
    return ", ".join(f"{a:g}" for a in whole)
