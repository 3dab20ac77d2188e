"""The classes of a score: promoters, passives and detractors; answers in the boxes; low, middle and high."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cxkit.errors import OptionError, did_you_mean
from cxkit.metrics.definition import LinearMetric, ordered

__all__ = ["ScoreBand", "band_named", "bands_of"]

_NPS = {-100.0: "detractor", 0.0: "passive", 100.0: "promoter"}


@dataclass(frozen=True, slots=True)
class ScoreBand:
    """A class of answers.

    Attributes
    ----------
    code : str
        Stable name, in frames.
    label : tuple of (language, name)
        Names that readers see.
    answers : tuple of float
    """

    code: str
    label: tuple[tuple[str, str], ...]
    answers: tuple[float, ...]

    def title(self, lang: str = "en") -> str:
        names = dict(self.label)
        return names.get(lang) or names.get("en") or self.code


def bands_of(metric: LinearMetric, bands: Mapping[str, Any] | None, held: Iterable[float]) -> tuple[ScoreBand, ...]:
    """The classes of a metric's answers, the lowest first.

    Parameters
    ----------
    metric : LinearMetric
        Its own values make the classes (-100, 0, 100; in the boxes or not). Where every answer counts itself,
        classes are below, at and above the middle of the scale (the two middle answers of an even scale).
    bands : mapping, optional
        Name -> answers (one, a list, a range), in place of these.
    held : iterable of float
        Answers that occur, for a score without a scale.

    Raises
    ------
    OptionError
        Bands that overlap, hold no answer, or are needed and not given.

    >>> from cxkit.metrics.builtin import CES, NPS
    >>> [(b.code, len(b.answers)) for b in bands_of(NPS, None, ())]
    [('detractor', 7), ('passive', 2), ('promoter', 2)]
    >>> [b.title() for b in bands_of(CES, None, ())]
    ['Low (1–3)', 'Middle (4)', 'High (5–7)']
    """
    if bands is not None:
        return _said(bands, metric)
    if metric.points is not None and 2 <= len(metric.values) <= 11:
        return _by_value(metric)
    if metric.scale is None:
        few = sorted(set(held))
        hint = "bands={'short': range(0, 4), 'long': range(4, 31)}, or the scale of the role"
        raise OptionError(
            f"{metric.on!r} has no scale, so nothing tells its classes ({len(few)} different answers)", hint=hint
        )
    low, high = metric.scale
    answers = [float(a) for a in range(int(low), int(high) + 1)]
    middle = (low + high) / 2
    parts = {
        "low": [a for a in answers if a < middle - 0.5],
        "middle": [a for a in answers if abs(a - middle) <= 0.5],
        "high": [a for a in answers if a > middle + 0.5],
    }
    return tuple(
        ScoreBand(code, tuple((lang, f"{word} ({ordered(part)})") for lang, word in _WORDS[code].items()), tuple(part))
        for code, part in parts.items()
        if part
    )


def band_named(bands: tuple[ScoreBand, ...], name: str) -> int:
    """Which band is meant by its code or a name that readers see.

    Raises
    ------
    OptionError
    """
    asked = str(name).casefold()
    for i, band in enumerate(bands):
        if asked in (band.code.casefold(), *(text.casefold() for _, text in band.label)):
            return i
    raise OptionError(f"no class {name!r}", hint=did_you_mean(str(name), [b.code for b in bands], what="Classes"))


def _by_value(metric: LinearMetric) -> tuple[ScoreBand, ...]:
    assert metric.points is not None
    out = []
    for i, value in enumerate(metric.values):
        label = dict(metric.bands.get(value, {"en": f"{value:g}"}))
        code = _NPS[value] if metric.name == "nps" and value in _NPS else _code(label["en"], i, metric)
        out.append(ScoreBand(code, tuple(label.items()), tuple(a for a, v in metric.points.items() if v == value)))
    return tuple(out)


def _code(label: str, i: int, metric: LinearMetric) -> str:
    if metric.unit == "%" and len(metric.values) == 2:
        return ("other", "box")[i]
    text = "".join(c if c.isalnum() else "_" for c in label.casefold()).strip("_")
    return text or f"band_{i + 1}"


def _said(bands: Mapping[str, Any], metric: LinearMetric) -> tuple[ScoreBand, ...]:
    hint = "name -> answers, each answer once: bands={'low': range(0, 7), 'high': range(7, 11)}"
    if not isinstance(bands, Mapping) or len(bands) < 2:
        raise OptionError(f"bands= is {bands!r}", hint=hint)
    taken: dict[float, str] = {}
    out = []
    for name, answers in bands.items():
        try:
            listed = [answers] if isinstance(answers, (int, float)) else list(answers)
            values = tuple(float(a) for a in listed)
        except (TypeError, ValueError):
            raise OptionError(f"the answers of {name!r} are {answers!r}", hint=hint) from None
        if not values:
            raise OptionError(f"the class {name!r} holds no answer", hint=hint)
        for a in values:
            if a in taken:
                raise OptionError(f"the answer {a:g} is in {taken[a]!r} and in {name!r}", hint=hint)
            if metric.scale is not None and not metric.scale[0] <= a <= metric.scale[1]:
                raise OptionError(f"the answer {a:g} of {name!r} is off the scale {metric.scale[0]:g}–{metric.scale[1]:g}",
                                  hint=hint)  # fmt: skip
            taken[a] = str(name)
        out.append(ScoreBand(str(name), (("en", str(name)),), values))
    return tuple(sorted(out, key=lambda band: min(band.answers)))


_WORDS = {
    "low": {"en": "Low", "fr": "Bas"},
    "middle": {"en": "Middle", "fr": "Milieu"},
    "high": {"en": "High", "fr": "Haut"},
}
