"""The command line: every command that a reader of the README types."""

import sys
import webbrowser
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from dateline import __version__
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

out = Console(highlight=False, soft_wrap=True)

err = Console(stderr=True, highlight=False, soft_wrap=True)

Root = Annotated[
    Path | None,
    typer.Option(
        "--root",
        help="Folder of the study; the working directory or one above it if not given.",
        show_default=False,
    ),
]


class Renderer(StrEnum):
    """Who renders the pages."""

    auto = "auto"
    quarto = "quarto"
    embedded = "embedded"


class Stage(StrEnum):
    """The stages of a build, in order."""

    tables = "tables"
    notebooks = "notebooks"
    pages = "pages"
    site = "site"


class Evidence(StrEnum):
    """How much text the evidence pages show."""

    excerpts = "excerpts"
    full = "full"


def _version(value: bool) -> None:
    if value:
        out.print(f"dateline {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Options of the program itself."""


def _track(items: Iterable, label: str) -> Iterator:
    """A progress bar, drawn only for a person at a terminal."""
    items = list(items)
    with Progress(
        TextColumn(f"  {label:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    ) as bar:
        task = bar.add_task(label, total=len(items))
        for item in items:
            yield item
            bar.advance(task)


def _find(root: Path | None) -> Path:
    from dateline.study.load import find_root

    if root is not None and not root.is_dir():
        msg = f"{root} is not a folder. Give the folder that holds data/study.toml."
        raise DatelineError(msg)
    return find_root(root)


@app.command()
def build(
    root: Root = None,
    renderer: Annotated[
        Renderer,
        typer.Option(
            help="`auto` takes Quarto where it is on the PATH, and the embedded renderer where it is not."
        ),
    ] = Renderer.auto,
    evidence: Annotated[
        Evidence,
        typer.Option(
            help="`full` builds the newsroom's own copy, with whole sentences, into `_site-full`; never publish it."
        ),
    ] = Evidence.excerpts,
    force: Annotated[bool, typer.Option("--force", help="Make everything anew, changed or not.")] = False,
    until: Annotated[Stage, typer.Option(help="Stop after this stage.")] = Stage.site,
    open_site: Annotated[
        bool, typer.Option("--open", help="Open the report in a browser when it is built.")
    ] = False,
) -> None:
    """Build the report: tables, notebooks, figures, pages, site.

    A stage is skipped when nothing that it reads has changed, and says so. An error leaves the site and
    the tables of the last build as they were.
    """
    from dateline.build.stages import build as run

    report = run(
        _find(root),
        renderer=renderer.value,
        full=evidence is Evidence.full,
        force=force,
        until=until.value,
        say=lambda text: err.print(f"[dim]{text}[/dim]"),
        track=_track,
    )
    _tell_moved(report.moved)
    if until is not Stage.site:
        return
    page = report.site / "index.html"
    out.print(
        f"Built with {'Quarto' if report.renderer == 'quarto' else 'the embedded renderer'}: {_plain(str(page))}"
    )
    if evidence is Evidence.full:
        out.print("This copy shows whole sentences of articles that others own: not for publication.")
    if open_site and not webbrowser.open(page.as_uri()):
        out.print("No browser was found here; open the file above in one.")


def _tell_moved(moved: list) -> None:
    """Say which sentences read differently now, and ask for a correction."""
    if not moved:
        return
    out.print(
        f"[bold]The report says something else now[/bold] in {len(moved)} {'place' if len(moved) == 1 else 'places'}:"
    )
    for difference in moved:
        out.print(_plain(str(difference)))
    out.print(
        "Read them. If the old ones were published, add a line to data/corrections.csv: date, claim, change."
    )


@app.command()
def new(
    target: Annotated[Path, typer.Argument(metavar="DIR", help="The new folder.")],
    articles: Annotated[
        Path,
        typer.Option(
            help="A folder of articles: text, Markdown, saved pages, CSV, JSON Lines, Parquet, web archives.",
            show_default=False,
        ),
    ],
    proposition: Annotated[
        str,
        typer.Option(
            prompt="The proposition, in one sentence (for example: Norland becomes a member of the League)",
            help='One sentence that somebody can be for or against: "Norland becomes a member of the League".',
            show_default=False,
        ),
    ],
    title: Annotated[
        str, typer.Option(help="Name of the study; the name of the folder if not given.", show_default=False)
    ] = "",
) -> None:
    """Make a study of your own articles: everything that a first site needs, in one folder.

    Reads the articles, drafts the ledger of actors, the phrases of the proposition, the ideas to follow and
    the periods, and marks each choice as a draft until you have read it. Then: `dateline build --root DIR`.
    """
    from dateline.intake.draft import draft_study
    from dateline.intake.folder import read_folder
    from dateline.study.load import unreviewed

    if not articles.is_dir():
        msg = (
            f"{articles} is not a folder. Put the articles into one, in any of the formats that --help names."
        )
        raise DatelineError(msg)
    found = read_folder(articles, _track)
    for fault in found.faults:
        err.print(f"[yellow]left out:[/yellow] {_plain(str(fault))}")
    for note in found.notes:
        err.print(f"[yellow]read in part:[/yellow] {_plain(str(note))}")
    study = draft_study(
        target,
        found.articles,
        proposition=proposition,
        title=title.strip() or target.resolve().name.replace("-", " ").replace("_", " ").capitalize(),
        say=lambda text: err.print(f"[dim]{_plain(text)}[/dim]"),
    )
    drafted = ", ".join(f"{count} in {name}" for name, count in unreviewed(study).items())
    out.print(f"A study of {len(study.articles)} articles stands in {_plain(str(target))}.")
    out.print(f"Drafted, for you to review: {drafted}.")
    out.print(
        f"Next: [bold]dateline build --root {_plain(str(target))}[/bold], then read {_plain(str(target / 'README.md'))}."
    )


@app.command()
def measure(
    files: Annotated[
        list[Path], typer.Argument(help="Parquet, JSON Lines or CSV files with one article a row.")
    ],
    target: Annotated[
        Path, typer.Option("--out", help="Folder of the job and of its tables.", show_default=False)
    ],
    root: Root = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that measure batches.")] = 1,
    cluster: Annotated[
        str | None,
        typer.Option(help="Address of a Dask scheduler, instead of processes here.", show_default=False),
    ] = None,
    batch: Annotated[int, typer.Option(min=1, help="Articles in a batch: less memory, more files.")] = 250,
) -> None:
    """Measure an archive of any size with the lists of a study, in batches of bounded memory.

    Run the same command again after an interruption: batches that are done are not done again. Tables of
    single articles are written batch by batch, rates, co-mentions and means are merged from them, all below
    `tables/` in the folder of --out. Tests of words and pairs rest on sums over articles.
    """
    from dateline.archive.measure import measure as run

    def track(items: Iterable, label: str, total: int) -> Iterator:
        columns = (
            TextColumn(f"  {label:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
            TextColumn("{task.fields[rate]}"),
        )  # fmt: skip
        done = 0
        with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
            task = bar.add_task(label, total=total, rate="")
            for item in items:
                yield item
                done += item if label == "Batches" else 0
                seconds = bar.tasks[0].elapsed or 0
                bar.update(
                    task, advance=1, rate=f"{done / seconds:,.0f} articles/s" if done and seconds else ""
                )

    done = run(files, _find(root), target, workers=workers, cluster=cluster, batch=batch, track=track)
    again = f", {done.before} batches were done before" if done.before else ""
    out.print(
        f"{done.articles:,} articles measured{again}; {done.skipped:,} rows skipped (tables/skipped says why)."
    )
    out.print(f"Tables: {_plain(str(target / 'tables'))}")


@app.command()
def sample(
    job: Annotated[
        Path, typer.Argument(metavar="JOB", help="The folder that `dateline measure` was given as --out.")
    ],
    target: Annotated[Path, typer.Argument(metavar="DIR", help="The new folder.")],
    root: Root = None,
    articles: Annotated[int, typer.Option(min=1, help="How many articles to draw.")] = 1000,
    title: Annotated[
        str,
        typer.Option(
            help="Name of the new study; that of the measuring one, called a sample, if not given.",
            show_default=False,
        ),
    ] = "",
) -> None:
    """Draw articles of a measured archive at random into a study, to report on the archive.

    The new study has the lists and settings of the one that measured the archive, and the archive's tables
    beside its own: the report says how the sample stands to the whole, and offers both. Then:
    `dateline build --root DIR`.
    """
    from dateline.archive.sample import draw_sample

    study = draw_sample(job, _find(root), target, articles=articles, title=title, track=_track)
    drawn, whole = study.settings["sample"]["drawn"], study.settings["sample"]["of"]
    out.print(
        f"A study of {drawn:,} articles, drawn at random from {whole:,}, stands in {_plain(str(target))}."
    )
    out.print(f"Next: [bold]dateline build --root {_plain(str(target))}[/bold].")


@app.command()
def upgrade(root: Root = None) -> None:
    """Bring the pages, notebooks and lists of English of a study up to the installed version.

    What you have changed stays as it is; where the new version differs from it, that is put beside it with
    `.new` at the end, for you to compare. Your articles, actors, phrases and story are never touched.
    """
    from dateline.intake.upgrade import upgrade as bring

    done = bring(_find(root))
    for what, names in (
        ("replaced", done.replaced),
        ("added", done.added),
        ("yours, kept", done.kept),
        ("yours, kept; the new one stands beside it as .new", done.beside),
    ):
        for name in names:
            out.print(f"{what}: {_plain(name)}")
    out.print(
        f"From dateline {done.before} to {__version__}. Next: `dateline build`, and read what it says has changed."
    )


@app.command()
def verify(
    root: Root = None,
    renderer: Annotated[Renderer, typer.Option(help="As for `dateline build`.")] = Renderer.embedded,
    site: Annotated[
        Path | None,
        typer.Option(
            help="A published site, or its manifest.json, to compare the pages with; `_site` if not given."
        ),
    ] = None,
) -> None:
    """Prove that the report is what its inputs give: make everything again and compare every byte.

    The inputs are copied to a clean folder and built there without network, with a fixed hash seed, in
    UTC and the C locale; the tables once more on one thread. Tables, notebooks, variables, figures and
    pages are compared with those of the study. Each difference is named with the old and the new value.
    Nothing in the study is touched. Leaves with 1 when anything differs.
    """
    import platform

    from dateline.build.verify import verify as prove

    def say(text: str) -> None:
        err.print(f"[dim]{text}[/dim]")

    receipt = prove(_find(root), renderer=renderer.value, site=site, say=say)
    out.print(f"dateline {__version__}, Python {platform.python_version()}, inputs {receipt.inputs}")
    for part, count in receipt.compared.items():
        bad = len(receipt.found[part])
        out.print(f"  {part:<24}{count:>5} files  {'identical' if not bad else f'{bad} differences'}")
    for difference in receipt.differences:
        out.print(_plain(str(difference)))
    if receipt.differences:
        out.print(
            "[bold red]Not identical.[/bold red] If the change is meant, run `dateline build` and commit what it makes."
        )
        raise typer.Exit(1)
    out.print("[bold green]Identical.[/bold green]")


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="A folder that holds the earlier build of the study.")],
    new: Annotated[Path | None, typer.Argument(help="The later one; this study if not given.")] = None,
) -> None:
    """Tell an editor what changed between two builds: titles, sentences, then every file and value.

    A build is a folder with `_variables.yml`, `data/derived` and `report/made`, such as two clones at two
    commits. Leaves with 1 when anything differs.
    """
    from dateline.build.changes import changed_sentences, changed_titles, compare, read_titles, read_variables
    from dateline.build.verify import PARTS

    later = new or _find(None)
    for folder in (old, later):
        if not (folder / "_variables.yml").is_file():
            msg = f"{folder} holds no _variables.yml. Give the folder of a study that was built."
            raise DatelineError(msg)
    told = changed_titles(read_titles(old), read_titles(later))
    told += changed_sentences(later, *(read_variables(folder / "_variables.yml") for folder in (old, later)))
    _tell_moved(told)
    differences = compare(old, later, [name for names in PARTS.values() for name in names])[1]
    for difference in differences:
        out.print(_plain(str(difference)))
    out.print(f"{len(differences)} differences in files." if differences else "No file differs.")
    if differences:
        raise typer.Exit(1)


@app.command()
def check(root: Root = None) -> None:
    """Check the study: every file, list, id and date, and the codes in data/gold.

    Each fault is named with its file, its line and what mends it. Leaves with 1 when there is one.
    """
    from dateline.codes.gold import has_gold, read_codes
    from dateline.study.load import load_study
    from dateline.tables import GOLD

    study = load_study(_find(root))
    if has_gold(study.root / GOLD):
        read_codes(study.root / GOLD)
    lists = ", ".join(f"{name} {frame.height}" for name, frame in study.lists.items())
    out.print(f"The study is valid: {len(study.articles)} articles; rows in its lists: {lists}.")


@app.command()
def actors(
    root: Root = None,
    least: Annotated[int, typer.Option("--least", min=1, help="Leave out names used less often.")] = 1,
    rows: Annotated[
        bool, typer.Option("--rows", help="Print lines for data/actors.csv instead of a table.")
    ] = False,
) -> None:
    """List names in the articles that no entry of data/actors.csv covers.

    Each comes with its place in a sentence and, where its spelling is near an alias, with the actor that it
    may mean. A person decides: paste a line of `--rows` into the ledger, mend actor, kind and `how`, and give
    the reason in its note.
    """
    import polars as pl
    from rich.table import Table

    from dateline.actors.discovery import find_names
    from dateline.actors.ledger import compile_ledger
    from dateline.actors.mentions import find_mentions
    from dateline.corpus.articles import build_corpus
    from dateline.study.load import load_study

    study = load_study(_find(root))
    corpus = build_corpus(study)
    sentences, ledger = corpus["sentences"], compile_ledger(study.lists, corpus["articles"])
    mentions = find_mentions(sentences, study.texts, ledger)
    names = find_names(sentences, mentions, ledger, study.lists).filter(pl.col("mentions") >= least)
    if rows:
        for row in names["row"]:
            typer.echo(row)
        return
    table = Table(title=f"{names.height} names that the ledger does not cover", title_justify="left")
    for column, justify in (
        ("name", "left"),
        ("uses", "right"),
        ("articles", "right"),
        ("may be", "left"),
        ("in the text", "left"),
    ):
        table.add_column(column, justify=justify)
    for row in names.iter_rows(named=True):
        cells = (
            row["name"],
            str(row["mentions"]),
            str(row["articles"]),
            row["suggestion"] or "",
            row["context"],
        )
        table.add_row(*(_plain(cell) for cell in cells))
    out.print(table)


@app.command()
def sheet(
    root: Root = None,
    sentences: Annotated[int, typer.Option(min=1, help="How many sentences to draw.")] = 100,
    seed: Annotated[int, typer.Option(help="The same seed draws the same sentences.")] = 1,
    collect: Annotated[
        bool, typer.Option("--collect", help="Make gold codes of the filled sheet instead of drawing one.")
    ] = False,
) -> None:
    """Code by hand: draw a random sample of sentences, or collect the codes from the filled sheet.

    Open `data/gold/sheet.csv` in any spreadsheet. For each sentence that you have read put `yes` into
    `read`; where it holds a statement, give holder, voice, on_target and the scales as `data/CODEBOOK.md`
    says; for a second statement copy the row. Then `dateline sheet --collect` and `dateline build`.
    """
    from dateline.codes.sheet import collect_sheet, write_sheet
    from dateline.study.load import load_study
    from dateline.tables import load_tables

    study = load_study(_find(root))
    table = load_tables(study.root)["sentences"]
    if collect:
        read, coded = collect_sheet(study, table)
        out.print(
            f"{read} sentences read, {coded} statements coded: data/gold/. Next: `dateline build`, then `dateline validate`."
        )
        return
    path = write_sheet(study, table, count=sentences, seed=seed)
    out.print(f"Drawn: {_plain(str(path))}. It holds sentences of the articles: not for publication.")


@app.command()
def validate(
    gold: Annotated[
        Path | None, typer.Argument(help="A folder of gold codes; data/gold when not given.")
    ] = None,
    root: Root = None,
    worst: Annotated[
        int, typer.Option(min=0, help="How many disagreements to print, with their sentences.")
    ] = 10,
) -> None:
    """Hold the tables of the last build against codes given by reading.

    Prints precision, recall and F1 of each measure, Krippendorff's alpha between program and coders, the
    confusion of each scale, how often each rule names the right holder, and the disagreements to read.
    """
    import polars as pl
    from rich.table import Table

    from dateline.codes.validation import validate as hold
    from dateline.tables import GOLD, load_tables

    home = _find(root)
    found = hold(gold or home / GOLD, load_tables(home))

    def show(title: str, frame: pl.DataFrame) -> None:
        table = Table(title=title, title_justify="left")
        for name, kind in frame.schema.items():
            table.add_column(name, justify="right" if kind.is_numeric() else "left")
        for row in frame.iter_rows():
            cells = (
                "" if cell is None else f"{cell:.3f}" if isinstance(cell, float) else str(cell)
                for cell in row
            )
            table.add_row(*(_plain(cell) for cell in cells))
        out.print(table)

    show("How right it is", found.scores)
    show("Agreement (Krippendorff's alpha, nominal)", found.agreement)
    show("Scales: gold across, found beside", found.confusion)
    show("Rules", found.rules)
    for row in found.errors.head(worst).iter_rows(named=True):
        told = f"the codes say {row['gold'] or 'nothing'}, the program says {row['found'] or 'nothing'}"
        why = f" ({row['because']})" if row["because"] else ""
        out.print(
            f"\n[bold]{row['article_id']} at {row['start']}[/bold], {_plain(row['what'])}: {_plain(told + why)}"
        )
        out.print(_plain(" ".join(row["text"].split())), style="dim")
    if worst:
        out.print(
            f"\n{min(worst, found.errors.height)} of {found.errors.height} disagreements shown; --worst shows more."
        )


@app.command()
def preview(
    root: Root = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to serve on; 0 takes a free one.")] = 8765,
    renderer: Annotated[Renderer, typer.Option(help="As for `dateline build`.")] = Renderer.auto,
    open_site: Annotated[bool, typer.Option("--open", help="Open the report in a browser.")] = False,
) -> None:
    """Serve the report on this machine, and rebuild it when a file changes.

    Reload the page to see a change. A mistake is shown and the last good site stays up. Ctrl+C ends it.
    """
    from dateline.cli.preview import serve

    serve(_find(root), port=port, renderer=renderer.value, open_site=open_site, say=err.print, track=_track)


def main() -> None:
    """Run the command line; an error that a user can act on is printed without a traceback."""
    try:
        app()
    except DatelineError as error:
        err.print(f"[bold red]dateline:[/bold red] {_plain(str(error))}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        # Where Polars reads or writes, a full disk is an error of its own kind.
        if not isinstance(error, OSError) and "(os error " not in str(error):
            raise
        err.print(
            f"[bold red]dateline:[/bold red] {_plain(str(error))}\nNothing that was built before has been changed. Mend that, and run the command again."
        )
        sys.exit(1)


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


if __name__ == "__main__":
    main()
