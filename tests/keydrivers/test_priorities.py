"""What to do first: impact against effort, within the room that is left."""

import json
from dataclasses import replace

import numpy as np
import pytest

from cxkit.errors import OptionError, UnknownNameError
from cxkit.keydrivers.readings.priorities import priorities
from cxkit.keydrivers.readings.whatif import what_if

EFFORTS = {"wait": 8.0, "welcome": 2.0, "price": 4.0, "app": 1.0}


def row(found, name):
    return next(r for r in found.rows if r.driver == name)


def test_impact_is_that_of_one_tenth_of_the_scale(drivers_of):
    drivers = drivers_of()
    found = priorities(drivers)
    for name, move in (("wait", 1.0), ("welcome", 1.0), ("price", -1.0)):
        r, alone = row(found, name), what_if(drivers, {name: move}).total
        assert (r.move, r.impact, r.low, r.high) == pytest.approx((move, alone.change, alone.low, alone.high))
    assert [r.driver for r in found.rows] == ["wait", "welcome", "price", "app"]
    assert [r.rank for r in found.rows] == [1, 2, None, None]


def test_headroom_limits_the_step(drivers_of, model_of):
    model = model_of(performance=(9.7, 10.0, 6.0, 8.2))
    found = priorities(drivers_of(model))
    assert row(found, "wait").move == pytest.approx(0.3)
    assert row(found, "wait").impact == pytest.approx(0.3 * 4.2)
    assert row(found, "welcome").verdict == "no_room"
    assert "Already at the end of the scale: welcome." in found.explain()
    free = priorities(drivers_of(model), headroom=False)
    assert row(free, "welcome").move == 1.0
    assert row(free, "welcome").recommended


def test_what_is_not_established_stays_visible(drivers_of, model_of):
    found = priorities(drivers_of())
    app = row(found, "app")
    assert (app.verdict, app.rank) == ("unproven", None)
    assert app.low < 0 < app.high
    assert "Effect not established: app." in found.explain()
    none = priorities(drivers_of(model_of(error=9.0)))
    assert not any(r.recommended for r in none.rows)
    assert none.explain().startswith("No driver can be recommended.")
    assert none.explain("fr").startswith("Aucun levier à recommander.")


def test_a_sign_that_flips_is_not_recommended(drivers_of, model_of):
    model = model_of()
    turned = model.correlation.copy()
    turned[0, 4] = turned[4, 0] = -turned[0, 4]
    found = priorities(drivers_of(replace(model, correlation=turned)))
    wait = row(found, "wait")
    assert (wait.verdict, wait.move, wait.rank) == ("unclear", -1.0, None)
    assert wait.impact == pytest.approx(-4.2)


def test_ratio_and_quadrants(drivers_of):
    found = priorities(drivers_of(), EFFORTS, targets={"price": 5.0})
    assert [(r.driver, r.verdict) for r in found.rows] == [
        ("welcome", "quick_win"), ("price", "fill_in"), ("wait", "big_bet"), ("app", "unproven"),
    ]  # fmt: skip
    assert [r.ratio for r in found.rows[:3]] == pytest.approx([3.6 / 2, 2.4 / 4, 4.2 / 8])
    wait = row(found, "wait")
    assert (wait.ratio_low, wait.ratio_high) == pytest.approx((wait.low / 8, wait.high / 8))
    assert "1.80 per unit of effort" in found.explain()
    assert list(found.to_frame()["rank"].astype(object))[:3] == [1, 2, 3]


def test_the_unit_of_effort_changes_nothing(drivers_of):
    days = priorities(drivers_of(), EFFORTS)
    euros = priorities(drivers_of(), {k: 1000 * v for k, v in EFFORTS.items()})
    assert [(r.driver, r.rank, r.verdict) for r in days.rows] == [(r.driver, r.rank, r.verdict) for r in euros.rows]


def test_overlapping_intervals_are_said(drivers_of, model_of):
    sentence = "their order may be chance"
    assert sentence in priorities(drivers_of(model_of(effect=(4.2, 4.1, -2.4, 0.2)))).explain()
    assert sentence not in priorities(drivers_of(model_of(effect=(9.2, 3.6, -2.4, 0.2)))).explain()


def test_a_driver_without_effort_is_not_ranked(drivers_of):
    found = priorities(drivers_of(), {"wait": 8.0})
    assert row(found, "welcome").verdict == "no_effort"
    assert [r.rank for r in found.rows].count(None) == 3
    assert "Without an effort, so not ranked: welcome." in found.explain()


def test_a_driver_with_a_negative_effect_is_not_recommended_without_a_word(drivers_of):
    found = priorities(drivers_of())
    price = row(found, "price")
    assert (price.verdict, price.rank, price.recommended) == ("check_scale", None, False)
    assert [r.driver for r in found.rows] == ["wait", "welcome", "price", "app"]
    assert "check its scale; if low is good, say a target): price." in found.explain()
    assert "vérifier l’échelle ; si bas est bien, donner un objectif) : price." in found.explain("fr")
    assert "▼ negative: check the scale" in repr(found)
    assert row(priorities(drivers_of(), targets={"price": 5.0}), "price").rank == 3


def test_gains_are_counted_in_points(drivers_of, churn):
    assert "goes with +4.2 points [3.4 ; 5.0] on NPS." in priorities(drivers_of()).explain()
    assert "Gain (percentage points)" in repr(priorities(drivers_of(outcome=churn)))


def test_a_gain_of_an_outcome_that_is_better_when_low_is_said_as_a_fall(drivers_of, model_of, churn):
    model = model_of(effect=(-4.2, -3.6, -2.4, 0.2))
    model.correlation[:4, -1] = model.correlation[-1, :4] = -0.4
    found = priorities(drivers_of(model, outcome=churn))
    assert row(found, "wait").impact == pytest.approx(4.2)
    assert "+1 goes with −4.2 percentage points" in found.explain()


def test_targets_replace_the_step(drivers_of):
    found = priorities(drivers_of(), targets={"wait": 7.5, "welcome": 7.0})
    assert row(found, "wait").impact == pytest.approx(2 * 4.2)
    assert row(found, "welcome").verdict == "harmful"
    assert row(found, "welcome").impact == pytest.approx(-0.9 * 3.6)
    assert "Moved to a stated target instead: wait, welcome." in found.explain()


def test_an_outcome_where_lower_is_better(drivers_of, model_of, churn):
    model = model_of(effect=(-4.2, -3.6, 2.4, 0.2))
    found = priorities(drivers_of(model, outcome=churn))
    wait = row(found, "wait")
    assert (wait.move, wait.impact) == pytest.approx((1.0, 4.2))
    assert 0 < wait.low < 4.2 < wait.high
    assert row(found, "price").move == -1.0


def test_groups_are_ranked_apart(drivers_of, model_of):
    models = [model_of(key=("Lyon",)), model_of(key=("Paris",), effect=(1.2, 3.6, -2.4, 0.2), error=0.2)]
    found = priorities(drivers_of(*models))
    assert [found.of(k)[0].driver for k in found.keys] == ["wait", "welcome"]
    assert list(found.to_frame().columns)[:3] == ["city", "rank", "driver"]
    assert "Paris: welcome comes first" in found.explain()


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        ({"effort": {"wiat": 1}}, UnknownNameError, "did you mean 'wait'"),
        ({"effort": {"wait": 0}}, OptionError, "positive"),
        ({"effort": {"wait": "two"}}, OptionError, "the effort of 'wait'"),
        ({"effort": {"wait": float("inf")}}, OptionError, "the effort of 'wait'"),
        ({"targets": {"wait": 11}}, OptionError, "on its scale, 0 to 10"),
        ({"targets": {"none": 1}}, UnknownNameError, "not among the drivers"),
        ({"step": 0}, OptionError, "share of the scale"),
        ({"step": 20}, OptionError, "share of the scale"),
    ],
)
def test_bad_input_is_refused(drivers_of, call, error, match):
    with pytest.raises(error, match=match):
        priorities(drivers_of(), **call)


def test_what_cannot_be_known_is_shown_as_such(drivers_of, model_of):
    model = model_of(effect=(np.nan, 3.6, -2.4, 0.2))
    found = priorities(drivers_of(model), EFFORTS)
    assert row(found, "wait").verdict == "unproven"
    json.dumps(found.to_dict(), allow_nan=False)
    found.plot()
    found.plot.bars()


def test_drawings(drivers_of):
    effort = priorities(drivers_of(), EFFORTS).plot(lang="fr")
    texts = {t.get_text() for t in effort.texts}
    assert {"gain rapide", "grand chantier", "welcome", "app (non établi)"} <= texts
    bars = priorities(drivers_of()).plot()
    assert [t.get_text() for t in bars.get_yticklabels()] == ["wait +1", "welcome +1", "price −1", "app +1"]
