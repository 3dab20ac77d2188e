"""Two answers of one person on a scale of whole numbers with ends: what the first says of the second."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Link", "answers_given", "fit_link", "known_link"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Places within an answer's range of opinions at which the second answer is looked at.
_NODES = 12


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """Opinions behind answers: normal, and the second a straight line of the first with normal noise.

    An answer is the opinion rounded to the scale; what lies beyond an end is answered by the end.

    Attributes
    ----------
    levels : (k,) float
        Answers of the scale, ascending.
    mean, spread : float
        Of first opinions of everybody.
    middle, slope, noise : float
        Second opinion: middle + slope · (first - centre) + noise · standard normal.
    centre : float
    covariance : (3, 3) float
        Of middle, slope and log noise; zeros where they were said.
    """

    levels: Floats
    mean: float
    spread: float
    middle: float
    slope: float
    noise: float
    centre: float
    covariance: Floats

    @property
    def params(self) -> Floats:
        return np.array([self.middle, self.slope, np.log(self.noise)])

    def expected(self, first: ArrayLike, value: ArrayLike) -> tuple[float, float]:
        """Mean value of second answers of people with these first ones, and its standard error.

        Parameters
        ----------
        first : (n,)
            First answers.
        value : (k,)
            What each answer of the scale counts.
        """
        share = np.bincount(np.searchsorted(self.levels, np.asarray(first, np.float64)), minlength=len(self.levels))
        share = share / share.sum()
        worth = np.asarray(value, np.float64)

        def at(params: Floats) -> float:
            return float(share @ _second(self, params) @ worth)

        gradient = _slopes(at, self.params)
        return at(self.params), math.sqrt(max(float(gradient @ self.covariance @ gradient), 0.0))


def fit_link(levels: ArrayLike, everybody: ArrayLike, first: ArrayLike, second: ArrayLike, person: ArrayLike) -> Link:
    """Fit the link on people left alone, by maximum likelihood of second answers given first ones.

    Whoever is chosen by the first answer does not bend it. Errors know which pairs are of one person.

    Parameters
    ----------
    levels : (k,)
        Answers of the scale, ascending.
    everybody : (n,)
        First answers of everybody.
    first, second, person : (m,)
        Pairs with nothing done between, and whose.

    References
    ----------
    Olsson (1979), Psychometrika 44, 443-460 (normal opinions behind answers); Tobin (1958), Econometrica 26,
    24-36 (ends of a scale).
    """
    from scipy.optimize import minimize

    scale = np.asarray(levels, np.float64)
    mean, spread = _margin(scale, np.asarray(everybody, np.float64))
    x, y = (np.searchsorted(scale, np.asarray(a, np.float64)) for a in (first, second))
    k = len(scale)
    counts = np.bincount(x * k + y, minlength=k * k).reshape(k, k)
    centre = float(scale[x].mean())
    start = Link(
        scale, mean, spread, float(scale[y].mean()), 0.5, max(float(scale[y].std()), 0.3), centre, np.zeros((3, 3))
    )

    def minus(params: Floats) -> float:
        return -float((counts * _log(start, params)).sum())

    found = minimize(minus, start.params, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9, "maxiter": 2000})
    params = np.asarray(found.x, np.float64)
    step = 1e-4
    tables = np.stack([(_log(start, params + d) - _log(start, params - d)) / (2 * step) for d in step * np.eye(3)])
    scores = tables[:, x, y].T
    _, who = np.unique(np.asarray(person), return_inverse=True)
    sums = np.stack([np.bincount(who.reshape(-1), weights=column) for column in scores.T], axis=1)
    bread = np.linalg.pinv(_curvature(minus, params))
    people = len(sums)
    covariance = bread @ (sums.T @ sums) @ bread * people / max(people - 1, 1)
    return Link(scale, mean, spread, float(params[0]), float(params[1]), float(np.exp(params[2])), centre, covariance)


def known_link(levels: ArrayLike, everybody: ArrayLike, reliability: float) -> Link:
    """The link where the correlation of two opinions of one person is known, and nothing moves them as a whole."""
    scale = np.asarray(levels, np.float64)
    mean, spread = _margin(scale, np.asarray(everybody, np.float64))
    noise = spread * float(np.sqrt(max(1 - reliability**2, 1e-12)))
    return Link(scale, mean, spread, mean, reliability, noise, mean, np.zeros((3, 3)))


def answers_given(low: float, high: float) -> Floats:
    """The whole answers of a scale."""
    return np.arange(low, high + 1, dtype=np.float64)


def _margin(scale: Floats, answers: Floats) -> tuple[float, float]:
    """Mean and spread of normal opinions behind answers that end with the scale."""
    from scipy.optimize import minimize
    from scipy.special import ndtr

    counts = np.bincount(np.searchsorted(scale, answers), minlength=len(scale))
    edges = _edges(scale)

    def minus(params: Floats) -> float:
        share = np.diff(ndtr((edges - params[0]) / np.exp(params[1])))
        return -float(counts @ np.log(np.maximum(share, 1e-300)))

    start = [float(answers.mean()), float(np.log(max(answers.std(), 0.3)))]
    found = minimize(minus, start, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9, "maxiter": 2000})
    # Beyond ten scales an end hides everything: what could be seen is no more.
    most = np.log(10 * (scale[-1] - scale[0]))
    return float(found.x[0]), float(np.exp(min(found.x[1], most)))


def _edges(scale: Floats) -> Floats:
    return np.asarray(np.r_[-np.inf, (scale[1:] + scale[:-1]) / 2, np.inf])


def _second(link: Link, params: Floats) -> Floats:
    """(k, k) chance of each second answer, given each first one."""
    from scipy.special import ndtr, ndtri

    edges = _edges(link.levels)
    cut = ndtr((edges - link.mean) / link.spread)
    node, weight = np.polynomial.legendre.leggauss(_NODES)
    place = cut[:-1, None] + np.diff(cut)[:, None] * (node + 1) / 2
    opinion = link.mean + link.spread * ndtri(np.clip(place, 1e-12, 1 - 1e-12))
    # Where nobody is expected at all, the answer itself stands for its opinions.
    opinion = np.where(np.diff(cut)[:, None] > 1e-11, opinion, link.levels[:, None])
    centre = params[0] + params[1] * (opinion - link.centre)
    below = ndtr((edges[None, None, :] - centre[:, :, None]) / np.exp(params[2]))
    return np.asarray(np.einsum("g,igj->ij", weight / 2, np.diff(below, axis=2)))


def _log(link: Link, params: Floats) -> Floats:
    return np.asarray(np.log(np.maximum(_second(link, params), 1e-300)))


def _slopes(function: Callable[[Floats], float], params: Floats) -> Floats:
    step = 1e-5
    return np.array([(function(params + d) - function(params - d)) / (2 * step) for d in step * np.eye(len(params))])


def _curvature(function: Callable[[Floats], float], params: Floats) -> Floats:
    """Second derivatives by central differences."""
    step, size = 1e-3, len(params)
    unit = step * np.eye(size)
    out = np.empty((size, size))
    for i in range(size):
        for j in range(size):
            corners = [function(params + a * unit[i] + b * unit[j]) for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1))]
            out[i, j] = (corners[0] - corners[1] - corners[2] + corners[3]) / (4 * step**2)
    return out
