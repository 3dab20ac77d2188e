"""An outcome by answer: the curve behind the value of a point, and whether it is a straight line."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, MetricLabel, json_value
from cxkit.value.behaviour.bands import ScoreBand
from cxkit.value.behaviour.bend import Bend, Top
from cxkit.value.behaviour.outcomes import Outcome
from cxkit.value.behaviour.plots import CurvePlots

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Curve"]


@dataclass(frozen=True, slots=True, repr=False)
class Curve(Shown):
    """An outcome by answer, one curve a group.

    Attributes
    ----------
    score : MetricLabel
    outcome : Outcome
    bands : tuple of ScoreBand
    by : tuple of str
    keys : tuple of tuples
    bends : tuple of Bend
        One a group: values by answer, tests of the shape, and what the top of the scale brings.
    level, months : float
    """

    score: MetricLabel
    outcome: Outcome
    bands: tuple[ScoreBand, ...]
    by: tuple[str, ...]
    keys: tuple[tuple[Any, ...], ...]
    bends: tuple[Bend, ...]
    level: float
    months: float

    def __len__(self) -> int:
        return len(self.bends)

    @property
    def only(self) -> Bend:
        """The one curve, where there is one group.

        Raises
        ------
        ValueError
            There are several groups.
        """
        if len(self) != 1:
            raise ValueError(f"there are {len(self)} groups: take one of .bends")
        return self.bends[0]

    @property
    def top(self) -> Top:
        """What the top of the scale brings, where there is one group."""
        return self.only.top

    @property
    def straight(self) -> bool | None:
        """Whether the means by answer are in keeping with a straight line; None where that could not be tested."""
        p = self.only.line.p
        return None if p != p else bool(p > 1 - self.level)

    @property
    def plot(self) -> CurvePlots:
        """Drawings: ``plot()`` for the curve with its intervals and the straight line."""
        return CurvePlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of the ``by`` columns, then ``answer, band, item, estimate, low, high, unit, n``."""
        import pandas as pd

        item = "rate" if self.outcome.kind == "rate" else "mean"
        rows = [
            (*key, a.answer, a.band, item, a.estimate, a.low, a.high, self.outcome.unit, a.n)
            for key, bend in zip(self.keys, self.bends, strict=True)
            for a in bend.answers
        ]
        return pd.DataFrame(rows, columns=[*self.by, "answer", "band", "item", "estimate", "low", "high", "unit", "n"])

    def tests_frame(self) -> "pd.DataFrame":
        """A frame of the ``by`` columns, then ``test, statistic, df, df_error, p``.

        ``any``: all answers have one mean. ``line``: their means are on a straight line. ``steps``: they are the same
        within each class.
        """
        import pandas as pd

        rows = [
            (*key, name, t.statistic, t.df, t.df_error, t.p)
            for key, bend in zip(self.keys, self.bends, strict=True)
            for name, t in (("any", bend.any), ("line", bend.line), ("steps", bend.steps))
        ]
        return pd.DataFrame(rows, columns=[*self.by, "test", "statistic", "df", "df_error", "p"])

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        tops = [
            {"reading": b.top.reading, "answer": json_value(b.top.answer), "gain": json_value(b.top.gain),
             "low": json_value(b.top.low), "high": json_value(b.top.high), "line": json_value(b.top.line)}
            for b in self.bends
        ]  # fmt: skip
        return {
            "schema": SCHEMA, "kind": "curve", "score": self.score.name, "outcome": self.outcome.name,
            "unit": self.outcome.unit, "among": self.outcome.among, "by": list(self.by), "level": self.level,
            "months": self.months, "rows": _records(self.to_frame()), "tests": _records(self.tests_frame()), "tops": tops,
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """The shape: a straight line or not, and where more of the score is seen to bring no more."""
        from cxkit.value.behaviour.curve_words import explain_curve

        return explain_curve(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.value.behaviour.curve_words import curve_grid

        return curve_grid(self, lang)


def _records(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    return [{str(k): json_value(v) for k, v in row.items()} for row in frame.to_dict("records")]
