"""What a page says of a driver analysis in a title and in one line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cxkit.keydrivers.diagnosis.caution_words import FOREMOST, in_order
from cxkit.keydrivers.readings.reading_words import common_words
from cxkit.keydrivers.shown.figures import named, r2_name, r2_text, share_range, share_text, times_text, whole
from cxkit.keydrivers.shown.findings import is_weak, level_with_first
from cxkit.keydrivers.shown.phrases import ACTIONS
from cxkit.keydrivers.shown.phrases import say as phrase
from cxkit.keydrivers.shown.quadrants import quadrant_of, quadrant_stability, sign_clear
from cxkit.reports.driver_texts import say
from cxkit.reports.sentences import shortened

if TYPE_CHECKING:
    from cxkit.keydrivers import Drivers
    from cxkit.keydrivers.diagnosis.caution import Caution

__all__ = ["by_action", "finding", "first_cautions", "later_cautions", "once", "quietly"]

_NBSP = "\u00a0"  # an interval in a title stays on one line
#: Share of resamples under which a driver's place is said to be unsure.
_STEADY = 0.9


def finding(found: Drivers, lang: str) -> str:
    """The one thing to remember, for a title: ``NPS: wait weighs most, 37% [32% ; 43%] of R² 0.35``."""
    model, name = found.model, found.outcome.title(lang)
    if is_weak(model):
        return say("drivers_weak", lang, name=name, r2=r2_name(model, lang), value=r2_text(model.fit.r2, lang))
    if not any(found.significant()):
        return say("drivers_chance", lang, name=name)
    first = int(model.order[0])
    facts = {"name": name, "driver": shortened(model.names[first])}
    if len(model.names) == 1:
        return say("drivers_one", lang, r2=r2_name(model, lang), value=r2_text(model.explained, lang), **facts)
    share = f"{share_text(float(model.share[first]), lang)} {share_range(model, first, lang)}".rstrip()
    facts |= {"share": share.replace(" ", _NBSP), "whole": whole(found, model, lang)}
    others = [shortened(model.names[i]) for i in level_with_first(model, found.level)]
    if others:
        return say("drivers_level", lang, others=named(others, lang), **facts)
    return say("drivers_lead", lang, **facts)


def first_cautions(found: Drivers) -> list[Caution]:
    """What is amiss with the data behind a finding, to be said before it."""
    return [c for c in in_order(found.cautions) if c.key in FOREMOST]


def later_cautions(found: Drivers) -> list[Caution]:
    """What else a reader must beware of; that little is explained is a finding."""
    return [c for c in in_order(found.cautions) if c.key not in FOREMOST and c.key != "weak"]


def once(said: str, lang: str) -> str:
    """A reading without the sentence that it shares with all others: the page says it once, with the method."""
    return said.replace(common_words("association", lang), "").strip()


def quietly(found: Drivers) -> Drivers:
    """The same without its warnings, which the page says in their place; that nothing is explained stays."""
    models = tuple(replace(m, cautions=tuple(c for c in m.cautions if c.key == "weak")) for m in found.models)
    return replace(found, models=models)


def by_action(found: Drivers, lang: str) -> list[str]:
    """A line for each quadrant that has drivers with an established effect: ``Fix first: wait, price``."""
    model, real = found.model, found.significant()
    if is_weak(model):
        return []
    words, clear, stays = quadrant_of(model, found.outcome.better), sign_clear(model), quadrant_stability(model)
    out = []
    for action in ACTIONS:
        names = [
            phrase("shaky", lang, driver=model.names[i], times=times_text(float(stays[i]), lang))
            if stays[i] < _STEADY and action in ("fix", "protect")
            else model.names[i]
            for i in model.order.tolist()
            if real[i] and clear[i] and words[i] == action
        ]
        if names:
            said = {"action": phrase(action, lang), "names": named(names, lang), "why": say(f"why_{action}", lang)}
            out.append(say("driver_action", lang, **said))
    return out
