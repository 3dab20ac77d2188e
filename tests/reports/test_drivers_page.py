"""The drivers page, and drivers on the executive page: blocks, refusals, one family, and what a few answered."""

from __future__ import annotations

import contextlib
import itertools
import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.errors import ColumnError, OptionError, UnknownNameError
from cxkit.registry import registry
from cxkit.reports import keydrivers as module
from cxkit.reports import page as page_module
from cxkit.reports.brief import Brief
from cxkit.reports.driver_models import told_apart
from cxkit.reports.keydrivers import KeyDrivers
from cxkit.reports.plan import plan_jobs

SOURCE = '[source]\nuri = "survey.csv"\n[roles]\nnps = "NPS"\n'
ROLES = SOURCE + 'drivers = ["wait", "price", "app"]\n'
FULL = ROLES + 'by = ["Segment"]\ndate = "Date"\n'
SCALE = "[scale]\nnps = [0, 10]\ndrivers = [1, 5]\n"
BLOCKS = (
    "headline", "importance", "quadrant", "what_if", "penalty_reward", "priorities", "segments", "over_time", "method",
)  # fmt: skip


def frame(n=900, groups="AB", p=None, seed=1, wait=1.5, price=0.5, months=12):
    """Ratings of which wait weighs most, price less, and app nothing."""
    rng = np.random.default_rng(seed)
    x = {name: rng.integers(1, 6, n) for name in ("wait", "price", "app")}
    score = 6 + wait * (x["wait"] - 3) + price * (x["price"] - 3) + rng.normal(0, 1.5, n)
    months, days = rng.integers(1, months + 1, n), rng.integers(1, 29, n)
    return pd.DataFrame({
        "NPS": np.clip(np.rint(score), 0, 10).astype(int), **x,
        "Segment": rng.choice(np.array(list(groups), dtype=object), n, p=p),
        "Date": [f"2025-{m:02}-{d:02}" for m, d in zip(months, days, strict=True)],
    })  # fmt: skip


@pytest.fixture
def shown(said, monkeypatch):
    """What the blocks of both pages display, without a kernel."""
    for name in ("heading", "paragraph", "raw_html", "figure"):
        monkeypatch.setattr(module, name, getattr(page_module, name))
    return said


def display(made, blocks=BLOCKS):
    for block in blocks:
        getattr(made, block)()
    return made


@pytest.fixture
def page(folder, shown):
    """A drivers page of these rows, displayed."""

    def make(rows, *blocks, toml=FULL + SCALE, **parameters):
        folder(toml, survey=rows.to_csv(index=False))
        shown.clear()
        return display(KeyDrivers(**parameters), blocks or BLOCKS)

    return make


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The page of plain rows, and what it displays: once for all that only look at it."""
    root = tmp_path_factory.mktemp("plain")
    (root / "survey.csv").write_text(frame().to_csv(index=False), encoding="utf-8")
    (root / "cxkit.toml").write_text(FULL + SCALE, encoding="utf-8")
    seen: list[tuple[str, str]] = []
    with contextlib.chdir(root), pytest.MonkeyPatch.context() as patch:
        for part in (module, page_module):
            patch.setattr(part, "heading", lambda text, level=2: seen.append((f"h{level}", text)))
            patch.setattr(part, "paragraph", lambda text: seen.append(("p", text)))
            patch.setattr(part, "raw_html", lambda markup: seen.append(("html", markup)))
            patch.setattr(part, "figure", lambda axes, alt: (plt.close(axes.get_figure()), seen.append(("alt", alt))))
        return display(KeyDrivers()), seen


def words(shown):
    return "\n".join(t for _, t in shown)


def heads(shown):
    return [t for kind, t in shown if re.fullmatch("h[1-6]", kind)]


# Refused before a kernel starts ------------------------------------------------------------------------


def test_it_comes_with_cxkit():
    assert registry().report("drivers").notebook.is_file()


def test_no_drivers_is_refused_before_a_kernel(folder, no_kernel, cxkit_here):
    folder(SOURCE + SCALE.replace("drivers = [1, 5]\n", ""))
    code, _, err = cxkit_here("run", "drivers")
    assert code == 2
    assert "drivers" in err
    assert "fix:" in err


def test_an_unknown_model_is_refused_before_a_kernel(folder, no_kernel, cxkit_here):
    folder(FULL + SCALE, survey=frame().to_csv(index=False))
    code, _, err = cxkit_here("run", "drivers", "-p", "model=lasso")
    assert code == 2
    assert "ordered" in err


def test_efforts_are_numbers(folder, no_kernel, cxkit_here):
    folder(FULL + SCALE, survey=frame().to_csv(index=False))
    code, _, err = cxkit_here("run", "drivers", "-p", "effort=wait=much")
    assert code == 2
    assert "effort" in err


def test_drivers_may_be_said_as_a_parameter(folder):
    folder(SOURCE + "[scale]\nnps = [0, 10]\n", survey=frame().to_csv(index=False))
    home = cx.project()
    job = plan_jobs(home, home.study(), name="drivers", parameters={"drivers": ["wait", "pri*"]})[0]
    assert KeyDrivers(**job.parameters).found.model.names == ("wait", "price")


@pytest.mark.parametrize(
    ("given", "said"),
    [("drivers=prise", "price"), ("outcome=scor", "no column"), ("effort=wiat=3", "wait"), ("drivers=NPS", "among the drivers"),
     ("outcome=Segment", "not numbers")],
)  # fmt: skip
def test_columns_are_checked_before_a_kernel(folder, no_kernel, cxkit_here, given, said):
    folder(FULL + SCALE, survey=frame().to_csv(index=False))
    code, _, err = cxkit_here("run", "drivers", "-p", given)
    assert code == 2
    assert said in err


def test_a_study_with_no_score_needs_an_outcome(folder, no_kernel, cxkit_here):
    roles = FULL.replace('nps = "NPS"', "")
    folder("[project]\nguess = false\n" + roles + "[scale]\ndrivers = [1, 5]\n", survey=frame().to_csv(index=False))
    assert cxkit_here("run", "drivers")[0] == 2
    home = cx.project()
    assert plan_jobs(home, home.study(), name="drivers", parameters={"outcome": "NPS"})


# Refused when the page is opened ---------------------------------------------------------------------


def test_an_effort_for_no_driver_names_the_drivers(folder):
    folder(FULL + SCALE, survey=frame().to_csv(index=False))
    with pytest.raises(UnknownNameError, match="'wiat' is not among the drivers"):
        KeyDrivers(effort={"wiat": 3})


def test_an_unknown_driver_is_an_error_not_an_empty_page(folder):
    folder(FULL + SCALE, survey=frame().to_csv(index=False))
    with pytest.raises(ColumnError):
        KeyDrivers(drivers=["wait", "prise"])


def test_it_explains_one_score(folder):
    folder(FULL + SCALE, survey=frame().to_csv(index=False))
    with pytest.raises(OptionError, match="one score, not 2"):
        KeyDrivers(metrics=["nps", "mean:NPS"])
    with pytest.raises(OptionError, match="two scores"):
        KeyDrivers(metrics=["nps"], outcome="promoter")


# Blocks ----------------------------------------------------------------------------------------------


def test_the_finding_is_the_title(plain):
    made, shown = plain
    assert shown[0][0] == "h1"
    assert re.fullmatch(r"NPS: wait weighs most, \d+%\xa0\[\d+%\xa0;\xa0\d+%\] of R² 0\.\d\d", shown[0][1])
    share = made.found.model.share[made.found.model.names.index("wait")]
    assert f"{share:.0f}%" in shown[0][1]


def test_incomplete_rows_are_said_before_the_finding(page, shown):
    rows = frame().astype({"price": float})
    rows.loc[:299, "price"] = None
    page(rows, "headline")
    lines = [t for kind, t in shown if kind == "p"]
    at = next(i for i, t in enumerate(lines) if "rows are incomplete (300 of 900): 600 are used" in t)
    assert at < next(i for i, t in enumerate(lines) if "explains the most" in t)


def test_what_is_not_established_is_called_so(plain):
    _, shown = plain
    assert "Effect not established: app" in words(shown)
    assert not re.search("(Fix first|Protect|Watch|Maintain): [^–]*app", words(shown))


def test_noise_has_no_leader(page, shown):
    page(frame(wait=0, price=0, n=400))
    assert shown[0][1].startswith(("NPS: the drivers explain almost nothing", "NPS: no driver’s effect"))
    assert "Nothing to simulate" in words(shown)
    assert "weighs most" not in words(shown)


def test_the_step_is_a_tenth_of_the_scale(plain):
    made, shown = plain
    effect = made.found.model.fit.effect[made.found.model.names.index("wait")]
    assert f"+0.4 on wait goes with +{0.4 * effect:.1f}" in words(shown)


def test_efforts_make_quadrants(page, shown):
    page(frame(), "priorities", effort={"wait": 8.0, "price": 1.0})
    assert "for its effort" in words(shown)
    assert "Gain / effort" in words(shown)


def test_association_is_said_with_the_method_and_not_after_every_block(plain):
    _, shown = plain
    assert words(shown).count("An association is not a cause") == words(shown).count(
        "<li>An association is not a cause"
    )
    assert "drawn by lot" in words(shown)


def test_penalties_of_a_few_answers_are_not_drawn(page, shown):
    rows = frame()
    rows["app"] = rows["app"].clip(lower=3)
    rows.loc[:5, "app"] = 1
    page(rows, "penalty_reward")
    assert "Not on the map: app" in words(shown)
    table = next(t for kind, t in shown if kind == "html" and "penalty and reward" in t)
    assert "wait" in table
    assert "app" not in table


def test_a_driver_of_amounts_does_not_cost_the_map(page, shown):
    rows = frame()
    rows["app"] = np.random.default_rng(0).gamma(2, 20, len(rows)).round(2)
    page(rows, "penalty_reward", toml=FULL + "[scale]\nnps = [0, 10]\n")
    assert "Not on the map: app" in words(shown)


def test_segments_that_differ_are_found(page, shown):
    a, b = frame(n=1500, groups="A", seed=1), frame(n=1500, groups="B", seed=2, wait=0.3, price=1.6)
    page(pd.concat([a, b]), "segments")
    assert "differs between groups" in words(shown)
    assert re.search("A against [^:]*: wait weighs more", words(shown))


def test_segments_that_do_not_differ_have_a_folded_table(page, shown):
    page(frame(n=1500, seed=4), "segments")
    assert "no difference of importance" in words(shown)
    folded = [t for kind, t in shown if kind == "html" and t.startswith("<details>")]
    assert any("does the importance" in t for t in folded)


def test_a_change_over_time_is_by_quarter(page, shown):
    early, late = frame(n=1200, seed=5), frame(n=1200, seed=6, wait=0.2, price=1.6)
    early["Date"], late["Date"] = early["Date"].str.replace("2025", "2024"), late["Date"]
    page(pd.concat([early, late]), "over_time")
    assert "Do drivers change over time?" in heads(shown)
    assert re.search("Q1 2025 against Q4 2024: wait weighs less", words(shown))


def test_no_dates_and_no_groups_leave_no_empty_heading(page, shown):
    page(frame().drop(columns="Date"), "segments", "over_time", toml=ROLES + SCALE)
    assert not [h for h in heads(shown) if "over time" in h or "differ by" in h]


@pytest.mark.parametrize("parameters", [{}, {"only": {"Segment": "A"}}, {"period": "Q"}, {"missing": "pairwise"}])
def test_every_block_is_there_and_none_is_empty(page, shown, parameters):
    page(frame(), **parameters)
    at = [i for i, (kind, _) in enumerate(shown) if re.fullmatch("h[1-6]", kind)]
    assert all(b - a > 1 or shown[b][0] > shown[a][0] for a, b in itertools.pairwise(at))
    assert len(at) >= 10
    assert all(t.strip() for _, t in shown)
    assert not re.search(r"\bnan\b|NaN|\binf\b", words(shown))


@pytest.mark.parametrize(
    ("outcome", "title"),
    [("promoter", "Promoters: "), ("detractor", "Detractors: "), ("mean:NPS", "Mean of NPS: "), ("Spend", "Mean of Spend: "),
     ("churned", "Rate of Left: ")],
)  # fmt: skip
def test_other_outcomes(page, shown, outcome, title):
    rows = frame()
    rows["Spend"] = 100 + 10 * rows["wait"] + np.random.default_rng(2).normal(0, 5, len(rows)).round(2)
    rows["Left"] = (rows["wait"] + np.random.default_rng(3).normal(0, 1, len(rows)) < 2.5).astype(int)
    page(rows, "headline", "importance", toml=FULL + 'churned = "Left"\n' + SCALE, outcome=outcome)
    assert shown[0][1].startswith(title + "wait")


def test_a_study_with_no_score_is_about_its_rate(page, shown):
    rows = frame().drop(columns="NPS")
    rows["Left"] = np.where(rows["wait"] + np.random.default_rng(3).normal(0, 1, len(rows)) < 2.5, "yes", "no")
    roles = '[source]\nuri = "survey.csv"\n[roles]\nchurned = "Left"\ndrivers = ["wait", "price", "app"]\n'
    page(rows, "headline", "method", toml=roles + "[scale]\ndrivers = [1, 5]\n", model="logit")
    assert shown[0][1].startswith("Rate of Left: wait weighs most")
    assert "McFadden" in words(shown)


def test_codes_for_no_answer_are_missing_in_the_table_of_data(page, shown):
    rows = frame()
    rows.loc[:99, "app"] = 0
    page(rows, "method", toml=FULL + SCALE + "[missing]\ndrivers = [0]\n")
    health = next(t for kind, t in shown if kind == "html" and "Answers behind each score" in t)
    assert re.search(">app<.*?>800<.*?>100<", health, re.S)


def test_hostile_names_are_text(page, shown):
    rows = frame(groups=["<script>x</script>", "$\\frac{$"]).rename(columns={"wait": "<b>$\\frac{ wait"})
    toml = FULL.replace('"wait"', "'<b>$\\frac{ wait'")
    page(rows, toml=toml + SCALE)
    for _, markup in (pair for pair in shown if pair[0] == "html"):
        assert "<script>" not in markup
        assert "<b>$" not in markup


def test_a_long_driver_is_cut_in_the_title_only(page, shown):
    long = "Satisfaction " + "très " * 40 + "longue"
    page(
        frame().rename(columns={"wait": long}),
        "headline",
        "importance",
        toml=FULL.replace('"wait"', f'"{long}"') + SCALE,
    )
    assert len(shown[0][1]) < 150
    assert long in words(shown)


def test_a_french_page_is_french(page, shown):
    rows = frame(n=2400).astype({"price": float})
    rows.loc[:99, "price"] = None
    page(rows, lang="fr", effort={"wait": 3.0, "price": 1.0})
    said = re.sub(r"Rocks \(2016\).*|Benjamini-Hochberg", "", words(shown))
    english = re.findall(
        r"\b(?:the|of|and|against|change|Method|Answers|Driver|Share|rows|Only|what|with|goes|each|not)\b", said
    )
    assert english == []
    assert shown[0][1].startswith("NPS : wait pèse le plus")


# One family ------------------------------------------------------------------------------------------


def test_all_effects_are_one_family(plain):
    made, shown = plain
    drivers, groups = made.claim("drivers"), made.claim("by Segment")
    size = len(drivers.tested) + len(groups.tested)
    assert (drivers.size, groups.size) == (size, size)
    both = cx.family(cx.drivers(made.focus, "nps"), groups)
    assert drivers.p_adjusted[0] == pytest.approx(both.results[0].p_adjusted[0])
    assert f"{size} tests judged as one family" in words(shown)


def test_the_executive_judges_drivers_with_everything_else(folder, said):
    folder(FULL + SCALE, survey=frame().to_csv(index=False))
    brief = Brief()
    sizes = {name: len(claim.tested) for name, claim in brief.claims().items()}
    assert sizes["drivers"] == 3
    assert brief.claim("drivers").size >= 3 + sizes["by Segment"]
    alone = cx.drivers(brief.focus, "nps")
    assert (brief.claim("drivers").p_adjusted[0] >= alone.model.p - 1e-15).all()


# The executive page --------------------------------------------------------------------------------


def brief_said(folder, said, toml, rows, **parameters):
    folder(toml, survey=rows.to_csv(index=False))
    said.clear()
    Brief(**parameters).drivers()
    return said


@pytest.mark.parametrize(("lang", "head"), [("en", "What drives NPS"), ("fr", "NPS : les leviers")])
def test_the_executive_says_what_drives_and_what_to_fix(folder, said, lang, head):
    rows = frame()
    rows["wait"] = rows["wait"].clip(upper=3)  # matters most, and does worse
    brief_said(folder, said, FULL + SCALE, rows, lang=lang)
    assert said[0] == ("h2", head)
    text = words(said)
    assert re.search(r"wait (weighs most|pèse le plus).* \(n = 900\)\.", text)
    assert re.search("Fix first: wait –|À corriger d’abord : wait –", text)
    assert re.search("not proof of cause|pas une preuve de causalité", text)
    assert [kind for kind, _ in said].count("alt") == 1


def test_incomplete_rows_are_said_without_code(folder, said):
    rows = frame().astype({"price": float})
    rows.loc[:299, "price"] = None
    brief_said(folder, said, FULL + SCALE, rows)
    assert said[1][1].startswith("67% of rows (600 of 900) have all the answers")
    assert "missing=" not in words(said)


@pytest.mark.parametrize(
    ("toml", "change"),
    [
        (SOURCE + "[scale]\nnps = [0, 10]\n", {}),
        (FULL + "[scale]\nnps = [0, 10]\n", {"app": "good"}),
        (FULL + SCALE, {"wait": 3, "price": 3, "app": 3}),
    ],
    ids=["no drivers", "a driver of words", "nothing varies"],
)
def test_the_executive_is_quiet_where_there_is_no_model(folder, said, toml, change):
    assert brief_said(folder, said, toml, frame().assign(**change)) == []


def test_the_executive_is_quiet_on_few_rows(folder, said):
    assert brief_said(folder, said, FULL + SCALE, frame(n=29)) == []
    assert brief_said(folder, said, FULL + SCALE, frame(n=200), min_n=300) == []


# Few answers ---------------------------------------------------------------------------------------


def test_a_group_with_few_rows_has_no_model_and_no_mean(page, shown):
    page(frame(groups="ABC", p=[0.6, 0.38, 0.02]), "segments")
    assert "Without a model: C." in words(shown)
    tables = [t for kind, t in shown if kind == "html" and "against the rest" in t]
    assert tables
    assert not any(re.search(r">C<", t) for t in tables)


def test_those_not_shown_are_not_what_is_left():
    """A has 40 rows, B 35, C 3: everybody less A and B would be C."""
    rows = frame(n=78)
    rows["Segment"] = ["A"] * 40 + ["B"] * 35 + ["C"] * 3
    study = cx.Study(rows, nps="NPS", drivers=["wait", "price", "app"], scale={"nps": (0, 10)})
    found = study.drivers("nps", by="Segment")
    assert [found.models[m].key for m in told_apart(found, 78, 5)] == [("A",)]
    assert [found.models[m].key for m in told_apart(found, 75, 5)] == [("A",), ("B",)]
    assert [found.models[m].key for m in told_apart(found, 78, 3)] == [("A",), ("B",)]


def test_a_page_of_few_rows_shows_no_number(page, shown):
    made = page(frame(groups="ABC", p=[0.6, 0.38, 0.02]), only={"Segment": "C"})
    assert made.found is None
    assert shown[0] == ("h1", "NPS: no driver analysis · C")
    assert "No model: there are fewer than 30 complete rows" in words(shown)
    assert not any(kind == "alt" for kind, _ in shown)


def test_a_page_of_nobody_who_answered_says_so(page, shown):
    rows = frame().astype({"NPS": float})
    rows.loc[rows["Segment"] == "B", "NPS"] = None
    made = page(rows, only={"Segment": "B"})
    assert made.found is None
    assert "Hidden: fewer than 5 answers" in words(shown)


FAN = FULL + SCALE + '[[report]]\nname = "drivers"\nby = "Segment"\n[[report]]\nname = "drivers"\n'


def test_the_pages_of_a_run_do_not_tell_each_other(folder, shown):
    """The page of everybody less the pages of A and B would be the means of C, of whom there are 3."""
    rows = frame(n=303)
    rows["Segment"] = ["A"] * 200 + ["B"] * 100 + ["C"] * 3
    folder(FAN, survey=rows.to_csv(index=False))
    home = cx.project()
    jobs = plan_jobs(home, home.study())
    pages = {
        job.group[0] if job.group else "": KeyDrivers(**{k: v for k, v in job.parameters.items() if k != "source"})
        for job in jobs
    }
    assert {name for name, made in pages.items() if made.found is not None} == {"", "A"}
    assert pages[""].claim("by Segment") is None  # of two models one protects C


def test_a_page_that_would_tell_a_small_group_works_it_out_alone(page, shown):
    rows = frame(n=303)
    rows["Segment"] = ["A"] * 200 + ["B"] * 100 + ["C"] * 3
    page(rows, only={"Segment": "B"})
    assert "it would tell what a small group answered" in words(shown)
    assert page(rows, only={"Segment": "A"}).found is not None


def test_a_page_of_a_group_shows_no_means_of_groups(page, shown):
    rows = frame(n=1200)
    rows["Region"] = np.random.default_rng(0).choice(["N", "S"], len(rows))
    toml = FULL.replace('["Segment"]', '["Segment", "Region"]') + SCALE
    page(rows, "segments", toml=toml)
    assert heads(shown).count("Each group against the rest") == 1  # of one grouping: two could tell a third
    page(rows, "segments", toml=toml, only={"Segment": "A"})
    assert "Do drivers differ by Region?" in heads(shown)
    assert "Each group against the rest" not in heads(shown)


@pytest.mark.parametrize(("gone", "together"), [(3, False), (40, True)])
def test_the_score_of_complete_rows_does_not_tell_the_few_others(page, shown, gone, together):
    """What several moves bring is said from the mean of complete rows, which with that of all rows is the others'."""
    rows = frame().astype({"price": float})
    rows.loc[: gone - 1, "price"] = None
    page(rows, "what_if")
    assert ("together go with" in words(shown)) is together


# A real kernel ---------------------------------------------------------------------------------------


@pytest.mark.xdist_group("executed-pages")
def test_it_runs_in_french(folder, cxkit_here, reader, monkeypatch):
    monkeypatch.setenv("CXKIT_LOAD_PLUGINS", "")
    root = folder('[project]\nlang = "fr"\n' + FULL + SCALE, survey=frame().to_csv(index=False))
    code, _, err = cxkit_here("run", "drivers", "-p", "effort=wait=3", "-p", "effort=price=1", "--output", "out")
    assert code == 0, err
    html = (root / "out" / "drivers.html").read_text(encoding="utf-8")
    found = reader.read_page(html)
    assert ("html", {"lang": "fr"}) in found.tags
    assert found.headings[0][1].startswith("NPS : wait pèse le plus")
    pictures = [attributes for tag, attributes in found.tags if tag == "img"]
    assert len(pictures) >= 6
    assert all(attributes.get("alt") for attributes in pictures)
    assert reader.live_parts(html.partition("<body>")[2]) == []
