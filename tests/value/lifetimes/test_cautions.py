"""Every caution that the code can give is said in both languages."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

import cxkit.value.lifetimes as folder
from cxkit.value.lifetimes.cautions import _SAY, Euros, Share, caution

FOLDER = Path(folder.__file__).parent
CODES = sorted(
    {
        code
        for path in FOLDER.glob("*.py")
        for code in re.findall(r"caution\(\s*\"([a-z_]+)\"", path.read_text(encoding="utf-8"))
    }
    | {
        "undated",
        "unpriced",
        "no_since",
        "backwards",
        "future",
        "alike",
        "alike_in",
        "tied_recency",
        "tied_frequency",
        "extrapolated_weeks",
        "extrapolated_days",
    }
)
VALUES = {
    "n": 12, "of": 345, "orders": 7, "end": dt.date(2026, 1, 5), "split": dt.date(2026, 1, 5), "sum": Euros(-1234.5, "EUR"),
    "share": Share(0.123), "names": "A, B", "r": 0.31, "q": 0.9, "alpha": 0.67, "small": 30, "ahead": 52, "seen": 20,
    "unit": "weeks", "score": "NPS",
}  # fmt: skip


@pytest.mark.parametrize("code", CODES)
def test_a_caution_is_said_in_both_languages(code):
    assert code in _SAY
    one = caution(code, **VALUES)
    texts = [one.text(lang) for lang in ("en", "fr")]
    assert texts[0] != texts[1]
    assert all(text.endswith(".") and "{" not in text for text in texts)
    assert one.to_dict()["code"] == code


def test_codes_were_found():
    assert len(CODES) > 20
