"""The project file: ``cxkit.toml``, or ``[tool.cxkit]`` in pyproject.toml."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cxkit.errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    from cxkit.reports.schema import Settings
    from cxkit.sources.reading import Reading
    from cxkit.study import Study

__all__ = ["FILE", "Project", "find_project", "project"]

S = TypeVar("S", bound="Study")

FILE = "cxkit.toml"
_DEMO = ("demo:", "demo:survey")
_OURS = re.compile(r"^\s*\[+\s*tool\.cxkit\s*[.\]]", re.M)


@dataclass(frozen=True, slots=True, eq=False)
class Project:
    """A folder with its settings.

    Attributes
    ----------
    root : Path
        The folder that relative paths start from.
    file : Path or None
        The file the settings came from; None where there is no project.
    settings : Settings
    """

    root: Path
    file: Path | None
    settings: Settings

    def study(self, source: str | None = None, *, roles: Mapping[str, Any] | None = None) -> Study:
        """The project's study.

        Parameters
        ----------
        source : str, optional
            Another place with the same roles (next month's file); relative to the root.
        roles : mapping, optional
            Roles that add to or replace the project's.

        Raises
        ------
        ConfigError
            There is no source.
        """
        from cxkit.study import Study

        reading, said = self.said(source, roles)
        return self.linked(Study(reading, **said))

    def linked(self, study: S) -> S:
        """The study with what the project joins to it: its ``[[link]]``; the demo study with its own tables."""
        own = study.reading.uri.partition("?")[0] in _DEMO and not self.settings.link and "revenue" not in study.roles
        if not self.settings.link and not own:
            return study
        from cxkit.sources.demo import demo_links
        from cxkit.study.linking import link

        for table, columns in demo_links(study.reading.options) if own else ():
            study = link(study, table, **columns)
        for said in self.settings.link:
            options: dict[str, Any] = {"on": said.on, "when": said.when or None, "window": said.window}
            options |= {"rules": said.rules or None, "read": said.read or None, "absent": said.absent}
            options |= {"unfinished": said.unfinished, **said.roles}
            study = link(study, self.path(said.uri), **options)
        return study

    def said(self, source: str | None, roles: Mapping[str, Any] | None = None) -> tuple[Reading, dict[str, Any]]:
        """The data of the project and the keywords with which a study is made of them."""
        from cxkit.reports.sources import read_sources

        keywords = {**_demo_roles(source or ""), **self.settings.roles, **(roles or {})}
        keywords |= {"scale": self.settings.scale, "missing": self.settings.missing}
        keywords |= {"guess": self.settings.project.guess, "currency": self.settings.project.currency}
        return read_sources(self, source), keywords

    def path(self, uri: str) -> str:
        """``uri`` from the root where it is a relative path; anything else as it is."""
        if _is_remote(uri) or os.path.isabs(uri):
            return uri
        return os.path.relpath(self.root / uri)


def project(folder: str | Path | None = None) -> Project:
    """The project of a folder: its ``cxkit.toml``, or that of a folder above.

    Parameters
    ----------
    folder : path, optional
        Where to look, or the file itself; the working directory when not given.

    Returns
    -------
    Project
        An empty one where there is no project file.

    Raises
    ------
    ConfigError
        A file that does not parse, or holds a key or value that is not ours.
    """
    start = Path(folder) if folder is not None else Path.cwd()
    file = _named(start) if start.is_file() else find_project(start)
    if folder is not None and file is None:
        raise ConfigError(f"no {FILE} in {start} or above", hint="cxkit init writes one")
    from cxkit.reports.schema import Settings

    if file is None:
        return Project(Path.cwd(), None, Settings())
    return Project(file.parent, file, _settings(file))


def _demo_roles(source: str) -> dict[str, Any]:
    """The demo study knows its own roles; they are said, not guessed."""
    place, _, options = source.partition("?")
    if place not in _DEMO:
        return {}
    from cxkit.sources.demo import demo_roles

    return dict(demo_roles("fr" if "lang=fr" in options else "en"))


def _named(file: Path) -> Path:
    """A project file given by name, if it is the one that its folder is found by: kernels look there."""
    if find_project(file.parent) != file.resolve():
        raise ConfigError(
            f"a project is found by its folder's {FILE}, and this is another file",
            file=file.name,
            hint=f"name it {FILE} in a folder of its own, and give that folder",
        )
    return file.resolve()


def find_project(start: Path) -> Path | None:
    """The nearest project file at or above a folder."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / FILE).is_file():
            return folder / FILE
        pyproject = folder / "pyproject.toml"
        if pyproject.is_file() and _OURS.search(pyproject.read_text(encoding="utf-8", errors="replace")):
            return pyproject
    return None


def _settings(file: Path) -> Settings:
    from pydantic import ValidationError

    from cxkit.reports.schema import Settings

    text = _text(file)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise ConfigError(
            f"not valid TOML: {exc}", file=file.name, hint="text takes quotes, lists take brackets"
        ) from None
    if file.name == "pyproject.toml":
        content = content.get("tool", {}).get("cxkit", {})
    try:
        return Settings.model_validate(content)
    except ValidationError as exc:
        raise _config_error(exc, file, text) from None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as exc:
        raise ConfigError(f"not UTF-8 (byte {exc.start})", file=file.name, hint="save the file as UTF-8") from None


def _config_error(exc: Any, file: Path, text: str) -> ConfigError:
    """Every fault of the file in one error, each with its line and the nearest valid key."""
    faults, hints = [], []
    for error in exc.errors():
        place = ".".join(str(p) for p in error["loc"])
        key = str(error["loc"][-1]) if error["loc"] else ""
        line = _line(error["loc"], text)
        at = f"line {line}: " if line else ""
        if error["type"] == "extra_forbidden":
            faults.append(f"{at}unknown key {place!r}")
            hints.append(did_you_mean(key, _known_keys(error["loc"]), what="Keys"))
        else:
            faults.append(f"{at}{place}: {error['msg'].removeprefix('Value error, ')}")
    return ConfigError("; ".join(faults), file=file.name, hint="; ".join(dict.fromkeys(hints)) or "see docs/guide.md")


def _line(place: tuple[Any, ...], text: str) -> int | None:
    """The line of a key: after the header of its table (the k-th of that name), or the header itself."""
    names = [p for p in place if isinstance(p, str)]
    if not names:
        return None
    nth = next((p for p in place if isinstance(p, int)), 0)
    key, inside, seen = names[-1], len(names) == 1, -1
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[+\s*(?:tool\.cxkit\.)?([^\]]+?)\s*\]", line)
        if header:
            table = [part.strip().strip("\"'") for part in header.group(1).split(".")]
            if table == names or (len(names) == 1 and table[0] == key):
                return number
            seen += table == names[:1]
            inside = table == names[:-1] and (seen == nth or table != names[:1])
        elif inside and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", line):
            return number
    return None


def _known_keys(place: tuple[Any, ...]) -> list[str]:
    from cxkit.reports.schema import keys_at

    return keys_at([p for p in place[:-1] if isinstance(p, str)])


def _is_remote(uri: str) -> bool:
    scheme = uri.partition(":")[0]
    return ":" in uri and len(scheme) > 1 and scheme.replace("+", "").isalnum()
