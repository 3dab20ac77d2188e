"""An executed notebook as files. HTML is one file: no network reference, no code, no script."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from cxkit.errors import OptionError, did_you_mean

__all__ = ["EXPORTERS", "Exporter", "FormatExporter", "exporter_of", "html_page"]

_TEMPLATE = Path(__file__).parent / "template"


@runtime_checkable
class Exporter(Protocol):
    """Turns an executed notebook into the bytes of one format."""

    @property
    def format(self) -> str:
        """The file ending without its dot: ``"html"``."""

    def export(self, notebook: Any, *, lang: str, title: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class FormatExporter:
    """An exporter made from a function."""

    format: str
    function: Callable[..., bytes]

    def export(self, notebook: Any, *, lang: str, title: str) -> bytes:
        return self.function(notebook, lang=lang, title=title)


def exporter_of(format: str) -> Exporter:
    """The exporter of a format: ours, or a plugin's.

    Raises
    ------
    OptionError
        No such format.
    """
    for exporter in EXPORTERS:
        if exporter.format == format:
            return exporter
    from cxkit.registry import registry

    strangers: Any = registry().exporters
    if format in strangers:
        found: Exporter = strangers[format]
        return found
    known = [e.format for e in EXPORTERS] + list(strangers)
    raise OptionError(f"no format {format!r}", hint=did_you_mean(format, known, what="Formats"))


def _ipynb(notebook: Any, *, lang: str, title: str) -> bytes:
    import nbformat

    return str(nbformat.writes(notebook)).encode()


def _html(notebook: Any, *, lang: str, title: str) -> bytes:
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(
        extra_template_basedirs=[str(_TEMPLATE.parent)],
        template_name=_TEMPLATE.name,
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    body, _ = exporter.from_notebook_node(_for_readers(notebook))
    return html_page(body, lang=lang, title=title).encode()


EXPORTERS: tuple[Exporter, ...] = (FormatExporter("html", _html), FormatExporter("ipynb", _ipynb))


def html_page(body: str, *, lang: str, title: str) -> str:
    """A complete page around sanitized HTML.

    Parameters
    ----------
    body : str
        Untrusted HTML; whatever is not on the allow-list is dropped.
    lang : str
        Language of the text.
    title : str
        Plain text, used where the body has no ``h1``.
    """
    from cxkit import __version__

    clean = sanitized(body)
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", clean, re.S)
    finding = unescape(re.sub(r"<[^>]+>", "", heading.group(1))).strip("¶ \n") if heading else title
    css = (_TEMPLATE / "page.css").read_text(encoding="utf-8")
    top = "" if heading else f"<h1>{escape(title)}</h1>\n"
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(lang)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="generator" content="cxkit {__version__}">\n'
        f"<title>{escape(finding)}</title>\n<style>\n{css}</style>\n</head>\n"
        f"<body>\n<main>\n{top}{clean}\n</main>\n</body>\n</html>\n"
    )


def sanitized(body: str) -> str:
    """HTML of an allow-list: text, tables, figures with data images, inline colours and sizes."""
    import nh3

    return nh3.clean(
        body,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "data"},
        filter_style_properties=set(_STYLES),
        link_rel="noopener noreferrer",
        strip_comments=True,
    )


_LINK = re.compile(r"(https?://|mailto:|#)[^\s<>]*$", re.ASCII)


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Pictures only from inside the file: nothing is fetched when the page is opened."""
    if tag == "img" and name == "src" and not value.startswith("data:image/"):
        return None
    if tag == "a" and name == "href" and not _LINK.match(value):
        return None
    return value


_TAGS = [
    "a",
    "b",
    "blockquote",
    "br",
    "caption",
    "code",
    "col",
    "colgroup",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "li",
    "main",
    "mark",
    "meter",
    "ol",
    "p",
    "pre",
    "progress",
    "s",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "u",
    "ul",
]
_ATTRIBUTES = {
    "*": ("style", "title", "lang", "id", "class"),
    "a": ("href",),
    "img": ("src", "alt", "width", "height"),
    "td": ("colspan", "rowspan", "headers"),
    "th": ("colspan", "rowspan", "scope", "headers"),
    "meter": ("value", "min", "max", "low", "high", "optimum"),
    "progress": ("value", "max"),
    "details": ("open",),
    "ol": ("start",),
    "time": ("datetime",),
}
_STYLES = [
    "background-color",
    "border",
    "border-bottom",
    "border-collapse",
    "border-left",
    "border-radius",
    "border-right",
    "border-top",
    "caption-side",
    "color",
    "display",
    "flex",
    "flex-wrap",
    "font-size",
    "font-style",
    "font-variant-numeric",
    "font-weight",
    "gap",
    "height",
    "line-height",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-width",
    "min-width",
    "opacity",
    "overflow",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "text-align",
    "vertical-align",
    "white-space",
    "width",
]


def _for_readers(notebook: Any) -> Any:
    """The notebook as its readers see it: no cells tagged ``author``, nothing that went to stderr."""
    import copy

    shown = copy.deepcopy(notebook)
    shown["cells"] = [c for c in shown["cells"] if "author" not in c.get("metadata", {}).get("tags", [])]
    for cell in shown["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [o for o in cell["outputs"] if o.get("name") != "stderr"]
    return shown
