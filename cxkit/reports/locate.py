"""Where the shipped notebooks are: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

__all__ = ["shipped_notebook"]


def shipped_notebook(name: str) -> Path:
    """Path of a notebook that cxkit ships."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "_notebooks" / name
    return installed if installed.exists() else package.parent / "notebooks" / name
