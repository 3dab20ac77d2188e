"""From a study to the Gram matrices of a driver analysis: which columns are counted, filled, multiplied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cxkit.errors import OptionError, UsageError
from cxkit.keydrivers.asked import Asked
from cxkit.keydrivers.choice import Choice, product_name
from cxkit.keydrivers.diagnosis.caution import Caution
from cxkit.keydrivers.diagnosis.refusals import Seen, refuse_columns
from cxkit.metrics.trending import closed_periods
from cxkit.study import Study
from cxkit.study.shared import said_cluster
from cxkit.tally.clusters import design_clusters
from cxkit.tally.columns import Column, Design
from cxkit.tally.engine import count_cells, count_rows, is_lazy, schema_of
from cxkit.tally.gram import Gram, Grams
from cxkit.tally.grams import count_grams

__all__ = ["Counted", "count"]


#: The highest answer of a rating scale, and twice as many answers are no rating any more.
_RATING = 11


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted.

    Attributes
    ----------
    frame : Any
    design : Design
        Drivers, products, controls and, last, the outcome.
    grams : Grams
    groups : tuple of int
        The parts of ``grams`` that are asked: with periods, those that are over.
    by : tuple of str
        Names of the groups' columns.
    covariance : {"HC3", "cluster", "nonrobust"}
    unweighted : int
        Rows that have no weight.
    filled : float
        Share of rows, in %, that had a gap filled.
    strays : tuple of Caution
        Answers that look like codes.
    """

    frame: Any
    design: Design
    grams: Grams
    groups: tuple[int, ...]
    by: tuple[str, ...]
    covariance: str
    unweighted: int
    filled: float
    strays: tuple[Caution, ...]


def count(study: Study, asked: Asked) -> Counted:
    """Count a study's rows for a driver analysis.

    Raises
    ------
    UsageError
        A way to deal with missing answers that needs rows where an engine holds them.
    RoleError
        A driver that is an id.
    """
    if asked.missing in ("pairwise", "impute") and is_lazy(study.data):
        raise UsageError(
            f"missing={asked.missing!r} needs the rows in memory, and an engine holds them",
            hint="collect the data first, or missing='dummy'",
        )
    weight, date = study._design(True, asked.freq)
    rows = count_rows(study.data)
    cluster = _cluster(study, asked, weight, rows)
    outcome = asked.outcome.raw if asked.model == "ordered" else asked.outcome.column
    choice = asked.choice
    design = Design((*choice.drivers, *choice.controls, outcome), asked.by, weight, cluster, date, asked.freq)
    if choice.products:
        design = _with_products(study, design, choice)
    filled = 0.0
    if asked.missing == "dummy":
        design, filled = _marked(study, design)
    grams = count_grams(study.data, design, blocks=bool(asked.draws), seed=asked.seed)
    _refuse_ids(study, choice, grams)
    used = sum(gram.extent.rows for gram in grams.parts)
    by = (*asked.by, *(["period"] if asked.freq is not None else []))
    groups = _over(study, asked, grams.parts) if asked.freq is not None else range(len(grams.parts))
    return Counted(
        study.data, design, grams, tuple(groups), by, asked.covariance or ("cluster" if cluster is not None else "HC3"), rows - used, filled,
        _strays(study, choice, grams),
    )  # fmt: skip


def _cluster(study: Study, asked: Asked, weight: str | None, rows: int) -> str | None:
    """The column of answers that belong together; None where everybody answered once, or it was not asked.

    Raises
    ------
    OptionError
        Clustered errors without clusters.
    """
    if asked.covariance in ("HC3", "nonrobust") and asked.cluster is None:
        return None
    said, wanted = asked.cluster, asked.covariance == "cluster"
    cluster = said_cluster(study, said)
    if cluster is None and wanted:
        raise OptionError("covariance='cluster' needs to know the clusters", hint="cluster='account', or the role id")
    if cluster is None or (said is None and not wanted and design_clusters(study.data, cluster, weight) >= rows):
        return None
    return cluster


def _with_products(study: Study, design: Design, choice: Choice) -> Design:
    """The design with products of drivers about their means, after the drivers."""
    alone = replace(design, keys=(), date=None, freq=None, cluster=None)
    (gram,) = count_grams(study.data, alone, blocks=False).parts
    mean = dict(zip(gram.names, gram.mean.tolist(), strict=True))
    columns = {column.name: column for column in choice.drivers}
    products = tuple(
        Column(
            product_name(first, second),
            (*columns[first].source, *columns[second].source),
            (*columns[first].value, *columns[second].value),
            (mean[first], mean[second]),
        )
        for first, second in choice.products
    )
    p = len(choice.drivers)
    return replace(design, columns=(*design.columns[:p], *products, *design.columns[p:]))


def _marked(study: Study, design: Design) -> tuple[Design, float]:
    """The design with empty cells of terms filled by the mean, each with a column that tells; % of rows with one."""
    alone = replace(design, keys=(), date=None, freq=None, cluster=None)
    (gram,) = count_grams(study.data, alone, blocks=False).parts
    terms, outcome = design.columns[:-1], design.columns[-1]
    if any(len(column.source) > 1 for column in terms):
        raise UsageError("missing='dummy' does not go with interactions", hint="missing='listwise' or 'impute'")
    filled, marks = [], []
    for column, lacking, mean in zip(terms, gram.extent.lacking, gram.extent.mean, strict=False):
        filled.append(replace(column, fill=float(np.nan_to_num(mean))) if lacking else column)
        if lacking:
            marks.append(replace(column, name=f"{column.name} = ∅", blank=True))
    answered = max(gram.extent.rows - int(gram.extent.lacking[-1]), 1)
    return replace(design, columns=(*filled, *marks, outcome)), 100 * (1 - gram.rows / answered)


def _over(study: Study, asked: Asked, parts: Sequence[Gram]) -> list[int]:
    """The groups whose period is over."""
    assert asked.freq is not None
    name = asked.outcome.column.source[0]
    tally = study.tally(name, by=list(asked.by) or None, freq=asked.freq, weighted=False)
    closed, _ = closed_periods(tally, freq=asked.freq)
    days = {key[-1] for key in closed.keys}
    return [g for g, gram in enumerate(parts) if gram.key[-1] in days]


def _strays(study: Study, choice: Choice, grams: Grams) -> tuple[Caution, ...]:
    """Whole numbers far from all other answers to an undeclared rating, such as 99 among 1 to 5: a code, perhaps."""
    out = []
    for i, column in enumerate(choice.drivers):
        name = column.source[0]
        low = float(np.nanmin([*(g.extent.low[i] for g in grams.parts), np.inf]))
        high = float(np.nanmax([*(g.extent.high[i] for g in grams.parts), -np.inf]))
        if study.scale_of(name).ends is not None or (low >= 0 and high <= _RATING):
            continue
        counts = {
            x: n for raw, n in count_cells(study.data, answer=name).counts if isinstance(x := _number(raw), float)
        }
        ends = sorted(counts)
        if not 3 <= len(ends) <= 2 * _RATING or any(x != int(x) for x in ends):
            continue
        for code, first, last in ((ends[-1], ends[0], ends[-2]), (ends[0], ends[1], ends[-1])):
            gap = min(abs(code - first), abs(code - last))
            apart = code < 0 or gap > 3 * max(last - first, 1)
            if apart and last <= _RATING and first >= 0:
                figures = (("value", code), ("times", float(counts[code])), ("low", first), ("high", last))
                out.append(Caution("stray_code", (name,), figures))
    return tuple(out)


def _number(raw: object) -> float | None:
    return float(raw) if isinstance(raw, (int, float)) and not isinstance(raw, bool) else None


def _refuse_ids(study: Study, choice: Choice, grams: Grams) -> None:
    """Refuse whole numbers of which hardly any comes twice; only columns that could be so are counted."""
    schema = schema_of(study.data)
    for i, column in enumerate(choice.drivers):
        name = column.source[0]
        held = sum(g.extent.rows - int(g.extent.lacking[i]) for g in grams.parts)
        low = float(np.nanmin([*(g.extent.low[i] for g in grams.parts), np.inf]))
        high = float(np.nanmax([*(g.extent.high[i] for g in grams.parts), -np.inf]))
        wide = high - low + 1 >= 0.9 * held and held >= 20
        if not held or (wide and schema[name].is_integer()):
            distinct = len(count_cells(study.data, answer=name).answer.levels) if held else 0
            refuse_columns([Seen(name, str(schema[name]), distinct, held, (), low, high)])
