"""Paired comparison: only those who answered both times, each against himself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import NothingMatched, OptionError
from cxkit.inference.pairing import Pairing
from cxkit.metrics.estimates import Estimates, is_linear
from cxkit.protocols import Metric
from cxkit.study import Study
from cxkit.study.shared import paired
from cxkit.tally import Tally
from cxkit.tally.clusters import Paired

__all__ = ["SamePeople", "same_people"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SamePeople:
    """The same respondents on both sides of each pair, and their own change."""

    pairs: Pairing
    first: Estimates
    second: Estimates
    change: Estimates


def same_people(
    study: Study, metric: Metric, pairs: Pairing, tally: Tally, *, by: Any, freq: str | None, test: str
) -> SamePeople:
    """Estimates of those who answered on both sides; ``n`` counts respondents.

    Unweighted, ``change`` against 0 is the paired t test.

    Raises
    ------
    OptionError
        A test or metric that has no pairs.
    RoleError
        The study has no ``id``.
    NothingMatched
        Nobody answered on both sides of any pair.
    """
    if test in ("complement", "target"):
        raise OptionError(
            f"paired= goes with two groups of answers, not with test={test!r}",
            hint="test='previous', 'first', 'last_year' or 'columns'",
        )
    if not is_linear(metric):
        raise OptionError(f"{metric.name!r} is no mean of answers, so it has no paired test", hint="leave paired= out")
    itself = getattr(metric, "points", ()) is None
    found = paired(study, metric.on, metric.value, by=by, freq=freq, itself=itself)
    place = {(found.keys[a], found.keys[b]): i for i, (a, b) in enumerate(_couples(found))}
    rows = [place.get((tally.keys[a], tally.keys[b]), -1) for a, b in zip(pairs.left, pairs.right, strict=True)]
    kept = [i for i, row in enumerate(rows) if row >= 0 and found.n[row] > 1]
    if not kept:
        raise NothingMatched(
            "no two respondents answered on both sides", hint="check the id column; leave paired= out for all answers"
        )
    at = np.array([rows[i] for i in kept], np.int64)
    chosen = Pairing(pairs.left[kept], pairs.right[kept], pairs.block, tuple(pairs.versus[i] for i in kept))
    span = None if metric.bounds is None else metric.bounds[1] - metric.bounds[0]
    return SamePeople(
        chosen,
        _means(found, at, "a", metric.bounds),
        _means(found, at, "b", metric.bounds),
        _means(found, at, "d", None if span is None else (-span, span)),
    )


def _couples(found: Paired) -> list[tuple[int, int]]:
    return list(zip(found.first.tolist(), found.second.tolist(), strict=True))


def _means(found: Paired, at: NDArray[np.int64], x: str, bounds: tuple[float, float] | None) -> Estimates:
    """Mean of a, b or d with the linearised error of its respondents."""
    s = {name: values[at] for name, values in found.sums.items()}
    n = found.n[at]
    mean = s[f"w{x}"] / s["w"]
    squares = np.maximum(s[f"q{x}{x}"] - 2 * mean * s[f"q{x}"] + mean**2 * s["q"], 0)
    squares[squares < 1e-12 * np.maximum(s[f"q{x}{x}"], 1e-300)] = 0.0
    se = np.sqrt(squares / s["w"] ** 2 * n / (n - 1))
    estimate = mean + (0.0 if x == "d" else found.centre)
    if bounds is not None:
        estimate = np.clip(estimate, *bounds)
    nothing = np.full(len(at), np.nan)
    n_eff = s["w"] ** 2 / s["q"]
    return Estimates(
        "t", bounds, (np.nan, np.nan), estimate, se**2 * n, se, n, n_eff, n_eff, (n - 1).astype(float), nothing, nothing
    )
