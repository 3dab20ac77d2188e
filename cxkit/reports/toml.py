"""Write the little TOML that we write: tables of texts, numbers and lists of these."""

from __future__ import annotations

import json
from collections.abc import Mapping

__all__ = ["table"]


def table(name: str, values: Mapping[str, object]) -> str:
    """One table, its strings quoted as TOML wants them.

    >>> print(table("roles", {"id": "Répondant", "by": ["Segment"]}))
    [roles]
    id = "Répondant"
    by = ["Segment"]
    <BLANKLINE>
    """
    lines = [f"[{name}]"] + [f"{_key(k)} = {_value(v)}" for k, v in values.items()]
    return "\n".join(lines) + "\n"


def _key(key: str) -> str:
    plain = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if plain else _value(key)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(str(k))} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, str):
        # JSON's escapes are TOML's; DEL is the one character that only TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)
