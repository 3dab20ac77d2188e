"""The Kano questionnaire: whom a feature pleases when it is there, and whom it displeases when it is not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cxkit.errors import OptionError
from cxkit.keydrivers.readings.kano_plots import BetterWorsePlots
from cxkit.keydrivers.readings.moves import plain_number
from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, json_value
from cxkit.stats.intervals import wilson

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BetterWorse", "Feature", "better_worse"]


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature of a Kano questionnaire.

    Attributes
    ----------
    better, worse : float
        Share of respondents whom having it pleases, 0 to 1, and whom lacking it displeases, -1 to 0.
    category : str
        The most frequent: ``A`` attractive, ``O`` one-dimensional, ``M`` must-be, ``I`` indifferent (``R`` and
        ``Q``, reverse and questionable, too); of equals the first of M, O, A, I.
    p : float
        Of an exact test that the most frequent category and the next are as frequent.
    n : int
        A + O + M + I.
    others : int
        R and Q, which no coefficient counts.
    """

    feature: str
    better: float
    better_low: float
    better_high: float
    worse: float
    worse_low: float
    worse_high: float
    category: str
    p: float
    n: int
    others: int


@dataclass(frozen=True, slots=True, repr=False)
class BetterWorse(Shown):
    """Better and worse coefficients of the features of a Kano questionnaire, one entry a feature."""

    rows: tuple[Feature, ...]
    level: float

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def plot(self) -> BetterWorsePlots:
        """Drawings: ``plot()`` for the map of better and worse."""
        return BetterWorsePlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A frame ``feature, better, better_low, better_high, worse, worse_low, worse_high, category, p, n, others``."""
        import pandas as pd

        return pd.DataFrame([tuple(getattr(r, c) for c in _FEATURE) for r in self.rows], columns=list(_FEATURE))

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        rows = [{name: json_value(getattr(r, name)) for name in _FEATURE} for r in self.rows]
        return {"schema": SCHEMA, "kind": "better_worse", "level": self.level, "rows": rows}

    def explain(self, lang: str = "en") -> str:
        """Which features please, which are missed, and which category is not sure."""
        from cxkit.keydrivers.readings.kano_words import explain_better_worse

        return explain_better_worse(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.keydrivers.readings.kano_words import better_worse_grid

        return better_worse_grid(self, lang)


def better_worse(counts: Mapping[str, Mapping[str, int]], *, level: float = 0.95) -> BetterWorse:
    """Better and worse coefficients from the counts of a Kano questionnaire.

    Parameters
    ----------
    counts : mapping of str to mapping of str to int
        Feature -> respondents by category: ``{"app": {"A": 30, "O": 40, "M": 15, "I": 15}}``. ``R`` and ``Q`` may
        be given; they are counted apart.

    Returns
    -------
    BetterWorse
        better = (A + O) / (A + O + M + I), worse = -(O + M) / (A + O + M + I), each with Wilson's interval.

    Raises
    ------
    OptionError
        A category that is none, or a count that is no whole number of respondents.

    References
    ----------
    Berger et al. (1993), Kano's methods for understanding customer-defined quality, Center for Quality of
    Management Journal 2(4), 3-36.

    >>> better_worse({"app": {"A": 30, "O": 40, "M": 15, "I": 15}}).to_frame()[["better", "worse"]].values.tolist()
    [[0.7, -0.55]]
    """
    if not isinstance(counts, Mapping) or not counts:
        raise OptionError("no feature", hint='{"app": {"A": 30, "O": 40, "M": 15, "I": 15}}')
    if not 0 < level < 1:
        raise OptionError(f"level is {level!r}", hint="a share between 0 and 1, such as 0.95")
    return BetterWorse(tuple(_feature(str(name), found, level) for name, found in counts.items()), level)


def _feature(name: str, counts: Mapping[str, int], level: float) -> Feature:
    from scipy.stats import binomtest

    for category, k in counts.items():
        if category not in _CATEGORIES:
            raise OptionError(
                f"{name!r} has answers of category {category!r}",
                hint="A, O, M, I, and R or Q: attractive, one-dimensional, must-be, indifferent, reverse, questionable",
            )
        whole = plain_number(k)
        if whole is None or whole < 0 or whole != int(whole):
            raise OptionError(f"{name!r} has {k!r} answers of category {category!r}", hint="a number of respondents")
    given = {c: int(counts.get(c, 0)) for c in _CATEGORIES}
    n = sum(given[c] for c in "AOMI")
    others = given["R"] + given["Q"]
    order = sorted(_CATEGORIES, key=lambda c: -given[c])
    first, second = given[order[0]], given[order[1]]
    p = float(binomtest(first, first + second).pvalue) if first + second else float("nan")
    if not n:
        nan = float("nan")
        return Feature(name, nan, nan, nan, nan, nan, nan, order[0] if first else "", p, 0, others)
    better, worse = (given["A"] + given["O"]) / n, (given["O"] + given["M"]) / n
    low, high = (np.clip(x, 0, 1) for x in wilson(np.array([better, worse]), n, level))
    return Feature(
        name, better, float(low[0]), float(high[0]), -worse + 0.0, -float(high[1]), -float(low[1]) + 0.0,
        order[0] if first else "", p, n, others,
    )  # fmt: skip


_CATEGORIES = ("M", "O", "A", "I", "R", "Q")
_FEATURE = (
    "feature", "better", "better_low", "better_high", "worse", "worse_low", "worse_high", "category", "p", "n",
    "others",
)  # fmt: skip
