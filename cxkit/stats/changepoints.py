"""Changes of level in a series of estimates whose standard errors are known and may differ."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError

__all__ = ["LevelChange", "change_set", "level_changes", "scan", "scatter"]

Floats = NDArray[np.float64]

#: A squared-z loss beyond which no calibration would keep a date.
_HOPELESS = 40.0
_CELLS = 20_000_000


@dataclass(frozen=True, slots=True)
class LevelChange:
    """One change of level.

    Attributes
    ----------
    at : int
        First period of the new level.
    among : tuple of int
        The confidence set of ``at``, ascending: not always without gaps.
    before, after : float
        Levels between the neighbouring changes, each period by its precision.
    se : float
        Standard error of ``after - before`` for a date known beforehand.
    p : float
        Of the scan that found it, adjusted for the stretches scanned along with it.
    start, end : int
        The two stretches: periods ``start`` to ``at - 1`` and ``at`` to ``end - 1``.
    """

    at: int
    among: tuple[int, ...]
    before: float
    after: float
    se: float
    p: float
    start: int
    end: int


def scan(
    y: Floats, se: Floats, *, least: int = 2, draws: int = 4000, until: float = 1.0,
    alike: Floats | None = None, rng: np.random.Generator | None = None,
) -> tuple[int, float, float]:  # fmt: skip
    """The split with the clearest difference of levels, and its p-value.

    Parameters
    ----------
    y, se : (T,) float
        Estimates and their standard errors, all above 0.
    least : int
        Fewest periods on either side.
    draws : int
        Series without a change to compare with; the smallest p-value is 1 / (draws + 1).
    until : float
        Give up once so many of them are as clear that p is above this whatever the rest may show;
        p is then the share so far.
    alike : (T, T) float, optional
        Correlation of the estimates, where they share respondents; independent when not given.

    Returns
    -------
    at : int
        First period of the new level; 0 where the series is too short to be split.
    z : float
        Difference of the two levels in its standard errors, signed.
    p : float
        Share of series without a change whose clearest split is at least as clear (the
        observed one counted in): valid for any length and any standard errors.

    References
    ----------
    James, James & Siegmund (1987), Biometrika 74, 71-83: the statistic; Davison & Hinkley
    (1997), Bootstrap Methods and their Application, section 4.2: the Monte-Carlo p-value; Besag &
    Clifford (1991), Biometrika 78, 301-304: stopping early.

    >>> at, z, p = scan(np.array([1.0, 0, 1, 0, 6, 5, 6, 5]), np.ones(8))
    >>> at, round(z, 2), p < 0.001
    (4, 7.07, True)
    """
    if len(y) < 2 * least:
        return 0, 0.0, 1.0
    rng = np.random.default_rng(0) if rng is None else rng
    found = _contrasts(y[None, :], se, least)[0]
    best = int(np.abs(found).argmax())
    over, done, rows = 0, 0, 500
    while done < draws and (over + 1) / (draws + 1) <= until:  # in growing portions that fit memory
        rows = min(draws - done, rows, max(1, _CELLS // len(y)))
        noise = _noise(rng, rows, se, alike)
        over += int((np.abs(_contrasts(noise, se, least)).max(axis=1) >= abs(found[best])).sum())
        done += rows
        rows *= 2
    return best + least, float(found[best]), (over + 1) / (done + 1)


def _noise(rng: np.random.Generator, rows: int, se: Floats, alike: Floats | None) -> Floats:
    """(rows, T) errors of these sizes and this correlation."""
    drawn = rng.standard_normal((rows, len(se)))
    if alike is not None:
        # Of people who all answer alike in every period the matrix is singular, which no Cholesky factor is.
        size, direction = np.linalg.eigh(alike)
        drawn = drawn @ (direction * np.sqrt(np.maximum(size, 0))).T
    return np.asarray(drawn * se)


def scatter(y: Floats, se: Floats, alike: Floats | None = None) -> float:
    """How many times wider neighbouring periods differ than their errors say; at least 1.

    The median of the standardised absolute differences, over .6745: a change of level is one
    difference among many and hardly moves it.

    >>> scatter(np.array([0.0, 5, 0, 5]), np.ones(4)) > 5
    True
    """
    if len(y) < 2:
        return 1.0
    shared = 0.0 if alike is None else 2 * np.diag(alike, 1) * se[1:] * se[:-1]
    step = np.abs(np.diff(y)) / np.sqrt(np.maximum(se[1:] ** 2 + se[:-1] ** 2 - shared, 1e-12 * se[1:] ** 2))
    return max(1.0, float(np.median(step)) / 0.6744897501960817)


def level_changes(
    y: Floats,
    se: Floats,
    *,
    level: float = 0.95,
    most: int = 5,
    least: int = 2,
    family: int = 1,
    draws: int = 4000,
    seed: int = 0,
    alike: Floats | None = None,
) -> tuple[LevelChange, ...]:
    """Every change of level that the series shows, by binary segmentation.

    The clearest split of the whole is taken if its p-value passes, then the clearest split of
    the stretches so far, their p-values multiplied by the number of stretches (Bonferroni),
    until none passes. Then each date is sought again between its neighbours.

    Parameters
    ----------
    y, se : (T,) float
    level : float
        Confidence: a series without a change shows one with probability 1 - ``level``.
    most : int
        Stop after this many.
    least : int
        Fewest periods of a level.
    family : int
        How many series are searched together: their p-values are multiplied by it, so that
        none of them shows a change by chance with probability ``level``.
    alike : (T, T) float, optional
        Correlation of the estimates, where they share respondents.

    Notes
    -----
    A split looks for two levels: a short bump in a long series, back to the level before, is
    found later than a lasting change of that size.

    References
    ----------
    Vostrikova (1981), Soviet Mathematics Doklady 24, 55-59: segmentation; Bai (1997),
    Econometric Theory 13, 315-352: seeking each date again.
    """
    if most < 1:
        raise OptionError(f"most is {most!r}", hint="at least 1 change")
    rng = np.random.default_rng(seed)
    ends, p_of, known = [0, len(y)], dict[int, float](), dict[tuple[int, int], tuple[int, float]]()
    passed = 0.0
    while len(p_of) < most:
        stretches = list(itertools.pairwise(ends))
        for a, b in stretches:
            if (a, b) not in known:
                # Above this now it would be so with more stretches too.
                until = (1 - level) / (len(stretches) * family)
                at, _, p = scan(
                    y[a:b], se[a:b], least=least, draws=draws, until=until, alike=_part(alike, a, b), rng=rng
                )
                known[a, b] = (a + at, p)
        a, b = min(stretches, key=lambda s: known[s][1])
        at, p = known[a, b]
        p = min(1.0, p * len(stretches) * family)
        if p > 1 - level:
            break
        passed = max(passed, p)  # found under the condition that those before it were found
        p_of[at] = passed
        ends = sorted([*ends, at])
    return _dated(y, se, ends, [p_of[e] for e in ends[1:-1]], level, least, draws, rng, alike)


def _part(alike: Floats | None, a: int, b: int) -> Floats | None:
    return None if alike is None else alike[a:b, a:b]


def _dated(
    y: Floats, se: Floats, ends: list[int], p: list[float], level: float, least: int, draws: int,
    rng: np.random.Generator, alike: Floats | None,
) -> tuple[LevelChange, ...]:  # fmt: skip
    """Seek each date again between its neighbours, and say which dates would do as well."""
    for i in range(1, len(ends) - 1):
        a, b = ends[i - 1], ends[i + 1]
        ends[i] = a + least + int(np.abs(_contrasts(y[None, a:b], se[a:b], least)[0]).argmax())
    weight = 1 / se**2
    out = []
    for i in range(1, len(ends) - 1):
        a, at, b = ends[i - 1 : i + 2]
        before, after = (float(np.average(y[s], weights=weight[s])) for s in (slice(a, at), slice(at, b)))
        error = float(np.sqrt(1 / weight[a:at].sum() + 1 / weight[at:b].sum()))
        among = change_set(
            y[a:b], se[a:b], level=level, least=least, draws=min(draws, 2000), rng=rng, alike=_part(alike, a, b)
        )
        out.append(LevelChange(at, tuple(a + k for k in among), before, after, error, p[i - 1], a, b))
    return tuple(out)


def change_set(
    y: Floats, se: Floats, *, level: float = 0.95, least: int = 2, draws: int = 2000,
    rng: np.random.Generator | None = None, alike: Floats | None = None,
) -> tuple[int, ...]:  # fmt: skip
    """The confidence set of the date of one change: every date that a likelihood-ratio test keeps.

    For each date, the model with the change there is fitted, series are drawn from it, and the
    date is kept unless the likelihood lost by it is larger than in all but ``1 - level`` of
    these. The estimated best date is always in the set.

    References
    ----------
    Siegmund (1988), International Statistical Review 56, 31-48: sets by inverting the test.
    """
    rng = np.random.default_rng(0) if rng is None else rng
    z = _contrasts(y[None, :], se, least)[0]
    lost = (z**2).max() - z**2
    noise = _contrasts(_noise(rng, draws, se, alike), se, least)
    weight = 1 / se**2
    before = np.cumsum(weight)[least - 1 : len(y) - least]
    after = weight.sum() - before
    kept = []
    for k in np.flatnonzero(lost < _HOPELESS).tolist():
        # The contrasts are linear: those of a drawn series are noise plus those of the fitted step.
        size = z[k] / np.sqrt(before[k] * after[k] / weight.sum())
        step = np.where(np.arange(len(y)) < k + least, 0.0, size)
        drawn = (noise + _contrasts(step[None, :], se, least)[0]) ** 2
        if (drawn.max(axis=1) - drawn[:, k] >= lost[k] - 1e-9).mean() > 1 - level:
            kept.append(k + least)
    return tuple(kept)


def _contrasts(y: Floats, se: Floats, least: int) -> Floats:
    """(R, K) level after minus level before, in standard errors, for each split of (R, T) series."""
    weight = 1 / se**2
    part = slice(least - 1, y.shape[1] - least)
    before = np.cumsum(weight)[part]
    total = weight.sum()
    sums = np.cumsum(y * weight, axis=1)
    return np.asarray((before / total * sums[:, -1:] - sums[:, part]) / np.sqrt(before * (total - before) / total))
