"""Metrics: definitions, and their values with honest intervals."""

from cxkit.metrics.definition import FunctionMetric, LinearMetric, linear_metric, metric
from cxkit.metrics.functions import box, ces, csat, index, mean, nps, rate, score, trend
from cxkit.metrics.scoring import score_tally

__all__ = [
    "FunctionMetric", "LinearMetric", "box", "ces", "csat", "index", "linear_metric", "mean", "metric",
    "nps", "rate", "score", "score_tally", "trend",
]  # fmt: skip
