"""Chained equations: statsmodels' MICE, given arrays in place of formulas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["chained"]

Floats = NDArray[np.float64]

#: Rounds through all columns before the first data set, and between two of them.
_BURN, _BETWEEN = 10, 2
#: Answers, nearest by what is expected of them, of which one is taken. statsmodels' 20 pull the effects of columns
#: with many gaps towards 0 in a few hundred rows; 5 do not (van Buuren 2018, Flexible Imputation, section 3.4.3).
_DONORS = 5
#: Against a standard deviation of 1.
_TINY = 1e-7


def chained(columns: Floats, imputations: int, seed: int) -> Iterator[Floats]:
    """Completed copies of a table.

    Every column with gaps is predicted by least squares from all others, with coefficients drawn from their
    distribution; a gap gets the answer of one of the rows of which the nearest is predicted.

    Parameters
    ----------
    columns : (n, k) float
        NaN where there is no value; each row and each column has one.
    imputations : int
    seed : int

    Yields
    ------
    (n, k) float
    """
    import pandas as pd

    known = ~np.isnan(columns)
    # Least squares are solved from products, which needs columns of one size about 0.
    centre = np.nanmean(columns, axis=0)
    spread = np.nanstd(columns, axis=0)
    scaled = (columns - centre) / np.where(spread > 0, spread, 1.0)
    # Names of columns would go into a formula as they are.
    names = [f"x{i}" for i in range(columns.shape[1])]
    chain = _chain(pd.DataFrame(scaled, columns=names), seed)
    chain.update_all(_BURN)
    # Donors are found by their values, which gives back the answers to the last digit.
    answers = [_answers(scaled[known[:, i], i], columns[known[:, i], i]) for i in range(columns.shape[1])]
    for _ in range(imputations):
        chain.update_all(_BETWEEN)
        table = columns.copy()
        for i, name in enumerate(names):
            gap = ~known[:, i]
            if gap.any():
                near, own = answers[i]
                table[gap, i] = own[np.searchsorted(near, chain.data[name].to_numpy()[gap])]
        yield table


def _answers(scaled: Floats, own: Floats) -> tuple[Floats, Floats]:
    near, first = np.unique(scaled, return_index=True)
    return near, own[first]


def _chain(table: Any, seed: int) -> Any:
    """A MICE chain whose tables of predictors are made by numpy, and whose random numbers are its own."""
    from statsmodels.imputation.mice import MICEData

    class Chain(MICEData):  # type: ignore[misc]
        def get_fitting_data(self, vname: str) -> tuple[Floats, Floats, dict[str, Any], dict[str, Any]]:
            answers, others = self._split(vname)
            held = self.ix_obs[vname]
            return answers[held], others[held], {"rng": self.rng}, {}

        def get_split_data(self, vname: str) -> tuple[Floats, Floats, Floats, dict[str, Any], dict[str, Any]]:
            answers, others = self._split(vname)
            held, gaps = self.ix_obs[vname], self.ix_miss[vname]
            # Donors are drawn from a resample of those who answered: other respondents would have given other answers,
            # which the chain itself leaves out of the spread between data sets (Rubin & Schenker 1986, Journal of
            # the American Statistical Association 81, 366-374: approximate Bayesian bootstrap).
            held = self.rng.choice(held, len(held))
            return answers[held], others[held], others[gaps], {}, {}

        def _split(self, vname: str) -> tuple[Floats, Floats]:
            values = self.data.to_numpy()
            i = self.data.columns.get_loc(vname)
            others = values.copy()
            others[:, i] = 1.0  # the constant, in the place of the column itself
            return values[:, i], others

    chain = Chain(table, rng=np.random.default_rng(seed))
    for name in table.columns:
        chain.set_imputer(name, model_class=_LeastSquares, k_pmm=_DONORS)
    return chain


class _LeastSquares:
    """The least that the chain asks of a model: fit, params, cov_params, predict."""

    def __init__(self, endog: Floats, exog: Floats, rng: np.random.Generator) -> None:
        self._y, self._x, self._rng = endog, exog, rng

    def fit(self) -> _LeastSquares:
        inverse = np.linalg.pinv(self._x.T @ self._x, rcond=1e-10, hermitian=True)
        self.params = inverse @ (self._x.T @ self._y)
        rest = self._y - self._x @ self.params
        variance = float(rest @ rest) / max(len(rest) - self._x.shape[1], 1)
        self._cov = variance * (inverse + inverse.T) / 2
        return self

    def cov_params(self) -> Floats:
        return np.asarray(self._cov)

    def predict(self, params: Floats, exog: Floats) -> Floats:
        # A few ratings predict a few values only. Without something to tell equal ones apart, the chain would take
        # the first rows of each over and over as its donors.
        return np.asarray(exog @ params + _TINY * self._rng.standard_normal(len(exog)))
