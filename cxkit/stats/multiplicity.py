"""Many tests at once: adjusted p-values, the p-value a family demands, and the flags that chance alone raises."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.errors import OptionError, did_you_mean

__all__ = ["CORRECTIONS", "adjusted", "critical", "expected_false"]

Floats = NDArray[np.float64]

#: The corrections by name; None corrects nothing.
CORRECTIONS = ("bh", "holm", "bonferroni")


def adjusted(p: ArrayLike, method: str | None = "bh") -> Floats:
    """Adjusted p-values of one family: flag a row where its adjusted p is at most the level.

    Parameters
    ----------
    p : array_like
        p-values, 0 to 1, of any shape and in any order. NaN is a test that was not made: it
        stays NaN and is not counted in the family.
    method : {"bh", "holm", "bonferroni"} or None
        Benjamini-Hochberg keeps the expected share of false flags among the flags below the
        level (independent or positively dependent tests); Holm and Bonferroni keep the chance
        of any false flag below it, whatever the dependence. None leaves p as it is.

    Returns
    -------
    array of the shape of ``p``
        Equal to R's ``p.adjust``.

    Raises
    ------
    OptionError
        An unknown method, or a p-value outside 0 to 1.

    References
    ----------
    Benjamini & Hochberg (1995), JRSS B 57, 289-300; Holm (1979), Scandinavian Journal of
    Statistics 6, 65-70.

    >>> adjusted([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.04, 0.04]
    >>> adjusted([0.01, 0.04, float("nan")], "bonferroni").round(3).tolist()
    [0.02, 0.08, nan]
    """
    given = _family(p, method)
    out = given.astype(np.float64, copy=True)
    made = ~np.isnan(given)
    out[made] = _corrected(given[made], method)
    return out


def critical(p: ArrayLike, method: str | None = "bh", level: float = 0.05) -> float:
    """The p-value that this family demands: a row is flagged exactly where its p is at most this.

    With m tests made, of which k are flagged at ``level``:

    - ``"bh"``: level · max(k, 1) / m;
    - ``"holm"``: level / max(m - k, 1);
    - ``"bonferroni"``: level / m;
    - None: level.

    So it is what a row that was not flagged would have had to reach at least, and where
    nothing is flagged what the best of the m rows would have had to reach. (Under
    Benjamini-Hochberg one more flag would itself have raised the bar to level · (k + 1) / m:
    the value here is the stricter of the two.) With no test made it is ``level``.

    Parameters
    ----------
    p : array_like
        p-values of the whole family; NaN is not counted.
    level : float
        0 to 1.

    >>> critical([0.001, 0.02, 0.3, 0.8], "bh"), critical([0.001, 0.02, 0.3, 0.8], "holm")
    (0.025, 0.016666666666666666)
    """
    if not 0 < level < 1:
        raise OptionError(f"level is {level!r}", hint="a share between 0 and 1, such as 0.05")
    given = _family(p, method)
    made = given[~np.isnan(given)]
    m = made.size
    if method is None or m == 0:
        return level
    if method == "bonferroni":
        return level / m
    k = int((_corrected(made, method) <= level).sum())
    return level * max(k, 1) / m if method == "bh" else level / max(m - k, 1)


def expected_false(m: int, level: float = 0.05) -> float:
    """Flags to expect among ``m`` tests if nothing had moved and nothing were corrected: m · level.

    >>> expected_false(120)
    6.0
    """
    return m * level


def _family(p: ArrayLike, method: str | None) -> Floats:
    if method is not None and method not in CORRECTIONS:
        raise OptionError(
            f"{method!r} is no correction for multiple tests",
            hint=did_you_mean(str(method), [*CORRECTIONS, "None"], what="Corrections"),
        )
    given = np.asarray(p, np.float64)
    bad = given[(given < 0) | (given > 1)]
    if bad.size:
        raise OptionError(f"{bad.flat[0]!r} is no p-value", hint="p-values lie between 0 and 1")
    return given


def _corrected(p: Floats, method: str | None) -> Floats:
    """(m,) adjusted values of p-values without NaN, in their order."""
    m = p.size
    if method is None or m == 0:
        return p
    if method == "bonferroni":
        return np.minimum(m * p, 1)
    order = np.argsort(p, kind="stable")
    rank = np.arange(1, m + 1)
    if method == "holm":
        stepped = np.maximum.accumulate((m + 1 - rank) * p[order])
    else:
        stepped = np.minimum.accumulate((m / rank * p[order])[::-1])[::-1]
    out = np.empty(m)
    out[order] = np.minimum(stepped, 1)
    return out
