"""A closer look at a join that went wrong: ids without a match, ids nearly alike, rows of one id that differ."""

from __future__ import annotations

from dataclasses import dataclass

from cxkit.tally.joins import Joining
from cxkit.tally.joinsides import any_null

__all__ = ["Collision", "Near", "collisions", "differing", "examples", "nearly"]

_SAMPLE = 50_000


@dataclass(frozen=True, slots=True)
class Near:
    """Answers without a match that would have one if ids were written alike."""

    kind: str
    answers: int
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Collision:
    """Different ids of one side that a repair would make one."""

    side: str
    ids: int
    example: tuple[str, str]


def examples(joining: Joining, most: int = 3) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Keys of answers without a match, and keys of the data, as texts."""
    sides = joining.sides
    mine = [f"CAST(r{i} AS VARCHAR)" for i in range(len(sides.ask.pairs))]
    theirs = [f"CAST({sides.names[p.theirs]} AS VARCHAR)" for p in sides.ask.pairs]
    found = (
        sides.desk.rows(
            f"SELECT {_listed(mine)} FROM {joining.answers} a WHERE {_lost(joining)} AND NOT ({any_null(mine)}) "
            f"ORDER BY u LIMIT {most}"
        ),
        sides.desk.rows(f"SELECT {_listed(theirs)} FROM {sides.source} WHERE NOT ({any_null(theirs)}) LIMIT {most}"),
    )
    one, other = (tuple(str(x) for (x,) in rows) for rows in found)
    return one, other


def differing(joining: Joining, i: int) -> tuple[str, str, str] | None:
    """An id whose rows differ in the i-th value, and two of its values; None where only those of a window do."""
    value = f"CAST(v{i} AS VARCHAR)"
    found = joining.sides.desk.rows(
        f"SELECT CAST(d.k0 AS VARCHAR), min({value}), max({value}) FROM {joining.lookup} k JOIN {joining.data} d "
        f"ON {joining.sides.on('k', 'd')} GROUP BY ALL HAVING min({value}) <> max({value}) ORDER BY 1 LIMIT 1"
    )
    return found[0] if found else None


def nearly(joining: Joining) -> list[Near]:
    """Answers without a match that would find one with lost zeros, case or a prefix levelled; the most first.

    Nothing, where ids are numbers on both sides.
    """
    sides, out = joining.sides, []
    texts = [
        pair.period is None and "VARCHAR" in (sides.types[f"r{i}"], sides.kinds[pair.theirs])
        for i, pair in enumerate(sides.ask.pairs)
    ]
    if not any(texts):
        return []
    for kind in _likely(joining, texts.index(True)):
        keys = [_levelled(key, kind) if text else key for key, text in zip(sides.ask.keys, texts, strict=True)]
        names = [f"j{i}" for i in range(len(keys))]
        aliased = ", ".join(f"{cell} AS {name}" for cell, name in zip(keys, names, strict=True))
        on = " AND ".join(f"a.{name} = d.{name}" for name in names)
        found = sides.desk.row(
            f"SELECT sum(n) AS n, min(CAST(r0 AS VARCHAR)) AS r, min(w) AS w FROM "
            f"(SELECT *, {aliased} FROM {joining.answers} a WHERE {_lost(joining)}) a JOIN "
            f"(SELECT {', '.join(names)}, min(CAST(k0 AS VARCHAR)) AS w FROM (SELECT *, {aliased} FROM {joining.data}) "
            f"GROUP BY {', '.join(names)}) d ON {on}"
        )
        if found["n"]:
            out.append(Near(kind, int(found["n"]), str(found["r"]), str(found["w"])))
    return sorted(out, key=lambda near: -near.answers)


def _likely(joining: Joining, i: int) -> list[str]:
    """Which differences a sample of both sides has: to level all ids for nothing would cost as much as the join."""
    sides, k = joining.sides, f"CAST(k{i} AS VARCHAR)"
    looks = (
        f"min(length({k})) AS least, max(length({k})) AS most, bool_or(regexp_full_match({k}, '0[0-9]+')) AS zero, "
        f"bool_or({k} <> lower({k})) AS upper, bool_or({k} <> upper({k})) AS lower, "
        f"min(regexp_replace({k}, '[0-9]', '', 'g')) AS first, max(regexp_replace({k}, '[0-9]', '', 'g')) AS last"
    )
    mine, theirs = (
        sides.desk.row(f"SELECT {looks} FROM (SELECT k{i} FROM {rows} WHERE k{i} IS NOT NULL LIMIT {_SAMPLE})")
        for rows in (f"{joining.answers} a", joining.data)
    )
    lengths = {mine["least"], mine["most"], theirs["least"], theirs["most"]}
    found = []
    if (mine["zero"] or theirs["zero"]) and len(lengths) > 1:
        found.append("zeros")
    if (mine["upper"] and theirs["lower"]) or (mine["lower"] and theirs["upper"]):
        found.append("case")
    # Letters around the same digits are worth a word only where hardly anything matched.
    if joining.facts.answers_matched < 0.1 * joining.facts.answers and (
        (mine["first"], mine["last"]) != (theirs["first"], theirs["last"])
    ):
        found.append("prefix")
    return [kind for kind in found if kind not in sides.ask.repairs]


def collisions(joining: Joining) -> list[Collision]:
    """Different ids that the repairs that were asked for would make one."""
    sides, out = joining.sides, []
    if not sides.ask.repairs:
        return []
    both = (
        ("answers", sides.table, sides.our_keys(()), sides.our_keys()),
        ("data", sides.rows, sides.their_keys(()), sides.their_keys()),
    )
    for side, table, plain, levelled in both:
        for i, how in enumerate(sides.hows):
            if how != "text":
                continue
            found = sides.desk.row(
                f"SELECT count(*) AS n, min(a) AS a, min(b) AS b FROM (SELECT min(p) AS a, max(p) AS b FROM "
                f"(SELECT {plain[i]} AS p, {levelled[i]} AS q FROM {table}) GROUP BY q HAVING min(p) <> max(p))"
            )
            if found["n"]:
                out.append(Collision(side, int(found["n"]), (str(found["a"]), str(found["b"]))))
    return out


def _lost(joining: Joining) -> str:
    """Whether an answer's key ``a`` has no match."""
    same = " AND ".join(f"b.{name} = a.{name}" for name in joining.sides.ask.raw)
    return f"NOT EXISTS (SELECT 1 FROM {joining.result} b WHERE {same})"


def _listed(cells: list[str]) -> str:
    return " || ' / ' || ".join(cells)


def _levelled(cell: str, kind: str) -> str:
    if kind == "zeros":
        return f"regexp_replace({cell}, '^0+([0-9]+)$', '\\1')"
    return f"lower({cell})" if kind == "case" else f"nullif(ltrim(regexp_replace({cell}, '[^0-9]', '', 'g'), '0'), '')"
