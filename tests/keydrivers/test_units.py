"""A unit against the rest of its organisation."""

import datetime as dt
import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import ttest_ind

from cxkit.errors import OptionError, UnknownNameError, UsageError
from cxkit.keydrivers.readings.units import units


def agency(model_of, name, performance, n=400, **options):
    return model_of(key=(name,), performance=performance, n=n, **options)


def three(model_of, **options):
    return [
        agency(model_of, "Nord", (5.0, 7.9, 6.0, 8.2), **options),
        agency(model_of, "Sud", (6.0, 7.9, 6.0, 8.2), **options),
        agency(model_of, "Est", (6.0, 7.3, 6.0, 8.2), **options),
    ]


def row(found, unit, driver):
    return next(r for r in found.rows if r.key == (unit,) and r.driver == driver)


def test_the_gap_is_welchs_on_the_answers_of_the_rest(drivers_of, model_of):
    rng = np.random.default_rng(2)
    answers = [rng.normal(m, s, n) for m, s, n in ((5.2, 1.5, 60), (6.0, 2.0, 200), (5.8, 1.0, 90))]
    models = []
    for k, y in enumerate(answers):
        m = agency(model_of, "NSE"[k], (5.0, 7.9, 6.0, 8.2), n=len(y))
        means, spreads = m.performance.copy(), m.spread.copy()
        means[0], spreads[0] = y.mean(), y.std(ddof=1)
        models.append(replace(m, performance=means, spread=spreads))
    found = row(units(drivers_of(*models)), "N", "wait")
    rest = np.concatenate(answers[1:])
    expected = ttest_ind(answers[0], rest, equal_var=False)
    assert found.gap == pytest.approx(answers[0].mean() - rest.mean())
    assert found.rest == pytest.approx(rest.mean())
    assert found.p == pytest.approx(expected.pvalue, rel=0.02)
    ends = expected.confidence_interval()
    assert (found.low, found.high) == pytest.approx((ends.low, ends.high), rel=0.01)
    assert found.n_rest == 290


def test_what_to_fix_first(drivers_of, model_of):
    found = units(drivers_of(*three(model_of)))
    nord = row(found, "Nord", "wait")
    assert (nord.verdict, nord.rank, nord.gap) == ("behind", 1, pytest.approx(-1.0))
    assert nord.worth == pytest.approx(4.2)
    assert nord.share == pytest.approx(40)
    assert row(found, "Est", "wait").verdict == "ahead"
    assert row(found, "Est", "welcome").rank == 1
    assert [(r.key[0], r.driver) for r in found.behind] == [("Nord", "wait"), ("Est", "welcome")]
    assert "Nord: fix wait first, 5 against 6 elsewhere" in found.explain()
    assert "Nord : corriger d’abord wait, 5 contre 6 ailleurs" in found.explain("fr")
    assert list(found.to_frame()["rank"].isna()) == [r.rank is None for r in found.rows]


def test_the_error_of_worth_is_that_of_a_product(drivers_of, model_of):
    found = row(units(drivers_of(*three(model_of))), "Nord", "wait")
    rest_var = 4.0 / 800
    gap_var, effect_var = 4.0 / 400 + rest_var, 0.16 / 3
    expected = np.sqrt(1.0 * effect_var + 4.2**2 * gap_var + gap_var * effect_var)
    assert (found.worth_high - found.worth_low) / 2 == pytest.approx(1.959964 * expected, rel=1e-5)


def test_the_organisations_own_model_is_used_if_given(drivers_of, model_of):
    whole = drivers_of(model_of(effect=(2.0, 3.6, -2.4, 0.2), importance=(0.30, 0.05, 0.04, 0.01)))
    found = units(drivers_of(*three(model_of)), whole)
    nord = row(found, "Nord", "wait")
    assert (nord.worth, nord.share) == (pytest.approx(2.0), pytest.approx(75))
    assert not found.pooled
    assert "those of the whole organisation" in found.explain()
    assert "the mean of the units'" in units(drivers_of(*three(model_of))).explain()


def test_low_is_good_where_the_correlation_is_negative(drivers_of, model_of):
    models = three(model_of)
    means = models[0].performance.copy()
    means[2] = 7.5
    models[0] = replace(models[0], performance=means)
    price = row(units(drivers_of(*models)), "Nord", "price")
    assert price.gap == pytest.approx(1.5)
    assert price.verdict == "behind"
    assert price.worth == pytest.approx(1.5 * 2.4)


def test_behind_without_an_established_worth_is_not_ranked(drivers_of, model_of):
    models = three(model_of, error=4.0)
    models[0] = replace(models[0], performance=np.array([6.0, 7.9, 6.0, 7.0]))
    app = row(units(drivers_of(*models)), "Nord", "app")
    assert (app.verdict, app.rank) == ("behind", None)
    assert "behind in app, but no gain" in units(drivers_of(*models)).explain()


def test_periods_are_not_mixed(drivers_of, model_of):
    first, second = dt.date(2026, 1, 1), dt.date(2026, 4, 1)
    models = [replace(m, key=(m.key[0], q)) for q in (first, second) for m in three(model_of)]
    models[3] = replace(models[3], performance=np.array([1.0, 7.9, 6.0, 8.2]))
    found = units(drivers_of(*models, by=("agency", "period"), freq="Q"))
    sud = next(r for r in found.rows if r.key == ("Sud", first) and r.driver == "wait")
    assert sud.rest == pytest.approx(5.5)


def test_one_unit_at_a_time(drivers_of, model_of):
    found = units(drivers_of(*three(model_of)))
    nord = found.of("Nord")
    assert {r.key for r in nord.rows} == {("Nord",)}
    assert nord.size == found.size == 12
    with pytest.raises(UnknownNameError, match="did you mean 'Nord'"):
        found.of("Nrod")


@pytest.mark.parametrize(("n", "spread"), [(1, 2.0), (400, 0.0)])
def test_without_an_error_nothing_is_claimed(drivers_of, model_of, n, spread):
    models = [replace(m, n=n, spread=np.full(4, spread)) for m in three(model_of)[:2]]
    found = units(drivers_of(*models))
    assert not found.behind
    assert {r.verdict for r in found.rows} == {"inconclusive"}
    json.dumps(found.to_dict(), allow_nan=False)
    assert "–" in repr(found)
    found.plot()


def test_weights_are_said(drivers_of, model_of):
    sentence = "the errors of the gaps do not know it"
    assert sentence in units(drivers_of(*three(model_of), weighted=True)).explain()
    known = [replace(m, performance_se=np.full(4, 0.1)) for m in three(model_of)]
    assert sentence not in units(drivers_of(*known, weighted=True)).explain()
    assert sentence not in units(drivers_of(*three(model_of))).explain()


def test_the_gap_stays_on_the_scale(drivers_of, model_of):
    models = [
        agency(model_of, "Nord", (0.1, 7.9, 6.0, 8.2), n=3), agency(model_of, "Sud", (9.9, 7.9, 6.0, 8.2), n=3),
    ]  # fmt: skip
    assert row(units(drivers_of(*models)), "Nord", "wait").low == -10


def test_the_table_counts_worth_in_points_and_writes_p_without_a_sign(drivers_of, model_of):
    grid = units(drivers_of(*three(model_of))).grid("fr")
    assert "Enjeu (points)" in grid.heads
    assert not any(cell.text.startswith("=") for row in grid.rows for cell in row)
    assert {row[i].unbroken for row in grid.rows for i in (5, 8)} == {True}


def test_bad_input_is_refused(drivers_of, model_of):
    with pytest.raises(UsageError, match="one unit"):
        units(drivers_of())
    many = drivers_of(*three(model_of))
    with pytest.raises(UsageError, match="several models"):
        units(many, many)
    with pytest.raises(OptionError, match="did you mean 'holm'"):
        units(many, correction="hom")


def test_drawing(drivers_of, model_of):
    axes = units(drivers_of(*three(model_of))).of("Nord").plot(lang="fr")
    assert axes.get_yticklabels()[0].get_text() == "wait"
    assert "▼ en retard (+4,2 points)" in {t.get_text() for t in axes.texts}
    assert axes.get_title(loc="left") == "NPS : chaque unité face au reste · Nord"
