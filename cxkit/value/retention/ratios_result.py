"""Hazard ratios as they are shown."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, json_value
from cxkit.value.retention.caution import Caution
from cxkit.value.retention.ratios_plots import HazardPlots

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Hazard", "Ratio"]


@dataclass(frozen=True, slots=True)
class Ratio:
    """The effect of one term.

    Attributes
    ----------
    item, french : str
        The term.
    estimate, low, high : float
        Factor on the risk of leaving: 0.9 is a risk a tenth lower for one more point.
    coef, std_err, p : float
        Of its logarithm.
    p_constant : float
        Of the hypothesis that the factor is the same at all times; NaN where it was not tested.
    scored : bool
        Whether the term is of the score, not a control.
    """

    item: str
    french: str
    estimate: float
    low: float
    high: float
    coef: float
    std_err: float
    p: float
    p_constant: float
    scored: bool


@dataclass(frozen=True, slots=True, repr=False)
class Hazard(Shown):
    """How the risk of leaving goes with a score.

    Attributes
    ----------
    score : str
    scale : tuple of float or None
        Ends of its answers: a ratio is for one more point of these.
    ratios : tuple of Ratio
        The score first, then the controls.
    model : {"cox", "discrete"}
    link : {"", "cloglog", "logit"}
        With ``"logit"`` the ratios are odds ratios.
    reference : tuple of (str, str)
        Class (English, French) that the others are compared with; empty for points.
    n, spells, events : int
        Customers, rows of the model, departures.
    robust : bool
        Whether errors allow for several rows a customer.
    unit : str
    level : float
    as_of : date or None
    cautions : tuple of Caution
    """

    score: str
    scale: tuple[float, float] | None
    ratios: tuple[Ratio, ...]
    model: str
    link: str
    reference: tuple[str, str]
    n: int
    spells: int
    events: int
    robust: bool
    unit: str
    level: float
    as_of: dt.date | None
    cautions: tuple[Caution, ...] = ()

    def __len__(self) -> int:
        return len(self.ratios)

    @property
    def plot(self) -> HazardPlots:
        """Drawings: ``plot()`` for the ratios with their intervals."""
        return HazardPlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of ``item, estimate, low, high, unit, coef, std_err, p, p_constant``; the unit is ``ratio``."""
        import pandas as pd

        rows = [
            (r.item, r.estimate, r.low, r.high, "ratio", r.coef, r.std_err, r.p, r.p_constant) for r in self.ratios
        ]  # fmt: skip
        columns = ["item", "estimate", "low", "high", "unit", "coef", "std_err", "p", "p_constant"]
        return pd.DataFrame(rows, columns=columns)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        names = ("estimate", "low", "high", "coef", "std_err", "p", "p_constant")
        return {
            "schema": SCHEMA, "kind": "hazard", "score": self.score, "scale": self.scale and list(self.scale), "model": self.model, "link": self.link or None,
            "reference": self.reference[0] or None, "n": self.n, "spells": self.spells, "events": self.events,
            "robust": self.robust, "level": self.level, "as_of": json_value(self.as_of),
            "cautions": [str(c) for c in self.cautions],
            "rows": [
                {"item": r.item, "unit": "ratio", **{name: json_value(getattr(r, name)) for name in names}}
                for r in self.ratios
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """What a point or a class goes with, whether it may be nothing, and that association is not cause."""
        from cxkit.value.retention.ratios_words import explain_hazard

        return explain_hazard(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.value.retention.ratios_words import hazard_grid

        return hazard_grid(self, lang)
