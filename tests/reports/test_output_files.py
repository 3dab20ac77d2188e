"""Files are complete under their name, or what stood there before is untouched."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cxkit.errors import OutputError
from cxkit.reports.files import check_folder, slug, write_all

HARD = ["../../x", "..", ".", "/", "\\..\\x", "a\x00b", "a\nb", "x" * 5000, "", " ", "😀", "👩‍👧", "CON", "nul.txt", "~",
        "-rf", "<script>alert(1)</script>", "a/b", "a:b", "%2e%2e", "é" * 300, "\udcff", "\u202egpj.exe"]  # fmt: skip


@pytest.mark.parametrize("text", HARD)
def test_a_slug_is_a_harmless_file_name(text):
    name = slug(text)
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", name)
    assert len(name) < 100


def test_hard_names_have_different_slugs():
    assert len({slug(t) for t in HARD}) == len(HARD)


def test_a_plain_name_stays_readable():
    assert slug("Grands comptes") == "grands-comptes"
    assert slug("executive") == "executive"
    assert slug("Île-de-France").startswith("ile-de-france-")


@given(st.text(max_size=80))
@example("a-b")
def test_any_text_has_a_harmless_slug(text):
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,99}", slug(text))


@pytest.mark.parametrize(
    "twin", [("a/b", "a b"), ("a/b", "a:b"), ("é", "e"), ("😀", "😁"), ("SMB!", "SMB?"), ("a_b", "a-b")]
)
def test_two_names_that_look_alike_get_two_slugs(twin):
    assert slug(twin[0]) != slug(twin[1])


def test_files_appear_together(tmp_path):
    write_all({tmp_path / "new" / "a.html": b"a", tmp_path / "b.ipynb": b"b"})
    assert (tmp_path / "new" / "a.html").read_bytes() == b"a"
    assert (tmp_path / "b.ipynb").read_bytes() == b"b"
    assert _parts(tmp_path) == []


def _parts(folder: Path) -> list[str]:
    return [str(p) for p in folder.rglob("*") if p.name.startswith(".") or ".part" in p.name]


@pytest.fixture
def good(tmp_path):
    old = {tmp_path / "a.html": b"old a", tmp_path / "b.ipynb": b"old b"}
    for path, content in old.items():
        path.write_bytes(content)

    def untouched():
        assert {p: p.read_bytes() for p in old} == old
        assert _parts(tmp_path) == []

    return tmp_path, dict.fromkeys(old, b"new" * 1000), untouched


def test_a_full_disk_leaves_the_old_report(good, monkeypatch):
    _, new, untouched = good
    calls = []

    def full(fd):
        calls.append(fd)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"b\.ipynb could not be written: No space left") as caught:
        write_all(new)
    assert caught.value.exit_code == 3
    assert caught.value.hint
    untouched()


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit, MemoryError])
def test_an_interruption_between_two_files_leaves_the_old_report(good, monkeypatch, interruption):
    _, new, untouched = good
    calls = []

    def stop(fd):
        calls.append(fd)
        if len(calls) == 2:
            raise interruption

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(interruption):
        write_all(new)
    untouched()


def test_a_content_that_is_no_bytes_leaves_the_old_report(good):
    folder, new, untouched = good
    with pytest.raises(TypeError):
        write_all({**new, folder / "c.txt": "text"})
    untouched()
    assert not (folder / "c.txt").exists()


def test_a_folder_under_the_name_of_a_later_file_leaves_the_old_report(good):
    folder, new, untouched = good
    (folder / "c.html").mkdir()
    with pytest.raises(OutputError, match=r"c\.html"):
        write_all({**new, folder / "c.html": b"new"})
    untouched()


def test_a_rename_that_fails_leaves_all_or_none(good, monkeypatch):
    _, new, untouched = good
    real, calls = os.replace, []

    def failing(src, dst):
        calls.append(dst)
        if len(calls) == 2:
            raise OSError(errno.EIO, "Input/output error")
        real(src, dst)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(OutputError, match="Input/output error"):
        write_all(new)
    untouched()


@pytest.mark.skipif(os.name != "posix", reason="RLIMIT_FSIZE is POSIX")
def test_a_process_that_runs_out_of_room_leaves_the_old_report(good):
    folder, _new, untouched = good
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from pathlib import Path; from cxkit.cli import say_error\n"
        "from cxkit.errors import OutputError; from cxkit.reports.files import write_all\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        f"try: write_all({{Path({str(folder / 'a.html')!r}): b'n' * 100, Path({str(folder / 'b.ipynb')!r}): b'n' * 9999}})\n"
        "except OutputError as exc: say_error(exc); sys.exit(exc.exit_code)\n"
    )
    done = _python(code)
    assert done.returncode == 3, done.stderr
    assert "b.ipynb could not be written: File too large" in done.stderr
    assert "fix:" in done.stderr
    untouched()


def test_a_killed_process_leaves_the_old_report(good):
    folder, _new, _ = good
    code = (
        "import os; from pathlib import Path; from cxkit.reports.files import write_all\n"
        "def die(fd): os.kill(os.getpid(), 9)\n"
        "os.fsync = die\n"
        f"write_all({{Path({str(folder / 'a.html')!r}): b'new'}})\n"
    )
    assert _python(code).returncode == -9
    # A process that is killed cannot tidy up; nothing half written has the final name.
    assert (folder / "a.html").read_bytes() == b"old a"


def _python(code: str) -> subprocess.CompletedProcess[str]:
    root = str(Path(__file__).parents[2])
    path = os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "build").write_text("I am a file")
    for folder in (tmp_path / "build", tmp_path / "build" / "deeper"):
        with pytest.raises(OutputError, match="cannot write into") as caught:
            check_folder(folder)
        assert caught.value.code == "output_folder"
    with pytest.raises(OutputError):
        write_all({tmp_path / "build" / "a.html": b""})
    assert (tmp_path / "build").read_text() == "I am a file"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a read-only place")
def test_a_place_that_cannot_be_written():
    with pytest.raises(OutputError):
        check_folder(Path("/proc/cxkit-build"))


def test_a_name_that_is_too_long(tmp_path):
    with pytest.raises(OutputError, match="too long"):
        write_all({tmp_path / ("x" * 300 + ".html"): b""})
    assert _parts(tmp_path) == []


def test_a_folder_that_can_be_written_keeps_no_trace(tmp_path):
    check_folder(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []
