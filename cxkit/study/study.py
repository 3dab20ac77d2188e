"""A frame on any engine plus the role of each column. It computes nothing itself."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from cxkit.errors import FilterError, NothingMatched, OptionError, RoleError, UsageError, did_you_mean
from cxkit.present.money import check_currency
from cxkit.sources.reading import Reading
from cxkit.study.checks import checked, with_guesses
from cxkit.study.hearing import plugin_remarks
from cxkit.study.labels import labelled
from cxkit.study.names import match_column, match_columns, refuse_reserved
from cxkit.study.opening import reading_of
from cxkit.study.roles import BEHAVIOUR_ROLES, DATE_ROLES, MULTIPLE, RATE_ROLES, ROLES, SCORE_ROLES, check_role_names
from cxkit.study.scales import DEFAULT_SCALES, Scale, parse_scale, rate_scale
from cxkit.study.select import all_of, any_value, listed
from cxkit.study.state import State
from cxkit.tally import Tally, count_cells
from cxkit.tally.engine import count_filled, count_rows, count_weights, date_span, schema_of

__all__ = ["RESERVED", "Study"]

#: Columns of every result, which a grouping cannot be named.
RESERVED = ("metric", "estimate", "low", "high", "n", "n_eff", "method")


class Study:
    """Answers and what each column means. Roles are said once and checked once.

    Parameters
    ----------
    data : frame, str or path
        A frame that narwhals knows (pandas, polars, pyarrow, DuckDB, PySpark, Dask, Ibis), or
        whatever :func:`cxkit.read` reads.
    scale : mapping, optional
        Role -> ``(low, high)``, or role -> ``{word: number}``.
    missing : mapping, optional
        Role -> codes that mean "no answer".
    read : mapping, optional
        Options for the source, when ``data`` is a place.
    outcome : str, optional
        A yes/no column.
    currency : str
        Three letters: what money columns are in.
    guess : bool
        Whether roles that were not given may be guessed from names.
    **roles : str or list of str
        ``id, date, nps, csat, ces, by, segment, touchpoint, stage, channel, drivers, weight, cluster,
        comment, churned, since, left, reason, revenue, margin, cost, support_cost, contacts,
        referrals``, or a rating of your own with ``scale``.
        Scores, date, comment and id are guessed from names when not given, and marked so;
        weights, money and outcomes never are.

    Raises
    ------
    ColumnError
        No such column.
    ScaleError
        Answers off their scale, words, nothing but nulls.
    RoleError
        A role that does not fit its column.
    """

    __slots__ = ("_state",)
    _state: State

    def __init__(
        self,
        data: Any,
        *,
        scale: Mapping[str, Any] | None = None,
        missing: Mapping[str, Any] | None = None,
        read: Mapping[str, Any] | None = None,
        outcome: str | None = None,
        currency: str = "EUR",
        guess: bool = True,
        **roles: str | Sequence[str] | None,
    ) -> None:
        named = {k: v for k, v in {**roles, "outcome": outcome}.items() if v is not None}
        scale, missing = _mapping("scale", scale), _mapping("missing", missing)
        check_role_names(named, {*scale, *_metric_scales(named)})
        reading = reading_of(data, dict(read or {}))
        columns = _columns(reading.frame)
        file = Path(reading.uri).name if reading.uri else None
        given = {
            role: match_columns(spec, columns, file=file)
            if role in MULTIPLE
            else (match_column(_single(role, spec), columns, file=file),)
            for role, spec in named.items()
        }
        self._check_names(named, scale, missing, given.get("drivers", ()))
        defaults = {**_metric_scales(named), **DEFAULT_SCALES}
        scales = {
            role: parse_scale(role, scale.get(role), missing.get(role), default=defaults.get(role))
            for role in dict.fromkeys((*SCORE_ROLES, *given, *scale))
            if role not in _PLAIN
        }
        # A driver may have codes or a scale of its own; what it has not is that of all drivers.
        scales |= {
            column: parse_scale(
                column, scale.get(column, scale.get("drivers")), missing.get(column, missing.get("drivers"))
            )
            for column in given.get("drivers", ())
            if column in scale or column in missing
        }
        scales |= {role: rate_scale(role, scale.get(role), missing.get(role)) for role in RATE_ROLES}
        state = State(reading.frame, columns, MappingProxyType(given), MappingProxyType(scales), reading,
                      currency=check_currency(currency),
                      declared=MappingProxyType({"scale": scale, "missing": missing}))  # fmt: skip
        state = checked(state)
        object.__setattr__(self, "_state", with_guesses(state) if guess else state)
        if guess:
            self._heard(plugin_remarks(self))

    def _check_names(
        self, named: Mapping[str, Any], scale: Mapping[str, Any], missing: Mapping[str, Any], drivers: Sequence[str]
    ) -> None:
        for what, spec in (("scale", scale), ("missing", missing)):
            for role in spec:
                if role not in named and role not in (*SCORE_ROLES, "drivers", *drivers):
                    raise RoleError(
                        f"{what}= names {role!r}, which is no role of this study",
                        hint=did_you_mean(role, {*named, *SCORE_ROLES}, what="Roles"),
                    )

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Study is immutable; make a new one to change {name!r}")

    # What it is ------------------------------------------------------------------------------

    @property
    def data(self) -> Any:
        """The frame, on its own engine."""
        return self._state.frame

    @property
    def columns(self) -> tuple[str, ...]:
        return self._state.columns

    @property
    def roles(self) -> Mapping[str, tuple[str, ...]]:
        """Role -> its columns."""
        return self._state.roles

    @property
    def guessed(self) -> frozenset[str]:
        """Roles that were guessed from a name."""
        return self._state.guessed

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader of this study should know."""
        return self._state.remarks

    @property
    def reading(self) -> Reading:
        """Where the frame came from and what was decided on the way."""
        return self._state.reading

    @property
    def declared(self) -> Mapping[str, Mapping[str, Any]]:
        """What was said as ``scale=`` and ``missing=``, so that the study can be said again."""
        return self._state.declared

    @property
    def currency(self) -> str:
        """What money columns are in, such as ``EUR``."""
        return self._state.currency

    @property
    def links(self) -> tuple[Any, ...]:
        """Reports of the joins that brought columns in, the latest last: see :func:`cxkit.link`."""
        return self._state.links

    @property
    def filters(self) -> tuple[str, ...]:
        """The filters applied, as text."""
        return self._state.filters

    @property
    def source(self) -> str:
        """Name of the place the data came from, without its folder."""
        return self._state.file or "data frame"

    def column(self, name: str) -> str:
        """The one column of a role, or the column of that name.

        Raises
        ------
        RoleError
            The role has no column here.
        ColumnError
            No such column.
        """
        found = self.roles.get(name, ())
        # What was said goes before a column that happens to have the role's name.
        if len(found) == 1 and (name not in self.columns or name not in self.guessed):
            return found[0]
        if found and name not in self.columns:
            raise RoleError(f"role {name!r} has {len(found)} columns", hint=f"name one of: {', '.join(found)}")
        if name in (*SCORE_ROLES, *RATE_ROLES, "date", "weight", "comment", "id") and name not in self.columns:
            refused = next((r for r in self.remarks if r.startswith(f"{name}: ")), None)
            raise RoleError(
                f"this study has no {name!r} column" + (f"; {refused}" if refused else ""),
                hint=f"cx.Study(data, {name}='...'). Columns: {', '.join(self.columns[:15])}",
            )
        return match_column(name, self.columns, file=self._state.file)

    def require(self, *roles: str) -> None:
        """Refuse a study that has none of these roles, with why a likely column was not taken.

        Raises
        ------
        RoleError
        """
        if any(role in self.roles for role in roles):
            return
        refused = [r for r in self.remarks if r.partition(":")[0] in roles]
        raise RoleError(
            "; ".join(refused) if refused else f"no column has one of the roles {', '.join(roles)}",
            file=self._state.file,
            hint=f"say {roles[0]}='...' and its scale: cx.Study(data, ...), or [roles] and [scale] in cxkit.toml. "
            f"Columns: {', '.join(self.columns[:15])}",
        )

    def scale_of(self, name: str) -> Scale:
        """The scale of a role or column; unbounded where none is known."""
        if name in self._state.scales:
            return self._state.scales[name]
        for role, columns in self.roles.items():
            if name in columns and role in self._state.scales:
                return self._state.scales[role]
        return Scale(None, None, whole=False)

    def role_of(self, column: str) -> str | None:
        """The first role that a column plays."""
        return next((role for role, columns in self.roles.items() if column in columns), None)

    # Another study ---------------------------------------------------------------------------

    def filter(self, **values: Any) -> Self:
        """The study of the rows whose columns have these values.

        Parameters
        ----------
        **values
            Column or role -> a value, or a list of values of which any will do; None is "missing".
            Names that are no identifiers go in as ``**{"Point de contact": "Caisse"}``.

        Raises
        ------
        FilterError
            A value that the column does not hold.
        NothingMatched
            No row is left.
        """
        found = [any_value(self._state, self.column(name), listed(value)) for name, value in values.items()]
        return self._kept(all_of([expr for expr, _ in found]), [said for _, said in found]) if found else self

    def where(self, *conditions: Any) -> Self:
        """The study of the rows that meet every condition.

        Parameters
        ----------
        *conditions : narwhals expression
            Such as ``cx.col("Panier") > 50``; any engine can run it.
        """
        return self._kept(all_of(conditions), ["where(…)"]) if conditions else self

    def between(self, start: dt.date | str, end: dt.date | str) -> Self:
        """The study of the answers from ``start`` (included) to ``end`` (excluded) by the date role.

        Parameters
        ----------
        start, end : date or str
            Texts as ``2026-03-25``.
        """
        import narwhals.stable.v2 as nw

        when = nw.col(self.column("date")).cast(nw.Datetime)
        first, last = (dt.datetime(d.year, d.month, d.day) for d in (_day(start), _day(end)))
        return self._kept((when >= first) & (when < last), [f"{start} ≤ date < {end}"])

    def span(self) -> tuple[dt.date, dt.date]:
        """First and last day of the date role.

        Raises
        ------
        RoleError
            No answer has a date.
        """
        found = date_span(self.data, self.column("date"))
        if found is None:
            raise RoleError("no answer has a date", column=self.column("date"), hint="name another column as date=")
        return found

    def _kept(self, expr: Any, said: Sequence[str]) -> Self:
        import narwhals.stable.v2 as nw

        try:
            frame = nw.from_native(self.data).filter(expr).to_native()
            left = count_rows(frame)
        except UsageError:
            raise
        except Exception as exc:
            raise FilterError(f"the filter failed: {exc}", hint=did_you_mean("", self.columns, what="Columns")) from exc
        if left == 0:
            raise NothingMatched(f"no row is left by {' and '.join(said)}", hint="loosen the filter")
        return self.with_rows(frame, said)

    def weighted_by(self, frame: Any, column: str) -> Self:
        """The same study on ``frame``, the same rows with one more ``column`` as their weight."""
        roles = MappingProxyType({**self.roles, "weight": (column,)})
        return self._changed(frame=frame, columns=_columns(frame), roles=roles, whole=None)

    def with_rows(self, frame: Any, said: Sequence[str]) -> Self:
        """The same study on some of its rows, with what left the others out."""
        whole = self.data if self._state.whole is None else self._state.whole
        return self._changed(frame=frame, filters=(*self.filters, *said), whole=whole)

    def _heard(self, remarks: Sequence[str]) -> None:
        """Add what plugins said, while this study is being made."""
        if remarks:
            state = replace(self._state, remarks=(*self._state.remarks, *remarks))
            object.__setattr__(self, "_state", state)

    def _changed(self, **changes: Any) -> Self:
        study = object.__new__(type(self))
        object.__setattr__(study, "_state", replace(self._state, **changes))
        return study

    # A look inside -----------------------------------------------------------------------------

    def __getitem__(self, name: str | list[str]) -> Any:
        """A column (or columns) of the data, on its own engine."""
        import narwhals.stable.v2 as nw

        names = [self.column(n) for n in ([name] if isinstance(name, str) else name)]
        frame = nw.from_native(self.data)
        if isinstance(name, str) and isinstance(frame, nw.DataFrame):
            return frame[names[0]].to_native()
        return frame.select(*names).to_native()

    def _ipython_key_completions_(self) -> list[str]:
        return [*self.columns]

    def tally(
        self,
        name: str,
        *,
        by: str | Sequence[str] | None = None,
        freq: str | None = None,
        weighted: bool = True,
        scale: Scale | None = None,
    ) -> Tally:
        """Count the answers of a role or column by group.

        Parameters
        ----------
        name : str
            A score role (``"nps"``), a rating or an outcome, or any column.
        by : str or list of str, optional
            Columns or roles to group by.
        freq : {"D", "W", "M", "Q", "Y"}, optional
            Adds the period of the date role as the last grouping, ``period``.
        weighted : bool
            Whether to use the weight role, if there is one.
        scale : Scale, optional
            How to read the answers; the declared scale of the role when not given.
        """
        answer, scale = self.column(name), scale or self.scale_of(name)
        keys = self.by_columns(by)
        refuse_reserved(keys, (*RESERVED, "period") if freq is not None else RESERVED)
        weight, date = self._design(weighted, freq)
        cells = count_cells(self.data, answer=answer, keys=keys, weight=weight, date=date, freq=freq)
        # A role's own answers were checked at the start.
        if name not in self.roles or scale is not self._state.scales.get(name):
            scale.check(name, cells.counts, column=answer, file=self._state.file)
        decoded = [scale.decode(raw) for raw in cells.answer.levels]
        values = np.array([x if isinstance(x, float) else np.nan for x in decoded], np.float64)
        return Tally.from_coded(
            (*keys, "period") if freq is not None else keys,
            labelled(self.reading.labels, keys, cells.keys),
            values[cells.answer.codes],
            cells.n,
            cells.w,
            cells.w2,
            left_out=cells.left_out,
            design=0 if weight is None else self._design_rows(weight, int(cells.n.sum())),
        )

    def _design(self, weighted: bool, freq: str | None) -> tuple[str | None, str | None]:
        """The columns of weights and of dates that a count needs."""
        weight = self.roles["weight"][0] if weighted and "weight" in self.roles else None
        return weight, self.column("date") if freq is not None else None

    def _design_rows(self, weight: str, rows: int) -> int:
        """Rows with a weight of the study before any filter."""
        return rows if self._state.whole is None else count_weights(self._state.whole, weight)

    def groups(self, by: str | Sequence[str]) -> tuple[tuple[Any, ...], ...]:
        """The groups that the data holds, sorted, missing last."""
        columns = self.by_columns(by)
        cells = count_cells(self.data, answer=columns[0], keys=columns)
        nothing = np.full(len(cells.n), np.nan)
        keys = labelled(self.reading.labels, columns, cells.keys)
        return Tally.from_coded(columns, keys, nothing, cells.n).keys

    def by_columns(self, by: str | Sequence[str] | None) -> tuple[str, ...]:
        """The columns of ``by=``: names, roles (``"by"`` means all of that role) or a list."""
        out: dict[str, None] = {}
        if not (by is None or isinstance(by, (str, Iterable))):
            raise OptionError(f"by= is {by!r}", hint="the name of a column or role, or a list of these")
        for name in [] if by is None else [by] if isinstance(by, str) else by:
            if name in self.roles and (name not in self.columns or name not in self.guessed):
                out |= dict.fromkeys(self.roles[name])
            else:
                out[self.column(name)] = None
        return tuple(out)

    @property
    def scored(self) -> tuple[str, ...]:
        """The roles whose answers are numbers on a scale."""
        return tuple(role for role in self.roles if role in self._state.scales)

    def answered(self, name: str) -> tuple[int, int]:
        """How many rows have a value in a role or column, and how many have none."""
        column, scale = self.column(name), self.scale_of(name)
        if scale.ends is None and not scale.words and not scale.missing:
            return count_filled(self.data, column)
        cells = count_cells(self.data, answer=column)
        held = sum(n for raw, n in cells.counts if scale.decode(raw) is not None)
        return held, int(cells.n.sum()) - held

    def view(self) -> Self:
        """The same study for a stranger's eyes: a copy-on-write view that cannot spoil this one."""
        frame = self.data
        if type(frame).__module__.partition(".")[0] == "pandas":
            frame = frame.copy(deep=False)
        return self._changed(frame=frame)

    @property
    def rows(self) -> int:
        """Number of rows. Counts them on engines that hold no rows yet."""
        return count_rows(self.data)

    def __repr__(self) -> str:
        from cxkit.study.card import card_text

        return card_text(self)

    def _repr_html_(self) -> str:
        from cxkit.study.card import card_html

        return card_html(self)


# Roles without a scale.
_PLAIN = ("id", "by", "segment", "touchpoint", "stage", "channel", "weight", "cluster", "comment", "reason",
          *DATE_ROLES, *BEHAVIOUR_ROLES, *RATE_ROLES)  # fmt: skip


def _columns(frame: Any) -> tuple[str, ...]:
    """Names of the columns, each a text.

    Raises
    ------
    UsageError
        A name that is no text.
    """
    given = list(getattr(frame, "columns", ())) if type(frame).__module__.startswith("pandas") else []
    odd = next((c for c in given if not isinstance(c, str)), None)
    if odd is not None:
        raise UsageError(f"the column name {odd!r} is no text", hint="df.columns = df.columns.map(str)")
    return tuple(schema_of(frame))


def _day(value: dt.date | str) -> dt.date:
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else dt.date(value.year, value.month, value.day)
    except (ValueError, AttributeError):
        raise OptionError(f"{value!r} is no day", hint="a date, or a text such as '2026-03-25'") from None


def _mapping(what: str, value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise OptionError(f"{what}= is {value!r}", hint=f"name the role: {what}={{'nps': {value!r}}}")
    return dict(value)


def _metric_scales(named: Iterable[str]) -> dict[str, tuple[float, float]]:
    """The scales of metrics that read a role of their own; asks for plugins only where one is named."""
    if all(name in ROLES for name in named):
        return {}
    from cxkit.registry import registry

    return {m.on: m.scale for m in registry().metrics.values() if m.on not in ROLES and m.scale is not None}


def _single(role: str, spec: Any) -> str:
    if isinstance(spec, str):
        return spec
    raise RoleError(f"role {role!r} is one column, not {spec!r}", hint="only by= and drivers= take several columns")
