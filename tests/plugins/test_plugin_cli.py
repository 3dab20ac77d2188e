"""``cxkit plugins``, called as people call it."""

import io
import json
import sys

import pytest
from click.testing import CliRunner

from cxkit.cli import cli, main
from cxkit.cli.plugins import _mark, plugins

pytestmark = pytest.mark.filterwarnings("ignore::cxkit.errors.PluginWarning")

SPY = "from pathlib import Path\nPath(__file__).with_suffix('.imported').write_text('yes')\n"


def run(*words):
    return CliRunner().invoke(plugins, list(words))


def test_list_shows_each_with_its_error_place_and_hint(drop_in):
    drop_in()
    drop_in("import os\nimport zenpy_sdk\n", name="broken")
    text = run().output
    lines = [line.split() for line in text.splitlines()]
    assert ["✓", "mine", "file", "-", "metric:wow,", "source:lines,", "hook:cxkit_study_loaded"] in lines
    assert ["✗", "broken", "file", "-", "-"] in lines
    assert "    error: ModuleNotFoundError: No module named 'zenpy_sdk'  (broken.py:2)\n" in text
    assert "    hint:  pip install zenpy_sdk\n" in text
    assert ["✓", "hostile-ok", "entry", "point", "0.1"] in [line[:5] for line in lines]
    assert "cxkit plugins check" in text


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_listing_imports_nothing(words, drop_in):
    path = drop_in(SPY, name="spy")
    before = set(sys.modules)
    assert run(*words).exit_code == 0
    assert not path.with_suffix(".imported").exists()
    assert not {m for m in set(sys.modules) - before if m.startswith("cxkit_hostile")}
    run("check", "spy")
    assert path.with_suffix(".imported").exists()


def test_json_has_a_schema(listed):
    answer = json.loads(run("--json").output)
    assert answer["schema"] == "cxkit.plugins/1"
    entry = listed()["hostile-ok"]
    assert entry["ok"] is True
    assert entry["version"] == "0.1"
    assert entry["distribution"] == "cxkit-hostile"
    assert entry["adds"][0] == "metric:hostile_ok"


def test_disabled_is_listed_as_such(drop_in, project):
    drop_in()
    (project / "cxkit.toml").write_text('[plugins]\ndisable = ["mine"]\n')
    assert any("mine" in line and "[disabled]" in line for line in run().output.splitlines())


def test_no_plugins(drop_in, monkeypatch, listed):
    # What the option --no-plugins of the main command sets.
    drop_in()
    monkeypatch.setenv("CXKIT_LOAD_PLUGINS", "")
    assert {p["off"] for p in listed().values() if p["origin"] != "built-in"} == {"not in CXKIT_LOAD_PLUGINS"}
    assert not any(p["off"] for p in listed().values() if p["origin"] == "built-in")


def test_main_command_has_the_group_and_the_option(drop_in, monkeypatch):
    # Set and then removed by monkeypatch at the end, for the option itself sets the variable.
    monkeypatch.setenv("CXKIT_LOAD_PLUGINS", "mine")
    drop_in()
    done = CliRunner().invoke(cli, ["--no-plugins", "plugins", "--json"])
    assert done.exit_code == 0, done.output
    off = {p["name"]: p["off"] for p in json.loads(done.output)["plugins"]}
    assert off["mine"] == "not in CXKIT_LOAD_PLUGINS"
    assert off["metrics"] is None


@pytest.mark.parametrize(("words", "code"), [(["hostile-okk"], 2), (["hostile-misspelt"], 3), (["hostile-ok"], 0)])
def test_exit_codes_of_the_main_command(words, code):
    with pytest.raises(SystemExit) as caught:
        main(["plugins", "check", *words])
    assert caught.value.code == code


def test_show(drop_in):
    drop_in()
    done = run("show", "mine")
    assert done.exit_code == 0, done.output
    assert "One score a line." in done.output
    assert "encoding: str = 'utf-8'" in done.output
    assert "Share of 10s: reads nps, 0 to 10" in done.output
    assert run("show", "source:lines").output == done.output


def test_show_lists_faults():
    done = run("show", "hostile-string")
    assert done.exit_code == 0
    assert "cxkit_reports returned 'executive' (str)" in done.output


@pytest.mark.parametrize("verb", ["show", "check"])
def test_unknown_name(verb):
    done = run(verb, "hostile-okk")
    assert done.exit_code == 2
    assert "did you mean 'hostile-ok'?" in done.output


def test_unknown_file():
    done = run("check", "plugins/absent.py")
    assert done.exit_code == 2
    assert "no such file" in done.output


def test_check_file_with_sample(drop_in, tmp_path):
    path = drop_in()
    sample = tmp_path / "two.lines"
    sample.write_text("9\n10\n")
    done = run("check", str(path), "--sample", str(sample))
    assert done.exit_code == 0, done.output
    assert "reads the sample (2 rows)" in done.output
    assert "same answer twice" in done.output


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hostile-missing-module", "pip install hostile_missing_sdk"),
        ("hostile-kills", "os._exit(99)"),
        ("hostile-nps", "duplicate_name"),
        ("hostile-metrics", "metric:hostile_nan every answer: estimate within bounds"),
    ],
)
def test_check_exits_3_for_a_faulty_plugin(name, text):
    done = run("check", name)
    assert done.exit_code == 3, done.output
    assert text in done.output


def test_check_exits_0_for_a_good_one():
    done = run("check", "hostile-ok")
    assert done.exit_code == 0, done.output


def test_marks_degrade(monkeypatch):
    class Ascii(io.StringIO):
        encoding = "ascii"

    monkeypatch.setattr(sys, "stdout", Ascii())
    assert [_mark(True), _mark(False), _mark(True, "disabled")] == ["+", "x", "-"]


def test_control_characters_are_not_printed(drop_in):
    drop_in(
        "import cxkit as cx\n@cx.source('bell\\x07')\ndef f(uri): ''\ndef cxkit_sources():\n    return ['\\x1b[2J']\n"
    )
    for words in ([], ["show", "mine"], ["check", "mine"]):
        output = run(*words).output
        assert "\x1b" not in output
        assert "\x07" not in output


@pytest.mark.parametrize("words", [[], ["show"], ["check"]])
def test_help_starts_with_examples(words):
    output = run(*words, "--help").output
    assert "Examples:\n" in output
    assert output.index("Examples:") < output.index("Options:")
