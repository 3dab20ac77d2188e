"""Driver analyses of several groups in sentences, French and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxkit.keydrivers.shown.figures import (
    group_of,
    limit,
    named,
    outcome_name,
    part_range,
    r2_name,
    r2_text,
    rest,
    whole,
)
from cxkit.keydrivers.shown.findings import is_weak, level_with_first
from cxkit.keydrivers.shown.phrases import say
from cxkit.present.numbers import count
from cxkit.present.text import clean_text

if TYPE_CHECKING:
    from cxkit.keydrivers.result import Drivers

__all__ = ["explain_groups"]

_GROUPS = 8


def explain_groups(drivers: Drivers, lang: str) -> list[str]:
    """Who leads in each group, and where another driver does."""
    name, by = outcome_name(drivers, lang), clean_text(" × ".join(drivers.by))
    strong = [m for m, model in enumerate(drivers.models) if not is_weak(model)]
    firsts = {m: drivers.models[m].names[int(drivers.models[m].order[0])] for m in strong}
    out: list[str] = []
    if strong:
        leaders = list(firsts.values())
        top = max(dict.fromkeys(leaders), key=leaders.count)
        times = leaders.count(top)
        if times > 1:
            k, m = count(times, lang), count(len(drivers.models), lang)
            key = "all_groups" if times == len(drivers.models) else "some_groups"
            out.append(
                say("same_leader", lang, name=name, by=by, driver=clean_text(top), groups=say(key, lang, k=k, m=m))
            )
            other = [group_of(drivers, m, lang) for m in strong if firsts[m] != top]
            if other:
                out.append(say("differs", lang, groups=named(other, lang)))
        else:
            out.append(say("no_leader", lang, name=name, by=by))
    else:
        out.append(say("all_nothing", lang, name=name, by=by))
    lines = [_in_group(drivers, m, lang) for m in range(len(drivers.models))]
    out.append((" ; " if lang == "fr" else "; ").join(lines[:_GROUPS]) + ".")
    if len(lines) > _GROUPS:
        out.append(rest("more_groups", "one_more_group", len(lines) - _GROUPS, lang))
    if len(set(firsts.values())) > 1:
        out.append(say("groups_test", lang))
    effects, found = len(drivers), drivers.established
    if effects > found:
        out.append(say("count_not_established", lang, k=count(effects - found, lang), m=count(effects, lang),
                       **limit(drivers, lang)))  # fmt: skip
    return out


def _in_group(drivers: Drivers, m: int, lang: str) -> str:
    model = drivers.models[m]
    facts = {"group": group_of(drivers, m, lang), "n": count(model.n, lang)}
    if is_weak(model):
        return say("in_nothing", lang, r2=r2_name(model, lang), value=r2_text(model.fit.r2, lang), **facts)
    first = int(model.order[0])
    note = ""
    if not drivers.significant(m)[first]:
        note = say("in_unclear", lang)
    elif level_with_first(model, drivers.level):
        note = say("in_open", lang)
    return say("in_group", lang, driver=clean_text(model.names[first]), share=part_range(model, first, lang),
               whole=whole(drivers, model, lang), open=note, **facts)  # fmt: skip
