"""What readers see: sentences in two languages, tables, drawings; text from data is shown as it is."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from cxkit.errors import OptionError
from cxkit.value.behaviour import linkage


@pytest.fixture(scope="module")
def found(study):
    return linkage(study(), by=None)


def test_sentences_in_english(found):
    said = found.explain()
    assert "Revenue, per customer over 12 months, among customers who stayed: Promoters €1," in said
    assert "Promoters against Detractors: +€" in said
    assert "One point of NPS goes with +€2.0" in said
    assert said.endswith("Association, not proof of cause: what a changed score would bring is for a test to show.")


def test_sentences_in_french(found):
    said = found.explain("fr")
    assert "Chiffre d’affaires, par client sur 12 mois, parmi les clients restés : Promoteurs 1" in said
    assert "Un point de NPS va de pair avec +2,0" in said
    assert "point de pourcentage" in said
    assert "Benjamini-Hochberg sur 6 tests" in said
    assert "Association, et non preuve de causalité" in said


def test_an_unknown_language(found):
    for result in (found, found.point(), found.curve(), found.converted()):
        with pytest.raises(OptionError, match="no language 'de'"):
            result.explain("de")


def test_a_value_that_may_be_nothing_says_so(study, frame_of):
    frame = frame_of(300)
    frame["revenue"] = np.random.default_rng(9).normal(100, 30, 300)
    point = linkage(study(frame)).point()
    assert point.low < 0 < point.high
    assert "which may be nothing" in point.explain()
    assert "effet possiblement nul" in point.explain("fr")


def test_a_rate_is_said_in_percentage_points_and_hedged(found):
    said = found.point("churned", customers=1000).explain()
    assert "percentage points" in said
    assert "For 1,000 customers: −0.9 customers [−1.1 ; −0.8]." in said
    assert "a straight line through yes and no" in said
    assert "logit" in found.point("churned", model="logit").explain()


def test_frames_and_dictionaries(found):
    frame = found.to_frame()
    assert frame.columns.tolist() == ["outcome", "band", "item", "estimate", "low", "high", "unit", "n"]
    assert frame["item"].tolist() == ["mean"] * 4 + ["point"] + ["rate"] * 4 + ["point"]
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert (plain["schema"], plain["kind"], plain["correction"]) == (1, "linkage", "bh")
    assert {"key", "text"} == set(plain["cautions"][0])
    moved = found.converted(customers=10).to_dict()
    assert (moved["kind"], moved["from_to"]) == ("converted", ["detractor", "promoter"])
    assert [i["item"] for i in moved["groups"][0]["items"]] == ["converted", "converted_total", "mean"]


def test_tables(found):
    text = repr(found)
    assert "▲ higher" in text
    assert "reference" in text
    assert "▼ lower" in text
    for result in (found, found.point(customers=5), found.converted(), found.curve("churned")):
        assert "<table" in result._repr_html_()
        assert "Association" in result.grid("fr").html("fr")


def test_text_from_data_is_escaped(frame_of, study):
    frame = frame_of(200).assign(part="<script>alert(1)</script>$x$").rename(columns={"contacts": "<b>calls</b>"})
    result = linkage(study(frame), outcomes=["revenue", "<b>calls</b>"], by="part")
    for shown in (result, result.point("<b>calls</b>"), result.curve("<b>calls</b>")):
        assert "<script>" not in shown._repr_html_()
        assert "<b>calls" not in shown._repr_html_()
    result.plot.bars("<b>calls</b>").figure.canvas.draw()
    result.point().plot().figure.canvas.draw()


def test_drawings_take_axes_and_return_them(found):
    import matplotlib.pyplot as plt

    for draw in (found.plot, found.point().plot, found.curve().plot):
        _, ax = plt.subplots()
        assert draw(ax=ax, lang="fr") is ax
        ax.figure.canvas.draw()


def test_bars_show_each_class_with_its_base(found):
    axes = found.plot.bars("churned")
    texts = [t.get_text() for t in axes.texts]
    assert len(texts) == 3
    assert all("n=" in t for t in texts)
    assert [t.get_text() for t in axes.get_yticklabels()] == ["Promoters", "Passives", "Detractors"]


def test_a_curve_names_its_classes_beside_their_colours(found):
    axes = found.curve().plot(lang="fr")
    assert {"Détracteurs", "Passifs", "Promoteurs"} <= {t.get_text() for t in axes.texts}


def test_results_are_frozen_and_complete(found):
    with pytest.raises(AttributeError):
        found.level = 0.9
    assert {"bars"} <= set(dir(found.plot))
    assert len(found) == 1


def test_many_outcomes_are_told_in_few_sentences(study, frame_of):
    frame = frame_of().assign(
        support=lambda f: 5.0 + f["contacts"], referred=lambda f: f["contacts"] % 2 + f["nps"] % 3
    )
    found = linkage(study(frame, contacts="contacts", support_cost="support", referrals="referred"))
    said = found.explain()
    assert said.count("One point of NPS goes with") == 2  # revenue and churn
    assert "Per customer, one point of NPS also goes with " in said
    assert said.count("Promoters against Detractors") == 2
    assert "Par client, un point de NPS va aussi de pair avec" in found.explain("fr")
    assert {o.title() for o in found.outcomes} <= {row[0].text for row in found.grid().rows}


def test_a_unit_is_said_once(found, study, frame_of):
    assert not re.search(r"%\s?\[[^]]*\]\s?%|€\s?\[[^]]*\]\s?€", found.explain() + found.explain("fr"))
    counted = linkage(study(frame_of(), contacts="contacts")).point("contacts", customers=1000)
    assert re.search(r"−[\d.]+ contacts \[[^]]*\]\.", counted.explain())


def test_french_has_no_elision_or_agreement_to_miss(study, frame_of):
    frame = frame_of().rename(columns={"contacts": "achats"})
    found = linkage(study(frame), outcomes=["achats"])
    assert "de achats" not in found.explain("fr")
    assert "(achats, par client)" in found.point("achats").explain("fr")
    assert "Écart Promoteurs − Détracteurs" in found.explain("fr")
    bands = {"hard": [1, 2], "easy": [3, 4, 5]}
    effort = linkage(study(frame.assign(effort=1 + frame["nps"] % 5)), "effort", "achats", bands=bands)
    assert "Un point d’effort" in effort.explain("fr")


def test_axes_of_money_have_their_currency(found):
    import matplotlib.pyplot as plt

    for draw in (found.plot, found.point("revenue").plot, found.curve("revenue").plot):
        axes = draw(lang="en")
        axes.figure.canvas.draw()
        axis = axes.yaxis if "EUR" in axes.get_ylabel() else axes.xaxis
        assert "Revenue (EUR)" in axis.get_label_text()
        assert any("€" in tick.get_text() for tick in axis.get_ticklabels())
        plt.close("all")
