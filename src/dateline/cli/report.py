"""Run the commands that build, repeat, compare and show the report."""

import webbrowser
from pathlib import Path
from typing import Annotated, Literal

import typer

from dateline import __version__
from dateline.cli.terminal import Root, err, find_study, out, plain, say, track
from dateline.errors import DatelineError

Renderer = Literal["auto", "quarto", "embedded"]

_RENDERER = "`auto` takes Quarto if it is on the PATH, otherwise the embedded renderer."


def build(
    root: Root = None,
    renderer: Annotated[Renderer, typer.Option(help=_RENDERER)] = "auto",
    evidence: Annotated[
        Literal["excerpts", "full"],
        typer.Option(
            help="`full` builds the newsroom's own copy with whole sentences in `_site-full`. Do not publish it."
        ),
    ] = "excerpts",
    force: Annotated[bool, typer.Option("--force", help="Make everything again, changed or not.")] = False,
    until: Annotated[
        Literal["tables", "notebooks", "pages", "site"], typer.Option(help="Stop after this stage.")
    ] = "site",
    open_site: Annotated[bool, typer.Option("--open", help="Open the finished report in a browser.")] = False,
) -> None:
    """Build the report: tables, notebooks, figures, pages, site.

    A stage is skipped if nothing that it reads has changed. If the build fails, the tables and the site of the
    last build stay as they were.
    """
    from dateline.build.stages import build as run

    full = evidence == "full"
    report = run(find_study(root), renderer=renderer, full=full, force=force, until=until, say=say, track=track)
    _print_moved(report.moved)
    if until != "site":
        return
    page = report.site / "index.html"
    out.print(f"Built with {'Quarto' if report.renderer == 'quarto' else 'the embedded renderer'}: {plain(str(page))}")
    if full:
        out.print("This copy shows whole sentences of articles that belong to others. Do not publish it.")
    if open_site and not webbrowser.open(page.as_uri()):
        out.print("No browser was found here; open the file above in one.")


def _print_moved(moved: list) -> None:
    """Print the sentences and titles that have changed, and ask for a correction."""
    if not moved:
        return
    places = f"{len(moved)} {'place' if len(moved) == 1 else 'places'}"
    out.print(f"[bold]The report says something else now[/bold] in {places}:")
    for difference in moved:
        out.print(plain(str(difference)))
    out.print("Read them. If the old ones were published, add a line to data/corrections.csv: date, claim, change.")


def rerun(
    root: Root = None,
    renderer: Annotated[Renderer, typer.Option(help="As for `dateline build`.")] = "embedded",
    site: Annotated[
        Path | None,
        typer.Option(help="A published site, or its manifest.json, to compare the pages with; the default is `_site`."),
    ] = None,
) -> None:
    """Make the whole report again from its inputs, and check that every byte is the same.

    The inputs are copied to a new folder and built there without network; the tables are made once more on one
    thread. Tables, notebooks, variables, figures and pages are then compared with those of the study. The command
    prints each difference with the old and the new value, and exits with 1 if there is one. It changes nothing
    in the study.
    """
    import platform

    from dateline.build.verify import verify

    receipt = verify(find_study(root), renderer=renderer, site=site, say=say)
    out.print(f"dateline {__version__}, Python {platform.python_version()}, inputs {receipt.inputs}")
    for part, count in receipt.compared.items():
        bad = len(receipt.found[part])
        out.print(f"  {part:<24}{count:>5} files  {'identical' if not bad else f'{bad} differences'}")
    for difference in receipt.differences:
        out.print(plain(str(difference)))
    if receipt.differences:
        out.print(
            "[bold red]Not identical.[/bold red] If you meant the change, run `dateline build` and commit the result."
        )
        raise typer.Exit(1)
    out.print("[bold green]Identical.[/bold green]")


def compare(
    old: Annotated[Path, typer.Argument(help="The folder of the earlier build.")],
    new: Annotated[
        Path | None, typer.Argument(help="The folder of the later build; the default is this study.")
    ] = None,
) -> None:
    """Compare two builds of a study for an editor: titles, sentences, and rows of tables.

    A build is a folder with `_variables.yml`, `data/derived` and `report/made`: for example, clones of two commits.
    The command exits with 1 if anything differs.
    """
    from dateline.build.changes import changed_sentences, changed_tables, changed_titles, read_titles, read_variables

    later = new or find_study(None)
    for folder in (old, later):
        if not (folder / "_variables.yml").is_file():
            msg = f"{folder} has no _variables.yml. Give the folder of a study that was built."
            raise DatelineError(msg)
    moved = changed_titles(read_titles(old), read_titles(later))
    moved += changed_sentences(later, *(read_variables(folder / "_variables.yml") for folder in (old, later)))
    _print_moved(moved)
    rows = changed_tables(old, later)
    for difference in rows:
        out.print(plain(str(difference)))
    out.print(f"{len(rows)} differences in tables." if rows else "No table differs.")
    if moved or rows:
        raise typer.Exit(1)


def preview(
    root: Root = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the server; 0 takes a free one.")] = 8765,
    renderer: Annotated[Renderer, typer.Option(help="As for `dateline build`.")] = "auto",
    open_site: Annotated[bool, typer.Option("--open", help="Open the report in a browser.")] = False,
) -> None:
    """Show the report on this machine, and build it again when a file changes.

    Reload the page to see a change. If a build fails, you see the error and the last good report. Ctrl+C ends it.
    """
    from dateline.cli.preview import serve

    serve(find_study(root), port=port, renderer=renderer, open_site=open_site, say=err.print, track=track)
