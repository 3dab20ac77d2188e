"""Who may leave next: probabilities from what customers answered, proved on customers that the model did not see."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxkit.errors import OptionError
from cxkit.stats.intervals import z_value
from cxkit.tally.engine import plain
from cxkit.value.masking import masked
from cxkit.value.retention.asked import IMPOSSIBLE, Asked, asked, check_level, check_word
from cxkit.value.retention.cases import dated_cases, flagged_cases
from cxkit.value.retention.caution import Caution, caution
from cxkit.value.retention.leakage import totals
from cxkit.value.retention.leaving_result import AtRisk, Chance, Quality
from cxkit.value.retention.logistic import Fitted, binary
from cxkit.value.retention.proof import proved
from cxkit.value.retention.terms import check_score, terms_of

__all__ = ["AtRisk", "at_risk"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def at_risk(
    data: Any,
    score: str = "nps",
    *,
    controls: str | Sequence[str] | None = None,
    months: float | None = None,
    top: int = 20,
    ids: str = "masked",
    folds: int = 5,
    seed: int = 0,
    id: str | None = None,
    date: str | None = None,
    since: str | None = None,
    left: str | None = None,
    churned: str | None = None,
    as_of: dt.date | str | None = None,
    impossible: str = "refuse",
    level: float = 0.95,
) -> AtRisk:
    """Customers still here by their probability of leaving within some months.

    Parameters
    ----------
    data : Study, frame or place
        A table of answers (``id, date, left``, and ``since`` where known), or one row a customer with a flag.
    score : str
        A role (``"nps"``) or a column of numbers.
    controls : str or list of str, optional
    months : float, optional
        The horizon; 3 when not given. Of a flag without days: what the flag covers.
    top : int
        Customers listed at most.
    ids : {"masked", "shown"}
        Masked ids are the same within one result, differ between results, and cannot be turned back.
    folds : int
        Parts of the customers, each predicted by a model of the others.
    seed : int
        Of the parts.
    id, date, since, left, churned, as_of, impossible
        As in :func:`cxkit.survival`.
    level : float

    Returns
    -------
    AtRisk
        ``to_frame()`` has ``customer, item, estimate, low, high, unit, score``; ``figures`` and ``calibration`` say how
        good it is.

    Raises
    ------
    UsageError
        Nobody or everybody left; a score that tells without error who left (leakage).

    Notes
    -----
    With days the horizon is also looked at from earlier days (``as_of`` less ``months``, less twice ``months`` ...): who
    was here, with the last answer given by then, and did they leave within it? No later answer is used; controls are
    those of that answer's row, so that a total up to the extract knows more than it should, which is said. A logit of
    the score, the controls and the time as a customer.

    References
    ----------
    Landmarks: van Houwelingen (2007), Scandinavian Journal of Statistics 34, 70-85; calibration: Steyerberg (2019),
    Clinical Prediction Models, 2nd ed., ch. 15.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> n = np.arange(400)
    >>> table = pd.DataFrame({"who": n, "nps": n % 11, "gone": (n * 7) % 13 > 6 + (n % 11) // 2})
    >>> found = at_risk(table, id="who", churned="gone", months=12, top=3)
    >>> len(found), found.customers[0].score, found.masked
    (3, 0.0, True)
    """
    check_level(level)
    check_word("ids", ids, ("masked", "shown"))
    check_word("impossible", impossible, IMPOSSIBLE)
    for what, given, least in (("top", top, 0), ("folds", folds, 2), ("seed", seed, 0)):
        if isinstance(given, bool) or not isinstance(given, int) or given < least:
            raise OptionError(f"{what} is {given!r}", hint=f"a whole number, {least} or more")
    if months is not None and (
        isinstance(months, bool) or not isinstance(months, (int, float)) or not 0 < months < 1200
    ):
        raise OptionError(f"months is {months!r}", hint="the horizon in months, such as 3")
    check_score(score)
    call = asked(
        data, scores=(score,), more=(score, controls), id=id, date=date, since=since, left=left, churned=churned
    )  # fmt: skip
    terms = terms_of(call, score, controls)
    if call.has("date", "left"):
        months = 3.0 if months is None else float(months)
        cases = dated_cases(call, terms, score, months, as_of, impossible)
    else:
        cases = flagged_cases(call, terms, score, months, as_of, impossible)
    design = np.hstack([np.ones((len(cases.y), 1)), cases.x])
    cluster = cases.who if len(np.unique(cases.who)) < len(cases.who) else None
    fit = binary(cases.y, design, cases.names, cluster=cluster)
    quality = proved(cases, folds, seed, level)
    now = np.hstack([np.ones((len(cases.now), 1)), cases.now])
    chance = fit.probability(now)
    low, high = _limits(fit, now, level)
    order = np.lexsort((cases.row, -chance))[:top]
    customers = tuple(
        Chance(name, 100 * float(chance[i]), 100 * float(low[i]), 100 * float(high[i]), float(cases.now[i, 0]))
        for name, i in zip(_names(call, cases.row[order], ids), order, strict=True)
    )
    odds = tuple((name, float(np.exp(b))) for name, b in zip(cases.names, fit.params[1:], strict=True))
    return AtRisk(
        customers, months, len(chance), float(chance.sum()), *_range(chance, now, fit, level), quality, odds, folds,
        ids == "masked", terms.title, level, cases.as_of, (*cases.cautions, *totals(call, controls), *_doubts(quality, len(cases.names), controls is not None)),
    )  # fmt: skip


def _doubts(quality: Quality, terms: int, controlled: bool) -> list[Caution]:
    """What the proof says against the list."""
    out = [caution("few_events", n=quality.events, terms=terms)] if quality.events < 10 * terms else []
    if quality.p < 0.01 or not np.isfinite(quality.p):
        out.append(caution("poor_calibration", slope=quality.slope, p=quality.p))
    elif quality.p_bins < 0.01:
        b = quality.bins
        off = int(((b.predicted < b.low) | (b.predicted > b.high)).sum())
        out.append(caution("off_tenths", n=off, of=len(b.n), p=quality.p_bins))
    if quality.auc > (0.9 if controlled else 0.98):
        out.append(caution("too_good", auc=quality.auc))
    if not quality.auc_low > 0.5:
        out.append(caution("no_better"))
    return out


def _names(call: Asked, rows: Ints, ids: str) -> list[str]:
    """Ids of the listed rows, masked unless asked for; a row's number where there are none."""
    if not call.has("id"):
        return [f"row {int(r) + 1}" for r in rows]
    values = call.table[call.columns["id"]]
    found = [str(plain(values[int(r)])) for r in rows]
    return found if ids == "shown" else masked(found)


def _limits(fit: Fitted, x: Floats, level: float) -> tuple[Floats, Floats]:
    """Interval of each probability, on the scale of the logit."""
    eta = x @ fit.params
    margin = z_value(level) * np.sqrt(np.maximum(((x @ fit.covariance) * x).sum(axis=1), 0.0))
    return np.asarray(1 / (1 + np.exp(margin - eta))), np.asarray(1 / (1 + np.exp(-margin - eta)))


def _range(chance: Floats, x: Floats, fit: Fitted, level: float) -> tuple[float, float]:
    """Range of the number that leaves: chance about the sum, and the error of the model."""
    if not len(chance):
        return 0.0, 0.0
    spread = chance * (1 - chance)
    slope = spread @ x
    error = float(np.sqrt(spread.sum() + slope @ fit.covariance @ slope))
    total, margin = float(chance.sum()), z_value(level) * error
    return max(total - margin, 0.0), min(total + margin, float(len(chance)))
