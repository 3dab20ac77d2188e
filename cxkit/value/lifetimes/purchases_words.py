"""Purchases ahead in sentences and as a table, French and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.present.grid import Grid
from cxkit.present.items import items_grid
from cxkit.present.money import amount, amount_interval
from cxkit.present.numbers import check_lang, count, day, number, with_unit
from cxkit.present.phrasebook import Phrases
from cxkit.present.words import percent
from cxkit.value.lifetimes.cautions import caution, caution_texts

if TYPE_CHECKING:
    from cxkit.present.items import Item
    from cxkit.value.lifetimes.purchases import Purchases

__all__ = ["explain_purchases", "item_name", "purchases_grid", "say"]

#: Phrases of purchases ahead.
say = Phrases(
    {
        "base": {
            "en": "{n} customers from {first} to {end}; {share} of them bought more than once.",
            "fr": "{n} clients du {first} au {end} ; {share} d’entre eux ont racheté.",
        },
        "alive": {
            "en": "About {alive} of them{interval} are still active by the model.",
            "fr": "Selon le modèle, environ {alive} d’entre eux{interval} sont encore actifs.",
        },
        "ahead": {
            "en": "Over the next {horizon} {unit} they should make {purchases}{interval}, {each} each.",
            "fr": "Au cours des {horizon} prochaines {unit}, ils devraient effectuer {purchases}{interval}, soit {each} "
            "par client.",
        },
        "ahead_days": {
            "en": "Over the next {horizon} {unit} they should make {purchases}{interval}, {each} each.",
            "fr": "Au cours des {horizon} prochains {unit}, ils devraient effectuer {purchases}{interval}, soit {each} "
            "par client.",
        },
        "revenue": {
            "en": "That is revenue of {value}{interval}, {each} a customer.",
            "fr": "Cela représente un chiffre d’affaires de {value}{interval}, soit {each} par client.",
        },
        "value": {
            "en": "At a margin of {margin}{discounted} the base is worth {value}{interval}, {each} a customer.",
            "fr": "Avec une marge de {margin}{discounted}, la base vaut {value}{interval}, soit {each} par client.",
        },
        "discounted": {
            "en": ", discounted at {rate} a year from the middle of each month,",
            "fr": ", actualisée à {rate} par an au milieu de chaque mois",
        },
        "foretold": {
            "en": "Fitted on the days up to {split} alone, the model foretold {predicted} purchases{interval} until {end}; "
            "there were {actual}, {inside}.",
            "fr": "Ajusté sur la seule période jusqu’au {split}, le modèle annonçait {predicted} achats{interval} jusqu’au "
            "{end} ; il y en a eu {actual}, {inside}.",
        },
        "unidentified": {"en": " – not identified", "fr": " – non identifiable"},
        "inside": {"en": "inside the interval", "fr": "dans l’intervalle"},
        "above": {"en": "more than the interval allows", "fr": "au-dessus de l’intervalle"},
        "below": {"en": "fewer than the interval allows", "fr": "en dessous de l’intervalle"},
        "unchecked": {
            "en": "Not checked on days held out: holdout= does that.",
            "fr": "Non vérifié sur une période mise de côté : holdout= le permet.",
        },
        "interval": {"en": " ({level} interval {interval})", "fr": " (intervalle à {level} {interval})"},
        "weeks": {"en": "weeks", "fr": "semaines"},
        "days": {"en": "days", "fr": "jours"},
        "caption": {
            "en": "Purchases of {n} customers over the next {horizon} {unit}",
            "fr": "Achats de {n} clients, horizon {horizon} {unit}",
        },
        "method": {
            "en": "BG/NBD (Fader, Hardie & Lee 2005) and Gamma-Gamma (2013) by maximum likelihood; log-likelihood {loglik}. "
            "Intervals of sums hold the parameters' uncertainty and the chance of what customers will do.",
            "fr": "BG/NBD (Fader, Hardie et Lee 2005) et Gamma-Gamma (2013) par maximum de vraisemblance ; "
            "log-vraisemblance {loglik}. Les intervalles des totaux tiennent compte de l’incertitude des paramètres et "
            "du hasard des achats.",
        },
        # Plots
        "tracking": {"en": "Repeat purchases so far", "fr": "Réachats cumulés"},
        "actual": {"en": "actual", "fr": "réel"},
        "model": {"en": "model", "fr": "modèle"},
        "held": {"en": "held out", "fr": "mis de côté"},
        "alive_axis": {"en": "Chance of being active (%)", "fr": "Probabilité d’être actif (%)"},
        "customers": {"en": "Customers", "fr": "Clients"},
        "alive_title": {
            "en": "How likely customers are still active",
            "fr": "Probabilité que les clients soient actifs",
        },
        "matrix_title": {
            "en": "Chance of being active, a customer of {age} {unit} (%)",
            "fr": "Probabilité d’être actif, client de {age} {unit} (%)",
        },
        "last": {"en": "Age at the last purchase ({unit})", "fr": "Ancienneté au dernier achat ({unit})"},
        "repeats": {"en": "Repeat purchases", "fr": "Réachats"},
        "before": {"en": "Repeat purchases until {split}", "fr": "Réachats jusqu’au {split}"},
        "after": {"en": "Purchases after it, a customer", "fr": "Achats ensuite, par client"},
        "calibration_title": {"en": "Foretold and actual purchases", "fr": "Achats annoncés et réels"},
        "predicted": {"en": "foretold", "fr": "annoncé"},
    }
)

_ITEMS = Phrases(
    {
        "r": {"en": "r (rate of purchase)", "fr": "r (rythme d’achat)"},
        "alpha": {"en": "alpha (rate of purchase)", "fr": "alpha (rythme d’achat)"},
        "a": {"en": "a (dropping out)", "fr": "a (abandon)"},
        "b": {"en": "b (dropping out)", "fr": "b (abandon)"},
        "p": {"en": "p (spend)", "fr": "p (dépense)"},
        "q": {"en": "q (spend)", "fr": "q (dépense)"},
        "v": {"en": "v (spend)", "fr": "v (dépense)"},
        "repeat_share": {"en": "Bought more than once", "fr": "Ont racheté"},
        "alive": {"en": "Still active", "fr": "Encore actifs"},
        "purchases_expected": {"en": "Purchases ahead", "fr": "Achats à venir"},
        "purchases_each": {"en": "Purchases ahead, a customer", "fr": "Achats à venir, par client"},
        "spend_population": {"en": "Mean value of a purchase", "fr": "Montant moyen d’un achat"},
        "revenue_expected": {"en": "Revenue ahead", "fr": "Chiffre d’affaires à venir"},
        "revenue_each": {"en": "Revenue ahead, a customer", "fr": "Chiffre d’affaires à venir, par client"},
        "value_total": {"en": "Value of the base", "fr": "Valeur de la base"},
        "value_each": {"en": "Value of a customer", "fr": "Valeur d’un client"},
    }
)


def item_name(item: str, lang: str) -> str:
    """What a reader calls an item."""
    return _ITEMS(item, lang)


def explain_purchases(result: Purchases, lang: str) -> str:
    check_lang(lang)
    unit = unit_of(result)
    again = result["repeat_share"]
    alive, ahead, each = (result[name] for name in ("alive", "purchases_expected", "purchases_each"))
    out = [
        say("base", lang, n=count(result.n, lang), first=day(result.first, lang), end=day(result.end, lang),
            share=with_unit(again.estimate, "%", lang)),
        say("alive", lang, alive=count(round(alive.estimate), lang), interval=_interval(alive, result, lang, bare=True))
        if result.dropout else caution("no_dropout").text(lang),
        say("ahead" if result.freq == "W" else "ahead_days", lang, horizon=_horizon(result, lang), unit=say(unit, lang),
            purchases=amount(ahead.estimate, "purchases", lang, digits=0),
            interval=_interval(ahead, result, lang, bare=True), each=number(each.estimate, lang, digits=2)),
    ]  # fmt: skip
    names = {i.item for i in result.items}
    if "value_total" in names and result.margin is not None:
        total, one = result["value_total"], result["value_each"]
        rate = (
            say("discounted", lang, rate=with_unit(100 * (result.discount or 0), "%", lang)) if result.discount else ""
        )
        out.append(say(
            "value", lang, margin=with_unit(100 * result.margin, "%", lang), discounted=rate,
            value=amount(total.estimate, total.unit, lang), interval=_interval(total, result, lang),
            each=amount(one.estimate, one.unit, lang),
        ))  # fmt: skip
    elif "revenue_expected" in names:
        total, one = result["revenue_expected"], result["revenue_each"]
        out.append(say("revenue", lang, value=amount(total.estimate, total.unit, lang),
                       interval=_interval(total, result, lang), each=amount(one.estimate, one.unit, lang)))  # fmt: skip
    # What puts the sum in doubt stands beside it.
    near = [one for one in result.cautions if one.code == "dependent"]
    later = [one for one in result.cautions if one.code not in ("dependent", "no_dropout")]
    return " ".join([*out, *caution_texts(near, lang), _foretold(result, lang), *caution_texts(later, lang)])


def _foretold(result: Purchases, lang: str) -> str:
    c = result.calibration
    if c is None:
        return say("unchecked", lang)
    ends = say("interval", lang, level=percent(result.level, lang),
               interval=amount_interval(c.low, c.high, "", lang, digits=0))  # fmt: skip
    word = "inside" if c.inside else "above" if c.actual > c.high else "below"
    return say("foretold", lang, split=day(c.split, lang), end=day(c.end, lang), interval=ends,
               predicted=count(round(c.predicted), lang), actual=count(round(c.actual), lang),
               inside=say(word, lang))  # fmt: skip


def unit_of(result: Purchases) -> str:
    """The unit of time as a phrase."""
    return "weeks" if result.freq == "W" else "days"


def _horizon(result: Purchases, lang: str) -> str:
    return number(result.horizon, lang, digits=0 if result.horizon == round(result.horizon) else 1)


def _interval(item: Item, result: Purchases, lang: str, *, bare: bool = False) -> str:
    if not (math.isfinite(item.low) or math.isfinite(item.high)):
        return ""
    shown = amount_interval(item.low, item.high, "" if bare else item.unit, lang, digits=0 if bare else None)
    return say("interval", lang, level=percent(result.level, lang), interval=shown)


def purchases_grid(result: Purchases, lang: str) -> Grid:
    notes = [say("method", lang, loglik=number(result.loglik, lang)), _foretold(result, lang),
             *caution_texts(result.cautions, lang)]  # fmt: skip
    caption = say("caption", lang, n=count(result.n, lang), horizon=_horizon(result, lang),
                  unit=say(unit_of(result), lang))  # fmt: skip
    unknown = {i.item for i in result.items if not math.isfinite(i.estimate)}

    def named(item: str) -> str:
        return item_name(item, lang) + (say("unidentified", lang) if item in unknown else "")

    return items_grid(caption, result.items, named, lang, level=result.level, notes=notes)
