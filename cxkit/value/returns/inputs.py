"""All figures of a return: where each comes from, and their joint draws."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError, did_you_mean
from cxkit.stats.uncertain import is_correlation, joint_normal, normal_scores, uniform_draws
from cxkit.value.returns.amounts import Amount

__all__ = ["Assumption", "Block", "Inputs", "Note"]

Floats = NDArray[np.float64]

#: What is the same for every improvement of the same customers; the rest is of one improvement.
_SHARED = frozenset(
    ("customers", "churn", "revenue", "margin", "margin_rate", "support_cost", "referrals", "cross_sell",
     "cross_sell_value", "discount")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Assumption:
    """One figure of a return, as a reader should see it.

    Attributes
    ----------
    name : str
        A stable code: ``churn``, ``churn_after``, ``revenue_per_point``, ``improve:sat_wait``, ``effect:sat_wait``.
    value, low, high : float
        In the unit shown: shares in %. Ends are NaN where the figure is taken as known.
    unit : str
        A currency, ``%``, ``points``, ``months``, ``customers``, or empty.
    source : {"said", "measured", "study", "default"}
        ``study`` is a count of it.
    per : int
        Months that the amount is of; 0 where it is of none.
    shape : str
        ``fixed``, ``uniform``, ``triangular``, ``normal`` or ``distribution``.
    grade : str
        Of the link that it is, empty where it is none.
    """

    name: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    per: int = 0
    shape: str = "fixed"
    grade: str = ""

    @property
    def sure(self) -> bool:
        return not (math.isfinite(self.low) and self.high > self.low)

    @property
    def per_unit(self) -> str:
        """The unit with its period: ``EUR/month``, ``%/year``."""
        if not self.per:
            return self.unit
        return f"{self.unit}/{ {1: 'month', 12: 'year'}.get(self.per, f'{self.per} months') }"


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader must know of a return: a key, what it concerns, and how many draws."""

    key: str
    what: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Figures measured together: their means and joint covariance, in the units of the computation.

    All are drawn, though only some are used: two returns of one study then see the same draws of what they share.
    """

    stream: str
    names: tuple[str, ...]
    mean: Floats
    covariance: Floats
    used: tuple[str, ...] = ()

    def value(self, name: str) -> float:
        return float(self.mean[self.names.index(name)])

    def error(self, name: str) -> float:
        i = self.names.index(name)
        return float(np.sqrt(max(self.covariance[i, i], 0.0)))

    def keep(self, names: Iterable[str]) -> Block:
        """The same, of which these are used."""
        wanted = set(names)
        return replace(self, used=tuple(name for name in self.names if name in wanted))

    def draw(self, draws: int, seed: int) -> dict[str, Floats]:
        """Draws of what is used. What has no error stays a number: a column of equal ones only costs time."""
        # Another sample of customers has other errors, even where the figures have the same names.
        # To six digits: the last ones differ between machines, and the draws must not.
        sample = crc32(",".join(f"{x:.5e}" for x in (*self.mean, *np.diag(self.covariance))).encode())
        found = joint_normal(self.mean, self.covariance, draws, seed, f"{self.stream}:{sample}")
        rows = {name: self.names.index(name) for name in self.used}
        return {
            name: found[:, i] if self.covariance[i, i] > 0 else np.asarray(self.mean[i]) for name, i in rows.items()
        }


@dataclass(slots=True, eq=False)
class Inputs:
    """The figures of one return, filled one by one, then drawn.

    Attributes
    ----------
    amounts : dict
        Said figures and defaults by name, in the units of the computation.
    blocks : list of Block
        Measured figures.
    rows : list of Assumption
    limits : dict
        Name -> (low, high) that no draw may pass.
    shown : dict
        Name -> what turns a computed figure into the one in the table, such as 100 for %.
    notes : list of Note
    """

    amounts: dict[str, Amount] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    rows: list[Assumption] = field(default_factory=list)
    limits: dict[str, tuple[float, float]] = field(default_factory=dict)
    shown: dict[str, float] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def say(
        self, name: str, amount: Amount, *, unit: str, source: str, per: int = 0, shown: float = 1.0,
        limits: tuple[float, float] | None = None, grade: str = "",
    ) -> None:  # fmt: skip
        """Take in a figure that was said, or a default; ``shown`` turns it into the unit shown."""
        self.amounts[name], self.shown[name] = amount, shown
        if limits is not None:
            self.limits[name] = limits
        ends = (-math.inf, math.inf) if limits is None else limits
        low, high = (min(max(x, ends[0]), ends[1]) * shown for x in (amount.low, amount.high))
        if amount.sure:
            low = high = math.nan
        self.rows.append(Assumption(name, amount.value * shown, low, high, unit, source, per, amount.shape, grade))

    def measure(
        self, block: Block, name: str, *, unit: str, per: int = 0, shown: float = 1.0, level: float = 0.95,
        limits: tuple[float, float] | None = None, grade: str = "",
    ) -> None:  # fmt: skip
        """Show a figure of a block in the table."""
        from scipy.special import ndtri

        self.shown[name] = shown
        if limits is not None:
            self.limits[name] = limits
        value, margin = block.value(name) * shown, float(ndtri(0.5 + level / 2)) * block.error(name) * abs(shown)
        low, high = (value - margin, value + margin) if margin > 0 else (math.nan, math.nan)
        if limits is not None and margin > 0:
            low, high = max(low, limits[0] * abs(shown)), min(high, limits[1] * abs(shown))
        self.rows.append(
            Assumption(name, value, low, high, unit, "measured", per, "normal" if margin > 0 else "fixed", grade)
        )

    @property
    def centre(self) -> dict[str, Floats]:
        """Every figure at its value."""
        out = {name: np.asarray(a.value) for name, a in self.amounts.items()}
        for block in self.blocks:
            out |= {name: np.asarray(block.value(name)) for name in block.used}
        return {name: np.clip(x, *self.limits[name]) if name in self.limits else x for name, x in out.items()}

    def draw(
        self, draws: int, seed: int, correlation: Mapping[tuple[str, str], float] | None, own: str = ""
    ) -> tuple[dict[str, Floats], dict[str, int]]:
        """Draws of every figure, and how many of each were cut where it ends.

        Parameters
        ----------
        own : str
            A name that sets this improvement apart from others: what concerns it alone is drawn on its own.

        Raises
        ------
        OptionError
            A correlation of figures that are not uncertain, or one that cannot be.
        """
        stream = {n: n if n in _SHARED or n.endswith("_per_point") or not own else f"{own}:{n}" for n in self.amounts}
        uniforms = self._correlated(draws, seed, correlation or {}, stream)
        out: dict[str, Floats] = {}
        for name, amount in self.amounts.items():
            if amount.sure:
                out[name] = np.asarray(amount.value)
            else:
                u = uniforms.get(name)
                out[name] = amount.quantiles(uniform_draws(stream[name], draws, seed) if u is None else u)
        for block in self.blocks:
            out |= block.draw(draws, seed)
        cut: dict[str, int] = {}
        for name, (low, high) in self.limits.items():
            outside = (out[name] < low) | (out[name] > high)
            if outside.any():
                cut[name] = int(outside.sum()) if outside.ndim else draws
                out[name] = np.clip(out[name], low, high)
        return out, cut

    def _correlated(
        self, draws: int, seed: int, asked: Mapping[tuple[str, str], float], stream: Mapping[str, str]
    ) -> dict[str, Floats]:
        if not isinstance(asked, Mapping):
            raise OptionError(f"correlation= is {asked!r}", hint="{('churn', 'margin'): -0.3}")
        if not asked:
            return {}
        names = _correlated_names(asked, {n: a for n, a in self.amounts.items() if not a.sure})
        matrix = np.eye(len(names))
        for (a, b), value in asked.items():
            i, j = names.index(a), names.index(b)
            matrix[i, j] = matrix[j, i] = value
        if not is_correlation(matrix):
            raise OptionError("these correlations cannot all be at once", hint="take some of them nearer to 0")
        columns = normal_scores([stream[n] for n in names], matrix, draws, seed)
        return {name: columns[:, i] for i, name in enumerate(names)}


def _correlated_names(asked: Mapping[tuple[str, str], float], free: Mapping[str, Amount]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for pair, value in asked.items():
        if not isinstance(pair, tuple) or len(pair) != 2 or pair[0] == pair[1]:
            raise OptionError(f"correlation= names {pair!r}", hint="{('churn', 'margin'): -0.3}")
        for name in pair:
            if name not in free:
                raise OptionError(
                    f"correlation= names {name!r}, which is no uncertain figure that was said",
                    hint=did_you_mean(str(name), free, what="Uncertain figures"),
                )
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not -1 <= value <= 1:
            raise OptionError(f"the correlation of {pair} is {value!r}", hint="a number from -1 to 1")
        names |= dict.fromkeys(pair)
    return tuple(names)
