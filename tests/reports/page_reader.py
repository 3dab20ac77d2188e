"""Read a page the way a browser's parser does, and find in it whatever could act or fetch."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
ACTIVE = {
    "script", "iframe", "frame", "frameset", "object", "embed", "applet", "form", "input", "button", "textarea",
    "select", "svg", "math", "template", "base", "link", "noscript", "audio", "video", "source", "track", "portal",
    "dialog", "slot", "style", "meta", "title", "marquee", "animate", "set", "foreignobject", "xmp", "plaintext",
    "noembed", "noframes", "keygen", "isindex", "layer", "bgsound", "image",
}  # fmt: skip
FETCHING = re.compile(r"url\s*\(|@import|image-set|-moz-binding|behavior\s*:|position\s*:\s*fixed", re.I)


@dataclass
class Page(HTMLParser):
    """Tags with attributes, text, and headings of a page."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    styles: str = ""
    title: str = ""
    comments: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {k: v or "" for k, v in attrs}))
        if tag not in VOID:
            self._open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        inside = self._open[-1] if self._open else ""
        if inside == "style":
            self.styles += data
        elif inside == "title":
            self.title += data
        else:
            self.text.append(data)
            if any(re.fullmatch("h[1-6]", t) for t in self._open):
                level, said = self.headings[-1]
                self.headings[-1] = (level, said + data)

    @property
    def words(self) -> str:
        return " ".join("".join(self.text).split(" "))


def read_page(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    return page


def live_parts(fragment: str) -> list[str]:
    """What in a fragment of HTML could run, fetch, or leave the page for code."""
    page = read_page(fragment)
    found = [f"<{tag}>" for tag, _ in page.tags if tag in ACTIVE]
    found += [f"comment {c!r}" for c in page.comments]
    for tag, attributes in page.tags:
        for name, value in attributes.items():
            address = re.sub(r"[\x00-\x20]+", "", value).lower()
            if name.startswith("on") or name in ("srcdoc", "srcset", "formaction", "action", "background", "ping",
                                                 "poster", "xlink:href", "http-equiv", "is", "slot"):  # fmt: skip
                found.append(f"<{tag} {name}>")
            elif name == "src" and not address.startswith("data:image/"):
                found.append(f"<{tag} src={value}>")
            elif name == "href" and re.match(r"(javascript|data|vbscript|file|blob|livescript|view-source):", address):
                found.append(f"<{tag} href={value}>")
            elif name == "href" and tag != "a":
                found.append(f"<{tag} href>")
            elif name == "style" and FETCHING.search(value):
                found.append(f"<{tag} style={value}>")
    return found
