"""Several returns of the same improvement, side by side."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxkit.errors import UnknownNameError, did_you_mean
from cxkit.present.grid import Cell, Grid, Shown
from cxkit.present.items import items_frame, items_list
from cxkit.present.phrasebook import Phrases
from cxkit.present.result import SCHEMA
from cxkit.value.returns.result import Roi

if TYPE_CHECKING:
    import pandas as pd

    from cxkit.value.returns.scenario_plots import ScenarioPlots

__all__ = ["RoiScenarios"]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class RoiScenarios(Shown):
    """Returns under different assumptions, with the same random numbers.

    Attributes
    ----------
    names : tuple of str
    rois : tuple of Roi
    """

    names: tuple[str, ...]
    rois: tuple[Roi, ...]

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, name: str) -> Roi:
        if name not in self.names:
            raise UnknownNameError(f"no scenario {name!r}", hint=did_you_mean(name, self.names, what="Scenarios"))
        return self.rois[self.names.index(name)]

    @property
    def plot(self) -> "ScenarioPlots":
        """Drawings: ``plot()`` for the net gain of each scenario with its interval."""
        from cxkit.value.returns.scenario_plots import ScenarioPlots

        return ScenarioPlots(self)

    def to_frame(self) -> "pd.DataFrame":
        """A frame of ``scenario, item, estimate, low, high, unit``."""
        import pandas as pd

        frames = []
        for name, roi in zip(self.names, self.rois, strict=True):
            frame = items_frame(roi.items)
            frame.insert(0, "scenario", name)
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; NaN becomes None."""
        return {
            "schema": SCHEMA, "kind": "roi_scenarios",
            "scenarios": [
                {"scenario": n, "items": items_list(r.items), "assumptions": r.assumptions.to_dict()["rows"]}
                for n, r in zip(self.names, self.rois, strict=True)
            ],
        }  # fmt: skip

    def explain(self, lang: str = "en") -> str:
        """The net gain, return and chance of each scenario, and whether the answer hangs on which one holds."""
        from cxkit.present.money import amount_interval, money
        from cxkit.value.behaviour.amounts import unit_once
        from cxkit.value.returns.words import share_text, whole

        out = []
        for name, roi in zip(self.names, self.rois, strict=True):
            npv, found = roi.item("npv"), roi.item("roi")
            interval = "" if roi.sure else " " + unit_once(amount_interval(npv.low, npv.high, npv.unit, lang))
            out.append(
                _SAY("one", lang, name=name, npv=money(npv.estimate, roi.currency, lang), interval=interval,
                     roi=whole(found.estimate, lang), chance=share_text(roi.value("probability_positive"), lang))
            )  # fmt: skip
        pays = [roi.value("npv") > 0 for roi in self.rois]
        out.append(_SAY("all" if all(pays) else "some" if any(pays) else "no", lang))
        return " ".join(out)

    def grid(self, lang: str = "en") -> Grid:
        from cxkit.present.palette import HIGHER, LOWER
        from cxkit.value.returns.phrases import item_name, say
        from cxkit.value.returns.words import item_texts

        shown = ("npv", "roi", "probability_positive", "payback_months", "cost", "break_even_share")
        rows = []
        for name, roi in zip(self.names, self.rois, strict=True):
            cells = [Cell(name, "head")]
            for item in shown:
                text, interval = item_texts(roi, roi.item(item), lang)
                colour = "" if item != "npv" else HIGHER if roi.value("npv") > 0 else LOWER
                joined = f"{text} {interval}".strip() if item in ("npv", "roi") else text
                cells.append(Cell(joined, strong=item == "npv", colour=colour))
            rows.append(tuple(cells))
        heads = (_SAY("scenario", lang), *(item_name(i, lang) for i in shown))
        return Grid(_SAY("caption", lang), heads, tuple(rows), (say("item", lang), _SAY("same", lang)))


_SAY = Phrases(
    {
        "caption": {"en": "Return by scenario", "fr": "Rentabilité par scénario"},
        "scenario": {"en": "Scenario", "fr": "Scénario"},
        "one": {
            "en": "{name}: {npv}{interval} net, an ROI of {roi}, paying in {chance} of draws.",
            "fr": "{name} : {npv}{interval} nets, un ROI de {roi}, rentable dans {chance} des tirages.",
        },
        "all": {
            "en": "It is expected to pay in every scenario.",
            "fr": "Le gain attendu est positif dans tous les scénarios.",
        },
        "some": {
            "en": "Whether it is expected to pay hangs on which scenario holds.",
            "fr": "Le signe du gain attendu dépend du scénario.",
        },
        "no": {
            "en": "It is expected to pay in no scenario.",
            "fr": "Le gain attendu n’est positif dans aucun scénario.",
        },
        "same": {
            "en": "All scenarios use the same random numbers, so they differ by their assumptions alone.",
            "fr": "Tous les scénarios utilisent les mêmes tirages : seules leurs hypothèses les distinguent.",
        },
    }
)
