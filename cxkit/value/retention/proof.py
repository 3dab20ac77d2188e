"""How good probabilities of leaving are, on customers that the model had not seen."""

import numpy as np

from cxkit.errors import UsageError
from cxkit.stats.calibration import auc, brier, calibrated, comes_true, reliability
from cxkit.value.retention.cases import Cases
from cxkit.value.retention.leaving_result import Quality
from cxkit.value.retention.logistic import binary

__all__ = ["proved"]


def proved(cases: Cases, folds: int, seed: int, level: float) -> Quality:
    """Predict each part of the customers by a model of the others."""
    ident = np.unique(cases.who, return_inverse=True)[1].reshape(-1)
    size = int(ident.max()) + 1
    part = (np.random.default_rng(seed).permutation(size) % folds)[ident]
    x = np.hstack([np.ones((len(cases.y), 1)), cases.x])
    chance = np.full(len(cases.y), np.nan)
    for fold in range(folds):
        test, train = part == fold, part != fold
        if not test.any():
            continue
        # A part without a departure, or without one level of a control, cannot be fitted: the overall share then.
        y = cases.y[train]
        spread = x[train].std(axis=0) > 0
        spread[0] = True
        if 0 < y.mean() < 1:
            try:
                own = tuple(n for n, s in zip(cases.names, spread[1:], strict=True) if s)
                chance[test] = binary(y, x[train][:, spread], own).probability(x[test][:, spread])
                continue
            except UsageError:
                pass
        chance[test] = y.mean() if len(y) else cases.y.mean()
    area = auc(cases.y, chance, level=level)
    intercept, slope, p = calibrated(cases.y, chance)
    bins = reliability(cases.y, chance, level=level)
    return Quality(
        len(cases.y),
        int(cases.y.sum()),
        *area,
        brier(cases.y, chance, level=level),
        intercept,
        slope,
        p,
        comes_true(bins),
        bins,
    )
