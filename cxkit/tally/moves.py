"""Who answered before, after or both times: cross-sums per kind of respondent, made by the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.tally.clusters import Valuation, one_of
from cxkit.tally.coding import coded
from cxkit.tally.engine import chosen_columns, collected, plain

__all__ = ["Moves", "count_leaving", "count_moves"]

Floats = NDArray[np.float64]

#: Sums of a respondent: weight and weighted value before, weight and weighted value after.
_SUMS = ("wa", "ta", "wb", "tb")


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """Kinds of respondents (rows without an id are respondents of one answer).

    Attributes
    ----------
    before, after : (K,) bool
        Whether this kind answered before, after.
    gone : (K,) bool
        Whether it is known to have left.
    band : (K,) int
        Which of the bands its mean value before is nearest to; -1 where it did not answer before.
    segment_before, segment_after : tuple of str or None
        Its segment; None where missing or not asked for.
    n_before, n_after : (K,) int
        Answers.
    units : (K,) int
        Respondents.
    total : (K, 4) float
        Sums of weight and of weight times (value - centre), before and after.
    product : (K, 4, 4) float
        Sums over respondents of products of these.
    unknown : int
        Answers of respondents without an id.
    """

    before: NDArray[np.bool_]
    after: NDArray[np.bool_]
    gone: NDArray[np.bool_]
    band: NDArray[np.int64]
    segment_before: tuple[Any, ...]
    segment_after: tuple[Any, ...]
    n_before: NDArray[np.int64]
    n_after: NDArray[np.int64]
    units: NDArray[np.int64]
    total: Floats
    product: Floats
    unknown: int


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
    a, b = _answers(nw, before, left=left, **options), _answers(nw, after, left=None, **options)
    lone_a = _lone(nw, a, "a").with_columns(wb=nw.lit(0.0), tb=nw.lit(0.0), nb=nw.lit(0), sb=nw.lit(None, nw.String))
    lone_b = _lone(nw, b, "b").with_columns(
        wa=nw.lit(0.0), ta=nw.lit(0.0), na=nw.lit(0), sa=nw.lit(None, nw.String), gone=nw.lit(0)
    )
    tables = [_kinds(nw, lone_a, value, bands), _kinds(nw, lone_b, value, bands)]
    unknown = int(sum(np.asarray(t["na"], float).sum() + np.asarray(t["nb"], float).sum() for t in tables))
    if respondent is not None:
        matched = _matched(nw, a, b)
        tables.append(_kinds(nw, matched, value, bands))
    return _moves([t for t in tables if len(t["units"])], unknown if respondent is not None else 0)


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

    rows = _answers(nw, frame, answer=answer, value=value, respondent=None, segment=(), weight=weight, left=left)
    stays = 1 - nw.col("gone")
    people = rows.with_columns(
        wa=nw.col("w"), ta=nw.col("t"), na=nw.lit(1), sa=nw.col("s"), sb=nw.col("s"),
        wb=nw.col("w") * stays, tb=nw.col("t") * stays, nb=stays,
    )  # fmt: skip
    return _moves([_kinds(nw, people, value, bands)], 0)


def _answers(nw: Any, frame: Any, *, answer: str, value: Valuation, respondent: str | None, segment: Sequence[str],
             weight: str | None, left: tuple[str, Sequence[Any]] | None) -> Any:  # fmt: skip
    """One row an answer: respondent ``c``, weight, weighted value, segment, gone."""
    keys = [*segment, *([left[0]] if left is not None else [])]
    lazy, names = chosen_columns(frame, answer=answer, keys=keys, weight=weight, cluster=respondent)
    lazy = lazy.with_columns(v=value.expression(nw))
    parts = [nw.col(name).cast(nw.String).fill_null("\x00") for name in names[: len(segment)]]
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
    return lazy.select("c", "w", "t", "s", "gone")


def _lone(nw: Any, answers: Any, side: str) -> Any:
    """Answers without a respondent, each a respondent of its own."""
    rows = answers.filter(nw.col("c").is_null())
    new = {"w": f"w{side}", "t": f"t{side}", "s": f"s{side}"}
    return rows.rename(new).drop("c", *(["gone"] if side == "b" else [])).with_columns(**{f"n{side}": nw.lit(1)})


def _matched(nw: Any, a: Any, b: Any) -> Any:
    """One row a respondent of either time."""

    def people(rows: Any, side: str) -> Any:
        held = rows.filter(~nw.col("c").is_null()).group_by("c")
        sums = [nw.col("w").sum().alias(f"w{side}"), nw.col("t").sum().alias(f"t{side}"),
                nw.len().alias(f"n{side}"), nw.col("s").min().alias(f"s{side}")]  # fmt: skip
        return held.agg(*sums, *([nw.col("gone").max().alias("gone")] if side == "a" else []))

    one, other = people(a, "a"), people(b, "b")
    # Three joins that every engine has, in the place of a full one.
    both = one.join(other, on="c", how="inner")
    only_a = one.join(other, on="c", how="anti").with_columns(
        wb=nw.lit(0.0), tb=nw.lit(0.0), nb=nw.lit(0), sb=nw.lit(None, nw.String)
    )
    only_b = other.join(one, on="c", how="anti").with_columns(
        wa=nw.lit(0.0), ta=nw.lit(0.0), na=nw.lit(0), sa=nw.lit(None, nw.String), gone=nw.lit(0)
    )
    order = ["wa", "ta", "na", "sa", "gone", "wb", "tb", "nb", "sb"]
    whole = [part.select(*(_typed(nw, name) for name in order)) for part in (both, only_a, only_b)]
    return nw.concat(whole, how="vertical")


def _typed(nw: Any, name: str) -> Any:
    kind = nw.String if name.startswith("s") else nw.Int64 if name in ("na", "nb", "gone") else nw.Float64
    return nw.col(name).cast(kind)


def _kinds(nw: Any, people: Any, value: Valuation, bands: Sequence[float]) -> dict[str, Any]:
    """Sums and cross-sums of each kind of respondent."""
    mean = nw.col("ta") / nw.col("wa")
    band = nw.lit(len(bands) - 1)
    for i in range(len(bands) - 2, -1, -1):
        between = (bands[i] + bands[i + 1]) / 2 - value.centre
        band = nw.when(mean <= between).then(nw.lit(i)).otherwise(band)
    people = people.with_columns(band=nw.when(nw.col("na") > 0).then(band).otherwise(nw.lit(-1)))
    people = people.with_columns(
        before=nw.when(nw.col("na") > 0).then(nw.lit(1)).otherwise(nw.lit(0)),
        after=nw.when(nw.col("nb") > 0).then(nw.lit(1)).otherwise(nw.lit(0)),
        **{f"{x}_{y}": nw.col(x) * nw.col(y) for i, x in enumerate(_SUMS) for y in _SUMS[i:]},
    )
    names = [*_SUMS, "na", "nb", *(f"{x}_{y}" for i, x in enumerate(_SUMS) for y in _SUMS[i:])]
    totals = [nw.col(name).sum().alias(name) for name in names] + [nw.len().alias("units")]
    return collected(people.group_by("before", "after", "gone", "band", "sa", "sb").agg(*totals))


def _moves(tables: list[dict[str, Any]], unknown: int) -> Moves:
    def column(name: str) -> Floats:
        parts = [np.array([np.nan if x is None else float(x) for x in t[name]]) for t in tables]
        return np.concatenate(parts) if parts else np.empty(0)

    def texts(name: str) -> tuple[Any, ...]:
        return tuple(_segment(plain(x)) for t in tables for x in coded_values(t[name]))

    size = len(column("units"))
    product = np.empty((size, 4, 4))
    for i, x in enumerate(_SUMS):
        for j, y in enumerate(_SUMS[i:], i):
            product[:, i, j] = product[:, j, i] = column(f"{x}_{y}")
    whole = {name: column(name).astype(np.int64) for name in ("before", "after", "gone", "band", "na", "nb", "units")}
    total = np.stack([column(x) for x in _SUMS], axis=1) if size else np.empty((0, 4))
    return Moves(
        whole["before"] > 0, whole["after"] > 0, whole["gone"] > 0, whole["band"], texts("sa"), texts("sb"),
        whole["na"], whole["nb"], whole["units"], total, product, unknown,
    )  # fmt: skip


def coded_values(values: Any) -> list[Any]:
    """The values of an engine's column as Python's own."""
    column = coded(values)
    return [column.levels[code] for code in column.codes.tolist()]


def _segment(text: str | None) -> Any:
    """A segment as a tuple of its parts; None where it was not asked."""
    return None if text is None else tuple(None if part == "\x00" else part for part in text.split("\x1f"))
