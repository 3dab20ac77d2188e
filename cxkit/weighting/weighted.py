"""What weighting returns: a study with its weight, and how far the weights had to go."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from cxkit.present.grid import Grid, Shown
from cxkit.present.numbers import count, number, with_unit
from cxkit.present.result import SCHEMA
from cxkit.study import Study
from cxkit.weighting.margins import MarginRow, margin_cells, margin_dicts, margin_heads
from cxkit.weighting.plotting import MarginPlots
from cxkit.weighting.words import say

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Weighted"]

S = TypeVar("S", bound=Study)

#: Design effects above this get a warning: half of the answers' information is gone.
_DEAR = 2.0


@dataclass(frozen=True, slots=True, repr=False)
class Weighted(Shown, Generic[S]):
    """A weighted study and what its weights are like.

    Attributes
    ----------
    method : {"rake", "post-stratify", "trim"}
    study : Study
        A new study whose role ``weight`` is the column ``column``; the given one is as it was.
    column : str
        ``weight``, or a free name. Its mean is 1 over the rows that have a weight; others hold 0.
    margins : tuple of MarginRow
        Each category before (by the design weights), after, and its target, in %.
    n : int
        Rows with a weight.
    n_eff : float
        Kish's effective base, (sum w)² / sum w².
    low, high : float
        Least and greatest weight.
    iterations : int
        Rounds over all margins; 0 where they already held.
    gap : float
        Largest distance between a share and its target, in % points.
    converged : bool
        False only where the bounds of ``trim=`` kept the weights from a target.
    trimmed : int
        Rows held at a bound.
    bounds : (float, float) or None
        Of ``trim=``, as multiples of the mean weight.
    design : str
        The column of design weights, or an empty text.
    left_out : int
        Rows whose design weight is missing or 0.
    """

    method: str
    study: S = field(compare=False)
    column: str
    margins: tuple[MarginRow, ...]
    n: int
    n_eff: float
    low: float
    high: float
    iterations: int
    gap: float
    converged: bool
    trimmed: int
    bounds: tuple[float, float] | None
    design: str
    left_out: int

    @property
    def deff(self) -> float:
        """Kish's design effect of the weights, n / n_eff: 1 for equal weights."""
        return self.n / self.n_eff

    @property
    def plot(self) -> MarginPlots:
        """Drawings: ``plot()`` for the margins before, after and as they should be."""
        return MarginPlots(self.margins, self.method)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of ``margin, category, n, target, before, after``, shares in %."""
        import pandas as pd

        columns = ["margin", "category", "n", "target", "before", "after"]
        return pd.DataFrame(margin_dicts(self.margins), columns=columns)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold."""
        return {
            "schema": SCHEMA, "kind": "weights", "method": self.method, "column": self.column, "n": self.n,
            "n_eff": self.n_eff, "deff": self.deff, "low": self.low, "high": self.high,
            "iterations": self.iterations, "gap": self.gap, "converged": self.converged, "trimmed": self.trimmed,
            "bounds": None if self.bounds is None else [x if x < float("inf") else None for x in self.bounds],
            "design": self.design or None, "left_out": self.left_out, "rows": margin_dicts(self.margins),
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """What the weights do, what they cost, and what they cannot do, in sentences."""
        out = []
        if self.margins and self.converged:
            out.append(say("met", lang))
        elif self.margins:
            out.append(self._unmet(lang))
        moved = max(self.margins, key=lambda row: abs(row.after - row.before), default=None)
        if moved is not None and abs(moved.after - moved.before) >= 0.05:
            key = "moved_design" if self.design else "moved"
            before, after = (with_unit(x, "%", lang) for x in (moved.before, moved.after))
            out.append(say(key, lang, name=f"{moved.margin} · {moved.category}", before=before, after=after))
        return " ".join([*out, *self._facts(lang), *([say("honest", lang)] if self.margins else [])])

    def _unmet(self, lang: str) -> str:
        worst = max(self.margins, key=lambda row: (round(abs(row.gap), 6), -row.gap))
        after, target = (with_unit(x, "%", lang) for x in (worst.after, worst.target))
        return say("unmet", lang, name=f"{worst.margin} · {worst.category}", after=after, target=target)

    def _facts(self, lang: str) -> list[str]:
        n_eff, deff = number(self.n_eff, lang, digits=0), number(self.deff, lang, digits=2)
        out = [say("size", lang, n=count(self.n, lang), n_eff=n_eff, deff=deff)]
        out.append(say("range", lang, low=number(self.low, lang, digits=2), high=number(self.high, lang, digits=2)))
        if self.design:
            out.append(say("design", lang, column=self.design))
        if self.bounds is not None:
            low, high = (number(x, lang, digits=2) if x < float("inf") else "∞" for x in self.bounds)
            out.append(say("trimmed", lang, low=low, high=high, k=count(self.trimmed, lang)))
        if self.left_out:
            out.append(say("left_out", lang, k=count(self.left_out, lang)))
        if self.deff > _DEAR:
            out.append(say("dear", lang))
        return out

    def grid(self, lang: str = "en") -> Grid:
        """A line a category, with what the weights cost underneath."""
        unmet = [self._unmet(lang)] if self.margins and not self.converged else []
        notes = (say("about", lang), *unmet, *self._facts(lang), say("fixed", lang))
        heads = margin_heads(lang, "before", "target") if self.margins else ()
        return Grid(say(self.method, lang), heads, margin_cells(self.margins, lang), notes)
