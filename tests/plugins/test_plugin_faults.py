"""Each way to misbehave is a named fault, in the registry and in the list, and nothing else breaks."""

import gc
import json
import os
import shutil
import subprocess
import sys
import warnings
from typing import get_args

import pytest

from cxkit.errors import PluginError, PluginWarning, UnknownNameError
from cxkit.registry import build_registry, registry, reset_registry
from cxkit.registry.discovery import FaultCode, discover

pytestmark = pytest.mark.filterwarnings("ignore::cxkit.errors.PluginWarning")

# plugin, code, part of the message in the registry, part of it in the list (None: only running shows it)
CRIMES = [
    (
        "hostile-raises-at-import",
        "import_error",
        "RuntimeError: hostile: raised at import",
        "always runs at import",
    ),
    ("hostile-breaks-at-import", "import_error", "KeyError: 'no such setting'", None),
    (
        "hostile-missing-module",
        "import_error",
        "No module named 'hostile_missing_sdk'",
        "'hostile_missing_sdk'",
    ),
    (
        "hostile-absent",
        "import_error",
        "No module named 'cxkit_hostile.not_in_the_wheel'",
        "not_in_the_wheel",
    ),
    ("hostile-misspelt", "unknown_hook", "Did you mean 'cxkit_sources'?", "unknown hook 'cxkit_source'"),
    ("hostile-wrong-argument", "not_conforming", "stody", "stody"),
    (
        "hostile-nps",
        "duplicate_name",
        "'nps' is defined by 'metrics' (cxkit) and 'hostile-nps'",
        "stays the built-in",
    ),
    ("hostile-twin-a", "duplicate_name", "neither gets the plain name", "neither gets the plain name"),
    ("hostile-twin-b", "duplicate_name", "'hostile-twin-a' (cxkit-hostile)", "'hostile-twin-a'"),
    (
        "demo@cxkit-hostile",
        "duplicate_plugin",
        "two plugins are called 'demo'",
        "two plugins are called 'demo'",
    ),
    ("hostile-none", "wrong_return", "cxkit_metrics returned None", "cxkit_metrics returns None"),
    ("hostile-generator", "wrong_return", "cxkit_exporters returned a generator", "is a generator"),
    ("hostile-coroutine", "wrong_return", "cxkit_sources returned a coroutine", "is async"),
    ("hostile-string", "wrong_return", "cxkit_reports returned 'executive' (str)", "returns 'executive'"),
    ("hostile-string", "wrong_return", "(dict)", "returns {'nps': 42}"),
    (
        "hostile-items",
        "wrong_return",
        "item 1 of cxkit_metrics is no metric",
        "item 3 of cxkit_metrics is 'nps'",
    ),
    (
        "hostile-items",
        "wrong_return",
        "item 2 of cxkit_sources is no source",
        "item 1 of cxkit_sources is 42",
    ),
    (
        "hostile-items",
        "wrong_return",
        "item 1 of cxkit_commands is no command",
        "item 1 of cxkit_commands is 'run'",
    ),
    (
        "hostile-raises-in-hook",
        "hook_error",
        "ValueError: hostile: raised in a hook",
        "cxkit_metrics always raises",
    ),
    ("hostile-exits-at-import", "exits", "sys.exit(0) at import", "always runs at import: sys.exit(0)"),
    ("hostile-exits-in-hook", "exits", "sys.exit('hostile: enough') in cxkit_sources", "calls sys.exit()"),
    ("hostile-kills", "exits", "os._exit(99)", "os._exit(99)"),
]
WITHOUT_A_FILE = {"hostile-absent"}


@pytest.mark.parametrize(("plugin", "code", "ran", "read"), CRIMES)
def test_fault_is_named(plugin, code, ran, read, listed):
    built = build_registry(discover())
    found = [f for f in built.faults if f.plugin == plugin and f.code == code and ran in f.message]
    assert len(found) == 1, [str(f) for f in built.faults if f.plugin == plugin]
    assert plugin in WITHOUT_A_FILE or found[0].where.startswith(f"{_module(plugin)}.py")

    shown = [f for f in listed()[plugin]["faults"] if f["code"] == code]
    if read is None:
        assert not shown
    else:
        assert any(read in f["message"] for f in shown), shown
        assert plugin in WITHOUT_A_FILE or all(f["file"] for f in shown)

    # The others keep working.
    assert built.metric("nps").value(10) == 100
    assert built.metric("hostile_ok").value(10) == 100


def _module(plugin):
    (candidate,) = [c for c in discover() if c.name == plugin]
    return candidate.module.rpartition(".")[2]


def test_every_code_has_a_crime():
    elsewhere = {"syntax_error", "duplicate_distribution", "mutates"}
    assert {code for _, code, _, _ in CRIMES} | elsewhere == set(get_args(FaultCode))


def test_syntax_error(drop_in, project, listed):
    drop_in("def cxkit_sources(:\n    return []\n", name="broken")
    (fault,) = [f for f in build_registry(discover(project)).faults if f.plugin == "broken"]
    assert (fault.code, fault.where) == ("syntax_error", "broken.py:1")
    assert [f["code"] for f in listed()["broken"]["faults"]] == ["syntax_error"]


def test_duplicate_distribution(hostile, tmp_path, monkeypatch, listed):
    other = tmp_path / "second"
    for item in hostile.iterdir():
        if item.is_dir():
            shutil.copytree(item, other / item.name)
    monkeypatch.syspath_prepend(str(other))
    (fault,) = [f for f in build_registry(discover()).faults if f.code == "duplicate_distribution"]
    assert fault.plugin == "cxkit-hostile"
    assert str(other.resolve()) in fault.message
    assert str(hostile.resolve()) in fault.message
    assert listed()["cxkit-hostile"]["faults"][0]["code"] == "duplicate_distribution"
    assert build_registry(discover()).metric("hostile_ok").value(10) == 100


def test_the_same_folder_twice_is_no_duplicate(hostile, tmp_path, monkeypatch):
    (tmp_path / "link").symlink_to(hostile, target_is_directory=True)
    monkeypatch.syspath_prepend(str(tmp_path / "link"))
    assert not [c for c in discover() for f in c.faults if f.code == "duplicate_distribution"]


def test_two_distributions_with_one_entry_point(tmp_path, monkeypatch, listed):
    for letter in "ab":
        info = tmp_path / f"twin_{letter}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: twin_{letter}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[cxkit]\ntwin = twin_{letter}\n")
        (tmp_path / f"twin_{letter}.py").write_text(f"LETTER = {letter!r}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    (fault,) = [f for f in build_registry(discover()).faults if f.code == "duplicate_plugin" and "twin" in f.plugin]
    assert "twin-a" in fault.message
    assert "twin-b" in fault.message
    assert [f["code"] for f in listed()[fault.plugin]["faults"]] == ["duplicate_plugin"]


def test_mutates():
    built = build_registry(discover(), load=["hostile-mutates", "hostile-ok"])
    files = ["a.html"]
    answers = built.call("cxkit_report_finished", report="executive", files=files)
    assert files == ["a.html"]
    assert ("hostile-ok", None) in answers
    assert [(f.code, f.plugin) for f in built.faults if f.plugin.startswith("hostile")] == [
        ("mutates", "hostile-mutates")
    ]
    assert any("cxkit_report_finished changed the files" in f.message for f in built.faults)


def test_mutated_frame_is_noticed_by_fingerprint():
    import pandas as pd

    class Shown:
        data = pd.DataFrame({"score": [1, 2]})

    shown = Shown()
    built = build_registry(discover(), load=["hostile-mutates", "hostile-ok"])
    out = built.call("cxkit_study_loaded", fingerprint=lambda: shown.data.to_csv(), study=shown)
    assert ("hostile-ok", ("hostile-ok was here",)) in out
    assert [(f.code, f.plugin) for f in built.faults if f.plugin.startswith("hostile")] == [
        ("mutates", "hostile-mutates")
    ]


def test_good_items_beside_odd_ones_are_kept():
    assert build_registry(discover()).metric("hostile_survivor").value(10) == 100


def test_built_in_keeps_its_name_and_each_has_a_pin():
    built = build_registry(discover())
    assert built.metric("nps") is built.metric("nps@cxkit")
    assert built.metric("nps@cxkit-hostile") is built.metric("nps@hostile-nps")
    assert built.metric("nps@cxkit-hostile").value(0) == 42
    assert built.metrics["nps@cxkit-hostile"].value(0) == 42
    assert built.metric("csat@cxkit") is built.metric("csat")


def test_two_strangers_with_one_name():
    built = build_registry(discover())
    assert "hostile_twin" not in built.metrics
    with pytest.raises(UnknownNameError, match=r"neither gets the plain name") as caught:
        built.metric("hostile_twin")
    assert "'hostile_twin@hostile-twin-a' or 'hostile_twin@hostile-twin-b'" in caught.value.hint
    labels = [built.metric(f"hostile_twin@hostile-twin-{x}").label["en"] for x in "ab"]
    assert labels == ["a", "b"]


def test_disabling_one_of_two_gives_the_other_its_name():
    built = build_registry(discover(), disabled=["hostile-twin-a"])
    assert built.metric("hostile_twin").label["en"] == "b"


def test_unknown_name_is_guessed():
    built = build_registry(discover())
    with pytest.raises(UnknownNameError, match="did you mean 'nps'"):
        built.metric("npss")
    with pytest.raises(UnknownNameError, match="nps@cxkit-hostile"):
        built.metric("nps@hostil")


def test_no_warning_from_an_unawaited_coroutine():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", PluginWarning)
        build_registry(discover()).call("cxkit_gates_finished", outcomes=[])
        gc.collect()


def test_noise_stays_out_of_standard_output(hostile):
    code = "import json; from cxkit.registry import registry; print(json.dumps(len(registry().metrics)))"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        env=_environment(hostile),
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) > 1
    assert "hostile noise from __stdout__" in done.stderr
    assert "hostile noise from the file descriptor" in done.stderr
    assert "hostile noise from a hook, below Python" in done.stderr


def _environment(hostile):
    import cxkit

    root = os.path.dirname(next(iter(cxkit.__path__)))
    return {**os.environ, "PYTHONPATH": os.pathsep.join([root, str(hostile)]), "PYTHONDONTWRITEBYTECODE": "1"}


def test_each_fault_warns_once_a_process():
    with pytest.warns(PluginWarning) as first:
        built = registry()
    texts = [str(w.message) for w in first]
    assert len(texts) == len(set(built.faults))
    missing = next(w.message for w in first if "hostile_missing_sdk" in str(w.message))
    assert missing.code == "import_error"
    assert "plugin 'hostile-missing-module'" in str(missing)
    assert "missing_module.py:3" in str(missing)
    assert "fix: pip install hostile_missing_sdk" in str(missing)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert registry() is built


def test_warnings_as_errors_do_not_break_the_registry():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(PluginWarning):
            registry()
        assert registry().metric("nps").name == "nps"


def test_reset_builds_anew():
    built = registry()
    reset_registry()
    assert registry() is not built


def test_a_plugin_that_uses_the_registry_at_import(drop_in, project):
    drop_in("from cxkit.registry import registry\nregistry()\n", name="eager")
    (fault,) = [f for f in registry(project).faults if f.plugin == "eager"]
    assert fault.code == "import_error"
    assert PluginError.__name__ in fault.message
    assert "inside functions" in fault.hint


def test_keyboard_interrupt_is_not_swallowed(load):
    with pytest.raises(KeyboardInterrupt):
        load("def stop():\n    raise KeyboardInterrupt\nstop()\n")


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("import os\nfrom os import _exit\n_exit(1)\n", "exits"),
        ("quit()\n", "exits"),
        ("raise SystemExit(0)\n", "exits"),
        ("class Odd:\n    name = 3\nodd = Odd()\ndef cxkit_reports():\n    return [odd]\n", "wrong_return"),
        ("async def cxkit_sources():\n    yield 1\n", "wrong_return"),
        (
            "import cxkit.hooks as h\n@h.hookimpl(wrapper=True)\ndef cxkit_metrics():\n    return (yield)\n",
            "not_conforming",
        ),
        ("def cxkit_study_loaded(study):\n    return [1, 2]\n", "wrong_return"),
        ("class Rude:\n    def __getattr__(self, name):\n        raise RuntimeError\nrude = Rude()\n", None),
        (
            "class Rude:\n    def __getattr__(self, name):\n        raise RuntimeError\n"
            "def cxkit_metrics():\n    return Rude()\n",
            "wrong_return",
        ),
        (
            "class Proxy:\n    @property\n    def __class__(self):\n        raise RuntimeError\nproxy = Proxy()\n",
            None,
        ),
        ("from unittest.mock import ANY, call\nfrom pathlib import Path\nhere = Path()\n", None),
    ],
)
def test_more_crimes(code, fault, load):
    built = load(code)
    built.call("cxkit_study_loaded", study=None)
    assert [f.code for f in built.faults if f.plugin == "mine"][:1] == ([fault] if fault else [])
    assert built.metric("nps").name == "nps"
