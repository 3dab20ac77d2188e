"""The command line: one module a command, loaded when it is called."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from cxkit import __version__

__all__ = ["cli", "main"]

#: Command -> module and the line that ``--help`` shows, so that help imports none of them.
_COMMANDS = {
    "demo": ("cxkit.cli.demo", "Make the executive report on the built-in demo study."),
    "init": ("cxkit.cli.init", "Write a cxkit.toml for your survey file."),
    "check": ("cxkit.cli.check", "Hold the data and the project file against their contract."),
    "run": ("cxkit.cli.run", "Run reports and judge gates."),
    "report": ("cxkit.cli.report", "Make one report in the files you name."),
    "plugins": ("cxkit.cli.plugins", "List, show and check plugins."),
    "doctor": ("cxkit.cli.doctor", "Show versions and what works on this machine."),
}


class _Commands(click.Group):
    """A group that imports a command only when it is used; help costs nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name in _COMMANDS:
            module = import_module(_COMMANDS[name][0])
            command: click.Command = getattr(module, name)
            return command
        from cxkit.registry import registry

        stranger = registry().commands.get(name)
        return stranger if isinstance(stranger, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as exc:
            from cxkit.errors import did_you_mean

            known = did_you_mean(args[0], _COMMANDS, what="Commands")
            raise click.UsageError(f"no command {args[0]!r}: {known}", ctx) from exc


@click.group(cls=_Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--no-plugins", is_flag=True, help="Load built-ins only.")
@click.version_option(__version__, message="cxkit %(version)s")
@click.pass_context
def cli(ctx: click.Context, no_plugins: bool) -> None:
    """The analysis kit for customer experience.

    \b
    Examples:
      cxkit demo                                   the executive report on demo data
      cxkit init enquete.csv                       a project file for your own data
      cxkit run executive -p source=enquete.csv    the report on your own data
      cxkit check                                  data and project file, before any kernel
    """
    if no_plugins:
        os.environ["CXKIT_LOAD_PLUGINS"] = ""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(args: list[str] | None = None) -> None:
    """Run the command line: no traceback for a user's mistake, and the exit codes of the docs."""
    sys.exit(_run(args))


def _run(args: list[str] | None) -> int:
    from cxkit.errors import CxkitError

    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot print an accent shows a question mark, it does not crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        result = cli.main(args=args, prog_name="cxkit", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as exc:
        return exc.exit_code
    except click.UsageError as exc:
        exc.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        return 130
    except click.ClickException as exc:
        exc.show()
        return exc.exit_code
    except CxkitError as exc:
        say_error(exc)
        return exc.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as exc:
        if os.environ.get("CXKIT_TRACEBACK"):
            raise
        where = exc.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        at = f" ({os.path.basename(where.tb_frame.f_code.co_filename)}:{where.tb_lineno})" if where else ""
        say_error(RuntimeError(f"{type(exc).__name__}: {exc}{at}\n  fix: CXKIT_TRACEBACK=1 shows the whole story"))
        return 3


def say_error(exc: Exception) -> None:
    """An error on stderr: what, where, fix; without control characters from the data."""
    from cxkit.present.text import clean_text

    lines = [clean_text(line) for line in str(exc).splitlines()]
    click.echo("error: " + "\n".join(lines), err=True)
