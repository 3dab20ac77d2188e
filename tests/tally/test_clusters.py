"""Sums over respondents, crossed, paired and matched in time: every engine equals a plain loop over the rows."""

from __future__ import annotations

import datetime as dt
import warnings
from collections import defaultdict
from itertools import product

import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.metrics.functions import metric_of
from cxkit.study.shared import crossed, moves_between, paired
from cxkit.tally.engine import first_day

NPS = metric_of("nps")
CENTRE = 3.0


def rows(n: int = 90, seed: int = 4) -> pd.DataFrame:
    """Answers of 25 respondents over ten weeks about New Year; every column has holes."""
    rng = np.random.default_rng(seed)
    day = pd.Timestamp("2025-11-24 09:30") + pd.to_timedelta(rng.integers(0, 70, n) * 24 + rng.integers(0, 14, n), "h")

    def holes(values, share):
        return [None if gone else v for v, gone in zip(values, rng.random(n) < share, strict=True)]

    return pd.DataFrame({
        "who": pd.Series(holes([f"r{k}" for k in rng.integers(0, 25, n)], 0.1), dtype="str"),
        "site": pd.Series(holes(rng.choice(list("ABC"), n).tolist(), 0.1), dtype="str"),
        "score": pd.Series(holes(rng.integers(0, 11, n).tolist(), 0.1), dtype="float64"),
        "w": pd.Series(holes(rng.choice([0.0, 0.5, 1.0, 2.25], n, p=[0.1, 0.3, 0.3, 0.3]).tolist(), 0.1), dtype="float64"),
        "day": pd.Series(pd.to_datetime(pd.Series(holes(day.tolist(), 0.1)))).astype("datetime64[us]"),
    })  # fmt: skip


def arrow(frame):
    import pyarrow as pa

    return pa.Table.from_pandas(frame, preserve_index=False)


def polars(frame):
    import polars as pl

    return pl.DataFrame(arrow(frame))


def duck(frame):
    import duckdb

    return duckdb.connect().from_arrow(arrow(frame))


def dask(frame):
    import dask.dataframe as dd

    return dd.from_pandas(frame, npartitions=3)


def ibis_table(frame):
    import ibis

    return ibis.memtable(arrow(frame))


def zoned(frame):
    return frame.assign(day=frame["day"].dt.tz_localize("Europe/Paris"))


ENGINES = {
    "pandas": lambda f: f, "pandas_zoned": zoned, "pandas_pyarrow": lambda f: f.convert_dtypes(dtype_backend="pyarrow"),
    "polars": polars, "polars_lazy": lambda f: polars(f).lazy(), "polars_zoned": lambda f: polars(zoned(f)),
    "pyarrow": arrow, "duckdb": duck, "dask": dask, "ibis": ibis_table,
}  # fmt: skip


@pytest.fixture(params=ENGINES)
def engine(request):
    def make(frame):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of making the frame, not of counting it
            return ENGINES[request.param](frame)

    return make


def study(frame, **roles) -> cx.Study:
    return cx.Study(frame, nps="score", date="day", guess=False, **{"id": "who"} | roles)


def answers(frame: pd.DataFrame, *, weighted: bool, freq: str | None = None):
    """(respondent or None, group, weight, value, row) of every answer that counts."""
    for i, r in enumerate(frame.itertuples()):
        weight = r.w if weighted else 1.0
        if pd.isna(r.score) or pd.isna(weight) or weight == 0:
            continue
        who, site = (None if pd.isna(x) else x for x in (r.who, r.site))
        when = None if pd.isna(r.day) else first_day(r.day.date(), freq) if freq else r.day
        yield who, (site, when) if freq else (site,), weight, NPS.value(r.score), i


def totals(frame, *, weighted, freq=None, lone=True):
    """cluster -> group -> [W, T, answers]; a row without a respondent is a cluster of its own."""
    out = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0, 0]))
    for who, group, w, v, i in answers(frame, weighted=weighted, freq=freq):
        if who is None and not lone:
            continue
        held = out[who if who is not None else i][group]
        held[0], held[1], held[2] = held[0] + w, held[1] + w * (v - CENTRE), held[2] + 1
    return out


@pytest.mark.parametrize(("weighted", "freq"), [(False, None), (True, None), (False, "W"), (True, "M"), (True, "Q")])
def test_crossed_sums_are_those_of_a_loop_on_every_engine(engine, weighted, freq):
    frame = rows()
    made = study(engine(frame), **({"weight": "w"} if weighted else {}))
    found = crossed(made, "nps", NPS.value, by="site", freq=freq, centre=CENTRE)
    expected, clusters, others = defaultdict(lambda: np.zeros(4)), defaultdict(int), defaultdict(set)
    for held in totals(frame, weighted=weighted, freq=freq).values():
        for (a, (wa, ta, _)), (b, (wb, tb, _)) in product(held.items(), held.items()):
            expected[a, b] += (wa * wb, wa * tb, ta * wb, ta * tb)
        for group in held:
            clusters[group] += 1
    summed = defaultdict(lambda: np.zeros(4))
    for p, (a, b) in enumerate(zip(found.first, found.second, strict=True)):
        summed[found.keys[a], found.keys[b]] += (found.ww[p], found.wt[p], found.tw[p], found.tt[p])
    assert summed.keys() == expected.keys()
    for pair, sums in expected.items():
        np.testing.assert_allclose(summed[pair], sums, rtol=1e-10, atol=1e-9)
    assert dict(zip(found.keys, found.clusters.tolist(), strict=True)) == dict(clusters)
    # Clusters of the other groups of the block, rows without a respondent aside.
    named = totals(frame, weighted=weighted, freq=freq, lone=False)
    for who, held in named.items():
        for group in held:
            for key in found.keys:
                if key != group and (freq is None or (key[-1] == group[-1] and key[-1] is not None)):
                    others[key].add(who)
    for key, n in zip(found.keys, found.others.tolist(), strict=True):
        if freq is None or key[-1] is not None:
            assert n == len(others[key]), key


def test_the_design_is_the_sample_before_any_filter(engine):
    frame = rows()
    made = study(engine(frame), weight="w")
    whole = crossed(made, "nps", NPS.value, by="site")
    part = crossed(made.filter(site="A"), "nps", NPS.value, by="site")
    heavy = frame[frame["w"].fillna(0) > 0]
    design = heavy["who"].nunique() + int(heavy["who"].isna().sum())
    assert whole.design == part.design == design
    assert part.keys == (("A",),)


@pytest.mark.parametrize("freq", ["W", "M"])
@pytest.mark.parametrize("weighted", [False, True])
def test_paired_sums_are_those_of_a_loop_on_every_engine(engine, weighted, freq):
    frame = rows(200, seed=7)
    made = study(engine(frame), **({"weight": "w"} if weighted else {}))
    found = paired(made, "nps", NPS.value, by="site", freq=freq, centre=CENTRE)
    expected, n = defaultdict(lambda: defaultdict(float)), defaultdict(int)
    for held in totals(frame, weighted=weighted, freq=freq, lone=False).values():
        for (a, (wa, ta, ka)), (b, (wb, tb, kb)) in product(held.items(), held.items()):
            w, y, z = (wa / ka + wb / kb) / 2, ta / wa, tb / wb
            n[a, b] += 1
            sums = expected[a, b]
            sums["w"] += w
            sums["q"] += w * w
            for name, v in (("a", y), ("b", z), ("d", y - z)):
                sums[f"w{name}"] += w * v
                sums[f"q{name}"] += w * w * v
                sums[f"q{name}{name}"] += w * w * v * v
    pairs = [(found.keys[a], found.keys[b]) for a, b in zip(found.first, found.second, strict=True)]
    assert len(set(pairs)) == len(pairs)  # a pair of weeks is one row, not one a pair of days
    assert dict(zip(pairs, found.n.tolist(), strict=True)) == dict(n)
    for p, pair in enumerate(pairs):
        for name, value in expected[pair].items():
            assert found.sums[name][p] == pytest.approx(value, rel=1e-10, abs=1e-9), (pair, name)


def waves(n: int = 60, seed: int = 11) -> pd.DataFrame:
    frame = rows(n, seed)
    rng = np.random.default_rng(seed)
    frame["day"] = pd.to_datetime(rng.choice(["2026-01-07 08:00", "2026-02-28 23:30"], n)).astype("datetime64[us]")
    frame["out"] = pd.Series([None if x < 0.1 else "Oui" if x < 0.4 else "Non" for x in rng.random(n)], dtype="str")
    return frame


BANDS = (-100.0, 0.0, 100.0)


def kinds(frame: pd.DataFrame, *, weighted: bool):
    """(before, after, gone, band, segment) -> [answers before, after, respondents, sums, products]; and cross products."""
    people = defaultdict(lambda: {"a": [], "b": [], "gone": False})
    early = frame["day"] < pd.Timestamp("2026-02-01")
    for who, (site,), w, v, i in answers(frame, weighted=weighted):
        side = "a" if early.iloc[i] else "b"
        person = people[who if who is not None else i]
        person[side].append((w, w * v, site))
        person["gone"] |= side == "a" and frame["out"].iloc[i] == "Oui"
    out = defaultdict(lambda: [0, 0, 0, np.zeros(4), np.zeros((4, 4))])
    cross = defaultdict(lambda: np.zeros((4, 4)))
    for person in people.values():
        a, b = person["a"], person["b"]
        band = int(np.searchsorted([-50.0, 50.0], sum(r[1] for r in a) / sum(r[0] for r in a))) if a else -1
        facts = (bool(a), bool(b), person["gone"], band)
        x = {site: np.array([sum(r[k] for r in rows if r[2] == site) for rows in (a, b) for k in (0, 1)])
             for site in {r[2] for r in (*a, *b)}}  # fmt: skip
        for site, sums in x.items():
            held = out[*facts, (site,)]
            for k, rows in enumerate((a, b)):
                held[k] += sum(r[2] == site for r in rows)
            held[2] += site == min(x, key=lambda s: s or "")  # everybody is counted once
            held[3] += sums
            held[4] += np.outer(sums, sums)
            for other in x:
                if other != site:
                    cross[(*facts, (site,)), (*facts, (other,))] += np.outer(sums, x[other])
    return out, cross


@pytest.mark.parametrize("weighted", [False, True])
def test_moves_are_those_of_a_loop_on_every_engine(engine, weighted):
    frame = waves()
    made = study(engine(frame), churned="out", **({"weight": "w"} if weighted else {}))
    before, after = made.between("2026-01-01", "2026-02-01"), made.between("2026-02-01", "2026-03-01")
    moves, centre = moves_between(before, "nps", NPS.value, after=after, bands=BANDS, segment="site")
    assert centre == 0
    expected, across = kinds(frame, weighted=weighted)
    found = defaultdict(lambda: [0, 0, 0, np.zeros(4), np.zeros((4, 4))])
    keys = [
        (bool(moves.before[k]), bool(moves.after[k]), bool(moves.gone[k]), int(moves.band[k]), moves.segment[k])
        for k in range(len(moves.units))
    ]
    for k, key in enumerate(keys):
        held = found[key]
        held[0], held[1], held[2] = (
            x + y for x, y in zip(held[:3], (moves.n_before[k], moves.n_after[k], moves.units[k]), strict=True)
        )
        held[3] += moves.total[k]
        held[4] += moves.product[k]
    assert found.keys() == expected.keys()
    for key, held in expected.items():
        assert [int(x) for x in found[key][:3]] == held[:3], key
        np.testing.assert_allclose(found[key][3], held[3], rtol=1e-10, atol=1e-9)
        np.testing.assert_allclose(found[key][4], held[4], rtol=1e-10, atol=1e-9)
    shared = {(keys[a], keys[b]): x for a, b, x in zip(moves.first, moves.second, moves.cross, strict=True)}
    shared |= {(b, a): x.T for (a, b), x in shared.items()}
    assert shared.keys() == across.keys()
    for pair, products in across.items():
        np.testing.assert_allclose(shared[pair], products, rtol=1e-10, atol=1e-9)


def test_answers_that_only_the_later_period_holds_have_their_value(engine):
    """Found in review: values were taken from the answers of the earlier period alone."""
    frame = pd.DataFrame({
        "who": ["a", "b", "a", "b"], "score": [10.0, 10.0, 0.0, 8.0],
        "day": pd.to_datetime(["2026-01-02"] * 2 + ["2026-02-02"] * 2).astype("datetime64[us]"),
    })  # fmt: skip
    found = cx.why(study(engine(frame)), "nps", period="2026-02")
    assert (found.before, found.after, found.estimate[0]) == (100, -50, -150)


def test_nobody_twice_is_no_cluster(engine):
    frame = rows().drop_duplicates("who").dropna(subset="who")
    assert crossed(study(engine(frame)), "nps", NPS.value, by="site") is None


def test_numbers_of_periods_are_their_first_days():
    from cxkit.tally.clusters import _day

    days = [dt.date(1999, 12, 31) + dt.timedelta(days=k) for k in range(0, 800, 3)]
    for day in days:
        numbers = {"D": day.toordinal(), "W": (day.toordinal() - 1) // 7, "M": day.year * 12 + day.month - 1,
                   "Q": (day.year * 12 + day.month - 1) // 3, "Y": day.year}  # fmt: skip
        for freq, number in numbers.items():
            assert _day(number, freq) == first_day(day, freq)


GONE = {
    "bool": ([True, False, True, False], "bool"), "int": ([1, 0, 1, 0], "int64"),
    "float": ([1.0, 0.0, None, 0.0], "float64"), "text": (["Oui", "Non", None, "Non"], "str"),
    "nobody": (["Non", "Non", None, "Non"], "str"),
}  # fmt: skip


@pytest.mark.parametrize("kind", GONE)
def test_who_has_left_is_read_from_every_kind_of_column(engine, kind):
    values, dtype = GONE[kind]
    frame = rows().head(4)
    frame = frame.assign(who=list("abcd"), score=[0.0, 5.0, 10.0, 10.0], out=pd.Series(values, dtype=dtype))
    made = cx.Study(engine(frame), nps="score", id="who", churned="out", guess=False)
    moves, _ = moves_between(made, "nps", NPS.value, bands=BANDS)
    gone = sum(1 for x in values if x in (True, 1, "Oui"))
    assert int(moves.units[moves.gone].sum()) == gone
    assert int(moves.units.sum()) == 4
