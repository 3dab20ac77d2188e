"""Ordered logits of published data sets, against published and computed coefficients."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cxkit.keydrivers.models.ordered import fit_ordered
from cxkit.keydrivers.models.rows import Rows

pytestmark = pytest.mark.real


@pytest.fixture
def held(real_data, expected):
    figures = expected("r_satisfaction")

    def read(name):
        return pd.read_csv(real_data / "r_satisfaction" / f"{name}.csv"), figures[name]

    return read


def ranked(column, *levels):
    return column.map({level: float(k) for k, level in enumerate(levels)}).to_numpy()


def test_mass_polr_housing(held):
    """Venables & Ripley, the example of polr: satisfaction of 1,681 tenants in 72 cells."""
    d, figures = held("MASS_housing")
    terms = {
        "InflMedium": d["Infl"] == "Medium",
        "InflHigh": d["Infl"] == "High",
        "TypeApartment": d["Type"] == "Apartment",
        "TypeAtrium": d["Type"] == "Atrium",
        "TypeTerrace": d["Type"] == "Terrace",
        "ContHigh": d["Cont"] == "High",
    }
    x = np.column_stack([v.astype(float) for v in terms.values()])
    fit = fit_ordered(Rows.of(x, ranked(d["Sat"], "Low", "Medium", "High"), [*terms], frequency=d["Freq"]))
    assert fit.n == figures["n"]
    published = figures["published_MASS_polr"]
    for name, coef in zip(fit.terms, fit.coef, strict=True):
        assert coef == pytest.approx(published[name], abs=1e-4)
        assert coef == pytest.approx(figures["polr_computed"][name], abs=1e-4)
    assert -2 * fit.log_likelihood == pytest.approx(published["residual_deviance"], abs=6e-4)
    assert figures["llf"] - 1e-9 < fit.log_likelihood < figures["llf"] + 1e-6


def test_ordinal_clm_wine(held):
    """Christensen, the example of clm: bitterness of 72 tastings."""
    d, figures = held("ordinal_wine")
    x = np.column_stack([(d["temp"] == "warm").astype(float), (d["contact"] == "yes").astype(float)])
    fit = fit_ordered(Rows.of(x, d["rating"], ["tempwarm", "contactyes"]))
    for name, coef in zip(fit.terms, fit.coef, strict=True):
        assert coef == pytest.approx(figures["published_clm"][name], abs=6e-4)
        assert coef == pytest.approx(figures["clm_computed"][name], abs=2e-5)
    assert fit.log_likelihood == pytest.approx(figures["published_clm"]["logLik"], abs=5e-3)
    assert fit.log_likelihood == pytest.approx(figures["llf"], abs=1e-7)
