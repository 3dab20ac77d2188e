"""The audit of real surveys: what others computed on the same files."""

from __future__ import annotations

import json

import pytest

import cxkit as cx
from cxkit.quality import audit

pytestmark = pytest.mark.real


def test_nps_jardinerie_fr_comment_bias_39_2_against_58_9(real_data):
    folder = real_data / "nps_jardinerie_fr"
    want = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    study = cx.Study(
        folder / "nps_utf8_from_rds.csv", id="id", nps="nps", csat="satisfaction", comment="explication",
        scale={"nps": (1, 10), "csat": (1, 10)},
    )  # fmt: skip
    found = audit(study)
    rows = found.comments.set_index(["metric", "group"])
    for group, key in (("comment", "with_comment"), ("silent", "without_comment")):
        assert rows.loc[("nps", group), "estimate"] == pytest.approx(want[key]["nps"], abs=1e-9)
        assert rows.loc[("nps", group), "n"] == want[key]["n"]
    gap = rows.loc[("nps", "comment")]
    # The reference errors give 1.96 · √(1.220² + 0.605²) = 2.67 either side of -19.70.
    assert (gap["delta_low"], gap["delta_high"]) == pytest.approx((-22.37, -17.04), abs=0.05)
    missing = next(f for f in found.findings if (f.check, f.what) == ("missing", "nps"))
    assert missing.count == want["missing_nps"]
    assert "+39.2" in found.explain()
    assert "+58,9" in found.explain("fr")


def test_sfo_2011_straight_lining_is_near_what_the_items_agree_on(real_data):
    uri = real_data / "sfo_airport_survey" / "2011_SFO_Customer_Survey.csv"
    study = cx.Study(uri, csat="Q8N", drivers="Q8*", missing={"csat": [0, 6], "drivers": [0, 6]})
    found = next(f for f in audit(study).findings if f.check == "straight_liners")
    items = study.data[list(study.roles["drivers"])].replace([0, 6], None).astype(float)
    enough = items.notna().sum(axis=1) >= 4
    assert dict(found.values)["of"] == int(enough.sum())
    assert found.count == int((items[enough].max(axis=1) == items[enough].min(axis=1)).sum())
    assert found.severity == "info"
    assert dict(found.values)["share_expected"] == pytest.approx(found.share, rel=0.3)
