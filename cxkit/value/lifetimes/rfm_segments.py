"""Named segments of recency and frequency: each of the 25 pairs of scores is in one of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cxkit.present.phrasebook import Phrases

__all__ = ["SEGMENTS", "advice", "segment_name", "segments_of"]

#: Segment -> scores of recency and of frequency (5: most recent, most frequent).
SEGMENTS: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "champions": ((5,), (4, 5)),
    "loyal": ((3, 4), (4, 5)),
    "potential_loyalists": ((4, 5), (2, 3)),
    "new": ((5,), (1,)),
    "promising": ((4,), (1,)),
    "need_attention": ((3,), (3,)),
    "about_to_sleep": ((3,), (1, 2)),
    "cannot_lose": ((1, 2), (5,)),
    "at_risk": ((1, 2), (3, 4)),
    "hibernating": ((1, 2), (1, 2)),
}

_NAMES = Phrases(
    {
        "champions": {"en": "Champions", "fr": "Champions"},
        "loyal": {"en": "Loyal", "fr": "Fidèles"},
        "potential_loyalists": {"en": "Potential loyalists", "fr": "Fidèles en devenir"},
        "new": {"en": "New", "fr": "Nouveaux"},
        "promising": {"en": "Promising", "fr": "Prometteurs"},
        "need_attention": {"en": "Need attention", "fr": "À surveiller"},
        "about_to_sleep": {"en": "About to sleep", "fr": "En train de décrocher"},
        "cannot_lose": {"en": "Cannot lose them", "fr": "À ne pas perdre"},
        "at_risk": {"en": "At risk", "fr": "À risque"},
        "hibernating": {"en": "Hibernating", "fr": "En sommeil"},
        "all": {"en": "All", "fr": "Ensemble"},
    }
)

advice = Phrases(
    {
        "champions": {"en": "bought lately, and often", "fr": "achats récents et fréquents"},
        "loyal": {"en": "buy often, not only lately", "fr": "achats fréquents, pas forcément récents"},
        "potential_loyalists": {"en": "bought lately, a few times", "fr": "achats récents, quelques fois"},
        "new": {"en": "bought for the first time just now", "fr": "premier achat tout récent"},
        "promising": {"en": "bought once, not long ago", "fr": "un achat, il y a peu"},
        "need_attention": {"en": "middling on both", "fr": "moyens sur les deux plans"},
        "about_to_sleep": {"en": "few purchases, some time ago", "fr": "peu d’achats, qui commencent à dater"},
        "cannot_lose": {
            "en": "used to buy most often, not for long",
            "fr": "les plus fréquents, absents depuis longtemps",
        },
        "at_risk": {"en": "used to buy often, not for long", "fr": "achetaient souvent, absents depuis longtemps"},
        "hibernating": {"en": "few purchases, long ago", "fr": "peu d’achats, anciens"},
        "all": {"en": "", "fr": ""},
    }
)


def segment_name(code: str, lang: str) -> str:
    """What a reader calls a segment."""
    return _NAMES(code, lang)


def segments_of(recency: NDArray[np.int64], frequency: NDArray[np.int64]) -> list[str]:
    """The segment of each customer by his two scores, 1 to 5."""
    table = {(r, f): name for name, (rs, fs) in SEGMENTS.items() for r in rs for f in fs}
    return [table[r, f] for r, f in zip(recency.tolist(), frequency.tolist(), strict=True)]
