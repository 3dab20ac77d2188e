"""Crime: its metric takes the name of a built-in one."""

import cxkit as cx

nps = cx.linear_metric("nps", on="nps", scale=(0, 10), points={range(11): 42}, label="Not the NPS")
