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

__all__ = ["CHARTS", "DEFAULT_RULES", "RULES", "Baseline", "broken", "chance_of_signal", "cusum", "ewma", "learned"]

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


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """What a series does by itself: its centre, and the standard error of each period about it.

    Attributes
    ----------
    centre : (...,) float
        Mean of all answers of the baseline (each period by its base).
    spread : float
        Standard deviation of one answer of the baseline; sqrt(p(1 - p)) for a share.
    dispersion : (...,) float
        Laney's sigma_z: how many times wider the periods scatter than their sampling error says.
    se : (..., T) float
        ``spread / sqrt(n) * dispersion``.
    z : (..., T) float
        ``(mean - centre) / se``.
    """

    centre: Floats
    spread: float
    dispersion: Floats
    se: Floats
    z: Floats


def learned(
    mean: Floats,
    variance: Floats,
    n: Floats,
    *,
    first: int | None = None,
    overdispersion: bool = True,
    least: float = 1.0,
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

    Returns
    -------
    Baseline
        ``spread`` 0 where all answers of the baseline are alike: it has no limits then (z is 0).

    Notes
    -----
    With values 0 and 1 and sigma_z 1 this is the p chart; with sigma_z Laney's p' chart, and
    for any other values the same chart of a mean. Of equal bases p' limits are those of the
    chart of individual values, centre ± 2.66 · mean moving range.

    References
    ----------
    Laney (2002), Improved control charts for attributes, Quality Engineering 14, 531-537;
    Montgomery (2009), Introduction to Statistical Quality Control, 6th ed., section 7.2.

    >>> found = learned(np.array([0.2, 0.3]), np.array([0.16, 0.21]), np.array([50.0, 50.0]))
    >>> float(found.centre), round(float(found.dispersion), 2), round(float(found.se[0]), 4)
    (0.25, 1.45, 0.0886)
    """
    part = slice(None, first)
    centre = np.average(mean[part], weights=n[part])
    one = np.average(variance[part] + (mean[part] - centre) ** 2, weights=n[part])
    spread = float(np.sqrt(one))
    return _against(mean, spread / np.sqrt(n), n, first, overdispersion, least, spread)


def _against(
    mean: Floats, sampling: Floats, n: Floats, first: int | None, overdispersion: bool, least: float, spread: float
) -> Baseline:
    part = slice(None, first)
    centre = np.asarray((mean[..., part] * n[part]).sum(axis=-1) / n[part].sum())
    away = mean - centre[..., None]
    z = np.divide(away, sampling, out=np.zeros_like(away), where=sampling > 0)
    dispersion = np.ones(centre.shape)
    if overdispersion and z[..., part].shape[-1] > 1:
        moving = np.abs(np.diff(z[..., part], axis=-1)).mean(axis=-1)
        dispersion = np.maximum(moving / _MOVING_RANGE, least)
    scale = np.where(dispersion > 0, dispersion, 1.0)[..., None]
    return Baseline(centre, spread, dispersion, sampling * scale, z / scale)


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


def broken(rule: str, z: Floats, *, points: Floats | None = None, limits: float = 3.0) -> Flags:
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
    return _within(z > beyond, need, of) | _within(z < -beyond, need, of)


def _within(hit: Flags, need: int, of: int) -> Flags:
    """Where a hit is at least the ``need``-th among the last ``of`` points."""
    total = np.cumsum(hit, axis=-1)
    before = np.zeros_like(total)
    before[..., of:] = total[..., :-of]
    return np.asarray(hit & (total - before >= need))


def chance_of_signal(
    chart: str,
    se: Floats,
    n: Floats,
    *,
    limits: float,
    rules: Sequence[str] = DEFAULT_RULES,
    first: int | None = None,
    overdispersion: bool = True,
    dispersion: float = 1.0,
    smoothing: float = 0.2,
    allowance: float = 0.5,
    draws: int = 2000,
    seed: int = 0,
) -> float:
    """Share of steady series of this length that would show at least one signal on this chart.

    Simulated with the same bases and the same baseline rule: centre and sigma_z are estimated
    anew from each simulated series, as they were from the real one.

    Parameters
    ----------
    se, n : (T,) float
        Standard errors without dispersion, and bases.
    dispersion : float
        The sigma_z of the steady series.
    """
    rng = np.random.default_rng(seed)
    mean = rng.standard_normal((draws, len(n))) * (se * max(dispersion, 1e-9))
    base = _against(mean, se, n, first, overdispersion, 1.0, 1.0)
    if chart == "ewma":
        average, error = ewma(mean, base.centre, base.se, smoothing=smoothing)
        away = np.abs(average - base.centre[:, None])
        return float((away > limits * error).any(axis=-1).mean())
    if chart == "cusum":
        return float((np.maximum(*cusum(base.z, allowance=allowance)) > limits).any(axis=-1).mean())
    seen = np.zeros(draws, bool)
    for rule in rules:
        seen |= broken(rule, base.z, points=mean, limits=limits).any(axis=-1)
    return float(seen.mean())
