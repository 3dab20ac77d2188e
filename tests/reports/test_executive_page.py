"""The page itself, from real kernels: one file, offline, accessible, French where French is asked for."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pandas as pd
import pytest

pytestmark = pytest.mark.xdist_group("executed-pages")

HOSTILE_SEGMENTS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "# Title",
    "[x](javascript:alert(1))",
    "$x^{$ \\frac{",
    "_under_ **bold** `code`",
    "😀 {brace} %s",
    "&amp; &lt; a|b ~~x~~",
    "a\u202egpj.exe",
]
HOSTILE_COLUMN = 'Segment <b onclick="x">$_*'


def run(folder: Path, *args: str, plugins: bool = True) -> Path:
    """Run the executive report there; the page is what its last line names."""
    import contextlib
    import io

    from cxkit.cli import _run

    said, complained = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(folder),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(complained),
        pytest.MonkeyPatch.context() as patch,
    ):
        if not plugins:
            patch.setenv("CXKIT_LOAD_PLUGINS", "")
        code = _run(["run", "executive", *args])
        assert code == 0, complained.getvalue()
        return Path(said.getvalue().splitlines()[-1]).resolve()


@pytest.fixture(scope="session")
def french(tmp_path_factory) -> Path:
    """The demo study in French, by two columns, without the hostile plugin's words."""
    folder = tmp_path_factory.mktemp("french")
    (folder / "cxkit.toml").write_text(
        '[project]\nname = "Baromètre"\nlang = "fr"\n[source]\nuri = "demo:"\nread = { lang = "fr" }\n'
        '[roles]\nnps = "Note NPS"\ncsat = "Satisfaction"\nces = "Effort"\nby = ["Segment", "Canal"]\n'
        'date = "Date d’enquête"\n',
        encoding="utf-8",
    )
    return run(folder, plugins=False)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory) -> Path:
    """Hostile segment names, comments, column names and answers."""
    folder = tmp_path_factory.mktemp("hostile <b>é")
    rows = [(10 if i % 3 else 0, s, "<script>alert('comment')</script>") for s in HOSTILE_SEGMENTS for i in range(40)]
    frame = pd.DataFrame(rows, columns=["NPS <i>", HOSTILE_COLUMN, "Commentaire"])
    frame.to_csv(folder / "données <u>.csv", index=False)
    (folder / "cxkit.toml").write_text(
        f'[project]\nname = "<b>Name</b>"\n[source]\nuri = "données <u>.csv"\n[roles]\nnps = "NPS <i>"\n'
        f'by = [{json.dumps(HOSTILE_COLUMN)}]\ncomment = "Commentaire"\n[scale]\nnps = [0, 10]\n',
        encoding="utf-8",
    )
    return run(folder)


@pytest.fixture(params=["french", "hostile"])
def html(request) -> str:
    return request.getfixturevalue(request.param).read_text(encoding="utf-8")


def test_it_is_one_file_of_at_most_a_megabyte(french, hostile):
    for page in (french, hostile):
        assert page.stat().st_size <= 1_000_000
        assert sorted(p.name for p in page.parent.iterdir()) == ["executive.html", "executive.ipynb"]


def test_it_fetches_nothing_and_runs_nothing(reader, html):
    page = reader.read_page(html)
    body = html.partition("<body>")[2]
    assert reader.live_parts(body) == []
    assert [t for t, _ in page.tags if t in ("script", "link", "iframe", "svg")] == []
    for tag, attributes in page.tags:
        for name in ("src", "href", "srcset", "data", "action"):
            assert not re.match(r"\s*(https?:)?//", attributes.get(name, "")), (tag, attributes)
    assert not reader.FETCHING.search(page.styles)
    assert "http" not in page.styles


def test_it_has_a_language_a_title_and_a_charset(reader, french, hostile):
    for path, lang in ((french, "fr"), (hostile, "en")):
        html = path.read_text(encoding="utf-8")
        page = reader.read_page(html)
        assert html.startswith("<!DOCTYPE html>")
        assert ("html", {"lang": lang}) in page.tags
        assert page.title
        h1 = [said for level, said in page.headings if level == 1]
        assert [page.title] == [h.strip() for h in h1]
        assert page.tags[2] == ("meta", {"charset": "utf-8"})


def test_its_headings_are_in_order(reader, html):
    levels = [level for level, _ in reader.read_page(html).headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))
    assert all(said.strip() for _, said in reader.read_page(html).headings)


def test_every_picture_is_inside_and_says_what_it_shows(reader, html):
    pictures = [a for t, a in reader.read_page(html).tags if t == "img"]
    assert pictures
    for picture in pictures:
        assert picture["src"].startswith("data:image/png;base64,")
        assert len(picture["alt"]) > 20
        assert "No description" not in picture["alt"]
    assert len({p["alt"] for p in pictures}) == len(pictures)


def test_tables_have_captions_and_scoped_headers(reader, html):
    page = reader.read_page(html)
    tables = sum(t == "table" for t, _ in page.tags)
    assert tables
    assert sum(t == "caption" for t, _ in page.tags) == tables
    assert all(a.get("scope") in ("row", "col") for t, a in page.tags if t == "th")


def test_ids_are_unique(reader, html):
    ids = [a["id"] for _, a in reader.read_page(html).tags if "id" in a]
    assert len(ids) == len(set(ids))


def test_it_shows_no_code_prompt_or_authors_note(reader, html):
    words = reader.read_page(html).words
    for code in ("brief.", "import ", "from cxkit", "In [", "Out[", "# Parameters", "def ", "A parameterised report"):
        assert code not in words
    assert "prompt" not in html


def test_it_shows_no_warning_traceback_or_path_of_the_machine(reader, html):
    words = reader.read_page(html).words
    for trace in ("Warning", "Traceback", "site-packages", ".py:", "/tmp/", "/home/", "Glyph"):
        assert trace not in words, words[max(0, words.find(trace) - 200) :][:400]


def test_the_method_says_interval_reference_and_version(reader, french, hostile):
    words = reader.read_page(french.read_text(encoding="utf-8")).words
    assert "Méthode et qualité des données" in words
    assert "de Wald ajusté à 95\u00a0%" in words
    assert "Produit avec cxkit" in words
    assert "synthétiques" in words
    words = reader.read_page(hostile.read_text(encoding="utf-8")).words
    assert "Method and data health" in words
    assert "adjusted Wald interval at 95%" in words
    assert "Made with cxkit" in words
    assert "synthetic" not in words


# French ------------------------------------------------------------------------------------------


def visible(reader, path: Path) -> str:
    """Text of the page, with what pictures and bars say on hovering."""
    page = reader.read_page(path.read_text(encoding="utf-8"))
    titles = [a.get(k, "") for _, a in page.tags for k in ("title", "alt")]
    return "\n".join([page.words, *titles])


def test_french_numbers(reader, french):
    words = visible(reader, french)
    assert "6\u202f000 lignes" in words
    assert re.search(r"n = \d\u202f\d{3}", words)
    assert re.search(r"−\d+,\d", words)  # U+2212
    assert not re.search(r"(?<![\w-])-\d", words)
    assert re.search(r"\+\d+,\d \[−?\d+,\d ; \d+,\d\]", words)
    points = re.findall(r"\b\d+\.\d+\b", words.partition("Méthode")[0].replace("CES 2.0", ""))
    assert points == []


def test_french_percents_follow_a_no_break_space(reader, french):
    words = visible(reader, french)
    assert "95\u00a0%" in words
    assert {words[m.start() - 20 : m.end()] for m in re.finditer(r"[^\u00a0]%", words)} == set()


def test_french_words_and_dates(reader, french):
    words = visible(reader, french)
    assert "1er octobre 2025" in words
    assert re.search(r"IC 95\u00a0% \[", words)
    english = ("promoters", "Detractors", "September", " CI ", "Answers", "a rise", "missing")
    assert [e for e in english if e in words] == []


def test_what_identifies_a_metric_is_said_in_french(reader, french):
    assert "of 5" not in visible(reader, french)


def test_french_colons_follow_a_blank(reader, french):
    words = visible(reader, french)
    bare = {words[max(0, m.start() - 20) : m.end() + 10] for m in re.finditer(r"(?<!n 70)(?<=[a-zà-ÿ0-9]): ", words)}
    assert bare == set()


# Hostile data ------------------------------------------------------------------------------------------


def test_hostile_names_are_shown_as_text(reader, hostile):
    words = reader.read_page(hostile.read_text(encoding="utf-8")).words
    for name in HOSTILE_SEGMENTS[:-1]:
        assert " ".join(name.split()) in words, name
    assert HOSTILE_COLUMN in words
    assert "NPS <i>" in words
    assert "données <u>.csv" in words


def test_direction_changing_characters_do_not_reach_the_page(reader, hostile):
    assert "\u202e" not in visible(reader, hostile)


def test_comments_do_not_reach_the_page(hostile):
    for path in (hostile, hostile.with_suffix(".ipynb")):
        assert "alert('comment')" not in path.read_text(encoding="utf-8")


def test_a_hostile_heading_is_no_heading(reader, hostile):
    headings = [said for _, said in reader.read_page(hostile.read_text(encoding="utf-8")).headings]
    assert "Title" not in headings
    assert sum(HOSTILE_COLUMN in said for said in headings) == 1


def test_the_notebook_is_valid_and_opens(hostile, french):
    import nbformat

    for path in (hostile, french):
        content = nbformat.read(path.with_suffix(".ipynb"), as_version=4)
        nbformat.validate(content)
        json.loads(path.with_suffix(".ipynb").read_text(encoding="utf-8"), parse_constant=lambda c: pytest.fail(c))
