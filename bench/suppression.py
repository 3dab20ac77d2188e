"""How much of what is hidden can be computed from what is shown.

Measured over random tables of several shapes, 1,000 in all by default: the share of hidden small groups
(1 to 4 answers) that a reader recovers exactly when only they are hidden (threshold), and when the groups
that ``cxkit.stats.disclosure.protect`` adds are hidden too (ours), with every dependency worked out, or with
the rule for sets too large for that (by table). Two attackers must agree: the modular
elimination of ``cxkit.stats.recovery`` and a least-squares projection in floating point. "narrow" is the share
whose possible number of answers spans less than 1 to 4, by linear programming, in the first tables of each
shape. Then the time of large sets.

    python bench/suppression.py [--tables N]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from cxkit.stats import relations
from cxkit.stats.disclosure import protect
from cxkit.stats.recovery import possible_range, recoverable

MIN_N, SEED, RANGES = 5, 20260105, 20


def stacked(*tables: Any) -> Any:
    """Tables of group codes (-1 for none), numbered over all tables, each group that occurs once."""
    out, start = [], 0
    for codes in tables:
        held = codes >= 0
        known, at = np.unique(codes[held], return_inverse=True)
        row = np.full(len(codes), -1)
        row[held] = start + at
        out.append(row)
        start += len(known)
    return np.array(out)


def cells(rng: Any, *sizes: int, mean: float) -> tuple[list[Any], Any]:
    """Codes of each column and answers of each cell of a full product; uneven, some empty."""
    grid = np.indices(sizes).reshape(len(sizes), -1)
    weight = np.ones(grid.shape[1])
    for codes, size in zip(grid, sizes, strict=True):
        weight *= rng.gamma(1.0, 1.0, size)[codes]
    return list(grid), rng.poisson(mean * weight / weight.mean() * rng.gamma(2.0, 0.5, len(weight)))


def one_way(rng: Any) -> tuple[Any, Any]:
    """A total and three tables by one column each."""
    (a, b, c), n = cells(rng, 8, 6, 12, mean=0.8)
    return stacked(a * 0, a, b, c), n


def two_way(rng: Any) -> tuple[Any, Any]:
    """A cross table with its margins."""
    (a, b), n = cells(rng, 5, 6, mean=20)
    return stacked(a * 0, a, b, a * 6 + b), n


def three_way(rng: Any) -> tuple[Any, Any]:
    """A cube with all its margins."""
    (a, b, c), n = cells(rng, 3, 4, 4, mean=15)
    return stacked(a * 0, a, b, c, a * 4 + b, a * 4 + c, b * 4 + c, a * 16 + b * 4 + c), n


def fan_out(rng: Any) -> tuple[Any, Any]:
    """An overall page and a page a segment, each with a total, regions and periods."""
    (s, r, p), n = cells(rng, 6, 4, 6, mean=4)
    return stacked(s * 0, s, r, p, s, s * 4 + r, s * 6 + p), n


def partial(rng: Any) -> tuple[Any, Any]:
    """An overall page and pages for some segments only; no segment is missing from the total."""
    (s, r, p), n = cells(rng, 6, 4, 6, mean=4)
    paged = np.where(s < 4, s, -1)
    return stacked(s * 0, r, p, paged, np.where(paged < 0, -1, s * 4 + r)), n


SHAPES: dict[str, Callable[[Any], tuple[Any, Any]]] = {
    "one-way": one_way, "two-way": two_way, "three-way": three_way, "fan-out": fan_out, "some pages": partial,
}  # fmt: skip


def projected(member: Any, n: Any, hidden: Any) -> Any:
    """Hidden groups whose indicator is a least-squares combination of shown ones, in floating point."""
    member = member[:, n > 0]
    indicator = np.zeros((len(hidden), member.shape[1]))
    for row in member:
        held = row >= 0
        indicator[row[held], np.flatnonzero(held)] = 1
    shown = indicator[~hidden]
    shown = shown[shown.any(axis=1)]
    _, size, basis = np.linalg.svd(shown, full_matrices=False) if len(shown) else (0, np.zeros(0), np.zeros((0, 1)))
    basis = basis[size > 1e-9]
    left = indicator - (indicator @ basis.T) @ basis if len(basis) else indicator
    return hidden & (np.abs(left).max(axis=1, initial=0) < 1e-7)


def attacked(member: Any, n: Any, hidden: Any) -> Any:
    """What both attackers recover; they must agree."""
    exact = recoverable(member, n, hidden)
    if exact is None or (exact != projected(member, n, hidden)).any():
        raise SystemExit("the two attackers disagree")
    return exact


def by_table(member: Any, n: Any) -> Any:
    """What is hidden when there are too many groups to work out every dependency."""
    most, relations.LARGEST = relations.LARGEST, -1
    try:
        return protect(member, n, MIN_N).hidden
    finally:
        relations.LARGEST = most


def compare(tables: int) -> None:
    print(f"{'shape':12} {'tables':>6} {'small':>6} {'threshold':>10} {'by table':>9} {'ours':>6} {'others hidden':>14} "
          f"{'answers lost':>13} {'narrow':>7} {'ms':>6}")  # fmt: skip
    for name, make in SHAPES.items():
        rng = np.random.default_rng(SEED)
        small = naive = rough = ours = more = groups = spans = narrow = 0
        lost, spent = [], 0.0
        for k in range(tables // len(SHAPES)):
            member, n = make(rng)
            began = time.perf_counter()
            done = protect(member, n, MIN_N)
            spent += time.perf_counter() - began
            small += int(done.small.sum())
            naive += int(attacked(member, n, done.small)[done.small].sum())
            rough += int(attacked(member, n, by_table(member, n))[done.small].sum())
            ours += int(attacked(member, n, done.hidden)[done.small].sum())
            more += int(done.complementary.sum())
            groups += len(done.hidden)
            base = np.bincount(member[member >= 0], weights=np.broadcast_to(n, member.shape)[member >= 0])
            lost.append(base[done.complementary].sum() / base.sum())
            if k < RANGES and done.small.any():
                low, high = possible_range(member, n, done.hidden, np.flatnonzero(done.small))
                spans += len(low)
                narrow += int((high - low < MIN_N - 2).sum())
        made = tables // len(SHAPES)
        print(f"{name:12} {made:6} {small:6} {naive / small:10.1%} {rough / small:9.1%} {ours / small:6.1%} {more / groups:14.1%} "
              f"{np.mean(lost):13.1%} {narrow / max(spans, 1):7.1%} {1000 * spent / made:6.1f}")  # fmt: skip


def large() -> None:
    rng = np.random.default_rng(SEED)

    def answers(sizes: list[int], rows: int) -> tuple[list[Any], Any]:
        drawn = [rng.choice(s, rows, p=(lambda w: w / w.sum())(1 / np.arange(1, s + 1))) for s in sizes]
        unique, n = np.unique(np.array(drawn), axis=1, return_counts=True)
        return list(unique), n

    def sparse_tables(sizes: list[int], rows: int) -> tuple[Any, Any]:
        codes, n = answers(sizes, rows)
        return stacked(codes[0] * 0, *codes), n

    def pages(segments: int, regions: int, periods: int, rows: int) -> tuple[Any, Any]:
        (s, r, p), n = answers([segments, regions, periods], rows)
        return stacked(s * 0, s, r, p, s, s * regions + r, s * periods + p), n

    def crossed(segments: int, periods: int) -> tuple[Any, Any]:
        (s, p), n = cells(rng, segments, periods, mean=50)
        return stacked(s * 0, s, p, s * periods + p), n

    cases = {
        "one-way 300 + 24": lambda: sparse_tables([300, 24], 2000),
        "one-way 3 x 300 + 24, 20,000 rows": lambda: sparse_tables([300, 300, 300, 24], 20_000),
        "one-way 3 x 300 + 24, 3,000 rows": lambda: sparse_tables([300, 300, 300, 24], 3_000),
        "300 segments x 24 periods": lambda: crossed(300, 24),
        "20 pages x (10 regions + 24 periods)": lambda: pages(20, 10, 24, 10_000),
        "100 pages x (10 regions + 24 periods)": lambda: pages(100, 10, 24, 50_000),
        "300 pages x (20 regions + 24 periods)": lambda: pages(300, 20, 24, 200_000),
    }
    print(f"\n{'large sets':40} {'groups':>7} {'small':>6} {'others':>7} {'exact':>6} {'s':>6} {'recovered':>10}")
    for name, make in cases.items():
        member, n = make()
        began = time.perf_counter()
        done = protect(member, n, MIN_N)
        spent = time.perf_counter() - began
        found = recoverable(member, n, done.hidden)
        told = "?" if found is None else str(int(found[done.small].sum()))
        print(f"{name:40} {len(done.hidden):7} {done.small.sum():6} {done.complementary.sum():7} "
              f"{done.exact!s:>6} {spent:6.2f} {told:>10}")  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=1000)
    compare(parser.parse_args().tables)
    large()
