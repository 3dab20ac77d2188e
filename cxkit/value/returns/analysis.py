"""The return of an improvement: from what was said and measured to the distribution of what it brings back."""

from collections.abc import Mapping
from typing import Any, Literal, overload

from cxkit.errors import OptionError, UnknownNameError, did_you_mean
from cxkit.keydrivers.result import Drivers
from cxkit.study import Study
from cxkit.value.returns.computing import one_return
from cxkit.value.returns.result import Roi
from cxkit.value.returns.scenarios import RoiScenarios

__all__ = ["roi"]

Period = Literal["M", "Y"]
Timing = Literal["start", "end", "end_all"]


@overload
def roi(
    data: Any = None, *, cost: Any, improve: Mapping[str, Any] | None = None, horizon: float | None = None,
    discount: Any = None, score: str | None = None, customers: Any = None, reach: Any = None, churn: Any = None,
    revenue: Any = None, margin: Any = None, margin_rate: Any = None, support_cost: Any = None, referrals: Any = None,
    cross_sell: Any = None, cross_sell_value: Any = None, after: Mapping[str, Any] | None = None,
    change: Mapping[str, Any] | None = None, per_point: Mapping[str, Any] | None = None, period: Period | None = None,
    timing: Timing | None = None, ramp_months: Any = None, delay_months: Any = None, fade: Any = None,
    drivers: Drivers | None = None, slopes: Any = None, months: float | None = None,
    evidence: Mapping[str, Any] | None = None,
    correlation: Mapping[tuple[str, str], float] | None = None, scenarios: None = None, currency: str | None = None,
    draws: int = 10_000, seed: int = 0, level: float = 0.95,
) -> Roi: ...  # fmt: skip
@overload
def roi(
    data: Any = None, *, cost: Any, improve: Mapping[str, Any] | None = None, horizon: float | None = None,
    discount: Any = None, score: str | None = None, customers: Any = None, reach: Any = None, churn: Any = None,
    revenue: Any = None, margin: Any = None, margin_rate: Any = None, support_cost: Any = None, referrals: Any = None,
    cross_sell: Any = None, cross_sell_value: Any = None, after: Mapping[str, Any] | None = None,
    change: Mapping[str, Any] | None = None, per_point: Mapping[str, Any] | None = None, period: Period | None = None,
    timing: Timing | None = None, ramp_months: Any = None, delay_months: Any = None, fade: Any = None,
    drivers: Drivers | None = None, slopes: Any = None, months: float | None = None,
    evidence: Mapping[str, Any] | None = None,
    correlation: Mapping[tuple[str, str], float] | None = None, scenarios: Mapping[str, Mapping[str, Any]],
    currency: str | None = None, draws: int = 10_000, seed: int = 0, level: float = 0.95,
) -> RoiScenarios: ...  # fmt: skip


def roi(
    data: Any = None,
    *,
    cost: Any,
    improve: Mapping[str, Any] | None = None,
    horizon: float | None = None,
    discount: Any = None,
    score: str | None = None,
    customers: Any = None,
    reach: Any = None,
    churn: Any = None,
    revenue: Any = None,
    margin: Any = None,
    margin_rate: Any = None,
    support_cost: Any = None,
    referrals: Any = None,
    cross_sell: Any = None,
    cross_sell_value: Any = None,
    after: Mapping[str, Any] | None = None,
    change: Mapping[str, Any] | None = None,
    per_point: Mapping[str, Any] | None = None,
    period: Period | None = None,
    timing: Timing | None = None,
    ramp_months: Any = None,
    delay_months: Any = None,
    fade: Any = None,
    drivers: Drivers | None = None,
    slopes: Any = None,
    months: float | None = None,
    evidence: Mapping[str, Any] | None = None,
    correlation: Mapping[tuple[str, str], float] | None = None,
    scenarios: Mapping[str, Mapping[str, Any]] | None = None,
    currency: str | None = None,
    draws: int = 10_000,
    seed: int = 0,
    level: float = 0.95,
) -> Roi | RoiScenarios:
    """What an improvement brings back: a distribution, its assumptions in view.

    The same customers live through two worlds, one with the improvement and one without it. The gain is the margin of
    the first above that of the second, month by month: customers who stay because of it go on paying, what they spend
    more is counted on those who are still there, and nothing is counted twice.

    Parameters
    ----------
    data : Study, frame or place, optional
        With it, drivers, points and behaviour are measured; without it, everything is an assumption.
    cost : amount, or mapping
        What it costs once, now; or ``{"once": 200_000, "yearly": 50_000, "each": 3}``, of which the yearly part is
        paid at the start of each period, and the last one once for each customer reached.
    improve : mapping, optional
        Driver -> gain in units of its own scale, ``{"wait": 0.5}``; or points of the score itself, ``{"nps": 5}``.
    horizon : float, optional
        Years; 3 when not given.
    discount : amount, optional
        A year; 0.08 when not given.
    score : str, optional
        What stands between drivers and behaviour; ``nps``, else ``csat``, else ``ces``.
    customers, reach : amount, optional
        How many, and the share of them that the improvement reaches. Those of the study, and all, when not given.
    churn, revenue, margin, support_cost, referrals, cross_sell : amount, optional
        What a customer does in a period today: the share who leave; money brought; cost of contacts; new customers
        brought; other products bought. They go before what a study measures.
    margin_rate : amount, optional
        What is kept of revenue. Not needed where ``margin`` is said or measured.
    cross_sell_value : amount, optional
        Revenue of one cross-sale.
    after, change : mapping, optional
        New level, or change, of one of these: ``after={"churn": 0.15}``, ``change={"revenue": (1, 3)}``.
    per_point : mapping, optional
        Its change for one point of the score, assumed.
    period : {"M", "Y"}, optional
        What these figures are of. It must be said as soon as one of them is.
    timing : {"start", "end", "end_all"}, optional
        When the margin of a period is paid: at its start by all; at its end by those who stayed (when not given); at
        its end by all.
    ramp_months, delay_months, fade : amount, optional
        Months until the effect is whole, after months without any; share of it lost in a year. 0 when not given.
    drivers : Drivers, optional
        An analysis to use in place of the study's own.
    slopes : Slopes or Linkage, optional
        What goes with a point of the score, in place of the study's own linkage.
    months : float, optional
        That the amounts and the churn flag of the study cover; 12 when not given, which is said among the assumptions.
        1 of monthly columns.
    evidence : mapping, optional
        Driver, score or quantity -> an effect that was found (:func:`cxkit.effect`), which takes the place of what was
        said or measured of it; or a word, ``"matched"``, for how it is known.
    correlation : mapping, optional
        Pair of uncertain figures -> correlation of their normal scores.
    scenarios : mapping, optional
        Name -> arguments that differ in it. All are then computed with the same random numbers.
    currency : str, optional
        That of the study, else EUR.
    draws, seed : int
    level : float
        Share of the draws inside an interval.

    Returns
    -------
    Roi or RoiScenarios
        ``to_frame()`` has ``item, estimate, low, high, unit``.

    Raises
    ------
    OptionError, UsageError
        Revenue without a margin rate, an amount of a period without its period, a figure that cannot be, another
        currency than that of the study or of an effect ...
    RoleError
        A study that knows nothing of behaviour.
    UnknownNameError
        No such driver.

    Notes
    -----
    An amount is a number, a range ``(low, high)`` in which all is as likely, ``(low, likely, high)`` (triangular), a
    frozen distribution of ``scipy.stats``, or an effect with its interval. Measured figures are drawn from their joint
    normal. The gain is split by Shapley values over the channels, so that the parts sum to it exactly.

    References
    ----------
    Gupta & Lehmann (2003), Journal of Interactive Marketing 17(1), 9-24; Fader & Hardie, notes 024 and 033, on timing.

    Examples
    --------
    >>> import cxkit as cx
    >>> from cxkit.value.returns import roi
    >>> found = roi(cost=118_800, customers=1000, churn=0.20, margin=5000, after={"churn": 0.15},
    ...             period="Y", horizon=1, discount=0)
    >>> round(found.value("benefit")), round(found.value("roi"), 1), round(found.value("payback_months"), 1)
    (250000, 110.4, 5.7)
    """
    study = data if isinstance(data, Study) or data is None else Study(data)
    arguments = {
        "cost": cost, "improve": improve, "horizon": horizon, "discount": discount, "score": score,
        "customers": customers, "reach": reach, "churn": churn, "revenue": revenue, "margin": margin,
        "margin_rate": margin_rate, "support_cost": support_cost, "referrals": referrals, "cross_sell": cross_sell,
        "cross_sell_value": cross_sell_value, "after": after, "change": change, "per_point": per_point,
        "period": period, "timing": timing, "ramp_months": ramp_months, "delay_months": delay_months, "fade": fade,
        "drivers": drivers, "slopes": slopes, "months": months, "evidence": evidence, "correlation": correlation, "currency": currency,
        "draws": draws, "seed": seed, "level": level,
    }  # fmt: skip
    if scenarios is None:
        return one_return(study, arguments)
    if not isinstance(scenarios, Mapping) or not scenarios:
        raise OptionError(f"scenarios= is {scenarios!r}", hint="scenarios={'prudent': {'improve': {'wait': 0.3}}}")
    found = []
    for name, differs in scenarios.items():
        if not isinstance(differs, Mapping):
            raise OptionError(
                f"scenario {name!r} is {differs!r}", hint="the arguments that differ in it: {'cost': 9e4}"
            )
        for what in differs:
            if what not in arguments or what in ("seed", "draws", "level", "currency"):
                raise UnknownNameError(
                    f"scenario {name!r} changes {what!r}", hint=did_you_mean(str(what), arguments, what="Arguments")
                )
        found.append(one_return(study, arguments | dict(differs)))
    return RoiScenarios(tuple(map(str, scenarios)), tuple(found))
