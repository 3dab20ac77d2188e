"""The fixture itself: it commits what it says, and its one good citizen conforms."""

import ast
import tomllib
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent.parent
POINTS = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["cxkit"]


def test_every_module_is_an_entry_point():
    modules = {f"cxkit_hostile.{p.stem}" for p in (HERE / "cxkit_hostile").glob("*.py") if p.stem != "__init__"}
    assert set(POINTS.values()) == modules | {"cxkit_hostile.not_in_the_wheel"}


def test_every_module_names_its_crime():
    for path in (HERE / "cxkit_hostile").glob("*.py"):
        if path.stem not in ("__init__", "good"):
            assert (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").startswith("Crime: "), path


def test_the_good_metric_is_good(monkeypatch):
    if find_spec("cxkit_hostile") is None:
        monkeypatch.syspath_prepend(str(HERE))
    from cxkit_hostile.good import hostile_ok

    assert [hostile_ok.value(a) for a in (0, 9, 10)] == [0, 0, 100]
