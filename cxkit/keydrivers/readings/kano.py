"""Penalty and reward: does a driver cost when it is bad, pay when it is good, or both?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError, UnknownNameError, UsageError, did_you_mean
from cxkit.keydrivers.model import Fit
from cxkit.keydrivers.readings.kano_plots import KanoPlots
from cxkit.keydrivers.readings.moves import quantile
from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, MetricLabel, json_value
from cxkit.stats.bootstrap import percentile
from cxkit.stats.multiplicity import CORRECTIONS, adjusted, critical

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Contrast", "PenaltyReward", "penalty_reward"]

Floats = NDArray[np.float64]
#: Classes of a driver, in the order of their codes.
CLASSES = ("indifferent", "basic", "performance", "excitement", "reverse")


@dataclass(frozen=True, slots=True)
class Contrast:
    """What a driver costs when it is bad and pays when it is good.

    Attributes
    ----------
    penalty, reward : float
        Of the outcome, in its own unit: low answers against middle ones, high against middle ones.
    asymmetry, asymmetry_low, asymmetry_high : float
        -1 (only costs) to 1 (only pays); NaN where neither is established.
    kind : str
        ``basic``, ``performance``, ``excitement``, ``indifferent`` or ``reverse``.
    sure : float
        Share of draws of the coefficients, in %, that have this class.
    """

    driver: str
    penalty: float
    penalty_low: float
    penalty_high: float
    penalty_p: float
    penalty_p_adjusted: float
    reward: float
    reward_low: float
    reward_high: float
    reward_p: float
    reward_p_adjusted: float
    asymmetry: float
    asymmetry_low: float
    asymmetry_high: float
    kind: str
    sure: float


@dataclass(frozen=True, slots=True, repr=False)
class PenaltyReward(Shown):
    """Penalties and rewards of drivers, and how like the classes of Kano's model they behave.

    Attributes
    ----------
    rows : tuple of Contrast
        In the order given.
    cut : float
        Asymmetry up to which a driver that both costs and pays counts as ``performance``.
    size : int
        Tests of the family.
    left_out : tuple of str
        Drivers to which nobody gave a low, a middle or a high answer.
    """

    outcome: MetricLabel
    rows: tuple[Contrast, ...]
    n: int
    cut: float
    correction: str | None
    level: float
    size: int
    draws: int
    left_out: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def of(self, kind: str) -> tuple[str, ...]:
        """Drivers of a class."""
        return tuple(row.driver for row in self.rows if row.kind == kind)

    @property
    def plot(self) -> KanoPlots:
        """Drawings: ``plot()`` for the map of penalty and reward, ``plot.bars()``."""
        return KanoPlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A frame ``driver, penalty, penalty_low, penalty_high, penalty_p, penalty_p_adjusted, reward, reward_low,
        reward_high, reward_p, reward_p_adjusted, asymmetry, asymmetry_low, asymmetry_high, class, sure, n``.
        """
        import pandas as pd

        rows = [(*(getattr(r, name) for name in _COLUMNS), r.kind, r.sure, self.n) for r in self.rows]
        return pd.DataFrame(rows, columns=[*_COLUMNS, "class", "sure", "n"])

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        return {
            "schema": SCHEMA, "kind": "penalty_reward", "outcome": self.outcome.name, "unit": self.outcome.unit,
            "n": self.n, "cut": self.cut, "correction": self.correction, "level": self.level, "tests": self.size,
            "left_out": list(self.left_out),
            "rows": [
                {name: json_value(getattr(r, name)) for name in _COLUMNS} | {"class": r.kind, "sure": json_value(r.sure)}
                for r in self.rows
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """Which drivers cost, pay or do both, how sure that is, and what it is not."""
        from cxkit.keydrivers.readings.kano_words import explain_kano

        return explain_kano(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.keydrivers.readings.kano_words import kano_grid

        return kano_grid(self, lang)


def penalty_reward(
    fit: Fit,
    names: Sequence[str],
    low_terms: Sequence[str],
    high_terms: Sequence[str],
    *,
    outcome: MetricLabel,
    level: float = 0.95,
    correction: Literal["bh", "holm", "bonferroni"] | None = "bh",
    asymmetry: float = 0.2,
    draws: int = 4000,
    seed: int = 0,
    left_out: Sequence[str] = (),
) -> PenaltyReward:
    """Read a penalty-reward contrast analysis: a fit on two dummies a driver, low and high answers.

    Parameters
    ----------
    names : sequence of str
        The drivers.
    low_terms, high_terms : sequence of str
        Of each driver, the term of the fit that is 1 for low answers, and the one that is 1 for high answers;
        answers in the middle have neither.
    outcome : MetricLabel
        With ``better="lower"`` a penalty raises it and a reward lowers it.
    asymmetry : float
        0 to 1. A driver that both costs and pays is ``performance`` while its asymmetry is within this of 0,
        else ``basic`` or ``excitement``.
    draws : int
        Of the coefficients from their normal distribution, for the asymmetry's interval and the sureness.
    left_out : sequence of str
        Drivers that could not be read, to be named.

    Returns
    -------
    PenaltyReward
        Class by what is established: neither, ``indifferent``; the penalty alone, ``basic``; the reward alone,
        ``excitement``; both, by the asymmetry (reward - penalty) / (reward + penalty), sizes without sign;
        ``reverse`` where low answers pay and high ones cost. Of a driver whose middle answers are best, or worst, the
        side of the wrong sign counts nothing.

    Raises
    ------
    UnknownNameError
        A term that the fit has not.
    UsageError
        No driver, or lists of different lengths.

    References
    ----------
    Brandt (1988), in Add Value to Your Service, American Marketing Association, 61-65; Mikulić & Prebežac (2008),
    Managing Service Quality 18, 559-576 (the asymmetry; the bounds are an argument here); Mikulić & Prebežac (2011),
    Managing Service Quality 21, 46-66, on what such classes can not say.
    """
    names, low_terms, high_terms = tuple(names), tuple(low_terms), tuple(high_terms)
    if not names or not len(names) == len(low_terms) == len(high_terms):
        raise UsageError(
            f"{len(names)} drivers, {len(low_terms)} low terms and {len(high_terms)} high terms",
            hint="one low and one high term for each driver",
        )
    for term in (*low_terms, *high_terms):
        if term not in fit.terms:
            raise UnknownNameError(f"the fit has no term {term!r}", hint=did_you_mean(term, fit.terms, what="Terms"))
    if correction is not None and correction not in CORRECTIONS:
        raise OptionError(
            f"unknown correction {correction!r}", hint=did_you_mean(str(correction), CORRECTIONS, what="Corrections")
        )
    if not 0 <= asymmetry < 1:
        raise OptionError(f"asymmetry is {asymmetry!r}", hint="a number from 0 to 1, such as 0.2")
    if draws < 100:
        raise OptionError(f"draws is {draws!r}", hint="100 or more, such as 4000")
    at = np.array([fit.terms.index(t) for t in (*low_terms, *high_terms)])
    b, v = fit.effect[at], fit.effect_cov[np.ix_(at, at)]
    se = np.sqrt(np.maximum(np.diag(v), 0))
    p = _p_values(b, se, fit.df)
    together, demanded = adjusted(p, correction), critical(p, correction, 1 - level)
    sign = -1.0 if outcome.better == "lower" else 1.0
    # What a coefficient must reach to be established in this family: drawn ones are judged by the same bar.
    bar = quantile(fit.df, 1 - demanded) * se
    simulated = _simulated(b, v, draws, seed)
    codes = _classes(b[None, :] * sign, bar, asymmetry)[0]
    drawn = _classes(simulated * sign, bar, asymmetry)
    lean, spread = _asymmetry(b[None, :] * sign)[0], _asymmetry(simulated * sign)
    margin, k = quantile(fit.df, level) * se, len(names)
    rows = []
    # Of a driver that neither costs nor pays as far as one can tell, the balance of the two is noise.
    lean = np.where(np.isin(codes, (1, 2, 3)), lean, np.nan)
    for i, name in enumerate(names):
        low, high = percentile(spread[:, i], level) if np.isfinite(lean[i]) else (np.nan, np.nan)
        rows.append(
            Contrast(
                name, *_side(b, margin, p, together, i), *_side(b, margin, p, together, k + i), float(lean[i]),
                low, high, CLASSES[codes[i]], float(100 * (drawn[:, i] == codes[i]).mean()),
            )
        )  # fmt: skip
    return PenaltyReward(outcome, tuple(rows), fit.n, asymmetry, correction, level, int((~np.isnan(p)).sum()), draws,
                         tuple(left_out))  # fmt: skip


def _side(b: Floats, margin: Floats, p: Floats, together: Floats, i: int) -> tuple[float, float, float, float, float]:
    """Estimate, interval, p and adjusted p of a coefficient."""
    x = float(b[i])
    return x, x - float(margin[i]), x + float(margin[i]), float(p[i]), float(together[i])


def _p_values(b: Floats, se: Floats, df: float) -> Floats:
    from scipy.special import ndtr, stdtr

    with np.errstate(invalid="ignore", divide="ignore"):
        z = -np.abs(np.where(se > 0, b / se, np.nan))
    return np.asarray(2 * (stdtr(df, z) if np.isfinite(df) else ndtr(z)))


def _simulated(b: Floats, v: Floats, draws: int, seed: int) -> Floats:
    """(draws, 2k) Coefficients as other samples might have given them."""
    values, vectors = np.linalg.eigh(np.nan_to_num((v + v.T) / 2))
    normal = np.random.default_rng(seed).standard_normal((draws, len(b)))
    return np.asarray(b + (normal * np.sqrt(np.maximum(values, 0))) @ vectors.T)


def _asymmetry(b: Floats) -> Floats:
    """(draws, k) (reward - penalty) / (reward + penalty); what has the wrong sign neither costs nor pays."""
    k = b.shape[1] // 2
    cost, pay = np.maximum(-b[:, :k], 0), np.maximum(b[:, k:], 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(cost + pay > 0, (pay - cost) / (cost + pay), np.nan)


def _classes(b: Floats, bar: Floats, cut: float) -> NDArray[np.int64]:
    """(draws, k) Codes of the classes."""
    k = b.shape[1] // 2
    with np.errstate(invalid="ignore"):
        real = (np.abs(b) >= bar) & (bar > 0)
        costs, pays = real[:, :k] & (b[:, :k] < 0), real[:, k:] & (b[:, k:] > 0)
        # Reverse from end to end; a middle that is best or worst is none: its one contrary side counts nothing.
        reverse = (real[:, :k] & (b[:, :k] > 0) & (b[:, k:] <= 0)) | (real[:, k:] & (b[:, k:] < 0) & (b[:, :k] >= 0))
        lean = _asymmetry(b)
        both = np.where(lean < -cut, 1, np.where(lean > cut, 3, 2))
    out = np.where(costs & pays, both, np.where(costs, 1, np.where(pays, 3, 0)))
    return np.where(reverse, 4, out).astype(np.int64)


_COLUMNS = (
    "driver", "penalty", "penalty_low", "penalty_high", "penalty_p", "penalty_p_adjusted", "reward", "reward_low",
    "reward_high", "reward_p", "reward_p_adjusted", "asymmetry", "asymmetry_low", "asymmetry_high",
)  # fmt: skip
