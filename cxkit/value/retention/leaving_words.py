"""Customers at risk in sentences and as a table, French and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import check_lang, interval, number
from cxkit.present.phrasebook import Phrases
from cxkit.present.words import percent
from cxkit.present.words import phrase as present
from cxkit.value.retention.caution import notes
from cxkit.value.retention.shared_words import counted, interval_or_dash, share_said, time_said

if TYPE_CHECKING:
    from cxkit.value.retention.leaving_result import AtRisk

__all__ = ["explain_risk", "risk_grid", "say", "within"]

#: Phrases of a list of customers at risk.
say = Phrases(
    {
        "expected": {
            "en": "Of {n} still here with an answer, about {k} {interval} may leave {within}.",
            "fr": "Sur {n} ayant répondu, environ {k} {interval} pourraient partir {within}.",
        },
        "within": {"en": "within {time}", "fr": "sous {time}"},
        "within_flag": {
            "en": "over as long as the flag covers",
            "fr": "sur une durée égale à celle couverte par l’indicateur",
        },
        "quality": {
            "en": "On customers that the model had not seen ({folds} parts): AUC {auc} {auc_interval} (0.5 is chance), Brier "
            "score {brier}, {skill} than the overall rate ({events} in {n}).",
            "fr": "Sur des clients que le modèle n’avait pas vus ({folds} parties) : AUC {auc} {auc_interval} (0,5 = hasard), "
            "score de Brier {brier}, {skill} que le taux moyen ({events} sur {n}).",
        },
        "better": {"en": "{share} better", "fr": "{share} de mieux"},
        "worse": {"en": "{share} worse", "fr": "{share} de moins bien"},
        "lift": {
            "en": "The top tenth of predictions held {captured} of the departures: {lift} times the average rate.",
            "fr": "Le premier dixième des prédictions réunissait {captured} des départs : {lift} fois le taux moyen.",
        },
        "use": {
            "en": "A probability is no verdict on a person: most of those listed may stay, and whether a call keeps them is for "
            "a test to say.",
            "fr": "Une probabilité ne condamne personne : la plupart des clients listés peuvent rester, et seul un test dira si "
            "un appel les retient.",
        },
        "masked": {
            "en": "Ids are masked: ids='shown' lists them.",
            "fr": "Identifiants masqués : ids='shown' les affiche.",
        },
        "caption": {
            "en": "Customers most likely to leave {within}",
            "fr": "Clients les plus susceptibles de partir {within}",
        },
        "customer": {"en": "Customer", "fr": "Client"},
        "chance": {"en": "May leave", "fr": "Peut partir"},
        "predicted": {"en": "Predicted (%)", "fr": "Prédit (%)"},
        "observed": {"en": "Left (%)", "fr": "Partis (%)"},
        "calibration": {"en": "Do the probabilities come true?", "fr": "Les probabilités se vérifient-elles ?"},
        "perfect": {"en": "as predicted", "fr": "comme prédit"},
        "tenth": {"en": "Tenth of the predictions, highest first", "fr": "Dixième des prédictions, du plus élevé"},
        "lift_axis": {"en": "Departures against the average rate", "fr": "Départs par rapport au taux moyen"},
        "lift_title": {"en": "Where the departures were", "fr": "Où étaient les départs"},
    }
)


def within(result: AtRisk, lang: str) -> str:
    """``within 3 months``."""
    if result.months is None:
        return say("within_flag", lang)
    return say("within", lang, time=time_said(result.months, "months", lang))


def _skill(skill: float, lang: str) -> str:
    """``12.0% better``; ``1.3% worse``."""
    return say("worse" if skill < 0 else "better", lang, share=share_said(100 * abs(skill), lang))


def explain_risk(result: AtRisk, lang: str) -> str:
    """How many may leave, how good the list is, how to use it, and the cautions."""
    check_lang(lang)
    q = result.quality
    ends = interval(result.expected_low, result.expected_high, lang, digits=0)
    out = [
        say("expected", lang, n=counted(result.here, "present", lang), k=number(result.expected, lang, digits=0), interval=ends,
            within=within(result, lang)),
        say("quality", lang, folds=result.folds, auc=number(q.auc, lang, digits=2),
            auc_interval=interval_or_dash(q.auc_low, q.auc_high, lang, digits=2), brier=number(q.brier.score, lang, digits=3),
            skill=_skill(q.brier.skill, lang), events=counted(q.events, "departures", lang), n=counted(q.n, "cases", lang)),
    ]  # fmt: skip
    if math.isfinite(q.bins.lift[0]):
        out.append(
            say("lift", lang, captured=share_said(100 * float(q.bins.captured[0]), lang, digits=0),
                lift=number(float(q.bins.lift[0]), lang))
        )  # fmt: skip
    return " ".join([*out, say("use", lang), *notes(result.cautions, lang)])


def risk_grid(result: AtRisk, lang: str) -> Grid:
    """The list; under it how good it is."""
    rows = tuple(
        (
            Cell(c.customer, "head"), Cell(share_said(c.estimate, lang), unbroken=True),
            Cell(interval_or_dash(c.low, c.high, lang), unbroken=True), Cell(number(c.score, lang, digits=0 if c.score == int(c.score) else 1)),
        )
        for c in result.customers
    )  # fmt: skip
    heads = (
        say("customer", lang),
        say("chance", lang),
        present("ci", lang, level=percent(result.level, lang)),
        result.score,
    )
    q = result.quality
    quality = say("quality", lang, folds=result.folds, auc=number(q.auc, lang, digits=2),
                  auc_interval=interval_or_dash(q.auc_low, q.auc_high, lang, digits=2),
                  brier=number(q.brier.score, lang, digits=3), skill=_skill(q.brier.skill, lang),
                  events=counted(q.events, "departures", lang), n=counted(q.n, "cases", lang))  # fmt: skip
    said = [present("method", lang), *([say("masked", lang)] if result.masked else []), quality, say("use", lang)]
    return Grid(say("caption", lang, within=within(result, lang)), heads, rows, (*said, *notes(result.cautions, lang)))
