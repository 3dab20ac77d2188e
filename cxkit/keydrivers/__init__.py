"""Driver analysis: what moves the outcome, how sure we are, and what to fix first."""

from cxkit.keydrivers.analysis import drivers
from cxkit.keydrivers.asymmetry import kano
from cxkit.keydrivers.readings.kanocounts import better_worse
from cxkit.keydrivers.result import Drivers

__all__ = ["Drivers", "better_worse", "drivers", "kano"]
