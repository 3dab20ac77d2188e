"""Drivers that say the same: duplicates, exact ties, collisions and the halo over all of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cxkit.keydrivers.diagnosis.caution import Caution
from cxkit.stats.collinearity import chance_share, collisions, condition_number, duplicates, first_factor_share, vif

__all__ = ["collinear_cautions"]

Floats = NDArray[np.float64]

_VIF = 5.0  # the others tell 80 % of such a driver
_HALO = 0.5  # share of the first factor
_TOGETHER = 0.4  # mean correlation that makes such a share: 0.5 of few drivers is nothing


def collinear_cautions(correlation: Floats, names: Sequence[str], n: int) -> tuple[Caution, ...]:
    """Drivers that say the same: duplicates, exact ties, collisions and the halo over all of them.

    Parameters
    ----------
    correlation : (p, p)
    n : int
        Rows, for the share of a first factor that chance alone would give.
    """
    out = []
    same = duplicates(correlation)
    out += [Caution("duplicate", _named(names, group)) for group in same]
    # One of each group of duplicates stands for it: the others would hide what else collides.
    kept = np.array([i for i in range(len(names)) if not any(i in group[1:] for group in same)], int)
    rest = correlation[np.ix_(kept, kept)]
    factor = vif(rest)
    for group in collisions(rest, _VIF):
        at = list(group)
        if np.isnan(factor[at]).any():
            out.append(Caution("aliased", _named(names, kept[at])))
        else:
            number = float(condition_number(rest[np.ix_(at, at)]))
            figures = (("vif", float(factor[at].max())), ("condition", number))
            out.append(Caution("collinear", _named(names, kept[at]), figures))
    halo = _halo(rest, n)
    return tuple(out if halo is None else [*out, halo])


def _halo(correlation: Floats, n: int) -> Caution | None:
    known = ~np.isnan(np.diag(correlation))
    p = int(known.sum())
    if p < 3:
        return None
    share = float(first_factor_share(correlation[np.ix_(known, known)]))
    # The share that p drivers have when each two of them correlate alike.
    together = (p * share - 1) / (p - 1)
    if share < _HALO or together < _TOGETHER:
        return None
    chance = chance_share(p, n)
    return Caution("halo", (), (("share", 100 * share), ("chance", 100 * chance))) if share > chance else None


def _named(names: Sequence[str], which: Sequence[int] | NDArray[np.int64]) -> tuple[str, ...]:
    return tuple(names[i] for i in which)
