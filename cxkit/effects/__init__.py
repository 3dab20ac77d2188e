"""Did our action work: experiments, differences in differences, interrupted series, matched and remeasured customers."""

from cxkit.effects.estimating import effect
from cxkit.effects.result import Balance, Check, Effect, Point, Reading
from cxkit.effects.worth import Worth

__all__ = ["Balance", "Check", "Effect", "Point", "Reading", "Worth", "effect"]
