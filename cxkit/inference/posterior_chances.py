"""Posterior probabilities of an event, a row a group."""

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.inference.posterior_plots import ChancePlots
from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, MetricLabel, json_value

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Chances", "group_dict"]

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Chances(Shown):
    """Posterior probabilities of one event, a row a group.

    Attributes
    ----------
    event : {"value", "best", "change"}
    above, below : float or None
        The thresholds of the event, in the metric's unit.
    probability : tuple of float
        0 to 1.
    before : tuple of date
        For changes, the period that each is against.
    """

    metric: MetricLabel
    by: tuple[str, ...]
    keys: tuple[Key, ...]
    event: str
    above: float | None
    below: float | None
    probability: tuple[float, ...]
    draws: int
    seed: int
    freq: str | None = None
    before: tuple[dt.date, ...] = ()

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def value(self) -> float:
        """The one probability, where there is one group."""
        if len(self.probability) != 1:
            raise ValueError(f"{len(self.probability)} groups have no single probability; see to_frame()")
        return self.probability[0]

    @property
    def plot(self) -> ChancePlots:
        """Drawings: ``plot()`` for bars."""
        return ChancePlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of the ``by`` columns, then ``metric, event, above, below, probability``."""
        import pandas as pd

        columns: dict[str, Any] = {name: [k[i] for k in self.keys] for i, name in enumerate(self.by)}
        columns |= {"metric": self.metric.name, "event": self.event}
        columns |= {"above": _or_nan(self.above), "below": _or_nan(self.below), "probability": self.probability}
        return pd.DataFrame(columns, index=range(len(self)))

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold."""
        return {
            "schema": SCHEMA, "kind": "chances", "metric": self.metric.name, "by": list(self.by), "event": self.event,
            "above": self.above, "below": self.below, "draws": self.draws, "seed": self.seed,
            "rows": [
                {"group": group_dict(self.by, k), "probability": p}
                for k, p in zip(self.keys, self.probability, strict=True)
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """The probabilities in a sentence."""
        from cxkit.inference.posterior_words import explain_chances

        return explain_chances(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.inference.posterior_words import chance_grid

        return chance_grid(self, lang)


def _or_nan(x: float | None) -> float:
    return math.nan if x is None else x


def group_dict(by: tuple[str, ...], key: Key) -> dict[str, Any]:
    """A group as JSON holds it."""
    return dict(zip(by, map(json_value, key), strict=True))
