"""Why a score moved: exact parts, honest errors, the planted wave, and every odd panel."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import cxkit as cx
from cxkit.metrics.builtin import mean_metric
from cxkit.sources.demo import demo_roles, demo_truth

BRIEF = settings(derandomize=True, deadline=None, max_examples=12)
WORDS = {"churned": {"Churned": 1, "Stayed": 0}}
SCALE = {"nps": (0, 10)}
JANUARY, FEBRUARY = pd.Timestamp("2026-01-15"), pd.Timestamp("2026-02-15")


def near(x: float, **options: float) -> object:
    return pytest.approx(x, **({"rel": 1e-9, "abs": 1e-9} | options))


def study(data: pd.DataFrame, **roles) -> cx.Study:
    return cx.Study(data, date="day", guess=False, **{"nps": "nps", "id": "who"} | roles)


def why(data: pd.DataFrame, **options) -> cx.Why:
    roles = {k: options.pop(k) for k in ("segment", "churned", "weight", "scale", "id") if k in options}
    return cx.why(study(data, **roles), "nps", period="2026-02", **options)


def waves(rng: np.random.Generator, n: int = 200, *, gone: float = 0.2, back: float = 0.9) -> pd.DataFrame:
    """Respondents of January, of whom some leave, some fall silent, and new ones join, with a weight and a segment."""
    who = np.arange(n)
    score = rng.integers(0, 11, n)
    out = rng.random(n) < gone * (1 + (score <= 6)) / 1.5
    again = ~out & (rng.random(n) < back)
    new = np.arange(n, n + n // 5)
    later = np.clip(score[again] + rng.integers(-2, 3, again.sum()), 0, 10)
    frame = pd.DataFrame({
        "who": [*who, *who[again], *new], "nps": [*score, *later, *rng.integers(0, 11, len(new))],
        "day": [JANUARY] * n + [FEBRUARY] * (again.sum() + len(new)),
        "left": [*np.where(out, "Churned", "Stayed"), *["Stayed"] * (again.sum() + len(new))],
    })  # fmt: skip
    shop = rng.choice(list("ABC"), n + len(new))
    frame["shop"] = shop[frame.who]
    frame["w"] = rng.choice([0.5, 1.0, 2.0], len(frame))
    return frame


def value(score):
    return np.where(score >= 9, 100.0, np.where(score <= 6, -100.0, 0.0))


def mean(v, w) -> float:
    return float((v * w).sum() / w.sum())


def by_hand(data: pd.DataFrame) -> dict[str, float]:
    """The parts as the documentation defines them, from the rows."""
    data = data.assign(v=value(data.nps))
    a, b = data[data.day < "2026-02-01"], data[data.day >= "2026-02-01"]
    gone = a.left.eq("Churned") & ~a.who.isin(b.who)
    stay = a[~gone]
    both_a, both_b = stay[stay.who.isin(b.who)], b[b.who.isin(a.who)]
    a0, a1, a2 = (mean(x.v, x.w) for x in (a, stay, both_a))
    b0, b1 = mean(b.v, b.w), mean(both_b.v, both_b.w)
    out = {"total": b0 - a0, "silent": a2 - a1, "joiners": b0 - b1}
    for name, v in (("detractors", -100), ("passives", 0), ("promoters", 100)):
        left = a.w[gone & (a.v == v)].sum() / a.w.sum()
        out[f"leavers_{name}"] = left * (a1 - v)
    rate = 0.0
    for shop in set(both_a.shop) | set(both_b.shop):
        x, y = both_a[both_a.shop == shop], both_b[both_b.shop == shop]
        if len(x) and len(y):
            rate += (x.w.sum() / both_a.w.sum() + y.w.sum() / both_b.w.sum()) / 2 * (mean(y.v, y.w) - mean(x.v, x.w))
    return out | {"stayers": rate, "mix": (b1 - a2) - rate}


# Worked examples and planted truth -----------------------------------------------------------------


def test_m1_every_product_rose_by_1_and_the_score_fell_by_3():
    rows = [(2026, 1, 300, 85, "a"), (2026, 1, 200, 78, "b"), (2026, 1, 100, 73, "c"),
            (2026, 2, 100, 86, "a"), (2026, 2, 200, 79, "b"), (2026, 2, 300, 74, "c")]  # fmt: skip
    data = pd.DataFrame([(dt.datetime(y, m, 9), s, p) for y, m, n, s, p in rows for _ in range(n)],
                        columns=["day", "points", "product"])  # fmt: skip
    s = cx.Study(data, date="day", guess=False, segment="product")
    found = s.why(mean_metric(on="points", scale=(0, 100)), period="2026-02")
    assert (found.before, found.after) == (near(80 + 2 / 3), near(77 + 2 / 3))
    assert found.item("total")[0] == near(-3.0)
    assert found.item("stayers")[0] == near(1.0)
    assert found.item("mix")[0] == near(-4.0)
    assert [x.rate for x in found.segments] == [near(r) for r in (1 / 3, 1 / 3, 1 / 3)]
    assert sum(x.mix for x in found.segments) == near(-4.0)
    assert found.segments_frame()["product"].tolist() == ["a", "b", "c"]
    assert not found.survivors


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_planted_wave_of_the_demo_is_caught(lang):
    truth = demo_truth()
    roles = {role: column for role, column in demo_roles(lang).items() if role != "weight"}
    found = cx.Study(cx.demo(lang=lang).data, **roles).why("nps", period=truth.wave)
    assert found.survivors
    assert found.n[found.items.index("leavers_detractors")] == truth.leavers == 65
    assert (found.before, found.after) == (near(truth.nps_before), near(truth.nps_wave))
    assert found.item("leavers_detractors")[0] == near(truth.nps_wave - truth.nps_before)
    assert found.item("stayers")[0] == near(0.0)
    said = found.explain(lang)
    assert ("who is gone" if lang == "en" else "n’y sont plus") in said


def test_an_honest_rise_is_not_called_survivors():
    rng = np.random.default_rng(1)
    data = waves(rng, 600, gone=0.0, back=0.95)
    later = data.day == FEBRUARY
    data.loc[later, "nps"] = np.clip(data.nps[later] + 2, 0, 10)
    found = why(data)
    assert found.real("total")
    assert found.real("stayers")
    assert not found.survivors
    assert "significant" in found.explain()


def test_no_rise_at_all_is_not_called_survivors():
    hits = sum(why(waves(np.random.default_rng(k), gone=0.0, back=1.0)).survivors for k in range(25))
    assert hits == 0


# Exact parts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_parts_are_those_computed_from_the_rows(seed):
    data = waves(np.random.default_rng(seed))
    found = why(data, segment="shop", churned="left", scale=WORDS, weight="w", panel=True)
    assert dict(zip(found.items, found.estimate, strict=True)) == {k: near(v) for k, v in by_hand(data).items()}
    assert sum(found.estimate[1:]) == near(found.estimate[0])


panels = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 10), st.booleans(), st.sampled_from("AB"),
              st.sampled_from([0.0, 0.3, 1.0, 7.0]), st.booleans(), st.booleans()),
    min_size=4, max_size=40,
)  # fmt: skip


@settings(BRIEF, max_examples=50)
@given(panels, st.sampled_from([True, False, None]), st.booleans(), st.booleans())
def test_parts_sum_to_the_total_whoever_comes_and_goes(rows, same, known, weighted):
    data = pd.DataFrame(rows, columns=["who", "nps", "late", "shop", "w", "nobody", "out"])
    data["day"] = pd.to_datetime(np.where(data.late, "2026-02-15", "2026-01-15"))
    data["who"] = pd.Series([None if n else f"r{k}" for k, n in zip(data.who, data.nobody, strict=True)], dtype="str")
    data["left"] = np.where(data.out, "Churned", "Stayed")
    roles = {"churned": "left", "scale": WORDS} if known else {}
    try:
        found = why(data, segment="shop", panel=same, **roles, **({"weight": "w"} if weighted else {}))
    except cx.NothingMatched:
        return
    assert sum(found.estimate[1:]) == near(found.estimate[0])
    assert found.after - found.before == near(found.estimate[0])
    for e, low, high in zip(found.estimate, found.low, found.high, strict=True):
        assert -200 - 1e-9 <= low <= e + 1e-9
        assert e - 1e-9 <= high <= 200 + 1e-9
    mixed = [found.item(name)[0] for name in ("stayers", "mix")]
    assert [sum(getattr(x, name) for x in found.segments) for name in ("rate", "mix")] == [near(x) for x in mixed]
    assert "nan" not in found.explain() + found.explain("fr") + found.grid().text()


@BRIEF
@given(st.integers(0, 10_000), st.integers(2, 4))
def test_copies_of_everybody_leave_the_parts_and_shrink_their_errors(seed, k):
    data = waves(np.random.default_rng(seed), 30)
    copies = pd.concat([data.assign(who=data.who + 1000 * i) for i in range(k)])
    options = {"segment": "shop", "churned": "left", "scale": WORDS, "panel": True}
    one, many = why(data, **options), why(copies, **options)
    assert many.estimate == tuple(near(x) for x in one.estimate)
    units = data.who.nunique()
    shrunk = math.sqrt((k * units / (k * units - 1)) / (units / (units - 1)) / k)
    assert many.se == tuple(near(x * shrunk, abs=1e-8) for x in one.se)


@BRIEF
@given(st.integers(0, 10_000))
def test_order_names_and_rows_of_weight_0_change_nothing(seed):
    data = waves(np.random.default_rng(seed), 30)
    mixed = data.assign(who="x" + data.who.astype(str), shop=data["shop"].map({"A": "z", "B": "<y>", "C": "é"}))
    nothing = mixed.head(5).assign(w=0.0, nps=0)
    options = {"segment": "shop", "churned": "left", "scale": WORDS, "weight": "w", "panel": True}
    one, other = why(data, **options), why(pd.concat([nothing, mixed.sample(frac=1, random_state=1)]), **options)
    assert other.estimate == tuple(near(x) for x in one.estimate)
    assert other.se == tuple(near(x, abs=1e-7) for x in one.se)


@BRIEF
@given(st.integers(0, 10_000))
def test_swapping_the_periods_negates_total_mix_and_real_change(seed):
    data = waves(np.random.default_rng(seed), 40)
    turned = data.assign(day=np.where(data.day == JANUARY, FEBRUARY, JANUARY))
    one, other = (why(d, segment="shop", weight="w", panel=True) for d in (data, turned))
    for item in ("total", "mix", "stayers"):
        (e, low, high), there = one.item(item), other.item(item)
        assert there == tuple(near(x, abs=1e-7) for x in (-e, -high, -low))
    assert other.leaving == near(-one.item("joiners")[0])


@BRIEF
@given(st.integers(0, 10_000))
def test_reflected_answers_negate_every_part(seed):
    data = waves(np.random.default_rng(seed), 40)
    data["nps"] = np.select([data.nps >= 9, data.nps <= 6], [10, 0], 8)
    mirror = data.assign(nps=data.nps.map({10: 0, 0: 10, 8: 8}))
    options = {"segment": "shop", "churned": "left", "scale": WORDS, "panel": True}
    one, other = why(data, **options), why(mirror, **options)
    turned = {"leavers_detractors": "leavers_promoters", "leavers_promoters": "leavers_detractors"}
    for item in one.items:
        e, low, high = one.item(item)
        assert other.item(turned.get(item, item)) == tuple(near(x) for x in (-e, -high, -low))


@BRIEF
@given(st.integers(0, 10_000), st.integers(-20, 20))
def test_a_constant_added_to_all_later_answers_is_real_change(seed, k):
    data = waves(np.random.default_rng(seed), 40)
    assume(k)
    metric = mean_metric(on="nps", scale=(-100, 100))
    moved = data.assign(nps=data.nps + k * (data.day == FEBRUARY))
    one, other = (
        cx.why(study(d, nps=None, segment="shop"), metric, period="2026-02", panel=True) for d in (data, moved)
    )
    for item in one.items:
        assert other.item(item)[0] == near(one.item(item)[0] + k * (item in ("total", "stayers")))


def test_an_answer_of_weight_k_counts_as_k_respondents():
    data = waves(np.random.default_rng(3), 40).assign(w=lambda d: d.who % 3 + 1)
    copies = pd.concat([data[data.w > i].assign(who=lambda d, i=i: d.who + 1000 * i) for i in range(3)])
    options = {"segment": "shop", "churned": "left", "scale": WORDS, "panel": True}
    weighed, copied = why(data, weight="w", **options), why(copies, **options)
    assert weighed.estimate == tuple(near(x) for x in copied.estimate)
    assert sum(weighed.n[:1]) == len(data)


# Errors --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("same", [True, False])
def test_the_error_of_each_part_is_that_of_a_bootstrap_of_respondents(same):
    rng = np.random.default_rng(8)
    data = waves(rng, 300)
    # Segments that differ, and whose weights move: where neither is so, mix is a product of two errors.
    data["nps"] = np.where(data["shop"] == "C", data.nps.clip(upper=6), data.nps)
    data["w"] *= np.where((data["shop"] == "A") & (data.day == FEBRUARY), 2.0, 1.0)
    options = {"segment": "shop", "churned": "left", "scale": WORDS, "weight": "w", "panel": same}
    found = why(data, **options)
    people = [rows for _, rows in data.groupby("who")]
    draws = []
    for _ in range(70):
        chosen = rng.integers(0, len(people), len(people))
        again = pd.concat([people[k] for k in chosen], ignore_index=True)
        again["who"] = np.repeat(np.arange(len(chosen)), [len(people[k]) for k in chosen])
        draws.append(why(again, **options).estimate)
    spread = np.std(np.array(draws), axis=0, ddof=1)
    # The standard error of a spread from 70 draws is 8.5 %; three of them.
    np.testing.assert_allclose(found.se, spread, rtol=0.26)


def test_intervals_of_the_parts_cover_the_parts_of_the_population():
    rng, runs = np.random.default_rng(9), 100
    population = waves(rng, 20_000)
    options = {"segment": "shop", "churned": "left", "scale": WORDS, "panel": True}
    truth = why(population, **options)
    groups = population.groupby("who").indices
    held = np.array([groups[k] for k in sorted(groups)], dtype=object)
    inside = np.zeros(len(truth))
    for _ in range(runs):
        rows = np.concatenate(held[rng.choice(len(held), 600, replace=False)])
        found = why(population.iloc[rows], **options)
        inside += [found.item(i)[1] <= truth.item(i)[0] <= found.item(i)[2] for i in truth.items]
    # Three standard errors about 95 %: 6.5 points.
    assert (inside / runs).min() >= 0.88
    assert (inside / runs).mean() == pytest.approx(0.95, abs=0.03)


def test_matching_respondents_shortens_the_interval():
    data = waves(np.random.default_rng(10), 400, gone=0.0, back=1.0)
    matched, apart = why(data), cx.why(study(data, id=None), "nps", period="2026-02")
    assert matched.item("total")[0] == near(apart.item("total")[0])
    assert matched.se[0] < 0.8 * apart.se[0]


# Respondents of several segments --------------------------------------------------------------------


def several(rng: np.random.Generator, n: int, *, change: float = 0.0) -> pd.DataFrame:
    """Respondents of one to three shops in each of two periods, alike in all of them and over time."""
    rows = []
    for who in range(n):
        mood = rng.normal(7, 2)
        for day, moved in ((JANUARY, 0.0), (FEBRUARY, change)):
            for shop in rng.choice(list("ABC"), rng.integers(1, 4), replace=False, p=[0.5, 0.3, 0.2]):
                score = mood + moved + rng.normal(0, 1) - 2 * (shop == "C") + (shop == "B") * (day == FEBRUARY)
                rows.append((who, float(np.clip(round(score), 0, 10)), day, shop, rng.choice([0.5, 1.0, 2.0])))
    return pd.DataFrame(rows, columns=["who", "nps", "day", "shop", "w"])


def test_every_answer_counts_in_its_own_segment():
    """Found in review: all answers of a person went to the first segment by name."""
    n = 100
    data = pd.DataFrame({
        "who": [*range(n)] * 4, "nps": [10] * n + [0] * 2 * n + [10] * n, "day": [JANUARY] * 2 * n + [FEBRUARY] * 2 * n,
        "shop": (["A"] * n + ["B"] * n) * 2,
    })  # fmt: skip
    found = why(data, segment="shop")
    assert [s.key for s in found.segments] == [("A",), ("B",)]
    assert [(s.n_before, s.n_after, s.rate) for s in found.segments] == [(n, n, near(-100)), (n, n, near(100))]
    assert found.item("total")[0] == found.item("stayers")[0] == near(0)


@pytest.mark.parametrize("seed", range(3))
def test_parts_of_two_samples_are_the_same_with_and_without_ids(seed):
    data = several(np.random.default_rng(seed), 80)
    matched = why(data, segment="shop", weight="w", panel=False, scale=SCALE)
    apart = why(data, segment="shop", weight="w", panel=False, id=None, scale=SCALE)
    assert matched.estimate == tuple(near(x) for x in apart.estimate)
    assert [(s.key, s.n_before, s.n_after) for s in matched.segments] == [
        (s.key, s.n_before, s.n_after) for s in apart.segments
    ]
    assert [s.rate for s in matched.segments] == [near(s.rate) for s in apart.segments]


@pytest.mark.parametrize("same", [True, False])
def test_errors_of_respondents_of_several_segments_are_those_of_a_jackknife(same):
    n = 40
    data = several(np.random.default_rng(4), n, change=0.5)
    options = {"segment": "shop", "weight": "w", "panel": same, "scale": SCALE}
    found = why(data, **options)
    left_out = np.array([why(data[data.who != k], **options).estimate for k in range(n)])
    jackknife = np.sqrt((n - 1) / n * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))
    np.testing.assert_allclose(found.se, jackknife, rtol=0.1, atol=1e-9)


def test_intervals_cover_where_respondents_are_in_several_segments():
    rng, runs = np.random.default_rng(5), 60
    population = several(rng, 3000, change=0.6)
    truth = why(population, segment="shop", panel=False, scale=SCALE)
    held = [rows for _, rows in population.groupby("who")]
    inside = np.zeros(len(truth))
    for _ in range(runs):
        sample = pd.concat([held[k] for k in rng.choice(len(held), 150, replace=False)])
        found = why(sample, segment="shop", panel=False, scale=SCALE)
        inside += [found.item(i)[1] <= truth.item(i)[0] <= found.item(i)[2] for i in truth.items]
    assert (inside / runs).min() >= 0.865  # three standard errors below 95 %


def test_segments_are_the_groups_that_a_comparison_has():
    data = several(np.random.default_rng(6), 40)
    data["site"] = data["shop"].map({"A": 1.0, "B": 0.0, "C": None})
    made = study(data, scale=SCALE)
    found = cx.why(made, "nps", period="2026-02", by=["site", "shop"])
    assert [s.key for s in found.segments] == list(made.groups(["site", "shop"]))
    assert {s.key[0] for s in found.segments} == {0, 1, None}  # not the texts '0.0' and '1.0'


# Odd panels ----------------------------------------------------------------------------------------


def test_nobody_left_is_all_real_change():
    data = waves(np.random.default_rng(11), gone=0.0, back=1.0)
    data = data[data.who < 200]
    found = why(data, churned="left", scale=WORDS)
    assert found.item("stayers")[0] == near(found.item("total")[0])
    assert found.leaving == 0
    assert sum(found.n[found.items.index(i)] for i in found.items if i.startswith(("leavers", "silent", "join"))) == 0


def test_segments_that_appear_or_vanish_are_mix():
    data = pd.DataFrame({
        "who": range(80), "day": [JANUARY] * 40 + [FEBRUARY] * 40,
        "shop": ["old"] * 20 + ["kept"] * 40 + ["new"] * 20, "nps": [0] * 20 + [8] * 40 + [10] * 20,
    })  # fmt: skip
    found = why(data, segment="shop")
    assert found.item("total")[0] == near(100.0)
    assert found.item("stayers")[0] == near(0.0)
    assert found.item("mix")[0] == near(100.0)
    assert "nan" not in found.explain() + found.segments_frame()["mix"].to_string()


def test_when_nearly_all_left_every_part_stays_on_the_scale():
    """Found in review: parts of thousands of points, with intervals beside them."""
    rng = np.random.default_rng(12)
    data = pd.DataFrame({
        "who": [*range(400), 0, 1], "nps": [*rng.integers(0, 11, 400), 9, 2], "day": [JANUARY] * 400 + [FEBRUARY] * 2,
    })  # fmt: skip
    data["left"] = np.where(data.who < 2, "Stayed", "Churned")
    found = why(data, churned="left", scale=WORDS)
    for e, low, high in zip(found.estimate, found.low, found.high, strict=True):
        assert -200 <= low <= e <= high <= 200


def test_answers_without_an_id_are_told():
    data = waves(np.random.default_rng(13)).astype({"who": "str"})
    data.loc[:9, "who"] = None
    found = why(data, panel=True)
    assert any("10" in str(r) for r in found.remarks)
    assert sum(found.estimate[1:]) == near(found.estimate[0])


@pytest.mark.parametrize(("yes", "no", "scale"), [("Oui", "Non", None), ("Churned", "Stayed", WORDS), (1, 0, None),
                                                  (True, False, None)])  # fmt: skip
def test_all_against_those_who_stayed(yes, no, scale):
    rng = np.random.default_rng(14)
    data = pd.DataFrame({"nps": rng.integers(0, 11, 300)})
    out = rng.random(300) < np.where(data.nps <= 6, 0.5, 0.05)
    data["left"] = [yes if x else no for x in out]
    s = cx.Study(data, nps="nps", churned="left", guess=False, **({"scale": scale} if scale else {}))
    found = s.why("nps", versus="churned")
    v = value(data.nps)
    assert (found.before, found.after) == (near(v.mean()), near(v[~out].mean()))
    assert found.leaving == near(found.estimate[0])
    assert found.item("stayers") == (0, 0, 0)
    assert found.survivors
    assert "nil" in found.explain()
    assert "ensemble" in found.explain("fr")
    # Found in review: who stayed was counted on both sides.
    stayed = int((~out).sum())
    assert (found.n[0], found.n[found.items.index("stayers")]) == (300, stayed)
    assert sum(found.n[1:]) == 300


def test_all_alike_and_one_answer_each_have_a_cautious_interval():
    for n in (1, 20):
        data = pd.DataFrame({"who": [*range(n)] * 2, "nps": 10, "day": [JANUARY] * n + [FEBRUARY] * n})
        found = why(data)
        assert found.item("total")[0] == 0
        assert found.low[0] < 0 < found.high[0]
        assert not found.real("total")


def test_without_a_scale_segments_that_are_each_constant_are_no_interval():
    """Found in review: a real change of +1.00 [1.00 ; 1.00], significant."""
    data = pd.DataFrame({
        "x": [1.0] * 50 + [3.0] * 50 + [2.0] * 50 + [4.0] * 70, "day": [JANUARY] * 100 + [FEBRUARY] * 120,
        "shop": ["a"] * 50 + ["b"] * 50 + ["a"] * 50 + ["b"] * 70,
    })  # fmt: skip
    found = cx.why(study(data, nps=None, id=None, segment="shop"), "mean:x", period="2026-02")
    assert found.item("stayers")[0] == near(1.0)
    assert math.isnan(found.item("stayers")[1])
    assert not found.real("stayers")
    assert "no error can be seen" in found.explain()
    assert "aucune erreur" in found.explain("fr")


def test_without_a_scale_no_error_is_no_interval():
    data = pd.DataFrame(
        {"who": [*range(20)] * 2, "x": [1.0] * 20 + [2.0] * 20, "day": [JANUARY] * 20 + [FEBRUARY] * 20}
    )
    found = cx.why(study(data, nps=None), mean_metric(on="x"), period="2026-02")
    assert found.item("total")[0] == 1
    assert math.isnan(found.low[0])
    assert not found.real("total")


# Refusals ------------------------------------------------------------------------------------------

PANEL = waves(np.random.default_rng(15), 40)
ALL_GONE = PANEL.assign(left="Churned", who=range(len(PANEL)))
REFUSED = {
    "overlap": (PANEL, {}, {"period": "2026-02", "versus": "2026-Q1"}, cx.OptionError, "overlap", "share no day"),
    "itself": (PANEL, {}, {"period": "2026-02", "versus": "2026-02"}, cx.OptionError, "overlap", "share no day"),
    "versus typo": (PANEL, {}, {"versus": "previus"}, cx.OptionError, "previus", "did you mean 'previous'"),
    "a length": (PANEL, {}, {"period": "M"}, cx.OptionError, "a length", "2026-09"),
    "one period": (PANEL[:40], {}, {}, cx.NothingMatched, "no answer in 2025-12", "the data run from 2026-01-15"),
    "no such period": (PANEL, {}, {"period": "2020-05"}, cx.NothingMatched, "no answer in 2020-0", "the data run from"),
    "first": (PANEL, {}, {"period": "2026-01", "versus": "first"}, cx.NothingMatched, "first period", "period="),
    "no date": (PANEL, {"date": None}, {}, cx.RoleError, "no 'date'", "date='...'"),
    "no churned": (PANEL, {}, {"versus": "churned"}, cx.RoleError, "who left", "churned='...'"),
    "panel without id": (PANEL, {"id": None}, {"panel": True}, cx.RoleError, "no 'id'", "id='...'"),
    "level": (PANEL, {}, {"level": 95}, cx.OptionError, "level is 95", "0.95"),
    "freq": (PANEL, {}, {"freq": "X"}, cx.OptionError, "unknown freq", "M"),
    "by": (PANEL, {}, {"by": "shopp"}, cx.ColumnError, "shopp", "did you mean 'shop'"),
    "everybody left": (ALL_GONE, {"churned": "left", "scale": WORDS}, {}, cx.NothingMatched, "has left", "cx.compare"),
    "nobody stayed": (ALL_GONE, {"churned": "left", "scale": WORDS}, {"versus": "churned"}, cx.NothingMatched,
                      "nobody stayed", "churned column"),
    "nobody twice": (ALL_GONE, {}, {"panel": True}, cx.NothingMatched, "nobody answered both", "panel=False"),
    "later empty": (PANEL.assign(nps=PANEL.nps.where(PANEL.day == JANUARY)), {}, {"period": "2026-02"},
                    cx.NothingMatched, "no answer in 2026-02", "two periods with answers"),
}  # fmt: skip


CHURNED = {"churned": "left", "scale": WORDS}
REFUSED |= {
    "backwards": (PANEL, {}, {"period": "2026-01", "versus": "2026-02"}, cx.OptionError, "2026-01 lies before",
                  "period='2026-02', versus='2026-01'"),
    "churned by": (PANEL, CHURNED, {"versus": "churned", "by": "shop"}, cx.OptionError, "by=", "leave it out"),
    "churned panel": (PANEL, CHURNED, {"versus": "churned", "panel": False}, cx.OptionError, "panel=", "leave it out"),
    "churned freq": (PANEL, CHURNED, {"versus": "churned", "freq": "Q"}, cx.OptionError, "freq=", "period="),
    "all in the future": (PANEL.assign(day=PANEL.day + pd.DateOffset(years=2000)), {}, {}, cx.NothingMatched,
                          "is over and has answers", "period="),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refusal_names_the_fix(name):
    data, roles, options, kind, message, hint = REFUSED[name]
    s = cx.Study(data, **{"nps": "nps", "id": "who", "date": "day", "guess": False} | roles)
    with pytest.raises(kind) as caught:
        cx.why(s, "nps", **options)
    assert message in str(caught.value)
    assert hint in str(caught.value.hint)


def test_a_metric_that_is_no_mean_is_refused():
    polar = cx.metric("polar", on="nps", scale=(0, 10))(lambda tally: 0.5)
    with pytest.raises(cx.UsageError, match="no exact parts") as caught:
        cx.why(study(PANEL), polar)
    assert caught.value.hint


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_drawings_and_the_table_hold_every_part(lang):
    data = waves(np.random.default_rng(16))
    found = why(data, segment="shop", churned="left", scale=WORDS, panel=True)
    axes = found.plot(lang=lang)
    assert len(axes.get_yticklabels()) == len(found.items) + 1
    assert found.plot.segments(lang=lang).get_legend() is not None
    text = found.grid(lang).text()
    assert ("people who left (detractors)" if lang == "en" else "personnes parties (détracteurs)") in text
    frame = found.to_frame()
    assert frame.columns.tolist() == ["item", "estimate", "low", "high", "n"]
    assert frame["item"].tolist() == list(found.items)
    assert found.to_dict()["rows"][0]["item"] == "total"


def test_a_date_in_the_future_is_not_the_latest_period():
    data = waves(np.random.default_rng(17))
    rogue = data.tail(1).assign(day=dt.datetime(4036, 1, 5))
    found = cx.why(study(pd.concat([data, rogue])), "nps")
    assert (found.versus, found.period) == ("2026-01", "2026-02")


@pytest.mark.parametrize("said", ["explain", "grid"])
def test_a_language_that_is_not_spoken_is_refused(said):
    with pytest.raises(cx.CxkitError, match="de"):
        getattr(why(PANEL), said)("de")


def test_names_of_items_are_snake_case():
    from cxkit.change.why import _slug

    assert [_slug((("en", text),)) for text in ("answers 4–5", "Top-2 box", "6+ (good)", "Très bien")] == [
        "answers_4_5", "top_2_box", "6_good", "très_bien",
    ]  # fmt: skip


def test_large_frames_are_explained_as_small_ones_are(monkeypatch):
    """Found in review: two large pandas frames went to two connections of DuckDB, which do not combine."""
    data = several(np.random.default_rng(18), 60)
    small = why(data, segment="shop", weight="w", panel=True, scale=SCALE)
    monkeypatch.setattr("cxkit.tally.engine._LARGE", 10)
    large = why(data, segment="shop", weight="w", panel=True, scale=SCALE)
    assert large.estimate == tuple(near(x) for x in small.estimate)
    assert large.se == tuple(near(x, abs=1e-7) for x in small.se)
    assert large.segments_frame()["shop"].tolist() == ["A", "B", "C"]
