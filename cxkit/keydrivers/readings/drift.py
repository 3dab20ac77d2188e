"""Does the importance of drivers differ between groups or periods: tests of shares and of effects."""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from cxkit.errors import OptionError, UsageError, did_you_mean
from cxkit.keydrivers.model import Model
from cxkit.keydrivers.readings.drift_plots import DriftPlots
from cxkit.keydrivers.readings.equality import Group, Joint, alike, all_equal, difference, normal_p
from cxkit.keydrivers.readings.moves import quantile
from cxkit.keydrivers.readings.sharedraws import FEWEST_DRAWS, centred_share_draws, need_draws, shares_of
from cxkit.keydrivers.result import Drivers
from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, MetricLabel, json_value
from cxkit.stats.multiplicity import CORRECTIONS, adjusted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Drift", "Shift", "drift"]

VERSUS = ("complement", "previous", "first")


@dataclass(frozen=True, slots=True)
class Shift:
    """A driver in a group, and in what the group is compared with.

    Attributes
    ----------
    versus : str or tuple
        ``complement`` or the key of the other group.
    share, share_versus, delta, low, high : float
        Shares of importance in %, their difference in points, and its interval.
    effect, effect_versus, effect_delta, effect_low, effect_high : float
        The same of the effect of one unit more, in the outcome's unit.
    p, p_adjusted, effect_p, effect_p_adjusted : float
    verdict : str
        Of the share: ``rose``, ``fell`` or ``inconclusive``; ``higher`` and ``lower`` between groups.
    """

    key: tuple[Any, ...]
    versus: Any
    driver: str
    share: float
    share_versus: float
    delta: float
    low: float
    high: float
    p: float
    p_adjusted: float
    verdict: str
    effect: float
    effect_versus: float
    effect_delta: float
    effect_low: float
    effect_high: float
    effect_p: float
    effect_p_adjusted: float

    @property
    def moved(self) -> bool:
        return self.verdict != "inconclusive"


@dataclass(frozen=True, slots=True, repr=False)
class Drift(Shown):
    """Differences of importance between groups or periods, with a test of all at once and of each.

    Attributes
    ----------
    overall, overall_effects : Joint
        Test that shares, or effects, are the same in all groups.
    rows : tuple of Shift
        By comparison, the drivers in the order given.
    shares, errors : tuple of tuple of float
        Share of each driver in each group, in %, and its standard error.
    names : tuple of str
        The drivers that all groups have; shares are of what these explain.
    least : int
        Answers of the smallest group.
    left_out : tuple of str
        Drivers that some groups lack.
    """

    outcome: MetricLabel
    by: tuple[str, ...]
    keys: tuple[tuple[Any, ...], ...]
    names: tuple[str, ...]
    shares: tuple[tuple[float, ...], ...]
    errors: tuple[tuple[float, ...], ...]
    rows: tuple[Shift, ...]
    overall: Joint
    overall_effects: Joint
    versus: str
    correction: str | None
    level: float
    size: int
    least: int
    left_out: tuple[str, ...] = ()
    freq: str | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def moved(self) -> tuple[Shift, ...]:
        """The differences of share that are real as far as the family can tell."""
        return tuple(row for row in self.rows if row.moved)

    @property
    def plot(self) -> DriftPlots:
        """Drawings: ``plot()`` for dumbbells, or lines over periods."""
        return DriftPlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of the ``by`` columns, then ``driver, versus, share, share_versus, delta, delta_low, delta_high,
        p, p_adjusted, verdict, effect, effect_versus, effect_delta, effect_low, effect_high, effect_p,
        effect_p_adjusted``.
        """
        import pandas as pd

        rows = [
            (*r.key, r.driver, r.versus, r.share, r.share_versus, r.delta, r.low, r.high, r.p, r.p_adjusted, r.verdict,
             *(getattr(r, name) for name in _EFFECTS))
            for r in self.rows
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=[*self.by, *_COLUMNS, *_EFFECTS])

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        return {
            "schema": SCHEMA, "kind": "driver_drift", "outcome": self.outcome.name, "by": list(self.by),
            "versus": self.versus, "correction": self.correction, "level": self.level, "tests": self.size,
            "left_out": list(self.left_out),
            "overall": _joint(self.overall), "overall_effects": _joint(self.overall_effects),
            "rows": [
                {
                    "group": dict(zip(self.by, map(json_value, r.key), strict=True)),
                    "versus": r.versus if isinstance(r.versus, str) else list(map(json_value, r.versus)),
                }
                | {name: json_value(getattr(r, name)) for name in ("driver", *_SHIFT, *_EFFECTS)}
                for r in self.rows
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """Whether importance differs at all, which drivers rose or fell, and how it was tested."""
        from cxkit.keydrivers.readings.drift_words import explain_drift

        return explain_drift(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.keydrivers.readings.drift_words import drift_grid

        return drift_grid(self, lang)


def drift(
    drivers: Drivers,
    versus: Literal["complement", "previous", "first"] | None = None,
    *,
    correction: Literal["bh", "holm", "bonferroni"] | None = "bh",
) -> Drift:
    """Test whether the importance of drivers differs between segments, or moved between periods.

    Parameters
    ----------
    drivers : Drivers
        Several groups, with ``interval="bootstrap"``.
    versus : {"complement", "previous", "first"}, optional
        Each group against all others (weighted by their answers; of two groups the first against the second),
        against the period before, or against the first group; without it, the period before where there are periods,
        else the others.
    correction : {"bh", "holm", "bonferroni"} or None
        Of all shares of all groups together, and of all effects together.

    Returns
    -------
    Drift

    Raises
    ------
    UsageError
        One group, no draws, or periods asked where there are none.

    Notes
    -----
    Groups are taken as independent. The covariance of the shares is that of the bootstrap draws, less what these add
    to the importance on average; its shape is that of all groups that are compared, weighted by their answers, its
    size each group's own. Since shares sum to 100, k drivers leave k - 1 to test: the statistic of G groups is
    chi-squared with (G - 1)(k - 1) degrees of freedom. A difference of one driver has the interval of the same error:
    it is clear of 0 where its p, before the correction, is under 1 - level. Respondents who answer in two periods make
    this test too careful, not too bold.

    Where nothing differs, it speaks of a difference 4 times in 100 with 4 groups of 240 answers or 2 of 300, and 6
    times with 4 of 1,000 or 3 of 100 (simulated, 6 drivers); 7 to 9 times where groups of 150 and 600 are explained
    unequally well. ``bench/driver_readings.py`` measures it.

    References
    ----------
    Cochran (1954), Biometrics 10, 101-129, for the statistic; Hartlap, Simon & Schneider (2007), Astronomy &
    Astrophysics 464, 399-404, for the inverse of a covariance that B draws estimate.
    """
    if versus is not None and versus not in VERSUS:
        raise OptionError(f"unknown comparison {versus!r}", hint=did_you_mean(str(versus), VERSUS, what="Comparisons"))
    if correction is not None and correction not in CORRECTIONS:
        raise OptionError(
            f"unknown correction {correction!r}", hint=did_you_mean(str(correction), CORRECTIONS, what="Corrections")
        )
    models = drivers.models
    if len(models) < 2:
        raise UsageError("there is one group: nothing to compare", hint='drivers(..., by="segment") or freq="Q"')
    need_draws(drivers, "a test of drift")
    names = tuple(n for n in drivers.names if all(n in m.names for m in models))
    if not names:
        raise UsageError("no driver is in all groups", hint="name drivers that every group has answered")
    kind = versus or ("previous" if drivers.freq else "complement")
    if kind == "previous" and not drivers.freq:
        raise UsageError("there are no periods, so none is before another", hint='versus="complement" or "first"')
    plan = _plan(models, kind)
    blocks = _strands(models) if kind == "previous" else [list(range(len(models)))]
    shares = _shares(models, names, blocks)
    effects = [_effects(m, names) for m in models]
    df = min(m.fit.df for m in models)
    rows, size = _rows(drivers, names, plan, shares, effects, correction, kind)
    return Drift(
        drivers.outcome, drivers.by, tuple(m.key for m in models), names,
        tuple(tuple(map(float, s)) for s, _, _ in shares),
        tuple(tuple(float(x) for x in np.sqrt(np.maximum(np.diag(v), 0))) for _, v, _ in shares),
        rows, all_equal(shares, blocks), all_equal(effects, blocks, df), kind, correction, drivers.level, size,
        min(m.n for m in models), tuple(n for n in drivers.names if n not in names), drivers.freq,
    )  # fmt: skip


def _shares(models: tuple[Model, ...], names: tuple[str, ...], blocks: list[list[int]]) -> list[Group]:
    """Shares, their covariance, of one shape within each block, and the draws that it was estimated from."""
    out: list[Group] = []
    for model in models:
        draws = centred_share_draws(model, names)
        known = len(draws) >= FEWEST_DRAWS
        v = np.atleast_2d(np.cov(draws, rowvar=False)) if known else np.full((len(names), len(names)), np.nan)
        out.append((shares_of(model, names), v, float(len(draws))))
    for block in blocks:
        for g, group in zip(block, alike([out[g] for g in block], [models[g].n for g in block]), strict=True):
            out[g] = group
    return out


def _effects(model: Model, names: tuple[str, ...]) -> tuple[Any, Any, float]:
    at = [model.names.index(n) for n in names]
    return model.fit.effect[at], model.fit.effect_cov[np.ix_(at, at)], np.inf


def _strands(models: tuple[Model, ...]) -> list[list[int]]:
    """Numbers of the models of each segment, in the order of their periods."""
    found: dict[Any, list[int]] = {}
    for i, model in enumerate(models):
        if model.key[-1] is not None:
            found.setdefault(model.key[:-1], []).append(i)
    return [sorted(rows, key=lambda i: models[i].key[-1]) for rows in found.values()]


def _plan(models: tuple[Model, ...], kind: str) -> list[tuple[int, Any, list[int], list[float]]]:
    """Comparisons: a group, the name of what it is compared with, its groups, and their weights."""
    if kind == "previous":
        strands = _strands(models)
        plan = [(b, models[a].key, [a], [1.0]) for s in strands for a, b in pairwise(s)]
        if not plan:
            raise UsageError("no group has two periods", hint="a shorter freq=, or more data")
        return plan
    if kind == "complement" and len(models) == 2:
        # Each is the complement of the other: one comparison, not the same one twice.
        return [(0, models[1].key, [1], [1.0])]
    if kind == "first":
        return [(i, models[0].key, [0], [1.0]) for i in range(1, len(models))]
    out: list[tuple[int, Any, list[int], list[float]]] = []
    for i in range(len(models)):
        others = [j for j in range(len(models)) if j != i]
        n = np.array([models[j].n for j in others], float)
        out.append((i, "complement", others, list(n / n.sum() if n.sum() else np.full(len(n), 1 / len(n)))))
    return out


def _rows(
    drivers: Drivers,
    names: tuple[str, ...],
    plan: Any,
    shares: Any,
    effects: Any,
    correction: str | None,
    kind: str,
) -> tuple[tuple[Shift, ...], int]:
    models = drivers.models
    found = []
    for i, versus, others, weights in plan:
        df = min(models[j].fit.df for j in (i, *others))
        found.append(
            (i, versus, difference(shares[i], [shares[j] for j in others], weights),
             difference(effects[i], [effects[j] for j in others], weights), df)
        )  # fmt: skip
    p = np.array([normal_p(s.delta, s.se, np.inf) for _, _, s, _, _ in found])
    q = np.array([normal_p(e.delta, e.se, df) for *_, e, df in found])
    p_all, q_all = adjusted(p, correction), adjusted(q, correction)
    # Shares of a signed measure (Pratt's) know no bounds.
    end = np.inf if any((m.importance < 0).any() for m in models) else 100.0
    up, down = ("rose", "fell") if kind == "previous" else ("higher", "lower")
    out = []
    for c, (i, versus, s, e, df) in enumerate(found):
        z, t = quantile(np.inf, drivers.level), quantile(df, drivers.level)
        for k, name in enumerate(names):
            real = p_all[c, k] <= 1 - drivers.level
            out.append(
                Shift(
                    models[i].key, versus, name, float(s.here[k]), float(s.there[k]), float(s.delta[k]),
                    float(np.clip(s.delta[k] - z * s.se[k], -end, end)), float(np.clip(s.delta[k] + z * s.se[k], -end, end)),
                    float(p[c, k]), float(p_all[c, k]),
                    (up if s.delta[k] > 0 else down) if real else "inconclusive",
                    float(e.here[k]), float(e.there[k]), float(e.delta[k]), float(e.delta[k] - t * e.se[k]),
                    float(e.delta[k] + t * e.se[k]), float(q[c, k]), float(q_all[c, k]),
                )
            )  # fmt: skip
    return tuple(out), int((~np.isnan(p)).sum())


def _joint(joint: Joint) -> dict[str, Any]:
    return {"statistic": json_value(joint.statistic), "df": joint.df, "p": json_value(joint.p)}


_SHIFT = ("share", "share_versus", "delta", "low", "high", "p", "p_adjusted", "verdict")
_COLUMNS = (
    "driver",
    "versus",
    "share",
    "share_versus",
    "delta",
    "delta_low",
    "delta_high",
    "p",
    "p_adjusted",
    "verdict",
)
_EFFECTS = (
    "effect", "effect_versus", "effect_delta", "effect_low", "effect_high", "effect_p", "effect_p_adjusted",
)  # fmt: skip
