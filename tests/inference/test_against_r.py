"""Comparisons against R (survey's svycontrast, t.test, prop.test, p.adjust): see ../reference/README.md."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import cxkit as cx
from cxkit.metrics.builtin import mean_metric
from cxkit.metrics.estimates import estimate_tally
from cxkit.metrics.functions import metric_of
from cxkit.metrics.linked import linked

_PLACE = Path(__file__).parents[1] / "reference" / "rows.py"
_SPEC = importlib.util.spec_from_file_location("reference_rows", _PLACE)
assert _SPEC is not None
assert _SPEC.loader is not None
rows = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(rows)

R = rows.reference()
near = rows.near
METRICS = ("nps", "csat", "t2b", "ces")
#: The metric of the reference as cxkit has it; its ``csat`` is the mean, its ``t2b`` the share.
DEFINITION = {"nps": "nps", "csat": mean_metric(on="csat", scale=(1, 5)), "t2b": "csat", "ces": "ces"}
#: Each test of cxkit, its other arguments, and the differences that its rows are.
TESTS = {
    "columns": ({"by": "segment"}, ("A-B", "A-C", "B-C")),
    "complement": ({"by": "segment"}, ("A-rest", "B-rest", "C-rest")),
    "previous": ({"freq": "M"}, ("2-1",)),
    "first": ({"by": "period"}, ("2-1",)),
}


def chance(p: float) -> object:
    """A p-value: relative, as it may be small."""
    return pytest.approx(p, rel=1e-8, abs=1e-14)


def study(*, weight: bool = False, **roles: str) -> cx.Study:
    roles |= {"weight": "w"} if weight else {}
    return cx.Study(
        rows.visits(), nps="nps", csat="csat", ces="ces", date="date", by=["segment", "period"], guess=False, **roles
    )


@cache
def differences(
    metric: str, method: str | None, weight: bool, shared: str, side: str = "two-sided"
) -> dict[tuple[str, str], dict[str, float]]:
    """(test, difference of the reference) -> its row."""
    s = study(weight=weight, **({shared: "account"} if shared else {}))
    out = {}
    for test, (options, pairs) in TESTS.items():
        found = cx.compare(s, DEFINITION[metric], test=test, method=method, side=side, **options)
        frame = found.to_frame().to_dict("records")
        assert len(frame) == len(pairs)
        for pair, row in zip(pairs, frame, strict=True):
            first, other = rows.PAIRS[pair]
            if "segment" in row:
                assert (row["segment"], row["versus"]) == (first, "complement" if other == "rest" else other)
            out[test, pair] = row
    return out


def agree(row: dict[str, float], said: dict[str, float], low: str, high: str, p: str, what: object) -> None:
    assert row["delta"] == near(said["delta"]), what
    assert (row["delta_low"], row["delta_high"]) == (near(said[low]), near(said[high])), what
    assert row["p"] == chance(said[p]), what


# Independent answers without weights ---------------------------------------------------------


@pytest.mark.parametrize("metric", METRICS)
def test_t_is_welch(metric):
    for (test, pair), row in differences(metric, "t", False, "").items():
        agree(row, R["welch"][f"{metric}|{pair}"], "low", "high", "p", (test, pair))


@pytest.mark.parametrize("side", ["higher", "lower"])
@pytest.mark.parametrize("metric", METRICS)
def test_one_sided_t_is_welch_with_an_alternative(metric, side):
    for (test, pair), row in differences(metric, "t", False, "", side).items():
        said = R["welch"][f"{metric}|{pair}"]
        assert row["p"] == chance(said[f"p_{side}"]), (test, pair)
        if side == "higher":
            assert row["delta_low"] == near(said["higher_low"]), (test, pair)
        else:
            assert row["delta_high"] == near(said["lower_high"]), (test, pair)


@pytest.mark.parametrize("metric", METRICS)
def test_wald_is_the_z_test_with_population_variances(metric):
    for (test, pair), row in differences(metric, "wald", False, "").items():
        agree(row, R["wald_difference"][f"{metric}|{pair}"], "low", "high", "p", (test, pair))


def test_shares_are_newcombe_10():
    """The interval is Newcombe's; p is the level at which it ends at 0, near prop.test's but not the same."""
    for (test, pair), row in differences("t2b", None, False, "").items():
        said = R["share_difference"][pair]
        assert row["method"] == "wilson"
        agree(row, said, "low", "high", "newcombe_p", (test, pair))
        assert row["p"] == pytest.approx(said["p"], rel=0.25, abs=0.01), (test, pair)


def test_net_scores_are_mover_on_adjusted_wald():
    for (test, pair), row in differences("nps", None, False, "").items():
        said = R["net_difference"][pair]
        assert row["method"] == "adjusted-wald"
        agree(row, said, "low", "high", "p", (test, pair))
        assert row["p"] == pytest.approx(said["z_p"], rel=0.25, abs=0.01), (test, pair)


@pytest.mark.parametrize("metric", ["nps", "csat", "ces"])
def test_against_a_target_t_is_the_one_sample_t_test(metric):
    s = study()
    target = R["target"][f"{metric}|all"]["target"]
    for by, groups in ((None, ["all"]), ("segment", ["A", "B", "C"])):
        for side in ("two-sided", "higher", "lower"):
            found = cx.compare(s, DEFINITION[metric], by=by, test="target", target=target, method="t", side=side)
            for group, row in zip(groups, found.to_frame().to_dict("records"), strict=True):
                said = R["target"][f"{metric}|{group}"]
                assert row["delta"] == near(said["delta"]), group
                assert row["p"] == chance(said["p" if side == "two-sided" else f"p_{side}"]), (group, side)
                if side != "lower":
                    assert row["delta_low"] == near(said["low" if side == "two-sided" else "higher_low"]), group
                if side != "higher":
                    assert row["delta_high"] == near(said["high" if side == "two-sided" else "lower_high"]), group


@pytest.mark.parametrize("metric", ["nps", "csat", "ces"])
def test_against_a_target_wald_is_the_z_test(metric):
    target = R["target"][f"{metric}|all"]["target"]
    found = cx.compare(study(), DEFINITION[metric], by="segment", test="target", target=target, method="wald")
    for group, row in zip("ABC", found.to_frame().to_dict("records"), strict=True):
        assert row["p"] == chance(R["target"][f"{metric}|{group}"]["wald_p"]), group


@pytest.mark.parametrize("side", ["two-sided", "higher", "lower"])
def test_a_share_against_a_target_is_the_score_test(side):
    """Wilson's interval is the score test turned round: its p is that of prop.test."""
    found = cx.compare(study(), "csat", by="segment", test="target", target=60, side=side)
    for group, row in zip("ABC", found.to_frame().to_dict("records"), strict=True):
        said = R["share"][group]
        assert (row["method"], row["delta"]) == ("wilson", near(said["share"] - 60))
        assert row["p"] == chance(said["p" if side == "two-sided" else f"p_{side}"]), group
        if side == "two-sided":
            assert (row["delta_low"], row["delta_high"]) == (near(said["low"] - 60), near(said["high"] - 60))


@pytest.mark.parametrize("metric", ["nps", "csat", "t2b"])
def test_paired_is_the_paired_t_test(metric):
    s = cx.Study(rows.panel(), id="id", nps="nps", csat="csat", date="date", by="period", guess=False)
    said = R["paired"][metric]
    for options in ({"test": "previous", "freq": "M"}, {"test": "first", "by": "period"}):
        two = cx.compare(s, DEFINITION[metric], paired=True, **options).to_frame()
        assert two["n"].tolist() == [64]
        assert two["estimate"][0] == near(said["after"])
        agree(two.to_dict("records")[0], said, "low", "high", "p", options)
        for side in ("higher", "lower"):
            one = cx.compare(s, DEFINITION[metric], paired=True, side=side, **options).to_frame()
            assert one["p"][0] == chance(said[f"p_{side}"]), side


# Weights -------------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", METRICS)
def test_weighted_wald_is_svycontrast(metric):
    for (test, pair), row in differences(metric, "wald", True, "").items():
        agree(row, R["weights_only_difference"][f"{metric}|{pair}"], "low", "high", "p", (test, pair))


@pytest.mark.parametrize("metric", METRICS)
def test_weighted_t_has_the_same_error_and_welch_degrees_of_freedom(metric):
    for (test, pair), row in differences(metric, "t", True, "").items():
        agree(row, R["weights_only_difference"][f"{metric}|{pair}"], "t_low", "t_high", "p_t", (test, pair))


# Accounts that answer several times ----------------------------------------------------------


@pytest.mark.parametrize("shared", ["cluster", "id"])
@pytest.mark.parametrize("weight", [True, False], ids=["weighted", "unweighted"])
@pytest.mark.parametrize("metric", METRICS)
def test_clustered_t_is_svycontrast_with_the_degrees_of_freedom_of_the_design(metric, weight, shared):
    """A repeated ``id`` is a cluster as well; groups share accounts, and so do periods."""
    section = R[f"clustered_{'weighted' if weight else 'unweighted'}_differences"]
    for (test, pair), row in differences(metric, "t", weight, shared).items():
        said = section[f"{metric}|{pair}"]
        agree(row, said, "domain_t_low", "domain_t_high", "domain_p_t", (test, pair))


@pytest.mark.parametrize("weight", [True, False], ids=["weighted", "unweighted"])
@pytest.mark.parametrize("metric", METRICS)
def test_covariances_of_groups_that_share_accounts_are_svyby_covmat(metric, weight):
    s = study(weight=weight, cluster="account")
    definition = metric_of(DEFINITION[metric], s)
    said = R[f"clustered_{'weighted' if weight else 'unweighted'}_covariances"]
    for by, pairs in (("segment", ("A-B", "A-C", "B-C")), ("period", ("2-1",))):
        tally = s.tally(definition.on, by=by)
        shared = linked(s, definition.on, definition, tally, by=by)
        mean = estimate_tally(definition, tally).estimate
        place = {str(key[0]): g for g, key in enumerate(tally.keys)}
        for pair in pairs:
            left, right = (np.array([place[group]]) for group in rows.PAIRS[pair])
            found = shared.covariance(shared.sides(left), shared.sides(right), (mean[left], mean[right]))
            assert found[0] == near(said[f"{metric}|{pair}"]["domain"]), pair


KINDS = ("weights_only", "clustered_weighted", "clustered_unweighted")


def agree_with_mover(metric: str, kind: str, *, complement: bool) -> None:
    weight, shared = kind != "clustered_unweighted", "" if kind == "weights_only" else "cluster"
    for (test, pair), row in differences(metric, None, weight, shared).items():
        if (test == "complement") == complement:
            agree(row, R[f"{kind}_mover"][f"{metric}|{pair}"], "low", "high", "p", (test, pair))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("metric", ["nps", "t2b"])
def test_default_intervals_are_mover_on_the_base_with_the_same_error(metric, kind):
    agree_with_mover(metric, kind, complement=False)
    if kind == "weights_only":
        agree_with_mover(metric, kind, complement=True)


@pytest.mark.parametrize("kind", KINDS[1:])
@pytest.mark.parametrize("metric", ["nps", "t2b"])
def test_a_complement_counts_each_account_once(metric, kind):
    """The rest of segment A holds 48 accounts of 49; its segments taken one by one hold 74."""
    agree_with_mover(metric, kind, complement=True)


# Families ------------------------------------------------------------------------------------


@pytest.mark.parametrize("correction", ["bh", "holm", "bonferroni"])
@pytest.mark.parametrize(("test", "family"), [("columns", "welch_p"), ("complement", "complement_p")])
def test_one_call_is_one_family_of_p_adjust(test, family, correction):
    found = cx.compare(study(), DEFINITION["csat"], by="segment", test=test, method="t", correction=correction)
    assert list(found.p) == [chance(p) for p in R["p_adjust"][family]]
    assert list(found.p_adjusted) == [chance(p) for p in R["p_adjust"][f"{family}_{correction}"]]
    alone = cx.compare(study(), DEFINITION["csat"], by="segment", test=test, method="t", correction=None)
    assert alone.p_adjusted == alone.p
