"""The rows of comparisons.R, made again by the same whole-number patterns, its numbers, and how near they must be."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

__all__ = ["GROUPS", "PAIRS", "VALUES", "group_of", "near", "panel", "reference", "visits"]

#: Group -> its segment and period; None is any.
GROUPS: dict[str, tuple[str | None, int | None]] = {
    "all": (None, None),
    "A": ("A", None),
    "B": ("B", None),
    "C": ("C", None),
    "1": (None, 1),
    "2": (None, 2),
    **{f"{s}{t}": (s, t) for t in (1, 2) for s in "ABC"},
}

#: Difference -> the group that comes first, the one taken off.
PAIRS = {
    "A-B": ("A", "B"),
    "A-C": ("A", "C"),
    "B-C": ("B", "C"),
    "A-rest": ("A", "rest"),
    "B-rest": ("B", "rest"),
    "C-rest": ("C", "rest"),
    "2-1": ("2", "1"),
}

#: Metric -> what an answer counts.
VALUES = {
    "nps": lambda d: 100.0 * (d["nps"] >= 9) - 100.0 * (d["nps"] <= 6),
    "csat": lambda d: d["csat"].astype(float),
    "t2b": lambda d: 100.0 * (d["csat"] >= 4),
    "ces": lambda d: d["ces"],
}


def reference() -> dict[str, Any]:
    """What R wrote: section -> entry -> numbers."""
    return json.loads(Path(__file__).with_name("comparisons.json").read_text(encoding="utf-8"))


def near(number: float) -> object:
    """The number of R, of which all but the last digits must be ours."""
    return pytest.approx(number, rel=1e-9, abs=1e-9)


def visits() -> pd.DataFrame:
    """240 answers of 49 accounts: ``i, account, period, segment, w, nps, csat, ces, date, month``.

    An account answers several times, in both periods and in several segments. ``date`` lies in
    January 2024 for period 1 and in February for period 2.
    """
    i = np.arange(240)
    account = (i + (i * i) // 7) % 53
    mood = (account * 7) % 9
    period = i // 120 + 1
    code = (i * 5 + i // 9 + account // 10) % 7
    segment = np.where(code < 3, "A", np.where(code < 5, "B", "C"))
    shift = np.where(segment == "B", 2, 0) + (period - 1)
    ces = np.clip((mood * 2) // 3 + (i * 4 + i // 6) % 4, 1, 7).astype(float)
    ces[i % 19 == 7] = np.nan
    return pd.DataFrame(
        {
            "i": i,
            "account": account,
            "period": period,
            "segment": segment,
            "w": (4 + (i * 13 + i // 5) % 17) / 10,
            "nps": np.clip(mood + (i * 5 + i // 4) % 6 - 1 + shift, 0, 10),
            "csat": np.clip((mood + shift) // 2 + (i * 3 + i // 11) % 3, 1, 5),
            "ces": ces,
            "date": [dt.datetime(2024, t, 1 + k % 28) for k, t in enumerate(period.tolist())],
        }
    )


def panel() -> pd.DataFrame:
    """64 people in two rows each: ``id, period, nps, csat, date``."""
    who = np.arange(64)
    mood = (who * 11) % 10
    before = np.clip(mood + (who * 3) % 4 - 1, 0, 10)
    after = np.clip(before + (who * 7 + who // 8) % 5 - 1, 0, 10)
    parts = [
        pd.DataFrame({
            "id": who, "period": t, "nps": nps, "csat": np.clip(csat // 2, 1, 5),
            "date": [dt.datetime(2024, t, 1 + k % 28) for k in who.tolist()],
        })
        for t, nps, csat in ((1, before, before), (2, after, after + 1))
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def group_of(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows of a group of ``GROUPS``."""
    segment, period = GROUPS[name]
    keep = pd.Series(True, index=rows.index)
    if segment is not None:
        keep &= rows["segment"] == segment
    if period is not None:
        keep &= rows["period"] == period
    return rows[keep]
