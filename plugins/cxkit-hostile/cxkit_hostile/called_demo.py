"""Crime: its entry point has the name of a built-in plugin."""

import cxkit as cx

hostile_demo = cx.linear_metric("hostile_demo", on="nps", scale=(0, 10), points={range(10): 0, 10: 100})
