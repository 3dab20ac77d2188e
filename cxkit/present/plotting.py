"""Drawings of results. Each takes ``ax=`` and returns the Axes; themes that are set are kept."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cxkit.present.result import Scores, Trend

__all__ = ["ScorePlots", "TrendPlots", "canvas", "label_text"]


@dataclass(frozen=True, slots=True)
class ScorePlots:
    """Drawings of scores by group. Call it for the bars."""

    scores: "Scores"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """A bar a group with its interval."""
        return self.bars(ax=ax, lang=lang)

    def bars(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """A horizontal bar a group with its interval; small bases are pale."""
        from cxkit.present.palette import GREY, HIGHER, NEUTRAL
        from cxkit.present.words import SMALL_BASE, estimate_text

        _, axes = canvas(ax, len(self.scores))
        names, rows = _rows(self.scores, lang)
        small = [self.scores.n[i] < SMALL_BASE for i in rows]
        values = [self.scores.estimate[i] for i in rows]
        bars = axes.barh(range(len(rows)), values, color=HIGHER, height=0.72)
        for y, (i, patch) in enumerate(zip(rows, bars, strict=True)):
            if small[y]:
                patch.set_alpha(0.35)
            low, high = self.scores.low[i], self.scores.high[i]
            known = math.isfinite(low) and math.isfinite(high)
            if known:
                axes.plot([low, high], [y, y], color=NEUTRAL, linewidth=2, solid_capstyle="butt")
            axes.annotate(
                f"{estimate_text(self.scores, i, lang)}  (n={self.scores.n[i]})",
                (max(high, 0) if known else 0, y),
                xytext=(5, 0), textcoords="offset points", va="center", fontsize="small",
            )  # fmt: skip
        axes.set_yticks(range(len(rows)), names)
        axes.invert_yaxis()
        axes.grid(False, axis="y")
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.margins(x=0.3)
        axes.set(xlabel=_value_label(self.scores, lang), ylabel=label_text(" · ".join(self.scores.by)))
        _title(axes, self.scores, lang)
        return axes

    def stacked(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """100 % bars of what the answers count: detractors, passives, promoters."""
        from cxkit.present.numbers import number
        from cxkit.present.palette import BAND_INK, band_colours
        from cxkit.present.words import estimate_text, phrase

        _, axes = canvas(ax, len(self.scores))
        names, rows = _rows(self.scores, lang)
        left = [0.0] * len(rows)
        for band, colour in zip(self.scores.bands, band_colours(len(self.scores.bands) or 1), strict=False):
            shares = [band.share[i] if math.isfinite(band.share[i]) else 0.0 for i in rows]
            axes.barh(
                range(len(rows)), shares, left=left, color=colour, label=label_text(band.title(lang)), height=0.72
            )
            for y, share in enumerate(shares):
                if share >= 7:
                    axes.text(
                        left[y] + share / 2, y, number(share, lang, digits=0), ha="center", va="center",
                        color=BAND_INK.get(colour, "#000000"), fontsize="small",
                    )  # fmt: skip
            left = [a + b for a, b in zip(left, shares, strict=True)]
        for y, i in enumerate(rows):
            text = f"{estimate_text(self.scores, i, lang)}  (n={self.scores.n[i]})"
            axes.annotate(text, (100, y), xytext=(6, 0), textcoords="offset points", va="center", fontsize="small")
        axes.set_yticks(range(len(rows)), names)
        axes.invert_yaxis()
        axes.set(xlim=(0, 100), xlabel=phrase("share_of_answers", lang), ylabel=label_text(" · ".join(self.scores.by)))
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, frameon=False, fontsize="small")
        return axes

    def distribution(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """How often each answer was given (all groups together), coloured by what it counts."""
        from cxkit.present.palette import HIGHER, band_colours
        from cxkit.present.words import phrase

        seaborn, axes = canvas(ax, 6)
        counts = self.scores.tally.weights()
        if self.scores.metric.scale is not None and self.scores.metric.scale[1] - self.scores.metric.scale[0] <= 20:
            low, high = (int(x) for x in self.scores.metric.scale)
            counts = {float(a): counts.get(float(a), 0) for a in range(low, high + 1)}
        base = sum(counts.values()) or 1
        names = [f"{a:g}" for a in counts]
        seaborn.barplot(x=names, y=[100 * n / base for n in counts.values()], color=HIGHER, saturation=1, ax=axes)
        levels = band_colours(len(self.scores.bands) or 1)
        for patch, colour in zip(axes.patches, self._colours(list(counts), levels), strict=False):
            patch.set_facecolor(colour)
        axes.set(xlabel=phrase("answer", lang), ylabel=phrase("share_of_answers", lang))
        axes.set_title(label_text(self.scores.metric.title(lang)), loc="left", fontsize="medium")
        return axes

    def _colours(self, answers: list[float], levels: tuple[str, ...]) -> list[str]:
        """The colour of each answer's band, found by the shares that the answers make up."""
        values = self.scores.answer_values
        order = [band.value for band in self.scores.bands]
        if len(order) != len(levels) or not values:
            return [levels[-1]] * len(answers)
        return [levels[order.index(values[a])] if values.get(a) in order else levels[-1] for a in answers]


#: How long the last period of a trend can be; the others end where the next begins.
_DAYS = {"D": 1, "W": 7, "M": 31, "Q": 92, "Y": 366}


@dataclass(frozen=True, slots=True)
class TrendPlots:
    """Drawings of a trend. Call it for the line."""

    trend: "Trend"

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """The estimate by period with its interval as a band."""
        return self.line(ax=ax, lang=lang)

    def line(
        self,
        *,
        ax: "Axes | None" = None,
        lang: str = "en",
        marks: "Mapping[Any, str] | None" = None,
        events: "Mapping[Any, str] | None" = None,
    ) -> "Axes":
        """The estimate by period with its interval as a band, a line a group.

        Parameters
        ----------
        marks : mapping, optional
            First day of a period -> ``rise`` or ``fall``: an arrow there, where a change is real.
        events : mapping, optional
            Day -> what happened: a line there.
        """
        from cxkit.present.numbers import short_period
        from cxkit.present.palette import band_colours
        from cxkit.present.words import group_name

        seaborn, axes = canvas(ax, 8)
        groups: dict[tuple[Any, ...], list[int]] = {}
        for i, key in enumerate(self.trend.keys):
            if key[-1] is not None and self.trend.n[i]:
                groups.setdefault(key[:-1], []).append(i)
        starts = sorted({key[-1] for key in self.trend.keys if key[-1] is not None})
        place = {start: x for x, start in enumerate(starts)}
        colours = band_colours(1) if len(groups) == 1 else seaborn.color_palette("colorblind", len(groups))
        for (group, rows), colour, marker in zip(groups.items(), colours, "osD^vPX*hp" * len(groups), strict=False):
            x = [place[self.trend.keys[i][-1]] for i in rows]
            axes.fill_between(
                x, [self.trend.low[i] for i in rows], [self.trend.high[i] for i in rows],
                color=colour, alpha=0.18 if len(groups) <= 3 else 0.06, linewidth=0,
            )  # fmt: skip
            seaborn.lineplot(
                x=x, y=[self.trend.estimate[i] for i in rows], ax=axes, color=colour, marker=marker,
                label=label_text(group_name(group, lang)) if group else None, errorbar=None,
            )  # fmt: skip
        step = max(1, math.ceil(len(starts) / 12))
        axes.set_xticks(
            range(0, len(starts), step), [short_period(s, self.trend.freq, lang) for s in starts[::step]],
            rotation=30, ha="right",
        )  # fmt: skip
        axes.set(xlabel="", ylabel=_value_label(self.trend, lang))
        self._marked(axes, place, marks or {})
        self._events(axes, starts, events or {})
        if len(groups) > 1:
            # Beside the lines, which a legend of several groups would cover.
            axes.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1.0, 1.0))
        _title(axes, self.trend, lang)
        return axes

    def _marked(self, axes: "Axes", place: "Mapping[Any, int]", marks: "Mapping[Any, str]") -> None:
        from cxkit.present.palette import HIGHER, LOWER

        height = {
            k[-1]: (low, high) for k, low, high in zip(self.trend.keys, self.trend.low, self.trend.high, strict=True)
        }
        for start, word in marks.items():
            if word not in ("rise", "fall") or start not in place:
                continue
            up = word == "rise"
            axes.annotate(
                "▲" if up else "▼", (place[start], height[start][1 if up else 0]), xytext=(0, 5 if up else -14),
                textcoords="offset points", ha="center", color=HIGHER if up else LOWER, fontsize="large",
            )  # fmt: skip
        axes.margins(y=0.12)

    def _events(self, axes: "Axes", starts: list[Any], events: "Mapping[Any, str]") -> None:
        """A line where an event lies between the middles of periods."""
        from cxkit.present.palette import GREY

        drawn = 0
        for day, said in events.items():
            later = [x for x, start in enumerate(starts) if start <= day]
            if not later:
                continue
            x = later[-1]
            length = (starts[x + 1] - starts[x]).days if x + 1 < len(starts) else _DAYS[self.trend.freq]
            if (day - starts[x]).days >= length and x + 1 == len(starts):
                continue  # after the last period
            at = x + min((day - starts[x]).days / length, 1.0) - 0.5
            axes.axvline(at, color=GREY, linestyle=":", linewidth=1.2)
            # On the side that has room, and not over its neighbour.
            right = at < len(starts) / 2
            axes.annotate(
                label_text(said), (at, 1), xycoords=("data", "axes fraction"),
                xytext=(4 if right else -4, -4 - 12 * (drawn % 4)), textcoords="offset points",
                ha="left" if right else "right", va="top", fontsize="small", color="#606060",
            )  # fmt: skip
            drawn += 1


def canvas(ax: "Axes | None", rows: int) -> tuple[Any, "Axes"]:
    """seaborn and the Axes to draw on: the caller's, or a new figure of fitting height."""
    import matplotlib.pyplot as plt
    import seaborn

    if ax is None:
        _, ax = plt.subplots(figsize=(8, max(2.2, 0.9 + 0.42 * min(rows, 30))), layout="constrained")
    return seaborn, ax


def _rows(scores: "Scores", lang: str) -> tuple[list[str], list[int]]:
    """Names (each once, without control characters) and indices of the first 40 groups."""
    from cxkit.present.words import group_name

    freq = getattr(scores, "freq", None)
    rows = list(range(len(scores)))[:40]
    names: list[str] = []
    for i in rows:
        name = label_text(group_name(scores.keys[i], lang, freq=freq))
        names.append(name if name not in names else f"{name} ({i})")
    return names, rows


def label_text(text: str) -> str:
    """Text from data as matplotlib shows it as it is: $...$ is mathematics, a leading _ hides a label."""
    from cxkit.present.text import clean_text

    clean = clean_text(text)
    short = clean if len(clean) <= 40 else clean[:39] + "…"
    return (" " if short.startswith("_") else "") + short.replace("$", r"\$")


def _value_label(scores: "Scores", lang: str) -> str:
    unit = {"points": "points", "%": "%"}.get(scores.metric.unit, "")
    return label_text(scores.metric.title(lang)) + (f" ({unit})" if unit else "")


def _title(axes: "Axes", scores: "Scores", lang: str) -> None:
    from cxkit.present.words import percent, phrase

    axes.set_title(
        phrase("caption", lang, name=label_text(scores.metric.title(lang)), level=percent(scores.level, lang)),
        loc="left", fontsize="medium",
    )  # fmt: skip
