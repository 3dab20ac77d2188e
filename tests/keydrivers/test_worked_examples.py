"""Published importance figures, from rows through ``Study.drivers``: relaimpo's help example and others, by id.

``swiss`` is the public data set of R (Mosteller & Tukey 1977, 47 provinces about 1888).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxkit as cx

NAMES = ("Fertility", "Agriculture", "Examination", "Education", "Catholic", "Infant.Mortality")
SWISS = np.array(["80.2", "17", "15", "12", "9.96", "22.2", "83.1", "45.1", "6", "9", "84.84", "22.2", "92.5", "39.7", "5", "5", "93.4", "20.2", "85.8", "36.5", "12", "7", "33.77", "20.3", "76.9", "43.5", "17", "15", "5.16", "20.6", "76.1", "35.3", "9", "7", "90.57", "26.6", "83.8", "70.2", "16", "7", "92.85", "23.6", "92.4", "67.8", "14", "8", "97.16", "24.9", "82.4", "53.3", "12", "7", "97.67", "21", "82.9", "45.2", "16", "13", "91.38", "24.4", "87.1", "64.5", "14", "6", "98.61", "24.5", "64.1", "62", "21", "12", "8.52", "16.5", "66.9", "67.5", "14", "7", "2.27", "19.1", "68.9", "60.7", "19", "12", "4.43", "22.7", "61.7", "69.3", "22", "5", "2.82", "18.7", "68.3", "72.6", "18", "2", "24.2", "21.2", "71.7", "34", "17", "8", "3.3", "20", "55.7", "19.4", "26", "28", "12.11", "20.2", "54.3", "15.2", "31", "20", "2.15", "10.8", "65.1", "73", "19", "9", "2.84", "20", "65.5", "59.8", "22", "10", "5.23", "18", "65", "55.1", "14", "3", "4.52", "22.4", "56.6", "50.9", "22", "12", "15.14", "16.7", "57.4", "54.1", "20", "6", "4.2", "15.3", "72.5", "71.2", "12", "1", "2.4", "21", "74.2", "58.1", "14", "8", "5.23", "23.8", "72", "63.5", "6", "3", "2.56", "18", "60.5", "60.8", "16", "10", "7.72", "16.3", "58.3", "26.8", "25", "19", "18.46", "20.9", "65.4", "49.5", "15", "8", "6.1", "22.5", "75.5", "85.9", "3", "2", "99.71", "15.1", "69.3", "84.9", "7", "6", "99.68", "19.8", "77.3", "89.7", "5", "2", "100", "18.3", "70.5", "78.2", "12", "6", "98.96", "19.4", "79.4", "64.9", "7", "3", "98.22", "20.2", "65", "75.9", "9", "9", "99.06", "17.8", "92.2", "84.6", "3", "3", "99.46", "16.3", "79.3", "63.1", "13", "13", "96.83", "18.1", "70.4", "38.4", "26", "12", "5.62", "20.3", "65.7", "7.7", "29", "11", "13.79", "20.5", "72.7", "16.7", "22", "13", "11.22", "18.9", "64.4", "17.6", "35", "32", "16.92", "23", "77.6", "37.6", "15", "7", "4.97", "20", "67.6", "18.7", "25", "7", "8.65", "19.5", "35", "1.2", "37", "53", "42.34", "18", "44.7", "46.6", "16", "29", "50.43", "18.2", "42.8", "27.7", "22", "29", "58.33", "19.3"], float).reshape(47, 6)  # fmt: skip
EXACT = {"rtol": 0, "atol": 5e-12}


@pytest.fixture
def swiss() -> pd.DataFrame:
    return pd.DataFrame(SWISS, columns=NAMES)


def engines(frame: pd.DataFrame) -> dict:
    import dask.dataframe as dd
    import duckdb
    import polars as pl

    return {"pandas": frame, "polars": pl.from_pandas(frame).lazy(), "duckdb": duckdb.connect().from_df(frame),
            "dask": dd.from_pandas(frame, npartitions=2)}  # fmt: skip


def weigh(frame, method, **roles):
    options = {"importance": method, "interval": None}
    return cx.Study(frame, guess=False, **roles).drivers("mean:Fertility", list(NAMES[1:]), **options).model


D1 = (0.05709122077, 0.17117302890, 0.26013467862, 0.10557015037, 0.11276592293)
D2 = (0.04841689581, 0.15470824981, 0.27196410465, 0.11468002995, 0.11696572138)
D3 = (-0.1104859910, 0.1064274043, 0.4450045676, 0.1611768150, 0.1046122056)


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb", "dask"])
@pytest.mark.parametrize("method", ["lmg", "shapley", "dominance", "general"])
def test_d1_swiss_lmg_is_that_of_relaimpo(swiss, method, engine):
    model = weigh(engines(swiss)[engine], method)
    np.testing.assert_allclose(model.importance, D1, **EXACT)
    assert model.fit.r2 == pytest.approx(0.7067350016, abs=5e-11)
    assert model.importance.sum() == pytest.approx(model.fit.r2, abs=1e-14)


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb", "dask"])
def test_d2_swiss_relative_weights_are_those_of_johnson(swiss, engine):
    np.testing.assert_allclose(weigh(engines(swiss)[engine], "johnson").importance, D2, **EXACT)


def test_d3_swiss_pratt_is_that_of_relaimpo_and_its_negative_share_is_said(swiss):
    model = weigh(swiss, "pratt")
    np.testing.assert_allclose(model.importance, D3, rtol=0, atol=5e-11)
    assert ("pratt_negative", ("Agriculture",)) in [(c.key, c.drivers) for c in model.cautions]


D17_LMG = (0.06102021708, 0.18416693341, 0.26026839815, 0.10199280520, 0.11625675972)
D17_JOHNSON = (0.05729269397, 0.16358906568, 0.27130256293, 0.11058323189, 0.12093755908)


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb", "dask"])
@pytest.mark.parametrize(("method", "expected"), [("lmg", D17_LMG), ("johnson", D17_JOHNSON)])
def test_d17_swiss_weighted_1_2_3_is_that_of_relaimpo(swiss, method, expected, engine):
    frame = swiss.assign(w=np.arange(47) % 3 + 1)
    model = weigh(engines(frame)[engine], method, weight="w")
    np.testing.assert_allclose(model.importance, expected, **EXACT)
    assert model.fit.r2 == pytest.approx(0.7237051135, abs=5e-11)


# GPA: rows with exactly the published correlations -----------------------------------------------------

GPA = np.array([[1, 0.30, 0.41, 0.33], [0.30, 1, 0.16, 0.57], [0.41, 0.16, 1, 0.50], [0.33, 0.57, 0.50, 1]])


@pytest.fixture
def gpa() -> pd.DataFrame:
    """60 rows of which the correlations are those of Pedhazur's example, to the last digits."""
    z, _ = np.linalg.qr(np.column_stack([np.ones(60), np.random.default_rng(9).normal(size=(60, 4))]))
    rows = z[:, 1:] @ np.linalg.cholesky(GPA).T
    return pd.DataFrame(100 + 15 * np.sqrt(60) * rows, columns=["SES", "IQ", "nAch", "GPA"])


def of_gpa(frame, names, method="lmg"):
    return cx.Study(frame, guess=False).drivers("mean:GPA", names, importance=method, interval=None).model


@pytest.mark.parametrize(
    ("names", "r2"),
    [(["SES"], 0.1089), (["IQ"], 0.3249), (["nAch"], 0.25), (["SES", "IQ"], 0.3526813), (["SES", "nAch"], 0.2687823),
     (["IQ", "nAch"], 0.4964080), (["SES", "IQ", "nAch"], 0.4964735)],
)  # fmt: skip
def test_d9_gpa_r2_of_every_subset(gpa, names, r2):
    assert of_gpa(gpa, names).fit.r2 == pytest.approx(r2, abs=5e-8)


@pytest.mark.parametrize(
    ("method", "expected"),
    [("lmg", (0.04408243, 0.26589530, 0.18649580)), ("johnson", (0.04053455, 0.26793262, 0.18800636))],
)
def test_d10_gpa_lmg_and_johnson(gpa, method, expected):
    np.testing.assert_allclose(of_gpa(gpa, ["SES", "IQ", "nAch"], method).importance, expected, rtol=0, atol=5e-9)


def test_d9_gpa_dominance_is_the_table_of_r2_gained(gpa):
    """Conditional dominance with 0, 1 and 2 others, by hand from the seven R² of D9."""
    found = cx.Study(gpa, guess=False).drivers("mean:GPA", ["SES", "IQ", "nAch"], interval=None)
    table = found.dominance()
    r = {"S": 0.1089, "I": 0.3249, "N": 0.25, "SI": 0.3526813, "SN": 0.2687823, "IN": 0.4964080, "SIN": 0.4964735}
    expected = [
        [r["S"], (r["SI"] - r["I"] + r["SN"] - r["N"]) / 2, r["SIN"] - r["IN"]],
        [r["I"], (r["SI"] - r["S"] + r["IN"] - r["N"]) / 2, r["SIN"] - r["SN"]],
        [r["N"], (r["SN"] - r["S"] + r["IN"] - r["I"]) / 2, r["SIN"] - r["SI"]],
    ]
    np.testing.assert_allclose(table.to_numpy(), expected, rtol=0, atol=2e-7)
    assert found.dominance("complete").loc["IQ", "SES"] == 1


# Penalty and reward --------------------------------------------------------------------------------------


def test_k1_penalty_and_reward_of_one_driver_are_differences_of_means():
    rng = np.random.default_rng(2)
    rating = rng.integers(1, 6, 300)
    score = np.clip(4 + rating + rng.integers(-3, 3, 300), 0, 10)
    study = cx.Study(pd.DataFrame({"rating": rating, "score": score}), guess=False)
    row = study.kano("mean:score", ["rating"]).to_frame().iloc[0]
    means = [score[np.isin(rating, held)].mean() for held in ((1, 2), (3,), (4, 5))]
    assert row["penalty"] == pytest.approx(means[0] - means[1], abs=1e-12)
    assert row["reward"] == pytest.approx(means[2] - means[1], abs=1e-12)


# Identities on rows ----------------------------------------------------------------------------------------


def test_order_shift_and_scale_of_drivers_change_no_importance(swiss):
    for method, expected in (("lmg", D1), ("johnson", D2)):
        moved = swiss.assign(Agriculture=1e9 + swiss["Agriculture"].round(1) * 8, Catholic=-3 * swiss["Catholic"] - 7)
        model = weigh(moved[moved.columns[::-1]], method)
        np.testing.assert_allclose(model.importance, expected, rtol=0, atol=1e-7)
        backwards = cx.Study(swiss, guess=False).drivers(
            "mean:Fertility", list(NAMES[:0:-1]), importance=method, interval=None
        )
        np.testing.assert_allclose(backwards.model.importance[::-1], expected, **EXACT)


def test_a_duplicate_driver_shares_equally_and_the_others_keep_theirs(swiss):
    doubled = swiss.assign(again=2 * swiss["Education"] + 1)
    found = cx.Study(doubled, guess=False).drivers("mean:Fertility", [*NAMES[1:], "again"], interval=None).model
    share = dict(zip(found.names, found.importance, strict=True))
    assert share["again"] == pytest.approx(share["Education"], abs=1e-12)
    assert found.importance.sum() == pytest.approx(0.7067350016, abs=5e-11)
    assert ("duplicate", ("Education", "again")) in [(c.key, c.drivers) for c in found.cautions]
