"""The hooks that a plugin may implement.

``from cxkit.hooks import hookimpl``, then define functions of these names in the module that
the entry point (group ``cxkit``) or the drop-in file names. Hooks return objects; nothing is
registered by side effect. Return a list or a tuple, never None, a generator or a coroutine.
The first three are enough for most plugins, and objects made by ``@cx.source``, ``@cx.metric``
and ``@cx.report`` at the top of the module need no hook at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from pathlib import Path

    import click

    from cxkit.protocols import Metric, Report, Source
    from cxkit.reports.export import Exporter
    from cxkit.reports.gates import GateOutcome
    from cxkit.study import Study

__all__ = ["HOOKS", "Specs", "hookimpl"]

hookspec = pluggy.HookspecMarker("cxkit")
hookimpl = pluggy.HookimplMarker("cxkit")


class Specs:
    """The eight hooks. Plugin classes may inherit this class to have their signatures checked."""

    @hookspec
    def cxkit_sources(self) -> Sequence[Source]:
        """Add places that ``cx.read`` can read. Called once, when the registry is built."""
        raise NotImplementedError

    @hookspec
    def cxkit_metrics(self) -> Sequence[Metric]:
        """Add metrics for ``s.metric(name)``, trends, gates and reports. Called once."""
        raise NotImplementedError

    @hookspec
    def cxkit_reports(self) -> Sequence[Report]:
        """Add notebooks that ``cxkit run NAME`` executes. Called once."""
        raise NotImplementedError

    @hookspec
    def cxkit_study_loaded(self, study: Study) -> Sequence[str]:
        """See each study as it is made; return remarks for its card (an empty list for none).

        The study is immutable, and its frame reaches the plugin as a copy-on-write view.
        """
        raise NotImplementedError

    @hookspec
    def cxkit_report_finished(self, report: str, files: Sequence[Path]) -> None:
        """Act on a finished report: publish it, mail it. ``files`` are complete and closed."""

    @hookspec
    def cxkit_gates_finished(self, outcomes: Sequence[GateOutcome]) -> None:
        """Act on the judgement of all gates: notify only when one failed."""

    @hookspec
    def cxkit_exporters(self) -> Sequence[Exporter]:
        """Add output formats for reports, each named by the file ending it writes."""
        raise NotImplementedError

    @hookspec
    def cxkit_commands(self) -> Sequence[click.Command]:
        """Add subcommands to the ``cxkit`` command line."""
        raise NotImplementedError


HOOKS: tuple[str, ...] = tuple(name for name in vars(Specs) if name.startswith("cxkit_"))
