"""The Bayesian mode: what a score may truly be, and how likely one group beats another."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError, UnknownNameError, did_you_mean
from cxkit.inference.posterior_chances import Chances, group_dict
from cxkit.inference.posterior_counts import MOST_CLASSES, observed
from cxkit.inference.posterior_exact import LEAST, chance_below, limits
from cxkit.inference.posterior_plots import PosteriorPlots
from cxkit.inference.posterior_priors import finite_number, prior_answers
from cxkit.present.grid import Grid, Shown
from cxkit.present.result import SCHEMA, MetricLabel, json_value
from cxkit.present.words import Remark
from cxkit.protocols import Metric
from cxkit.stats.dirichlet import credible, linear_draws, linear_moments, probability_above

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Chances", "Posterior", "posterior"]

Key = tuple[Any, ...]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, repr=False)
class Posterior(Shown):
    """The posterior distribution of a metric in each group.

    ``estimate`` is the posterior mean and ``sd`` its standard deviation, in closed form;
    ``low`` and ``high`` end the equal-tailed credible interval, exact as well. NaN where nobody answered.

    Attributes
    ----------
    values, prior : tuple of float
        What the classes of answers count, and the answers that the prior adds to each.
    alpha : tuple of tuples
        Dirichlet counts of each group: its shares times its effective base, plus the prior.
    """

    metric: MetricLabel
    by: tuple[str, ...]
    keys: tuple[Key, ...]
    estimate: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    sd: tuple[float, ...]
    n: tuple[int, ...]
    n_eff: tuple[float, ...]
    method: str
    level: float
    values: tuple[float, ...]
    prior: tuple[float, ...]
    prior_name: str
    alpha: tuple[tuple[float, ...], ...]
    draws: int
    seed: int
    freq: str | None = None
    remarks: tuple[Remark, ...] = ()
    source: str = ""

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def value(self) -> float:
        """The one posterior mean, where there is one group."""
        if len(self.estimate) != 1:
            raise ValueError(f"{len(self.estimate)} groups have no single value; see to_frame()")
        return self.estimate[0]

    @property
    def plot(self) -> PosteriorPlots:
        """Drawings: ``plot()`` for the ridge, ``plot.intervals()``."""
        return PosteriorPlots(self)

    def drawn(self, row: int) -> Floats:
        """(draws,) values of the metric in one row, drawn from its posterior; the same at every call."""
        rng = np.random.default_rng([self.seed, row])
        return linear_draws(np.array(self.alpha[row]), np.array(self.values), self.draws, rng)

    def probability(self, *, above: float | None = None, below: float | None = None) -> Chances:
        """Probability that the metric is above ``above``, below ``below``, or between them, in each group.

        Examples
        --------
        >>> import cxkit as cx
        >>> from cxkit.inference.posteriors import posterior
        >>> found = posterior(cx.Tally.from_counts({10: 40, 8: 30, 3: 30}), "nps")
        >>> 0.8 < found.probability(above=0).value < 0.9
        True
        """
        if above is None and below is None:
            raise OptionError("above= and below= are both missing", hint="probability(above=30)")
        if above is not None and below is not None and above >= below:
            raise OptionError(f"nothing lies above {above:g} and below {below:g}", hint="above= is the lower threshold")
        rows = self._known()
        lower = None if above is None else finite_number("above", above)
        upper = None if below is None else finite_number("below", below)
        found = []
        for i in rows:
            over = 1.0 if lower is None else self._above(i, lower)
            beyond = 0.0 if upper is None else self._above(i, upper)
            found.append(min(max(over - beyond, 0.0), 1.0))
        return self._chances("value", rows, found, above, below)

    def _above(self, row: int, x: float) -> float:
        alpha, values = np.array(self.alpha[row]), np.array(self.values)
        if _is_beta(alpha):
            return probability_above(alpha, values, x, np.empty(0))
        if alpha.sum() >= LEAST:
            return 1 - float(chance_below(alpha, values, np.array([x]))[0])
        return float((self.drawn(row) > x).mean())

    def better(self, group_a: Any, group_b: Any, by_at_least: float = 0) -> float:
        """Probability that ``group_a`` is better than ``group_b`` by more than ``by_at_least`` units.

        Better is lower for a metric of which less is good, such as effort.

        Parameters
        ----------
        group_a, group_b
            A group as it stands in the frame; a tuple where there are several groupings.
        """
        least = finite_number("by_at_least", by_at_least)
        sign = -1.0 if self.metric.better == "lower" else 1.0
        a, b = self.drawn(self._row(group_a)), self.drawn(self._row(group_b))
        return float((sign * (a - b) > least).mean()) if group_a != group_b else 0.0

    def best(self) -> Chances:
        """Probability that each group is the best of all that have answers; the sum is 1."""
        rows = self._known()
        sign = -1.0 if self.metric.better == "lower" else 1.0
        # Running best: all draws of all groups at once would not fit for thousands of groups.
        top, holder = np.full(self.draws, -np.inf), np.zeros(self.draws, np.int64)
        for j, i in enumerate(rows):
            drawn = sign * self.drawn(i)
            holder[drawn > top] = j
            np.maximum(top, drawn, out=top)
        wins = np.bincount(holder, minlength=len(rows))[: len(rows)] / self.draws
        return self._chances("best", rows, wins.tolist())

    def change(self, above: float = 0.0) -> Chances:
        """Probability that the metric rose by more than ``above`` since the period before.

        One row for each period with answers that has one before it in its group.
        """
        if self.freq is None:
            raise OptionError("there are no periods to compare", hint="posterior(..., freq='M')")
        last: dict[Key, int] = {}
        rows, before, found = [], [], []
        for i in self._known():
            earlier = last.get(self.keys[i][:-1])
            if earlier is not None:
                rows.append(i)
                before.append(self.keys[earlier][-1])
                found.append(float((self.drawn(i) - self.drawn(earlier) > finite_number("above", above)).mean()))
            last[self.keys[i][:-1]] = i
        return self._chances("change", rows, found, above, None, tuple(before))

    def _known(self) -> list[int]:
        return [i for i, n in enumerate(self.n) if n]

    def _row(self, group: Any) -> int:
        key = group if isinstance(group, tuple) else (group,)
        if key not in self.keys:
            names = [" · ".join(map(str, k)) for k in self.keys]
            raise UnknownNameError(f"no group {group!r}", hint=did_you_mean(str(group), names, what="Groups"))
        row = self.keys.index(key)
        if not self.n[row]:
            raise UnknownNameError(f"group {group!r} has no answers", hint="compare groups with answers")
        return row

    def _chances(
        self, event: str, rows: Sequence[int], found: Sequence[float], above: float | None = None,
        below: float | None = None, before: tuple[dt.date, ...] = (),
    ) -> Chances:  # fmt: skip
        keys = tuple(self.keys[i] for i in rows)
        return Chances(self.metric, self.by, keys, event, above, below, tuple(found), self.draws, self.seed,
                       self.freq, before)  # fmt: skip

    def to_frame(self) -> "pd.DataFrame":
        """A frame of the ``by`` columns, then ``metric, estimate, low, high, n, n_eff, method``."""
        import pandas as pd

        columns: dict[str, Any] = {name: [k[i] for k in self.keys] for i, name in enumerate(self.by)}
        if self.freq is not None:
            columns["period"] = pd.to_datetime(pd.Series(columns["period"], dtype=object))
        columns |= {
            "metric": self.metric.name, "estimate": self.estimate, "low": self.low, "high": self.high,
            "n": self.n, "n_eff": self.n_eff, "method": self.method,
        }  # fmt: skip
        return pd.DataFrame(columns, index=range(len(self)))

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        return {
            "schema": SCHEMA, "kind": "posterior", "metric": self.metric.name, "by": list(self.by),
            "method": self.method, "level": self.level, "draws": self.draws, "seed": self.seed, "freq": self.freq,
            "prior": [{"value": v, "answers": a} for v, a in zip(self.values, self.prior, strict=True)],
            "rows": [
                {
                    "group": group_dict(self.by, key), "estimate": json_value(self.estimate[i]), "low": json_value(self.low[i]),
                    "high": json_value(self.high[i]), "sd": json_value(self.sd[i]), "n": self.n[i],
                    "n_eff": json_value(self.n_eff[i]),
                }
                for i, key in enumerate(self.keys)
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """The posterior in sentences: where the score lies, which group is likely best, what changed."""
        from cxkit.inference.posterior_words import explain_posterior

        return explain_posterior(self, lang)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.inference.posterior_words import posterior_grid

        return posterior_grid(self, lang)


def posterior(
    data: Any,
    metric: str | Metric = "nps",
    *,
    by: str | Sequence[str] | None = None,
    freq: str | None = None,
    open_period: bool = False,
    prior: str | Mapping[Any, float] = "adjusted-wald",
    level: float = 0.95,
    draws: int = 100_000,
    seed: int = 0,
) -> Posterior:
    """The posterior distribution of a metric: Dirichlet over the classes of answers that it tells apart.

    With weights the counts are shares times the base of an unweighted sample with the same
    standard error, so that weighted answers do not count for more than they know.

    Parameters
    ----------
    data : Study, frame, place, Tally or Scores
    metric : str or Metric
        A net score, share, index, or the mean of a scale of at most 21 answers.
    by : str or list of str, optional
    freq : {"D", "W", "M", "Q", "Y"}, optional
        By period as well; a period still running is left out unless ``open_period``.
    prior : {"adjusted-wald", "jeffreys", "uniform"} or mapping
        Answers that the prior adds: by name (see :func:`cxkit.stats.dirichlet.prior_counts`), or
        ``{class: answers}`` where a class is what it counts (-100) or its name ("Promoters").
        With the default, the posterior mean of NPS is the centre of its adjusted Wald interval.
    level : float
        Of the credible interval, as a share.
    draws, seed : int
        Draws from each posterior, for ``better``, ``best`` and ``change``: with 100,000 such a probability is
        known to ±0.3 points. Intervals and the probability of a threshold need none: they are exact.

    Returns
    -------
    Posterior
        ``to_frame()`` has the ``by`` columns, then ``metric, estimate, low, high, n, n_eff, method``.

    Raises
    ------
    OptionError
        An unknown prior, a level or number of draws that cannot be.

    References
    ----------
    Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 3.4; limits by Gil-Pelaez (1951), Biometrika 38,
    481-482.

    Examples
    --------
    >>> import cxkit as cx
    >>> found = posterior(cx.Tally.from_counts({10: 40, 8: 30, 3: 30}), "nps")
    >>> round(found.value, 3)
    9.709
    """
    if isinstance(level, bool) or not isinstance(level, (int, float)) or not 0.5 <= level < 1:
        raise OptionError(f"level is {level!r}", hint="a share such as 0.95")
    if isinstance(draws, bool) or not isinstance(draws, int) or not 1000 <= draws <= 1_000_000:
        raise OptionError(f"draws is {draws!r}", hint="a whole number from 1,000 to 1,000,000")
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise OptionError(f"seed is {seed!r}", hint="a whole number of at least 0")
    found = observed(data, metric, by=by, freq=freq, open_period=open_period, level=level)
    if not len(found.values):
        raise OptionError(
            f"metric {found.definition.name!r} is not on a scale of at most {MOST_CLASSES} whole answers",
            hint="a prior needs classes: use a box score, or declare the scale of a short rating",
        )
    added, name = prior_answers(prior, found)
    known = found.estimates.n > 0
    base = np.where(known, np.nan_to_num(found.estimates.n_star), 0.0)
    alpha = found.shares * base[:, None] + added
    mean, variance = linear_moments(alpha, found.values)
    family = "beta" if len(found.values) == 2 else "dirichlet"
    blank = tuple(math.nan for _ in known)
    result = Posterior(
        found.scores.metric, found.scores.by, found.scores.keys, blank, blank, blank, blank, found.scores.n,
        found.scores.n_eff, f"{family}({'own prior' if name == 'own' else name})", level,
        tuple(found.values.tolist()), tuple(added.tolist()), name, tuple(map(tuple, alpha.tolist())), draws, seed,
        found.freq, found.scores.remarks, found.scores.source,
    )  # fmt: skip
    ends = [_ends(result, i, alpha[i], found.values) if known[i] else (math.nan, math.nan) for i in range(len(known))]
    return replace(
        result,
        estimate=_where(known, mean), sd=_where(known, np.sqrt(variance)),
        low=tuple(low for low, _ in ends), high=tuple(high for _, high in ends),
    )  # fmt: skip


def _is_beta(alpha: Floats) -> bool:
    return len(alpha) == 2 and bool((alpha > 0).all())


def _ends(result: Posterior, row: int, alpha: Floats, values: Floats) -> tuple[float, float]:
    """Credible limits: of a Beta for two classes, by an integral for more, by draws where next to nothing is known."""
    if not _is_beta(alpha) and alpha.sum() >= LEAST:
        return limits(alpha, values, result.level)
    return credible(alpha, values, result.level, None if _is_beta(alpha) else result.drawn(row))


def _where(known: NDArray[np.bool_], x: Floats) -> tuple[float, ...]:
    return tuple(float(v) if k else math.nan for k, v in zip(known, x, strict=True))
