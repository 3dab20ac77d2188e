"""The driver analysis: from a study and an outcome to the importance, effect and performance of each driver."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from cxkit.errors import NothingMatched, OptionError, UsageError, did_you_mean
from cxkit.keydrivers.asked import Asked, Weighing
from cxkit.keydrivers.choice import chosen
from cxkit.keydrivers.counting import count
from cxkit.keydrivers.diagnosis.caution_words import in_order
from cxkit.keydrivers.formula import parsed
from cxkit.keydrivers.measuring import measure
from cxkit.keydrivers.modelling import left_out, modelled
from cxkit.keydrivers.outcome import outcome_of, refuse_model
from cxkit.keydrivers.result import Drivers
from cxkit.keydrivers.weighing import check_method
from cxkit.protocols import Metric
from cxkit.stats.multiplicity import CORRECTIONS, adjusted
from cxkit.stats.subsets import MOST_EXACT
from cxkit.study import Study
from cxkit.study.labels import labelled_key
from cxkit.tally.gram import Gram

__all__ = ["as_study", "drivers"]

By = str | Sequence[str] | None
MODELS = ("ols", "logit", "ordered", "poisson", "negbin", "gamma")
COVARIANCES = ("HC3", "cluster", "nonrobust")
MISSING = ("listwise", "pairwise", "dummy", "impute")


def drivers(
    data: Any,
    outcome: str | Metric,
    drivers: str | Sequence[str] | None = None,
    by: By = None,
    importance: str = "lmg",
    interval: Literal["bootstrap"] | None = "bootstrap",
    *,
    model: Literal["ols", "logit", "ordered", "poisson", "negbin", "gamma"] = "ols",
    controls: str | Sequence[str] | None = None,
    interactions: Sequence[Any] | None = None,
    groups: Mapping[str, Any] | None = None,
    missing: Literal["listwise", "pairwise", "dummy", "impute"] = "listwise",
    freq: str | None = None,
    cluster: str | None = None,
    covariance: Literal["HC3", "cluster", "nonrobust"] | None = None,
    weight: str | None = None,
    correction: Literal["bh", "holm", "bonferroni"] | None = "bh",
    resamples: int | None = None,
    seed: int = 0,
    level: float = 0.95,
) -> Drivers:
    """What drives an outcome: importance, effect and performance of each driver.

    Parameters
    ----------
    data : Study, frame or place
    outcome : str or Metric
        A metric counts its points (``"nps"``: -100, 0, 100; ``"csat"``: 0, 100), so that effects are in points;
        ``"promoter"``, ``"passive"``, ``"detractor"`` and yes/no roles count 0 and 100; a column, or
        ``"mean:COLUMN"``, counts its answers. A formula, ``"nps ~ wait + price + wait:price"``, names the
        drivers too; names in it that are no words stand in backticks.
    drivers : str or list of str, optional
        Columns or patterns of ratings, counts or yes/no answers; the role ``drivers`` when not given.
    by : str or list of str, optional
        A model for each group.
    importance : str
        ``"lmg"`` (Shapley values of R², the default), ``"johnson"``, ``"dominance"``, ``"pratt"``, ``"squared"``,
        ``"correlation"``, ``"beta"``, ``"beta_squared"``, ``"jaccard"``; ``"sampled"`` for more than 25 drivers.
    interval : {"bootstrap", None}
        Percentile intervals of the importance. Respondents, or the accounts of ``cluster``, are resampled.
    model : {"ols", "logit", "ordered", "poisson", "negbin", "gamma"}
        Least squares for any outcome; logit for a yes or no; an ordered logit for a score of few answers; the
        others for counts and spend.
    controls : str or list of str, optional
        Columns that are in every model; importance is of what they leave. One of words enters by value.
    interactions : list of pairs, optional
        Products of drivers about their means; each is weighed as a driver.
    groups : mapping, optional
        Name -> drivers that enter together: Owen values, exact where there are up to 25 groups.
    missing : {"listwise", "pairwise", "dummy", "impute"}
        What becomes of incomplete rows: left out; used for the pairs they have; filled with the mean and marked;
        imputed many times.
    freq : {"D", "W", "M", "Q", "Y"}, optional
        A model for each complete period, too.
    cluster : str, optional
        Column or role of answers that belong together; the role ``cluster``, else ``id``, when not given.
    covariance : {"HC3", "cluster", "nonrobust"}, optional
        Errors of the coefficients. Not given, ``"cluster"`` where answers belong together, else ``"HC3"`` (for other
        models than least squares its kin HC0). ``"nonrobust"`` takes one spread for all residuals and saves the second
        look at the rows.
    weight : str, optional
        Column of weights, for a frame; a study has its role.
    correction : {"bh", "holm", "bonferroni"} or None
        Of the p-values of all drivers of all groups.
    resamples : int, optional
        Bootstrap draws; 1000, or 200 from 18 drivers.
    seed : int
    level : float

    Returns
    -------
    Drivers
        ``to_frame()`` has the ``by`` columns, then ``driver, importance, share, low, high, coef, std_err, p, vif,
        performance, n``.

    Raises
    ------
    RoleError, UsageError, ColumnError
        The outcome among the drivers; a driver of words, dates or ids; too few complete rows; more than 25 drivers.

    References
    ----------
    Lindeman, Merenda & Gold (1980), Introduction to Bivariate and Multivariate Analysis, 119; Grömping (2006),
    Journal of Statistical Software 17(1); errors HC3: MacKinnon & White (1985), Journal of Econometrics 29, 305.

    Examples
    --------
    >>> import cxkit as cx
    >>> found = cx.demo(n=1200).drivers("nps", interval=None)
    >>> found.to_frame()["driver"][0]
    'sat_wait'
    """
    study = as_study(data, weight)
    _check(model, missing, interval, correction, covariance, level, resamples)
    if isinstance(outcome, str) and "~" in outcome and outcome not in study.columns:
        outcome, drivers, interactions = parsed(outcome, study, drivers, interactions)
    target = outcome_of(study, outcome)
    refuse_model(target, model)
    choice = chosen(
        study, target.column.source[0], drivers, controls=controls, interactions=interactions, groups=groups
    )
    names = choice.names
    _check_groups(study, by, (*names, target.column.source[0]))
    if model != "ols" and len(names) > MOST_EXACT:
        raise UsageError(
            f"{len(names)} drivers are too many for model={model!r}",
            hint="join some with model='ols' and groups=, or use fewer",
        )
    method = check_method(importance, len(choice.groups) or len(names), grouped=bool(choice.groups))
    if model != "ols" and (method not in ("lmg", "dominance", "conditional") or missing in ("pairwise", "impute")):
        raise OptionError(
            f"importance={importance!r} and missing={missing!r} do not go with model={model!r}",
            hint="importance='lmg' with missing='listwise' or 'dummy', or model='ols'",
        )
    draws = 0 if interval is None or method == "sampled" else resamples or (1000 if len(names) < 18 else 200)
    asked = Asked(target, choice, model, missing, study.by_columns(by), freq, draws, seed, cluster, covariance)
    counted = count(study, asked)
    weighing = Weighing(method, [members for _, members in choice.groups], level, seed)
    models, left = [], []
    for group in counted.groups:
        gram = counted.grams.parts[group]
        try:
            measured = measure(counted, group, asked)
        except UsageError as exc:
            if not counted.by:
                raise
            left.append((gram, exc))
            continue
        key = labelled_key(study.reading.labels, asked.by, gram.key)
        models.append(modelled(study, measured, asked, weighing, key, counted.unweighted))
    if not models:
        raise _nothing(left)
    models[0] = replace(
        models[0], cautions=in_order((*models[0].cautions, *(left_out(gram, exc) for gram, exc in left)))
    )
    p = np.concatenate([m.p for m in models])
    ends = np.cumsum([len(m.names) for m in models])[:-1]
    return Drivers(
        outcome=target.label, by=counted.by,
        models=tuple(models), importance=method, interval=interval if draws else None, level=level, resamples=draws,
        missing=missing, weighted="weight" in study.roles, groups=choice.groups, correction=correction,
        p_adjusted=tuple(np.split(adjusted(p, correction), ends)), size=int((~np.isnan(p)).sum()), freq=freq,
        source=study.source, cluster=counted.design.cluster or "",
    )  # fmt: skip


def _check_groups(study: Study, by: By, used: Sequence[str]) -> None:
    """Refuse to group by what is explained, or explains: in each group it would have one value."""
    both = next((column for column in study.by_columns(by) if column in used), None)
    if both is not None:
        raise UsageError("this column is in the model and in by=", column=both, hint="leave it out of one of them")


def _nothing(left: Sequence[tuple[Gram, UsageError]]) -> NothingMatched:
    """The error where no group has a model, with why the first has none."""
    if not left:
        return NothingMatched("no group has a row that can be used", hint="check by=, freq= and the filters")
    _, exc = left[0]
    return NothingMatched(f"none of {len(left)} groups could be modelled; the first: {exc.what}", hint=exc.hint)


def as_study(data: Any, weight: str | None) -> Study:
    """The study that was given, or one of the frame or place that was."""
    if isinstance(data, Study):
        if weight is not None:
            raise UsageError("weight= goes with a frame", hint="a study has its weight role: cx.Study(..., weight=...)")
        return data
    return Study(data, weight=weight)


def _check(
    model: str, missing: str, interval: Any, correction: Any, covariance: Any, level: Any, resamples: Any
) -> None:
    named = (("model", model, MODELS), ("missing", missing, MISSING), ("interval", interval, ("bootstrap", None)),
             ("correction", correction, (*CORRECTIONS, None)), ("covariance", covariance, (*COVARIANCES, None)))  # fmt: skip
    for what, given, known in named:
        if given not in known:
            raise OptionError(
                f"unknown {what} {given!r}", hint=did_you_mean(str(given), [k for k in known if k], what=what)
            )
    if not isinstance(level, (int, float)) or not 0.5 <= level < 1:
        raise OptionError(f"level is {level!r}", hint="a share such as 0.95")
    if resamples is not None and (not isinstance(resamples, int) or resamples < 100):
        raise OptionError(f"resamples is {resamples!r}", hint="a whole number of 100 or more, or interval=None")
