"""Posterior probabilities in sentences, French and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import check_lang, count, interval, number, period, with_unit
from cxkit.present.phrasebook import Phrases
from cxkit.present.words import SMALL_BASE, group_name, percent
from cxkit.present.words import phrase as common

if TYPE_CHECKING:
    from cxkit.inference.posterior_chances import Chances
    from cxkit.inference.posteriors import Posterior

__all__ = [
    "chance_grid",
    "chance_label",
    "explain_chances",
    "explain_posterior",
    "groupings",
    "posterior_grid",
    "probability_text",
    "say",
]

say = Phrases(
    {
        "one": {
            "en": "{name} is {estimate} ({level} credible interval {interval}, n = {n}).",
            "fr": "{name} : {estimate} (intervalle de crédibilité à {level} {interval}, n = {n}).",
        },
        "means": {
            "en": "Given these answers and the prior, {name} lies there with a probability of {level}.",
            "fr": "Au vu de ces réponses et de la loi a priori, {name} s’y trouve avec une probabilité de {level}.",
        },
        "best": {
            "en": "Of the {k} groups with answers, {group} comes out best with a probability of {p}.",
            "fr": "Des {k} groupes ayant des réponses, {group} est le meilleur avec une probabilité de {p}.",
        },
        "unsettled": {
            "en": "Which group is best is open.",
            "fr": "Lequel est le meilleur reste indécis.",
        },
        "change": {
            "en": "Against {before}, it rose with a probability of {p}.",
            "fr": "Par rapport à la période précédente ({before}), la probabilité d’une hausse est de {p}.",
        },
        "prior": {
            "en": "The prior ({prior}) adds {k} answers to each base.",
            "fr": "La loi a priori ({prior}) ajoute {k} réponses à chaque base.",
        },
        "empty": {
            "en": "Groups without answers, left out: {k}.",
            "fr": "Groupes sans réponse, laissés de côté : {k}.",
        },
        "few": {
            "en": "Groups with fewer than {small} answers: {k}; there the prior weighs.",
            "fr": "Groupes de moins de {small} réponses : {k} ; la loi a priori y pèse.",
        },
        "few_one": {
            "en": "A base under {small}: the prior weighs on it.",
            "fr": "Base inférieure à {small} : la loi a priori y pèse.",
        },
        "adjusted-wald": {"en": "adjusted Wald", "fr": "Wald ajusté"},
        "jeffreys": {"en": "Jeffreys", "fr": "Jeffreys"},
        "uniform": {"en": "uniform", "fr": "uniforme"},
        "own": {"en": "given by the analyst", "fr": "fixée par l’analyste"},
        "caption": {
            "en": "{name}: posterior mean and {level} credible interval",
            "fr": "{name} : moyenne a posteriori et intervalle de crédibilité à {level}",
        },
        "interval": {"en": "{level} credible", "fr": "Crédibilité {level}"},
        "density": {"en": "Posterior density", "fr": "Densité a posteriori"},
        "probability": {"en": "Probability", "fr": "Probabilité"},
        "probability_axis": {"en": "Posterior probability (%)", "fr": "Probabilité a posteriori (%)"},
        "above": {"en": "{name} above {x}", "fr": "{name} au-dessus de {x}"},
        "below": {"en": "{name} below {x}", "fr": "{name} au-dessous de {x}"},
        "between": {"en": "{name} between {x} and {y}", "fr": "{name} entre {x} et {y}"},
        "is_best": {"en": "best {name} of all groups", "fr": "meilleur {name} de tous les groupes"},
        "rose": {"en": "{name} rose by more than {x}", "fr": "{name} : hausse de plus de {x}"},
        "rose_any": {"en": "{name} rose", "fr": "{name} : hausse"},
        "chance": {"en": "Probability of “{event}”", "fr": "Probabilité de « {event} »"},
        "nothing": {"en": "no group has answers", "fr": "aucun groupe n’a de réponses"},
        "exact": {
            "en": "Computed without draws; these are probabilities under the model and its prior, not p-values.",
            "fr": "Calcul exact, sans tirages ; ce sont des probabilités sous le modèle et sa loi a priori, non des "
            "valeurs p.",
        },
        "drawn": {
            "en": "By {draws} draws (seed {seed}); these are probabilities under the model and its prior, not p-values.",
            "fr": "Sur {draws} tirages (graine {seed}) ; ce sont des probabilités sous le modèle et sa loi a priori, "
            "non des valeurs p.",
        },
    }
)


def explain_posterior(result: Posterior, lang: str) -> str:
    """The posterior of one group, or which group is likely the best; the last change of periods."""
    check_lang(lang)
    name = result.metric.title(lang)
    known = [i for i, n in enumerate(result.n) if n]
    if not known:
        return common("none", lang, name=name)
    level = percent(result.level, lang)
    out: list[str] = []
    if result.freq is not None:
        out += _latest(result, known, lang)
    elif len(known) == 1:
        out += [_one(result, known[0], lang), say("means", lang, name=name, level=level)]
    else:
        chances = result.best()
        top = max(range(len(chances.keys)), key=lambda i: chances.probability[i])
        at = result.keys.index(chances.keys[top])
        group = group_name(chances.keys[top], lang)
        p = probability_text(chances.probability[top], lang)
        out += [_one(result, at, lang), say("best", lang, k=len(known), group=group, p=p)]
        if chances.probability[top] < result.level:
            out.append(say("unsettled", lang))
    out.append(
        say("prior", lang, prior=say(result.prior_name, lang), k=f"{sum(result.prior):g}".replace(".", _comma(lang)))
    )
    few = sum(result.n[i] < SMALL_BASE for i in known)
    if few:
        out.append(say("few_one" if len(known) == 1 else "few", lang, k=few, small=SMALL_BASE))
    if len(known) < len(result):
        out.append(say("empty", lang, k=len(result) - len(known)))
    return " ".join(out)


def _comma(lang: str) -> str:
    return "," if lang == "fr" else "."


def _one(result: Posterior, i: int, lang: str) -> str:
    name = result.metric.title(lang)
    if result.keys[i]:
        name += f" · {group_name(result.keys[i], lang, freq=result.freq)}"
    return say(
        "one", lang, name=name, estimate=_estimate(result, i, lang), level=percent(result.level, lang),
        interval=_interval(result, i, lang), n=count(result.n[i], lang),
    )  # fmt: skip


def _latest(result: Posterior, known: list[int], lang: str) -> list[str]:
    last = {result.keys[i][:-1]: i for i in known}
    changes = result.change()
    rose = {key: j for j, key in enumerate(changes.keys)}
    out = []
    for i in last.values():
        out.append(_one(result, i, lang))
        j = rose.get(result.keys[i])
        if j is not None and result.freq is not None:
            before = period(changes.before[j], result.freq, lang)
            out.append(say("change", lang, before=before, p=probability_text(changes.probability[j], lang)))
    return out


def probability_text(p: float, lang: str) -> str:
    """A probability in %, never written as the certainty that draws cannot show."""
    if not math.isfinite(p):
        return "–"
    if p < 0.001 or p > 0.999:
        edge = with_unit(0.1 if p < 0.001 else 99.9, "%", lang)
        return ("< " if p < 0.001 else "> ") + edge
    return with_unit(100 * p, "%", lang)


def _estimate(result: Posterior, i: int, lang: str) -> str:
    label = result.metric
    signed = label.bounds is not None and label.bounds[0] < 0
    return with_unit(result.estimate[i], label.unit, lang, digits=label.digits, sign=signed)


def _interval(result: Posterior, i: int, lang: str) -> str:
    return interval(result.low[i], result.high[i], lang, digits=result.metric.digits)


def groupings(result: Posterior | Chances, lang: str) -> str:
    """The names of the groupings, as a heading."""
    periods = result.freq is not None
    return " · ".join(common("period", lang) if periods and name == "period" else name for name in result.by)


def posterior_grid(result: Posterior, lang: str) -> Grid:
    level = percent(result.level, lang)
    heads = (
        groupings(result, lang) or common("score", lang), result.metric.title(lang),
        say("interval", lang, level=level), common("n", lang), common("n_eff", lang),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(group_name(key, lang, freq=result.freq), "head"), Cell(_estimate(result, i, lang), strong=True),
            Cell(_interval(result, i, lang), pale=True), Cell(count(result.n[i], lang)),
            Cell(number(result.n_eff[i], lang, digits=0)),
        )
        for i, key in enumerate(result.keys)
    )  # fmt: skip
    notes = (common("method", lang), result.method, *(r.text(lang) for r in result.remarks))
    return Grid(say("caption", lang, name=result.metric.title(lang), level=level), heads, rows, notes)


def chance_label(chances: Chances, lang: str) -> str:
    """The event, as a heading: ``NPS above 30``."""
    label = chances.metric
    signed = label.bounds is not None and label.bounds[0] < 0
    x, y = (with_unit(t, label.unit, lang, digits=label.digits, sign=signed) for t in (chances.above, chances.below))
    name = label.title(lang)
    if chances.event == "best":
        return say("is_best", lang, name=name)
    if chances.event == "change":
        size = with_unit(chances.above, label.unit, lang, digits=label.digits)
        return say("rose", lang, name=name, x=size) if chances.above else say("rose_any", lang, name=name)
    if chances.above is not None and chances.below is not None:
        return say("between", lang, name=name, x=x, y=y)
    return say("above", lang, name=name, x=x) if chances.above is not None else say("below", lang, name=name, x=y)


def explain_chances(chances: Chances, lang: str) -> str:
    check_lang(lang)
    told = [
        f"{group_name(key, lang, freq=chances.freq)} {probability_text(p, lang)}" if key else probability_text(p, lang)
        for key, p in sorted(zip(chances.keys, chances.probability, strict=True), key=lambda c: -c[1])
    ]
    listed = " ; ".join(told[:12]) + (" ; …" if len(told) > 12 else "") if told else say("nothing", lang)
    listed = listed if lang == "fr" else listed.replace(" ; ", "; ")
    head = say("chance", lang, event=chance_label(chances, lang))
    mark = " : " if lang == "fr" else ": "
    return f"{head}{mark}{listed}. {_how(chances, lang)}"


def _how(chances: Chances, lang: str) -> str:
    if chances.event == "value":
        return say("exact", lang)
    return say("drawn", lang, draws=count(chances.draws, lang), seed=chances.seed)


def chance_grid(chances: Chances, lang: str) -> Grid:
    rows = tuple(
        (Cell(group_name(k, lang, freq=chances.freq), "head"), Cell(probability_text(p, lang), strong=True))
        for k, p in zip(chances.keys, chances.probability, strict=True)
    )
    heads = (groupings(chances, lang) or common("score", lang), say("probability", lang))
    title = say("chance", lang, event=chance_label(chances, lang))
    return Grid(title, heads, rows, (common("method", lang), _how(chances, lang)))
