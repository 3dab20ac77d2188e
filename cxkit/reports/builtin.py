"""The reports that come with cxkit."""

from __future__ import annotations

from types import MappingProxyType

from cxkit.reports.declare import NotebookReport
from cxkit.reports.locate import shipped_notebook

__all__ = ["DRIVERS", "EXECUTIVE", "ROI", "TRACKING"]

EXECUTIVE = NotebookReport(
    "executive",
    shipped_notebook("executive.ipynb"),
    MappingProxyType({"en": "Executive summary", "fr": "Synthèse"}),
    "Headline, tiles, trend, why it moved, segments, drivers, distribution, method: one page for an executive.",
)

TRACKING = NotebookReport(
    "tracking",
    shipped_notebook("tracking.ipynb"),
    MappingProxyType({"en": "Tracking", "fr": "Suivi"}),
    "One score through time: every change, why, control chart and dates of change, segments, method.",
)

DRIVERS = NotebookReport(
    "drivers",
    shipped_notebook("drivers.ipynb"),
    MappingProxyType({"en": "Drivers", "fr": "Leviers"}),
    "What drives a score: importance, what to fix first, what it may bring, by segment and over time, method.",
)

ROI = NotebookReport(
    "roi",
    shipped_notebook("roi.ipynb"),
    MappingProxyType({"en": "What it is worth", "fr": "Ce que cela vaut"}),
    "What a score is worth: behaviour by class, a point, churn, lifetime value, return, which fixes to fund, evidence.",
)
