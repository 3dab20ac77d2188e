"""Notebooks that raise, die, hang on to old files: exit 3, three lines, and the good report untouched."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pandas as pd
import pytest

import cxkit as cx
from cxkit.errors import OutputError, ReportFailed
from cxkit.reports.run import Job, run_job, run_jobs

PROJECT = '[source]\nuri = "survey.csv"\n[roles]\nnps = "NPS"\n'


@pytest.fixture
def job(notebook, tmp_path):
    def make(
        *cells, parameters='lang: str = "en"\nname: str = "x"', values=None, formats=("html", "ipynb"), **metadata
    ):
        path = notebook(parameters, *cells, **metadata)
        files = {tmp_path / "out" / f"mine.{f}": f for f in formats}
        return Job("mine", path, values or {}, files, tmp_path, title="Mine")

    return make


def outputs(path: Path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "".join("".join(o.get("text", "")) for c in cells for o in c.get("outputs", []))


HOSTILE = '{x} {} "quotes\' \\n \n newline \t \x7f 😀 ${HOME} %s </script> """ \'); import os; ('


def test_parameters_arrive_as_they_are_and_the_page_has_neither_code_nor_scripts(job, tmp_path):
    """One kernel, many claims: braces in a path, hostile text, alone in its folder, quiet, unwritten source."""
    cell = "import os, sys; print(repr(name)); print(n, by, only); print(os.getcwd()); print(sys.executable)"
    parameters = 'lang: str = "en"\nname: str = ""\nn: float = 1.0\nby: list[str] = []\nonly: dict[str, str] = {}'
    values = {"name": HOSTILE, "n": "1e-3", "by": ["a", "b"], "only": {HOSTILE: HOSTILE}}
    made = job("# A {brace} heading", cell, "secret_code = 1", parameters=parameters, values=values)
    before = made.notebook.read_bytes()
    run_job(made)
    text = outputs(tmp_path / "out" / "mine.ipynb")
    assert text.splitlines()[0] == repr(HOSTILE)
    assert f"{1e-3} ['a', 'b'] { ({HOSTILE: HOSTILE})!r}" in text
    assert os.path.samefile(text.splitlines()[2], tmp_path)
    import sys

    assert text.splitlines()[3] == sys.executable
    page = (tmp_path / "out" / "mine.html").read_text(encoding="utf-8")
    assert "secret_code" not in page
    assert "# Parameters" not in page
    assert "str = " not in page
    assert "</script>" not in page
    assert made.notebook.read_bytes() == before
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["mine.html", "mine.ipynb"]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("raise ValueError('line one\\nline two \\x1b[31mred')", "ValueError: line one"),
        ("raise SystemExit(1)", ""),
    ],
    ids=["raises", "exits"],
)
def test_a_notebook_that_raises(job, tmp_path, cell, said):
    made = job("# Top", "print('fine')", "## Segments <b>", cell)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.html").write_text("good old page")
    with pytest.raises(ReportFailed) as caught:
        run_job(made)
    error = str(caught.value)
    assert caught.value.exit_code == 3
    assert "report mine failed in cell" in error
    assert 'under "Segments <b>"' in error
    assert said in error
    kept = tmp_path / "out" / "mine.failed.ipynb"
    assert str(kept) in error
    assert json.loads(kept.read_text(encoding="utf-8"))["nbformat"] == 4
    assert "fine" in outputs(kept)
    assert (tmp_path / "out" / "mine.html").read_text() == "good old page"
    assert not (tmp_path / "out" / "mine.ipynb").exists()


def test_the_command_line_says_a_crash_in_three_lines(folder, notebook, cxkit_here):
    folder(PROJECT)
    path = "project/notebooks/broken.ipynb"
    cells = ["# Top", "def f():\n    1 / 0\nf()"]
    notebook('lang: str = "en"', *cells, name=path)
    code, out, err = cxkit_here("run", "broken", "--junit", "j.xml")
    assert code == 3
    assert out == ""
    said = [line for line in err.splitlines() if "hostile" not in line]
    assert len(said) <= 3
    assert "ZeroDivisionError: division by zero" in err
    assert "broken.failed.ipynb" in err
    assert "<error" in Path("j.xml").read_text()


def test_a_kernel_that_dies(job, tmp_path):
    made = job("# Top", "print('fine')", "import os; os.kill(os.getpid(), 9)")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.html").write_text("good old page")
    with pytest.raises(ReportFailed, match="kernel") as caught:
        run_job(made)
    assert caught.value.exit_code == 3
    assert caught.value.hint
    assert (tmp_path / "out" / "mine.html").read_text() == "good old page"
    assert not (tmp_path / "out" / "mine.ipynb").exists()


def test_one_failure_does_not_stop_the_others_and_nothing_is_left_in_temp(job, tmp_path, monkeypatch):
    import tempfile

    private = tmp_path / "temp"
    private.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    bad, good = job("raise RuntimeError('no')"), job("print(1)")
    good = Job("good", bad.notebook.with_name("good.ipynb"), {}, {tmp_path / "g.html": "html"}, tmp_path)
    good.notebook.write_text(bad.notebook.read_text().replace("raise RuntimeError('no')", "print(1)"))
    bad.notebook.write_text(bad.notebook.read_text().replace("print(1)", "raise RuntimeError('no')"))
    seen: list[str] = []
    ran = run_jobs([bad, good], progress=lambda done: seen.append(done.job.report))
    assert [r.error is None for r in ran] == [False, True]
    assert seen == ["mine", "good"]
    assert (tmp_path / "g.html").exists()
    assert list(private.iterdir()) == []


def test_a_full_disk_at_the_end_keeps_the_good_report(job, tmp_path, monkeypatch):
    made = job("print(1)")
    (tmp_path / "out").mkdir()
    for name in ("mine.html", "mine.ipynb"):
        (tmp_path / "out" / name).write_text("good old")

    def full(fd):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("cxkit.reports.run.executed", lambda job: _executed(made.notebook))
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        run_job(made)
    assert {p.name: p.read_text() for p in (tmp_path / "out").iterdir()} == {
        "mine.html": "good old",
        "mine.ipynb": "good old",
    }


def _executed(path):
    import nbformat

    return nbformat.read(path, as_version=4)


def test_a_fan_out_makes_each_page_of_its_own_rows(folder, notebook, cxkit_here):
    """Real kernels over hostile values, with a small notebook of the user's own."""
    values = {"../../x": 3, "<script>alert(1)</script>": 4, "a/b": 5}
    survey = pd.DataFrame([(10, v) for v, n in values.items() for _ in range(n)], columns=["NPS", "Segment"])
    root = folder(PROJECT + '[scale]\nnps=[0,10]\n[[report]]\nname = "tiny"\nby = "Segment"\n',
                  survey=survey.to_csv(index=False))  # fmt: skip
    notebook(
        "only: dict[str, str] = {}",
        "import cxkit as cx\ns = cx.project().study().filter(**only)\nprint(s.rows, only)",
        name="project/notebooks/tiny.ipynb",
    )
    before = {p for p in root.parent.rglob("*") if "build" not in p.parts}
    code, out, err = cxkit_here("run", "--format", "ipynb")
    assert code == 0, err
    paths = [Path(line) for line in out.splitlines()]
    assert len(paths) == 3
    # A hostile plugin prints on the way; ours is somewhere in what was said.
    said = {line for p in paths for line in outputs(p).splitlines() if line.endswith("}") and line[0].isdigit()}
    assert said == {f"{n} { ({'Segment': v})!r}" for v, n in values.items()}
    assert all(p.resolve().parent == root / "build" / "tiny" for p in paths)
    assert {p for p in root.parent.rglob("*") if "build" not in p.parts} == before


# Parameters are checked before a kernel -----------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "survey", "said"),
    [
        (["-p", "perid=2026"], None, "did you mean 'period'"),
        (["-p", "min_n=many"], None, "min_n"),
        (["-p", "min_n"], None, "has no value"),
        (["-p", "=3"], None, "no parameter"),
        (["-p", "by=Sgment"], None, "did you mean 'Segment'"),
        (["-p", "period=soon"], None, "period 'soon'"),
        (["-p", "source=gone.csv"], None, "gone.csv"),
        (["-p", "lang=de"], None, "lang"),
        (["-p", "lang=fr", "-p", "lang=en"], None, "several times"),
        (["-f", "gone.yaml"], None, "gone.yaml"),
        (["--format", "pdff"], None, "pdff"),
        (["-o", "survey.csv"], None, "survey.csv"),
        ([], "NPS,Segment\n11,a\n3,b\n", "outside the scale"),
        ([], "NPS,Segment\nhigh,a\nlow,b\n", "cannot be read as answers"),
        ([], "note,Segment\n1,a\n", "NPS"),
        ([], "NPS,Segment\n,a\n,b\n", "no answer"),
        ([], "NPS,Segment\n", ""),
        ([], "", ""),
        ([], "NPS\n" + "\n".join(str(1 + i % 10) for i in range(200)), "looks like a scale of 1–10"),
        ([], "NPS\n" + "\n".join(str(1 + i % 5) for i in range(200)), "looks like a scale of 1–5"),
    ],
)
def test_what_is_wrong_is_said_before_a_kernel(folder, no_kernel, cxkit_here, args, survey, said):
    root = folder(PROJECT, **({} if survey is None else {"survey": survey}))
    before = sorted(root.rglob("*"))
    code, out, err = cxkit_here("run", "executive", *args)
    assert code == (3 if args[:1] == ["-o"] else 2), err
    assert said in err
    assert out == ""
    assert "fix:" in err
    assert sorted(root.rglob("*")) == before


def test_an_inline_study_cannot_be_planned_with_a_wrong_parameter(no_kernel):
    s = cx.Study(pd.DataFrame({"NPS": [1, 9, 10]}), nps="NPS")
    with pytest.raises(cx.ParameterError, match="did you mean 'period'"):
        s.report("executive", peirod="2026")


def test_a_password_of_a_parameter_is_in_no_output_file(job, tmp_path):
    """A database's URL is a parameter like any other; what is written may be mailed to anybody."""
    secret = "s3cret-pw"
    made = job(
        "print(len(source))",
        parameters='source: str = ""',
        values={"source": f"postgresql://someone:{secret}@host/base"},
        formats=("html", "ipynb"),
    )
    run_job(made)
    leaked = [p.name for p in (tmp_path / "out").iterdir() if secret in p.read_text(encoding="utf-8")]
    assert leaked == []


def test_an_exporter_that_raises_fails_its_own_report_only(job, tmp_path, monkeypatch):
    """A plugin's exporter is a stranger's code: its report fails, the others are made."""

    class Broken:
        format = "pdf"

        def export(self, notebook, *, lang, title):
            raise ValueError("no fonts")

    from cxkit.reports import export

    real = export.exporter_of
    monkeypatch.setattr(export, "exporter_of", lambda format: Broken() if format == "pdf" else real(format))
    notebook = job("print(1)").notebook
    monkeypatch.setattr("cxkit.reports.run.executed", lambda job: _executed(notebook))
    jobs = [
        Job(name, notebook, {}, {tmp_path / f"{name}.{f}": f}, tmp_path) for name, f in (("a", "pdf"), ("b", "html"))
    ]
    ran = run_jobs(jobs)
    assert [r.error is None for r in ran] == [False, True]
    assert "no fonts" in str(ran[0].error)
    assert (tmp_path / "b.html").exists()
