"""The blocks of the drivers page: what leads, what to fix first, what it may bring, where and when it differs."""

from __future__ import annotations

import html

from cxkit.errors import CxkitError
from cxkit.keydrivers import Drivers, kano
from cxkit.keydrivers.readings.kano import PenaltyReward
from cxkit.keydrivers.readings.moves import good_way
from cxkit.keydrivers.shown.figures import label_of, named, r2_name
from cxkit.present.grid import Shown
from cxkit.present.words import group_name
from cxkit.reports.blocks import figure, heading, paragraph, raw_html
from cxkit.reports.driver_models import (
    enough,
    kept,
    modelled,
    sides,
    strongest,
)
from cxkit.reports.driver_page import DriverPage
from cxkit.reports.driver_texts import say
from cxkit.reports.driver_words import by_action, finding, first_cautions, later_cautions, once, quietly

__all__ = ["KeyDrivers"]

#: Periods in which to look for change, the one to try first.
_FREQS = ("Q", "M")
#: Low, and high, answers that a driver needs for a penalty, and a reward.
_EACH_SIDE = 10
#: A longer table is folded, a longer drawing left out.
_ROWS = 20
_MOVED, _NAMED = 3, 12


class KeyDrivers(DriverPage):
    __doc__ = DriverPage.__doc__

    # Blocks ----------------------------------------------------------------------------------

    def headline(self) -> None:
        """The finding as the title; what is amiss with the data before any number."""
        found = self.claim("drivers")
        if found is None:
            heading(say("drivers_none", self.lang, name=self.name) + self.who(), 1)
            self.scope()
            paragraph(self.absent)
            return
        heading(finding(found, self.lang) + self.who(), 1)
        self.scope()
        for caution in first_cautions(found):
            paragraph(caution.text(self.lang))
        paragraph(quietly(found).explain(self.lang))

    def importance(self) -> None:
        """Ranked bars, and the table behind them."""
        found = self.claim("drivers")
        if found is None:
            return
        heading(say("importance", self.lang))
        figure(found.plot.bars(lang=self.lang), finding(found, self.lang))
        self._table(quietly(found))

    def quadrant(self) -> None:
        """Importance against performance, and what that says to do."""
        found = self.claim("drivers")
        if found is None or len(found.model.names) < 2:
            return
        heading(say("quadrant", self.lang))
        lines = by_action(found, self.lang) or [say("no_quadrant", self.lang)]
        figure(found.plot.quadrant(lang=self.lang), " ".join(lines))
        for line in lines:
            paragraph(line)

    def what_if(self) -> None:
        """What goes with a step of the first drivers, one by one and together."""
        found = self.claim("drivers")
        if found is None:
            return
        heading(say("what_if", self.lang))
        model, ways = found.model, good_way(found.model, found.outcome.better)
        moves = {
            model.names[i]: float(ways[i]) * 0.1 * (model.scales[i][1] - model.scales[i][0])
            for i in strongest(found, len(model.names))
            if ways[i]
        }
        moves = dict(list(moves.items())[: self._most_moved()])
        if not moves:
            paragraph(say("no_what_if", self.lang))
            return
        result = found.what_if(moves)
        said = once(result.explain(self.lang), self.lang)
        paragraph(say("what_if_step", self.lang))
        figure(result.plot(lang=self.lang), said)
        paragraph(said)
        self._table(result)

    def _most_moved(self) -> int:
        """Several moves tell the mean score of complete rows: beside that of all rows it tells of the others."""
        left = self.safe(self.main)[0].n[0] - self.claim("drivers").model.n
        return 1 if 0 < left < self.min_n else _MOVED

    def penalty_reward(self) -> None:
        """What low and high answers cost and bring."""
        found = self.claim("drivers")
        if found is None:
            return
        heading(say("kano", self.lang))
        least = max(self.min_n, _EACH_SIDE)
        columns = [n for n in found.model.names if n in self.study.columns]
        result = self._contrasts([n for n in columns if min(sides(self.focus, n)) >= least])
        if result is None:
            paragraph(say("kano_none", self.lang, least=least))
            return
        said = once(result.explain(self.lang), self.lang)
        figure(result.plot(lang=self.lang), said)
        paragraph(said)
        self._table(result)
        drawn = {row.driver for row in result.rows}
        few = [n for n in columns if n not in drawn]
        if few:
            paragraph(say("kano_few", self.lang, least=least, names=named(few, self.lang)))

    def _contrasts(self, names: list[str]) -> PenaltyReward | None:
        """Penalties and rewards of the drivers that have a low, a middle and a high; None where none has."""
        while names:
            try:
                return kano(self.focus, self.main, names)
            except CxkitError as exc:
                if exc.column not in names:
                    return None
                names = [n for n in names if n != exc.column]
        return None

    def priorities(self) -> None:
        """What a step of each driver may bring, for the effort that it takes where efforts are given."""
        found = self.claim("drivers")
        if found is None:
            return
        heading(say("priorities", self.lang))
        result = found.priorities(self.effort or None)
        said = once(result.explain(self.lang), self.lang)
        figure(result.plot(lang=self.lang), said)
        paragraph(said)
        self._table(result)

    def segments(self) -> None:
        """For each grouping: whether the drivers differ, and where each group stands."""
        if self.found is None:
            return
        for column in self.by:
            heading(say("drivers_by", self.lang, by=column))
            groups = self.claim(f"by {column}")
            if groups is None:
                paragraph(say("drivers_two", self.lang, least=self._least))
                continue
            drift = groups.drift()
            said = drift.explain(self.lang)
            figure(groups.plot.matrix(lang=self.lang), said)
            paragraph(said)
            self._table(drift, folded=not drift.moved or len(drift) > _ROWS)
            self._say_left(column, groups)
            if column == self.by[0] and not self.only:
                self._units(groups)

    def _units(self, groups: Drivers) -> None:
        """Means of groups: of one grouping, on the page about everybody, so that no two tables tell a third."""
        heading(say("units", self.lang), 3)
        units = groups.units(self.claim("drivers"))
        said = once(units.explain(self.lang), self.lang)
        if len(units) <= _ROWS:
            figure(units.plot(lang=self.lang), said)
        paragraph(said)
        self._table(units, folded=len(units) > _ROWS)

    def _say_left(self, column: str, groups: Drivers) -> None:
        shown = {model.key for model in groups.models}
        names = [group_name(key, self.lang) for key in self.focus.groups(column) if key not in shown]
        if names:
            more = ", …" if len(names) > _NAMED else ""
            paragraph(say("drivers_left", self.lang, names=", ".join(names[:_NAMED]) + more, least=self._least))

    def over_time(self) -> None:
        """Whether the importance of drivers changed from period to period; no means are shown."""
        if self.found is None or "date" not in self.study.roles:
            return
        heading(say("drivers_when", self.lang))
        for freq in _FREQS:
            found, _ = modelled(self.study, self.main, self.drivers, freq=freq, **self.options)
            rows = [] if found is None else [m for m, model in enumerate(found.models) if enough(model, self.min_n)]
            if found is not None and len(rows) > 1:
                drift = kept(found, rows).drift()
                said = drift.explain(self.lang)
                figure(drift.plot(lang=self.lang), said)
                paragraph(said)
                self._table(drift, folded=not drift.moved or len(drift) > _ROWS)
                if len(rows) < len(found.models) or any(c.key == "too_few" for c in found.cautions):
                    paragraph(say("drivers_periods", self.lang, least=self._least))
                return
        paragraph(say("drivers_no_time", self.lang, least=self._least))

    def _table(self, result: Shown, *, folded: bool = False) -> None:
        """A table, wide ones in a strip that scrolls; folded where there is much to read and little to learn."""
        table = f'<div style="overflow:auto">{result.grid(self.lang).html(self.lang)}</div>'
        summary = html.escape(say("driver_table", self.lang))
        raw_html(f"<details><summary>{summary}</summary>{table}</details>" if folded else table)

    def method(self) -> None:
        """How importance and effects were made, what to beware of, how to learn the cause; then as on every page."""
        found = self.claim("drivers")
        if found is not None:
            heading(say("drivers_method", self.lang))
            method = label_of(found.importance, self.lang)
            key = "how_lmg" if found.importance == "lmg" else "how_other"
            paragraph(say(key, self.lang, method=method, r2=r2_name(found.model, self.lang)))
            for key in ("how_effect", "how_tested"):
                paragraph(say(key, self.lang))
            for caution in later_cautions(found):
                paragraph(caution.text(self.lang))
            paragraph(say("how_cause", self.lang))
        super().method()
