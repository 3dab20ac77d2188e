"""A unit against the rest of its organisation: where it stands, and what it should fix first."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from cxkit.errors import OptionError, UnknownNameError, UsageError, did_you_mean
from cxkit.keydrivers.model import Model
from cxkit.keydrivers.readings.moves import good_way
from cxkit.keydrivers.readings.units_plots import UnitPlots
from cxkit.keydrivers.result import Drivers
from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, MetricLabel, json_value
from cxkit.stats.intervals import student_t, z_value
from cxkit.stats.multiplicity import CORRECTIONS, adjusted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Focus", "Units", "units"]


@dataclass(frozen=True, slots=True)
class Focus:
    """A driver in a unit.

    Attributes
    ----------
    rank : int or None
        Among the drivers in which the unit is behind and catching up is worth something, by that worth.
    performance, rest : float
        Mean of the driver in the unit, and in the other units together.
    gap, low, high : float
        The difference, on the driver's scale, with its interval.
    share : float
        Importance of the driver for the organisation, in %.
    worth, worth_low, worth_high : float
        Gain of the outcome that goes with reaching the rest; negative where the unit is ahead.
    n, n_rest : int
    verdict : str
        ``behind``, ``ahead`` or ``inconclusive``.
    """

    key: tuple[Any, ...]
    rank: int | None
    driver: str
    performance: float
    rest: float
    gap: float
    low: float
    high: float
    p: float
    p_adjusted: float
    share: float
    worth: float
    worth_low: float
    worth_high: float
    n: int
    n_rest: int
    verdict: str


@dataclass(frozen=True, slots=True, repr=False)
class Units(Shown):
    """Units against the rest of the organisation, driver by driver; what to fix first comes first.

    Attributes
    ----------
    rows : tuple of Focus
        By unit; the drivers in which it is behind first, by worth.
    pooled : bool
        Whether importance and effects are the mean of the units', weighted by answers, for want of a model of the
        whole organisation.
    weighted : bool
        Whether answers had weights of which the errors of the gaps know nothing: models made without
        ``performance_se``.
    scales : tuple of (str, (low, high))
        Ends of each driver's scale, of all units together.
    """

    outcome: MetricLabel
    by: tuple[str, ...]
    rows: tuple[Focus, ...]
    pooled: bool
    weighted: bool
    correction: str | None
    level: float
    size: int
    scales: tuple[tuple[str, tuple[float, float]], ...] = ()
    freq: str | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def keys(self) -> tuple[tuple[Any, ...], ...]:
        """The units."""
        return tuple(dict.fromkeys(row.key for row in self.rows))

    @property
    def behind(self) -> tuple[Focus, ...]:
        """What to fix, in all units, the most worth first."""
        return tuple(sorted((r for r in self.rows if r.rank is not None), key=lambda r: -r.worth))

    def of(self, unit: Any) -> "Units":
        """The rows of one unit, by its name (or key); the tests stay those of the whole family.

        Raises
        ------
        UnknownNameError
        """
        key = unit if isinstance(unit, tuple) else (unit,)
        rows = tuple(row for row in self.rows if row.key == key)
        if not rows:
            names = [" · ".join(map(str, k)) for k in self.keys]
            raise UnknownNameError(
                f"no unit {unit!r}", hint=did_you_mean(" · ".join(map(str, key)), names, what="Units")
            )
        return replace(self, rows=rows)

    @property
    def plot(self) -> UnitPlots:
        """Drawings: ``plot()`` for dumbbells of unit and rest."""
        return UnitPlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of the ``by`` columns, then ``rank, driver, performance, rest, gap, low, high, p, p_adjusted,
        share, worth, worth_low, worth_high, n, n_rest, verdict``.
        """
        import pandas as pd

        rows = [(*r.key, *(getattr(r, name) for name in _COLUMNS)) for r in self.rows]
        return pd.DataFrame(rows, columns=[*self.by, *_COLUMNS]).astype({"rank": "Int64"})

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        return {
            "schema": SCHEMA, "kind": "driver_units", "outcome": self.outcome.name, "by": list(self.by),
            "correction": self.correction, "level": self.level, "tests": self.size, "pooled": self.pooled,
            "rows": [
                {"unit": dict(zip(self.by, map(json_value, r.key), strict=True))}
                | {name: json_value(getattr(r, name)) for name in _COLUMNS}
                for r in self.rows
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """Of each unit what to fix first and where it leads, and that association is not cause."""
        from cxkit.keydrivers.readings.units_words import explain_units

        return explain_units(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.keydrivers.readings.units_words import units_grid

        return units_grid(self, lang)


def units(
    drivers: Drivers,
    organisation: Drivers | None = None,
    *,
    correction: Literal["bh", "holm", "bonferroni"] | None = "bh",
) -> Units:
    """Compare each unit with the rest of the organisation, driver by driver.

    Parameters
    ----------
    drivers : Drivers
        One model a unit (``by="agency"``).
    organisation : Drivers, optional
        The model of all units together, for importance and effects; without it, the mean of the units' weighted
        by their answers.
    correction : {"bh", "holm", "bonferroni"} or None
        Over all drivers of all units.

    Returns
    -------
    Units

    Raises
    ------
    UsageError
        One unit, or an organisation that has several models.

    Notes
    -----
    Gaps by Welch's t-test on the means of disjoint groups and their errors, weights and clusters included; of periods, units are
    compared within the same one. Worth is the gap times the organisation's effect, with the delta method's error,
    gap and effect taken as independent.

    References
    ----------
    Welch (1947), Biometrika 34, 28-35; Goodman (1960), JASA 55, 708-713, for the variance of a product.
    """
    if correction is not None and correction not in CORRECTIONS:
        raise OptionError(
            f"unknown correction {correction!r}", hint=did_you_mean(str(correction), CORRECTIONS, what="Corrections")
        )
    if len(drivers.models) < 2:
        raise UsageError("there is one unit: no rest to compare it with", hint='drivers(..., by="agency")')
    if organisation is not None and len(organisation.models) != 1:
        raise UsageError("the organisation has several models", hint="drivers(...) without by=")
    rows = [row for m in range(len(drivers.models)) for row in _unit(drivers, m, organisation)]
    p = np.array([row.p for row in rows])
    together = adjusted(p, correction)
    judged = [
        replace(row, p_adjusted=float(q), verdict=row.verdict if q <= 1 - drivers.level else "inconclusive")
        for row, q in zip(rows, together, strict=True)
    ]
    ordered = tuple(row for model in drivers.models for row in _in_order([r for r in judged if r.key == model.key]))
    return Units(
        drivers.outcome, drivers.by, ordered, organisation is None,
        drivers.weighted and any(m.performance_se is None for m in drivers.models), correction, drivers.level,
        int((~np.isnan(p)).sum()), _scales(drivers), drivers.freq,
    )  # fmt: skip


def _scales(drivers: Drivers) -> tuple[tuple[str, tuple[float, float]], ...]:
    found: dict[str, tuple[float, float]] = {}
    for model in drivers.models:
        for name, (low, high) in zip(model.names, model.scales, strict=True):
            known = found.get(name, (low, high))
            found[name] = (min(low, known[0]), max(high, known[1]))
    return tuple(found.items())


def _in_order(rows: list[Focus]) -> list[Focus]:
    """What to fix first: behind, and worth something as far as the organisation's effect is known."""
    fix = sorted((r for r in rows if r.verdict == "behind" and r.worth_low > 0), key=lambda r: -r.worth)
    rest = [r for r in rows if r not in fix]
    rest.sort(key=lambda r: (r.verdict != "behind", -_size(r.worth)))
    return [replace(r, rank=k) for k, r in enumerate(fix, 1)] + rest


def _size(x: float) -> float:
    return x if np.isfinite(x) else -np.inf


def _unit(drivers: Drivers, m: int, organisation: Drivers | None) -> list[Focus]:
    model = drivers.models[m]
    same = drivers.freq is not None
    others = [o for o in drivers.models if o is not model and (not same or o.key[-1] == model.key[-1])]
    whole = [organisation.model] if organisation is not None else [model, *others]
    return [_focus(drivers, model, i, others, whole) for i in range(len(model.names))]


def _focus(drivers: Drivers, model: Model, i: int, others: list[Model], whole: list[Model]) -> Focus:
    name, better = model.names[i], drivers.outcome.better
    mean, n = float(model.performance[i]), model.n
    rest, rest_variance, rest_n = _pooled(name, others)
    gap, se, df = _welch(mean, _variance(model, i), n, rest, rest_variance, rest_n)
    p = _p(gap, se, df)
    low, high = (float(x) for x in student_t(gap, se, df, drivers.level))
    length = model.scales[i][1] - model.scales[i][0]
    if np.isfinite(length):
        low, high = max(low, -length), min(high, length)
    share, effect, variance, way = _whole(name, whole, better)
    sign = -1.0 if better == "lower" else 1.0
    worth = -gap * effect * sign + 0.0
    error = float(np.sqrt(gap**2 * variance + effect**2 * se**2 + variance * se**2))
    margin = float(z_value(drivers.level)) * error
    verdict = "behind" if gap * way < 0 else "ahead" if gap * way > 0 else "inconclusive"
    return Focus(
        model.key, None, name, mean, rest, gap, low, high, p, np.nan, share, worth, worth - margin, worth + margin,
        n, rest_n, verdict,
    )  # fmt: skip


def _variance(model: Model, i: int) -> float:
    """Variance of a mean answer, weights and clusters included where the model knows it."""
    if model.performance_se is not None:
        return float(model.performance_se[i] ** 2)
    return float(model.spread[i] ** 2 / model.n) if model.n else float("nan")


def _pooled(name: str, models: list[Model]) -> tuple[float, float, int]:
    """Mean of disjoint groups together, by answers, its variance, and the answers."""
    at = [(m, m.names.index(name)) for m in models if name in m.names and m.n > 0]
    n = np.array([m.n for m, _ in at], float)
    if not n.sum():
        return float("nan"), float("nan"), 0
    share = n / n.sum()
    means, variances = ([f(m, i) for m, i in at] for f in (lambda m, i: m.performance[i], _variance))
    return float(share @ means), float(share**2 @ variances), int(n.sum())


def _welch(m1: float, v1: float, n1: int, m2: float, v2: float, n2: int) -> tuple[float, float, float]:
    """Difference of two means of variances v, its standard error and degrees of freedom; NaN under two answers a side."""
    total = v1 + v2
    if min(n1, n2) < 2 or not total > 0:
        return m1 - m2, float("nan"), float("nan")  # all alike on both sides: no error can be seen
    return m1 - m2, float(np.sqrt(total)), total**2 / (v1**2 / (n1 - 1) + v2**2 / (n2 - 1))


def _p(gap: float, se: float, df: float) -> float:
    from scipy.special import stdtr

    return float(2 * stdtr(df, -abs(gap) / se)) if np.isfinite(se) and se > 0 else float("nan")


def _whole(name: str, models: list[Model], better: str) -> tuple[float, float, float, int]:
    """Share, effect, variance of the effect, and good way of a driver for the organisation."""
    at = [(m, m.names.index(name)) for m in models if name in m.names]
    if not at:
        return float("nan"), float("nan"), float("nan"), 0
    n = np.array([m.n for m, _ in at], float)
    w = n / n.sum() if n.sum() else np.full(len(n), 1 / len(n))
    importance = float(sum(a * m.importance[i] for a, (m, i) in zip(w, at, strict=True)))
    total = float(sum(a * m.importance.sum() for a, (m, _) in zip(w, at, strict=True)))
    effect = float(sum(a * m.fit.effect[i] for a, (m, i) in zip(w, at, strict=True)))
    variance = float(sum(a**2 * m.fit.effect_cov[i, i] for a, (m, i) in zip(w, at, strict=True)))
    ways = sum(a * good_way(m, better)[i] for a, (m, i) in zip(w, at, strict=True))
    return (100 * importance / total if total > 0 else float("nan")), effect, variance, int(np.sign(ways))


_COLUMNS = (
    "rank", "driver", "performance", "rest", "gap", "low", "high", "p", "p_adjusted", "share", "worth", "worth_low",
    "worth_high", "n", "n_rest", "verdict",
)  # fmt: skip
