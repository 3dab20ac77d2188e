"""Asked again: what of a rise would have come anyway, with people left alone, pairs from before, or neither."""

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.effects import effect
from cxkit.errors import NothingMatched, OptionError, RoleError, UsageError

CALLED = {"design": "remeasured", "treated": "called"}


def test_no_action_no_effect_though_everybody_rose(twice):
    found = effect(twice(), "nps", **CALLED)
    naive = found.reading.item("naive")
    assert naive.low > 20
    assert found.low < 0 < found.high
    assert found.grade == "matched"
    assert found.method == "untreated"
    rise = found.reading.item("expected_rise")
    assert rise.low < naive.estimate < rise.high
    said = found.explain()
    assert "regression to the mean" in said
    assert "régression vers la moyenne" in found.explain("fr")


def test_a_real_effect_is_found(twice):
    found = effect(twice(effect=1.2, n=3000), "nps", **CALLED)
    assert found.low > 10
    r = found.reading
    assert r.item("naive").estimate == pytest.approx(r.item("expected_rise").estimate + found.estimate)
    assert r.item("before").estimate == -100
    assert r.item("observed").estimate == pytest.approx(r.item("expected_without").estimate + found.estimate)


def test_everybody_called_is_held_against_how_answers_agree(twice):
    found = effect(twice(share=1.0, n=2500), "nps", **CALLED)
    assert found.method == "shrinkage"
    assert found.grade == "observed"
    assert found.reading.item("naive").low > 20
    assert found.low < 0 < found.high
    assert "extrapolated" in [c.key for c in found.cautions]
    reliability = dict(next(c for c in found.checks if c.key == "reliability").values)["reliability"]
    assert reliability == pytest.approx(0.5, abs=0.15)


def test_pairs_from_before_stand_in(twice):
    found = effect(twice(share=1.0, waves=3), "nps", **CALLED, at="2025-04-01")
    assert found.method == "earlier"
    assert found.grade == "observed"
    assert found.low < 0 < found.high
    assert "earlier" in [c.key for c in found.cautions]
    # The same without a column that says who was called: all pairs across the day are treated.
    alone = effect(twice(share=1.0, waves=3), "nps", design="remeasured", at="2025-04-01")
    assert alone.estimate == pytest.approx(found.estimate)


def test_a_known_reliability_may_be_said(twice):
    study = twice(share=1.0, n=2500)
    found = effect(study, "nps", **CALLED, reliability=0.5)
    assert found.low < 0 < found.high
    assert "reliability_said" in [c.key for c in found.cautions]
    # Less agreement, more of the rise would have come anyway.
    weak = effect(study, "nps", **CALLED, reliability=0.2)
    assert weak.reading.item("expected_rise").estimate > found.reading.item("expected_rise").estimate


def test_numbers_without_a_scale_follow_a_straight_line():
    rng = np.random.default_rng(5)
    n = 1500
    own = rng.normal(100, 20, n)
    first, second = own + rng.normal(0, 20, n), own + rng.normal(0, 20, n)
    frame = pd.DataFrame(
        {
            "id": np.r_[np.arange(n), np.arange(n)],
            "day": pd.to_datetime(["2025-01-10"] * n + ["2025-03-10"] * n),
            "spend": np.r_[first, second].round(0),
        }
    )
    frame["called"] = np.r_[first < 80, first < 80]
    study = cx.Study(frame, id="id", date="day", revenue="spend", guess=False)
    low = sorted(set(frame.spend[frame.spend < 80]))
    found = effect(study, "revenue", **CALLED, among=low)
    assert found.low < 0 < found.high
    assert found.reading.item("naive").low > 10
    assert found.to_dict() == effect(study, "revenue", **CALLED, among=low).to_dict()
    assert found.unit == "EUR"


def test_a_person_counts_once_and_answers_pair_by_date(twice):
    study = twice(n=400)
    shuffled = cx.Study(
        study.data.sample(frac=1, random_state=1), id="id", date="day", nps="nps", scale={"nps": (0, 10)}, guess=False
    )
    one, other = effect(study, "nps", **CALLED), effect(shuffled, "nps", **CALLED)
    assert (one.estimate, one.low, one.n) == pytest.approx((other.estimate, other.low, other.n))
    low = study.data[(study.data.day == study.data.day.min()) & (study.data.nps <= 6)]
    assert one.n + one.reading.n_control >= len(low)
    assert one.n == int(low.called.sum())


def test_who_did_not_answer_again_is_counted(twice):
    data = twice().data
    rng = np.random.default_rng(1)
    gone = (data.day > data.day.min()) & data.called & (rng.random(len(data)) < 0.5)
    study = cx.Study(data[~gone], id="id", date="day", nps="nps", scale={"nps": (0, 10)}, guess=False)
    found = effect(study, "nps", **CALLED)
    assert "answered_again" in [c.key for c in found.cautions]


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"treated": None}, OptionError, "neither who was treated nor when"),
        ({"at": "2030-01-01"}, OptionError, "outside the dates"),
        ({"among": "low"}, OptionError, "among"),
        ({"among": []}, OptionError, "names no answer"),
        ({"reliability": 1.4}, OptionError, "reliability"),
        ({"controls": "called"}, OptionError, "no option of design='remeasured'"),
        ({"among": [0]}, NothingMatched, "answered again"),
    ],
)
def test_refusals_say_the_fix(twice, options, error, said):
    data = twice(n=300).data
    data = data.assign(nps=data.nps.clip(lower=1))
    study = cx.Study(data, id="id", date="day", nps="nps", scale={"nps": (0, 10)}, guess=False)
    with pytest.raises(error, match=said) as caught:
        effect(study, "nps", **{**CALLED, **options})
    assert caught.value.hint


def test_without_ids_or_anybody_left_alone_it_is_refused(twice):
    data = twice(share=1.0, n=300).data
    bare = cx.Study(data, date="day", nps="nps", scale={"nps": (0, 10)}, guess=False)
    with pytest.raises(RoleError, match="no 'id'"):
        effect(bare, "nps", **CALLED)
    only = cx.Study(
        data[data.called], id="id", date="day", nps="nps", scale={"nps": (0, 10)}, guess=False
    )  # fmt: skip
    with pytest.raises(UsageError, match="nobody to hold the treated against"):
        effect(only, "nps", **CALLED)
    # Everybody was called, and nobody answered twice before.
    with pytest.raises(UsageError, match="how far the chosen rise anyway") as caught:
        effect(only, "nps", design="remeasured", at="2025-02-01")
    assert caught.value.code == "no_untreated"
    csat = cx.Study(data.assign(c=data.nps.clip(1, 5)), id="id", date="day", csat="c", guess=False)
    with pytest.raises(OptionError, match="which first answers of 'csat'"):
        effect(csat, "csat", **CALLED)


def test_rtm_demo_of_40_studies_without_any_effect(twice):
    """The plain rise is "significant" in all of them, the effect in one of twenty."""
    naive = held = 0
    for seed in range(40):
        found = effect(twice(n=400, seed=seed), "nps", **CALLED)
        naive += found.reading.item("naive").low > 0
        held += found.low <= 0 <= found.high
    assert naive == 40
    assert held >= 34
