"""Output files: complete under their name, or not there at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from cxkit.errors import OutputError

__all__ = ["check_folder", "digest", "slug", "write_all"]


def slug(text: str) -> str:
    """A file name for any text: ASCII words, and a short digest where something was lost.

    >>> slug("Grands comptes"), slug("../../x")
    ('grands-comptes', 'x-9cdf6a50')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    short = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60]
    if short and short == text.lower().replace(" ", "-"):
        return short
    return f"{short}-{digest(text)}" if short else digest(text)


def digest(text: str) -> str:
    """Eight characters that tell texts apart whose slugs are alike."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def check_folder(folder: Path) -> None:
    """Make a folder and see that files can be made in it, before any work is done for it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".cxkit-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as exc:
        raise OutputError(
            f"cannot write into {folder}: {exc.strerror}",
            code="output_folder",
            hint="choose another folder with --output",
        ) from None


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Write several files so that all or none appear: temporary names first, then renames.

    Raises
    ------
    OutputError
        A full disk or the like; what stood under the names before is untouched.
    """
    parts: dict[Path, Path] = {}
    backups: dict[Path, Path] = {}
    done: list[Path] = []
    path = Path()
    try:
        for path, content in contents.items():
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, "a folder has this name")
            path.parent.mkdir(parents=True, exist_ok=True)
            parts[path] = path.with_name(f".{path.name}.{os.getpid()}.part")
            _write(parts[path], content)
        for path, part in parts.items():
            if path.exists():
                backups[path] = path.with_name(f".{path.name}.{os.getpid()}.old")
                os.link(path, backups[path])
            os.replace(part, path)
            done.append(path)
    except OSError as exc:
        for written in done:
            if written in backups:
                os.rename(backups[written], written)
            else:
                written.unlink(missing_ok=True)
        raise OutputError(
            f"{path.name[:80]} could not be written: {exc.strerror}",
            hint="free space or choose another folder with --output",
        ) from exc
    finally:
        for left in (*parts.values(), *backups.values()):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
