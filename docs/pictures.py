"""Draw the pictures of the documentation from the built-in demo study: ``python docs/pictures.py``."""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import seaborn

import cxkit as cx

IMAGES = Path(__file__).resolve().parent / "images"


def save(figure: plt.Figure, name: str) -> None:
    """Write one picture, small enough to load with the page."""
    path = IMAGES / name
    figure.savefig(path, dpi=100, metadata={"Software": "cxkit"})
    plt.close(figure)
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


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
