"""The story planted in the demo data: every figure that an analysis of it should find again.

Scales: drivers are rated 1-5, recommendation 0-10, NPS points run from -100 to 100, money is
in EUR. Triples are in the order promoters, passives, detractors.
"""

from __future__ import annotations

# Twelve complete months; the operational tables were "extracted" a quarter later.
FIRST_MONTH, LAST_DAY, EXTRACT_DAY = "2025-10", "2026-09-30", "2026-12-31"
MONTHS = 12
# The wave in which detractors are gone (the last month: it is the news of the demo), and the
# month from which SMB customers wait less.
WAVE, LIFT_MONTH, LIFT_SEGMENT = 11, 6, 1

# Points of the 0-10 recommendation for one more point (1-5) of a driver; the app does nothing.
EFFECTS = (0.80, 0.40, 0.30, 0.55, 0.15, 0.0)
MEANS = (3.2, 3.9, 3.3, 4.0, 3.7, 3.6)
HALO, OWN = 0.6, 0.75  # what the drivers share, and what each has for itself
LEVEL = 7.0  # recommendation of someone who ticks 3 everywhere
SEGMENT_LEVEL = (0.15, -0.15, -0.45)
LIFT_WAIT = 0.8  # on the scale that is rounded to the 1-5 rating of the wait
WAIT_AT = (0.15, 0.1, 0.1, 0.0, 0.15, 0.2, -0.7, -0.4, 0.1)  # by touchpoint: the help desk is worst
# Customers who hold a grudge against the brand, whatever they think of the drivers: always
# detractors, and gone from the base on the first day of the wave.
GRUDGE_SHARE, GRUDGE, GRUDGE_CAP = 0.11, 4.0, 6.4

SEGMENT_PANEL, SEGMENT_BASE = (0.50, 0.30, 0.20), (0.70, 0.22, 0.08)  # sampled share, true share
CHANNEL_SHARE = (0.38, 0.27, 0.20, 0.15)
MISSING = {"nps": 0.02, "csat": 0.04, "ces": 0.06, "sat_*": 0.04}
COMMENT_RATES = (0.26, 0.27, 0.40)  # promoters, passives, detractors

# Money: a customer's revenue of twelve months is BASE_REVENUE + REVENUE_PER_POINT x (100, 0 or
# -100 for the last score) + noise, so that the mean revenue is linear in the NPS itself.
BASE_REVENUE, REVENUE_PER_POINT, REVENUE_NOISE = 900.0, 2.0, 120.0
MARGIN_RATE = 0.35
RETURN_SHARE = 0.06  # purchases made twice by mistake, one of them sent back
ORDERS_MEAN = (10, 6, 3)  # by segment: few large orders, or many small; the total is the same
ACQUISITION_COST = (80.0, 140.0, 260.0)  # by segment
# Share lost between the last answer and the extract, by the class of the last score; customers
# of the wave's exodus come on top.
CHURN_RATES = (0.04, 0.10, 0.22)
LEAVE_DAY = "2026-09-01"

# What a customer does in twelve months, by the class of the last score: calls of support and what
# one costs, new customers brought along. Why those who leave say they do: price, service,
# competitor, moved away; everybody who holds a grudge says service.
CONTACT_RATES, CONTACT_COST = (0.6, 1.0, 2.1), 8.0
REFERRAL_RATES = (0.30, 0.08, 0.02)
REASON_SHARES = ((0.30, 0.05, 0.25, 0.40), (0.35, 0.20, 0.30, 0.15), (0.20, 0.50, 0.25, 0.05))
REASON_OF_GRUDGE = 1
