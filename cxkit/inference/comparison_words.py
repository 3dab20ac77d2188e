"""Comparisons in sentences and tables, French and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cxkit.present.grid import Cell, Grid
from cxkit.present.numbers import count, interval, number, period, with_unit
from cxkit.present.palette import GREY, HIGHER, LOWER
from cxkit.present.phrasebook import Phrases
from cxkit.present.tables import MOST_ROWS
from cxkit.present.words import group_name, percent, phrase

if TYPE_CHECKING:
    from cxkit.inference.comparison import Comparison

__all__ = [
    "comparison_grid",
    "delta_text",
    "explain_comparison",
    "family_text",
    "p_text",
    "row_name",
    "say",
    "verdict_text",
    "versus_text",
]

#: At most so many differences are said in sentences; the table has the others.
_SAID = 4

say = Phrases({
    "difference": {"en": "Difference in {metric}", "fr": "Écart de {metric}"},
    "rise": {"en": "a rise", "fr": "hausse"},
    "fall": {"en": "a fall", "fr": "baisse"},
    "higher": {"en": "higher", "fr": "plus haut"},
    "lower": {"en": "lower", "fr": "plus bas"},
    "stable": {"en": "stable", "fr": "stable"},
    "equal": {"en": "no real difference", "fr": "pas d’écart notable"},
    "inconclusive": {"en": "inconclusive", "fr": "non concluant"},
    "complement": {"en": "all others", "fr": "tous les autres"},
    "target": {"en": "target {target}", "fr": "objectif {target}"},
    "real": {
        "en": "{name}: {estimate} against {against}, {delta} {interval}: {word} ({chance} {p}).",
        "fr": "{name} : {estimate} contre {against}, {delta} {interval} : {word} ({chance} {p}).",
    },
    "chance": {"en": "adjusted p", "fr": "p ajusté"},
    "chance_alone": {"en": "p", "fr": "p"},
    "against": {"en": "{other} ({versus})", "fr": "{other} ({versus})"},
    "against_target": {"en": "the target of {other}", "fr": "l’objectif de {other}"},
    "one_more_real": {"en": "One more difference is real: see the table.",
                      "fr": "Un autre écart est réel : voir le tableau."},
    "more_real": {"en": "{k} more differences are real: see the table.",
                  "fr": "{k} autres écarts sont réels : voir le tableau."},
    "stable_rows": {"en": "No difference that matters (within ± {margin}): {names}.",
                    "fr": "Aucun écart notable (± {margin}) : {names}."},
    "open": {
        "en": "Inconclusive: {names}. ",
        "fr": "Non concluant : {names}. ",
    },
    "none_real": {
        "en": "{metric}: no difference is established in {k} comparisons.",
        "fr": "{metric} : aucun écart n’est établi sur {k} comparaisons.",
    },
    "one_open": {
        "en": "{name}: {estimate} against {against}, {delta} {interval}: inconclusive. "
        "This base shows a difference of {least} or more",
        "fr": "{name} : {estimate} contre {against}, {delta} {interval} : non concluant. "
        "Cette base permet de voir un écart d’au moins {least}",
    },
    "one_blind": {
        "en": "{name}: {estimate} against {against}, {delta} {interval}: inconclusive. "
        "This base is too small, or too uniform, to say what it could show.",
        "fr": "{name} : {estimate} contre {against}, {delta} {interval} : non concluant. "
        "Cette base est trop petite ou trop uniforme pour dire quel écart elle montrerait.",
    },
    "settle": {"en": "; some {more} more answers would be needed to settle the one observed.",
               "fr": " ; il faudrait environ {more} réponses de plus pour trancher celui qui est observé."},
    "full_stop": {"en": ".", "fr": "."},
    "opens": {
        "en": "{k} comparisons stay open: the smallest difference that their bases show is {low} to {high}.",
        "fr": "{k} comparaisons restent ouvertes : le plus petit écart décelable sur leurs bases va de {low} à {high}.",
    },
    "bh": {
        "en": "{m} tests judged as one family (Benjamini-Hochberg): of the differences called real, at most {share} "
        "are expected to be false. Without it, chance alone would flag about {false} if nothing differed.",
        "fr": "{m} tests jugés comme une seule famille (Benjamini-Hochberg) : parmi les écarts dits réels, au plus {share} "
        "sont faux en moyenne. Sans cela, le hasard seul en signalerait environ {false} si rien ne différait.",
    },
    "holm": {
        "en": "{m} tests judged as one family (Holm): the chance of any false flag is at most {share}. "
        "Without it, chance alone would flag about {false} if nothing differed.",
        "fr": "{m} tests jugés comme une seule famille (Holm) : le risque d’un seul faux signal est d’au plus {share}. "
        "Sans cela, le hasard seul en signalerait environ {false} si rien ne différait.",
    },
    "bonferroni": {
        "en": "{m} tests judged as one family (Bonferroni): the chance of any false flag is at most {share}. "
        "Without it, chance alone would flag about {false} if nothing differed.",
        "fr": "{m} tests jugés comme une seule famille (Bonferroni) : le risque d’un seul faux signal est d’au plus "
        "{share}. Sans cela, le hasard seul en signalerait environ {false} si rien ne différait.",
    },
    "None": {
        "en": "{m} tests, each judged alone at {share}: chance alone would flag about {false} if nothing differed.",
        "fr": "{m} tests, chacun jugé seul à {share} : le hasard seul en signalerait environ {false} si rien ne différait.",
    },
    "untested": {"en": "No test can be made on these bases.", "fr": "Aucun test n’est possible sur ces bases."},
    "single": {"en": "One test, at {share}.", "fr": "Un seul test, à {share}."},
    "caption": {"en": "{metric}: differences, {level} intervals", "fr": "{metric} : écarts, intervalles à {level}"},
    "letters_caption": {"en": "{metric}: who is higher than whom", "fr": "{metric} : quels groupes en dépassent d’autres"},
    "group": {"en": "Group", "fr": "Groupe"},
    "versus": {"en": "against", "fr": "contre"},
    "delta": {"en": "difference", "fr": "écart"},
    "p": {"en": "adj. p", "fr": "p ajusté"},
    "word": {"en": "verdict", "fr": "verdict"},
    "least": {"en": "could show", "fr": "écart décelable"},
    "higher_than": {"en": "higher than", "fr": "plus haut que"},
    "capital": {"en": "A capital letter: adjusted p below 0.001.", "fr": "Majuscule : p ajusté inférieur à 0,001."},
    "could_show": {
        "en": "could show: the smallest true difference that this base shows with 80% probability.",
        "fr": "écart décelable : le plus petit écart vrai que cette base montre avec une probabilité de 80 %.",
    },
    "base_rule": {
        "en": "A difference is called real from 10 answers on both sides.",
        "fr": "Un écart n’est dit réel qu’à partir de 10 réponses de chaque côté.",
    },
    "paired": {"en": "Only respondents who answered both times; n counts them.",
               "fr": "Seuls les répondants présents les deux fois ; n les compte."},
    "low_is_good": {"en": "Low is good in this score: lower is better.",
                    "fr": "Pour ce score, bas = bien : plus bas est meilleur."},
    "one_sided": {"en": "One-sided tests: each interval is open on its other side.",
                  "fr": "Tests unilatéraux : chaque intervalle est ouvert de l’autre côté."},
})  # fmt: skip

_ARROWS = {"rise": "▲", "fall": "▼", "stable": "=", "inconclusive": "≈"}


def p_text(p: float, lang: str = "en") -> str:
    """``0.012``, ``< 0.001``: never 0."""
    if math.isnan(p):
        return "–"
    return f"< {number(0.001, lang, digits=3)}" if p < 0.001 else number(p, lang, digits=3)


def verdict_text(found: Comparison, i: int, lang: str = "en") -> str:
    """The word for a row: rise and fall in time, higher and lower between groups."""
    word = found.verdict[i]
    if not found.in_time:
        word = {"rise": "higher", "fall": "lower", "stable": "equal"}.get(word, word)
    return f"{_ARROWS[found.verdict[i]]} {say(word, lang)}"


def versus_text(found: Comparison, i: int, lang: str = "en") -> str:
    """What a row is held against, as readers see it."""
    if found.test == "complement":
        return say("complement", lang)
    if found.test == "target":
        return say("target", lang, target=_value(found, found.other[i], lang))
    key = found.versus_keys[i]
    if found.in_time and found.freq is not None:
        return period(key[-1], found.freq, lang)
    return group_name(key[-1:] if found.in_time else key[:-1] if found.freq else key, lang)


def row_name(found: Comparison, i: int, lang: str = "en") -> str:
    """The compared group, with what it is held against where that differs by row."""
    name = group_name(found.keys[i], lang, freq=found.freq)
    return f"{name} – {versus_text(found, i, lang)}" if found.test == "columns" else name


def delta_text(found: Comparison, i: int, lang: str = "en") -> str:
    return number(found.delta[i], lang, digits=found.metric.digits, sign=True)


def family_text(size: int, correction: str | None, level: float, lang: str = "en") -> str:
    """How many tests were judged together, and what that promises."""
    share = percent(1 - level, lang)
    if size == 0:
        return say("untested", lang)
    if size == 1:
        return say("single", lang, share=share)
    expected = size * (1 - level)
    false = number(expected, lang, digits=1 if expected >= 1 else 2)
    return say(str(correction), lang, m=count(size, lang), share=share, false=false)


def explain_comparison(found: Comparison, lang: str, *, family: bool = True) -> str:
    """Real differences first, then what stays open and what it would take, then the family."""
    real = found.flagged
    out = [_real(found, i, lang) for i in real[:_SAID]]
    if len(real) > _SAID:
        more = len(real) - _SAID
        out.append(say("one_more_real", lang) if more == 1 else say("more_real", lang, k=count(more, lang)))
    if not real and len(found) > 1:
        out.append(say("none_real", lang, metric=found.metric.title(lang), k=len(found)))
    stable = [i for i, word in enumerate(found.verdict) if word == "stable"]
    if stable:
        margin = number(found.margin, lang, digits=found.metric.digits)
        out.append(say("stable_rows", lang, margin=margin, names=_names(found, stable, lang)))
    still = [i for i, word in enumerate(found.verdict) if word == "inconclusive"]
    if len(still) == 1 or (still and len(found) <= 3):
        out += [_open(found, i, lang) for i in still]
    elif still:
        seen = [found.detectable[i] for i in still if _on_scale(found, found.detectable[i])]
        if seen:
            low, high = (number(x, lang, digits=found.metric.digits) for x in (min(seen), max(seen)))
            out.append(say("opens", lang, k=count(len(still), lang), low=low, high=high))
    if found.metric.better == "lower" and (found.flagged or stable):
        out.append(say("low_is_good", lang))
    if family:
        out.append(family_text(found.family_size, found.correction, found.level, lang))
    return " ".join(out)


def comparison_grid(found: Comparison, lang: str) -> Grid:
    letters = found.letters if found.freq is None else {}
    return _letter_grid(found, letters, lang) if letters else _row_grid(found, lang)


def _row_grid(found: Comparison, lang: str) -> Grid:
    rows = []
    order = list(range(len(found)))
    if len(order) > MOST_ROWS:  # what is real is not lost below the fold
        real_first = set(found.flagged)
        order = [*found.flagged, *(i for i in order if i not in real_first)][:MOST_ROWS]
    for i in order:
        real = found.verdict[i] in ("rise", "fall")
        colour = (HIGHER if found.delta[i] > 0 else LOWER) if real else GREY
        span = interval(found.delta_low[i], found.delta_high[i], lang, digits=found.metric.digits)
        rows.append((
            Cell(group_name(found.keys[i], lang, freq=found.freq), "head"),
            Cell(_value(found, found.estimate[i], lang)),
            Cell(count(found.n[i], lang)),
            Cell(f"{versus_text(found, i, lang)} {_value(found, found.other[i], lang)}" if found.test != "target"
                 else versus_text(found, i, lang), "left"),
            Cell(f"{delta_text(found, i, lang)} {span}", strong=real, pale=not real, unbroken=True),
            Cell(p_text(found.p_adjusted[i], lang), pale=not real),
            Cell(verdict_text(found, i, lang), "left", colour=colour, strong=real, pale=not real, unbroken=True),
            Cell(_least(found, i, lang), pale=True),
        ))  # fmt: skip
    heads = (
        " · ".join(phrase("period", lang) if name == "period" and found.freq else name for name in found.by)
        or say("group", lang), found.metric.title(lang), phrase("n", lang), say("versus", lang),
        say("delta", lang), say("p" if _chance(found) == "chance" else "chance_alone", lang), say("word", lang), say("least", lang),
    )  # fmt: skip
    caption = say("caption", lang, metric=found.metric.title(lang), level=percent(found.level, lang))
    notes = _notes(found, lang, say("could_show", lang))
    return Grid(caption, heads, tuple(rows), notes, more=len(found) - len(rows))


def _least(found: Comparison, i: int, lang: str) -> str:
    """The smallest difference that could have been seen; nothing where one was, a dash where none could be."""
    if found.verdict[i] in ("rise", "fall"):
        return ""
    seen = found.detectable[i]
    return number(seen if _on_scale(found, seen) else None, lang, digits=found.metric.digits)


def _letter_grid(found: Comparison, letters: dict[tuple[object, ...], tuple[str, str]], lang: str) -> Grid:
    known = {key: (found.estimate[i], found.n[i]) for i, key in enumerate(found.keys)}
    known |= {key: (found.other[i], found.other_n[i]) for i, key in enumerate(found.versus_keys)}
    rows = tuple(
        (
            Cell(f"{letter}  {group_name(key, lang)}", "head"),
            Cell(_value(found, known[key][0], lang)),
            Cell(count(known[key][1], lang)),
            Cell(above or "–", "left", strong=bool(above), pale=not above),
        )
        for key, (letter, above) in letters.items()
    )
    heads = (" · ".join(found.by), found.metric.title(lang), phrase("n", lang), say("higher_than", lang))
    caption = say("letters_caption", lang, metric=found.metric.title(lang))
    return Grid(caption, heads, rows, _notes(found, lang, say("capital", lang)))


def _notes(found: Comparison, lang: str, *more: str) -> tuple[str, ...]:
    notes = [phrase("method", lang), family_text(found.family_size, found.correction, found.level, lang), *more]
    notes.append(say("base_rule", lang))
    notes += [say("low_is_good", lang)] * (found.metric.better == "lower")
    notes += [say("paired", lang)] * found.paired + [say("one_sided", lang)] * (found.side != "two-sided")
    return (*notes, *(r.text(lang) for r in found.remarks))


def _value(found: Comparison, x: float, lang: str) -> str:
    signed = found.metric.bounds is not None and found.metric.bounds[0] < 0
    return with_unit(x, found.metric.unit, lang, digits=found.metric.digits, sign=signed)


def _parts(found: Comparison, i: int, lang: str) -> dict[str, str]:
    parts = {
        "name": group_name(found.keys[i], lang, freq=found.freq) if found.keys[i] else found.metric.title(lang),
        "estimate": _value(found, found.estimate[i], lang),
        "other": _value(found, found.other[i], lang),
        "versus": versus_text(found, i, lang),
        "delta": delta_text(found, i, lang),
        "interval": interval(found.delta_low[i], found.delta_high[i], lang, digits=found.metric.digits),
    }
    return parts | {"against": say("against_target" if found.test == "target" else "against", lang, **parts)}


def _on_scale(found: Comparison, difference: float) -> bool:
    """Whether there is such a difference: no two scores differ by more than the scale is long."""
    bounds = found.metric.bounds
    return math.isfinite(difference) and (bounds is None or difference <= bounds[1] - bounds[0])


def _chance(found: Comparison) -> str:
    return "chance_alone" if found.correction is None or found.family_size == 1 else "chance"


def _real(found: Comparison, i: int, lang: str) -> str:
    word = verdict_text(found, i, lang).partition(" ")[2]
    chance = say(_chance(found), lang)
    return say("real", lang, **_parts(found, i, lang), word=word, chance=chance, p=p_text(found.p_adjusted[i], lang))


def _open(found: Comparison, i: int, lang: str) -> str:
    if not _on_scale(found, found.detectable[i]):
        return say("one_blind", lang, **_parts(found, i, lang))
    least = number(found.detectable[i], lang, digits=found.metric.digits)
    said = say("one_open", lang, **_parts(found, i, lang), least=least)
    if not math.isfinite(found.more_answers[i]):
        return said + say("full_stop", lang)
    return said + say("settle", lang, more=count(_rounded(found.more_answers[i]), lang))


def _rounded(x: float) -> int:
    """Two leading digits: a forecast of a base has no more."""
    size = 10 ** max(0, int(math.log10(max(x, 1))) - 1)
    return int(math.ceil(x / size) * size)


def _names(found: Comparison, rows: list[int], lang: str) -> str:
    names = [row_name(found, i, lang) for i in rows[:8]]
    return ", ".join(names) + (", …" if len(rows) > 8 else "")
