"""``read`` and ``open_reading``: which source, several files, the history, and what is told."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path

import pandas as pd
import pytest

from cxkit.errors import DataWarning, OptionError, SourceNotFound, UnknownNameError
from cxkit.sources import Note, Reading, open_reading, read, source

pytestmark = pytest.mark.usefixtures("installed")
CSV = "id;nps\n1;9\n2;0\n"


def test_importing_the_sources_loads_no_heavy_package():
    code = (
        "import sys, importlib, pkgutil, cxkit.sources as s\n"
        "names = [m.name for m in pkgutil.iter_modules(s.__path__) if not m.name.startswith('demo')]\n"
        "[importlib.import_module(f'cxkit.sources.{n}') for n in names]\n"
        "heavy = {'pandas', 'numpy', 'duckdb', 'pyreadstat', 'sqlalchemy', 'polars'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_read_keeps_its_history(write):
    path = write(CSV)
    df = read(Path(path))
    history = df.attrs["cxkit"]
    assert json.loads(json.dumps(history)) == history
    assert set(history) == {"uri", "source", "call", "options", "decided", "notes", "labels"}
    assert history["source"] == "csv"
    again = eval(history["call"], {"cx": sys.modules["cxkit.sources"]})
    pd.testing.assert_frame_equal(again, df)
    assert again.attrs["cxkit"]["decided"] == {}


def test_notes_become_warnings(write):
    with pytest.warns(DataWarning, match="Windows-1252") as caught:
        read(write("id;avis\n1;très\n", encoding="cp1252"))
    assert caught[0].message.code == "encoding_guessed"
    assert caught[0].message.count == 1
    assert caught[0].filename == __file__


def test_decisions_are_told_to_a_person_only(write, capsys, monkeypatch):
    path = write(CSV)
    read(path)
    assert capsys.readouterr().out == ""
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    read(path)
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert f"cx.read({path!r}, delimiter=';'" in out
    read(path, **open_reading(path).options)
    assert capsys.readouterr().out == ""


def test_a_source_by_name_is_part_of_the_call(write):
    reading = open_reading(write(CSV, "answers.dat"), source="csv")
    assert reading.options["source"] == "csv"
    assert dict(open_reading(reading.uri, **reading.options).decided) == {}


@pytest.mark.parametrize(
    ("uri", "options", "error", "said"),
    [
        ("x.cvs", {}, UnknownNameError, "'.csv'"),
        ("x", {}, UnknownNameError, "no ending"),
        ("x.csv", {"source": "excell"}, UnknownNameError, "did you mean 'excel'"),
        ("duckb:x", {}, UnknownNameError, "did you mean 'duckdb'"),
        ("mongo://host/base", {}, UnknownNameError, "Schemes"),
        ("x.csv", {"delimeter": ";"}, OptionError, "did you mean 'delimiter'"),
        ("C:\\data\\absent.csv", {}, SourceNotFound, "no such file"),
    ],
)
def test_wrong_names(uri, options, error, said):
    with pytest.raises(error) as caught:
        read(uri, **options)
    assert said in str(caught.value)
    assert caught.value.hint


def test_the_longest_extension_wins_and_a_plain_frame_is_wrapped(installed, write):
    @source("zd", extensions=(".zd.csv",))
    def read_zd(uri: str, *, sep: str = ";") -> pd.DataFrame:
        """A plugin that returns a frame."""
        return pd.read_csv(uri, sep=sep)

    installed["zd"] = read_zd
    reading = open_reading(write(CSV, "x.zd.csv"), sep=";")
    assert reading.source == "zd"
    assert dict(reading.options) == {"sep": ";"}
    assert reading.uri.endswith("x.zd.csv")


def test_a_required_option_is_asked_for(installed):
    @source("api", schemes=("api",))
    def read_api(uri: str, *, key: str) -> pd.DataFrame:
        """Needs a key."""
        return pd.DataFrame({"key": [key]})

    installed["api"] = read_api
    with pytest.raises(OptionError, match="needs key="):
        read("api:x")
    assert read("api:x", key="k")["key"].tolist() == ["k"]


def test_a_lazy_reading_of_another_engine(installed):
    polars = pytest.importorskip("polars")

    @source("pl", schemes=("pl",))
    def read_pl(uri: str) -> Reading:
        """A lazy frame."""
        return Reading(polars.LazyFrame({"nps": [9, 0]}), notes=(Note("odd", "odd"),))

    installed["pl"] = read_pl
    with pytest.warns(DataWarning, match="pl:x: odd"):
        assert read("pl:x")["nps"].tolist() == [9, 0]


def test_several_files(write, tmp_path):
    b = write("id;nps;canal\n3;7;Web\n", "enquete_2.csv")
    a = write("id;nps\n1;9\n2;\n", "enquete_1.csv")
    write("x", "autre.txt")
    df = read(str(tmp_path / "enquete_*.csv"))
    assert df["file"].tolist() == ["enquete_1", "enquete_1", "enquete_2"]
    assert df["id"].tolist() == [1, 2, 3]
    assert df["canal"].isna().tolist() == [True, True, False]
    assert list(df.columns) == ["id", "nps", "canal", "file"]
    listed = read([Path(b), a])
    assert listed["file"].tolist() == ["enquete_2", "enquete_1", "enquete_1"]
    again = eval(listed.attrs["cxkit"]["call"], {"cx": sys.modules["cxkit.sources"]})
    pd.testing.assert_frame_equal(again, listed)


def test_several_files_that_disagree(write, tmp_path):
    write("id;x\n1;5\n", "a.csv")
    write("id;x\n1;cinq\n", "b.csv")
    with pytest.warns(DataWarning, match="kept as text") as caught:
        df = read(str(tmp_path / "*.csv"))
    assert df["x"].tolist() == ["5", "cinq"]
    assert caught[0].message.code == "type_mixed"


def test_a_pattern_without_match_and_an_empty_list(write, tmp_path):
    write(CSV, "enquete.csv")
    with pytest.raises(SourceNotFound, match=r"enquete\.csv"):
        read(str(tmp_path / "enquet_*.csv"))
    with pytest.raises(SourceNotFound):
        read([])


def test_a_name_with_brackets_is_a_file(write):
    assert len(read(write(CSV, "enquete [T3].csv"))) == 2


def test_no_warning_on_a_clean_file(write):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read(write("id,nps\na,9\nb,8\n"))
