"""cxkit.toml: what it may hold, where a fault is, and where it is found from."""

from __future__ import annotations

import os
import tomllib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import cxkit as cx
from cxkit.errors import ColumnError, ConfigError, CxkitError, OptionError, SourceNotFound
from cxkit.reports.project import find_project, project
from cxkit.reports.toml import table

FULL = """
[project]
name = "Baromètre"
lang = "fr"
currency = "CHF"
output = "sortie"

[source]
uri = "survey.csv"
read = { delimiter = "," }
rename = { Canal = "channel" }
add = { wave = 3 }

[roles]
nps = "NPS"
by = ["Segment", "channel"]

[scale]
nps = [0, 10]

[missing]
nps = [99, "NSP"]

[[report]]
name = "executive"
by = "Segment"
formats = ["html"]
parameters = { min_n = 10 }

[[gate]]
metric = "nps"
test = "above"
target = -30
margin = 1.5
min_n = 10
severity = "warn"

[plugins]
disable = ["bad"]
"""


def test_every_key_is_read(folder):
    folder(FULL)
    p = project()
    assert p.settings.project.lang == "fr"
    assert p.settings.project.currency == "CHF"
    assert p.settings.report[0].fan == ["Segment"]
    assert p.settings.report[0].formats == ["html"]
    assert p.settings.gate[0].threshold == -30
    assert p.settings.plugins.disable == ["bad"]
    study = cx.project().study()
    assert study.roles["by"] == ("Segment", "channel")
    assert set(study["wave"]) == {3}
    assert study.nps().n == (120,)


def test_the_short_target_and_the_long_one_are_the_same(folder):
    folder('[[gate]]\ntest = "below"\nversus = "target:4.5"\nmetric = "ces"\n')
    assert project().settings.gate[0].threshold == 4.5


@pytest.mark.parametrize(
    ("toml", "line", "said"),
    [
        ("[project]\nnmae = 'x'\n", 2, "did you mean 'name'"),
        ("[projet]\nname = 'x'\n", 1, "did you mean 'project'"),
        ("[source]\nuri = 'a.csv'\nrenam = { a = 'b' }\n", 3, "did you mean 'rename'"),
        ("[[source]]\nuri = 'a.csv'\n[[source]]\nuri = 'b.csv'\nadds = { a = 1 }\n", 5, "did you mean 'add'"),
        ("[[report]]\nname = 'executive'\nformat = ['html']\n", 3, "did you mean 'formats'"),
        ("[[gate]]\nmetric = 'nps'\ntest = 'above'\ntraget = 30\n", 4, "did you mean 'target'"),
        ("[project]\nname = 'x'\n\n[[report]]\nname = 'executive'\nnam = 'y'\n", 6, "did you mean 'name'"),
        ("# nmae\n[project]\nlang = 'fr'\nnmae = 'x'\n", 4, "did you mean 'name'"),
        ("[roles]\nnps = 'Q1'\n[[report]]\nname = 'executive'\n[report.parameter]\nmin_n = 1\n", 5, "did you mean"),
        ("plugin = 1\n", 1, "did you mean 'plugins'"),
    ],
)
def test_an_unknown_key_has_its_line_and_the_nearest_key(folder, toml, line, said):
    folder(toml)
    with pytest.raises(ConfigError) as caught:
        project()
    assert f"line {line}: unknown key" in caught.value.what
    assert said in str(caught.value)
    assert caught.value.file == "cxkit.toml"
    assert caught.value.exit_code == 2


def test_several_faults_are_in_one_error(folder):
    folder(
        '[project]\nlang = "de"\nnmae = "x"\n[[gate]]\nmetric = "nps"\ntest = "over"\ntarget = 30\n[reports]\na = 1\n'
    )
    with pytest.raises(ConfigError) as caught:
        project()
    for part in ("lang", "nmae", "test", "reports"):
        assert part in caught.value.what


@pytest.mark.parametrize(
    "toml",
    [
        '[project]\nlang = "de"\n',
        "[project]\nname = 3\n",
        "[source]\nread = {}\n",
        "source = 3\n",
        "source = 'survey.csv'\n",
        "[roles]\nnps = 3\n",
        "[scale]\nnps = ['a', 'b']\n",
        "[scale]\nnps = 10\n",
        "[missing]\nnps = 99\n",
        "[report]\nname = 'x'\n",
        "[[report]]\nby = 'Segment'\n",
        "[[gate]]\nmetric = 'nps'\n",
        "[[gate]]\nmetric = 'nps'\ntest = 'above'\n",
        "[[gate]]\nmetric = 'nps'\ntest = 'above'\ntarget = 1\nversus = 'target:1'\n",
        "[[gate]]\nmetric = 'nps'\ntest = 'above'\nversus = 'previous'\n",
        "[[gate]]\nmetric = 'nps'\ntest = 'above'\nversus = 'target:lots'\n",
        "[[gate]]\nmetric = 'nps'\ntest = 'above'\nversus = 'target:nan'\n",
        "[[gate]]\nmetric = 'nps'\ntest = 'above'\ntarget = nan\n",
        "[[gate]]\nmetric = 'nps'\ntest = 'above'\ntarget = -inf\n",
        "[[gate]]\nmetric = 'nps'\ntest = 'above'\ntarget = 30\nmargin = inf\n",
        "[[gate]]\nmetric = 'nps'\ntest = 'above'\ntarget = 30\nmargin = nan\n",
        "[[gate]]\nmetric = 'nps'\ntest = 'above'\ntarget = 30\nmargin = -1\n",
        "[[gate]]\nmetric = 'nps'\ntest = 'above'\ntarget = 30\nmin_n = 0\n",
        "[[gate]]\nmetric = 'nps'\ntest = 'above'\ntarget = 30\nlevel = 1.0\n",
        "[[gate]]\nmetric = 'nps'\ntest = 'above'\ntarget = 30\nlevel = 95\n",
        "[[gate]]\nmetric = 'nps'\ntest = 'above'\ntarget = 30\nlevel = nan\n",
        "[[gate]]\nmetric = 'nps'\ntest = 'above'\ntarget = 30\nseverity = 'error'\n",
        "[plugins]\ndisable = 'x'\n",
    ],
)
def test_a_value_that_is_not_ours_is_refused(folder, toml):
    folder(toml)
    with pytest.raises(ConfigError) as caught:
        project()
    assert caught.value.hint
    assert "line" in caught.value.what or "gate" in caught.value.what or "cxkit.toml" in str(caught.value)


def test_toml_that_does_not_parse(folder):
    folder("[project]\nname = Bilan\n")
    with pytest.raises(ConfigError, match=r"not valid TOML: .*line 2"):
        project()


def test_a_file_that_is_not_utf8(folder):
    root = folder()
    (root / "cxkit.toml").write_bytes('[project]\nname = "Baromètre"\n'.encode("cp1252"))
    with pytest.raises(ConfigError, match="not UTF-8"):
        project()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_byte_order_mark_and_windows_line_ends_are_fine(folder, encoding, end):
    root = folder()
    (root / "cxkit.toml").write_bytes(FULL.replace("\n", end).encode(encoding))
    assert project().settings.project.name == "Baromètre"


def test_pyproject_works_too(folder):
    root = folder()
    (root / "pyproject.toml").write_text(
        "[project]\nname = 'other'\n[tool.ruff]\nline-length = 99\n"
        "[tool.cxkit.project]\nlang = 'fr'\n[tool.cxkit.source]\nuri = 'survey.csv'\n[tool.cxkit.roles]\nnps = 'NPS'\n"
    )
    p = project()
    assert p.file is not None
    assert p.file.name == "pyproject.toml"
    assert p.settings.project.lang == "fr"
    assert cx.project().study().nps().n == (120,)


def test_cxkit_toml_wins_over_pyproject(folder):
    root = folder("[project]\nname = 'mine'\n")
    (root / "pyproject.toml").write_text("[tool.cxkit.project]\nname = 'other'\n")
    assert project().settings.project.name == "mine"


@pytest.mark.parametrize("content", ["[project]\nname='x'\n", "[tool.ruff]\n", "[tool.cxkit-other]\nx = 1\n"])
def test_a_pyproject_of_somebody_else_is_no_project(folder, content):
    root = folder()
    (root / "pyproject.toml").write_text(content)
    assert find_project(root) is None


@pytest.mark.parametrize("content", ["[tool.cxkit]\nlang = 'fr'\n", "[[tool.cxkit]]\nx = 1\n"])
def test_a_pyproject_fault_is_a_config_error(folder, content):
    root = folder()
    (root / "pyproject.toml").write_text(content)
    with pytest.raises(ConfigError) as caught:
        project()
    assert "pyproject.toml" in str(caught.value)


def test_the_project_is_found_from_a_folder_below(folder, monkeypatch):
    root = folder(FULL)
    deep = root / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    found = cx.project()
    assert found.root == root
    assert found.study().nps().n == (120,)
    assert cx.project(root / "cxkit.toml").study().nps().n == (120,)


def test_paths_start_at_the_root_and_not_at_the_working_directory(folder, monkeypatch, tmp_path):
    root = folder(FULL)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    found = cx.project(root)
    assert found.study().rows == 120
    assert os.path.samefile(found.path("survey.csv"), root / "survey.csv")
    assert found.path(str(root / "survey.csv")) == str(root / "survey.csv")
    assert found.path("demo:") == "demo:"
    assert found.path("sql+duckdb://x") == "sql+duckdb://x"


def test_another_source_keeps_roles_rename_and_add(folder):
    root = folder(FULL)
    (root / "next.csv").write_text("id,NPS,Segment,Canal\n1,10,SMB,web\n2,0,SMB,tel\n")
    study = cx.project().study("next.csv")
    assert study.rows == 2
    assert "channel" in study.columns
    assert set(study["wave"]) == {3}


def test_a_folder_without_a_project_says_so(tmp_path):
    with pytest.raises(ConfigError, match=r"no cxkit\.toml"):
        project(tmp_path)


def test_no_source_says_how_to_name_one(folder):
    folder('[roles]\nnps = "NPS"\n')
    with pytest.raises(ConfigError, match="no source") as caught:
        cx.project().study()
    assert "[source]" in caught.value.hint


def test_a_source_that_is_not_there(folder):
    folder('[source]\nuri = "gone.csv"\n')
    with pytest.raises(SourceNotFound, match=r"gone\.csv"):
        cx.project().study()


# Schema drift: several sources under one another ------------------------------------------------

DRIFT = """
[[source]]
uri = "t1.csv"
rename = { Q1 = "NPS" }
add = { wave = "2026-T1" }
[[source]]
uri = "t2.csv"
rename = { "Note NPS" = "NPS", "Segment client" = "Segment" }
add = { wave = "2026-T2" }
[[source]]
uri = "t3.csv"
add = { wave = "2026-T3" }
[roles]
nps = "NPS"
by = "wave"
"""


@pytest.fixture
def drift(folder):
    def make(toml=DRIFT):
        root = folder(toml)
        (root / "t1.csv").write_text("Q1,Segment\n10,SMB\n9,SMB\n0,Grands comptes\n")
        (root / "t2.csv").write_text("Note NPS;Segment client;Poids\n10;SMB;1,5\n10;SMB;0,5\n", encoding="utf-8")
        (root / "t3.csv").write_text("Segment,NPS\nSMB,3\n,4\n")
        return root

    return make


def test_sources_with_other_names_are_put_under_one_another(drift):
    drift()
    study = cx.project().study()
    scores = study.nps(by="wave")
    assert dict(zip([k[0] for k in scores.keys], scores.n, strict=True)) == {"2026-T1": 3, "2026-T2": 2, "2026-T3": 2}
    assert scores.estimate == pytest.approx((100 / 3, 100, -100))
    assert study.nps().n == (7,)
    assert study.answered("Segment") == (6, 1)
    # A column that only one part has is missing in the others.
    assert study.answered("Poids") == (2, 5)
    assert "t1.csv" in study.source
    assert "2 more" in study.source


def test_numbers_in_one_year_and_texts_in_the_next_stack(drift):
    root = drift()
    (root / "t3.csv").write_text("Segment,NPS\nSMB,3\nSMB,NSP\n")
    toml = DRIFT + '\n[missing]\nnps = ["NSP"]\n'
    (root / "cxkit.toml").write_text(toml)
    assert cx.project().study().nps().n == (6,)


def test_a_column_that_is_empty_in_one_part_stacks_without_a_warning(drift):
    root = drift()
    (root / "t3.csv").write_text("Segment,NPS\n,3\n,4\n")
    assert cx.project().study().nps().n == (7,)


def test_csv_and_parquet_stack(drift):
    root = drift()
    import pandas as pd

    pd.read_csv(root / "t3.csv").to_parquet(root / "t3.parquet")
    (root / "cxkit.toml").write_text(DRIFT.replace("t3.csv", "t3.parquet"))
    assert cx.project().study().nps().n == (7,)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('rename = { Q1 = "NPS" }', 'rename = { Q11 = "NPS" }'),
        ('rename = { Q1 = "NPS" }', 'rename = { Q1 = "Segment" }'),
        ('rename = { Q1 = "NPS" }', 'rename = { Q1 = "NPS", Segment = "NPS" }'),
        ('rename = { Q1 = "NPS" }', "rename = { Q1 = 'NPS' }\nread = { delimitr = ';' }"),
        ('uri = "t2.csv"', 'uri = "t22.csv"'),
    ],
)
def test_a_fault_in_one_source_is_refused(drift, old, new):
    drift(DRIFT.replace(old, new))
    with pytest.raises(CxkitError) as caught:
        cx.project().study()
    assert caught.value.exit_code == 2
    assert caught.value.hint


def test_an_unknown_column_in_rename_has_the_nearest_one(drift):
    drift(DRIFT.replace("Segment client", "Segmnt client"))
    with pytest.raises(ColumnError, match="did you mean 'Segment client'"):
        cx.project().study()


def test_an_added_column_does_not_replace_one_of_the_data(drift):
    drift(DRIFT.replace('add = { wave = "2026-T1" }', 'add = { wave = "2026-T1", Segment = "SMB" }'))
    with pytest.raises(CxkitError, match="Segment"):
        cx.project().study()


# Scales and missing codes -------------------------------------------------------------------------


def test_words_with_a_scale_table(folder):
    folder(
        '[source]\nuri = "survey.csv"\n[roles]\ncsat = "Avis"\n[missing]\ncsat = ["NSP", 0]\n'
        '[scale.csat]\n"Très bien" = 5\nBien = 4\nMoyen = 3\n"Pas bien" = 2\n"Très mauvais" = 1\n',
        survey="Avis\nTrès bien\nBien\nMoyen\nNSP\n0\ntres mauvais\n",
    )
    study = cx.project().study()
    assert study.csat().estimate == (50.0,)
    assert study.csat().n == (4,)
    assert study.answered("csat") == (4, 2)


def test_codes_that_mean_no_answer(folder):
    folder('[source]\nuri = "survey.csv"\n[roles]\ncsat = "Q"\n[missing]\ncsat = [0, 6]\n', survey="Q\n5\n0\n6\n1\n6\n")
    assert cx.project().study().csat().n == (2,)


def test_a_scale_that_nps_is_not_defined_on(folder):
    folder('[source]\nuri = "survey.csv"\n[roles]\nnps = "NPS"\n[scale]\nnps = [0, 100]\n')
    with pytest.raises(OptionError, match="not defined on 0-100"):
        cx.project().study()


# The TOML that we write ------------------------------------------------------------------------------

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_SCALAR = _TEXT | st.integers(-(2**63), 2**63 - 1) | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
_VALUE = _SCALAR | st.lists(_SCALAR, max_size=4) | st.dictionaries(_TEXT, _SCALAR, max_size=4)


@settings(max_examples=300, deadline=None)
@given(values=st.dictionaries(_TEXT, _VALUE, max_size=5))
@example(values={'a"b': 'quote " and \' and \\ and """'})
@example(values={"multi\nline": "a\r\nb\tc\x0b\x0c\x08"})
@example(values={"\x7f": "\x7f\x00\x1f\x80\x85\u2028"})
@example(values={"emoji 😀": "👩‍👧 é ’ \ue000 \uffff"})
@example(values={"": "", "-": "-", "_": 1, "1": True, "é": [], "a.b": {"c.d": "# no comment"}})
@example(values={"path": "C:\\new\\table", "tricky": "\\u0041", "x": 1e22, "y": 1e-7, "z": -0.0})
def test_what_we_write_reads_back_the_same(values):
    assert tomllib.loads(table("t", values)) == {"t": values}
