"""Expressions for ``Study.where``."""

from __future__ import annotations

from typing import Any

__all__ = ["col"]


def col(name: str) -> Any:
    """A column in an expression that any engine can run: ``s.where(cx.col("Panier") > 50)``.

    Returns
    -------
    narwhals.Expr
    """
    import narwhals.stable.v2 as nw

    return nw.col(name)
