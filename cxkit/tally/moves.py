"""Who answered before, after or both times: cross-sums per kind of respondent, made by the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.tally.clusters import Valuation, one_of
from cxkit.tally.coding import coded
from cxkit.tally.engine import chosen_columns, collected, group_parts

__all__ = ["Moves", "count_leaving", "count_moves"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Table = dict[str, Any]

#: Sums of a respondent in a segment: weight and weighted value before, weight and weighted value after.
_SUMS = ("wa", "ta", "wb", "tb")
#: What makes a kind, beside the segment: facts of the respondent, whatever the segment.
_FACTS = ("before", "after", "gone", "band")
_MISSING = "\x00"


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """Kinds of respondents by segment (rows without an id are respondents of one answer).

    A respondent with answers in several segments is in one kind for each of them, so that every
    segment holds its own answers; ``first``, ``second`` and ``cross`` keep these kinds together.

    Attributes
    ----------
    before, after : (K,) bool
        Whether these respondents answered before, after, in any segment.
    gone : (K,) bool
        Whether they are known to have left.
    band : (K,) int
        Which of the bands their mean value before is nearest to; -1 where they did not answer before.
    segment : tuple of tuples
        The segment of each kind, one value a column; ``()`` where none was asked for.
    n_before, n_after : (K,) int
        Answers.
    units : (K,) int
        Respondents, each counted once.
    total : (K, 4) float
        Sums of weight and of weight times (value - centre), before and after.
    product : (K, 4, 4) float
        Sums over respondents of products of these.
    first, second : (P,) int
        Pairs of kinds that share respondents, each once.
    cross : (P, 4, 4) float
        Sums over the shared respondents of products of their sums in ``first`` and in ``second``.
    unknown : int
        Answers of respondents without an id.
    """

    before: NDArray[np.bool_]
    after: NDArray[np.bool_]
    gone: NDArray[np.bool_]
    band: Ints
    segment: tuple[tuple[Any, ...], ...]
    n_before: Ints
    n_after: Ints
    units: Ints
    total: Floats
    product: Floats
    first: Ints
    second: Ints
    cross: Floats
    unknown: int

    def covariance(self, gradient: Floats) -> Floats:
        """(I, I) covariance of I functions of the sums, of which ``gradient`` (I, K, 4) holds the derivatives.

        References
        ----------
        Binder (1983), International Statistical Review 51, 279-292.
        """
        units = int(self.units.sum())
        found = np.einsum("ika,kab,jkb->ij", gradient, self.product, gradient, optimize=True)
        if len(self.first):
            one, other = gradient[:, self.first], gradient[:, self.second]
            across = np.einsum("ipa,pab,jpb->ij", one, self.cross, other, optimize=True)
            found = found + across + across.T
        return np.asarray(found * units / max(units - 1, 1))


def count_moves(
    before: Any,
    after: Any,
    *,
    answer: str,
    value: Valuation,
    bands: Sequence[float],
    respondent: str | None = None,
    segment: Sequence[str] = (),
    weight: str | None = None,
    left: tuple[str, Sequence[Any]] | None = None,
) -> Moves:
    """Match the respondents of two frames.

    Parameters
    ----------
    before, after : native frames of one engine
    bands : sequence of float
        Values that respondents are sorted to by their mean value before.
    respondent : str, optional
        Column of ids; without it nobody is matched.
    left : (column, values), optional
        Column, and its raw values, that say a respondent of ``before`` has left.
    """
    import narwhals.stable.v2 as nw

    options: dict[str, Any] = {
        "answer": answer, "value": value, "respondent": respondent, "segment": segment, "weight": weight,
    }  # fmt: skip
    # Wrapped, each frame stays on its engine: two that are counted by DuckDB, each on its own connection, do not combine.
    a, named = _answers(nw, nw.from_native(before), left=left, **options)
    b, named_b = _answers(nw, nw.from_native(after), left=None, **options)
    nothing = {"w": nw.lit(0.0), "t": nw.lit(0.0), "n": nw.lit(0)}
    sides = [
        rows.with_columns(
            **{f"{x}{side}": nw.col(x) if x != "n" else nw.lit(1) for x in nothing},
            **{f"{x}{other}": filler for x, filler in nothing.items()},
        )
        for rows, side, other in ((a, "a", "b"), (b, "b", "a"))
    ]
    order = ("c", "s", *_SUMS, "na", "nb", "gone")
    rows = nw.concat([one.select(*(_typed(nw, name) for name in order)) for one in sides], how="vertical")
    alone = _alone(nw, rows.filter(nw.col("c").is_null()) if respondent is not None else rows)
    table, names = _kinds(nw, alone, value, bands), named | named_b
    if respondent is None:
        return _moves([table], {}, names, 0)
    unknown = int(_numbers(table, "na").sum() + _numbers(table, "nb").sum())
    people = _people(nw, rows.filter(~nw.col("c").is_null()))
    tables = [table, _kinds(nw, people, value, bands)]
    spread = bool(segment) and bool(_numbers(tables[1], "spread").any())
    return _moves(tables, _shared(nw, people, value, bands) if spread else {}, names, unknown)


def count_leaving(
    frame: Any,
    *,
    answer: str,
    value: Valuation,
    bands: Sequence[float],
    weight: str | None,
    left: tuple[str, Sequence[Any]],
) -> Moves:
    """The same for one frame, held against those of its rows that have not left."""
    import narwhals.stable.v2 as nw

    rows, names = _answers(nw, frame, answer=answer, value=value, respondent=None, segment=(), weight=weight, left=left)
    stays = 1 - nw.col("gone")
    rows = rows.with_columns(
        wa=nw.col("w"), ta=nw.col("t"), na=nw.lit(1), wb=nw.col("w") * stays, tb=nw.col("t") * stays, nb=stays
    )
    return _moves([_kinds(nw, _alone(nw, rows), value, bands)], {}, names, 0)


def _answers(nw: Any, frame: Any, *, answer: str, value: Valuation, respondent: str | None, segment: Sequence[str],
             weight: str | None, left: tuple[str, Sequence[Any]] | None) -> tuple[Any, dict[str, Any]]:  # fmt: skip
    """One row an answer: respondent ``c``, weight, weighted value, segment as text, gone; and what each text stands for."""
    keys = [*segment, *([left[0]] if left is not None else [])]
    lazy, names = chosen_columns(frame, answers=[answer], keys=keys, weight=weight, cluster=respondent)
    lazy = lazy.with_columns(v=value.expression(nw))
    columns = names[: len(segment)]
    parts = [nw.col(name).cast(nw.String).fill_null(_MISSING) for name in columns]
    gone = nw.lit(0)
    if left is not None and left[1]:
        gone = nw.when(one_of(nw, names[-1], left[1])).then(nw.lit(1)).otherwise(gone)
    lazy = lazy.with_columns(
        s=nw.concat_str(*parts, separator="\x1f") if len(parts) > 1 else parts[0] if parts else nw.lit(""), gone=gone
    )
    if weight is None:
        lazy = lazy.with_columns(w=nw.lit(1.0))
    if respondent is None:
        lazy = lazy.with_columns(c=nw.lit(None, nw.String))
    lazy = lazy.filter(~nw.col("v").is_null() & ~nw.col("w").is_null()).with_columns(t=nw.col("w") * nw.col("v"))
    named: dict[str, Any] = {"": ()}
    if segment:
        # Texts join on every engine, values do not; they become values again when all is small.
        held = collected(lazy.group_by("s", *columns).agg(nw.len().alias("rows")))
        values = [[part.levels[code] for code in part.codes.tolist()] for part in group_parts(held, columns, None)]
        named = dict(zip(_texts(held["s"]), zip(*values, strict=True), strict=True))
    return lazy.select("c", "w", "t", "s", "gone"), named


def _typed(nw: Any, name: str) -> Any:
    if name == "c":
        return nw.col(name)
    kind = nw.String if name == "s" else nw.Float64 if name in _SUMS else nw.Int64
    return nw.col(name).cast(kind)


def _alone(nw: Any, rows: Any) -> Any:
    """Answers that each are a respondent of their own."""
    return rows.with_columns(
        pw=nw.col("wa"), pt=nw.col("ta"), pa=nw.col("na"), pb=nw.col("nb"), unit=nw.lit(1), spread=nw.lit(0)
    )


def _people(nw: Any, rows: Any) -> Any:
    """One row a respondent and segment: the sums there, and the facts of the respondent whatever the segment."""
    sums = (*_SUMS, "na", "nb")
    cells = rows.group_by("c", "s").agg(*(nw.col(x).sum().alias(x) for x in sums), nw.col("gone").max().alias("gone"))
    facts = cells.group_by("c").agg(
        nw.col("wa").sum().alias("pw"), nw.col("ta").sum().alias("pt"), nw.col("na").sum().alias("pa"),
        nw.col("nb").sum().alias("pb"), nw.col("gone").max().alias("left"), nw.col("s").min().alias("lead"),
        nw.len().alias("segments"),
    )  # fmt: skip
    held = cells.drop("gone").join(facts, on="c", how="inner").rename({"left": "gone"})
    return held.with_columns(
        unit=nw.when(nw.col("s") == nw.col("lead")).then(nw.lit(1)).otherwise(nw.lit(0)),
        spread=nw.when(nw.col("segments") > 1).then(nw.lit(1)).otherwise(nw.lit(0)),
    )


def _with_facts(nw: Any, people: Any, value: Valuation, bands: Sequence[float]) -> Any:
    mean = nw.col("pt") / nw.col("pw")
    band = nw.lit(len(bands) - 1)
    for i in range(len(bands) - 2, -1, -1):
        between = (bands[i] + bands[i + 1]) / 2 - value.centre
        band = nw.when(mean <= between).then(nw.lit(i)).otherwise(band)
    return people.with_columns(
        band=nw.when(nw.col("pa") > 0).then(band).otherwise(nw.lit(-1)),
        before=nw.when(nw.col("pa") > 0).then(nw.lit(1)).otherwise(nw.lit(0)),
        after=nw.when(nw.col("pb") > 0).then(nw.lit(1)).otherwise(nw.lit(0)),
    )


def _kinds(nw: Any, people: Any, value: Valuation, bands: Sequence[float]) -> Table:
    """Sums and cross-sums of each kind of respondent."""
    products = {f"{x}_{y}": nw.col(x) * nw.col(y) for i, x in enumerate(_SUMS) for y in _SUMS[i:]}
    people = _with_facts(nw, people, value, bands).with_columns(**products)
    totals = [nw.col(name).sum().alias(name) for name in (*_SUMS, "na", "nb", *products, "spread")]
    totals.append(nw.col("unit").sum().alias("units"))
    return collected(people.group_by(*_FACTS, "s").agg(*totals))


def _shared(nw: Any, people: Any, value: Valuation, bands: Sequence[float]) -> Table:
    """Sums of products of what respondents of several segments have in any two of these."""
    held = _with_facts(nw, people.filter(nw.col("spread") > 0), value, bands)
    other = held.select("c", *(nw.col(x).alias(f"{x}2") for x in ("s", *_SUMS)))
    pairs = held.select("c", "s", *_SUMS, *_FACTS).join(other, on="c", how="inner").filter(nw.col("s") < nw.col("s2"))
    products = {f"{x}_{y}": nw.col(x) * nw.col(f"{y}2") for x in _SUMS for y in _SUMS}
    totals = [nw.col(name).sum().alias(name) for name in products]
    return collected(pairs.with_columns(**products).group_by(*_FACTS, "s", "s2").agg(*totals))


def _moves(tables: list[Table], shared: Table, named: dict[str, Any], unknown: int) -> Moves:
    tables = [table for table in tables if len(table["units"])]

    def column(name: str) -> Floats:
        return np.concatenate([_numbers(table, name) for table in tables] or [np.empty(0)])

    whole = {name: column(name).astype(np.int64) for name in (*_FACTS, "na", "nb", "units")}
    texts = [text for table in tables for text in _texts(table["s"])]
    size = len(texts)
    product = np.empty((size, 4, 4))
    for i, x in enumerate(_SUMS):
        for j, y in enumerate(_SUMS[i:], i):
            product[:, i, j] = product[:, j, i] = column(f"{x}_{y}")
    first, second, cross = _pairs(tables[-1], size - len(tables[-1]["units"]), shared) if shared else (
        np.empty(0, np.int64), np.empty(0, np.int64), np.empty((0, 4, 4))
    )  # fmt: skip
    return Moves(
        whole["before"] > 0, whole["after"] > 0, whole["gone"] > 0, whole["band"], tuple(named[text] for text in texts),
        whole["na"], whole["nb"], whole["units"], np.stack([column(x) for x in _SUMS], axis=1), product,
        first, second, cross, unknown,
    )  # fmt: skip


def _pairs(kinds: Table, start: int, shared: Table) -> tuple[Ints, Ints, Floats]:
    """The two kinds of each row of ``shared``, by number, and its products."""

    def names(table: Table, text: str) -> list[tuple[Any, ...]]:
        facts = [_numbers(table, name).astype(np.int64).tolist() for name in _FACTS]
        return list(zip(*facts, _texts(table[text]), strict=True))

    number = {name: start + k for k, name in enumerate(names(kinds, "s"))}
    cross = np.stack([np.stack([_numbers(shared, f"{x}_{y}") for y in _SUMS], axis=1) for x in _SUMS], axis=1)
    first, second = (np.array([number[name] for name in names(shared, text)], np.int64) for text in ("s", "s2"))
    return first, second, cross


def _numbers(table: Table, name: str) -> Floats:
    return np.array([np.nan if x is None else float(x) for x in table[name]])


def _texts(values: Any) -> list[str]:
    column = coded(values)
    return [str(column.levels[code]) for code in column.codes.tolist()]
