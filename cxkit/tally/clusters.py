"""Answers that are not independent: sums of products over the clusters that groups share.

Several answers of one respondent or of one account are alike. The error of a mean, and the error
of the difference of two means that share respondents, then follow from the sums over clusters
of products of cluster totals; the engine makes these sums, and no row comes here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.tally.coding import Coded
from cxkit.tally.engine import chosen_columns, collected, group_parts
from cxkit.tally.tally import Key, grouped

__all__ = ["Crossed", "Paired", "Valuation", "count_clusters", "count_pairs", "design_clusters", "one_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Naming = Callable[[Sequence[Coded]], Sequence[Coded]]


@dataclass(frozen=True, slots=True)
class Valuation:
    """What raw answers count, in a form that an engine can compute.

    Attributes
    ----------
    table : mapping or None
        Value -> the raw answers that count it. None: the answer counts itself.
    missing : tuple
        Raw numbers that are no answer, where the answer counts itself.
    offset, sign : float
        Where the answer counts itself: ``sign * raw + offset``.
    centre : float
        Subtracted from every value, so that sums of squares keep their digits.
    """

    table: Mapping[float, tuple[Any, ...]] | None
    missing: tuple[float, ...] = ()
    offset: float = 0.0
    sign: float = 1.0
    centre: float = 0.0

    def expression(self, nw: Any, answer: str = "a") -> Any:
        """The value of the column ``answer``; null where there is no answer."""
        if self.table is None:
            raw = nw.col(answer).cast(nw.Float64)
            value = self.sign * raw + (self.offset - self.centre)
            return nw.when(~raw.is_in(list(self.missing))).then(value).otherwise(None) if self.missing else value
        out = nw.lit(None, nw.Float64)
        for value, answers in self.table.items():
            out = nw.when(one_of(nw, answer, answers)).then(nw.lit(value - self.centre)).otherwise(out)
        return out


def one_of(nw: Any, column: str, values: Sequence[Any]) -> Any:
    """Whether a column holds one of these values, of one kind on every engine: polars takes no 9 among 9.0s."""
    if all(isinstance(x, (int, float)) for x in values):
        return nw.col(column).cast(nw.Float64).is_in([float(x) for x in values])
    return nw.col(column).cast(nw.String).is_in([str(x) for x in values])


@dataclass(frozen=True, slots=True, eq=False)
class Crossed:
    """Sums over clusters c of products of group totals W (weights) and T (weights times value).

    Attributes
    ----------
    keys : tuple of tuples
        Groups, sorted, missing last, as in a tally of the same rows.
    first, second : (P,) int
        Pairs of groups that share a cluster; every pair in both orders, and each group with itself.
    ww, wt, tw, tt : (P,) float
        Sum over clusters of W·W, W·T, T·W and T·T, the first factor of ``first``.
    clusters : (G,) int
        Clusters of each group.
    design : int
        Clusters in all.
    centre : float
        What was subtracted from the values.
    others : (G,) int or None
        Clusters with an answer in another group (of the same period, where there are periods); None where
        that is not counted. Rows without a cluster are left aside.
    """

    keys: tuple[Key, ...]
    first: Ints
    second: Ints
    ww: Floats
    wt: Floats
    tw: Floats
    tt: Floats
    clusters: Ints
    design: int
    centre: float
    others: Ints | None = None

    def covariance(self, left: Any, right: Any, means: tuple[Floats, Floats], weights: tuple[Floats, Floats]) -> Floats:
        """Covariance of two weighted means, for R pairs of sides.

        Parameters
        ----------
        left, right : (R, G) sparse
            Which groups make up each side.
        means, weights : pairs of (R,)
            Mean and sum of weights of the left and the right sides.

        Returns
        -------
        (R,) float
            Linearised, with the factor m/(m-1) of the m clusters of the design.

        References
        ----------
        Binder (1983), International Statistical Review 51; R survey's ``svyby(covmat=TRUE)``.
        """
        y, z = (m - self.centre for m in means)

        def across(x: Floats) -> Floats:
            return np.asarray((left @ self._matrix(x)).multiply(right).sum(axis=1)).reshape(-1)

        total = across(self.tt) - z * across(self.tw) - y * across(self.wt) + y * z * across(self.ww)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(total / (weights[0] * weights[1]) * self.design / (self.design - 1))

    def _matrix(self, x: Floats) -> Any:
        from scipy.sparse import csr_array

        return csr_array((x, (self.first, self.second)), shape=(len(self.keys), len(self.keys)))


@dataclass(frozen=True, slots=True, eq=False)
class Paired:
    """Respondents who answered in both of two groups.

    Attributes
    ----------
    keys : tuple of tuples
    first, second : (P,) int
        Pairs of groups.
    n : (P,) int
        Respondents with an answer in both.
    sums : mapping of (P,) float
        Sums over them, with a and b their mean values in the two groups and d = a - b: of the weight ``w`` and
        its square ``q``; ``wa, wb, wd`` of w·a ...; ``qa, qb, qd`` of w²·a ...; ``qaa, qbb, qdd`` of w²·a² ...
    centre : float
        What was subtracted from the values a and b.
    """

    keys: tuple[Key, ...]
    first: Ints
    second: Ints
    n: Ints
    sums: Mapping[str, Floats]
    centre: float


def count_clusters(
    frame: Any,
    *,
    answer: str,
    value: Valuation,
    cluster: str,
    keys: Sequence[str] = (),
    weight: str | None = None,
    date: str | None = None,
    freq: str | None = None,
    named: Naming = tuple,
    design: int | None = None,
) -> Crossed | None:
    """Cross the groups of ``frame`` by the clusters that they share; None where no cluster has two answers.

    Parameters as in :func:`cxkit.tally.count_cells`; ``named`` gives grouping columns their labels, and
    ``design`` is the number of clusters of the whole sample where these rows are a part of it.
    Rows without a cluster are clusters of one.
    """
    import narwhals.stable.v2 as nw

    rows, names = _valued(frame, answer, value, keys, weight, date, freq, cluster)
    known, alone = rows.filter(~nw.col("c").is_null()), rows.filter(nw.col("c").is_null())
    held = known.group_by(*names, "c").agg(nw.col("w").sum().alias("W"), nw.col("t").sum().alias("T"))
    answers, distinct = _size(nw, known), _size(nw, held.group_by("c").agg(nw.len().alias("k")))
    if answers == distinct:
        return None
    both, sides = _with_itself(held, names, ("W", "T"))
    products = both.with_columns(
        ww=nw.col("W1") * nw.col("W2"), wt=nw.col("W1") * nw.col("T2"),
        tw=nw.col("T1") * nw.col("W2"), tt=nw.col("T1") * nw.col("T2"),
    )  # fmt: skip
    sums = [nw.col(x).sum().alias(x) for x in ("ww", "wt", "tw", "tt")]
    pairs = _grouped(nw, products, sides, [*sums, nw.len().alias("shared")])
    own = _grouped(nw, alone.with_columns(
        ww=nw.col("w") * nw.col("w"), wt=nw.col("w") * nw.col("t"), tt=nw.col("t") * nw.col("t"),
    ), names, [nw.col(x).sum().alias(x) for x in ("ww", "wt", "tt")] + [nw.len().alias("shared")])  # fmt: skip
    single = int(np.asarray(own["shared"], float).sum()) if len(own["shared"]) else 0
    crossed = _crossed(pairs, own, names, freq, named, design=design or distinct + single, centre=value.centre)
    if not names:
        return crossed
    return replace(crossed, others=_others(nw, products, held, names, freq, named, crossed))


def _others(nw: Any, products: Any, held: Any, names: Sequence[str], freq: str | None, named: Naming,
            crossed: Crossed) -> Ints:  # fmt: skip
    """(G,) clusters of the other groups, those of the same period where there are periods."""
    left, dated = [f"{name}_1" for name in names], names[-1] == "period"
    together = nw.col("period_1") == nw.col("period_2") if dated else ~nw.col("W1").is_null()
    same = nw.when(together).then(nw.lit(1)).otherwise(nw.lit(0))
    groups = products.with_columns(same=same).group_by(*left, "c").agg(nw.col("same").sum().alias("k"))
    only = _grouped(nw, groups.filter(nw.col("k") == 1), left, [nw.len().alias("shared")])
    block = ["period"] if dated else []
    each = held.group_by(*block, "c").agg(nw.len().alias("k"))
    whole = _grouped(nw, each, block, [nw.len().alias("shared")])
    in_block = dict(zip(_period_of(whole, block, freq), np.asarray(whole["shared"], float).tolist(), strict=True))
    parts = named(_parts(only, names, freq, suffix="_1"))
    found = zip(*([part.levels[code] for code in part.codes.tolist()] for part in parts), strict=True)
    alone = dict(zip(found, np.asarray(only["shared"], float).tolist(), strict=True))
    return np.array([in_block.get(key[-1] if dated else (), 0.0) - alone.get(key, 0.0) for key in crossed.keys]).astype(
        np.int64
    )


def _period_of(columns: dict[str, Any], block: Sequence[str], freq: str | None) -> list[Any]:
    if not block:
        return [()]
    (part,) = _parts(columns, block, freq)
    return [part.levels[code] for code in part.codes.tolist()]


def design_clusters(frame: Any, cluster: str, weight: str | None) -> int:
    """How many clusters a frame has: distinct values, and rows without one, of the rows with a weight."""
    import narwhals.stable.v2 as nw

    lazy, _ = chosen_columns(frame, answers=[cluster], weight=weight, cluster=cluster)
    if weight is not None:
        lazy = lazy.filter(~nw.col("w").is_null())
    known = lazy.filter(~nw.col("c").is_null()).group_by("c").agg(nw.len().alias("k"))
    return _size(nw, known) + _size(nw, lazy.filter(nw.col("c").is_null()))


def count_pairs(
    frame: Any,
    *,
    answer: str,
    value: Valuation,
    cluster: str,
    keys: Sequence[str] = (),
    weight: str | None = None,
    date: str | None = None,
    freq: str | None = None,
    named: Naming = tuple,
) -> Paired:
    """For every two groups, the respondents who answered in both. Parameters as in :func:`count_clusters`."""
    import narwhals.stable.v2 as nw

    rows, names = _valued(frame, answer, value, keys, weight, date, freq, cluster)
    held = (
        rows.filter(~nw.col("c").is_null())
        .group_by(*names, "c")
        .agg(nw.col("w").sum().alias("W"), nw.col("t").sum().alias("T"), nw.len().alias("k"))
        .with_columns(y=nw.col("T") / nw.col("W"), u=nw.col("W") / nw.col("k"))
        .select(*names, "c", "y", "u")
    )
    both, sides = _with_itself(held, names, ("y", "u"))
    # A respondent's weight is the mean of his two weights.
    both = both.with_columns(w=(nw.col("u1") + nw.col("u2")) / 2, e=nw.col("y1") - nw.col("y2"))
    w = nw.col("w")
    values = {"a": nw.col("y1"), "b": nw.col("y2"), "d": nw.col("e")}
    products = {f"w{x}": w * v for x, v in values.items()} | {f"q{x}": w * w * v for x, v in values.items()}
    products |= {f"q{x}{x}": w * w * v * v for x, v in values.items()} | {"q": w * w}
    both = both.with_columns(**products)
    wanted = ("w", *products)
    found = _grouped(nw, both, sides, [nw.col(x).sum().alias(x) for x in wanted] + [nw.len().alias("shared")])
    keys_, first, second = _paired_groups(found, names, freq, named)
    sums = {x: np.asarray(found[x], np.float64) for x in wanted}
    return Paired(keys_, first, second, np.asarray(found["shared"], float).astype(np.int64), sums, value.centre)


def _valued(frame: Any, answer: str, value: Valuation, keys: Sequence[str], weight: str | None, date: str | None,
            freq: str | None, cluster: str) -> tuple[Any, list[str]]:  # fmt: skip
    """One row an answer: keys, cluster ``c``, weight ``w`` and ``t``, weight times value."""
    import narwhals.stable.v2 as nw

    lazy, names = chosen_columns(
        frame, answers=[answer], keys=keys, weight=weight, date=date, freq=freq, cluster=cluster
    )
    lazy = lazy.with_columns(v=value.expression(nw))
    if weight is None:
        lazy = lazy.with_columns(w=nw.lit(1.0))
    lazy = lazy.filter(~nw.col("v").is_null() & ~nw.col("w").is_null())
    lazy = lazy.with_columns(t=nw.col("w") * nw.col("v"))
    if freq is not None and names[-1:] == ["period"]:
        lazy = lazy.with_columns(period=_numbered(nw, freq))
    return lazy.select(*names, "c", "w", "t"), names


def _with_itself(held: Any, names: Sequence[str], values: Sequence[str]) -> tuple[Any, list[str]]:
    """Each two groups of a cluster, a group with itself too: values ``W1, W2``; and the names of both groups."""
    left, right = (
        held.rename({name: f"{name}_{side}" for name in names} | {value: f"{value}{side}" for value in values})
        for side in (1, 2)
    )
    return left.join(right, on="c", how="inner"), [f"{name}_{side}" for side in (1, 2) for name in names]


def _numbered(nw: Any, freq: str) -> Any:
    """The period as a whole number, on every engine.

    Engines that do not truncate to weeks or months give days, which a count can fold later. Means and
    numbers of respondents do not add up, so here the engine itself must know the period.
    """
    day = nw.col("period")
    year = day.dt.year()
    if freq in ("M", "Q", "Y"):
        months = year * 12 + (day.dt.month() - 1)
        return months // {"M": 1, "Q": 3, "Y": 12}[freq]
    last = year - 1  # the day's number since the year 1, as of date.toordinal(); day 1 was a Monday
    number = last * 365 + last // 4 - last // 100 + last // 400 + day.dt.ordinal_day()
    return (number - 1) // 7 if freq == "W" else number


def _day(number: int, freq: str) -> dt.date:
    if freq in ("D", "W"):
        return dt.date.fromordinal(number if freq == "D" else number * 7 + 1)
    months = number * {"M": 1, "Q": 3, "Y": 12}[freq]
    return dt.date(months // 12, months % 12 + 1, 1)


def _parts(columns: dict[str, Any], names: Sequence[str], freq: str | None, suffix: str = "") -> tuple[Coded, ...]:
    """Grouping columns as codes; numbers of periods as their first days."""
    parts = [*group_parts(columns, names, None, suffix=suffix)]
    if freq is not None and names[-1:] and names[-1] == "period":
        parts[-1] = parts[-1].mapped(lambda number: None if number is None else _day(number, freq))
    return tuple(parts)


def _size(nw: Any, lazy: Any) -> int:
    return int(collected(lazy.select(nw.len().alias("rows")))["rows"][0])


def _grouped(nw: Any, lazy: Any, names: Sequence[str], totals: Sequence[Any]) -> dict[str, Any]:
    if names:
        return collected(lazy.group_by(*names).agg(*totals))
    return collected(lazy.select(*totals))


def _paired_groups(
    columns: dict[str, Any], names: Sequence[str], freq: str | None, named: Naming
) -> tuple[tuple[Key, ...], Ints, Ints]:
    """The groups of both sides numbered alike."""
    count = len(columns["shared"])
    left, right = (named(_parts(columns, names, freq, suffix=f"_{side}")) for side in (1, 2))
    both = [_joined(a, b) for a, b in zip(left, right, strict=True)]
    keys, group = grouped([part.ranked() for part in both], 2 * count)
    return keys, group[:count], group[count:]


def _joined(a: Coded, b: Coded) -> Coded:
    """Two columns of codes one under the other."""
    levels = {level: i for i, level in enumerate(dict.fromkeys((*a.levels, *b.levels)))}

    def recoded(part: Coded) -> Ints:
        return np.array([levels[level] for level in part.levels] or [0], np.int64)[part.codes]

    return Coded(np.concatenate([recoded(a), recoded(b)]), tuple(levels))


def _crossed(pairs: dict[str, Any], own: dict[str, Any], names: Sequence[str], freq: str | None, named: Naming, *, design: int,
             centre: float) -> Crossed:  # fmt: skip
    """Pairs of groups by shared clusters, and rows that are clusters of their own, in one table."""
    size, more = len(pairs["shared"]), len(own["shared"])
    if more and not names and not np.asarray(own["shared"], float).any():
        more = 0
    left = named(_parts(pairs, names, freq, suffix="_1"))
    right = named(_parts(pairs, names, freq, suffix="_2"))
    single = named(_parts(own, names, freq))
    both = [_joined(_joined(a, b), c) for a, b, c in zip(left, right, single, strict=True)]
    keys, group = grouped([part.ranked() for part in both], 2 * size + more)
    first = np.concatenate([group[:size], group[2 * size :]])
    second = np.concatenate([group[size : 2 * size], group[2 * size :]])

    def column(a: str, b: str) -> Floats:
        return np.concatenate([np.asarray(pairs[a], np.float64), np.asarray(own[b], np.float64)[:more]])

    shared = column("shared", "shared")
    clusters = np.bincount(first[first == second], weights=shared[first == second], minlength=len(keys))
    return Crossed(
        keys, first, second, column("ww", "ww"), column("wt", "wt"), column("tw", "wt"), column("tt", "tt"),
        clusters.astype(np.int64), design, centre,
    )  # fmt: skip
