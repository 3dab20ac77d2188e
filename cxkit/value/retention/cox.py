"""Cox's model of spells: through statsmodels, proved to be the maximum, with robust errors."""

import warnings

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import UsageError
from cxkit.stats.hazards import maximised, proportional, risks, robust
from cxkit.value.retention.caution import Caution, Said, caution
from cxkit.value.retention.logistic import refuse_separation
from cxkit.value.retention.spells import Spells
from cxkit.value.retention.terms import Terms

__all__ = ["cox", "refuse_alike"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def cox(spells: Spells, terms: Terms, x: Floats, layer: Ints | None) -> tuple[Floats, Floats, Floats, list[Caution]]:
    """Coefficients, their covariance, tests of constancy, cautions."""
    refuse_alike(x, terms.names)
    start = spells.begin
    risk = risks(spells.stop, spells.event, x, start, strata=layer)
    scale = risk.x.std(axis=0)
    begin = _by_statsmodels(spells, risk.x / scale, start, layer) / scale
    coef, found = maximised(risk, begin)
    if not found:
        refuse_separation(terms.names, coef * scale * 12)
    covariance: Floats = np.asarray(np.linalg.pinv(risk.evaluate(coef)[2]), np.float64)
    test = proportional(risk, coef)
    said = []
    if test.p_overall < 0.05:
        odd = [i for i, p in enumerate(test.p) if p < 0.05] or list(range(len(terms.names)))
        named = Said(", ".join(terms.names[i] for i in odd), ", ".join(terms.french[i] for i in odd))
        said.append(caution("not_proportional", p=float(test.p_overall), terms=named))
    if len(np.unique(spells.id)) < len(spells):
        covariance = robust(risk.scores(coef), covariance, spells.id)
    return coef, covariance, test.p, said


def _by_statsmodels(spells: Spells, x: Floats, start: Floats | None, layer: Ints | None) -> Floats:
    """statsmodels' estimate, from which Newton's method proves that it is the maximum; nought where it fails.

    PHReg counts who enters at a time as at risk at that time already, which R's coxph and Newton's steps here do not.
    """
    from statsmodels.duration.hazard_regression import PHReg

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            fit = PHReg(spells.stop, x, status=spells.event.astype(int), entry=start, strata=layer, ties="efron").fit(
                disp=0
            )
            params = np.asarray(fit.params, np.float64)
        except (np.linalg.LinAlgError, ValueError, IndexError, FloatingPointError):
            return np.zeros(x.shape[1])
    return params if np.isfinite(params).all() and np.abs(params).max() < 12 else np.zeros(x.shape[1])


def refuse_alike(x: Floats, names: tuple[str, ...]) -> None:
    spread = x.std(axis=0)
    flat = [n for n, s in zip(names, spread, strict=True) if s == 0]
    if flat:
        raise UsageError(f"{', '.join(map(repr, flat))} never varies", code="collinear", hint="leave it out")
    if np.linalg.matrix_rank((x - x.mean(axis=0)) / spread) < x.shape[1]:
        raise UsageError(
            f"{', '.join(map(repr, names))} cannot be told apart", code="collinear", hint="leave one of them out"
        )
