"""When a period's margin is paid, and by whom: the convention that four formulas of lifetime value differ by."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxkit.errors import OptionError, did_you_mean

__all__ = ["TIMINGS", "check_discount", "check_timing", "margin_multiple", "multiple"]

Floats = NDArray[np.float64]

#: Timing -> its formula, for a margin of 1.
TIMINGS = {
    "end": "r / (1 + d - r)",
    "end_all": "1 / (1 + d - r)",
    "start": "(1 + d) / (1 + d - r)",
    "undiscounted": "1 / (1 - r)",
}


def margin_multiple(
    retention: ArrayLike, discount: ArrayLike | None = None, timing: str | None = None
) -> "float | Floats":
    """Lifetime value of a customer who brings a margin of 1 a period, for ever.

    Parameters
    ----------
    retention : float or array
        Share of customers who stay from one period to the next, 0 to less than 1.
    discount : float or array, optional
        Of one period, as a share: .10. Not asked for with ``timing="undiscounted"``.
    timing : {"end", "end_all", "start", "undiscounted"}
        When a margin is paid. It must be said: for r = .8 and d = .1 the four give 2.67, 3.33, 3.67 and 5.

        ``end``
            at the end of each period, by those who stayed: r / (1 + d - r);
        ``end_all``
            at the end of each period, by all who began it: 1 / (1 + d - r);
        ``start``
            at the start of each period, the first one now: (1 + d) / (1 + d - r);
        ``undiscounted``
            as ``start`` without discount: 1 / (1 - r).

    Returns
    -------
    float or array

    Raises
    ------
    OptionError
        No timing, a retention of 1 or more, a discount in percent.

    References
    ----------
    Gupta & Lehmann (2003), Customers as assets, Journal of Interactive Marketing 17(1), 9-24 (``end``);
    Fader & Hardie (2012), notes 024 and 033, on the others.

    Examples
    --------
    >>> round(margin_multiple(0.8, 0.10, timing="end"), 3)
    2.667
    """
    known = check_timing(timing)
    r = np.asarray(retention, np.float64)
    if not (np.isfinite(r).all() and (r >= 0).all()):
        raise OptionError("a retention below 0, or that is no number", hint="a share: retention=.8")
    if (r >= 1).any():
        raise OptionError(
            f"retention is {float(r.max()):g}: nobody ever leaves, and the value has no end",
            hint="a share below 1, such as .8 for 80 %; cx.lifetime_value(horizon=...) for so many periods",
        )
    if known == "undiscounted":
        d = np.zeros(())
    else:
        if discount is None:
            raise OptionError(f"timing={known!r} needs a discount", hint="discount=.10, or timing='undiscounted'")
        d = check_discount(discount)
    out = multiple(r, d, known)
    return float(out) if out.ndim == 0 else out


def multiple(retention: ArrayLike, discount: ArrayLike, timing: str, horizon: int | None = None) -> Floats:
    """The same for checked values; of the first ``horizon`` periods where that is given."""
    r, d = np.asarray(retention, np.float64), np.asarray(discount, np.float64)
    if timing == "undiscounted":
        d = np.zeros_like(d)
    q = r / (1 + d)
    with np.errstate(divide="ignore", invalid="ignore"):
        # A sum of q^t; where q is 1 each of its parts is 1.
        endless = 1 / (1 - q)
        total = endless if horizon is None else np.where(q == 1, horizon, (1 - q**horizon) * endless)
    return np.asarray({"end": q, "end_all": 1 / (1 + d)}.get(timing, 1.0) * total)


def check_timing(timing: Any) -> str:
    """The convention, if it is one of ours."""
    if timing is None:
        said = "; ".join(f"{name!r}: {formula}" for name, formula in TIMINGS.items())
        raise OptionError("when is a margin paid? The formulas in circulation differ by it", hint=f"timing= {said}")
    if timing not in TIMINGS:
        raise OptionError(f"no timing {timing!r}", hint=did_you_mean(str(timing), TIMINGS, what="Timings"))
    return str(timing)


def check_discount(discount: ArrayLike) -> Floats:
    """A discount as a share, 0 to less than 1."""
    try:
        d = np.asarray(discount, np.float64)
    except (TypeError, ValueError):
        raise OptionError(f"discount= is {discount!r}", hint="a share: discount=.10") from None
    if not np.isfinite(d).all() or (d < 0).any():
        raise OptionError(f"discount= is {discount!r}", hint="a share of 0 or more: discount=.10")
    if (d >= 1).any():
        high = float(d.max())
        fix = f"discount={high / 100:g} for {high:g} %" if high <= 100 else "discount=.10 for 10 %"
        raise OptionError(f"a discount of {high:g} is {100 * high:g} % a year", hint=fix)
    return d
