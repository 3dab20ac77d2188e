"""Bias and interval coverage of weights for non-response, by simulation: ``python bench/nonresponse.py [runs]``.

2,000 people a run; who has been a customer for long is happier and answers more often. The truth
is the share of happy people among all, the estimate that among respondents.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

import cxkit as cx
from cxkit.weighting import response_weights

PEOPLE = 2000


def invited(rng: np.random.Generator) -> pd.DataFrame:
    tenure, app = rng.gamma(2, 2, PEOPLE), rng.random(PEOPLE) < 0.4
    chance = 1 / (1 + np.exp(2.2 - 0.35 * tenure - 0.8 * app))
    happy = rng.random(PEOPLE) < 1 / (1 + np.exp(1.5 - 0.4 * tenure - 0.5 * app))
    return pd.DataFrame(
        {"id": range(PEOPLE), "tenure": tenure, "app": app, "answered": rng.random(PEOPLE) < chance, "happy": happy}
    )


def main(runs: int) -> None:
    rng = np.random.default_rng(7)
    off: dict[str, list[float]] = {"unweighted": [], "5 classes": [], "10 classes": [], "own chance": []}
    covered = dict.fromkeys(off, 0)
    for _ in range(runs):
        people = invited(rng)
        truth = 100 * people["happy"].mean()
        study = cx.Study(people[people["answered"]], id="id", outcome="happy", guess=False)
        for name, classes in (("unweighted", 0), ("5 classes", 5), ("10 classes", 10), ("own chance", None)):
            used = study
            if classes != 0:
                found = response_weights(people, responded="answered", on=["tenure", "app"], id="id", classes=classes)
                used = found.weigh(study)
            score = used.rate("outcome")
            off[name].append(score.value - truth)
            covered[name] += score.low[0] <= truth <= score.high[0]
    for name, values in off.items():
        print(f"{name:12} bias {np.mean(values):+6.2f} points, coverage of 95% intervals {covered[name] / runs:.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
