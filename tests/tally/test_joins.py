"""One join on every engine against a plain loop, and what no join may do: add rows, move rows, change scores."""

from __future__ import annotations

import datetime as dt
import math
import warnings

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxkit as cx
from cxkit.study.linking import link

DAY = dt.datetime
ANSWERS = (
    # id, day, nps
    (1, DAY(2026, 1, 10), 9),
    (2, DAY(2026, 2, 1), 3),
    (1, DAY(2026, 3, 1), 10),
    (3, DAY(2026, 1, 5), 7),
    (4, None, 8),
    (9, DAY(2026, 1, 5), 0),
)
EVENTS = (
    # id, day, amount, gone, kind
    (1, DAY(2026, 1, 10), 20.0, "no", "web"),
    (1, DAY(2026, 1, 9), 5.0, "no", "shop"),
    (1, DAY(2026, 2, 28), None, "yes", "web"),
    (1, DAY(2026, 4, 10), -7.0, "no", "shop"),
    (2, DAY(2025, 1, 1), 3.0, "no", "web"),
    (3, None, 4.0, "no", "web"),
    (3, DAY(2026, 2, 4), 8.0, "yes", "shop"),
    (4, DAY(2026, 1, 1), 1.0, "no", "web"),
    (77, DAY(2026, 1, 5), 100.0, "yes", "web"),
)


def answers_frame(rows=ANSWERS) -> pd.DataFrame:
    ids, days, scores = zip(*rows, strict=True)
    return pd.DataFrame(
        {"id": list(ids), "day": pd.Series(pd.to_datetime(list(days))).astype("datetime64[us]"), "nps": list(scores)}
    )


def events_frame(rows=EVENTS) -> pd.DataFrame:
    ids, days, amounts, gone, kinds = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "customer": list(ids), "at": pd.Series(pd.to_datetime(list(days))).astype("datetime64[us]"),
            "amount": pd.Series(amounts, dtype="float64"), "gone": list(gone), "kind": list(kinds),
        }
    )  # fmt: skip


def as_polars(frame, _):
    import polars as pl

    return pl.from_pandas(frame)


def as_arrow(frame, _):
    import pyarrow as pa

    return pa.Table.from_pandas(frame, preserve_index=False)


def as_dask(frame, _):
    import dask.dataframe as dd

    return dd.from_pandas(frame, npartitions=2)


def as_ibis(frame, _):
    import ibis

    return ibis.memtable(as_arrow(frame, None))


def as_spark(frame, request):
    return request.getfixturevalue("spark").createDataFrame(as_arrow(frame, None))


ENGINES = {
    "pandas": lambda frame, _: frame,
    "pandas_nullable": lambda frame, _: frame.convert_dtypes(),
    "pandas_pyarrow": lambda frame, _: frame.convert_dtypes(dtype_backend="pyarrow"),
    "pandas_object": lambda frame, _: frame.astype(object).where(frame.notna(), None),
    "polars": as_polars,
    "polars_lazy": lambda frame, _: as_polars(frame, _).lazy(),
    "pyarrow": as_arrow,
    "duckdb": lambda frame, _: duckdb.connect().from_df(frame),
}
FAR = {"dask": as_dask, "ibis": as_ibis, "spark": as_spark}


def in_order(frame) -> dict[str, list]:
    """The columns as Python's own values, in the frame's order; None for every kind of missing."""
    if hasattr(frame, "fetchall"):
        names = frame.columns
        columns = dict(zip(names, zip(*frame.fetchall(), strict=True), strict=True))
    else:
        for name in ("toPandas", "compute", "collect", "to_pyarrow", "to_pandas"):
            if hasattr(frame, name) and not isinstance(frame, pd.DataFrame):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # of the engine, about pandas 3
                    frame = getattr(frame, name)()
        columns = {name: frame[name].tolist() for name in frame.columns}
    return {name: [_plain(x) for x in values] for name, values in columns.items()}


def _plain(x):
    if x is None or x is pd.NaT or x is pd.NA or (isinstance(x, float) and math.isnan(x)):
        return None
    return x


def expected(answers, events, start, end, rule, column) -> list:
    """One value an answer, by a plain loop."""
    known = {e[0] for e in events}
    out = []
    for id, day, _ in answers:
        if id not in known or id is None or day is None:
            out.append(None)
            continue
        held = [
            e for e in events
            if e[0] == id and e[1] is not None
            and (start is None or (e[1].date() - day.date()).days >= start)
            and (end is None or (e[1].date() - day.date()).days < end)
        ]  # fmt: skip
        values = [e[column] for e in held if e[column] is not None]
        out.append(
            {
                "sum": lambda v=values, h=held: sum(v) if v else (None if h else 0),
                "count": lambda v=values: len(v),
                "mean": lambda v=values: sum(v) / len(v) if v else None,
                "max": lambda v=values: max(v, default=None),
                "last": lambda h=held, c=column: max(
                    ((e[1], e[c]) for e in h if e[c] is not None), default=(None, None)
                )[1],
                "any": lambda v=values: int(any(x == "yes" for x in v)),
            }[rule]()
        )
    return out


ASKED = {"spent": (2, "sum"), "orders": (2, "count"), "basket": (2, "mean"), "most": (2, "max"), "left_us": (3, "any")}
SOURCES = {2: "amount", 3: "gone", 4: "kind"}


def linked(study, events, start, end, *, last=True):
    asked = ASKED | ({"channel_last": (4, "last")} if last else {})
    return link(
        study, events, on={"id": "customer"}, when="at", window=(start, end),
        rules={name: rule for name, (_, rule) in asked.items()},
        **{name: SOURCES[column] for name, (column, _) in asked.items()},
    ), asked  # fmt: skip


def study_of(frame) -> cx.Study:
    return cx.Study(frame, id="id", date="day", nps="nps", scale={"nps": (0, 10)}, guess=False)


PAIRS = [(a, b) for a in ENGINES for b in ENGINES if {a, b} & {"pandas", "duckdb"} or "polars_lazy" == a == b]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_every_two_local_engines_give_what_a_plain_loop_gives_in_the_same_order(ours, theirs):
    study = study_of(ENGINES[ours](answers_frame(), None))
    found, asked = linked(study, ENGINES[theirs](events_frame(), None), -30, 60)
    columns = in_order(found.data)
    assert columns["nps"] == [row[2] for row in ANSWERS]
    assert columns["id"] == [row[0] for row in ANSWERS]
    for name, (column, rule) in asked.items():
        assert columns[name] == expected(ANSWERS, EVENTS, -30, 60, rule, column), name
    assert type(found.data) is type(study.data)


@pytest.mark.parametrize("engine", ["dask", "ibis", pytest.param("spark", marks=pytest.mark.spark)])
def test_frames_elsewhere_are_joined_where_they_live(engine, request):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours, theirs = (FAR[engine](f, request) for f in (answers_frame(), events_frame()))
    found, asked = linked(study_of(ours), theirs, -30, 60, last=False)
    columns = in_order(found.data)
    place = [columns["nps"].index(row[2]) for row in ANSWERS]  # engines without an order of rows
    for name, (column, rule) in asked.items():
        assert [columns[name][i] for i in place] == expected(ANSWERS, EVENTS, -30, 60, rule, column), name
    local, _ = linked(study_of(answers_frame()), events_frame(), -30, 60, last=False)
    one, other = found.links[-1], local.links[-1]
    for fact in ("answers", "matched", "dateless", "customers", "customers_matched", "rows", "rows_matched",
                 "rows_outside", "rows_dateless", "repeated"):  # fmt: skip
        assert getattr(one, fact) == getattr(other, fact), fact
    assert found.nps().estimate == study_of(answers_frame()).nps().estimate


def test_engines_that_cannot_meet_are_refused_with_a_way_out(request):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        far = as_dask(answers_frame(), None)
    with pytest.raises(cx.OptionError, match="held by dask and the data by pandas") as caught:
        linked(study_of(far), events_frame(), 0, 30, last=False)
    assert "pandas frame" in caught.value.hint
    with pytest.raises(cx.OptionError, match="'last' is not known on dask"):
        linked(study_of(far), as_dask(events_frame(), None), 0, 30)


def test_every_row_of_the_data_is_accounted_for():
    found, _ = linked(study_of(answers_frame()), events_frame(), -30, 60)
    report = found.links[-1]
    assert (report.answers, report.matched, report.unmatched, report.dateless) == (6, 4, 2, 1)
    assert (report.customers, report.customers_matched) == (4, 3)  # of those with a dated answer
    # 1 has four rows, 2 has one, 3 has two; 4 answered without a date, 77 never.
    assert (report.rows, report.rows_matched, report.rows_unmatched, report.rows_dateless) == (9, 7, 2, 1)
    # Outside: the order of 2; of 1 all lie in the window of one answer or the other.
    assert report.rows_outside == 1
    assert report.repeated == 2
    spent = report.columns[0]
    assert (spent.total, spent.covered, spent.negative, spent.empty) == (134.0, 33.0, 1, 1)
    assert spent.coverage == pytest.approx(100 * 33 / 134)


def test_an_event_in_the_windows_of_two_answers_counts_for_both_and_once_as_a_row():
    answers = ((1, DAY(2026, 1, 1), 9), (1, DAY(2026, 1, 2), 8))
    events = tuple((1, DAY(2026, 1, d), 1.0, "no", "web") for d in (1, 2, 3, 9))
    found, _ = linked(study_of(answers_frame(answers)), events_frame(events), 0, 3)
    assert found.data["orders"].tolist() == [3, 2]
    assert found.links[-1].rows_outside == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_a_join_changes_neither_rows_nor_order_nor_scores_nor_weights(engine):
    rows = [(i % 7 if i % 5 else None, DAY(2026, 1, 1 + i % 28), i % 11) for i in range(60)]
    frame = answers_frame(rows).assign(w=[0.5 + i % 3 for i in range(60)], seg=["AB"[i % 2] for i in range(60)])
    made = frame if engine == "pandas_object" else ENGINES[engine](frame, None)  # weights are never objects
    study = cx.Study(made, id="id", date="day", nps="nps", weight="w", by="seg", guess=False)
    found = link(study, events_frame(), on={"id": "customer"}, revenue="amount")
    before, after = study.nps(by="seg"), found.nps(by="seg")
    assert (after.estimate, after.low, after.n, after.n_eff) == (before.estimate, before.low, before.n, before.n_eff)
    one, other = in_order(study.data), in_order(found.data)
    assert {name: other[name] for name in one} == one
    assert found.rows == study.rows == 60
    assert found.filter(seg="A").nps().estimate == study.filter(seg="A").nps().estimate


_ids = st.one_of(st.none(), st.integers(1, 6))
_days = st.one_of(st.none(), st.integers(0, 40).map(lambda d: DAY(2026, 1, 1) + dt.timedelta(days=d)))


@settings(max_examples=40, deadline=None)
@given(
    answers=st.lists(st.tuples(_ids, _days, st.integers(0, 10)), min_size=1, max_size=12),
    events=st.lists(st.tuples(_ids, _days, st.integers(-3, 9).map(float), st.sampled_from(["yes", "no"]),
                              st.sampled_from("ab")), min_size=1, max_size=15),
    window=st.tuples(st.one_of(st.none(), st.integers(-9, 5)), st.one_of(st.none(), st.integers(6, 20))),
    engine=st.sampled_from(["pandas", "duckdb", "polars_lazy"]),
)  # fmt: skip
def test_any_answers_and_events_give_what_a_plain_loop_gives(answers, events, window, engine):
    answers = [*answers, (1, DAY(2026, 1, 9), 5)]
    events = [*events, (1, DAY(2026, 1, 9), 2.0, "no", "a")]
    frame = answers_frame(answers).astype({"id": "Int64"})
    data = events_frame(events).astype({"customer": "Int64"})
    study = study_of(ENGINES[engine](frame, None))
    found, asked = linked(study, data, *window)
    columns = in_order(found.data)
    for name, (column, rule) in asked.items():
        assert columns[name] == expected(answers, events, *window, rule, column), name
    report = found.links[-1]
    assert columns["nps"] == [row[2] for row in answers]
    assert report.matched + report.unmatched == len(answers) == found.rows
    assert report.rows_matched + report.rows_unmatched + report.rows_nameless == len(events)
    inside = {
        i for i, e in enumerate(events) for id, day, _ in answers
        if None not in (id, day, e[1]) and id == e[0]
        and (window[0] is None or (e[1] - day).days >= window[0]) and (window[1] is None or (e[1] - day).days < window[1])
    }  # fmt: skip
    dated = {id for id, day, _ in answers if None not in (id, day)}
    ours = [i for i, e in enumerate(events) if e[0] in dated]
    assert report.rows_matched == len(ours)
    assert report.rows_outside == len([i for i in ours if i not in inside and events[i][1] is not None])


def test_files_are_joined_where_duckdb_reads_them_and_rows_never_reach_python(tmp_path, monkeypatch):
    orders, answers = tmp_path / "orders.parquet", tmp_path / "answers.parquet"
    duckdb.sql("SELECT range % 5000 AS id, DATE '2026-01-01' + (range % 90)::INT AS at, 1.5 AS amount "
               "FROM range(200000)").write_parquet(str(orders))  # fmt: skip
    duckdb.sql("SELECT range AS id, DATE '2026-02-01' AS day, range % 11 AS nps FROM range(4000)").write_parquet(
        str(answers)
    )
    study = cx.Study(answers, id="id", date="day", nps="nps")
    handed: list[int] = []
    fetch = duckdb.DuckDBPyRelation.fetchall

    def counted(relation, *args, **kwargs):
        rows = fetch(relation, *args, **kwargs)
        handed.append(len(rows))
        return rows

    monkeypatch.setattr(duckdb.DuckDBPyRelation, "fetchall", counted)
    for name in ("fetchnumpy", "df", "pl", "to_arrow_table"):
        monkeypatch.setattr(duckdb.DuckDBPyRelation, name, _never)
    found = link(study, orders, when="at", window=(0, 30), revenue="amount")
    assert max(handed) <= 2
    monkeypatch.undo()
    assert isinstance(found.data, duckdb.DuckDBPyRelation)
    total = duckdb.sql(
        f"SELECT sum(amount) FROM '{orders}' WHERE id < 4000 AND \"at\" BETWEEN '2026-02-01' AND '2026-03-02'"
    )
    assert found.data.aggregate("sum(revenue)").fetchall() == total.fetchall()
    assert found.rows == 4000


def _never(*_args, **_kwargs):
    raise AssertionError("rows were handed to Python")


def test_a_database_opened_for_reading_only_stays_as_it_was(tmp_path):
    place = str(tmp_path / "base.duckdb")
    with duckdb.connect(place) as base:
        frame, data = answers_frame(), events_frame()
        base.execute("CREATE TABLE answers AS SELECT * FROM frame")
        base.execute("CREATE TABLE events AS SELECT * FROM data")
    assert len(frame)
    assert len(data)
    with duckdb.connect(place, read_only=True) as base:
        study = study_of(base.table("answers"))
        found, asked = linked(study, base.table("events"), -30, 60)
        columns = in_order(found.data)
        assert columns["spent"] == expected(ANSWERS, EVENTS, -30, 60, *reversed(asked["spent"]))
        views = base.execute("SELECT count(*) FROM duckdb_views() WHERE NOT internal").fetchone()
        assert views == (0,)
    with duckdb.connect(place) as base:
        assert sorted(base.execute("SHOW TABLES").fetchall()) == [("answers",), ("events",)]
