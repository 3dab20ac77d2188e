"""The page "What it is worth", and the value block of the executive page: blocks, refusals, words, one family."""

from __future__ import annotations

import contextlib
import itertools
import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import cxkit as cx
from cxkit.errors import OptionError, UnknownNameError
from cxkit.registry import registry
from cxkit.reports import brief as brief_module
from cxkit.reports import page as page_module
from cxkit.reports import worth as module
from cxkit.reports import worth_returns as returns_module
from cxkit.reports.brief import Brief
from cxkit.reports.plan import plan_jobs
from cxkit.reports.worth import Worth

SOURCE = '[source]\nuri = "survey.csv"\n[roles]\nid = "Id"\nnps = "NPS"\n'
MONEY = SOURCE + 'margin = "Margin"\nchurned = "Left"\nsupport_cost = "Support"\n'
DRIVERS = 'drivers = ["wait", "price"]\n'
FULL = MONEY + DRIVERS + 'by = ["Segment"]\ndate = "Date"\nsince = "Since"\nleft = "Gone"\n'
SCALE = "[scale]\nnps = [0, 10]\ndrivers = [1, 5]\n"
BLOCKS = (
    "headline", "joined", "at_stake", "point", "segments", "retention", "lifetime", "returns", "funding", "evidence", "method",
)  # fmt: skip
NBSP = "\u00a0"


def frame(n=900, seed=1, per_point=1.5, groups="AB"):
    """One row a customer: wait moves the score, the score moves margin, support and departures."""
    rng = np.random.default_rng(seed)
    x = {name: rng.integers(1, 6, n) for name in ("wait", "price")}
    score = np.clip(np.rint(7 + 1.3 * (x["wait"] - 3) + 0.5 * (x["price"] - 3) + rng.normal(0, 1.3, n)), 0, 10).astype(
        int
    )
    points = np.where(score >= 9, 100, np.where(score >= 7, 0, -100))
    left = rng.random(n) < np.where(points == 100, 0.05, np.where(points == 0, 0.1, 0.25))
    since = pd.Timestamp("2022-01-01") + pd.to_timedelta(rng.integers(0, 900, n), "D")
    when = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 180, n), "D")
    gone = (when + pd.to_timedelta(rng.integers(1, 180, n), "D")).where(left)
    return pd.DataFrame({
        "Id": [f"C{i:04}" for i in range(n)], "NPS": score, **x, "Date": when.strftime("%Y-%m-%d"),
        "Segment": rng.choice(np.array(list(groups), object), n),
        "Margin": np.round(500 + per_point * points + rng.normal(0, 60, n), 2),
        "Support": np.round(np.maximum(30 - 0.1 * points + rng.normal(0, 5, n), 0), 2),
        "Left": left.astype(int), "Since": since.strftime("%Y-%m-%d"), "Gone": gone.strftime("%Y-%m-%d"),
    })  # fmt: skip


PARTS = (module, returns_module, page_module, brief_module)


def watched(patch, seen):
    """Blocks display into a list."""

    def figure(axes, alt):
        axes.get_figure().canvas.draw()  # what cannot be drawn fails here
        plt.close(axes.get_figure())
        seen.append(("alt", alt))

    for part in PARTS:
        for name, made in (
            ("heading", lambda text, level=2: seen.append((f"h{level}", text))),
            ("paragraph", lambda text: seen.append(("p", text))),
            ("raw_html", lambda markup: seen.append(("html", markup))),
            ("figure", figure),
        ):
            patch.setattr(part, name, made, raising=False)
    return seen


@pytest.fixture
def shown(monkeypatch):
    return watched(monkeypatch, [])


def display(made, blocks=BLOCKS):
    for block in blocks:
        getattr(made, block)()
    return made


@pytest.fixture
def page(folder, shown):
    """A page of these rows, displayed."""

    def make(rows, *blocks, toml=FULL + SCALE, **parameters):
        folder(toml, survey=rows.to_csv(index=False))
        shown.clear()
        return display(Worth(**parameters), blocks or BLOCKS)

    return make


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The page of plain rows in both languages, and what it displays: once for all that only look at it."""
    root = tmp_path_factory.mktemp("plain")
    (root / "survey.csv").write_text(frame().to_csv(index=False), encoding="utf-8")
    (root / "cxkit.toml").write_text(FULL + SCALE, encoding="utf-8")
    costs = {"cost": [40_000.0, 60_000.0, 90_000.0], "costs": {"wait": 30_000.0, "price": 20_000.0}, "budget": 45_000.0}
    out = {}
    with contextlib.chdir(root):
        for name, options in (("en", {}), ("fr", {"lang": "fr"}), ("paid", costs), ("payé", {**costs, "lang": "fr"})):
            seen: list[tuple[str, str]] = []
            with pytest.MonkeyPatch.context() as patch:
                watched(patch, seen)
                out[name] = (display(Worth(**options)), seen)
    return out


def words(shown):
    return "\n".join(t for _, t in shown)


def plain(markup):
    return re.sub(r"<[^>]+>", " ", markup)


def heads(shown):
    return [t for kind, t in shown if re.fullmatch("h[1-6]", kind)]


# Before a kernel starts ------------------------------------------------------------------------------


def test_it_comes_with_cxkit():
    report = registry().report("roi")
    assert report.notebook.is_file()
    assert report.label == {"en": "What it is worth", "fr": "Ce que cela vaut"}


@pytest.mark.parametrize(
    ("given", "said"),
    [("cost=much", "cost"), ("improve=wait=more", "improve"), ("costs=wait", "costs=KEY=VALUE"), ("horizn=3", "horizon"),
     ("customers=1.5", "customers")],
)  # fmt: skip
def test_wrong_parameters_are_refused_before_a_kernel(folder, no_kernel, cxkit_here, given, said):
    folder(FULL + SCALE, survey=frame(100).to_csv(index=False))
    code, _, err = cxkit_here("run", "roi", "-p", given)
    assert code == 2
    assert said in err


def test_amounts_may_be_ranges(folder):
    folder(FULL + SCALE, survey=frame(100).to_csv(index=False))
    home = cx.project()
    given = {"cost": [1e4, 2e4], "improve": {"wait": "0.5"}, "yearly_cost": "500"}
    job = plan_jobs(home, home.study(), name="roi", parameters=given)[0]
    assert job.parameters["cost"] == [1e4, 2e4]
    assert job.parameters["improve"] == {"wait": 0.5}
    assert job.parameters["yearly_cost"] == [500.0]
    assert Worth(**{k: v for k, v in job.parameters.items() if k != "cost"}).yearly_cost == 500.0


# Refused when the page is opened ---------------------------------------------------------------------


@pytest.mark.parametrize("parameter", ["improve", "costs"])
def test_a_wrong_driver_names_the_nearest(folder, parameter):
    folder(FULL + SCALE, survey=frame().to_csv(index=False))
    with pytest.raises(UnknownNameError, match="wiat") as info:
        Worth(**{parameter: {"wiat": 1.0}})
    assert "'wait'" in (info.value.hint or "")


@pytest.mark.parametrize(
    "wrong", [{"months": 0}, {"horizon": -1.0}, {"cost": [1.0, 2.0, 3.0, 4.0]}, {"metrics": ["nps", "mean:NPS"]}]
)
def test_what_cannot_be_is_refused(folder, wrong):
    folder(FULL + SCALE, survey=frame(200).to_csv(index=False))
    with pytest.raises(OptionError):
        Worth(**wrong)


# What is missing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_study_without_behaviour_says_how_to_link(page, shown, lang):
    page(frame(200), toml=SOURCE + DRIVERS + SCALE, lang=lang)
    assert ("is not known yet" if lang == "en" else "on ne sait pas encore") in shown[0][1]
    assert "[[link]]" in words(shown)
    assert re.search(r"margin|marge", words(shown))
    # The page ends with how the score was made; no block is empty.
    assert len(heads(shown)) == 3
    settings = re.search(r"<pre>(.*)</pre>", words(shown), re.S)
    assert settings is not None
    import html
    import tomllib

    from cxkit.reports.schema import Settings

    Settings.model_validate(tomllib.loads(html.unescape(settings[1])))  # what it says can be pasted


def test_revenue_is_not_margin(page, shown):
    rows = frame(400).rename(columns={"Margin": "Revenue"})
    page(rows, "headline", "returns", "lifetime", toml=SOURCE + 'revenue = "Revenue"\nchurned = "Left"\n' + SCALE)
    assert "margin_rate" in words(shown)
    assert "No lifetime value" in words(shown)
    wide = re.search(r"may bring €([\d.]+)k \[€([\d.]+)k ; €([\d.]+)k\]", shown[0][1].replace(NBSP, " "))
    assert wide is not None
    assert float(wide[3]) > 2 * float(wide[2])
    page(
        rows, "headline", "lifetime", toml=SOURCE + 'revenue = "Revenue"\nchurned = "Left"\n' + SCALE, margin_rate=0.35
    )
    assert "margin_rate" not in words(shown)
    assert "A customer is worth" in words(shown)


def test_departures_alone_have_no_return(page, shown):
    page(frame(400), toml=SOURCE + 'churned = "Left"\n' + SCALE)
    assert "no revenue and no margin" in words(shown)
    assert "What improving brings back" in heads(shown)
    assert "€" not in words(shown)


def test_a_column_of_words_is_left_out_without_its_words(page, shown):
    rows = frame(400).assign(Support="secret words")
    page(rows)
    assert "Left out: Support cost" in words(shown)
    assert "secret words" not in words(shown)
    assert "What is at stake" in heads(shown)


def test_no_days_no_survival(page, shown):
    page(frame(400), "retention", toml=MONEY + SCALE)
    assert "since and left" in words(shown)
    assert not [t for kind, t in shown if kind == "alt" and "still here" in t]


# The finding -----------------------------------------------------------------------------------------


def test_the_title_is_what_the_return_says(pages):
    made, shown = pages["en"]
    assert shown[0][0] == "h1"
    title = re.fullmatch(
        r"wait \+0\.5 may bring €([\d.]+)k \[€([\d.]+)k ; €([\d.]+)k\] over 3 years, before its cost",
        shown[0][1].replace(NBSP, " "),
    )
    assert title is not None, shown[0][1]
    item = made.result.item("benefit")
    for text, x in zip(title.groups(), (item.estimate, item.low, item.high), strict=True):
        assert float(text) == pytest.approx(x / 1000, rel=6e-3)


def test_the_default_is_half_a_step_of_the_leading_driver(pages):
    made, shown = pages["en"]
    assert made.improved == {"wait": 0.5}
    assert made.drivers_found.model.names[made.drivers_found.model.order[0]] == "wait"
    assert "this is about wait +0.5" in words(shown)


def test_without_drivers_the_score_itself_moves(page, shown):
    made = page(frame(400), "headline", toml=MONEY + SCALE)
    assert made.improved == {"nps": 5.0}
    assert shown[0][1].startswith("NPS +5 may bring")


def test_the_step_ends_with_the_scale(page, shown):
    rows = frame(600)
    rows["wait"] = np.where(rows["NPS"] > 3, 5, 4)
    rows["price"] = 3 + rows["NPS"] % 2
    made = page(rows, "headline")
    assert all(0 < move <= 0.5 for move in made.improved.values())
    assert not made.said


def test_a_move_past_the_scale_is_said(page, shown):
    page(frame(), "headline", improve={"wait": 4.0})
    assert re.search(r"Beware: .*wait.* passes the end of its scale", words(shown))


def test_a_cost_makes_a_net_gain(pages):
    made, shown = pages["paid"]
    assert re.match(r"wait \+0\.5: (a net gain of )?−?€", shown[0][1])
    assert made.result.value("cost") == pytest.approx(63_333, rel=0.02)
    assert "of the draws" in shown[3][1] or "of the draws" in words(shown[:8])
    assert [t for kind, t in shown if kind == "html" and "Payback" in t]


def test_a_cost_nobody_said_is_in_no_table(pages):
    made, shown = pages["en"]
    tables = plain("\n".join(t for kind, t in shown if kind == "html"))
    assert "Cost, once" not in tables
    assert "Payback" not in tables
    assert "(ROI)" not in tables
    assert "no ROI" not in tables
    assert "is the most that it may cost" in words(shown)
    assert made.result.value("cost") == 0


@pytest.mark.parametrize(
    ("margin", "said"), [(lambda m: -m, "it brings nothing in"), (lambda m: m * 0 + 500, "may bring|not established")]
)
def test_a_loss_is_no_gain(page, shown, margin, said):
    rows = frame(400)
    rows["Margin"] = margin(rows["Margin"]) + np.random.default_rng(5).normal(0, 1, len(rows))
    page(rows, "headline", toml=MONEY + SCALE)
    assert re.search(said, shown[0][1])


def test_noise_is_not_a_benefit(page, shown):
    rows = frame(500)
    rng = np.random.default_rng(9)
    rows["Margin"], rows["Left"] = rng.normal(500, 60, len(rows)).round(2), rng.integers(0, 2, len(rows))
    page(rows, "headline", "at_stake", toml=SOURCE + 'margin = "Margin"\nchurned = "Left"\n' + SCALE)
    assert "no benefit is established" in shown[0][1]
    assert "None may be worth paying" in words(shown) or "none may be worth paying" in words(shown)
    assert "a real difference" not in words(shown)
    assert words(shown).count("inconclusive") >= 2


def test_the_grade_is_that_of_the_weakest_link(pages):
    made, shown = pages["en"]
    assert made.result.grade == "assumed"
    assert "Evidence: assumed" in words(shown)
    table = plain(next(t for kind, t in shown if kind == "html" and "How each link is known" in t))
    assert re.search(r"That wait improves\s+assumed", table)
    assert re.search(r"From NPS to churn\s+observed", table)


def test_the_planted_value_of_a_point_is_in_its_interval(pages):
    made, shown = pages["en"]
    point = made.classes.point("margin")
    assert point.low <= 1.5 <= point.high
    table = plain(next(t for kind, t in shown if kind == "html" and "with one customer in another class" in t))
    assert re.search(r"Margin\s+One point of NPS\s+\+€1\.[45]\d", table)
    assert re.search(r"Margin\s+Detractors → Promoters\s+\+€(29|30|31)\d", table)


# What to fund ----------------------------------------------------------------------------------------


def test_a_budget_funds_fixes(pages):
    _, shown = pages["paid"]
    said = next(t for kind, t in shown if kind == "p" and t.startswith("With €45,000"))
    assert "fund wait" in said
    assert not [t for kind, t in shown if kind == "html" and "may cost at most" in t]


def test_without_costs_each_fix_has_its_most(pages):
    made, shown = pages["en"]
    assert "cannot be said without costs" in words(shown)
    table = plain(next(t for kind, t in shown if kind == "html" and "What each fix may cost at most" in t))
    assert table.index("wait +0.5") < table.index("price +0.5")
    assert f"€{made.returned({'price': 0.5}).value('benefit'):,.0f}" in table


def test_one_fix_is_no_choice(page, shown):
    page(frame(400), "funding", toml=MONEY + SCALE)
    assert not shown


# One family ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["en", "fr"])
def test_the_tests_of_the_page_are_one_family(pages, name):
    made, shown = pages[name]
    classes = len(made.claim("classes").tested)
    assert classes == 3 * len(made.classes.outcomes) == 9
    stated = re.search(r"(\d+) tests (judged as one family|jugés comme une seule famille)", words(shown))
    assert stated is not None
    assert int(stated[1]) == classes + len(made.claim("drivers").tested)


def test_classes_are_judged_with_the_family(pages):
    made, _ = pages["en"]
    alone = [d.p_adjusted for d in made.linked.found.groups[0].differences]
    together = [d.p_adjusted for d in made.classes.groups[0].differences]
    everything = cx.family(*made.claims().values())
    first = next(iter(everything))
    assert together == [d.p_adjusted for d in first.linkage.groups[0].differences]
    assert together != alone
    assert first.established == sum(d.verdict != "inconclusive" for d in made.classes.groups[0].differences)


def test_chance_flags_few_pages(folder):
    flagged = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        rows = frame(150, seed=seed)
        rows["Margin"], rows["Left"] = rng.gamma(2, 100, 150).round(2), rng.integers(0, 2, 150)
        rows["Support"] = rng.gamma(2, 10, 150).round(2)
        folder(MONEY + SCALE, survey=rows.to_csv(index=False))
        made = Worth()
        flagged += made.claim("classes").established > 0
    assert flagged <= 5  # 5 % of 30 pages is 1.5; more than 5 in 1 of 300 such runs


# Every block, both languages --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["en", "fr", "paid", "payé"])
def test_every_block_is_there_and_none_is_empty(pages, name):
    _, shown = pages[name]
    at = [i for i, (kind, _) in enumerate(shown) if re.fullmatch("h[1-6]", kind)]
    assert all(b - a > 1 or shown[b][0] > shown[a][0] for a, b in itertools.pairwise(at))
    assert len(at) >= 13
    assert all(t.strip() for _, t in shown)
    assert not re.search(r"\bnan\b|NaN|\binf\b|\{|None\b", plain(words(shown)))
    said = [t for kind, t in shown if kind == "p"]
    assert len(said) == len(set(said))
    sentences = [s for t in said for s in re.split(r"(?<=[.!?]) (?=[A-ZÀÉ])", t) if len(s) > 60]
    assert [s for s in sentences if sentences.count(s) > 1] == []
    alts = [t for kind, t in shown if kind == "alt"]
    assert len(alts) == len(set(alts)) >= 9


@pytest.mark.parametrize("name", ["fr", "payé"])
def test_french_is_french(pages, name):
    _, shown = pages[name]
    text = plain("\n".join(t for kind, t in shown if kind != "alt").partition("Méthode et qualité")[0])
    for english in ("Promoters", "customer ", "draws", " the ", "margin", "churn ", "years"):
        assert english not in text, english
    assert not re.search(r"€\d", text)
    assert not re.search(r"[^\u00a0\u202f\skM]€", text)
    assert re.search(r"\d\u00a0k?M?€", text)
    assert not re.findall(r"(?<![\w(.])\d+\.\d+(?![\d.)])", text.replace("0.35", ""))
    assert {text[m.start() - 20 : m.end() + 8] for m in re.finditer(r"(?<=[a-zà-ÿ])[:;?!](?=\s)", text)} == set()


def test_both_languages_say_the_same_numbers(pages):
    (english, _), (french, _) = pages["en"], pages["fr"]
    assert english.result.to_dict()["items"] == french.result.to_dict()["items"]


@pytest.mark.parametrize("role", ["csat", "ces"])
def test_other_scores(page, shown, role):
    rows = frame(600)
    top = 5 if role == "csat" else 7
    rows["NPS"] = np.clip(np.rint(rows["NPS"] / 10 * (top - 1)) + 1, 1, top).astype(int)
    toml = (MONEY + 'date = "Date"\n').replace("nps =", f"{role} =")
    made = page(rows, toml=toml + f"[scale]\n{role} = [1, {top}]\n")
    assert made.improved == {role: pytest.approx(2.5 if role == "csat" else 0.15)}
    assert not re.search(r"\bnan\b|NaN", plain(words(shown)))
    assert "Promoters" not in words(shown)


def test_a_period_and_ids_are_kept_apart(page, shown):
    made = page(frame(), period="2025-03")
    assert made.focus.rows < 900
    assert not re.search(r"\bC\d{4}\b", words(shown))


# The executive page ----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_executive_page_has_a_value_block(folder, shown, lang):
    folder(FULL + SCALE, survey=frame().to_csv(index=False))
    made = Brief(lang=lang)
    made.value()
    assert shown[0] == ("h2", {"en": "What NPS is worth", "fr": "NPS : ce que cela vaut"}[lang])
    assert len(made.claim("value").tested) == 3
    assert re.search(r"(One point of|Un point de) NPS", words(shown))
    assert re.search(r"association", words(shown), re.I)
    assert [kind for kind, _ in shown].count("alt") == 1


def test_the_executive_page_prints_nothing_without_behaviour(folder, shown):
    folder(SOURCE + SCALE, survey=frame(200).to_csv(index=False))
    made = Brief()
    made.value()
    assert shown == []
    assert "value" not in made.claims()


def test_the_executive_page_speaks_of_departures_where_there_is_no_money(folder, shown):
    folder(SOURCE + 'churned = "Left"\n' + SCALE, survey=frame(400).to_csv(index=False))
    Brief().value()
    assert "Customers lost" in words(shown)
