"""Real exports: numbers known from elsewhere (the expected.json beside each file)."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from cxkit.errors import SourceError
from cxkit.sources.delimited import read_delimited
from cxkit.sources.excel import read_excel
from cxkit.sources.jsonlines import read_jsonlines
from cxkit.sources.spss import read_spss

EXPORTS = "exports/french_excel_csv/"


def repeat(path):
    first = read_delimited(path)
    again = read_delimited(path, **first.options)
    assert dict(again.decided) == {}
    pd.testing.assert_frame_equal(again.frame, first.frame)
    return first


def test_garden_centre_with_two_encodings_mixed(real):
    path = real("nps_jardinerie_fr/nps_raw_mixed_encoding.csv")
    with pytest.raises(SourceError) as caught:
        read_delimited(path)
    assert caught.value.code == "encoding"
    assert caught.value.column == "explication"
    assert caught.value.row is not None
    assert caught.value.hint == 'encoding="cp1252+cp850"'
    reading = read_delimited(path, encoding="cp1252+cp850")
    df = reading.frame
    assert len(df) == 13_954
    assert df["nps"].count() == 13_612
    assert (df["nps"].notna() & df["explication"].notna()).sum() == 3_802
    assert df["row"].iloc[0] == 1
    notes = {n.code: n.count for n in reading.notes}
    assert notes["encoding_mixed"] > 2_345
    assert notes["header_blank"] == 1
    expected = json.loads(Path(real("nps_jardinerie_fr/expected.json")).read_text(encoding="utf-8"))
    assert df["CaTicket"].mean() == pytest.approx(expected["basket"]["mean"])
    # The same comments, decoded upstream: they agree wherever upstream met no DOS letter.
    twin = repeat(real("nps_jardinerie_fr/nps_utf8_from_rds.csv")).frame
    pd.testing.assert_series_equal(df["nps"], twin["nps"])
    words = df["explication"].dropna().str.cat()
    assert words.count("é") > 2_345
    assert "‚a" not in words


def test_hotels(real):
    df = repeat(real(EXPORTS + "hotels_bruxelles_cp1252_decimal_comma.csv")).frame
    assert len(df) == 638
    assert list(df.columns)[3] == "Année"
    assert df["Occupancy rate"].mean() == pytest.approx(0.687128651066)
    assert df["Average Price"].mean() == pytest.approx(107.831401214)
    product = df["Occupancy rate"] * df["Average Price"]
    assert ((product - df["RevPAR"]).abs() < 0.01).sum() == 635


def test_charging_stations_with_old_mac_line_ends(real):
    reading = repeat(real(EXPORTS + "bornes_recharge_cp1252_semicolon.csv"))
    assert reading.frame.shape == (882, 17)
    assert "accessibilité" in reading.frame.columns
    assert reading.options["decimal"] == "."
    assert reading.frame["date_maj"].dtype.kind == "M"


def test_tropicbird(real):
    df = repeat(real(EXPORTS + "tropicbird_semicolon_decimal_comma.csv")).frame
    assert len(df) == 2398
    assert df["pres"].mean() == pytest.approx(0.033778148457)
    assert df["rain"].mean() == pytest.approx(4038.60485059)


def test_devon_with_cr_only(real):
    df = repeat(real("devon_community_survey/responses.csv")).frame
    assert len(df) == 82
    assert df["1"].iloc[0] == "3.1%"


def test_spss_file_with_labels(real):
    reading = read_spss(real("bank_driver_shapley/satisfaction.sav"))
    assert len(reading.frame) > 100
    assert reading.labels


def test_call_centre_workbook(real):
    path = real("call_centre_pwc/01 Call-Center-Dataset (Cleaned).xlsx")
    with pytest.raises(SourceError) as caught:
        read_excel(path)
    assert caught.value.code == "sheet_choice"
    assert len(read_excel(path, sheet="Clean2").frame) == 5000


def test_delighted_json_lines(real):
    assert len(read_jsonlines(real("exports/delighted/survey_responses.jsonl")).frame) > 0


@pytest.mark.parametrize(
    "name",
    [
        "telco_churn_ibm",
        "email_hillstrom",
        "sfo_airport_survey",
        "sncf_tgv_regularite",
        "gp_practice_feedback",
    ],
)
def test_other_real_files_repeat(real, name):
    folder = Path(real(name))
    files = sorted(p for p in folder.glob("*.csv") if p.stat().st_size < 5_000_000)
    assert len(repeat(str(files[0])).frame) > 0
