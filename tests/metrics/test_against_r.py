"""Scores, intervals and errors against R (survey, t.test, prop.test): see ../reference/README.md."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.stats.intervals import mover_difference, wilson, z_value
from cxkit.stats.moments import moments
from cxkit.stats.multiplicity import adjusted

_PLACE = Path(__file__).parents[1] / "reference" / "rows.py"
_SPEC = importlib.util.spec_from_file_location("reference_rows", _PLACE)
assert _SPEC is not None
assert _SPEC.loader is not None
rows = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(rows)

R = rows.reference()
near = rows.near
METRICS = ("nps", "csat", "t2b", "ces")
SPLITS = ((), ("segment",), ("period",), ("segment", "period"))


def scored(data: object, metric: str, *, by: object = None, method: str | None = None, **options: object) -> cx.Scores:
    """The metric of the reference on a study, or on a frame."""
    options |= {} if method is None else {"method": method}
    on_frame = isinstance(data, pd.DataFrame)
    if metric == "nps":
        return cx.nps(data, by=by, **options, **({"score": "nps"} if on_frame else {}))
    scale = {"scale": (1, 7) if metric == "ces" else (1, 5)} if on_frame else {}
    if metric == "t2b":
        return cx.box(data, "csat", boxes=(4, 5), by=by, **scale, **options)
    return cx.mean(data, metric, by=by, **scale, **options)


def study(*, weight: bool = False, cluster: bool = False) -> cx.Study:
    roles = {"weight": "w"} if weight else {}
    roles |= {"cluster": "account"} if cluster else {}
    return cx.Study(
        rows.visits(), nps="nps", csat="csat", ces="ces", date="date", by=["segment", "period"], guess=False, **roles
    )


@cache
def table(metric: str, method: str | None, weight: bool, cluster: bool) -> dict[str, dict[str, float]]:
    """Group of the reference -> its row, from one call for each way to split."""
    out = {}
    for by in SPLITS:
        scores = scored(study(weight=weight, cluster=cluster), metric, by=list(by) or None, method=method)
        for row in scores.to_frame().to_dict("records"):
            out["".join(str(row[name]) for name in by) or "all"] = row
    assert out.keys() == rows.GROUPS.keys()
    return out


def parts(metric: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each group of the reference and its answered rows, with the value of the metric as ``y``."""
    for group in rows.GROUPS:
        part = rows.group_of(rows.visits(), group)
        yield group, part.assign(y=rows.VALUES[metric](part)).dropna(subset="y")


# The rows ------------------------------------------------------------------------------------


def test_python_makes_the_rows_that_R_made():
    visits, panel, said = rows.visits(), rows.panel(), R["rows"]
    for column, total in said["visits"].items():
        assert (visits[column] * (1 + visits["i"])).sum() == near(total)
    assert (visits["ces"] * (1 + visits["i"])).sum() == said["visits_ces"]
    assert visits["ces"].isna().sum() == said["visits_missing"]
    assert visits["segment"].value_counts().to_dict() == said["segments"]
    assert visits.groupby("segment")["i"].sum().to_dict() == said["segment_places"]
    for column, total in said["panel"].items():
        part = panel[panel["period"] == int(column[-1])]
        assert (part[column[:-1]] * (1 + part["id"])).sum() == total


# Errors from three sums ----------------------------------------------------------------------


@pytest.mark.parametrize("metric", METRICS)
def test_moments_are_svymean_and_svymean_of_a_subset(metric):
    for group, part in parts(metric):
        cells = part.assign(w2=part["w"] ** 2).groupby("y").agg(n=("w", "size"), w=("w", "sum"), w2=("w2", "sum"))
        value, arrays = cells.index.to_numpy(float), [cells[c].to_numpy() for c in ("n", "w", "w2")]
        one = np.zeros(len(cells), np.int64)
        own = moments(1, one, value, *arrays, weighted=True)
        domain = moments(1, one, value, *arrays, weighted=True, design=240)
        said = R["weights_only"][f"{metric}|{group}"]
        assert own.n[0] == said["n"], group
        assert own.n_eff[0] == near(said["n_eff"]), group
        assert own.mean[0] == near(said["mean"]), group
        assert own.variance[0] == near(said["variance"]), group
        assert own.se[0] == near(said["se"]), group
        assert domain.se[0] == near(said["se_domain"]), group
        # R's design effect is against a sample with replacement: variance · n/(n-1) / n.
        assert own.se[0] ** 2 * (own.n[0] - 1) / own.variance[0] == near(said["deff"]), group
        assert own.n_star[0] == near(min((said["n"] - 1) / said["deff"], said["n"])), group


@pytest.mark.parametrize("method", ["wald", "t"])
@pytest.mark.parametrize("metric", METRICS)
def test_a_weighted_frame_cut_before_is_a_sample_of_its_own(metric, method):
    for group, part in parts(metric):
        scores = scored(part, metric, method=method, weight="w")
        said = R["weights_only"][f"{metric}|{group}"]
        assert (scores.n[0], scores.n_eff[0]) == (said["n"], near(said["n_eff"])), group
        assert scores.value == near(said["mean"]), group
        assert (scores.low[0], scores.high[0]) == (near(said[f"{method}_low"]), near(said[f"{method}_high"])), group


@pytest.mark.parametrize("method", ["wald", "t"])
@pytest.mark.parametrize("metric", METRICS)
def test_a_weighted_group_is_a_domain_of_the_study(metric, method):
    for group, found in table(metric, method, True, False).items():
        said = R["weights_only"][f"{metric}|{group}"]
        assert (found["n"], found["n_eff"], found["estimate"]) == (said["n"], near(said["n_eff"]), near(said["mean"]))
        assert found["low"] == near(said[f"domain_{method}_low"]), group
        assert found["high"] == near(said[f"domain_{method}_high"]), group


@pytest.mark.parametrize("segment", ["A", "B", "C"])
@pytest.mark.parametrize("metric", METRICS)
def test_a_weighted_filter_leaves_a_domain_too(metric, segment):
    """svymean on subset(design, segment == ...): the filter does not forget the rows of the design."""
    scores = scored(study(weight=True).filter(segment=segment), metric, method="t")
    said = R["weights_only"][f"{metric}|{segment}"]
    assert scores.value == near(said["mean"])
    assert (scores.low[0], scores.high[0]) == (near(said["domain_t_low"]), near(said["domain_t_high"]))


@pytest.mark.parametrize("segment", ["A", "B", "C"])
@pytest.mark.parametrize("metric", METRICS)
def test_a_filter_does_not_forget_the_clusters_of_the_design(metric, segment):
    scores = scored(study(weight=True, cluster=True).filter(segment=segment), metric, method="t")
    said = R["clustered_weighted_means"][f"{metric}|{segment}"]
    assert scores.value == near(said["mean"])
    assert (scores.low[0], scores.high[0]) == (near(said["domain_t_low"]), near(said["domain_t_high"]))


@pytest.mark.parametrize("weight", [True, False], ids=["weighted", "unweighted"])
@pytest.mark.parametrize("metric", METRICS)
def test_clustered_means(metric, weight):
    for group, found in table(metric, "t", weight, True).items():
        said = R[f"clustered_{'weighted' if weight else 'unweighted'}_means"][f"{metric}|{group}"]
        assert (found["n"], found["estimate"]) == (said["n"], near(said["mean"])), group
        assert (found["low"], found["high"]) == (near(said["domain_t_low"]), near(said["domain_t_high"])), group


# Unweighted ----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["wald", "t"])
@pytest.mark.parametrize("metric", METRICS)
def test_unweighted_means_are_t_test_and_the_population_form(metric, method):
    for group, found in table(metric, method, False, False).items():
        said = R["unweighted"][f"{metric}|{group}"]
        assert (found["n"], found["n_eff"], found["estimate"]) == (said["n"], said["n"], near(said["mean"])), group
        assert (found["low"], found["high"]) == (near(said[f"{method}_low"]), near(said[f"{method}_high"])), group
        if method == "wald":
            assert (found["high"] - found["low"]) / (2 * z_value(0.95)) == near(said["se"]), group


def test_shares_are_prop_test():
    for group, found in table("t2b", None, False, False).items():
        said = R["share"][group]
        assert (found["method"], found["n"], found["estimate"]) == ("wilson", said["n"], near(said["share"])), group
        assert (found["low"], found["high"]) == (near(said["low"]), near(said["high"])), group


def test_net_scores_are_the_adjusted_wald_formula():
    for group, found in table("nps", None, False, False).items():
        said = R["net"][group]
        assert (found["method"], found["estimate"]) == ("adjusted-wald", near(said["estimate"])), group
        assert (found["low"], found["high"]) == (near(said["low"]), near(said["high"])), group


@pytest.mark.parametrize("kind", ["weights_only", "clustered_weighted", "clustered_unweighted"])
@pytest.mark.parametrize("metric", ["nps", "t2b"])
def test_intervals_of_shares_and_net_scores_on_the_base_with_the_same_error(metric, kind):
    for group, found in table(metric, None, kind != "clustered_unweighted", kind != "weights_only").items():
        said = R[f"{kind}_interval"][f"{metric}|{group}"]
        assert found["estimate"] == near(said["estimate"]), group
        assert (found["low"], found["high"]) == (near(said["domain_low"]), near(said["domain_high"])), group


# Differences and families --------------------------------------------------------------------


def test_newcombe_1998_table_II_a():
    one, other = ((x / n, *wilson(x / n, n)) for x, n in ((56, 70), (48, 80)))
    said = R["share_difference"]["newcombe_1998"]
    assert [100 * float(x) for x in mover_difference(one, other)] == [near(said[k]) for k in ("delta", "low", "high")]
    assert [round(said[k] / 100, 4) for k in ("low", "high")] == [0.0524, 0.3339]


def test_a_trend_of_independent_answers_has_the_mover_change():
    s = study()
    for metric, section in (("csat", "share_difference"), ("nps", "net_difference")):
        trend = cx.trend(s, metric, freq="M")
        said = R[section]["2-1"]
        found = (trend.delta[1], trend.delta_low[1], trend.delta_high[1])
        assert found == tuple(near(said[k]) for k in ("delta", "low", "high")), metric


@pytest.mark.parametrize("family", ["", "welch_p_", "complement_p_"])
@pytest.mark.parametrize("method", ["bh", "holm", "bonferroni"])
def test_adjusted_p_values_are_p_adjust(method, family):
    said = R["p_adjust"]
    found = adjusted(said[family[:-1] or "p"], method)
    assert found.tolist() == pytest.approx(said[family + method], rel=1e-13)


@pytest.mark.parametrize("weight", [True, False], ids=["weighted", "unweighted"])
@pytest.mark.parametrize("metric", ["nps", "csat", "t2b"])
def test_rate_and_mix_follow_from_scores_and_shares(metric, weight):
    """Kitagawa (1955) from what scores show: levels by segment and period, and the weights of the tally."""
    found = table(metric, None, weight, False)
    said = R["kitagawa"][f"{metric}|{'weighted' if weight else 'unweighted'}"]
    level = np.array([[found[f"{s}{t}"]["estimate"] for t in (1, 2)] for s in "ABC"])
    tally = scored(study(weight=weight), metric, by=["segment", "period"]).tally
    held = {key: part.w[part.answered].sum() for key, part in zip(tally.keys, tally.split(), strict=True)}
    mass = np.array([[held[(s, t)] for t in (1, 2)] for s in "ABC"])
    share = mass / mass.sum(axis=0)
    rate = share.mean(axis=1) * np.diff(level).ravel()
    mix = level.mean(axis=1) * np.diff(share).ravel()
    assert rate.tolist() == pytest.approx(said["rate_by_segment"], rel=1e-9)
    assert mix.tolist() == pytest.approx(said["mix_by_segment"], rel=1e-9)
    assert rate.sum() + mix.sum() == near(found["2"]["estimate"] - found["1"]["estimate"])
    assert said["delta"] == near(said["rate"] + said["mix"])
