"""Driver analyses in words and tables: what is claimed, what is not, in both languages."""

import numpy as np
import pytest

from cxkit.errors import OptionError
from cxkit.keydrivers.diagnosis.caution import Caution
from cxkit.keydrivers.shown.figures import label_of
from cxkit.keydrivers.shown.findings import level_with_first
from cxkit.keydrivers.shown.phrases import ACTIONS, say
from cxkit.keydrivers.shown.quadrants import (
    QUADRANTS,
    performance_of,
    quadrant_of,
    quadrant_stability,
    share_interval,
)

CLEAR = {
    "importance": (0.2, 0.14, 0.09, 0.01), "effect": (4.2, 3.6, 2.4, 0.2), "performance": (5.5, 7.9, 6.1, 8.2),
}  # fmt: skip
EMPTY = {"importance": (0.0,) * 4, "effect": (0.0,) * 4, "r2_adjusted": -0.001}


# Sentences ------------------------------------------------------------------------------------


def test_a_clear_leader_in_english(drivers_of, model_of):
    lost = Caution("incomplete", (), (("percent", 73.0), ("lost", 13790.0), ("rows", 19000.0), ("used", 5210.0)))
    model = model_of(**CLEAR, covariance="cluster", clusters=812, rows=19000, cautions=(Caution("halo"), lost))
    said = drivers_of(model, weighted=True).explain()
    assert said.startswith("73% of rows are incomplete (13,790 of 19,000)")  # before what is found
    assert (
        "NPS: wait explains the most, 45% [40% ; 51%] of R² 0.44; it ranks first in 99.9% of resamples. Its lead over the "
        "next, welcome (32% [27% ; 37%]), is established. On average, one unit more of wait goes with +4.2 [3.4 ; 5.0] "
        "points on NPS, other drivers equal. More important than average, and doing worse (fix first): wait. Effect not "
        "established: app (adjusted p ≥ 0.05). "
    ) in said
    assert said.endswith(
        "LMG (Shapley), linear regression on n = 5,210 answers, weighted, errors clustered (812 clusters). This is "
        "association, not proof of cause: to know, improve wait for a random part of customers and compare."
    )
    assert said.index("The ratings move together") > said.index("explains the most")


def test_a_clear_leader_in_french(drivers_of, model_of):
    assert drivers_of(model_of(**CLEAR)).explain("fr") == (
        "NPS : wait explique le plus, 45\u00a0% [40\u00a0% ; 51\u00a0%] du R² de 0,44 ; il arrive en tête dans 99,9\u00a0% "
        "des rééchantillonnages. Son avance sur le suivant, welcome (32\u00a0% [27\u00a0% ; 37\u00a0%]), est établie. En "
        "moyenne, une unité de plus sur wait va de pair avec +4,2 [3,4 ; 5,0] points sur NPS, à autres leviers égaux. Plus "
        "important que la moyenne, et moins bon (à corriger d’abord) : wait. Effet non établi : app (p ajusté ≥ 0,05). "
        "LMG (Shapley), régression linéaire sur n = 5\u202f210 réponses, erreurs types robustes (HC3). C’est une "
        "association, pas une preuve de causalité : pour savoir, améliorez wait pour une partie des clients tirée au sort "
        "et comparez."
    )


def test_a_lead_that_resamples_do_not_confirm_is_not_claimed(drivers_of, model_of):
    model = model_of(importance=(0.16, 0.14, 0.13, 0.01))
    assert level_with_first(model, 0.95) == (1, 2)
    found = drivers_of(model)
    assert "Its lead over welcome (32%) and price (30%) is not established." in found.explain()
    assert "n’est pas établie" in found.explain("fr")
    assert "is established" not in found.explain().replace("is not established", "")


def test_drivers_alike_never_lead_each_other(drivers_of, model_of):
    model = model_of(importance=(0.1, 0.1, 0.1, 0.1), spread=0.0)
    assert level_with_first(model, 0.95) == (1, 2, 3)
    # Ties share the better rank, and all say so.
    assert "it ranks first in all 1,000 resamples. Its lead over welcome (25%), price (25%) and app (25%) is not" in (
        drivers_of(model).explain()
    )


def test_without_an_interval_none_is_claimed(drivers_of, model_of):
    found = drivers_of(model_of(**CLEAR, draws=0))
    said = found.explain()
    assert "wait explains the most, 45% of R² 0.44. No interval was computed" in said
    assert "ranks first" not in said
    assert "lead" not in said
    grid = found.grid("en")
    assert "Share" in grid.heads
    assert grid.rows[0][1].text == "45%"
    assert any("no interval was computed" in note for note in grid.notes)


def test_nothing_established_is_said_before_any_order(drivers_of, model_of):
    found = drivers_of(model_of(effect=(0.4, 0.3, 0.2, 0.1)))
    assert found.explain().startswith(
        "NPS: no driver’s effect is established (adjusted p ≥ 0.05 for each of the 4). In these answers wait has the "
        "largest share, 40% [34% ; 46%] of R² 0.40, but that order may be chance."
    )
    assert found.explain("fr").startswith("NPS : aucun effet n’est établi (p ajusté ≥ 0,05 pour chacun des 4 leviers).")
    for lang in ("en", "fr"):
        said = found.explain(lang)
        assert "explains the most" not in said
        assert "explique le plus" not in said
        assert "wait for a random" not in said  # nothing to try first


@pytest.mark.parametrize("weak", [EMPTY, {"cautions": (Caution("weak", (), (("r2_adjusted", 0.001), ("n", 5210.0))),)}])
def test_a_model_that_explains_nothing_ranks_nothing(drivers_of, model_of, weak):
    found = drivers_of(model_of(**weak))
    assert "NPS: the drivers explain almost nothing" in found.explain()
    assert "n’expliquent presque rien" in found.explain("fr")
    assert "explains the most" not in found.explain()
    assert found.explain().count("almost nothing") == 1  # the caution does not repeat it
    assert "nan" not in (found.explain() + found.grid("fr").text("fr")).lower()


def test_established_effects_of_a_weak_model_are_still_told(drivers_of, model_of):
    model = model_of(importance=(0.004, 0.001, 0.0005, 0.0), cautions=(Caution("weak"),))
    assert "Established all the same (adjusted p < 0.05): wait, welcome and price." in drivers_of(model).explain()


def test_one_driver_has_no_rank_and_no_share(drivers_of, model_of):
    said = drivers_of(model_of(("wait",), (0.42,), (4.2,), performance=(5.0,))).explain()
    assert said.startswith(
        "NPS: wait is the only driver; R² 0.42 [0.40 ; 0.44]. On average, one unit more of wait goes"
    )
    assert "other drivers equal" not in said
    assert "fix first" not in said


def test_controls_pseudo_r2_and_methods_that_are_no_shares(drivers_of, model_of, churn):
    added = drivers_of(model_of(controls=2, r2=0.55))
    assert "of the R² of 0.40 that the drivers add to the other terms" in added.explain()
    logit = drivers_of(model_of(family="logit", r2=0.31), outcome=churn)
    assert "of what the drivers explain (0.40; McFadden R² 0.31)" in logit.explain()
    assert "Attrition : wait explique le plus" in logit.explain("fr")
    assert "régression logistique" in logit.explain("fr")
    beta = drivers_of(importance="beta")
    assert "of the total of standardised coefficients (R² 0.40)" in beta.explain()


def test_a_sign_that_contradicts_the_correlation_is_no_advice(drivers_of, model_of):
    model = model_of(effect=(-4.2, 3.6, 2.4, 0.2))
    model.correlation[0, -1] = model.correlation[-1, 0] = 0.3
    found = drivers_of(model)
    assert "No driver with an established effect is both" in found.explain()
    assert found.grid("en").rows[0][-1].text == "sign unclear"
    assert "improve one driver" in found.explain()


def test_an_unsure_quadrant_says_how_unsure(drivers_of, model_of):
    model = model_of(importance=(0.2, 0.101, 0.09, 0.01), effect=(4, 3, 2, 0.1), performance=(8, 5, 8, 8))
    stays = quadrant_stability(model)
    assert 0.4 < stays[1] < 0.7
    assert f"(fix first): welcome (over the mean importance in {100 * stays[1]:.0f}% of resamples only)." in (
        drivers_of(model).explain()
    )


def test_uncorrected_p_is_not_called_adjusted(drivers_of):
    found = drivers_of(correction=None)
    assert "app (p ≥ 0.05)" in found.explain()
    assert "p" in found.grid("en").heads
    assert any("each judged alone at 5%" in note for note in found.grid("en").notes)


def test_groups_name_their_leaders(drivers_of, model_of):
    models = (
        model_of(**CLEAR, key=("Lyon",)), model_of(key=("Paris",), n=1200),
        model_of(importance=(0.05, 0.14, 0.09, 0.01), key=("Lille",), n=800), model_of(**EMPTY, key=(None,), n=44),
    )  # fmt: skip
    found = drivers_of(*models)
    said = found.explain()
    assert said.startswith(
        "NPS by city: wait comes first in 2 of 4 groups. Another driver leads in Lille. Lyon: wait, 45% [40% ; 51%] of "
        "R² 0.44, n = 5,210; Paris: wait, 40% [34% ; 46%] of R² 0.40, n = 1,200 (lead not established); Lille: welcome"
    )
    assert "(missing): almost nothing is explained (R² 0.000, n = 44)." in said
    assert "A different leader does not show that the groups differ" in said
    assert f"Effects not established: {16 - found.established} of 16" in said
    assert "Groupes où un autre levier est en tête : Lille." in found.explain("fr")
    assert "dans 2 groupes sur 4" in found.explain("fr")


def test_many_groups_and_cautions_are_counted_not_listed(drivers_of, model_of):
    keys = [(f"shop {j}",) for j in range(12)]
    models = [model_of(key=k, cautions=(Caution("halo", (), (("share", 40.0 + j),)),)) for j, k in enumerate(keys)]
    said = drivers_of(*models).explain()
    assert "comes first in all 12 groups" in said
    assert "4 more groups: see the table." in said
    assert "shop 0 – The ratings move together" in said
    assert "6 more warnings" in said
    assert said.count("ratings move together") == 6


def test_names_from_data_stay_plain_and_are_escaped_where_shown(drivers_of, model_of):
    names = ("<script>alert(1)</script>", "a$x${0}{name}", "é" * 80, "li\n\u202egne")
    found = drivers_of(model_of(names))
    for lang in ("en", "fr"):
        said = found.explain(lang)
        assert "<script>alert(1)</script>" in said
        assert "a$x${0}{name}" in said
        assert "\n" not in said
        assert "\u202e" not in said
        html = found.grid(lang).html(lang)
        assert "<script>" not in html
        assert "&lt;script&gt;" in html
        assert "é" * 80 in found.grid(lang).text(lang)


def test_an_unknown_language_is_refused(drivers_of):
    with pytest.raises(OptionError, match="language"):
        drivers_of().explain("de")


# The table ------------------------------------------------------------------------------------


def test_the_table_shows_every_figure_and_what_is_not_established(drivers_of, model_of):
    grid = drivers_of(model_of(**CLEAR, rows=6000)).grid("en")
    assert grid.heads == (
        "Driver",
        "Share [95%]",
        "Importance",
        "Effect [95%]",
        "adj. p",
        "VIF",
        "Mean",
        "Reading",
    )
    texts = [[cell.text for cell in row] for row in grid.rows]
    assert texts[0] == ["wait", "45% [40% ; 51%]", "0.200", "+4.2 [3.4 ; 5.0]", "< 0.001", "1.2", "5.50", "Fix first"]  # fmt: skip
    assert [row[-1] for row in texts] == ["Fix first", "Protect", "Watch", "≈ not established"]
    assert grid.rows[3][0].pale
    assert not grid.rows[0][0].pale
    notes = " ".join(grid.notes)
    for part in ("LMG (Shapley), linear regression: R² 0.44, adjusted 0.44.", "5,210 of 6,000 rows used",
                 "robust errors (HC3)", "4 tests judged as one family (Benjamini-Hochberg), at 5%.",
                 "importance in % of the R²", "Association, not proof of cause"):  # fmt: skip
        assert part in notes
    assert "Levier" in drivers_of().grid("fr").heads
    assert "note:" in repr(drivers_of())


def test_the_table_carries_cautions_groups_and_scales(drivers_of, model_of):
    model = model_of(scales=((0.0, 45.0), (1.0, 5.0), (0.0, 10.0), (0.0, 10.0)), cautions=(Caution("halo"),))
    found = drivers_of(model, groups=(("staff", ("wait", "welcome")),))
    notes = " ".join(found.grid("en").notes)
    assert "0–45 (wait); 1–5 (welcome); 0–10 (price and app)" in notes
    assert "in % of each driver’s scale" in notes
    assert "Low is good: price." in notes
    assert "staff (wait and welcome)" in notes
    assert "The ratings move together" in notes


def test_n_has_a_column_where_groups_have_each_their_own(drivers_of, model_of):
    grid = drivers_of(model_of(key=("Lyon",)), model_of(key=("Lille",), n=800)).grid("en")
    assert grid.heads[-1] == "n"
    assert {row[-1].text for row in grid.rows} == {"5,210", "800"}


def test_a_driver_without_a_mean_shows_a_dash(drivers_of, model_of):
    model = model_of(performance=(np.nan, 7.9, 6.0, 8.2), scales=((-3.0, 6.0), *((0.0, 10.0),) * 3))
    grid = drivers_of(model).grid("en")
    assert grid.rows[0][-2].text == "–"
    assert "0–10 (welcome, price and app)" in " ".join(grid.notes)
    assert "(wait)" not in " ".join(grid.notes)


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "NPS by city: the drivers explain almost nothing in any group."),
     ("fr", "NPS par city : les leviers n’expliquent presque rien, dans aucun groupe.")],
)  # fmt: skip
def test_groups_in_which_nothing_is_explained_still_name_the_outcome(drivers_of, model_of, lang, said):
    models = [model_of(key=(k,), importance=(0.0,) * 4, effect=(0.0,) * 4) for k in ("Lyon", "Lille")]
    assert said in drivers_of(*models).explain(lang)


def test_a_long_table_says_what_it_leaves_out(drivers_of, model_of):
    models = [model_of(key=(f"shop {j:02}",)) for j in range(20)]
    grid = drivers_of(*models).grid("fr")
    assert len(grid.rows) == 60
    assert grid.more == 20
    assert "20 autres lignes" in grid.text("fr")


def test_figures_that_are_unknown_are_dashes(drivers_of, model_of):
    model = model_of(error=0.0, performance=(np.nan, 7.9, 6.0, 8.2))
    model.vif[:2] = np.inf, np.nan
    grid = drivers_of(model, p_adjusted=(np.full(4, np.nan),)).grid("en")
    row = [cell.text for cell in grid.rows[0]]
    assert row[3] == "+4.2"  # no interval is claimed
    assert row[4] == "–"
    assert row[5] == "> 1,000,000"
    assert grid.rows[1][5].text == "–"
    assert row[6] == "–"
    assert row[7] == "≈ not determined"


def test_a_small_effect_is_not_rounded_away(drivers_of, model_of):
    grid = drivers_of(model_of(effect=(0.0042, 0.0036, -0.0024, 0.0002), error=0.0004)).grid("en")
    assert grid.rows[0][3].text == "+0.0042 [0.0034 ; 0.0050]"


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("method", ["lmg", "johnson", "dominance", "conditional", "pratt", "squared", "beta", "jaccard",
                                    "owen", "sampled"])  # fmt: skip
def test_methods_and_families_have_names(drivers_of, model_of, method, lang):
    assert method in say
    said = label_of(method, lang)
    assert (said[:1].upper() + said[1:]) in drivers_of(importance=method).explain(lang)
    for family in ("ols", "logit", "ordered", "poisson", "negbin", "gamma"):
        assert label_of(family, lang) in drivers_of(model_of(family=family)).explain(lang)
    assert label_of("novel", lang) == "novel"


# Quadrants ------------------------------------------------------------------------------------


def test_quadrants_are_about_the_means(model_of):
    model = model_of(importance=(0.4, 0.3, 0.1, 0.2), effect=(4, 3, 2, 1), performance=(5, 9, 5, 9))
    assert quadrant_of(model) == ("fix", "protect", "watch", "maintain")
    assert set(QUADRANTS.values()) == set(ACTIONS)


def test_quadrants_do_not_depend_on_the_order_or_the_unit(model_of):
    given = {"importance": (0.4, 0.3, 0.1, 0.2), "effect": (4.0, 3.0, 2.0, 1.0), "performance": (5.0, 9.0, 5.0, 9.0)}
    turned = {name: values[::-1] for name, values in given.items()}
    assert quadrant_of(model_of(**turned)) == quadrant_of(model_of(**given))[::-1]
    scaled = {**given, "performance": (50.0, 90.0, 50.0, 90.0)}
    assert quadrant_of(model_of(**scaled, scales=((0.0, 100.0),) * 4)) == quadrant_of(model_of(**given))


def test_equal_drivers_are_all_on_the_same_side(model_of):
    model = model_of(importance=(0.1, 0.1, 0.1, 0.1), effect=(1, 1, 1, 1), performance=(0.1, 0.1, 0.1, 0.1), error=0.01)
    assert quadrant_of(model) == ("protect",) * 4


def test_scales_that_differ_are_compared_in_percent_and_low_can_be_good(model_of):
    model = model_of(performance=(9.0, 4.2, 6.0, 8.0), effect=(-4, 3, 2, 0.1),
                     scales=((0.0, 45.0), (1.0, 5.0), (0.0, 10.0), (0.0, 10.0)))  # fmt: skip
    did = performance_of(model)
    assert did.percent
    assert did.turned.tolist() == [True, False, False, False]
    assert did.values == pytest.approx([80, 80, 60, 80])
    plain = performance_of(model_of(effect=(4, 3, 2, 0.1)))
    assert not plain.percent
    assert plain.values.tolist() == [5.5, 7.9, 6.0, 8.2]


def test_where_a_low_outcome_is_good_ratings_that_lower_it_are_good(model_of):
    model = model_of(effect=(-4, -3, -2, -0.1))
    assert not performance_of(model, "lower").turned.any()
    assert quadrant_of(model, "lower")[0] == "fix"


def test_an_effect_that_may_be_chance_turns_no_scale(model_of):
    assert not performance_of(model_of(effect=(4, 3, 2, -0.1))).turned.any()


def test_quadrants_that_mean_nothing_are_empty(model_of):
    assert quadrant_of(model_of(**EMPTY)) == ("",) * 4
    assert quadrant_of(model_of(("wait",), (0.4,), (4,), performance=(5,))) == ("",)
    assert quadrant_of(model_of(performance=(np.nan, 7.9, 6.0, 8.2)))[0] == ""
    assert quadrant_of(model_of(performance=(np.nan,) * 4)) == ("",) * 4


def test_quadrant_stability_is_the_share_of_draws_on_the_same_side(model_of):
    model = model_of(importance=(0.2, 0.1, 0.1, 0.0))
    means = model.draws.mean(axis=1, keepdims=True)
    expected = ((model.draws >= means) == np.array([True, True, True, False])).mean(axis=0)
    assert quadrant_stability(model) == pytest.approx(expected)
    assert np.isnan(quadrant_stability(model_of(draws=0))).all()


def test_share_intervals_stay_on_the_scale(model_of):
    low, high = share_interval(model_of(importance=(0.39, 0.005, 0.003, 0.002), spread=0.05))
    assert (low >= 0).all()
    assert high.max() == 100
    low, _ = share_interval(model_of(importance=(0.3, 0.2, -0.1, 0.02)))
    assert low[2] < 0  # Pratt's measure says so
    assert np.isnan(share_interval(model_of(**EMPTY))[0]).all()


def test_scales_that_nearly_coincide_are_one_scale(model_of):
    # Nobody gave a 0 to the first: its mean is no worse for that.
    model = model_of(effect=(4, 3, 2, 0.1), performance=(6.9, 6.95, 7.4, 7.5),
                     scales=((1.0, 10.0), (0.0, 10.0), (2.0, 10.0), (0.0, 10.0)))  # fmt: skip
    did = performance_of(model)
    assert not did.percent
    assert did.ends == (0.0, 10.0)
    other = performance_of(model_of(effect=(4, 3, 2, 0.1), scales=((1.0, 5.0), (1.0, 7.0), (0.0, 10.0), (0.0, 10.0))))
    assert other.percent
    assert other.values[1] == pytest.approx(100)


def test_signed_measures_are_ranked_by_size(drivers_of, model_of):
    model = model_of(importance=(0.4, -0.45, 0.1, 0.02), effect=(4.2, -5.0, 1.4, 0.1), spread=0.01)
    signed = np.random.default_rng(0).normal(model.importance, 0.01, (500, 4))
    object.__setattr__(model, "draws", signed)
    found = drivers_of(model, importance="beta")
    # Signed values sum to little: no share could be read.
    assert found.explain().startswith("NPS: welcome explains the most, 46% [45% ; 48%] of the total of standardised")
    grid = found.grid("en")
    assert grid.rows[0][0].text == "welcome"
    assert "whatever the sign" in " ".join(grid.notes)
    assert [t.get_text() for t in found.plot().get_yticklabels()] == ["welcome", "wait", "price", "app"]
    assert found.model is model  # what is told is unchanged


@pytest.mark.parametrize("method", ["correlation", "beta_squared"])
def test_other_methods_have_names_too(method):
    assert label_of(method, "en") != method
    assert label_of(method, "fr") != label_of(method, "en")
