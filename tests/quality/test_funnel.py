"""The funnel from the invitation to the answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

import cxkit as cx
from cxkit.errors import ColumnError, OptionError, RoleError
from cxkit.quality import audit

STUDY = cx.Study(pd.DataFrame({"nps": np.arange(74) % 11}), nps="nps")


def test_newcombe_1998_wilson_interval_of_each_step():
    """74 of 107: Wilson 0.5987 to 0.7712 (published digits in the docstring of ``wilson``)."""
    frame = audit(STUDY, invited={"invited": 1000, "opened": 107}).funnel
    assert frame["step"].tolist() == ["invited", "opened", "finished"]
    assert frame["n"].tolist() == [1000, 107, 74]
    last = frame.iloc[-1]
    assert last[["share_previous", "low_previous", "high_previous"]].tolist() == pytest.approx(
        [100 * 74 / 107, 59.8715, 77.1183], abs=1e-3
    )
    assert last["share_invited"] == pytest.approx(7.4)
    assert np.isnan(frame.loc[0, "share_previous"])


def test_a_frame_of_invitations_with_dates_and_words():
    log = pd.DataFrame(
        {
            "Delivered": ["yes"] * 90 + ["no"] * 10,
            "opened_at": pd.to_datetime(["2026-01-01"] * 80 + [None] * 20),
            "Started": [True] * 75 + [False] * 25,
        }
    )
    for frame in (log, pl.from_pandas(log)):
        assert audit(STUDY, invited=frame).funnel["n"].tolist() == [100, 90, 80, 75, 74]


def test_columns_of_the_study_whose_rows_are_invitations():
    df = pd.DataFrame({"nps": [9, 10, None, None], "opened": ["2026-01-03", "2026-01-05", "2026-02-13", ""],
                       "done": [1, 1, 0, 0]})  # fmt: skip
    found = audit(cx.Study(df, nps="nps"), invited={"ouverts": "opened", "finished": "done"}).funnel
    assert found["n"].tolist() == [4, 3, 2]


@pytest.mark.parametrize(
    ("invited", "match"),
    [
        (50, "50 invited, and the study holds 74"),
        ({"invited": 1000, "opened": 60}, "60 opened, then 74 finished"),
        ({"invited": 1000, "opened": 200, "started": 300}, "200 opened, then 300 started"),
        ({"invited": 1000.5}, "invited is 1000.5"),
        ({"invited": True}, "invited is True"),
        (float("nan"), "invited is nan"),
        ({"invitd": 1000}, "did you mean 'invited'"),
        ({"opened": 500}, "the people invited"),
        ("all", "invited= is str"),
    ],
)
def test_impossible_funnels_are_refused(invited, match):
    with pytest.raises(OptionError, match=match):
        audit(STUDY, invited=invited)


def test_columns_that_are_no_steps_are_refused():
    with pytest.raises(ColumnError, match="no column of invited= is a step"):
        audit(STUDY, invited=pd.DataFrame({"mail": [1]}))
    with pytest.raises(RoleError, match="neither yes/no nor dates"):
        audit(STUDY, invited=pd.DataFrame({"opened": [3, 4] * 50}))


def test_other_numbers_of_answers_are_told():
    found = audit(STUDY, invited={"invited": 1000, "finished": 90})
    assert any(f.key == "response_rows" and f.severity == "warning" for f in found.findings)
