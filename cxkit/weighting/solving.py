"""From targets to weights: count the combinations, rake them, give every row its weight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from cxkit.errors import OptionError
from cxkit.stats.raking import rake
from cxkit.study import Study
from cxkit.weighting.margins import MarginRow
from cxkit.weighting.rows import Floats, Patterns, count_patterns, free_name, with_weight
from cxkit.weighting.targets import Target, column_text, held_against, shown
from cxkit.weighting.weighted import Weighted

__all__ = ["Bounds", "bounds_of", "fitted", "held_rows", "sizes"]

Bounds = tuple[float | None, float | None]


def fitted(
    method: str,
    study: Study,
    design: str | None,
    targets: tuple[Target, ...],
    trim: Bounds | None,
    tol: float,
    max_iter: int,
) -> Weighted[Study]:
    """The weights that meet the targets, on the study."""
    if not 0 < tol < 0.01:
        raise OptionError(f"tol= is {tol!r}", hint="a share such as 1e-10")
    if not isinstance(max_iter, int) or max_iter < 1:
        raise OptionError(f"max_iter= is {max_iter!r}", hint="a whole number such as 1000")
    within = None if trim is None else bounds_of(trim)
    columns = tuple(dict.fromkeys(column for target in targets for column in target.columns))
    if design is not None and design in columns:
        raise OptionError(f"{design!r} is the design weight and a target", hint="take one of them away")
    patterns = count_patterns(study, columns, design, apart=within is not None)
    margins = [_codes(study, target, patterns, columns) for target in targets]
    total = float(patterns.n.sum())
    scale = total / float(patterns.w.sum())
    raked = rake(
        patterns.w * scale, margins, [np.array(t.share) * total for t in targets],
        n=patterns.n, bounds=within, tol=tol, max_iter=max_iter,
    )  # fmt: skip
    if not raked.converged and within is None:
        _refuse(study, targets, margins, raked.worst, raked.gap, raked.iterations, raked.w / total)
    factor = np.ones(len(patterns.n))
    for codes, values in zip(margins, raked.factors, strict=True):
        factor = factor * values[codes]
    # Without bounds the rows of a cell may have different design weights, and the squares know it.
    w2 = patterns.w2 * (scale * factor) ** 2 if within is None else raked.w**2 / patterns.n
    trimmed = 0 if within is None else held_rows(patterns.w / patterns.n * scale * factor, patterns.n, within)
    name = free_name(study.columns)
    factors = [(t.columns, t.keys, v.tolist()) for t, v in zip(targets, raked.factors, strict=True)]
    new, low, high = with_weight(study, name, design=design, scale=scale, factors=factors, bounds=within)
    return Weighted(
        method, new, name, _rows(study, targets, margins, patterns, raked.w), *sizes(patterns, raked.w, w2),
        low, high, raked.iterations, 100 * raked.gap, raked.converged, trimmed, within, design or "",
        patterns.left_out,
    )  # fmt: skip


def bounds_of(trim: Any) -> tuple[float, float]:
    """Bounds as numbers: 0 and infinity for None."""
    try:
        low, high = trim
        low, high = 0.0 if low is None else float(low), float("inf") if high is None else float(high)
    except (TypeError, ValueError):
        low = high = float("nan")
    if not 0 <= low < 1 < high:
        raise OptionError(
            f"{trim!r} are no bounds of weights whose mean is 1",
            hint="multiples of the mean, one below 1 and one above: trim=(0.3, 3)",
        )
    return low, high


def _codes(study: Study, target: Target, patterns: Patterns, columns: Sequence[str]) -> Any:
    places = [columns.index(column) for column in target.columns]
    bare = {tuple(key[p] for p in places) for key in patterns.bare}
    held_against(study, target, patterns.rows_of(places), list(bare))
    return target.codes([tuple(key[p] for p in places) for key in patterns.keys])


def held_rows(w: Floats, n: Floats, within: tuple[float, float]) -> int:
    """Rows that the bounds hold; a weight that meets a bound by itself is not held."""
    low, high = within
    return int(n[(w < low * (1 - 1e-12)) | (w > high * (1 + 1e-12))].sum())


def sizes(patterns: Patterns, w: Floats, w2: Floats) -> tuple[int, float]:
    """Rows and Kish's effective base."""
    return int(patterns.n.sum()), float(w.sum() ** 2 / w2.sum())


def _rows(
    study: Study, targets: Sequence[Target], margins: Sequence[Any], patterns: Patterns, w: Floats
) -> tuple[MarginRow, ...]:
    out = []
    for target, codes in zip(targets, margins, strict=True):
        n, before, after = (
            np.bincount(codes, weights=x, minlength=len(target.keys)) for x in (patterns.n, patterns.w, w)
        )
        for k, key in enumerate(target.keys):
            out.append(
                MarginRow(
                    target.name, shown(study, target.columns, key), int(n[k]), 100 * target.share[k],
                    float(100 * before[k] / before.sum()), float(100 * after[k] / after.sum()),
                )
            )  # fmt: skip
    return tuple(out)


def _refuse(
    study: Study,
    targets: Sequence[Target],
    margins: Sequence[Any],
    worst: tuple[int, int],
    gap: float,
    rounds: int,
    reached: Floats,
) -> None:
    """Say which target cannot be met, and where it stands."""
    target = targets[worst[0]]
    category = shown(study, target.columns, target.keys[worst[1]])
    share = float(reached[margins[worst[0]] == worst[1]].sum())
    raise OptionError(
        f"raking did not converge in {rounds} rounds: {column_text(target.columns)} = {category!r} stays at "
        f"{100 * share:.4g} % and its target is {100 * target.share[worst[1]]:.4g} % (gap {100 * gap:.2g} points). "
        "Combinations that no row has keep these targets from holding together",
        column=target.columns[0] if len(target.columns) == 1 else None,
        code="not_converged",
        hint="merge small categories, drop a margin, or raise max_iter= if the gap is small",
    )
