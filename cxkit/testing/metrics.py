"""What a metric must be: a scale and values that give the same honest number every time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cxkit.registry.candidate import is_name
from cxkit.testing.findings import Finding, Notebook

if TYPE_CHECKING:
    from cxkit.protocols import Metric
    from cxkit.tally import Tally

__all__ = ["check_metric"]

MEMBERS = ("name", "on", "scale", "bounds", "unit", "better", "label", "methods", "value")


def check_metric(metric: Metric, *, raise_on_failure: bool = True) -> tuple[Finding, ...]:
    """Check a metric's declaration, and its numbers on small tallies.

    Parameters
    ----------
    metric : Metric
        What ``cx.linear_metric`` or ``@cx.metric`` made, or any object of that shape.
    raise_on_failure : bool
        Give False to look at the findings instead.

    Returns
    -------
    tuple of Finding

    Raises
    ------
    ConformanceError
        Listing all that failed.
    """
    book = Notebook(f"metric:{getattr(metric, 'name', '?')}")
    computes = callable(getattr(metric, "estimate", None))
    missing = [m for m in MEMBERS if not hasattr(metric, m) and not (m == "value" and computes)]
    if book.write(not missing, "has the members of a metric", f"no {', '.join(missing)}"):
        with book.step("declaration"):
            _declaration(book, metric)
        with book.step("declares a usable range"):
            _range(book, metric)
        if not computes:
            with book.step("values its answers"):
                _values(book, metric)
        with book.step("is computed from a tally"):
            _numbers(book, metric)
            _methods(book, metric)
        if computes:
            with book.step("leaves the tally as it was"):
                _left_alone(book, metric)
    return book.close(raise_on_failure=raise_on_failure)


def _declaration(book: Notebook, metric: Metric) -> None:
    book.write(is_name(metric.name), "name is a lower-case word", repr(metric.name))
    book.write(isinstance(metric.on, str) and metric.on, "reads a role", repr(metric.on))
    label = metric.label if isinstance(metric.label, Mapping) else {}
    text = all(isinstance(v, str) and v.strip() for v in label.values())
    book.write("en" in label and text, "label has English text", repr(metric.label))
    book.write(metric.better in ("higher", "lower"), "better is higher or lower", repr(metric.better))
    book.write(metric.unit in ("points", "%", ""), "unit is points, % or empty", repr(metric.unit))
    methods = isinstance(metric.methods, tuple) and all(isinstance(m, str) for m in metric.methods)
    book.write(methods and metric.methods, "names its interval methods", repr(metric.methods))


def _range(book: Notebook, metric: Metric) -> None:
    for what, pair in (("scale", metric.scale), ("bounds", metric.bounds)):
        ok = pair is None or (len(pair) == 2 and all(map(math.isfinite, pair)) and pair[0] < pair[1])
        book.write(ok, f"{what} is finite and ordered", repr(pair))


def _answers(metric: Metric) -> list[int]:
    """The whole answers of its scale, at most thirty of them, both ends included."""
    low, high = metric.scale or (0, 10)
    first, last = math.ceil(low), math.floor(high)
    step = max(1, (last - first) // 29)
    return sorted({*range(first, last + 1, step), last})


def _values(book: Notebook, metric: Metric) -> None:
    wrong = {}
    for answer in _answers(metric):
        value = metric.value(answer)
        if not math.isfinite(value) or not _within(value, metric.bounds):
            wrong[answer] = value
    book.write(not wrong, "every answer has a value within bounds", f"answer: value = {wrong}")


def _numbers(book: Notebook, metric: Metric) -> None:
    from cxkit.metrics import score_tally
    from cxkit.tally import Tally

    for what, counts in _samples(metric).items():
        tally, double = Tally.from_counts(counts), Tally.from_counts({a: 2 * n for a, n in counts.items()})
        first, again = _row(score_tally(metric, tally)), _row(score_tally(metric, tally))
        twice = _row(score_tally(metric, double))
        estimate, low, high = first
        book.write(_same(first, again), f"{what}: same answer twice", f"{first}, then {again}")
        inside = math.isfinite(estimate) and _within(estimate, metric.bounds)
        if not book.write(inside, f"{what}: estimate within bounds", f"{estimate} on {metric.bounds}"):
            continue
        close = math.isclose(estimate, twice[0], rel_tol=1e-9, abs_tol=1e-9)
        book.write(close, f"{what}: each answer twice, same estimate", f"{estimate}, then {twice[0]}")
        if what != "one answer":
            ordered = low <= estimate <= high and _within(low, metric.bounds) and _within(high, metric.bounds)
            text = f"{low} .. {estimate} .. {high} on {metric.bounds}"
            book.write(ordered, f"{what}: interval holds the estimate, within bounds", text)


def _methods(book: Notebook, metric: Metric) -> None:
    """Each interval method that it names is one of cxkit's, and applies."""
    from cxkit.metrics import score_tally
    from cxkit.metrics.scoring import METHODS
    from cxkit.tally import Tally

    unknown = [m for m in metric.methods if m not in METHODS]
    book.write(not unknown, "its interval methods exist", f"{', '.join(unknown)}; there are {', '.join(METHODS)}")
    tally = Tally.from_counts(_samples(metric)["every answer"])
    for method in metric.methods:
        if method in METHODS:
            with book.step(f"interval by {method}"):
                estimate, low, high = _row(score_tally(metric, tally, method=method))
                text = f"{low} .. {estimate} .. {high}"
                book.write(low <= estimate <= high, f"interval by {method} holds the estimate", text)


def _left_alone(book: Notebook, metric: Any) -> None:
    """A metric that computes itself is handed a tally; score_tally gives it a copy, this does not."""
    from cxkit.tally import Tally

    tally = Tally.from_counts(_samples(metric)["every answer"])
    before = _photograph(tally)
    metric.estimate(tally)
    book.write(_photograph(tally) == before, "leaves the tally as it was", "it was changed")


def _samples(metric: Metric) -> dict[str, dict[float | None, int]]:
    answers = _answers(metric)
    return {
        "every answer": {a: 3 + (7 * i) % 5 for i, a in enumerate(answers)},
        "both ends": {answers[0]: 12, answers[-1]: 30},
        "one answer": {answers[-1]: 20},
    }


def _row(result: Any) -> tuple[float, float, float]:
    return float(result.estimate[0]), float(result.low[0]), float(result.high[0])


def _same(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return all(x == y or (math.isnan(x) and math.isnan(y)) for x, y in zip(a, b, strict=True))


def _within(value: float, bounds: tuple[float, float] | None) -> bool:
    slack = 1e-9
    return bounds is None or bounds[0] - slack <= value <= bounds[1] + slack


def _photograph(tally: Tally) -> str:
    return repr([(a.tolist(), a.dtype) for a in (tally.group, tally.answer, tally.n, tally.w, tally.w2)])
