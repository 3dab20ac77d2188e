"""Questionnaires of several items whose score is worked out per respondent: SUS and UMUX-LITE."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

from cxkit.errors import OptionError, ScaleError, UsageError
from cxkit.metrics.definition import LinearMetric
from cxkit.metrics.scoring import score_tally
from cxkit.present.result import Scores
from cxkit.present.words import Remark
from cxkit.study import Scale, Study
from cxkit.study.names import match_columns
from cxkit.study.scales import parse_scale
from cxkit.tally.engine import count_cells, schema_of

__all__ = ["sus", "umux_lite"]

By = str | Sequence[str] | None


def sus(
    data: Any,
    items: str | Sequence[str],
    *,
    by: By = None,
    weight: str | None = None,
    missing: Any = None,
    level: float = 0.95,
) -> Scores:
    """System Usability Scale: the mean score of 0 to 100 over respondents who answered all ten items.

    Odd items are worded well and count ``x - 1``, even items are worded badly and count
    ``5 - x``; the sum times 2.5 is a respondent's score.

    Parameters
    ----------
    data : Study, frame or place
    items : str or list of str
        The ten columns in the order of the questionnaire, answers 1 to 5; or a pattern such as
        ``"sus_*"``, whose columns are taken by the number that ends their names.
    by : str or list of str, optional
        Columns or roles to report by.
    weight : str, optional
        Column of weights, for a frame; a study has its role.
    missing : value or list of values, optional
        Codes that mean "no answer".
    level : float
        Confidence level as a share.

    Returns
    -------
    Scores
        The mean score with a t interval, in points. Rows that lack an item have no score: they
        are outside the base, and a remark counts them.

    Raises
    ------
    ScaleError
        An item with answers off 1-5, naming its column; no row with every item.
    OptionError
        Not ten columns.

    References
    ----------
    Brooke (1996), SUS: a "quick and dirty" usability scale, in Usability Evaluation in
    Industry, 189-194.

    Examples
    --------
    >>> import pandas as pd
    >>> names = [f"q{i}" for i in range(1, 11)]
    >>> r = sus(pd.DataFrame([[5, 1] * 5, [3, 3] * 5], columns=names), names)
    >>> r.estimate, r.n
    ((75.0,), (2,))
    """
    low, high = 1.0, 5.0
    signs = [(1, low) if i % 2 == 0 else (-1, high) for i in range(10)]
    metric = _metric("sus", "SUS", "10 items, 1–5")
    return _scored(metric, data, items, signs, (low, high), by, weight, missing, level)


def umux_lite(
    data: Any,
    items: str | Sequence[str],
    *,
    by: By = None,
    weight: str | None = None,
    missing: Any = None,
    level: float = 0.95,
) -> Scores:
    """UMUX-LITE: the mean score of 0 to 100 over respondents who answered both items.

    Both items are agreements on 1-7; ``((a - 1) + (b - 1)) / 12 * 100`` is a respondent's
    score. This is the plain score, not the regression-adjusted one that predicts SUS.

    Parameters
    ----------
    items : str or list of str
        The two columns, answers 1 to 7, or a pattern.

    Other parameters as in :func:`sus`.

    Returns
    -------
    Scores
        The mean score with a t interval, in points; rows that lack an item are counted in a remark.

    References
    ----------
    Lewis, Utesch & Maher (2013), UMUX-LITE: when there's no time for the SUS, CHI '13, 2099-2102.

    Examples
    --------
    >>> import pandas as pd
    >>> umux_lite(pd.DataFrame({"useful": [7, 1], "easy": [7, 4]}), ["useful", "easy"]).estimate
    (62.5,)
    """
    low, high = 1.0, 7.0
    metric = _metric("umux_lite", "UMUX-LITE", "2 items, 1–7")
    return _scored(metric, data, items, [(1, low)] * 2, (low, high), by, weight, missing, level)


def _metric(name: str, title: str, detail: str) -> LinearMetric:
    labels = MappingProxyType({"en": title, "fr": title})
    return LinearMetric(name, name, (0.0, 100.0), None, labels, "points", detail=detail)


def _scored(
    metric: LinearMetric,
    data: Any,
    items: str | Sequence[str],
    signs: Sequence[tuple[int, float]],
    ends: tuple[float, float],
    by: By,
    weight: str | None,
    missing: Any,
    level: float,
) -> Scores:
    """Score every row where the rows are, then count the scores like any other answers.

    Each item counts ``sign * (x - origin)``; the sum is stretched to 0..100.
    """
    import narwhals.stable.v2 as nw

    study = _study(data, weight)
    columns = _columns(metric, items, study, len(signs))
    scale = parse_scale(metric.name, ends, missing)
    total: Any = None
    for column, (sign, origin) in zip(columns, signs, strict=True):
        decoded = _decoded(nw, metric, study, column, scale)
        part = (decoded - origin) if sign > 0 else (origin - decoded)
        total = part if total is None else total + part
    points = total * 100.0 / (len(signs) * (ends[1] - ends[0]))
    name = f"{metric.name} score"
    frame = nw.from_native(study.data).with_columns(points.alias(name)).to_native()
    derived = study._changed(frame=frame, columns=(*(c for c in study.columns if c != name), name))
    try:
        tally = derived.tally(name, by=by)
    except ScaleError:
        raise ScaleError(
            f"no row has an answer to all {len(columns)} items",
            code="score_all_null",
            hint=f"check the columns {', '.join(columns)} and missing=",
        ) from None
    lacking = (Remark("items_missing", tally.missing),) if tally.missing else ()
    return score_tally(metric, tally, level=level, remarks=lacking, source=study.source)


def _study(data: Any, weight: str | None) -> Study:
    if not isinstance(data, Study):
        return Study(data, weight=weight, guess=False)
    if weight is not None:
        raise UsageError(
            "weight= goes with a frame",
            hint="a study has its weight role: cx.Study(..., weight=...)",
        )
    return data


def _columns(metric: LinearMetric, items: str | Sequence[str], study: Study, wanted: int) -> tuple[str, ...]:
    """The item columns in the order of the questionnaire."""
    columns = match_columns(items, study.columns)
    if isinstance(items, str):
        numbers = {c: re.search(r"(\d+)\D*$", c) for c in columns}
        order = {c: int(found[1]) for c, found in numbers.items() if found}
        if len(order) == len(columns):
            columns = tuple(sorted(columns, key=order.__getitem__))
    if len(columns) != wanted:
        raise OptionError(
            f"{metric.label['en']} has {wanted} items, and these are {len(columns)}: {', '.join(columns)}",
            hint="name each column once, in the order of the questionnaire",
        )
    return columns


def _decoded(nw: Any, metric: LinearMetric, study: Study, column: str, scale: Scale) -> Any:
    """One item as numbers on its scale and null for no answer, on whatever engine.

    The few distinct answers are checked here and go back to the engine as a table.
    """
    cells = count_cells(study.data, answer=column)
    dtype = schema_of(study.data)[column]
    where: dict[str, Any] = {"column": column, "file": study.source}
    hint = f"an item holds whole answers on {scale}; codes for no answer go in missing=[...]"
    if isinstance(dtype, nw.Boolean):
        raise ScaleError(
            f"yes and no are not answers on {scale}",
            code="score_out_of_range",
            hint=hint,
            **where,
        )
    try:
        scale.check(metric.name, cells.counts, **where)
    except ScaleError as exc:
        exc.hint = hint
        raise
    item = nw.col(column) if dtype.is_numeric() else nw.col(column).cast(nw.String)
    chain: Any = nw
    for raw in cells.answer.levels:
        number = scale.decode(raw)
        if number is not None:
            chain = chain.when(item == raw).then(nw.lit(float(number)))
    return chain.otherwise(None)
