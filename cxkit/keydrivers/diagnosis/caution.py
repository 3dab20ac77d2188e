"""Something that a reader of a driver analysis must know."""

from dataclasses import dataclass

__all__ = ["Caution"]


@dataclass(frozen=True, slots=True)
class Caution:
    """A named warning.

    Attributes
    ----------
    key : str
        Stable name, such as ``collinear`` or ``halo``.
    drivers : tuple of str
        The columns that it is about.
    values : tuple of (str, float)
        The figures of its sentence, by name.
    """

    key: str
    drivers: tuple[str, ...] = ()
    values: tuple[tuple[str, float], ...] = ()

    def text(self, lang: str = "en") -> str:
        """The sentence, in the reader's language."""
        from cxkit.keydrivers.diagnosis.caution_words import caution_text

        return caution_text(self, lang)

    def __str__(self) -> str:
        return self.text()
