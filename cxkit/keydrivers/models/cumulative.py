"""The cumulative model of an ordered answer: P(answer up to category k) = F(threshold k - x · coefficients).

A yes/no answer is two categories, so the binary logit is the same model with one threshold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import UsageError
from cxkit.keydrivers.models.links import LINKS, Between, Link
from cxkit.keydrivers.models.newton import Evaluation, Maximum, maximise
from cxkit.keydrivers.models.rows import Rows, Scaled, scaled
from cxkit.keydrivers.models.tall import crossed, times

__all__ = ["Cumulative", "cumulative", "maximum"]

Floats = NDArray[np.float64]

# Steps of coefficients, in standard deviations of a term, that are none.
_STILL = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Cumulative:
    """A cumulative model on its rows; parameters are thresholds, then coefficients of scaled terms.

    Attributes
    ----------
    rows : Rows
    scale : Scaled
    categories : (K,) float
        The different answers, in order.
    code : (m,) int
        Category of each row, 0 to K - 1.
    weight : (m,) float
        Weights that sum to n.
    link : Link
    """

    rows: Rows
    scale: Scaled
    categories: Floats
    code: NDArray[np.int64]
    weight: Floats
    link: Link

    @property
    def cuts(self) -> int:
        """Thresholds, K - 1."""
        return len(self.categories) - 1

    def start(self) -> Floats:
        """Thresholds of a model without terms, and coefficients of 0."""
        share = np.cumsum(np.bincount(self.code, self.weight)) / self.weight.sum()
        return np.concatenate([self.link.quantile(share[:-1]), np.zeros(self.rows.x.shape[1])])

    def null(self) -> float:
        """Log-likelihood without terms: that of the shares."""
        total = np.bincount(self.code, self.weight)
        return float(total @ np.log(total / total.sum()))

    def evaluate(self, params: Floats) -> Evaluation:
        """Log-likelihood with gradient (k,) and Hessian (k, k); -inf where thresholds are out of order."""
        cuts, size = self.cuts, len(params)
        value, gradient, hessian = 0.0, np.zeros(size), np.zeros((size, size))
        if (np.diff(params[:cuts]) <= 0).any():
            return -np.inf, gradient, hessian
        ends = np.zeros((5, cuts + 1))  # by category: da, db, daa, dab, dbb
        for part, x, at in self._parts(params):
            w, code = self.weight[part], self.code[part]
            value += float((w * at.log_p).sum())  # a dot product would wake threads
            for total, each in zip(ends, (at.da, at.db, at.daa, at.dab, at.dbb), strict=True):
                total += np.bincount(code, w * each, minlength=cuts + 1)
            up, down = w * (at.daa + at.dab), w * (at.dbb + at.dab)
            sums = crossed(self._spread(code, up, down, w * (at.da + at.db)), x)
            hessian[:cuts, cuts:] -= sums[:-1]
            gradient[cuts:] -= sums[-1]
            hessian[cuts:, cuts:] += crossed(x * (up + down)[:, None], x)
        da, db, daa, dab, dbb = ends
        gradient[:cuts] = da[:-1] + db[1:]
        corner = np.diag(daa[:-1] + dbb[1:])
        corner[np.arange(cuts - 1), np.arange(1, cuts)] = corner[np.arange(1, cuts), np.arange(cuts - 1)] = dab[1:-1]
        hessian[:cuts, :cuts] = corner
        hessian[cuts:, :cuts] = hessian[:cuts, cuts:].T
        return value, gradient, hessian

    def scores(self, params: Floats) -> Iterator[tuple[slice, Floats]]:
        """Gradient of each row's log-likelihood, chunk by chunk: (c, k)."""
        for part, x, at in self._parts(params):
            slope = at.da + at.db
            ends = self._spread(self.code[part], at.da, at.db, slope)[:, :-1]
            yield part, np.hstack([ends, -slope[:, None] * x])

    def linear(self, params: Floats) -> Iterator[tuple[slice, Floats, Floats]]:
        """Chunks of scaled terms (c, t) and of x · coefficients (c,)."""
        for part in self.rows.chunks():
            x = self.scale.rows(self.rows.x[part])
            yield part, x, times(x, params[self.cuts :])

    def _parts(self, params: Floats) -> Iterator[tuple[slice, Floats, Between]]:
        ends = np.concatenate([[-np.inf], params[: self.cuts], [np.inf]])
        for part, x, eta in self.linear(params):
            code = self.code[part]
            yield part, x, self.link.between(ends[code + 1] - eta, ends[code] - eta)

    def _spread(self, code: NDArray[np.int64], up: Floats, down: Floats, last: Floats) -> Floats:
        """(c, K) What each row says of the threshold above and of the one below its category; then ``last``."""
        wide = self.cuts + 2
        out = np.zeros((len(code), wide))
        place = np.arange(len(code)) * wide + code
        flat = out.reshape(-1)
        flat[place + 1] = up
        flat[place] = down
        out[:, -1] = last
        return out[:, 1:]


def cumulative(rows: Rows, link: str = "logit") -> Cumulative:
    """The model of these rows.

    Raises
    ------
    UsageError
        One answer only, no more rows than parameters, terms that cannot be told apart.
    """
    categories, code = np.unique(rows.y, return_inverse=True)
    if len(categories) < 2:
        raise UsageError(
            f"{rows.outcome!r} is {categories[0]:g} in every row", hint="an outcome that never varies has no drivers"
        )
    scale = scaled(rows, len(categories) - 1 + len(rows.terms))
    return Cumulative(rows, scale, categories, code.reshape(-1), rows.shares, LINKS[link])


def maximum(model: Cumulative, start: Floats | None = None) -> Maximum:
    """The estimate.

    Raises
    ------
    UsageError
        Answers that the terms tell apart without error: no finite coefficient exists.

    References
    ----------
    McCullagh (1980), Regression models for ordinal data, JRSS B 42, 109-142; Albert & Anderson (1984), On the
    existence of maximum likelihood estimates in logistic regression models, Biometrika 71, 1-10.
    """
    found = maximise(model.evaluate, model.start() if start is None else start)
    if not found.converged:
        _refuse_separated(model, found)
        # A threshold alone in a wide gap of the latent score may drift: the coefficients are there.
        if np.abs(found.step[model.cuts :]).max() < _STILL:
            return found
        raise UsageError(
            f"the model of {model.rows.outcome!r} has no stable estimate",
            hint='use fewer drivers, or model="ols"',
            code="unstable",
        )
    return found


def _refuse_separated(model: Cumulative, found: Maximum) -> None:
    """Say which terms have no finite coefficient: those that move on the way to infinity, if it leads there."""
    cuts, step = model.cuts, found.step / max(np.abs(found.step).max(), np.finfo(float).tiny)
    moving = [name for name, d in zip(model.rows.terms, step[cuts:], strict=True) if abs(d) > 1e-3]
    ends = np.concatenate([[np.inf], step[:cuts], [np.inf]])
    worst = np.inf
    for part, _, eta in model.linear(step):
        # Along the way, no row becomes less likely where the answers are separated.
        code = model.code[part]
        above = np.where(code < cuts, ends[code + 1] - eta, np.inf)
        below = np.where(code > 0, eta - ends[code], np.inf)
        worst = min(worst, float(above.min()), float(below.min()))
    if worst > -1e-3:
        alone = [name for name in moving if _separates(model, model.rows.x[:, model.rows.terms.index(name)])]
        names = ", ".join(map(repr, alone or moving or model.rows.terms))
        raise UsageError(
            f"answers of {model.rows.outcome!r} are told apart without error by {names}: no finite coefficient exists",
            hint='merge rare answers, leave a driver out, or use model="ols"',
            code="separation",
        )


def _separates(model: Cumulative, x: Floats) -> bool:
    """Whether one term alone does: no answer has a lower value of it than the answer below has."""
    ends = [(part.min(), part.max()) for part in (x[model.code == k] for k in range(model.cuts + 1))]
    low, high = np.array(ends).T
    return bool((high[:-1] <= low[1:]).all() or (low[:-1] >= high[1:]).all())
