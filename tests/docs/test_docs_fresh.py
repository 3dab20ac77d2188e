"""The pages are up to date, complete, and their links lead somewhere; no file says where it was made."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

import cxkit
from cxkit.hooks import HOOKS, Specs

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")

#: What is no part of the repository: environments, caches, builds.
LEFT_OUT = {"build", "dist", "__pycache__", "node_modules"}
TEXT = {".py", ".md", ".toml", ".ipynb", ".lock", ".txt", ".json", ".css", ".j2", ".csv", ".yml", ".yaml", ".ambr", ""}


def pages() -> str:
    """All pages as one text."""
    return "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def prose(page: Path) -> str:
    """A page without its code blocks."""
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)


def test_generated_blocks_are_fresh() -> None:
    """``make docs`` was run after the last change of the package."""
    command = [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=120)
    assert done.returncode == 0, f"run make docs\n{done.stdout}{done.stderr[-2000:]}"


def test_a_stale_block_is_found(tmp_path: Path) -> None:
    """``--check`` fails on a page whose block was changed, names it, and leaves it as it is."""
    (tmp_path / "docs").mkdir()
    for path in (ROOT / "docs").iterdir():
        if path.is_file():
            (tmp_path / "docs" / path.name).write_bytes(path.read_bytes())
    page = tmp_path / "docs" / "plugins.md"
    text = page.read_text(encoding="utf-8").replace("cxkit_commands() ->", "cxkit_command() ->")
    page.write_text(text, encoding="utf-8")
    # The copy documents the package of this checkout.
    (tmp_path / "cxkit").symlink_to(ROOT / "cxkit")
    for folder in ("notebooks", "tests"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    command = [sys.executable, str(tmp_path / "docs" / "generate.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout.split()) == (1, ["stale:", "docs/plugins.md"]), done.stderr
    assert page.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_documented_with_its_signature(hook: str) -> None:
    """In the table of plugins.md, argument by argument."""
    text = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith(f"| `{hook}("))
    arguments = [a for a in getattr(Specs, hook).__code__.co_varnames if a != "self"]
    signature = row.partition("(")[2].partition(")")[0]
    assert re.findall(r"(\w+):", signature) == arguments


@pytest.mark.parametrize("name", cxkit.__all__)
def test_every_public_name_is_documented(name: str) -> None:
    """Somewhere in the pages, as ``cx.name`` or as code of its own."""
    assert re.search(rf"(\bcx\.|`){re.escape(name)}\b", pages()), f"{name} is in no page"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_internal_links_resolve(page: Path) -> None:
    """Files exist and anchors are headings of the page that they point into."""
    for target in LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.is_file(), f"{page.name}: {target}"
        if anchor:
            assert anchor in anchors(file), f"{page.name}: {target}; there are {sorted(anchors(file))}"


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and GitLab make them."""
    return {slug(h) for h in re.findall(r"^#+ (.+)$", prose(page), re.M)}


def slug(heading: str) -> str:
    text = unicodedata.normalize("NFC", re.sub(r"[`*]", "", heading)).strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def test_pictures_are_small_and_shown() -> None:
    """Every picture is in a page, has a description there, and is under 150 kB."""
    for picture in (ROOT / "docs" / "images").glob("*.png"):
        assert picture.stat().st_size < 150_000, picture.name
        assert re.search(rf"!\[[^\]]{{20,}}\]\([\w/]*{re.escape(picture.name)}\)", pages()), picture.name


def repository() -> list[Path]:
    """The text files of the repository; what starts with a dot is left out, ``.ci`` and ``.gitignore`` excepted."""
    out = []
    for folder, folders, files in ROOT.walk() if hasattr(ROOT, "walk") else _walk(ROOT):
        folders[:] = [f for f in folders if f == ".ci" or not (f.startswith(".") or f in LEFT_OUT)]
        out += [folder / f for f in files if Path(f).suffix in TEXT and (not f.startswith(".") or f == ".gitignore")]
    return out


def _walk(top: Path) -> list[tuple[Path, list[str], list[str]]]:
    import os

    out: list[tuple[Path, list[str], list[str]]] = []
    for folder, folders, files in os.walk(top):
        folders[:] = [f for f in folders if f == ".ci" or not (f.startswith(".") or f in LEFT_OUT)]
        out.append((Path(folder), folders, files))
    return out


def test_no_file_names_a_registry_or_somebodys_home() -> None:
    """Patterns are put together here, so that this file does not hold them."""
    hosts = [
        "py" + "pi.org",
        "python" + "hosted.org",
        "npm" + "js.org",
        "npm" + "js.com",
        "ana" + "conda.org",
        "crates" + ".io",
    ]
    homes = ["/" + "home/", "/" + "Users/", "/" + "root/", "C:" + "\\\\Users"]
    bad = re.compile("|".join([*map(re.escape, hosts), *(rf"(?<![\w.$}}]){h}\w" for h in homes)]))
    files = repository()
    assert ROOT / "pyproject.toml" in files
    found = []
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if match := bad.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {match.group()}")
    assert not found, "\n".join(found)
