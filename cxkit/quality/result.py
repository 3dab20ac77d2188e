"""The audit of a study: findings, scores with and without the flagged answers, funnel, volume."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from cxkit.errors import OptionError, did_you_mean
from cxkit.present.grid import Cell, Grid, Shown
from cxkit.present.numbers import count, interval, with_unit
from cxkit.present.palette import GREY, HIGHER, LOWER, NEUTRAL
from cxkit.present.result import SCHEMA
from cxkit.present.words import percent
from cxkit.quality.effect import Commented, Without, shown
from cxkit.quality.finding import Finding
from cxkit.quality.funnel import Step
from cxkit.quality.plots import AuditPlots
from cxkit.quality.timing import Volume
from cxkit.quality.words import CHECKS, FLAGS, say
from cxkit.study import Study
from cxkit.tally.engine import count_rows
from cxkit.tally.flags import Rules, rows_without

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Audit"]

S = TypeVar("S", bound=Study)

_COLOURS = {"ok": HIGHER, "info": NEUTRAL, "warning": LOWER, "not_checked": GREY}
_ORDER = ("warning", "info", "ok", "not_checked")
_FLAGS = ("speeders", "straight_liners", "duplicates")


@dataclass(frozen=True, slots=True, repr=False)
class Audit(Shown, Generic[S]):
    """What an audit found. Nothing has been removed: see :meth:`clean`.

    Attributes
    ----------
    findings : tuple of Finding
        One a check and column; ``not_checked`` where the study has no column for the check.
    without, commented, steps, volume
        What ``scores``, ``comments``, ``funnel`` and ``plot.volume`` show.
    rows : int
    level : float
        Confidence level of the intervals.
    """

    findings: tuple[Finding, ...]
    without: tuple[Without, ...]
    commented: tuple[Commented, ...]
    steps: tuple[Step, ...]
    volume: Volume
    rows: int
    level: float
    source: str
    rules: Rules
    study: S = field(repr=False, compare=False)

    @property
    def plot(self) -> AuditPlots:
        """Drawings: ``plot()`` for the scores with and without, ``plot.funnel()``, ``plot.volume()``."""
        return AuditPlots(self.without, self.steps, self.volume, self.level)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that need a look."""
        return tuple(f for f in self.findings if f.severity == "warning")

    @property
    def not_checked(self) -> tuple[Finding, ...]:
        """What was not looked at, and why."""
        return tuple(f for f in self.findings if f.severity == "not_checked")

    @property
    def scores(self) -> "pd.DataFrame":
        """A frame of ``metric, without, estimate, low, high, n``; ``without`` is "" for all rows."""
        import pandas as pd

        rows = [(w.metric.name, w.without, w.estimate, w.low, w.high, w.n) for w in self.without]
        return pd.DataFrame(rows, columns=["metric", "without", "estimate", "low", "high", "n"])

    @property
    def comments(self) -> "pd.DataFrame":
        """A frame of ``metric, group, estimate, low, high, n, delta, delta_low, delta_high``.

        ``group`` is ``comment`` or ``silent``; the difference is comment minus silent.
        """
        import pandas as pd

        rows = [
            (c.metric.name, name, *four, c.delta, c.low, c.high)
            for c in self.commented
            for name, four in (("comment", c.commented), ("silent", c.silent))
        ]
        columns = ["metric", "group", "estimate", "low", "high", "n", "delta", "delta_low", "delta_high"]
        return pd.DataFrame(rows, columns=columns)

    @property
    def funnel(self) -> "pd.DataFrame":
        """A frame of ``step, n``, then in % of the step before and of the invited: share, low, high."""
        import pandas as pd

        rows = [(s.name, s.n, *s.of_previous, *s.of_invited) for s in self.steps]
        columns = ["step", "n", "share_previous", "low_previous", "high_previous",
                   "share_invited", "low_invited", "high_invited"]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of ``check, what, count, share, severity, detail``; ``share`` is in %."""
        import pandas as pd

        return pd.DataFrame(
            {
                "check": [f.check for f in self.findings],
                "what": [f.what for f in self.findings],
                "count": pd.array([f.count for f in self.findings], dtype="Int64"),
                "share": pd.array([f.share for f in self.findings], dtype="Float64").to_numpy(float, na_value=float("nan")),
                "severity": [f.severity for f in self.findings],
                "detail": [f.detail() for f in self.findings],
            }
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        return {
            "schema": SCHEMA,
            "kind": "audit",
            "rows": self.rows,
            "level": self.level,
            "findings": [
                {"check": f.check, "what": f.what, "count": f.count, "share": f.share, "severity": f.severity,
                 "detail": f.detail()}
                for f in self.findings
            ],
            "scores": _records(self.scores),
            "comments": _records(self.comments),
            "funnel": _records(self.funnel),
            "volume": {
                "freq": self.volume.freq,
                "periods": [[start.isoformat(), n] for start, n in zip(self.volume.starts, self.volume.n, strict=True)],
            },
        }  # fmt: skip

    def clean(self, *flags: str) -> S:
        """The study without the flagged rows; it says in ``filters`` how many and why.

        Parameters
        ----------
        *flags : {"speeders", "straight_liners", "duplicates"}
            Which rows; only identical rows of one id (``"duplicates"``) when none is named.

        Raises
        ------
        OptionError
            A flag that is not known, or was not checked.
        NothingMatched
            No row is left.
        """
        from cxkit.errors import NothingMatched

        chosen = flags or ("duplicates",)
        known = self._checked_flags
        for flag in chosen:
            if flag not in _FLAGS:
                raise OptionError(f"no flag {flag!r}", hint=did_you_mean(flag, _FLAGS, what="Flags"))
            if flag not in known:
                why = next((f.detail() for f in self.findings if f.check == flag), "not checked")
                raise OptionError(f"{flag} cannot be left out: {why}", hint="say it in audit(...)")
        frame, left, said = self.study.data, self.rows, []
        for flag in (f for f in _FLAGS if f in chosen):
            frame = rows_without(frame, self.rules, flag)
            rows = count_rows(frame)
            if rows < left:
                said.append(f"{left - rows} {flag}" + self._rule(flag))
            left = rows
        if not left:
            raise NothingMatched(f"no row is left without {', '.join(chosen)}", hint="leave out fewer of them")
        if not said:
            return self.study
        return self.study.with_rows(frame, [say("without", parts=", ".join(said))])

    @property
    def _checked_flags(self) -> tuple[str, ...]:
        rule = {"speeders": self.rules.duration, "straight_liners": self.rules.items, "duplicates": self.rules.id}
        return tuple(flag for flag in _FLAGS if rule[flag])

    def _rule(self, flag: str) -> str:
        if flag == "speeders":
            return f" ({self.rules.duration} < {round(self.rules.least, 1):g} s)"
        return f" ({self.rules.id})" if flag == "duplicates" else f" ({len(self.rules.items)} items)"

    def explain(self, lang: str = "en") -> str:
        """How many checks found something, each warning, what the flagged answers change, what was not checked.

        Parameters
        ----------
        lang : {"en", "fr"}
        """
        number_of = {s: sum(f.severity == s for f in self.findings) for s in _ORDER}
        out = [
            say(
                "summary",
                lang,
                rows=count(self.rows, lang),
                checked=len(self.findings) - number_of["not_checked"],
                warnings=number_of["warning"],
                infos=number_of["info"],
                ok=number_of["ok"],
            )
        ]
        colon = "\u00a0: " if lang == "fr" else ": "
        for f in self.warnings:
            if f.check != "scores":
                of = f" ({f.what})" if f.what else ""
                out.append(f"{CHECKS(f.check, lang)}{of}{colon}{f.detail(lang)}.")
        out += self._effects(lang)
        if self._checked_flags:
            out.append(say("flag_not_fault", lang))
        names = dict.fromkeys(CHECKS(f.check, lang) for f in self.not_checked)
        if names:
            out.append(say("unchecked", lang, names=", ".join(names)))
        return " ".join(out)

    def _effects(self, lang: str) -> list[str]:
        out = []
        for name in dict.fromkeys(w.metric.name for w in self.without):
            own = [w for w in self.without if w.metric.name == name]
            first, last = own[0], own[-1]
            gone = first.rows - last.rows
            if not gone or not first.n:
                continue
            inside = first.low <= last.estimate <= first.high
            out.append(
                say(
                    "effect",
                    lang,
                    metric=first.metric.title(lang),
                    n=count(first.n, lang),
                    gone=count(gone, lang),
                    all=shown(first.metric, first.estimate, lang),
                    all_interval=_interval(first, lang),
                    kept=shown(last.metric, last.estimate, lang),
                    kept_interval=_interval(last, lang),
                    verdict=say("effect_small" if inside else "effect_large", lang),
                )
            )
        return out

    def grid(self, lang: str = "en") -> Grid:
        """The findings as a table, what needs a look first."""
        order = sorted(self.findings, key=lambda f: _ORDER.index(f.severity))
        rows = tuple(
            (
                Cell(CHECKS(f.check, lang), "head", strong=f.severity == "warning"),
                Cell(say(f.severity, lang), "left", colour=_COLOURS[f.severity], pale=f.severity == "not_checked"),
                Cell(f.what, "left"),
                Cell("–" if f.count is None else count(f.count, lang)),
                Cell("–" if f.share is None else with_unit(f.share, "%", lang)),
                Cell(f.detail(lang), "left", pale=f.severity == "not_checked"),
            )
            for f in order
        )
        heads = ("check", "severity", "what", "count", "share", "detail")
        caption = say("caption", lang, rows=count(self.rows, lang), source=self.source)
        notes = [say("flag_not_fault", lang), *(self._line(w, lang) for w in self.without)]
        return Grid(caption, tuple(say(h, lang) for h in heads), rows, tuple(notes))

    def _line(self, w: Without, lang: str) -> str:
        level = percent(self.level, lang)
        return (
            f"{w.metric.title(lang)}, {FLAGS(w.without, lang)[:1].lower()}{FLAGS(w.without, lang)[1:]}: "
            f"{shown(w.metric, w.estimate, lang)} {_interval(w, lang)} ({level}, n = {count(w.n, lang)})"
        )


def _interval(w: Without, lang: str) -> str:
    return interval(w.low, w.high, lang, digits=w.metric.digits)


def _records(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    return [
        {str(k): None if isinstance(v, float) and v != v else v for k, v in row.items()}
        for row in frame.to_dict("records")
    ]
