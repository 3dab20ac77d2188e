"""Install the hostile distribution for a test run: once, however many workers ask for it."""

from __future__ import annotations

import getpass
import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOSTILE = Path(__file__).parents[2] / "plugins" / "cxkit-hostile"
STAMP = ".content-hash"


def hostile_hash() -> str:
    """What the distribution's files hold, so that a change of one of them installs it anew."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(HOSTILE.rglob("*")):
        if path.suffix in (".py", ".toml", ".md"):
            digest.update(path.relative_to(HOSTILE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def hostile_target() -> Path:
    """Where to install it by default: kept from one run to the next, one folder a content."""
    return Path(tempfile.gettempdir()) / f"cxkit-hostile-{getpass.getuser()}-{hostile_hash()[:12]}"


def install_hostile(target: Path) -> None:
    """Install ``plugins/cxkit-hostile`` into ``target``, unless just that is there already.

    ``target`` then goes on ``sys.path`` and ``PYTHONPATH``. Safe under pytest-xdist: one worker
    installs, the others wait for it.
    """
    wanted = hostile_hash()
    if _stamp(target) == wanted:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with _alone(target.with_name(target.name + ".lock")):
        if _stamp(target) == wanted:
            return
        fresh = Path(tempfile.mkdtemp(prefix=target.name, dir=target.parent))
        _pip(fresh)
        (fresh / STAMP).write_text(wanted, encoding="utf-8")
        # The folder appears whole or not at all: others test for it without the lock.
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)


def _pip(folder: Path) -> None:
    # From a copy: a build must leave nothing in the source tree.
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch, HOSTILE.name)
        shutil.copytree(HOSTILE, copy, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        options = ["--no-deps", "--no-build-isolation", "--no-index", "--no-compile", "--quiet"]
        command = [sys.executable, "-m", "pip", "install", *options, "--target", str(folder), str(copy)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"pip could not install {HOSTILE.name}:\n{done.stderr or done.stdout}")


def _stamp(target: Path) -> str:
    try:
        return (target / STAMP).read_text(encoding="utf-8")
    except OSError:
        return ""


@contextmanager
def _alone(lock: Path, patience: float = 180) -> Iterator[None]:
    """Hold a folder as a lock: making one is atomic everywhere."""
    end = time.monotonic() + patience
    while True:
        try:
            lock.mkdir()
            break
        except FileExistsError:
            # A killed run leaves its lock behind; no install takes this long.
            if time.monotonic() > end:
                lock.rmdir()
            time.sleep(0.1)
    try:
        yield
    finally:
        lock.rmdir()
