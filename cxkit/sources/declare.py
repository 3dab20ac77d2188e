"""Make a source from a function: the decorator behind ``@cx.source``."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cxkit.errors import OptionError, did_you_mean

__all__ = ["FunctionSource", "SignatureOption", "source"]


@dataclass(frozen=True, slots=True)
class SignatureOption:
    """A keyword of a function, as a plugin's user sees it."""

    name: str
    type: str
    default: Any
    required: bool
    help: str = ""


@dataclass(frozen=True, slots=True)
class FunctionSource:
    """A source whose ``read`` is a function ``(uri, *, options...) -> frame or Reading``."""

    name: str
    function: Callable[..., Any]
    extensions: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()

    @property
    def options(self) -> tuple[SignatureOption, ...]:
        return signature_options(self.function, skip=1)

    @property
    def help(self) -> str:
        """The first line of the function's docstring."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    def read(self, uri: str, **options: Any) -> Any:
        """Call the function, refusing options that it does not know by name."""
        known = {o.name for o in self.options}
        for name in options:
            if name not in known:
                raise OptionError(
                    f"source {self.name!r} has no option {name!r}",
                    hint=did_you_mean(name, known, what="Options"),
                )
        return self.function(uri, **options)

    def __call__(self, uri: str, **options: Any) -> Any:
        return self.read(uri, **options)


def signature_options(function: Callable[..., Any], *, skip: int = 0) -> tuple[SignatureOption, ...]:
    """The parameters of ``function`` after its first ``skip``, with their annotations as text."""
    out = []
    for parameter in list(inspect.signature(function).parameters.values())[skip:]:
        annotation = parameter.annotation
        if annotation is parameter.empty:
            text = "any"
        else:
            text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
        required = parameter.default is parameter.empty
        out.append(SignatureOption(parameter.name, text, None if required else parameter.default, required))
    return tuple(out)


def source(
    name: str, *, extensions: tuple[str, ...] = (), schemes: tuple[str, ...] = ()
) -> Callable[[Callable[..., Any]], FunctionSource]:
    """Turn a function into a source.

    Parameters
    ----------
    name : str
        Unique name, a lower-case word.
    extensions : tuple of str
        File endings that it reads, each with its dot.
    schemes : tuple of str
        URI schemes that it reads, without colon.

    Returns
    -------
    decorator
        The decorated function becomes a :class:`FunctionSource`, still callable. Its
        keyword-only arguments are the options; their types, defaults and the docstring feed
        ``cxkit plugins show``, config validation and error messages.

    Examples
    --------
    >>> import cxkit as cx
    >>> @cx.source("lines", extensions=(".lines",))
    ... def read_lines(uri: str, *, encoding: str = "utf-8"):
    ...     "One score a line."
    ...     import pandas as pd
    ...     return pd.read_csv(uri, names=["score"], encoding=encoding)
    >>> read_lines.extensions
    ('.lines',)
    """

    def wrap(function: Callable[..., Any]) -> FunctionSource:
        return FunctionSource(name, function, tuple(extensions), tuple(schemes))

    return wrap
