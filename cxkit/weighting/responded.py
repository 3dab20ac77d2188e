"""What weighting for non-response returns: a weight for each respondent, and what it rests on."""

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from cxkit.errors import ColumnError, UsageError
from cxkit.present.grid import Grid, Shown
from cxkit.present.numbers import count, number, with_unit
from cxkit.present.result import SCHEMA
from cxkit.study import Study
from cxkit.weighting.margins import MarginRow, margin_cells, margin_dicts, margin_heads
from cxkit.weighting.plotting import MarginPlots
from cxkit.weighting.propensity import Term
from cxkit.weighting.rows import free_name, weighted_study
from cxkit.weighting.words import say

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ResponseClass", "ResponseWeights"]


@dataclass(frozen=True, slots=True)
class ResponseClass:
    """People of like chance to respond.

    Attributes
    ----------
    invited, answered : int
    rate : float
        (Weighted) share who answered, in %.
    low, high : float
        Range of their fitted chances, in %.
    weight : float
        Mean weight of its respondents.
    """

    invited: int
    answered: int
    rate: float
    low: float
    high: float
    weight: float


@dataclass(frozen=True, slots=True, repr=False)
class ResponseWeights(Shown):
    """A weight for each respondent, mean 1.

    Attributes
    ----------
    id : str
        The key column.
    on : tuple of str
        What the chance to respond was explained by.
    method : {"classes", "inverse"}
    classes : tuple of ResponseClass
        By rising chance.
    margins : tuple of MarginRow
        Each category: respondents before, weighted, and (target) everybody invited, in %.
    terms : tuple of Term
        Coefficients on the log-odds scale; the constant first.
    invited, n : int
        People, and respondents among them.
    n_eff : float
        Kish's effective number of respondents.
    low, high : float
        Range of the weights.
    floor : float
        Least chance, as a share.
    floored : int
        Respondents below it.
    design : str
        The column of design weights, or an empty text.
    """

    id: str
    on: tuple[str, ...]
    method: str
    classes: tuple[ResponseClass, ...]
    margins: tuple[MarginRow, ...]
    terms: tuple[Term, ...]
    invited: int
    n: int
    n_eff: float
    low: float
    high: float
    floor: float
    floored: int
    design: str
    source: str
    ids: tuple[Any, ...] = field(repr=False)
    weights: tuple[float, ...] = field(repr=False)

    @property
    def deff(self) -> float:
        """Kish's design effect of the weights, n / n_eff."""
        return self.n / self.n_eff

    @property
    def plot(self) -> MarginPlots:
        """Drawings: ``plot()`` for respondents before and after, beside everybody."""
        return MarginPlots(self.margins, "response", "respondents", "everybody")

    def to_weights(self) -> "pd.DataFrame":
        """A frame of the key and ``weight``: a line a respondent."""
        import pandas as pd

        return pd.DataFrame({self.id: list(self.ids), "weight": self.weights})

    def to_frame(self) -> "pd.DataFrame":
        """A frame of ``margin, category, n, target, before, after``, shares in %; the target is everybody."""
        import pandas as pd

        return pd.DataFrame(margin_dicts(self.margins))

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values that JSON can hold; no person's key or weight."""
        return {
            "schema": SCHEMA, "kind": "response_weights", "method": self.method, "on": list(self.on),
            "invited": self.invited, "n": self.n, "n_eff": self.n_eff, "deff": self.deff, "low": self.low,
            "high": self.high, "floor": self.floor, "floored": self.floored, "design": self.design or None,
            "classes": [asdict(c) for c in self.classes], "terms": [asdict(t) for t in self.terms],
            "rows": margin_dicts(self.margins),
        }  # fmt: skip

    def weigh(self, study: Study, *, id: str | None = None) -> Study:
        """The study of the answers with these weights; answers of other people get 0 and stay out.

        Parameters
        ----------
        study : Study
            On pandas, polars or pyarrow.
        id : str, optional
            Its key column; the role ``id`` or the key of these weights when not given.

        Raises
        ------
        ColumnError
            No key in common.
        UsageError
            An engine that holds no rows, or a study whose own weight these weights do not know.
        """
        import narwhals.stable.v2 as nw

        if "weight" in study.roles and not self.design:
            raise UsageError(
                "the study has design weights, and these weights were made without",
                hint="response_weights(..., weight='...') on everybody takes them in",
            )
        key = study.column(id or ("id" if "id" in study.roles else self.id))
        frame = nw.from_native(study.data)
        if not isinstance(frame, nw.DataFrame):
            raise UsageError(
                "rows can be matched by key only where they are in memory",
                hint="join the frame of to_weights() in the engine, then say weight='weight'",
            )
        weight_of = dict(zip(self.ids, self.weights, strict=True))
        found = [weight_of.get(one) for one in _keys(frame[key])]
        if not any(found):
            raise ColumnError(
                f"no value of {key!r} is among the {self.n} respondents", column=key, hint="name the key: id='...'"
            )
        name = free_name(study.columns)
        series = nw.new_series(name, [x or 0.0 for x in found], nw.Float64, backend=frame.implementation)
        if frame.implementation.is_pandas_like():
            series = nw.maybe_set_index(series, index=nw.maybe_get_index(frame))
        return weighted_study(study, frame.with_columns(series).to_native(), name)

    def explain(self, lang: str = "en") -> str:
        """Who answered, how that was made good, and when it suffices, in sentences."""
        return " ".join([*self._facts(lang), say("observed", lang)])

    def _facts(self, lang: str) -> list[str]:
        def percent(x: float) -> str:
            return with_unit(x, "%", lang)

        out = [
            say(
                "rate", lang, answered=count(self.n, lang), invited=count(self.invited, lang),
                rate=percent(100 * self.n / self.invited), on=", ".join(self.on),
                low=percent(self.classes[0].low), high=percent(self.classes[-1].high),
            ),
            say(self.method, lang, k=len(self.classes)),
            say(
                "size", lang, n=count(self.n, lang), n_eff=number(self.n_eff, lang, digits=0),
                deff=number(self.deff, lang, digits=2),
            ),
            say("range", lang, low=number(self.low, lang, digits=2), high=number(self.high, lang, digits=2)),
        ]  # fmt: skip
        if self.floored:
            out.append(say("floored", lang, floor=percent(100 * self.floor), k=count(self.floored, lang)))
        return out

    def grid(self, lang: str = "en") -> Grid:
        """A line a category: respondents before and after, beside everybody."""
        notes = (say("about", lang), *self._facts(lang), say("observed", lang))
        heads = margin_heads(lang, "respondents", "everybody")
        return Grid(say("response", lang), heads, margin_cells(self.margins, lang), notes)


def _keys(column: Any) -> list[Any]:
    from cxkit.tally.engine import plain

    return [plain(one) for one in column.to_list()]
