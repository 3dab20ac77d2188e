"""Phrases in French and English, side by side, filled in when they are said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cxkit.present.numbers import check_lang

__all__ = ["Phrases"]


class Phrases:
    """A book of phrases; call it with a key, a language and the values of its blanks.

    >>> say = Phrases({"n": {"en": "{n} answers", "fr": "{n} réponses"}})
    >>> say("n", "fr", n=3)
    '3 réponses'
    """

    def __init__(self, entries: Mapping[str, Mapping[str, str]]) -> None:
        self._entries = entries

    def __call__(self, key: str, lang: str = "en", /, **values: Any) -> str:
        return self._entries[key][check_lang(lang)].format(**values)

    def __contains__(self, key: str) -> bool:
        return key in self._entries
