"""Importance of the drivers, and its draws, from the moments of a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError, UsageError, did_you_mean
from cxkit.keydrivers.diagnosis.caution import Caution
from cxkit.keydrivers.diagnosis.refusals import refuse_many
from cxkit.keydrivers.measured import Measured
from cxkit.keydrivers.model import Model
from cxkit.stats.dominance import MOST_COMPLETE, complete_dominance
from cxkit.stats.importance import METHODS, importance, jaccard
from cxkit.stats.orders import sampled_shapley
from cxkit.stats.owen import owen
from cxkit.stats.schur import partial_out
from cxkit.stats.subsets import conditional_dominance

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NAMES", "check_method", "dominance_frame", "left_after", "sums", "weighed"]

Floats = NDArray[np.float64]

#: Every way of weighing drivers by name.
NAMES = (*METHODS, "sampled")
#: Those that go through all subsets of drivers.
_EXACT = ("lmg", "shapley", "dominance", "general", "conditional")


def check_method(method: str, players: int, *, grouped: bool) -> str:
    """The name of a method, refused where it cannot be had.

    Raises
    ------
    OptionError
        No such method, or one that groups of drivers do not go with.
    UsageError
        More drivers than exactness allows.
    """
    if method not in NAMES:
        raise OptionError(f"unknown importance {method!r}", hint=did_you_mean(str(method), NAMES, what="Methods"))
    if grouped and method not in _EXACT:
        raise OptionError(f"groups= goes with importance='lmg', not {method!r}", hint="leave one of them out")
    if method in _EXACT:
        refuse_many(players)
    return "owen" if grouped else {"shapley": "lmg", "general": "dominance"}.get(method, method)


def sums(method: str) -> bool:
    """Whether the importance by this method sums to R²."""
    return method in ("owen", "sampled") or METHODS[method].sums


def left_after(matrices: Floats, drivers: int) -> Floats:
    """Covariances of the drivers and the outcome once the controls between them are taken out."""
    t = matrices.shape[-1] - 1
    return partial_out(matrices, range(drivers, t)) if t > drivers else matrices


def weighed(
    measured: Measured, drivers: int, method: str, groups: Sequence[Sequence[int]], *, seed: int
) -> tuple[Floats, Floats | None, tuple[Caution, ...]]:
    """Importance (p,), its draws (B, p), and what to say of them."""
    total = measured.weighed[-1, -1]
    left = left_after(measured.weighed, drivers)
    if method == "sampled":
        found, error = sampled_shapley(left, seed=seed, total=total)
        return found, None, (Caution("approximate", (), (("error", float(error.max(initial=0.0))),)),)
    found = measured.exact if measured.exact is not None else _one(measured, left, total, method, groups, None)
    if measured.draws is None:
        return found, None, ()
    totals = measured.draws[:, -1, -1]
    draws = _one(measured, left_after(measured.draws, drivers), totals, method, groups, measured.mean_draws)
    if measured.exact is not None:
        # The draws are of the working response; each driver's are brought to the exact figure.
        plain = _one(measured, left, total, method, groups, None)
        draws = draws * np.divide(found, plain, out=np.ones_like(found), where=plain > 0)
    return found, draws, ()


def _one(measured: Measured, left: Floats, total: float | Floats, method: str, groups: Sequence[Sequence[int]],
         means: Floats | None) -> Floats:  # fmt: skip
    if method == "owen":
        return owen(left, groups, total)
    if method == "jaccard":
        return _jaccard(measured, left, means)
    return importance(left, method, total=total)


def _jaccard(measured: Measured, left: Floats, means: Floats | None) -> Floats:
    """From the shares of yes and of yes twice. Drivers and outcome must be yes or no."""
    p = left.shape[-1] - 1
    if measured.covariance.shape[-1] - 1 > p or np.any(measured.low != 0) or len(set(measured.high[:p])) > 1:
        raise UsageError("jaccard needs drivers and an outcome of 0 and 1, and no controls", hint="importance='lmg'")
    unit = measured.high
    mean = (measured.mean if means is None else means) / unit
    both = left[..., :p, p] / (unit[:p] * unit[p]) + mean[..., :p] * mean[..., p, None]
    return jaccard(both, mean[..., :p], mean[..., p])


def dominance_frame(model: Model, kind: str) -> pd.DataFrame:
    """Conditional or complete dominance of one model's drivers, a row a driver."""
    import pandas as pd

    # A model that is not linear is weighed by the same correlations, brought to its own R².
    explained = float(importance(model.correlation, "lmg").sum())
    share = model.explained / explained if explained > 0 else 1.0
    if kind == "conditional":
        found = conditional_dominance(model.correlation) * share
        columns = [f"with_{k}" for k in range(len(model.names))]
    elif kind == "complete":
        if len(model.names) > MOST_COMPLETE:
            raise UsageError(
                f"complete dominance of {len(model.names)} drivers goes through too many sets",
                hint=f"at most {MOST_COMPLETE} drivers, or kind='conditional'",
            )
        found, columns = complete_dominance(model.correlation), list(model.names)
    else:
        raise OptionError(
            f"unknown dominance {kind!r}", hint=did_you_mean(kind, ("conditional", "complete"), what="Kinds")
        )
    return pd.DataFrame(found, index=pd.Index(model.names, name="driver"), columns=columns)
