"""BG/NBD and Gamma-Gamma on a base of CDNOW's size, side by side with ``lifetimes``, and on 100,000 customers.

- ``fit``: both models fitted on 2,357 customers drawn from the published parameters, and purchases of each over 52 weeks
  forecast; the peer is ``lifetimes`` (BetaGeoFitter, GammaGammaFitter), where it is installed. Fits alone: the peer has
  no interval. Likelihoods must agree to 1e-6, parameters to 0.5 %.
- ``whole``: ``cx.purchases`` from the table of orders, with 200 parametric bootstrap fits of both models and intervals.
- ``large``: the same of 100,000 customers.
- ``--coverage N``: how often the 95 % intervals of N samples of 1,000 customers hold the truth.
- With ``lifetimes`` installed, also the published fit of the CDNOW data that it ships (worked example V8).

Each case in fresh processes with one BLAS thread, in turn.

    python bench/lifetime_value.py [--rows N] [--repeats N] [--coverage N]

(Not called lifetimes.py: it would be imported in place of the peer.)
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

import numpy as np
from paired import Case, Clock, Numbers, column, measure, parser, ratio, scratch, serve, spread, table

BUYING, SPEND, SEED = np.array([0.243, 4.414, 0.793, 2.426]), np.array([6.25, 3.74, 15.44]), 20261122
CDNOW, WEEKS = 2357, 39


def drawn(n: int, seed: int) -> dict[str, Any]:
    """Orders of n customers who come in 12 weeks and are seen until week 39, as arrays."""
    rng = np.random.default_rng(seed)
    r, alpha, a, b = BUYING
    p, q, v = SPEND
    first = rng.integers(0, 84, n)
    last = rng.geometric(np.maximum(rng.beta(a, b, n), 1e-12))
    length = 7 * WEEKS - first
    who = np.repeat(np.arange(n), rng.poisson(rng.gamma(r, 1 / alpha, n) * length / 7))
    day = first[who] + np.ceil(rng.random(len(who)) * length[who])
    place = np.lexsort((day, who))
    who, day = who[place], day[place]
    start = np.concatenate([[0], np.bincount(who, minlength=n).cumsum()])[:-1]
    kept = np.arange(len(who)) - start[who] < last[who]
    who, day = np.concatenate([np.arange(n), who[kept]]), np.concatenate([first, day[kept]])
    return {
        "customer": who,
        "day": day.astype(np.int64),
        "amount": rng.gamma(p, 1 / rng.gamma(q, 1 / v, n)[who]) + 0.01,
    }


def summed(orders: dict[str, Any]) -> tuple[Any, Any, Any, Any]:
    """Repeat purchases, recency, age in weeks, mean repeat value: one entry a customer."""
    import pandas as pd

    days = pd.DataFrame(orders).groupby(["customer", "day"], as_index=False)["amount"].sum()
    first = days.groupby("customer")["day"].transform("min")
    later = days[days["day"] > first]
    each = days.groupby("customer")["day"].agg(["min", "max", "size"])
    mean = later.groupby("customer")["amount"].mean().reindex(each.index).to_numpy()
    x = each["size"].to_numpy() - 1.0
    return x, (each["max"] - each["min"]).to_numpy() / 7, (7 * WEEKS - each["min"]).to_numpy() / 7, mean


def held(path: str) -> dict[str, Any]:
    with np.load(path) as data:
        return dict(data)


def ours_fit(path: str, clock: Clock) -> Numbers:
    from cxkit.stats.buying.bgnbd import buyer_counts, fit_bgnbd
    from cxkit.stats.buying.bgnbd_forecast import purchases_ahead
    from cxkit.stats.buying.gammagamma import fit_gamma_gamma

    x, recency, age, mean = summed(held(path))
    back = x > 0
    clock.start()
    buying = fit_bgnbd(buyer_counts(x, recency, age))
    spend = fit_gamma_gamma(x[back], mean[back])
    ahead = purchases_ahead(buying.params, 52.0, x, recency, age)
    clock.lap("fit")
    return {"buying": buying.params, "spend": spend.params, "loglik": [buying.loglik], "ahead": [ahead.sum()]}


def peer_fit(path: str, clock: Clock) -> Numbers:
    import warnings

    warnings.simplefilter("ignore")
    from lifetimes import BetaGeoFitter, GammaGammaFitter

    x, recency, age, mean = summed(held(path))
    back = x > 0
    clock.start()
    buying = BetaGeoFitter(penalizer_coef=0.0).fit(x, recency, age)
    spend = GammaGammaFitter(penalizer_coef=0.0).fit(x[back], mean[back])
    ahead = buying.conditional_expected_number_of_purchases_up_to_time(52.0, x, recency, age)
    clock.lap("fit")
    params = np.array([buying.params_[k] for k in ("r", "alpha", "a", "b")])
    from cxkit.stats.buying.bgnbd import buyer_counts, log_likelihood

    return {
        "buying": [buying.params_[k] for k in ("r", "alpha", "a", "b")], "spend": [spend.params_[k] for k in "pqv"],
        "loglik": [log_likelihood(params, buyer_counts(x, recency, age))[0]], "ahead": [np.sum(ahead)],
    }  # fmt: skip


def ours_whole(path: str, clock: Clock) -> Numbers:
    import pandas as pd

    from cxkit.value.lifetimes import purchases

    orders = held(path)
    frame = pd.DataFrame({
        "customer": orders["customer"], "amount": orders["amount"],
        "date": pd.Timestamp("1997-01-01") + pd.to_timedelta(orders["day"], unit="D"),
    })  # fmt: skip
    clock.start()
    found = purchases(frame, id="customer", date="date", revenue="amount", margin=0.3, discount=0.1,
                      end=pd.Timestamp("1997-01-01") + pd.Timedelta(days=7 * WEEKS))  # fmt: skip
    clock.lap("whole")
    item = found["value_total"]
    return {"value": [item.low, item.estimate, item.high]}


CASES: dict[str, Case] = {"ours_fit": ours_fit, "peer_fit": peer_fit, "whole": ours_whole, "large": ours_whole}


def published() -> None:
    """V8: the fit of the CDNOW data that ``lifetimes`` ships."""
    import warnings

    warnings.simplefilter("ignore")
    from lifetimes.datasets import load_cdnow_summary_data_with_monetary_value

    from cxkit.stats.buying.bgnbd import buyer_counts, fit_bgnbd
    from cxkit.stats.buying.gammagamma import fit_gamma_gamma, population_spend

    data = load_cdnow_summary_data_with_monetary_value()
    x, recency, age, mean = (data[k].to_numpy(float) for k in ("frequency", "recency", "T", "monetary_value"))
    found = fit_bgnbd(buyer_counts(x, recency, age))
    spend = fit_gamma_gamma(x[x > 0], mean[x > 0])
    print(f"V8, {len(x):,} customers: r alpha a b {np.round(found.params, 3)} logLik {found.loglik:.1f}")
    print("  published: .243 4.414 .793 2.426, -9582.4")
    print(f"  Gamma-Gamma p q v {np.round(spend.params, 2)}, mean spend {population_spend(spend.params):.2f}")
    assert np.allclose(np.round(found.params, 3), BUYING)
    assert round(found.loglik, 1) == -9582.4


def coverage(samples: int) -> None:
    """How often 95 % intervals hold the truth: parameters, and purchases that then happen."""
    from cxkit.stats.buying.bgnbd import simulated_buyers
    from cxkit.stats.buying.bgnbd_forecast import simulated_ahead
    from cxkit.stats.buying.gammagamma import simulated_spend
    from cxkit.value.lifetimes.forecast import Base, fitted, forecast

    names = ("r", "alpha", "a", "b", "p", "q", "v", "purchases ahead")
    hits = np.zeros(len(names))
    for seed in range(samples):
        rng = np.random.default_rng([SEED, seed])
        age = rng.uniform(27, 39, 1000)
        x, recency = simulated_buyers(BUYING, age, rng)
        mean = np.where(x > 0, simulated_spend(SPEND, np.maximum(x, 1), rng), np.nan)
        base = Base(x.astype(float), recency, age, mean)
        models = fitted(base, draws=200, rng=rng, money=True)
        ahead = forecast(base, models, horizon=39.0, a_year=52.18, discount=0.0, rng=rng)
        happened = simulated_ahead(BUYING, 39.0, x, recency, age, rng).sum()
        drawn_ = np.column_stack([models.draws, models.spend_draws, ahead.total_purchases])
        low, high = np.quantile(drawn_, [0.025, 0.975], axis=0)
        truth = np.array([*BUYING, *SPEND, happened])
        hits += (low <= truth) & (truth <= high)
    print(f"coverage of 95 % intervals over {samples} samples of 1,000 customers:")
    for name, share in zip(names, 100 * hits / samples, strict=True):
        print(f"  {name:<16} {share:5.1f} %")


def main() -> None:
    out = parser(__doc__.splitlines()[0], rows=100_000)
    out.add_argument("--coverage", type=int, default=0, metavar="N", help="samples of the coverage simulation")
    options = out.parse_args()
    os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    if options.case:
        name, *places = options.case
        serve(CASES[name], *places)
        return
    if options.coverage:
        coverage(options.coverage)
        return
    peer = importlib.util.find_spec("lifetimes") is not None
    script = str(Path(__file__).resolve())
    with scratch() as folder:
        places = {}
        for name, n in (("tiny", 200), ("cdnow", CDNOW), ("large", options.rows)):
            places[name] = str(Path(folder) / f"{name}.npz")
            np.savez(places[name], **drawn(n, SEED))

        def run(names: list[str], data: str) -> Any:
            return measure(
                script, names, tiny=places["tiny"], data=places[data], folder=folder, repeats=options.repeats
            )

        fits, numbers = run(["ours_fit", *(["peer_fit"] if peer else [])], "cdnow")
        whole, _ = run(["whole"], "cdnow")
        large, _ = run(["large"], "large")
    cpu = {name: column(fits[name], ["fit"], "cpu") for name in fits}
    rows = [[f"fit and forecast, {CDNOW:,} customers, cxkit", spread(cpu["ours_fit"], 4), ""]]
    if peer:
        rows.append(
            ["the same, lifetimes", spread(cpu["peer_fit"], 4), f"1/{1 / ratio(cpu['ours_fit'], cpu['peer_fit']):.0f}"]
        )
    rows.append(
        [f"cx.purchases with 200 + 200 bootstrap fits, {CDNOW:,}", spread(column(whole["whole"], ["whole"], "cpu")), ""]
    )
    rows.append([f"cx.purchases, {options.rows:,} customers", spread(column(large["large"], ["whole"], "cpu")), ""])
    print(table(["", "CPU s", "cxkit/peer"], rows))
    print(f"{options.rows:,} customers, wall: {spread(column(large['large'], ['whole'], 'wall'))} s")
    if not peer:
        print("lifetimes is not installed: no peer, and V8 is not shown")
        return
    ours, theirs = numbers["ours_fit"], numbers["peer_fit"]
    away = abs(float(ours["loglik"][0]) / float(theirs["loglik"][0]) - 1)
    assert away < 1e-6, f"log-likelihoods differ: {ours['loglik'][0]} and {theirs['loglik'][0]}"
    for name in ("buying", "spend", "ahead"):
        assert np.allclose(ours[name], theirs[name], rtol=5e-3), f"{name}: {ours[name]} and {theirs[name]}"
    print(f"same log-likelihood ({ours['loglik'][0]:.4f} and {theirs['loglik'][0]:.4f}), parameters within 0.5 %")
    published()


if __name__ == "__main__":
    main()
