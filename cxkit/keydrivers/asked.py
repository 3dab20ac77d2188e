"""What is asked of a driver analysis, once every name is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cxkit.keydrivers.choice import Choice
from cxkit.keydrivers.outcome import Outcome

__all__ = ["Asked", "Weighing"]


@dataclass(frozen=True, slots=True)
class Asked:
    """How rows are counted and modelled.

    Attributes
    ----------
    outcome : Outcome
    choice : Choice
    model, missing : str
    by : tuple of str
        Grouping columns.
    freq : str or None
    draws : int
        Bootstrap draws; 0 for none.
    seed : int
    cluster : str or None
        As the user said it.
    covariance : str or None
        As the user said it.
    """

    outcome: Outcome
    choice: Choice
    model: str
    missing: str
    by: tuple[str, ...]
    freq: str | None
    draws: int
    seed: int
    cluster: str | None
    covariance: str | None = None


@dataclass(frozen=True, slots=True)
class Weighing:
    """How importance is taken from what was counted.

    Attributes
    ----------
    method : str
    groups : sequence of sequences of str
        Drivers that enter together; empty without.
    level : float
    seed : int
    """

    method: str
    groups: Sequence[Sequence[str]]
    level: float
    seed: int
