"""The table of agreement with R: every number of ``tests/reference`` that a public call gives, called and compared."""

from __future__ import annotations

import importlib.util
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

__all__ = ["CLOSE", "agreement"]

TESTS = Path(__file__).resolve().parents[1] / "tests"
#: Largest difference that counts as agreement: relative, or absolute below 1.
CLOSE = 1e-8  # the table says so

Pairs = Iterator[tuple[float, float]]
METRICS = ("nps", "csat", "t2b", "ces")
HELD = {"columns": "A-B A-C B-C", "complement": "A-rest B-rest C-rest", "previous": "2-1"}


def agreement() -> list[tuple[str, str, int, str]]:
    """What, R's function, numbers compared, and how far apart they are at most."""
    rows = _rows()
    R = rows.reference()
    cases: list[tuple[str, str, Callable[[], Pairs]]] = [
        ("means, t intervals", "`t.test`", lambda: _means(rows, R["unweighted"], "t_")),
        ("weighted means", "`svymean`, `svyby`", lambda: _means(rows, R["weights_only"], "domain_t_", weight="w")),
        (
            "weighted means, accounts as clusters",
            "`svymean`, `svyby`",
            lambda: _means(rows, R["clustered_weighted_means"], "domain_t_", weight="w", cluster="account"),
        ),
        ("differences of means", "`t.test` (Welch)", lambda: _differences(rows, R["welch"])),
        (
            "weighted differences",
            "`svycontrast`",
            lambda: _differences(rows, R["weights_only_difference"], "t_", "p_t", weight="w"),
        ),
        (
            "differences, accounts as clusters",
            "`svycontrast`",
            lambda: _differences(
                rows, R["clustered_weighted_differences"], "domain_t_", "domain_p_t", weight="w", cluster="account"
            ),
        ),
        ("Benjamini-Hochberg, Holm, Bonferroni", "`p.adjust`", lambda: _corrected(R["p_adjust"])),
        ("raking and post-stratification", "`rake`, `postStratify`, `calibrate`", _weights),
    ]
    out = []
    for what, function, numbers in cases:
        apart = [abs(a - b) / max(1.0, abs(b)) for a, b in numbers()]
        if not apart or max(apart) > CLOSE or any(map(math.isnan, apart)):
            raise SystemExit(f"{what}: {max(apart, default=math.nan):.1e} from R")
        out.append((what, function, len(apart), "under 10⁻⁸"))
    return out


def _rows() -> Any:
    spec = importlib.util.spec_from_file_location("reference_rows", TESTS / "reference" / "rows.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _study(rows: Any, **roles: str) -> Any:
    import cxkit as cx

    said = {"nps": "nps", "csat": "csat", "ces": "ces", "date": "date", "by": ["segment", "period"]}
    return cx.Study(rows.visits(), **said, **roles, guess=False)


def _means(rows: Any, said: Any, ends: str, **roles: str) -> Pairs:
    s = _study(rows, **roles)
    for metric in METRICS:
        for by in ([], ["segment"], ["period"], ["segment", "period"]):
            if metric == "nps":
                scores = s.nps(by=by or None, method="t")
            elif metric == "t2b":
                scores = s.box("csat", boxes=(4, 5), by=by or None, method="t")
            else:
                scores = s.mean(metric, by=by or None, method="t")
            for row in scores.to_frame().to_dict("records"):
                found = said[f"{metric}|{''.join(str(row[name]) for name in by) or 'all'}"]
                yield row["estimate"], found["mean"]
                yield row["low"], found[f"{ends}low"]
                yield row["high"], found[f"{ends}high"]


def _differences(rows: Any, said: Any, ends: str = "", p: str = "p", **roles: str) -> Pairs:
    from cxkit.metrics.builtin import mean_metric

    s = _study(rows, **roles)
    named = {"nps": "nps", "csat": mean_metric(on="csat", scale=(1, 5)), "t2b": "csat", "ces": "ces"}
    for metric in METRICS:
        for test, pairs in HELD.items():
            how = {"freq": "M"} if test == "previous" else {"by": "segment"}
            frame = s.compare(named[metric], test=test, method="t", **how).to_frame().to_dict("records")
            for row, pair in zip(frame, pairs.split(), strict=True):
                found = said[f"{metric}|{pair}"]
                yield row["delta"], found["delta"]
                yield row["delta_low"], found[f"{ends}low"]
                yield row["delta_high"], found[f"{ends}high"]
                yield row["p"], found[p]


def _corrected(said: Any) -> Pairs:
    import numpy as np

    from cxkit.stats.multiplicity import adjusted

    for correction in ("bh", "holm", "bonferroni"):
        yield from zip(adjusted(np.array(said["p"], float), correction).tolist(), said[correction], strict=True)


def _weights() -> Pairs:
    import pandas as pd

    import cxkit as cx

    R = json.loads((TESTS / "weighting" / "reference" / "raking.json").read_text(encoding="utf-8"))
    frame = pd.DataFrame(R["data"])
    s = cx.Study(frame, weight="d", guess=False)
    cells = R["cells"]
    shares = dict(zip(zip(cells["region"], cells["size"], strict=True), cells["share"], strict=True))
    done = {
        "rake": s.rake(R["shares"]),
        "rake_equal": cx.rake(frame, R["shares"]),
        "post": s.post_stratify(shares, by=["region", "size"]),
        "truncated": s.rake(R["shares"], trim=(0.1, 3)),
    }
    for name, found in done.items():
        yield from zip(found.study[found.column].tolist(), R[name]["w"], strict=True)
