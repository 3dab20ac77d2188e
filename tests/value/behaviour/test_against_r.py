"""Linkage against R: ``tests/reference/linkage.R`` makes the same rows and every figure here."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtrit

import cxkit as cx
from cxkit.value.behaviour import linkage
from cxkit.value.behaviour.bend import LEAST
from cxkit.value.behaviour.linear import means

R = json.loads((Path(__file__).parents[2] / "reference" / "linkage.json").read_text(encoding="utf-8"))
CLOSE = {"rel": 1e-9, "abs": 1e-9}
CLASSES = ("detractor", "passive", "promoter")


def rows() -> pd.DataFrame:
    i = np.arange(400)
    account = (i * 7) % 60
    score = np.clip((account % 5) + (i * 3) % 8 + 1 - (i * i) % 3, 0, 10)
    lost = (score * 2 + (i * 17 + i // 5) % 29) < 21
    spend = 500 + 40 * score + ((i * 37 + (i * i) // 3) % 101) ** 2 / 20 - 60 * ((i % 23) == 0)
    step = 1 * ((i * 5 + account) % 7 > 2) + ((i + account) % 11 == 0)
    plan = np.array(["basic", "plus", "pro"])[step]
    return pd.DataFrame({
        "i": i, "account": account, "score": score, "lost": lost, "spend": spend, "tenure": 1 + (i * 11) % 37,
        "plan": plan, "w": (4 + (i * 13 + i // 5) % 17) / 10,
    })  # fmt: skip


def study(**roles) -> cx.Study:
    return cx.Study(
        rows(), nps="score", revenue="spend", churned="lost", scale={"nps": (0, 10)}, id="i", guess=False, **roles
    )


@pytest.fixture(scope="module")
def found():
    return linkage(study())


def point(result) -> tuple[float, float]:
    """Estimate and standard error, from the interval."""
    return result.value, result.high - result.value


def test_the_rows_are_the_same_as_those_of_r():
    frame, said = rows(), R["rows"]
    assert len(frame) == said["n"]
    for name, column in (("score", "score"), ("churned", "lost"), ("spend", "spend"), ("w", "w")):
        assert float((frame[column] * frame["i"]).sum()) == pytest.approx(said[name], rel=1e-12)
    assert frame["plan"].value_counts().to_dict() == said["plan"]


def test_class_means_and_wilson_rates_equal_r(found):
    group = found.groups[0]
    for v in group.of("revenue")[:3]:
        assert (v.n, v.estimate) == (
            R["class_means"][v.band]["n"],
            pytest.approx(R["class_means"][v.band]["mean"], **CLOSE),
        )
    for v in group.of("churned")[:3]:
        said = R["class_rates"][v.band]
        assert [v.estimate, v.low, v.high] == pytest.approx([100 * said[k] for k in ("rate", "low", "high")], **CLOSE)


def test_standard_errors_of_class_means_equal_r():
    frame = rows()[lambda f: ~f["lost"]]
    band = np.where(frame.score >= 9, 2, np.where(frame.score >= 7, 1, 0))
    y, w, account = (frame[c].to_numpy(float) for c in ("spend", "w", "account"))
    cases = (
        ("class_means", None, None),
        ("means_weighted", w, None),
        ("means_weighted_clustered", w, account.astype(int)),
    )
    for name, weight, cluster in cases:
        fit = means(y, band, 3, weight, cluster)
        assert fit.coef == pytest.approx([R[name][c]["mean"] for c in CLASSES], **CLOSE)
        se = np.sqrt(np.diag(fit.covariance(cluster)))
        assert se == pytest.approx([R[name][c]["se"] for c in CLASSES], **CLOSE)


def test_tests_between_classes_equal_r(found):
    frame = found.tests_frame()
    expected = iter(R["adjusted"])
    for row in frame[frame.outcome == "revenue"].itertuples():
        said = R["welch"][f"{row.band}|{row.versus}"]
        assert [row.delta, row.delta_low, row.delta_high] == pytest.approx(
            [said[k] for k in ("delta", "low", "high")], **CLOSE
        )
        assert row.p == pytest.approx(said["p"], rel=1e-8)
        assert row.p_adjusted == pytest.approx(next(expected), rel=1e-8)
    for row in frame[frame.outcome == "churned"].itertuples():
        assert row.p == pytest.approx(R["shares"][f"{row.band}|{row.versus}"]["chi2"], rel=1e-8)
        assert row.p_adjusted == pytest.approx(next(expected), rel=1e-8)


def test_fishers_exact_test_where_few_are_expected():
    frame = rows().iloc[:60]
    found = linkage(cx.Study(frame, nps="score", churned="lost", scale={"nps": (0, 10)}, guess=False))
    rates = {v.band: v for v in found.groups[0].values}
    from scipy.stats import fisher_exact

    one = next(d for d in found.groups[0].differences if (d.band, d.versus) == ("promoter", "passive"))
    table = [[round(rates[b].n * rates[b].estimate / 100), round(rates[b].n * (1 - rates[b].estimate / 100))]
             for b in ("promoter", "passive")]  # fmt: skip
    assert min(sum(c) for c in zip(*table, strict=True)) < 10
    assert one.p == pytest.approx(float(fisher_exact(table).pvalue), rel=1e-12)


@pytest.mark.parametrize(
    ("entry", "roles", "controls", "df"),
    [
        ("point", {}, None, lambda n, k: n - 2),
        ("point_controlled", {}, ["tenure", "plan"], lambda n, k: n - 5),
        ("point_clustered", {"cluster": "account"}, None, lambda n, k: k - 1),
        ("point_controlled_clustered", {"cluster": "account"}, ["tenure", "plan"], lambda n, k: k - 1),
        ("point_weighted", {"weight": "w"}, None, lambda n, k: n - 2),
        ("point_weighted_controlled", {"weight": "w"}, ["tenure", "plan"], lambda n, k: n - 5),
        ("point_weighted_clustered", {"weight": "w", "cluster": "account"}, None, lambda n, k: k - 1),
    ],
)
def test_one_point_equals_r(entry, roles, controls, df):
    """HC3, clustered errors and survey's svyglm, with and without controls."""
    result = linkage(study(**roles), outcomes="revenue", controls=controls).point()
    accounts = rows()[lambda f: ~f["lost"]]["account"].nunique()
    estimate, half = point(result)
    reach = half / stdtrit(df(result.n, accounts), 0.975)
    assert estimate == pytest.approx(R[entry]["coef"], **CLOSE)
    assert reach == pytest.approx(R[entry]["se"], rel=1e-8)


def test_controls_asked_later_are_those_asked_at_once(found):
    later, once = found.point(controls=["tenure", "plan"]), linkage(study(), controls=["tenure", "plan"]).point()
    assert (later.value, later.low) == (once.value, once.low)
    assert later.controls == ("tenure", "plan")


def test_rates_move_in_percentage_points_as_in_r(found):
    lost = found.point("churned")
    assert lost.value == pytest.approx(R["point_lost"]["coef"], **CLOSE)
    assert point(lost)[1] / stdtrit(398, 0.975) == pytest.approx(R["point_lost"]["se"], rel=1e-8)
    assert lost.unit == "%"


def test_the_average_effect_of_a_logit_equals_r(found):
    assert found.point("churned", controls="tenure", model="logit").value == pytest.approx(R["logit_effect"], rel=1e-7)


def test_a_converted_customer_equals_r(found):
    moved = found.converted(controls=["tenure", "plan"])
    assert moved.value == pytest.approx(R["converted"]["coef"], **CLOSE)
    assert point(moved)[1] / stdtrit(moved.n - 6, 0.975) == pytest.approx(R["converted"]["se"], rel=1e-8)


def test_the_test_that_answers_do_not_differ_is_welchs_analysis_of_variance(found):
    any_ = found.curve("revenue").only.any
    said = R["oneway"]
    assert sum(a.n >= LEAST for a in found.curve("revenue").only.answers) == R["answers_used"]
    assert [any_.statistic, any_.df_error, any_.p] == pytest.approx(
        [said["statistic"], said["df"], said["p"]], rel=1e-8
    )


def test_the_joint_covariance_equals_stacked_influences_of_r(found):
    slopes = found.slopes()
    assert slopes.outcomes == ("revenue", "churned")
    assert slopes.covariance == pytest.approx(np.array(R["joint"]["covariance"]), rel=1e-8, abs=1e-12)
    assert slopes.slope[0] == pytest.approx(R["point"]["coef"], **CLOSE)
    assert slopes.slope[1] == pytest.approx(R["point_lost"]["coef"] / 100, **CLOSE)
