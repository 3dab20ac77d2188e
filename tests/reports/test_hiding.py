"""The pages of a run do not give each other away: settled before a kernel starts."""

from __future__ import annotations

import pandas as pd
import pytest

import cxkit as cx
from cxkit.errors import NothingMatched
from cxkit.reports.brief import Brief
from cxkit.reports.plan import plan_jobs

#: Overall, A and B. On A's page x (2 answers) and y are hidden, on B's page nothing is:
#: the overall x less B's x would be A's x.
ROWS = {("A", "x"): 2, ("A", "y"): 9, ("A", "z"): 50, ("B", "x"): 30, ("B", "y"): 30, ("B", "z"): 30}
PROJECT = """
[source]
uri = "survey.csv"
[roles]
nps = "NPS"
by = ["Region"]
[scale]
nps = [0, 10]
[[report]]
name = "executive"
by = "Segment"
[[report]]
name = "executive"
"""


@pytest.fixture
def jobs(folder):
    rows = [(10 if i % 3 else 3, *key) for key, n in ROWS.items() for i in range(n)]
    folder(PROJECT, survey=pd.DataFrame(rows, columns=["NPS", "Segment", "Region"]).to_csv(index=False))
    home = cx.project()
    settings = home.settings.report
    assert len(settings) == 2
    made = plan_jobs(home, home.study())
    return {job.group[0] if job.group else "all": job for job in made}


def test_pages_hide_what_the_overall_page_would_tell(jobs):
    hidden = {name: job.parameters.get("hidden", []) for name, job in jobs.items()}
    assert '["nps", ["Region"], "x"]' in hidden["A"]
    assert len(hidden["A"]) == 2
    # Another page hides too: the overall row, or B's.
    assert hidden["B"] or hidden["all"]


def test_a_page_hides_what_it_is_told(jobs, said):
    for job in jobs.values():
        said.clear()
        page = Brief(**{k: v for k, v in job.parameters.items() if k != "source"})
        page.segments()
        for code in job.parameters.get("hidden", []):
            assert code.split('"')[5] in next(text for _, text in said if text.startswith("Hidden"))


def test_a_page_alone_hides_what_its_tables_tell(jobs):
    page = Brief(by=["Segment", "Region"])
    assert page.safe("nps")[1] == ()
    alone = Brief(by=["Region"], only={"Segment": "A"})
    assert alone.safe("nps", ("Region",))[1] == (0, 1)


def test_pages_are_planned_where_no_period_is_over_and_each_says_so(folder):
    rows = [(i % 11, "AB"[i % 2], f"2999-01-{i % 28 + 1:02}") for i in range(60)]
    dated = PROJECT.replace("[scale]", 'date = "Date"\n[scale]')
    folder(dated, survey=pd.DataFrame(rows, columns=["NPS", "Segment", "Date"]).assign(Region="x").to_csv(index=False))
    home = cx.project()
    made = plan_jobs(home, home.study(), parameters={"period": "M"})
    assert len(made) == 3
    for job in made:
        assert "hidden" not in job.parameters
        with pytest.raises(NothingMatched, match="no period of length 'M' is over"):
            Brief(**{k: v for k, v in job.parameters.items() if k != "source"})
