"""``cxkit run executive`` on real surveys: what the page says is what others computed."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

import cxkit as cx

pytestmark = pytest.mark.real
EXACT = pytest.approx


def quoted(path: Path) -> str:
    """A path as a TOML literal; data are read where they stand, never copied."""
    return f"'{path}'"


def page_score(out: str) -> tuple[float, str]:
    """The score in the title of the page that the last line names, and the page's text."""
    page = Path(out.splitlines()[-1]).read_text(encoding="utf-8")
    title = re.search(r"<title>(.*?)</title>", page)
    assert title is not None
    found = re.search(r"([−+]?\d+[.,]\d+)", title.group(1))
    assert found is not None, title.group(1)
    text = unescape(re.sub(r"<[^>]+>", " ", page.partition("<body>")[2]))
    return float(found.group(1).replace("−", "-").replace(",", ".")), text


# A French garden-centre chain ----------------------------------------------------------------------

GARDEN = """
[project]
lang = "fr"
[source]
uri = {uri}
{read}
[roles]
nps = "nps"
csat = "satisfaction"
comment = "explication"
[scale]
nps = [1, 10]
csat = [1, 10]
"""
RAW = "nps_raw_mixed_encoding.csv"
TWIN = "nps_utf8_from_rds.csv"
READ = 'read = { encoding = "cp1252+cp850" }'


@pytest.fixture
def garden(real_data):
    def make(name, read="", **changes):
        toml = GARDEN.replace("{uri}", quoted(real_data / "nps_jardinerie_fr" / name)).replace("{read}", read)
        for old, new in changes.items():
            toml = toml.replace(f"{old} = [1, 10]\n", new)
        return toml

    return make


@pytest.mark.parametrize(("name", "read"), [(TWIN, ""), (RAW, READ)])
def test_garden_centre_figures(here, garden, expected, name, read):
    assert here(garden(name, read), "check")[0] == 0
    want = expected("nps_jardinerie_fr")["overall"]
    study = cx.project().study()
    scores = study.nps()
    assert scores.n == (want["n"],)
    assert scores.estimate[0] == EXACT(want["nps"], abs=1e-9)
    # Default interval and reference interval differ by method, not by much on 13,612 answers.
    assert scores.low[0] == EXACT(want["ci95"][0], abs=0.05)
    wald = study.nps(method="wald")
    assert (wald.low[0], wald.high[0]) == EXACT(tuple(want["ci95"]), abs=1e-3)
    assert study.mean("nps").estimate[0] == EXACT(want["mean"], abs=1e-9)
    assert {f"{a:g}": n for a, n in study.tally("nps").counts().items() if a is not None} == want["tally"]
    satisfied = expected("nps_jardinerie_fr")["satisfaction"]
    assert study.csat().estimate[0] == EXACT(satisfied["top2_box"], abs=1e-9)
    assert study.csat().n == (satisfied["n"],)


def test_garden_centre_who_comments(here, garden, expected):
    here(garden(TWIN), "check")
    study = cx.project().study()
    want = expected("nps_jardinerie_fr")
    silent = study.filter(explication=None)
    assert silent.nps().n == (want["without_comment"]["n"],)
    assert silent.nps().estimate[0] == EXACT(want["without_comment"]["nps"], abs=1e-9)


def test_garden_centre_page(here, garden, expected):
    code, out, err = here(garden(RAW, READ), "run", "executive")
    assert code == 0, err
    score, text = page_score(out)
    want = expected("nps_jardinerie_fr")
    assert score == EXACT(want["overall"]["nps"], abs=0.05)
    assert "n = 13\u202f612" in text
    assert "13\u202f954 lignes" in text
    assert f"{want['satisfaction']['top2_box']:.1f}".replace(".", ",") + "\u00a0%" in text
    assert "Pas d’évolution" in text


def test_garden_centre_raw_file_needs_its_encoding(here, garden):
    code, _, err = here(garden(RAW), "run", "executive")
    assert code == 2
    assert 'encoding="cp1252+cp850"' in err
    assert "explication" in err


@pytest.mark.parametrize("scale", ["", "nps = [0, 10]\n"])
def test_garden_centre_scale_is_refused_until_it_is_said(here, garden, scale):
    code, _, err = here(garden(TWIN, nps=scale), "check")
    if scale:  # said to be 0-10, where nobody took the 0: the user settles it
        assert code == 0
        return
    assert code == 2
    assert "scale of 1–10" in err
    assert "(1, 10)" in err


# San Francisco airport, seven yearly files --------------------------------------------------------------

OVERALL = {2010: "Q6N", 2011: "Q8N", 2012: "Q8N_WHOLE", 2013: "Q7O_WHOLE", 2014: "Q7ALL", 2015: "Q7ALL", 2016: "Q7ALL"}
UNWEIGHTED = (2011, 2012)


def airport(folder: Path, *years: int, weight: bool = False) -> str:
    parts = []
    for year in years:
        rename = {OVERALL[year]: "overall"} | ({"WEIGHT": "weight"} if year not in UNWEIGHTED else {})
        names = ", ".join(f'{old} = "{new}"' for old, new in rename.items())
        uri = quoted(folder / "sfo_airport_survey" / f"{year}_SFO_Customer_Survey.csv")
        parts.append(f"[[source]]\nuri = {uri}\nrename = {{ {names} }}\nadd = {{ year = {year} }}\n")
    roles = '[roles]\ncsat = "overall"\nby = "year"\n' + ('weight = "weight"\n' if weight else "")
    return "".join(parts) + roles + "[scale]\ncsat = [1, 5]\n[missing]\ncsat = [0, 6]\n"


def test_airport_seven_years_page_and_figures(here, real_data, expected):
    code, out, err = here(airport(real_data, *OVERALL), "run", "executive")
    assert code == 0, err
    want = expected("sfo_airport_survey")["overall_rating_by_year"]
    study = cx.project().study()
    assert study.rows == sum(y["rows"] for y in want.values())
    scores, means = study.csat(by="year"), study.mean("csat", by="year")
    assert [f"{k[0]}" for k in scores.keys] == list(want)
    for i, year in enumerate(want.values()):
        assert scores.n[i] == means.n[i] == year["n"]
        assert scores.estimate[i] == EXACT(year["top2_box"], abs=1e-9)
        assert means.estimate[i] == EXACT(year["mean"], abs=1e-9)
    top = study.box("csat", by="year", boxes=[5])
    assert list(top.estimate) == EXACT([y["top_box"] for y in want.values()], abs=1e-9)
    score, text = page_score(out)
    total = sum(y["n"] for y in want.values())
    assert score == EXACT(sum(y["top2_box"] * y["n"] for y in want.values()) / total, abs=0.05)
    for year, figures in want.items():
        assert re.search(rf"{year}\s.*?{figures['top2_box']:.1f}\s?%?", text, re.S)
        assert f"{figures['n']:,}" in text or f"{figures['n']}" in text
    assert "Weighted" not in text


@pytest.mark.parametrize("year", [y for y in OVERALL if y not in UNWEIGHTED])
def test_airport_weighted_years(here, real_data, expected, year):
    assert here(airport(real_data, year, weight=True), "check")[0] == 0
    want = expected("sfo_airport_survey")["overall_rating_by_year"][str(year)]
    study = cx.project().study()
    assert study.mean("csat").estimate[0] == EXACT(want["mean_weighted"], abs=1e-9)
    assert study.csat().estimate[0] == EXACT(want["top2_box_weighted"], abs=1e-9)
    # A weight never changes the base; it does shrink the effective one.
    assert study.csat().n == (want["n"],)
    assert study.csat().n_eff[0] < want["n"]


def test_airport_codes_are_refused_until_they_are_said(here, real_data):
    toml = airport(real_data, 2010).replace("csat = [0, 6]\n", "")
    code, _, err = here(toml, "check")
    assert code == 2
    assert "0 (×" in err or "0.0 (×" in err
    assert "missing=" in err


def test_airport_years_without_weights_are_not_silently_dropped(here, real_data):
    """With a weight role over all years, 2011 and 2012 have no weight: their rows are told, not lost."""
    code, _, _ = here(airport(real_data, 2010, 2011, weight=True), "check")
    assert code == 0
    scores = cx.project().study().csat()
    assert scores.tally.left_out > 3_000
    assert any("weight" in str(r) for r in scores.remarks)


# Three channels, one schema ----------------------------------------------------------------------------

CHANNELS = """
[source]
uri = {uri}
[roles]
nps = "nps_rating"
date = "response_date"
id = "user_id"
by = "{by}"
"""


def test_channels_page_and_figures(here, real_data, expected):
    uri = quoted(real_data / "nps_multichannel" / "nps_*.csv")
    toml = CHANNELS.replace("{uri}", uri)
    assert here(toml.replace('by = "{by}"\n', ""), "check")[0] == 0
    column = next(c for c in cx.project().study().columns if c not in ("response_date", "user_id", "nps_rating"))
    code, out, err = here(toml.replace("{by}", column), "run", "executive")
    assert code == 0, err
    want = expected("nps_multichannel")
    study = cx.project().study()
    assert study.nps().n == (want["pooled"]["n"],)
    assert study.nps().estimate[0] == EXACT(want["pooled"]["nps"], abs=1e-9)
    by = study.nps(by=column)
    assert by.n == tuple(v["n"] for v in want["by_source"].values())
    assert list(by.estimate) == EXACT([v["nps"] for v in want["by_source"].values()], abs=1e-9)
    assert all(name in str(key[0]) for name, key in zip(want["by_source"], by.keys, strict=True))
    trend = study.trend("nps", freq="M")
    assert [k[-1].strftime("%Y-%m") for k in trend.keys] == list(want["by_month"])
    assert list(trend.estimate) == EXACT([v["nps"] for v in want["by_month"].values()], abs=1e-9)
    assert trend.n == tuple(v["n"] for v in want["by_month"].values())
    both = study.trend("nps", freq="M", by=column)
    found = {
        f"{k[-1]:%Y-%m}|{re.sub(r'nps_|.csv', '', str(k[0]))}": e for k, e in zip(both.keys, both.estimate, strict=True)
    }
    assert found == {k: EXACT(v, abs=1e-9) for k, v in want["by_month_source"].items()}
    score, text = page_score(out)
    assert score == EXACT(want["pooled"]["nps"], abs=0.05)
    for figures in want["by_source"].values():
        assert f"{abs(figures['nps']):.1f}" in text
    assert "December 2020" in text


# Published counts and worded answers ---------------------------------------------------------------------


def test_devon_41_of_41_published_means(real_data, expected):
    """Counts per answer as the county published them give the means that it published."""
    counts = cx.read(real_data / "devon_community_survey" / "responses.csv")
    published = cx.read(real_data / "devon_community_survey" / "responses_by_town.csv")
    want = expected("devon_community_survey")["recomputed"]
    answers = ["1", "2", "3", "4", "5"]
    counts = counts[counts["Measure"] == "Count"]
    assert len(counts) == 41
    found = {}
    for row in counts.to_dict("records"):
        tally = cx.Tally.from_counts({int(a): int(row[a]) for a in answers})
        scores = cx.mean(tally, "answer", scale=(1, 5))
        found[row["Statement"]] = scores.estimate[0]
        figures = want[row["Statement"]]
        assert scores.n == (figures["n"],)
        assert scores.estimate[0] == EXACT(figures["mean"], abs=1e-9)
        assert cx.box(tally, "answer", boxes=[4, 5], scale=(1, 5)).estimate[0] == EXACT(figures["top2_box"], abs=1e-9)
    means = published.columns[-1]
    rounded = sorted(round(m + 1e-9, 1) for m in found.values())
    assert rounded == sorted(pd.to_numeric(published[means]).round(1).tolist())


WORDS = '[scale.csat]\n"Very good" = 5\n"Fairly good" = 4\n"Neither good nor poor" = 3\n"Fairly poor" = 2\n"Very poor" = 1\n'


def gp(folder: Path, words: str = WORDS) -> str:
    uri = quoted(folder / "gp_practice_feedback" / "data.csv")
    return f'[source]\nuri = {uri}\n[roles]\ncsat = "overall_experience"\nby = "surgery"\n{words}'


def test_practices_with_worded_answers(here, real_data, expected):
    code, _, err = here(gp(real_data), "check")
    assert code == 0, err
    want = expected("gp_practice_feedback")
    study = cx.project().study()
    scores = study.csat()
    assert scores.n == (want["rows"],)
    assert scores.estimate[0] == EXACT(want["good_pct"], abs=1e-9)
    assert round(scores.estimate[0], 1) == 88.7
    assert study.mean("csat").estimate[0] == EXACT(want["overall"]["mean"], abs=1e-9)
    by = study.csat(by="surgery")
    found = {k[0]: (n, e) for k, n, e in zip(by.keys, by.n, by.estimate, strict=True)}
    assert found == {k: (v["n"], EXACT(v["good_pct"], abs=1e-9)) for k, v in want["by_surgery"].items()}


def test_practices_without_the_words_are_refused_with_the_fix(here, real_data):
    code, _, err = here(gp(real_data, ""), "check")
    assert code == 2
    assert "'Very good' (×1485)" in err
    assert "scale={'csat': {" in err
