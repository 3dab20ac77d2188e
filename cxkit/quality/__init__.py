"""How far the answers can be trusted: what an audit looks at, what it found, what it changes."""

from cxkit.quality.audit import audit
from cxkit.quality.result import Audit

__all__ = ["Audit", "audit"]
