"""What moved: control charts, dates of change, and scores watched as they come in."""

from __future__ import annotations

from cxkit.change.monitor_result import Monitor
from cxkit.change.monitoring import monitor
from cxkit.change.points import ChangePoints, change_points
from cxkit.change.watching import Running, running

__all__ = ["ChangePoints", "Monitor", "Running", "change_points", "monitor", "running"]
