"""The public function: a study, an outcome and a design in, an effect out."""

from collections.abc import Sequence
from typing import Any, Literal

from cxkit.effects.asked import Asked, day_meant
from cxkit.effects.differences import differences
from cxkit.effects.experiment import experiment
from cxkit.effects.interruption import interruption
from cxkit.effects.matches import matches
from cxkit.effects.reasked import reasked
from cxkit.effects.result import Effect
from cxkit.errors import OptionError, UsageError
from cxkit.present.money import check_currency
from cxkit.protocols import Metric
from cxkit.study import Study

__all__ = ["effect"]

Design = Literal["ab", "did", "its", "matched", "remeasured"]


def effect(
    data: Any,
    outcome: str | Metric | Sequence[str | Metric],
    *,
    design: Design,
    treated: Any = None,
    control: Any = None,
    at: Any = None,
    before: str | Sequence[str] | None = None,
    controls: str | Sequence[str] | None = None,
    cluster: str | None = None,
    freq: str | None = None,
    split: Any = None,
    among: Any = None,
    method: str | None = None,
    season: int | None = None,
    reliability: float | None = None,
    correction: Literal["holm", "bh", "bonferroni"] | None = "holm",
    power: float = 0.8,
    level: float = 0.95,
    currency: str | None = None,
    seed: int = 0,
) -> Effect:
    """Whether an action worked: its effect, what would have been without it, and what the number rests on.

    Parameters
    ----------
    data : Study, frame or place
    outcome : str, Metric or list of these
        A metric (``"nps"`` counts -100, 0, 100 an answer), a rate (``"churned"``), or a column of numbers
        (``"revenue"``). Several only with ``design="ab"``.
    design : {"ab", "did", "its", "matched", "remeasured"}
        ``"ab"``: customers were drawn by lot. ``"did"``: treated and others before and after ``at``.
        ``"its"``: one series, interrupted at ``at``. ``"matched"``: treated and others who are alike in what
        was known before. ``"remeasured"``: people chosen for a low answer, treated, and asked again.
    treated : str or mapping
        A yes/no column, a column of arms (with ``control``), or ``{"region": ["North"]}``. For ``"did"`` who belongs
        to the treated group, at any time.
    control : str, optional
        The value of ``treated`` that is the control.
    at : date or str, optional
        First day of the action.
    before : str or list, optional
        What was known before: for ``"ab"`` the earlier measure of CUPED (one column), for ``"matched"`` with
        ``controls`` what customers are compared on.
    controls : str or list, optional
        Columns: numbers, or words of which each becomes a column.
    cluster : str, optional
        Column or role of what was drawn or treated together; the role ``cluster``, else ``id``, when not given.
    freq : {"D", "W", "M", "Q", "Y"}
        Periods of ``"did"`` and ``"its"``; months when not given.
    split : mapping, optional
        Planned share of each arm; equal ones when not given.
    among : collection of answers, optional
        First answers for which people were chosen (``"remeasured"``); 0 to 6 for NPS.
    method : str, optional
        ``"its"``: ``"ar1"`` or ``"newey-west"``. ``"matched"``: ``"overlap"`` (customers who could be in either
        group), ``"treated"`` (weights for the effect on the treated) or ``"nearest"`` (neighbours, same).
    season : int, optional
        Pairs of yearly waves in an interrupted series; one from two years on when not given.
    reliability : float, optional
        Correlation of two answers of one person with nothing done between, where the data cannot tell it.
    correction : {"holm", "bh", "bonferroni"} or None
        Of the p-values of several arms and outcomes; intervals are each at ``level``.
    power : float
        Of the smallest effect that this experiment could find.
    level : float
        Of intervals.
    currency : str, optional
        Of money; the study's when not given.
    seed : int
        Taken as by the other analyses; nothing here is drawn at random.

    Returns
    -------
    Effect
        ``to_frame()`` has ``item, estimate, low, high, unit``; ``estimate, low, high, se, p, unit, grade`` are the
        effect as evidence.

    Raises
    ------
    UsageError, OptionError, ColumnError, RoleError, NothingMatched

    References
    ----------
    Experiments: Kohavi, Tang & Xu (2020), Trustworthy Online Controlled Experiments, chapters 17-22.
    Differences: Angrist & Pischke (2009), Mostly Harmless Econometrics, chapter 5. The rest: the modules of
    :mod:`cxkit.stats` that do it.

    Examples
    --------
    >>> import pandas as pd
    >>> import cxkit as cx
    >>> df = pd.DataFrame({"mail": ["yes", "no"] * 500, "spend": [12.0, 10.0, 8.0, 6.0] * 250})
    >>> found = effect(df, "spend", design="ab", treated="mail")
    >>> round(found.estimate, 2), found.grade, found.reading.n
    (2.0, 'tested', 500)
    """
    study = data if isinstance(data, Study) else Study(data)
    said = {
        name: value
        for name, value in (
            ("treated", treated), ("control", control), ("at", at), ("before", before), ("controls", controls),
            ("cluster", cluster), ("freq", freq), ("split", split), ("among", among), ("method", method),
            ("season", season), ("reliability", reliability),
        )
        if value is not None
    }  # fmt: skip
    asked = Asked(
        treated, control, day_meant(at), before, controls, cluster, freq or "M", split, among, method, season, reliability,
        correction, power, level, study.currency if currency is None else check_currency(currency),
    )  # fmt: skip
    asked.check(design, said)
    wanted = [outcome] if isinstance(outcome, str) or not isinstance(outcome, Sequence) else list(outcome)
    if not wanted:
        raise OptionError("no outcome is named", hint="the first argument: 'nps', 'churned', 'revenue'")
    if design == "ab":
        if before is not None and not isinstance(before, str):
            raise OptionError("an experiment takes one earlier measure", hint="before='nps_before'")
        return experiment(study, wanted, asked)
    if len(wanted) > 1:
        raise UsageError(f"design={design!r} is of one outcome", hint="call it once for each")
    designs = {"did": differences, "its": interruption, "matched": matches, "remeasured": reasked}
    return designs[design](study, wanted[0], asked)
