"""Linking tables that hold everything, currencies, slips of the pen, windows that are not over, filtered studies."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.study.linking import link
from cxkit.study.linking.misspelt import role_meant


@pytest.fixture
def answers() -> pd.DataFrame:
    days = ["2026-01-10", "2026-01-11", "2026-01-12", "2026-03-01", None]
    return pd.DataFrame({"id": [1.0, 2.0, 3.0, np.nan, 4.0], "nps": [9, 3, 10, 5, 8], "day": pd.to_datetime(days)})


@pytest.fixture
def study(answers) -> cx.Study:
    return cx.Study(answers, id="id", date="day", nps="nps", guess=False)


@pytest.fixture
def orders() -> pd.DataFrame:
    days = pd.to_datetime(["2026-01-01", "2026-01-15", "2026-04-01", "2026-01-20"])
    return pd.DataFrame({"id": [1.0, 1.0, 3.0, 8.0], "amount": [20.0, 5.0, 8.0, 1.0], "d": days})


ENGINES = ["pandas", "polars", "polars_lazy", "pyarrow", "duckdb"]


def held(frame: pd.DataFrame, engine: str):
    if engine == "pandas":
        return frame
    if engine == "duckdb":
        import duckdb

        return duckdb.connect().from_df(frame)
    pl = pytest.importorskip("polars")
    found = pl.from_pandas(frame)
    return found.to_arrow() if engine == "pyarrow" else found.lazy() if engine == "polars_lazy" else found


def values(study: cx.Study, column: str) -> list[float | None]:
    import narwhals.stable.v2 as nw

    native = nw.from_native(study.data).lazy().collect("pandas").to_native()
    return [None if x is None or x != x else float(x) for x in native[column]]


# Ids that the data do not have --------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_a_complete_table_counts_0_for_ids_that_it_does_not_have(answers, orders, engine):
    study = cx.Study(held(answers, engine), id="id", date="day", nps="nps", guess=False)
    assert values(link(study, held(orders, engine), revenue="amount"), "revenue") == [25, None, 8, None, None]
    found = link(study, held(orders, engine), revenue="amount", absent=0)
    assert values(found, "revenue") == [25, 0, 8, None, 0]
    assert found.links[-1].columns[0].absent == 2
    assert found.links[-1].columns[0].filled == 4
    dated = link(study, held(orders, engine), revenue="amount", when="d", window=(0, 30), absent=0)
    # Without a date an answer has no window, and without an id it is nobody's.
    assert values(dated, "revenue") == [5, 0, 0, None, None]


def test_absent_by_column_leaves_the_others_null_and_is_said(study, orders):
    rules = {"orders": "count", "basket": "mean"}
    found = link(study, orders, rules=rules, revenue="amount", orders="d", basket="amount", absent={"orders": 0})
    assert [values(found, c)[1] for c in ("revenue", "orders", "basket")] == [None, 0, None]
    report = found.links[-1]
    assert "with 0 as orders as asked (absent=0): 2" in report.explain()
    assert "no value of revenue, basket: 3" in report.explain()
    assert "avec 0 comme orders" in report.explain("fr")
    assert any("absent=0" in remark for remark in found.remarks)
    assert "0 for an id that is not in the data" in report.grid().text()
    items = dict(zip(report.to_frame()["item"], report.to_frame()["estimate"], strict=True))
    assert (items["orders_absent"], items["orders_filled"], items["revenue_filled"]) == (2, 4, 2)
    assert "revenue_absent" not in items
    assert link(study, orders, revenue="amount").links[-1].columns[0].absent is None
    # Said for all, it is 0 for what can be 0.
    whole = link(study, orders, rules=rules, revenue="amount", orders="d", basket="amount", absent=0)
    assert [values(whole, c)[1] for c in ("revenue", "orders", "basket")] == [0, 0, None]


@pytest.mark.parametrize(
    ("absent", "said"),
    [(1, "absent= is 1"), (True, "absent= is True"), ("0", "absent= is '0'"), ({"revenu": 0}, "names 'revenu'"),
     ({"basket": 0}, "does not fit 'basket', by the rule 'mean'"), ({"revenue": None}, "absent= is")],
)  # fmt: skip
def test_absent_that_cannot_be(study, orders, absent, said):
    with pytest.raises(cx.OptionError, match=said) as caught:
        link(study, orders, revenue="amount", basket="amount", rules={"basket": "mean"}, absent=absent)
    assert caught.value.hint
    with pytest.raises(cx.OptionError, match="does not fit"):
        link(study, orders, basket="amount", rules={"basket": "mean"}, absent=0)


def test_a_mean_over_all_customers_needs_absent(study, orders):
    assert link(study, orders, revenue="amount").mean("revenue").value == pytest.approx(33 / 2)
    assert link(study, orders, revenue="amount", absent=0).mean("revenue").value == pytest.approx(33 / 4)


# Names that are nearly a role ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "role"),
    [("revenu", "revenue"), ("Revenue", "revenue"), ("revenues", "revenue"), ("revneue", "revenue"),
     ("contact", "contacts"), ("support-cost", "support_cost"), ("supportcost", "support_cost"), ("costs", "cost"),
     ("churnd", "churned"), ("revenue", ""), ("state", ""), ("season", ""), ("most", ""), ("rate", ""), ("lost", ""),
     ("revenue2", ""), ("town", ""), ("orders", ""), ("basket", ""), ("no", "")],
)  # fmt: skip
def test_a_role_is_meant_where_one_letter_is_wrong(name, role):
    assert role_meant(name) == role


def test_a_slip_of_the_pen_is_a_column_with_a_word(study, orders):
    once = orders.drop_duplicates("id")
    with pytest.warns(cx.DataWarning, match="did you mean the role 'revenue'"):
        found = link(study, once, revenu="amount")
    assert values(found, "revenu") == [20, None, 8, None, None]
    assert "revenue" not in found.roles
    assert any("did you mean the role 'revenue'" in remark for remark in found.remarks)
    assert "vouliez-vous dire le rôle 'revenue'" in found.links[-1].explain("fr")
    # A study that has the role means what it says.
    assert "mean" not in " ".join(link(link(study, once, revenue="amount"), once, revenues="amount").remarks)


def test_several_amounts_of_one_id_are_not_offered_their_largest(study, orders):
    with pytest.raises(cx.UsageError, match="1 id that answered has several values of 'amount'") as caught:
        link(study, orders, revenu="amount")
    assert "did you mean the role 'revenue'? revenue='amount'" in caught.value.hint
    assert "rules={'revenu': 'sum'}" in caught.value.hint
    assert "max" not in caught.value.hint
    with pytest.raises(cx.UsageError) as caught:
        link(study, orders, basket="amount")
    assert "rules={'basket': 'sum'}" in caught.value.hint
    assert "max" not in caught.value.hint


# Currencies and numbers that are none -------------------------------------------------------------


def test_one_currency_that_is_not_the_studys_is_refused(answers, orders):
    swiss = cx.Study(answers, id="id", nps="nps", currency="CHF", guess=False)
    with pytest.raises(cx.RoleError, match="'amount' is in EUR, by 'currency', and the study in CHF") as caught:
        link(swiss, orders.assign(currency="EUR"), revenue="amount")
    assert caught.value.code == "currency_mixed"
    assert "currency='EUR'" in caught.value.hint
    assert link(swiss, orders.assign(currency="chf"), revenue="amount").links[-1].matched == 2
    euros = cx.Study(answers, id="id", nps="nps", guess=False)
    assert link(euros, orders.assign(devise="€"), revenue="amount").links[-1].matched == 2
    with pytest.raises(cx.RoleError, match="is in USD, by 'devise', and the study in EUR"):
        link(euros, orders.assign(devise="USD"), revenue="amount")
    assert link(euros, orders.assign(devise="USD"), orders="amount", rules={"orders": "count"}).links[-1].matched == 2
    other = cx.Study(orders, id="id", revenue="amount", currency="CHF", guess=False)
    for name in ("revenue", "spend"):
        with pytest.raises(cx.RoleError, match="is in CHF, and the study in EUR"):
            link(euros, other, rules={name: "sum"}, **{name: "revenue"})


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", ["float64", "float32"])
def test_an_infinite_amount_is_refused_not_lost(study, orders, engine, kind):
    orders = orders.assign(amount=orders["amount"].replace(5.0, np.inf).astype(kind))
    with pytest.raises(cx.RoleError, match="'amount' is infinite in 1 row") as caught:
        link(study, held(orders, engine) if engine != "duckdb" else orders, revenue="amount")
    assert caught.value.hint
    missing = link(study, orders.replace(np.inf, np.nan), revenue="amount")
    assert values(missing, "revenue")[0] == 20


# Windows that are not over ------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_windows_that_reach_out_of_the_data_are_counted_and_can_be_null(answers, engine):
    rng = np.random.default_rng(4)
    days = pd.date_range("2026-01-01", "2026-12-31")
    n = 60
    asked = pd.DataFrame({"id": np.arange(n), "nps": rng.integers(0, 11, n), "day": rng.choice(days, n)})
    events = pd.DataFrame({"id": np.repeat(np.arange(n), len(days)), "amount": 1.0, "d": np.tile(days, n)})
    study = cx.Study(held(asked, engine), id="id", date="day", nps="nps", guess=False)
    late = asked["day"] > pd.Timestamp("2026-12-31") - pd.Timedelta(days=29)
    early = asked["day"] < pd.Timestamp("2026-01-31")
    assert late.any()
    assert early.any()
    for window, short in (((0, 30), late), ((-30, 0), early)):
        found = link(study, held(events, engine), revenue="amount", when="d", window=window)
        assert found.links[-1].short == short.sum()
        assert f"from 1 January 2026 to 31 December 2026: {short.sum()}" in found.links[-1].explain()
        assert any("whose window is not whole" in remark for remark in found.remarks)
        whole = link(study, held(events, engine), revenue="amount", when="d", window=window, unfinished="null")
        expected = [None if cut else 30.0 for cut in short]
        assert values(whole, "revenue") == expected
        assert whole.links[-1].columns[0].filled == (~short).sum()
        assert "left without a value as asked" in whole.links[-1].explain()
    # A window without a limit has no length to fall short of.
    assert link(study, held(events, engine), revenue="amount", when="d").links[-1].short == 0
    with pytest.raises(cx.OptionError, match="unfinished= is 'drop'"):
        link(study, held(events, engine), revenue="amount", when="d", unfinished="drop")


def test_absent_ids_have_no_value_either_where_the_window_is_not_whole(study, orders):
    found = link(study, orders, revenue="amount", when="d", window=(-10, 0), absent=0, unfinished="null")
    # The data begin on 1 January: the ten days before the 10th are not all there, those before the 11th are.
    assert values(found, "revenue") == [None, 0, 0, None, None]
    assert found.links[-1].columns[0].filled == 2


# Filtered studies ---------------------------------------------------------------------------------


def test_a_filtered_weighted_study_can_be_clustered_by_a_linked_column():
    rng = np.random.default_rng(1)
    n = 200
    frame = pd.DataFrame(
        {
            "id": np.arange(n),
            "nps": rng.integers(0, 11, n),
            "w": rng.uniform(0.5, 2, n),
            "region": ["N", "S"] * (n // 2),
        }
    )
    crm = pd.DataFrame({"id": np.arange(n), "account": np.arange(n) // 4})
    study = cx.Study(frame, id="id", nps="nps", weight="w", guess=False)
    after = link(study.filter(region="N"), crm, cluster="account").nps()
    before = link(study, crm, cluster="account").filter(region="N").nps()
    assert after.value == before.value
    assert (*after.low, *after.high) == pytest.approx((*before.low, *before.high), abs=1e-12)


# Words --------------------------------------------------------------------------------------------


def test_one_answer_is_singular_in_both_languages(answers, orders):
    study = cx.Study(answers.iloc[:1], id="id", nps="nps", guess=False)
    report = link(study, orders, revenue="amount").links[-1]
    assert "1 of 1 answer found" in report.explain()
    assert "1 of 1 customer." in report.explain()
    assert "1 réponse sur 1 a trouvé leur" not in report.explain("fr")
    assert "1 réponse sur 1 a trouvé sa ligne" in report.explain("fr")
    assert "1 client sur 1." in report.explain("fr")


# Other engines ------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["dask", "ibis"])
def test_frames_on_an_engine_of_their_own_are_no_exception(answers, orders, engine):
    pytest.importorskip(engine)

    def far(frame):
        frame = frame.assign(id=frame["id"].astype("Int64").astype("string"))
        if engine == "dask":
            import dask.dataframe as dd

            return dd.from_pandas(frame, npartitions=1)
        import ibis
        import pyarrow as pa

        return ibis.memtable(pa.Table.from_pandas(frame, preserve_index=False))

    def by_nps(found: cx.Study) -> list[float | None]:
        import narwhals.stable.v2 as nw

        rows = nw.from_native(found.data).lazy().collect("pyarrow").sort("nps").rows(named=True)
        return [None if pd.isna(row["revenue"]) else float(row["revenue"]) for row in rows]

    study = cx.Study(far(answers), id="id", date="day", nps="nps", guess=False)
    found = link(study, far(orders), revenue="amount", absent=0)
    assert by_nps(found) == [0, None, 0, 25, 8]
    assert (found.links[-1].columns[0].filled, found.links[-1].columns[0].absent) == (4, 2)
    dated = link(study, far(orders), revenue="amount", when="d", window=(0, 30), absent=0)
    assert by_nps(dated) == [0, None, None, 5, 0]
    assert link(study, far(orders), revenue="amount", when="d", window=(-30, 0)).links[-1].short == 2
    with pytest.raises(cx.RoleError, match="is infinite in 1 row"):
        link(study, far(orders.replace(5.0, np.inf)), revenue="amount")
    with pytest.raises(cx.OptionError, match="unfinished='null' is not known"):
        link(study, far(orders), revenue="amount", when="d", window=(0, 30), unfinished="null")
    kept = link(study.filter(nps=[9, 3]), far(orders), revenue="amount")
    assert "revenue" in kept._state.whole.columns


def test_text_dates_of_a_relation_become_dates(study):
    crm = pd.DataFrame({"id": [1.0, 2.0], "came": ["2024-01-05", "2025-03-01"], "gone": ["2025-02-01", None]})
    found = link(study, crm, since="came", left="gone")
    assert found.data["since"].dtype.kind == found.data["left"].dtype.kind == "M"
    with pytest.raises(cx.RoleError, match="'2025-13-01' is not a date"):
        link(study, crm.assign(came=["2024-01-05", "2025-13-01"]), since="came")
