"""The built-in sample: a synthetic survey with its operational tables, and what is true in it.

``demo:`` is the survey (one row an answer), ``demo:customers`` and ``demo:orders`` are what a
CRM and a shop would export, keyed by the same customer id. Nobody in it exists: all is drawn
from a seeded generator, the same rows for the same ``n`` and ``seed`` everywhere, whatever the
day. Columns and labels are English or French; the figures do not depend on the language.

Known effects are planted in the data, so that an analysis can be checked against them:
:func:`demo_truth` lists them, and ``story`` holds the constants. Exact figures of the story
are for a few hundred answers at least; a handful of rows is drawn all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from cxkit.errors import OptionError, UnknownNameError, did_you_mean
from cxkit.sources.declare import source
from cxkit.sources.demo.facts import DemoTruth, demo_truth
from cxkit.sources.demo.words import COLUMNS, TABLES, Lang, whole_number
from cxkit.sources.reading import Note, Reading

__all__ = ["DemoTruth", "demo_links", "demo_roles", "demo_truth", "read_demo"]


@source("demo", schemes=("demo",))
def read_demo(uri: str, *, lang: Literal["en", "fr"] = "en", n: int = 6000, seed: int = 2026) -> Reading:
    """A synthetic survey with its customers and orders: ``demo:``, ``demo:customers``, ``demo:orders``.

    Parameters
    ----------
    uri : str
        ``demo:`` (or ``demo:survey``), ``demo:customers`` or ``demo:orders``.
    lang : {"en", "fr"}
        Language of the columns, labels and comments; the figures are the same.
    n : int
        Answers in the survey. The other tables follow from it.
    seed : int
        Which random draw. Tables fit together when they have the same ``n`` and ``seed``.

    Returns
    -------
    Reading
        A pandas frame; the note ``synthetic`` says that nobody in it exists.

    Examples
    --------
    >>> read_demo("demo:", n=600).frame.shape
    (600, 18)
    >>> list(read_demo("demo:orders", lang="fr", n=600).frame)
    ['Client', 'Date', 'Montant', 'Marge']
    """
    table = uri.partition(":")[2].strip("/") or "survey"
    if table not in TABLES:
        raise UnknownNameError(f"the demo data has no table {table!r}", hint=did_you_mean(table, TABLES, what="Tables"))
    n, seed = whole_number("n", n, least=1), whole_number("seed", seed, least=0)
    _check_lang(lang)

    # Here, not above: the frames pull in numpy and pandas.
    from cxkit.sources.demo.tables import FRAMES

    return Reading(
        frame=FRAMES[table](n, seed, lang),
        uri=uri,
        source="demo",
        options=MappingProxyType({"lang": lang, "n": n, "seed": seed}),
        notes=(Note("synthetic", "synthetic data: drawn at random with planted effects, nobody exists"),),
    )


def demo_roles(lang: Lang = "en") -> dict[str, object]:
    """The roles of the demo survey's columns, for ``cx.Study(frame, **demo_roles(lang))``.

    >>> demo_roles("fr")["nps"]
    'Note NPS'
    """
    _check_lang(lang)
    names = COLUMNS[lang]["survey"]
    roles: dict[str, object] = {"id": names["respondent"]}
    same = ("date", "nps", "csat", "ces", "weight", "comment", "touchpoint", "stage", "channel")
    roles.update({role: names[role] for role in same})
    return {**roles, "by": [names["segment"], names["channel"]], "drivers": "sat_*"}


def demo_links(options: Mapping[str, Any]) -> tuple[tuple[Reading, dict[str, Any]], ...]:
    """The tables of the demo study's customers and orders, and how each is linked to its survey.

    Parameters
    ----------
    options : mapping
        Those with which the survey was read.

    Returns
    -------
    tuple of (Reading, dict)
        What :func:`cxkit.link` takes after the study.
    """
    names = COLUMNS[options.get("lang", "en")]
    on = {names["survey"]["respondent"]: names["customers"]["customer"]}
    customers = {"left": "churn_date", "reason": "churn_reason"}
    same = ("since", "churned", "contacts", "support_cost", "referrals")
    joined: dict[str, dict[str, str]] = {
        "customers": {**{role: role for role in same}, **customers},
        "orders": {"revenue": "amount", "margin": "margin"},
    }
    return tuple(
        (read_demo.read(f"demo:{table}", **options), {"on": on, **{role: names[table][c] for role, c in said.items()}})
        for table, said in joined.items()
    )


def _check_lang(lang: str) -> None:
    if lang not in tuple(COLUMNS):
        raise OptionError(f"the demo data has no language {lang!r}", hint=did_you_mean(lang, COLUMNS, what="Languages"))
