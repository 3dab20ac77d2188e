"""What the drawings of a driver analysis have in common: marks, names, titles, legends."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cxkit.keydrivers.shown.figures import label_of, of_what, r2_name, r2_text
from cxkit.keydrivers.shown.phrases import say
from cxkit.present.numbers import count
from cxkit.present.palette import GREY, HIGHER, LOWER, NEUTRAL
from cxkit.present.plotting import label_text
from cxkit.present.words import group_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.keydrivers.model import Model
    from cxkit.keydrivers.result import Drivers

__all__ = ["axis_label", "dress", "empty", "legend", "look", "names_of", "title", "wrapped"]


def look(drivers: Drivers, m: int, i: int) -> tuple[str, bool, str]:
    """Colour of a driver, whether its effect is established (filled), and the marks that say the same in text."""
    negative = drivers.models[m].fit.effect[i] < 0
    mark = " ▼" if negative else ""
    if not drivers.significant(m)[i]:
        return GREY, False, f"{mark} ≈"
    return (LOWER if bool(negative) == (drivers.outcome.better != "lower") else HIGHER), True, mark


def names_of(names: Sequence[str]) -> list[str]:
    """Names as an axis shows them; cut ones that came out alike are numbered."""
    seen: dict[str, int] = {}
    out = []
    for name in map(label_text, names):
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return out


def wrapped(text: str, width: int) -> str:
    """Over at most three lines, broken at blanks."""
    return "\n".join(textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)[:3])


def axis_label(drivers: Drivers, model: Model, axis: str, lang: str) -> str:
    """The unit of importance: a share of R², of what is explained, or of a total."""
    tail = {"r2": "", "total": "_total"}.get(of_what(drivers, model), "_explained")
    return say(axis + tail, lang, r2=r2_name(model, lang))


def title(axes: Axes, drivers: Drivers, m: int, what: str, lang: str, pad: float = 6.0) -> None:
    """Outcome, group and subject; under them how much is explained, by how many answers, and the method."""
    model = drivers.models[m]
    group = f" · {label_text(group_name(model.key, lang, freq=drivers.freq))}" if model.key else ""
    said = say("title", lang, name=label_text(drivers.outcome.title(lang)), group=group, what=say(what, lang))
    facts = say(
        "facts", lang, r2=r2_name(model, lang), value=r2_text(model.fit.r2, lang), n=count(model.n, lang),
        method=label_of(drivers.importance, lang),
    )  # fmt: skip
    axes.set_title(f"{said}\n{facts}", loc="left", fontsize="medium", pad=pad)


def legend(
    axes: Axes, drivers: Drivers, rows: Sequence[tuple[int, int]], lang: str, more: Sequence[str] = (), columns: int = 2
) -> float:
    """Name the marks that occur above the axes; the pad that the title then needs, in typographic points."""
    looks = [look(drivers, m, i) for m, i in rows]
    items = []
    if not all(real for _, real, _ in looks):
        items.append(axes.plot([], [], "o", color=GREY, markerfacecolor="none", label=f"≈ {say('open', lang)}")[0])
    if any("▼" in mark for _, _, mark in looks):
        items.append(axes.plot([], [], linestyle="none", marker="v", color=NEUTRAL, label=say("negative", lang))[0])
    items += [axes.plot([], [], linestyle="none", label=wrapped(text, 36))[0] for text in more]
    if not items:
        return 6.0
    axes.legend(
        handles=items, loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, frameon=False, fontsize="small",
        borderaxespad=0.2,
    )  # fmt: skip
    height = [str(item.get_label()).count("\n") + 1 for item in items]
    each = math.ceil(len(items) / columns)
    # Columns are filled one after the other; the tallest one counts.
    tallest = max(sum(height[c * each : (c + 1) * each]) for c in range(columns))
    return 10.0 + 14 * tallest


def dress(axes: Axes, drivers: Drivers, m: int, what: str, rows: Sequence[int], lang: str) -> None:
    """Legend and title of a drawing of one model."""
    title(axes, drivers, m, what, lang, legend(axes, drivers, [(m, i) for i in rows], lang))


def empty(axes: Axes, drivers: Drivers, m: int, what: str, lang: str) -> Axes:
    """Say that there is nothing to draw."""
    axes.text(0.5, 0.5, say("empty", lang), ha="center", va="center", transform=axes.transAxes, color="#606060")
    axes.set_xticks([])
    axes.set_yticks([])
    title(axes, drivers, m, what, lang)
    return axes
