"""Gates: judged by their intervals, simultaneous over groups, with the exit codes of the docs."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

import cxkit as cx
from cxkit.errors import ReportFailed
from cxkit.reports.gates import judge
from cxkit.reports.junit import junit_xml
from cxkit.reports.run import Job, Ran
from cxkit.reports.schema import GateSettings

HOSTILE = "<b>&\"']]>\x00\x1b[31m\ud800\ufffe😀</b>"


def study(**groups):
    """A study with these NPS answers by segment."""
    rows = [(name, answer) for name, answers in groups.items() for answer in answers]
    return cx.Study(pd.DataFrame(rows, columns=["Segment", "Q1"]), nps="Q1", by="Segment", scale={"nps": (0, 10)})


ALL = study(a=[10] * 70 + [8] * 20 + [0] * 10)  # NPS 60, n 100


def gate(**said):
    return GateSettings.model_validate({"metric": "nps", "test": "above", "target": 30} | said)


def verdicts(gates, data=ALL):
    return [o.verdict for o in judge(gates, data)]


def test_above_and_below_judge_the_whole_interval():
    low, high = ALL.nps().low[0], ALL.nps().high[0]
    cases = [
        ("above", low - 0.01, "pass"),
        ("above", low + 0.01, "inconclusive"),
        ("above", high - 0.01, "inconclusive"),
        ("above", high + 0.01, "fail"),
        ("below", high + 0.01, "pass"),
        ("below", high - 0.01, "inconclusive"),
        ("below", low + 0.01, "inconclusive"),
        ("below", low - 0.01, "fail"),
    ]
    for test, target, verdict in cases:
        assert verdicts([gate(test=test, target=target)]) == [verdict], (test, target)


def test_the_margin_moves_the_line_in_the_gates_favour():
    low, high = ALL.nps().low[0], ALL.nps().high[0]
    assert verdicts([gate(target=low + 1), gate(target=low + 1, margin=1.5)]) == ["inconclusive", "pass"]
    assert verdicts([gate(target=high + 1), gate(target=high + 1, margin=1.5)]) == ["fail", "inconclusive"]
    below = [gate(test="below", target=high - 1, margin=m) for m in (0, 1.5)]
    assert verdicts(below) == ["inconclusive", "pass"]


def test_a_thin_base_is_inconclusive_whatever_the_score():
    thin = study(a=[10] * 29)
    assert verdicts([gate(target=-90), gate(target=-90, min_n=29), gate(target=-90, min_n=30)], thin) == [
        "inconclusive",
        "pass",
        "inconclusive",
    ]
    (outcome, *_) = judge([gate(target=-90)], thin)
    assert "< 30" in outcome.message
    assert outcome.n == 29


def test_a_group_without_answers_is_inconclusive():
    data = study(a=[10] * 50, b=[None] * 50)
    assert {o.group: o.verdict for o in judge([gate(by="Segment")], data)} == {"a": "pass", "b": "inconclusive"}


def test_groups_are_judged_at_the_bonferroni_level():
    data = study(**{f"g{i}": [10] * 30 + [0] * 30 for i in range(5)})
    outcomes = judge([gate(by="Segment", target=0)], data)
    expected = data.nps(by="Segment", level=1 - 0.05 / 5)
    assert [(o.low, o.high) for o in outcomes] == [
        pytest.approx(p) for p in zip(expected.low, expected.high, strict=True)
    ]
    alone = judge([gate(target=0)], data.filter(Segment="g0"))[0]
    assert alone.low > outcomes[0].low
    wide = judge([gate(by="Segment", target=0, level=0.8)], data)[0]
    assert wide.low == pytest.approx(data.nps(by="Segment", level=1 - 0.2 / 5).low[0])


def test_every_group_has_its_outcome_and_the_missing_one_a_name():
    data = study(a=[10] * 40, b=[0] * 40)
    frame = pd.concat([data.data, pd.DataFrame({"Segment": [None] * 40, "Q1": [8] * 40})])
    outcomes = judge([gate(by="Segment")], cx.Study(frame, nps="Q1", scale={"nps": (0, 10)}))
    assert [(o.group, o.verdict) for o in outcomes] == [("a", "pass"), ("b", "fail"), ("(missing)", "fail")]


def test_a_warning_does_not_fail():
    (outcome,) = judge([gate(target=90, severity="warn")], ALL)
    assert outcome.verdict == "fail"
    assert not outcome.failed


def test_the_message_says_score_interval_base_and_target():
    (outcome,) = judge([gate(name="", target=30)], ALL, lang="fr")
    assert outcome.gate == "nps above 30"
    assert "n = 100" in outcome.message
    assert "attendu à au moins 30" in outcome.message
    assert outcome.message.endswith("réussi")
    import json

    assert json.loads(json.dumps(outcome.to_dict(), allow_nan=False))["n"] == 100


def test_an_empty_group_is_plain_json():
    data = study(a=[10] * 50, b=[None] * 50)
    import json

    for outcome in judge([gate(by="Segment")], data):
        json.dumps(outcome.to_dict(), allow_nan=False)


def test_junit_is_well_formed_with_hostile_names():
    data = study(**{HOSTILE.replace("\ud800", ""): [10] * 40, "b": [0] * 40, "thin": [1]})
    outcomes = judge([gate(name=HOSTILE, by="Segment"), gate(target=90, severity="warn", name="warned")], data)
    error = ReportFailed(f"report failed {HOSTILE}", hint=HOSTILE)
    job = Job(HOSTILE, Path("x.ipynb"), {}, {}, Path(), group=(HOSTILE,))
    xml = junit_xml([Ran(job, 1.5, error), Ran(Job("good", Path("x.ipynb"), {}, {}, Path()), 2.0)], outcomes)
    root = ET.fromstring(xml)
    reports, *gates = root.findall("testsuite")
    assert (reports.get("tests"), reports.get("errors")) == ("2", "1")
    assert len(reports.findall("testcase/error")) == 1
    (mine,) = (g for g in gates if g.get("name") != "warned")
    assert mine.get("name", "").startswith("<b>&\"']]>[31m😀")
    assert (mine.get("tests"), mine.get("failures"), mine.get("skipped")) == ("3", "1", "1")
    assert len(mine.findall("testcase/failure")) == 1
    assert len(mine.findall("testcase/skipped")) == 1
    (warned,) = (g for g in gates if g.get("name") == "warned")
    assert warned.get("failures") == "0"
    assert "fail" in (warned.findtext("testcase/system-out") or "")


def test_two_gates_of_one_name_keep_their_cases():
    outcomes = judge([gate(name="same", target=0), gate(name="same", target=90)], ALL)
    root = ET.fromstring(junit_xml([], outcomes))
    assert len(root.findall("testsuite/testcase")) == 2
    assert root.find("testsuite").get("failures") == "1"


PROJECT = '[source]\nuri = "survey.csv"\n[roles]\nnps = "NPS"\n[scale]\nnps = [0, 10]\n[[report]]\nname = "tiny"\n'
SURVEY = "id,NPS,Segment\n" + "".join(f"{i},{10 if i % 10 < 8 else 0},{'ab'[i % 2]}\n" for i in range(100))  # NPS 60


@pytest.fixture
def gated(folder, notebook, cxkit_here, monkeypatch):
    """Run a project with these gates, its report skipped: exit code, stdout, stderr."""
    monkeypatch.setattr("cxkit.reports.run.run_job", lambda job: None)

    def call(toml, *args):
        folder(PROJECT + toml, survey=SURVEY)
        notebook('lang: str = "en"', name="project/notebooks/tiny.ipynb")
        return cxkit_here("run", *args)

    return call


GATE = '[[gate]]\nmetric = "nps"\ntest = "{test}"\ntarget = {target}\nseverity = "{severity}"\n'


@pytest.mark.parametrize(
    ("test", "target", "severity", "args", "code"),
    [
        ("above", 30, "fail", (), 0),
        ("above", 30, "fail", ("--strict",), 0),
        ("above", 90, "fail", (), 1),
        ("above", 90, "warn", (), 0),
        ("above", 90, "warn", ("--strict",), 1),
        ("above", 60, "fail", (), 0),
        ("above", 60, "fail", ("--strict",), 1),
        ("below", 90, "fail", (), 0),
        ("below", 30, "fail", (), 1),
    ],
)
def test_exit_codes(gated, test, target, severity, args, code):
    got, out, _ = gated(GATE.format(test=test, target=target, severity=severity), *args, "--junit", "j.xml")
    assert got == code
    assert out.splitlines()[0][0] in "✓✗?"
    ET.parse("j.xml")


def test_a_gate_by_an_unknown_column_is_refused_before_a_kernel(gated):
    toml = GATE.format(test="above", target=1, severity="fail") + 'by = "Sgment"\n'
    code, _, err = gated(toml)
    assert code == 2
    assert "did you mean 'Segment'" in err


def test_a_gate_on_an_unknown_metric_is_refused(gated):
    code, _, err = gated(GATE.replace('"nps"', '"npss"').format(test="above", target=1, severity="fail"))
    assert code == 2
    assert "did you mean 'nps'" in err


def test_a_gate_of_a_score_that_is_not_there_is_refused(gated):
    code, _, err = gated(GATE.replace('"nps"', '"csat"').format(test="above", target=1, severity="fail"))
    assert code == 2
    assert "csat" in err


def test_a_failed_gate_still_writes_the_report_names_last(gated):
    code, out, _ = gated(GATE.format(test="above", target=90, severity="fail"))
    assert code == 1
    assert out.splitlines()[-1].endswith("tiny.html")


def test_a_filter_that_leaves_nothing_is_exit_4(gated, no_kernel, cxkit_here):
    gated("")
    survey = "NPS,Segment,Canal\n1,a,x\n2,b,y\n3,a,x\n"
    Path("survey.csv").write_text(survey)
    code, _, err = cxkit_here("run", "executive", "-p", "only=Segment=a", "-p", "only=Canal=y")
    assert code == 4
    assert "no row is left" in err


def test_a_period_without_answers_is_exit_4(folder, no_kernel, cxkit_here):
    folder(
        '[source]\nuri = "survey.csv"\n[roles]\nnps = "NPS"\ndate = "d"\n', survey="NPS,d\n1,2026-01-05\n9,2026-02-05\n"
    )
    code, _, err = cxkit_here("run", "executive", "-p", "period=1999-01")
    assert code == 4, err


def test_a_gate_without_a_single_answer_is_not_a_pass(gated):
    gated("")
    Path("survey.csv").write_text("NPS,Segment\n" + "9,a\n" * 40 + ",b\n" * 40)
    Path("cxkit.toml").write_text(PROJECT + GATE.format(test="above", target=1, severity="fail") + 'by = "Segment"\n')
    from cxkit.cli import _run

    assert _run(["run", "--strict"]) == 1


def monthly_study(**months):
    """A study with these NPS answers by month of 2024."""
    rows = [(f"2024-{m[1:]}-15", a) for m, answers in months.items() for a in answers]
    frame = pd.DataFrame(rows, columns=["When", "Q1"]).assign(When=lambda d: pd.to_datetime(d["When"]))
    return cx.Study(frame, nps="Q1", date="When", scale={"nps": (0, 10)})


GOOD, BAD = [10] * 120 + [8] * 40 + [0] * 40, [10] * 60 + [8] * 40 + [0] * 100


def change_gate(**said):
    return GateSettings.model_validate({"metric": "nps", "test": "no_fall"} | said)


def test_a_gate_on_the_latest_change_judges_its_interval():
    """NPS +40 in January, -20 in February: a fall of 60."""
    fell, rose = monthly_study(m01=GOOD, m02=BAD), monthly_study(m01=BAD, m02=GOOD)
    still = monthly_study(m01=GOOD, m02=GOOD)
    assert verdicts([change_gate()], fell) == ["fail"]
    assert verdicts([change_gate(margin=100)], fell) == ["pass"]
    assert verdicts([change_gate()], rose) == ["pass"]
    assert verdicts([change_gate(test="no_rise")], rose) == ["fail"]
    assert verdicts([change_gate()], still) == ["inconclusive"]
    assert verdicts([change_gate(margin=20)], still) == ["pass"]
    assert verdicts([change_gate(min_n=500)], fell) == ["inconclusive"]
    (outcome,) = judge([change_gate()], fell)
    assert outcome.estimate == pytest.approx(-60)
    assert "February 2024 against January 2024" in outcome.message


def test_a_gate_on_a_change_has_no_target_and_needs_dates():
    with pytest.raises(ValueError, match="has no target"):
        change_gate(target=30)
    with pytest.raises(cx.RoleError, match="date"):
        judge([change_gate()], ALL)


def test_a_group_that_would_give_a_small_one_away_is_judged_without_its_numbers():
    groups = study(big=[10] * 90, mid=[10] * 40, tiny=[0, 10])
    outcomes = {o.group: o for o in judge([gate(by="Segment", min_n=30)], groups)}
    assert outcomes["mid"].verdict == "pass"
    assert outcomes["mid"].estimate != outcomes["mid"].estimate
    assert outcomes["mid"].n == 0
    assert "40" not in outcomes["mid"].message
    assert outcomes["big"].n == 90
