"""Excel, SPSS and JSON Lines."""

from __future__ import annotations

import datetime as dt
import sys

import pandas as pd
import pytest

from cxkit.errors import ColumnError, MissingExtra, OptionError, SourceError
from cxkit.sources.excel import read_excel
from cxkit.sources.jsonlines import read_jsonlines
from cxkit.sources.spss import read_spss


@pytest.fixture
def workbook(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("python_calamine")

    def make(**sheets):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        path = tmp_path / "enquete.xlsx"
        book.save(path)
        return str(path)

    return make


ROWS = [
    ["Répondant", "Date", "Saisie", "Note NPS", "CA", "Pays", "Avis"],
    ["0001", dt.datetime(2026, 4, 25), "25/04/2026", 9, "1 234,50 €", "NA", "Très bien"],
    ["0002", dt.datetime(2026, 4, 3), "03/04/2026", None, "(12,50)", "FR", None],
    [None, None, None, None, None, None, None],
    ["0003", dt.datetime(2026, 1, 12), "12/01/2026", 10, "8 €", "FR", 5],
]


def test_excel(workbook):
    reading = read_excel(workbook(Réponses=ROWS))
    df = reading.frame
    assert df["Répondant"].tolist() == ["0001", "0002", "0003"]
    assert df["Date"].iloc[1] == df["Saisie"].iloc[1] == pd.Timestamp("2026-04-03")
    assert df["CA"].tolist() == [1234.5, -12.5, 8.0]
    assert df["Note NPS"].isna().tolist() == [False, True, False]
    assert df["Pays"].iloc[0] == "NA"
    assert df["Avis"].iloc[2] == "5"
    assert [(n.code, n.count) for n in reading.notes] == [("blank_rows", 1)]
    assert reading.options["sheet"] == "Réponses"
    again = read_excel(reading.uri, **reading.options)
    assert dict(again.decided) == {}
    pd.testing.assert_frame_equal(again.frame, df)


def test_excel_sheets_must_be_named(workbook):
    path = workbook(Lisez_moi=[["texte"], ["x"]], Réponses=ROWS, Vide=[])
    with pytest.raises(SourceError) as caught:
        read_excel(path)
    assert caught.value.code == "sheet_choice"
    assert "'Réponses'" in str(caught.value)
    assert len(read_excel(path, sheet="Réponses").frame) == 3
    with pytest.raises(OptionError, match="did you mean 'Réponses'"):
        read_excel(path, sheet="Reponses")
    with pytest.raises(SourceError) as empty:
        read_excel(path, sheet="Vide")
    assert empty.value.code == "empty"


def test_excel_rows_above_the_header(workbook):
    df = read_excel(workbook(A=[["Titre"], ["id", "nps"], [1, 9]]), skip_rows=1).frame
    assert df.to_dict("list") == {"id": [1], "nps": [9]}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"id;nps\n1;9\n", "format_mismatch"),
        (b"PK\x03\x04 cut", "truncated"),
        (b"%PDF", "format_mismatch"),
    ],
)
def test_excel_refused(write, content, code):
    with pytest.raises(SourceError) as caught:
        read_excel(write(content, "x.xlsx"))
    assert caught.value.code == code
    assert caught.value.hint
    assert "x.xlsx" in str(caught.value)


def test_excel_header_faults(workbook):
    with pytest.raises(SourceError) as caught:
        read_excel(workbook(A=[["id", "nps", "id"], [1, 2, 3]]))
    assert caught.value.code == "header_duplicate"
    with pytest.raises(SourceError) as caught:
        read_excel(workbook(A=[["id", "nps"]]))
    assert caught.value.code == "no_rows"


def test_a_zip_named_xlsx_is_corrupt(write):
    pytest.importorskip("python_calamine")
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x.txt", "x")
    with pytest.raises(SourceError) as caught:
        read_excel(write(out.getvalue(), "x.xlsx"))
    assert caught.value.code == "corrupt"


def test_missing_extras_name_the_install(workbook, write, monkeypatch):
    path = workbook(A=ROWS)
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(MissingExtra, match=r"cxkit\[excel\]"):
        read_excel(path)
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    with pytest.raises(MissingExtra, match=r"cxkit\[spss\]"):
        read_spss(write(b"$FL2" + b"\0" * 100, "x.sav"))


def test_spss(tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat")
    path = str(tmp_path / "x.sav")
    frame = pd.DataFrame({"id": [1.0, 2, 3, 4], "nps": [9.0, 99, 97, 0], "sexe": [1.0, 2, 2, 1]})
    pyreadstat.write_sav(
        frame, path, variable_value_labels={"sexe": {1: "Femme", 2: "Homme"}},
        missing_ranges={"nps": [{"lo": 97, "hi": 99}]},
    )  # fmt: skip
    reading = read_spss(path)
    assert reading.frame["nps"].isna().tolist() == [False, True, True, False]
    assert reading.frame["sexe"].tolist() == [1, 2, 2, 1]
    assert dict(reading.labels["sexe"]) == {1.0: "Femme", 2.0: "Homme"}
    assert [(n.code, n.count, n.column) for n in reading.notes] == [("user_missing", 2, "nps")]
    assert list(read_spss(path, columns=["nps"]).frame.columns) == ["nps"]
    with pytest.raises(ColumnError, match="did you mean 'nps'"):
        read_spss(path, columns=["npss"])


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty"), (b"id;nps\n", "format_mismatch"), (b"$FL2" + b"\0" * 400, "corrupt")],
)
def test_spss_refused(write, content, code):
    pytest.importorskip("pyreadstat")
    with pytest.raises(SourceError) as caught:
        read_spss(write(content, "x.sav"))
    assert caught.value.code == code
    assert caught.value.hint


def test_jsonlines(write):
    text = (
        '{"id": "0001", "big": 1234567890123456789, "answers": {"nps": 9, "c": {"q1": 5}}, "tags": ["é"]}\n'
        "\n"
        '{"id": "0002", "big": null, "answers": {"nps": null}, "d": "2026-04-03", "avis": "a\u2028b"}\n'
    )
    df = read_jsonlines(write(text, "x.jsonl")).frame
    assert df["id"].tolist() == ["0001", "0002"]
    assert df["big"].iloc[0] == "1234567890123456789"
    assert df["answers.nps"].isna().tolist() == [False, True]
    assert df["answers.c.q1"].iloc[0] == 5
    assert df["tags"].iloc[0] == '["é"]'
    assert df["d"].iloc[1] == pd.Timestamp("2026-04-03")
    assert df["avis"].iloc[1] == "a\u2028b"


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ('{"a": 1}\n{"a": 2\n', "bad_line", 2),
        ('{"a": 1}\n\n[1]\n', "bad_line", 3),
        ('{"a": ' * 30 + "1" + "}" * 30, "too_deep", 1),
        ('{"a": ' * 100_000, "bad_line", 1),
        ('{"a": ' + "9" * 5000 + "}", "bad_line", 1),
        ("\n\n", "empty", None),
    ],
)
def test_jsonlines_refused(write, text, code, row):
    with pytest.raises(SourceError) as caught:
        read_jsonlines(write(text, "x.jsonl"))
    assert (caught.value.code, caught.value.row) == (code, row)
    assert caught.value.hint
