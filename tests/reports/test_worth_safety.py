"""Few customers: neither what they did nor anything it could be computed from is on the page about worth."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pandas as pd
import pytest

from cxkit.reports import brief as brief_module
from cxkit.reports import page as page_module
from cxkit.reports import worth as module
from cxkit.reports import worth_returns as returns_module
from cxkit.reports.brief import Brief
from cxkit.reports.worth import Worth
from cxkit.reports.worth_safety import held_back, safe_curve, safe_groups, shown_outcomes
from cxkit.study import Study
from cxkit.value.behaviour import linkage

TOML = (
    '[source]\nuri = "survey.csv"\n[roles]\nid = "Id"\nnps = "NPS"\nmargin = "Margin"\nchurned = "Left"\nby = ["Segment"]\n'
    "[scale]\nnps = [0, 10]\n"
)
BLOCKS = (
    "headline", "joined", "at_stake", "point", "segments", "retention", "lifetime", "returns", "funding", "evidence", "method",
)  # fmt: skip


def customers(seed=0, **sizes):
    """Customers of each segment by class: ``a=(promoters, passives, detractors)``; margins that nobody could guess."""
    rng = np.random.default_rng(seed)
    rows = []
    for segment, counts in sizes.items():
        for answers, k in zip(((9, 10), (7, 8), (2, 3, 4, 5, 6)), counts, strict=True):
            rows += [(int(rng.choice(answers)), segment) for _ in range(k)]
    frame = pd.DataFrame(rows, columns=["NPS", "Segment"])
    frame["Id"] = [f"customer-{i}" for i in range(len(frame))]
    frame["Margin"] = np.round(rng.uniform(100, 900, len(frame)), 2)
    frame["Left"] = rng.integers(0, 2, len(frame))
    return frame


@pytest.fixture
def page(folder, monkeypatch):
    """Everything that a page of these rows says."""

    def make(rows, kind=Worth, blocks=BLOCKS, **parameters):
        folder(TOML, survey=rows.to_csv(index=False))
        seen = []
        for part in (module, returns_module, page_module, brief_module):
            monkeypatch.setattr(part, "heading", lambda text, level=2: seen.append(text), raising=False)
            monkeypatch.setattr(part, "paragraph", seen.append, raising=False)
            monkeypatch.setattr(part, "raw_html", seen.append, raising=False)
            monkeypatch.setattr(part, "figure", lambda axes, alt: seen.append(alt), raising=False)
        made = kind(**parameters)
        for block in blocks:
            getattr(made, block)()
        return made, re.sub(r"<[^>]+>", " ", "\n".join(seen))

    return make


# On one page -----------------------------------------------------------------------------------------


def test_a_small_class_hides_the_whole_outcome(page):
    rows = customers(a=(60, 40, 3))
    made, said = page(rows)
    assert made.classes is None
    assert "Not shown: Margin, Customers lost" in said
    assert "€" not in said
    assert "%" not in re.sub(r"Known.*|95%|100%|at most 5%", "", said)


def test_nothing_of_the_few_can_be_computed(page):
    """Neither the mean of the class nor of all, nor a slope: from any two of them it would follow."""
    rows = customers(a=(60, 40, 3))
    _, said = page(rows)
    stayed = rows[rows["Left"] == 0]
    for part in (rows, stayed):
        for mean in (
            part["Margin"].mean(),
            part[part["NPS"] < 7]["Margin"].mean(),
            part[part["NPS"] > 8]["Margin"].mean(),
        ):
            if mean == mean:
                assert f"{mean:.0f}" not in said
                assert f"{mean:.2f}" not in said


def test_an_empty_class_is_no_small_one(page):
    made, said = page(customers(a=(60, 40, 0)))
    assert made.classes is not None
    assert "Not shown" not in said


def test_amounts_of_few_who_stayed_are_hidden_and_departures_shown(page):
    rows = customers(a=(60, 40, 20))
    rows.loc[rows["NPS"] < 7, "Left"] = [1] * 18 + [0] * 2
    made, said = page(rows)
    assert made.linked.held == ("margin",)
    assert [o.name for o in made.classes.outcomes] == ["churned"]
    assert "Not shown: Margin" in said
    assert "€" not in said


def test_the_minimum_is_a_parameter(page):
    rows = customers(a=(60, 40, 8))
    rows["Left"] = [i % 2 for i in range(len(rows))]
    assert page(rows, min_n=4)[0].classes is not None
    assert page(rows, min_n=12)[0].classes is None


@pytest.mark.parametrize(("silent", "told"), [(2, False), (9, True), (0, True)])
def test_the_few_who_gave_no_score_are_not_everybody_less_the_classes(page, silent, told):
    rows = customers(a=(60, 40, 30)).astype({"NPS": float})
    more = customers(seed=2, a=(silent, 0, 0)).assign(NPS=np.nan, Id=[f"silent-{i}" for i in range(silent)])
    _, said = page(pd.concat([rows, more]) if silent else rows, blocks=("retention",))
    assert ("churn in 12 months" in said) is told


def test_no_id_is_on_the_page(page):
    _, said = page(customers(a=(60, 40, 30)))
    assert "customer-" not in said


@pytest.mark.parametrize("sizes", [(60, 40, 3), (60, 2, 30), (4, 40, 30)])
def test_the_executive_page_hides_it_too(page, sizes):
    made, said = page(customers(a=sizes), Brief, ("value",))
    assert made.claim("value") is None
    assert said == ""


# Curves ----------------------------------------------------------------------------------------------


def curve_of(counts):
    rows = [(answer, 100.0 + 7 * i + answer) for answer, k in counts.items() for i in range(k)]
    study = Study(pd.DataFrame(rows, columns=["nps", "margin"]), nps="nps", margin="margin", guess=False)
    return linkage(study, "nps", "margin").curve("margin")


def test_answers_of_a_few_are_not_drawn_and_cannot_be_computed():
    full = curve_of({2: 3, 4: 9, 6: 20, 7: 15, 8: 12, 9: 2, 10: 30})
    drawn = safe_curve(full, 5)
    # 2 alone would be the detractors less the others: 4 goes too; promoters are 9 and 10.
    assert [a.answer for a in drawn.only.answers] == [6, 7, 8]
    held = {a.answer: a.n for a in full.only.answers} | {a.answer: 0 for a in drawn.only.answers}
    assert held[2] + held[4] >= 5


def test_two_small_answers_protect_each_other():
    drawn = safe_curve(curve_of({3: 3, 4: 4, 6: 20, 7: 15, 8: 12, 10: 30}), 5)
    assert [a.answer for a in drawn.only.answers] == [6, 7, 8, 10]


def test_a_curve_of_what_is_left_is_none():
    assert safe_curve(curve_of({6: 3, 7: 15, 8: 12, 10: 30}), 5) is not None
    assert safe_curve(curve_of({6: 3, 7: 2, 8: 30, 9: 1, 10: 30}), 5) is None


# Groups and pages of a fan-out -----------------------------------------------------------------------


def test_a_group_with_a_small_class_is_not_shown_nor_is_the_one_that_protects_it(page):
    rows = customers(big=(90, 60, 40), middle=(30, 20, 15), tiny=(9, 7, 2))
    rows["Left"] = 0
    _, said = page(rows, blocks=("segments",))
    assert "Not shown: middle, tiny" in said or "fewer than two groups" in said
    mean = rows[rows["Segment"] == "tiny"]["Margin"].mean()
    assert f"€{mean:.0f}" not in said


def test_pages_of_a_fan_out_agree_on_what_they_hide(page, folder):
    rows = customers(big=(90, 60, 40), other=(50, 40, 30), middle=(30, 20, 15), tiny=(9, 7, 2))
    rows["Left"] = 0
    shown = {}
    for segment in ("big", "other", "middle", "tiny"):
        made, said = page(rows, only={"Segment": segment})
        shown[segment] = "margin" if made.classes is not None and "Margin" in said and "€" in said else ""
    assert shown["tiny"] == ""
    hidden = [segment for segment, told in shown.items() if not told]
    # What the pages leave of everybody is no class of a few.
    left = rows[rows["Segment"].isin(hidden)]
    for low, high in ((0, 6), (7, 8), (9, 10)):
        assert not 0 < left["NPS"].between(low, high).sum() < 5
    assert shown["big"]


def test_what_is_left_of_everybody_is_never_a_class_of_a_few():
    rng = np.random.default_rng(3)
    for _ in range(200):
        rows = [
            (group, "margin", band, int(rng.choice([0, 1, 3, 5, 8, 40])))
            for group, band in itertools.product("abcd", ("detractor", "passive", "promoter"))
        ]
        frame = pd.DataFrame(rows, columns=["g", "outcome", "band", "n"])
        frame["size"] = frame["n"] + rng.choice([0, 0, 1, 6], len(frame))
        found = safe_groups(frame, ["g"], ["margin"], 5)
        for group in found:
            assert all(n == 0 or n >= 5 for n in frame[frame["g"] == group[0]]["n"])
        if found:
            left = frame[~frame["g"].isin([g[0] for g in found])].groupby("band")[["n", "size"]].sum()
            assert all(n == 0 or n >= 5 for n in left.to_numpy().ravel())


def test_the_page_about_a_group_is_held_back_beside_everybody():
    rows = customers(big=(90, 60, 40), tiny=(9, 7, 2))
    study = Study(rows, id="Id", nps="NPS", margin="Margin", guess=False)
    assert held_back(study, {"Segment": "big"}, "nps", ["margin"], 5) == ["margin"]
    assert held_back(study, {"Segment": "big"}, "nps", ["margin"], 2) == []


def test_outcomes_are_judged_one_by_one():
    frame = pd.DataFrame(
        [("margin", "low", 4, 9), ("margin", "high", 40, 50), ("churned", "low", 9, 9), ("churned", "high", 50, 50),
         ("cost", "low", 0, 3), ("cost", "high", 50, 50)],
        columns=["outcome", "band", "n", "size"],
    )  # fmt: skip
    # That nobody of three has a cost tells of the three.
    assert shown_outcomes(frame, 5) == (["churned"], ["margin", "cost"])
    assert shown_outcomes(frame, 3) == (["margin", "churned", "cost"], [])
    assert shown_outcomes(frame, 60) == ([], ["margin", "churned", "cost"])
