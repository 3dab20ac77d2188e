"""The answers that a prior adds, by name or as the analyst says; and numbers that can be."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError, did_you_mean
from cxkit.inference.posterior_counts import Observed
from cxkit.stats.dirichlet import prior_counts

__all__ = ["finite_number", "prior_answers"]

Floats = NDArray[np.float64]


def prior_answers(prior: str | Mapping[Any, float], found: Observed) -> tuple[Floats, str]:
    """(V,) The answers that the prior adds to each class, and its name."""
    if isinstance(prior, str):
        return prior_counts(prior, found.values), prior
    if not isinstance(prior, Mapping):
        raise OptionError(f"prior is {prior!r}", hint="a name, or a mapping such as {-100: 1, 0: 2, 100: 1}")
    names: dict[Any, int] = {}
    for band in found.scores.bands:
        at = int(np.searchsorted(found.values, band.value))
        names |= {title.casefold(): at for _, title in band.label}
    places = {float(v): i for i, v in enumerate(found.values.tolist())}
    out = np.full(len(found.values), np.nan)
    for key, answers in prior.items():
        at_class = names.get(key.casefold()) if isinstance(key, str) else places.get(_as_float(key))
        if at_class is None:
            known = [f"{v:g}" for v in places]
            raise OptionError(f"prior names no class of this metric: {key!r}",
                              hint=did_you_mean(str(key), known, what="Classes"))  # fmt: skip
        out[at_class] = finite_number(f"prior[{key!r}]", answers)
    if np.isnan(out).any():
        lacking = ", ".join(f"{v:g}" for v in found.values[np.isnan(out)])
        raise OptionError(
            f"prior says nothing of the class {lacking}", hint="every class needs its answers, 0 included"
        )
    if (out < 0).any() or out.sum() <= 0:
        raise OptionError("a prior adds answers: none below 0, and not 0 everywhere", hint="{-100: 1, 0: 2, 100: 1}")
    return out, "own"


def finite_number(name: str, x: Any) -> float:
    """``x`` if it is a number.

    Raises
    ------
    OptionError
    """
    if isinstance(x, bool) or not isinstance(x, (int, float, np.number)) or not math.isfinite(x):
        raise OptionError(f"{name} is {x!r}", hint="a number in the metric's own unit")
    return float(x)


def _as_float(x: Any) -> float:
    return float(x) if isinstance(x, (int, float, np.number)) else math.nan
