"""Dialect, numbers, dates and names of delimited files: what is decided, and that it repeats."""

from __future__ import annotations

import pandas as pd
import pytest

from cxkit.errors import OptionError
from cxkit.sources.delimited import read_delimited

FRENCH = (
    "Répondant;Date d’enquête;Note NPS;CA;Poids;Commentaire\r\n"
    '0001;25/04/2026;9;1 234,50 €;1,25;"Très bien ; merci"\r\n'
    "0002;03/04/2026;;(12,50);0,75;\r\n"
    '0003;12/01/2026;10;850 €;1,00;"Trop ""long"""\r\n'
)


def codes(reading):
    return [n.code for n in reading.notes]


def repeat(path):
    """Read, then read again with the options that were used: nothing may be decided, nothing change."""
    first = read_delimited(path)
    again = read_delimited(path, **first.options)
    assert dict(again.decided) == {}
    pd.testing.assert_frame_equal(again.frame, first.frame)
    assert dict(again.options) == dict(first.options)
    return first


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_french_excel_export(write, encoding):
    reading = repeat(write(FRENCH, encoding=encoding))
    df = reading.frame
    assert list(df.columns) == ["Répondant", "Date d’enquête", "Note NPS", "CA", "Poids", "Commentaire"]
    assert df["Répondant"].tolist() == ["0001", "0002", "0003"]
    assert df["Date d’enquête"].dt.strftime("%Y-%m-%d").tolist() == ["2026-04-25", "2026-04-03", "2026-01-12"]
    assert df["CA"].tolist() == [1234.5, -12.5, 850.0]
    assert df["Poids"].tolist() == [1.25, 0.75, 1.0]
    assert df["Note NPS"].isna().tolist() == [False, True, False]
    assert df["Commentaire"].iloc[2] == 'Trop "long"'
    assert reading.options["delimiter"] == ";"
    assert reading.options["decimal"] == ","
    assert reading.options["dayfirst"] is True
    assert reading.options["encoding"] == encoding
    assert codes(reading) == (["encoding_guessed"] if encoding == "cp1252" else [])
    assert reading.decided["dayfirst"] == "a first part is above 12"
    assert reading.call.startswith("cx.read(")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(write, delimiter, end):
    rows = [["id", "nps", "avis"], ["a", "9", '"x, y; z\tt|u^v"'], ["b", "0", "bien"], ["c", "7", ""]]
    reading = repeat(write(end.join(delimiter.join(r) for r in rows)))
    assert reading.options["delimiter"] == delimiter
    assert reading.frame["nps"].tolist() == [9, 0, 7]
    assert reading.frame["avis"].iloc[0] == "x, y; z\tt|u^v"


def test_excel_says_its_separator(write):
    reading = repeat(write("sep=;\r\nid;a,b\r\n1;2,5\r\n2;3,5\r\n"))
    assert reading.decided["delimiter"] == "the first line says so (sep=)"
    assert reading.frame["a,b"].tolist() == [2.5, 3.5]


def test_title_lines_are_skipped_and_told(write):
    reading = repeat(write("Enquête T3\n\nid;nps;csat\n1;9;4\n2;8;5\n3;7;1\n"))
    assert list(reading.frame.columns) == ["id", "nps", "csat"]
    assert codes(reading) == ["preamble_skipped"]
    assert reading.options["skip_rows"] == 2


def test_one_column(write):
    reading = repeat(write("nps\n9\n10\n0\n"))
    assert reading.frame["nps"].tolist() == [9, 10, 0]


@pytest.mark.parametrize(
    ("cells", "decimal", "values"),
    [
        (["1 234,50 €", "12 €"], ",", [1234.5, 12.0]),
        (["1\u00a0234,5", "1\u202f234\u202f567,25"], ",", [1234.5, 1234567.25]),
        (["1.234,50", "12.000,00"], ",", [1234.5, 12000.0]),
        (["$1,234.50", "-$12.00"], ".", [1234.5, -12.0]),
        (["EUR 1234.56", "EUR 7.00"], ".", [1234.56, 7.0]),
        (["1'234.56", "12.5"], ".", [1234.56, 12.5]),
        (["(12,50)", "3,25"], ",", [-12.5, 3.25]),
        (["1234.56-", "\u22125.5"], ".", [-1234.56, -5.5]),
        (["1.2E-05", "0.5"], ".", [1.2e-05, 0.5]),
    ],
)
def test_numbers_as_people_write_them(write, cells, decimal, values):
    text = "id\tca\n" + "".join(f"r{i}\t{c}\n" for i, c in enumerate(cells))
    reading = repeat(write(text, "x.tsv"))
    assert reading.options["decimal"] == decimal
    assert reading.frame["ca"].tolist() == values


@pytest.mark.parametrize(
    "cells",
    [
        ["0612345678", "0698765432"],
        ["+33612345678", "+33698765432"],
        ["1234567890123456789", "1234567890123456788"],
        ["1234567890123456", ""],
        ["06 12 34 56 78", "06 98 76 54 32"],
        ["(1)", "(5)"],
        ["12,5 %", "8 %"],
        ["1E5", "2E3"],
        ["2B033", "75001"],
        ["inf", "1"],
        ["12", "deux"],
    ],
)
def test_what_looks_like_a_number_but_is_not_stays_text(write, cells):
    text = "id;x\n" + "".join(f"r{i};{c}\n" for i, c in enumerate(cells))
    assert repeat(write(text)).frame["x"].fillna("").tolist() == cells


def test_an_id_far_below_the_sample_keeps_its_zeros(write):
    rows = [f"{i};{1000 + i};{i};9" for i in range(30_000)]
    rows[29_000] = "29000;0042;29000;9"
    rows[29_500] = "29500;5;1234567890123456789;9"
    df = repeat(write("row;code;big;nps\n" + "\n".join(rows))).frame
    assert df["code"].iloc[29_000] == "0042"
    assert df["big"].iloc[29_500] == "1234567890123456789"
    assert df["row"].dtype == "int64"
    assert df["nps"].dtype == "int64"


def test_one_late_word_keeps_a_column_text_with_its_na(write):
    rows = [f"{i};{i}" for i in range(20_000)]
    rows[10] = "10;NA"
    rows[19_000] = "19000;oui"
    df = repeat(write("id;x\n" + "\n".join(rows))).frame
    assert df["x"].iloc[10] == "NA"
    assert df["x"].iloc[19_000] == "oui"
    assert df["x"].iloc[7] == "7"


def test_a_late_decimal_is_a_number(write):
    rows = [f"{i};{i}" for i in range(20_000)]
    rows[19_999] = "19999;0,5"
    assert repeat(write("id;x\n" + "\n".join(rows))).frame["x"].iloc[-1] == 0.5


def test_namibia_is_not_missing(write):
    df = repeat(write("pays,nps\nNA,NA\nFR,9\nnull,N/A\n,nan\n")).frame
    assert df["pays"].iloc[:3].tolist() == ["NA", "FR", "null"]
    assert df["pays"].isna().sum() == 1
    assert df["nps"].isna().sum() == 3


def test_r_files_tell_na_from_the_text_na(write):
    text = '"","pays","nps","avis"\n"1","NA",9,NA\n"2","FR",NA,"bien"\n"3",NA,10,"NA"\n'
    reading = repeat(write(text))
    df = reading.frame
    assert list(df.columns) == ["row", "pays", "nps", "avis"]
    assert reading.options["na"] == ["NA"]
    assert df["pays"].tolist()[:2] == ["NA", "FR"]
    assert df["pays"].isna().tolist() == [False, False, True]
    assert df["avis"].isna().tolist() == [True, False, False]
    assert df["avis"].iloc[2] == "NA"
    assert codes(reading) == ["header_blank"]


def test_words_of_ones_own_for_missing(write):
    df = read_delimited(write("id;nps;avis\n1;99;ne sait pas\n2;9;bien\n"), na=["99", "ne sait pas"]).frame
    assert df["nps"].isna().tolist() == [True, False]
    assert df["avis"].isna().tolist() == [True, False]


def test_two_currencies_are_never_added_up(write):
    reading = repeat(write("id;ca\n1;12,50 €\n2;12,50 $\n"))
    assert reading.frame["ca"].tolist() == ["12,50 €", "12,50 $"]
    assert codes(reading) == ["currency_mixed"]
    assert "EUR and USD" in reading.notes[0].message


def test_a_point_that_may_mean_two_things_is_asked(write):
    path = write("id;ca;p\n1;1.234;2,5\n2;2.500;3,5\n")
    reading = repeat(path)
    assert reading.frame["ca"].tolist() == ["1.234", "2.500"]
    assert codes(reading) == ["number_format_mixed"]
    assert "thousands='.'" in reading.notes[0].message
    assert read_delimited(path, thousands=".").frame["ca"].tolist() == [1234, 2500]


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["2026-01-05", "2026-12-31"], "2026-01-05"),
        (["2026-01-05 10:30", "2026-12-31 23:59"], "2026-01-05 10:30"),
        (["2026-01-05T10:30:15Z", "2026-02-05T10:30:15Z"], "2026-01-05 10:30:15+00:00"),
        (["2026/01/05", "2026/12/31"], "2026-01-05"),
        (["05/01/2026", "25/04/2026"], "2026-01-05"),
        (["05.01.2026", "25.04.2026"], "2026-01-05"),
        (["05-01-2026 10:30", "25-04-2026 11:00"], "2026-01-05 10:30"),
        (["01/05/2026", "04/25/2026"], "2026-01-05"),
    ],
)
def test_dates(write, cells, first):
    reading = repeat(write("id,d,x\n" + "".join(f"{i},{c},a\n" for i, c in enumerate(cells))))
    assert reading.frame["d"].iloc[0] == pd.Timestamp(first)
    assert codes(reading) == []


@pytest.mark.parametrize(
    ("cells", "code", "said"),
    [
        (["03/04/2026", "05/06/2026"], "date_ambiguous", "dayfirst=True"),
        (["03/04/26", "25/06/26"], "date_ambiguous", "two digits"),
        (["2026-02-28", "2026-02-30"], "date_invalid", "row 2"),
        (["31/04/2026", "30/04/2026"], "date_invalid", "row 1"),
        (["2026-02-28", "28/02/2026"], "date_mixed", "several forms"),
    ],
)
def test_dates_that_cannot_be_read_stay_text_and_say_so(write, cells, code, said):
    reading = repeat(write("id,d,x\n" + "".join(f"{i},{c},a\n" for i, c in enumerate(cells))))
    assert reading.frame["d"].tolist() == cells
    assert codes(reading) == [code]
    assert said in reading.notes[0].message
    assert reading.notes[0].column == "d"


def test_french_marks_mean_day_first(write):
    reading = repeat(write("id;d\n1;03/04/2026\n2;05/06/2026\n"))
    assert reading.frame["d"].iloc[0] == pd.Timestamp("2026-04-03")
    assert read_delimited(write("id,d\n1,03/04/2026\n"), dayfirst=False).frame["d"].iloc[0].month == 3


def test_truth_values(write):
    df = repeat(write("id,churned,gap\n1,True,TRUE\n2,False,\n")).frame
    assert df["churned"].dtype == bool
    assert df["gap"].iloc[0] == "TRUE"


def test_names_are_cleaned(write):
    reading = repeat(write("\ufeff id ;Note\u00a0NPS;\u200bcsat\n1;9;5\n", encoding="utf-8"))
    assert list(reading.frame.columns) == ["id", "Note NPS", "csat"]
    assert codes(reading) == ["header_cleaned"]


def test_rows_of_delimiters_are_left_out_and_counted(write):
    reading = repeat(write("id;nps\n1;9\n;\n2;8\n;\n"))
    assert reading.frame["nps"].tolist() == [9, 8]
    assert reading.frame["nps"].dtype == "int64"
    assert [(n.code, n.count) for n in reading.notes] == [("blank_rows", 2)]


def test_stray_quotes_inside_a_cell_are_text(write):
    df = repeat(write('id;avis;nps\n1;écran de 12" cassé;9\n2;bien;8\n')).frame
    assert df["avis"].iloc[0] == 'écran de 12" cassé'
    assert df["nps"].tolist() == [9, 8]


def test_rows_swallowed_between_two_stray_quotes_are_told(write):
    rows = [f"{i};{i % 11};PME;bien" for i in range(20)]
    rows[3], rows[9] = '3;3;PME;"bien', '9;9;PME;bien"'
    reading = read_delimited(write("id;nps;segment;avis\n" + "\n".join(rows)))
    assert "quote_unbalanced" in codes(reading)


@pytest.mark.parametrize(
    "options",
    [
        {"delimiter": ";;"},
        {"decimal": "x"},
        {"thousands": ",", "decimal": ","},
        {"na": "NA"},
        {"skip_rows": -1},
    ],
)
def test_options_that_cannot_be(write, options):
    with pytest.raises(OptionError) as caught:
        read_delimited(write("a;b\n1;2\n"), **options)
    assert caught.value.hint


def test_unknown_option_and_unknown_encoding(write):
    with pytest.raises(OptionError, match="did you mean 'delimiter'"):
        read_delimited(write("a;b\n1;2\n"), delimeter=";")
    with pytest.raises(OptionError, match="did you mean 'utf-8'"):
        read_delimited(write("a;b\n1;2\n"), encoding="utf-88")
