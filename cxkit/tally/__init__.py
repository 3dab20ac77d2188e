"""The tally: how often each answer was given in each group, counted by the engine that holds the rows."""

from cxkit.tally.engine import FREQUENCIES, Cells, count_cells
from cxkit.tally.tally import Tally

__all__ = ["FREQUENCIES", "Cells", "Tally", "count_cells"]
