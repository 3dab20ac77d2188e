"""The change of a mean split exactly: who left, who fell silent, who joined, mix, and real change.

Every part is a smooth function of a few sums over respondents and segments; its error follows from
its derivatives by these sums and from their cross-products, so that a part knows that the same
people stand behind its two ends, and behind several segments.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxkit.tally.moves import Moves

__all__ = ["Segment", "Split", "split"]

Floats = NDArray[np.float64]
_WA, _TA, _WB, _TB = range(4)
_STEP = 1e-30  # of the complex step: derivatives exact to the last digit


@dataclass(frozen=True, slots=True)
class Segment:
    """What one segment did to the mix and to the real change (Kitagawa)."""

    key: tuple[object, ...]
    n_before: int
    n_after: int
    share_before: float
    share_after: float
    before: float
    after: float
    rate: float
    mix: float


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Parts of a change in the metric's unit.

    Attributes
    ----------
    items : tuple of str
        ``total``, ``leavers_0`` ... (by band), ``silent``, ``joiners``, ``mix``, ``stayers``.
    estimate : (I,) float
    covariance : (I, I) float
    n : (I,) int
        Answers behind each.
    before, after : float
    segments : tuple of Segment
    """

    items: tuple[str, ...]
    estimate: Floats
    covariance: Floats
    n: NDArray[np.int64]
    before: float
    after: float
    segments: tuple[Segment, ...]

    @property
    def se(self) -> Floats:
        """(I,) standard errors."""
        return np.sqrt(np.maximum(np.diag(self.covariance), 0))


def split(moves: Moves, *, panel: bool, bands: int, mixed: bool, centre: float, known: bool) -> Split:
    """Split the change between the two times of ``moves``.

    Parameters
    ----------
    panel : bool
        Whether the same respondents were asked twice, so that who came and went can be seen.
        Otherwise all that is not known to have left is compared as two samples.
    bands : int
        Number of bands by which leavers are told apart; 1 for none.
    mixed : bool
        Whether the real change is freed of the mix of segments.
    centre : float
        What was subtracted from the values.
    known : bool
        Whether leaving is known from a column; otherwise, in a panel, all who no longer answer
        count as leavers.

    References
    ----------
    Kitagawa (1955), Components of a difference between two rates, JASA 50, 1168-1194.
    """
    only_before = moves.before & ~moves.after
    gone = only_before & (moves.gone if known else np.full(len(moves.gone), panel))
    silent = only_before & ~gone & panel
    joined = moves.after & ~moves.before & panel
    keep_a, keep_b = moves.before & ~gone & ~silent, moves.after & ~joined
    place = {s: i for i, s in enumerate(dict.fromkeys(moves.segment))} if mixed else {}
    segments = list(place) or [()]
    in_a, in_b = (_incidence(moves.segment, place, keep) for keep in (keep_a, keep_b))
    left = [gone & (moves.band == k) for k in range(bands)] if bands > 1 else [gone]

    def parts(x: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """(..., I) items of sums x, (..., K, 4)."""
        a0, b0 = _mean(x, moves.before, _WA, _TA), _mean(x, moves.after, _WB, _TB)
        a1, a2 = _mean(x, moves.before & ~gone, _WA, _TA), _mean(x, keep_a, _WA, _TA)
        # Their share of all times their distance from those who stayed: however many leave, each part
        # is on the scale, and the parts sum to a1 - a0.
        everybody = x[..., moves.before, _WA].sum(-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            leavers = [(x[..., k, _WA].sum(-1) * a1 - x[..., k, _TA].sum(-1)) / everybody for k in left]
        b1 = _mean(x, keep_b, _WB, _TB)
        rate, mix = _kitagawa(x, in_a, in_b)
        out = [b0 - a0, *leavers]
        out += [a2 - a1, b0 - b1] if panel else []
        out += [mix.sum(-1), rate.sum(-1)] if mixed else [b1 - a2]
        return np.stack(out, axis=-1)

    items = ["total", *(f"leavers_{k}" for k in range(len(left)))] + ["silent", "joiners"] * panel
    items += ["mix", "stayers"] if mixed else ["stayers"]
    x = moves.total.astype(np.complex128)
    estimate = parts(x).real
    gradient = _gradient(parts, x, len(items))
    covariance = moves.covariance(gradient)
    na, nb = moves.n_before, moves.n_after
    counts = [int(na.sum() + nb.sum()), *(int(na[k].sum()) for k in left)]
    counts += [int(na[silent].sum()), int(nb[joined].sum())] if panel else []
    kept = int(na[keep_a].sum() + nb[keep_b].sum())
    counts += [kept, kept] if mixed else [kept]
    a0 = float(_mean(x, moves.before, _WA, _TA).real) + centre
    b0 = float(_mean(x, moves.after, _WB, _TB).real) + centre
    told = _told(moves, x, in_a, in_b, segments, centre) if mixed else ()
    return Split(tuple(items), estimate, covariance, np.array(counts, np.int64), a0, b0, told)


def _mean(x: NDArray[np.complex128], rows: NDArray[np.bool_], w: int, t: int) -> NDArray[np.complex128]:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(x[..., rows, t].sum(-1) / x[..., rows, w].sum(-1))


def _incidence(
    segment: tuple[tuple[object, ...], ...], place: dict[tuple[object, ...], int], rows: NDArray[np.bool_]
) -> Floats:
    """(K, G) which kept kind lies in which segment; all in one where there is no mix."""
    out = np.zeros((len(segment), max(len(place), 1)))
    for k, (name, kept) in enumerate(zip(segment, rows.tolist(), strict=True)):
        if kept:
            out[k, place.get(name, 0)] = 1.0
    return out


def _kitagawa(
    x: NDArray[np.complex128], in_a: Floats, in_b: Floats
) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    """(..., G) rate and mix effects; a segment of one time only is all mix."""
    wa, ta = x[..., _WA] @ in_a, x[..., _TA] @ in_a
    wb, tb = x[..., _WB] @ in_b, x[..., _TB] @ in_b
    with np.errstate(invalid="ignore", divide="ignore"):
        a, b = ta / wa, tb / wb
        pa, pb = wa / wa.sum(-1, keepdims=True), wb / wb.sum(-1, keepdims=True)
    a = np.where(wa.real > 0, a, np.where(wb.real > 0, b, 0))
    b = np.where(wb.real > 0, b, a)
    # Against the mean of both times, so that a segment's mix effect says what its growth did.
    level = ((pa + pb) / 2 * (a + b) / 2).sum(-1, keepdims=True)
    return (pa + pb) / 2 * (b - a), (pb - pa) * ((a + b) / 2 - level)


def _gradient(parts: object, x: NDArray[np.complex128], items: int, at_once: int = 256) -> Floats:
    """(I, K, 4) derivative of each item by each sum."""
    kinds = len(x)
    out = np.empty((items, kinds, 4))
    flat = np.arange(kinds * 4)
    for start in range(0, len(flat), at_once):
        chosen = flat[start : start + at_once]
        moved = np.repeat(x[None], len(chosen), axis=0)
        moved.reshape(len(chosen), -1)[np.arange(len(chosen)), chosen] += 1j * _STEP
        out.reshape(items, -1)[:, chosen] = (parts(moved).imag / _STEP).T  # type: ignore[operator]
    return out


def _told(
    moves: Moves,
    x: NDArray[np.complex128],
    in_a: Floats,
    in_b: Floats,
    segments: list[tuple[object, ...]],
    centre: float,
) -> tuple[Segment, ...]:
    rate, mix = (part.real for part in _kitagawa(x, in_a, in_b))
    wa, ta = x[:, _WA].real @ in_a, x[:, _TA].real @ in_a
    wb, tb = x[:, _WB].real @ in_b, x[:, _TB].real @ in_b
    na, nb = moves.n_before @ in_a, moves.n_after @ in_b
    with np.errstate(invalid="ignore", divide="ignore"):
        a, b = ta / wa + centre, tb / wb + centre
        pa, pb = wa / wa.sum(), wb / wb.sum()
    return tuple(
        Segment(key, int(na[i]), int(nb[i]), float(pa[i]), float(pb[i]),
                float(a[i]), float(b[i]), float(rate[i]), float(mix[i]))
        for i, key in enumerate(segments)
    )  # fmt: skip
