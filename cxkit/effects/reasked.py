"""People who were chosen for a low answer, treated and asked again: what of their rise would have come anyway."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.effects.asked import Asked, share_meant, span_of
from cxkit.effects.outcomes import Outcome, outcome_meant, refuse_itself
from cxkit.effects.reading_of import contrast_of, left_out, reading_of, small_check
from cxkit.effects.result import Check, Effect
from cxkit.effects.rows import Table, day_of, grouping, table
from cxkit.errors import NothingMatched, OptionError, RoleError, UsageError
from cxkit.present.items import Item
from cxkit.protocols import Metric
from cxkit.stats.experiments import Contrast
from cxkit.stats.latentretest import answers_given, fit_link, known_link
from cxkit.stats.remeasured import known_again, line_again, untreated_fit
from cxkit.study import Study

__all__ = ["reasked"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Pairs of people left alone from which they stand for the treated; below, everybody's answers do.
_ENOUGH = 10


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Two answers of a person: what they count, and as they were given."""

    person: Ints
    group: Ints
    before: Floats
    after: Floats
    first: Floats
    second: Floats

    def __len__(self) -> int:
        return len(self.person)

    def take(self, rows: Any) -> _Pairs:
        return _Pairs(
            self.person[rows],
            self.group[rows],
            self.before[rows],
            self.after[rows],
            self.first[rows],
            self.second[rows],
        )


def reasked(study: Study, wanted: str | Metric, asked: Asked) -> Effect:
    """The rise of treated people less the rise of people with the same first answer who were left alone."""
    outcome = outcome_meant(study, wanted, asked.currency)
    if "id" not in study.roles:
        raise RoleError(
            "the same people cannot be found again: this study has no 'id'", hint="cx.Study(data, id='...', date='...')"
        )
    share = share_meant("reliability", asked.reliability)
    among = _among(outcome, asked.among)
    if asked.treated is None and asked.at is None:
        raise OptionError(
            "neither who was treated nor when is said", hint="treated='called' (yes/no), or at='2026-03-01', or both"
        )
    if asked.at is not None:
        span_of(study, asked.at)
    groups = None if asked.treated is None else grouping(study, asked.treated, asked.control, several=False)
    if groups is not None:
        refuse_itself(study, outcome, groups.column)
    rows = table(
        study, [outcome.column, outcome.answer], groups=groups, dated=True, person=study.column("id"), weighted=False
    )
    answered = np.isfinite(rows.x[:, 0])
    checks = left_out(rows, int((~answered).sum()))
    if "weight" in study.roles:
        checks.append(Check("unweighted", False))
    rows = rows.take(answered)
    pairs, alone, lost = _paired(rows, asked.at, among)
    treated = pairs.take(pairs.group == 1)
    if len(treated) < 2:
        raise NothingMatched(
            f"{len(treated)} treated people with an answer in {_said(among)} answered again",
            hint="check id=, date=, treated= and among=; ids that were damaged find nobody again",
        )
    checks += _attrition(lost)
    held = pairs.take(pairs.group == 0)
    earlier = alone.take(_is_among(alone.first, among))
    names = ("", "") if groups is None else (groups.arms[1], groups.arms[0])
    if len(held) >= _ENOUGH and share is None:
        return _against(outcome, asked, treated, held, checks, names, "untreated", study)
    if len(earlier) >= _ENOUGH and share is None:
        return _against(outcome, asked, treated, earlier, [*checks, Check("earlier", False)], names, "earlier", study)
    return _shrunk(outcome, asked, rows, treated, _joined(held, alone), checks, names, share, study, among)


def _among(outcome: Outcome, among: Any) -> frozenset[float]:
    """The first answers for which people were chosen."""
    if among is None:
        if outcome.metric.name == "nps":
            return frozenset(float(a) for a in range(7))
        raise OptionError(
            f"which first answers of {outcome.metric.name!r} were chosen is not said",
            hint="among=(1, 2), or range(0, 7)",
        )
    if isinstance(among, (int, float)) and not isinstance(among, bool):
        return frozenset({float(among)})
    if isinstance(among, str) or not isinstance(among, Iterable):
        raise OptionError(
            f"among is {among!r}", hint="the first answers for which people were chosen: among=range(0, 7)"
        )
    try:
        found = frozenset(float(a) for a in among)
    except (TypeError, ValueError):
        raise OptionError(f"among is {among!r}", hint="answers: among=range(0, 7)") from None
    if not found:
        raise OptionError("among names no answer", hint="among=range(0, 7)")
    return found


def _said(among: frozenset[float]) -> str:
    listed = sorted(among)
    return f"{listed[0]:g} to {listed[-1]:g}" if len(listed) > 1 else f"{listed[0]:g}"


def _is_among(answers: Floats, among: frozenset[float]) -> NDArray[np.bool_]:
    return np.isin(answers, sorted(among))


def _paired(rows: Table, at: dt.date | None, among: frozenset[float]) -> tuple[_Pairs, _Pairs, NDArray[np.float64]]:
    """Pairs about the action of people chosen for their first answer, pairs without any action, and who was lost.

    Without ``treated=`` all pairs across ``at`` are treated, those before it are not. Without ``at=`` a pair is
    a person's first chosen answer and the next one.

    Returns
    -------
    pairs : of the chosen, ``group`` 1 for treated
    alone : consecutive pairs, whatever the first answer, with nothing done between
    lost : (2, 2) chosen people and, of them, those who answered again; untreated first
    """
    assert rows.person is not None
    order = np.lexsort((rows.day, rows.person))
    person, day, arm = rows.person[order], rows.day[order], rows.arm[order]
    value, answer = rows.x[order, 0], rows.x[order, 1]
    people = int(person.max()) + 1
    group = np.ones(people, np.int64)
    if (arm >= 0).all():
        group = np.zeros(people, np.int64)
        np.maximum.at(group, person, arm)
    next_same = np.r_[person[1:] == person[:-1], False]
    i = np.flatnonzero(next_same)

    def made(first: Ints, second: Ints) -> _Pairs:
        mine = person[first]
        return _Pairs(mine, group[mine], value[first], value[second], answer[first], answer[second])

    low = _is_among(answer, among)
    if at is not None:
        border = day_of(at)
        # The last answer before, and the first from then on: neighbours in time.
        last = (day < border) & np.r_[(person[1:] != person[:-1]) | (day[1:] >= border), True]
        across = np.flatnonzero(last & next_same & np.r_[day[1:] >= border, False])
        chosen = last & low
        pairs = made(across[low[across]], across[low[across]] + 1)
        quiet = i[day[i + 1] < border]
        free = np.flatnonzero(last & next_same & np.r_[day[1:] >= border, False] & (group[person] == 0) & ~low)
        alone = made(np.r_[quiet, free], np.r_[quiet, free] + 1)
        again = np.isin(np.arange(len(person)), across)
    else:
        start = np.flatnonzero(low)
        _, at_first = np.unique(person[start], return_index=True)
        first = start[at_first]
        # Who was chosen later than anybody who answered again had no occasion yet to do so.
        followed = day[first[next_same[first]]]
        chosen = np.isin(np.arange(len(person)), first) & (day <= followed.max(initial=-(10**9)))
        again = next_same
        pairs = made(first[next_same[first]], first[next_same[first]] + 1)
        quiet = i[(group[person[i]] == 0) & ~np.isin(i, first)]
        alone = made(quiet, quiet + 1)
    lost = np.array(
        [[(chosen & (group[person] == g)).sum(), (chosen & again & (group[person] == g)).sum()] for g in (0, 1)]
    )
    return pairs, alone, lost.astype(np.float64)


def _attrition(lost: Floats) -> list[Check]:
    """How many of the chosen answered again, and whether equally often when treated."""
    from scipy.special import chdtrc

    chosen, again = lost[:, 0], lost[:, 1]
    rate = [100 * a / c if c else float("nan") for c, a in lost]
    both = chosen.min() > 0
    share = again.sum() / chosen.sum()
    p = 1.0
    if both and 0 < share < 1:
        p = float(chdtrc(1, float(((again - share * chosen) ** 2 / (chosen * share * (1 - share))).sum())))
    values = (("treated", rate[1]), ("p", p)) if not both else (("treated", rate[1]), ("untreated", rate[0]), ("p", p))
    return [Check("answered_again" if both else "answered_again_one", p >= 0.01, values)]


def _joined(first: _Pairs, second: _Pairs) -> _Pairs:
    names = ("person", "group", "before", "after", "first", "second")
    return _Pairs(*(np.concatenate([getattr(first, k), getattr(second, k)]) for k in names))


def _against(
    outcome: Outcome, asked: Asked, treated: _Pairs, others: _Pairs, checks: list[Check], names: tuple[str, str], method: str,
    study: Study,
) -> Effect:  # fmt: skip
    """Treated people against people left alone, at the same first answer."""
    both = _joined(treated, others)
    d = np.r_[np.ones(len(treated)), np.zeros(len(others))]
    person = both.person if method == "untreated" else np.r_[treated.person, others.person]
    _refuse(both, outcome)
    found, _ = untreated_fit(both.first, both.after, d, cluster=person)
    effect, without = (contrast_of(float(found.coef[k]), float(found.se[k]), float(found.df[k])) for k in (0, 2))
    if not effect.se > 0:
        checks.append(Check("no_spread", False, (("arm", names[0]),)))
    gap = float(treated.first.mean() - others.first.mean())
    checks.append(
        Check(
            "start",
            True,
            (("treated", float(treated.first.mean())), ("untreated", float(others.first.mean())), ("gap", gap)),
        )
    )
    checks += small_check(len(treated), len(others))
    start = float(treated.before.mean())
    rise = without.interval(asked.level)
    return _result(
        outcome, asked, treated, len(others), effect, None,
        Item("expected_rise", without.delta - start, rise[0] - start, rise[1] - start, outcome.unit), checks, names, method,
        "matched" if method == "untreated" else "observed", study,
    )  # fmt: skip


def _shrunk(
    outcome: Outcome, asked: Asked, rows: Table, treated: _Pairs, alone: _Pairs, checks: list[Check],
    names: tuple[str, str], reliability: float | None, study: Study, among: frozenset[float],
) -> Effect:  # fmt: skip
    """Without untreated people of the same kind: from how far any two answers of one person agree."""
    people = len(np.unique(alone.person))
    if reliability is None and people < 2 * _ENOUGH:
        raise UsageError(
            f"only {people} people answered twice with nothing done between: how far the chosen rise anyway is not known",
            code="no_untreated",
            hint="leave some of the chosen untreated and ask them again; or reliability=, the correlation of two "
            "answers of one person, from an earlier panel",
        )  # fmt: skip
    first = _first_answers(rows)
    if outcome.metric.scale is not None:
        found = _on_a_scale(outcome, first, alone, treated, reliability)
    else:
        found = _on_a_line(first, alone, treated, reliability)
    checks += small_check(len(treated))
    values = (("reliability", found.slope), ("pairs", float(len(alone))), ("mean", found.mean))
    checks.append(Check("reliability_said" if reliability is not None else "reliability", reliability is None, values))
    if reliability is None and not _is_among(alone.first, among).any():
        checks.append(Check("extrapolated", False))
    before = float(treated.before.mean())
    observed = float(treated.after.mean())
    free = float(len(treated) - 1)
    effect = contrast_of(observed - found.expected, found.se, free)
    ends = contrast_of(found.expected, found.expected_se, free).interval(asked.level)
    return _result(
        outcome, asked, treated, len(alone), effect, None,
        Item("expected_rise", found.expected - before, float(ends[0]) - before, float(ends[1]) - before, outcome.unit),
        checks, names, "shrinkage", "observed", study,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Expected:
    """Mean second answer of the treated if nothing had been done, its error, and that of the effect."""

    expected: float
    expected_se: float
    se: float
    slope: float
    mean: float


def _first_answers(rows: Table) -> Floats:
    """First answer of everybody."""
    assert rows.person is not None
    order = np.lexsort((rows.day, rows.person))
    _, start = np.unique(rows.person[order], return_index=True)
    return np.asarray(rows.x[order][start, 1])


def _on_a_scale(
    outcome: Outcome, first: Floats, alone: _Pairs, treated: _Pairs, reliability: float | None
) -> _Expected:  # fmt: skip
    """By opinions behind the answers: the ends of the scale bend the line, and are allowed for."""
    scale = outcome.metric.scale
    assert scale is not None
    levels = answers_given(*scale)
    value = np.array([outcome.metric.value(a) for a in levels.tolist()])
    if reliability is not None:
        link = known_link(levels, first, reliability)
    else:
        link = fit_link(levels, first, alone.first, alone.second, alone.person)
    expected, error = link.expected(treated.first, value)
    own = float(treated.after.var(ddof=1)) / len(treated)
    return _Expected(expected, error, float(np.sqrt(own + error**2)), link.slope, link.mean)


def _on_a_line(first: Floats, alone: _Pairs, treated: _Pairs, reliability: float | None) -> _Expected:
    """By the straight line of numbers without ends."""
    if reliability is not None:
        found = known_again(first, treated.first, treated.after, reliability)
        return _Expected(*found, reliability, float(first.mean()))
    line, slope = line_again(alone.first, alone.second, float(treated.first.mean()), cluster=alone.person)
    expected, error = float(line.coef[0]), float(line.se[0])
    own = float((treated.after - slope * treated.first).var(ddof=1)) / len(treated)
    return _Expected(expected, error, float(np.sqrt(own + error**2)), slope, float(first.mean()))


def _refuse(pairs: _Pairs, outcome: Outcome) -> None:
    if np.ptp(pairs.after) == 0:
        raise UsageError(
            f"everybody's second answer counts {pairs.after[0]:g}: nothing to tell apart", column=outcome.column.name,
            code="constant_outcome", hint="name another outcome",
        )  # fmt: skip


def _result(
    outcome: Outcome, asked: Asked, treated: _Pairs, others: int, effect: Contrast, interval: tuple[float, float] | None,
    expected: Item, checks: list[Check], names: tuple[str, str], method: str, grade: str, study: Study,
) -> Effect:  # fmt: skip
    change = treated.after - treated.before
    n = len(treated)
    rise = contrast_of(float(change.mean()), float(change.std(ddof=1)) / n**0.5, float(n - 1))
    reading = reading_of(
        outcome, names, effect, observed=float(treated.after.mean()), n=(n, others), level=asked.level, interval=interval,
        customers=len(np.unique(treated.person)),
        first=[
            Item("before", float(treated.before.mean()), unit=outcome.level_unit),
            Item("naive", rise.delta, *rise.interval(asked.level), outcome.unit), expected,
        ],
    )  # fmt: skip
    return Effect(
        "remeasured", method, (reading,), tuple(checks), (), (), grade, asked.currency, asked.level, at=asked.at,
        source=study.source,
    )  # fmt: skip
