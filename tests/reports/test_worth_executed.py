"""The report "roi" from a real kernel: linked by the project file, one file, French where French is asked for."""

from __future__ import annotations

import contextlib
import io
import json
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("executed-pages")

PROJECT = """
[project]
name = "Baromètre"
lang = "fr"
[source]
uri = "demo:"
read = { lang = "fr" }
[roles]
id = "Répondant"
nps = "Note NPS"
date = "Date d’enquête"
by = ["Segment"]
drivers = "sat_*"
[[link]]
uri = "demo:customers"
on = { "Répondant" = "Client" }
read = { lang = "fr" }
roles = { since = "Client depuis", left = "Date de résiliation", churned = "Résilié", support_cost = "Coût de support" }
[[link]]
uri = "demo:orders"
on = { "Répondant" = "Client" }
read = { lang = "fr" }
roles = { margin = "Marge" }
[[report]]
name = "roi"
parameters = { cost = [60000.0, 90000.0], costs = { sat_attente = 75000.0, sat_prix = 50000.0 }, budget = 100000.0 }
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    from cxkit.cli import _run

    folder = tmp_path_factory.mktemp("worth")
    (folder / "cxkit.toml").write_text(PROJECT, encoding="utf-8")
    said, complained = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(folder),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(complained),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("CXKIT_LOAD_PLUGINS", "")
        code = _run(["run", "roi"])
        assert code == 0, complained.getvalue()
        return Path(said.getvalue().splitlines()[-1]).resolve()


@pytest.fixture(scope="module")
def html(page) -> str:
    return page.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def read(reader, html):
    return reader.read_page(html)


def test_it_is_one_small_file(page, read):
    assert page.stat().st_size < 1_000_000
    assert all(a["src"].startswith("data:image/") for t, a in read.tags if t == "img")


def test_its_title_is_the_finding(read):
    (title,) = [said for level, said in read.headings if level == 1]
    assert re.search(r"^sat_attente \+0,5 : .* sur 3 ans", title.strip().replace("\u00a0", " "))


def test_its_blocks_are_there_in_order(read):
    heads = [said.strip().replace("\u00a0", " ") for level, said in read.headings if level == 2]
    assert heads == [
        "Ce qui a été rapproché des réponses", "Ce qui est en jeu", "Ce que vaut un point",
        "Où se joue cette valeur : par Segment", "Qui part", "Ce que vaut un client dans la durée",
        "Ce que l’amélioration rapporte", "Quelles actions financer d’abord", "Ce qui renforcerait la preuve",
        "Comment ces montants ont été calculés", "Méthode et qualité des données",
    ]  # fmt: skip


def test_the_join_is_reported(read):
    assert re.search(r"demo:customers : 6\s000 réponses sur 6\s000", read.words)
    assert "demo:orders" in read.words
    assert "linked demo" not in read.words


def test_every_picture_says_what_it_shows(read):
    alts = [a["alt"] for t, a in read.tags if t == "img"]
    assert len(alts) == len(set(alts)) >= 10
    assert all(len(alt) > 20 for alt in alts)


def test_no_customer_is_named(page, html):
    for path in (page, page.with_suffix(".ipynb")):
        assert not re.search(r"\bC\d{6}\b", path.read_text(encoding="utf-8"))


def test_it_shows_no_code_warning_or_path(read):
    for trace in ("page.headline", "import ", "Warning", "Traceback", "site-packages", "/tmp/", "In ["):
        assert trace not in read.words, trace


def test_numbers_are_french(read):
    words = read.words.partition("Méthode et qualité")[0]
    assert [words[max(0, m.start() - 40) : m.end() + 5] for m in re.finditer(r"(?<![\d\u00a0kM])€\d", words)] == []
    assert re.search(r"\d,\d+\u00a0M?k?€", words)
    assert not {w for w in ("Promoters", " customers ", "draws", "years", " months ", "missing") if w in words}


def test_the_notebook_is_valid(page):
    import nbformat

    content = nbformat.read(page.with_suffix(".ipynb"), as_version=4)
    nbformat.validate(content)
    json.loads(page.with_suffix(".ipynb").read_text(encoding="utf-8"), parse_constant=lambda c: pytest.fail(c))
