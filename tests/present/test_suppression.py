"""Tables of one report, and of the pages of a run, are hidden together and audited."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math

import numpy as np
import pytest

import cxkit as cx
from cxkit.errors import UnknownNameError, UsageError
from cxkit.metrics.trending import trend_tally
from cxkit.present.disclosure import audit_tables
from cxkit.present.rows import hide_rows, suppressed
from cxkit.present.suppression import COMMENT_MIN_N, comment_rows, hidden_groups, suppress_together
from cxkit.stats import relations as relations_module
from cxkit.tally import Tally

MIN_N = 5


def tally(seed, segments=4, regions=3, months=4, mean=5.0):
    """Answers by segment, region and month; uneven, some combinations empty."""
    rng = np.random.default_rng(seed)
    keys, answers, counts = [], [], []
    size = rng.gamma(1.0, 1.0, segments)
    for s in range(segments):
        for r in range(regions):
            for m in range(months):
                n = rng.poisson(mean * size[s] * rng.gamma(1.0, 1.0))
                for answer, count in zip((10, 8, 2), rng.multinomial(n, (0.5, 0.2, 0.3)), strict=True):
                    if count:
                        keys.append((f"S{s}", f"R{r}", dt.date(2025, 1 + m, 1)))
                        answers.append(answer)
                        counts.append(int(count))
    return Tally.from_cells(("segment", "region", "period"), keys, answers, counts)


def page(fine):
    """The tables of one page: a total, a table a column, a trend."""
    line = trend_tally(_nps(), fine.rollup("period"), freq="M")
    return [cx.nps(fine.rollup()), cx.nps(fine, by="segment"), cx.nps(fine, by="region"), line]


def _nps():
    from cxkit.metrics.builtin import nps_metric

    return nps_metric((0, 10))


def alike(a, b):
    return a == b or (math.isnan(a) and math.isnan(b))


@pytest.mark.parametrize("seed", range(25))
def test_a_page_hides_what_tells_and_changes_nothing_else(seed):
    fine = tally(seed, mean=2.0)
    tables = page(fine)
    done = suppress_together(tables, fine, MIN_N)
    assert audit_tables(done.tables, fine, MIN_N).safe
    for before, (after, hidden) in zip(tables, done, strict=True):
        assert after.keys == before.keys
        for i in range(len(before)):
            if i in hidden:
                assert math.isnan(after.estimate[i])
                assert after.n[i] == 0
            else:
                assert after.n[i] == before.n[i]
                for name in ("estimate", "low", "high", "n_eff"):
                    assert alike(getattr(after, name)[i], getattr(before, name)[i])
                assert all(
                    alike(a.share[i], b.share[i]) for a, b in zip(after.bands, before.bands, strict=True)
                )  # fmt: skip


@pytest.mark.parametrize("seed", range(15))
def test_pages_of_a_run_and_the_overall_page_do_not_give_each_other_away(seed):
    fine = tally(seed, mean=2.0)
    tables, within = page(fine), [{}] * 4
    for (segment,) in fine.rollup("segment").keys:
        own = Tally.from_cells(fine.by, *_cells(fine, segment))
        tables += [cx.nps(own.rollup()), cx.nps(own, by="region")]
        within += [{"segment": segment}] * 2
    alone = [suppressed(t, MIN_N)[0] for t in tables]
    assert not audit_tables(alone, fine, MIN_N, within=within).small_shown
    done = suppress_together(tables, fine, MIN_N, within=within)
    audit = audit_tables(done.tables, fine, MIN_N, within=within)
    assert audit.safe
    assert not audit.recovered
    # Hidden by the plan that is made before any page exists, they are as safe.
    plan = [([], {}), (["segment"], {}), (["region"], {}), (["period"], {}), (["segment", "region"], {})]
    hidden, exact = hidden_groups(plan, fine, MIN_N)
    assert exact
    by_plan = []
    for scope, table in zip(within, tables, strict=True):
        columns = list(dict.fromkeys((*scope, *table.by)))
        gone = hidden[next(i for i, (by, _) in enumerate(plan) if by == columns)]
        keys = [(*scope.values(), *key) for key in table.keys]
        by_plan.append(hide_rows(table, [i for i, key in enumerate(keys) if key in gone]))
    assert audit_tables(by_plan, fine, MIN_N, within=within).safe


def _cells(fine, segment):
    kept = [c for c, g in enumerate(fine.group.tolist()) if fine.keys[g][0] == segment]
    return [fine.keys[fine.group[c]] for c in kept], fine.answer[kept].tolist(), fine.n[kept].tolist()


def test_tables_that_are_safe_alone_can_tell_together():
    """Each page hides its own; across pages the hidden ones are told. The audit sees it."""
    counts = {("A", "x"): 2, ("A", "y"): 9, ("A", "z"): 50, ("B", "x"): 30, ("B", "y"): 30, ("B", "z"): 30}
    fine = Tally.from_cells(("segment", "region"), list(counts), [10] * 6, list(counts.values()))
    tables, within = [cx.nps(fine.rollup()), cx.nps(fine, by="region"), cx.nps(fine, by="segment")], [{}] * 3
    for segment in "AB":
        tables.append(cx.nps(Tally.from_cells(fine.by, *_cells(fine, segment)), by="region"))
        within.append({"segment": segment})
    alone = [suppressed(t, MIN_N)[0] for t in tables]
    audit = audit_tables(alone, fine, MIN_N, within=within)
    assert [(g.table, g.group) for g in audit.recovered] == [("region | segment = A", ("x",))]
    assert (audit.recovered[0].low, audit.recovered[0].high) == (2, 2)
    together = suppress_together(tables, fine, MIN_N, within=within)
    assert audit_tables(together.tables, fine, MIN_N, within=within).safe
    assert together.complementary == 3


@pytest.mark.parametrize("seed", range(30))
def test_one_table_with_its_total_is_hidden_as_before(seed):
    rng = np.random.default_rng(seed)
    counts = {f"g{i}": {10: int(n)} for i, n in enumerate(rng.choice([0, 1, 2, 4, 6, 9, 30, 80], 5)) if n}
    fine = Tally.from_counts(counts, by="g")
    total, groups = suppress_together([cx.nps(fine.rollup()), cx.nps(fine)], fine, MIN_N)
    assert groups[1] == suppressed(cx.nps(fine), MIN_N)[1]
    assert bool(total[1]) == (fine.base < MIN_N)


def test_a_change_does_not_tell_the_hidden_period_it_starts_from():
    counts = {dt.date(2025, m, 1): n for m, n in ((1, 40), (2, 2), (3, 9), (4, 60))}
    fine = Tally.from_cells(("period",), [(d,) for d in counts], [10] * 4, list(counts.values()))
    line = trend_tally(_nps(), fine, freq="M")
    (_, _), (shown, hidden) = suppress_together([cx.nps(fine.rollup()), line], fine, MIN_N)
    assert hidden == (1, 2)
    assert shown.before[3] is None
    assert math.isnan(shown.delta[3])


def test_values_of_a_report_parameter_are_text():
    fine = Tally.from_cells(("shop", "g"), [(7, "a"), (7, "b"), (8, "a")], [10, 10, 10], [20, 2, 30])
    own = cx.nps(Tally.from_cells(("g",), [("a",), ("b",)], [10, 10], [20, 2]))
    (_, hidden), *_ = suppress_together([own], fine, MIN_N, within=[{"shop": "7"}])
    assert hidden == (1,)  # no total is shown, so the 2 cannot be computed
    plan = [([], {}), (["shop"], {"shop": ["7"]})]
    assert hidden_groups(plan, fine, MIN_N)[0] == (frozenset(), frozenset())


def test_a_missing_group_without_a_page_is_not_told_by_the_total():
    fine = Tally.from_cells(("g",), [("a",), ("b",), (None,)], [10, 10, 10], [60, 40, 3])
    hidden, _ = hidden_groups([([], {}), (["g"], {"g": ["a", "b"]})], fine, MIN_N)
    assert hidden[1] == {("b",)}


def test_nothing_hidden_says_so():
    fine = Tally.from_counts({"A": {10: 40}, "B": {0: 20}}, by="g")
    tables = [cx.nps(fine.rollup()), cx.nps(fine)]
    done = suppress_together(tables, fine, MIN_N)
    assert done.tables == tuple(tables)
    assert done.remark() == ""
    audit = audit_tables(done.tables, fine, MIN_N)
    assert audit.explain() == "None of the 3 groups has fewer than 5 answers: nothing needs hiding."
    assert len(audit.to_frame()) == 0


@pytest.fixture
def told():
    fine = Tally.from_counts({"A<b>": {10: 40}, "B": {0: 9}, "C": {10: 2}}, by="g")
    return audit_tables([cx.nps(fine.rollup()), hide_rows(cx.nps(fine), [2])], fine, MIN_N)


def test_the_audit_says_what_is_recovered_in_both_languages(told):
    assert not told.safe
    assert told.joint == 0  # the rest is the recovered group itself
    assert "can be computed from the numbers shown: 1 of 1" in told.explain("en")
    assert "que l'on peut calculer à partir des chiffres publiés : 1 sur 1" in told.explain("fr")
    assert "recoverable" in repr(told)
    assert "reconstituable" in told.grid("fr").text("fr")
    assert list(told.to_frame().columns) == ["table", "group", "recoverable", "low", "high"]
    assert json.loads(json.dumps(told.to_dict()))["groups"][0]["recoverable"] is True
    assert "<table" in told._repr_html_()


def test_the_audit_is_drawn(told):
    import matplotlib.pyplot as plt

    axes = told.plot(lang="fr")
    assert "reconstituable" in axes.get_yticklabels()[0].get_text()
    assert len(axes.lines) == 1
    plt.close(axes.figure)


def test_a_small_group_that_is_shown_is_no_secret():
    fine = Tally.from_counts({"A": {10: 40}, "C": {10: 2}}, by="g")
    audit = audit_tables([cx.nps(fine)], fine, MIN_N)
    assert (audit.small_shown, audit.safe) == (1, False)
    assert "that are shown: 1" in audit.explain()


def test_hidden_groups_with_few_answers_between_them_are_seen():
    fine = Tally.from_counts({"A": {10: 40}, "C": {10: 2}, "D": {10: 1}}, by="g")
    audit = audit_tables([cx.nps(fine.rollup()), hide_rows(cx.nps(fine), [1, 2])], fine, MIN_N)
    assert (len(audit.recovered), audit.joint, audit.safe) == (0, 1, False)
    assert "fewer than 5 answers between them" in audit.explain()


def test_too_many_groups_are_protected_table_by_table_and_it_is_said(monkeypatch):
    monkeypatch.setattr(relations_module, "LARGEST", -1)
    fine = tally(1, mean=2.0)
    done = suppress_together(page(fine), fine, MIN_N)
    assert not done.exact
    assert "across tables were not checked" in done.remark("en")
    assert "n'ont pas été vérifiés" in done.remark("fr")


def test_a_tally_of_other_answers_is_refused():
    fine = tally(0)
    with pytest.raises(UsageError, match="in the tally"):
        suppress_together([cx.nps(Tally.from_counts({10: 3}))], fine, MIN_N)
    with pytest.raises(UnknownNameError, match="'channel'"):
        suppress_together([cx.nps(Tally.from_counts({"a": {10: 3}}, by="channel"))], fine, MIN_N)
    with pytest.raises(UsageError, match="entries of within"):
        suppress_together([cx.nps(fine.rollup())], fine, MIN_N, within=[{}, {}])
    with pytest.raises(UsageError, match="rolling"):
        suppress_together([dataclasses.replace(page(fine)[3], rolling=3)], fine, MIN_N)


def test_answers_that_are_missing_are_no_answers():
    fine = Tally.from_cells(("g",), [("a",), ("a",), ("b",)], [10, None, None], [40, 3, 7])
    done = suppress_together([cx.nps(fine.rollup()), cx.nps(fine)], fine, MIN_N)
    assert done.hidden == ((), ())
    empty = Tally.from_cells((), [], [], [])
    assert len(suppress_together([], empty, MIN_N)) == 0


def test_comments_need_more_answers_than_scores():
    counts = {"A": {10: COMMENT_MIN_N}, "B": {10: COMMENT_MIN_N - 1}, "C": {10: 2}}
    fine = Tally.from_counts(counts, by="g")
    assert comment_rows(cx.nps(fine)) == (0,)
    assert comment_rows(cx.nps(fine), min_n=9) == (0, 1)
    assert comment_rows(suppressed(cx.nps(fine), MIN_N)[0], min_n=9) == (0,)  # B is hidden with C


def test_what_was_suppressed_is_audited_as_it_is():
    """Found in review: an AttributeError."""
    fine = tally(3, mean=2.0)
    done = suppress_together(page(fine), fine, MIN_N)
    assert audit_tables(done, fine, MIN_N).safe
    assert audit_tables(done, fine, MIN_N) == audit_tables(done.tables, fine, MIN_N)
    assert suppress_together([cx.nps(fine.rollup())], fine, np.int64(MIN_N)).hidden == ((),)


@pytest.mark.parametrize(
    ("tables", "fine", "min_n", "error", "message"),
    [
        ("page", None, 5, UsageError, "fine= is NoneType"), ("page", "tally", "5", cx.OptionError, "min_n is '5'"),
        ("page", "tally", 0, cx.OptionError, "min_n is 0"), ("page", "tally", True, cx.OptionError, "min_n is True"),
        ([1], "tally", 5, UsageError, "table 1 is int"), (None, "tally", 5, UsageError, "tables is NoneType"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("call", [suppress_together, audit_tables])
def test_arguments_of_another_kind_are_refused(call, tables, fine, min_n, error, message):
    held = tally(3)
    with pytest.raises(error) as caught:
        call(page(held) if tables == "page" else tables, held if fine == "tally" else fine, min_n)
    assert message in str(caught.value)
    assert caught.value.hint


def test_hidden_groups_are_called_hidden_and_empty_ones_are_not():
    """Found in review: a hidden row looked like one without answers."""
    from cxkit.present.tables import score_html, score_text

    fine = Tally.from_counts({"A": {10: 40, 3: 9}, "B": {10: 3}, "C": {None: 2}}, by="g")
    lines = score_text(hide_rows(cx.nps(fine), [1])).splitlines()
    assert [line.split()[:2] for line in lines[2:4]] == [["B", "hidden"], ["C", "–"]]
    assert "n=0" not in lines[2]
    assert "n=0" in lines[3]
    for lang, word in (("en", "hidden"), ("fr", "masqué")):
        page_text = score_html(hide_rows(cx.nps(fine), [1]), lang)
        assert page_text.count(f"<i>{word}</i>") == 1
        rows = page_text.split("<tr>")
        assert len({row.count("<td") + row.count('scope="row"') for row in rows[2:]}) == 1
