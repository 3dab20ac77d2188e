"""How the figures of a driver analysis are written, French and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from cxkit.keydrivers.shown.phrases import say
from cxkit.keydrivers.shown.quadrants import share_interval
from cxkit.present.numbers import count, interval, number, with_unit
from cxkit.present.text import clean_text
from cxkit.present.words import group_name

if TYPE_CHECKING:
    from cxkit.keydrivers.model import Model
    from cxkit.keydrivers.result import Drivers

__all__ = [
    "effect_digits", "effect_interval", "effect_text", "errors_of", "group_of", "label_of", "limit", "named", "of_what", "outcome_name",
    "part_range", "part_text", "r2_name", "r2_text", "rest", "share_range", "share_text", "shares_r2", "times_text",
    "vif_text", "whole",
]  # fmt: skip

_NAMED = 8
_SHARING = frozenset({"lmg", "johnson", "dominance", "conditional", "pratt", "owen", "sampled"})


def label_of(name: str, lang: str = "en", **values: str) -> str:
    """What readers call a method, a family or a covariance; its own name where there is none.

    >>> label_of("johnson", "fr"), label_of("novel")
    ('poids relatifs de Johnson', 'novel')
    """
    return say(name, lang, **values) if name in say else clean_text(name)


def errors_of(covariance: str, clusters: int, column: str, lang: str = "en") -> str:
    """``errors clustered by “account” (213 clusters)``.

    >>> errors_of("cluster", 213, "account")
    'errors clustered by “account” (213 clusters)'
    """
    by = say("by_cluster", lang, name=clean_text(column)) if column else ""
    return label_of(covariance, lang, k=count(clusters, lang), by=by)


def named(names: list[str], lang: str = "en") -> str:
    """``a, b and c``; after the eighth they are counted.

    >>> named(["a", "b", "c"]), named(["a", "b"], "fr")
    ('a, b and c', 'a et b')
    """
    shown = [clean_text(n) for n in names]
    if len(shown) > _NAMED + 1:
        rest = len(shown) - _NAMED
        shown = [*shown[:_NAMED], f"{rest} autres" if lang == "fr" else f"{rest} others"]
    last = " et " if lang == "fr" else " and "
    return ", ".join(shown[:-1]) + (last if len(shown) > 1 else "") + "".join(shown[-1:])


def shares_r2(drivers: Drivers) -> bool:
    """Whether the method splits the R², so that a share is a share of what is explained."""
    return drivers.importance in _SHARING


def r2_name(model: Model, lang: str = "en") -> str:
    """``R²``, or which pseudo-R² it is."""
    if model.fit.family == "ols":
        return "R²"
    return "pseudo-R² de McFadden" if lang == "fr" else "McFadden R²"


def r2_text(x: float, lang: str = "en") -> str:
    """Two decimals; three under 0.1, where two would say too little.

    >>> r2_text(0.4178), r2_text(0.0214, "fr")
    ('0.42', '0,021')
    """
    return number(x, lang, digits=2 if not math.isfinite(x) or abs(x) >= 0.1 else 3)


def of_what(drivers: Drivers, model: Model) -> str:
    """What a share is a share of: ``r2``, ``added`` to that of controls, ``explained`` otherwise, or a ``total``."""
    if not shares_r2(drivers):
        return "total"
    if abs(model.explained - model.fit.r2) <= 1e-6 * max(1.0, abs(model.fit.r2)):
        return "r2"
    return "added" if model.fit.family == "ols" and len(model.fit.terms) > len(model.names) else "explained"


def share_text(x: float, lang: str = "en") -> str:
    """``31%``; one decimal under 1, so that little is not said to be nothing."""
    return with_unit(x, "%", lang, digits=1 if 0 < abs(x) < 1 else 0)


def share_range(model: Model, i: int, lang: str = "en") -> str:
    """``[26% ; 36%]``; empty where there is no interval."""
    low, high = (float(ends[i]) for ends in share_interval(model))
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return f"[{share_text(low, lang)} ; {share_text(high, lang)}]"


def effect_interval(drivers: Drivers, model: Model, i: int) -> tuple[float, float]:
    """Interval of the effect of a driver on its own; NaN where its error is unknown."""
    from cxkit.keydrivers.readings.moves import quantile

    variance = float(model.fit.effect_cov[i, i])
    if not (math.isfinite(variance) and variance > 0 and math.isfinite(float(model.fit.effect[i]))):
        return math.nan, math.nan
    margin = quantile(model.fit.df, drivers.level) * math.sqrt(variance)
    return float(model.fit.effect[i]) - margin, float(model.fit.effect[i]) + margin


def effect_digits(drivers: Drivers, model: Model, i: int) -> int:
    """Decimals of an effect: those of the outcome, or so many that its error is not rounded away."""
    digits = drivers.outcome.digits
    error = float(np.sqrt(max(float(model.fit.effect_cov[i, i]), 0.0)))
    if not (math.isfinite(error) and error > 0):
        return digits
    return min(max(digits, -math.floor(math.log10(error))), 6)


def effect_text(drivers: Drivers, model: Model, i: int, lang: str = "en") -> tuple[str, str]:
    """``+3.1`` and ``[1.8 ; 4.4]``, the latter empty where the error is unknown."""
    digits = effect_digits(drivers, model, i)
    low, high = effect_interval(drivers, model, i)
    said = number(float(model.fit.effect[i]), lang, digits=digits, sign=True)
    return said, interval(low, high, lang, digits=digits) if math.isfinite(low) else ""


def vif_text(x: float, lang: str = "en") -> str:
    """A variance inflation factor: what matters is its size."""
    if math.isnan(x):
        return "–"
    return f"> {number(1e6, lang, digits=0)}" if x >= 1e6 else number(x, lang, digits=1 if x < 100 else 0)


def whole(drivers: Drivers, model: Model, lang: str) -> str:
    """``R² 0.42``: what the shares are shares of."""
    kind = of_what(drivers, model)
    value = model.explained if kind in ("added", "explained") else model.fit.r2
    return say(
        f"of_{kind}", lang, r2=r2_name(model, lang), value=r2_text(value, lang),
        other=r2_text(model.fit.r2, lang), method=label_of(drivers.importance, lang),
    )  # fmt: skip


def part_text(model: Model, i: int, lang: str) -> str:
    """The share of a driver: ``31%``."""
    return share_text(float(model.share[i]), lang)


def part_range(model: Model, i: int, lang: str) -> str:
    """The share and its interval: ``31% [26% ; 36%]``."""
    return f"{part_text(model, i, lang)} {share_range(model, i, lang)}".rstrip()


def times_text(x: float, lang: str) -> str:
    """A share of resamples in %; one decimal where a whole number would say none or all."""
    percent = 100 * x
    edge = 0 < percent < 1 or 99 < percent < 100
    if edge and not 0.1 <= percent <= 99.9:
        return ("< " if percent < 1 else "> ") + share_text(0.1 if percent < 1 else 99.9, lang)
    text = number(percent, lang, digits=1 if edge else 0)
    return f"{text}\u00a0%" if lang == "fr" else f"{text}%"


def limit(drivers: Drivers, lang: str) -> dict[str, str]:
    """The p-value that is judged, and the level that it is held against."""
    alone = drivers.correction is None or drivers.size == 1
    alpha = 1 - drivers.level
    digits = next((d for d in (2, 3) if abs(round(alpha, d) - alpha) < 1e-9), 4)
    return {"p": say("p_alone" if alone else "p_adjusted", lang), "alpha": number(alpha, lang, digits=digits)}


def rest(many: str, one: str, k: int, lang: str) -> str:
    """How many more there are, one or several."""
    return say(one, lang) if k == 1 else say(many, lang, k=count(k, lang))


def outcome_name(drivers: Drivers, lang: str) -> str:
    """The outcome as readers know it."""
    return clean_text(drivers.outcome.title(lang))


def group_of(drivers: Drivers, m: int, lang: str) -> str:
    """The group of a model as readers know it."""
    return group_name(drivers.models[m].key, lang, freq=drivers.freq)
