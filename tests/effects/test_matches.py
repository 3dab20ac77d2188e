"""Matched customers: balance, effect, errors, overlap, and what is not seen."""

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.effects import effect
from cxkit.errors import OptionError, RoleError, UsageError

CALLED = {"design": "matched", "treated": "called", "controls": ["age", "size"]}


@pytest.mark.parametrize("method", ["overlap", "treated", "nearest"])
def test_the_effect_is_found_where_plain_comparison_fails(callers, method):
    found = effect(cx.Study(callers, revenue="spend", guess=False), "revenue", **CALLED, method=method)
    assert found.low < 6 < found.high
    naive = found.reading.item("naive")
    assert naive.low > 10
    assert found.unit == "EUR"
    assert found.grade == "matched"
    frame = found.balance_frame()
    assert frame.column.tolist()[0] == "age"
    assert (frame.before.abs() > 0.1).any()
    assert frame.after.abs().max() < 0.1
    assert not found.cautions


def test_words_become_a_column_each_but_the_most_frequent(callers):
    found = effect(cx.Study(callers, guess=False), "spend", **CALLED)
    most = callers["size"].value_counts().index[0]
    assert {b.column for b in found.balance} == {"age"} | {f"size = {w}" for w in callers["size"].unique() if w != most}


def test_a_share_has_the_e_value_of_its_risk_ratio(callers):
    from cxkit.stats.matching import e_value

    study = cx.Study(callers, outcome="stays", guess=False)
    found = effect(study, "outcome", **CALLED)
    r = found.reading
    ratio = r.item("observed").estimate / r.item("expected_without").estimate
    assert r.item("e_value").estimate == pytest.approx(e_value(ratio))
    limit = 1 + min(found.low, found.high, key=abs) / r.item("expected_without").estimate
    assert r.item("e_value_limit").estimate == pytest.approx(e_value(limit) if found.low > 0 else 1.0)
    assert r.item("total").unit == "customers"


def test_columns_that_follow_from_others_or_never_vary_are_left_out(callers):
    frame = callers.assign(twice=2 * callers.age, same=1.0)
    found = effect(
        cx.Study(frame, guess=False),
        "spend",
        design="matched",
        treated="called",
        controls=["age", "size", "twice", "same"],
    )
    assert {"twice", "same"}.isdisjoint(b.column for b in found.balance)
    plain = effect(cx.Study(callers, guess=False), "spend", **CALLED)
    assert found.estimate == pytest.approx(plain.estimate)


def test_groups_with_nobody_in_common_are_refused(callers):
    frame = callers.assign(called=callers.age > 0)
    with pytest.raises(UsageError, match="not comparable") as caught:
        effect(cx.Study(frame, guess=False), "spend", **CALLED)
    assert caught.value.code == "no_overlap"
    apart = callers.assign(age=callers.age + 2.2 * callers.called)
    for method in ("overlap", "nearest"):
        try:
            found = effect(cx.Study(apart, guess=False), "spend", **CALLED, method=method)
        except UsageError as exc:
            assert exc.code == "no_overlap"  # noqa: PT017
        else:
            assert {"overlap", "unmatched", "balance"} & {c.key for c in found.cautions}


def test_rows_that_lack_a_control_are_counted(callers):
    frame = callers.assign(age=np.where(np.arange(800) % 10 == 0, np.nan, callers.age))
    found = effect(cx.Study(frame, guess=False), "spend", **CALLED)
    assert dict(next(c for c in found.checks if c.key == "no_control_value").values) == {"n": 80.0}
    assert found.n + found.reading.n_control == 720


def test_accounts_widen_the_error(callers):
    rng = np.random.default_rng(1)
    account = np.arange(800) // 8
    frame = callers.assign(account=account, spend=callers.spend + 30 * rng.normal(size=100)[account])
    one, other = (
        effect(cx.Study(frame, guess=False), "spend", **CALLED, cluster=c) for c in (None, "account")
    )  # fmt: skip
    assert one.estimate == pytest.approx(other.estimate)
    assert other.df == 99
    with pytest.raises(OptionError, match="know no clusters"):
        effect(cx.Study(frame, guess=False), "spend", **CALLED, cluster="account", method="nearest")


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"controls": None}, OptionError, "nothing makes customers comparable"),
        ({"controls": "spend"}, RoleError, "another part"),
        ({"controls": "called"}, RoleError, "another part"),
        ({"method": "psm"}, OptionError, "no method"),
        ({"treated": "size"}, UsageError, "3 values where two are expected"),
        ({"freq": "M"}, OptionError, "no option of design='matched'"),
        ({"controls": {"a": 1}}, OptionError, "controls="),
    ],
)
def test_refusals_say_the_fix(callers, options, error, said):
    with pytest.raises(error, match=said) as caught:
        effect(cx.Study(callers, guess=False), "spend", **{**CALLED, **options})
    assert caught.value.hint


def test_dates_and_ids_are_no_controls(callers):
    frame = callers.assign(since=pd.Timestamp("2020-01-01"), name=[f"c{i}" for i in range(800)])
    study = cx.Study(frame, guess=False)
    with pytest.raises(RoleError, match="800 different values"):
        effect(study, "spend", design="matched", treated="called", controls="name")
    with pytest.raises(RoleError, match="control holds"):
        effect(study, "spend", design="matched", treated="called", controls="since")
    with pytest.raises(UsageError, match="nothing to tell apart"):
        effect(cx.Study(frame.assign(y=1.0), guess=False), "y", **CALLED)


def test_weights_are_not_used_and_that_is_said(callers):
    study = cx.Study(callers.assign(w=np.linspace(0.5, 2, 800)), weight="w", guess=False)
    found = effect(study, "spend", **CALLED)
    assert "unweighted" in [c.key for c in found.cautions]
    assert found.estimate == pytest.approx(effect(cx.Study(callers, guess=False), "spend", **CALLED).estimate)
