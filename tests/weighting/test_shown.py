"""How weights are shown: numbers, sentences, table and drawing agree."""

from __future__ import annotations

import json

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import cxkit as cx
from cxkit.weighting import rake, trim_weights

FRAME = pd.DataFrame({"$seg_": ["<b>x</b>"] * 30 + ["y"] * 10, "nps": [10, 3] * 20, "w": [1.0, 2.0] * 20})
TARGETS = {"$seg_": {"<b>x</b>": 40, "y": 60}}


@pytest.fixture
def found():
    return rake(FRAME, TARGETS)


def test_frame_and_dict_hold_the_same(found):
    frame = found.to_frame()
    assert list(frame.columns) == ["margin", "category", "n", "target", "before", "after"]
    assert frame["before"].tolist() == [75, 25]
    assert frame["after"].tolist() == pytest.approx([40, 60])
    said = found.to_dict()
    assert json.loads(json.dumps(said)) == said
    assert (said["schema"], said["kind"], said["method"], said["n"]) == (1, "weights", "rake", 40)
    assert said["rows"] == frame.to_dict("records")
    assert said["n_eff"] * said["deff"] == pytest.approx(40)
    assert rake(FRAME, TARGETS, trim=(0.3, None)).to_dict()["bounds"] == [0.3, None]


def test_sentences_say_the_cost_and_the_limit(found):
    english, french = found.explain(), found.explain("fr")
    assert english.startswith("Every share meets its target. The largest correction is $seg_ · <b>x</b>: 75.0% of the")
    assert "design effect 1.65" in english
    assert "effet de plan 1,65" in french
    assert "75,0\u00a0% des lignes, 40,0\u00a0% après redressement" in french
    assert english.endswith("Weights correct only what the weighting columns explain.")
    assert "noisy" not in english
    assert "noisy" in rake(FRAME, {"$seg_": {"<b>x</b>": 10, "y": 90}}).explain()
    with pytest.raises(cx.OptionError):
        found.explain("de")


def test_html_escapes_what_comes_from_the_data(found):
    assert "<b>x</b>" not in found._repr_html_().replace("&lt;b&gt;x&lt;/b&gt;", "")
    assert "&lt;b&gt;x&lt;/b&gt;" in found._repr_html_()
    assert "$seg_ · <b>x</b>" in repr(found)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_drawing_keeps_to_the_callers_axes_and_draws_any_name(found, lang):
    figure, ax = plt.subplots()
    assert found.plot(ax=ax, lang=lang) is ax
    figure.canvas.draw()
    assert len(ax.get_yticklabels()) == 2
    assert ax.get_legend() is not None
    plt.close(figure)


def test_trimmed_weights_are_shown_without_margins():
    found = trim_weights(FRAME, (0.8, 1.2), weight="w")
    assert found.trimmed == 20  # the others come to rest on 0.8 by themselves
    assert sorted(set(found.study[found.column].round(12))) == [0.8, 1.2]
    assert "Trimmed weights" in repr(found)
    assert "Rows held at a bound (0.80 to 1.20): 20." in found.explain()
    assert "ramenées à une borne" in found.explain("fr")
    assert found.to_frame().empty
    found.plot().figure.clear()


def test_the_new_study_weights_every_metric_and_keeps_the_base():
    study = cx.Study(FRAME, nps="nps", by="$seg_", weight="w", guess=False)
    found = rake(study, TARGETS)
    assert found.design == "w"
    assert "They start from the design weights in “w”." in found.explain()
    assert study.roles["weight"] == ("w",)
    before, after = study.nps(by="$seg_"), found.study.nps(by="$seg_")
    assert before.n == after.n == (30, 10)
    assert found.study.nps().n_eff[0] == pytest.approx(found.n_eff)
