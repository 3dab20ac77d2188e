"""Telling scores apart: comparison, one family a report, ranks, plans, posteriors."""

from cxkit.inference.comparing import compare
from cxkit.inference.comparison import Comparison
from cxkit.inference.families import Family, family

__all__ = ["Comparison", "Family", "compare", "family"]
