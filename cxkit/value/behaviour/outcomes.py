"""What customers did: amounts and yes/no behaviour, in which unit, and how raw values are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cxkit.errors import OptionError, RoleError
from cxkit.present.numbers import check_lang
from cxkit.study import Study
from cxkit.study.roles import BEHAVIOUR_ROLES, RATE_ROLES
from cxkit.study.scales import rate_scale
from cxkit.study.shared import valuation
from cxkit.tally.engine import count_cells, schema_of
from cxkit.tally.people import Numbered

__all__ = ["Outcome", "asked_outcomes", "numbered"]

#: Roles of behaviour in the order in which they are shown.
ORDER = ("revenue", "margin", "cost", "support_cost", "contacts", "referrals", "churned", "outcome")
_MONEY = ("revenue", "margin", "cost", "support_cost")
_BETTER = {"revenue": "higher", "margin": "higher", "referrals": "higher"}
_WORSE = ("cost", "support_cost", "contacts", "churned")
#: More different texts than this are no codes of a yes/no column.
_MOST_TEXTS = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """A behaviour of customers.

    Attributes
    ----------
    name : str
        Role or column, as it was asked for.
    column : str
    kind : {"amount", "rate"}
    unit : str
        A currency, ``%``, ``contacts``, ``referrals`` or empty.
    better : {"higher", "lower", ""}
        Empty where only the user knows.
    among : {"stayed", "all"}
        Of which customers the mean is.
    """

    name: str
    column: str
    kind: Literal["amount", "rate"]
    unit: str
    better: str
    among: str = "all"

    def title(self, lang: str = "en") -> str:
        """The name that readers see: of a role in their language, of a column itself."""
        known = _TITLES.get(self.name)
        if known is not None:
            return known[check_lang(lang)]
        return self.column if self.name == "outcome" else self.name


def asked_outcomes(study: Study, outcomes: str | Sequence[str] | None, currency: str) -> tuple[Outcome, ...]:
    """The behaviours that are asked for; all roles of behaviour that the study has, where none is named.

    Raises
    ------
    RoleError
        The study has none; a column of words.
    OptionError
        No outcome is named; one is named twice.
    """
    if outcomes is None:
        names = [role for role in ORDER if role in study.roles]
        if not names:
            raise RoleError(
                "this study has no behaviour to link the score to: no revenue, margin, churned, contacts ...",
                hint="bring it in, study.link('crm.parquet', revenue='ca_12m', churned='resilie'), or name columns: "
                "outcomes=['basket', 'visits']",
            )
    else:
        names = [outcomes] if isinstance(outcomes, str) else list(outcomes)
    if not names or not all(isinstance(name, str) for name in names):
        raise OptionError(f"outcomes= is {outcomes!r}", hint="a role or column, or a list of them: 'revenue'")
    if len(set(names)) < len(names):
        raise OptionError(f"outcomes= names one twice: {', '.join(names)}", hint="name each once")
    return tuple(_outcome(study, name, currency) for name in names)


def _outcome(study: Study, name: str, currency: str) -> Outcome:
    column = study.column(name)
    role = name if name in study.roles else study.role_of(column)
    if role in BEHAVIOUR_ROLES or role in RATE_ROLES:
        name = role  # what the result calls it, however it was asked for
    dtype = schema_of(study.data)[column]
    import narwhals.stable.v2 as nw

    rate = role in RATE_ROLES or isinstance(dtype, nw.Boolean)
    if not rate and role not in BEHAVIOUR_ROLES:
        rate = _is_yes_no(study, column, dtype)
    if rate:
        return Outcome(
            name, column, "rate", "%", "lower" if role == "churned" else "higher" if role == "outcome" else ""
        )
    unit = currency if role in _MONEY else role if role in ("contacts", "referrals") else ""
    return Outcome(name, column, "amount", unit or "", _BETTER.get(role or "", "lower" if role in _WORSE else ""))


def _is_yes_no(study: Study, column: str, dtype: Any) -> bool:
    """Whether a column holds only 0 and 1, or words for no and yes."""
    if dtype.is_temporal():
        return False
    levels = [raw for raw, _ in count_cells(study.data, answer=column).counts] if not dtype.is_numeric() else None
    if levels is None:
        import narwhals.stable.v2 as nw

        from cxkit.tally.engine import collected

        known = nw.from_native(study.data).lazy().filter(~nw.col(column).is_null())
        if dtype.is_float():  # pandas has floats where one is missing
            known = known.filter(~nw.col(column).is_nan())
        other = nw.when((nw.col(column) == 0) | (nw.col(column) == 1)).then(nw.lit(0)).otherwise(nw.lit(1))
        seen = collected(
            known.select(v=nw.col(column), other=other).select(
                nw.col("v").min().alias("low"), nw.col("v").max().alias("high"), nw.col("other").sum()
            )
        )
        return [seen["low"][0], seen["high"][0], seen["other"][0]] == [0, 1, 0]
    scale = rate_scale("outcome")
    return 0 < len(levels) <= _MOST_TEXTS and {scale.decode(raw) for raw in levels} <= {0.0, 1.0, None} != {None}


def numbered(study: Study, column: str, *, role: str | None = None, rate: bool = False) -> Numbered:
    """How the raw values of a column are read as numbers.

    Raises
    ------
    RoleError
        Dates; words that are neither numbers nor yes and no.
    """
    import narwhals.stable.v2 as nw

    dtype = schema_of(study.data)[column]
    file = study.reading.uri.rpartition("/")[2] or None
    if dtype.is_temporal():
        raise RoleError(
            f"{column!r} holds {dtype}, no amounts", column=column, file=file, hint="name a column of numbers"
        )
    scale = study.scale_of(role) if role in RATE_ROLES and role in study.roles else rate_scale("outcome")
    if rate and not isinstance(dtype, nw.Boolean):
        levels = [raw for raw, _ in count_cells(study.data, answer=column).counts]
        odd = [raw for raw in levels if scale.decode(raw) not in (0.0, 1.0, None)]
        if odd:
            raise RoleError(
                f"{odd[0]!r} in {column!r} is neither yes nor no", column=column, file=file,
                hint=f"cx.Study(..., outcome={column!r}, scale={{'outcome': {{{odd[0]!r}: 1, '...': 0}}}})",
            )  # fmt: skip
        return Numbered(column, valuation((study.data,), column, scale, float, False, 0.0))
    if dtype.is_numeric() or isinstance(dtype, nw.Boolean):
        return Numbered(column)
    counts = count_cells(study.data, answer=column).counts
    from cxkit.study.scales import Scale

    plain = Scale(None, None, whole=False)
    decoded = [(raw, plain.decode(raw)) for raw, _ in counts]
    words = [str(raw) for raw, x in decoded if isinstance(x, str)]
    if words or len(counts) > _MOST_TEXTS:
        shown = ", ".join(repr(w[:30]) for w in words[:3])
        raise RoleError(
            f"{column!r} holds text{f', such as {shown}' if shown else ''}, not amounts", column=column, file=file,
            code="outcome_text",
            hint="convert it to numbers before: pd.to_numeric(df[...], errors='coerce') makes missing of what is none",
        )  # fmt: skip
    return Numbered(column, valuation((study.data,), column, plain, float, False, 0.0))


_TITLES = {
    "revenue": {"en": "Revenue", "fr": "Chiffre d’affaires"},
    "margin": {"en": "Margin", "fr": "Marge"},
    "cost": {"en": "Cost", "fr": "Coût"},
    "support_cost": {"en": "Support cost", "fr": "Coût du support"},
    "contacts": {"en": "Contacts with support", "fr": "Contacts avec le support"},
    "referrals": {"en": "Customers referred", "fr": "Clients parrainés"},
    "churned": {"en": "Customers lost", "fr": "Clients perdus"},
}
