"""Margin, churn and acquisition cost as they were measured on customers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import NothingMatched, RoleError
from cxkit.metrics.definition import LinearMetric
from cxkit.metrics.functions import metric_of
from cxkit.present.words import SMALL_BASE, group_name
from cxkit.study import Study
from cxkit.study.labels import labelled
from cxkit.study.roles import SCORE_ROLES
from cxkit.study.scales import Scale
from cxkit.tally.clusters import Valuation
from cxkit.tally.coding import Coded
from cxkit.tally.engine import collected, count_cells, plain
from cxkit.tally.people import Numbered, Wanted, people_of
from cxkit.value.behaviour.bands import bands_of
from cxkit.value.lifetimes.assumed import Assumptions
from cxkit.value.lifetimes.cautions import Caution, caution
from cxkit.value.lifetimes.orders import check_money
from cxkit.value.lifetimes.ranges import Figure

__all__ = ["observed"]

Floats = NDArray[np.float64]


def observed(
    data: Any,
    said: dict[str, Figure],
    *,
    by: str | Sequence[str] | None,
    simple: bool,
    level: float,
    currency: str | None = None,
) -> tuple[Study, tuple[str, ...], list[Assumptions], list[Caution]]:
    """The figures of each group: what was said, and the rest as measured.

    Raises
    ------
    RoleError
        No column of money, none of churn.
    """
    study = data if isinstance(data, Study) else Study(data)
    columns = study.by_columns(by)
    roles = {}
    if "margin" not in said:
        # A margin is none of a margin: a rate is of revenue.
        wanted = ("revenue",) if "margin_rate" in said else ("margin", "revenue")
        role = next((r for r in wanted if r in study.roles), None)
        if role is None and "margin" in study.roles:
            raise RoleError(
                "margin_rate= is a share of revenue, and the study has no revenue but a margin",
                hint="leave margin_rate= out, or name the revenue: cx.Study(data, revenue='...')",
            )
        if role is None:
            raise RoleError("the study has no money column", hint="cx.Study(data, margin='...'), or margin=... here")
        roles["margin"] = study.column(role)
        check_money(study, roles["margin"], currency)
    if not simple and not {"retention", "churn"} & set(said):
        roles["churn"] = study.column("churned")
    if "acquisition_cost" not in said and "cost" in study.roles:
        roles["acquisition_cost"] = study.column("cost")
        check_money(study, roles["acquisition_cost"], currency)
    if not roles:
        raise RoleError("nothing is left to measure: every figure was said", hint="leave the data out")
    values, keys, group, cautions = _customers(study, roles, columns)
    if "weight" in study.roles:
        cautions.append(caution("unweighted"))
    if "margin" in roles and study.role_of(roles["margin"]) == "revenue" and "margin_rate" not in said:
        cautions.append(caution("not_margin"))
    parts = []
    for g, key in enumerate(keys):
        rows = {name: column[group == g] for name, column in values.items()}
        measured = _figures(rows, said, level)
        parts.append(Assumptions(key, (*(f for name, f in said.items() if name != "margin_rate"), *measured)))
    few = [group_name(p.key, "en") or "all" for p in parts if max(f.n for f in p.figures) < SMALL_BASE]
    if few:
        cautions.append(caution("small", names=", ".join(few[:6]), small=SMALL_BASE))
    return study, columns, parts, cautions


def _customers(
    study: Study, roles: dict[str, str], columns: tuple[str, ...]
) -> tuple[dict[str, Floats], list[tuple[Any, ...]], NDArray[np.int64], list[Caution]]:
    names = list(roles)
    numbers = [Numbered(c, _yes_no(study, c) if name == "churn" else Valuation(None)) for name, c in roles.items()]
    # The class of a customer is that of the last answer that says something.
    score = next((c for c in columns if _metric(study, c) is not None), None)
    first = numbers.pop(0) if score is None else Numbered(score, _valuation(study, score, study.role_of(score)))
    id_, date = (study.roles.get(role, (None,))[0] for role in ("id", "date"))
    found = people_of(study.data, Wanted(first, tuple(numbers), columns, id_, date))
    table = np.column_stack([found.answer, found.numbers]) if score is None else found.numbers
    whole = np.isfinite(table).all(axis=1)
    of = len(table)
    if found.unanswered:
        of = max(of, _customers_in(study, id_) if id_ is not None else of + found.unanswered)
    if not whole.any():
        raise NothingMatched(f"none of {of} customers has all of {', '.join(roles.values())}", hint="check the columns")
    cautions = []
    if score is not None and of > len(table):
        cautions.append(caution("unscored", n=of - len(table), of=of, score=str(study.role_of(score)).upper()))
        of = len(table)
    if of > int(whole.sum()):
        cautions.append(caution("incomplete", n=of - int(whole.sum()), of=of))
    values = {name: table[whole, i] for i, name in enumerate(names)}
    if "margin" in values and (values["margin"] <= 0).any():
        cautions.append(caution("negative_margin", n=int((values["margin"] <= 0).sum()), of=int(whole.sum())))
    if not columns:
        return values, [()], np.zeros(int(whole.sum()), np.int64), cautions
    parts = _classed(study, columns, labelled(study.reading.labels, columns, found.labels))
    group = np.zeros(len(table), np.int64)
    for part in parts:
        group = group * len(part.levels) + part.codes
    present, coded = np.unique(group[whole], return_inverse=True)
    keys = []
    for number in present.tolist():
        key: list[Any] = []
        for part in reversed(parts):
            number, at = divmod(number, len(part.levels))
            key.insert(0, part.levels[at])
        keys.append(tuple(key))
    return values, keys, coded.reshape(-1), cautions


def _classed(study: Study, columns: tuple[str, ...], parts: Sequence[Coded]) -> list[Coded]:
    """Answers of a score as its classes: promoters, passives, detractors."""
    out = []
    for column, part in zip(columns, parts, strict=True):
        metric = _metric(study, column)
        if metric is not None:
            part = part.mapped(_band_of(study.scale_of(str(study.role_of(column))), metric))
        out.append(part)
    return out


def _band_of(scale: Scale, metric: LinearMetric) -> Callable[[Any], str | None]:
    code = {answer: band.code for band in bands_of(metric, None, ()) for answer in band.answers}

    def named(raw: Any) -> str | None:
        answer = scale.decode(raw)
        return code.get(answer) if isinstance(answer, float) else None

    return named


def _metric(study: Study, column: str) -> LinearMetric | None:
    """The metric of a column of scores whose answers fall into classes."""
    role = study.role_of(column)
    metric = metric_of(role, study) if role in SCORE_ROLES else None
    return metric if isinstance(metric, LinearMetric) else None


def _customers_in(study: Study, column: str) -> int:
    """Distinct ids, and rows without one."""
    import narwhals.stable.v2 as nw

    name = nw.col(column)
    rows = nw.from_native(study.data).lazy().select(name.n_unique().alias("k"), name.is_null().sum().alias("z"))
    found = collected(rows)
    distinct, nameless = (int(plain(found[one][0]) or 0) for one in ("k", "z"))
    return distinct + max(nameless - 1, 0)


def _yes_no(study: Study, column: str) -> Valuation:
    """What the raw words of a yes/no column count: 1 for yes."""
    return _valuation(study, column, "churned" if column in study.roles.get("churned", ()) else column)


def _valuation(study: Study, column: str, role: str | None) -> Valuation:
    """What the raw answers of a column count."""
    scale = study.scale_of(str(role))
    table: dict[float, tuple[Any, ...]] = {}
    for raw in count_cells(study.data, answer=column).answer.levels:
        value = scale.decode(raw)
        if isinstance(value, float):
            table[value] = (*table.get(value, ()), raw)
    return Valuation(table)


def _figures(rows: dict[str, Floats], said: dict[str, Figure], level: float) -> list[Figure]:
    from scipy.special import betaincinv, ndtri

    z = float(ndtri((1 + level) / 2))
    out = []
    gone = rows.get("churn")
    for name, values in rows.items():
        n = len(values)
        if name == "churn":
            lost = float(values.sum())
            ends = betaincinv(lost + 0.5, n - lost + 0.5, [(1 - level) / 2, (1 + level) / 2])
            low, high = (0.0 if not lost else float(ends[0])), (1.0 if lost == n else float(ends[1]))
            out.append(Figure("churn", lost / n, low, high, "observed", "beta", n, lost))
            continue
        if name == "margin" and gone is not None and (gone < 1).any():
            # Those who left brought less because they left: that is what churn counts already.
            values = values[gone < 1]
        if name == "margin" and "margin_rate" in said:
            values = values * said["margin_rate"].value
        mean = float(values.mean())
        error = float(values.std(ddof=1) / math.sqrt(len(values))) if len(values) > 1 else 0.0
        if name == "margin" and "margin_rate" in said and said["margin_rate"].value:
            rate = said["margin_rate"]
            width = (rate.high - rate.low) / math.sqrt(12) / rate.value
            error = math.hypot(error, mean * width)
        shape = "normal" if error > 0 else "fixed"
        out.append(Figure(name, mean, mean - z * error, mean + z * error, "observed", shape, len(values), 0.0, error))
    return out
