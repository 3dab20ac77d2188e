"""A join in sentences, as remarks and as a table, French and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import check_lang, count, day, number, with_unit
from cxkit.present.phrasebook import Phrases
from cxkit.present.text import clean_text

if TYPE_CHECKING:
    from cxkit.study.linking.report import Damage, Joined, JoinReport, Nearly

__all__ = ["damage_text", "explain_join", "join_grid", "join_remarks", "misspelt_text", "nearly_hint", "nearly_text"]

#: Phrases of a join.
say = Phrases(
    {
        "matched": {
            "en": "{data}: {k} of {answers} found {found} row{by} ({share}), {c} of {customers}.",
            "fr": "{data} : {answers} sur {n} {found} ligne{by} ({share}), {customers} sur {d}.",
        },
        "by": {"en": " by {pairs}", "fr": " par {pairs}"},
        "window_days": {
            "en": "Events count from {start} to {end} (by the day; the end not included).",
            "fr": "Les événements comptent {start} {end} (au jour près ; fin non comprise).",
        },
        "window_times": {
            "en": "Events count from {start} to {end} (to the second; a day is 24 hours, the end not included).",
            "fr": "Les événements comptent {start} {end} (à la seconde près ; un jour = 24 heures, fin non comprise).",
        },
        "no_limit_start": {"en": "the beginning", "fr": "depuis le début"},
        "no_limit_end": {"en": "the end of the data", "fr": "jusqu’à la fin des données"},
        "start_at": {"en": "the answer", "fr": "à partir de la réponse"},
        "end_at": {"en": "the answer", "fr": "jusqu’à la réponse"},
        "start_before": {"en": "day −{k} of the answer", "fr": "à partir du jour −{k} de la réponse"},
        "start_after": {"en": "day +{k} of the answer", "fr": "à partir du jour +{k} de la réponse"},
        "end_before": {"en": "day −{k}", "fr": "jusqu’au jour −{k}"},
        "end_after": {"en": "day +{k}", "fr": "jusqu’au jour +{k}"},
        "unmatched": {
            "en": "Answers without a match keep their row, with no value: {n}{why}.",
            "fr": "Réponses sans correspondance, gardées sans valeur : {n}{why}.",
        },
        "unmatched_some": {
            "en": "Answers without a match keep their row, with no value of {names}: {n}{why}.",
            "fr": "Réponses sans correspondance, gardées sans valeur pour {names} : {n}{why}.",
        },
        "absent": {
            "en": "Answers whose id the data do not have, with 0 as {names} as asked (absent=0): {n}.",
            "fr": "Réponses dont l’identifiant est absent des données, avec 0 comme {names} comme demandé (absent=0) : "
            "{n}.",
        },
        "short_kept": {
            "en": "Answers whose window is not whole, for the data go from {first} to {last}: {n}. Their sums and counts "
            "are too small; unfinished=\"null\" leaves them without a value.",
            "fr": "Réponses dont la fenêtre est incomplète, les données allant du {first} au {last} : {n}. Leurs sommes et "
            "décomptes sont trop faibles ; unfinished=\"null\" les laisse sans valeur.",
        },
        "short_null": {
            "en": "Answers whose window is not whole, for the data go from {first} to {last}, left without a value as "
            "asked: {n}.",
            "fr": "Réponses dont la fenêtre est incomplète, les données allant du {first} au {last}, laissées sans valeur "
            "comme demandé : {n}.",
        },
        "g_short": {"en": "of these, a window that is not whole", "fr": "dont fenêtre incomplète"},
        "meant": {
            "en": "{name} is a plain column and no role: did you mean the role {role!r}?",
            "fr": "{name} est une simple colonne, sans rôle : vouliez-vous dire le rôle {role!r} ?",
        },
        "answer": {"en": "{n} answer", "fr": "{k} réponse"},
        "answers_n": {"en": "{n} answers", "fr": "{k} réponses"},
        "customer": {"en": "{d} customer", "fr": "{c} client"},
        "customers_n": {"en": "{d} customers", "fr": "{c} clients"},
        "found": {"en": "its", "fr": "a trouvé sa"},
        "found_n": {"en": "their", "fr": "ont trouvé leur"},
        "nameless": {"en": "without an id: {n}", "fr": "sans identifiant : {n}"},
        "dateless": {"en": "without a date: {n}", "fr": "sans date : {n}"},
        "rows": {
            "en": "Rows of the data: {n}; of customers who answered: {k}; of others: {u}{more}.",
            "fr": "Lignes des données : {n} ; de clients répondants : {k} ; d’autres clients : {u}{more}.",
        },
        "rows_outside": {
            "en": "; of customers who answered, but outside every window: {n}",
            "fr": " ; de clients répondants mais hors de toute fenêtre : {n}",
        },
        "rows_nameless": {"en": "; without a usable id: {n}", "fr": " ; sans identifiant utilisable : {n}"},
        "rows_dateless": {
            "en": "; without a date, so in no window: {n}",
            "fr": " ; sans date, donc hors fenêtre : {n}",
        },
        "repeated": {
            "en": "Ids on several rows, each brought to one value ({rules}): {n}.",
            "fr": "Identifiants sur plusieurs lignes, ramenés à une valeur ({rules}) : {n}.",
        },
        "rule": {"en": "{name} by {rule}", "fr": "{name} par {rule}"},
        "coverage": {
            "en": "Customers who answered hold {share} of the {name} in the data.",
            "fr": "Les clients répondants portent {share} du total de « {name} » dans les données.",
        },
        "negative": {
            "en": "Rows of {name} below 0 (goods sent back, credits), counted as they are: {n}.",
            "fr": "Lignes de « {name} » négatives (retours, avoirs), comptées telles quelles : {n}.",
        },
        "empty": {"en": "Rows without {name}: {n}.", "fr": "Lignes sans « {name} » : {n}."},
        "text": {
            "en": "Ids are numbers on one side and texts on the other: they were compared as texts.",
            "fr": "Les identifiants sont des nombres d’un côté et des textes de l’autre : ils ont été comparés comme "
            "des textes.",
        },
        "period": {
            "en": "{column} holds one date a {period}: each answer is matched by the {period} it lies in.",
            "fr": "« {column} » porte une date par {period} : chaque réponse est rapprochée de son {period}.",
        },
        "repairs": {
            "en": "Levelled on request before ids were compared: {what}.",
            "fr": "Aplani à la demande avant de comparer les identifiants : {what}.",
        },
        "float": {
            "en": "Ids of {side} that are floats of more digits than a float holds: {n}, such as {example}. They match "
            "nothing; read the column as text, or as whole numbers.",
            "fr": "Identifiants {side} en flottants de plus de chiffres qu’un flottant n’en garde : {n}, comme "
            "{example}. Ils ne sont rapprochés de rien ; lire la colonne comme du texte ou des entiers.",
        },
        "scientific": {
            "en": "Ids of {side} rounded by a spreadsheet: {n}, such as {example}. They match nothing; export the "
            "column again, as text.",
            "fr": "Identifiants {side} arrondis par un tableur : {n}, comme {example}. Ils ne sont rapprochés de rien ; "
            "réexporter la colonne au format texte.",
        },
        "excel": {
            "en": "Ids of {side} that end in zeros from the sixteenth digit, as a spreadsheet cuts them: {n}, such as "
            "{example}. Export the column again, as text.",
            "fr": "Identifiants {side} finissant par des zéros dès le seizième chiffre, comme un tableur les coupe : "
            "{n}, par exemple {example}. Réexporter la colonne au format texte.",
        },
        "blanks": {
            "en": "Ids of {side} with blanks around them, which were left out: {n}, such as {example}.",
            "fr": "Identifiants {side} entourés d’espaces, qui ont été ôtées : {n}, comme {example}.",
        },
        "decimals": {
            "en": "Ids of {side} with a .0 behind them, which was left out: {n}, such as {example}.",
            "fr": "Identifiants {side} terminés par .0, qui a été ôté : {n}, comme {example}.",
        },
        "near_zeros": {
            "en": "Answers without a match that would find one if leading zeros were levelled: {n} ({ours} and "
            '{theirs}); say repair="zeros".',
            "fr": "Réponses sans correspondance qui en auraient une sans les zéros de tête : {n} ({ours} et "
            '{theirs}) ; dire repair="zeros".',
        },
        "near_case": {
            "en": "Answers without a match that would find one if upper and lower case were one: {n} ({ours} and "
            '{theirs}); say repair="case".',
            "fr": "Réponses sans correspondance qui en auraient une sans distinguer majuscules et minuscules : {n} "
            '({ours} et {theirs}) ; dire repair="case".',
        },
        "near_prefix": {
            "en": "Answers without a match whose id has the digits of an id of the data, and other letters: {n} "
            "({ours} and {theirs}); check which of the two was changed.",
            "fr": "Réponses sans correspondance dont l’identifiant a les chiffres d’un identifiant des données, mais "
            "d’autres lettres : {n} ({ours} et {theirs}) ; vérifier lequel des deux a été modifié.",
        },
        "answers": {"en": "the study", "fr": "de l’étude"},
        "data": {"en": "the data", "fr": "des données"},
        "zeros": {"en": "leading zeros", "fr": "zéros de tête"},
        "case": {"en": "upper and lower case", "fr": "majuscules et minuscules"},
        "W": {"en": "week", "fr": "semaine"},
        "M": {"en": "month", "fr": "mois"},
        "Q": {"en": "quarter", "fr": "trimestre"},
        "Y": {"en": "year", "fr": "an"},
        "sum": {"en": "sum", "fr": "somme"},
        "mean": {"en": "mean", "fr": "moyenne"},
        "count": {"en": "count", "fr": "nombre"},
        "distinct": {"en": "distinct values", "fr": "valeurs distinctes"},
        "any": {"en": "at least one", "fr": "au moins une"},
        "last": {"en": "last", "fr": "dernière"},
        "first": {"en": "first", "fr": "première"},
        "max": {"en": "maximum", "fr": "maximum"},
        "min": {"en": "minimum", "fr": "minimum"},
        "only": {"en": "the only value", "fr": "valeur unique"},
        "caption": {"en": "Join with {data}", "fr": "Jointure avec {data}"},
        "what": {"en": "What", "fr": "Quoi"},
        "n": {"en": "Count", "fr": "Effectif"},
        "share": {"en": "Share", "fr": "Part"},
        "g_answers": {"en": "Answers", "fr": "Réponses"},
        "g_matched": {"en": "with a row in the data", "fr": "avec une ligne dans les données"},
        "g_unmatched": {"en": "without", "fr": "sans ligne"},
        "g_nameless": {"en": "of these, without an id", "fr": "dont sans identifiant"},
        "g_dateless": {"en": "of these, without a date", "fr": "dont sans date"},
        "g_customers": {"en": "Customers who answered", "fr": "Clients répondants"},
        "g_customers_matched": {"en": "in the data", "fr": "présents dans les données"},
        "g_rows": {"en": "Rows of the data", "fr": "Lignes des données"},
        "g_rows_matched": {"en": "of customers who answered", "fr": "de clients répondants"},
        "g_rows_outside": {"en": "of these, out of every window", "fr": "dont hors de toute fenêtre"},
        "g_rows_unmatched": {"en": "of others", "fr": "d’autres clients"},
        "g_rows_nameless": {"en": "without a usable id", "fr": "sans identifiant utilisable"},
        "g_rows_dateless": {"en": "without a date", "fr": "sans date"},
        "g_repeated": {"en": "Ids on several rows", "fr": "Identifiants sur plusieurs lignes"},
        "g_column": {"en": "Answers with {name} ({rule} of {source})",
                     "fr": "Réponses avec {name} ({rule} de {source})"},
        "g_absent": {"en": "of these, 0 for an id that is not in the data",
                     "fr": "dont 0, identifiant absent des données"},
        "g_total": {"en": "{name} in the data", "fr": "{name} dans les données"},
        "g_covered": {"en": "of customers who answered", "fr": "de clients répondants"},
        "g_negative": {"en": "rows below 0", "fr": "lignes négatives"},
        "notes": {"en": "Notes", "fr": "Notes"},
    }
)  # fmt: skip


def join_remarks(report: JoinReport) -> tuple[str, ...]:
    """What the study's card says of a join: the counts, and whatever is wrong with ids."""
    cautions = [damage_text(d) for d in report.damaged] + [nearly_text(n) for n in report.nearly]
    head = f"linked {_matched(report, 'en')}"
    cautions += [misspelt_text(c) for c in report.columns if c.meant]
    more = " ".join([*_absent(report, "en"), *_short(report, "en"), *_money(report, "en")])
    return (f"{head} {more}".strip(), *(f"linked {clean_text(report.data)}: {text}" for text in cautions))


def explain_join(report: JoinReport, lang: str) -> str:
    """Sentences: what matched, what did not and why, what the rows became, and what is wrong with ids."""
    check_lang(lang)
    said = [_matched(report, lang)]
    if report.when:
        said.append(_window(report, lang))
    nulls = [clean_text(c.name) for c in report.columns if c.absent is None]
    zeros = max((c.absent or 0 for c in report.columns), default=0)
    lost = report.unmatched - (0 if nulls else zeros)
    if lost:
        why = [
            say(key, lang, n=count(n, lang))
            for key, n in (("nameless", report.nameless), ("dateless", report.dateless))
            if n
        ]
        kind = "unmatched_some" if zeros and nulls else "unmatched"
        text = f" ({', '.join(why)})" if why else ""
        said.append(say(kind, lang, n=count(lost, lang), why=text, names=", ".join(nulls)))
    said += _absent(report, lang)
    said += _short(report, lang)
    parts = (("outside", report.rows_outside), ("nameless", report.rows_nameless), ("dateless", report.rows_dateless))
    more = "".join(say(f"rows_{key}", lang, n=count(n, lang)) for key, n in parts if n)
    said.append(
        say("rows", lang, n=count(report.rows, lang), k=count(report.rows_matched, lang),
            u=count(report.rows_unmatched, lang), more=more)
    )  # fmt: skip
    if report.repeated:
        rules = ", ".join(say("rule", lang, name=clean_text(c.name), rule=say(c.rule, lang)) for c in report.columns)
        said.append(say("repeated", lang, n=count(report.repeated, lang), rules=rules))
    said += _money(report, lang)
    said += [say("empty", lang, n=count(c.empty, lang), name=clean_text(c.name)) for c in report.columns if c.empty]
    said += _compared(report, lang)
    said += [damage_text(d, lang) for d in report.damaged] + [nearly_text(n, lang) for n in report.nearly]
    said += [misspelt_text(c, lang) for c in report.columns if c.meant]
    return " ".join(said)


def misspelt_text(column: Joined, lang: str = "en") -> str:
    """A sentence on a name that is nearly a role."""
    return say("meant", lang, name=clean_text(column.name), role=column.meant)


def _short(report: JoinReport, lang: str) -> list[str]:
    first, last = report.span
    if not report.short or first is None or last is None:
        return []
    return [say(f"short_{report.unfinished}", lang, n=count(report.short, lang), first=day(first, lang),
                last=day(last, lang))]  # fmt: skip


def _absent(report: JoinReport, lang: str) -> list[str]:
    filled = [c for c in report.columns if c.absent is not None]
    names = ", ".join(clean_text(c.name) for c in filled)
    return [say("absent", lang, names=names, n=count(filled[0].absent or 0, lang))] if filled else []


def damage_text(damage: Damage, lang: str = "en") -> str:
    """A sentence on ids that a tool changed, and what to do."""
    side = say(damage.side, lang)
    return say(damage.kind, lang, n=count(damage.n, lang), side=side, example=damage.example)


def nearly_text(near: Nearly, lang: str = "en") -> str:
    """A sentence on ids that are the same but for the way they are written."""
    return say(f"near_{near.kind}", lang, n=count(near.n, lang), ours=near.ours, theirs=near.theirs)


def nearly_hint(near: Nearly) -> str:
    """The same as a hint of an error, and as an option to type where there is one."""
    return nearly_text(near).removesuffix(".")


def join_grid(report: JoinReport, lang: str) -> Grid:
    """Answers, customers, rows, columns: how many, and what share of the line they are indented under."""
    check_lang(lang)
    rows: list[tuple[Cell, ...]] = []

    def line(text: str, n: float, of: float | None = None, *, money: bool = False) -> None:
        shown = number(n, lang, digits=2) if money else count(int(n), lang)
        part = "" if of is None or not of > 0 else with_unit(100 * n / of, "%", lang)
        name = ("" if of is None else "\u00a0\u00a0") + text
        rows.append((Cell(name, "head", strong=of is None), Cell(shown), Cell(part)))

    line(say("g_answers", lang), report.answers)
    line(say("g_matched", lang), report.matched, report.answers)
    line(say("g_unmatched", lang), report.unmatched, report.answers)
    if report.nameless:
        line(say("g_nameless", lang), report.nameless, report.answers)
    if report.dateless:
        line(say("g_dateless", lang), report.dateless, report.answers)
    if report.short:
        line(say("g_short", lang), report.short, report.answers)
    line(say("g_customers", lang), report.customers)
    line(say("g_customers_matched", lang), report.customers_matched, report.customers)
    line(say("g_rows", lang), report.rows)
    line(say("g_rows_matched", lang), report.rows_matched, report.rows)
    if report.when:
        line(say("g_rows_outside", lang), report.rows_outside, report.rows)
    line(say("g_rows_unmatched", lang), report.rows_unmatched, report.rows)
    line(say("g_rows_nameless", lang), report.rows_nameless, report.rows)
    if report.when:
        line(say("g_rows_dateless", lang), report.rows_dateless, report.rows)
    line(say("g_repeated", lang), report.repeated)
    for c in report.columns:
        line(say("g_column", lang, name=c.name, rule=say(c.rule, lang), source=c.source), c.filled)
        if c.absent is not None:
            line(say("g_absent", lang), c.absent, report.answers)
        if math.isfinite(c.total):
            line(say("g_total", lang, name=c.name), c.total, money=True)
            line(say("g_covered", lang), c.covered, c.total, money=True)
            if c.negative:
                line(say("g_negative", lang), c.negative, report.rows)
    notes = [_window(report, lang)] if report.when else []
    notes += _short(report, lang)
    notes += _compared(report, lang)
    notes += [damage_text(d, lang) for d in report.damaged] + [nearly_text(n, lang) for n in report.nearly]
    notes += [misspelt_text(c, lang) for c in report.columns if c.meant]
    return Grid(
        say("caption", lang, data=report.data), (say("what", lang), say("n", lang), say("share", lang)), tuple(rows),
        notes=(say("notes", lang), *notes) if notes else (),
    )  # fmt: skip


def _matched(report: JoinReport, lang: str) -> str:
    pairs = ", ".join(
        clean_text(ours) if ours == theirs else f"{clean_text(ours)} = {clean_text(theirs)}"
        for ours, theirs in report.on
    )
    counts = {
        "k": count(report.matched, lang), "n": count(report.answers, lang),
        "c": count(report.customers_matched, lang), "d": count(report.customers, lang),
    }  # fmt: skip
    # English counts the whole, French the part; there 0 is singular too.
    answers, customers = (
        (report.matched, report.customers_matched) if lang == "fr" else (report.answers, report.customers)
    )
    single = (0, 1) if lang == "fr" else (1,)
    return say(
        "matched", lang, data=clean_text(report.data), share=with_unit(report.share, "%", lang),
        by=say("by", lang, pairs=pairs), answers=say("answer" if answers in single else "answers_n", lang, **counts),
        customers=say("customer" if customers in single else "customers_n", lang, **counts),
        found=say("found" if answers in single else "found_n", lang), **counts,
    )  # fmt: skip


def _window(report: JoinReport, lang: str) -> str:
    start, end = (_limit(x, side, lang) for x, side in zip(report.window, ("start", "end"), strict=True))
    return say("window_times" if report.times else "window_days", lang, start=start, end=end)


def _limit(days: int | None, side: str, lang: str) -> str:
    if days is None:
        return say(f"no_limit_{side}", lang)
    if days == 0:
        return say(f"{side}_at", lang)
    return say(f"{side}_{'before' if days < 0 else 'after'}", lang, k=count(abs(days), lang))


def _money(report: JoinReport, lang: str) -> list[str]:
    said = []
    for c in report.columns:
        if math.isfinite(c.coverage):
            said.append(say("coverage", lang, share=with_unit(c.coverage, "%", lang), name=clean_text(c.name)))
        if c.negative:
            said.append(say("negative", lang, n=count(c.negative, lang), name=clean_text(c.name)))
    return said


def _compared(report: JoinReport, lang: str) -> list[str]:
    said = []
    if "text_of_number" in report.compared:
        said.append(say("text", lang))
    for (_, theirs), period in zip(report.on, report.periods, strict=True):
        if period not in ("", "D"):
            said.append(say("period", lang, column=clean_text(theirs), period=say(period, lang)))
    if report.repairs:
        said.append(say("repairs", lang, what=", ".join(say(r, lang) for r in report.repairs)))
    return said
