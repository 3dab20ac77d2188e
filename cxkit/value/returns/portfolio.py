"""Which improvements to fund first: the best choice under a budget, and how sure that is."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import DataWarning, OptionError, UnknownNameError, UsageError, did_you_mean
from cxkit.present.items import Item
from cxkit.stats.knapsack import MOST, best_choices, choices, frontier
from cxkit.value.returns.amounts import plain
from cxkit.value.returns.combined import Drawn, Values, alike
from cxkit.value.returns.figures import spread
from cxkit.value.returns.portfolio_result import Fix, FrontierPoint, Portfolio
from cxkit.value.returns.result import Roi

__all__ = ["portfolio"]

Bools = NDArray[np.bool_]


def portfolio(
    rois: Mapping[str, Roi],
    budget: float,
    *,
    alternatives: Sequence[tuple[str, str]] | None = None,
    same_customers: bool | None = None,
    seed: int = 0,
) -> Portfolio:
    """Which improvements to fund first.

    Parameters
    ----------
    rois : mapping of str to Roi
        Up to 20, of one currency, horizon and discount.
    budget : float
        What may be spent, in today's money: running costs of the horizon count.
    alternatives : sequence of (str, str), optional
        Pairs of which at most one is funded. When not given, two fixes that improve the same driver of the same study;
        ``[]`` where both can be done in full.
    same_customers : bool, optional
        Whether fixes work on the same customers, who are then valued with all of them at once. When not given, those of
        one study whose figures of today are the same do. ``False``: each on its own customers, gains added up.
    seed : int

    Returns
    -------
    Portfolio

    Raises
    ------
    OptionError, UsageError
        Returns that cannot be compared; a budget below 0; ``same_customers=True`` of fixes whose customers differ.
    UnknownNameError
        An alternative that is no fix.

    Notes
    -----
    The choice has the greatest expected net gain of all that the budget allows (all choices looked at). Fixes for the
    same customers are worth what they bring together, in two worlds computed jointly: of two that both end churn the
    second adds nothing, and a customer who stays because of one also spends more because of another. Every set of up to
    12 of them is computed; of more, those 12 that bring most alone. Fixes for different customers add up. In the draws,
    figures that fixes share (margin, churn, discount, what was measured) are the same for all of them; what concerns one
    alone is drawn on its own.

    Examples
    --------
    >>> from cxkit.value.returns import portfolio, roi
    >>> common = dict(customers=1000, churn=0.2, margin=500, period="Y", horizon=1, discount=0)
    >>> fixes = {"wait": roi(cost=15_000, after={"churn": 0.15}, **common),
    ...          "price": roi(cost=9_000, after={"churn": 0.17}, **common),
    ...          "app": roi(cost=9_000, after={"churn": 0.18}, **common)}
    >>> portfolio(fixes, budget=16_000).chosen
    ('wait',)
    """
    names = _checked(rois)
    money = plain(budget)
    if money is None or money < 0:
        raise OptionError(f"budget is {budget!r}", hint="budget=500_000, in today's money")
    if same_customers not in (None, True, False):
        raise OptionError(f"same_customers is {same_customers!r}", hint="True, False, or nothing: found out")
    found = [rois[name] for name in names]
    pairs = _alternatives(rois, alternatives)
    draws = min(r.draws for r in found)
    drawn = [
        Drawn.of(r, r.inputs.draw(draws, seed, dict(r.correlation), own=name)[0])
        for r, name in zip(found, names, strict=True)
    ]
    groups = [[i] for i in range(len(found))] if same_customers is False else alike(drawn)
    if same_customers and len(groups) > 1:
        raise UsageError(
            f"{names[groups[0][0]]} and {names[groups[1][0]]} are not for the same customers: study, time or figures of "
            "today differ",
            hint="say customers=, churn=, margin= ... alike in all of them",
        )
    values = Values.of(drawn, groups, [r.value("npv") for r in found], draws)
    cost = np.array([r.value("cost") for r in found])
    chosen, total = choices(cost, pairs)
    kept = ~chosen[:, list(values.left)].any(axis=1)
    chosen, total = chosen[kept], total[kept]
    affordable = total <= money * (1 + 1e-9)
    expected = values.expected(chosen)
    best = np.asarray(chosen[int(np.argmax(np.where(affordable, expected, -np.inf)))], bool)
    # What is best in each draw, knowing it beforehand.
    ideal, looked = best_choices(chosen[affordable], values.alone, values.joint)
    bought = chosen[affordable][ideal]
    level = found[0].level
    sums = {row: _sum(found, values, chosen[row], float(expected[row]), level) for row in frontier(total, expected)}
    points = tuple(
        FrontierPoint(
            float(total[row]), known[0], known[1], known[2], known[3],
            tuple(n for n, taken in zip(names, chosen[row], strict=True) if taken),
        )
        for row, known in sums.items()
    )  # fmt: skip
    npv, low, high, pays = _sum(found, values, best, float(values.expected(best[None])[0]), level)
    currency = found[0].currency
    spent = float(best @ cost)
    at_once = [sum(best[i] for i in group) > 1 for group in groups]
    totals: tuple[Item, ...] = (
        Item("npv", npv, low, high, currency), Item("cost", spent, unit=currency),
        Item("budget_left", money - spent, unit=currency), Item("probability_positive", pays, unit="%"),
        Item("choice_share", 100 * float((bought == best).all(axis=1).mean()), unit="%"),
        *([Item("npv_sum", float(best @ values.npv), unit=currency)] if any(at_once) else []),
    )  # fmt: skip
    fixes = tuple(
        Fix(name, bool(best[i]), _items(r, _added(values, best, i, level, currency), float(bought[:, i].mean()), bool(best[i])))
        for i, (name, r) in enumerate(zip(names, found, strict=True))
    )  # fmt: skip
    return Portfolio(
        fixes, totals, points, money, currency, level, tuple((names[a], names[b]) for a, b in pairs), looked,
        tuple(tuple(names[i] for i in group) for group in groups), tuple(names[i] for i in values.left),
        found[0].case.periods * found[0].case.months,
    )  # fmt: skip


def _sum(
    found: Sequence[Roi], values: Values, taken: Bools, npv: float, level: float
) -> tuple[float, float, float, float]:
    """Net gain of a choice, its interval, and the chance that it pays; of one fix as its own return says them."""
    places = np.flatnonzero(taken)
    if len(places) == 1:
        own = found[places[0]]
        item = own.item("npv")
        return item.estimate, item.low, item.high, own.value("probability_positive")
    drawn = values.drawn(taken)
    return npv, *spread(drawn, level), 100 * float(np.mean(drawn > 0))


def _added(values: Values, best: Bools, i: int, level: float, currency: str) -> Item:
    """What a fix adds to the others of the best choice."""
    if i in values.left:
        return Item("npv_added", np.nan, unit=currency)
    having, without = best.copy(), best.copy()
    having[i], without[i] = True, False
    more = values.drawn(having) - values.drawn(without)
    estimate = values.expected(having[None])[0] - values.expected(without[None])[0]
    return Item("npv_added", float(estimate), *spread(more, level), currency)


def _checked(rois: Any) -> tuple[str, ...]:
    if not isinstance(rois, Mapping) or not rois or not all(isinstance(r, Roi) for r in rois.values()):
        raise OptionError(
            "portfolio takes returns by name", hint="cx.portfolio({'wait': s.roi(...), 'price': s.roi(...)}, 5e5)"
        )
    if len(rois) > MOST:
        raise OptionError(f"{len(rois)} fixes have too many choices", hint=f"{MOST} at most: leave out the worst")
    alike: tuple[tuple[str, Callable[[Roi], Any]], ...] = (
        ("currencies", lambda r: r.currency),
        ("horizons in months", lambda r: r.case.periods * r.case.months),
        ("discount rates", lambda r: r.inputs.amounts["discount"].value),
        ("levels", lambda r: r.level),
    )
    for what, of in alike:
        different = sorted({of(r) for r in rois.values()})
        if len(different) > 1:
            raise UsageError(
                f"these returns have different {what}: {', '.join(map(str, different))}", hint="compute them alike"
            )
    return tuple(map(str, rois))


def _alternatives(rois: Mapping[str, Roi], asked: Sequence[tuple[str, str]] | None) -> list[tuple[int, int]]:
    names = list(rois)
    if asked is not None:
        if isinstance(asked, str) or not isinstance(asked, Sequence):
            raise OptionError(f"alternatives= is {asked!r}", hint="pairs of names: [('wait', 'price')]")
        for pair in asked:
            if not isinstance(pair, (tuple, list)) or len(pair) != 2 or pair[0] == pair[1]:
                raise OptionError(f"alternatives= has {pair!r}", hint="pairs of two names: [('wait', 'price')]")
            for name in pair:
                if name not in names:
                    raise UnknownNameError(f"no fix {name!r}", hint=did_you_mean(str(name), names, what="Fixes"))
        return [(names.index(a), names.index(b)) for a, b in asked]
    out = []
    for i, a in enumerate(names):
        for j in range(i + 1, len(names)):
            one, two = rois[a], rois[names[j]]
            both = set(one.case.drivers) & set(two.case.drivers)
            if both and one.source == two.source:
                out.append((i, j))
                warnings.warn(
                    DataWarning(
                        f"{a} and {names[j]} both improve {', '.join(sorted(both))}, and their gains do not add up: one "
                        "of them at most is funded (alternatives=[] where both can be done in full)",
                        code="overlap",
                    ),
                    stacklevel=3,
                )
    return out


def _items(roi: Roi, added: Item, often: float, funded: bool) -> tuple[Item, ...]:
    return (
        roi.item("npv"), roi.item("cost"), roi.item("roi"), roi.item("probability_positive"), added,
        Item("chosen_share", 100 * often, unit="%"), Item("funded", float(funded)),
    )  # fmt: skip
