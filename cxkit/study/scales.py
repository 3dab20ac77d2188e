"""How raw answers become numbers on a scale, and when they are refused instead.

Decoding runs on the distinct answers of a tally, never on rows. Nothing is guessed: an answer
that is not on the scale is an error that names the codes and both ways to say what they are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from cxkit.errors import OptionError, ScaleError
from cxkit.study.names import fold

__all__ = ["DEFAULT_SCALES", "YES_NO", "Scale", "missing_codes", "parse_scale", "rate_scale"]

#: The scale of a score role when none is declared. Anything else must be said.
DEFAULT_SCALES: Mapping[str, tuple[float, float]] = MappingProxyType({"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)})

#: Words for yes and no that need no declaration (folded).
YES_NO: Mapping[str, float] = MappingProxyType(
    {"yes": 1, "no": 0, "oui": 1, "non": 0, "true": 1, "false": 0, "vrai": 1, "faux": 0, "y": 1, "n": 0, "o": 1}
)

Counts = Sequence[tuple[Any, int]]


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale as declared for a role.

    Attributes
    ----------
    low, high : float
        Ends of the scale once decoded; None where answers are not bounded.
    declared : bool
        Whether the user said it. Only a default scale is held against suspicion.
    offset : float
        Subtracted from raw numbers: 1 for an NPS stored as 1..11.
    mirror : float or None
        Raw numbers become ``mirror - x``: for a scale declared from high to low.
    words : mapping
        Folded text -> number.
    missing : frozenset
        Folded texts and exact numbers that mean "no answer".
    whole : bool
        Whether only whole answers are on the scale.
    in_call : bool
        Whether it was said in a call, not in a study: hints are then typed so.
    """

    low: float | None
    high: float | None
    declared: bool = False
    offset: float = 0
    mirror: float | None = None
    words: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    missing: frozenset[str | float] = frozenset()
    whole: bool = True
    in_call: bool = False

    @property
    def ends(self) -> tuple[float, float] | None:
        return None if self.low is None or self.high is None else (self.low, self.high)

    def __str__(self) -> str:
        return "unbounded" if self.ends is None else f"{self.low:g}–{self.high:g}"

    def decode(self, raw: Any) -> float | str | None:
        """One raw answer as a number, None for no answer, or the text that is no number."""
        if raw is None:
            return None
        text = fold(str(raw))
        if not text or text in self.missing:
            return None
        if text in self.words:
            return float(self.words[text])
        number = _number(raw)
        if number is None:
            return str(raw).strip()
        if number in self.missing:
            return None
        return float(self.mirror - number if self.mirror is not None else number - self.offset)

    def holds(self, number: float) -> bool:
        """Whether a decoded number is an answer of this scale."""
        if self.low is None or self.high is None:
            return True
        return self.low <= number <= self.high and (not self.whole or number == int(number))

    def check(self, role: str, counts: Counts, *, column: str, file: str | None = None) -> None:
        """Refuse answers that are not on the scale, with the fix.

        Parameters
        ----------
        counts : sequence of (raw answer, n)

        Raises
        ------
        ScaleError
            ``code`` is ``score_all_null``, ``score_text``, ``score_out_of_range``,
            ``score_fraction`` or ``score_scale_suspect``.
        """
        decoded = [(raw, self.decode(raw), n) for raw, n in counts if n]
        numbers = [(x, n) for _, x, n in decoded if isinstance(x, (int, float))]
        words = [(raw, n) for raw, x, n in decoded if isinstance(x, str)]
        off = [(raw, x, n) for raw, x, n in decoded if isinstance(x, (int, float)) and not self.holds(x)]

        def refuse(code: str, what: str, hint: str) -> None:
            if self.in_call:
                hint = _CALL.sub(r"\1=\2", hint)
            raise ScaleError(f"{what} (role {role!r})", code=code, hint=hint, column=column, file=file)

        if words:
            refuse(
                "score_text",
                f"{_listed(words)} cannot be read as answers",
                _words_hint(role, words, bool(numbers), rate=self.ends == (0, 1)),
            )
        if not numbers:
            refuse("score_all_null", "no answer at all", f"name another column as {role}=, or check missing=")
        fractions = [(raw, n) for raw, x, n in off if self.low is not None and self.low <= x <= (self.high or 0)]
        if fractions:
            refuse(
                "score_fraction",
                f"{_listed(fractions)}: answers on {self} are whole numbers; an average is no answer",
                "use one row an answer, or the metric mean on this column",
            )
        if off:
            refuse(
                "score_out_of_range",
                f"{_listed([(raw, n) for raw, _, n in off])} outside the scale {self}",
                _yes_hint(role, [x for x, _ in numbers])
                if self.ends == (0, 1)
                else _range_hint(role, [x for x, _ in numbers], [raw for raw, _, _ in off]),
            )
        if role in _SUSPICIONS and not self.declared:
            suspicion = _SUSPICIONS[role](numbers)
            if suspicion:
                refuse("score_scale_suspect", *suspicion)


def parse_scale(
    role: str,
    spec: Any = None,
    missing: Any = None,
    *,
    default: tuple[float, float] | None = None,
) -> Scale:
    """A :class:`Scale` from what a user declares.

    Parameters
    ----------
    spec : (low, high), mapping or None
        ``(0, 10)``; ``(5, 1)`` where the low end is stored high (answers are mirrored);
        ``{"Très satisfait": 5, ...}`` for words. For ``nps``, ``(1, 11)`` is 0-10 shifted by one.
    missing : value or list of values
        Codes that mean "no answer", numbers or texts.
    """
    blank = missing_codes(missing)
    if spec is None:
        low, high = default if default is not None else (None, None)
        return Scale(low, high, missing=blank)
    if isinstance(spec, Mapping):
        try:
            words = {fold(str(k)): float(v) for k, v in spec.items()}
        except (TypeError, ValueError):
            raise OptionError(f"scale for {role!r} is {spec!r}", hint=_SCALE_HINT) from None
        if len(words) < 2:
            raise OptionError(f"scale for {role!r} needs at least two words", hint=_SCALE_HINT)
        return Scale(
            min(words.values()), max(words.values()), True, words=MappingProxyType(words), missing=blank, whole=False
        )
    try:
        first, last = (float(x) for x in spec)
    except (TypeError, ValueError):
        raise OptionError(f"scale for {role!r} is {spec!r}", hint=_SCALE_HINT) from None
    if first == last:
        raise OptionError(f"scale for {role!r} has one point: {spec!r}", hint=_SCALE_HINT)
    if role == "nps":
        return _nps_scale(first, last, blank)
    if first > last:
        return Scale(last, first, True, mirror=first + last, missing=blank)
    return Scale(first, last, True, missing=blank)


def missing_codes(missing: Any) -> frozenset[str | float]:
    """Codes for "no answer" as they are compared: folded texts, exact numbers.

    Raises
    ------
    OptionError
        Something that is neither a code nor a list of codes.
    """
    codes = [] if missing is None else [missing] if isinstance(missing, (str, int, float)) else missing
    if isinstance(codes, Mapping) or not isinstance(codes, Iterable):
        raise OptionError(f"missing codes are {missing!r}", hint='a code or a list of codes: [99, "Ne sait pas"]')
    out: set[str | float] = set()
    for code in codes:
        if not isinstance(code, (str, int, float)):
            raise OptionError(f"{code!r} is no code", hint="numbers and texts; empty cells are missing already")
        number = _number(code)
        out |= {fold(code)} if isinstance(code, str) else set()
        out |= {number} if number is not None else set()
    return frozenset(out)


def rate_scale(role: str, spec: Any = None, missing: Any = None) -> Scale:
    """0 and 1, with the usual words for no and yes unless ``spec`` has its own."""
    if spec is not None:
        return parse_scale(role, spec, missing)
    base = parse_scale(role, YES_NO, missing)
    return Scale(0, 1, words=base.words, missing=base.missing)


#: ``missing={'nps': [99]}`` of a study is ``missing=[99]`` in a call.
_CALL = re.compile(r"\b(missing|scale)=\{'[^']*': ((?:\[[^\]]*\]|\([^)]*\)|\{[^}]*\}))\}")

_SCALE_HINT = "scale={'csat': (1, 5)}, from low to high, or {'csat': {'Poor': 1, 'Fair': 2, ...}} for words"


def _nps_scale(first: float, last: float, missing: frozenset[str | float]) -> Scale:
    known: dict[tuple[float, float], Scale] = {
        (0, 10): Scale(0, 10, True, missing=missing),
        (1, 10): Scale(1, 10, True, missing=missing),
        (1, 11): Scale(0, 10, True, offset=1, missing=missing),
        (10, 0): Scale(0, 10, True, mirror=10, missing=missing),
    }
    if (first, last) not in known:
        raise OptionError(
            f"NPS is not defined on {first:g}-{last:g}",
            hint="NPS scales are (0, 10), (1, 10) without a 0, (1, 11) shifted by one, (10, 0) reversed; "
            "for another net score write cx.linear_metric(...)",
        )
    return known[first, last]


def _number(raw: Any) -> float | None:
    if isinstance(raw, (bool, int, float)):
        return float(raw)
    try:
        return float(str(raw).strip().replace("\u202f", "").replace("\u00a0", "").replace(",", "."))
    except ValueError:
        return None


def _listed(items: Iterable[tuple[Any, int]], most: int = 6) -> str:
    items = sorted(items, key=lambda x: -x[1])
    text = ", ".join(f"{raw!r} (×{n})" for raw, n in items[:most])
    return text + (f" and {len(items) - most} more" if len(items) > most else "")


def _words_hint(role: str, words: Counts, has_numbers: bool, *, rate: bool) -> str:
    shown = [str(w) for w, _ in sorted(words, key=lambda x: -x[1])[:5]]
    if has_numbers:
        return f"if these mean no answer: missing={{{role!r}: {shown!r}}}; otherwise correct them in the source"
    if rate:
        return f"say which word means yes: scale={{{role!r}: {{{shown[0]!r}: 1, {[*shown, '...'][1]!r}: 0}}}}"
    mapping = ", ".join(f"{w!r}: {i}" for i, w in enumerate(sorted(shown), 1))
    return f"give each word its number, in the right order: scale={{{role!r}: {{{mapping}}}}}"


def _yes_hint(role: str, numbers: Sequence[float]) -> str:
    codes = [_short(x) for x in sorted(set(numbers))[:2]]
    return f"say which code means yes: scale={{{role!r}: {{{codes[0]!r}: 1, {codes[-1]!r}: 0}}}}"


def _range_hint(role: str, numbers: Sequence[float], off: Sequence[Any]) -> str:
    codes = sorted({o for o in off if isinstance(o, (int, float))})
    low, high = min(numbers), max(numbers)
    as_missing = f"if these codes mean no answer: missing={{{role!r}: {[_short(c) for c in codes][:8]!r}}}"
    if role == "nps":
        shifted = low >= 1 and high == 11
        return "the scale looks shifted by one: scale={'nps': (1, 11)}" if shifted else as_missing
    if low >= 0 and high <= 11:
        return f"{as_missing}; if the scale is wider: scale={{{role!r}: ({low:g}, {high:g})}}"
    return as_missing


def _short(x: float) -> float | int:
    return int(x) if math.isfinite(x) and x == int(x) else x


def _nps_suspicion(numbers: Sequence[tuple[float, int]]) -> tuple[str, str] | None:
    """Answers that fit 0-10 but look like another scale. Saying scale= settles it either way."""
    count: dict[float, int] = {}
    for x, n in numbers:
        count[x] = count.get(x, 0) + n
    base, values = sum(count.values()), set(count)
    if 0 in values:
        return None
    confirm = "; if 0 was offered and nobody took it: scale={'nps': (0, 10)}"
    if max(values) == 10 and len(values) >= 9 and count.get(1, 0) >= 5:
        return (
            f"{base} answers from 1 to 10 and not one 0: this looks like a scale of 1–10, not 0–10",
            f"if the scale had no 0: scale={{'nps': (1, 10)}}{confirm}",
        )
    top = 5 if max(values) <= 5 else 7
    if max(values) <= top and len(values) >= top - 2 and base >= 5:
        return (
            f"{base} answers from {min(values):g} to {max(values):g}: this looks like a scale of 1–{top}; NPS needs 0–10",
            f"name it as csat= with scale={{'csat': (1, {top})}}{confirm}",
        )
    return None


def _ces_suspicion(numbers: Sequence[tuple[float, int]]) -> tuple[str, str] | None:
    """Answers that fit 1-7 but use 1-5 to the full: perhaps CES 1.0, where low is good."""
    values, base = {x for x, n in numbers if n}, sum(n for _, n in numbers)
    if values != {1, 2, 3, 4, 5} or base < 30:
        return None
    return (
        f"{base} answers from 1 to 5: this looks like CES 1.0 (1–5, low is good), not CES 2.0 (1–7, high is good)",
        "if 5 was the highest answer: scale={'ces': (1, 5)} and version='1.0'; "
        "if 7 was offered and nobody took it: scale={'ces': (1, 7)}",
    )


_SUSPICIONS = {"nps": _nps_suspicion, "ces": _ces_suspicion}
