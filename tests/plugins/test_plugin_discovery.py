"""What is found, what is not, and that finding imports nothing."""

import os
import subprocess
import sys

import pytest

from cxkit.errors import ConfigError, PluginWarning
from cxkit.registry import build_registry, registry
from cxkit.registry.discovery import BUILTINS, discover, project_root

pytestmark = pytest.mark.filterwarnings("ignore::cxkit.errors.PluginWarning")
ADDS = ("metric:wow", "source:lines", "hook:cxkit_study_loaded")


def named(name, candidates):
    (found,) = [c for c in candidates if c.name == name]
    return found


def test_built_ins_come_first_and_each_has_a_name():
    first = discover()[: len(BUILTINS)]
    assert [c.module for c in first] == list(BUILTINS)
    assert len({c.name for c in first}) == len(BUILTINS)
    assert {c.origin for c in first} == {"built-in"}


@pytest.mark.parametrize("name", [c.name for c in discover() if c.origin == "built-in"])
def test_built_in_is_read_as_it_loads(name):
    candidate = named(name, discover())
    (record,) = build_registry([candidate]).plugins
    assert not record.faults
    assert record.adds == candidate.adds
    assert record.adds


def test_drop_in_and_package_add_the_same(drop_in, project, tmp_path, monkeypatch):
    path = drop_in()
    info = tmp_path / "site" / "cxkit_same-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: cxkit-same\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[cxkit]\nsame = cxkit_same\n")
    (info.parent / "cxkit_same.py").write_text(path.read_text())
    monkeypatch.syspath_prepend(str(info.parent))
    file, package = named("mine", discover(project)), named("same", discover(project))
    assert (file.origin, file.version, file.owner) == ("file", "", "mine")
    assert (package.origin, package.version, package.owner) == ("entry point", "1.0", "cxkit-same")
    assert file.adds == package.adds == ADDS
    assert file.lines == package.lines
    for plugin in ("mine", "same"):
        built = build_registry(discover(project), load=[plugin])
        (record,) = [p for p in built.plugins if p.name == plugin]
        assert record.adds == ADDS
        assert not record.faults
        assert built.metric("wow").value(10) == 100


def test_drop_ins_of_a_parent_folder_are_found(drop_in, project):
    drop_in()
    below = project / "a" / "b"
    below.mkdir(parents=True)
    assert project_root(below) == project.resolve()
    assert named("mine", discover(below)).adds == ADDS


def test_drop_ins_need_a_cxkit_toml(tmp_path):
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "stray.py").write_text("raise RuntimeError\n")
    assert not [c for c in discover(tmp_path) if c.origin == "file"]
    assert not [p for p in registry(tmp_path).plugins if p.origin == "file"]


def test_private_files_are_no_plugins(drop_in, project):
    drop_in(name="_helper")
    assert not [c for c in discover(project) if c.origin == "file"]


def test_load_plugins_variable(drop_in, project, monkeypatch):
    drop_in()
    monkeypatch.setenv("CXKIT_LOAD_PLUGINS", "mine, hostile-ok")
    built = registry(project)
    assert {p.name for p in built.plugins if not p.off and p.origin != "built-in"} == {"mine", "hostile-ok"}
    assert "wow" in built.metrics
    monkeypatch.setenv("CXKIT_LOAD_PLUGINS", "")
    built = registry(project)
    assert {p.origin for p in built.plugins if not p.off} == {"built-in"}
    assert "wow" not in built.metrics
    assert built.metric("nps").name == "nps"
    monkeypatch.delenv("CXKIT_LOAD_PLUGINS")
    assert "hostile_survivor" in registry(project).metrics


def test_disabled_in_the_project(drop_in, project):
    drop_in()
    (project / "cxkit.toml").write_text('[plugins]\ndisable = ["mine", "metrics"]\n')
    built = registry(project)
    off = {p.name: p.off for p in built.plugins if p.off}
    assert off == {"mine": "disabled", "metrics": "disabled"}
    assert not {"wow", "csat"} & set(built.metrics)
    # With the built-in out of the way, the name is free.
    assert built.metric("nps").value(0) == 42


def test_disabling_what_is_not_there_warns(project):
    (project / "cxkit.toml").write_text('[plugins]\ndisable = ["hostile-okk"]\n')
    with pytest.warns(PluginWarning, match="did you mean 'hostile-ok'"):
        discover(project)


@pytest.mark.parametrize("text", ["[plugins]\ndisable = 'mine'", "[plugins\n", "plugins = 3", "[plugins]\ndisable=[1]"])
def test_malformed_project_file(text, project):
    (project / "cxkit.toml").write_text(text)
    with pytest.raises(ConfigError, match=r"cxkit\.toml"):
        discover(project)


def test_borrowed_objects_belong_to_their_maker(drop_in, project):
    drop_in("from cxkit_hostile.good import hostile_ok\nagain = hostile_ok\n", name="a_borrower")
    built = build_registry(discover(project), load=["a_borrower", "hostile-ok"])
    assert not [f for f in built.faults if f.plugin == "a_borrower"]
    assert built.metric("hostile_ok") is built.metric("hostile_ok@hostile-ok")


def test_static_reading(drop_in, project):
    drop_in(
        "import cxkit as cx\n"
        "@cx.report('agency', notebook='agency.ipynb')\n"
        "def agency(*, region: str): 'One page.'\n"
        "@cx.metric('polar', on='nps')\n"
        "def polar(tally): return 1.0\n"
        "TOP = cx.box_metric('top', on='csat', scale=(1, 5), boxes=(5,))\n"
        "ALL = [TOP, cx.mean_metric(name='avg', on='ces')]\n"
        "def cxkit_sources():\n    return [MySource('crm')]\n"
    )
    found = named("mine", discover(project))
    expected = (
        "metric:polar",
        "metric:top",
        "metric:avg",
        "source:crm",
        "report:agency",
        "hook:cxkit_sources",
    )
    assert found.adds == expected
    assert dict(zip(found.adds, found.lines, strict=True))["metric:top"] == 6


@pytest.mark.parametrize("module", ["cxkit.registry.discovery", "cxkit.registry", "cxkit.cli.plugins"])
def test_import_is_light(module):
    import cxkit

    root = os.path.dirname(next(iter(cxkit.__path__)))
    heavy = {"pandas", "numpy", "narwhals", "papermill", "importlib.metadata"}
    code = f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": root}
    )
    assert done.stdout.strip() == "[]", done.stderr
