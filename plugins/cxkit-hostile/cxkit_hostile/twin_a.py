"""Crime: defines the metric `hostile_twin`, as another plugin does."""

import cxkit as cx

hostile_twin = cx.linear_metric("hostile_twin", on="nps", scale=(0, 10), points={range(11): 1, 10: 100}, label="a")
