"""The metrics that come with cxkit, as the registry and ``cxkit plugins`` list them."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from cxkit.errors import OptionError
from cxkit.metrics.definition import LinearMetric, ordered

__all__ = ["CES", "CES1", "CSAT", "NPS", "RATE", "box_metric", "index_metric", "mean_metric", "nps_metric"]

_NPS_BANDS = MappingProxyType(
    {
        -100.0: {"en": "Detractors", "fr": "Détracteurs"},
        0.0: {"en": "Passives", "fr": "Passifs"},
        100.0: {"en": "Promoters", "fr": "Promoteurs"},
    }
)


def nps_metric(scale: tuple[float, float] = (0, 10)) -> LinearMetric:
    """Net Promoter Score: 9-10 count +100, 7-8 count 0, 0-6 count -100.

    On a scale that starts at 1 the classes keep their answers (1-6, 7-8, 9-10).

    References
    ----------
    Reichheld (2003), The one number you need to grow, Harvard Business Review 81(12).
    """
    if scale not in ((0, 10), (1, 10)):
        raise OptionError(
            f"NPS is not defined on {scale[0]:g}-{scale[1]:g}",
            hint="its answers run 0-10 (or 1-10); for another net score write cx.linear_metric(...)",
        )
    points = {float(a): 100.0 if a >= 9 else 0.0 if a >= 7 else -100.0 for a in range(int(scale[0]), 11)}
    return LinearMetric(
        "nps",
        "nps",
        (float(scale[0]), 10.0),
        MappingProxyType(points),
        MappingProxyType({"en": "NPS", "fr": "NPS"}),
        "points",
        detail=f"{scale[0]:g}–10",
        bands=_NPS_BANDS,
        restate=nps_metric,
    )


def box_metric(
    name: str,
    *,
    on: str,
    scale: tuple[float, float],
    boxes: Sequence[float],
    label: dict[str, str] | None = None,
) -> LinearMetric:
    """Share of the answers in ``boxes``, in %. The boxes are part of the metric's identity.

    Parameters
    ----------
    boxes : sequence of answers
        Such as ``(4, 5)`` for top-2 of 5.
    """
    low, high = int(scale[0]), int(scale[1])
    try:
        chosen = {float(b) for b in boxes}
    except (TypeError, ValueError):
        raise OptionError(f"boxes are {boxes!r}", hint=f"a list of answers: boxes=({high - 1}, {high})") from None
    off = sorted(b for b in chosen if not low <= b <= high or b != int(b))
    if not chosen or off or len(chosen) > high - low:
        raise OptionError(
            f"boxes {tuple(boxes)!r} are not some of the answers {low}-{high}",
            hint=f"boxes=({high - 1}, {high}) for the top two",
        )
    points = {float(a): 100.0 if a in chosen else 0.0 for a in range(low, high + 1)}
    top = sorted(chosen) == [float(a) for a in range(high - len(chosen) + 1, high + 1)]
    size = high if low == 1 else f"{low}–{high}"
    detail = (
        f"T{len(chosen)}B of {size} ({ordered(sorted(chosen))})"
        if top
        else f"{ordered(sorted(chosen))} of {low}–{high}"
    )
    return LinearMetric(
        name,
        on,
        (float(low), float(high)),
        MappingProxyType(points),
        MappingProxyType(label or {"en": f"Boxes of {on}", "fr": f"Part de réponses de « {on} »"}),
        "%",
        detail=detail,
        bands=MappingProxyType(
            {0.0: {"en": "Other answers", "fr": "Autres réponses"}, 100.0: {"en": f"Answers {ordered(sorted(chosen))}",
             "fr": f"Réponses {ordered(sorted(chosen))}"}}
        ),
    )  # fmt: skip


def csat_metric(scale: tuple[float, float] = (1, 5), boxes: Sequence[float] | None = None) -> LinearMetric:
    """Customer satisfaction as a box score: the two top answers unless ``boxes`` says otherwise.

    Guides differ on longer scales (9-10, 8-10 or 7-10 of 10), so the boxes are always shown.
    """
    chosen = boxes if boxes is not None else (scale[1] - 1, scale[1])
    base = box_metric("csat", on="csat", scale=scale, boxes=chosen, label={"en": "CSAT", "fr": "CSAT"})
    from dataclasses import replace

    return replace(base, restate=csat_metric if boxes is None else None)


def ces_metric(version: str = "2.0", scale: tuple[float, float] | None = None) -> LinearMetric:
    """Customer Effort Score, the mean answer.

    Parameters
    ----------
    version : {"2.0", "1.0"}
        2.0: agreement that it was easy, 1-7, high is good. 1.0: effort spent, 1-5, low is
        good. The two are different metrics and never pool.

    References
    ----------
    Dixon, Freeman & Toman (2010), Stop trying to delight your customers, HBR 88(7); CEB (2013)
    for version 2.0.
    """
    if version not in ("2.0", "1.0"):
        raise OptionError(
            f"no CES version {version!r}", hint="version='2.0' (1-7, high is good) or '1.0' (1-5, low is good)"
        )
    low, high = scale or ((1.0, 7.0) if version == "2.0" else (1.0, 5.0))
    return LinearMetric(
        "ces" if version == "2.0" else "ces1",
        "ces",
        (float(low), float(high)),
        None,
        MappingProxyType({"en": f"CES {version}", "fr": f"CES {version}"}),
        better="higher" if version == "2.0" else "lower",
        detail=f"{low:g}–{high:g}, {'↑' if version == '2.0' else '↓'}",
    )


def mean_metric(
    name: str = "mean", *, on: str, scale: tuple[float, float] | None = None, better: str = "higher"
) -> LinearMetric:
    """The mean answer, in the scale's own unit."""
    return LinearMetric(
        name, on, scale, None, MappingProxyType({"en": f"Mean of {on}", "fr": f"Moyenne de « {on} »"}),
        better="lower" if better == "lower" else "higher",
        detail="" if scale is None else f"{scale[0]:g}–{scale[1]:g}",
    )  # fmt: skip


def index_metric(name: str = "index", *, on: str, scale: tuple[float, float]) -> LinearMetric:
    """The mean answer moved to 0..100: 0 at the low end of the scale, 100 at the high end."""
    low, high = scale
    points = {float(a): 100.0 * (a - low) / (high - low) for a in range(int(low), int(high) + 1)}
    return LinearMetric(
        name, on, (float(low), float(high)), MappingProxyType(points),
        MappingProxyType({"en": f"Index of {on}", "fr": f"Indice de « {on} »"}), "points",
        detail=f"{low:g}–{high:g} as 0–100",
    )  # fmt: skip


def rate_metric(on: str = "outcome") -> LinearMetric:
    """Share of yes, in %."""
    return LinearMetric(
        "rate",
        on,
        (0.0, 1.0),
        MappingProxyType({0.0: 0.0, 1.0: 100.0}),
        MappingProxyType({"en": f"Rate of {on}", "fr": f"Taux de « {on} »"}),
        "%",
        bands=MappingProxyType({0.0: {"en": "No", "fr": "Non"}, 100.0: {"en": "Yes", "fr": "Oui"}}),
    )


NPS = nps_metric()
CSAT = csat_metric()
CES = ces_metric("2.0")
CES1 = ces_metric("1.0")
RATE = rate_metric()
