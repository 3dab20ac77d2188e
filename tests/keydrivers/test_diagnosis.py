"""Each caution and each refusal appears when its cause is planted, and not on clean data."""

import dataclasses

import numpy as np
import pytest

import cxkit as cx
from cxkit.keydrivers.diagnosis.caution import Caution
from cxkit.keydrivers.diagnosis.cautions import (
    EXACT_LIMIT,
    Seen,
    collinear_cautions,
    data_cautions,
    importance_cautions,
    model_cautions,
    refuse_columns,
    refuse_constant_outcome,
    refuse_few,
    refuse_many,
    refuse_names,
    room_caution,
    sign_cautions,
)
from cxkit.keydrivers.model import Fit

_NAMES = ("Accueil", "Délai", "Prix", "Site")


def _fit(x, y, **changes):
    """Least squares by the textbook."""
    n, t = x.shape
    full = np.column_stack([np.ones(n), x])
    beta, *_ = np.linalg.lstsq(full, y, rcond=None)
    rest = y - full @ beta
    cov = np.linalg.pinv(full.T @ full) * (rest @ rest) / (n - t - 1)
    r2 = 1 - rest @ rest / ((y - y.mean()) ** 2).sum()
    fit = Fit(
        "ols", tuple(_NAMES[:t]), beta[1:], cov[1:, 1:], n - t - 1, beta[:1], beta[1:], cov[1:, 1:], "HC3",
        r2, 1 - (1 - r2) * (n - 1) / (n - t - 1), n,
    )  # fmt: skip
    return dataclasses.replace(fit, **changes)


def _clean(seed=0, n=400, p=4, slope=1.0):
    rng = np.random.default_rng(seed)
    x = 7 + 0.6 * rng.standard_normal((n, 1)) + 1.2 * rng.standard_normal((n, p))
    return x, slope * x @ np.arange(1, p + 1) / p + 1.5 * rng.standard_normal(n)


def _say(x, y, fit=None, **more):
    fit = fit or _fit(x, y)
    return model_cautions(fit, np.corrcoef(x, y, rowvar=False), _NAMES[: x.shape[1]], **more)


def _keys(cautions):
    for caution in cautions:
        for lang in ("en", "fr"):
            text = caution.text(lang)
            assert "nan" not in text
            assert "inf" not in text
            assert "–" not in text
    return [c.key for c in cautions]


@pytest.mark.parametrize("seed", range(5))
def test_clean_data_are_not_warned_of(seed):
    x, y = _clean(seed)
    assert _keys(_say(x, y, levels=11, mean=x.mean(0), scales=[(0, 10)] * 4)) == []
    assert data_cautions(_NAMES, rows=400, used=385, answered=[400, 390, 400, 395]) == ()
    assert importance_cautions(_NAMES, np.array([0.1, 0.1, 0.2, 0.2]), 0.6) == ()


def test_lost_rows_are_said_first_with_the_emptiest_driver():
    out = data_cautions(_NAMES, rows=896, used=244, answered=[890, 300, 800, 896], unweighted=3, constant=["Prix"])
    assert _keys(out) == ["incomplete", "unweighted_rows", "constant"]
    assert out[0].drivers == ("Délai",)
    assert dict(out[0].values) == pytest.approx({"percent": 72.7679, "lost": 652, "rows": 896, "used": 244})


def test_five_percent_is_where_lost_rows_are_said():
    assert data_cautions(_NAMES, rows=1000, used=951) == ()
    assert _keys(data_cautions(_NAMES, rows=1000, used=950)) == ["incomplete"]
    # Gaps spread evenly have no driver to blame.
    assert data_cautions(_NAMES, rows=100, used=60, answered=[90, 90, 90, 90])[0].drivers == ()


def test_few_rows_and_few_clusters():
    x, y = _clean(n=39, slope=3)
    out = _say(x, y, _fit(x, y, clusters=12))
    assert {"few_rows", "few_clusters"} <= set(_keys(out))
    assert dict(out[0].values) == {"rows": 39, "terms": 4, "per_term": 9.75}
    x, y = _clean(n=40, slope=3)
    assert not {"few_rows", "few_clusters"} & set(_keys(_say(x, y, _fit(x, y, clusters=30))))


def test_drivers_that_explain_nothing():
    x, _ = _clean()
    y = np.random.default_rng(9).standard_normal(400)
    out = _say(x, y)
    assert "weak" in _keys(out)
    # An adjusted R² below nought is not shown.
    assert "(adjusted R² 0.000, n = 400)" in model_cautions(_fit(x, y, r2_adjusted=-0.3), np.eye(5), _NAMES)[0].text()


@pytest.mark.parametrize(("levels", "family", "said"), [(2, "ols", 1), (3, "ols", 1), (11, "ols", 0), (2, "logit", 0)])
def test_least_squares_on_yes_or_no(levels, family, said):
    x, y = _clean()
    assert _keys(_say(x, y, _fit(x, y, family=family), levels=levels)).count("linear_probability") == said


def test_outliers_beyond_what_normal_errors_give():
    x, y = _clean()
    assert _keys(_say(x, y, outliers=1, largest=4.2)) == ["outliers"]
    big = _fit(x, y, n=1_000_000)
    assert _keys(_say(x, y, big, outliers=60, largest=4.9)) == []
    assert _keys(_say(x, y, big, outliers=100, largest=4.9)) == ["outliers"]
    assert _keys(_say(x, y, big, outliers=60, largest=9.0)) == ["outliers"]
    assert _keys(_say(x, y, outliers=0)) == []


def test_duplicates_are_named_and_hide_nothing_else():
    x, y = _clean()
    x[:, 3] = 3 - 2 * x[:, 0]
    x[:, 2] = x[:, 1] + 0.1 * np.random.default_rng(1).standard_normal(400)
    out = {c.key: c for c in _say(x, y)}
    _keys(out.values())
    assert out["duplicate"].drivers == ("Accueil", "Site")
    assert out["collinear"].drivers == ("Délai", "Prix")
    assert dict(out["collinear"].values)["vif"] > 100
    assert "aliased" not in out


def test_a_total_and_its_parts_are_tied():
    x, y = _clean()
    x[:, 3] = x[:, 0] + x[:, 1]
    out = {c.key: c for c in _say(x, y)}
    _keys(out.values())
    assert out["aliased"].drivers == ("Accueil", "Délai", "Site")
    assert "collinear" not in out
    assert not {"sign_flip", "negative"} & set(out)


def test_a_constant_driver_spoils_nothing():
    x, y = _clean()
    r = np.corrcoef(x, y, rowvar=False)
    r[2] = r[:, 2] = np.nan
    fit = _fit(x, y)
    fit.coef[2] = np.nan
    assert _keys(model_cautions(fit, r, _NAMES)) == []


def test_a_halo_is_told_from_chance_and_from_few_drivers():
    rng = np.random.default_rng(3)
    mood = rng.standard_normal((400, 1))
    together = np.corrcoef(mood + 0.9 * rng.standard_normal((400, 8)), rowvar=False)
    out = collinear_cautions(together, list("abcdefgh"), 400)
    assert _keys(out) == ["halo"]
    share, chance = (x for _, x in out[0].values)
    assert 50 < share < 70
    assert 12.5 < chance < 20
    # Two or three drivers reach half of their variance with next to no correlation.
    for p in (2, 3):
        r = np.full((p, p), 0.3) + 0.7 * np.eye(p)
        assert collinear_cautions(r, list("abc")[:p], 400) == ()


def test_signs():
    rng = np.random.default_rng(4)
    x, _ = _clean(n=2000)
    x[:, 1] = x[:, 0] + 0.7 * rng.standard_normal(2000)
    y = 3 * x[:, 0] - 1.0 * x[:, 1] - 0.8 * x[:, 2] + x[:, 3] + rng.standard_normal(2000)
    r = np.corrcoef(x, y, rowvar=False)
    assert r[1, 4] > 0.3
    x[:, 2] -= 0.4 * x[:, 3]  # its simple correlation is below nought as well
    out = {c.key: c.drivers for c in sign_cautions(_fit(x, y), np.corrcoef(x, y, rowvar=False), _NAMES)}
    assert out["sign_flip"] == ("Délai",)
    assert out["negative"] == ("Prix",)
    assert "sign_flip" not in {c.key for c in sign_cautions(_fit(x, y), r, _NAMES, skip={"Délai"})}


def test_a_sign_that_is_not_significant_is_no_news():
    warned = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        x = rng.standard_normal((200, 1)) + rng.standard_normal((200, 4))
        y = x[:, 0] + x[:, 1] + 2 * rng.standard_normal(200)  # the two others do nothing
        warned += bool(sign_cautions(_fit(x, y), np.corrcoef(x, y, rowvar=False), _NAMES))
    assert warned <= 22  # at most 2 x 2.5 %, and three standard errors


def test_the_fits_own_cautions_are_kept():
    x, y = _clean()
    own = Caution("separation", ("Prix",))
    assert own in _say(x, y, _fit(x, y, cautions=(own,)))


def test_little_room_at_the_end_that_serves_the_outcome():
    mean, scales = np.array([9.6, 9.6, 0.2, 5.0]), [(0.0, 10.0)] * 4
    out = room_caution(_NAMES, mean, scales, np.array([1.0, -1.0, -1.0, 1.0]))
    assert out[0].drivers == ("Accueil", "Prix")
    assert "within 5% of the end" in out[0].text()
    assert room_caution(_NAMES, np.full(4, np.nan), scales, np.ones(4)) == ()
    assert room_caution(("a",), np.array([3.0]), [(3.0, 3.0)], np.ones(1)) == ()


def test_pratt_and_sums_that_are_not_r2():
    pratt = np.array([-0.1104859910, 0.1064274043, 0.4450045676, 0.3657889])
    out = importance_cautions(_NAMES, pratt, float(pratt.sum()), method="pratt")
    assert _keys(out) == ["pratt_negative"]
    assert out[0].drivers == ("Accueil",)
    squared = importance_cautions(_NAMES, np.array([0.3, 0.2, 0.1, 0.1]), 0.5)
    assert _keys(squared) == ["not_a_share"]
    assert "sum to 0.700, not to R² (0.500)" in squared[0].text()


# --- refusals --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("outcome", "drivers", "taken", "code", "column"),
    [
        ("NPS", ["Prix", "NPS"], None, "outcome_among_drivers", "NPS"),
        ("NPS", ["Prix", "Poids"], {"Poids": "weight"}, "driver_taken", "Poids"),
        ("NPS", ["Prix", "Site", "Prix"], None, "driver_twice", "Prix"),
        ("NPS", [], None, "no_driver", None),
    ],
)
def test_names_that_cannot_be(outcome, drivers, taken, code, column):
    with pytest.raises(cx.UsageError) as raised:
        refuse_names(outcome, drivers, taken)
    assert raised.value.code == code
    assert raised.value.column == column
    assert raised.value.hint
    refuse_names("NPS", ["Prix", "Site"], {"Poids": "weight"})


@pytest.mark.parametrize(
    ("column", "code", "hint"),
    [
        (Seen("Jour", "Datetime(time_unit='us', time_zone=None)", 300, 400), "driver_date", "days of delay"),
        (Seen("Jour", "String", 300, 400, ("2026-01-03", "2026-02-28")), "driver_date", "by="),
        (Seen("Jour", "String", 9, 400, ("03/04/2026", "05/06/2026")), "driver_date", "by="),
        (Seen("Note", "String", 9, 400, ("3,5", "4,25", " 4")), "driver_decimal_comma", 'decimal=","'),
        (Seen("Montant", "String", 9, 400, ("1 234,5", "4,25 €")), "driver_decimal_comma", 'decimal=","'),
        (Seen("Note", "String", 9, 400, ("3.5", "4")), "driver_number_text", "to numbers"),
        (Seen("Note", "Categorical", 5, 400, ("1", "2", "5")), "driver_number_text", "to numbers"),
        (Seen("Avis", "String", 390, 400, ("Très bien, merci", "Trop long")), "driver_text", "score"),
        (Seen("Avis", "String", 12, 400, ("a" * 80,)), "driver_text", "score"),
        (Seen("Client", "String", 400, 400, ("A-77", "B-12")), "driver_id", "leave it out"),
        (Seen("Region", "Enum(['N', 'S'])", 2, 400, ("N", "S")), "driver_categories", "by='Region'"),
        (Seen("id_client", "Int64", 396, 400, (10, 11)), "driver_id", "quantity"),
        (Seen("ID client", "Float64", 400, 400, (10.0, 11.0)), "driver_id", "leave it out"),
        (Seen("Dossier", "Int64", 400, 400, (10, 11), 10, 412), "driver_id", "leave it out"),
        (Seen("Dossier", "UInt32", 400, 400, (10, 11)), "driver_id", "leave it out"),
        (Seen("Choix", "List(String)", 4, 400), "driver_nested", "one column"),
        (Seen("Vide", "Float64", 0, 0), "driver_empty", "missing="),
    ],
)
def test_columns_that_are_no_drivers(column, code, hint):
    with pytest.raises(cx.RoleError) as raised:
        refuse_columns([Seen("Prix", "Int64", 11, 400, (1, 2)), column])
    assert raised.value.code == code
    assert raised.value.column == column.name
    assert hint in raised.value.hint


def test_columns_that_are_drivers():
    refuse_columns(
        [
            Seen("Prix", "Int64", 11, 400, (1, 2, 10)),
            Seen("Valide", "Boolean", 2, 400, (True, False)),
            Seen("Attente", "Float64", 400, 400, (1.25, 3.5)),
            Seen("Revenu", "Int64", 400, 400, (31_250, 48_100), 12_000, 96_000_000),
            Seen("Attente (s)", "Int64", 340, 400, (12, 600), 1, 1800),
            Seen("Montant", "Float64", 400, 400, (12.0, 600.0)),
            Seen("Note", "Int8", 8, 8, (1, 2), 1, 8),
            Seen("Fidélité", "Int64", 20, 400, (1, 2)),
            Seen("id_age", "Int64", 60, 400, (18, 44)),
        ]
    )


def test_too_few_complete_rows_name_the_emptiest_driver():
    with pytest.raises(
        cx.UsageError, match=r"5 complete rows of 90 for 4 terms.*'Prix' has the fewest answers \(9\)"
    ) as raised:
        refuse_few(_NAMES, used=5, terms=4, rows=90, answered=[90, 80, 9, 90])
    assert "leave out 'Prix'" in raised.value.hint
    assert raised.value.code == "too_few_rows"
    refuse_few(_NAMES, used=6, terms=4, rows=90, answered=[90, 80, 9, 90])
    with pytest.raises(cx.UsageError, match="at least 6 are needed") as raised:
        refuse_few(_NAMES, used=5, terms=4, rows=5, answered=[5, 5, 5, 5])
    assert "fewer drivers" in raised.value.hint


def test_more_drivers_than_exactness_allows():
    refuse_many(EXACT_LIMIT)
    with pytest.raises(cx.UsageError, match=r"26 drivers.*up to 25") as raised:
        refuse_many(26)
    assert "groups=" in raised.value.hint
    assert 'importance="sampled"' in raised.value.hint


@pytest.mark.parametrize("distinct", [0, 1])
def test_a_constant_outcome(distinct):
    with pytest.raises(cx.UsageError) as raised:
        refuse_constant_outcome("NPS", distinct)
    assert raised.value.code == "outcome_constant"
    refuse_constant_outcome("NPS", 2)
