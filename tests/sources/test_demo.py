"""The demo data: the same rows for a seed, and every planted truth found again with plain arithmetic."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import FrozenInstanceError
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cxkit.errors import OptionError, UnknownNameError
from cxkit.sources.demo import DemoTruth, demo_roles, demo_truth, read_demo
from cxkit.sources.demo.comments import DETAILS, NASTY, OPENINGS
from cxkit.sources.demo.words import COLUMNS, LABELS, STAGE_OF, TABLES

DRIVERS = ["sat_wait", "sat_staff", "sat_price", "sat_product", "sat_delivery", "sat_app"]
SEEDS = (2026, 7, 1789)


@cache
def _table(uri: str, seed: int = 2026, n: int = 6000) -> pd.DataFrame:
    return read_demo(uri, seed=seed, n=n).frame


def _survey(seed: int = 2026, n: int = 6000) -> pd.DataFrame:
    """The survey with the month and the NPS value (100, 0, -100) of each answer."""
    frame = _table("demo:", seed, n).copy()
    frame["month"] = frame["date"].dt.strftime("%Y-%m")
    score = frame["nps"].astype("float64")
    value = np.where(score >= 9, 100.0, np.where(score >= 7, 0.0, -100.0))
    frame["value"] = np.where(score.isna(), np.nan, value)
    return frame


def _customers(seed: int) -> pd.DataFrame:
    """The customers that gave a score, with the value of their last one."""
    scored = _survey(seed).dropna(subset="value").sort_values("date", kind="stable")
    last = scored.groupby("respondent")["value"].last()
    frame = _table("demo:customers", seed).set_index("customer")
    return frame.assign(value=last).dropna(subset="value")


def _ols(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and standard errors, the intercept first."""
    design = np.column_stack([np.ones(len(y)), x])
    beta, *_ = np.linalg.lstsq(design, y, rcond=None)
    residual = y - design @ beta
    variance = residual @ residual / (len(y) - design.shape[1])
    return beta, np.sqrt(variance * np.diag(np.linalg.inv(design.T @ design)))


def _gap(left: pd.Series, right: pd.Series) -> tuple[float, float]:
    """Difference of two means, and its standard error."""
    return left.mean() - right.mean(), float(np.hypot(left.sem(), right.sem()))


# --- the source ---------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_same_seed_same_frame_other_seed_differs(table: str) -> None:
    first, again = (read_demo(f"demo:{table}", n=900).frame for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(read_demo(f"demo:{table}", n=900, seed=2027).frame)


def test_figures_of_the_default_seed_do_not_move_with_numpy() -> None:
    frame = _table("demo:")
    truth = demo_truth()
    assert truth.counts_before == (188, 156, 149)
    assert truth.counts_wave == (188, 156, 84)
    assert (int(frame["nps"].sum()), int(frame["sat_app"].sum())) == (44760, 20569)
    assert len(_table("demo:orders")) == 16202


def test_columns_in_both_languages() -> None:
    for table, names in TABLES.items():
        assert list(read_demo(f"demo:{table}", n=60).frame) == list(names)
        french = read_demo(f"demo:{table}", n=60, lang="fr").frame
        assert list(french) == list(COLUMNS["fr"][table].values())
    survey = list(read_demo("demo:", n=60, lang="fr").frame)
    assert {"Répondant", "Date d’enquête", "Note NPS", "Étape", "poids", "sat_attente"} <= set(survey)


def test_the_language_changes_words_only() -> None:
    english, french = _table("demo:"), read_demo("demo:", lang="fr").frame
    for name, translated in COLUMNS["fr"]["survey"].items():
        if name in LABELS["en"]:
            words = dict(zip(LABELS["en"][name], LABELS["fr"][name], strict=True))
            assert english[name].map(words).tolist() == french[translated].tolist()
        elif name == "comment":
            assert english[name].isna().tolist() == french[translated].isna().tolist()
        else:
            pd.testing.assert_series_equal(english[name], french[translated], check_names=False)


def test_both_languages_have_the_same_texts_to_draw_from() -> None:
    assert np.shape(OPENINGS["en"]) == np.shape(OPENINGS["fr"])
    assert np.shape(DETAILS["en"]) == np.shape(DETAILS["fr"])
    assert len(NASTY["en"]) == len(NASTY["fr"])


def test_reading_says_that_it_is_synthetic_and_how_to_repeat_it() -> None:
    reading = read_demo("demo:orders", n=60)
    assert [(note.code, note.column) for note in reading.notes] == [("synthetic", None)]
    assert reading.source == "demo"
    assert reading.call == "cx.read('demo:orders', lang='en', n=60, seed=2026)"
    pd.testing.assert_frame_equal(read_demo(reading.uri, **reading.options).frame, reading.frame)


@pytest.mark.parametrize("uri", ["demo:", "demo", "demo:survey", "demo://survey"])
def test_ways_to_name_the_survey(uri: str) -> None:
    assert list(read_demo(uri, n=12).frame) == list(TABLES["survey"])


def test_the_source_declares_itself() -> None:
    assert (read_demo.name, read_demo.schemes, read_demo.extensions) == ("demo", ("demo",), ())
    assert [(o.name, o.default) for o in read_demo.options] == [("lang", "en"), ("n", 6000), ("seed", 2026)]
    assert "'en', 'fr'" in read_demo.options[0].type.replace('"', "'")
    assert "synthetic" in read_demo.help


def test_unknown_table() -> None:
    with pytest.raises(UnknownNameError, match="ordrs") as caught:
        read_demo("demo:ordrs")
    assert "did you mean 'orders'" in str(caught.value)


@pytest.mark.parametrize(
    "option",
    [{"lang": "de"}, {"n": 0}, {"n": -5}, {"n": 2.5}, {"n": True}, {"n": "many"}, {"seed": -1}, {"rows": 3}],
    ids=str,
)
def test_bad_option(option: dict[str, Any]) -> None:
    with pytest.raises(OptionError) as caught:
        read_demo("demo:", **option)
    assert next(iter(option)) in str(caught.value) or "language" in str(caught.value)
    assert caught.value.hint


def test_bad_arguments_of_the_siblings() -> None:
    with pytest.raises(OptionError):
        demo_roles("de")  # type: ignore[arg-type]
    with pytest.raises(OptionError):
        demo_truth(n=0)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_roles_name_columns_that_exist(lang: Any) -> None:
    frame = read_demo("demo:", n=12, lang=lang).frame
    roles = demo_roles(lang)
    assert roles.pop("drivers") == "sat_*"
    assert sum(name.startswith("sat_") for name in frame) == len(DRIVERS)
    by = roles.pop("by")
    assert isinstance(by, list)
    assert {*roles.values(), *by} <= set(frame)
    assert set(roles) == {
        "id",
        "date",
        "nps",
        "csat",
        "ces",
        "weight",
        "comment",
        "touchpoint",
        "stage",
        "channel",
    }


def test_importing_loads_neither_numpy_nor_pandas() -> None:
    code = "import sys, cxkit.sources.demo\nraise SystemExit(', '.join({'numpy', 'pandas'} & set(sys.modules)) or 0)"
    path = os.pathsep.join(p for p in sys.path if p)
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("n", [1, 2, 5, 13, 100, 1001])
def test_any_number_of_answers(n: int) -> None:
    assert len(_table("demo:", 3, n)) == n
    assert isinstance(demo_truth(n, 3), DemoTruth)
    assert set(_table("demo:orders", 3, n)["customer"]) <= set(_table("demo:customers", 3, n)["customer"])


# --- the shape of the data ----------------------------------------------------------------------


def test_answers_are_on_their_scales() -> None:
    frame = _table("demo:")
    scales = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)} | dict.fromkeys(DRIVERS, (1, 5))
    for name, (low, high) in scales.items():
        assert frame[name].dtype == "Int64"
        assert (frame[name].min(), frame[name].max()) == (low, high), name


def test_share_of_missing_answers() -> None:
    missing = _table("demo:").isna().mean()
    planted = {"nps": 0.02, "csat": 0.04, "ces": 0.06} | dict.fromkeys(DRIVERS, 0.04)
    for name, share in planted.items():
        assert missing[name] == pytest.approx(share, abs=0.012), name
    assert missing["comment"] == pytest.approx(0.7, abs=0.03)
    assert not missing.drop([*planted, "comment"]).any()


def test_twelve_complete_months_in_order_one_answer_each() -> None:
    frame = _survey()
    months = pd.period_range("2025-10", "2026-09", freq="M").astype(str)
    assert sorted(frame["month"].unique()) == list(months)
    assert frame["date"].is_monotonic_increasing
    assert not frame.duplicated(["respondent", "month"]).any()
    assert frame["respondent"].duplicated().mean() > 0.5  # a panel: most answers are not the first
    assert frame["respondent"].str.fullmatch(r"C\d{6}").all()


def test_each_touchpoint_has_one_stage() -> None:
    pairs = _table("demo:")[["touchpoint", "stage"]].drop_duplicates()
    expected = {(LABELS["en"]["touchpoint"][i], LABELS["en"]["stage"][s]) for i, s in enumerate(STAGE_OF)}
    assert set(pairs.itertuples(index=False, name=None)) == expected


def test_weights_undo_the_oversampling() -> None:
    frame = _table("demo:")
    assert (frame["weight"] > 0).all()
    assert frame["weight"].mean() == pytest.approx(1, abs=0.03)
    share = frame.groupby("segment")["weight"].sum() / frame["weight"].sum()
    assert share["Enterprise"] == pytest.approx(0.08, abs=0.015)
    assert (frame["segment"] == "Enterprise").mean() == pytest.approx(0.20, abs=0.03)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_nasty_comments_are_there_once_each(lang: Any) -> None:
    frame = read_demo("demo:", lang=lang).frame
    counts = frame[COLUMNS[lang]["survey"]["comment"]].value_counts()
    assert [counts.get(text) for text in NASTY[lang]] == [1] * len(NASTY[lang])
    joined = "".join(NASTY[lang])
    assert all(mark in joined for mark in ("<script>", "=HYPERLINK(", '"', ";", "\u202e", "\N{PARTY POPPER}", "@"))


def test_orders_and_customers() -> None:
    orders, customers = _table("demo:orders"), _table("demo:customers").set_index("customer")
    assert customers.index.is_unique
    assert set(_table("demo:")["respondent"]) < set(customers.index)  # a few were never asked
    assert 0.01 < (orders["amount"] < 0).mean() < 0.08
    assert orders["date"].between("2025-10-01", "2026-09-30").all()
    assert customers["churn_date"].notna().equals(customers["churned"])
    assert (customers["since"] < "2025-10-01").all()
    assert (customers[["monthly_margin", "acquisition_cost"]] > 0).all(axis=None)
    # No order and no answer on or after the day someone left.
    for table, key in (("demo:orders", "customer"), ("demo:", "respondent")):
        frame = _table(table)
        left = frame[key].map(customers["churn_date"])
        assert not (frame["date"] >= left).any()


# --- the story ----------------------------------------------------------------------------------


@pytest.fixture(params=SEEDS)
def truth(request: pytest.FixtureRequest) -> DemoTruth:
    return demo_truth(seed=request.param)


def test_truth_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        demo_truth(60).n = 3  # type: ignore[misc]


def test_drivers_recover_by_least_squares(truth: DemoTruth) -> None:
    frame = _survey(truth.seed)[[*DRIVERS, "nps"]].dropna().astype(float)
    beta, error = _ols(frame[DRIVERS].to_numpy(), frame["nps"].to_numpy())
    planted = np.array([dict(truth.effects)[name] for name in DRIVERS])
    assert [DRIVERS[i] for i in np.argsort(-beta[1:])] == [name for name, _ in truth.effects]
    assert abs(beta[6] / error[6]) < 3  # the app does nothing
    # Clipping at 0 and 10 shrinks all slopes alike: the proportions are those planted.
    assert 0.8 < beta[1:].sum() / planted.sum() < 1
    assert beta[1:] / beta[1:].sum() == pytest.approx(planted / planted.sum(), abs=0.04)


def test_drivers_share_a_halo() -> None:
    correlation = _table("demo:")[DRIVERS].astype(float).corr().to_numpy()
    assert (correlation[np.triu_indices(6, 1)] > 0.25).all()


def _composition(seed: int, n: int) -> None:
    truth, frame = demo_truth(n, seed), _survey(seed, n)
    before = frame[frame["month"] == truth.before_wave].set_index("respondent")
    wave = frame[frame["month"] == truth.wave].set_index("respondent")
    assert set(wave.index) <= set(before.index)  # nobody joins
    left = before.drop(wave.index)
    assert (left["value"] == -100).all()
    assert len(left) == truth.leavers
    # The stayers give the same answers, to the letter; only the day and the words differ.
    columns = [c for c in frame if c not in ("respondent", "date", "month", "comment")]
    pd.testing.assert_frame_equal(before.loc[wave.index, columns], wave[columns])
    for month, counts in ((before, truth.counts_before), (wave, truth.counts_wave)):
        assert tuple((month["value"] == value).sum() for value in (100, 0, -100)) == counts
    change = tuple(b - w for b, w in zip(truth.counts_before, truth.counts_wave, strict=True))
    assert change == (0, 0, truth.leavers)
    customers = _table("demo:customers", seed, n).set_index("customer")
    gone = customers["churn_date"] == truth.leave_date
    assert gone[left.index].all()
    assert not gone[wave.index].any()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("n", [6000, 1001, 300])
def test_the_wave_is_composition_only(seed: int, n: int) -> None:
    _composition(seed, n)


def test_the_wave_is_a_rise_worth_explaining(truth: DemoTruth) -> None:
    frame = _survey(truth.seed)
    for month, figure in ((truth.before_wave, truth.nps_before), (truth.wave, truth.nps_wave)):
        assert frame.loc[frame["month"] == month, "value"].mean() == pytest.approx(figure)
    assert truth.nps_wave - truth.nps_before > 8


def test_one_segment_improves_and_the_others_do_not(truth: DemoTruth) -> None:
    frame = _survey(truth.seed).query("month != @truth.wave").dropna(subset="value")
    for segment, rows in frame.groupby("segment"):
        after = rows["month"] >= truth.lift_month
        planted = truth.lift_points if segment == truth.lift_segment else 0.0
        gap, error = _gap(rows.loc[after, "value"], rows.loc[~after, "value"])
        assert abs(gap - planted) < 3 * error, segment
    assert 12 < truth.lift_points < 25


def test_the_improvement_is_one_of_the_wait(truth: DemoTruth) -> None:
    frame = _survey(truth.seed).query("segment == @truth.lift_segment").dropna(subset=DRIVERS)
    after = frame["month"] >= truth.lift_month
    for driver in DRIVERS:
        gap, error = _gap(frame.loc[after, driver].astype(float), frame.loc[~after, driver].astype(float))
        planted = truth.lift_wait if driver == "sat_wait" else 0.0
        # The ceiling of the scale takes a little of the planted shift.
        assert abs(gap - planted) < 3.5 * error + 0.15 * planted, driver


def test_every_other_month_is_noise(truth: DemoTruth) -> None:
    frame = _survey(truth.seed).query("segment != @truth.lift_segment").dropna(subset="value")
    months = sorted(frame["month"].unique())
    for before, month in pairwise(months[:-1]):
        gap, error = _gap(*(frame.loc[frame["month"] == m, "value"] for m in (month, before)))
        assert abs(gap) < 3.3 * error, month


def test_those_who_comment_score_lower(truth: DemoTruth) -> None:
    frame = _survey(truth.seed).dropna(subset="value")
    said = frame["comment"].notna()
    for value, rate in zip((100, 0, -100), truth.comment_rates, strict=True):
        of_class = said[frame["value"] == value]
        assert abs(of_class.mean() - rate) < 3.3 * np.sqrt(rate * (1 - rate) / len(of_class))
    gap, error = _gap(frame.loc[said, "value"], frame.loc[~said, "value"])
    assert abs(gap - truth.comment_gap) < 3 * error
    assert truth.comment_gap < -15


def test_what_one_point_is_worth(truth: DemoTruth) -> None:
    customers = _customers(truth.seed)
    stayed = customers[~(customers["churn_date"] <= "2026-09-30")]
    revenue = _table("demo:orders", truth.seed).groupby("customer")["amount"].sum().reindex(stayed.index)
    assert revenue.notna().all()
    beta, error = _ols(stayed["value"].to_numpy(), revenue.to_numpy())
    assert abs(beta[1] - truth.revenue_per_point) < 3 * error[1]
    assert error[1] < 0.05  # the figure is sharp enough to be a check
    margin = 12 * stayed["monthly_margin"] / revenue
    assert margin.to_numpy() == pytest.approx(truth.margin_rate, rel=2e-3)


def test_contacts_and_referrals_depend_on_the_last_score(truth: DemoTruth) -> None:
    customers = _customers(truth.seed)
    for column, rates in (("contacts", truth.contact_rates), ("referrals", truth.referral_rates)):
        for value, rate in zip((100, 0, -100), rates, strict=True):
            seen = customers.loc[customers["value"] == value, column]
            assert abs(seen.mean() - rate) < 3.3 * np.sqrt(rate / len(seen)), (column, value)
    assert customers["support_cost"].to_numpy() == pytest.approx(truth.contact_cost * customers["contacts"].to_numpy())


def test_who_leaves_says_why_and_nobody_else_does(truth: DemoTruth) -> None:
    customers = _table("demo:customers", truth.seed)
    assert customers["churn_reason"].notna().equals(customers["churned"])
    wave = customers["churn_date"] == truth.leave_date
    assert set(customers.loc[wave, "churn_reason"]) == {"service"}
    assert set(customers["churn_reason"].dropna()) == {"price", "service", "competitor", "moved"}


def test_the_margin_of_orders_is_a_share_of_their_amount(truth: DemoTruth) -> None:
    orders = _table("demo:orders", truth.seed)
    assert orders["margin"].to_numpy() == pytest.approx(truth.margin_rate * orders["amount"].to_numpy(), abs=0.0051)


def test_churn_depends_on_the_last_score(truth: DemoTruth) -> None:
    customers = _customers(truth.seed)
    others = customers[customers["churn_date"] != pd.Timestamp(truth.leave_date)]
    for value, rate in zip((100, 0, -100), truth.churn_rates, strict=True):
        churned = others.loc[others["value"] == value, "churned"]
        assert abs(churned.mean() - rate) < 3.3 * np.sqrt(rate * (1 - rate) / len(churned)), value
