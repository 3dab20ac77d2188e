"""The rows of survival.R, made again by the same whole-number patterns, and its numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["customers", "intervals", "periods", "reference"]


def reference() -> dict[str, Any]:
    """What R wrote."""
    return json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))


def customers() -> pd.DataFrame:
    """240 customers: ``i, score, plan, spend, stop, event, cause, start``; ``cause`` is 0 for who stayed."""
    i = np.arange(240)
    score = (i * 7 + i // 11) % 11
    stop = 3 + (i * 37 + (i * i) // 5) % 29 + (score * 2) // 3
    event = (i * 13 + i // 4) % 7 < 5 - score // 4
    return pd.DataFrame(
        {
            "i": i,
            "score": score,
            "plan": (i * 5 + i // 7) % 3,
            "spend": (10 + (i * 23 + i // 3) % 41) / 10,
            "stop": stop,
            "event": event.astype(int),
            "cause": np.where(event, 1 + (i * 11 + i // 6) % 3, 0),
            "start": np.clip((i * 3) % 8 - 3, 0, stop - 1),
        }
    )


def intervals() -> pd.DataFrame:
    """A row for each answer, which holds until the next: ``i, plan, spend, start, stop, event, score``."""
    out = []
    for r in customers().itertuples(index=False):
        cuts = [c for c in (r.start + k * (3 + r.i % 5) for k in (1, 2, 3)) if c < r.stop]
        begins, ends = [r.start, *cuts], [*cuts, r.stop]
        last = len(ends) - 1
        out += [
            (r.i, r.plan, r.spend, b, e, r.event if m == last else 0, (r.score + 4 * m) % 11)
            for m, (b, e) in enumerate(zip(begins, ends, strict=True))
        ]
    return pd.DataFrame(out, columns=["i", "plan", "spend", "start", "stop", "event", "score"])


def periods() -> pd.DataFrame:
    """A row for each period of 5 that was seen to its end, or in which the customer left: ``i, period, gone ...``."""
    out = []
    for r in customers().itertuples(index=False):
        last = -(-r.stop // 5)
        kept = last if r.event else r.stop // 5
        out += [(r.i, k, r.score, r.spend, int(r.event and k == last)) for k in range(1, kept + 1)]
    return pd.DataFrame(out, columns=["i", "period", "score", "spend", "gone"])
