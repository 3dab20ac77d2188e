"""The chance to respond, by logistic regression on columns that are known of everybody."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError

__all__ = ["Fit", "Term", "classes_of", "fit_propensity"]

Floats = NDArray[np.float64]

#: Categories of a text column above which it is an identifier or a free text.
_MOST_LEVELS = 100

#: Log-odds beyond which a fitted chance is certainty, and the data are separated.
_CERTAIN = 20.0


@dataclass(frozen=True, slots=True)
class Term:
    """One coefficient of the propensity model, on the log-odds scale.

    Attributes
    ----------
    column, category : str
        ``category`` is empty for a number, which counts in its own unit.
    coef, std_err : float
    """

    column: str
    category: str
    coef: float
    std_err: float


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Fitted chances of everybody, and the terms behind them; the first is the constant."""

    chance: Floats
    terms: tuple[Term, ...]


def fit_propensity(columns: Mapping[str, Sequence[Any]], answered: Floats, weight: Floats) -> Fit:
    """Fit P(responded) on the columns.

    Parameters
    ----------
    columns : mapping
        Name -> a value for everybody: numbers count as they are, texts and booleans by category,
        against the first category in alphabetical order.
    answered : (N,) float
        0 or 1.
    weight : (N,) float
        Design weights, above 0; their mean is taken as 1.

    Raises
    ------
    OptionError
        A column that is constant, follows from the others, or tells respondents apart without fail.

    References
    ----------
    Rosenbaum & Rubin (1983), Biometrika 70, 41-55; Little (1986), International Statistical
    Review 54, 139-157.
    """
    names: list[tuple[str, str]] = [("", "")]
    design, sizes = [np.ones(len(answered))], [1.0]
    for name, values in columns.items():
        blocks = _columns(name, values, answered)
        for category, block, size in blocks:
            names.append((name, category))
            design.append(block)
            sizes.append(size)
    matrix = np.column_stack(design)
    _check_rank(matrix, names)
    coef, std_err, chance = _logit(matrix, answered, weight / weight.mean(), tuple(columns))
    scale = np.array(sizes)
    terms = zip(names, (coef / scale).tolist(), (std_err / scale).tolist(), strict=True)
    return Fit(chance, tuple(Term(column, category, b, se) for (column, category), b, se in terms))


def classes_of(chance: Floats, weight: Floats, classes: int) -> NDArray[np.int64]:
    """The response class of everybody, 0 upward by rising chance: equal shares of the (weighted) people.

    People of one chance are in one class, so there may be fewer classes than asked.
    """
    levels, place = np.unique(chance.round(12), return_inverse=True)
    held = np.bincount(place, weights=weight, minlength=len(levels))
    middle = (np.cumsum(held) - held / 2) / held.sum()
    group = np.minimum((middle * classes).astype(np.int64), classes - 1)
    return np.unique(group[place], return_inverse=True)[1].astype(np.int64)


def _columns(name: str, values: Sequence[Any], answered: Floats) -> list[tuple[str, Floats, float]]:
    """The columns of the design that one column gives: (category, values, size of the unit)."""
    if all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in values):
        numbers = np.array(values, np.float64)
        spread = float(numbers.std())
        if not np.isfinite(spread):
            raise OptionError(f"{name!r} holds numbers that are not finite", column=name, hint="correct the column")
        if spread <= 1e-12 * max(1.0, float(np.abs(numbers).max())):
            raise _constant(name, values[0])
        # The constant is then the log-odds at 0, as anyone refitting the model would have it.
        return [("", numbers / spread, spread)]
    texts = np.array([str(v) for v in values])
    levels, codes = np.unique(texts, return_inverse=True)
    if len(levels) == 1:
        raise _constant(name, values[0])
    if len(levels) > _MOST_LEVELS:
        raise OptionError(
            f"{name!r} has {len(levels)} categories: an identifier or a free text, not operational data",
            column=name,
            hint="group its values into a few categories",
        )
    rows, yes = np.bincount(codes), np.bincount(codes, weights=answered)
    for k, level in enumerate(levels.tolist()):
        if yes[k] in (0, rows[k]):
            who = "nobody" if yes[k] == 0 else "everybody"
            raise OptionError(
                f"{who} of {name!r} = {level!r} answered ({rows[k]} people): the column tells respondents apart",
                column=name,
                code="separated",
                hint="merge the category with a neighbour, or leave these people out of the claim",
            )
    return [(level, (codes == k).astype(np.float64), 1.0) for k, level in enumerate(levels.tolist()) if k]


def _constant(name: str, value: Any) -> OptionError:
    return OptionError(
        f"{name!r} is {value!r} for everybody, and explains nothing", column=name, hint=f"leave {name!r} out of on="
    )


def _check_rank(matrix: Floats, names: Sequence[tuple[str, str]]) -> None:
    """Refuse a column that is a sum of those before it, by name."""
    unit = matrix / np.linalg.norm(matrix, axis=0)
    size = np.abs(np.diag(np.linalg.qr(unit, mode="r")))
    dependent = np.flatnonzero(size < 1e-9) if len(size) == len(names) else np.array([len(size)])
    if len(dependent):
        column, category = names[int(dependent[0])]
        said = f"{column!r} = {category!r}" if category else repr(column)
        raise OptionError(f"{said} follows from the other columns", column=column, hint=f"leave {column!r} out of on=")


def _logit(matrix: Floats, answered: Floats, weight: Floats, on: Sequence[str]) -> tuple[Floats, Floats, Floats]:
    """Coefficients, their errors and fitted chances; statsmodels' binomial GLM on plain columns."""
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of separation, which is looked for below and refused
        model = GLM(answered, matrix, family=Binomial(), freq_weights=weight)
        result = model.fit(maxiter=100, tol=1e-13)
    coef, std_err = np.asarray(result.params, np.float64), np.asarray(result.bse, np.float64)
    odds = matrix @ coef
    chance = np.asarray(result.fittedvalues, np.float64)
    if not np.isfinite(odds).all() or not np.isfinite(std_err).all() or np.abs(odds).max() > _CERTAIN:
        raise OptionError(
            f"{', '.join(map(repr, on))} tell respondents from the others without fail: their chances are 0 and 1",
            code="separated",
            hint="leave out what is only known of respondents, and people who could not answer",
        )
    return coef, std_err, chance
