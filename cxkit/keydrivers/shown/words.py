"""A driver analysis in sentences and as a table, French and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.keydrivers.diagnosis.caution_words import FOREMOST, in_order
from cxkit.keydrivers.shown.figures import (
    effect_text,
    errors_of,
    group_of,
    label_of,
    limit,
    named,
    outcome_name,
    part_range,
    part_text,
    r2_name,
    r2_text,
    rest,
    times_text,
    whole,
)
from cxkit.keydrivers.shown.findings import is_weak, level_with_first
from cxkit.keydrivers.shown.grid import drivers_grid
from cxkit.keydrivers.shown.group_words import explain_groups
from cxkit.keydrivers.shown.magnitudes import magnitudes
from cxkit.keydrivers.shown.phrases import say
from cxkit.keydrivers.shown.quadrants import quadrant_of, quadrant_stability, sign_clear
from cxkit.present.numbers import check_lang, count, interval
from cxkit.present.text import clean_text

if TYPE_CHECKING:
    from cxkit.keydrivers.diagnosis.caution import Caution
    from cxkit.keydrivers.model import Model
    from cxkit.keydrivers.result import Drivers

__all__ = ["drivers_grid", "explain_drivers"]

_CAUTIONS, _STEADY = 6, 0.9


def explain_drivers(drivers: Drivers, lang: str) -> str:
    """What leads and how surely, what to fix, what is not established, the method; association is not cause."""
    check_lang(lang)
    drivers = magnitudes(drivers)
    before, after = _cautions(drivers, lang)
    said = _one(drivers, lang) if len(drivers.models) == 1 else explain_groups(drivers, lang)
    return " ".join([*before, *said, *after, _method(drivers, lang), _association(drivers, lang)])


# One model ------------------------------------------------------------------------------------


def _one(drivers: Drivers, lang: str) -> list[str]:
    model = drivers.models[0]
    if not model.names or not model.n:
        return [say("no_answers", lang, name=outcome_name(drivers, lang))]
    real = drivers.significant(0)
    established = [i for i in model.order.tolist() if real[i]]
    if is_weak(model):
        kept = [model.names[i] for i in established]
        more = [say("some_established", lang, names=named(kept, lang), **limit(drivers, lang))] if kept else []
        return [_nothing(drivers, model, lang), *more, *_unestablished(drivers, lang)]
    if not established and len(model.names) > 1:
        return _chance(drivers, model, lang)
    out = _leader(drivers, model, lang)
    first = int(model.order[0])
    if real[first]:
        out.append(_effect(drivers, model, first, lang))
    if established and len(model.names) > 1:
        out.append(_to_fix(drivers, model, established, lang))
    return out + _unestablished(drivers, lang)


def _leader(drivers: Drivers, model: Model, lang: str) -> list[str]:
    first, name = int(model.order[0]), outcome_name(drivers, lang)
    driver = clean_text(model.names[first])
    if len(model.names) == 1:
        span = ""
        if math.isfinite(model.low[0]) and math.isfinite(model.high[0]):
            span = " " + interval(model.low[0], model.high[0], lang, digits=2 if model.explained >= 0.1 else 3)
        value = r2_text(model.explained, lang)
        return [say("only", lang, name=name, driver=driver, r2=r2_name(model, lang), value=value, interval=span)]
    out = [
        say("leads", lang, name=name, driver=driver, share=part_range(model, first, lang), whole=whole(drivers, model, lang),
            often=_often(model, first, lang))
    ]  # fmt: skip
    if model.draws is None or not len(model.draws):
        return [*out, say("no_draws", lang)]
    level = level_with_first(model, drivers.level)
    if level:
        out.append(
            say("level", lang, names=named([f"{model.names[i]} ({part_text(model, i, lang)})" for i in level], lang))
        )
    else:
        second = int(model.order[1])
        out.append(say("ahead", lang, next=clean_text(model.names[second]), share=part_range(model, second, lang)))
    return out


def _chance(drivers: Drivers, model: Model, lang: str) -> list[str]:
    """No effect is established: the largest share is told as what it is."""
    first = int(model.order[0])
    return [
        say("none_established" if (model.p == model.p).any() else "none_determined", lang, name=outcome_name(drivers, lang),
            k=count(int((model.p == model.p).sum()), lang), **limit(drivers, lang)),
        say("largest", lang, driver=clean_text(model.names[first]), share=part_range(model, first, lang),
            whole=whole(drivers, model, lang)),
    ]  # fmt: skip


def _often(model: Model, first: int, lang: str) -> str:
    shares = model.rank_shares
    if shares is None or model.draws is None or not len(model.draws):
        return ""
    times = float(shares[first, 0])
    return say("always", lang, b=count(len(model.draws), lang)) if times == 1 else say(
        "often", lang, times=times_text(times, lang)
    )  # fmt: skip


def _effect(drivers: Drivers, model: Model, i: int, lang: str) -> str:
    said, span = effect_text(drivers, model, i, lang)
    return say(
        "effect", lang, driver=clean_text(model.names[i]), effect=said, interval=f" {span}" if span else "",
        unit=" points" if drivers.outcome.unit in ("points", "%") else "", name=outcome_name(drivers, lang),
        rest=say("rest", lang) if len(model.fit.terms) > 1 else "",
    )  # fmt: skip


def _to_fix(drivers: Drivers, model: Model, established: list[int], lang: str) -> str:
    words = quadrant_of(model, drivers.outcome.better)
    stays, clear = quadrant_stability(model), sign_clear(model)
    found = [
        say("shaky", lang, driver=model.names[i], times=times_text(float(stays[i]), lang))
        if stays[i] < _STEADY
        else model.names[i]
        for i in established
        if words[i] == "fix" and clear[i]
    ]
    return say("to_fix", lang, names=named(found, lang)) if found else say("none_to_fix", lang)


def _unestablished(drivers: Drivers, lang: str) -> list[str]:
    model, real = drivers.models[0], drivers.significant(0)
    # A driver that is tied to others has no effect that could be established.
    missing = [model.names[i] for i in model.order.tolist() if not real[i] and model.p[i] == model.p[i]]
    if not missing:
        return []
    held = limit(drivers, lang)
    if len(missing) < len(model.names):
        return [say("not_established", lang, names=named(missing, lang), **held)]
    if len(missing) == 1:
        return [say("one_not_established", lang, **held)]
    return [say("none_at_all", lang, k=count(len(missing), lang), **held)]


# Parts ------------------------------------------------------------------------------------------


def _nothing(drivers: Drivers, model: Model, lang: str) -> str:
    return say(
        "nothing", lang, name=outcome_name(drivers, lang), r2=r2_name(model, lang), value=r2_text(model.fit.r2, lang),
        adjusted=r2_text(model.fit.r2_adjusted, lang), n=count(model.n, lang),
    )  # fmt: skip


def _method(drivers: Drivers, lang: str) -> str:
    fits = [model.fit for model in drivers.models]
    errors = dict.fromkeys(f.covariance for f in fits)
    method = label_of(drivers.importance, lang)
    return say(
        "method", lang, method=method[:1].upper() + method[1:],
        family=", ".join(label_of(f, lang) for f in dict.fromkeys(f.family for f in fits)),
        n=count(sum(model.n for model in drivers.models), lang),
        weighted=say("weighted", lang) if drivers.weighted else "",
        errors=", ".join(errors_of(e, sum(f.clusters for f in fits), drivers.cluster, lang) for e in errors),
    )  # fmt: skip


def _association(drivers: Drivers, lang: str) -> str:
    """What to try: the leader, where its effect is established and its direction known."""
    tried = say("one_of_them", lang)
    if len(drivers.models) == 1 and not is_weak(drivers.models[0]):
        model = drivers.models[0]
        first = int(model.order[0])
        if drivers.significant(0)[first] and sign_clear(model)[first]:
            tried = clean_text(model.names[first])
    return say("association", lang, driver=tried)


def _cautions(drivers: Drivers, lang: str) -> tuple[list[str], list[str]]:
    """Sentences before and after the findings; a caution of some groups only names them."""
    where: dict[Caution, list[int]] = {}
    for m, model in enumerate(drivers.models):
        for caution in dict.fromkeys(model.cautions):
            where.setdefault(caution, []).append(m)
    before: list[str] = []
    after: list[str] = []
    for caution in in_order(tuple(where)):
        if caution.key == "weak":  # the finding says it
            continue
        text, groups = caution.text(lang), where[caution]
        if len(groups) < len(drivers.models):
            text = say("of_caution", lang, group=named([group_of(drivers, m, lang) for m in groups], lang), text=text)
        (before if caution.key in FOREMOST else after).append(text)
    kept = before[:_CAUTIONS], after[: max(0, _CAUTIONS - len(before))]
    more = len(before) + len(after) - len(kept[0]) - len(kept[1])
    return kept[0], kept[1] + ([rest("more_cautions", "one_more_caution", more, lang)] if more else [])
