"""Every hook has a test, and each plugin is called on its own."""

from types import SimpleNamespace

import pytest

from cxkit.errors import UnknownNameError
from cxkit.hooks import HOOKS
from cxkit.registry import build_registry
from cxkit.registry.discovery import discover

pytestmark = pytest.mark.filterwarnings("ignore::cxkit.errors.PluginWarning")

METRIC = """
from cxkit.metrics.definition import linear_metric
def cxkit_metrics():
    return [linear_metric("wow", on="nps", scale=(0, 10), points={range(0, 10): 0, 10: 100})]
"""


def mine(built):
    (record,) = [p for p in built.plugins if p.name == "mine"]
    return record


def test_every_hook_has_a_test():
    missing = [hook for hook in HOOKS if f"test_hook_{hook}" not in globals()]
    assert not missing, f"write test_hook_{missing[0]}"


def test_hook_cxkit_sources(load):
    built = load(
        "from cxkit.sources.declare import source\n"
        "def cxkit_sources():\n"
        "    @source('made_late', extensions=('.late',))\n"
        "    def read(uri: str):\n"
        "        'Late.'\n"
        "    return [read]\n"
    )
    assert built.source("made_late").extensions == (".late",)
    assert mine(built).adds == ("source:made_late", "hook:cxkit_sources")
    assert not mine(built).faults


def test_hook_cxkit_metrics(load):
    built = load(METRIC)
    assert built.metric("wow").value(10) == 100
    assert built.metrics["wow"] is built.metric("wow@mine")
    assert mine(built).adds == ("metric:wow", "hook:cxkit_metrics")


def test_hook_cxkit_reports(load):
    built = load(
        "from types import SimpleNamespace\n"
        "def cxkit_reports():\n"
        "    return [SimpleNamespace(name='agency', notebook='agency.ipynb', label={'en': 'Agency'})]\n"
    )
    assert built.report("agency").label == {"en": "Agency"}


def test_hook_cxkit_study_loaded(load):
    built = load("def cxkit_study_loaded(study):\n    return [f'{study.rows} rows']\n")
    assert built.call("cxkit_study_loaded", study=SimpleNamespace(rows=3)) == [("mine", ("3 rows",))]
    assert not mine(built).faults


def test_hook_cxkit_report_finished(load, tmp_path):
    built = load(
        "from pathlib import Path\n"
        "def cxkit_report_finished(report, files):\n"
        "    Path('log').write_text(f'{report} {len(files)}')\n"
    )
    assert built.call("cxkit_report_finished", report="executive", files=(1, 2)) == [("mine", None)]
    assert (tmp_path / "log").read_text() == "executive 2"


def test_hook_cxkit_gates_finished(load, tmp_path):
    built = load(
        "from pathlib import Path\ndef cxkit_gates_finished(outcomes):\n    Path('log').write_text(repr(outcomes))\n"
    )
    built.call("cxkit_gates_finished", outcomes=("failed",))
    assert (tmp_path / "log").read_text() == "('failed',)"


def test_hook_cxkit_exporters(load):
    built = load(
        "from types import SimpleNamespace\n"
        "odt = SimpleNamespace(format='odt', export=lambda notebook, *, lang, title: b'')\n"
        "def cxkit_exporters():\n    return (odt,)\n"
    )
    assert built.exporters["odt"].format == "odt"


def test_hook_cxkit_commands(load):
    built = load(
        "import click\n"
        "@click.command()\n"
        "def greet():\n    click.echo('hello')\n"
        "def cxkit_commands():\n    return [greet]\n"
    )
    assert built.commands["greet"].name == "greet"


def test_a_class_behind_an_entry_point(tmp_path, monkeypatch):
    info = tmp_path / "cxkit_classy-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: cxkit-classy\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[cxkit]\nclassy = cxkit_classy:Plugin\n")
    (tmp_path / "cxkit_classy.py").write_text(
        "from cxkit.hooks import Specs, hookimpl\n"
        "class Plugin(Specs):\n"
        "    @hookimpl\n"
        "    def cxkit_study_loaded(self, study):\n        return ['from a class']\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    built = build_registry(discover(), load=["classy"])
    (record,) = [p for p in built.plugins if p.name == "classy"]
    assert record.adds == ("hook:cxkit_study_loaded",)
    assert not record.faults
    assert built.call("cxkit_study_loaded", study=None) == [("classy", ("from a class",))]


def test_an_entry_point_that_is_none_or_twice_the_same(tmp_path, monkeypatch):
    info = tmp_path / "cxkit_odd-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: cxkit-odd\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[cxkit]\nodd-a = cxkit_odd\nodd-b = cxkit_odd\nodd-none = cxkit_odd:X\n")
    (tmp_path / "cxkit_odd.py").write_text("X = None\ndef cxkit_study_loaded(study):\n    return ['once']\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    built = build_registry(discover(), load=["odd-a", "odd-b", "odd-none"])
    assert built.call("cxkit_study_loaded", study=None) == [("odd-a", ("once",))]
    texts = {f.plugin: f.message for f in built.faults if f.plugin.startswith("odd")}
    assert texts == {
        "odd-b": "its entry point cxkit_odd is a plugin already, under another name",
        "odd-none": "its entry point cxkit_odd:X is None",
    }


def test_a_hook_never_runs_inside_itself(load):
    built = load(
        "from types import SimpleNamespace\n"
        "def cxkit_study_loaded(study):\n    return [f'{len(study.again())} inside']\n"
    )
    study = SimpleNamespace(again=lambda: built.call("cxkit_study_loaded", study=study))
    assert built.call("cxkit_study_loaded", study=study) == [("mine", ("0 inside",))]


def test_a_fault_of_every_study_is_noted_once(load):
    built = load("def cxkit_study_loaded(study):\n    return None\n")
    for _ in range(3):
        built.call("cxkit_study_loaded", study=None)
    assert len([f for f in built.faults if f.plugin == "mine" and "returned None" in f.message]) == 1


def test_hooks_by_decorator_and_specname(load):
    built = load(
        "from cxkit.hooks import hookimpl\n"
        "@hookimpl(specname='cxkit_study_loaded')\n"
        "def remark(study):\n    return ['decorated']\n"
        "@hookimpl(optionalhook=True)\n"
        "def cxkit_of_the_future():\n    return []\n"
    )
    assert built.call("cxkit_study_loaded", study=None) == [("mine", ("decorated",))]
    assert not mine(built).faults


def test_one_plugin_raising_leaves_the_others_their_turn(load):
    built = load("def cxkit_study_loaded(study):\n    return [study.absent]\n")
    assert built.call("cxkit_study_loaded", study=object()) == []
    (fault,) = [f for f in built.faults if f.plugin == "mine"]
    assert (fault.code, fault.where) == ("hook_error", "mine.py:2")
    assert "AttributeError" in fault.message


def test_unknown_hook_is_refused(load):
    with pytest.raises(UnknownNameError, match="cxkit_study_loaded"):
        load("").call("cxkit_study_load", study=None)
