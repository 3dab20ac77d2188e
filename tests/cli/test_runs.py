"""Whole runs with real kernels, from a shell and from Python."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

import cxkit as cx
from cxkit.errors import OptionError, ParameterError

NAME = "Enquête d’été 2026 'T3'.csv"
SURVEY = "Répondant;Note NPS;Satisfaction;Segment\n" + "".join(
    f"{i};{i % 11};{1 + i % 5};{('PME', 'Grands comptes')[i % 2]}\n" for i in range(110)
)


def title(page: Path) -> str:
    found = re.search(r"<title>(.*?)</title>", page.read_text(encoding="utf-8"))
    assert found is not None
    return found.group(1)


def last_line(done) -> Path:
    assert done.returncode == 0, done.stderr
    page = Path(done.stdout.splitlines()[-1])
    assert page.suffix == ".html"
    return page


def test_init_check_run_in_a_terminal_without_accents(cxkit, survey, tmp_path):
    """init, check and run by three processes, on a name with blanks, accents and quotes."""
    survey(SURVEY, NAME)
    ascii_only = {"PYTHONIOENCODING": "ascii", "CXKIT_LOAD_PLUGINS": ""}
    assert cxkit("init", NAME, "--lang", "fr", **ascii_only).returncode == 0
    done = cxkit("check", **ascii_only)
    assert done.returncode == 0, done.stderr
    assert "Study of 110 rows" in done.stdout
    done = cxkit("run", **ascii_only)
    page = tmp_path / last_line(done)
    assert title(page).startswith("NPS : −45,5 [")
    # No terminal: no progress bar, no kernel's chatter.
    assert "reports" not in done.stderr
    assert "\r" not in done.stderr
    assert [line for line in done.stderr.splitlines() if not line.startswith("note:")] == []


def test_run_from_another_folder_with_parameters_from_a_file(cxkit, survey, tmp_path):
    survey(SURVEY, f"mes données/{NAME}")
    survey(
        f'[project]\nlang = "fr"\n[source]\nuri = {json.dumps(NAME, ensure_ascii=False)}\n[roles]\nnps = "Note NPS"\n',
        "mes données/cxkit.toml",
    )
    elsewhere = tmp_path / "ailleurs"
    elsewhere.mkdir()
    survey("lang: en\nmin_n: 3\nby: [Segment]\nonly: {Segment: PME}\n", "ailleurs/p.yaml")
    done = cxkit("run", "executive", "--project", "../mes données", "-f", "p.yaml", "-p", "min_n=4", cwd=elsewhere)
    page = elsewhere / last_line(done)
    assert page.resolve() == (tmp_path / "mes données" / "build" / "executive.html").resolve()
    assert title(page).endswith("· PME")
    assert title(page).startswith("NPS is ")
    assert [p.name for p in elsewhere.iterdir()] == ["p.yaml"]
    injected = json.loads(page.with_suffix(".ipynb").read_text(encoding="utf-8"))["metadata"]["papermill"]["parameters"]
    assert injected == {"lang": "en", "min_n": 4, "by": ["Segment"], "only": {"Segment": "PME"}}


def test_report_into_named_files_from_a_source_typed_from_here(cxkit, survey, tmp_path):
    survey('[roles]\nnps = "Note NPS"\n', "projet/cxkit.toml")
    survey(SURVEY, f"données/{NAME}")
    done = cxkit(
        "report", "executive", "-o", "sortie/bilan a.html", "-o", "b.ipynb", "--lang", "fr",
        "--project", "projet", "-p", f"source=données/{NAME}",
    )  # fmt: skip
    assert last_line(done) == Path("sortie/bilan a.html")
    assert title(tmp_path / "sortie" / "bilan a.html").startswith("NPS : −45,5")
    assert json.loads((tmp_path / "b.ipynb").read_text(encoding="utf-8"))["nbformat"] == 4
    assert not (tmp_path / "projet" / "build").exists()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [(["10"], ""), (["9", "10"] * 40, "NPS : +100,0 [")],
    ids=["one answer", "all promoters"],
)
def test_odd_but_right_data_make_a_report(here, survey, rows, expected):
    survey("NPS,Segment\n" + "".join(f"{r},{'ab'[i % 2]}\n" for i, r in enumerate(rows)))
    survey('[source]\nuri = "survey.csv"\n[roles]\nnps = "NPS"\nby = "Segment"\n', "cxkit.toml")
    code, out, err = here("run", "executive", "-p", "lang=fr", "--format", "html")
    assert code == 0, err
    assert title(Path(out.splitlines()[-1])).startswith(expected)


def test_a_base_under_min_n_is_hidden_everywhere(here, survey):
    """One customer's answer is nobody's business: not in the title, a sentence or a table."""
    survey("NPS\n10\n10\n0\n")
    survey('[source]\nuri = "survey.csv"\n[roles]\nnps = "NPS"\n', "cxkit.toml")
    code, out, err = here("run", "executive", "--format", "html")
    assert code == 0, err
    assert "33.3" not in Path(out.splitlines()[-1]).read_text(encoding="utf-8")


def test_a_project_file_of_another_name_is_used_by_the_kernel_too(here, survey):
    """The plan reads the file that --project names; the page must not come from another one."""
    survey(SURVEY)
    survey('[source]\nuri = "survey.csv"\n[roles]\nnps = "Note NPS"\n', "q3.toml")
    code, out, err = here("run", "executive", "--project", "q3.toml", "--format", "html")
    if code == 2:  # refused is right as well
        assert "cxkit.toml" in err
        return
    assert code == 0, err
    assert title(Path(out.splitlines()[-1])).startswith("NPS is −45.5")


def test_report_of_a_fanned_out_report_is_about_everybody(here, survey):
    """``cxkit report executive -o all.html`` must not silently be the page of the first segment."""
    survey(SURVEY)
    survey(
        '[source]\nuri = "survey.csv"\n[roles]\nnps = "Note NPS"\n[[report]]\nname = "executive"\nby = "Segment"\n',
        "cxkit.toml",
    )
    code, _, err = here("report", "executive", "-o", "all.html")
    if code == 2:
        assert "Segment" in err
        return
    assert code == 0, err
    assert "·" not in title(Path("all.html"))
    assert "110 rows" in Path("all.html").read_text(encoding="utf-8")


def test_an_output_folder_that_is_a_file_is_refused_before_a_kernel(here, survey, monkeypatch):
    monkeypatch.setattr("papermill.execute_notebook", lambda *a, **k: pytest.fail("a kernel was started"))
    survey(SURVEY)
    survey("I am a file", "build")
    for args in (["run", "executive"], ["report", "-o", "build/a.html"]):
        code, _, err = here(*args, "-p", "source=survey.csv")
        assert code == 3
        assert "cannot write into" in err
    code, _, err = here("demo", "--no-open")
    assert code == 3
    assert Path("build").read_text() == "I am a file"


def test_demo_from_nothing(cxkit, tmp_path):
    """The first command of the documentation, in an empty folder, offline by construction."""
    done = cxkit("demo", "--no-open", "-o", "my pages")
    page = tmp_path / last_line(done)
    assert page == tmp_path / "my pages" / "executive.html"
    assert "synthetic" in page.read_text(encoding="utf-8")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["my pages"]


# From Python ----------------------------------------------------------------------------------------


@pytest.fixture
def frame() -> pd.DataFrame:
    answers = [i % 11 for i in range(110)]
    return pd.DataFrame(
        {"Note": answers, "Segment": [("PME", "Grands comptes")[i % 2] for i in range(110)],
         "note": [10] * 110, "Quand": pd.to_datetime(["2026-01-05", "2026-02-05"] * 55)}
    )  # fmt: skip


def sentence(study: cx.Study, lang: str = "fr") -> str:
    from cxkit.present.words import estimate_text

    return f"NPS : {estimate_text(study.nps(), 0, lang)} ["


def test_a_filtered_study_makes_its_own_report(frame, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    s = cx.Study(frame, nps="Note", date="Quand", by="Segment", guess=False).filter(Segment="PME")
    planned = s.report("executive", lang="fr")
    assert "not run yet" in repr(planned)
    assert list(tmp_path.iterdir()) == []
    assert planned.save("bilan.html", tmp_path / "deep" / "bilan.ipynb") == Path("bilan.html")
    assert title(tmp_path / "bilan.html").startswith(sentence(s))
    page = (tmp_path / "bilan.html").read_text(encoding="utf-8")
    assert "55 lignes" in page
    assert "Segment = PME" in page
    assert "cx-study-" not in page
    assert "study.parquet" not in page
    assert (tmp_path / "deep" / "bilan.ipynb").exists()


def test_a_polars_study_with_columns_that_differ_by_case(frame, tmp_path):
    """DuckDB, which carries the study, folds case; the study does not."""
    import polars as pl

    s = cx.Study(pl.from_pandas(frame), nps="Note", by="Segment", guess=False)
    page = s.report("executive", lang="fr").save(tmp_path / "p.html")
    assert title(page).startswith(sentence(s))


def test_a_duckdb_study_with_a_scale_and_missing_codes(tmp_path):
    import duckdb

    with duckdb.connect() as connection:
        rows = connection.sql(
            'select case when i % 7 = 0 then \'NSP\' else cast(1 + i % 11 as varchar) end as "Note ""x""", '
            "case i % 2 when 0 then 'A' else 'B' end as Segment from range(140) t(i)"
        )
        s = cx.Study(rows, nps='Note "x"', by="Segment", scale={"nps": (1, 11)}, missing={"nps": ["NSP", "é\"\\'"]})
        expected = sentence(s)
        assert s.nps().n == (120,)
        page = s.report("executive", lang="fr", min_n=3).save(tmp_path / "d.html")
    assert title(page).startswith(expected)
    assert re.search(r"n = 120\b", page.read_text(encoding="utf-8"))


def test_roles_that_a_study_does_not_have_are_not_guessed_on_the_way(tmp_path):
    frame = pd.DataFrame({"NPS": [i % 11 for i in range(60)], "Avis": [1 + i % 5 for i in range(60)]})
    s = cx.Study(frame, csat="Avis", guess=False)
    page = s.report("executive").save(tmp_path / "c.html")
    assert title(page).startswith("CSAT")
    assert "NPS" not in page.read_text(encoding="utf-8").partition("Method and data")[0]


@pytest.fixture
def planned(frame):
    return cx.Study(frame, nps="Note", guess=False).report("executive")


@pytest.mark.parametrize("path", ["bilan", "bilan.htm", "bilan.exe", ".html"])
def test_a_wrong_ending_is_refused_before_a_kernel(planned, tmp_path, monkeypatch, path):
    monkeypatch.setattr("papermill.execute_notebook", lambda *a, **k: pytest.fail("a kernel was started"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OptionError) as caught:
        planned.save(path)
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("parameters", "kind"),
    [
        ({"peirod": "2026"}, ParameterError),
        ({"lang": "de"}, ParameterError),
        ({"min_n": "many"}, ParameterError),
        ({"period": "soon"}, ParameterError),
        ({"by": ["Sgment"]}, cx.ColumnError),
        ({"only": {"Segment": "SMB"}}, cx.FilterError),
        ({"name": "exective"}, cx.UnknownNameError),
    ],
)
def test_parameters_are_refused_when_planned(frame, monkeypatch, parameters, kind):
    monkeypatch.setattr("papermill.execute_notebook", lambda *a, **k: pytest.fail("a kernel was started"))
    with pytest.raises(kind) as caught:
        cx.Study(frame, nps="Note", by="Segment", guess=False).report(**parameters)
    assert caught.value.hint
