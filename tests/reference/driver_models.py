"""The rows of driver_models.R, made again by the same whole-number patterns, and its numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["TERMS", "answers", "reference"]

TERMS = ("wait", "price", "staff")


def reference() -> dict[str, Any]:
    """What R wrote."""
    return json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))


def answers() -> pd.DataFrame:
    """600 answers of 75 accounts: ``i, account, wait, price, staff, score, visits, late, spend, w``."""
    i = np.arange(600)
    account = i // 8
    mood = (account * 7) % 5
    wait = np.clip((mood + (i * 3) % 7) // 2 + 1, 1, 5)
    price = np.clip((mood + (i * 5 + i // 11) % 6) // 2 + 1, 1, 5)
    staff = 1 + (i * 7 + i // 13) % 5
    noise = (i * 37 + (i * i) // 3) % 11
    return pd.DataFrame(
        {
            "i": i,
            "account": account,
            "wait": wait,
            "price": price,
            "staff": staff,
            "score": np.clip((2 * wait + price + staff + noise) // 2 - 3, 0, 10),
            "visits": np.clip((wait * wait + ((i * 29 + i // 7) % 13) ** 2 - price) // 8, 0, 30),
            "late": (wait + staff + (i * 17 + i // 5) % 9 < 9).astype(float),
            "spend": (10 + 3 * wait + price + (i * 23 + i // 3) % 41) / 2,
            "w": (4 + (i * 13 + i // 5) % 17) / 10,
        }
    )
