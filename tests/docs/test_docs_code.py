"""The code blocks of the pages run, in order, and what a page shows is what comes out.

A page is run like a notebook, in a folder that holds the surveys of ``conftest.py``:

- a ``python`` block is executed; a ``text`` block right below it is what it prints (the value of its last
  line included), or the error that it raises;
- a ``console`` block's ``$ cxkit`` commands are run in this process; the lines below one are lines of its output;
- a ``toml`` block is held against the models of the project file, or against pyproject's own tables;
- a ``yaml`` block must parse, and the ``cxkit`` commands in it must be calls that the command line takes.

A comment above a block changes that: ``<!-- file: PATH -->`` writes it there, ``<!-- notebook: PATH -->`` adds it as
a cell (``parameters`` behind the path tags it), ``<!-- exit: N -->`` says what a command returns.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import io
import os
import re
import shlex
import subprocess
import sys
import tomllib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cxkit.errors import CxkitError, CxkitWarning

PAGES = (
    "README.md",
    "docs/guide.md",
    "docs/conclusions.md",
    "docs/drivers.md",
    "docs/survey.md",
    "docs/value.md",
    "docs/effects.md",
    "docs/plugins.md",
)
FENCE = re.compile(
    r"(?:^<!-- (?P<say>file|notebook|exit): (?P<what>.*?) -->\n)?^```(?P<lang>\w+)\n(?P<body>.*?)^```$", re.M | re.S
)


@dataclass(frozen=True)
class Block:
    line: int
    lang: str
    body: str
    say: str
    what: str
    shown: str | None


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page, each with the ``text`` block that follows it at once."""
    found = list(FENCE.finditer(text))
    out = []
    for match, after in zip(found, [*found[1:], None], strict=True):
        shown = None
        if after is not None and after["lang"] == "text" and not text[match.end() : after.start()].strip():
            shown = after["body"].rstrip("\n")
        line = text.count("\n", 0, match.start("lang")) + 1
        out.append(Block(line, match["lang"], match["body"], match["say"] or "", match["what"] or "", shown))
    return out


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """cxkit's own warnings are the reader's business; any other is an error, as in all tests."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CxkitWarning)
        yield


class Page:
    """One page being run."""

    def __init__(self, folder: Path, site: Path) -> None:
        self.folder = folder
        self.site = site
        self.names: dict[str, Any] = {"__name__": "__main__"}

    def run(self, block: Block) -> None:
        if block.say in ("file", "notebook"):
            getattr(self, f"_{block.say}")(block)
        getattr(self, f"_{block.lang}", lambda b: None)(block)

    def _file(self, block: Block) -> None:
        path = self.folder / block.what
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.body, encoding="utf-8")
        self._forget()

    def _notebook(self, block: Block) -> None:
        import nbformat as nbf

        name, _, tag = block.what.partition(" ")
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        notebook: Any = nbf.read(path, as_version=4) if path.exists() else nbf.v4.new_notebook()
        tags = {"tags": [tag]} if tag else {}
        notebook.cells.append(nbf.v4.new_code_cell(block.body.rstrip(), metadata=tags))
        nbf.write(notebook, path)

    def _forget(self) -> None:
        from cxkit.registry import reset_registry

        reset_registry()

    def _python(self, block: Block) -> None:
        tree = ast.parse(block.body)
        if block.say in ("file", "notebook"):
            return
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        out = io.StringIO()
        try:
            with quiet(), contextlib.redirect_stdout(out):
                exec(compile(tree, "page", "exec"), self.names)
                if isinstance(last, ast.Expr):
                    value = eval(compile(ast.Expression(last.value), "page", "eval"), self.names)
                    if value is not None:
                        print(repr(value))
        except CxkitError as error:
            said = f"{out.getvalue()}{type(error).__name__}: {error}"
            assert block.shown is not None, said
            assert said == block.shown
            return
        if block.shown is not None:
            assert out.getvalue().rstrip() == block.shown

    def _toml(self, block: Block) -> None:
        content = tomllib.loads(block.body)
        if block.what.endswith("pyproject.toml"):
            assert content["project"]["entry-points"]["cxkit"]
            return
        from cxkit.reports.schema import Settings

        Settings.model_validate(content.get("tool", {}).get("cxkit", content))

    def _yaml(self, block: Block) -> None:
        import yaml

        assert isinstance(yaml.safe_load(block.body), dict)
        for command in re.findall(r"- (?:run: )?(cxkit .*)$", block.body, re.M):
            self._taken(shlex.split(command)[1:])

    def _taken(self, arguments: list[str]) -> None:
        """Is this a call that the command line takes? Parsed, not run."""
        from cxkit.cli import cli

        with cli.make_context("cxkit", list(arguments), resilient_parsing=True) as context:
            name, command, rest = cli.resolve_command(context, list(arguments))
            assert command is not None
            command.make_context(name, rest, parent=context)

    def _console(self, block: Block) -> None:
        expected = [int(n) for n in block.what.split(",")] if block.say == "exit" else []
        said = ""
        for line in block.body.splitlines():
            if line.startswith("$ "):
                said = self._command(line[2:].partition("  #")[0], expected.pop(0) if expected else 0)
            elif line.strip() and line.strip() != "…":
                shown = " ".join(line.split())
                assert shown in [" ".join(s.split()) for s in said.splitlines()], f"{line!r} is not in\n{said}"

    def _command(self, line: str, expected: int) -> str:
        words = shlex.split(line)
        env = dict(os.environ)
        while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
            name, _, value = words.pop(0).partition("=")
            os.environ[name] = value
        try:
            if words[:1] == ["cxkit"]:
                return self._cxkit(words[1:], expected)
            if words[:2] == ["pip", "install"] and words[2].startswith("./"):
                return self._install(self.folder / words[2])
            if words[:1] in (["mkdir"], ["mv"]):
                subprocess.run(words, check=True, cwd=self.folder)
            return ""
        finally:
            os.environ.clear()
            os.environ.update(env)
            self._forget()

    def _cxkit(self, arguments: list[str], expected: int) -> str:
        from cxkit.cli import _run

        # With an encoding, as a terminal has one: the marks depend on it.
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        with quiet(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            code = _run(arguments)
        said = out.buffer.getvalue().decode()  # type: ignore[attr-defined]
        assert code == expected, f"cxkit {shlex.join(arguments)} returned {code}:\n{said}"
        return said

    def _install(self, project: Path) -> str:
        """pip, without a network: into a folder that is on the path."""
        options = ["--no-deps", "--no-build-isolation", "--no-index", "--no-compile", "--quiet"]
        command = [sys.executable, "-m", "pip", "install", *options, "--target", str(self.site), str(project)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        importlib.invalidate_caches()
        return done.stdout


@pytest.mark.parametrize("page", PAGES)
def test_the_code_of_a_page_runs_and_gives_what_it_shows(
    page: str, root: Path, surveys: Path, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every block of the page, in order, in one namespace and one folder."""
    from cxkit.registry import reset_registry

    # What other plugins of this environment say is not in the pages.
    if page == "docs/plugins.md":
        monkeypatch.delenv("CXKIT_LOAD_PLUGINS", raising=False)
        monkeypatch.setattr(sys, "path", [p for p in sys.path if "cxkit-hostile" not in p])
        paths = [p for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if "cxkit-hostile" not in p]
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    else:
        monkeypatch.setenv("CXKIT_LOAD_PLUGINS", "")
    monkeypatch.setenv("CI", "1")
    reset_registry()
    run = Page(surveys, site)
    try:
        for block in blocks((root / page).read_text(encoding="utf-8")):
            try:
                run.run(block)
            except Exception as error:
                pytest.fail(f"{page}:{block.line} ({block.lang}): {type(error).__name__}: {error}", pytrace=False)
    finally:
        sys.modules.pop("cxkit_zendesk", None)
        reset_registry()


def test_every_page_with_code_has_blocks(root: Path) -> None:
    """A page whose fences the pattern above no longer finds would pass in silence."""
    for page in PAGES:
        text = (root / page).read_text(encoding="utf-8")
        assert len(blocks(text)) == len(re.findall(r"^```\w+$", text, re.M)) > 0, page
