"""Every caution is a sentence in both languages, with its figures and never NaN."""

import ast
import itertools
import math
import re
from pathlib import Path
from string import Formatter

import pytest

import cxkit.keydrivers
from cxkit.errors import OptionError
from cxkit.keydrivers.diagnosis.caution import Caution
from cxkit.keydrivers.diagnosis.caution_words import _ENTRIES, ORDER, caution_text, in_order

_NAMES = tuple("abcdefghij")


def _of(key, lang, drivers=("Délai d’attente",), number=3.0):
    """A caution that fills every blank of its entry."""
    fields = [f for _, f, _, _ in Formatter().parse(_ENTRIES[key][lang]) if f and f != "drivers"]
    return Caution(key.partition("/")[0], drivers, tuple((f, number) for f in dict.fromkeys(fields)))


@pytest.mark.parametrize(("key", "lang"), list(itertools.product(_ENTRIES, ["en", "fr"])))
def test_every_sentence_is_whole(key, lang):
    who = (("a",), ("a", "b"), _NAMES) if "{drivers}" in _ENTRIES[key][lang] else ((),)
    for drivers, number in itertools.product(who, [0.0, 1.0, 2.0, 0.5, 99.97, 1234567.0, math.nan, math.inf]):
        text = caution_text(_of(key, lang, drivers, number), lang)
        assert text.endswith(".")
        assert text[0].isupper() or not text[0].isalpha()
        assert not re.search(r"\b(nan|inf|None)\b|[{}|]|  ", text)
        # An apostrophe is typographic; a straight quote is only one that is typed in code.
        assert "'" not in text
        assert text.count('"') % 2 == 0


@pytest.mark.parametrize("key", _ENTRIES)
def test_both_languages_say_the_same_figures_and_the_same_fix(key):
    said = {}
    for lang in ("en", "fr"):
        entry = _ENTRIES[key][lang]
        figures = {f for _, f, _, _ in Formatter().parse(entry) if f}
        said[lang] = figures, set(re.findall(r'\w+="\w+"|\w+=(?!")', entry))
    assert said["en"][0] == said["fr"][0]
    assert said["en"][1] <= said["fr"][1] | {"groups="}


def test_the_rows_that_are_lost():
    lost = Caution("incomplete", (), (("percent", 72.77), ("lost", 652), ("rows", 896), ("used", 244)))
    assert (
        lost.text()
        == '73% of rows are incomplete (652 of 896): 244 are used; missing="impute" keeps those that have an outcome.'
    )
    assert lost.text("fr") == (
        '73\u00a0% des lignes sont incomplètes (652 sur 896) : 244 sont utilisées ; missing="impute" conserve celles qui ont un résultat.'
    )


def test_one_is_singular_and_nought_is_singular_in_french_only():
    assert caution_text(Caution("unweighted_rows", (), (("lost", 1.0),))).startswith("1 row has no weight and is")
    assert caution_text(Caution("unweighted_rows", (), (("lost", 2.0),))).startswith("2 rows have no weight and are")
    assert "0 rows have" in caution_text(Caution("unweighted_rows", (), (("lost", 0.0),)))
    assert "0 ligne sans" in caution_text(Caution("unweighted_rows", (), (("lost", 0.0),)), "fr")


def test_names_are_listed_and_many_are_counted():
    assert caution_text(Caution("constant", ("x", "y"))) == "“x” and “y” have only one value and are left out."
    assert caution_text(Caution("constant", ("x", "y")), "fr").startswith("« x » et « y » : une seule valeur")
    text = caution_text(Caution("negative", _NAMES))
    assert "“f” and 4 others" in text
    assert "“g”" not in text
    assert "« f » et 4 autres" in caution_text(Caution("negative", _NAMES), "fr")
    assert "“g”" in caution_text(Caution("negative", _NAMES[:7]))


def test_a_name_is_data():
    text = caution_text(Caution("constant", ("{p} %s <b>\u202e\n",)))
    assert "“{p} %s <b>”" in text


def test_the_model_that_is_offered_fits_the_outcome():
    assert 'model="logit"' in caution_text(Caution("linear_probability", (), (("levels", 2.0),)))
    three = caution_text(Caution("linear_probability", (), (("levels", 3.0),)))
    assert "takes 3 values" in three
    assert 'model="ordered"' in three


@pytest.mark.parametrize(
    ("figures", "en", "fr"),
    [
        ({"p": 0.00001}, "p < 0.001", "p < 0,001"),
        ({"p": 0.0312}, "p = 0.031", "p = 0,031"),
    ],
)
def test_p_values(figures, en, fr):
    caution = Caution("not_parallel", (), tuple(figures.items()))
    assert en in caution.text()
    assert fr in caution.text("fr")


def test_shares_are_never_rounded_to_all_or_nothing():
    figures = lambda x: (("share", x), ("chance", 0.04))  # noqa: E731
    assert "99.9%" in caution_text(Caution("halo", (), figures(99.9)))
    assert "(0.0% by chance)" in caution_text(Caution("halo", (), figures(60.0)))


def test_large_factors_are_said_by_their_size():
    text = Caution("collinear", ("a", "b"), (("vif", 12.34), ("condition", 3e9))).text("fr")
    assert "VIF jusqu’à 12,3" in text
    assert "> 1\u202f000\u202f000" in text


def test_in_order_of_reading_and_once():
    mixed = (Caution("halo"), Caution("weak"), Caution("unheard_of"), Caution("incomplete"), Caution("halo"))
    assert [c.key for c in in_order(mixed)] == ["incomplete", "weak", "halo", "unheard_of"]
    assert ORDER[0] == "incomplete"


def test_an_unknown_language():
    with pytest.raises(OptionError):
        caution_text(Caution("halo"), "de")


def test_every_caution_of_the_package_has_its_sentence():
    folder = Path(cxkit.keydrivers.__file__).parent
    raised = {
        node.args[0].value
        for file in folder.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in ("Caution", "_caution")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert {"incomplete", "halo"} <= raised
    assert raised <= set(ORDER)
