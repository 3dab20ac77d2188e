"""Weights: a sample brought to known shares, and non-response made good from what is known of everybody."""

from cxkit.weighting.fitting import post_stratify, rake, trim_weights
from cxkit.weighting.responded import ResponseWeights
from cxkit.weighting.response import response_weights
from cxkit.weighting.weighted import Weighted

__all__ = ["ResponseWeights", "Weighted", "post_stratify", "rake", "response_weights", "trim_weights"]
