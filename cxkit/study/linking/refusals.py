"""Joins that cannot be right: nothing in common, rows of one id that differ, ids that a repair would mix up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cxkit.errors import ColumnError, NothingMatched, OptionError, RoleError, UsageError
from cxkit.present.numbers import count
from cxkit.study.linking.masking import masked
from cxkit.study.linking.misspelt import role_meant
from cxkit.study.linking.place import Place
from cxkit.study.linking.words import damage_text, nearly_hint
from cxkit.tally.desk import engine_of
from cxkit.tally.engine import schema_of
from cxkit.tally.joinfaults import collisions
from cxkit.tally.joinsides import LOCAL, Ask

if TYPE_CHECKING:
    from cxkit.study.linking.report import JoinReport
    from cxkit.study.study import Study
    from cxkit.tally.asof import Value
    from cxkit.tally.joins import Joining, ValueFacts

__all__ = ["refuse_collisions", "refuse_differing", "refuse_engines", "refuse_infinite", "refuse_no_match"]


def refuse_engines(study: Study, place: Place) -> None:
    """Refuse two sides that no engine can hold together."""
    mine, theirs = engine_of(study.data), engine_of(place.frame)
    if (mine in LOCAL and theirs in LOCAL) or mine == theirs:
        return
    far = mine if mine not in LOCAL else theirs
    raise OptionError(
        f"the study is held by {mine} and the data by {theirs}, which cannot be joined",
        code="engines",
        hint=f"read both with {far}, or give the side held by {far} as a pandas frame of the columns that are needed",
    )


def refuse_no_match(
    report: JoinReport, examples: Callable[[], tuple[Sequence[str], Sequence[str]]], place: Place
) -> None:
    """Refuse a join that found nothing, with ids of both sides and the likely cause."""
    if report.matched:
        return
    pairs = " and ".join(f"{ours!r} = {theirs!r}" for ours, theirs in report.on)
    if report.rows == 0:
        raise NothingMatched("the data have no rows", file=place.file, hint="check the file, or its filter")
    if report.answers and report.nameless == report.answers:
        damaged = [damage_text(d) for d in report.damaged if d.side == "answers" and not d.repaired]
        raise NothingMatched(
            f"no answer has an id that can be compared (column {report.on[0][0]!r})",
            hint=damaged[0] if damaged else "name another column: cx.Study(data, id='...')",
        )
    if report.answers and report.nameless + report.dateless >= report.answers:
        raise NothingMatched("no answer has both an id and a date", hint="check the date column of the study")
    mine, theirs = examples()
    shown = [", ".join(masked(x) for x in side) or "none" for side in (mine, theirs)]
    damaged = [damage_text(d) for d in report.damaged if not d.repaired]
    causes = [nearly_hint(n) for n in report.nearly] + damaged
    raise NothingMatched(
        f"no answer has an id of the data by {pairs}: {count(report.customers)} in the study, such as {shown[0]}; "
        f"in the data such as {shown[1]}",
        file=place.file,
        hint=causes[0] if causes else 'name the columns that hold the same ids: on={"ours": "theirs"}',
    )


def refuse_differing(
    ask: Ask, values: Sequence[ValueFacts], example: Callable[[int], tuple[str, str, str] | None], place: Place
) -> None:
    """Refuse rows of one id that say different things, where no rule says what to make of them."""
    for i, (value, facts) in enumerate(zip(ask.values, values, strict=True)):
        if not facts.differing:
            continue
        found = example(i)
        such = f", such as {masked(found[0])}: {found[1]!r} and {found[2]!r}" if found is not None else ""
        ids = "1 id that answered has" if facts.differing == 1 else f"{count(facts.differing)} ids that answered have"
        raise UsageError(
            f"{ids} several values of {value.source!r}{such}",
            code="values_differ", column=value.source, file=place.file, hint=_rule_hint(value, ask, place),
        )  # fmt: skip


def _rule_hint(value: Value, ask: Ask, place: Place) -> str:
    """What to type: the largest of several amounts is no amount, so numbers are offered their sum."""
    meant = role_meant(value.name)
    start = f"did you mean the role {meant!r}? {meant}={value.source!r}; else say" if meant else "say"
    if schema_of(place.frame)[value.source].is_numeric() or place.holds_numbers(value.source):
        options = f"rules={{{value.name!r}: 'sum'}}, or 'mean'"
    elif ask.window is None:
        options = f"rules={{{value.name!r}: 'max'}}"
    else:
        return f"{start} what they become: rules={{{value.name!r}: 'last'}}"
    last = "'last'" if ask.window is not None else "'last' with when='the date column'"
    return f"{start} what they become: {options}, or {last}; or keep one row an id"


def refuse_infinite(ask: Ask, values: Sequence[ValueFacts], place: Place) -> None:
    """Refuse values that are no numbers: a sum without them would be silently too small."""
    for value, facts in zip(ask.values, values, strict=True):
        if facts.infinite and value.rule not in ("count", "distinct"):
            rows = "1 row" if facts.infinite == 1 else f"{count(facts.infinite)} rows"
            raise RoleError(
                f"{value.source!r} is infinite in {rows}, so nothing can be made of it",
                column=value.source, file=place.file, code="not_finite",
                hint="correct these values where they come from, or make them missing",
            )  # fmt: skip


def refuse_collisions(joining: Joining, place: Place) -> None:
    """Refuse a repair that would take different ids for one."""
    for found in collisions(joining):
        one, other = (masked(x) for x in found.example)
        times = "once" if found.ids == 1 else f"{count(found.ids)} times"
        side = "the study" if found.side == "answers" else place.name
        raise ColumnError(
            f"the repair would make one id of different ones of {side}: {times}, such as "
            f"{one} and {other}",
            code="repair_ambiguous", file=place.file if found.side == "data" else None,
            hint="correct the ids where they come from, or leave repair= out",
        )  # fmt: skip
