"""Weights for non-response: they remove the bias that the columns explain, and say when they cannot."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.weighting import rake, response_weights


def invited(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Who has been here long is happier and answers more often: respondents flatter the score."""
    tenure = rng.gamma(2, 2, n)
    app = rng.random(n) < 0.4
    chance = 1 / (1 + np.exp(2.2 - 0.35 * tenure - 0.8 * app))
    happy = rng.random(n) < 1 / (1 + np.exp(1.5 - 0.4 * tenure - 0.5 * app))
    return pd.DataFrame(
        {
            "id": np.arange(n), "tenure": tenure, "app": np.where(app, "yes", "no"),
            "answered": rng.random(n) < chance, "happy": happy,
        }
    )  # fmt: skip


def test_bias_that_the_columns_explain_is_removed_and_the_interval_covers():
    rng = np.random.default_rng(2026)
    raw, fixed, covered, runs = [], [], 0, 120
    for _ in range(runs):
        people = invited(1500, rng)
        found = response_weights(people, responded="answered", on=["tenure", "app"], id="id", classes=5)
        answers = people[people["answered"]]
        study = found.weigh(cx.Study(answers, id="id", outcome="happy", guess=False))
        score = study.rate("outcome")
        truth = 100 * people["happy"].mean()
        raw.append(100 * answers["happy"].mean() - truth)
        fixed.append(score.value - truth)
        covered += score.low[0] <= truth <= score.high[0]
    assert np.mean(raw) > 9
    assert abs(np.mean(fixed)) < 0.1 * np.mean(raw)
    assert covered / runs > 0.9


def test_weights_balance_the_columns_and_average_to_one():
    people = invited(4000, np.random.default_rng(3))
    found = response_weights(people, responded="answered", on=["tenure", "app"], id="id", classes=None)
    assert np.mean(found.weights) == pytest.approx(1)
    assert found.n == int(people["answered"].sum())
    assert found.n_eff == pytest.approx(sum(found.weights) ** 2 / sum(w * w for w in found.weights))
    for row in found.margins:
        assert abs(row.after - row.target) < 2
    assert max(abs(row.before - row.target) for row in found.margins) > 8
    assert [row.category for row in found.margins if row.margin == "app"] == ["no", "yes"]


def test_classes_hold_equal_shares_and_their_rates():
    people = invited(3000, np.random.default_rng(4))
    found = response_weights(people, responded="answered", on=["tenure", "app"], id="id", classes=5)
    assert [c.invited for c in found.classes] == [600] * 5
    assert [c.rate for c in found.classes] == [pytest.approx(100 * c.answered / c.invited) for c in found.classes]
    assert all(a.high <= b.low for a, b in zip(found.classes, found.classes[1:], strict=False))
    by_rate = [c.weight * c.rate for c in found.classes]
    assert by_rate == pytest.approx([by_rate[0]] * 5)


def test_a_study_takes_the_weights_and_rakes_on_from_them():
    people = invited(800, np.random.default_rng(5))
    found = response_weights(cx.Study(people, id="id", guess=False), responded="answered", on="app")
    answers = people[people["answered"]].sample(frac=1, random_state=1)
    study = found.weigh(cx.Study(answers, id="id", guess=False))
    weights = found.to_weights().set_index("id")["weight"]
    assert study["weight"].tolist() == weights.loc[answers["id"]].tolist()
    raked = rake(study, {"app": {"no": 0.6, "yes": 0.4}})
    assert raked.design == "weight"
    assert raked.column == "weight_2"
    stranger = pd.concat([answers, answers.iloc[:1].assign(id=10**6)])
    assert found.weigh(cx.Study(stranger, id="id", guess=False))["weight"].iloc[-1] == 0


@pytest.mark.parametrize("engine", ["pandas", "polars", "pyarrow"])
def test_weights_reach_the_answers_on_engines_that_hold_rows(engine):
    import pyarrow as pa

    people = invited(300, np.random.default_rng(6))
    found = response_weights(people, responded="answered", on="tenure", id="id")
    answers = people.loc[people["answered"], ["id", "happy"]].iloc[::-1]
    table = pa.Table.from_pandas(answers, preserve_index=False)
    frame = answers if engine == "pandas" else table
    if engine == "polars":
        import polars as pl

        frame = pl.from_arrow(table)
    study = found.weigh(cx.Study(frame, id="id", guess=False))
    got = study["weight"]
    assert (got.to_pylist() if engine == "pyarrow" else got.to_list()) == list(reversed(found.weights))


def test_engines_without_rows_and_studies_with_a_weight_of_their_own_are_refused():
    import duckdb

    people = invited(200, np.random.default_rng(7))
    found = response_weights(people, responded="answered", on="tenure", id="id")
    with pytest.raises(cx.UsageError, match="in memory"):
        found.weigh(cx.Study(duckdb.connect().from_df(people), id="id", guess=False))
    with pytest.raises(cx.UsageError, match="made without"):
        found.weigh(cx.Study(people.assign(w=1.0), id="id", weight="w", guess=False))
    with pytest.raises(cx.ColumnError, match="among the"):
        found.weigh(cx.Study(people.assign(id=people["id"] + 10_000), id="id", guess=False))


def test_the_floor_holds_and_is_counted():
    rng = np.random.default_rng(8)
    people = invited(2000, rng)
    found = response_weights(people, responded="answered", on="tenure", id="id", classes=None, floor=0.25)
    free = response_weights(people, responded="answered", on="tenure", id="id", classes=None, floor=0.001)
    assert found.floored > 0 == free.floored
    assert found.high < free.high
    assert found.high / found.low <= 1 / 0.25
    assert "raised to the floor of 25.0%" in found.explain()


BASE = pd.DataFrame(
    {"id": range(8), "yes": [1, 0, 1, 0, 1, 0, 1, 0], "x": [1.0, 2, 3, 4, 4, 3, 2, 1], "g": list("aabbaabb")}
)


@pytest.mark.parametrize(
    ("change", "options", "error", "what"),
    [
        ({"g": "a"}, {}, cx.OptionError, "'g' is 'a' for everybody"),
        ({"x": 2.0}, {}, cx.OptionError, "'x' is 2 for everybody"),
        ({"g": list("aabbaacc"), "yes": [1, 0, 1, 0, 1, 0, 0, 0]}, {}, cx.OptionError, "nobody of 'g' = 'c' answered"),
        ({"g": list("aabbaacc"), "yes": [1, 0, 1, 0, 1, 0, 1, 1]}, {}, cx.OptionError, "everybody of 'g' = 'c'"),
        ({"x": [5.0, 1, 6, 2, 7, 3, 8, 4]}, {}, cx.OptionError, "without fail"),
        ({"y": [2.0, 4, 6, 8, 8, 6, 4, 2]}, {"on": ["x", "y"]}, cx.OptionError, "'y' follows from the other columns"),
        ({"x": [np.nan, *range(7)]}, {}, cx.ColumnError, "1 people have no 'x'"),
        ({"g": ["", *"aabbabb"]}, {}, cx.ColumnError, "1 people have no 'g'"),
        ({"yes": 1}, {}, cx.OptionError, "everybody answered"),
        ({"yes": 0}, {}, cx.OptionError, "nobody answered"),
        ({"yes": [1, 0, 1, 0, 1, 0, 1, None]}, {}, cx.ColumnError, "1 people have no 'yes'"),
        ({"yes": list("YNYNYNY?")}, {}, cx.OptionError, "'?' in 'yes' is neither yes nor no"),
        ({"id": 1}, {}, cx.RoleError, "the key 1 is there more than once"),
        ({}, {"id": None}, cx.RoleError, "no key"),
        ({}, {"on": []}, cx.OptionError, "names no column"),
        ({}, {"on": ["yes"]}, cx.OptionError, "cannot explain who answered"),
        ({}, {"on": ["ex"]}, cx.ColumnError, "no column 'ex'"),
        ({}, {"classes": 1}, cx.OptionError, "classes= is 1"),
        ({}, {"floor": 0}, cx.OptionError, "floor= is 0"),
        ({"g": [str(i) for i in range(8)]}, {}, cx.OptionError, "answered (1 people)"),
    ],
)  # fmt: skip
def test_people_that_cannot_be_modelled(change, options, error, what):
    with pytest.raises(error) as caught:
        response_weights(BASE.assign(**change), **{"responded": "yes", "on": ["x", "g"], "id": "id"} | options)
    assert what in caught.value.what
    assert caught.value.hint


def test_shown_in_both_languages_without_anybodys_key():
    people = invited(600, np.random.default_rng(9)).assign(id=lambda f: "person-" + f["id"].astype(str))
    found = response_weights(people, responded="answered", on=["tenure", "app"], id="id")
    said = json.dumps(found.to_dict())
    for text in (said, repr(found), found._repr_html_(), found.explain(), found.explain("fr")):
        assert "person-" not in text
    assert "600" in found.explain("fr")
    assert "répondu" in found.explain("fr")
    axes = found.plot(lang="fr")
    assert "Répondants (%)" in [t.get_text() for t in axes.get_legend().get_texts()]
    axes.figure.clear()
    assert list(found.to_frame().columns) == ["margin", "category", "n", "target", "before", "after"]
