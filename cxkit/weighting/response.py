"""Weights for non-response, from operational data that are known of everybody who was invited."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cxkit.errors import OptionError, RoleError
from cxkit.study import Study
from cxkit.weighting.margins import everybody_margins
from cxkit.weighting.people import answered_of, check_filled, check_unique, people_of, weights_of
from cxkit.weighting.propensity import Fit, classes_of, fit_propensity
from cxkit.weighting.responded import ResponseClass, ResponseWeights
from cxkit.weighting.rows import Floats

__all__ = ["response_weights"]

By = str | Sequence[str]


def response_weights(
    everybody: Any,
    *,
    responded: str,
    on: By,
    id: str | None = None,
    classes: int | None = 5,
    weight: str | None = None,
    floor: float = 0.02,
) -> ResponseWeights:
    """Weight respondents by the inverse of their chance to respond.

    Parameters
    ----------
    everybody : Study, frame or place
        Everybody who was invited, on any engine.
    responded : str
        A yes/no column: who answered.
    on : str or list of str
        Columns known of everybody, respondents or not: tenure, channel, number of contacts.
        Numbers count as they are, texts by category.
    id : str, optional
        The key of a person; the role ``id`` of a study when not given.
    classes : int or None
        Respondents of a class share the inverse of its response rate; the classes hold equal
        shares of the people in order of their chance. None takes each person's own chance.
    weight : str, optional
        Column of design weights, for a frame; a study has its role.
    floor : float
        Chances (or rates of a class) below it count as ``floor``, as a share.

    Returns
    -------
    ResponseWeights
        ``to_weights()`` is a frame of key and weight; ``weigh(study)`` gives a study of the
        answers its weight.

    Raises
    ------
    RoleError
        No key, or one that is not there once for each person.
    ColumnError
        No such column, or missing values in it.
    OptionError
        Nobody or everybody answered; columns that are constant, follow from each other, or tell
        respondents apart without fail.

    References
    ----------
    Cochran (1968), Biometrics 24, 295-313: five classes remove about nine tenths of the bias;
    Little (1986), International Statistical Review 54, 139-157.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"id": range(12), "app": [1] * 6 + [0] * 6, "answered": [1, 1, 1, 1, 0, 0, 1, 1] + [0] * 4})
    >>> r = response_weights(people, responded="answered", on="app", id="id")
    >>> [round(c.rate, 3) for c in r.classes], r.to_weights()["weight"].round(3).tolist()
    ([33.333, 66.667], [0.75, 0.75, 0.75, 0.75, 1.5, 1.5])
    """
    if isinstance(everybody, Study):
        if weight is not None:
            raise RoleError("weight= goes with a frame", hint="a study has its weight role: cx.Study(..., weight=...)")
        study = everybody
    else:
        study = Study(everybody, weight=weight, guess=False)
    if classes is not None and (not isinstance(classes, int) or isinstance(classes, bool) or not 2 <= classes <= 50):
        raise OptionError(f"classes= is {classes!r}", hint="a whole number from 2 to 50, or None for each own chance")
    if not 0 < floor <= 0.5:
        raise OptionError(f"floor= is {floor!r}", hint="a share such as 0.02")
    key, yes, columns = _columns(study, id, responded, on)
    design = study.roles["weight"][0] if "weight" in study.roles else None
    values = people_of(study, [key, yes, *columns, *([design] if design else [])])
    check_filled(study, values, [key, *columns])
    w = np.ones(len(values[key])) if design is None else weights_of(values[design])
    kept = np.flatnonzero(w > 0)
    w = w[kept]
    people = {name: [column[i] for i in kept.tolist()] for name, column in values.items()}
    check_unique(key, people[key])
    answered = answered_of(yes, people[yes])
    fit = fit_propensity({name: people[name] for name in columns}, answered, w)
    return _result(study, key, columns, people, answered, w, fit, classes, floor, design or "")


def _columns(study: Study, id: str | None, responded: str, on: By) -> tuple[str, str, tuple[str, ...]]:
    if id is None and "id" not in study.roles:
        raise RoleError("no key tells people apart", hint="id='...': a column that answers have too")
    key, yes = study.column(id or "id"), study.column(responded)
    columns = study.by_columns(on)
    if not columns:
        raise OptionError("on= names no column", hint="on=['tenure', 'channel']: what is known of everybody")
    for column in columns:
        if column in (key, yes):
            raise OptionError(f"{column!r} cannot explain who answered", column=column, hint="leave it out of on=")
    return key, yes, columns


def _result(
    study: Study,
    key: str,
    columns: Sequence[str],
    people: dict[str, list[Any]],
    answered: Floats,
    w: Floats,
    fit: Fit,
    classes: int | None,
    floor: float,
    design: str,
) -> ResponseWeights:
    group = classes_of(fit.chance, w, classes or 5)
    k = int(group.max()) + 1
    invited = np.bincount(group, weights=w, minlength=k)
    rate = np.bincount(group, weights=w * answered, minlength=k) / invited
    if classes is not None and rate.min() == 0:
        raise OptionError(
            f"nobody answered in class {int(rate.argmin()) + 1} of {k}, whose chances are the least",
            code="separated",
            hint=f"classes={max(2, k - 1)}, or leave out people who cannot answer",
        )
    chance = fit.chance if classes is None else rate[group]
    inverse = w / np.maximum(chance, floor)
    who = np.flatnonzero(answered)
    weights = inverse[who] * len(who) / inverse[who].sum()
    n = np.bincount(group, minlength=k)
    yes = np.bincount(group, weights=answered, minlength=k)
    shares = everybody_margins({name: people[name] for name in columns}, who, w, weights)
    in_class = np.bincount(group[who], weights=weights, minlength=k)
    listed = tuple(
        ResponseClass(
            int(n[c]), int(yes[c]), 100 * float(rate[c]), 100 * float(fit.chance[group == c].min()),
            100 * float(fit.chance[group == c].max()), float(in_class[c] / yes[c]) if yes[c] else 0.0,
        )
        for c in range(k)
    )  # fmt: skip
    return ResponseWeights(
        key, tuple(columns), "inverse" if classes is None else "classes", listed, shares, fit.terms, len(w), len(who),
        float(weights.sum() ** 2 / (weights**2).sum()), float(weights.min()), float(weights.max()),
        floor, int((chance[who] < floor).sum()), design, study.source,
        tuple(people[key][i] for i in who.tolist()), tuple(weights.tolist()),
    )  # fmt: skip
