"""The reports that come with cxkit."""

from __future__ import annotations

from types import MappingProxyType

from cxkit.reports.declare import NotebookReport
from cxkit.reports.locate import shipped_notebook

__all__ = ["EXECUTIVE"]

EXECUTIVE = NotebookReport(
    "executive",
    shipped_notebook("executive.ipynb"),
    MappingProxyType({"en": "Executive summary", "fr": "Synthèse"}),
    "Headline, tiles, segments, trend, distribution, method: one page for an executive.",
)
