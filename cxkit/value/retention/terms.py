"""The terms of a model of leaving: the score, by point or by class, and the controls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError, RoleError, UsageError
from cxkit.study.roles import SCORE_ROLES
from cxkit.tally.coding import coded
from cxkit.tally.engine import plain
from cxkit.value.retention.asked import Asked
from cxkit.value.retention.grouping import bands_of, decoded

__all__ = ["Terms", "check_score", "terms_of"]

Floats = NDArray[np.float64]

#: A control of words becomes one column a word; more than so many are no control.
_LEVELS = 30


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """Columns of a model, by row of the table.

    Attributes
    ----------
    names, french : tuple of str
        What each is called.
    x : (n, p) float
        NaN where there is no answer.
    scored : int
        How many of the first are of the score.
    reference : tuple of (str, str)
        The class (English, French) that the others are compared with; empty for points.
    column, title : str
        Of the score.
    scale : tuple of float or None
        Ends of its answers, where they are known.
    answers : (n,) float
        The score itself.
    """

    names: tuple[str, ...]
    french: tuple[str, ...]
    x: Floats
    scored: int
    reference: tuple[str, str]
    column: str
    title: str
    scale: tuple[float, float] | None
    answers: Floats


def check_score(score: Any) -> None:
    """Refuse what is no name.

    Raises
    ------
    OptionError
    """
    if not isinstance(score, str):
        raise OptionError(f"score is {score!r}", hint="a role such as 'nps', or a column of numbers")


def terms_of(asked: Asked, score: str, controls: str | Sequence[str] | None, per: str = "point") -> Terms:
    """Read the score and the controls.

    Parameters
    ----------
    per : {"point", "class"}
        One term for a point of the answer, or one for each class but the best.

    Raises
    ------
    RoleError, UsageError
    """
    column = asked.study.column(score)
    listed = [] if controls is None else [controls] if isinstance(controls, str) else list(controls)
    held = list(dict.fromkeys(asked.study.column(c) for c in listed))
    taken = {c: role for role, c in asked.columns.items() if role not in ("revenue",)}
    for name in [column, *held]:
        if name in taken and name not in asked.study.roles.get("segment", ()):
            raise RoleError(
                f"this column is the {taken[name]!r}, not a term of the model", column=name, hint="leave it out"
            )
    if column in held:
        raise RoleError("this column is the score and a control", column=column, hint="leave it out of controls=")
    table = asked.table
    role = next((r for r in SCORE_ROLES if asked.study.roles.get(r) == (column,)), None)
    answers = _numbers(asked, role or column, column, table[column])
    title = score.upper() if role else column
    # A point of the answer, not one of a score of -100 to 100.
    names, french, parts, reference = [f"{title} answer"], [f"note {title}"], [answers], ("", "")
    if role is None:
        names, french = [title], [title]
    if per == "class":
        if role is None:
            raise UsageError(f"{column!r} has no classes", hint="per='point', or name it as nps= or csat=")
        names, french, parts, reference = _classes(asked, role, title, answers)
    scored = len(names)
    for name in held:
        for label, values in _control(asked, name, table[name]):
            names.append(label)
            french.append(label)
            parts.append(values)
    return Terms(
        tuple(names),
        tuple(french),
        np.column_stack(parts),
        scored,
        reference,
        column,
        title,
        asked.study.scale_of(role or column).ends,
        answers,
    )


def _classes(
    asked: Asked, role: str, title: str, answers: Floats
) -> tuple[list[str], list[str], list[Floats], tuple[str, str]]:
    bands = bands_of(asked.study, role)
    named = {b["en"]: b["fr"] for b in bands.values()}
    members = {en: [a for a, b in bands.items() if b["en"] == en] for en in named}
    held = [en for en in named if np.isin(answers, members[en]).any()]
    if len(held) < 2:
        raise UsageError(f"all answers of {title} are of one class", hint="per='point'")
    best = max(held, key=lambda en: max(members[en]))
    others = [en for en in held if en != best]
    columns = [np.where(np.isnan(answers), np.nan, np.isin(answers, members[en]).astype(float)) for en in others]
    return (
        [f"{title}: {en}" for en in others],
        [f"{title} : {named[en]}" for en in others],
        columns,
        (best, named[best]),
    )


def _numbers(asked: Asked, role: str, column: str, values: Any) -> Floats:
    study = asked.study
    if role in SCORE_ROLES or study.scale_of(column).declared:
        return decoded(study, role, column, values)
    found = coded(values).mapped(plain)
    if any(isinstance(v, str) for v in found.levels):
        raise RoleError(
            "the score holds words, not numbers", column=column, hint="say its scale in cx.Study(..., scale=)"
        )
    levels = np.array([np.nan if v is None else float(v) for v in found.levels])
    return levels[found.codes]


def _control(asked: Asked, name: str, values: Any) -> list[tuple[str, Floats]]:
    found = coded(values).mapped(plain)
    labels = asked.study.reading.labels.get(name, {})
    if not any(isinstance(v, str) for v in found.levels) and not labels:
        levels = np.array([np.nan if v is None else float(v) for v in found.levels])
        return [(name, levels[found.codes])]
    words = sorted(str(labels.get(v, v)) for v in found.levels if v is not None)
    if len(words) > _LEVELS:
        raise RoleError(
            f"{len(words)} different words are too many for a control", column=name, hint="group them, or leave it out"
        )
    said = [None if v is None else str(labels.get(v, v)) for v in found.levels]
    out = []
    for word in words[1:]:
        levels = np.array([np.nan if v is None else float(v == word) for v in said])
        out.append((f"{name}: {word}", levels[found.codes]))
    return out
