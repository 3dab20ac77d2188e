"""A frame, the role of each of its columns, and the checks that roles fit."""

from cxkit.study.scales import Scale
from cxkit.study.study import Study

__all__ = ["Scale", "Study"]
