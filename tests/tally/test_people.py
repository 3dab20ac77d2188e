"""One row a customer: the same last answers from every engine, with the rules said in the module."""

from __future__ import annotations

import datetime as dt
import warnings

import numpy as np
import pandas as pd
import pytest

from cxkit.errors import RoleError
from cxkit.tally.clusters import Valuation
from cxkit.tally.people import Numbered, Wanted, people_of

# customer, day, answer, spend, segment, weight, account
ROWS = (
    ("a", dt.datetime(2026, 1, 5), 3, 100.0, "N", 1.5, "x"),
    ("a", dt.datetime(2026, 3, 1, 9), 9, 100.0, "N", 1.0, "x"),
    ("a", dt.datetime(2026, 4, 1), None, 100.0, "N", 1.0, "x"),  # the later one says nothing
    ("b", dt.datetime(2026, 2, 1), 10, 50.0, "S", 2.0, "x"),
    ("b", dt.datetime(2026, 2, 1), 6, 50.0, "S", 2.0, "x"),  # the same time: the lowest counts
    ("c", None, 2, 10.0, "S", 1.0, "y"),
    ("c", dt.datetime(2026, 1, 1), 8, 20.0, None, 1.0, "y"),  # what has a date comes after what has none
    ("d", None, 5, -7.0, "N", 1.0, "y"),
    (None, dt.datetime(2026, 1, 9), 7, None, "N", 1.0, None),
    (None, dt.datetime(2026, 1, 9), 1, 30.0, "S", 1.0, None),
    ("e", dt.datetime(2026, 1, 9), 4, 40.0, "N", None, "z"),  # no weight
)
NAMES = ("who", "day", "answer", "spend", "segment", "weight", "account")
#: (answer, spend, segment, weight) of each customer.
EXPECTED = {
    (9.0, 100.0, "N", 1.0), (6.0, 50.0, "S", 2.0), (8.0, 20.0, None, 1.0), (5.0, -7.0, "N", 1.0),
    (7.0, None, "N", 1.0), (1.0, 30.0, "S", 1.0),
}  # fmt: skip


def base() -> pd.DataFrame:
    frame = pd.DataFrame(ROWS, columns=list(NAMES))
    kinds = {
        "who": "str",
        "segment": "str",
        "account": "str",
        "answer": "float64",
        "spend": "float64",
        "weight": "float64",
    }
    return frame.astype(kinds).assign(day=pd.to_datetime(frame["day"]).astype("datetime64[us]"))


def arrow():
    import pyarrow as pa

    columns = dict(zip(NAMES, (list(c) for c in zip(*ROWS, strict=True)), strict=True))
    kinds = {"day": pa.timestamp("us"), "answer": pa.int64(), "spend": pa.float64(), "weight": pa.float64()}
    return pa.table({name: pa.array(values, kinds.get(name, pa.string())) for name, values in columns.items()})


def pandas_object(_):
    frame = base().astype({"who": object, "segment": object})
    return frame.where(frame.notna(), None).astype({"answer": float, "spend": float, "weight": float})


def pandas_category(_):
    return base().astype({"who": "category", "segment": "category"})


def pandas_nullable(_):
    return base().convert_dtypes()


def polars_eager(_):
    import polars as pl

    return pl.DataFrame(arrow())


def duckdb_relation(_):
    import duckdb

    return duckdb.connect().from_arrow(arrow())


def dask_frame(_):
    import dask.dataframe as dd

    return dd.from_pandas(base(), npartitions=3)


def ibis_memtable(_):
    import ibis

    return ibis.memtable(arrow())


def spark_frame(request):
    return request.getfixturevalue("spark").createDataFrame(arrow())


ENGINES = (
    lambda _: base(), pandas_object, pandas_category, pandas_nullable, polars_eager, lambda r: polars_eager(r).lazy(),
    lambda _: arrow(), duckdb_relation, dask_frame, ibis_memtable, pytest.param(spark_frame, marks=pytest.mark.spark),
)  # fmt: skip
IDS = (
    "pandas",
    "object",
    "category",
    "nullable",
    "polars",
    "polars_lazy",
    "pyarrow",
    "duckdb",
    "dask",
    "ibis",
    "spark",
)


@pytest.fixture(params=ENGINES, ids=IDS)
def frame(request):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of making the frame, not of reading it
        return request.param(request)


def wanted(**roles) -> Wanted:
    roles = {"id": "who", "date": "day", "weight": "weight", **roles}
    return Wanted(Numbered("answer"), (Numbered("spend"),), ("segment",), **roles)


def listed(people) -> list[tuple]:
    spend = [None if np.isnan(x) else x for x in people.numbers[:, 0].tolist()]
    segment = [people.labels[0].levels[c] for c in people.labels[0].codes.tolist()]
    return list(zip(people.answer.tolist(), spend, segment, people.weight.tolist(), strict=True))


def test_the_last_answer_of_each_customer_on_every_engine(frame):
    people = people_of(frame, wanted())
    found = listed(people)
    assert len(found) == len(EXPECTED)
    assert set(found) == EXPECTED
    counts = (people.rows, people.unanswered, people.unweighted, people.anonymous, people.repeated, people.earlier,
              people.tied, people.varying)  # fmt: skip
    assert counts == (11, 1, 1, 2, 3, 3, 1, 1)
    assert people.cluster is None


def test_every_answer_with_its_customer_as_cluster_on_every_engine(frame):
    people = people_of(frame, wanted(each=True))
    assert len(people) == 9
    sizes = sorted(np.bincount(people.cluster).tolist())
    assert sizes == [1, 1, 1, 2, 2, 2]


def test_accounts_are_clusters_and_rows_without_one_stand_alone(frame):
    people = people_of(frame, wanted(cluster="account"))
    assert sorted(np.bincount(people.cluster).tolist()) == [1, 1, 2, 2]


def test_several_answers_and_no_date_are_refused():
    with pytest.raises(RoleError, match="3 customers answered several times") as caught:
        people_of(base(), wanted(date=None))
    assert "answer='each'" in caught.value.hint


def test_without_an_id_every_row_is_a_customer():
    people = people_of(base(), wanted(id=None, date=None, weight=None))
    assert (len(people), people.anonymous, people.weight) == (10, 0, None)


def test_one_row_a_customer_needs_no_date():
    frame = base().drop_duplicates("who").dropna(subset=["who"])
    assert sorted(people_of(frame, wanted(date=None, weight=None)).answer.tolist()) == [2.0, 3.0, 4.0, 5.0, 10.0]


def test_the_order_of_the_rows_does_not_matter():
    rng = np.random.default_rng(4)
    for _ in range(5):
        shuffled = base().iloc[rng.permutation(len(ROWS))]
        assert set(listed(people_of(shuffled, wanted()))) == EXPECTED


def test_answers_are_valued_before_the_last_one_is_taken():
    """A code for "no answer" is no last answer."""
    value = Valuation({9.0: (9,), 6.0: (6,), 3.0: (3,)})
    asked = Wanted(Numbered("answer", value), id="who", date="day")
    people = people_of(base()[lambda f: f["who"].isin(["a", "b"])], asked)
    assert sorted(people.answer.tolist()) == [6.0, 9.0]
    assert people.unanswered == 2


def test_tied_rows_that_differ_only_in_behaviour_give_one_customer_on_any_order():
    day = dt.datetime(2026, 1, 1)
    frame = pd.DataFrame({"who": ["a"] * 3, "day": [day] * 3, "answer": [4, 4, 9], "spend": [30.0, 20.0, 10.0]})
    asked = Wanted(Numbered("answer"), (Numbered("spend"),), id="who", date="day")
    for order in ([0, 1, 2], [1, 0, 2], [2, 1, 0]):
        people = people_of(frame.iloc[order], asked)
        assert (people.answer.tolist(), people.numbers.tolist(), people.tied) == ([4.0], [[20.0]], 1)


def test_nobody_answered():
    frame = base().assign(answer=np.nan)
    people = people_of(frame, wanted())
    assert (len(people), people.unanswered) == (0, 11)


def test_a_large_frame_counted_by_the_database_says_the_same():
    rng = np.random.default_rng(5)
    n = 210_000
    frame = pd.DataFrame({
        "who": rng.integers(0, 90_000, n), "day": np.datetime64("2026-01-01", "us") + rng.integers(0, 40, n).astype("m8[D]"),
        "answer": rng.integers(0, 11, n), "spend": rng.normal(size=n),
    })  # fmt: skip
    people = people_of(frame, Wanted(Numbered("answer"), (Numbered("spend"),), id="who", date="day"))
    sort = frame.sort_values(["who", "day", "answer", "spend"], ascending=[True, False, True, True])
    last = sort.drop_duplicates("who")
    assert len(people) == len(last)
    assert people.answer.sum() == last["answer"].sum()
    assert people.numbers.sum() == pytest.approx(last["spend"].sum(), rel=1e-9)
    assert people.earlier == n - len(last)
