"""What a customer is worth over time: contracts, purchases, recency and value, transactions."""

from cxkit.value.lifetimes.contracts import Contracts, contracts
from cxkit.value.lifetimes.purchases import Purchases, purchases
from cxkit.value.lifetimes.rfm import Rfm, rfm
from cxkit.value.lifetimes.timing import margin_multiple
from cxkit.value.lifetimes.transactions import Transactions, transactions
from cxkit.value.lifetimes.worth import LifetimeValue, lifetime_value

__all__ = [
    "Contracts",
    "LifetimeValue",
    "Purchases",
    "Rfm",
    "Transactions",
    "contracts",
    "lifetime_value",
    "margin_multiple",
    "purchases",
    "rfm",
    "transactions",
]
