"""Cohorts in sentences and as a table, French and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import check_lang, count, interval, number, period
from cxkit.present.phrasebook import Phrases
from cxkit.present.words import SMALL_BASE, percent
from cxkit.present.words import phrase as present
from cxkit.value.retention.caution import notes
from cxkit.value.retention.shared_words import share_said, time_said

if TYPE_CHECKING:
    from cxkit.value.retention.triangle_result import Cohorts

__all__ = ["UNITS", "cohorts_grid", "explain_cohorts", "say"]

#: Unit of time of each length of period.
UNITS = {"W": "weeks", "M": "months", "Q": "quarters", "Y": "years"}
_MOST = 13

#: Phrases of cohorts.
say = Phrases(
    {
        "activity": {
            "en": "Of {n} customers, {share} {interval} were active again {time} after they first came ({level} CI, "
            "cohorts seen so long).",
            "fr": "Sur {n} clients, {share} {interval} étaient actifs {time} après leur première venue (IC {level}, cohortes "
            "observées assez longtemps).",
        },
        "contract": {
            "en": "Of {n} customers, {share} {interval} were still here {time} after they came ({level} CI, cohorts seen "
            "so long).",
            "fr": "Sur {n} clients, {share} {interval} étaient encore clients {time} après leur arrivée (IC {level}, cohortes "
            "observées assez longtemps).",
        },
        "ends": {
            "en": "After {time}, the best cohort is {top} ({best}, n = {best_n}), the weakest {bottom} ({worst}, "
            "n = {worst_n}); among many cohorts the ends are partly chance.",
            "fr": "Après {time}, la meilleure cohorte est {top} ({best}, n = {best_n}), la plus faible {bottom} ({worst}, "
            "n = {worst_n}) ; parmi de nombreuses cohortes, les extrêmes tiennent en partie au hasard.",
        },
        "few": {
            "en": "Cohorts under {small} customers: {k}.",
            "fr": "Cohortes de moins de {small} clients : {k}.",
        },
        "caption": {"en": "Retention by cohort (%)", "fr": "Rétention par cohorte (%)"},
        "cohort": {"en": "Came in", "fr": "Arrivés en"},
        "n": {"en": "n", "fr": "n"},
        "all": {"en": "All, {level} CI", "fr": "Ensemble, IC {level}"},
        "age": {"en": "Periods since ({unit})", "fr": "Périodes écoulées ({unit})"},
        "blank": {"en": "Blank: not seen yet.", "fr": "Vide : pas encore observé."},
        "later": {"en": "Later ages: table().", "fr": "Âges suivants : table()."},
        "unit_W": {"en": "weeks", "fr": "semaines"},
        "unit_M": {"en": "months", "fr": "mois"},
        "unit_Q": {"en": "quarters", "fr": "trimestres"},
        "unit_Y": {"en": "years", "fr": "ans"},
    }
)


def explain_cohorts(result: Cohorts, lang: str) -> str:
    """Retention of all cohorts together at two ages, the ends among them, and the cautions."""
    check_lang(lang)
    average = {age: a for age, a in result.average.items() if age}
    out = []
    # The oldest age that a fair number of customers has been seen at.
    firm = [age for age, a in average.items() if a[3] >= SMALL_BASE]
    for age in dict.fromkeys([min(average), max(firm, default=min(average))] if average else []):
        share, low, high, n = average[age]
        out.append(
            say(result.kind, lang, n=count(n, lang), share=share_said(share, lang), interval=interval(low, high, lang),
                time=time_said(age, UNITS[result.freq], lang), level=percent(result.level, lang))
        )  # fmt: skip
    own = sorted((c for c in result.cells if c.age == 1), key=lambda c: c.estimate)
    if len(own) > 1 and own[-1].estimate > own[0].estimate:
        worst, best = own[0], own[-1]
        out.append(
            say("ends", lang, time=time_said(1, UNITS[result.freq], lang), top=period(best.cohort, result.freq, lang),
                best=share_said(best.estimate, lang), best_n=count(best.n, lang), bottom=period(worst.cohort, result.freq, lang),
                worst=share_said(worst.estimate, lang), worst_n=count(worst.n, lang))
        )  # fmt: skip
    few = sum(n < SMALL_BASE for n in result.sizes.values())
    out += [say("few", lang, k=few, small=SMALL_BASE)] if few else []
    return " ".join([*out, *notes(result.cautions, lang)])


def cohorts_grid(result: Cohorts, lang: str) -> Grid:
    """The triangle; on top all cohorts together with their interval."""
    ages = list(range(min(max(c.age for c in result.cells) + 1, _MOST)))
    average = result.average
    rows = [
        (
            Cell(say("all", lang, level=percent(result.level, lang)), "head", strong=True),
            Cell(count(sum(result.sizes.values()), lang)),
            *(Cell(f"{number(average[a][0], lang)} {interval(*average[a][1:3], lang, digits=0)}", unbroken=True) for a in ages),
        )
    ]  # fmt: skip
    known = {(c.cohort, c.age): c for c in result.cells}
    for start, n in result.sizes.items():
        shares = [known.get((start, a)) for a in ages]
        rows.append(
            (
                Cell(period(start, result.freq, lang), "head"), Cell(count(n, lang), pale=n < SMALL_BASE),
                *(Cell("" if c is None else number(c.estimate, lang), pale=n < SMALL_BASE) for c in shares),
            )
        )  # fmt: skip
    more = max(c.age for c in result.cells) + 1 > _MOST
    said = (
        present("method", lang),
        say("blank", lang),
        *([say("later", lang)] if more else []),
        *notes(result.cautions, lang),
    )
    heads = (say("cohort", lang), say("n", lang), *(str(a) for a in ages))
    return Grid(say("caption", lang), heads, tuple(rows), said)
