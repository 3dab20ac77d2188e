"""Weights held against R survey 4.1-1 to 1e-8: reference/raking.R made the numbers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.stats.moments import moments
from cxkit.weighting import post_stratify, rake, response_weights, trim_weights

R = json.loads((Path(__file__).parent / "reference" / "raking.json").read_text())
FRAME = pd.DataFrame(R["data"])


def weighted_by_d() -> cx.Study:
    return cx.Study(FRAME, weight="d", guess=False)


def post(data):
    cells = R["cells"]
    shares = dict(zip(zip(cells["region"], cells["size"], strict=True), cells["share"], strict=True))
    return post_stratify(data, shares, by=["region", "size"])


CASES = {
    "rake": lambda: rake(weighted_by_d(), R["shares"]),
    "rake_equal": lambda: rake(FRAME, R["shares"]),
    "post": lambda: post(weighted_by_d()),
    "truncated": lambda: rake(weighted_by_d(), R["shares"], trim=(0.1, 3)),
    "truncated_above": lambda: rake(weighted_by_d(), R["shares"], trim=(None, 2.6)),
    "trim_above": lambda: trim_weights(weighted_by_d(), (None, 1.5)),
    "trim_below": lambda: trim_weights(weighted_by_d(), (0.6, None)),
}


@pytest.mark.parametrize("name", CASES)
def test_weights_sizes_mean_and_error_agree_with_r_survey_to_1e_8(name):
    found, expected = CASES[name](), R[name]
    w = found.study[found.column].to_numpy()
    np.testing.assert_allclose(w, expected["w"], rtol=0, atol=1e-8)
    for what in ("n_eff", "deff", "low", "high"):
        assert getattr(found, what) == pytest.approx(expected[what], abs=1e-8)
    tally = found.study.tally("score")
    m = moments(1, tally.group, tally.answer, tally.n, tally.w, tally.w2, weighted=True)
    assert m.mean[0] == pytest.approx(expected["mean"], abs=1e-8)
    assert m.se[0] == pytest.approx(expected["se"], abs=1e-8)
    assert m.n_eff[0] == pytest.approx(expected["n_eff"], abs=1e-7)


def test_every_weight_of_a_raked_sample_is_its_design_weight_times_one_factor_a_cell():
    found = rake(weighted_by_d(), R["shares"])
    ratio = (found.study[found.column] / FRAME["d"]).groupby([FRAME[c] for c in R["shares"]])
    assert ratio.ngroups > 10
    assert ratio.agg(lambda x: x.max() / x.min() - 1).max() < 1e-12
    assert (ratio.mean().max() / ratio.mean().min()) > 2


def test_propensities_agree_with_r_glm_to_1e_8():
    people = FRAME.assign(id=range(len(FRAME)), answered=R["answered"])
    expected = R["logit"]
    found = response_weights(people, responded="answered", on=["channel", "d"], id="id", classes=None, floor=0.001)
    assert ["(Intercept)" if not t.column else t.column + t.category for t in found.terms] == expected["names"]
    np.testing.assert_allclose([t.coef for t in found.terms], expected["coef"], atol=1e-8)
    np.testing.assert_allclose([t.std_err for t in found.terms], expected["se"], atol=1e-7)
    inverse = 1 / np.array(expected["chance"])[np.array(R["answered"]) == 1]
    np.testing.assert_allclose(found.weights, inverse / inverse.mean(), atol=1e-8)


def test_propensities_with_design_weights_agree_with_r_glm_to_1e_8():
    people = FRAME.assign(id=range(len(FRAME)), answered=R["answered"])
    expected = R["logit_weighted"]
    found = response_weights(
        people, responded="answered", on=["channel", "score"], id="id", classes=None, floor=0.001, weight="d"
    )
    np.testing.assert_allclose([t.coef for t in found.terms], expected["coef"], atol=1e-8)
    inverse = (FRAME["d"] / np.array(expected["chance"]))[np.array(R["answered"]) == 1]
    np.testing.assert_allclose(found.weights, inverse / inverse.mean(), atol=1e-8)
    assert found.design == "d"


def test_w1_kish_effective_base_and_design_effect():
    frame = pd.DataFrame({"w": [44.21] * 100 + [20.36] * 50 + [15.10] * 50})
    found = trim_weights(frame, (None, 50), weight="w")
    assert found.trimmed == 0
    assert round(found.n_eff, 2) == 168.58
    assert found.deff == pytest.approx(1.18637, abs=5e-6)
