"""Write the generated blocks of the documentation; ``--check`` lists what is stale and exits 1.

A block stands between ``<!-- NAME:begin ... -->`` and ``<!-- NAME:end -->`` in a file of
``docs/``; everything outside the markers is written by hand. Nothing here reads what plugins
add, so that the pages are the same whatever is installed.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
import types
import typing
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
PACKAGE = DOCS.parent / "cxkit"

Rows = Sequence[Sequence[object]]


def table(heads: Sequence[str], rows: Rows) -> str:
    """A Markdown table; the signs that would end a cell are escaped."""
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    lines += ["| " + " | ".join(_cell(c) for c in row) + " |" for row in rows]
    return "\n".join(lines)


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def _sentence(text: str | None) -> str:
    """The first sentence of a docstring in Markdown: reST roles and double back-ticks undone."""
    first = " ".join((text or "").strip().split("\n\n")[0].split())
    return re.sub(r":\w+:`~?([^`]+)`", r"`\1`", first).replace("``", "`")


# The command line ----------------------------------------------------------------------------


def cli() -> str:
    """Every command's own ``--help``, 88 columns wide."""
    import click

    from cxkit.cli import _COMMANDS
    from cxkit.cli import cli as root

    parts: list[str] = []

    def walk(command: click.Command, names: tuple[str, ...], parent: click.Context | None) -> None:
        context = click.Context(command, info_name=names[-1], parent=parent, terminal_width=88)
        context.help_option_names = ["-h", "--help"]
        parts.append(f"## {' '.join(names)}\n\n```text\n{command.get_help(context).rstrip()}\n```")
        inner = list(_COMMANDS) if command is root else list(getattr(command, "commands", {}))
        for name in inner:
            below = typing.cast(click.Group, command).get_command(context, name)
            assert below is not None
            walk(below, (*names, name), context)

    walk(root, ("cxkit",), None)
    return "\n\n".join(parts)


# Errors --------------------------------------------------------------------------------------


def errors() -> str:
    """The exceptions: what each means, what else catches it, its code and exit code."""
    from cxkit import errors as module

    meaning = dict(_tree(module.__doc__ or ""))
    rows = [
        (
            f"{'&nbsp;&nbsp;' * depth}`{cls.__name__}`",
            meaning[cls.__name__],
            ", ".join(f"`{b.__name__}`" for b in cls.__mro__ if b.__module__ == "builtins" and b not in _EVERY),
            f"`{cls.code}`",
            cls.exit_code,
        )
        for cls, depth in _classes(module.CxkitError)
    ]
    warned = [(f"`{c.__name__}`", meaning[c.__name__]) for c, _ in _classes(module.CxkitWarning)]
    return "\n\n".join(
        [
            table(["Exception", "Meaning", "Also caught as", "`code`", "Exit code"], rows),
            table(["Warning", "Meaning"], warned),
        ]
    )


_EVERY = (object, BaseException, Exception)


def _classes(base: type, depth: int = 0) -> Iterator[tuple[Any, int]]:
    """A class and those below it in ``cxkit.errors``, in the order of the file."""
    yield base, depth
    for below in base.__subclasses__():
        if below.__module__ == "cxkit.errors":
            yield from _classes(below, depth + 1)


def _tree(text: str) -> Iterator[tuple[str, str]]:
    """Class -> what it means, from the tree in the module's docstring."""
    for line in text.splitlines():
        found = re.match(r"[ │├└─]*([A-Z]\w+)(?: \([\w, ]+\))?(?:\s{2,}(.*))?$", line)
        if found and found[1].startswith("Cxkit"):
            yield found[1], "everything that cxkit says on purpose"
        elif found:
            yield found[1], re.sub(r"\s+exit code \d$", "", found[2] or "no such file")


def codes() -> str:
    """Every code that is more precise than its class, and where it is raised."""
    found: dict[str, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                for code, cls in _raised(node):
                    found.setdefault(code, set()).add(cls)
    rows = [(f"`{code}`", ", ".join(f"`{c}`" for c in sorted(found[code]))) for code in sorted(found)]
    return table(["`code`", "Raised by"], rows)


def _raised(call: ast.Call) -> Iterator[tuple[str, str]]:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if name == "refuse" and isinstance(call.args[0], ast.Constant):
        yield call.args[0].value, "ScaleError"
    # A column that is no driver: _refuse(column, "date", ...) raises with the code driver_date.
    if name == "_refuse" and len(call.args) == 4 and isinstance(call.args[1], ast.Constant):
        yield f"driver_{call.args[1].value}", "RoleError"
    for keyword in call.keywords:
        if isinstance(keyword.value, ast.JoinedStr):
            continue
        if keyword.arg == "code" and (name.endswith("Error") or name == "SourceNotFound"):
            for constant in ast.walk(keyword.value):
                if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                    yield constant.value, name


def notes() -> str:
    """What a reading may note: each is a ``DataWarning`` with this code."""
    found: set[str] = set()
    for path in sorted((PACKAGE / "sources").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Note", "_note"):
                said = [a.value for a in node.args[:2] if isinstance(a, ast.Constant)]
                found |= {code for code in said[:1] if isinstance(code, str)}
    return ", ".join(f"`{code}`" for code in sorted(found))


# Plugins -------------------------------------------------------------------------------------


def hooks() -> str:
    """Each hook with its exact signature and what its docstring says."""
    from cxkit.hooks import HOOKS, Specs

    rows = []
    for name in HOOKS:
        function = getattr(Specs, name)
        given = [p for n, p in inspect.signature(function).parameters.items() if n != "self"]
        arguments = ", ".join(f"{p.name}: {p.annotation}" for p in given)
        signature = f"{name}({arguments}) -> {function.__annotations__['return']}"
        rows.append((f"`{signature}`", " ".join((inspect.getdoc(function) or "").replace("``", "`").split())))
    return table(["Hook", "What it is for"], rows)


def sources() -> str:
    """The built-in sources with their options."""
    rows = []
    for source in _built_in("sources"):
        reads = [f"`{e}`" for e in source.extensions] + [f"`{s}:`" for s in source.schemes]
        options = [f"`{o.name}={o.default!r}`" for o in source.options]
        extra = {"excel": "`excel`", "spss": "`spss`", "sql": "`sql`"}.get(source.name, "")
        rows.append((f"`{source.name}`", " ".join(reads), _sentence(source.help), " ".join(options), extra))
    return table(["Source", "Reads", "What", "Options", "Extra"], rows)


def _built_in(kind: str) -> list[Any]:
    from cxkit.registry import build_registry
    from cxkit.registry.discovery import discover

    built = build_registry([c for c in discover(Path(PACKAGE.anchor)) if c.origin == "built-in"])
    return list(getattr(built, kind).values())


# Metrics -------------------------------------------------------------------------------------


def metrics() -> str:
    """The metrics by name, then the families that need to be told more."""
    from cxkit.metrics.builtin import box_metric, index_metric, mean_metric

    rows = [_metric(f"`{m.name}`", m) for m in _built_in("metrics")]
    rows += [
        _metric("`cx.box`, here `boxes=(1, 2)`", box_metric("box", on="any", scale=(1, 5), boxes=(1, 2))),
        _metric("`cx.mean`", mean_metric(on="any", scale=(1, 5))),
        _metric("`cx.index`", index_metric(on="any", scale=(1, 5))),
    ]
    rows += [_questionnaire("sus", 10), _questionnaire("umux_lite", 2)]
    heads = ["Metric", "Role", "Scale", "Identity", "Bounds", "Unit", "Better", "Interval", "Other intervals"]
    return table(heads, rows)


def _metric(shown: str, m: Any) -> tuple[object, ...]:
    return (
        shown,
        f"`{m.on}`" if m.on != "any" else "any rating",
        _span(m.scale) if m.on != "any" else f"any, here {_span(m.scale)}",
        m.detail,
        _span(m.bounds),
        m.unit or "the scale's own",
        m.better,
        f"`{m.methods[0]}`",
        ", ".join(f"`{x}`" for x in m.methods[1:]),
    )


def _questionnaire(name: str, items: int) -> tuple[object, ...]:
    import pandas as pd

    import cxkit as cx

    columns = [f"q{i}" for i in range(items)]
    scores = getattr(cx, name)(pd.DataFrame([[3] * items, [4] * items], columns=columns), columns)
    m = scores.metric
    text = (f"`cx.{name}`", f"{items} columns", m.detail.rpartition(", ")[2].replace("–", " to "), m.detail)
    return (*text, _span(m.bounds), m.unit, m.better, f"`{scores.method}`", "")


def _span(ends: tuple[float, float] | None) -> str:
    return "none" if ends is None else f"{ends[0]:g} to {ends[1]:g}"


#: Shares of promoters, passives and detractors.
PROFILES = ((0.60, 0.30, 0.10), (0.40, 0.30, 0.30), (0.25, 0.50, 0.25), (0.85, 0.13, 0.02))
BASES = (10, 20, 50, 200)


def coverage() -> str:
    """Exact coverage of nominal 95% intervals: every possible sample, weighed by its probability."""
    rows = []
    for profile in PROFILES:
        for n in BASES:
            figures = _net_coverage(profile, n)
            rows.append((" / ".join(f"{100 * p:.0f}" for p in profile), n, *figures))
    net = table(
        ["Promoters / passives / detractors, %", "n", "adjusted Wald", "Wald", "textbook Wald",
         "width, adjusted", "width, Wald"],
        rows,
    )  # fmt: skip
    shares = table(
        ["Share of yes, %", "n", "Wilson", "Wald", "width, Wilson", "width, Wald"],
        [(f"{100 * p:.0f}", n, *_share_coverage(p, n)) for p in (0.5, 0.8, 0.95) for n in BASES],
    )
    return f"NPS, coverage in % and mean width in points:\n\n{net}\n\nShares (CSAT, boxes, rates), in %:\n\n{shares}"


def _net_coverage(profile: Sequence[float], n: int) -> tuple[str, ...]:
    import numpy as np
    from scipy.stats import multinomial

    from cxkit.metrics.builtin import NPS
    from cxkit.stats.intervals import wald

    counts = np.array([(a, n - a - d, d) for a in range(n + 1) for d in range(n + 1 - a)])
    chance = multinomial.pmf(counts, n, profile)
    truth = 100 * (profile[0] - profile[2])
    adjusted, cautious = (_intervals(NPS, (10, 8, 0), counts, m) for m in ("adjusted-wald", "wald"))
    p, d = counts[:, 0] / n, counts[:, 2] / n
    plain = wald(100 * (p - d), 100 * np.sqrt((p + d - (p - d) ** 2) / n))
    covered = [_covered(ends, truth, chance) for ends in (adjusted, cautious, plain)]
    return (*covered, *(f"{float(chance @ (high - low)):.0f}" for low, high in (adjusted, cautious)))


def _share_coverage(share: float, n: int) -> tuple[str, ...]:
    import numpy as np
    from scipy.stats import binom

    from cxkit.metrics.builtin import RATE

    counts = np.array([(k, n - k) for k in range(n + 1)])
    chance = binom.pmf(counts[:, 0], n, share)
    both = [_intervals(RATE, (1, 0), counts, method) for method in ("wilson", "wald")]
    widths = [f"{float(chance @ (high - low)):.1f}" for low, high in both]
    return (*(_covered(ends, 100 * share, chance) for ends in both), *widths)


def _intervals(metric: Any, answers: Sequence[int], counts: Any, method: str) -> tuple[Any, Any]:
    """The interval that cxkit gives for each row of counts: one group a row."""
    import numpy as np

    from cxkit.metrics.scoring import score_tally
    from cxkit.tally import Tally

    tally = Tally.from_counts({i: dict(zip(answers, map(int, c), strict=True)) for i, c in enumerate(counts)}, by="i")
    scores = score_tally(metric, tally, method=method)
    return np.array(scores.low), np.array(scores.high)


def _covered(ends: tuple[Any, Any], truth: float, chance: Any) -> str:
    held = (ends[0] <= truth + 1e-9) & (ends[1] >= truth - 1e-9)
    return f"{100 * float(chance @ held):.1f}"


# Drivers --------------------------------------------------------------------------------------

#: Method -> what it is, when to take it.
_WEIGHS = {
    "lmg": (
        "what a driver adds to R², averaged over all orders of entry",
        "always, unless there is a reason: Shapley value and general dominance are this number",
    ),
    "johnson": (
        "relative weights: R² by way of the uncorrelated variables nearest to the drivers",
        "more than 25 drivers; to compare with older reports",
    ),
    "pratt": ("standardised coefficient times correlation", "to repeat another analysis; a negative value is no share"),
    "squared": ("correlation with the outcome alone, squared", "one driver at a time; overlap is counted twice"),
    "correlation": ("correlation with the outcome alone", "a first look"),
    "beta": ("standardised coefficient", "direction and size, other drivers equal"),
    "beta_squared": ("the same, squared", "to repeat another analysis"),
    "jaccard": ("both yes, over either yes", "yes/no drivers of a yes/no outcome, where 'no' is mostly silence"),
    "sampled": (
        "LMG over 2,000 random orders, reverses included",
        "more than 25 drivers; the caution `approximate` gives its error",
    ),
}


def importance() -> str:
    """The ways of weighing drivers by name; names of one computation stand together."""
    from cxkit.keydrivers.weighing import NAMES
    from cxkit.stats.importance import METHODS

    rows = []
    for name, (what, when) in _WEIGHS.items():
        method = METHODS.get(name)
        same = [n for n, m in METHODS.items() if method and m.compute and m.compute is method.compute and n != name]
        names = f"`{name}`" + (f" ({', '.join(f'`{n}`' for n in same)})" if same else "")
        sums, signed = (method.sums, method.signed) if method else (True, False)
        rows.append((names, what, "yes" if sums else "no", "yes" if signed else "no", when))
    if gone := set(_WEIGHS) - set(NAMES):
        raise SystemExit(f"docs/generate.py describes methods that are gone: {sorted(gone)}")
    listed = " ".join(str(row[0]) for row in rows)
    if missing := [n for n in NAMES if f"`{n}`" not in listed]:
        raise SystemExit(f"docs/generate.py does not describe the methods {missing}")
    return table(["`importance=`", "What it is", "Sums to R²", "Can be negative", "When"], rows)


#: Caution -> when it is said.
_WHEN = {
    "incomplete": "5% of the rows or more lack an answer",
    "imputed": '`missing="impute"`, and there were gaps',
    "pairwise": '`missing="pairwise"`',
    "dummy_adjusted": '`missing="dummy"`, and there were gaps',
    "repaired": "pairwise correlations that no data can have",
    "imputed_unweighted": '`missing="impute"` with weights',
    "no_outcome": "rows that lack the outcome, where no driver has a gap or gaps are filled",
    "unweighted_rows": "rows without a weight",
    "stray_code": "an undeclared rating with a whole number far from its other answers, such as 99",
    "constant": "drivers of one value",
    "too_few": "a group with about as many terms as complete rows",
    "no_model": "a group that cannot be modelled for another reason",
    "few_rows": "fewer than 10 rows for each term",
    "few_clusters": "fewer than 30 clusters",
    "weak": "adjusted R² under 0.02",
    "linear_probability": "least squares on an outcome of two or three values",
    "not_parallel": "ordered logit, Brant's test under 0.01 (Benjamini-Hochberg over the drivers)",
    "overdispersed": "Poisson, dispersion above 1.5",
    "outliers": "more residuals beyond 4 than normal errors give (5%), or one that none of n would reach (1%)",
    "duplicate": "correlation of 1 or −1",
    "aliased": "an exact linear relation",
    "collinear": "a VIF above 5",
    "halo": "the first factor carries half of the variance or more, mean correlation 0.4 or more",
    "sign_flip": "a significant effect against a significant simple correlation",
    "negative": "a significant effect below 0",
    "pratt_negative": '`importance="pratt"` with a value below 0',
    "pseudo_approximate": "a model that is not linear, with too many drivers or rows to fit every set of them",
    "not_a_share": "a measure that does not sum to R², such as squared correlations",
    "approximate": '`importance="sampled"`',
    "blocks": "rows that an engine holds, or more than 4,096 rows or clusters in memory",
    "saturated": "a mean within 5% of the good end of its scale",
}


def cautions() -> str:
    """Every caution that the package gives, when, and what it says with its figures left out."""
    from cxkit.keydrivers.diagnosis.caution_words import CAUTIONS, ORDER

    given = _named_in(PACKAGE / "keydrivers")
    said = [key for key in ORDER if key in given]
    if gone := set(_WHEN) - set(said):
        raise SystemExit(f"docs/generate.py describes cautions that are gone: {sorted(gone)}")
    if missing := [key for key in said if key not in _WHEN]:
        raise SystemExit(f"docs/generate.py does not say when these cautions are given: {missing}")
    rows = [(f"`{key}`", _WHEN[key], CAUTIONS(key, "en", **_blanks(key))) for key in said]
    return table(["Caution", "When", "What it says"], rows)


def _named_in(folder: Path) -> set[str]:
    """Texts in the code of a folder, those of ``code=`` and of what only words them left out."""
    found: set[str] = set()
    for path in sorted(folder.rglob("*.py")):
        if path.stem.endswith("words"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        coded = {id(k.value) for k in ast.walk(tree) if isinstance(k, ast.keyword) and k.arg == "code"}
        texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in coded)
        found |= {node.value for node in texts if isinstance(node.value, str)}
    return found


class _Blank:
    """A figure or name that is left out: ``…``; of ``{rows:row|rows}`` the plural."""

    def __format__(self, spec: str) -> str:
        return spec.partition("|")[2] or "…"


def _blanks(key: str) -> dict[str, _Blank]:
    from string import Formatter

    from cxkit.keydrivers.diagnosis.caution_words import CAUTIONS

    text = CAUTIONS._entries[key]["en"]
    return {field: _Blank() for _, field, _, _ in Formatter().parse(text) if field}


# The project file ----------------------------------------------------------------------------

_MEANING = {
    "project.name": "title of a page that has no heading of its own",
    "project.guess": "whether scores, date, comment and id may be guessed from column names",
    "project.lang": "language of reports and gate messages",
    "project.currency": "three letters: what money columns and costs are in",
    "project.output": "folder for the files, from the project's folder",
    "source.uri": "what `cx.read` takes: a file, a pattern, a URI; a relative path starts at the project's folder",
    "source.read": "options of the source",
    "source.rename": "old column name = new one, before anything else looks at the data",
    "source.add": "column = value, the same for every row of this source",
    "source.history": "used by cxkit itself for studies in memory; leave it out",
    "link.uri": "a table of what customers did: orders, contracts, tickets, or weather and market by date",
    "link.on": "`id`, a column of both, or a table our column = theirs",
    "link.when": "their date column, to count only what lies in the window",
    "link.window": "`[from, to]` in days after the answer; negative days lie before it",
    "link.rules": "role = how several rows of one customer become one: `sum`, `mean`, `count`, `last`, `any` ...",
    "link.absent": "what an id that the table does not have stands for: `0` where the table is complete",
    "link.unfinished": "`null`: no value where the window reaches past the table's dates",
    "link.read": "options of the source",
    "link.roles": "role (or a new column) = their column",
    "report.name": "`executive`, `tracking`, a notebook of the project's `notebooks/` folder, or a plugin's report",
    "report.by": "one page for each value of this column or role; several: for each combination",
    "report.formats": "`html`, `ipynb`, or a plugin's format",
    "report.parameters": "values for the notebook's parameters",
    "gate.name": "what messages and JUnit call it",
    "gate.metric": "any metric by name, `nps@dist` and `mean:COLUMN` too",
    "gate.by": "one verdict for each value of this column or role",
    "gate.test": "`above`: at least the target; `below`: at most; `no_fall`, `no_rise`: of the latest complete period",
    "gate.freq": "length of a period, for `no_fall` and `no_rise`",
    "gate.versus": 'the target as text: `"target:30"`',
    "gate.target": "the target, in the metric's unit; give either this or `versus`; none for `no_fall` and `no_rise`",
    "gate.margin": "how far beyond the target, or against the period before, is still tolerated",
    "gate.min_n": "with fewer answers the verdict is inconclusive",
    "gate.level": "confidence level of the gate as a whole",
    "gate.severity": "`fail`: exit code 1; `warn`: shown, exit code 0 (1 with `--strict`)",
    "plugins.disable": "plugins that are listed and not loaded",
    "roles": "role = column, as in `cx.Study`; `by` and `drivers` take a list",
    "scale": "role = `[low, high]`, or a table word = number",
    "missing": "role = list of codes that mean no answer",
}


def project() -> str:
    """The keys of ``cxkit.toml``, from the models that check it."""
    from cxkit.reports.schema import Settings, keys_at

    rows, used = [], set()
    for name, field in Settings.model_fields.items():
        model = _model(field.annotation)
        several = "list" in str(field.annotation) and model is not None
        head = f"`[[{name}]]`" if several else f"`[{name}]`"
        head += " or `[source]`" if name == "source" else ""
        if model is None:
            rows.append((head, "", _type(field.annotation), "", _MEANING[name]))
            used.add(name)
            continue
        for key in keys_at([name]):
            inner = model.model_fields[key]
            default = "required" if inner.is_required() else f"`{inner.get_default(call_default_factory=True)!r}`"
            rows.append((head, f"`{key}`", _type(inner.annotation), default, _MEANING[f"{name}.{key}"]))
            used.add(f"{name}.{key}")
    if gone := set(_MEANING) - used:
        raise SystemExit(f"docs/generate.py describes keys that are gone: {sorted(gone)}")
    return table(["Table", "Key", "Type", "Default", "Meaning"], rows)


def _model(annotation: Any) -> Any:
    from pydantic import BaseModel

    for part in (annotation, *typing.get_args(annotation)):
        if inspect.isclass(part) and not isinstance(part, types.GenericAlias) and issubclass(part, BaseModel):
            return part
    return None


def _type(annotation: Any) -> str:
    text = annotation.__name__ if inspect.isclass(annotation) and not typing.get_args(annotation) else str(annotation)
    return f"`{text.replace('typing.', '')}`"


def parameters() -> str:
    """The parameters of the executive report, from its notebook."""
    from cxkit.reports.builtin import EXECUTIVE

    return _parameters(EXECUTIVE)


def tracking() -> str:
    """The parameters of the tracking report that the executive report has not."""
    from cxkit.reports.builtin import EXECUTIVE, TRACKING

    return _parameters(TRACKING, but=EXECUTIVE)


def drivers() -> str:
    """The parameters of the drivers report that the executive report has not."""
    from cxkit.reports.builtin import DRIVERS, EXECUTIVE

    return _parameters(DRIVERS, but=EXECUTIVE)


def roi() -> str:
    """The parameters of the roi report that the executive report has not."""
    from cxkit.reports.builtin import EXECUTIVE, ROI

    return _parameters(ROI, but=EXECUTIVE)


def _parameters(report: Any, but: Any = None) -> str:
    from cxkit.reports.contract import read_contract

    known = {p.name for p in read_contract(but.notebook).parameters} if but else set()
    found = [p for p in read_contract(report.notebook).parameters if p.name not in known]
    return table(
        ["Parameter", "Type", "Default", "What"],
        [(f"`{p.name}`", f"`{p.type}`", f"`{p.default!r}`", p.help) for p in found],
    )


def roles() -> str:
    """The roles, what each is, and whether a name may suggest it."""
    from cxkit.study.roles import _GUESSES, MULTIPLE, ROLES
    from cxkit.study.scales import DEFAULT_SCALES

    rows = [
        (
            f"`{role}`",
            what.replace(", never guessed", ""),
            "several" if role in MULTIPLE else "one",
            _span(DEFAULT_SCALES[role]) if role in DEFAULT_SCALES else "",
            "by name and values" if role in _GUESSES else "never",
        )
        for role, what in ROLES.items()
    ]
    return table(["Role", "What", "Columns", "Default scale", "Guessed"], rows)


def names() -> str:
    """Every public name with the first sentence of its documentation."""
    import cxkit
    from cxkit.errors import CxkitError, CxkitWarning

    rows = []
    for name in cxkit.__all__:
        thing = getattr(cxkit, name)
        if inspect.isclass(thing) and issubclass(thing, (CxkitError, CxkitWarning)):
            continue
        says = "The version of cxkit." if name == "__version__" else _sentence(inspect.getdoc(thing))
        says = says.partition(": see ")[0]
        if name == "hookimpl":
            says = "Marks a function of a plugin as a hook."
        rows.append((f"`cx.{name}`", says))
    return table(["Name", "What it is"], rows)


def agreement() -> str:
    """How close cxkit is to R, computed now."""
    from agreement import agreement as compared

    return table(["What", "R", "Numbers compared", "Difference"], compared())


BLOCKS: dict[str, dict[str, Callable[[], str]]] = {
    "guide.md": {
        "sources": sources,
        "roles": roles,
        "parameters": parameters,
        "tracking": tracking,
        "drivers": drivers,
        "roi": roi,
        "project": project,
        "names": names,
    },
    "drivers.md": {"importance": importance, "cautions": cautions},
    "metrics.md": {"metrics": metrics, "coverage": coverage},
    "methods.md": {"agreement": agreement},
    "plugins.md": {"hooks": hooks},
    "cli.md": {"cli": cli},
    "errors.md": {"errors": errors, "codes": codes, "notes": notes},
}


def written(text: str, name: str, content: str) -> str:
    """``text`` with the block ``name`` holding ``content``."""
    pattern = re.compile(rf"(<!-- {name}:begin[^>]*-->\n).*?(<!-- {name}:end -->)", re.S)
    out, found = pattern.subn(lambda m: f"{m[1]}\n{content}\n\n{m[2]}", text)
    if found != 1:
        raise SystemExit(f"{found} blocks are called {name!r}; there must be one")
    return out


def main(arguments: Sequence[str]) -> int:
    """Write the blocks, or compare them."""
    stale = []
    for file, blocks in BLOCKS.items():
        path = DOCS / file
        before = path.read_text(encoding="utf-8")
        after = before
        for name, make in blocks.items():
            after = written(after, name, make())
        if after != before:
            stale.append(f"docs/{file}")
            if "--check" not in arguments:
                path.write_text(after, encoding="utf-8")
    for name in stale:
        print(f"stale: {name}" if "--check" in arguments else f"wrote {name}")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.path.insert(0, str(PACKAGE.parent))
    raise SystemExit(main(sys.argv[1:]))
