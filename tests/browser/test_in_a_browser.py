"""The page and the reprs as a browser shows them: offline, readable, printable, narrow or wide."""

from __future__ import annotations

import re

import pandas as pd
import pytest

import cxkit as cx

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

#: Contrast of every piece of visible text against what is painted behind it (WCAG 2).
CONTRAST = """
() => {
  const parse = c => {
    const m = c.match(/[\\d.]+/g).map(Number);
    return [m[0], m[1], m[2], m.length > 3 ? m[3] : 1];
  };
  const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
  const light = c => {
    const f = c.slice(0, 3).map(v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2];
  };
  const out = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    if (!text) continue;
    const chain = [];
    for (let e = walker.currentNode.parentElement; e; e = e.parentElement) chain.unshift(e);
    const box = walker.currentNode.parentElement.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    let ground = [255, 255, 255, 1], opacity = 1;
    for (const e of chain) {
      const style = getComputedStyle(e);
      ground = over(parse(style.backgroundColor), ground);
      opacity *= Number(style.opacity);
    }
    const ink = parse(getComputedStyle(walker.currentNode.parentElement).color);
    ink[3] *= opacity;
    const [a, b] = [light(over(ink, ground)), light(ground)].sort((x, y) => y - x);
    const style = getComputedStyle(walker.currentNode.parentElement);
    const size = parseFloat(style.fontSize);
    out.push({text: text.slice(0, 60), ratio: (a + 0.05) / (b + 0.05), size,
              large: size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)});
  }
  return out;
}
"""


def poor(texts):
    return [t for t in texts if t["ratio"] < (3.0 if t["large"] else 4.5)]


@pytest.fixture
def opened(browser, page_file):
    """The page at a width, with every request and console message that it caused."""
    contexts = []

    def show(width=1100):
        context = browser.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        page = context.new_page()
        requests, said = [], []
        page.on("request", lambda r: requests.append(r.url))
        page.on("console", lambda m: said.append(m.text))
        page.on("pageerror", lambda e: said.append(str(e)))
        page.goto(page_file.as_uri())
        page.wait_for_load_state("load")
        return page, requests, said

    yield show
    for context in contexts:
        context.close()


def test_it_opens_without_a_request_or_a_complaint(opened, page_file):
    page, requests, said = opened()
    assert [r for r in requests if not r.startswith("data:")] == [page_file.as_uri()]
    assert said == []
    assert page.title() == page.locator("h1").inner_text()
    assert page.locator("h1").count() == 1
    widths = page.eval_on_selector_all("img", "all => all.map(i => i.naturalWidth)")
    assert widths
    assert all(w > 100 for w in widths)
    assert page.evaluate("document.compatMode") == "CSS1Compat"
    assert page.evaluate("document.documentElement.lang") == "fr"


@pytest.mark.parametrize("width", [400, 1100])
def test_it_does_not_scroll_sideways(opened, width):
    page, _, _ = opened(width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # A wide table scrolls in itself on a narrow screen.
    wide = page.evaluate(
        "w => [...document.body.querySelectorAll('*')].filter(e => e.tagName == 'TABLE' || !e.closest('table'))"
        ".filter(e => e.getBoundingClientRect().right > w + 1)"
        ".map(e => e.tagName + ' ' + e.textContent.trim().slice(0, 40))",
        width,
    )
    assert wide == []


def test_its_text_is_readable(opened):
    page, _, _ = opened()
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    texts = page.evaluate(CONTRAST)
    assert len(texts) > 50
    assert any(t["large"] and re.match(r"[+−]?\d", t["text"]) for t in texts)  # the tiles' numbers are among them
    assert poor(texts) == []


def test_text_is_not_tiny(opened):
    page, _, _ = opened()
    small = {t["text"]: t["size"] for t in page.evaluate(CONTRAST) if t["size"] < 10}
    assert small == {}


def test_it_prints_on_a4(opened):
    page, _, _ = opened()
    pdf = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", pdf)
    assert boxes
    for width, height in boxes:
        assert float(width) == pytest.approx(595.3, abs=1.5)
        assert float(height) == pytest.approx(841.9, abs=1.5)
    assert len(boxes) <= 6
    assert len(pdf) < 2_000_000


def test_it_can_be_read_by_headings_and_tables(opened):
    page, _, _ = opened()
    levels = page.eval_on_selector_all("h1,h2,h3,h4,h5,h6", "all => all.map(h => Number(h.tagName[1]))")
    assert levels[0] == 1
    assert page.eval_on_selector_all("th", "all => all.every(t => t.scope)")
    assert page.eval_on_selector_all("table", "all => all.every(t => t.caption && t.caption.textContent)")
    assert page.eval_on_selector_all("img", "all => all.every(i => i.alt.length > 20)")


def test_the_method_can_be_unfolded_without_a_mouse(opened):
    page, _, _ = opened()
    summary = page.locator("details > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('details').open")


# Reprs in a notebook -------------------------------------------------------------------------------


def study() -> cx.Study:
    rows = 400
    frame = pd.DataFrame(
        {
            "NPS": [(i * 7) % 11 for i in range(rows)],
            "CSAT": [1 + i % 5 for i in range(rows)],
            "Segment": [("SMB", "Enterprise", "tiny")[2 if i % 40 == 0 else i % 2] for i in range(rows)],
            "Date": pd.date_range("2026-01-01", periods=rows, freq="12h"),
            "Weight": [1 + i % 3 for i in range(rows)],
        }
    )
    return cx.Study(frame, nps="NPS", csat="CSAT", date="Date", by="Segment", weight="Weight", guess=False)


REPRS = {
    "study": lambda s: s,
    "scores": lambda s: s.nps(by="Segment"),
    "one score": lambda s: s.csat(),
    "mean": lambda s: s.mean("CSAT", by="Segment"),
    "trend": lambda s: s.trend("nps", freq="M"),
    "trend by": lambda s: s.trend("nps", freq="M", by="Segment"),
}


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("what", REPRS)
def test_a_repr_is_readable_in_a_notebook_of_either_theme(browser, what, theme):
    ground, ink = {"dark": ("#111111", "#e8e8e8"), "light": ("#ffffff", "#212121")}[theme]
    page = browser.new_page(viewport={"width": 1000, "height": 700})
    requests = []
    page.on("request", lambda r: requests.append(r.url))
    try:
        page.set_content(
            f'<!DOCTYPE html><html lang="en"><body style="background:{ground};color:{ink};font:14px sans-serif">'
            f"{REPRS[what](study())._repr_html_()}</body></html>"
        )
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        texts = page.evaluate(CONTRAST)
        assert len(texts) > 5
        assert poor(texts) == []
        assert requests == []
        # JupyterLab lists headings of outputs in its table of contents; a repr has none.
        assert page.locator("h1,h2,h3,h4,h5,h6").count() == 0
        assert page.locator("script,style,svg,link").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 1000
    finally:
        page.close()
