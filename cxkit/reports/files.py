"""Output files: complete under their name, or not there at all."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from cxkit.errors import OutputError

__all__ = ["check_folder", "slug", "write_all"]


def slug(text: str) -> str:
    """A file name for any text: ASCII words, and a short digest where something was lost.

    >>> slug("Grands comptes"), slug("../../x")
    ('grands-comptes', 'x-2d0134ed')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    short = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60]
    if short and short == text.lower().replace(" ", "-"):
        return short
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{short}-{digest}" if short else digest


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
    temporary: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.{os.getpid()}.part")
            temporary[path] = part
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for path, part in temporary.items():
            os.replace(part, path)
    except OSError as exc:
        raise OutputError(
            f"{path.name} could not be written: {exc.strerror}",
            hint="free space or choose another folder with --output",
        ) from exc
    finally:
        for part in temporary.values():
            part.unlink(missing_ok=True)
