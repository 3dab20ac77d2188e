"""Which source reads a uri: by name, by scheme, or by the longest matching extension."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from cxkit.errors import OptionError, UnknownNameError, did_you_mean

if TYPE_CHECKING:
    from cxkit.protocols import Source

__all__ = ["check_options", "choose", "known_sources", "scheme_of"]

# One letter is a Windows drive, and "sql+driver" is still SQL.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9.-]+)(?:\+[A-Za-z0-9_]+)?:")


def known_sources() -> Mapping[str, Source]:
    """Every installed source by name."""
    from cxkit.registry import registry

    sources: Mapping[str, Source] = registry().sources
    return sources


def scheme_of(uri: str) -> str | None:
    """The scheme of a uri, lower-case and without driver; None for a path."""
    found = _SCHEME.match(uri)
    return found.group(1).lower() if found else None


def choose(uri: str, name: str | None = None) -> Source:
    """The source for ``uri``; an explicit ``name`` wins."""
    sources = known_sources()
    if name is not None:
        if name in sources:
            return sources[name]
        if "@" in name:
            from cxkit.registry import registry

            return registry().source(name)
        raise UnknownNameError(f"no source is called {name!r}", hint=did_you_mean(name, sources, what="Sources"))
    scheme = scheme_of(uri)
    for source in sources.values():
        if scheme and scheme in source.schemes:
            return source
    if scheme and ("://" in uri or not PurePath(uri).suffix):
        known = [s for source in sources.values() for s in source.schemes]
        raise UnknownNameError(f"no source reads {scheme}: places", hint=did_you_mean(scheme, known, what="Schemes"))
    return _by_extension(uri, sources)


def _by_extension(uri: str, sources: Mapping[str, Source]) -> Source:
    lower = uri.lower()
    matches = [(len(e), s) for s in sources.values() for e in s.extensions if lower.endswith(e.lower())]
    if matches:
        return max(matches, key=lambda m: m[0])[1]
    known = [e for s in sources.values() for e in s.extensions]
    ending = PurePath(uri).suffix
    what = f"no source reads {ending} files" if ending else "the name has no ending that says what it is"
    near = did_you_mean(ending, known, what="Endings")
    raise UnknownNameError(what, file=uri, hint=f"{near}; or name the source: source='csv'")


def check_options(source: Source, options: Mapping[str, Any]) -> None:
    """Refuse an option that the source does not have."""
    known = {o.name for o in source.options}
    for name in options:
        if name not in known:
            raise OptionError(
                f"source {source.name!r} has no option {name!r}",
                hint=did_you_mean(name, known, what="Options"),
            )
    missing = [o.name for o in source.options if o.required and o.name not in options]
    if missing:
        raise OptionError(f"source {source.name!r} needs {missing[0]}=", hint=f"add {missing[0]}=... to the call")
