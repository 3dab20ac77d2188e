"""The words of the demo data: column names and labels in English and in French.

Both languages list the same things in the same order, so that the language never changes
a figure. Nothing here is data about anyone.
"""

from __future__ import annotations

import operator
from typing import Literal, SupportsIndex

from cxkit.errors import OptionError

__all__ = ["COLUMNS", "DRIVERS", "LABELS", "RATED", "STAGE_OF", "TABLES", "Lang", "whole_number"]

Lang = Literal["en", "fr"]

# The rated questions, in the order of the columns of ``Answers.ratings``.
DRIVERS = ("sat_wait", "sat_staff", "sat_price", "sat_product", "sat_delivery", "sat_app")
RATED = ("nps", "csat", "ces", *DRIVERS)

# The columns of each table, by their English name, in order.
TABLES: dict[str, tuple[str, ...]] = {
    "survey": (
        "respondent", "date", "nps", "csat", "ces", "segment", "channel", "region",
        "stage", "touchpoint", *DRIVERS, "weight", "comment",
    ),
    "customers": (
        "customer", "since", "segment", "contract", "monthly_margin", "churned", "churn_date",
        "churn_reason", "contacts", "support_cost", "referrals", "acquisition_cost",
    ),
    "orders": ("customer", "date", "amount", "margin"),
}  # fmt: skip

_SURVEY_FR = {
    "respondent": "Répondant",
    "date": "Date d’enquête",
    "nps": "Note NPS",
    "csat": "Satisfaction",
    "ces": "Effort",
    "segment": "Segment",
    "channel": "Canal",
    "region": "Région",
    "stage": "Étape",
    "touchpoint": "Point de contact",
    "sat_wait": "sat_attente",
    "sat_staff": "sat_personnel",
    "sat_price": "sat_prix",
    "sat_product": "sat_produit",
    "sat_delivery": "sat_livraison",
    "sat_app": "sat_appli",
    "weight": "poids",
    "comment": "Commentaire",
}
_CUSTOMERS_FR = {
    "customer": "Client",
    "since": "Client depuis",
    "segment": "Segment",
    "contract": "Contrat",
    "monthly_margin": "Marge mensuelle",
    "churned": "Résilié",
    "churn_date": "Date de résiliation",
    "churn_reason": "Motif de résiliation",
    "contacts": "Contacts",
    "support_cost": "Coût de support",
    "referrals": "Parrainages",
    "acquisition_cost": "Coût d’acquisition",
}
_ORDERS_FR = {"customer": "Client", "date": "Date", "amount": "Montant", "margin": "Marge"}

COLUMNS: dict[Lang, dict[str, dict[str, str]]] = {
    "en": {table: {name: name for name in names} for table, names in TABLES.items()},
    "fr": {"survey": _SURVEY_FR, "customers": _CUSTOMERS_FR, "orders": _ORDERS_FR},
}

# The stage of each touchpoint, as an index in the stages.
STAGE_OF = (0, 0, 1, 1, 2, 2, 3, 3, 4)

LABELS: dict[Lang, dict[str, tuple[str, ...]]] = {
    "en": {
        "segment": ("Consumer", "SMB", "Enterprise"),
        "channel": ("web", "mobile", "store", "phone"),
        "region": ("North", "South", "East", "West", "Capital"),
        "stage": ("before", "purchase", "use", "service", "renewal"),
        "touchpoint": (
            "Information", "Advice", "Order", "Delivery", "First use", "Daily use",
            "Help desk", "Claim", "Renewal offer",
        ),
        "contract": ("monthly", "yearly"),
        "churn_reason": ("price", "service", "competitor", "moved"),
    },
    "fr": {
        "segment": ("Particuliers", "PME", "Grands comptes"),
        "channel": ("web", "mobile", "magasin", "téléphone"),
        "region": ("Nord", "Sud", "Est", "Ouest", "Île-de-France"),
        "stage": ("avant", "achat", "usage", "service", "renouvellement"),
        "touchpoint": (
            "Information", "Conseil", "Commande", "Livraison", "Première utilisation",
            "Usage quotidien", "Assistance", "Réclamation", "Offre de renouvellement",
        ),
        "contract": ("mensuel", "annuel"),
        "churn_reason": ("prix", "service", "concurrent", "déménagement"),
    },
}  # fmt: skip


def whole_number(name: str, value: SupportsIndex, *, least: int) -> int:
    """A whole number, at least ``least``; True is a slip, not a number."""
    try:
        number = operator.index(value)
    except TypeError:
        number = least - 1
    if isinstance(value, bool) or number < least:
        raise OptionError(
            f"{name}={value!r} is not a whole number of at least {least}",
            hint=f"{name}={6000 if name == 'n' else 2026}",
        )
    return number
