"""What an improvement brings back: the distribution of its return, and which ones to fund first."""

from cxkit.value.returns.analysis import roi
from cxkit.value.returns.portfolio import portfolio
from cxkit.value.returns.portfolio_result import Portfolio
from cxkit.value.returns.result import Roi
from cxkit.value.returns.scenarios import RoiScenarios

__all__ = ["Portfolio", "Roi", "RoiScenarios", "portfolio", "roi"]
