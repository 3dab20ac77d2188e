"""Weights that bring a sample to known shares.

The iterations are our own fifteen lines: of the packages that rake, balance ignored the design
weight (its issue 431, 2026-04) and needs an old numpy, ipfn warns where it does not converge,
samplics is archived, and none gives every row of a DuckDB or Spark table its weight in place.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxkit.errors import RoleError, UsageError
from cxkit.stats.raking import shifted
from cxkit.study import Study
from cxkit.weighting.rows import count_patterns, free_name, with_weight
from cxkit.weighting.solving import Bounds, bounds_of, fitted, held_rows, sizes
from cxkit.weighting.targets import target_of, targets_of
from cxkit.weighting.weighted import Weighted

__all__ = ["post_stratify", "rake", "trim_weights"]


def rake(
    data: Any,
    targets: Mapping[Any, Mapping[Any, float]],
    *,
    weight: str | None = None,
    trim: Bounds | None = None,
    counts: bool = False,
    tol: float = 1e-10,
    max_iter: int = 1000,
) -> Weighted[Any]:
    """Weight a sample so that several columns each have known shares.

    A row's weight is its design weight times a factor for each of its categories. Rows whose
    design weight is missing or 0 stay out.

    Parameters
    ----------
    data : Study, frame or place
        On any engine, which then gives every row its weight.
    targets : mapping
        ``{column: {category: share}}``; a tuple of columns has tuples of categories. Shares sum
        to 1 or to 100. ``None`` is the category of missing values.
    weight : str, optional
        Column of design weights, for a frame; a study has its role.
    trim : (low, high), optional
        Least and greatest weight, as multiples of the mean; None is no bound. The targets are
        met with weights inside the bounds or, where that cannot be, the result says how far off.
    counts : bool
        The targets are numbers of people, whatever they sum to.
    tol : float
        Largest distance of a share from its target, as a share.
    max_iter : int
        Most rounds over the margins.

    Returns
    -------
    Weighted
        ``.study`` has the new weight. ``to_frame()`` has
        ``margin, category, n, target, before, after``.

    Raises
    ------
    OptionError
        Targets that do not sum, that name a category which no row has, or leave out one that
        rows have; targets that no weights can meet together (code ``not_converged``).
    ColumnError
        No such column, or missing values in it without a target.
    RoleError
        Design weights that are negative or no numbers.

    References
    ----------
    Deming & Stephan (1940), Annals of Mathematical Statistics 11, 427-444; with ``trim``
    Deville, Särndal & Sautory (1993), JASA 88, 1013-1020.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"region": list("NNNS"), "size": list("bssb"), "nps": [9, 10, 3, 6]})
    >>> w = rake(frame, {"region": {"N": 0.5, "S": 0.5}})
    >>> w.study["weight"].round(3).tolist(), round(w.n_eff, 2)
    ([0.667, 0.667, 0.667, 2.0], 3.0)
    """
    study, design = _said(data, weight)
    return fitted("rake", study, design, targets_of(study, targets, counts=counts), trim, tol, max_iter)


def post_stratify(
    data: Any,
    targets: Mapping[Any, float],
    *,
    by: str | Sequence[str],
    weight: str | None = None,
    trim: Bounds | None = None,
    counts: bool = False,
) -> Weighted[Any]:
    """Weight a sample so that every combination of the columns has a known share.

    Parameters
    ----------
    data, weight, trim, counts
        As in :func:`rake`.
    targets : mapping
        ``{category: share}`` for one column, ``{(category, category): share}`` for several.
    by : str or list of str
        The columns, in the order of the tuples.

    Returns
    -------
    Weighted

    Raises
    ------
    OptionError, ColumnError, RoleError
        As :func:`rake`.

    References
    ----------
    Holt & Smith (1979), Post stratification, JRSS A 142, 33-46.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"region": list("NNNS"), "nps": [9, 10, 3, 6]})
    >>> post_stratify(frame, {"N": 60, "S": 40}, by="region").study["weight"].round(3).tolist()
    [0.8, 0.8, 0.8, 1.6]
    """
    study, design = _said(data, weight)
    target = target_of(study, by, targets, counts=counts)
    return fitted("post-stratify", study, design, (target,), trim, 1e-10, 1000)


def trim_weights(data: Any, bounds: Bounds = (0.3, 3.0), *, weight: str | None = None) -> Weighted[Any]:
    """Hold weights within bounds, and share out equally what the bounds take or give.

    Shares are not held to any target; :func:`rake` with ``trim=`` does both.

    Parameters
    ----------
    data : Study, frame or place
        With design weights.
    bounds : (low, high)
        As multiples of the mean weight; None is no bound.
    weight : str, optional
        Column of design weights, for a frame; a study has its role.

    Returns
    -------
    Weighted
        Its weights are scaled to mean 1.

    Raises
    ------
    RoleError
        No design weights.
    OptionError
        Bounds that do not hold the mean.

    References
    ----------
    Potter (1990), A study of procedures to identify and trim extreme sampling weights,
    Proceedings of the Section on Survey Research Methods, ASA, 225-230.

    Examples
    --------
    >>> import pandas as pd
    >>> trim_weights(pd.DataFrame({"w": [1.0, 2, 9]}), (None, 1.5), weight="w").study["weight"].tolist()
    [0.625, 0.875, 1.5]
    """
    study, design = _said(data, weight)
    if design is None:
        raise RoleError("there are no weights to trim", hint="name their column: weight='...'")
    within = bounds_of(bounds)
    patterns = count_patterns(study, (), design, apart=True)
    scale = float(patterns.n.sum() / patterns.w.sum())
    weights = patterns.w / patterns.n * scale
    add = shifted(weights, patterns.n, within)
    w = patterns.n * np.clip(weights + add, *within)
    trimmed = held_rows(weights + add, patterns.n, within)
    name = free_name(study.columns)
    new, low, high = with_weight(study, name, design=design, scale=scale, factors=(), add=add, bounds=within)
    return Weighted(
        "trim", new, name, (), *sizes(patterns, w, w**2 / patterns.n), low, high, 0, 0.0, True,
        trimmed, within, design, patterns.left_out,
    )  # fmt: skip


def _said(data: Any, weight: str | None) -> tuple[Study, str | None]:
    """A study and its column of design weights, if it has one."""
    if isinstance(data, Study):
        if weight is not None:
            raise UsageError("weight= goes with a frame", hint="a study has its weight role: cx.Study(..., weight=...)")
        study = data
    else:
        study = Study(data, weight=weight)
    return study, study.roles["weight"][0] if "weight" in study.roles else None
