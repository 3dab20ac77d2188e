"""Amounts as English and French readers write them."""

from __future__ import annotations

import math

import pytest

from cxkit.errors import OptionError
from cxkit.present.money import amount, amount_interval, check_currency, money, short_money


@pytest.mark.parametrize(
    ("x", "currency", "lang", "said"),
    [
        (1234.5, "EUR", "en", "€1,235"),
        (-1234.5, "EUR", "fr", "−1\u202f235\u00a0€"),
        (99.994, "USD", "en", "$99.99"),
        (99.995, "USD", "en", "$100"),
        (12, "CHF", "fr", "12,00\u00a0CHF"),
        (12, "CHF", "en", "CHF\u00a012.00"),
        (0, "GBP", "en", "£0"),
        (-0.001, "EUR", "en", "€0.00"),
        (math.nan, "EUR", "en", "–"),
        (math.inf, "EUR", "en", "–"),
        (None, "EUR", "fr", "–"),
    ],
)
def test_money_in_both_languages(x: float | None, currency: str, lang: str, said: str) -> None:
    assert money(x, currency, lang) == said


@pytest.mark.parametrize(
    ("x", "lang", "said"),
    [
        (1_234_567, "en", "€1.23M"),
        (1_234_567, "fr", "1,23\u00a0M€"),
        (-45_600, "en", "−€45.6k"),
        (2.5e9, "fr", "2,50\u00a0Md€"),
        (999_600, "en", "€1.00M"),
        (999, "en", "€999"),
        (9_996, "en", "€10.0k"),
        (12.5, "en", "€12.50"),
    ],
)
def test_short_money_has_three_figures(x: float, lang: str, said: str) -> None:
    assert short_money(x, "EUR", lang) == said


def test_a_gain_shows_its_plus_and_nothing_has_no_sign() -> None:
    assert money(250, "EUR", sign=True) == "+€250"
    assert money(0, "EUR", sign=True) == "€0"
    assert short_money(45_600, "CHF", "fr", sign=True) == "+45,6\u00a0k\u00a0CHF"


@pytest.mark.parametrize(
    ("unit", "lang", "said"),
    [
        ("", "en", "5.72"),
        ("%", "fr", "5,7\u00a0%"),
        ("months", "fr", "5,7\u00a0mois"),
        ("points", "en", "5.7 points"),
        ("customers", "fr", "6\u00a0clients"),
        ("EUR", "en", "€5.72"),
        ("furlongs", "en", "5.7 furlongs"),
    ],
)
def test_an_amount_of_any_unit(unit: str, lang: str, said: str) -> None:
    assert amount(5.72, unit, lang) == said


def test_an_interval_says_its_unit_once_where_it_stands_behind() -> None:
    assert amount_interval(1000, 2000, "EUR", "fr") == "[1\u202f000 ; 2\u202f000]\u00a0€"
    assert amount_interval(1000, 2000, "EUR") == "[€1,000 ; €2,000]"
    assert amount_interval(-1, 250, "EUR") == "[−€1 ; €250]"  # both ends with the decimals of the wider one
    assert amount_interval(1.24, 3.4, "months") == "[1.2 ; 3.4] months"
    assert amount_interval(1.24, 3.4, "%", "fr") == "[1,2 ; 3,4]\u00a0%"
    assert amount_interval(math.nan, 3.4, "") == "[– ; 3.40]"


@pytest.mark.parametrize("code", ["euro", "E", "", "€", None, 3, "EÜR"])
def test_what_is_no_currency_is_refused(code: object) -> None:
    with pytest.raises(OptionError, match="no currency"):
        check_currency(code)  # type: ignore[arg-type]


def test_a_currency_is_said_in_any_case() -> None:
    assert check_currency(" chf ") == "CHF"
