"""What a page claims: one family, the same words everywhere, and no more false flags than it says."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.present.plotting import TrendPlots
from cxkit.reports.brief import Brief
from cxkit.reports.tracking import Tracking

PAGES = [Brief, Tracking]
FAMILY = re.compile(r"(\d+) tests judged as one family|(\d+) tests jugés comme une seule famille")


def display(page):
    """Every block, in the order of the shipped notebooks."""
    names = (
        "headline",
        "tiles",
        "trend",
        "why",
        "monitoring",
        "segments",
        "drivers",
        "value",
        "distribution",
        "method",
    )
    for name in names:
        getattr(page, name, lambda: None)()
    return page


def survey(folder, frame, *, roles=""):
    text = '[source]\nuri = "survey.csv"\n[roles]\nnps = "NPS"\n' + roles + "[scale]\nnps = [0, 10]\n"
    folder(text, survey=frame.to_csv(index=False))


def monthly(levels, *, n=300, seed=1):
    """Months of answers by A and B: a promoter with this chance, a detractor otherwise."""
    rng = np.random.default_rng(seed)
    rows = [
        (10 if rng.random() < level else 3, "AB"[i % 2], f"2026-{m:02}-{1 + i % 28:02}")
        for m, level in enumerate(levels, 1)
        for i in range(n)
    ]
    return pd.DataFrame(rows, columns=["NPS", "Segment", "Date"])


DATED = 'by = ["Segment"]\ndate = "Date"\n'
MOVES = {"rise": (0.5, 0.5, 0.9), "fall": (0.9, 0.9, 0.5), "flat": (0.5, 0.5, 0.51)}


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("kind", PAGES)
def test_the_stated_family_is_what_is_printed(folder, said, kind, lang):
    """Each row of a table of differences, each tile with a change, and the real change where its error is seen, each driver."""
    folder()
    page = display(kind(lang=lang))
    tables = [t for what, t in said if what == "html" and re.search("differences,|écarts,", t)]
    rows = sum(t.count('<th scope="row"') for t in tables)
    changes = 0 if kind is Tracking else sum(page.claim(f"change {m}") is not None for m in page.metrics)
    stated = {int(a or b) for _, t in said for a, b in FAMILY.findall(t)}
    real = sum(p == p for p in page.claim("why").tested)
    drivers = 0 if kind is Tracking else len(page.claim("drivers").tested)
    classes = 0 if kind is Tracking else len(page.claim("value").tested)
    assert stated == {rows + changes + real + drivers + classes}
    assert rows >= 7


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("kind", PAGES)
def test_words_and_arrows_agree(folder, said, monkeypatch, kind, move, lang):
    marks = []
    line = TrendPlots.line

    def watched(self, **options):
        marks.append(options.get("marks") or {})
        return line(self, **options)

    monkeypatch.setattr(TrendPlots, "line", watched)
    survey(folder, monthly(MOVES[move]), roles=DATED)
    page = display(kind(lang=lang))
    words = {"en": {"rise": "a rise", "fall": "a fall"}, "fr": {"rise": "hausse", "fall": "baisse"}}[lang]
    unsettled = {"en": "inconclusive|stable", "fr": "non concluant|stable"}[lang]
    march = dt.date(2026, 3, 1)
    about = [t for _, t in said if re.search("March 2026|mars 2026", t, re.I) and re.search(r"[+−]\d", t)]
    assert about
    drawn = {mark.get(march) for mark in marks if march in mark}
    change = page.latest_change()
    assert drawn == {change.verdict[-1]}
    if move == "flat":
        assert change.verdict[-1] in ("inconclusive", "stable")
        assert any(re.search(unsettled, t) for t in about)
    else:
        assert change.verdict[-1] == move
    for other, word in words.items():
        there = any(word in t for _, t in said)
        assert there is (other == move), word
    heads = [t for what, t in said if what.startswith("h")]
    assert any("Why" in h or "pourquoi" in h for h in heads) is (move != "flat")


# Flags by chance --------------------------------------------------------------------------------


def noise(seed):
    """A study in which nothing differs: four months, four groups."""
    rng = np.random.default_rng(seed)
    n = 480
    months = rng.integers(1, 5, n)
    return pd.DataFrame({
        "NPS": rng.choice(11, n, p=[0.04, 0.02, 0.02, 0.04, 0.04, 0.08, 0.08, 0.13, 0.2, 0.15, 0.2]),
        "Segment": rng.choice(list("ABCD"), n),
        "Date": [f"2026-{m:02}-{d:02}" for m, d in zip(months, rng.integers(1, 29, n), strict=True)],
    })  # fmt: skip


def flagged(page, correction):
    judged = cx.family(*page.claims().values(), correction=correction)
    return judged.flagged > 0


@pytest.mark.parametrize("kind", PAGES)
def test_chance_flags_few_pages(folder, kind):
    """Of 30 pages about noise 1.5 should bear a flag; more than 5 happen once in 300 times."""
    counts = dict.fromkeys(("bh", "holm"), 0)
    survey(folder, noise(0), roles=DATED)
    for seed in range(30):
        noise(1000 + seed).to_csv("survey.csv", index=False)
        page = kind()
        for correction in counts:
            counts[correction] += flagged(page, correction)
    assert counts["bh"] <= 5
    assert counts["holm"] <= counts["bh"]


# The trap of the survivors ----------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "word"), [("en", "Beware"), ("fr", "Attention")])
@pytest.mark.parametrize("kind", PAGES)
def test_the_demo_page_names_the_survivors_trap(folder, said, kind, lang, word):
    folder()
    display(kind(lang=lang))
    assert sum(t.startswith(f"{word}: " if lang == "en" else f"{word} : ") for what, t in said if what == "p") == 1


def panel(change, *, gone=(), people=200):
    """People asked in August and September; ``change`` of them move from 5 to 9, ``gone`` do not answer again."""
    rows = []
    for i in range(people):
        before = 5 if i % 2 else 9
        rows.append((before, i, "2026-08-10"))
        if i not in gone:
            rows.append((9 if before == 5 and i < change else before, i, "2026-09-10"))
    return pd.DataFrame(rows, columns=["NPS", "Client", "Date"])


PANEL = 'id = "Client"\ndate = "Date"\n'


@pytest.mark.parametrize("kind", PAGES)
def test_a_real_rise_is_no_trap(folder, said, kind):
    survey(folder, panel(200, gone=range(10)), roles=PANEL)
    page = display(kind())
    assert page.latest_change().verdict == ("rise",)
    assert page.claim("why").real("stayers")
    assert "Beware" not in str(said)


@pytest.mark.parametrize("kind", PAGES)
def test_a_real_change_beyond_all_doubt_is_still_a_claim(folder, said, kind):
    """Its p is 0.0 to the last digit, which is no reason to leave it out."""
    survey(folder, panel(4000, people=4000, gone=range(100)), roles=PANEL)
    page = kind()
    assert page.claim("why") is not None
    assert page.claim("why").tested == (0.0,)


@pytest.mark.parametrize("kind", PAGES)
def test_leavers_alone_are_the_trap(folder, said, kind):
    survey(folder, panel(0, gone=range(1, 61, 2)), roles=PANEL)
    page = display(kind())
    assert page.latest_change().verdict == ("rise",)
    assert "Beware: the score moved because some people no longer answer." in str(said)


@pytest.mark.parametrize("kind", PAGES)
def test_no_trap_where_no_change_is_established(folder, said, monkeypatch, kind):
    """The split tests its total alone, the page within its family: the page has the last word."""
    survey(folder, panel(0, gone=range(1, 61, 2)), roles=PANEL)
    monkeypatch.setattr(kind, "_moved", lambda page: False)
    page = display(kind())
    assert page.claim("why").survivors
    for claim in ("Beware", "the score moved", "The score moved", "Why NPS moved"):
        assert claim not in str(said)
    assert "That NPS moved is not established." in str(said)


@pytest.mark.parametrize("kind", PAGES)
def test_a_split_without_parts_is_no_claim(folder, said, kind):
    """Without an id and without segments the real change is the change, judged once."""
    survey(folder, monthly(MOVES["rise"]).drop(columns="Segment"), roles='date = "Date"\n')
    page = display(kind())
    assert page.claim("why") is None
    assert page.latest_change().flagged


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("kind", PAGES)
def test_no_sentence_stands_twice(folder, said, kind, lang):
    folder()
    display(kind(lang=lang))
    sentences = [t for what, t in said if what == "p"]
    assert len(sentences) == len(set(sentences))
    small = [t for t in sentences if re.match("[a-zà-ÿ]", t) and not re.search(" · |hostile", t)]
    assert small == []
    alts = [t for what, t in said if what == "alt"]
    assert len(alts) == len(set(alts))


def test_repeated_answers_are_said_with_the_method(folder, said):
    """Intervals of the scores know of clusters only where the role says them."""
    survey(folder, panel(100), roles=PANEL)
    display(Brief())
    assert any("200 respondents" in t and "too narrow" in t for _, t in said)
    said.clear()
    survey(folder, panel(100), roles=PANEL + 'cluster = "Client"\n')
    display(Brief())
    assert any("200 respondents" in t for _, t in said)
    assert "too narrow" not in str(said)
