"""What a proportional-hazards model is made of: likelihood, residuals, robust errors, and the test of proportionality."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Proportional", "Risks", "maximised", "proportional", "robust", "risks"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Risks:
    """Who is at risk at each departure, with Efron's handling of ties. Made by :func:`risks`.

    Attributes
    ----------
    x : (n, p) float
        Values of the terms in each interval, centred.
    layers : tuple of arrays
        The rows of each stratum.
    """

    start: Floats
    stop: Floats
    event: NDArray[np.bool_]
    x: Floats
    layers: tuple[Ints, ...]

    def evaluate(self, beta: Floats) -> tuple[float, Floats, Floats]:
        """Log-likelihood, its gradient (p,) and information (p, p)."""
        value, p = 0.0, self.x.shape[1]
        gradient, information = np.zeros(p), np.zeros((p, p))
        for rows in self.layers:
            s = _sums(self, rows, beta)
            value += float((self.x[s.gone] @ beta).sum() - np.log(s.s0).sum())
            gradient += self.x[s.gone].sum(axis=0) - s.mean.sum(axis=0)
            information += s.spread().sum(axis=0)
        return value, gradient, information

    def scores(self, beta: Floats) -> Floats:
        """(n, p) What each interval adds to the gradient: score residuals."""
        out = np.zeros_like(self.x)
        for rows in self.layers:
            s = _sums(self, rows, beta)
            risk = np.exp(self.x[rows] @ beta)[:, None]
            x = self.x[rows]
            each = np.column_stack([1 / s.s0, s.mean / s.s0[:, None]])
            total = np.vstack([np.zeros(1 + x.shape[1]), np.cumsum(_by_time(each, s.at, len(s.time)), axis=0)])
            until = total[np.searchsorted(s.time, self.stop[rows], side="right")]
            since = total[np.searchsorted(s.time, self.start[rows], side="right")]
            lived = until - since
            found = -risk * (x * lived[:, :1] - lived[:, 1:])
            # A departure has only its part of the risk where others go at the same time.
            own = _by_time(each * s.part[:, None], s.at, len(s.time))
            mean = _by_time(s.mean, s.at, len(s.time)) / np.bincount(s.at, minlength=len(s.time))[:, None]
            left = np.flatnonzero(self.event[rows])
            when = np.searchsorted(s.time, self.stop[rows][left])
            found[left] += x[left] - mean[when] + risk[left] * (x[left] * own[when, :1] - own[when, 1:])
            out[rows] = found
        return out


@dataclass(frozen=True, slots=True, eq=False)
class Proportional:
    """Whether each term acts alike at all times.

    Attributes
    ----------
    statistic, p : (p,) float
        Chi-squared with one degree of freedom, a term at a time.
    overall, p_overall : float
        All terms together.
    """

    statistic: Floats
    p: Floats
    overall: float
    p_overall: float


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Of one stratum, by departure: ``part`` of the tied departures' risk is taken off the risk set."""

    time: Floats
    gone: Ints
    at: Ints
    part: Floats
    s0: Floats
    mean: Floats
    second: Floats

    def spread(self) -> Floats:
        """(d, p, p) Variance of the terms among those at risk."""
        return np.asarray(self.second / self.s0[:, None, None] - self.mean[:, :, None] * self.mean[:, None, :])


def risks(
    stop: ArrayLike,
    event: ArrayLike,
    x: ArrayLike,
    start: ArrayLike | None = None,
    *,
    strata: ArrayLike | None = None,
) -> Risks:
    """Intervals (start, stop] in which the terms are constant, for a Cox model.

    Parameters
    ----------
    stop, event : (n,) arrays
    x : (n, p) float
        What was known when each interval began.
    start : (n,) float, optional
        0 when not given; a customer of several intervals has one row for each.
    strata : (n,) int, optional
        Each with a baseline of its own.
    """
    end = np.asarray(stop, np.float64)
    terms = np.asarray(x, np.float64)
    begin = np.full(len(end), -np.inf) if start is None else np.asarray(start, np.float64)
    layer = np.zeros(len(end), np.int64) if strata is None else np.asarray(strata, np.int64)
    gone = np.asarray(event, bool)
    layers = tuple(np.flatnonzero(layer == s) for s in np.unique(layer) if gone[layer == s].any())
    return Risks(begin, end, gone, terms - terms.mean(axis=0), layers)


def maximised(risk: Risks, beta: ArrayLike, *, most: int = 60) -> tuple[Floats, bool]:
    """Newton's method from ``beta``: the maximum of the partial likelihood, and whether there is one.

    References
    ----------
    Efron (1977), JASA 72, 557-565; Andersen & Gill (1982), Annals of Statistics 10, 1100-1120, for intervals.
    """
    at, width = np.asarray(beta, np.float64), np.ptp(risk.x, axis=0)
    value, gradient, information = risk.evaluate(at)
    for _ in range(most):
        step = np.linalg.pinv(information) @ gradient
        if np.abs(step * width).max() < 1e-9:
            return at, True
        size = 1.0
        while size > 1e-6:
            trial = risk.evaluate(at + size * step)
            if np.isfinite(trial[0]) and trial[0] >= value - 1e-10 * abs(value):
                break
            size /= 2
        at, (value, gradient, information) = at + size * step, trial
        if not np.abs(at * width).max() < 25:  # on the way to infinity: no maximum
            return at, False
    return at, bool(np.abs(np.linalg.pinv(information) @ gradient * width).max() < 1e-6)


def robust(scores: Floats, covariance: Floats, cluster: ArrayLike) -> Floats:
    """Covariance that holds where the rows of one cluster depend on each other: V (Σ u uᵀ) V, u summed by cluster.

    References
    ----------
    Lin & Wei (1989), JASA 84, 1074-1078. No factor for few clusters.
    """
    code = np.unique(np.asarray(cluster), return_inverse=True)[1].reshape(-1)
    total = _by_time(scores, code, int(code.max(initial=-1)) + 1)
    return np.asarray(covariance @ (total.T @ total) @ covariance)


def proportional(risk: Risks, beta: Floats) -> Proportional:
    """Test each term for an effect that changes with time: a score test against term x g(time).

    ``g`` is the share that has gone before each time (one minus Kaplan-Meier), which late departures do not dominate.

    References
    ----------
    Grambsch & Therneau (1994), Biometrika 81, 515-526, in the form of a score test on the full information.
    """
    from scipy.special import chdtrc

    from cxkit.stats.survival import kaplan_meier

    begin = None if np.isneginf(risk.start).all() else risk.start
    curve = kaplan_meier(risk.stop, risk.event, begin)
    p = risk.x.shape[1]
    u, a, b, c = np.zeros(p), np.zeros((p, p)), np.zeros((p, p)), np.zeros((p, p))
    for rows in risk.layers:
        s = _sums(risk, rows, beta)
        g = 1 - np.r_[1.0, curve.survival][np.searchsorted(curve.steps.time, s.time[s.at], side="left")]
        ties = np.bincount(s.at, minlength=len(s.time))
        mean = (_by_time(s.mean, s.at, len(s.time)) / ties[:, None])[s.at]
        u += g @ (risk.x[s.gone] - mean)
        spread = s.spread()
        a, b, c = a + spread.sum(axis=0), b + np.tensordot(g, spread, 1), c + np.tensordot(g * g, spread, 1)
    middle = c - b @ np.linalg.pinv(a) @ b.T
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(np.diag(middle) > 1e-12, u**2 / np.diag(middle), np.nan)
    overall = float(u @ np.linalg.pinv(middle) @ u)
    return Proportional(each, np.asarray(chdtrc(1, each)), overall, float(chdtrc(p, overall)))


def _sums(risk: Risks, rows: Ints, beta: Floats) -> _Sums:
    x, start, stop, event = risk.x[rows], risk.start[rows], risk.stop[rows], risk.event[rows]
    p = x.shape[1]
    weight = np.exp(np.clip(x @ beta, -500, 500))
    squares = (x[:, :, None] * x[:, None, :]).reshape(len(x), p * p)
    moments = weight[:, None] * np.column_stack([np.ones(len(x)), x, squares])
    gone = np.flatnonzero(event)
    gone = gone[np.argsort(stop[gone], kind="stable")]
    time, at = np.unique(stop[gone], return_inverse=True)
    at = at.reshape(-1)
    held = _from(moments, stop, time)
    if not np.isneginf(start).all():
        held = held - _from(moments, start, time)
    tied = _by_time(moments[gone], at, len(time))
    ties = np.bincount(at, minlength=len(time))
    first = np.cumsum(ties) - ties
    part = (np.arange(len(gone)) - first[at]) / ties[at]
    of = held[at] - part[:, None] * tied[at]
    s0 = np.maximum(of[:, 0], 1e-300)
    return _Sums(time, rows[gone], at, part, s0, of[:, 1 : p + 1] / s0[:, None], of[:, p + 1 :].reshape(-1, p, p))


def _from(values: Floats, when: Floats, time: Floats) -> Floats:
    """(m, q) Sums of the rows whose ``when`` is at ``time`` or later."""
    order = np.argsort(when, kind="stable")
    total = np.cumsum(values[order][::-1], axis=0)[::-1]
    total = np.vstack([total, np.zeros(values.shape[1])])
    return np.asarray(total[np.searchsorted(when[order], time, side="left")])


def _by_time(values: Floats, at: Ints, m: int) -> Floats:
    """(m, q) Sums of rows by their place."""
    return np.column_stack([np.bincount(at, weights=column, minlength=m) for column in values.T])
