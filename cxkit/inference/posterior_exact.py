"""The distribution of a mean under a Dirichlet, without draws: one integral for each threshold.

With independent gamma variates G_j of shapes a_j, the mean sum G_j v_j / sum G_j is at most x
exactly when sum G_j (v_j - x) is at most 0, and the sign of a sum of gammas follows from its
characteristic function.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["LEAST", "chance_below", "limits"]

Floats = NDArray[np.float64]

# Nodes of the double exponential rule on (0, inf), for an integrand that is smooth at 0 and falls as a
# power of at least LEAST: with less, too much of it lies beyond the last node.
_S = np.arange(-3.6, 3.6 + 1e-9, 0.02)
_U = np.exp(np.pi / 2 * np.sinh(_S))
_W = 0.02 * np.pi / 2 * np.cosh(_S)
_STEPS = 60

#: The sum of alpha from which the integral is exact to 1e-9; an answer and its prior make more.
LEAST = 1.0


def chance_below(alpha: Floats, values: Floats, x: Floats) -> Floats:
    """Probability that the mean of ``values`` under one Dirichlet is at most x.

    Parameters
    ----------
    alpha : (V,)
        At least 0, with a sum of at least :data:`LEAST`; those of 0 are left out.
    values : (V,)
    x : (K,)
        Thresholds.

    Returns
    -------
    (K,)
        To about 1e-9.

    References
    ----------
    Gil-Pelaez (1951), Note on the inversion theorem, Biometrika 38, 481-482; Imhof (1961), Computing the distribution
    of quadratic forms in normal variables, Biometrika 48, 419-426, whose integral this is for any shapes.

    Examples
    --------
    >>> chance_below(np.array([1.0, 1.0]), np.array([0.0, 1.0]), np.array([0.25, 0.5])).round(9).tolist()
    [0.25, 0.5]
    """
    known = alpha > 0
    alpha, values = alpha[known], values[known]
    x = np.asarray(x, float)
    apart = values - x[:, None]
    size = np.sqrt((alpha * apart**2).sum(axis=1))
    out = np.where(x >= values.max(), 1.0, 0.0)
    inside = (x > values.min()) & (x < values.max())
    if inside.any():
        step = apart[inside] / size[inside, None]  # (K, V), so that the integrand lives near 1
        angle, log = np.zeros((len(step), len(_U))), np.zeros((len(step), len(_U)))
        for a, s in zip(alpha, step.T, strict=True):
            turn = s[:, None] * _U
            angle += a * np.arctan(turn)
            log += a / 2 * np.log1p(turn**2)
        # du/u is the weight of the rule itself.
        out[inside] = 0.5 - (np.sin(angle) * np.exp(-log)) @ _W / np.pi
    return np.clip(out, 0.0, 1.0)


def limits(alpha: Floats, values: Floats, level: float) -> tuple[float, float]:
    """Ends of the equal-tailed interval of the mean, to about 1e-9 of the scale.

    >>> [round(x, 9) for x in limits(np.array([1.0, 1.0]), np.array([0.0, 1.0]), 0.9)]
    [0.05, 0.95]
    """
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    held = values[alpha > 0]
    low, high = np.full(2, held.min()), np.full(2, held.max())
    total = alpha.sum()
    mean = float(alpha @ values / total)
    sd = float(np.sqrt(alpha @ (values - mean) ** 2 / total / (total + 1)))
    # Start near: nearly all posteriors lie within 12 standard deviations, and the bisection goes on from there.
    near_low, near_high = np.maximum(low, mean - 12 * sd), np.minimum(high, mean + 12 * sd)
    beyond_low, beyond_high = (
        chance_below(alpha, values, near_low) > tails,
        chance_below(alpha, values, near_high) < tails,
    )
    low, high = np.where(beyond_low, low, near_low), np.where(beyond_high, high, near_high)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        below = chance_below(alpha, values, middle) < tails
        low, high = np.where(below, middle, low), np.where(below, high, middle)
        if (high - low).max() <= 1e-12 * max(held.max() - held.min(), 1e-300):
            break
    ends = (low + high) / 2
    return float(ends[0]), float(ends[1])
