"""Options that several commands share, and what they turn into."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from cxkit.errors import ParameterError

__all__ = ["from_root", "parameter_values", "project_option", "said_warnings", "with_parameters"]

project_option = click.option(
    "--project",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder or file of the project; found from here when not given.",
)


def with_parameters(command: Callable[..., Any]) -> Callable[..., Any]:
    """``-p name=value`` (repeat a list's name for each item) and ``-f params.yaml``."""
    command = click.option(
        "-f", "--parameters-file", "file", type=click.Path(path_type=Path), help="YAML or JSON of parameters."
    )(command)
    return click.option(
        "-p", "--parameter", "pairs", multiple=True, metavar="NAME=VALUE", help="A parameter of the report."
    )(command)


def parameter_values(pairs: Sequence[str], file: Path | None) -> dict[str, Any]:
    """Name -> text (or list of texts where a name is repeated); those of the file come first."""
    values: dict[str, Any] = _file_values(file) if file is not None else {}
    given: dict[str, list[str]] = {}
    for pair in pairs:
        name, sep, value = pair.partition("=")
        if not sep:
            raise ParameterError(f"-p {pair!r} has no value", hint="-p name=value")
        given.setdefault(name.strip(), []).append(value)
    return values | {name: texts[0] if len(texts) == 1 else texts for name, texts in given.items()}


def from_root(source: str, root: Path) -> str:
    """A path that the user typed from here, as seen from the project's folder, where kernels run."""
    if not source or os.path.isabs(source) or ":" in source[2:]:
        return source
    return os.path.relpath(source, root)


def _file_values(file: Path) -> dict[str, Any]:
    import yaml

    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
        raise ParameterError(f"cannot be read: {exc}", file=file.name, hint="name: value, a line each") from None
    if not isinstance(content, dict):
        raise ParameterError("holds no parameters", file=file.name, hint="name: value, a line each")
    return {str(k): v for k, v in content.items()}


@contextmanager
def said_warnings() -> Iterator[None]:
    """cxkit's own warnings as one line each on stderr, without a traceback's look."""
    from cxkit.errors import CxkitWarning
    from cxkit.present.text import clean_text

    def show(message: Any, category: Any, *rest: Any, **more: Any) -> None:
        if issubclass(category, CxkitWarning):
            click.echo(f"note: {clean_text(message)}", err=True)

    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.showwarning = show
        yield
