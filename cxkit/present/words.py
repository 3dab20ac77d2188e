"""Sentences in French and English, each with the hedge that its numbers require."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.present.numbers import check_lang, count, interval, number, period, with_unit
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text

if TYPE_CHECKING:
    from cxkit.present.result import Change, Scores, Trend

__all__ = [
    "Remark",
    "SMALL_BASE",
    "change_phrase",
    "explain_scores",
    "explain_trend",
    "group_name",
    "phrase",
]

#: Bases below this are flagged wherever they are shown.
SMALL_BASE = 30

#: A phrase of ours in a language with its values filled in.
phrase = Phrases(
    {
        "one": {
            "en": "{name} is {estimate} ({level} CI {interval}, n = {n}).",
            "fr": "{name} : {estimate} (IC {level} {interval}, n = {n}).",
        },
        "none": {"en": "{name} has no answers.", "fr": "{name} : aucune réponse."},
        "small": {
            "en": "A base under {small}: read it as an indication, not a result.",
            "fr": "Base inférieure à {small} : une indication, pas un résultat.",
        },
        "weighted": {
            "en": "Weighted; the effective base is {n_eff}.",
            "fr": "Pondéré ; base efficace de {n_eff}.",
        },
        "extremes": {
            "en": "{name} by {by}: highest {top} at {best} {best_interval} (n = {best_n}), "
            "lowest {bottom} at {worst} {worst_interval} (n = {worst_n}).",
            "fr": "{name} par {by} : le plus haut, {top}, {best} {best_interval} (n = {best_n}) ; "
            "le plus bas, {bottom}, {worst} {worst_interval} (n = {worst_n}).",
        },
        "order": {
            "en": "Whether they differ is a question of its own: compare().",
            "fr": "Pour savoir s’ils diffèrent, un test : compare().",
        },
        "few": {
            "en": "Groups with fewer than {small} answers: {k} of {groups}.",
            "fr": "Groupes de moins de {small} réponses : {k} sur {groups}.",
        },
        "latest": {
            "en": "{name} in {period}: {estimate} ({level} CI {interval}, n = {n}).",
            "fr": "{name}, {period} : {estimate} (IC {level} {interval}, n = {n}).",
        },
        "change": {
            "en": "{delta} {interval} against {before}: {word}.",
            "fr": "{delta} {interval} par rapport à la période précédente ({before}) : {word}.",
        },
        "rise": {"en": "a rise", "fr": "hausse"},
        "fall": {"en": "a fall", "fr": "baisse"},
        "inconclusive": {"en": "inconclusive", "fr": "non concluant"},
        "missing": {"en": "(missing)", "fr": "(non renseigné)"},
        "everyone": {"en": "All", "fr": "Ensemble"},
        "period": {"en": "Period", "fr": "Période"},
        "score": {"en": "Score", "fr": "Score"},
        "ci": {"en": "{level} CI", "fr": "IC {level}"},
        "n": {"en": "n", "fr": "n"},
        "n_eff": {"en": "n eff.", "fr": "n eff."},
        "profile": {"en": "Profile", "fr": "Profil"},
        "method": {"en": "Method", "fr": "Méthode"},
        "answers": {"en": "Answers", "fr": "Réponses"},
        "share_of_answers": {"en": "Share of answers (%)", "fr": "Part des réponses (%)"},
        "answer": {"en": "Answer", "fr": "Réponse"},
        "flag_small": {"en": "base under {small}", "fr": "base inférieure à {small}"},
        "more_rows": {"en": "{k} more rows: to_frame()", "fr": "{k} autres lignes : to_frame()"},
        "adjusted-wald": {"en": "adjusted Wald", "fr": "de Wald ajusté"},
        "wald": {"en": "Wald", "fr": "de Wald"},
        "wilson": {"en": "Wilson", "fr": "de Wilson"},
        "t": {"en": "Student's t", "fr": "de Student"},
        "bootstrap": {"en": "bootstrap", "fr": "bootstrap"},
        "pass": {"en": "pass", "fr": "réussi"},
        "fail": {"en": "fail", "fr": "échec"},
        "no_weight": {
            "en": "Rows left out for want of a weight: {count}.",
            "fr": "Lignes écartées faute de poids : {count}.",
        },
        "no_date": {
            "en": "Answers in no period for want of a date: {count}.",
            "fr": "Réponses hors période faute de date : {count}.",
        },
        "still_open": {
            "en": "Answers of the period still running, left out: {count}.",
            "fr": "Réponses de la période en cours, écartées : {count}.",
        },
        "clustered": {
            "en": "Tests know which answers are of one respondent or account ({count} of these in all).",
            "fr": "Les tests tiennent compte des réponses d’un même répondant ou compte ({count} en tout).",
        },
        "independent": {
            "en": "This method takes answers as independent, though some are of one respondent or account ({count} in all): "
            "its intervals may be too short.",
            "fr": "Cette méthode tient les réponses pour indépendantes, alors que certaines viennent d’un même répondant ou "
            "compte ({count} en tout) : ses intervalles peuvent être trop courts.",
        },
        "rolling": {
            "en": "Each row holds {count} periods; what two rows share is taken out of the test of their change.",
            "fr": "Chaque ligne couvre {count} périodes ; ce que deux lignes partagent est retiré du test de leur variation.",
        },
        "no_id": {
            "en": "Answers without an id, which cannot be found again: {count}.",
            "fr": "Réponses sans identifiant, qu’on ne peut pas retrouver : {count}.",
        },
        "items_missing": {
            "en": "Rows left out because an item is missing: {count}.",
            "fr": "Lignes écartées car un item manque : {count}.",
        },
        "caption": {
            "en": "{name}, with {level} confidence intervals",
            "fr": "{name}, intervalles de confiance à {level}",
        },
    }
)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that a reader should know of a result, with how many rows it concerns."""

    key: str
    count: int

    def text(self, lang: str = "en") -> str:
        return phrase(self.key, lang, count=count(self.count, lang))

    def __str__(self) -> str:
        return self.text()


def group_name(key: tuple[Any, ...], lang: str = "en", *, freq: str | None = None) -> str:
    """A group as readers see it: its parts joined, a missing one named, a period spelt out."""
    if not key:
        return phrase("everyone", lang)
    parts = [phrase("missing", lang) if k is None else clean_text(k) or '""' for k in key]
    if freq is not None and key[-1] is not None:
        parts[-1] = period(key[-1], freq, lang)
    return " · ".join(parts)


def change_phrase(change: Change, before: str, *, digits: int, lang: str) -> str:
    """``+2.1 [−0.4 ; 4.6] against June 2026: inconclusive.``"""
    return phrase(
        "change",
        lang,
        delta=number(change.delta, lang, digits=digits, sign=True),
        interval=interval(change.low, change.high, lang, digits=digits),
        before=before,
        word=phrase(change.word, lang),
    )


def percent(level: float, lang: str) -> str:
    """A confidence level: ``95%``, ``95 %``."""
    digits = 0 if round(level * 100, 6) == int(round(level * 100, 6)) else 1
    return with_unit(100 * level, "%", lang, digits=digits)


def explain_scores(scores: Scores, lang: str) -> str:
    """One group: the estimate. Several: the extremes and whether they are apart."""
    check_lang(lang)
    answered = [i for i, n in enumerate(scores.n) if n and math.isfinite(scores.estimate[i])]
    name = _name(scores, lang)
    if not answered:
        return phrase("none", lang, name=name)
    if len(answered) == 1 or not scores.by:
        return " ".join(_one(scores, answered[0], name, lang))
    order = sorted(answered, key=lambda i: scores.estimate[i])
    worst, best = order[0], order[-1]
    out = [
        phrase(
            "extremes",
            lang,
            name=name,
            by=" × ".join(scores.by),
            top=group_name(scores.keys[best], lang),
            best=_estimate(scores, best, lang),
            best_interval=_interval(scores, best, lang),
            best_n=count(scores.n[best], lang),
            bottom=group_name(scores.keys[worst], lang),
            worst=_estimate(scores, worst, lang),
            worst_interval=_interval(scores, worst, lang),
            worst_n=count(scores.n[worst], lang),
        ),
        phrase("order", lang),
    ]
    few = sum(0 < n < SMALL_BASE for n in scores.n)
    if few:
        out.append(phrase("few", lang, k=few, groups=len(scores), small=SMALL_BASE))
    return " ".join(out)


def explain_trend(trend: Trend, lang: str) -> str:
    """Of each group the latest period, and its change against the one before."""
    check_lang(lang)
    last: dict[tuple[Any, ...], int] = {}
    for i, key in enumerate(trend.keys):
        if trend.n[i] and key[-1] is not None:
            last[key[:-1]] = i
    if not last:
        return phrase("none", lang, name=trend.metric.title(lang))
    return " ".join(sentence for i in last.values() for sentence in _latest(trend, i, lang))


def _latest(trend: Trend, i: int, lang: str) -> list[str]:
    key = trend.keys[i]
    name = trend.metric.title(lang) + (f" · {group_name(key[:-1], lang)}" if key[:-1] else "")
    out = [
        phrase(
            "latest",
            lang,
            name=name,
            period=_span(trend, key[-1], lang),
            estimate=_estimate(trend, i, lang),
            level=percent(trend.level, lang),
            interval=_interval(trend, i, lang),
            n=count(trend.n[i], lang),
        )
    ]
    change = trend.change(i)
    if change is not None:
        before = _span(trend, change.before, lang)
        out.append(change_phrase(change, before, digits=trend.metric.digits, lang=lang))
    if trend.tally.weighted:
        out.append(phrase("weighted", lang, n_eff=number(trend.n_eff[i], lang, digits=0)))
    if trend.n[i] < SMALL_BASE:
        out.append(phrase("small", lang, small=SMALL_BASE))
    return out


def _span(trend: Trend, start: Any, lang: str) -> str:
    """The period of a row; the first and the last one of a rolling window."""
    last = period(start, trend.freq, lang)
    return last if trend.rolling == 1 else f"{period(trend.first_of(start), trend.freq, lang)} – {last}"


def _name(scores: Scores, lang: str) -> str:
    """The metric as a sentence names it: a share with its boxes, which are part of what it is."""
    label = scores.metric
    boxes = f" · {label.detail_in(lang)}" if label.unit == "%" and label.detail else ""
    return label.title(lang) + boxes


def _one(scores: Scores, i: int, name: str, lang: str) -> list[str]:
    if scores.keys[i]:
        name = f"{name} · {group_name(scores.keys[i], lang)}"
    out = [
        phrase(
            "one",
            lang,
            name=name,
            estimate=_estimate(scores, i, lang),
            level=percent(scores.level, lang),
            interval=_interval(scores, i, lang),
            n=count(scores.n[i], lang),
        )
    ]
    if scores.tally.weighted:
        out.append(phrase("weighted", lang, n_eff=number(scores.n_eff[i], lang, digits=0)))
    if scores.n[i] < SMALL_BASE:
        out.append(phrase("small", lang, small=SMALL_BASE))
    return out


def _estimate(scores: Scores, i: int, lang: str) -> str:
    signed = scores.metric.bounds is not None and scores.metric.bounds[0] < 0
    return with_unit(scores.estimate[i], scores.metric.unit, lang, digits=scores.metric.digits, sign=signed)


def _interval(scores: Scores, i: int, lang: str) -> str:
    return interval(scores.low[i], scores.high[i], lang, digits=scores.metric.digits)


estimate_text, interval_text = _estimate, _interval
