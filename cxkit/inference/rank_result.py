"""A ranking: units, the rank of each, and the ranks that each may truly have."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.inference.rank_plots import RankPlots
from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, MetricLabel, json_value
from cxkit.present.words import Remark

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Ranking"]

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Ranking(Shown):
    """Units with their rank and the ranks that they may truly have. One entry a unit, best first.

    Units under ``min_n`` answers come last: rank, range and shrunken estimate are None or NaN.

    Attributes
    ----------
    shrunk, se : tuple of float
        Estimate drawn towards the mean of all units; standard error behind ranges and tests.
    rank, rank_low, rank_high : tuple of int or None
        Equal estimates share a rank. All ranges hold together with confidence ``level``.
    apart_from_first : tuple of bool
        Whether a unit is told apart from the one that is ranked first.
    between : float
        Standard deviation of the true values between units.
    p, p_adjusted, verdict
        Against the benchmark: two-sided, Holm over the ranked units; empty without one.
    """

    metric: MetricLabel
    by: tuple[str, ...]
    keys: tuple[Key, ...]
    estimate: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    n: tuple[int, ...]
    n_eff: tuple[float, ...]
    method: str
    level: float
    shrunk: tuple[float, ...]
    se: tuple[float, ...]
    rank: tuple[int | None, ...]
    rank_low: tuple[int | None, ...]
    rank_high: tuple[int | None, ...]
    apart_from_first: tuple[bool, ...]
    shrink: bool
    between: float
    min_n: int
    rank_method: str
    simulations: int
    benchmark: float | None = None
    benchmark_source: str = ""
    p: tuple[float, ...] = ()
    p_adjusted: tuple[float, ...] = ()
    verdict: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def ranked(self) -> tuple[int, ...]:
        """Row numbers of the units that are ranked, best first."""
        return tuple(i for i in range(len(self)) if self.rank[i] is not None)

    @property
    def unranked(self) -> tuple[Key, ...]:
        """Units with fewer than ``min_n`` answers, or whose answers are too alike for an error."""
        return tuple(self.keys[i] for i in range(len(self)) if self.rank[i] is None)

    @property
    def without_error(self) -> tuple[Key, ...]:
        """Units of ``unranked`` with answers enough, but none that differ: no scale bounds what others would say."""
        return tuple(self.keys[i] for i in range(len(self)) if self.rank[i] is None and self.n[i] >= self.min_n)

    @property
    def tied_with_first(self) -> tuple[Key, ...]:
        """Units that cannot be told from the one that is ranked first (itself not counted)."""
        return tuple(self.keys[i] for i in self.ranked[1:] if not self.apart_from_first[i])

    def range_of(self, row: int) -> tuple[int, int]:
        """Best and worst rank that a ranked unit may truly have."""
        low, high = self.rank_low[row], self.rank_high[row]
        if low is None or high is None:
            raise ValueError(f"{self.keys[row]} is not ranked")
        return low, high

    @property
    def plot(self) -> RankPlots:
        """Drawings: ``plot()`` for the caterpillar, ``plot.ranges()``."""
        return RankPlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of the ``by`` columns, then the columns of scores and of ranks.

        ``metric, estimate, low, high, n, n_eff, method, shrunk, rank, rank_low, rank_high``;
        with a benchmark also ``versus, delta, delta_low, delta_high, p, p_adjusted, verdict``.
        """
        import pandas as pd

        columns: dict[str, Any] = {name: [k[i] for k in self.keys] for i, name in enumerate(self.by)}
        columns |= {
            "metric": self.metric.name, "estimate": self.estimate, "low": self.low, "high": self.high,
            "n": self.n, "n_eff": self.n_eff, "method": self.method, "shrunk": self.shrunk,
        }  # fmt: skip
        for name in ("rank", "rank_low", "rank_high"):
            columns[name] = pd.array(getattr(self, name), dtype="Int64")
        if self.benchmark is not None:
            columns["versus"] = "benchmark"
            for name, found in (("delta", self.estimate), ("delta_low", self.low), ("delta_high", self.high)):
                columns[name] = [x - self.benchmark for x in found]
            columns |= {"p": self.p, "p_adjusted": self.p_adjusted, "verdict": self.verdict}
        return pd.DataFrame(columns, index=range(len(self)))

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        fields = ["estimate", "low", "high", "n", "n_eff", "shrunk", "rank", "rank_low", "rank_high"]
        fields += ["p", "p_adjusted", "verdict"] if self.benchmark is not None else []
        return {
            "schema": SCHEMA, "kind": "ranking", "metric": self.metric.name, "by": list(self.by),
            "method": self.method, "level": self.level, "shrink": self.shrink, "between": self.between,
            "min_n": self.min_n, "rank_method": self.rank_method, "benchmark": self.benchmark,
            "benchmark_source": self.benchmark_source,
            "rows": [
                {"group": dict(zip(self.by, map(json_value, key), strict=True))}
                | {name: json_value(getattr(self, name)[i]) for name in fields}
                for i, key in enumerate(self.keys)
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """Who leads, within which ranks, and how many units cannot be told from the first."""
        from cxkit.inference.rank_words import explain_ranking

        return explain_ranking(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.inference.rank_words import rank_grid

        return rank_grid(self, lang)
