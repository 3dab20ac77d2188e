"""The panel of the demo data: who answers when, and what, with every effect planted by name.

Only ``random`` and ``standard_normal`` of the generator are used: the streams of the others
have changed between numpy releases, these have not. Everything is arrays of row or customer
indices; words are added by the modules that build frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from cxkit.sources.demo.story import (
    CHANNEL_SHARE,
    EFFECTS,
    FIRST_MONTH,
    GRUDGE,
    GRUDGE_CAP,
    GRUDGE_SHARE,
    HALO,
    LEVEL,
    LIFT_MONTH,
    LIFT_SEGMENT,
    LIFT_WAIT,
    MEANS,
    MISSING,
    MONTHS,
    OWN,
    SEGMENT_BASE,
    SEGMENT_LEVEL,
    SEGMENT_PANEL,
    WAIT_AT,
    WAVE,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints: TypeAlias = NDArray[np.int64]
    Floats: TypeAlias = NDArray[np.float64]
    Bools: TypeAlias = NDArray[np.bool_]
    Days: TypeAlias = NDArray[np.datetime64]
    Spans: TypeAlias = NDArray[np.timedelta64]
    Texts: TypeAlias = NDArray[np.object_]

__all__ = ["Answers", "People", "codes", "draw_answers", "generator", "group"]


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """The customer base: one entry a customer, indices for categories."""

    segment: Ints
    region: Ints
    grudge: Bools
    halo: Floats
    opinion: Floats
    weight: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """The survey: one entry an answer, by date. ``ratings`` has the columns of ``RATED``."""

    people: People
    customer: Ints
    month: Ints
    date: Days
    channel: Ints
    touchpoint: Ints
    ratings: Ints
    missing: Bools
    unlifted: Ints  # the nps answer that the improvement of the wait did not touch


def generator(seed: int, stream: int) -> np.random.Generator:
    """One independent stream a table, so that asking for one never changes another."""
    import numpy as np

    return np.random.default_rng([seed, stream])


def codes(uniform: Floats, shares: tuple[float, ...]) -> Ints:
    """Category indices with the given shares, from uniform numbers."""
    import numpy as np

    # The last limit is left out: rounding may put it a hair under 1.
    return np.searchsorted(np.cumsum(shares)[:-1], uniform, side="right").astype(np.int64)


def group(nps: Ints) -> Ints:
    """0 for promoters, 1 for passives, 2 for detractors."""
    import numpy as np

    return np.where(nps >= 9, 0, np.where(nps >= 7, 1, 2))


def rounded(values: Floats, low: int, high: int) -> Ints:
    """Answers as people tick them: whole numbers, within the scale."""
    import numpy as np

    return np.clip(np.rint(values), low, high).astype(np.int64)


def draw_people(rng: np.random.Generator, size: int) -> People:
    """A base of customers whose mood lasts from one wave to the next."""
    import numpy as np

    segment = codes(rng.random(size), SEGMENT_PANEL)
    # An exact number of grudges: the planted share does not depend on luck.
    rank = np.argsort(rng.random(size), kind="stable")
    grudge = np.zeros(size, dtype=bool)
    grudge[rank[: round(GRUDGE_SHARE * size)]] = True
    design = np.divide(SEGMENT_BASE, SEGMENT_PANEL)[segment]
    jitter = np.exp(0.15 * rng.standard_normal(size) - 0.15**2 / 2)
    return People(
        segment=segment,
        region=codes(rng.random(size), (0.2, 0.25, 0.15, 0.2, 0.2)),
        grudge=grudge,
        halo=rng.standard_normal(size),
        opinion=rng.standard_normal(size),
        weight=np.round(design * jitter, 4),
    )


def draw_waves(rng: np.random.Generator, n: int, people: People) -> tuple[Ints, Ints, Ints]:
    """Who answers in each month before the wave, and which of these rows the wave repeats.

    Returns the customer and the month of each fresh row, and the index of the rows of the month
    before the wave that come again: all but those of the grudging customers. The rows drawn and
    those repeated are ``n`` together.
    """
    import numpy as np

    before = WAVE - 1
    order = np.argsort(rng.random((WAVE, len(people.segment))), axis=1, kind="stable")
    last = n // MONTHS
    stay = np.flatnonzero(~people.grudge[order[before, :last]])
    # The months left share what remains, to the nearest row.
    sizes = [part.size for part in np.array_split(np.arange(n - last - stay.size), before)] + [last]
    customer = np.concatenate([order[month, :size] for month, size in enumerate(sizes)])
    month = np.repeat(np.arange(WAVE), sizes)
    return customer, month, stay + sum(sizes[:before])


def draw_drivers(
    rng: np.random.Generator, people: People, customer: Ints, touchpoint: Ints, lifted: Bools
) -> tuple[Ints, Ints]:
    """The six driver ratings, and the rating of the wait had nothing been improved."""
    import numpy as np

    halo = 0.8 * people.halo[customer] + 0.6 * rng.standard_normal(customer.size)
    raw = np.array(MEANS) + HALO * halo[:, None] + OWN * rng.standard_normal((customer.size, len(MEANS)))
    raw[:, 0] += np.array(WAIT_AT)[touchpoint]
    unlifted = rounded(raw[:, 0], 1, 5)
    raw[:, 0] += LIFT_WAIT * lifted
    return rounded(raw, 1, 5), unlifted


def draw_ratings(
    rng: np.random.Generator, people: People, customer: Ints, touchpoint: Ints, lifted: Bools
) -> tuple[Ints, Ints]:
    """All ratings of each row (columns of ``RATED``), and its nps without the improvement."""
    import numpy as np

    drivers, wait = draw_drivers(rng, people, customer, touchpoint, lifted)
    noise = rng.standard_normal((customer.size, 3))
    level = LEVEL + np.array(SEGMENT_LEVEL)[people.segment] + 0.8 * people.opinion
    mood = (level - GRUDGE * people.grudge)[customer] + noise[:, 0]
    latent = mood + (drivers - 3) @ np.array(EFFECTS)
    # The few grudges that luck would make passive are held down: who leaves is always a detractor.
    cap = np.where(people.grudge[customer], GRUDGE_CAP, np.inf)
    nps = rounded(np.minimum(latent, cap), 0, 10)
    unlifted = rounded(np.minimum(latent - EFFECTS[0] * (drivers[:, 0] - wait), cap), 0, 10)
    csat = rounded(3.8 + 0.4 * (nps - 7.5) + 0.5 * noise[:, 1], 1, 5)
    ces = rounded(5.0 + 0.7 * (drivers[:, 0] - 3) + 0.2 * (drivers[:, 1] - 4) + noise[:, 2], 1, 7)
    return np.column_stack([nps, csat, ces, drivers]), unlifted


def draw_missing(rng: np.random.Generator, people: People, customer: Ints, columns: int) -> Bools:
    """Which ratings were left blank, at random."""
    import numpy as np

    shares = [MISSING["nps"], MISSING["csat"], MISSING["ces"]]
    shares += [MISSING["sat_*"]] * (columns - len(shares))
    missing = rng.random((customer.size, columns)) < np.array(shares)
    # Grudging customers always say so; otherwise a leaver could be one who gave no score.
    missing[:, 0] &= ~people.grudge[customer]
    return missing


def draw_dates(rng: np.random.Generator, month: Ints) -> Days:
    """A day of the given month for each row."""
    import numpy as np

    months = np.arange(MONTHS + 1).astype("timedelta64[M]")
    start: Days = (np.datetime64(FIRST_MONTH, "M") + months).astype("datetime64[D]")
    length = np.diff(start).astype(np.int64)
    days: Spans = np.floor(rng.random(month.size) * length[month]).astype("timedelta64[D]")
    dates: Days = start[month] + days
    return dates


def draw_answers(n: int, seed: int) -> Answers:
    """The whole survey of ``n`` answers, in order of date."""
    import numpy as np

    rng = generator(seed, 0)
    people = draw_people(rng, n // 3 + 2 * MONTHS)
    customer, month, repeat = draw_waves(rng, n, people)
    channel = codes(rng.random(customer.size), CHANNEL_SHARE)
    touchpoint = codes(rng.random(customer.size), (1 / len(WAIT_AT),) * len(WAIT_AT))
    lifted = (people.segment[customer] == LIFT_SEGMENT) & (month >= LIFT_MONTH)
    ratings, unlifted = draw_ratings(rng, people, customer, touchpoint, lifted)
    missing = draw_missing(rng, people, customer, ratings.shape[1])
    # The wave: the stayers give the same answers again, to the letter.
    row = np.concatenate([np.arange(customer.size), repeat])
    month = np.concatenate([month, np.full(repeat.size, WAVE)])
    date = draw_dates(rng, month)
    by_date = np.argsort(date, kind="stable")
    row = row[by_date]
    return Answers(
        people=people,
        customer=customer[row],
        month=month[by_date],
        date=date[by_date],
        channel=channel[row],
        touchpoint=touchpoint[row],
        ratings=ratings[row],
        missing=missing[row],
        unlifted=unlifted[row],
    )
