"""Control charts: has a series of period means left what its own baseline makes likely?

The last axis of every array is time, so one call serves one series or thousands of simulated
ones. Inputs are finite; a period without answers is left out before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError, did_you_mean

__all__ = [
    "CHARTS", "DEFAULT_RULES", "RULES", "Answers", "Baseline", "broken", "chance_of_signal", "cusum", "ewma", "learned",
]  # fmt: skip

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Charts, and the width of their limits in standard errors. On a steady series with a known centre each
#: gives a false signal every 370 periods or so; the cumulative sum every 465.
CHARTS = {"shewhart": 3.0, "ewma": 2.86, "cusum": 5.0}

#: Rules by name: how many points of how many in a row, beyond how many standard errors on one side.
RULES = ("beyond_limits", "two_of_three", "four_of_five", "nine_on_one_side", "six_in_a_row")
_RUNS = {"two_of_three": (2, 3, 2.0), "four_of_five": (4, 5, 1.0), "nine_on_one_side": (9, 9, 0.0)}

#: On unless others are named. With known limits a false signal every 219 periods (simulated); with limits
#: alone every 370, with all five every 87: each rule more is one more source of false signals.
DEFAULT_RULES = ("beyond_limits", "nine_on_one_side")
_MOVING_RANGE = 2 / np.sqrt(np.pi)  # d2 of two points, 1.128
_KINDS = 32  # distinct answers that are simulated
_CELLS = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What the answers of a baseline are, and how often.

    Attributes
    ----------
    value : (K,) float
        Distinct, ascending.
    share : (K,) float
        Sum to 1.
    step : float
        Least distance of two values: what one answer more can do to a sum. 0 where they are many.
    """

    value: Floats
    share: Floats
    step: float

    @classmethod
    def of(cls, value: Floats, weight: Floats) -> Answers:
        """Equal values together; of more than 32, equal shares of them by their mean.

        >>> found = Answers.of(np.array([100.0, 0, 100]), np.array([1.0, 2, 1]))
        >>> found.value.tolist(), found.share.tolist(), found.step
        ([0.0, 100.0], [0.5, 0.5], 100.0)
        """
        kinds, code = np.unique(value, return_inverse=True)
        share = np.bincount(code, weights=weight, minlength=len(kinds)).astype(np.float64)
        share = share / share.sum()
        if len(kinds) <= _KINDS:
            return cls(kinds, share, float(np.diff(kinds).min()) if len(kinds) > 1 else 0.0)
        middle = share.cumsum() - share / 2
        part = np.unique(np.minimum((middle * _KINDS).astype(np.int64), _KINDS - 1), return_inverse=True)[1]
        together = np.bincount(part, weights=share)
        middle = np.asarray(np.bincount(part, weights=share * kinds) / together, np.float64)
        return cls(middle, np.asarray(together, np.float64), 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """What a series does by itself: its centre, and the standard error of each period about it.

    Attributes
    ----------
    centre : (...,) float
        Mean of all answers of the baseline (each period by its base).
    spread : (...,) float
        Standard deviation of one answer of the baseline; sqrt(p(1 - p)) for a share.
    dispersion : (...,) float
        Laney's sigma_z: how many times wider the periods scatter than their sampling error says.
    se : (..., T) float
        ``spread / sqrt(n) * dispersion``.
    z : (..., T) float
        ``(mean - centre) / se``.
    side : (..., T) float
        Distance from the median of such means; 0 within half an answer of it. Means of skewed
        answers lie on one side of their centre most of the time: of 300 answers of 10 and one
        of 0 nearly every week is above its mean, and none above its median.
    """

    centre: Floats
    spread: Floats
    dispersion: Floats
    se: Floats
    z: Floats
    side: Floats


def learned(
    mean: Floats,
    variance: Floats,
    n: Floats,
    *,
    first: int | None = None,
    overdispersion: bool = True,
    least: float = 1.0,
    answers: Answers | None = None,
) -> Baseline:
    """Centre and standard errors from the first periods.

    Parameters
    ----------
    mean, variance, n : (T,) float
        Of each period: mean, population variance of one answer, base (effective if weighted).
    first : int, optional
        How many periods make the baseline; all of them when not given.
    overdispersion : bool
        Widen by Laney's sigma_z. With thousands of answers a period, sampling error alone is
        so small that every week would signal.
    least : float
        Sigma_z is never below this. 1 by default: answers that scatter less than chance allows
        are luck or a rounding of the data. 0 takes it as it is.
    answers : Answers, optional
        Of the baseline, for the median; the centre is taken for it when not given.

    Returns
    -------
    Baseline
        ``spread`` 0 where all answers of the baseline are alike: it has no limits then (z is 0).

    Notes
    -----
    The median of a mean is its centre less third moment / (6 variance n), to the order of 1/n.

    With values 0 and 1 and sigma_z 1 this is the p chart; with sigma_z Laney's p' chart, and
    for any other values the same chart of a mean. Of equal bases p' limits are those of the
    chart of individual values, centre ± 2.66 · mean moving range.

    References
    ----------
    Laney (2002), Improved control charts for attributes, Quality Engineering 14, 531-537;
    Montgomery (2009), Introduction to Statistical Quality Control, 6th ed., section 7.2; Cornish &
    Fisher (1938), Revue de l'Institut International de Statistique 5, 307-320: the median.

    >>> found = learned(np.array([0.2, 0.3]), np.array([0.16, 0.21]), np.array([50.0, 50.0]))
    >>> float(found.centre), round(float(found.dispersion), 2), round(float(found.se[0]), 4)
    (0.25, 1.45, 0.0886)
    """
    part = slice(None, first)
    centre = np.asarray(np.average(mean[part], weights=n[part]))
    one = np.average(variance[part] + (mean[part] - centre) ** 2, weights=n[part])
    lean = np.zeros(())
    if answers is not None:
        lean = _lean(answers.value - answers.share @ answers.value, answers.share)
    step = 0.0 if answers is None else answers.step
    return _against(mean, n, centre, np.asarray(np.sqrt(one)), lean, step, first, overdispersion, least)


def _lean(away: Floats, share: Floats) -> Floats:
    """How far the median of a mean is below its centre, times its base."""
    second, third = (share * away**2).sum(axis=-1), (share * away**3).sum(axis=-1)
    return np.asarray(np.divide(third, 6 * second, out=np.zeros_like(third), where=second > 0))


def _against(
    mean: Floats, n: Floats, centre: Floats, spread: Floats, lean: Floats, step: float, first: int | None,
    overdispersion: bool, least: float,
) -> Baseline:  # fmt: skip
    part = slice(None, first)
    sampling = spread[..., None] / np.sqrt(n)
    away = mean - centre[..., None]
    # Of answers that are all alike even a rounding error would be infinitely far away.
    z = np.divide(away, sampling, out=np.zeros_like(away), where=sampling > 0)
    dispersion = np.ones(centre.shape)
    if overdispersion and z[..., part].shape[-1] > 1:
        moving = np.abs(np.diff(z[..., part], axis=-1)).mean(axis=-1)
        dispersion = np.maximum(moving / _MOVING_RANGE, least)
    scale = np.where(dispersion > 0, dispersion, 1.0)[..., None]
    side = away + lean[..., None] / n
    side = np.where(np.abs(side) <= step / (2 * n) * (1 + 1e-9), 0.0, side)
    return Baseline(centre, spread, dispersion, sampling * scale, z / scale, side)


def ewma(mean: Floats, centre: Floats, se: Floats, *, smoothing: float = 0.2) -> tuple[Floats, Floats]:
    """Exponentially weighted moving average, from the centre, and its own standard error.

    Parameters
    ----------
    mean, se : (..., T) float
    smoothing : float
        Weight of the newest period, 0 to 1; smaller remembers longer and sees smaller shifts.

    Returns
    -------
    average, error : (..., T) float
        ``error`` is exact for periods of unequal bases and for the first periods:
        v(t) = smoothing² se(t)² + (1 - smoothing)² v(t-1).

    References
    ----------
    Lucas & Saccucci (1990), Technometrics 32, 1-12; Montgomery (2009), section 9.2.
    """
    average, error = np.empty_like(mean), np.empty(np.broadcast_shapes(mean.shape, se.shape))
    last, variance = np.asarray(centre, np.float64), np.zeros(())
    for t in range(mean.shape[-1]):
        last = smoothing * mean[..., t] + (1 - smoothing) * last
        variance = smoothing**2 * se[..., t] ** 2 + (1 - smoothing) ** 2 * variance
        average[..., t], error[..., t] = last, np.sqrt(variance)
    return average, error


def cusum(z: Floats, *, allowance: float = 0.5) -> tuple[Floats, Floats]:
    """Tabular cumulative sums above and below the centre, in standard errors.

    Parameters
    ----------
    z : (..., T) float
        Standardised means.
    allowance : float
        Half the shift that matters, in standard errors.

    Returns
    -------
    up, down : (..., T) float
        Both at least 0; a signal is a sum above the decision interval (5 by default).

    References
    ----------
    Page (1954), Biometrika 41, 100-115; Montgomery (2009), section 9.1.
    """
    up, down = np.empty_like(z), np.empty_like(z)
    above = below = np.zeros(z.shape[:-1])
    for t in range(z.shape[-1]):
        above = np.maximum(0, above + z[..., t] - allowance)
        below = np.maximum(0, below - z[..., t] - allowance)
        up[..., t], down[..., t] = above, below
    return up, down


def broken(
    rule: str, z: Floats, *, points: Floats | None = None, side: Floats | None = None, limits: float = 3.0
) -> Flags:
    """Where a rule is broken: at the point that completes the pattern.

    Parameters
    ----------
    rule : {"beyond_limits", "two_of_three", "four_of_five", "nine_on_one_side", "six_in_a_row"}
        One point beyond the limits; two of three beyond 2 standard errors, four of five beyond
        1, nine in a row beyond 0, each on one side; six points in a row rising or falling.
    z : (..., T) float
        Standardised means.
    points : (..., T) float, optional
        The means themselves, for ``six_in_a_row``: where bases grow, z drifts although the
        mean stands still. ``z`` when not given.
    side : (..., T) float, optional
        Distances from the median, for ``nine_on_one_side``; ``z`` when not given.
    limits : float
        Of ``beyond_limits``, in standard errors.

    References
    ----------
    Nelson (1984), Journal of Quality Technology 16, 237-239, tests 1, 6, 5, 2 (nine) and 3.

    >>> broken("nine_on_one_side", np.full(10, 0.4)).nonzero()[0].tolist()
    [8, 9]
    """
    if rule not in RULES:
        raise OptionError(f"no run rule {rule!r}", hint=did_you_mean(str(rule), RULES, what="Rules"))
    if rule == "beyond_limits":
        return np.asarray(np.abs(z) > limits)
    if rule == "six_in_a_row":
        step = np.diff(z if points is None else points, axis=-1)
        up, down = np.zeros(z.shape, bool), np.zeros(z.shape, bool)
        up[..., 1:], down[..., 1:] = step > 0, step < 0
        return _within(up, 5, 5) | _within(down, 5, 5)
    need, of, beyond = _RUNS[rule]
    z = side if rule == "nine_on_one_side" and side is not None else z
    return _within(z > beyond, need, of) | _within(z < -beyond, need, of)


def _within(hit: Flags, need: int, of: int) -> Flags:
    """Where a hit is at least the ``need``-th among the last ``of`` points."""
    total = np.cumsum(hit, axis=-1)
    before = np.zeros_like(total)
    before[..., of:] = total[..., :-of]
    return np.asarray(hit & (total - before >= need))


def chance_of_signal(
    chart: str,
    answers: Answers,
    n: Floats,
    *,
    limits: float,
    rules: Sequence[str] = DEFAULT_RULES,
    first: int | None = None,
    overdispersion: bool = True,
    dispersion: float = 1.0,
    smoothing: float = 0.2,
    allowance: float = 0.5,
    alike: Floats | None = None,
    draws: int = 2000,
    seed: int = 0,
) -> float:
    """Share of steady series of this length that would show at least one signal on this chart.

    Answers are drawn from those of the baseline, as many a period as there were, and the
    baseline is learned anew from each drawn series, as it was from the real one. Of a rate of 2 %
    of 30 answers limits at 3 standard errors give many more false signals than the 0.3 % of a
    normal distribution: 2.2 % of periods.

    Parameters
    ----------
    answers : Answers
        Of the baseline.
    n : (T,) float
        Bases; drawn in whole answers.
    dispersion : float
        The sigma_z of the steady series. Above 1 the shares of each period are drawn first, from the
        Dirichlet distribution that gives means this scatter: they stay on the scale.
    alike : (T, T) float, optional
        Correlation of the means, where periods share respondents: drawn means are put in the order
        of normal variates so correlated.

    References
    ----------
    Iman & Conover (1982), Communications in Statistics B 11, 311-334: the order.
    """
    rng = np.random.default_rng(seed)
    base = np.maximum(np.rint(n), 1).astype(np.int64)
    most = max(1, _CELLS // (len(base) * len(answers.value)))
    hits, left = 0, draws
    while left:  # in portions that fit memory
        rows = min(left, most)
        mean, steady = _steady(answers, base, rows, first, overdispersion, dispersion, alike, rng)
        if chart == "ewma":
            average, error = ewma(mean, steady.centre, steady.se, smoothing=smoothing)
            away = np.abs(average - steady.centre[:, None])
            seen = (away > limits * error * (1 + 1e-9)).any(axis=-1)
        elif chart == "cusum":
            seen = (np.maximum(*cusum(steady.z, allowance=allowance)) > limits).any(axis=-1)
        else:
            seen = np.zeros(rows, bool)
            for rule in rules:
                seen |= broken(rule, steady.z, points=mean, side=steady.side, limits=limits).any(axis=-1)
        hits += int((seen & (steady.spread > 0)).sum())  # without spread there are no limits
        left -= rows
    return hits / draws


def _steady(
    answers: Answers, base: NDArray[np.int64], rows: int, first: int | None, overdispersion: bool, dispersion: float,
    alike: Floats | None, rng: np.random.Generator,
) -> tuple[Floats, Baseline]:  # fmt: skip
    """Drawn series of means that do not move, each with the baseline that is learned from it."""
    share: Floats = answers.share
    if dispersion > 1:
        # Dirichlet-multinomial: the variance of a mean is (n + a) / (1 + a) times that of independent answers.
        a = np.maximum((base - dispersion**2) / (dispersion**2 - 1), 1e-2)
        drawn = rng.standard_gamma(a[:, None] * share, (rows, len(base), len(share)))
        total = drawn.sum(axis=-1, keepdims=True)
        share = np.where(total > 0, np.divide(drawn, total, out=np.zeros_like(drawn), where=total > 0), share)
    counts = rng.multinomial(base, share, (rows, len(base)))
    mean = counts @ answers.value / base
    if alike is not None:
        size, direction = np.linalg.eigh(alike)
        normal = rng.standard_normal((rows, len(base))) @ (direction * np.sqrt(np.maximum(size, 0))).T
        order = np.take_along_axis(mean.argsort(axis=0), normal.argsort(axis=0).argsort(axis=0), axis=0)
        mean, counts = np.take_along_axis(mean, order, axis=0), np.take_along_axis(counts, order[..., None], axis=0)
    pooled = counts[:, slice(None, first)].sum(axis=1)
    part = pooled / pooled.sum(axis=1, keepdims=True)
    centre = part @ answers.value
    away = answers.value - centre[:, None]
    spread = np.where((part > 0).sum(axis=1) > 1, np.sqrt((part * away**2).sum(axis=1)), 0.0)
    n = base.astype(np.float64)
    return mean, _against(mean, n, centre, spread, _lean(away, part), answers.step, first, overdispersion, 1.0)
