"""What compare refuses: each message says what is wrong, and its hint the fix."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxkit as cx

RNG = np.random.default_rng(0)
DATA = pd.DataFrame({
    "g": RNG.choice(list("ABC"), 60), "one": "A", "nps": RNG.integers(0, 11, 60), "who": np.arange(60),
    "day": pd.to_datetime("2025-03-01") + pd.to_timedelta(RNG.integers(0, 90, 60), unit="D"),
})  # fmt: skip
STUDY = cx.Study(DATA, nps="nps", date="day", guess=False)
COUNTS = cx.Tally.from_counts({"A": {10: 20, 0: 20}, "B": {10: 20}}, by="site")


@cx.metric("polar", on="nps", scale=(0, 10), bounds=(0, 1))
def polar(tally):
    return 4 * tally.share(lambda a: a >= 9) * tally.share(lambda a: a <= 6)


REFUSED = {
    "no group": ({}, cx.UsageError, "compares groups, and there is one", "by='...'"),
    "no period": ({"test": "previous"}, cx.UsageError, "compares groups, and there is one", "freq='M'"),
    "one group": ({"by": "one"}, cx.NothingMatched, "1 group with answers", "another by="),
    "one group, columns": ({"by": "one", "test": "columns"}, cx.NothingMatched, "1 group", "another by="),
    "one wave": ({"by": "one", "test": "previous"}, cx.NothingMatched, "1 group", "name the column of waves"),
    "one year": ({"freq": "M", "test": "last_year"}, cx.NothingMatched, "nothing to compare", "two years"),
    "year of no period": ({"by": "g", "test": "last_year"}, cx.UsageError, "compares periods", "freq='M'"),
    "unknown test": ({"by": "g", "test": "complementt"}, cx.OptionError, "unknown test", "did you mean 'complement'"),
    "unknown freq": ({"by": "g", "freq": "X"}, cx.OptionError, "unknown freq", "D, M, Q, W, Y"),
    "freq is a list": ({"by": "g", "freq": ["M"]}, cx.OptionError, "unknown freq", "D, M, Q, W, Y"),
    "unknown correction": ({"by": "g", "correction": "fdr"}, cx.OptionError, "unknown correction", "bh"),
    "level in percent": ({"by": "g", "level": 95}, cx.OptionError, "level is 95", "0.95"),
    "unknown side": ({"by": "g", "side": "upper"}, cx.OptionError, "side is 'upper'", "higher"),
    "unknown column": ({"by": "gg"}, cx.ColumnError, "gg", "did you mean 'g'"),
    "unknown method": ({"by": "g", "method": "wilson"}, cx.OptionError, "does not apply", "adjusted-wald"),
    "target without its test": ({"by": "g", "target": 30}, cx.OptionError, "test='target'", "target=30"),
    "test without its target": ({"by": "g", "test": "target"}, cx.OptionError, "needs its target", "target=30"),
    "target off the scale": ({"test": "target", "target": 300}, cx.OptionError, "off the scale", "-100 to 100"),
    "target of text": ({"test": "target", "target": "30"}, cx.OptionError, "target is '30'", "a number"),
    "target nan": ({"test": "target", "target": float("nan")}, cx.OptionError, "target is nan", "a number"),
    "margin below 0": ({"by": "g", "margin": -1}, cx.OptionError, "margin is -1", "at least 0"),
    "margin nan": ({"by": "g", "margin": float("nan")}, cx.OptionError, "margin is nan", "at least 0"),
    "paired complement": ({"by": "g", "paired": True}, cx.OptionError, "two groups of answers", "test='previous'"),
    "paired without id": ({"by": "g", "test": "columns", "paired": True}, cx.RoleError, "no 'id'", "id='...'"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refusal_names_the_fix(name):
    options, kind, message, hint = REFUSED[name]
    with pytest.raises(kind) as caught:
        cx.compare(STUDY, "nps", **options)
    assert message in str(caught.value)
    assert hint in str(caught.value.hint)


@pytest.mark.parametrize(("data", "metric", "options", "kind", "hint"), [
    (STUDY, "npss", {"by": "g"}, cx.UnknownNameError, "did you mean 'nps'"),
    (COUNTS, "nps", {"freq": "M"}, cx.UsageError, "tally with freq="),
    (COUNTS, "nps", {"by": "shop"}, cx.UnknownNameError, "site"),
    (COUNTS, "nps", {"test": "columns", "paired": True}, cx.UsageError, "give the study"),
    (cx.Tally.from_counts({"A": {}, "B": {}}, by="g"), "nps", {}, cx.NothingMatched, "check the filter"),
    (cx.Study(DATA, nps="nps", id="who", guess=False), polar, {"by": "g", "test": "columns", "paired": True},
     cx.OptionError, "leave paired= out"),
    (cx.Study(DATA, nps="nps", id="who", guess=False), "nps", {"by": "g", "test": "columns", "paired": True},
     cx.NothingMatched, "check the id column"),
])  # fmt: skip
def test_refusal_of_other_data_names_the_fix(data, metric, options, kind, hint):
    with pytest.raises(kind) as caught:
        cx.compare(data, metric, **options)
    assert hint in str(caught.value.hint)
