"""The figures behind a lifetime value in sentences and as a table, French and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxkit.present.grid import Cell, Grid
from cxkit.present.money import amount_interval, money
from cxkit.present.numbers import check_lang, count, number, with_unit
from cxkit.present.phrasebook import Phrases
from cxkit.value.lifetimes.itemised import group_title

if TYPE_CHECKING:
    from cxkit.value.lifetimes.assumed import Assumptions, AssumptionsTable
    from cxkit.value.lifetimes.ranges import Figure

__all__ = ["SAID", "assumed_grid", "assumed_sentences", "say"]

_SHARES = ("retention", "churn", "discount", "margin_rate")

#: Groups that sentences name.
SAID = 6

say = Phrases(
    {
        "assumed": {"en": "Assumed: {figures}.", "fr": "Hypothèses : {figures}."},
        "observed": {"en": "Measured{group}: {figures}.", "fr": "Mesuré{group} : {figures}."},
        "customers": {"en": "{n} customers", "fr": "{n} clients"},
        "years": {"en": "years", "fr": "ans"},
        "quarters": {"en": "quarters", "fr": "trimestres"},
        "months": {"en": "months", "fr": "mois"},
        "per_year": {"en": "a year", "fr": "par an"},
        "per_quarter": {"en": "a quarter", "fr": "par trimestre"},
        "per_month": {"en": "a month", "fr": "par mois"},
        "margin": {"en": "margin", "fr": "marge"},
        "margin_rate": {"en": "margin rate", "fr": "taux de marge"},
        "retention": {"en": "retention", "fr": "rétention"},
        "churn": {"en": "churn", "fr": "attrition"},
        "discount": {"en": "discount", "fr": "taux d’actualisation"},
        "lifespan": {"en": "lifespan", "fr": "durée de la relation"},
        "acquisition_cost": {"en": "acquisition", "fr": "acquisition"},
        "retention_cost": {"en": "cost of retention", "fr": "coût de fidélisation"},
        "caption": {"en": "What the lifetime value rests on", "fr": "Ce sur quoi repose la valeur vie client"},
        "figure": {"en": "Figure", "fr": "Grandeur"},
        "value": {"en": "Value", "fr": "Valeur"},
        "span": {"en": "Range or interval", "fr": "Fourchette ou intervalle"},
        "source": {"en": "Source", "fr": "Source"},
        "is_assumed": {"en": "said", "fr": "indiqué"},
        "is_observed": {"en": "measured (n = {n})", "fr": "mesuré (n = {n})"},
    }
)


def assumed_sentences(table: AssumptionsTable, lang: str) -> list[str]:
    """What was said, and what was measured in each group."""
    check_lang(lang)
    out = []
    assumed = [_figure(f, table, lang) for f in table[0].figures if f.source == "assumed"]
    if assumed:
        out.append(say("assumed", lang, figures=", ".join(assumed)))
    for part in table.parts[:SAID]:
        measured = [_figure(f, table, lang) for f in part.figures if f.source == "observed"]
        if measured:
            out.append(say("observed", lang, group=_of(part, lang), figures=", ".join(measured)))
    return out


def assumed_grid(table: AssumptionsTable, lang: str) -> Grid:
    """A row a figure: its value, its range, and where it comes from."""
    check_lang(lang)
    rows = []
    for part in table:
        for place, f in enumerate(part.figures):
            held = f.shape != "fixed"
            span = _ends(f, table, lang) if held else ""
            row = [
                Cell(say(f.name, lang), "head"),
                Cell(f"{_shown(f, f.value, table, lang)}{_per(f, table, lang)}", unbroken=True),
                Cell(span, pale=True, unbroken=True),
                Cell(say(f"is_{f.source}", lang, n=count(f.n, lang))),
            ]
            if table.by:
                row.insert(0, Cell(group_title(part.key, lang) if not place else "", "head", strong=True))
            rows.append(tuple(row))
    heads = [
        *([" · ".join(table.by)] if table.by else []),
        *(say(k, lang) for k in ("figure", "value", "span", "source")),
    ]
    return Grid(say("caption", lang), tuple(heads), tuple(rows))


def _of(part: Assumptions, lang: str) -> str:
    n = count(max(f.n for f in part.figures), lang)
    return f" ({group_title(part.key, lang)}, n = {n})" if part.key else f" ({say('customers', lang, n=n)})"


def _figure(figure: Figure, table: AssumptionsTable, lang: str) -> str:
    text = _shown(figure, figure.value, table, lang)
    if figure.shape != "fixed":
        text = f"{text} {_ends(figure, table, lang)}"
    return f"{say(figure.name, lang)} {text}{_per(figure, table, lang)}"


def _ends(figure: Figure, table: AssumptionsTable, lang: str) -> str:
    if figure.name in _SHARES:
        return amount_interval(100 * figure.low, 100 * figure.high, "%", lang)
    unit = f"{table.period}s" if figure.name == "lifespan" else table.currency
    return amount_interval(figure.low, figure.high, unit, lang)


def _shown(figure: Figure, x: float, table: AssumptionsTable, lang: str) -> str:
    if figure.name in _SHARES:
        return with_unit(100 * x, "%", lang)
    if figure.name == "lifespan":
        return f"{number(x, lang)} {say(f'{table.period}s', lang)}"
    return money(x, table.currency, lang)


def _per(figure: Figure, table: AssumptionsTable, lang: str) -> str:
    if figure.name in ("margin", "retention_cost"):
        return " " + say(f"per_{table.margin_period}", lang)
    if figure.name in ("retention", "churn"):
        return " " + say(f"per_{table.churn_period}", lang)
    return " " + say("per_year", lang) if figure.name == "discount" else ""
