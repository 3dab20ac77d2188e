"""Lists of named amounts: their frame, their plain values, their table."""

from __future__ import annotations

import json
import math

from cxkit.present.items import Item, items_frame, items_grid, items_list

ITEMS = (Item("npv", 1234.56, -10.0, 2500.0, "EUR"), Item("roi", 110.4, unit="%"))
NAMES = {"npv": "Net present value", "roi": "ROI <b>"}


def test_the_frame_has_the_columns_of_the_contract_unrounded() -> None:
    frame = items_frame(ITEMS)
    assert list(frame) == ["item", "estimate", "low", "high", "unit"]
    assert frame.loc[0].tolist() == ["npv", 1234.56, -10.0, 2500.0, "EUR"]
    assert math.isnan(frame.loc[1, "low"])


def test_the_values_are_json() -> None:
    assert json.loads(json.dumps(items_list(ITEMS)))[1] == {
        "item": "roi", "estimate": 110.4, "low": None, "high": None, "unit": "%",
    }  # fmt: skip


def test_the_table_in_french_escapes_names() -> None:
    grid = items_grid("Valeur", ITEMS, NAMES.__getitem__, "fr", notes=["une note"])
    assert [cell.text for cell in grid.rows[0]] == [
        "Net present value",
        "1\u202f235\u00a0€",
        "[−10 ; 2\u202f500]\u00a0€",
    ]
    assert grid.rows[1][2].text == ""
    assert "ROI &lt;b&gt;" in grid.html("fr")
    assert grid.notes == ("Méthode", "une note")


def test_no_interval_column_where_nothing_has_one() -> None:
    grid = items_grid("ROI", ITEMS[1:], NAMES.__getitem__)
    assert len(grid.heads) == 2
    assert len(grid.rows[0]) == 2
