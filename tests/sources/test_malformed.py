"""Files that must be refused: the code, the place, and the fix."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from cxkit.errors import SourceError, SourceNotFound
from cxkit.sources.delimited import read_delimited

GOOD = b"id;nps;avis\n1;9;bien\n2;8;moyen\n3;0;nul\n"


def zipped(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "x")
    return out.getvalue()


CASES = [
    (b"", "empty", None, None),
    (b"\xef\xbb\xbf", "empty", None, None),
    (b"  \n\n \n", "empty", None, None),
    (b"id;nps\n", "no_rows", None, None),
    (b"id;nps;id\n1;9;2\n", "header_duplicate", None, "id"),
    (b"id;nps;avis\n1;9;a\n2;8;b;c\n3;1;d\n", "ragged", 2, None),
    (b"id;nps;avis\n1;9;a;z\n2;8;b\n3;1;d\n", "ragged", 1, None),
    (b"id;nps;avis\n1;9;a\n2;8\n3;1;d\n", "ragged", 2, None),
    (b'id;nps;avis\n1;9;a\n2;8;"b\n3;1;d\n4;4;e\n', "quote_unbalanced", 2, None),
    (b"id;nps;avis\n1;9;a\n2;\x00;b\n", "nul", 2, "nps"),
    (b"id;nps;avis\n1;9;caf\x82 DIT\x90\n2;8;b\n", "encoding", 1, "avis"),
    (b"id;nps;avis\n1;9;caf\x82s\n2;8;b\n", "encoding", 1, "avis"),
    ("id;nps;avis\n1;9;été\n2;8;évé".encode() + b"\xe9 ici\n", "encoding", 2, "avis"),
    ("id;nps;avis\n1;9;été".encode()[:-1], "truncated", None, None),
    (b"PAR1\x15\x04", "format_mismatch", None, None),
    (gzip.compress(GOOD, mtime=0), "format_mismatch", None, None),
    (zipped("x.csv"), "format_mismatch", None, None),
    (zipped("[Content_Types].xml"), "format_mismatch", None, None),
    (b"<!DOCTYPE html><html><body>Sign in</body></html>", "format_mismatch", None, None),
    (b"\xd0\xcf\x11\xe0" + b"\0" * 99, "format_mismatch", None, None),
    (b"%PDF-1.7", "format_mismatch", None, None),
]


@pytest.mark.parametrize(("content", "code", "row", "column"), CASES)
def test_refused_with_code_place_and_fix(write, content, code, row, column):
    path = write(content)
    with pytest.raises(SourceError) as caught:
        read_delimited(path)
    error = caught.value
    assert error.code == code
    assert (error.row, error.column) == (row, column)
    assert error.hint
    text = str(error)
    assert "enquete.csv" in text
    assert row is None or f"row {row}" in text
    assert column is None or repr(column) in text
    assert isinstance(error, ValueError)


def test_two_exports_glued(write):
    rows = [f"{i},{i % 11},a" for i in range(30)] + [f"{i};{i % 11};a" for i in range(30)]
    with pytest.raises(SourceError) as caught:
        read_delimited(write("id,nps,avis\n" + "\n".join(rows)))
    assert caught.value.code == "dialect"
    assert caught.value.row == 31
    assert "line 32" in str(caught.value)


def test_a_row_too_long_at_the_end_of_a_large_file(write):
    rows = [f"{i};9;a" for i in range(20_000)]
    rows[19_990] += ";b"
    with pytest.raises(SourceError) as caught:
        read_delimited(write("id;nps;avis\n" + "\n".join(rows)))
    assert (caught.value.code, caught.value.row) == ("ragged", 19_991)


def test_a_longer_and_a_shorter_row_do_not_cancel_out(write):
    rows = [f"{i};9;a" for i in range(50)]
    rows[10], rows[20] = "10;9", "20;9;a;b"
    with pytest.raises(SourceError) as caught:
        read_delimited(write("id;nps;avis\n" + "\n".join(rows)))
    assert (caught.value.code, caught.value.row) == ("ragged", 11)


def test_rows_are_counted_across_cells_of_several_lines(write):
    text = 'id;nps;avis\n1;9;"a\nb\nc"\n\n2;8\n'
    with pytest.raises(SourceError) as caught:
        read_delimited(write(text))
    assert (caught.value.code, caught.value.row) == ("ragged", 2)
    assert "line 6" in str(caught.value)


def test_a_quote_that_closes_in_a_later_cell_is_refused(write):
    rows = [f'{i};9;PME;"bien"' for i in range(40)]
    rows[20] = '20;9;PME;"jamais fermée'
    rows[21] = rows[22] = "21;9;PME;ok"
    with pytest.raises(SourceError) as caught:
        read_delimited(write("id;nps;segment;avis\n" + "\n".join(rows)))
    assert (caught.value.code, caught.value.row) == ("quote_unbalanced", 21)
    assert "line 22" in str(caught.value)


def test_a_wrong_delimiter_names_the_right_one(write):
    with pytest.raises(SourceError) as caught:
        read_delimited(write(GOOD), delimiter=",")
    assert caught.value.code == "dialect"
    assert caught.value.hint == "delimiter=';'"


def test_a_wrong_encoding_names_the_place_and_the_right_one(write):
    path = write("id;avis\n1;bien\n2;très\n", encoding="cp1252")
    with pytest.raises(SourceError) as caught:
        read_delimited(path, encoding="utf-8")
    assert (caught.value.code, caught.value.row, caught.value.column) == ("encoding", 2, "avis")
    assert caught.value.hint == 'encoding="cp1252"'


def test_utf8_read_as_cp1252_is_told(write):
    reading = read_delimited(write("id;avis\n1;très\n"), encoding="cp1252")
    assert [n.code for n in reading.notes] == ["mojibake"]


def test_utf16_without_mark_is_recognised(write):
    content = "id;avis\n1;très\n2;é\n"
    for name in ("utf-16-le", "utf-16-be"):
        path = write(content.encode(name))
        with pytest.raises(SourceError) as caught:
            read_delimited(path)
        if caught.value.hint == f'encoding="{name}"':
            assert len(read_delimited(path, encoding=name).frame) == 2


def test_the_two_named_repairs(write):
    dos = "é".encode("cp850")
    path = write(b"id;avis\n1;caf" + dos + b" d\x92" + "été".encode("cp1252") + b"\x85\n2;15\x80 F\x90TE \x80a\n")
    reading = read_delimited(path, encoding="cp1252+cp850")
    assert reading.frame["avis"].tolist() == ["café d’été…", "15€ FÉTE Ça"]
    assert [(n.code, n.count) for n in reading.notes] == [("encoding_mixed", 3)]
    path = write("id;avis\n1;été\n2;évé".encode() + b"\xe9\n")
    reading = read_delimited(path, encoding="utf-8+cp1252")
    assert reading.frame["avis"].tolist() == ["été", "évéé"]
    assert [(n.code, n.count) for n in reading.notes] == [("encoding_mixed", 1)]


def test_missing_file_folder_and_forbidden(write, tmp_path, monkeypatch):
    path = write(GOOD, "enquete_T3.csv")
    with pytest.raises(SourceNotFound, match=r"did you mean 'enquete_T3\.csv'") as caught:
        read_delimited(str(tmp_path / "enquete_T2.csv"))
    assert isinstance(caught.value, FileNotFoundError)
    assert caught.value.code == "not_found"
    with pytest.raises(SourceNotFound, match="folder"):
        read_delimited(str(tmp_path / "absent" / "x.csv"))
    with pytest.raises(SourceError) as caught2:
        read_delimited(str(tmp_path))
    assert caught2.value.code == "not_a_file"
    assert "*.csv" in (caught2.value.hint or "")

    def refuse(*_args, **_options):
        raise PermissionError("no")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(SourceError) as caught3:
        read_delimited(path)
    assert caught3.value.code == "permission"
    assert caught3.value.hint
