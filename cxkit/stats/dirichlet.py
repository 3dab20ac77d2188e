"""Posterior of a mean of values over few classes: Dirichlet counts, moments, draws and intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.errors import OptionError, did_you_mean

__all__ = ["PRIORS", "credible", "linear_draws", "linear_moments", "prior_counts", "probability_above"]

Floats = NDArray[np.float64]

#: Priors by name: the answers that each adds before any was given.
PRIORS = ("adjusted-wald", "jeffreys", "uniform")


def prior_counts(name: str, values: ArrayLike) -> Floats:
    """Answers that a named prior adds to each class.

    ``"adjusted-wald"`` adds what the adjusted Wald interval adds, so that the posterior mean is
    its centre: (0.75, 1.5, 0.75) to three evenly spaced values, two and two to a share; over
    more classes, for which there is no published rule, three answers spread evenly.
    ``"jeffreys"`` adds half an answer to each class, ``"uniform"`` one.

    Parameters
    ----------
    values : (V,)
        What the classes count, ascending.

    References
    ----------
    Rocks (2016), The American Statistician 70; Agresti & Coull (1998), The American
    Statistician 52, 119-126.

    >>> prior_counts("adjusted-wald", [-100, 0, 100]).tolist()
    [0.75, 1.5, 0.75]
    """
    value = np.asarray(values, float)
    if name == "jeffreys":
        return np.full(len(value), 0.5)
    if name == "uniform":
        return np.ones(len(value))
    if name != "adjusted-wald":
        raise OptionError(f"no prior {name!r}", hint=did_you_mean(str(name), PRIORS, what="Priors"))
    if len(value) == 2:
        return np.array([2.0, 2.0])
    if len(value) == 3 and np.isclose(value[1] - value[0], value[2] - value[1]):
        return np.array([0.75, 1.5, 0.75])
    return np.full(len(value), 3 / len(value))


def linear_moments(alpha: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Posterior mean and variance of the mean of ``values``, in closed form.

    Parameters
    ----------
    alpha : (G, V)
        Dirichlet counts.
    values : (V,)

    Returns
    -------
    mean, variance : (G,)
        sum a v / A and (sum a v² / A - mean²) / (A + 1), with A the sum of a.

    >>> mean, variance = linear_moments(np.array([[1.0, 1.0]]), np.array([0.0, 1.0]))
    >>> float(mean[0]), round(float(variance[0]), 6)
    (0.5, 0.083333)
    """
    total = alpha.sum(axis=1)
    mean = alpha @ values / total
    spread = (alpha * (values - mean[:, None]) ** 2).sum(axis=1) / total
    return mean, spread / (total + 1)


def linear_draws(alpha: Floats, values: Floats, draws: int, rng: np.random.Generator) -> Floats:
    """(draws,) values of the mean under one Dirichlet, alpha (V,).

    Drawn on the log scale, because gamma variates of a very small shape underflow to 0.
    """
    known = alpha > 0
    shape = alpha[known]
    log = (
        np.log(rng.standard_gamma(shape + 1, (draws, len(shape)))) + np.log1p(-rng.random((draws, len(shape)))) / shape
    )
    weight = np.exp(log - log.max(axis=1, keepdims=True))
    return np.asarray(weight @ values[known] / weight.sum(axis=1))


def credible(alpha: Floats, values: Floats, level: float, drawn: Floats | None = None) -> tuple[float, float]:
    """Equal-tailed credible interval under one Dirichlet: exact Beta for two classes, else by draws."""
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    if len(values) == 2 and (alpha > 0).all():
        from scipy.special import betaincinv

        ends = values[0] + (values[1] - values[0]) * betaincinv(alpha[1], alpha[0], tails)
    elif drawn is None:
        raise ValueError("more than two classes need draws")
    else:
        ends = np.quantile(drawn, tails)
    return float(ends[0]), float(ends[1])


def probability_above(alpha: Floats, values: Floats, x: float, drawn: Floats) -> float:
    """Posterior probability that the mean exceeds ``x``: exact Beta for two classes, else by draws."""
    if len(values) == 2 and (alpha > 0).all():
        from scipy.special import betainc

        at = min(max((x - values[0]) / (values[1] - values[0]), 0.0), 1.0)
        return float(1 - betainc(alpha[1], alpha[0], at))
    return float((drawn > x).mean())
