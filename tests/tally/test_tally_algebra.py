"""The algebra of tallies: what is counted does not depend on order, chunks or level of detail."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxkit as cx
from cxkit.tally import Tally

STABLE = settings(derandomize=True, deadline=None, max_examples=40)

# Weights are multiples of 1/8, so that sums are exact and equality is a fair question.
rows = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "é", None]),
        st.one_of(st.none(), st.integers(0, 10)),
        st.one_of(st.none(), st.integers(0, 64).map(lambda k: k / 8)),
    ),
    max_size=25,
)


def tally_of(data, *, weighted: bool = False) -> Tally:
    kept = [(g, a, w) for g, a, w in data if not weighted or w]
    return Tally.from_cells(
        ("g",),
        [(g,) for g, _, _ in kept],
        [a for _, a, _ in kept],
        [1] * len(kept),
        [w for *_, w in kept] if weighted else None,
        [w * w for *_, w in kept] if weighted else None,
        left_out=len(data) - len(kept),
    )


def counted(data, weighted: bool) -> Tally:
    """The same through a frame and the engine."""
    frame = pd.DataFrame(
        {
            "g": pd.Series([r[0] for r in data], dtype="str"),
            "a": pd.Series([r[1] for r in data], dtype="Int64"),
            "w": pd.Series([r[2] for r in data], dtype="float64"),
        }
    )
    from cxkit.tally import count_cells

    cells = count_cells(frame, answer="a", keys=["g"], weight="w" if weighted else None)
    answers = np.array([np.nan if a is None else a for a in cells.answer.levels], float)
    return Tally.from_coded(
        ("g",),
        cells.keys,
        answers[cells.answer.codes],
        cells.n,
        cells.w,
        cells.w2,
        left_out=cells.left_out,
    )


def filled(tally: Tally) -> dict:
    """The cells that hold answers; an engine keeps a group whose weights are all missing, with n = 0."""
    cells = zip(tally.group, tally.answer, tally.n, tally.w, tally.w2, strict=True)
    return {(tally.keys[g], str(a)): (int(n), w, w2) for g, a, n, w, w2 in cells if n}


@STABLE
@given(rows, st.booleans())
def test_the_engine_counts_what_python_counts(data, weighted):
    frame, python = counted(data, weighted), tally_of(data, weighted=weighted)
    assert filled(frame) == filled(python)
    assert frame.left_out == python.left_out


@STABLE
@given(rows, st.booleans(), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(data, weighted, random):
    shuffled = list(data)
    random.shuffle(shuffled)
    assert counted(shuffled, weighted) == counted(data, weighted)


@STABLE
@given(rows, rows, st.booleans())
def test_merge_is_commutative(first, second, weighted):
    a, b = tally_of(first, weighted=weighted), tally_of(second, weighted=weighted)
    assert a + b == b + a


@STABLE
@given(rows, rows, rows, st.booleans())
def test_merge_is_associative(first, second, third, weighted):
    a, b, c = (tally_of(part, weighted=weighted) for part in (first, second, third))
    assert (a + b) + c == a + (b + c)


@STABLE
@given(rows, rows, st.booleans())
def test_tally_of_a_union_is_the_merge_of_the_tallies(first, second, weighted):
    assert tally_of(first, weighted=weighted) + tally_of(second, weighted=weighted) == tally_of(
        [*first, *second], weighted=weighted
    )


@STABLE
@given(rows, st.booleans())
def test_an_empty_tally_is_neutral(data, weighted):
    tally = tally_of(data, weighted=weighted)
    assert tally + tally_of([], weighted=weighted) == tally


@STABLE
@given(rows, st.booleans())
def test_rollup_of_all_groups_is_the_total(data, weighted):
    tally = tally_of(data, weighted=weighted)
    whole = tally.rollup()
    assert whole.base == tally.base
    assert whole.missing == tally.missing
    assert whole.w.sum() == tally.w.sum()
    assert whole.left_out == tally.left_out
    assert len(whole) <= 1


@STABLE
@given(rows)
def test_groups_split_and_partition_the_base(data):
    tally = tally_of(data)
    assert sum(one.base for one in tally.split()) == tally.base
    assert sum(one.missing for one in tally.split()) == tally.missing
    assert tally.base + tally.missing == len(data)


def test_tallies_of_unlike_rows_do_not_merge():
    plain = Tally.from_counts({10: 1})
    grouped = Tally.from_counts({"A": {10: 1}}, by="g")
    with pytest.raises(cx.UsageError, match="do not merge") as caught:
        plain + grouped
    assert "same by=" in caught.value.hint
    weighted = Tally.from_cells((), [()], [10], [1], [2.0], [4.0])
    with pytest.raises(cx.UsageError, match="weighted"):
        plain + weighted
    with pytest.raises(TypeError):
        plain + 1


def test_counts_share_mean_and_frame():
    tally = Tally.from_counts({"B": {10: 2, None: 1}, "A": {3: 1, 10: 1}}, by="g")
    assert tally.counts() == {3: 1, 10: 3, None: 1}
    assert list(tally.counts()) == [3, 10, None]
    assert tally.base == 4
    assert tally.missing == 1
    assert tally.share(lambda a: a >= 9) == 0.75
    assert tally.mean() == 33 / 4
    frame = tally.to_frame()
    assert list(frame.columns) == ["g", "answer", "n", "w", "w2"]
    assert frame["g"].tolist() == ["A", "A", "B", "B"]
    assert np.isnan(frame["answer"].iloc[-1])


def test_a_tally_cannot_be_changed():
    tally = Tally.from_counts({10: 2})
    with pytest.raises(AttributeError):
        tally.left_out = 3
    with pytest.raises(ValueError, match="read-only"):
        tally.n[0] = 5


def test_tallies_are_equal_by_content_and_not_hashable():
    assert Tally.from_counts({10: 2, 3: 1}) == Tally.from_counts({3: 1, 10: 2})
    assert Tally.from_counts({10: 2}) != Tally.from_counts({10: 3})
    assert Tally.from_counts({10: 2}) != "something else"
    with pytest.raises(TypeError, match="unhashable"):
        hash(Tally.from_counts({10: 2}))


@pytest.mark.parametrize("bad", [{10: -1}, {10: 0.5}, {10: float("nan")}])
def test_published_counts_must_be_whole(bad):
    with pytest.raises(cx.UsageError, match="whole numbers") as caught:
        Tally.from_counts(bad)
    assert "not shares" in caught.value.hint


def test_unknown_groupings_and_groups_are_named():
    tally = Tally.from_counts({"Web": {10: 1}}, by="channel")
    with pytest.raises(cx.UnknownNameError, match="chanel") as caught:
        tally.rollup("chanel")
    assert "did you mean 'channel'" in caught.value.hint
    with pytest.raises(cx.UnknownNameError, match="no group"):
        tally.only(("Shop",))


def test_keys_of_mixed_kinds_sort_with_missing_last():
    tally = Tally.from_cells(("g",), [("b",), (None,), (2,), ("a",), (1.5,)], [10] * 5, [1] * 5)
    assert tally.keys == ((1.5,), (2,), ("a",), ("b",), (None,))


def test_an_engine_that_is_not_asked_for_is_not_imported():
    import subprocess
    import sys

    code = (
        "import sys, pandas as pd, cxkit as cx\n"
        "cx.nps(pd.DataFrame({'nps': [10, 9, 0]}))\n"
        "loaded = {'polars', 'duckdb', 'pyspark', 'dask', 'ibis'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
