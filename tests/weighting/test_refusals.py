"""Targets that do not fit are refused, with the column, the category and the fix."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.weighting import post_stratify, rake, trim_weights

FRAME = pd.DataFrame(
    {
        "Région": ["Nord", "Sud", "Nord", "Est"],
        "Canal": ["web", "web", "tel", None],
        "Jour": pd.to_datetime(["2026-01-01"] * 4),
        "w": [1.0, 2.0, 1.0, 0.0],
        "nps": [10, 9, 8, 3],
    }
)
FULL = {"Nord": 0.5, "Sud": 0.3, "Est": 0.2}


@pytest.mark.parametrize(
    ("targets", "error", "what", "hint"),
    [
        ({"Région": {"Nord": 0.5, "Sud": 0.3, "Est": 0.3}}, cx.OptionError, "'Région' sum to 1.1", "counts=True"),
        ({"Région": {"Nord": 50, "Sud": 30, "Est": 19.9}}, cx.OptionError, "sum to 99.9", "counts=True"),
        ({"Région": {"Nord": 0.5, "Sud": 0.3, "Est": 0}}, cx.OptionError, "'Est' is 0", "leave these rows out"),
        ({"Région": {"Nord": 0.9, "Sud": 0.3, "Est": -0.2}}, cx.OptionError, "'Est' is -0.2", "above 0"),
        ({"Région": {"Nord": math.nan, "Sud": 0.3, "Est": 0.2}}, cx.OptionError, "'Nord' is nan", "above 0"),
        ({"Région": {"Nord": "0.5", "Sud": 0.3, "Est": 0.2}}, cx.OptionError, "'Nord' is '0.5'", "above 0"),
        ({"Région": {"Nord": True, "Sud": 0.3, "Est": 0.2}}, cx.OptionError, "is True", "above 0"),
        ({"Région": {"nord": 0.5, "Sud": 0.3, "Est": 0.2}}, cx.OptionError, "'nord', which has a target", "'Nord'"),
        ({"Région": {**FULL, "Est": 0.1, "Ouest": 0.1}}, cx.OptionError, "'Ouest', which has a target", "merge it"),
        ({"Région": {"Nord": 0.6, "Sud": 0.4}}, cx.OptionError, "'Est' has 1 rows and no target", "Targets: Nord, Sud"),
        ({"Canal": {"web": 0.6, "tel": 0.4}}, cx.ColumnError, "1 rows have no 'Canal'", "give None a target"),
        ({"nps": {"10": 0.4, "9": 0.3, "8": 0.2, "3": 0.1}}, cx.OptionError, "'10', which has", "the data hold 10:"),
        ({"Regoin": FULL}, cx.ColumnError, "no column 'Regoin'", "did you mean 'Région'"),
        ({}, cx.OptionError, "targets= is {}", "Region"),
        ([("Région", FULL)], cx.OptionError, "targets= is", "Region"),
        ({"Région": 0.5}, cx.OptionError, "the target of 'Région' is 0.5", "{category: share}"),
        ({"Région": {}}, cx.OptionError, "the target of 'Région' is {}", "{category: share}"),
        ({("Région", "Canal"): {"Nord": 1.0}}, cx.OptionError, "no combination of 'Région' × 'Canal'", "one value a"),
        ({3: FULL}, cx.OptionError, "3 names no column", "a column"),
        ({"Région": FULL, ("Région",): FULL}, cx.OptionError, "two targets for 'Région'", "keep one"),
        ({"Jour": {"2026-01-01": 1.0}}, cx.OptionError, "holds dates", "column of periods"),
    ],
)  # fmt: skip
def test_targets_that_do_not_fit(targets, error, what, hint):
    with pytest.raises(error) as caught:
        rake(FRAME, targets)
    assert what in caught.value.what
    assert hint in caught.value.hint


def test_a_category_of_rows_without_weight_only_says_so():
    with pytest.raises(cx.OptionError, match="no row with a weight above 0 has 'Région' = 'Est'") as caught:
        rake(cx.Study(FRAME, weight="w", guess=False), {"Région": FULL})
    assert caught.value.column == "Région"


def test_counts_of_two_populations():
    with pytest.raises(cx.OptionError, match="sum to 1,000 and those of 'nps' to 2,000"):
        rake(
            FRAME,
            {"Région": {"Nord": 500, "Sud": 300, "Est": 200}, "nps": dict.fromkeys((10, 9, 8, 3), 500)},
            counts=True,
        )
    found = rake(FRAME, {"Région": {"Nord": 5, "Sud": 3, "Est": 2}}, counts=True)
    assert found.study["weight"].tolist() == pytest.approx([1, 1.2, 1, 0.8])


def test_targets_that_no_weights_can_meet_name_column_category_and_gap():
    frame = pd.DataFrame({"a": list("xxyy"), "b": list("ppqq")})
    with pytest.raises(cx.OptionError, match="did not converge in") as caught:
        rake(frame, {"a": {"x": 0.7, "y": 0.3}, "b": {"p": 0.4, "q": 0.6}})
    assert caught.value.code == "not_converged"
    assert caught.value.column == "a"
    assert "'x' stays at 40 % and its target is 70 %" in caught.value.what
    assert "merge small categories" in caught.value.hint


def test_too_few_rounds_are_no_silent_success():
    rng = np.random.default_rng(1)
    a = rng.integers(0, 4, 200)
    frame = pd.DataFrame({"a": a, "b": (a + rng.integers(0, 2, 200)) % 4})
    targets = {"a": dict(enumerate([0.4, 0.3, 0.2, 0.1])), "b": dict(enumerate([0.35, 0.25, 0.25, 0.15]))}
    with pytest.raises(cx.OptionError, match="did not converge in 2 rounds"):
        rake(frame, targets, max_iter=2)
    assert rake(frame, targets).converged


@pytest.mark.parametrize("bounds", [(3, 0.3), (1.2, 3), (0.3, 0.9), 3, "low", (None, -1), (float("nan"), 2)])
def test_bounds_that_do_not_hold_the_mean(bounds):
    with pytest.raises(cx.OptionError, match="no bounds of weights whose mean is 1") as caught:
        rake(FRAME, {"Région": FULL}, trim=bounds)
    assert "trim=(0.3, 3)" in caught.value.hint


@pytest.mark.parametrize("options", [{"tol": 0}, {"tol": 1}, {"max_iter": 0}, {"max_iter": 2.5}])
def test_tolerance_and_rounds_are_checked(options):
    with pytest.raises(cx.OptionError, match=next(iter(options))):
        rake(FRAME, {"Région": FULL}, **options)


def test_weight_goes_with_a_frame_and_trim_needs_one():
    study = cx.Study(FRAME, guess=False)
    with pytest.raises(cx.UsageError, match="goes with a frame"):
        rake(study, {"Région": FULL}, weight="w")
    with pytest.raises(cx.RoleError, match="no weights to trim"):
        trim_weights(study)
    with pytest.raises(cx.OptionError, match="is the design weight and a target"):
        rake(FRAME, {"w": {1: 0.5, 2: 0.5}}, weight="w")
    with pytest.raises(cx.RoleError, match="negative"):
        rake(FRAME.assign(w=-1.0), {"Région": FULL}, weight="w")


def test_post_stratification_refuses_a_missing_combination():
    with pytest.raises(cx.ColumnError, match="no 'Canal'"):
        post_stratify(FRAME, {("Nord", "web"): 0.4, ("Sud", "web"): 0.4, ("Nord", "tel"): 0.2}, by=["Région", "Canal"])
    found = post_stratify(
        FRAME,
        {("Nord", "web"): 0.4, ("Sud", "web"): 0.3, ("Nord", "tel"): 0.2, ("Est", None): 0.1},
        by=["Région", "Canal"],
    )
    assert found.study["weight"].tolist() == pytest.approx([1.6, 1.2, 0.8, 0.4])
    assert found.margins[-1].category == "Est · (missing)"


def test_bounds_that_keep_a_target_away_are_said_not_hidden():
    frame = pd.DataFrame({"a": ["x"] * 95 + ["y"] * 5})
    found = rake(frame, {"a": {"x": 0.5, "y": 0.5}}, trim=(0.3, 3))
    assert not found.converged
    assert found.high == 3
    assert found.gap == pytest.approx(35)
    assert "reaches 15.0%, its target is 50.0%" in found.explain()
    assert "a · y atteint 15,0\u00a0% pour une cible de 50,0\u00a0%" in found.explain("fr")
    assert any("keep the weights" in note for note in found.grid().notes)


def test_value_labels_name_categories():
    reading = cx.Reading(pd.DataFrame({"sexe": [1, 2, 2, 2]}), labels={"sexe": {1: "Homme", 2: "Femme"}})
    by_label = rake(cx.Study(reading, guess=False), {"sexe": {"Homme": 48, "Femme": 52}})
    by_code = rake(cx.Study(reading, guess=False), {"sexe": {1: 48, 2: 52}})
    assert by_label.study["weight"].tolist() == by_code.study["weight"].tolist()
    assert [row.category for row in by_code.margins] == ["Homme", "Femme"]
    assert by_label.study.reading.labels == {"sexe": {1: "Homme", 2: "Femme"}}


def test_a_pandas_series_is_a_margin():
    """Found in review: what ``value_counts(normalize=True)`` gives was refused."""
    held = FRAME.loc[:2]
    shares = pd.Series(["Nord"] * 3 + ["Sud"], name="Région").value_counts(normalize=True)
    expected = rake(held, {"Région": {"Nord": 0.75, "Sud": 0.25}}).margins
    for targets in ({"Région": shares}, shares):
        assert list(rake(held, targets).margins) == list(expected)
    joint = pd.Series([0.5, 0.25, 0.25], pd.MultiIndex.from_tuples(
        [("Nord", "web"), ("Nord", "tel"), ("Sud", "web")], names=["Région", "Canal"]))  # fmt: skip
    assert list(rake(held, joint).margins) == list(rake(held, {("Région", "Canal"): joint.to_dict()}).margins)
    with pytest.raises(cx.OptionError, match="has no name"):
        rake(held, pd.Series({"Nord": 0.75, "Sud": 0.25}))
    twice = pd.Series([0.5, 0.25, 0.25], ["Nord", "Nord", "Sud"])
    with pytest.raises(cx.OptionError, match="two targets"):
        rake(held, {"Région": twice})
