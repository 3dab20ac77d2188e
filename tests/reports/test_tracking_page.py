"""The tracking page: its blocks, what it refuses before a kernel starts, and what it keeps to itself."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.errors import OptionError, ParameterError
from cxkit.metrics.functions import trend
from cxkit.present.disclosure import audit_tables
from cxkit.reports import tracking as module
from cxkit.reports.brief import Brief
from cxkit.reports.hiding import group_code
from cxkit.reports.plan import plan_jobs
from cxkit.reports.tracking import Tracking
from cxkit.reports.why_hiding import CAME_OR_WENT, parts_to_show

ROLES = '[source]\nuri = "survey.csv"\n[roles]\nnps = "NPS"\n'
DATED = ROLES + 'by = ["Segment"]\ndate = "Date"\n'
SCALE = "[scale]\nnps = [0, 10]\n"


def frame(segments="ABC", n=900, months=6, seed=1, p=None):
    rng = np.random.default_rng(seed)
    m, d = rng.integers(1, months + 1, n), rng.integers(1, 29, n)
    return pd.DataFrame({
        "NPS": rng.choice([2, 7, 8, 9, 10], n),
        "Segment": rng.choice(np.array(list(segments), dtype=object), n, p=p),
        "Date": [f"2026-{a:02}-{b:02}" for a, b in zip(m, d, strict=True)],
    })  # fmt: skip


def display(page):
    for block in (page.headline, page.trend, page.why, page.monitoring, page.segments, page.method):
        block()
    return page


@pytest.fixture
def page(folder, said):
    """A tracking page of these rows, displayed."""

    def make(rows, *, toml=DATED + SCALE, **parameters):
        folder(toml, survey=rows.to_csv(index=False))
        return display(Tracking(**parameters))

    return make


def text_of(said):
    return "\n".join(t for _, t in said)


# Refused before a kernel starts ----------------------------------------------------------------------


def test_no_dates_is_refused_before_a_kernel(folder, no_kernel, cxkit_here):
    folder(ROLES + SCALE)
    code, _, err = cxkit_here("run", "tracking")
    assert code == 2
    assert "date" in err


def test_an_event_without_a_day_is_refused_before_a_kernel(folder, no_kernel, cxkit_here):
    folder(DATED + SCALE, survey=frame().to_csv(index=False))
    code, _, err = cxkit_here("run", "tracking", "-p", "events=March=New app")
    assert code == 2
    assert "'March' is no day" in err
    assert "2026-03-01" in err


def test_an_event_without_a_day_is_a_parameter_error(folder):
    folder(DATED + SCALE, survey=frame().to_csv(index=False))
    with pytest.raises(ParameterError, match="'31/12' is no day"):
        Tracking(events={"31/12": "x"})


def test_it_follows_one_score(folder):
    folder(DATED + SCALE, survey=frame().to_csv(index=False))
    with pytest.raises(OptionError, match="one score, not 2"):
        Tracking(metrics=["nps", "nps"])


def test_of_several_scores_it_follows_the_first(folder, said):
    folder()
    page = display(Tracking())
    assert page.metrics == ["nps"]
    assert "CSAT" not in text_of(said)


# Blocks ------------------------------------------------------------------------------------------


def test_events_are_said_in_words_and_those_outside_too(page, said):
    page(frame(), events={"2026-03-10": "New $x$ app", "2030-01-01": "Future", "1999-01-01": "Past"})
    words = text_of(said)
    assert "Events: 10 March 2026: New $x$ app." in words
    assert "Outside the periods shown: 1 January 1999: Past; 1 January 2030: Future." in words
    assert any(kind == "alt" and "New $x$ app" in t for kind, t in said)


def test_a_second_smoother_trend_makes_no_claim(page, said):
    page(frame(), rolling=3)
    at = next(i for i, (_, t) in enumerate(said) if t == "Rolling over 3 periods")
    kind, alt = said[at + 1]
    assert kind == "alt"
    assert not re.search("against|rise|fall|inconclusive", alt)


def test_no_control_chart_of_a_baseline_that_is_not_there(page, said):
    page(frame(n=3000), baseline=100)
    assert "No control chart: 100 first periods cannot say" in text_of(said)


def test_no_control_chart_of_few_points(page, said):
    page(frame(n=400, months=2), period="M")
    assert re.search("No control chart: [0-9]+ periods are too few", text_of(said))


def test_one_month_of_answers_says_so(page, said):
    page(frame(months=1, n=200), period="M")
    words = text_of(said)
    assert said[0] == ("h1", "NPS")
    assert "not two complete periods" in words
    assert "NaN" not in words
    assert "nan" not in words


def test_a_period_in_focus_is_the_one_in_the_title(page, said):
    page(frame(), period="2026-04")
    assert said[0][1].startswith("NPS, April 2026: ")
    assert "May 2026" not in "".join(t for kind, t in said if kind == "html")


def test_forty_segments_are_drawn_as_eight_lines(page, said):
    names = [f"Region {i}" for i in range(40)]
    rows = frame(names, n=6000)
    page(rows)
    assert "The drawing has 8 of 40 groups" in text_of(said)
    tables = [t for kind, t in said if kind == "html" and "Region" in t]
    assert tables[0].count('<th scope="row"') == 40


def test_a_long_group_is_cut_in_the_title_only(page, said):
    long = "Été " + "très " * 40 + "long"
    page(frame([long, "B"]), only={"Segment": long})
    assert len(said[0][1]) < 130
    assert long in text_of(said)


def test_the_page_of_a_group_is_not_by_that_group(page, said):
    made = page(frame(), only={"Segment": "A"})
    assert made.by == ()
    assert "by Segment" not in text_of(said)


def test_hostile_names_are_text(page, said):
    page(frame(["<script>x</script>", "$\\frac{$", "_a"]), events={"2026-03-10": "<b>$\\frac{"})
    assert "<script>" not in "".join(t for kind, t in said if kind == "html")


def test_a_french_page_is_french(page, said):
    page(frame(n=3000), lang="fr", rolling=3, events={"2026-03-10": "Grève"})
    words = re.sub(r"Rocks \(2016\).*", "", text_of(said))
    english = re.findall(
        r"\b(?:the|of|and|against|change|rise|fall|Trend|Method|Answers|period|hidden|CI|Only)\b", words
    )
    assert english == []
    assert not any(re.match("[a-zà-ÿ]", t) for kind, t in said if kind in ("p", "alt"))


@pytest.mark.parametrize("parameters", [{}, {"by": ["Segment"]}, {"only": {"Segment": "A"}}, {"period": "2026-05"}])
def test_every_block_is_there_and_none_is_empty(page, said, parameters):
    page(frame(), **parameters)
    heads = [i for i, (kind, _) in enumerate(said) if kind.startswith("h") and kind != "html"]
    assert all(b - a > 1 or said[b][0] > said[a][0] for a, b in itertools.pairwise(heads))
    assert all(t.strip() for _, t in said)


# Few answers ---------------------------------------------------------------------------------------


SMALL = [0.5, 0.3, 0.1, 0.06, 0.04]


def shown_tables(page):
    return [page.safe("nps", name)[0] for name in page.tables("nps")]


def fine_of(page):
    return trend(page.study, "nps", freq=page.freq, by=list(page.by) or None, open_period=True).tally


@pytest.mark.parametrize("seed", range(4))
def test_small_cells_are_not_told_by_the_page(page, seed):
    made = page(frame("ABCDE", n=260, seed=seed, p=SMALL))
    tables = shown_tables(made)
    audit = audit_tables(tables, fine_of(made), 5)
    assert len(audit.groups) > 0
    assert (audit.recovered, audit.small_shown, audit.joint) == ((), 0, 0)
    assert all(not 0 < n < 5 for table in tables for n in table.n)


def test_changes_against_hidden_cells_are_absent(page, said):
    made = page(frame("ABCDE", n=260, seed=2, p=SMALL))
    cells, hidden = made.safe("nps", ("Segment", "period"))
    assert hidden
    gone = {cells.keys[i] for i in hidden}
    change = made.claim("by Segment")
    if change is not None:
        assert not gone & set(change.keys)
        assert not gone & set(change.versus_keys)


FAN = DATED + SCALE + "".join(
    f'[[report]]\nname = "{name}"\n{by}' for name in ("executive", "tracking") for by in ('by = "Region"\n', "")
)  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_the_pages_of_a_run_do_not_tell_each_other(folder, seed):
    """All tables of the overall page and of each region's, executive and tracking, audited as one."""
    rows = frame("ABC", n=400, seed=seed)
    rows["Region"] = np.random.default_rng(seed).choice(["N", "S", "W"], len(rows), p=[0.7, 0.2, 0.1])
    folder(FAN, survey=rows.to_csv(index=False))
    home = cx.project()
    study = home.study()
    tables, within = [], []
    for job in plan_jobs(home, study):
        values = {k: v for k, v in job.parameters.items() if k != "source"}
        page = (Brief if job.report == "executive" else Tracking)(**values)
        for table in shown_tables(page):
            tables.append(table)
            within.append(dict(values.get("only") or {}))
    fine = trend(study, "nps", freq="M", by=["Segment", "Region"], open_period=True).tally
    audit = audit_tables(tables, fine, 5, within=within)
    assert len(audit.groups) > 0
    assert (audit.recovered, audit.small_shown, audit.joint) == ((), 0, 0)


# Why, across pages ---------------------------------------------------------------------------------


def moves(gone):
    """A panel in three regions; of each so many detractors do not answer in the latest month."""
    rows = []
    for region, few in gone.items():
        for i in range(60):
            for month in (6, 7, 8):
                if month < 8 or i >= few:
                    rows.append((3 if i < 30 else 9, f"{region}{i}", region, f"2026-{month:02}-10"))
    return pd.DataFrame(rows, columns=["NPS", "Client", "Region", "Date"])


PANEL = ROLES + 'id = "Client"\ndate = "Date"\n' + SCALE
BY_REGION = PANEL + '[[report]]\nname = "tracking"\nby = "Region"\n[[report]]\nname = "tracking"\n'


@pytest.mark.parametrize(("gone", "told"), [({"N": 10, "S": 8, "W": 9}, True), ({"N": 10, "S": 8, "W": 3}, False)])
def test_the_few_who_left_one_region_are_on_no_page(folder, said, gone, told):
    """Those who left the whole less those who left the other regions are those who left W."""
    folder(BY_REGION, survey=moves(gone).to_csv(index=False))
    home = cx.project()
    jobs = plan_jobs(home, home.study())
    regions = [job for job in jobs if job.group]
    assert len(regions) == 3
    for job in regions:
        hidden = job.parameters.get("hidden", [])
        assert (parts_to_show(hidden, "nps") == 0) is told
        page = module.Tracking(**{k: v for k, v in job.parameters.items() if k != "source"})
        found = page.claim("why")
        assert (found is not None) is told
        assert found is None or min(n for n in found.n if n) >= 5
    whole = module.Tracking()
    assert whole.claim("why") is not None


def test_few_of_a_class_are_joined_on_all_pages():
    from cxkit.change.why import why
    from cxkit.reports.why_hiding import parts_of_pages, safe_why

    rows = moves({"N": 10, "S": 8, "W": 4})
    # W loses three promoters too: its leavers are few by class, enough together.
    lost = (rows["Client"].isin(["W57", "W58", "W59"])) & (rows["Date"] == "2026-08-10")
    study = cx.Study(rows[~lost], nps="NPS", id="Client", date="Date", scale={"nps": (0, 10)})
    pages = [{"Region": r} for r in "NSW"]
    codes = parts_of_pages(study, pages, "nps", ("2026-08", "2026-07"), 5)
    assert codes == [group_code("nps", ("why",), (CAME_OR_WENT,))]
    found = safe_why(why(study.filter(Region="W"), "nps", period="2026-08", versus="2026-07"), 5, CAME_OR_WENT)
    assert found is not None
    assert min(n for n in found.n if n) >= 5
    assert not any(item.startswith("leavers_") for item in found.items)


def test_what_a_few_silent_people_said_is_not_told(folder, said):
    folder(PANEL, survey=moves({"N": 3}).to_csv(index=False))
    page = display(Tracking())
    assert page.latest_change() is not None
    assert "did not answer again" not in text_of(said)
    assert not re.search(r"(?<!\d)3 ?(?:people|answers)|\(3\)", text_of(said))
