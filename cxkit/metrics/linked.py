"""Estimates that share respondents or accounts: their errors, and the covariance between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.metrics.estimates import Estimates, estimate_tally, is_linear, values_of
from cxkit.protocols import Metric
from cxkit.study import Study
from cxkit.study.scales import Scale
from cxkit.study.shared import crossed, said_cluster
from cxkit.tally import Tally
from cxkit.tally.clusters import Crossed

__all__ = ["Linked", "clustered", "linked", "unlinked"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Linked:
    """The groups of a tally and the clusters that they share.

    Attributes
    ----------
    column : str
        The column whose equal values belong together.
    crossed : Crossed
    place : (G, C) sparse
        Which group of ``crossed`` each group of the tally is.
    weight : (G,) float
        Sum of weights of each group of the tally.
    """

    column: str
    crossed: Crossed
    place: Any
    weight: Floats

    def sides(self, rows: Ints) -> Any:
        """(R, G) sparse: sides of one group each."""
        from scipy.sparse import csr_array

        return csr_array((np.ones(len(rows)), (np.arange(len(rows)), rows)), shape=(len(rows), len(self.weight)))

    def choice(self, groups: Sequence[Sequence[int]]) -> Any:
        """(R, G) sparse: sides of several groups each."""
        from scipy.sparse import csr_array

        row = np.repeat(np.arange(len(groups)), [len(g) for g in groups])
        column = np.array([g for side in groups for g in side], np.int64)
        return csr_array((np.ones(len(row)), (row, column)), shape=(len(groups), len(self.weight)))

    def others(self, rows: Ints, block: Ints) -> Any:
        """(R, G) sparse: for each row all other groups of its block."""
        from scipy.sparse import csr_array

        members = csr_array((np.ones(len(block)), (block, np.arange(len(block)))), shape=(len(block), len(block)))
        return members[block[rows]] - self.sides(rows)

    def covariance(self, left: Any, right: Any, means: tuple[Floats, Floats]) -> Floats:
        """(R,) covariance of the means of two sides, each a (R, G) sparse choice of groups."""
        weights = (left @ self.weight, right @ self.weight)
        return self.crossed.covariance(left @ self.place, right @ self.place, means, weights)

    def errors(self, sides: Any, means: Floats) -> Floats:
        """(R,) standard error of the mean of each side."""
        return np.asarray(np.sqrt(np.maximum(self.covariance(sides, sides, (means, means)), 0)))

    def df(self, sides: Any, n: Ints, *, others: Ints | None = None) -> Floats:
        """(R,) clusters less one, of which no side has more than it has answers.

        Of a side of several groups the clusters of its largest are taken, since some may be in two;
        where a side is all groups of a block but one of ``others``, they were counted.
        """
        clusters = (sides @ self.place).multiply(self.crossed.clusters).tocsr().max(axis=1).toarray().reshape(-1)
        if others is not None and self.crossed.others is not None:
            clusters = self.place[others] @ self.crossed.others
        known = np.minimum(np.minimum(clusters, self.crossed.design), n)
        return np.asarray(np.maximum(known - 1, 0), np.float64)

    def corrected(self, found: Estimates, sides: Any, *, others: Ints | None = None) -> Estimates:
        """Estimates that took answers as independent, with the errors that they have."""
        se = self.errors(sides, found.estimate)
        # Where all answers are alike no error is seen, clustered or not.
        kept = np.where(found.alike | (found.n == 0), found.se, se)
        return found.with_errors(kept, self.df(sides, found.n, others=others))


def unlinked(metric: Metric, tally: Tally) -> Linked:
    """The same for answers that are all independent: two sides share the answers of the groups they share."""
    from scipy.sparse import eye_array

    cells, value = tally.answered, values_of(metric, tally)
    group, size = tally.group[cells], len(tally)

    def total(x: Floats) -> Floats:
        return np.bincount(group, weights=x[cells], minlength=size).astype(np.float64)

    weight = total(tally.w)
    centre = float(total(tally.w * value).sum() / weight.sum()) if weight.sum() else 0.0
    v, each = value - centre, np.arange(size)
    n = total(tally.n.astype(np.float64)).astype(np.int64)
    # Without weights errors take the population form, so that the design is as good as infinite.
    design = (tally.design or int(n.sum())) if tally.weighted else 10**15
    once = total(tally.w2 * v)
    crossed = Crossed(tally.keys, each, each, total(tally.w2), once, once, total(tally.w2 * v**2), n, design, centre)
    return Linked("", crossed, eye_array(size, format="csr"), weight)


def linked(
    study: Study | None,
    name: str,
    metric: Metric,
    tally: Tally,
    *,
    by: Any = None,
    freq: str | None = None,
    scale: Scale | None = None,
    only_said: bool = False,
) -> Linked | None:
    """Find what the groups of ``tally`` share; None where answers are independent as far as can be seen.

    Parameters
    ----------
    study : Study or None
        Where the tally was counted; a tally alone does not tell.
    name : str
        Role or column that was counted.
    by, freq, scale
        As in the call that made the tally.
    only_said : bool
        Only the role ``cluster`` counts, not a repeated ``id``.
    """
    if study is None or not is_linear(metric) or (only_said and "cluster" not in study.roles):
        return None
    column = said_cluster(study)
    if column is None:
        return None
    cells = tally.answered
    value, total = values_of(metric, tally), float(tally.w[cells].sum())
    itself = getattr(metric, "points", ()) is None
    centre = float((tally.w * value)[cells].sum()) / total if itself and total else 0.0
    found = crossed(study, name, metric.value, by=by, freq=freq, itself=itself, centre=centre, scale=scale)
    if found is None:
        return None
    from scipy.sparse import csr_array

    where = {key: c for c, key in enumerate(found.keys)}
    places = [(g, where[key]) for g, key in enumerate(tally.keys) if key in where]
    rows, columns = np.array(places, np.int64).reshape(-1, 2).T
    place = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(tally), len(where)))
    weight = np.bincount(tally.group[cells], weights=tally.w[cells], minlength=len(tally)).astype(np.float64)
    return Linked(column, found, place, weight)


def clustered(metric: Metric, tally: Tally, shared: Linked | None, method: str | None = None) -> Estimates:
    """The estimates of a tally, with the errors of clustered answers where there are clusters."""
    found = estimate_tally(metric, tally, method=method)
    if shared is None or found.method == "bootstrap":
        return found
    return shared.corrected(found, shared.sides(np.arange(len(tally))))
