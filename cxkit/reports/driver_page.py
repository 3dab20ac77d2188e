"""A page about what drives one score: its models, what of them may be shown, and the tests of one family."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cxkit.errors import OptionError
from cxkit.inference import Comparison
from cxkit.keydrivers import Drivers
from cxkit.keydrivers.outcome import metric_meant, outcome_of
from cxkit.present.numbers import count
from cxkit.protocols import Metric
from cxkit.reports.driver_models import SCORED, enough, kept, least_rows, modelled, tells_others, told_apart
from cxkit.reports.driver_texts import say
from cxkit.reports.hiding import Table
from cxkit.reports.page import Claim, Page
from cxkit.reports.texts import text
from cxkit.study.roles import RATE_ROLES

__all__ = ["DriverPage"]


class DriverPage(Page):
    """A page about what drives one score.

    Parameters
    ----------
    drivers : sequence of str
        Columns or patterns; empty for the role ``drivers``.
    outcome : str
        What to explain: a score, a yes/no role, ``promoter``, ``detractor`` or a column; empty for the first score.
    effort : mapping
        Driver -> effort that a step of it takes, in any unit.
    importance, model, missing : str
        As in :func:`cxkit.drivers`.
    **options
        Of :class:`cxkit.reports.page.Page`.
    """

    scored = SCORED

    def __init__(
        self,
        source: str = "",
        *,
        drivers: Sequence[str] = (),
        outcome: str = "",
        effort: Mapping[str, float] | None = None,
        importance: str = "lmg",
        model: str = "ols",
        missing: str = "listwise",
        **options: Any,
    ) -> None:
        metrics = list(options.pop("metrics", None) or ())
        if outcome and metrics and metrics != [outcome]:
            raise OptionError("outcome= and metrics= name two scores", hint="the page explains one: leave metrics= out")
        if len(metrics) > 1:
            raise OptionError(f"the page explains one score, not {len(metrics)}", hint="make the report once a score")
        super().__init__(source, metrics=[outcome] if outcome else metrics, **options)
        # A rate is called by its column: "Rate of Churned" says more than "Rate of outcome".
        self.metrics = [self.study.column(m) if m in RATE_ROLES else m for m in self.metrics[:1]]
        self.drivers = list(drivers)
        self.effort = dict(effort or {})
        self.options: dict[str, Any] = {"importance": importance, "model": model, "missing": missing}
        self.name = outcome_of(self.everybody, self.main).label.title(self.lang)
        self.absent = ""
        self.found = self._everything()
        if self.found is not None:
            self.found.priorities(self.effort or None)  # a wrong name in it is refused before anything is shown

    def meant(self, metric: str) -> str | Metric:
        return metric_meant(self.study, metric)

    def tables(self, metric: str) -> list[Table]:
        return [()]

    def _everything(self) -> Drivers | None:
        """The model of all rows of this page; None, and why, where they have none that may be shown."""
        total, hidden = self.safe(self.main)
        if hidden or not total.n[0]:
            self.absent = text("all_hidden", self.lang, min_n=self.min_n)
            return None
        found, refused = modelled(self.focus, self.main, self.drivers, **self.options)
        if found is None:
            self.absent = say("drivers_refused", self.lang, what=refused)
            return None
        model = found.model
        if not enough(model, self.min_n):
            least, k = least_rows(model, self.min_n), len(model.names)
            self.absent = say("drivers_few", self.lang, least=count(least, self.lang), k=k, min_n=self.min_n)
        elif self.only and tells_others(
            self.in_focus(self.everybody), self.only, found, self.main, self.drivers, self.min_n
        ):
            self.absent = say("drivers_held", self.lang)
        return None if self.absent else found

    # Claims ----------------------------------------------------------------------------------

    def _asked(self) -> list[tuple[str, Claim | None]]:
        return [("drivers", self.found), *((f"by {column}", self._groups(column)) for column in self.by)]

    def _groups(self, column: str) -> Drivers | None:
        """A model for each group of a column that may stand beside that of all; None for fewer than two."""
        if self.found is None:
            return None
        found, _ = modelled(self.focus, self.main, self.drivers, by=column, **self.options)
        rows = [] if found is None else told_apart(found, self.found.model.n, self.min_n)
        return kept(found, rows) if found is not None and len(rows) > 1 else None

    def latest_change(self) -> Comparison | None:
        return None

    @property
    def _least(self) -> str:
        assert self.found is not None
        return count(least_rows(self.found.model, self.min_n), self.lang)

    # Data ------------------------------------------------------------------------------------

    def _roles(self) -> list[str]:
        names = [] if self.found is None else [n for n in self.found.model.names if n in self.study.columns]
        return [*super()._roles(), *names]

    def _answered(self, role: str) -> tuple[int, int]:
        if role not in super()._roles():  # a column of a role of several: codes that mean "no answer" are its role's
            tally = self.focus.tally(role, weighted=False)
            held = int(tally.n[tally.answered].sum())
            return held, self.focus.rows - held
        return super()._answered(role)

    def _named(self, role: str) -> str:
        return super()._named(role) or say("driver", self.lang)
