"""Run Dateline from the command line: the program, its commands in the order of `--help`, and how it ends."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from dateline import __version__
from dateline.cli import report, study
from dateline.cli.terminal import err, out, plain
from dateline.errors import DatelineError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="From a folder of news articles to a published report in which every mark links to its evidence.\n\n"
    "A study is a folder with `data/study.toml`, `data/articles/` and the lists beside them; run the commands inside it. "
    "Start with `dateline check`, then `dateline build`, then open `_site/index.html`.",
)


def _version(value: bool) -> None:
    if value:
        out.print(f"dateline {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Take the options of the program itself."""


def _renamed(old: str, command: Callable) -> Callable:
    @wraps(command)
    def run(**options: Any) -> None:
        err.print(f"`dateline {old}` is now `dateline {command.__name__}`; the old name goes in the next version.")
        command(**options)

    return run


for command in (
    report.build, report.preview, study.new, study.example, study.upgrade, study.check, study.actors, study.sheet,
    study.score, report.rerun, report.compare, study.measure, study.sample,
):  # fmt: skip
    app.command()(command)
for old, command in (("verify", report.rerun), ("validate", study.score), ("diff", report.compare)):
    app.command(old, hidden=True)(_renamed(old, command))


def main() -> None:
    """Run the command line; an error that a user can mend is printed without a traceback."""
    try:
        app()
    except DatelineError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        # If the disk is full while Polars reads or writes, its error is no OSError.
        if not isinstance(error, OSError) and "(os error " not in str(error):
            raise
        _fail(f"{error}\nNothing that was built before has changed. Mend this, and run the command again.")


def _fail(message: str) -> None:
    err.print(f"[bold red]dateline:[/bold red] {plain(message)}")
    sys.exit(1)
