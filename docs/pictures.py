"""Draw the pictures of the documentation from the built-in demo study: ``python docs/pictures.py``."""

from __future__ import annotations

import random
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import pandas as pd
import seaborn

import cxkit as cx

IMAGES = Path(__file__).resolve().parent / "images"


def save(figure: plt.Figure, name: str) -> None:
    """Write one picture, small enough to load with the page."""
    path = IMAGES / name
    figure.savefig(path, dpi=100, metadata={"Software": "cxkit"})
    plt.close(figure)
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


def called() -> cx.Study:
    """The detractors of docs/effects.md, of whom some were called, and their next answers."""
    draw = random.Random(5)
    rows = []
    for customer in range(3000):
        mood = draw.gauss(7.2, 1.6)
        first = min(10, max(0, round(mood + draw.gauss(0, 1.5))))
        called = first <= 6 and draw.random() < 0.6
        second = min(10, max(0, round(mood + draw.gauss(0, 1.5) + 0.4 * called)))
        rows += [(customer, "2026-01-10", first, called), (customer, "2026-04-10", second, called)]
    panel = pd.DataFrame(rows, columns=["customer", "day", "nps", "called"])
    panel["day"] = pd.to_datetime(panel["day"])
    return cx.Study(panel, id="customer", date="day", nps="nps", guess=False)


def main() -> None:
    seaborn.set_theme(style="whitegrid")
    IMAGES.mkdir(exist_ok=True)
    s = cx.demo()

    figure = plt.figure(figsize=(12, 6.8), layout="constrained")
    above, below = figure.subfigures(2, 1)
    (bars, line), (quadrant, parts) = above.subplots(1, 2), below.subplots(1, 2)
    s.nps(by="segment").plot.stacked(ax=bars)
    s.trend("nps", freq="M").plot(ax=line)
    s.why("nps").plot(ax=parts)
    drivers = s.drivers("nps")
    # Last, for it places its names in the axes as they are.
    drivers.plot.quadrant(ax=quadrant)
    save(figure, "five-lines.png")

    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2), layout="constrained")
    drivers.plot.bars(ax=right)
    drivers.plot.quadrant(ax=left)
    save(figure, "drivers.png")

    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.6), width_ratios=(2, 3), layout="constrained")
    drivers.what_if(sat_wait=0.5, sat_staff=0.5, sat_price=0.5).plot(ax=left)
    s.kano("nps").plot(ax=right)
    save(figure, "drivers-readings.png")

    figure, axes = plt.subplots(2, 2, figsize=(12, 8), layout="constrained")
    linked = s.linkage("nps", ["revenue", "churned"])
    linked.plot.bars("revenue", ax=axes[0, 0]).set_title("Revenue by class of NPS", loc="left")
    axes[0, 0].set_xlabel("Revenue per customer over 12 months (EUR)")
    linked.curve("churned").plot(ax=axes[0, 1]).set_title("Customers lost by answer", loc="left")
    plan = cx.roi(
        cost={"once": (180_000, 260_000), "yearly": 30_000}, customers=12_000, churn=(0.02, 0.03), margin=(25, 40),
        change={"churn": (-0.006, -0.003, 0), "margin": (0, 1)}, period="M", ramp_months=6,
    )  # fmt: skip
    plan.plot(ax=axes[1, 0])
    plan.plot.tornado(ax=axes[1, 1])
    save(figure, "value.png")

    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2), layout="constrained")
    s.effect("nps", design="did", treated={"segment": "SMB"}, at="2026-04-01").plot.events(ax=left)
    called().effect("nps", design="remeasured", treated="called", at="2026-02-01").plot.rebound(ax=right)
    save(figure, "effects.png")

    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 3.4), width_ratios=(3, 2), layout="constrained")
    s.csat(by="channel").plot(ax=left)
    s.nps().plot.distribution(ax=right)
    save(figure, "plots.png")

    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 3.6), layout="constrained")
    smb = s.filter(segment="SMB")
    smb.monitor("nps", freq="M", baseline=6).plot(ax=left, events={"2026-04-01": "Shorter wait"})
    s.rank("nps", by="touchpoint").plot.ranges(ax=right)
    save(figure, "conclusions.png")


if __name__ == "__main__":
    main()
