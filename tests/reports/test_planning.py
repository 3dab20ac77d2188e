"""Every job is settled, and everything that can be refused is refused, before a kernel starts."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import cxkit as cx
from cxkit.errors import ConfigError, CxkitError, OptionError, ParameterError
from cxkit.reports.plan import plan_jobs

PROJECT = '[project]\nlang = "fr"\n[source]\nuri = "survey.csv"\n[roles]\nnps = "NPS"\nby = ["Segment"]\n'


def jobs(**keywords):
    home = cx.project()
    return plan_jobs(home, home.study(), **keywords)


def test_a_project_without_reports_makes_the_executive_one(folder):
    root = folder(PROJECT)
    (job,) = jobs()
    assert job.report == "executive"
    assert set(job.files.values()) == {"html", "ipynb"}
    assert {p.parent for p in job.files} == {root / "build"}
    assert job.parameters["lang"] == "fr"
    assert job.folder == root


def test_parameters_of_the_call_come_over_those_of_the_file(folder):
    folder(PROJECT + '[[report]]\nname = "executive"\n[report.parameters]\nmin_n = 9\nperiod = ""\n')
    (job,) = jobs(parameters={"min_n": "12", "lang": "en"})
    assert job.parameters["min_n"] == 12
    assert job.parameters["lang"] == "en"


def test_a_report_for_each_segment(folder):
    root = folder(PROJECT + '[[report]]\nname = "executive"\nby = "Segment"\n')
    made = jobs()
    assert [j.group for j in made] == [("Grands comptes",), ("SMB",)]
    assert [j.parameters["only"] for j in made] == [{"Segment": "Grands comptes"}, {"Segment": "SMB"}]
    assert {p.name for j in made for p in j.files} == {
        f"{n}.{f}" for n in ("grands-comptes", "smb") for f in ("html", "ipynb")
    }
    assert {p.parent for j in made for p in j.files} == {root / "build" / "executive"}
    assert [j.name for j in made] == ["executive [Grands comptes]", "executive [SMB]"]


def test_a_fan_out_keeps_a_filter_of_the_call(folder):
    folder(PROJECT + '[[report]]\nname = "executive"\nby = "Segment"\n')
    made = jobs(parameters={"only": "Canal=web"})
    assert {frozenset(j.parameters["only"].items()) for j in made} == {
        frozenset({("Canal", "web"), ("Segment", s)}) for s in ("SMB", "Grands comptes")
    }


HOSTILE = [
    "../../x",
    "<script>alert(1)</script>",
    "a/b",
    "a b",
    "..",
    "/etc/passwd",
    "x" * 300,
    "😀",
    "a,b",
    '"',
    "-rf",
]


def test_hostile_values_never_leave_the_folder(folder):
    survey = pd.DataFrame({"NPS": [10, 0] * len(HOSTILE), "Segment": [h for h in HOSTILE for _ in range(2)]})
    root = folder(PROJECT + '[[report]]\nname = "executive"\nby = "Segment"\n', survey=survey.to_csv(index=False))
    made = jobs()
    assert {j.group[0] for j in made} == set(HOSTILE)
    paths = [p for j in made for p in j.files]
    assert len(set(paths)) == 2 * len(HOSTILE)
    for path in paths:
        assert path.resolve().parent == (root / "build" / "executive").resolve()
        assert len(path.name.encode()) < 200


@pytest.mark.parametrize("name", ["../../x", "a/b"])
def test_a_report_name_never_leaves_the_folder(folder, notebook, name):
    root = folder(PROJECT)
    path = (root / name).with_suffix(".ipynb")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(notebook('lang: str = "en"').read_bytes())
    (job,) = jobs(name=f"{name}.ipynb", output=Path("out"))
    assert {p.parent for p in job.files} == {Path("out")}


def test_numbers_dates_and_missing_values_as_groups(folder):
    survey = "NPS,Store,Pro\n" + "".join(f"{i % 11},{12 + i % 2},{'true' if i % 3 else 'false'}\n" for i in range(30))
    folder('[source]\nuri="survey.csv"\n[roles]\nnps="NPS"\n[[report]]\nname="executive"\nby="Store"\n', survey=survey)
    assert [j.parameters["only"] for j in jobs()] == [{"Store": "12"}, {"Store": "13"}]
    study = cx.project().study()
    assert sum(study.filter(**j.parameters["only"]).rows for j in jobs()) == 30


def test_an_empty_value_gets_no_report(folder):
    folder(PROJECT + '[[report]]\nname = "executive"\nby = "Segment"\n', survey="NPS,Segment\n1,SMB\n2,\n3,SMB\n4,\n")
    assert [j.group for j in jobs()] == [("SMB",)]


def test_values_that_differ_by_case_get_files_of_their_own(folder):
    folder(
        PROJECT + '[[report]]\nname = "executive"\nby = "Segment"\n', survey="NPS,Segment\n1,SMB\n2,smb\n3,Smb\n4,SMB\n"
    )
    # File systems that fold case would lose one of them if case alone told their files apart.
    names = [p.name.lower() for j in jobs() for p in j.files if p.suffix == ".html"]
    assert len(names) == len(set(names)) == 3


def test_two_columns_whose_values_join_alike(folder):
    folder(
        PROJECT + '[[report]]\nname = "executive"\nby = ["Segment", "Canal"]\n',
        survey="NPS,Segment,Canal\n1,a-b,c\n2,a,b-c\n",
    )
    names = [p.name for j in jobs() for p in j.files if p.suffix == ".html"]
    assert len(names) == len(set(names)) == 2


def test_a_blank_value_has_its_file_in_the_folder_of_the_report(folder):
    """Text may be empty without being missing: in Parquet, in SQL, in a frame."""
    root = folder(PROJECT.replace("survey.csv", "survey.parquet") + '[[report]]\nname = "executive"\nby = "Segment"\n')
    pd.DataFrame({"NPS": [10, 9, 0], "Segment": ["", " ", "SMB"]}).to_parquet(root / "survey.parquet")
    paths = [p for j in jobs() for p in j.files]
    assert {p.parent for p in paths} == {root / "build" / "executive"}
    assert all(p.stem for p in paths)


def test_two_reports_of_one_name_are_refused(folder):
    folder(PROJECT + '[[report]]\nname = "executive"\n[[report]]\nname = "executive"\nparameters = { min_n = 9 }\n')
    with pytest.raises(ConfigError, match="would both write"):
        jobs()


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"perid": "2026"}, "did you mean 'period'"),
        ({"min_n": "many"}, "min_n"),
        ({"lang": "de"}, "lang"),
        ({"by": "Sgment"}, "did you mean 'Segment'"),
        ({"by": ["Segment", "Cnl"]}, "Cnl"),
        ({"only": "Sgment=SMB"}, "did you mean 'Segment'"),
        ({"only": "Segment=SBM"}, "did you mean 'SMB'"),
        ({"only": "SMB"}, "KEY=VALUE"),
        ({"period": "last week"}, "period 'last week' is not one"),
        ({"period": "2026-13"}, "2026-13"),
        ({"period": "2026-W60"}, "2026-W60"),
        ({"period": "2026-T5"}, "2026-T5"),
        ({"period": "2026-02-30"}, "2026-02-30"),
        ({"period": "0000"}, "0000"),
        ({"period": "M"}, "date"),
    ],
)
def test_parameters_are_refused_before_a_kernel(folder, no_kernel, parameters, said):
    folder(PROJECT)
    with pytest.raises(CxkitError) as caught:
        jobs(parameters=parameters)
    assert said in str(caught.value)
    assert caught.value.exit_code == 2
    assert caught.value.hint


def test_an_unknown_report_has_the_nearest_name(folder):
    folder(PROJECT)
    with pytest.raises(CxkitError, match="did you mean 'executive'"):
        jobs(name="exective")


def test_an_unknown_format_has_the_nearest_name(folder):
    folder(PROJECT)
    with pytest.raises(OptionError, match="did you mean 'html'"):
        jobs(formats=["htm"])


def test_a_missing_notebook(folder):
    folder(PROJECT)
    with pytest.raises(ParameterError, match=r"no notebook 'gone\.ipynb'"):
        jobs(name="gone.ipynb")


def test_a_projects_own_notebook_comes_before_the_shipped_one(folder, notebook):
    root = folder(PROJECT)
    own = notebook('only: dict[str, str] = {}\nlang: str = "en"', name="project/notebooks/executive.ipynb")
    (job,) = jobs(name="executive")
    assert job.notebook == own
    assert own.is_relative_to(root)


def test_a_fan_out_needs_the_parameter_only(folder, notebook):
    folder(PROJECT + '[[report]]\nname = "mine"\nby = "Segment"\n')
    notebook("x: int = 1", name="project/notebooks/mine.ipynb")
    with pytest.raises(ConfigError, match="no parameter 'only'"):
        jobs()


def test_a_fan_out_by_an_unknown_or_empty_column(folder):
    folder(PROJECT + '[[report]]\nname = "executive"\nby = "Sgment"\n')
    with pytest.raises(CxkitError, match="did you mean 'Segment'"):
        jobs()
    folder(PROJECT + '[[report]]\nname = "executive"\nby = "Vide"\n', survey="NPS,Segment,Vide\n1,SMB,\n2,SMB,\n")
    with pytest.raises(OptionError, match="Vide has no values"):
        jobs()


def test_a_study_without_a_score_is_refused_with_why(folder):
    folder('[source]\nuri = "survey.csv"\n', survey="id,NPS\n1,high\n2,low\n")
    with pytest.raises(CxkitError, match="cannot be read as answers") as caught:
        jobs()
    assert "scale=" in str(caught.value)


def test_an_unknown_kernel_is_refused_before_anything_is_written(folder, notebook):
    root = folder(PROJECT)
    content = json.loads(notebook('lang: str = "en"').read_text())
    content["metadata"]["kernelspec"]["name"] = "julia-1.12"
    (root / "j.ipynb").write_text(json.dumps(content))
    with pytest.raises(ParameterError, match=r"kernel 'julia-1\.12' is not installed") as caught:
        jobs(name="j.ipynb")
    assert caught.value.code == "kernel_unknown"
    assert not (root / "build").exists()


def test_a_notebook_without_kernel_metadata_runs_on_this_python(folder, notebook):
    root = folder(PROJECT)
    for metadata in ({}, {"kernelspec": None}, None):
        content = json.loads(notebook('lang: str = "en"').read_text()) | {"metadata": metadata}
        (root / "j.ipynb").write_text(json.dumps(content))
        assert jobs(name="j.ipynb")


@pytest.mark.parametrize("parameter", ["improve", "costs"])
def test_a_driver_that_is_not_there_is_refused_before_a_kernel(folder, no_kernel, parameter):
    root = folder('[source]\nuri = "survey.csv"\n[roles]\nnps = "NPS"\ndrivers = ["sat_wait", "sat_price"]\n')
    pd.DataFrame({"NPS": [9, 3], "sat_wait": [4, 2], "sat_price": [5, 1]}).to_csv(root / "survey.csv", index=False)
    with pytest.raises(CxkitError, match="wiat") as caught:
        jobs(name="roi", parameters={parameter: {"wiat": 0.5}})
    assert caught.value.exit_code == 2
    assert "did you mean 'wait'" in str(caught.value)
    assert jobs(name="roi", parameters={parameter: {"wait": 0.5}})
