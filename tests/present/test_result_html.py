"""HTML that survives JupyterLab's sanitizer, reads aloud, and lets no name act as markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

import cxkit as cx

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    "</table><h1>owned</h1>",
    "&lt;b&gt; &amp;",
    "{{7*7}} ${x} {0}",
    "javascript:alert(1)",
)
FORBIDDEN = re.compile(
    r"<style|<script|<svg|<iframe|<link|<img|var\(|\bclass=|<h[1-6]\b|javascript:|\bon\w+\s*=|aria-", re.I
)


class HtmlFile(SingleFileSnapshotExtension):
    file_extension = "html"
    _write_mode = WriteMode.TEXT


@pytest.fixture
def page(snapshot):
    return snapshot.use_extension(HtmlFile)


class Document(HTMLParser):
    """Tags with their attributes, texts, and whether every tag was closed in order."""

    VOID = frozenset({"br", "hr", "img", "meta", "input", "link"})

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> without its start"
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def scores_by(groups) -> cx.Scores:
    rows = {g: {10: 40 + 7 * i, 8: 30, 2: 20} for i, g in enumerate(groups)}
    return cx.nps(cx.Tally.from_counts(rows, by="segment"))


def results() -> dict[str, object]:
    months = pd.to_datetime(["2024-01-05"] * 40 + ["2024-02-05"] * 60)
    frame = pd.DataFrame({"nps": [10] * 30 + [0] * 10 + [9] * 30 + [7] * 30, "day": months})
    study = cx.Study(frame, nps="nps", date="day")
    weighted = cx.Tally.from_cells(
        (),
        [()] * 3,
        [5, 4, 1],
        [60, 40, 20],
        [90.0, 30.0, 20.0],
        [200.0, 40.0, 30.0],
    )
    return {
        "nps by segment": scores_by(["Grand compte", "PME"]),
        "nps of everybody": cx.nps(cx.Tally.from_counts({10: 12, 8: 5, 3: 4})),
        "csat weighted": cx.csat(weighted),
        "ces mean": cx.ces(cx.Tally.from_counts({1: 10, 4: 20, 7: 40})),
        "trend": study.trend("nps"),
        "empty group": cx.nps(cx.Tally.from_counts({"A": {10: 3}, "B": {None: 2}, None: {0: 1}}, by="g")),
        "study": study,
    }


@pytest.mark.parametrize("name", list(results()))
def test_html_is_as_reviewed(name, page):
    html = results()[name]._repr_html_()
    if name == "study":  # what plugins remark is theirs
        html = re.sub(r"<details.*</details>", "", html)
    assert html == page


@pytest.mark.parametrize("name", list(results()))
def test_html_holds_only_what_the_sanitizer_keeps(name):
    html = results()[name]._repr_html_()
    assert not FORBIDDEN.search(html), FORBIDDEN.search(html)
    document = Document(html)
    assert document.open == []
    allowed = {
        "table", "caption", "thead", "tbody", "tr", "th", "td", "span", "div", "b",
        "details", "summary", "ul", "li",
    }  # fmt: skip
    assert {tag for tag, _ in document.tags} <= allowed
    assert {a for _, attrs in document.tags for a in attrs} <= {"style", "scope", "title"}


@pytest.mark.parametrize("name", list(results()))
def test_tables_read_aloud(name):
    document = Document(results()[name]._repr_html_())
    heads = document.all("th")
    assert heads
    assert all(h.get("scope") in {"col", "row"} for h in heads)
    assert len(document.all("caption")) == 1
    columns = sum(h["scope"] == "col" for h in heads)
    rows = sum(h["scope"] == "row" for h in heads)
    assert columns + rows + len(document.all("td")) == columns * (rows + 1)


@pytest.mark.parametrize("name", list(results()))
def test_tables_keep_the_readers_text_colour(name):
    """Dark mode: no ink without a ground of its own."""
    for _, attrs in Document(results()[name]._repr_html_()).tags:
        style = attrs.get("style") or ""
        if re.search(r"(?<![-\w])color:", style):
            assert "background-color:" in style


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_group_is_text(name):
    html = scores_by([name, "B"])._repr_html_()
    document = Document(html)
    assert document.open == []
    assert name in "".join(document.text)
    assert not document.all("img")
    assert not document.all("script")
    assert not document.all("h1")
    assert not any(a.startswith("on") for _, attrs in document.tags for a in attrs)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_of_columns_labels_and_filters_are_text(name):
    metric = cx.linear_metric(
        "odd", on="nps", scale=(0, 1), points={0: 0, 1: 100}, label={"en": name, "fr": name},
        bands={0: {"en": name}, 100: {"en": name}},
    )  # fmt: skip
    frame = pd.DataFrame({"nps": [1, 0, 1], name: ["x", name, "x"]})
    study = cx.Study(frame, nps="nps", scale={"nps": (0, 10)}, by=name)
    from cxkit.metrics import score_tally

    for html in (
        score_tally(metric, cx.Tally.from_counts({name: {1: 2, 0: 1}}, by=name))._repr_html_(),
        study._repr_html_(),
        study.filter(**{name: name})._repr_html_(),
        study.nps(by=name)._repr_html_(),
    ):
        document = Document(html)
        assert document.open == []
        assert not {"img", "script", "h1"} & {tag for tag, _ in document.tags}
        assert not any(a.startswith("on") for _, attrs in document.tags for a in attrs)
        assert name in "".join(document.text)


def test_profile_bars_sum_to_the_whole_and_say_what_they_show():
    document = Document(scores_by(["A"])._repr_html_())
    parts = [a for a in document.all("span") if "background-color" in (a.get("style") or "")]
    assert len(parts) == 3
    widths = [float(re.search(r"width:([\d.]+)%", a["style"])[1]) for a in parts]
    assert sum(widths) == pytest.approx(100, abs=0.02)
    assert [a["title"].split()[0] for a in parts] == ["Detractors", "Passives", "Promoters"]


def test_a_small_base_is_flagged_with_its_reason():
    html = cx.nps(cx.Tally.from_counts({"A": {10: 29}, "B": {10: 30}}, by="g"))._repr_html_()
    titles = [a.get("title") for a in Document(html).all("span")]
    assert titles.count("base under 30") == 1
