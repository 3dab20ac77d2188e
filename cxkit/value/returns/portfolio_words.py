"""What to fund first, in sentences and as a table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from cxkit.present.grid import Cell, Grid
from cxkit.present.items import Item
from cxkit.present.money import amount, amount_interval, money
from cxkit.present.numbers import check_lang, count
from cxkit.present.palette import GREY, HIGHER
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text
from cxkit.present.words import percent
from cxkit.present.words import phrase as present
from cxkit.value.behaviour.amounts import unit_once
from cxkit.value.returns.phrases import item_name
from cxkit.value.returns.phrases import say as roi_say
from cxkit.value.returns.words import share_text, whole, years_text

if TYPE_CHECKING:
    from cxkit.value.returns.portfolio_result import Portfolio

__all__ = ["explain_portfolio", "listed_names", "portfolio_grid", "say"]

say = Phrases(
    {
        "caption": {"en": "What to fund with {budget} over {years}", "fr": "Que financer avec {budget} sur {years}"},
        "fix": {"en": "Fix", "fr": "Action"},
        "funded": {"en": "Funded", "fr": "Financée"},
        "yes": {"en": "▲ fund", "fr": "▲ à financer"},
        "no": {"en": "leave", "fr": "à écarter"},
        "often": {"en": "In the best choice", "fr": "Dans le meilleur choix"},
        "total": {"en": "Best choice", "fr": "Meilleur choix"},
        "and": {"en": "{list} and {last}", "fr": "{list} et {last}"},
        "fund": {
            "en": "With {budget}, fund {names}: an expected net gain of {npv}{interval} over {years}, paying in {chance} of "
            "draws, for {cost}.",
            "fr": "Avec {budget}, financer {names} : un gain net attendu de {npv}{interval} sur {years}, rentable dans "
            "{chance} des tirages, pour {cost}.",
        },
        "nothing": {
            "en": "With {budget}, fund nothing: no fix that it pays for is expected to bring more than it costs.",
            "fr": "Avec {budget}, ne rien financer : aucune action à sa portée ne rapporte plus qu’elle ne coûte en espérance.",
        },
        "sure": {
            "en": "This very choice is the best in {share} of the draws.",
            "fr": "Ce choix précis est le meilleur dans {share} des tirages.",
        },
        "each": {
            "en": "In the best choice: {list}.",
            "fr": "Part des tirages où l’action fait partie du meilleur choix : {list}.",
        },
        "alternatives": {
            "en": "Only one of each of these was allowed, for they improve the same thing: {pairs}.",
            "fr": "Une seule de chacune de ces paires était permise, car elles améliorent la même chose : {pairs}.",
        },
        "together": {
            "en": "Each alone, these fixes would add up to {sum} net; on the same customers they bring {delta} together.",
            "fr": "Prises une à une, ces actions totaliseraient {sum} nets ; sur les mêmes clients, elles rapportent ensemble "
            "{delta}.",
        },
        "added_less": {
            "en": "{name} would bring {alone} alone, and {added} on top of this choice.",
            "fr": "{name} rapporterait {alone} à elle seule, et {added} en plus de ce choix.",
        },
        "sum": {
            "en": "The gains of {list} are added up: they are not for the same customers, or their figures of today differ.",
            "fr": "Les gains de {list} sont additionnés : clients différents, ou situation de départ différente.",
        },
        "left": {
            "en": "Too many fixes for the same customers to look at every set of them: {most} were, those that bring most alone. "
            "Not looked at: {list}.",
            "fr": "Trop d’actions sur les mêmes clients pour examiner tous leurs ensembles : {most} l’ont été, celles qui "
            "rapportent le plus à elles seules. Non examiné : {list}.",
        },
        "alone": {
            "en": "Each fix is shown alone; the best choice is what its fixes bring at once to the same customers, in two worlds "
            "computed jointly.",
            "fr": "Chaque action est présentée seule ; le meilleur choix est ce que ses actions rapportent ensemble aux mêmes "
            "clients, dans deux mondes calculés conjointement.",
        },
        "added": {"en": "Adds to the rest of the choice", "fr": "Apport au reste du choix"},
        "more": {"en": "{x} more", "fr": "{x} de plus"},
        "equal": {"en": "as much", "fr": "autant"},
        "less": {"en": "{x} less", "fr": "{x} de moins"},
        "exact": {
            "en": "All choices within the budget were looked at; costs are in today’s money, running ones included. The best "
            "choice was looked for anew in {draws} draws.",
            "fr": "Tous les choix dans le budget ont été examinés ; les coûts sont en valeur actuelle, récurrents compris. Le "
            "meilleur choix a été recherché à nouveau dans {draws} tirages.",
        },
        "plot": {"en": "Net gain of each fix alone", "fr": "Gain net de chaque action prise seule"},
        "frontier": {"en": "What a budget brings at best", "fr": "Ce qu’un budget rapporte au mieux"},
        "axis_cost": {"en": "Cost in today’s money ({currency})", "fr": "Coût actualisé ({currency})"},
        "budget": {"en": "budget {budget}", "fr": "budget {budget}"},
        "robust": {
            "en": "How often a fix is in the best choice",
            "fr": "Fréquence d’une action dans le meilleur choix",
        },
        "axis_often": {"en": "Share of draws (%)", "fr": "Part des tirages (%)"},
    }
)


def listed_names(names: tuple[str, ...], lang: str) -> str:
    """``wait, price and app``."""
    shown = [clean_text(name) for name in names]
    return shown[0] if len(shown) == 1 else say("and", lang, list=", ".join(shown[:-1]), last=shown[-1])


def explain_portfolio(result: Portfolio, lang: str) -> str:
    check_lang(lang)
    total = {i.item: i for i in result.total}
    budget = money(result.budget, result.currency, lang)
    npv = total["npv"]
    if result.chosen:
        interval = " " + unit_once(amount_interval(npv.low, npv.high, npv.unit, lang)) if math.isfinite(npv.low) else ""
        out = [
            say("fund", lang, budget=budget, names=listed_names(result.chosen, lang), interval=interval,
                npv=money(npv.estimate, result.currency, lang), years=years_text(result.months, lang),
                chance=share_text(total["probability_positive"].estimate, lang),
                cost=money(total["cost"].estimate, result.currency, lang))
        ]  # fmt: skip
    else:
        out = [say("nothing", lang, budget=budget)]
    out.append(say("sure", lang, share=share_text(total["choice_share"].estimate, lang)))
    ranked = sorted(result.fixes, key=lambda fix: -fix.value("chosen_share"))
    shares = ", ".join(f"{clean_text(f.name)} {share_text(f.value('chosen_share'), lang)}" for f in ranked)
    out.append(say("each", lang, list=shares))
    if result.alternatives:
        out.append(_pairs(result, lang))
    out += _overlap(result, lang)
    return " ".join([*out, *_sum(result, lang)])


def _overlap(result: Portfolio, lang: str) -> list[str]:
    """What the chosen fixes bring together, against each alone, and which others would add less than they seem to."""
    total = {i.item: i.estimate for i in result.total}
    out = []
    if "npv_sum" in total:
        more = total["npv"] - total["npv_sum"]
        size = money(abs(more), result.currency, lang)
        key = "equal" if abs(more) < 0.5 else "more" if more > 0 else "less"
        whole_sum = money(total["npv_sum"], result.currency, lang)
        out.append(say("together", lang, sum=whole_sum, delta=say(key, lang, x=size)))
    for fix in result.fixes:
        alone, added = fix.value("npv"), fix.value("npv_added")
        if not fix.funded and alone > 0 >= added:
            out.append(
                say("added_less", lang, name=clean_text(fix.name), alone=money(alone, result.currency, lang),
                    added=money(added, result.currency, lang, sign=True))
            )  # fmt: skip
    return out


def _sum(result: Portfolio, lang: str) -> list[str]:
    """Whose gains are added up, and what was not looked at."""
    out = []
    if len(result.groups) > 1:
        names = tuple(" + ".join(group) for group in result.groups)
        out.append(say("sum", lang, list=listed_names(names, lang)))
    if result.left:
        most = max(len(set(group) - set(result.left)) for group in result.groups)
        out.append(say("left", lang, most=most, list=", ".join(map(clean_text, result.left))))
    return out


def _pairs(result: Portfolio, lang: str) -> str:
    return say("alternatives", lang, pairs="; ".join(" / ".join(map(clean_text, pair)) for pair in result.alternatives))


def portfolio_grid(result: Portfolio, lang: str) -> Grid:
    check_lang(lang)
    joint = any(len(group) > 1 for group in result.groups)
    heads = (say("fix", lang), item_name("npv", lang), roi_say("draws", lang, level=percent(result.level, lang)),
             item_name("cost", lang), item_name("roi", lang), item_name("probability_positive", lang),
             *([say("added", lang)] if joint else []), say("often", lang), say("funded", lang))  # fmt: skip
    total = {i.item: i for i in result.total}
    rows = []
    for name, items, funded in (
        (say("total", lang), total, None),
        *((fix.name, {i.item: i for i in fix.items}, fix.funded) for fix in result.fixes),
    ):
        npv = items["npv"]
        roi = items["roi"].estimate if funded is not None else _return(total)
        often = items["chosen_share" if funded is not None else "choice_share"].estimate
        rows.append(
            (
                Cell(name, "head", strong=funded is None), Cell(amount(npv.estimate, npv.unit, lang), strong=True),
                Cell(amount_interval(npv.low, npv.high, npv.unit, lang) if math.isfinite(npv.low) else "", pale=True,
                     unbroken=True),
                Cell(amount(items["cost"].estimate, npv.unit, lang)),
                Cell(whole(roi, lang) if math.isfinite(roi) else roi_say("no_roi", lang)),
                Cell(share_text(items["probability_positive"].estimate, lang)),
                *([_added(items, result.currency, lang)] if joint else []), Cell(share_text(often, lang)),
                Cell("") if funded is None else Cell(say("yes" if funded else "no", lang), "left",
                                                     colour=HIGHER if funded else GREY, pale=not funded),
            )
        )  # fmt: skip
    notes = [present("method", lang), say("exact", lang, draws=count(result.draws, lang))]
    notes += [_pairs(result, lang)] if result.alternatives else []
    notes += [say("alone", lang)] if joint else []
    notes += [*_overlap(result, lang), *_sum(result, lang)]
    caption = say(
        "caption", lang, budget=money(result.budget, result.currency, lang), years=years_text(result.months, lang)
    )
    return Grid(caption, heads, tuple(rows), tuple(notes))


def _added(items: Mapping[str, Item], currency: str, lang: str) -> Cell:
    if "npv_added" not in items:
        return Cell("")
    return Cell(money(items["npv_added"].estimate, currency, lang, sign=True), unbroken=True)


def _return(total: Mapping[str, Item]) -> float:
    cost = total["cost"].estimate
    return 100 * total["npv"].estimate / cost if cost > 0 else math.nan
