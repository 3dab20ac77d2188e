"""``outcome ~ a + b + a:b`` as columns. It is read, never executed: a name in it is a name, whatever it holds."""

from __future__ import annotations

import re
from typing import Any

from cxkit.errors import UsageError
from cxkit.study import Study

__all__ = ["parsed"]

_TOKEN = re.compile(r"\s*(?:`([^`]*)`|([~+:*])|([^`~+:*]+))")


def parsed(formula: str, study: Study, drivers: Any, interactions: Any) -> tuple[str, list[str], list[tuple[str, str]]]:
    """Outcome, drivers and interactions of a formula.

    ``a:b`` is the product of two drivers, ``a*b`` both and their product. Names that hold one of ``~ + : *`` stand in
    backticks.

    Raises
    ------
    UsageError
        Something that is no such formula, or drivers said twice.
    """
    if drivers is not None or interactions is not None:
        raise UsageError("the formula names the drivers already", hint="leave drivers= and interactions= out")
    if formula.count("`") % 2:
        raise _wrong(formula)
    tokens = [_token(match) for match in _TOKEN.finditer(formula.strip())]
    if len(tokens) < 3 or tokens[0][0] != "name" or tokens[1] != ("sign", "~"):
        raise _wrong(formula)
    names: dict[str, None] = {}
    pairs: list[tuple[str, str]] = []
    rest = tokens[2:]
    while rest:
        first, rest = _name(formula, rest)
        if rest and rest[0] in (("sign", ":"), ("sign", "*")):
            both = rest[0][1] == "*"
            second, rest = _name(formula, rest[1:])
            pairs.append((first, second))
            names |= {first: None, second: None} if both else {}
        else:
            names[first] = None
        if rest:
            if rest[0] != ("sign", "+") or len(rest) == 1:
                raise _wrong(formula)
            rest = rest[1:]
    return tokens[0][1], list(names), pairs


def _token(match: re.Match[str]) -> tuple[str, str]:
    quoted, sign, bare = match.groups()
    if sign is not None:
        return "sign", sign
    return "name", quoted if quoted is not None else bare.strip()


def _name(formula: str, tokens: list[tuple[str, str]]) -> tuple[str, list[tuple[str, str]]]:
    if not tokens or tokens[0][0] != "name" or not tokens[0][1]:
        raise _wrong(formula)
    return tokens[0][1], tokens[1:]


def _wrong(formula: str) -> UsageError:
    return UsageError(
        f"{formula!r} is no formula", hint="outcome ~ a + b + a:b; names with ~ + : * in backticks: `Wait (a+b)`"
    )
