"""The audit on rows with planted faults: every flag is counted exactly, on every engine."""

from __future__ import annotations

import datetime as dt
import json

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import cxkit as cx
from cxkit.errors import ColumnError, NothingMatched, OptionError, RoleError, UnknownNameError, UsageError
from cxkit.quality import audit
from cxkit.sources.demo import demo_truth
from cxkit.tally.engine import schema_of

ENGINES = {
    "pandas": lambda df: df,
    "polars": pl.from_pandas,
    "polars-lazy": lambda df: pl.from_pandas(df).lazy(),
    "pyarrow": lambda df: pa.Table.from_pandas(df, preserve_index=False),
    "duckdb": duckdb.from_df,
}
ROLES = {"id": "who", "date": "day", "nps": "nps", "by": "segment", "drivers": "q*", "comment": "said"}


def survey() -> pd.DataFrame:
    """600 answers over 200 days; 12 speeders, 9 straight-liners, 5 repeated rows, 7 odd labels."""
    n = 600
    i = np.arange(n)
    df = pd.DataFrame(
        {
            "who": [f"p{k}" for k in i],
            "day": pd.Timestamp("2026-01-01") + pd.to_timedelta(i // 3, unit="D"),
            "nps": (i * 7) % 11,
            "segment": np.where(i % 2, "SMB", "Retail"),
            "q1": 1 + i % 5, "q2": 1 + (i + 1) % 5, "q3": 1 + (i + 2) % 5, "q4": 1 + i % 5,
            "said": np.where(i % 4 == 0, "fine", ""),
            "secs": 100.0 + i % 3,
        }
    )  # fmt: skip
    df.loc[10:21, "secs"] = 20.0
    df.loc[100:108, ["q1", "q2", "q3", "q4"]] = 5
    df.loc[[1, 3, 5, 7], "segment"] = "smb "
    df.loc[[9, 11, 13], "segment"] = "SBM"
    return pd.concat([df, df.iloc[300:305]], ignore_index=True)


def row(found, check, key=None):
    return next(f for f in found.findings if f.check == check and (key is None or f.key == key))


@pytest.mark.parametrize("engine", ENGINES)
def test_planted_faults_are_counted_on_every_engine(engine):
    found = audit(cx.Study(ENGINES[engine](survey()), **ROLES), duration="secs", invited=2000)
    assert row(found, "speeders").count == 12
    assert row(found, "straight_liners").count == 9
    assert dict(row(found, "straight_liners").values)["top"] == 9
    assert row(found, "duplicates").count == 5
    assert row(found, "labels", "labels_same").count == 4
    assert row(found, "labels", "labels_near").count == 3
    assert row(found, "same_day").count == 0
    assert row(found, "funnel").share == pytest.approx(100 * 605 / 2000)
    want = survey()
    fast, straight = want["secs"] < 34, want[["q1", "q2", "q3", "q4"]].nunique(axis=1) == 1
    kept = want[~fast & ~straight].drop_duplicates()
    cleaned = found.clean("speeders", "straight_liners", "duplicates")
    assert cleaned.rows == len(kept)
    assert cleaned.nps() == cx.Study(kept, **ROLES).nps()
    assert cleaned.columns == found.study.columns
    assert list(schema_of(cleaned.data)) == list(want.columns)
    all_of = found.scores.set_index("without")
    assert list(all_of.index) == ["", "speeders", "straight_liners", "duplicates", "flagged"]
    assert all_of.loc["flagged", "estimate"] == cx.Study(kept, **ROLES).nps().value
    assert all_of.loc["speeders", "n"] == int((~fast).sum())
    assert all_of.loc["", "estimate"] == cx.Study(want, **ROLES).nps().value


def test_clean_says_what_it_removed_and_by_default_only_repeated_rows():
    study = cx.Study(survey(), **ROLES)
    found = audit(study, duration="secs")
    assert found.clean().rows == 600
    assert found.clean().filters == ("without 5 duplicates (who)",)
    assert found.clean("duplicates", "speeders").filters == ("without 12 speeders (secs < 33.7 s), 5 duplicates (who)",)
    assert study.rows == 605
    assert type(audit(cx.demo(n=600)).clean("straight_liners")) is cx.Study


def test_clean_keeps_the_order_and_the_first_of_identical_rows():
    df = survey()
    kept = audit(cx.Study(df, **ROLES)).clean().data
    pd.testing.assert_frame_equal(kept.reset_index(drop=True), df.iloc[:600].reset_index(drop=True))


def test_identical_rows_of_different_or_unknown_people_are_no_duplicates():
    df = pd.DataFrame({"nps": [10, 10, 10, 3], "who": [None, None, "a", "a"]})
    assert row(audit(cx.Study(df[["nps"]], nps="nps")), "duplicates").severity == "not_checked"
    assert row(audit(cx.Study(df, nps="nps", id="who")), "duplicates").count == 0
    with pytest.raises(OptionError, match="duplicates cannot be left out: not checked: say id="):
        audit(cx.Study(df[["nps"]], nps="nps")).clean()


def test_what_has_no_column_is_listed_and_never_passed():
    found = audit(pd.DataFrame({"nps": [0, 10, 8, 9]}))
    checks = {f.check for f in found.not_checked}
    assert {"speeders", "straight_liners", "duplicates", "labels", "gaps", "funnel", "comments"} <= checks
    assert not checks & {f.check for f in found.findings if f.severity == "ok"}
    assert all("not checked" in f.detail() and "non vérifié" in f.detail("fr") for f in found.not_checked)
    assert found.scores["without"].tolist() == [""]
    with pytest.raises(OptionError, match="speeders cannot be left out: not checked: say duration="):
        found.clean("speeders")


@pytest.mark.parametrize("engine", ENGINES)
def test_times_may_be_durations(engine):
    df = survey().assign(secs=lambda d: pd.to_timedelta(d["secs"], unit="s"))
    assert row(audit(cx.Study(ENGINES[engine](df), **ROLES), duration="secs"), "speeders").count == 12


def test_the_limit_is_a_third_of_the_median_or_the_one_said():
    df = pd.DataFrame({"nps": [0] + [9] * 8, "t": [10.0, 20.0, 30.0, 60, 60, 90, 90, 90, None]})
    study = cx.Study(df, nps="nps")
    # The median of 10 20 30 60 60 90 90 90 is 60: under 20 s is one answer; 20 itself is not under.
    found = row(audit(study, duration="t"), "speeders")
    assert (found.count, dict(found.values)["median"], dict(found.values)["untimed"]) == (1, 60.0, 1)
    assert "1 rows have no time" in found.detail()
    assert row(audit(study, duration="t", min_seconds=61), "speeders").count == 5
    slow = df.assign(t=df["t"] * 1000)
    assert row(audit(cx.Study(slow, nps="nps"), duration="t"), "speeders", "speed_unit").severity == "warning"


@pytest.mark.parametrize(
    ("column", "match"),
    [
        (["quick"] * 9, "must be seconds"),
        ([-5.0] + [60.0] * 8, "1 are, the least -5 s"),
        ([None] * 8 + [np.nan], "no answer has a time"),
        ([True] * 9, "must be seconds"),
    ],
)
def test_times_that_are_none_are_refused(column, match):
    df = pd.DataFrame({"nps": [0] + [9] * 8, "t": pd.Series(column, dtype=float if column[0] is None else None)})
    with pytest.raises(RoleError, match=match):
        audit(cx.Study(df, nps="nps"), duration="t")


def test_bad_calls_are_refused_with_the_fix():
    study = cx.Study(survey(), **ROLES)
    with pytest.raises(ColumnError, match="did you mean 'secs'"):
        audit(study, duration="sec")
    with pytest.raises(ColumnError, match="no column"):
        audit(study, items=["q1", "q2", "q3", "qq4"])
    with pytest.raises(OptionError, match="needs the times"):
        audit(study, min_seconds=10)
    with pytest.raises(OptionError, match="min_seconds is -1"):
        audit(study, duration="secs", min_seconds=-1)
    with pytest.raises(OptionError, match="names 2"):
        audit(study, items=["q1", "q2"])
    with pytest.raises(RoleError, match="these are no ratings"):
        audit(study, items=["q1", "q2", "q3", "who"])
    with pytest.raises(OptionError, match="level is 95"):
        audit(study, level=95)
    with pytest.raises(RoleError, match="csat"):
        audit(study, metrics=["csat"])
    with pytest.raises(UsageError, match="tally"):
        audit(cx.Tally.from_counts({10: 3}))
    found = audit(study)
    with pytest.raises(OptionError, match="did you mean 'duplicates'"):
        found.clean("duplicate")
    with pytest.raises(UnknownNameError, match="no score 'csat'"):
        found.plot("csat")
    with pytest.raises(OptionError, match="no funnel"):
        found.plot.funnel()


def test_items_on_different_scales():
    df = survey()
    scales = {"one": (1, 5), "two": (1, 5), "three": (1, 5), "four": (1, 7)}
    study = cx.Study(df, nps="nps", one="q1", two="q2", three="q3", four="q4", scale=scales)
    with pytest.raises(OptionError, match="different scales: 'q1' 1–5"):
        audit(study, items="q*")
    df.loc[0, "q4"] = 10
    found = row(audit(cx.Study(df, nps="nps"), items="q*"), "items_scale")
    assert found.severity == "warning"
    assert "“q4” (10)" in found.detail()


def test_worded_items_and_missing_codes():
    words = {"Bad": 1, "Fair": 2, "Good": 3}
    df = pd.DataFrame({f"q{k}": ["Good", "Bad", "NA?", "Good"] for k in range(5)} | {"nps": [9, 0, 8, 7]})
    df.loc[3, "q0"] = "Fair"
    study = cx.Study(df, nps="nps", drivers="q*", scale={"drivers": words}, missing={"drivers": ["NA?"]})
    found = row(audit(study), "straight_liners")
    assert (found.count, dict(found.values)["of"], dict(found.values)["top"]) == (2, 3, 1)


def test_straight_liners_need_four_answered_items():
    df = pd.DataFrame(
        {"q1": [5.0] * 3, "q2": [5.0] * 3, "q3": [5.0] * 3, "q4": [5.0, None, 4.0], "q5": [None] * 2 + [5]}
    )
    df["nps"] = [0, 9, 10]
    found = row(audit(cx.Study(df, nps="nps", drivers="q*")), "straight_liners")
    assert (found.count, dict(found.values)["of"]) == (1, 2)


def test_several_answers_of_one_person():
    days = ["2026-01-05", "2026-01-05", "2026-01-20", "2026-03-01", "2026-01-07", "2026-02-09"]
    df = pd.DataFrame({"who": list("aaaabc"), "day": pd.to_datetime(days), "nps": [0, 9, 8, 7, 6, 5]})
    study = cx.Study(df, id="who", date="day", nps="nps")
    found = audit(study)
    assert row(found, "same_day").count == 1
    person = row(found, "repeats", "repeats")
    assert (person.count, person.share) == (1, pytest.approx(100 / 3))
    assert dict(person.values)["most"] == 4
    assert dict(row(found, "repeats", "repeats_month").values)["of"] == 4
    assert "cluster=" in person.detail()


@pytest.mark.parametrize("engine", ENGINES)
def test_damaged_ids(engine):
    ids = ["5.7E+17", "5,73e17", "123456789012345000", "570000000000000123", "A1", ""]
    df = pd.DataFrame({"who": ids, "nps": [0, 9, 9, 9, 9, 9]})
    found = audit(cx.Study(ENGINES[engine](df), id="who", nps="nps"))
    assert {f.key: f.count for f in found.findings if f.check == "ids"} == {
        "ids_scientific": 2, "ids_zeros": 1, "ids_missing": 1,
    }  # fmt: skip
    floats = df.assign(who=[5.7e17, 5.7e17, 12.0, 13.0, 14.0, np.nan])
    found = audit(cx.Study(ENGINES[engine](floats), id="who", nps="nps"))
    assert row(found, "ids", "ids_float").count == 2


def test_gaps_partial_end_and_break_in_volume():
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=k) for k in range(250)]
    kept = [d for d in days if d.month != 4]
    each = [40 if d.month >= 6 else 4 for d in kept]
    df = pd.DataFrame({"day": pd.to_datetime(np.repeat(kept, each))})
    df["nps"] = np.arange(len(df)) % 11
    found = audit(cx.Study(df, date="day", nps="nps"))
    assert "April 2026" in row(found, "gaps", "gaps_periods").detail()
    assert "avril 2026" in row(found, "gaps", "gaps_periods").detail("fr")
    assert row(found, "gaps", "gaps_days").count == 30
    last = row(found, "partial_period")
    assert (last.key, last.severity) == ("partial_last", "warning")
    assert "7 September 2026" in last.detail()
    broken = dict(row(found, "volume").values)
    assert (broken["before"], broken["after"]) == (31 * 4, 30 * 40)
    assert found.volume.n[3] == 0
    even = df[df["day"] >= "2026-06-01"]
    assert row(audit(cx.Study(even, date="day", nps="nps")), "volume").severity == "ok"


def test_missing_share_that_moves():
    df = pd.DataFrame({"day": pd.date_range("2026-01-01", "2026-06-30").repeat(10)})
    df["nps"] = pd.array(np.arange(len(df)) % 11, dtype="Int64")
    df.loc[(df["day"].dt.month == 5) & (np.arange(len(df)) % 3 == 0), "nps"] = pd.NA
    found = row(audit(cx.Study(df, date="day", nps="nps")), "missing")
    assert (found.key, found.severity) == ("missing_moves", "warning")
    assert "May 2026" in found.detail()
    steady = df.assign(nps=pd.array(np.arange(len(df)) % 11, dtype="Int64"))
    steady.loc[np.arange(len(df)) % 3 == 0, "nps"] = pd.NA
    assert row(audit(cx.Study(steady, date="day", nps="nps")), "missing").key == "missing"


@pytest.mark.parametrize("metrics", [None, "nps", ["nps", "csat"]])
def test_metrics_that_are_recomputed(metrics):
    found = audit(cx.demo(n=600), metrics=metrics)
    want = {None: ["nps", "csat", "ces"], "nps": ["nps"]}.get(
        metrics if metrics != ["nps", "csat"] else 0, ["nps", "csat"]
    )
    assert list(dict.fromkeys(found.scores["metric"])) == want


def test_demo_comment_gap_is_within_its_interval():
    truth = demo_truth()
    demo = cx.demo()
    study = cx.Study(demo.data, nps="nps", comment="comment", guess=False)
    gap = audit(study).comments.iloc[0]
    assert gap["delta_low"] < truth.comment_gap < gap["delta_high"] < 0
    filled = demo.data["comment"].notna()
    said = cx.Study(demo.data[filled], nps="nps", guess=False).nps()
    assert (gap["estimate"], gap["n"]) == (said.value, said.n[0])


def test_one_answer_and_all_flagged_do_no_harm():
    one = audit(cx.Study(pd.DataFrame({"nps": [9], "who": ["a"], "day": [dt.datetime(2026, 1, 1)], "said": ["x"]}),
                         nps="nps", id="who", date="day", comment="said"))  # fmt: skip
    assert "comments_one_side" in {f.key for f in one.findings}
    assert json.dumps(one.to_dict(), allow_nan=False)
    df = pd.DataFrame({f"q{k}": [5, 5, 5] for k in range(4)} | {"nps": [9, 10, 8]})
    every = audit(cx.Study(df, nps="nps", drivers="q*"))
    last = every.scores.iloc[-1]
    assert (last["without"], last["n"]) == ("straight_liners", 0)
    assert np.isnan(last["estimate"])
    assert json.dumps(every.to_dict(), allow_nan=False)
    assert every.explain()
    assert every.explain("fr")
    with pytest.raises(NothingMatched, match="no row is left"):
        every.clean("straight_liners")


def test_shown_in_both_languages_and_escaped():
    df = survey()
    df.loc[0, "segment"] = "<b>smb</b>"
    found = audit(cx.Study(df, **ROLES), duration="secs", invited=2000)
    assert list(found.to_frame()) == ["check", "what", "count", "share", "severity", "detail"]
    assert set(found.to_frame()["severity"]) <= {"ok", "info", "warning", "not_checked"}
    assert json.dumps(found.to_dict(), allow_nan=False)
    assert "to look at" in repr(found)
    assert "<b>smb" not in found._repr_html_()
    for lang in ("en", "fr"):
        assert len(found.grid(lang).rows) == len(found.findings)
        assert "{" not in found.explain(lang)
        assert all("{" not in f.detail(lang) for f in found.findings)
    assert "à examiner" in found.explain("fr")
    assert "nothing has been removed" in found.explain("en")


def test_drawings_return_their_axes():
    import matplotlib.pyplot as plt

    found = audit(cx.Study(survey(), **ROLES), duration="secs", invited={"invited": 2000, "opened": 900})
    _, axes = plt.subplots()
    assert found.plot(ax=axes) is axes
    assert [t.get_text() for t in axes.get_yticklabels()][-1] == "Without all of these"
    assert [t.get_text() for t in found.plot.funnel(lang="fr").get_yticklabels()] == ["Invités", "Ouverts", "Terminés"]
    assert len(found.plot.volume().patches) == len(found.volume)
