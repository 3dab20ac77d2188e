"""Ids that cannot be turned back."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence

__all__ = ["masked"]


def masked(ids: Sequence[str]) -> list[str]:
    """Each id as a short code, the same for the same id within one call only.

    The key is drawn for the call and kept nowhere, so that no table of known ids leads back.

    Examples
    --------
    >>> first, second, again = masked(["C000001", "C000002", "C000001"])
    >>> first == again, first == second, "C0000" in first
    (True, False, False)
    """
    key = secrets.token_bytes(32)
    return ["#" + hmac.new(key, name.encode(), hashlib.sha256).hexdigest()[:10] for name in ids]
