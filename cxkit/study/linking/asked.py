"""Which columns are brought in, what each becomes, and by which rule several rows of one id become one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cxkit.errors import ColumnError, OptionError, RoleError, UnknownNameError, did_you_mean
from cxkit.sources.frenchnumbers import NA_TOKENS, parse_numbers
from cxkit.study.linking.place import Place
from cxkit.study.names import fold
from cxkit.study.roles import MULTIPLE, RATE_ROLES, ROLES
from cxkit.study.scales import rate_scale
from cxkit.tally.asof import RULES, Value, Window
from cxkit.tally.engine import schema_of

if TYPE_CHECKING:
    from cxkit.study.study import Study

__all__ = ["COUNTED", "MONEY", "values_of"]

#: Roles that hold money.
MONEY = ("revenue", "cost", "support_cost", "margin")
_SUMMED = (*MONEY, "contacts", "referrals")
_NUMBERS = ("sum", "mean")
#: Rules whose value is 0 where nothing happened.
COUNTED = ("sum", "count", "distinct", "any")
_ORDERED = ("last", "first")
_CURRENCY = frozenset({"currency", "currency code", "devise", "monnaie", "code devise"})
#: Other ways to write a currency's code.
_MARKS = {"EUR": ("€", "EURO", "EUROS"), "USD": ("$", "US$"), "GBP": ("£",), "JPY": ("¥",)}


def values_of(study: Study, place: Place, columns: Mapping[str, Any], rules: Any, window: Window | None,
              scale: Mapping[str, Any], absent: Any = None) -> tuple[Value, ...]:  # fmt: skip
    """The columns that were asked for, checked against both sides.

    Raises
    ------
    OptionError
        No column at all, an unknown rule, or one that the column or the question does not allow.
    ColumnError
        No such column in the data, or a name that the study has already.
    RoleError
        A role that the study has already, or values that do not fit it.
    """
    if not columns:
        raise OptionError(
            "no column to bring in is named",
            hint=f"revenue='...', or a name of your own: region_size='population'. Columns: {', '.join(place.columns[:15])}",
        )
    asked = _rules(rules, columns)
    for name in scale:
        if name not in columns:
            raise OptionError(
                f"scale= names {name!r}, which is not brought in", hint=did_you_mean(name, columns, what="Columns")
            )
    values = tuple(_value(study, place, name, source, asked, window, scale) for name, source in columns.items())
    return _completed(values, absent)


def _completed(values: tuple[Value, ...], absent: Any) -> tuple[Value, ...]:
    """The values with those that are 0 for ids that the data do not have."""
    if absent is None:
        return values
    hint = "absent=0, or by column: absent={'revenue': 0}; only where data hold everything that happened"
    named = absent if isinstance(absent, Mapping) else dict.fromkeys((v.name for v in values), absent)
    for name, count in named.items():
        if isinstance(count, bool) or not isinstance(count, (int, float)) or count != 0:
            raise OptionError(f"absent= is {absent!r}", hint=hint)
        if not any(v.name == name for v in values):
            known = did_you_mean(str(name), [v.name for v in values], what="Columns")
            raise OptionError(f"absent= names {name!r}, which is not brought in", hint=known)
    fits = {v.name for v in values if v.name in named and v.rule in COUNTED}
    odd = next((v for v in values if v.name in named and v.rule not in COUNTED), None)
    if odd is not None and (not fits or isinstance(absent, Mapping)):
        raise OptionError(
            f"absent=0 does not fit {odd.name!r}, by the rule {odd.rule!r}",
            hint=f"what is summed or counted ({', '.join(COUNTED)}) can be 0; a mean or a state of nobody is not known",
        )
    return tuple(replace(v, absent=v.name in fits) for v in values)


def _rules(rules: Any, columns: Mapping[str, Any]) -> dict[str, str]:
    if rules is None:
        return {}
    if not isinstance(rules, Mapping):
        raise OptionError(f"rules= is {rules!r}", hint='name the column: rules={"revenue": "sum"}')
    out = {}
    for name, said in rules.items():
        if name not in columns:
            raise OptionError(
                f"rules= names {name!r}, which is not brought in", hint=did_you_mean(str(name), columns, what="Columns")
            )
        # A rule alone in a tuple is that rule.
        rule = said[0] if isinstance(said, (tuple, list)) and len(said) == 1 else said
        if rule not in RULES:
            raise UnknownNameError(f"no rule {said!r} for {name!r}", hint=did_you_mean(str(rule), RULES, what="Rules"))
        out[str(name)] = str(rule)
    return out


def _value(study: Study, place: Place, name: str, source: Any, rules: Mapping[str, str], window: Window | None,
           scale: Mapping[str, Any]) -> Value:  # fmt: skip
    if not isinstance(source, str):
        raise OptionError(
            f"{name}= is {source!r}, not the name of a column",
            hint=f"one column: {name}='...'. Options of link are on, when, window, rules, repair, scale, read, absent and unfinished",
        )
    if name in MULTIPLE or name in ("id",):
        raise RoleError(
            f"{name!r} cannot be brought in as a role",
            hint=f"bring the column in under a name of its own: {fold(source).replace(' ', '_')}={source!r}",
        )
    if name in study.roles:
        raise RoleError(
            f"the study has its {name!r} already: column {study.roles[name][0]!r}",
            hint=f"bring it in under a name of its own: {name}_linked={source!r}",
        )
    clash = next((c for c in study.columns if c.casefold() == name.casefold()), None)
    if clash is not None:
        raise ColumnError(
            f"the study has a column {clash!r} already", code="column_exists", column=clash,
            hint=f"bring it in under another name: {name}_linked={source!r}",
        )  # fmt: skip
    column = place.column(source)
    rule = rules.get(name) or ("sum" if name in _SUMMED else "any" if name in RATE_ROLES else "only")
    if rule in _ORDERED and window is None:
        raise OptionError(
            f"{rule!r} needs an order, and no date of the data is named (rule of {name!r})",
            hint='when="the date column of the data" and window=(None, 0) for the state at the time of the answer',
        )
    codes: Mapping[Any, float] = {}
    if name in RATE_ROLES or rule == "any":
        if rule not in ("any", "max", "last", "first", "only"):
            raise OptionError(
                f"the rule {rule!r} does not fit {name!r}, which is yes or no",
                hint='"any" (at least once), "last" or "only"',
            )
        codes = _yes_no(place, name, column, scale.get(name))
    elif name in scale:
        raise OptionError(f"scale= says how yes and no are written, and {name!r} is none", hint="leave it out")
    elif rule in _NUMBERS or name in _SUMMED:
        _check_numbers(study, place, name, column, rule)
    return Value(name, column, rule, codes)


def _yes_no(place: Place, name: str, column: str, spec: Any) -> dict[Any, float]:
    """What each raw value counts."""
    role = name if name in ROLES else "outcome"
    scale = (place.scale_of(name) if spec is None else None) or rate_scale(role, spec)
    counts = place.counts(column)
    scale.check(name, counts, column=column, file=place.file)
    found = {raw: scale.decode(raw) for raw, _ in counts if raw is not None}
    return {raw: value for raw, value in found.items() if isinstance(value, float)}


def _check_numbers(study: Study, place: Place, name: str, column: str, rule: str) -> None:
    """Refuse what cannot be added up: texts, amounts in several currencies or in another than the study's."""
    if rule in ("count", "distinct"):
        return
    kind = schema_of(place.frame)[column]
    if kind.is_numeric() or place.holds_numbers(column):
        if name in MONEY or rule == "sum":
            _check_currency_column(study, place, name, column)
        return
    hint = f"convert it to numbers, or count it: rules={{{name!r}: 'count'}}"
    if kind == _text(kind):
        counts = place.counts(column)
        texts = [str(raw).strip() for raw, _ in counts if raw is not None and str(raw).strip() not in NA_TOKENS]
        per = _currencies(counts)
        if len(per) > 1:
            listed = ", ".join(f"{n} in {code}" for code, n in sorted(per.items(), key=lambda item: -item[1]))
            raise RoleError(
                f"amounts in several currencies cannot be added up (role {name!r}): {listed}",
                column=column, file=place.file, code="currency_mixed",
                hint="convert them to one currency, or keep the rows of one",
            )  # fmt: skip
        odd = next((t for t in texts if parse_numbers([t], ".").values is None), texts[0] if texts else "")
        raise RoleError(
            f"{name!r} must be numbers, and {column!r} holds texts such as {odd!r}",
            column=column, file=place.file, hint=hint,
        )  # fmt: skip
    raise RoleError(f"{name!r} must be numbers, and {column!r} holds {kind}", column=column, file=place.file, hint=hint)


def _text(kind: Any) -> Any:
    import narwhals.stable.v2 as nw

    return kind if isinstance(kind, (nw.String, nw.Object, nw.Categorical, nw.Enum)) else None


def _currencies(counts: list[tuple[Any, int]]) -> dict[str, int]:
    """Currency -> rows whose amount is written with it; ``none`` where amounts stand without, among others."""
    out: dict[str, int] = {}
    for raw, n in counts:
        if raw is None:
            continue
        for code in parse_numbers([str(raw).strip()], ".").currencies:
            out[code] = out.get(code, 0) + n
    return out


def _check_currency_column(study: Study, place: Place, name: str, column: str) -> None:
    """Refuse amounts in several currencies by another column, or in one that is not the study's."""
    other = place.study
    if name not in MONEY and (other is None or (column,) not in [other.roles.get(role) for role in MONEY]):
        return
    if other is not None and other.currency != study.currency:
        _refuse_currency(study, place, column, other.currency, "")
    beside = next((c for c in place.columns if fold(c) in _CURRENCY), None)
    if beside is None:
        return
    counts = [(str(raw).strip(), n) for raw, n in place.counts(beside) if raw is not None and str(raw).strip()]
    if len({code.upper() for code, _ in counts}) > 1:
        listed = ", ".join(f"{n} in {code}" for code, n in sorted(counts, key=lambda item: -item[1])[:6])
        raise RoleError(
            f"{column!r} is in several currencies, by {beside!r}: {listed}",
            column=column, file=place.file, code="currency_mixed",
            hint=f"convert the amounts to one currency (and leave {beside!r} out), or keep the rows of one",
        )  # fmt: skip
    code = counts[0][0] if counts else study.currency
    if code.upper() not in (study.currency, *_MARKS.get(study.currency, ())):
        _refuse_currency(study, place, column, code, f", by {beside!r}")


def _refuse_currency(study: Study, place: Place, column: str, code: str, told: str) -> None:
    raise RoleError(
        f"{column!r} is in {code}{told}, and the study in {study.currency}",
        column=column, file=place.file, code="currency_mixed",
        hint=f"convert the amounts to {study.currency}, or say the study's currency: cx.Study(..., currency={code!r})",
    )  # fmt: skip
