"""Telling scores apart: comparison, one family a report, ranks, plans, posteriors."""

from cxkit.inference.comparing import compare
from cxkit.inference.comparison import Comparison
from cxkit.inference.families import Family, family
from cxkit.inference.planning import Plan, plan
from cxkit.inference.posteriors import Posterior, posterior
from cxkit.inference.rank_result import Ranking
from cxkit.inference.ranks import rank

__all__ = [
    "Comparison", "Family", "Plan", "Posterior", "Ranking", "compare", "family", "plan", "posterior", "rank",
]  # fmt: skip
