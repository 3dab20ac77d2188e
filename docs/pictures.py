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

    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 3.6), layout="constrained")
    s.nps(by="segment").plot.stacked(ax=left)
    s.trend("nps", freq="M").plot(ax=right)
    save(figure, "five-lines.png")

    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 3.4), width_ratios=(3, 2), layout="constrained")
    s.csat(by="channel").plot(ax=left)
    s.nps().plot.distribution(ax=right)
    save(figure, "plots.png")


if __name__ == "__main__":
    main()
