"""A churn rate for another length of time: those who left cannot leave again."""

from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError

__all__ = ["annual_churn", "period_churn"]


@overload
def annual_churn(rate: float, periods: float = 12) -> float: ...
@overload
def annual_churn(rate: NDArray[Any], periods: float = 12) -> NDArray[np.float64]: ...
def annual_churn(rate: Any, periods: float = 12) -> Any:
    """The churn of a year from that of one period: 1 - (1 - rate)^periods.

    Parameters
    ----------
    rate : float or array
        Of one period, as a share: 0.03 is 3 %.
    periods : float
        Periods in a year: 12 for a monthly rate, 4 for a quarterly one.

    Returns
    -------
    float or array
        A share. Twelve times the rate would be too much: who left in January cannot leave in May.

    Raises
    ------
    OptionError
        A rate that is no share.

    Examples
    --------
    >>> round(annual_churn(0.03), 3)
    0.306
    """
    shares = _shares(rate)
    if not isinstance(periods, (int, float)) or isinstance(periods, bool) or not 0 < periods < np.inf:
        raise OptionError(f"periods is {periods!r}", hint="how many periods a year has: 12 for a monthly rate")
    with np.errstate(divide="ignore"):
        found = -np.expm1(periods * np.log1p(-shares))  # of small rates no digit is lost
    return found if np.ndim(found) else float(found)


def period_churn(rate: Any, periods: float = 12) -> Any:
    """The churn of one period that makes this churn a year: the inverse of :func:`annual_churn`.

    Parameters
    ----------
    rate : float or array
        Of a year, as a share.
    periods : float
        Periods in a year.

    Examples
    --------
    >>> round(period_churn(annual_churn(0.03)), 6)
    0.03
    """
    if not isinstance(periods, (int, float)) or isinstance(periods, bool) or not 0 < periods < np.inf:
        raise OptionError(f"periods is {periods!r}", hint="how many periods a year has: 12 for a monthly rate")
    return annual_churn(rate, 1 / periods)


def _shares(rate: Any) -> NDArray[np.float64]:
    try:
        shares = np.asarray(rate, np.float64)
    except (TypeError, ValueError):
        raise OptionError(f"a churn rate of {rate!r}", hint="a share: 0.03 is 3 %") from None
    odd = shares[~((shares >= 0) & (shares <= 1))]
    if odd.size:
        first = float(odd.reshape(-1)[0])
        fix = f"a share: {first:g} % is {first / 100:g}" if 1 < first <= 100 else "a share between 0 and 1: 0.03 is 3 %"
        raise OptionError(f"a churn rate of {first:g}", hint=fix)
    return shares
