"""A driver analysis as one table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.keydrivers.diagnosis.caution_words import in_order
from cxkit.keydrivers.readings.reading_words import by_head, move_text, of_group, p_text
from cxkit.keydrivers.shown.figures import (
    effect_text,
    errors_of,
    label_of,
    named,
    of_what,
    r2_name,
    r2_text,
    share_range,
    share_text,
    vif_text,
)
from cxkit.keydrivers.shown.magnitudes import SIGNED, magnitudes
from cxkit.keydrivers.shown.phrases import say
from cxkit.keydrivers.shown.quadrants import performance_of, quadrant_of, sign_clear
from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import check_lang, count, number
from cxkit.present.palette import GREY, HIGHER, LOWER, NEUTRAL
from cxkit.present.tables import MOST_ROWS
from cxkit.present.text import clean_text
from cxkit.present.words import group_name, percent
from cxkit.present.words import phrase as common

if TYPE_CHECKING:
    from cxkit.keydrivers.model import Model
    from cxkit.keydrivers.result import Drivers

__all__ = ["drivers_grid", "mean_text"]

_COLOURS = {"fix": LOWER, "protect": HIGHER}
_SAID = 6


def drivers_grid(drivers: Drivers, lang: str) -> Grid:
    """A row a driver, the most important first; what is not established is pale and says so."""
    check_lang(lang)
    drivers = magnitudes(drivers)
    name, by = drivers.outcome.title(lang), " × ".join(drivers.by)
    caption = say("caption_by", lang, name=name, by=by) if drivers.by else say("caption", lang, name=name)
    places = [(m, i) for m, model in enumerate(drivers.models) for i in model.order.tolist()]
    words = [quadrant_of(model, drivers.outcome.better) for model in drivers.models]
    rows = tuple(_row(drivers, m, i, words[m][i], lang) for m, i in places[:MOST_ROWS])
    return Grid(caption, _heads(drivers, lang), rows, _notes(drivers, lang), more=len(places) - len(rows))


def _heads(drivers: Drivers, lang: str) -> tuple[str, ...]:
    level = percent(drivers.level, lang)
    adjusted = drivers.correction is not None and drivers.size != 1
    return (
        *([by_head(drivers.by, lang, drivers.freq)] if drivers.by else []), say("driver", lang),
        say("share_ci" if drivers.interval else "share", lang, level=level), say("importance", lang),
        say("effect_ci", lang, level=level), say("p_head" if adjusted else "p_alone", lang), "VIF",
        say("performance", lang), say("reading", lang), *([common("n", lang)] if _several(drivers) else []),
    )  # fmt: skip


def _row(drivers: Drivers, m: int, i: int, word: str, lang: str) -> tuple[Cell, ...]:
    model = drivers.models[m]
    real = drivers.significant(m)[i]
    p = float(drivers.p_adjusted[m][i])
    said, span = effect_text(drivers, model, i, lang)
    group = [Cell(group_name(model.key, lang, freq=drivers.freq), "head")] if drivers.by else []
    clear = bool(sign_clear(model)[i])
    colour, reading = _reading(word if clear else "unclear", real, bool(model.p[i] == model.p[i]), lang)
    share = f"{share_text(float(model.share[i]), lang)} {share_range(model, i, lang)}".rstrip()
    return (
        *group, Cell(model.names[i], "head", strong=real, pale=not real),
        Cell(share, strong=real, pale=not real, unbroken=True),
        Cell(_importance(float(model.importance[i]), lang), pale=not real),
        Cell(f"{said} {span}".rstrip(), strong=real, pale=not real, unbroken=True),
        Cell(p_text(p, lang).removeprefix("= "), pale=not real, unbroken=True),
        Cell(vif_text(float(model.vif[i]), lang), pale=True),
        Cell(mean_text(model, i, lang), pale=not real),
        Cell(reading, "left", colour=colour, strong=real, pale=not real, unbroken=True),
        *([Cell(count(model.n, lang))] if _several(drivers) else []),
    )  # fmt: skip


def _several(drivers: Drivers) -> bool:
    """Whether rows have an n of their own; one model says its n in the notes."""
    return len(drivers.models) > 1


def _reading(word: str, real: bool, known: bool, lang: str) -> tuple[str, str]:
    if not real:
        return GREY, f"≈ {say('open' if known else 'tied', lang)}"
    return _COLOURS.get(word, NEUTRAL), say(word or "established", lang)


def mean_text(model: Model, i: int, lang: str = "en") -> str:
    """The mean of a driver, with decimals that fit the length of its scale."""
    low, high = model.scales[i]
    length = high - low
    digits = 2 if not length > 20 else 1 if length <= 1000 else 0
    return number(float(model.performance[i]), lang, digits=digits)


def _importance(x: float, lang: str) -> str:
    return number(x, lang, digits=4 if 0 < abs(x) < 0.001 else 3)


def _notes(drivers: Drivers, lang: str) -> tuple[str, ...]:
    unit = drivers.outcome.unit
    effect = "note_effect" if all(m.fit.family == "ols" for m in drivers.models) else "note_effect_average"
    notes = [common("method", lang)]
    for model in drivers.models[:_SAID]:
        notes += _model_notes(drivers, model, lang)
    others = list(dict.fromkeys(term for m in drivers.models for term in m.fit.terms[len(m.names) :]))
    notes += [say("note_controls", lang, names=named(others, lang))] if others else []
    notes += [_share_note(drivers, lang)] if drivers.models else []
    notes += [say("note_magnitudes", lang)] if drivers.importance in SIGNED else []
    notes.append(
        say(effect, lang, name=drivers.outcome.title(lang), unit=" (points)" if unit in ("points", "%") else "")
    )
    notes += [_family(drivers, lang), *_performance_notes(drivers, lang)]
    if drivers.groups:
        told = "; ".join(f"{clean_text(name)} ({named(list(members), lang)})" for name, members in drivers.groups)
        notes.append(say("note_groups", lang, groups=told))
    notes += [c.text(lang) for c in in_order(drivers.cautions)]
    return (*notes, say("note_association", lang))


def _model_notes(drivers: Drivers, model: Model, lang: str) -> list[str]:
    fit, group = model.fit, of_group(model.key, lang, drivers.freq)
    method = label_of(drivers.importance, lang)
    return [
        say("note_model", lang, group=group, method=method if group else method[:1].upper() + method[1:],
            family=label_of(fit.family, lang), r2=r2_name(model, lang), value=r2_text(fit.r2, lang),
            adjusted=r2_text(fit.r2_adjusted, lang)),
        say("note_rows", lang, group=group, n=count(model.n, lang), rows=count(model.rows, lang),
            weighted=say("weighted", lang) if drivers.weighted else "",
            errors=errors_of(fit.covariance, fit.clusters, drivers.cluster, lang)),
    ]  # fmt: skip


def _share_note(drivers: Drivers, lang: str) -> str:
    kind = of_what(drivers, drivers.models[0])
    whole = say({"r2": "whole_r2", "total": "whole_total"}.get(kind, "whole_explained"), lang,
                r2=r2_name(drivers.models[0], lang))  # fmt: skip
    if drivers.interval is None:
        return say("note_share_alone", lang, whole=whole)
    return say("note_share", lang, whole=whole, b=count(drivers.resamples, lang))


def _family(drivers: Drivers, lang: str) -> str:
    """What the p-values were judged with."""
    alpha = 1 - drivers.level
    if drivers.size == 1:
        return say("single", lang, share=percent(alpha, lang))
    false = drivers.size * alpha
    return say(str(drivers.correction), lang, m=count(drivers.size, lang), share=percent(alpha, lang),
               false=number(false, lang, digits=1 if false >= 1 else 2))  # fmt: skip


def _performance_notes(drivers: Drivers, lang: str) -> list[str]:
    """How drivers on several scales are held side by side, and which are better when low."""
    seen = [performance_of(model, drivers.outcome.better) for model in drivers.models]
    as_percent = any(p.percent for p in seen)
    notes = [say("note_quadrant_percent" if as_percent else "note_quadrant", lang)]
    turned = dict.fromkeys(
        name for model, p in zip(drivers.models, seen, strict=True)
        for name, low in zip(model.names, p.turned, strict=True) if low
    )  # fmt: skip
    if turned:
        notes.append(say("note_turned", lang, names=named(list(turned), lang)))
    scales: dict[tuple[float, float], list[str]] = {}
    first = drivers.models[0] if drivers.models else None
    for name, ends, mean in zip(first.names, first.scales, first.performance, strict=True) if first else ():
        # A product of drivers has no mean, and no scale that anybody answered on.
        if all(math.isfinite(x) for x in (*ends, mean)):
            scales.setdefault((float(ends[0]), float(ends[1])), []).append(name)
    told = [
        f"{move_text(low, lang, sign=False)}–{move_text(high, lang, sign=False)} ({named(names, lang)})"
        for (low, high), names in scales.items()
    ]
    return (
        [*notes, say("note_scales", lang, scales=" ; ".join(told) if lang == "fr" else "; ".join(told))]
        if told
        else notes
    )
