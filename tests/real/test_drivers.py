"""Driver analyses of real surveys through ``Study.drivers``, against published and computed figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxkit as cx

pytestmark = pytest.mark.real
EXACT = pytest.approx


def by_name(model, values) -> dict[str, float]:
    return dict(zip(model.fit.terms, np.asarray(values).tolist(), strict=False))


# A bank, with Shapley values published by Displayr ----------------------------------------------------

BANK = ["Fees", "Interest", "Phone", "Branch", "Online", "ATM"]


@pytest.fixture
def bank(real_data):
    return pd.read_csv(real_data / "bank_driver_shapley" / "bank.csv")


@pytest.fixture
def weighed(bank):
    """The rows that have a weight: of these are the published figures, the unweighted ones too."""
    return bank.dropna(subset=["weight"])


def of_bank(frame, method="lmg", weight=None, **options):
    study = cx.Study(frame, guess=False, **({"weight": weight} if weight else {}))
    return study.drivers("mean:Overall", BANK, importance=method, **{"interval": None, **options})


def test_bank_published_r2_and_shapley_of_fees(weighed):
    model = of_bank(weighed).model
    found = dict(zip(model.names, model.importance.tolist(), strict=True))
    share = dict(zip(model.names, model.share.tolist(), strict=True))
    assert model.fit.r2 == EXACT(0.4988654351715, abs=1e-12)
    assert found["Fees"] == EXACT(0.115570678291964, abs=1e-12)
    assert share["Fees"] == EXACT(23.1667, abs=5e-5)
    assert share["Interest"] == EXACT(15.1397, abs=5e-5)


def test_bank_published_weighted_shapley(bank):
    """Rows without a weight are left out and said; the weights are those of the survey."""
    found = of_bank(bank, weight="weight")
    model = found.model
    assert model.importance[0] == EXACT(0.1090244509126, abs=1e-12)
    assert model.importance.sum() == EXACT(0.4936505179077, abs=1e-12)
    assert model.rows == 896 - 89
    assert ("unweighted_rows", (("lost", 89.0),)) in [(c.key, c.values) for c in found.cautions]


@pytest.mark.parametrize("engine", ["pandas", "duckdb", "polars"])
@pytest.mark.parametrize(("method", "key"), [("lmg", "shapley_lmg"), ("johnson", "johnson_relative_weights")])
def test_bank_every_figure_to_ten_digits(weighed, expected, engine, method, key):
    import duckdb
    import polars as pl

    want = expected("bank_driver_shapley")
    made = {"pandas": lambda: weighed, "duckdb": lambda: duckdb.connect().from_df(weighed),
            "polars": lambda: pl.from_pandas(weighed).lazy()}[engine]()  # fmt: skip
    model = of_bank(made, method).model
    assert (model.rows, model.n) == (want["rows"] - want["missing"]["weight"], want["complete_cases"])
    assert model.fit.r2 == EXACT(want["ols"]["r2"], abs=1e-10)
    assert model.fit.r2_adjusted == EXACT(want["ols"]["adj_r2"], abs=1e-10)
    for name, coef in by_name(model, model.fit.coef).items():
        assert coef == EXACT(want["ols"]["coef"][name], abs=1e-10)
    assert model.fit.constant[0] == EXACT(want["ols"]["coef"]["Intercept"], abs=1e-10)
    for i, name in enumerate(model.names):
        assert model.importance[i] == EXACT(want[key]["raw"][name], abs=1e-10)
        assert model.share[i] == EXACT(want[key]["pct"][name], abs=1e-8)


def test_bank_says_first_that_most_rows_are_incomplete(bank):
    found = of_bank(bank, weight="weight")
    assert found.cautions[0].key == "incomplete"
    assert found.model.n == 244  # of 896
    assert "73%" in str(found.cautions[0])
    assert "73" in found.explain()
    assert "73 %" in found.explain("fr").replace("\u202f", " ").replace("\xa0", " ")
    assert "Branch" in found.cautions[0].drivers


@pytest.mark.parametrize("missing", ["pairwise", "dummy", "impute"])
def test_bank_other_ways_keep_the_incomplete_rows(bank, missing):
    found = of_bank(bank, missing=missing)
    model = found.model
    assert model.n > 600
    assert np.isfinite(model.importance).all()
    assert (model.importance >= 0).all()
    assert 0.3 < model.fit.r2 < 0.6
    assert {c.key for c in found.cautions} & {"pairwise", "dummy_adjusted", "imputed"}


# An amusement park, from the book of Chapman & Feit -------------------------------------------------------

PARK = ["rides", "games", "wait", "clean"]


@pytest.fixture
def park(real_data):
    return pd.read_csv(real_data / "chapman_feit_marketing" / "park_satisfaction.csv")


def test_park_published_r2_coefficients_and_shapley(park, expected):
    want = expected("chapman_feit_marketing")
    model = cx.Study(park, guess=False).drivers("mean:overall", PARK, interval=None).model
    assert model.fit.r2 == EXACT(0.5951, abs=5e-5)
    assert model.n == want["park_ols"]["n"]
    assert model.fit.r2 == EXACT(want["park_ols"]["r2"], abs=1e-10)
    assert model.fit.r2_adjusted == EXACT(want["park_ols"]["adj_r2"], abs=1e-10)
    for name, coef in by_name(model, model.fit.coef).items():
        assert coef == EXACT(want["park_ols"]["coef"][name], abs=1e-10)
    assert model.fit.constant[0] == EXACT(want["park_ols"]["coef"]["Intercept"], abs=1e-8)
    for i, name in enumerate(model.names):
        assert model.importance[i] == EXACT(want["park_lmg"]["shares"][name], abs=1e-10)


def test_park_one_driver(park, expected):
    want = expected("chapman_feit_marketing")["park_ols_rides"]
    model = cx.Study(park, guess=False).drivers("mean:overall", ["rides"], interval=None).model
    assert model.fit.r2 == EXACT(want["r2"], abs=1e-10)
    assert model.importance[0] == EXACT(want["r2"], abs=1e-10)
    assert model.fit.coef[0] == EXACT(want["coef"]["rides"], abs=1e-10)


def scaled(park) -> pd.DataFrame:
    """As in the book: standardised ratings, logarithm of the distance, whether there are children."""
    names = [*PARK, "overall"]
    out = ((park[names] - park[names].mean()) / park[names].std()).assign(has_child=(park["num_child"] > 0))
    distance = np.log(park["distance"])
    return out.assign(logdist=(distance - distance.mean()) / distance.std())


def test_park_interactions_of_the_book(park, expected):
    """Products are about their means here: the product's coefficient is that of the book, the other two by algebra."""
    want = expected("chapman_feit_marketing")["park_scaled_m7"]
    frame = scaled(park)
    drivers = [*PARK, "logdist", "has_child"]
    found = cx.Study(frame, guess=False).drivers(
        "mean:overall", drivers, interactions=[("wait", "has_child")], interval=None
    )
    model = found.model
    coef = by_name(model, model.fit.coef)
    assert model.names[-1] == "wait × has_child"
    assert model.fit.r2 == EXACT(want["r2"], abs=1e-10)
    assert model.fit.r2_adjusted == EXACT(want["adj_r2"], abs=1e-10)
    product = coef["wait × has_child"]
    assert product == EXACT(want["coef"]["wait:has_child"], abs=1e-10)
    for name in ("rides", "games", "clean", "logdist"):
        assert coef[name] == EXACT(want["coef"][name], abs=1e-10)
    children = frame["has_child"].mean()
    assert coef["wait"] - product * children == EXACT(want["coef"]["wait"], abs=1e-10)
    assert coef["has_child"] - product * frame["wait"].mean() == EXACT(want["coef"]["has_child"], abs=1e-10)
    assert model.importance.sum() == EXACT(model.fit.r2, abs=1e-12)


def test_park_the_same_model_by_a_formula(park):
    frame = scaled(park)
    study = cx.Study(frame, guess=False)
    said = study.drivers("overall ~ rides + games + clean + logdist + wait*has_child", interval=None).model
    given = study.drivers("mean:overall", ["rides", "games", "clean", "logdist", "wait", "has_child"],
                          interactions=["wait:has_child"], interval=None).model  # fmt: skip
    assert said.names == given.names
    np.testing.assert_array_equal(said.fit.coef, given.fit.coef)


def test_season_pass_logit_reverses_once_the_channel_is_in(real_data, expected):
    """+0.389 log-odds alone, -0.560 with the channel in the model."""
    want = expected("chapman_feit_marketing")["season_pass"]
    sold = pd.read_csv(real_data / "chapman_feit_marketing" / "season_pass_channel_promo.csv")
    frame = pd.DataFrame({"bundle": sold["Promo"] == "Bundle", "passed": sold["Pass"] == "YesPass",
                          "channel": sold["Channel"]})  # fmt: skip
    study = cx.Study(frame, guess=False)
    alone = study.drivers("passed", ["bundle"], model="logit", interval=None).model
    assert alone.fit.coef[0] == EXACT(want["logit_promo"]["C(Promo, Treatment('NoBundle'))[T.Bundle]"], abs=1e-7)
    controlled = study.drivers("passed", ["bundle"], model="logit", controls="channel", interval=None).model
    coef = by_name(controlled, controlled.fit.coef)
    names = {
        "bundle": "C(Promo, Treatment('NoBundle'))[T.Bundle]", "channel = Mail": "C(Channel)[T.Mail]",
        "channel = Park": "C(Channel)[T.Park]",
    }  # fmt: skip
    for ours, theirs in names.items():
        assert coef[ours] == EXACT(want["logit_promo_channel"][theirs], abs=1e-7)


# An airline: 119,567 complete rows of 14 touchpoints --------------------------------------------------------


@pytest.fixture(scope="module")
def airline(real_data):
    frame = pd.read_csv(real_data / "airline_passenger_satisfaction" / "airline_passenger_satisfaction.csv")
    return frame.assign(sat=frame["Satisfaction"] == "Satisfied")


def of_airline(frame, items, **options):
    """0 is "not applicable", no answer."""
    return cx.Study(frame, guess=False, drivers=items, missing={"drivers": [0]}).drivers(
        "sat", interval=None, **options
    )


@pytest.mark.parametrize("engine", ["pandas", "duckdb", "polars"])
def test_airline_linear_probability_model(airline, expected, engine):
    import duckdb
    import polars as pl

    figures = expected("airline_passenger_satisfaction")
    want, items = figures["lpm"], figures["item_map"]
    made = {"pandas": lambda: airline, "duckdb": lambda: duckdb.connect().from_df(airline),
            "polars": lambda: pl.from_pandas(airline).lazy()}[engine]()  # fmt: skip
    model = of_airline(made, list(items.values())).model
    assert model.n == want["n"] == 119_567
    assert model.fit.r2 == EXACT(0.4883, abs=5e-5)
    assert model.fit.r2 == EXACT(want["r2"], abs=1e-10)
    assert model.fit.r2_adjusted == EXACT(want["adj_r2"], abs=1e-10)
    coef, errors = by_name(model, model.fit.coef), by_name(model, model.fit.std_err)
    for key, name in items.items():
        assert coef[name] / 100 == EXACT(want["coef"][key], abs=1e-11)  # points of 100
        # Theirs take the spread as equal; those of a yes or no are at most 15 % off.
        assert errors[name] / 100 == EXACT(want["se"][key], rel=0.25)
    assert model.importance.sum() == EXACT(model.fit.r2, abs=1e-12)
    assert (model.importance > 0).all()
    assert "linear_probability" in [c.key for c in model.cautions]


def test_airline_robust_errors_are_those_of_statsmodels(airline, expected):
    import statsmodels.api as sm

    items = list(expected("airline_passenger_satisfaction")["item_map"].values())
    model = of_airline(airline, items).model
    held = airline[(airline[items] != 0).all(axis=1)]
    fit = sm.OLS(100.0 * held["sat"], sm.add_constant(held[items].astype(float))).fit(cov_type="HC3")
    np.testing.assert_allclose(model.fit.std_err, fit.bse[1:], rtol=1e-9)
    np.testing.assert_allclose(model.fit.coef, fit.params[1:], rtol=1e-9)


def test_airline_without_the_code_of_no_answer_keeps_all_rows(airline, expected):
    items = list(expected("airline_passenger_satisfaction")["item_map"].values())
    study = cx.Study(airline, guess=False, drivers=items)
    assert study.drivers("sat", interval=None).model.n == 129_880


def test_airline_logit(airline, expected):
    figures = expected("airline_passenger_satisfaction")
    want, items = figures["logit"], figures["item_map"]
    model = of_airline(airline, list(items.values()), model="logit", importance="lmg").model
    coef = by_name(model, model.fit.coef)
    assert model.n == want["n"]
    for key, name in items.items():
        assert coef[name] == EXACT(want["coef"][key], abs=1e-7)


# Ordered scores ------------------------------------------------------------------------------------------------


def test_mass_polr_housing_through_the_public_function(real_data, expected):
    """Venables & Ripley: 72 cells expanded to 1,681 tenants."""
    cells = pd.read_csv(real_data / "r_satisfaction" / "MASS_housing.csv")
    want = expected("r_satisfaction")["MASS_housing"]
    frame = pd.DataFrame(
        {
            "InflMedium": cells["Infl"] == "Medium", "InflHigh": cells["Infl"] == "High",
            "TypeApartment": cells["Type"] == "Apartment", "TypeAtrium": cells["Type"] == "Atrium",
            "TypeTerrace": cells["Type"] == "Terrace", "ContHigh": cells["Cont"] == "High",
            "Sat": cells["Sat"].map({"Low": 1, "Medium": 2, "High": 3}),
        }
    )  # fmt: skip
    frame = frame.loc[frame.index.repeat(cells["Freq"])].reset_index(drop=True)
    names = [name for name in frame if name != "Sat"]
    model = cx.Study(frame, guess=False).drivers("mean:Sat", names, model="ordered", interval=None).model
    assert model.n == want["n"]
    for name, coef in by_name(model, model.fit.coef).items():
        assert coef == EXACT(want["published_MASS_polr"][name], abs=1e-4)
        assert coef == EXACT(want["polr_computed"][name], abs=1e-4)
    assert -2 * model.fit.log_likelihood == EXACT(want["published_MASS_polr"]["residual_deviance"], abs=6e-4)


def test_ordinal_clm_wine_through_the_public_function(real_data, expected):
    wine = pd.read_csv(real_data / "r_satisfaction" / "ordinal_wine.csv")
    want = expected("r_satisfaction")["ordinal_wine"]
    frame = pd.DataFrame(
        {"tempwarm": wine["temp"] == "warm", "contactyes": wine["contact"] == "yes", "rating": wine["rating"]}
    )
    found = cx.Study(frame, guess=False).drivers(
        "mean:rating", ["tempwarm", "contactyes"], model="ordered", interval=None
    )
    for name, coef in by_name(found.model, found.model.fit.coef).items():
        assert coef == EXACT(want["published_clm"][name], abs=6e-4)
        assert coef == EXACT(want["clm_computed"][name], abs=2e-5)
    assert found.model.fit.log_likelihood == EXACT(want["published_clm"]["logLik"], abs=5e-3)


def test_hbat_published_driver_regression(real_data, expected):
    """Hair et al.: 13 drivers on 100 customers, few rows a term is said."""
    want = expected("r_satisfaction")["hbat"]["driver_ols"]
    frame = pd.read_csv(real_data / "r_satisfaction" / "hbat.csv")
    names = [name for name in want["coef"] if name != "Intercept"]
    held = frame if "x19" in frame else frame.rename(columns=str.lower)
    model = cx.Study(held, guess=False).drivers("mean:x19", names, interval=None).model
    assert model.fit.r2 == EXACT(want["r2"], abs=1e-10)
    for name, coef in by_name(model, model.fit.coef).items():
        assert coef == EXACT(want["coef"][name], abs=1e-9)
    assert "few_rows" in [c.key for c in model.cautions]
