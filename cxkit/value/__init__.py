"""What experience is worth: behaviour by class of a score, churn, lifetime value, return on investment."""

from cxkit.value.behaviour import Linkage, PointValue, linkage
from cxkit.value.lifetimes.contracts import Contracts, contracts
from cxkit.value.lifetimes.purchases import Purchases, purchases
from cxkit.value.lifetimes.rfm import Rfm, rfm
from cxkit.value.lifetimes.timing import margin_multiple
from cxkit.value.lifetimes.transactions import Transactions, transactions
from cxkit.value.lifetimes.worth import LifetimeValue, lifetime_value
from cxkit.value.retention.annual import annual_churn, period_churn
from cxkit.value.retention.curves import Survival, survival
from cxkit.value.retention.leaving import AtRisk, at_risk
from cxkit.value.retention.rate import Churn, churn
from cxkit.value.retention.ratios import Hazard, hazard
from cxkit.value.retention.triangle import Cohorts, cohorts
from cxkit.value.returns import Portfolio, Roi, RoiScenarios, portfolio, roi

__all__ = [
    "AtRisk",
    "Churn",
    "Cohorts",
    "Contracts",
    "Hazard",
    "LifetimeValue",
    "Linkage",
    "PointValue",
    "Portfolio",
    "Purchases",
    "Rfm",
    "Roi",
    "RoiScenarios",
    "Survival",
    "Transactions",
    "annual_churn",
    "at_risk",
    "churn",
    "cohorts",
    "contracts",
    "hazard",
    "lifetime_value",
    "linkage",
    "margin_multiple",
    "period_churn",
    "portfolio",
    "purchases",
    "rfm",
    "roi",
    "survival",
    "transactions",
]
