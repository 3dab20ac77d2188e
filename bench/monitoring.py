"""How often monitoring is wrong: false signals, coverage of change dates, looks at a running score.

Every figure is simulated with a fixed seed; none needs data or a peer.

    python bench/monitoring.py [--runs N] [--only PART ...]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

import numpy as np

from cxkit.stats.anytime import confidence_sequence, cumulated, guarded
from cxkit.stats.changepoints import level_changes
from cxkit.stats.control import CHARTS, DEFAULT_RULES, RULES, Answers, broken, chance_of_signal, cusum, ewma, learned
from cxkit.stats.intervals import wald
from cxkit.stats.moments import moments

Flags = Any
SHARES, VALUES = np.array([0.25, 0.30, 0.45]), np.array([-100.0, 0.0, 100.0])


def run_length(signal: Flags) -> float:
    """Mean periods to the first signal; series without one are known to last as long as they are."""
    seen = signal.any(axis=1)
    return float(np.where(seen, signal.argmax(axis=1) + 1, signal.shape[1]).sum() / max(seen.sum(), 1))


def run_lengths(runs: int) -> Iterator[tuple[str, str]]:
    for shift, length in ((0.0, 3000), (0.5, 600), (1.0, 300), (2.0, 100)):
        z = np.random.default_rng(1).standard_normal((runs, length)) + shift
        out = broken("beyond_limits", z)
        found = {"limits alone": out}
        found |= {f"limits and {r}": out | broken(r, z) for r in RULES[1:]}
        found["all five rules"] = np.logical_or.reduce([broken(r, z) for r in RULES])
        for weight, width in ((0.2, 2.86), (0.2, 2.7), (0.1, 2.814)):
            average, error = ewma(z, np.array(0.0), np.ones(length), smoothing=weight)
            found[f"EWMA {weight}, {width}"] = np.abs(average) > width * error
        found["CUSUM 0.5, 5"] = np.maximum(*cusum(z)) > 5
        for name, signal in found.items():
            yield f"mean periods to a signal, shift {shift} standard errors: {name}", f"{run_length(signal):.1f}"


def shewhart_of_counts(runs: int) -> Iterator[tuple[str, str]]:
    """NPS of a steady business with unequal weeks, limits learned from 26 weeks, 26 weeks watched."""
    rng = np.random.default_rng(2)
    for label, base, drift in (
        ("30-90 a week", (30, 90), 0.0),
        ("3,000-9,000 a week, level wobbling by 2 points", (3000, 9000), 2.0),
    ):
        hits = {True: 0, False: 0}
        for _ in range(runs):
            n = rng.integers(*base, 52)
            push = rng.normal(0, drift, 52) / 200
            p = np.stack([SHARES[0] - push, np.full(52, SHARES[1]), SHARES[2] + push], 1)
            counts = rng.multinomial(n, p)
            mean = counts @ VALUES / n
            variance = counts @ VALUES**2 / n - mean**2
            for laney in hits:
                answers = Answers.of(VALUES, counts[:26].sum(axis=0))
                found = learned(mean, variance, n.astype(float), first=26, overdispersion=laney, answers=answers)
                hits[laney] += int(
                    np.logical_or.reduce(
                        [broken(r, found.z, points=mean, side=found.side)[26:] for r in DEFAULT_RULES]
                    ).sum()
                )
        for laney, total in hits.items():
            yield (
                f"NPS, {label}: weeks that signal, {'with' if laney else 'without'} Laney",
                f"{100 * total / runs / 26:.2f} %",
            )


def said_and_true(runs: int) -> Iterator[tuple[str, str]]:
    """Steady series of 40 weeks that signal, and the chance that the chart itself says of it."""
    rate = np.array([0.0, 100.0])
    for what, value, share, n, chart in (
        ("rate of 2 %, 30 a week", rate, [0.98, 0.02], 30, "shewhart"),
        ("rate of 1 %, 50 a week", rate, [0.99, 0.01], 50, "shewhart"),
        ("NPS of 95, 40 a week", VALUES, [0.01, 0.03, 0.96], 40, "shewhart"),
        ("NPS of 20, 60 a week", VALUES, SHARES, 60, "shewhart"),
        ("rate of 2 %, 30 a week", rate, [0.98, 0.02], 30, "cusum"),
        ("rate of 2 %, 30 a week", rate, [0.98, 0.02], 30, "ewma"),
    ):
        rng, seen, said, bases = np.random.default_rng(6), 0, [], np.full(40, float(n))
        for run in range(runs):
            counts = rng.multinomial(n, share, 40)
            mean = counts @ value / n
            answers = Answers.of(value, counts.sum(axis=0) + 1e-12)
            base = learned(mean, counts @ value**2 / n - mean**2, bases, answers=answers)
            if chart == "cusum":
                seen += bool((np.maximum(*cusum(base.z)) > CHARTS[chart]).any())
            elif chart == "ewma":
                average, error = ewma(mean, base.centre, base.se)
                seen += bool((np.abs(average - base.centre) > CHARTS[chart] * error).any())
            else:
                seen += any(broken(r, base.z, points=mean, side=base.side).any() for r in DEFAULT_RULES)
            if run < 60:
                wide = float(base.dispersion)
                said.append(chance_of_signal(chart, answers, bases, limits=CHARTS[chart], dispersion=wide, draws=500))
        yield (
            f"{chart}, {what}, 40 steady weeks: a signal in / said on average",
            f"{100 * seen / runs:.1f} % / {100 * float(np.mean(said)):.1f} %",
        )


def panel(runs: int) -> Iterator[tuple[str, str]]:
    """60 people who answer every day of a month: how often a running NPS ever shuts the truth out."""
    from statistics import NormalDist

    import pandas as pd

    import cxkit as cx
    from cxkit.change import running

    day = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.tile(np.arange(30), 60), "D")
    who, wrong = np.repeat(np.arange(60), 30), [0, 0]
    rng = np.random.default_rng(7)
    cut = np.array([0.2, 0.55]) * 2**0.5  # detractors below, promoters above, of N(0, 2)
    below = [NormalDist().cdf(c / 2**0.5) for c in (-cut[0], cut[1])]
    truth = 100 * (1 - below[1] - below[0])
    runs = min(runs, 200)
    for _ in range(runs):
        x = rng.normal(size=60)[who] + rng.normal(size=len(who))
        frame = pd.DataFrame({"who": who, "day": day, "nps": np.where(x > cut[1], 10, np.where(x < -cut[0], 3, 8))})
        for k, roles in enumerate(({}, {"cluster": "who"})):
            found = running(cx.Study(frame, nps="nps", date="day", **roles), "nps")
            wrong[k] += any(low > truth or high < truth for low, high in zip(found.low, found.high, strict=True))
    yield (
        "60 people answer daily for 30 days: truth ever shut out, without / with cluster=",
        f"{100 * wrong[0] / runs:.1f} % / {100 * wrong[1] / runs:.1f} %",
    )


def rotating(runs: int) -> Iterator[tuple[str, str]]:
    """A steady score of people who stay some weeks: false signals and false dates of change, and what is said."""
    import pandas as pd

    import cxkit as cx
    from cxkit.change import change_points, monitor

    runs = min(runs, 200)
    for stay in (1, 4, 8, 20):
        rng, new = np.random.default_rng(8), max(48 // stay, 4)
        signals, dates, said = [0, 0], [0, 0], 0.0
        for _ in range(runs):
            parts = []
            for start in range(-stay, 40):
                level = rng.normal(size=new)
                for w in range(max(start, 0), min(start + stay, 40)):
                    x = level + rng.normal(size=new)
                    day = pd.Timestamp("2025-01-06") + pd.Timedelta(weeks=w)
                    nps = np.where(x > 0.5, 10, np.where(x > -0.5, 8, 3))
                    parts.append(
                        pd.DataFrame({"person": 1000 * (start + stay) + np.arange(new), "day": day, "nps": nps})
                    )
            frame = pd.concat(parts)
            for k, roles in enumerate(({}, {"cluster": "person"})):
                study = cx.Study(frame, nps="nps", date="day", **roles)
                chart = monitor(study, "nps")
                signals[k] += bool(chart.signalled)
                dates[k] += bool(len(change_points(study, "nps")))
            said += chart.charts[0].chance / runs
        yield (
            f"people who stay {stay} weeks, nothing moves: change found, without / with cluster=",
            f"{100 * dates[0] / runs:.1f} % / {100 * dates[1] / runs:.1f} %",
        )
        yield "   chart signals / said with cluster=", f"{100 * signals[1] / runs:.1f} % / {100 * said:.1f} %"


def change_dates(runs: int) -> Iterator[tuple[str, str]]:
    for size in (0.0, 1.0, 2.0, 3.0):
        rng = np.random.default_rng(3)
        found, right, width, extra = 0, 0, 0, 0
        for run in range(runs):
            se = rng.uniform(0.7, 1.4, 52)
            y = rng.standard_normal(52) * se + size * (np.arange(52) >= 20)
            changes = level_changes(y, se, draws=1000, seed=run)
            near = min(changes, key=lambda c: abs(c.at - 20), default=None)
            found += bool(changes)
            extra += len(changes) > 1
            if near is not None:
                right += 20 in near.among
                width += near.among[-1] - near.among[0] + 1
        yield f"52 weeks, step of {size} standard errors: changes found in", f"{100 * found / runs:.1f} %"
        if size:
            yield (
                "   its set of dates, where found: holds the truth, mean width",
                f"{100 * right / max(found, 1):.1f} %, {width / max(found, 1):.1f} weeks",
            )
            yield "   more changes than the one", f"{100 * extra / runs:.1f} %"


def looks(runs: int) -> Iterator[tuple[str, str]]:
    """A year of daily looks at a running score of steady truth, from the 30th answer on."""
    rare = np.array([0.98, 0.02]), np.array([0.0, 100.0])
    nps = SHARES, VALUES
    for what, (shares, values), a_day, weighted in (
        ("NPS", nps, 5, False), ("NPS", nps, 20, False), ("NPS", nps, 200, False), ("NPS", nps, 20, True),
        ("a rate of 2 %", rare, 5, False), ("a rate of 2 %", rare, 50, False),
    ):  # fmt: skip
        rng, truth, kinds = np.random.default_rng(4), float(shares @ values), len(values)
        always = often = 0
        for _ in range(runs):
            if weighted:
                w = rng.gamma(2.0, 0.5, (365, a_day))
                one = rng.choice(kinds, (365, a_day), p=shares)[..., None] == np.arange(kinds)
                cells = one.sum(1), (w[..., None] * one).sum(1), (w[..., None] ** 2 * one).sum(1)
            else:
                counts = rng.multinomial(a_day, shares, 365)
                cells = counts, counts.astype(float), counts.astype(float)
            n, sums, squares = (c.ravel() for c in cells)
            time, value = np.repeat(np.arange(365), kinds), np.tile(values, 365)
            base = moments(365, *cumulated(time, value, n, sums, squares, looks=365), weighted=weighted)
            after = base.n_eff >= 30
            centre, se = guarded(base.mean, base.variance, base.n_star, values[0], values[-1])
            low, high = confidence_sequence(centre, se, base.n_star)
            always += bool(((low > truth) | (high < truth))[after].any())
            low, high = wald(base.mean, base.se)
            often += bool(((low > truth) | (high < truth))[after].any())
        label = f"{what}, {a_day} answers a day{', weighted' if weighted else ''}: truth ever excluded in a year"
        yield f"{label}: anytime-valid / 95 % each day", f"{100 * always / runs:.1f} % / {100 * often / runs:.1f} %"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=2000)
    parts = {
        f.__name__: f for f in (run_lengths, shewhart_of_counts, said_and_true, panel, rotating, change_dates, looks)
    }
    parser.add_argument("--only", nargs="*", choices=parts, default=list(parts))
    found = parser.parse_args()
    runs = found.runs
    for part in (parts[name] for name in found.only):
        for name, figure in part(runs):
            print(f"{name:<90} {figure}", flush=True)


if __name__ == "__main__":
    main()
