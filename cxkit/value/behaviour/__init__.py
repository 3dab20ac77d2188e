"""Behaviour by class of a score, and the value of one point: linkage."""

from cxkit.value.behaviour.analysis import linkage
from cxkit.value.behaviour.curve import Curve
from cxkit.value.behaviour.result import Linkage
from cxkit.value.behaviour.worth import PointValue

__all__ = ["Curve", "Linkage", "PointValue", "linkage"]
