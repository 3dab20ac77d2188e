"""An audit of tables as shown: what a reader can work out of the groups they hide."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cxkit.present.grid import Cell, Grid, Shown
from cxkit.present.numbers import check_lang, count, interval
from cxkit.present.phrasebook import Phrases
from cxkit.present.plotting import canvas, label_text
from cxkit.present.result import SCHEMA, Scores
from cxkit.present.suppression import Placed, Suppression, placed, scores_of
from cxkit.present.words import group_name, phrase
from cxkit.stats.disclosure import small_rests
from cxkit.stats.recovery import possible_range, recoverable, recoverable_pairs
from cxkit.stats.relations import nested

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from cxkit.tally import Tally

__all__ = ["Disclosure", "DisclosurePlots", "HiddenGroup", "audit_tables"]

_MOST_RANGES = 200

_say = Phrases(
    {
        "caption": {"en": "Hidden small groups (under {min_n} answers)", "fr": "Petits groupes masqués (moins de {min_n} réponses)"},
        "table": {"en": "Table", "fr": "Tableau"},
        "group": {"en": "Group", "fr": "Groupe"},
        "verdict": {"en": "From what is shown", "fr": "D'après ce qui est publié"},
        "range": {"en": "Answers it could have", "fr": "Réponses possibles"},
        "recoverable": {"en": "recoverable ✗", "fr": "reconstituable ✗"},
        "protected": {"en": "not recoverable ✓", "fr": "non reconstituable ✓"},
        "unchecked": {"en": "not checked", "fr": "non vérifié"},
        "nothing": {
            "en": "None of the {published} groups has fewer than {min_n} answers: nothing needs hiding.",
            "fr": "Aucun des {published} groupes n'a moins de {min_n} réponses : il n'y a rien à masquer.",
        },
        "hidden": {
            "en": "Of {published} groups with answers, {hidden} are hidden: {small} with fewer than {min_n} answers, "
            "{others} to protect them.",
            "fr": "Sur {published} groupes ayant des réponses, {hidden} sont masqués : {small} de moins de {min_n} "
            "réponses, {others} pour les protéger.",
        },
        "none_recovered": {
            "en": "No hidden small group can be computed from the numbers shown in these tables.",
            "fr": "Aucun petit groupe masqué ne peut être calculé à partir des chiffres publiés dans ces tableaux.",
        },
        "recovered": {
            "en": "Hidden small groups that can be computed from the numbers shown: {k} of {small}.",
            "fr": "Petits groupes masqués que l'on peut calculer à partir des chiffres publiés : {k} sur {small}.",
        },
        "open": {
            "en": "Groups with fewer than {min_n} answers that are shown: {k}.",
            "fr": "Groupes de moins de {min_n} réponses publiés tels quels : {k}.",
        },
        "joint": {
            "en": "Sets of hidden groups with fewer than {min_n} answers between them that can be computed: {k}.",
            "fr": "Ensembles de groupes masqués totalisant moins de {min_n} réponses et que l'on peut calculer : {k}.",
        },
        "narrow": {
            "en": "Hidden groups whose number of answers can be told more closely than from 1 to {most}: {k}.",
            "fr": "Groupes masqués dont l'effectif peut être encadré plus étroitement que de 1 à {most} : {k}.",
        },
        "unknown": {
            "en": "There were too many groups to check every combination.",
            "fr": "Les groupes étaient trop nombreux pour vérifier toutes les combinaisons.",
        },
        "scope": {
            "en": "Holds for these tables alone, not for what else is published or known about the groups.",
            "fr": "Vaut pour ces seuls tableaux, et non pour ce qui est publié ou connu par ailleurs.",
        },
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HiddenGroup:
    """A hidden group that is small.

    Attributes
    ----------
    table : str
        Columns of its table and the rows that the table is about.
    group : tuple
    recoverable : bool or None
        Whether shown numbers give its score and base; None where that was not worked out.
    low, high : float
        Fewest and most answers that it could have by what is shown; NaN where not worked out.
    """

    table: str
    group: tuple[Any, ...]
    recoverable: bool | None
    low: float
    high: float


@dataclass(frozen=True, slots=True, repr=False)
class Disclosure(Shown):
    """What the hidden groups of tables are worth hiding.

    Attributes
    ----------
    min_n : int
    published : int
        Groups with answers.
    hidden : int
        Hidden ones, small or complementary.
    groups : tuple of HiddenGroup
        The small ones.
    small_shown : int
        Small groups that are not hidden at all.
    joint : int
        Sets of hidden groups with under ``min_n`` answers between them that can be computed: what a
        total leaves to the hidden groups of one table, or any two hidden groups.
    """

    min_n: int
    published: int
    hidden: int
    groups: tuple[HiddenGroup, ...]
    small_shown: int
    joint: int

    @property
    def recovered(self) -> tuple[HiddenGroup, ...]:
        """The hidden small groups that can be computed."""
        return tuple(g for g in self.groups if g.recoverable)

    @property
    def narrow(self) -> tuple[HiddenGroup, ...]:
        """Those not recoverable whose range is narrower than 1 to ``min_n - 1``, which the mark itself tells."""
        return tuple(g for g in self.groups if not g.recoverable and g.high - g.low < self.min_n - 2)

    @property
    def exact(self) -> bool:
        """Whether every combination was checked."""
        return all(g.recoverable is not None for g in self.groups)

    @property
    def safe(self) -> bool:
        """No small group is shown, recoverable, or told together with others."""
        return self.exact and not (self.recovered or self.small_shown or self.joint)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of one row a hidden small group: ``table, group, recoverable, low, high``."""
        import pandas as pd

        return pd.DataFrame(
            {
                "table": [g.table for g in self.groups],
                "group": [group_name(g.group) for g in self.groups],
                "recoverable": pd.Series([g.recoverable for g in self.groups], dtype="boolean"),
                "low": pd.Series([g.low for g in self.groups], dtype="float64"),
                "high": pd.Series([g.high for g in self.groups], dtype="float64"),
            }
        )

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold."""
        return {
            "schema": SCHEMA, "kind": "disclosure", "min_n": self.min_n, "published": self.published,
            "hidden": self.hidden, "small_shown": self.small_shown, "joint": self.joint, "safe": self.safe,
            "groups": [
                {
                    "table": g.table, "group": [None if k is None else str(k) for k in g.group],
                    "recoverable": g.recoverable, "low": _held(g.low), "high": _held(g.high),
                }
                for g in self.groups
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """How much is hidden, and whether it can be worked out.

        Parameters
        ----------
        lang : {"en", "fr"}
        """
        check_lang(lang)
        small, values = len(self.groups), {"min_n": self.min_n, "published": count(self.published, lang)}
        if not (self.hidden or self.small_shown or self.joint):
            return _say("nothing", lang, **values)
        out = [_say("hidden", lang, hidden=self.hidden, small=small, others=self.hidden - small, **values)]
        if self.recovered:
            out.append(_say("recovered", lang, k=len(self.recovered), small=small))
        elif small and self.exact:
            out.append(_say("none_recovered", lang))
        if not self.exact:
            out.append(_say("unknown", lang))
        for key, k in (("open", self.small_shown), ("joint", self.joint), ("narrow", len(self.narrow))):
            if k:
                out.append(_say(key, lang, k=k, min_n=self.min_n, most=self.min_n - 1))
        return " ".join([*out, _say("scope", lang)])

    @property
    def plot(self) -> "DisclosurePlots":
        """Drawings: ``plot()`` for the range of answers each hidden group could have."""
        return DisclosurePlots(self)

    def grid(self, lang: str = "en") -> Grid:
        """One row a hidden small group, those that can be recovered first."""
        ordered = sorted(self.groups, key=lambda g: not g.recoverable)
        rows = tuple(
            (
                Cell(g.table or phrase("everyone", lang), "head"),
                Cell(group_name(g.group, lang), "left"),
                Cell(_verdict(g, lang), "left", strong=bool(g.recoverable)),
                Cell(interval(g.low, g.high, lang, digits=0) if math.isfinite(g.high) else "–"),
            )
            for g in ordered
        )
        heads = tuple(_say(k, lang) for k in ("table", "group", "verdict", "range"))
        return Grid(_say("caption", lang, min_n=self.min_n), heads, rows, (phrase("method", lang), self.explain(lang)))


@dataclass(frozen=True, slots=True)
class DisclosurePlots:
    """Drawings of an audit. Call it for the ranges."""

    disclosure: Disclosure

    def __call__(self, *, ax: "Axes | None" = None, lang: str = "en") -> "Axes":
        """A bar a hidden small group over the answers it could have; a recoverable one is a cross."""
        from cxkit.present.palette import GREY, LOWER

        groups = sorted(self.disclosure.groups, key=lambda g: not g.recoverable)[:40]
        _, axes = canvas(ax, len(groups))
        for y, group in enumerate(groups):
            if not math.isfinite(group.high):
                continue
            if group.recoverable:
                axes.plot([group.low], [y], "x", color=LOWER, markersize=9, markeredgewidth=2)
            else:
                axes.barh(y, group.high - group.low, left=group.low, color=GREY, height=0.5)
        names = [
            label_text(" · ".join(filter(None, (g.table, group_name(g.group, lang), _verdict(g, lang)))))
            for g in groups
        ]
        axes.set_yticks(range(len(groups)), names)
        axes.invert_yaxis()
        axes.set_xlabel(_say("range", lang))
        axes.set_title(_say("caption", lang, min_n=self.disclosure.min_n), loc="left", fontsize="medium")
        return axes


def audit_tables(
    tables: "Sequence[Scores] | Suppression",
    fine: "Tally",
    min_n: int,
    *,
    within: Sequence[Mapping[str, Any]] | None = None,
) -> Disclosure:
    """Try to recover the hidden groups of tables from the shown ones.

    Parameters
    ----------
    tables : sequence of Scores or Suppression
        As they are shown; a row with base 0 whose group has answers in ``fine`` is hidden.
    fine, min_n, within
        As in :func:`cxkit.present.suppression.suppress_together`.

    Notes
    -----
    A group is recoverable when its indicator over the fine cells is a linear combination of those
    of shown groups; then so are its base and its score. Ranges are for up to 200 hidden groups.

    Examples
    --------
    >>> import cxkit as cx
    >>> from cxkit.present.rows import hide_rows
    >>> fine = cx.Tally.from_counts({"A": {10: 40}, "B": {10: 9}, "C": {10: 2}}, by="segment")
    >>> tables = [cx.nps(fine.rollup()), hide_rows(cx.nps(fine), [2])]
    >>> audit_tables(tables, fine, 5).recovered[0].group
    ('C',)
    """
    tables = scores_of(tables, fine, min_n)
    known = placed(tables, fine, within)
    base = known.base
    shown = np.concatenate([np.array(t.n, np.int64) for t in tables]) if tables else np.zeros(0, np.int64)
    hidden = (base > 0) & (shown == 0)
    small = hidden & (base < min_n)
    told = recoverable(known.member, known.n, hidden)
    asked = np.flatnonzero(small)
    low = high = np.full(len(asked), np.nan)
    if 0 < len(asked) <= _MOST_RANGES:
        low, high = possible_range(known.member, known.n, hidden, asked)
    unknown = hidden if told is None else hidden & ~told
    names = [(t, i) for t, table in enumerate(tables) for i in range(len(table))]
    said = [_named(table, {} if within is None else within[t]) for t, table in enumerate(tables)]
    groups = tuple(
        HiddenGroup(
            said[names[g][0]], tables[names[g][0]].keys[names[g][1]], None if told is None else bool(told[g]),
            float(low[k]), float(high[k]),
        )
        for k, g in enumerate(asked.tolist())
    )  # fmt: skip
    open_small = int(((base > 0) & (base < min_n) & ~hidden).sum())
    joint = _joint(known, base, unknown, min_n)
    return Disclosure(min_n, int((base > 0).sum()), int(hidden.sum()), groups, open_small, joint)


def _joint(known: Placed, base: NDArray[np.int64], unknown: NDArray[np.bool_], min_n: int) -> int:
    """How many sets of unknown groups with few answers between them are told."""
    held = known.n > 0
    pairs = nested(known.member[:, held], known.n[held], base)
    found = small_rests(pairs, base, unknown, min_n)
    twos = recoverable_pairs(known.member, known.n, unknown) or []
    found += [(two, ()) for two in twos if base[list(two)].sum() < min_n]
    # The same set can be told in several ways: sets are alike when random marks of their cells add up alike.
    mark = np.random.default_rng(0).integers(1, 2**40, known.member.shape[1])
    cell = [np.where((known.member == g) & held, mark, 0).sum() for g in range(known.groups)] if found else []
    return len({sum(cell[g] for g in together) - sum(cell[g] for g in less) for together, less in found})


def _named(table: Scores, scope: Mapping[str, Any]) -> str:
    about = ", ".join(f"{k} = {v}" for k, v in scope.items())
    return " | ".join(filter(None, (" × ".join(table.by), about)))


def _verdict(group: HiddenGroup, lang: str) -> str:
    key = "unchecked" if group.recoverable is None else "recoverable" if group.recoverable else "protected"
    return _say(key, lang)


def _held(x: float) -> float | None:
    return x if math.isfinite(x) else None
