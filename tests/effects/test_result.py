"""How effects are shown: frames, JSON, sentences in two languages, tables, drawings."""

import json
import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.effects import effect
from cxkit.effects.check_words import _SAY as CHECKS
from cxkit.effects.words import say
from cxkit.errors import OptionError, UsageError


@pytest.fixture(params=["ab", "did", "its", "matched", "remeasured"])
def found(request, shops, twice, callers):
    if request.param == "ab":
        return effect(cx.Study(callers, guess=False), ["spend", "stays"], design="ab", treated="size", control="small")
    if request.param == "did":
        return effect(shops(), "nps", design="did", treated="pilot", at="2025-07-01", controls="size")
    if request.param == "its":
        days = pd.date_range("2023-01-01", periods=760, freq="D")
        y = 5 + 0.01 * np.arange(760) + np.sin(np.arange(760)) + 2.0 * (np.arange(760) > 400)
        study = cx.Study(pd.DataFrame({"day": days, "y": y}), date="day", guess=False)
        return effect(study, "y", design="its", at="2024-02-01")
    if request.param == "matched":
        return effect(
            cx.Study(callers, revenue="spend", guess=False), "revenue", design="matched", treated="called",
            controls=["age", "size"],
        )  # fmt: skip
    return effect(twice(), "nps", design="remeasured", treated="called")


def test_frames_and_json(found):
    frame = found.to_frame()
    assert list(frame.columns)[-5:] == ["item", "estimate", "low", "high", "unit"]
    assert set(frame.item) >= {"observed", "expected_without", "effect", "naive"}
    plain = found.to_dict()
    assert plain["schema"] == 1
    assert plain["kind"] == "effect"
    json.dumps(plain, allow_nan=False)
    assert found.grade in ("tested", "matched", "observed")
    if len(found) == 1:
        row = frame[frame.item == "effect"].iloc[0]
        assert (row.estimate, row.low, row.high) == (found.estimate, found.low, found.high)
        assert found.se > 0
        assert 0 <= found.p <= 1


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_sentences_say_effect_assumption_and_grade(found, lang):
    said = found.explain(lang)
    assert ("It rests on" in said) == (lang == "en")
    assert ("Hypothèse" in said) == (lang == "fr")
    assert ("Evidence" in said) == (lang == "en")
    assert not re.search(r"[{}]|\bnan\b|\binf\b|  ", said)
    assert said.rstrip().endswith(".")
    for check in found.checks:
        text = check.text(lang)
        assert text.endswith(".")
        assert not re.search(r"[{}]|\bnan\b", text)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_tables_in_text_and_html(found, lang):
    grid = found.grid(lang)
    assert not re.search(r"\bnan\b", grid.text(lang))
    assert grid.html(lang).count("<table") == 1
    assert grid.notes[1].endswith(".")
    assert repr(found)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_drawings_return_their_axes(found, lang):
    _, axes = plt.subplots()
    assert found.plot(ax=axes, lang=lang) is axes
    assert axes.get_title(loc="left")
    assert found.plot.arms(lang=lang) is not axes
    kinds = {"ab": "arms", "did": "events", "its": "series", "matched": "love", "remeasured": "rebound"}
    for design, kind in kinds.items():
        if design not in (found.design, "ab"):
            with pytest.raises(UsageError, match="nothing for"):
                getattr(found.plot, kind)()


def test_all_phrases_are_in_both_languages():
    for book in (say, CHECKS):
        for key, entry in book._entries.items():
            assert set(entry) == {"en", "fr"}, key
            blanks = [set(re.findall(r"{(\w+)}", text)) for text in entry.values()]
            assert blanks[0] - {"column"} == blanks[1] - {"column"}, key


def test_several_readings_have_no_single_estimate(callers):
    found = effect(cx.Study(callers, guess=False), "spend", design="ab", treated="size", control="small")
    with pytest.raises(ValueError, match="2 readings"):
        _ = found.estimate
    assert found.of(arm="large").estimate == found.readings[0].estimate
    with pytest.raises(OptionError, match="no arm 'larg'") as caught:
        found.of(arm="larg")
    assert "large" in caught.value.hint
    with pytest.raises(KeyError):
        found.readings[0].item("efect")


def test_text_of_the_data_cannot_be_markup(callers):
    frame = callers.assign(size=callers["size"].replace({"large": "<script>x</script>", "public": "a$b$c"}))
    found = effect(cx.Study(frame, guess=False), "spend", design="ab", treated="size", control="small")
    assert "<script>" not in found._repr_html_()
    found.plot().figure.canvas.draw()


def test_an_effect_for_the_worse_says_so(callers):
    study = cx.Study(callers.assign(gone=(callers.stays == "non") | callers.called), churned="gone", guess=False)
    found = effect(study, "churned", design="matched", treated="called", controls=["age", "size"])
    assert found.estimate > 0
    assert found.reading.verdict == "worse"
    assert "for the worse" in found.explain()
    assert "défavorable" in found.explain("fr")
    assert "▼" in str(found)


def test_outcomes_are_meant_by_role_metric_or_column(twice, callers):
    study = cx.Study(callers, revenue="spend", outcome="stays", guess=False, currency="USD")
    assert effect(study, "revenue", design="ab", treated="called").unit == "USD"
    assert effect(study, "outcome", design="ab", treated="called").unit == "points"
    assert effect(study, "mean:age", design="ab", treated="called").unit == ""
    wow = cx.linear_metric("wow", on="nps", scale=(0, 10), points={range(10): 0, 10: 100}, unit="%")
    assert effect(twice(), wow, design="remeasured", treated="called", among=range(7)).unit == "points"


def test_an_empty_or_odd_call_is_refused(callers):
    study = cx.Study(callers, guess=False)
    for outcome in ([], "size", "nothing"):
        with pytest.raises(UsageError):
            effect(study, outcome, design="ab", treated="called")
    with pytest.raises(UsageError, match="one outcome"):
        effect(study, ["spend", "age"], design="matched", treated="called", controls="size")
    with pytest.raises(OptionError, match="one earlier measure"):
        effect(study, "spend", design="ab", treated="called", before=["age", "size"])
