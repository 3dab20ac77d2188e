"""Every result in words, tables and drawings, French and English."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

import cxkit as cx
from cxkit.value.retention.caution import _SAY, Caution
from cxkit.value.retention.curves import survival
from cxkit.value.retention.leaving import at_risk
from cxkit.value.retention.rate import churn
from cxkit.value.retention.ratios import hazard
from cxkit.value.retention.triangle import cohorts

EVIL = "<b>Plus</b> $x$"


@pytest.fixture(scope="module")
def results(answers):
    frame = answers.assign(
        plan=answers["plan"].replace("plus", EVIL), why=np.where(answers["who"] % 3 == 0, "_price", "service <i>")
    )
    study = cx.Study(
        frame, id="who", date="day", nps="nps", left="left", since="since", segment="plan", reason="why", guess=False
    )
    flag = frame.groupby("who").last().reset_index().assign(gone=lambda t: t["left"].notna(), money=10.0)
    return {
        "churn": churn(study, "plan"),
        "churn_one": churn(study),
        "churn_flag": churn(flag, "plan", churned="gone", revenue="money", months=12),
        "survival": survival(study, "plan"),
        "survival_one": survival(study),
        "hazard": hazard(study, controls="plan"),
        "hazard_class": hazard(study, per="class", model="discrete", link="logit"),
        "cohorts": cohorts(study, since="since", left="left"),
        "activity": cohorts(study, id="who", date="day"),
        "at_risk": at_risk(study, controls="plan"),
        "at_risk_flag": at_risk(flag, id="who", churned="gone"),
    }


NAMES = ("churn", "churn_one", "churn_flag", "survival", "survival_one", "hazard", "hazard_class", "cohorts", "activity",
         "at_risk", "at_risk_flag")  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", NAMES)
def test_sentences_have_no_blank_left_and_no_nan(results, name, lang):
    said = results[name].explain(lang)
    assert said
    assert not re.search(r"\{|\}|\bnan\b|\binf\b|None", said)
    assert said[0].isupper() or said[0].isdigit() or said[0] == "<"
    if lang == "fr":
        assert not re.search(r"[^\s\u00a0]:\s", said.replace("://", "")), said  # a blank before a colon
        assert not re.search(r"\d\.\d", said.split("entered=")[0])


@pytest.mark.parametrize("name", NAMES)
def test_tables_escape_what_is_in_the_data(results, name):
    html = results[name]._repr_html_()
    assert "<b>Plus" not in html
    assert "<i>" not in html
    for lang in ("en", "fr"):
        grid = results[name].grid(lang)
        assert {len(row) for row in grid.rows} <= {len(grid.heads)}
        assert "nan" not in grid.text(lang)


@pytest.mark.parametrize("name", NAMES)
def test_plain_values_go_through_json_and_back(results, name):
    plain = results[name].to_dict()
    assert json.loads(json.dumps(plain, allow_nan=False))["schema"] == 1
    assert plain["kind"] == name.split("_")[0].replace("activity", "cohorts").replace("at", "at_risk")


@pytest.mark.parametrize("name", NAMES)
def test_frames_hold_item_estimate_low_high_unit(results, name):
    frame = results[name].to_frame()
    columns = list(frame.columns)
    at = columns.index("item")
    assert columns[at : at + 5] == ["item", "estimate", "low", "high", "unit"]
    known = frame.dropna(subset=["estimate", "low", "high"])
    assert ((known["low"] <= known["estimate"] + 1e-9) & (known["estimate"] <= known["high"] + 1e-9)).all()
    shares = known[known["unit"] == "%"]
    assert ((shares["low"] >= 0) & (shares["high"] <= 100)).all()


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", NAMES)
def test_every_drawing_takes_and_returns_axes(results, name, lang):
    import matplotlib.pyplot as plt

    plots = results[name].plot
    kinds = [k for k in dir(plots) if not k.startswith("_") and k != "result"]
    assert isinstance(plots(lang=lang), Axes)
    for kind in kinds:
        _, ax = plt.subplots()
        assert getattr(plots, kind)(ax=ax, lang=lang) is ax
        ax.figure.canvas.draw()  # text that matplotlib cannot set fails here


def test_drawings_of_survival_say_how_many_were_at_risk(results):
    ax = results["survival"].plot()
    said = [t.get_text() for t in ax.texts]
    assert str(results["survival"].curves[0].survived.steps.at_risk[0]) in [t.replace(",", "") for t in said]


def test_steps_of_the_curves_are_a_frame(results):
    steps = results["survival_one"].steps()
    assert list(steps.columns[:7]) == ["time", "retained", "low", "high", "at_risk", "lost", "censored"]
    gone = [c for c in steps if c.startswith("gone: ")]
    assert len(gone) == 2
    assert (steps["retained"] + steps[gone].sum(axis=1)).to_numpy() == pytest.approx(100)


def test_every_caution_speaks_both_languages():
    values = {"n": 3, "day": pd.Timestamp("2026-01-01").date(), "score": "NPS", "small": 30, "terms": 2, "p": 0.01,
              "slope": 0.5, "auc": 0.99, "time": 3.0, "unit": "months", "cohort": pd.Timestamp("2026-01-01").date(),
              "iso": "2026-01-01", "always": "1", "never": "5", "of": 10,
              "latest": pd.Timestamp("2027-01-01").date(), "today": pd.Timestamp("2026-01-02").date(), "column": "spend", "share": 0.2, "controls": "spend"}  # fmt: skip
    for key in _SAY._entries:
        english, french = (Caution(key, tuple(values.items())).text(lang) for lang in ("en", "fr"))
        assert english != french
        assert english.endswith(".")
        assert french.endswith(".")
        assert "{" not in english + french


def test_times_in_cautions_are_in_the_language_of_the_reader():
    said = Caution("early_empty", (("n", 3), ("time", 9.7), ("unit", "months")))
    assert "3 at 9.7 months" in said.text("en")
    assert "3 à 9,7 mois" in said.text("fr")


def test_a_page_judges_leaves_out_and_cuts(results):
    from cxkit.inference.families import family

    found = results["survival"]
    assert found.tested == (found.test.p,)
    judged = family(found, found).results[0]
    assert (judged.size, judged.correction) == (2, "bh")
    assert "adjusted for 2 tests" in judged.explain()
    alone = found.without(found.curves[0].key)
    assert len(alone) == 1
    assert EVIL not in alone.explain() or found.curves[0].key != (EVIL,)
    cut = found.cut(200)
    assert all(c.survived.steps.at_risk[-1] >= 200 for c in cut.curves)
    assert cut.to_frame()["item"].tolist() == found.to_frame()["item"].tolist()
    assert len(found.cut(10**6)) == 0


def test_a_point_is_one_of_the_answer_not_of_the_score(results):
    """One more point of NPS would be read as one of -100 to 100."""
    assert "One more on the answer to NPS (0–10)" in results["hazard"].explain()
    assert "sur la note NPS (0 à 10)" in results["hazard"].explain("fr")
    assert results["hazard"].to_frame()["item"][0] == "NPS answer"


def test_an_unknown_language_is_refused(results):
    with pytest.raises(cx.CxkitError, match="no language"):
        results["churn"].explain("de")


def test_results_are_frozen(results):
    for result in results.values():
        with pytest.raises((AttributeError, TypeError)):
            result.level = 0.5


def test_one_and_several_are_counted_in_both_languages():
    from cxkit.value.retention.shared_words import counted

    assert [counted(n, "departures", "en") for n in (0, 1, 2)] == ["0 departures", "1 departure", "2 departures"]
    assert [counted(n, "present", "fr") for n in (0, 1, 2)] == [
        "0 client présent",
        "1 client présent",
        "2 clients présents",
    ]
    one = pd.DataFrame({"months": [5, 6, 7], "gone": [1, 0, 0], "nps": [3, 9, 10]})
    found = survival(one, duration="months", churned="gone")
    assert "(3 clients, 1 parti)" in found.explain("fr")
    assert "(3 customers, 1 gone)" in found.explain()


def test_a_list_worse_than_the_overall_rate_is_not_called_better():
    rng = np.random.default_rng(0)
    noise = pd.DataFrame({"who": range(300), "nps": rng.integers(0, 11, 300), "gone": rng.random(300) < 0.2})
    found = at_risk(noise, id="who", churned="gone", months=12)
    assert found.quality.brier.skill < 0
    assert "% worse than the overall rate" in found.explain()
    assert "de moins bien que le taux moyen" in found.explain("fr")
    assert "de moins bien" in " ".join(found.grid("fr").notes)


def test_terms_in_cautions_are_french_in_french():
    from cxkit.value.retention.caution import Said

    told = Caution("not_proportional", (("p", 0.01), ("terms", Said("NPS answer", "note NPS"))))
    assert "NPS answer" in told.text("en")
    assert "note NPS" in told.text("fr")
    rng = np.random.default_rng(3)
    table = pd.DataFrame({"nps": rng.integers(0, 11, 800)})
    low = table["nps"] < 5
    table["months"] = np.where(low, 1 + rng.gamma(1, 4, 800), 1 + 12 * rng.beta(6, 1.5, 800))
    table["gone"] = 1
    table.loc[::4, "gone"] = 0
    found = hazard(table, duration="months", churned="gone")
    assert "not_proportional" in [c.key for c in found.cautions]
    assert "note NPS" in found.explain("fr")
    assert "NPS answer" not in found.explain("fr")
