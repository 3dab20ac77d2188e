"""The answer of a driver analysis: one model a group, shown as one table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np

from cxkit.errors import OptionError, UsageError
from cxkit.keydrivers.diagnosis.caution import Caution
from cxkit.keydrivers.model import Model
from cxkit.keydrivers.shown.plots import DriverPlots
from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, MetricLabel, json_value

if TYPE_CHECKING:
    import pandas as pd

    from cxkit.keydrivers.readings.drift import Drift
    from cxkit.keydrivers.readings.pairs import DriverPairs
    from cxkit.keydrivers.readings.priorities import Priorities
    from cxkit.keydrivers.readings.units import Units
    from cxkit.keydrivers.readings.whatif import WhatIf

__all__ = ["Drivers"]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Drivers(Shown):
    """What drives the outcome: importance, effect and performance of each driver, one model a group.

    Attributes
    ----------
    outcome : MetricLabel
        Name, unit and bounds of the outcome; coefficients are in its unit.
    by : tuple of str
        Columns of the groups, and ``period`` where there are periods.
    models : tuple of Model
        One a group, in order.
    importance : str
        The method: ``lmg``, ``johnson`` ...
    interval : str or None
        ``bootstrap`` or nothing.
    level : float
        Of the intervals, and one less the level of the tests.
    resamples : int
    missing : str
        What was done with incomplete rows.
    weighted : bool
    groups : tuple of (str, tuple of str)
        Drivers that enter together, by name.
    correction : str or None
        How the p-values of all drivers of all groups were adjusted together.
    p_adjusted : tuple of (p,) float
        One array a model.
    size : int
        Tests of the family in which they were adjusted.
    freq : str or None
        Length of the periods, where ``period`` is one of ``by``.
    source : str
    cluster : str
        Column of the answers that belong together; empty where they are independent.
    """

    outcome: MetricLabel
    by: tuple[str, ...]
    models: tuple[Model, ...]
    importance: str
    interval: str | None
    level: float
    resamples: int
    missing: str
    weighted: bool
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    correction: str | None
    p_adjusted: tuple[Any, ...]
    size: int
    freq: str | None
    source: str
    cluster: str = ""

    def __len__(self) -> int:
        return sum(len(model.names) for model in self.models)

    @property
    def model(self) -> Model:
        """The one model there is.

        Raises
        ------
        UsageError
            There is one for each of several groups.
        """
        if len(self.models) != 1:
            raise UsageError(f"there are {len(self.models)} models, one a group", hint="take one of .models")
        return self.models[0]

    @property
    def names(self) -> tuple[str, ...]:
        """The drivers, each once, in the order given."""
        return tuple(dict.fromkeys(name for model in self.models for name in model.names))

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """What a reader must know, of all models, each once."""
        return tuple(dict.fromkeys(c for model in self.models for c in model.cautions))

    # Readings ---------------------------------------------------------------------------------

    def what_if(self, changes: Mapping[str, float] | None = None, **more: float) -> "WhatIf":
        """What the outcome would gain if the mean answer to some drivers moved: ``d.what_if(sat_wait=0.5)``.

        Names that are no identifiers go in as ``d.what_if({"Délai d'attente": 0.5})``.
        """
        from cxkit.keydrivers.readings.whatif import what_if

        if changes is not None and not isinstance(changes, Mapping):
            raise OptionError(
                f"what_if takes drivers and their moves, not {changes!r}", hint='{"wait": 0.5}, or wait=0.5'
            )
        return what_if(self, {**(changes or {}), **more})

    def pairs(self, correction: Literal["stepdown", "holm", "bh", "bonferroni"] | None = "stepdown") -> "DriverPairs":
        """Which drivers are more important than which: every pair, and how stable the ranks are."""
        from cxkit.keydrivers.readings.pairs import pairs

        return pairs(self, correction=correction)

    def priorities(
        self,
        effort: Mapping[str, float] | None = None,
        *,
        targets: Mapping[str, float] | None = None,
        step: float = 0.1,
        headroom: bool = True,
    ) -> "Priorities":
        """What to fix first: what each driver could bring, against the effort it takes if that is known."""
        from cxkit.keydrivers.readings.priorities import priorities

        for what, given in (("effort", effort), ("targets", targets)):
            if given is not None and not isinstance(given, Mapping):
                raise OptionError(f"{what}= is {given!r}", hint=f'{what}={{"wait": 3}}')
        return priorities(self, effort, targets=targets, step=step, headroom=headroom)

    def drift(
        self,
        versus: Literal["complement", "previous", "first"] | None = None,
        *,
        correction: Literal["bh", "holm", "bonferroni"] | None = "bh",
    ) -> "Drift":
        """Whether importance and effects differ between groups, or have changed from period to period."""
        from cxkit.keydrivers.readings.drift import drift

        return drift(self, versus, correction=correction)

    def units(
        self,
        organisation: "Drivers | None" = None,
        *,
        correction: Literal["bh", "holm", "bonferroni"] | None = "bh",
    ) -> "Units":
        """Where each unit (group) stands against the rest, on the drivers that matter to the organisation."""
        from cxkit.keydrivers.readings.units import units

        return units(self, organisation, correction=correction)

    def effects(self) -> "pd.DataFrame":
        """What one unit more of each driver goes with, in the outcome's unit: the ``by`` columns, then
        ``driver, effect, low, high, unit``.

        The coefficients of least squares, the average marginal effects of other models.
        """
        import pandas as pd

        from cxkit.keydrivers.readings.moves import quantile

        rows = []
        for model in self.models:
            p = len(model.names)
            margin = quantile(model.fit.df, self.level) * np.sqrt(np.diag(model.fit.effect_cov)[:p])
            for i in model.order.tolist():
                e = model.fit.effect[i]
                rows.append((*model.key, model.names[i], e, e - margin[i], e + margin[i], self.outcome.unit))
        return pd.DataFrame(rows, columns=[*self.by, "driver", "effect", "low", "high", "unit"])

    def dominance(self, kind: Literal["conditional", "complete"] = "conditional", model: int = 0) -> "pd.DataFrame":
        """What each driver adds, by how many others are in already (``conditional``), or how often it adds more than
        each other one over all sets of others (``complete``, 0 to 1).

        Budescu (1993), Psychological Bulletin 114, 542-551; Azen & Budescu (2003), Psychological Methods 8, 129-148.
        """
        from cxkit.keydrivers.weighing import dominance_frame

        return dominance_frame(self.models[model], kind)

    # Claims: every coefficient is a test --------------------------------------------------------

    @property
    def tested(self) -> tuple[float, ...]:
        """p-values of all drivers of all groups, in the order of the frame."""
        return tuple(float(p) for model in self.models for p in model.p)

    @property
    def established(self) -> int:
        """Drivers whose effect is real as far as the family can tell."""
        return sum(int((p < 1 - self.level).sum()) for p in self.p_adjusted)

    def judged(self, correction: str | None, adjusted: Sequence[float], demanded: float, size: int) -> Self:
        """The same, its p-values adjusted in a larger family."""
        ends = np.cumsum([len(model.names) for model in self.models])[:-1]
        parts = tuple(np.split(np.asarray(adjusted, float), ends))
        return replace(self, correction=correction, p_adjusted=parts, size=size)

    def significant(self, model: int = 0) -> tuple[bool, ...]:
        """Which drivers of a model have an effect that is real as far as the family can tell."""
        return tuple(bool(p < 1 - self.level) for p in self.p_adjusted[model])

    # Shown ------------------------------------------------------------------------------------

    @property
    def plot(self) -> DriverPlots:
        """Drawings: ``plot()`` for ranked bars, ``plot.quadrant()`` for importance against performance."""
        return DriverPlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A row a driver, the most important first: the ``by`` columns, then
        ``driver, importance, share, low, high, coef, std_err, p, vif, performance, n``.

        ``importance`` is in units of R² with its interval ``low``, ``high``; ``share`` in %.
        """
        import pandas as pd

        rows = [
            (*model.key, model.names[i], model.importance[i], model.share[i], model.low[i], model.high[i],
             model.fit.coef[i], model.fit.std_err[i], model.p[i], model.vif[i], model.performance[i], model.n)
            for model in self.models
            for i in model.order.tolist()
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=[*self.by, *_COLUMNS])

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold, with what each model is; NaN becomes None."""
        return {
            "schema": SCHEMA, "kind": "drivers", "outcome": self.outcome.name, "by": list(self.by),
            "importance": self.importance, "interval": self.interval, "level": self.level,
            "resamples": self.resamples, "missing": self.missing, "weighted": self.weighted,
            "groups": {name: list(drivers) for name, drivers in self.groups},
            "correction": self.correction, "tests": self.size,
            "models": [self._model_dict(m) for m in range(len(self.models))],
        }  # fmt: skip

    def _model_dict(self, m: int) -> dict[str, Any]:
        model = self.models[m]
        fit, shares = model.fit, model.share
        return {
            "group": dict(zip(self.by, map(json_value, model.key), strict=True)),
            "family": fit.family, "covariance": fit.covariance, "r2": json_value(fit.r2),
            "r2_adjusted": json_value(fit.r2_adjusted), "n": model.n, "rows": model.rows,
            "cautions": [c.key for c in model.cautions],
            "rows_by_driver": [
                {
                    "driver": model.names[i], "importance": json_value(model.importance[i]),
                    "share": json_value(shares[i]), "low": json_value(model.low[i]),
                    "high": json_value(model.high[i]), "coef": json_value(fit.coef[i]),
                    "std_err": json_value(fit.std_err[i]), "p": json_value(model.p[i]),
                    "p_adjusted": json_value(self.p_adjusted[m][i]), "vif": json_value(model.vif[i]),
                    "performance": json_value(model.performance[i]),
                }
                for i in model.order.tolist()
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """What leads, how sure that is, the method, and that association is not cause."""
        from cxkit.keydrivers.shown.words import explain_drivers

        return explain_drivers(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.keydrivers.shown.words import drivers_grid

        return drivers_grid(self, lang)


_COLUMNS = ("driver", "importance", "share", "low", "high", "coef", "std_err", "p", "vif", "performance", "n")
