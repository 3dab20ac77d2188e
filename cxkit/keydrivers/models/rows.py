"""The rows that a non-linear model is fitted on: each different row once, with how often it occurs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.errors import UsageError
from cxkit.keydrivers.models.tall import crossed

__all__ = ["CHUNK", "Rows", "Scaled", "scaled"]

Floats = NDArray[np.float64]

#: Rows worked on at a time: a chunk of 20 columns stays in the processor's cache.
CHUNK = 16_384

# Residual variance below which a column is a sum of others, of its variance.
_ALIASED = 1e-10
# Ranges beyond this have squares or coefficients that a number cannot hold.
_LEAST = 1e-60


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Different rows, with frequencies and weights.

    Attributes
    ----------
    x : (m, t) float
        Terms, without the constant.
    y : (m,) float
        Outcome.
    frequency, w, w2 : (m,) float
        How many rows are alike, the sum of their survey weights and of the squares.
    terms : (t,) str
    cluster : (m,) int or None
        Cluster of each row, 0 to G - 1; rows of different clusters are then different rows.
    outcome : str
        Its name, for messages.
    """

    x: Floats
    y: Floats
    frequency: Floats
    w: Floats
    w2: Floats
    terms: tuple[str, ...]
    cluster: NDArray[np.int64] | None = None
    outcome: str = "the outcome"

    @classmethod
    def of(
        cls,
        x: ArrayLike,
        y: ArrayLike,
        terms: Sequence[str],
        *,
        frequency: ArrayLike | None = None,
        w: ArrayLike | None = None,
        w2: ArrayLike | None = None,
        cluster: ArrayLike | None = None,
        outcome: str = "the outcome",
    ) -> Rows:
        """Rows whose numbers were checked; those of weight 0 are left out.

        Parameters
        ----------
        frequency : (m,), optional
            1 by default.
        w, w2 : (m,), optional
            The frequency, and the squares that equal weights among like rows have.
        cluster : (m,), optional
            Codes of any kind.

        Raises
        ------
        UsageError
            Lengths that differ, values that are missing or infinite, weights below 0, nothing left.

        >>> Rows.of([[1.0], [2.0]], [0, 1], ["wait"], frequency=[3, 4]).n
        7
        """
        values, answers = np.asarray(x, np.float64), np.asarray(y, np.float64)
        if values.ndim != 2 or values.shape != (len(answers), len(terms)):
            raise UsageError(f"x is {values.shape}, for {len(answers)} outcomes and {len(terms)} terms")
        often = np.ones(len(answers)) if frequency is None else np.asarray(frequency, np.float64)
        weight = often if w is None else np.asarray(w, np.float64)
        for name, column in (("frequency", often), ("w", weight)):
            if column.shape != answers.shape or not np.isfinite(column).all() or (column < 0).any():
                raise UsageError(f"{name} must be {len(answers)} numbers, none of them below 0")
        with np.errstate(invalid="ignore", divide="ignore"):
            squares = np.where(often > 0, weight**2 / often, 0) if w2 is None else np.asarray(w2, np.float64)
        codes = None if cluster is None else np.asarray(cluster)
        keep = (often > 0) & (weight > 0)
        if not keep.all():
            values, answers, often, weight, squares = (a[keep] for a in (values, answers, often, weight, squares))
            codes = None if codes is None else codes[keep]
        if len(answers) == 0:
            raise UsageError("no row is left", hint="look at filters, weights and missing answers")
        for column, name in ((answers, outcome), *zip(values.T, terms, strict=True)):
            if not np.isfinite(column).all():
                raise UsageError(f"{name!r} has missing or infinite values", hint="leave these rows out")
        if codes is not None:
            codes = np.unique(codes, return_inverse=True)[1].reshape(-1).astype(np.int64)
        return cls(values, answers, often, weight, squares, tuple(terms), codes, outcome)

    @property
    def n(self) -> int:
        """Rows, as often as they occur."""
        return round(float(self.frequency.sum()))

    @property
    def clusters(self) -> int:
        """Clusters; 0 without."""
        return 0 if self.cluster is None else int(self.cluster.max()) + 1

    @property
    def weighted(self) -> bool:
        """Whether weights are more than frequencies."""
        return not (np.array_equal(self.w, self.frequency) and np.array_equal(self.w2, self.frequency))

    @property
    def shares(self) -> Floats:
        """(m,) Weights scaled to sum to n: what a log-likelihood counts."""
        return self.w if not self.weighted else self.w * (self.n / self.w.sum())

    def chunks(self) -> Iterator[slice]:
        """Slices of at most :data:`CHUNK` rows."""
        for start in range(0, len(self.y), CHUNK):
            yield slice(start, start + CHUNK)


@dataclass(frozen=True, slots=True, eq=False)
class Scaled:
    """Mean and standard deviation of every term: fits work on (x - mean) / spread."""

    mean: Floats
    spread: Floats

    def rows(self, x: Floats) -> Floats:
        """(c, t) A chunk on that scale."""
        return (x - self.mean) / self.spread

    def back(self, params: Floats, fixed: int, sign: float) -> tuple[Floats, Floats]:
        """Parameters in the terms' own units, and the matrix that brings a covariance there.

        ``fixed`` constants come first; each takes ``sign`` times the shift of the linear part.
        """
        size = len(params)
        matrix = np.eye(size)
        matrix[fixed:, fixed:] /= self.spread
        matrix[:fixed, fixed:] = -sign * self.mean / self.spread
        return matrix @ params, matrix


def scaled(rows: Rows, parameters: int) -> Scaled:
    """The scale of the terms, once it is known that every coefficient can be told.

    Parameters
    ----------
    parameters : int
        Coefficients and constants of the model.

    Raises
    ------
    UsageError
        No more rows than parameters; a term with one value, or that is a sum of others.
    """
    if rows.n <= parameters:
        raise UsageError(
            f"{rows.n} rows for {parameters} coefficients of {rows.outcome!r}", hint="use fewer drivers, or more rows"
        )
    weight = rows.w / rows.w.sum()
    lowest, highest = rows.x.min(axis=0), rows.x.max(axis=0)
    constant = [name for name, same in zip(rows.terms, lowest == highest, strict=True) if same]
    if constant:
        raise UsageError(f"{_quoted(constant)}: only one value", hint="leave out what does not vary")
    width = highest / 2 - lowest / 2
    wild = [name for name, range_ in zip(rows.terms, width, strict=True) if not _LEAST < range_ < 1 / _LEAST]
    if wild:
        raise UsageError(f"{_quoted(wild)}: values no model can hold", hint="measure it in another unit")
    mean = sum((crossed(weight[part, None], rows.x[part])[0] for part in rows.chunks()), np.zeros(len(rows.terms)))
    gram = np.zeros((len(rows.terms), len(rows.terms)))
    for part in rows.chunks():
        # In units of the range: squares of very large or small values stay in reach.
        apart = (rows.x[part] - mean) / width
        gram += crossed(apart * weight[part, None], apart)
    spread = np.sqrt(np.diag(gram))
    _refuse_aliased(gram / np.outer(spread, spread), rows.terms)
    return Scaled(mean, spread * width)


def _refuse_aliased(correlation: Floats, terms: Sequence[str]) -> None:
    """Refuse a term that others make up, by name."""
    kept: list[int] = []
    for j, name in enumerate(terms):
        if kept:
            slopes = np.linalg.solve(correlation[np.ix_(kept, kept)], correlation[kept, j])
            if 1 - slopes @ correlation[kept, j] < _ALIASED:
                partners = [terms[i] for i, slope in zip(kept, slopes, strict=True) if abs(slope) > 1e-6]
                raise UsageError(
                    f"{name!r} is made up of {_quoted(partners)}: their coefficients cannot be told apart",
                    hint="leave one of them out",
                )
        kept.append(j)


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names))
