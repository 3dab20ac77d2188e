"""The result of a comparison: differences, their p-values in one family, and a word for each."""

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from cxkit.inference.comparison_plots import ComparisonPlots
from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, MetricLabel, json_value
from cxkit.present.words import Remark
from cxkit.stats.multiplicity import expected_false
from cxkit.stats.power import detectable, times_needed

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "LEAST_BASE", "Comparison"]

#: Columns of a comparison's frame behind those of a score.
COLUMNS = ("versus", "delta", "delta_low", "delta_high", "p", "p_adjusted", "verdict")

#: Fields with one entry a row.
_ROWS = ("keys", "estimate", "low", "high", "n", "n_eff", "versus", "versus_keys", "other", "other_n", "delta", "delta_low",
         "delta_high", "se", "p", "p_adjusted", "verdict", "detectable", "more_answers")  # fmt: skip

#: Answers that both sides need before a difference is called one.
LEAST_BASE = 10


@dataclass(frozen=True, slots=True, repr=False)
class Comparison(Shown):
    """Scores held against each other, one entry a row in every tuple; all in the metric's unit.

    Attributes
    ----------
    keys : tuple of tuples
        The group that is compared (its period last, where ``freq`` is given).
    versus : tuple of str
        What it is held against; ``versus_keys`` are those groups where they are single ones.
    other, other_n : tuple
        Estimate and base of the other side; no base for a target.
    delta, delta_low, delta_high, se : tuple of float
        Difference, its interval (of this row alone), its standard error.
    p, p_adjusted : tuple of float
        Alone, and within the family of ``family_size`` tests.
    verdict : tuple of str
        ``rise`` or ``fall`` (higher or lower): adjusted p at most 1 - level, and at least 10 answers on
        both sides; ``stable``: the interval lies inside ± ``margin``; else ``inconclusive``.
    critical : float
        The p that the family demands of a row.
    detectable : tuple of float
        The smallest true difference that these bases show with 80 % probability at ``critical``.
    more_answers : tuple of float
        Further answers, in all groups of the row, that would settle the observed difference (80 %
        probability); NaN where the row is settled, or where no number would do.
    """

    metric: MetricLabel
    by: tuple[str, ...]
    keys: tuple[tuple[Any, ...], ...]
    estimate: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    n: tuple[int, ...]
    n_eff: tuple[float, ...]
    method: str
    level: float
    test: str
    freq: str | None
    versus: tuple[str, ...]
    versus_keys: tuple[tuple[Any, ...], ...]
    other: tuple[float, ...]
    other_n: tuple[int, ...]
    delta: tuple[float, ...]
    delta_low: tuple[float, ...]
    delta_high: tuple[float, ...]
    se: tuple[float, ...]
    p: tuple[float, ...]
    margin: float
    side: str = "two-sided"
    paired: bool = False
    correction: str | None = None
    family_size: int = 0
    critical: float = math.nan
    p_adjusted: tuple[float, ...] = ()
    verdict: tuple[str, ...] = ()
    detectable: tuple[float, ...] = ()
    more_answers: tuple[float, ...] = ()
    remarks: tuple[Remark, ...] = ()
    source: str = ""

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def in_time(self) -> bool:
        """Whether periods (or waves) are compared, so that a difference is a rise or a fall."""
        return self.test in ("previous", "first", "last_year")

    @property
    def flagged(self) -> tuple[int, ...]:
        """Rows whose difference is real as far as the family can tell, the largest first."""
        rows = [i for i, word in enumerate(self.verdict) if word in ("rise", "fall")]
        return tuple(sorted(rows, key=lambda i: -abs(self.delta[i])))

    @property
    def established(self) -> int:
        """How many of its claims stand."""
        return len(self.flagged)

    @property
    def tested(self) -> tuple[float, ...]:
        """What this result adds to a family: its p-values."""
        return self.p

    def judged(self, correction: str | None, adjusted: Sequence[float], demanded: float, size: int) -> Self:
        """The same with the adjusted p-values of a family, and what follows: words, and what it would take.

        Parameters
        ----------
        adjusted : sequence of float
            Adjusted p of each row.
        demanded : float
            The p that the family demands.
        size : int
            Tests in the family.
        """
        corrected, se = np.asarray(adjusted, float), np.asarray(self.se, float)
        least = np.minimum(self.n, self.other_n) if self.other_n else np.asarray(self.n)
        flagged = (corrected <= 1 - self.level) & (least >= LEAST_BASE)
        known = np.where((se > 0) & (least >= LEAST_BASE), se, np.nan)
        times = times_needed(np.asarray(self.delta, float), known, demanded)
        bases = np.asarray(self.n, float) + (np.asarray(self.other_n, float) if self.other_n else 0)
        with np.errstate(invalid="ignore"):
            more = np.where(flagged | ~(times > 1), np.nan, np.ceil((times - 1) * bases))
        return dataclasses.replace(
            self,
            correction=correction,
            family_size=size,
            critical=demanded,
            p_adjusted=tuple(corrected.tolist()),
            verdict=tuple(_word(self, i, bool(flagged[i])) for i in range(len(self))),
            detectable=tuple(detectable(known, demanded).tolist()),
            more_answers=tuple(more.tolist()),
        )

    def take(self, rows: Sequence[int]) -> Self:
        """Only these rows, in this order; their family stays what it was."""
        kept: dict[str, Any] = {
            f.name: tuple(value[i] for i in rows)
            for f in dataclasses.fields(self)
            if f.name in _ROWS and (value := getattr(self, f.name))
        }
        return dataclasses.replace(self, **kept)

    @property
    def expected_false(self) -> float:
        """Flags that chance alone would raise in this family without a correction."""
        return expected_false(self.family_size, 1 - self.level)

    @property
    def letters(self) -> dict[tuple[Any, ...], tuple[str, str]]:
        """Of ``test="columns"``: group -> its letter, and the letters of the groups it is higher than.

        A capital says that the adjusted p is below 0.001. Empty for other tests, and with more
        than 26 groups.
        """
        from cxkit.inference.letters import column_letters

        return column_letters(self)

    @property
    def plot(self) -> ComparisonPlots:
        """Drawings: ``plot()`` for the differences with their intervals."""
        return ComparisonPlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of the ``by`` columns (and ``period``), then ``metric, estimate, low, high, n, n_eff, method,
        versus, delta, delta_low, delta_high, p, p_adjusted, verdict``."""
        import pandas as pd

        groups: dict[str, Any] = {name: [k[i] for k in self.keys] for i, name in enumerate(self.by)}
        if self.freq is not None:
            groups["period"] = pd.to_datetime(pd.Series(groups["period"], dtype=object))
        numbers = {
            "metric": self.metric.name, "estimate": self.estimate, "low": self.low, "high": self.high,
            "n": self.n, "n_eff": self.n_eff, "method": self.method, "versus": self.versus, "delta": self.delta,
            "delta_low": self.delta_low, "delta_high": self.delta_high, "p": self.p,
            "p_adjusted": self.p_adjusted, "verdict": self.verdict,
        }  # fmt: skip
        return pd.DataFrame(groups | numbers, index=range(len(self)))

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        columns = ("estimate", "low", "high", "n", "versus", "delta", "delta_low", "delta_high", "p", "p_adjusted",
                   "verdict", "detectable", "more_answers")  # fmt: skip
        return {
            "schema": SCHEMA, "kind": "comparison", "metric": self.metric.name, "by": list(self.by),
            "test": self.test, "freq": self.freq, "method": self.method, "level": self.level, "side": self.side,
            "paired": self.paired, "correction": self.correction, "family_size": self.family_size,
            "margin": self.margin, "remarks": [str(r) for r in self.remarks],
            "rows": [
                {"group": dict(zip(self.by, map(json_value, key), strict=True))}
                | {name: json_value(getattr(self, name)[i]) for name in columns}
                for i, key in enumerate(self.keys)
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en", *, family: bool = True) -> str:
        """What differs, what cannot be told and what it would take, in sentences.

        Parameters
        ----------
        lang : {"en", "fr"}
        family : bool
            Whether to end with how many tests were judged together.
        """
        from cxkit.inference.comparison_words import explain_comparison

        return explain_comparison(self, lang, family=family)

    def grid(self, lang: str = "en") -> Grid:
        """The table: groups, differences, words; letters for ``test="columns"``."""
        from cxkit.inference.comparison_words import comparison_grid

        return comparison_grid(self, lang)


def _word(found: Comparison, i: int, flagged: bool) -> str:
    if flagged and found.delta[i] != 0:
        return "rise" if found.delta[i] > 0 else "fall"
    inside = found.delta_low[i] >= -found.margin and found.delta_high[i] <= found.margin
    return "stable" if found.margin and inside else "inconclusive"
