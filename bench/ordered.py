"""The ordered logit of a 0-10 score on 20 drivers: Newton with analytic derivatives, or statsmodels' OrderedModel.

Measured: ``fit_ordered`` (estimates, model-based errors and average effects in NPS points), then Brant's test of
parallel lines, which the peer has not; and ``OrderedModel.fit`` by BFGS with its errors. Answers are 1-5 ratings
that move together. Coefficients must agree within a hundredth of their standard error, errors within 1e-4, and the
log-likelihood may not be below the peer's. ``--full`` takes 1,000,000 rows (the peer needs minutes),
``--small`` (the default) 20,000.

    python bench/ordered.py [--full | --small | --rows N] [--repeats N]
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path
from typing import Any

import paired

DRIVERS, SEED, SMALL, FULL = 20, 20260105, 20_000, 1_000_000
NAMES = [f"d{j}" for j in range(DRIVERS)]
POINTS = {float(k): 100.0 * (k >= 9) - 100.0 * (k <= 6) for k in range(11)}


def answers(n: int) -> tuple[Any, Any]:
    """Ratings (n, 20) and scores (n,), the same in every case."""
    import numpy as np

    rng = np.random.default_rng(SEED)
    x = rng.normal(size=(n, DRIVERS))
    x *= 0.8
    x += 0.6 * rng.normal(size=(n, 1))
    np.clip(np.round(3.4 + x, out=x), 1, 5, out=x)
    latent = (x - 3.4) @ np.linspace(0.02, 0.35, DRIVERS) + rng.logistic(size=n)
    return x, np.digitize(latent, [-5, -4.5, -4, -3.4, -2.8, -1.9, -1, 0.2, 1.6, 2.9]).astype(float)


def cxkit_newton(n: str, clock: paired.Clock) -> dict[str, Any]:
    from cxkit.keydrivers.models.cumulative import cumulative, maximum
    from cxkit.keydrivers.models.ordered import fit_ordered
    from cxkit.keydrivers.models.parallel import parallel_lines
    from cxkit.keydrivers.models.rows import Rows

    rows = Rows.of(*answers(int(n)), NAMES)
    clock.start()
    fit = fit_ordered(rows, values=POINTS, covariance="nonrobust", parallel=False)
    clock.lap("fit")
    model = cumulative(rows)
    params = maximum(model).params
    clock.start()
    parallel_lines(model, params)
    clock.lap("parallel lines")
    return {"coef": fit.coef, "std_err": fit.std_err, "likelihood": [fit.log_likelihood]}


def statsmodels_bfgs(n: str, clock: paired.Clock) -> dict[str, Any]:
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    x, y = answers(int(n))
    clock.start()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = OrderedModel(y, x, distr="logit").fit(method="bfgs", maxiter=500, disp=0)
        errors = fit.bse[:DRIVERS]
    clock.lap("fit")
    return {"coef": fit.params[:DRIVERS], "std_err": errors, "likelihood": [fit.llf]}


CASES: dict[str, paired.Case] = {"cxkit": cxkit_newton, "statsmodels": statsmodels_bfgs}


def check(ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    """How far the two are apart; fails where they are not the same estimate."""
    import numpy as np

    away = np.abs(ours["coef"] - theirs["coef"])
    errors = np.abs(ours["std_err"] / theirs["std_err"] - 1).max()
    gain = float(ours["likelihood"][0] - theirs["likelihood"][0])
    # BFGS stops some 1e-5 short of the maximum, which at a million rows is four thousandths of an error.
    assert (away / ours["std_err"]).max() < 0.01, f"coefficients {away.max():.1e} apart"
    assert errors < 1e-4, f"errors {errors:.1e} apart"
    assert gain > -1e-9 * abs(theirs["likelihood"][0]), f"log-likelihood {gain:.3g} below the peer's"
    return f"coefficients {away.max():.1e}, errors {errors:.1e} apart; log-likelihood {gain:+.1e}"


def compare(options: argparse.Namespace) -> None:
    """Run the cases and print what they cost."""
    n = options.rows or (FULL if options.full else SMALL)
    with paired.scratch() as folder:
        runs, held = paired.measure(
            str(Path(__file__).resolve()), list(CASES), tiny="2000", data=str(n), folder=folder, repeats=options.repeats
        )
    rows = []
    for name, lap in (("cxkit", "fit"), ("cxkit", "parallel lines"), ("statsmodels", "fit")):
        wall, cpu, rss = (paired.column(runs[name], [lap], w) for w in ("wall", "cpu", "rss"))
        rows.append([f"{name}: {lap}", paired.spread(wall), paired.spread(cpu), f"{max(rss):.0f}"])
    print(f"n = {n:,}, {DRIVERS} drivers, 11 categories")
    print(paired.table(["", "wall s", "CPU s", "peak MB"], rows))
    for what in ("wall", "cpu"):
        times = [paired.column(runs[name], ["fit"], what) for name in ("statsmodels", "cxkit")]
        print(f"{what}: statsmodels takes {paired.ratio(*times):.0f}x as long")
    print(check(held["cxkit"], held["statsmodels"]))


def main() -> None:
    parser = paired.parser(__doc__.splitlines()[0], repeats=3)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--full", action="store_true", help=f"{FULL:_} rows")
    size.add_argument("--small", action="store_true", help=f"{SMALL:_} rows (default)")
    size.add_argument("--rows", type=int, help="so many rows")
    options = parser.parse_args()
    if options.case:
        name, *places = options.case
        paired.serve(CASES[name], *places)
    else:
        compare(options)


if __name__ == "__main__":
    main()
