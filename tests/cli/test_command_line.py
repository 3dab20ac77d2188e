"""The command line: help, exit codes, and a sentence with its fix for every mistake."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import cxkit as cx
from cxkit.cli import _COMMANDS

GOOD = "id,NPS,Segment\n" + "".join(f"{i},{(i * 7) % 11},{'ab'[i % 2]}\n" for i in range(60))
SUBCOMMANDS = [[], *([name] for name in _COMMANDS), ["plugins", "show"], ["plugins", "check"]]


@pytest.mark.parametrize("command", SUBCOMMANDS, ids=lambda c: " ".join(c) or "cxkit")
def test_every_command_has_help_with_examples(here, command):
    for flag in ("--help", "-h"):
        code, out, err = here(*command, flag)
        assert code == 0, err
        assert out.startswith("Usage:")
        assert "Examples:" in out
        if command:
            assert f"cxkit {' '.join(command)}" in out.partition("Examples:")[2]
        assert err == ""


def test_help_lists_every_command(here):
    code, out, _ = here("--help")
    assert code == 0
    for name in _COMMANDS:
        assert re.search(rf"^  {name} ", out, re.M)
    assert here()[:2] == (0, out)


def test_help_loads_no_pandas(cxkit, tmp_path):
    import os
    import subprocess
    import sys

    code = (
        "import sys; from cxkit.cli import _run; _run(['--help']); _run(['run', '--help']);"
        "bad = {'pandas', 'matplotlib', 'papermill', 'nbformat', 'narwhals', 'pydantic'} & set(sys.modules);"
        "sys.exit(repr(bad) if bad else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=os.environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_version(here, cxkit):
    done = cxkit("--version")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"cxkit {cx.__version__}"


def test_python_m_is_the_command(cxkit):
    done = cxkit("--help")
    assert done.returncode == 0
    assert "Usage:" in done.stdout
    assert "__main__" not in done.stdout


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["rnu"], "did you mean 'run'"),
        (["--nope"], "No such option"),
        (["run", "--nope"], "No such option"),
        (["run", "--format"], "requires an argument"),
        (["run", "a", "b"], "unexpected extra argument"),
        (["run", "exective"], "did you mean 'executive'"),
        (["run"], "no source to read"),
        (["run", "-p", "source"], "has no value"),
        (["run", "executive", "-p", "x=1;open('pwned','w')=3"], "has no parameter"),
        (["run", "--project", "nowhere"], "cxkit.toml"),
        (["check"], "no source to read"),
        (["check", "gone.csv"], "gone.csv"),
        (["check", "survey.xyz"], "survey.xyz"),
        (["check", "."], ""),
        (["report"], "Missing option"),
        (["report", "-o", "a.htm", "-p", "source=good.csv"], "did you mean 'html'"),
        (["report", "-o", "noending", "-p", "source=good.csv"], "format"),
        (["report", "exective", "-o", "a.html", "-p", "source=good.csv"], "did you mean 'executive'"),
        (["report", "-o", "a.html", "--lang", "de", "-p", "source=good.csv"], "lang"),
        (["report", "-o", "a.html", "-p", "peirod=2026", "-p", "source=good.csv"], "did you mean 'period'"),
        (["demo", "--lang", "de", "--no-open"], "no language 'de'"),
        (["init", "gone.csv"], "gone.csv"),
        (["init", "--lang", "de"], "no language 'de'"),
        (["doctor", "extra"], "unexpected extra argument"),
        (["plugins", "show", "nope"], "nope"),
        (["plugins", "check", "nope"], "nope"),
    ],
)
def test_usage_mistakes_are_exit_2(here, survey, args, said):
    survey(GOOD, "good.csv")
    survey("x", "survey.xyz")
    code, out, err = here(*args)
    assert code == 2, err
    assert said in err
    assert out == ""
    assert sorted(p.name for p in Path().iterdir()) == ["good.csv", "survey.xyz"]


CP1252 = "id;NPS;Catégorie\n1;9;Été\n2;3;Noël\n".encode("cp1252")
ROLES = '[source]\nuri = "survey.csv"\n[roles]\nnps = "NPS"\n'

MALFORMED = {
    "empty": (b"", "", ""),
    "only blanks": (b"\n \n\n", "", ""),
    "header only": (b"id,NPS\n", "", ""),
    "wrong delimiter": (GOOD.encode(), 'read = { delimiter = ";" }', "delimiter=','"),
    "wrong encoding": (CP1252, 'read = { encoding = "utf-8" }', "utf-8"),
    "unknown encoding": (GOOD.encode(), 'read = { encoding = "klingon" }', "klingon"),
    "unknown option": (GOOD.encode(), 'read = { delimitr = ";" }', "did you mean 'delimiter'"),
    "missing column": (b"id,Note\n1,3\n", "", "no column 'NPS'"),
    "text score": (b"id,NPS\n1,nine\n2,ten\n", "", "cannot be read as answers"),
    "text among numbers": (b"id,NPS\n1,9\n2,NSP\n3,8\n", "", "'NSP'"),
    "out of range": (b"id,NPS\n1,9\n2,99\n3,8\n", "", "outside the scale"),
    "negative": (b"id,NPS\n1,9\n2,-1\n3,8\n", "", "outside the scale"),
    "fractions": (b"id,NPS\n1,9.5\n2,7.2\n3,8\n", "", "whole numbers"),
    "shifted": (("id,NPS\n" + "".join(f"{i},{1 + i % 11}\n" for i in range(99))).encode(), "", "shifted by one"),
    "one to ten": (("id,NPS\n" + "".join(f"{i},{1 + i % 10}\n" for i in range(99))).encode(), "", "scale of 1–10"),
    "all null": (b"id,NPS\n1,\n2,\n3,\n", "", "no answer"),
    "a zip": (b"PK\x03\x04" + b"\x00" * 60, "", ""),
    "binary": (bytes(range(256)) * 8, "", ""),
    "html": (b"<!DOCTYPE html><html><body>Sign in</body></html>", "", ""),
    "unbalanced quote": (b'id,NPS\n1,"9\n2,8\n', "", ""),
}


@pytest.mark.parametrize("case", MALFORMED)
@pytest.mark.parametrize("command", [["check"], ["run", "executive"]], ids=["check", "run"])
def test_bad_data_say_what_where_and_the_fix(here, survey, monkeypatch, command, case):
    monkeypatch.setattr("papermill.execute_notebook", lambda *a, **k: pytest.fail("a kernel was started"))
    content, read, said = MALFORMED[case]
    survey(content)
    survey(ROLES.replace('.csv"\n', f'.csv"\n{read}\n', 1), "cxkit.toml")
    code, out, err = here(*command)
    assert code == 2, err
    assert said in err
    assert "fix:" in err
    assert "survey.csv" in err or case.startswith("unknown")  # an option is wrong whatever the file
    assert "/site-packages/" not in err
    assert out == ""


def test_control_characters_of_the_data_do_not_reach_the_terminal(here, survey):
    survey("id,NPS\n1,\x1b[31mred\x1b]0;title\x07\n2,9\n")
    code, _, err = here("check", "survey.csv")
    assert code in (0, 2)
    survey('[roles]\nnps = "\\u001b[31mNPS"\n', "cxkit.toml")
    code, _, err2 = here("check", "survey.csv")
    assert code == 2
    for text in (err, err2):
        assert "\x1b" not in text
        assert "\x07" not in text


def test_a_bug_is_one_line_and_exit_3_with_a_way_to_see_more(here, monkeypatch):
    def broken(*args, **kwargs):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("cxkit.diagnosis.diagnosis", broken)
    code, _, err = here("doctor")
    assert code == 3
    assert "ZeroDivisionError: oops" in err
    assert "CXKIT_TRACEBACK=1" in err
    monkeypatch.setenv("CXKIT_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        here("doctor")


def test_an_interruption_is_130(here, monkeypatch):
    def stop(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("cxkit.diagnosis.diagnosis", stop)
    assert here("doctor")[0] == 130


# check, doctor, plugins -----------------------------------------------------------------------------


def test_check_shows_the_study_and_the_reproducible_call(here, survey):
    survey("id;NPS;Catégorie;Poids\n1;9;Été;1,5\n2;3;Noël;0,5\n".encode("cp1252"))
    survey(ROLES, "cxkit.toml")
    code, out, _ = here("check")
    assert code == 0
    assert out.splitlines()[-1] == "ok"
    assert "nps" in out
    assert "survey.csv" in out
    assert 'encoding="cp1252"' in out or "encoding='cp1252'" in out


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('[[report]]\nname = "executive"\nby = "Sgment"\n', "did you mean 'Segment'"),
        ('[[report]]\nname = "executive"\nparameters = { perid = "M" }\n', "did you mean 'period'"),
        ('[[report]]\nname = "exective"\n', "did you mean 'executive'"),
        ('[[report]]\nname = "executive"\nformats = ["htm"]\n', "did you mean 'html'"),
        ('[[gate]]\nmetric = "npss"\ntest = "above"\ntarget = 1\n', "did you mean 'nps'"),
        ('[[gate]]\nmetric = "csat"\ntest = "above"\ntarget = 1\n', "csat"),
        ('[[gate]]\nmetric = "nps"\nby = "Sgment"\ntest = "above"\ntarget = 1\n', "did you mean 'Segment'"),
        ('[project]\nnmae = "x"\n', "did you mean 'name'"),
    ],
)
def test_check_finds_what_run_would_refuse(here, survey, toml, said):
    survey(GOOD)
    survey(ROLES + toml, "cxkit.toml")
    code, out, err = here("check")
    assert code == 2
    assert said in err
    assert "ok" not in out.splitlines()


def test_doctor(here):
    code, out, _ = here("doctor")
    assert code == 0
    for name in ("cxkit", "python", "pandas", "papermill", "shipped notebooks"):
        assert name in out
    code, out, _ = here("doctor", "--json")
    content = json.loads(out)
    assert content["schema"] == 1
    assert {"name", "ok", "needed", "found", "hint"} == set(content["checks"][0])


def test_plugins_are_listed(here):
    code, out, _ = here("plugins")
    assert code == 0
    assert "executive" in out
    code, out, _ = here("plugins", "--json")
    assert json.loads(out)["plugins"]


def test_help_params(here):
    code, out, _ = here("run", "executive", "--help-params")
    assert code == 0
    assert "only: dict[str, str] = {}" in out
    assert "min_n: int = 5" in out
    assert here("run", "exective", "--help-params")[0] == 2


# init -----------------------------------------------------------------------------------------------


def test_init_without_a_file(here):
    code, out, _ = here("init")
    assert code == 0
    assert "cxkit check" in out
    cx.project()  # what it writes is valid
    assert here("check")[0] == 2  # data/survey.csv is not there yet


@pytest.mark.parametrize("name", ["survey.csv", "Enquête d’été 2026 'T3'.csv", 'a"b\\c.csv', "data/one two.csv"])
def test_init_for_a_file_then_check(here, survey, name):
    survey("Répondant;Note NPS;Satisfaction;Segment;Date\n" + "".join(
        f"{i};{i % 11};{1 + i % 5};{'ab'[i % 2]};{1 + i % 28:02}/09/2026\n" for i in range(60)), name)  # fmt: skip
    code, _, err = here("init", name, "--lang", "fr")
    assert code == 0, err
    written = cx.project()
    assert written.settings.source[0].uri == name
    assert written.settings.project.lang == "fr"
    assert written.settings.roles["nps"] == "Note NPS"
    assert written.settings.roles["csat"] == "Satisfaction"
    assert "weight" not in written.settings.roles
    code, out, err = here("check")
    assert code == 0, err
    assert out.splitlines()[-1] == "ok"


def test_init_keeps_what_is_there(here, survey):
    survey("# mine\n", "cxkit.toml")
    survey(GOOD)
    code, _, err = here("init", "survey.csv")
    assert code == 2
    assert "--force" in err
    assert Path("cxkit.toml").read_text() == "# mine\n"
    assert here("init", "survey.csv", "--force")[0] == 0
    assert "NPS" in Path("cxkit.toml").read_text()


def test_init_for_a_name_that_is_no_text(here):
    import os

    name = os.fsdecode(b"enqu\xeate.csv")
    Path(name).write_text("id,NPS\n" + "".join(f"{i},{i % 11}\n" for i in range(60)))
    code, _, err = here("init", name)
    assert code == 2
    assert "fix:" in err
    assert not Path("cxkit.toml").exists()


@pytest.mark.parametrize(
    "content",
    [
        "id,NPS\n" + "".join(f"{i},{1 + i % 10}\n" for i in range(200)),
        "a\x07b,NPS \x7f\n" + "".join(f"{i},x\n" for i in range(9)),
        '"NPS ""quoted"" \\ # x","NPS\ntwo lines"\n' + "".join(f"{i % 11},{i % 11}\n" for i in range(60)),
    ],
    ids=["suspect scale", "control characters", "quotes and line ends"],
)
def test_init_writes_valid_toml_whatever_the_columns(here, survey, content):
    survey(content)
    code, _, err = here("init", "survey.csv")
    assert code == 0, err
    cx.project()


def test_init_says_why_a_column_was_not_taken(here, survey):
    survey("id,NPS\n" + "".join(f"{i},{1 + i % 10}\n" for i in range(200)))
    here("init", "survey.csv")
    text = Path("cxkit.toml").read_text()
    assert "scale of 1–10" in text


# Parameters from a file ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "code", "said"),
    [
        ("p.yaml", "perid: 2026\n", 2, "did you mean 'period'"),
        ("p.yaml", "- a\n- b\n", 2, "holds no parameters"),
        ("p.yaml", "", 2, "holds no parameters"),
        ("p.yaml", "a: [\n", 2, "cannot be read"),
        ("p.yaml", "!!python/object/apply:os.system ['touch pwned']\n", 2, "cannot be read"),
        ("p.json", '{"min_n": "many"}', 2, "min_n"),
        ("p.yaml", "min_n: .nan\n", 2, "min_n"),
        ("p.yaml", "by: NO\n", 2, "by"),
        ("p.yaml", b"\xff\xfe", 2, "cannot be read"),
    ],
)
def test_parameter_files(here, survey, name, content, code, said):
    survey(GOOD)
    survey(content, name)
    got, _, err = here("run", "executive", "-p", "source=survey.csv", "-f", name)
    assert got == code, err
    assert said in err
    assert not Path("pwned").exists()
