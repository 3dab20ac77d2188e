"""NIST Statistical Reference Datasets, linear least squares: certified values, in the public domain.

https://www.itl.nist.gov/div898/strd/lls/lls.shtml. NoInt1 and NoInt2 have no constant, which a driver analysis always
has, so they do not apply. Filip has a condition number of 1e15, more than numbers of 16 digits can hold: no separate
coefficients are claimed, by name (``aliased``).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.keydrivers.models.linear import fit_linear
from cxkit.tally.columns import Column, Design
from cxkit.tally.grams import count_grams
from cxkit.tally.residuals import engine_residuals, row_residuals

NORRIS = """
0.1 0.2 338.8 337.4 118.1 118.2 888.0 884.6 9.2 10.1 228.1 226.5 668.5 666.3 998.5 996.3 449.1 448.6 778.9 777.0
559.2 558.2 0.3 0.4 0.1 0.6 778.1 775.5 668.8 666.9 339.3 338.0 448.9 447.5 10.8 11.6 557.7 556.0 228.3 228.1
998.0 995.8 888.8 887.6 119.6 120.2 0.3 0.3 0.6 0.3 557.6 556.8 339.3 339.1 888.0 887.2 998.5 999.0 778.9 779.0
10.2 11.1 117.6 118.3 228.9 229.2 668.4 669.1 449.2 448.9 0.2 0.5
"""
PONTIUS = """
.11019 .21956 .32949 .43899 .54803 .65694 .76562 .87487 .98292 1.09146 1.20001 1.30822 1.41599 1.52399 1.63194 1.73947
1.84646 1.95392 2.06128 2.16844 .11052 .22018 .32939 .43886 .54798 .65739 .76596 .87474 .98300 1.09150 1.20004 1.30818
1.41613 1.52408 1.63159 1.73965 1.84696 1.95445 2.06177 2.16829
"""
LONGLEY = """
60323 83.0 234289 2356 1590 107608 1947 61122 88.5 259426 2325 1456 108632 1948 60171 88.2 258054 3682 1616 109773 1949
61187 89.5 284599 3351 1650 110929 1950 63221 96.2 328975 2099 3099 112075 1951 63639 98.1 346999 1932 3594 113270 1952
64989 99.0 365385 1870 3547 115094 1953 63761 100.0 363112 3578 3350 116219 1954 66019 101.2 397469 2904 3048 117388 1955
67857 104.6 419180 2822 2857 118734 1956 68169 108.4 442769 2936 2798 120445 1957 66513 110.8 444546 4681 2637 121950 1958
68655 112.6 482704 3813 2552 123366 1959 69564 114.2 502601 3931 2514 125368 1960 69331 115.7 518173 4806 2572 127852 1961
70551 116.9 554894 4007 2827 130081 1962
"""
FILIP = """
0.8116 -6.860120914 0.9072 -4.324130045 0.9052 -4.358625055 0.9039 -4.358426747 0.8053 -6.955852379
0.8377 -6.661145254 0.8667 -6.355462942 0.8809 -6.118102026 0.7975 -7.115148017 0.8162 -6.815308569
0.8515 -6.519993057 0.8766 -6.204119983 0.8885 -5.853871964 0.8859 -6.109523091 0.8959 -5.79832982
0.8913 -5.482672118 0.8959 -5.171791386 0.8971 -4.851705903 0.9021 -4.517126416 0.909 -4.143573228
0.9139 -3.709075441 0.9199 -3.499489089 0.8692 -6.300769497 0.8872 -5.953504836 0.89 -5.642065153
0.891 -5.031376979 0.8977 -4.680685696 0.9035 -4.329846955 0.9078 -3.928486195 0.7675 -8.56735134
0.7705 -8.363211311 0.7713 -8.107682739 0.7736 -7.823908741 0.7775 -7.522878745 0.7841 -7.218819279
0.7971 -6.920818754 0.8329 -6.628932138 0.8641 -6.323946875 0.8804 -5.991399828 0.7668 -8.781464495
0.7633 -8.663140179 0.7678 -8.473531488 0.7697 -8.247337057 0.77 -7.971428747 0.7749 -7.676129393
0.7796 -7.352812702 0.7897 -7.072065318 0.8131 -6.774174009 0.8498 -6.478861916 0.8741 -6.159517513
0.8061 -6.835647144 0.846 -6.53165267 0.8751 -6.224098421 0.8856 -5.910094889 0.8919 -5.598599459
0.8934 -5.290645224 0.894 -4.974284616 0.8957 -4.64454848 0.9047 -4.290560426 0.9129 -3.885055584
0.9209 -3.408378962 0.9219 -3.13200249 0.7739 -8.726767166 0.7681 -8.66695597 0.7665 -8.511026475
0.7703 -8.165388579 0.7702 -7.886056648 0.7761 -7.588043762 0.7809 -7.283412422 0.7961 -6.995678626
0.8253 -6.691862621 0.8602 -6.392544977 0.8809 -6.067374056 0.8301 -6.684029655 0.8664 -6.378719832
0.8834 -6.065855188 0.8898 -5.752272167 0.8964 -5.132414673 0.8963 -4.811352704 0.9074 -4.098269308
0.9119 -3.66174277 0.9228 -3.2644011
"""
#: What Wampler3 adds to Wampler1; a hundred and ten thousand times as much in Wampler4 and Wampler5.
NOISE = (759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048)
WAMPLER_ERRORS = (2152.32624678170, 2363.55173469681, 779.343524331583, 101.475507550350, 5.64566512170752,
                  0.112324854679312)  # fmt: skip

#: Name -> coefficients with the constant first, their standard deviations, R².
CERTIFIED = {
    "Norris": ((-0.262323073774029, 1.00211681802045), (0.232818234301152, 0.429796848199937e-3), 0.999993745883712),
    "Pontius": (
        (0.673565789473684e-3, 0.732059160401003e-6, -0.316081871345029e-14),
        (0.107938612033077e-3, 0.157817399981659e-9, 0.486652849992036e-16), 0.999999900178537,
    ),
    "Longley": (
        (-3482258.63459582, 15.0618722713733, -0.358191792925910e-1, -2.02022980381683, -1.03322686717359,
         -0.511041056535807e-1, 1829.15146461355),
        (890420.383607373, 84.9149257747669, 0.334910077722432e-1, 0.488399681651699, 0.214274163161675,
         0.226073200069370, 455.478499142212), 0.995479004577296,
    ),
    "Wampler1": ((1.0,) * 6, (0.0,) * 6, 1.0),
    "Wampler2": ((1.0, 0.1, 0.01, 0.001, 0.0001, 0.00001), (0.0,) * 6, 1.0),
    "Wampler3": ((1.0,) * 6, WAMPLER_ERRORS, 0.999995559025820),
    "Wampler4": ((1.0,) * 6, tuple(100 * s for s in WAMPLER_ERRORS), 0.957478440825662),
    "Wampler5": ((1.0,) * 6, tuple(10_000 * s for s in WAMPLER_ERRORS), 0.224668921574940e-2),
}  # fmt: skip
#: The constants of these, 1, are what is left of a mean of 600,000 once five powers are taken out, with errors of
#: 200,000 and 20,000,000. They are shown nowhere; least squares by Householder has as many digits.
CONSTANT = {"Wampler4": 8, "Wampler5": 6}


def numbers(text: str, width: int) -> np.ndarray:
    return np.array(text.split(), float).reshape(-1, width)


def powers(y, x, degree: int) -> pd.DataFrame:
    return pd.DataFrame({"y": y, **{f"x{k}": np.asarray(x, float) ** k for k in range(1, degree + 1)}})


def data_set(name: str) -> pd.DataFrame:
    """``y`` and the drivers ``x1, x2 ...``."""
    if name == "Norris":
        y, x = numbers(NORRIS, 2).T
        return powers(y, x, 1)
    if name == "Pontius":
        return powers(numbers(PONTIUS, 1)[:, 0], 150_000 * np.tile(np.arange(1, 21), 2), 2)
    if name == "Longley":
        return pd.DataFrame(numbers(LONGLEY, 7), columns=["y", *(f"x{k}" for k in range(1, 7))])
    if name == "Filip":
        y, x = numbers(FILIP, 2).T
        return powers(y, x, 10)
    x = np.arange(21)
    if name == "Wampler2":  # as published: five decimals
        return powers(np.round(sum((x / 10.0) ** k for k in range(6)), 5), x, 5)
    noise = np.r_[NOISE, NOISE[-2::-1]] * {"Wampler1": 0, "Wampler3": 1, "Wampler4": 100, "Wampler5": 10_000}[name]
    return powers(sum(x.astype(float) ** k for k in range(6)) + noise, x, 5)


def digits(found, certified) -> float:
    """The fewest right digits, by the log relative error; absolute where the certified value is 0."""
    found, certified = np.atleast_1d(found), np.atleast_1d(certified)
    error = np.abs(found - certified) / np.where(certified == 0, 1, np.abs(certified))
    return float(-np.log10(np.maximum(error, 1e-15)).min())


def drivers_of(frame: pd.DataFrame):
    names = [name for name in frame if name != "y"]
    return cx.Study(frame, guess=False).drivers("mean:y", names, interval=None).model


def fit_of(frame, names, covariance="nonrobust"):
    design = Design(tuple(Column(name, (name,)) for name in (*names, "y")))
    grams = count_grams(frame, design, blocks=False)
    gram, rows = grams.parts[0], grams.rows

    def residuals(solved):
        if rows is None:
            return engine_residuals(frame, design, gram, solved)
        return row_residuals(rows, gram, solved)

    return fit_linear(gram, residuals, covariance=covariance)[0]


def test_the_data_are_those_of_nist():
    """Sums that the certified values do not depend on alone."""
    assert {name: len(data_set(name)) for name in CERTIFIED} == {
        "Norris": 36, "Pontius": 40, "Longley": 16, **{f"Wampler{k}": 21 for k in range(1, 6)},
    }  # fmt: skip
    assert data_set("Wampler3")["y"].tolist()[:3] + data_set("Wampler3")["y"].tolist()[-2:] == [
        760, -2042, 2111, 2611612, 3369180,
    ]  # fmt: skip
    assert data_set("Wampler5")["y"].tolist()[:5] == [7590001, -20479994, 20480063, -20479636, 25231365]
    assert data_set("Wampler2")["y"].tolist()[:4] == [1, 1.11111, 1.24992, 1.42753]
    assert len(data_set("Filip")) == 82


@pytest.mark.parametrize("name", CERTIFIED)
def test_nist_strd_certified_coefficients_and_r2_to_nine_digits_through_drivers(name):
    coef, _, r2 = CERTIFIED[name]
    model = drivers_of(data_set(name))
    assert digits(model.fit.coef, coef[1:]) >= 9
    assert digits(model.fit.constant, coef[:1]) >= CONSTANT.get(name, 9)
    assert digits(model.fit.r2, r2) >= 9
    assert not {"aliased"} & {c.key for c in model.cautions}


@pytest.mark.parametrize("name", CERTIFIED)
@pytest.mark.parametrize("engine", ["pandas", "duckdb", "polars"])
def test_nist_strd_certified_standard_deviations_to_nine_digits(name, engine):
    import duckdb
    import polars as pl

    frame, (coef, errors, r2) = data_set(name), CERTIFIED[name]
    names = [n for n in frame if n != "y"]
    made = {"pandas": lambda: frame, "duckdb": lambda: duckdb.connect().from_df(frame),
            "polars": lambda: pl.from_pandas(frame).lazy()}[engine]()  # fmt: skip
    fit = fit_of(made, names)
    assert digits(fit.coef, coef[1:]) >= 9
    assert digits(fit.r2, r2) >= 9
    if errors[0]:
        assert digits(fit.std_err, errors[1:]) >= 9
    else:  # exact polynomials: the residual is rounding, far below the coefficients
        assert (fit.std_err <= 1e-9 * np.abs(fit.coef)).all()


def test_nist_strd_filip_is_said_to_be_tied_by_name():
    """Condition 1e15: which power does what cannot be told by numbers of 16 digits, and no coefficient is claimed."""
    model = drivers_of(data_set("Filip"))
    (said,) = [c for c in model.cautions if c.key == "aliased"]
    assert set(said.drivers) == {f"x{k}" for k in range(1, 11)}
    assert "cannot be told apart" in str(said)
    assert np.isnan(model.vif).all()
    # What the directions that are left explain, never more than the certified R².
    assert 0.99 < model.fit.r2 <= 0.996727416185620 + 1e-9
    assert np.isnan(model.fit.coef).all()  # none is claimed
    assert np.isnan(model.p).all()
    assert np.isfinite(model.importance).all()
