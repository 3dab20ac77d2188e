"""The second look of a linear model at the rows: residuals, leverages and the sums behind robust errors.

A Gram matrix gives the coefficients; errors that hold whatever the spread of the residuals need
each residual once. Rows in memory are walked through a slice at a time; others are summed by their
engine. Columns are taken about their means and turned so that they are uncorrelated, whence the
leverage of a row is the sum of its squares.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.tally.columns import Design, planned
from cxkit.tally.engine import collected
from cxkit.tally.gram import Gram
from cxkit.tally.rows import Rows, inner, outer, scaled, slices

__all__ = ["OUTLYING", "Residuals", "Solved", "engine_residuals", "row_residuals"]

Floats = NDArray[np.float64]

#: A row is outlying from so many standard deviations of its studentised residual.
OUTLYING = 4.0
#: A row that alone decides a coefficient has leverage 1 and residual 0; it says nothing about errors.
_NEAR_ONE = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """A linear model solved from a Gram matrix of which the last column is the outcome.

    Attributes
    ----------
    beta : (t,) float
        Coefficients of the columns of ``z``.
    turn : (t, r) float
        ``turn @ turn.T`` is the (pseudo-)inverse of the drivers' scatter.
    mean : (t + 1,) float
        Means of ``z``.
    sigma2 : float
        Residual variance, of weight 1.
    tied : (t,) bool
        Columns that others add up to, so that their coefficient is not determined.
    """

    beta: Floats
    turn: Floats
    mean: Floats
    sigma2: float
    tied: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """What the residuals e, weights w and turned columns u sum to.

    Attributes
    ----------
    score : (r,) float
        Sum of ``w e u``: 0 but for rounding, which it tells.
    robust : (r, r) float
        Sum of ``(w e / (1 - h))² u uᵀ``, h the leverage.
    clustered : (r, r) float or None
        Sum over clusters of the product of their scores.
    clusters : int
    outlying : int
        Rows whose studentised residual is beyond :data:`OUTLYING`.
    largest : float
        The largest studentised residual, of either sign.
    rss : float
        Sum of ``w e²``, the outcome scaled as the Gram matrix has it.
    """

    score: Floats
    robust: Floats
    clustered: Floats | None
    clusters: int
    outlying: int
    largest: float
    rss: float


def row_residuals(rows: Rows, gram: Gram, solved: Solved) -> Residuals:
    """The residuals of the complete rows of one group, in memory."""
    t, rank = solved.turn.shape
    total = gram.weight
    score, robust, outlying, largest = np.zeros(rank), np.zeros((rank, rank)), 0, 0.0
    by_cluster, unit, units = None, None, 0
    if rows.cluster is not None:
        unit = np.unique(rows.cluster, return_inverse=True)[1]
        units = int(unit.max(initial=-1)) + 1
        by_cluster = np.zeros((units, rank))
    rss = 0.0
    for part in slices(len(rows)):
        x = scaled(rows, part, gram.centre, gram.scale)
        x -= solved.mean  # after the offset of the columns is gone, so that it takes no digits
        w = rows.w[part]
        drivers = np.ascontiguousarray(x[:, :t])
        e = x[:, t] - np.einsum("ij,j->i", drivers, solved.beta)
        u = outer(drivers, solved.turn)
        h = w * (1 / total + np.einsum("ij,ij->i", u, u))
        free = np.maximum(1 - h, _NEAR_ONE)
        a = np.where(1 - h > _NEAR_ONE, w * e / free, 0)
        robust += inner(u * (a * a)[:, None], u)
        rss += float(w @ (e * e))
        own = u * (w * e)[:, None]
        score += inner(np.ones((len(own), 1)), own)[0]
        if solved.sigma2 > 0:
            far = w * e * e / (solved.sigma2 * free)
            outlying += int((far > OUTLYING**2).sum())
            largest = max(largest, float(far.max(initial=0.0)))
        if by_cluster is not None and unit is not None:
            for j in range(rank):
                by_cluster[:, j] += np.bincount(unit[part], weights=own[:, j], minlength=units)
    clustered = None if by_cluster is None else by_cluster.T @ by_cluster
    return Residuals(score, robust, clustered, units, outlying, largest**0.5, rss)


def engine_residuals(
    frame: Any, design: Design, gram: Gram, solved: Solved, columns: Sequence[int] | None = None
) -> Residuals:
    """The same of rows that an engine holds; ``columns`` are those of the design that the matrix has, if not all."""
    import narwhals.stable.v2 as nw

    t, rank = solved.turn.shape
    at = range(t + 1) if columns is None else columns
    lazy, names = planned(frame, design, filled=True)
    lazy = lazy.filter(*_in_group(nw, names, design, gram.key)) if names else lazy
    lazy = lazy.with_columns(
        **{
            f"x{i}": (nw.col(f"v{at[i]}") - float(gram.centre[i])) * float(1 / gram.scale[i]) - float(solved.mean[i])
            for i in range(t + 1)
        }
    )
    if design.weight is None:
        lazy = lazy.with_columns(w=nw.lit(1.0))

    def mixed(factors: Floats) -> Any:
        return sum((nw.col(f"x{i}") * float(f) for i, f in enumerate(factors)), start=nw.lit(0.0))

    lazy = lazy.with_columns(
        e=nw.col(f"x{t}") - mixed(solved.beta), **{f"u{j}": mixed(solved.turn[:, j]) for j in range(rank)}
    )
    squares = sum((nw.col(f"u{j}") * nw.col(f"u{j}") for j in range(rank)), start=nw.lit(1 / gram.weight))
    lazy = lazy.with_columns(free=1 - nw.col("w") * squares, we=nw.col("w") * nw.col("e"))
    free = nw.when(nw.col("free") > _NEAR_ONE).then(nw.col("free")).otherwise(None)
    square = nw.col("we") * nw.col("e")
    far = square / (free * (solved.sigma2 or 1.0))
    lazy = lazy.with_columns(a=nw.col("we") / free, far=far, square=square)
    lazy = lazy.with_columns(beyond=nw.when(nw.col("far") > OUTLYING**2).then(nw.lit(1)).otherwise(nw.lit(0)))
    lazy = lazy.with_columns(
        **{f"s{j}": nw.col("we") * nw.col(f"u{j}") for j in range(rank)},
        **{f"b{j}": nw.col("a") * nw.col(f"u{j}") for j in range(rank)},
    )
    score = [f"s{j}" for j in range(rank)]
    found = _products(nw, lazy, "b", rank, [*score, "beyond", "square"], "far")
    clustered, clusters = None, 0
    if design.cluster is not None:
        sums = lazy.filter(~nw.col("c").is_null()).group_by("c").agg(*(nw.col(s).sum() for s in score))
        known = _products(nw, sums, "s", rank, [])
        alone = _products(nw, lazy.filter(nw.col("c").is_null()), "s", rank, [])
        clustered, clusters = known["matrix"] + alone["matrix"], known["rows"] + alone["rows"]
    return Residuals(
        np.array([found[s] for s in score]), found["matrix"], clustered, clusters, int(found["beyond"]),
        found["far"] ** 0.5, found["square"],
    )  # fmt: skip


def _products(nw: Any, lazy: Any, letter: str, rank: int, also: list[str], most: str = "") -> dict[str, Any]:
    """Sums of products of the columns ``letter``0, 1 ... as a matrix, of the columns ``also``; the largest ``most``."""
    pairs = {f"p{i}_{j}": nw.col(f"{letter}{i}") * nw.col(f"{letter}{j}") for i in range(rank) for j in range(i + 1)}
    if lazy.implementation.name == "DASK":
        lazy = lazy.with_columns(**pairs)
        pairs = {name: nw.col(name) for name in pairs}
    totals = [x.sum().alias(name) for name, x in pairs.items()] + [nw.col(name).sum().alias(name) for name in also]
    totals += [nw.col(most).max().alias(most)] if most else []
    also = [*also, most] if most else also
    got = {name: values[0] for name, values in collected(lazy.select(nw.len().alias("rows"), *totals)).items()}
    found: dict[str, Any] = {name: float(x) if x is not None else 0.0 for name, x in got.items()}
    matrix = np.zeros((rank, rank))
    for i in range(rank):
        for j in range(i + 1):
            matrix[i, j] = matrix[j, i] = np.nan_to_num(found[f"p{i}_{j}"])
    return {**{name: found[name] for name in also}, "matrix": matrix, "rows": int(found["rows"])}


def _in_group(nw: Any, names: list[str], design: Design, key: tuple[Any, ...]) -> list[Any]:
    """Conditions that a row is of this group."""
    from cxkit.present.calendar import period_end

    out = []
    for name, value in zip(names, key, strict=True):
        column = nw.col(name)
        if value is None:
            out.append(column.is_null())
        elif name == "period" and design.freq is not None:
            column = column.cast(nw.Datetime)
            first, last = (dt.datetime(d.year, d.month, d.day) for d in (value, period_end(value, design.freq)))
            out.append((column >= first) & (column < last))
        else:
            out.append(column == value)
    return out
