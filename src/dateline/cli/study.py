"""Run the commands that make, change, check and measure a study."""

from pathlib import Path
from typing import Annotated

import typer

from dateline import __version__
from dateline.cli.terminal import Root, err, find_study, out, plain, say, show_table, track, track_batches
from dateline.errors import DatelineError

NewFolder = Annotated[Path, typer.Argument(metavar="DIR", help="The new folder.")]


def new(
    target: NewFolder,
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
            help='One sentence that people can be for or against: "Norland becomes a member of the League".',
            show_default=False,
        ),
    ],
    title: Annotated[
        str, typer.Option(help="Title of the study; the default is the name of the folder.", show_default=False)
    ] = "",
) -> None:
    """Make a study of your own articles, with everything that a first site needs.

    Reads the articles and drafts the list of actors, the phrases of the proposition, the ideas to follow and the
    periods. Each choice is marked as a draft until you have read it. Then run `dateline build --root DIR`.
    """
    from dateline.intake.draft import draft_study
    from dateline.intake.folder import read_folder
    from dateline.study.load import unreviewed

    if not articles.is_dir():
        msg = f"{articles} is not a folder. Put the articles into a folder, in any of the formats that --help names."
        raise DatelineError(msg)
    found = read_folder(articles, track)
    for fault in found.faults:
        err.print(f"[yellow]left out:[/yellow] {plain(str(fault))}")
    for note in found.notes:
        err.print(f"[yellow]read in part:[/yellow] {plain(str(note))}")
    title = title.strip() or target.resolve().name.replace("-", " ").replace("_", " ").capitalize()
    study = draft_study(target, found.articles, proposition=proposition, title=title, say=say)
    drafted = ", ".join(f"{count} in {name}" for name, count in unreviewed(study).items())
    folder, readme = plain(str(target)), plain(str(target / "README.md"))
    out.print(f"The new study in {folder} has {len(study.articles)} articles.")
    out.print(f"Drafts for you to review: {drafted}.")
    out.print(f"Next: [bold]dateline build --root {folder}[/bold], then read {readme}.")


def example(target: NewFolder) -> None:
    """Write the invented example study: thirty short articles, four publishers, three periods.

    You need no articles of your own, and its findings were planted, so it is a good place to try things.
    """
    from dateline.intake.template import write_example

    write_example(target)
    out.print(f"Next: [bold]dateline build --root {plain(str(target))} --open[/bold], then change a notebook.")


def upgrade(root: Root = None) -> None:
    """Update the pages, notebooks and English lists of a study to the installed version.

    Files that you have changed stay as they are; if the new version of one differs, it is put beside yours with
    `.new` at the end, for you to compare. Your articles, actors, phrases and story are never touched.
    """
    from dateline.intake.upgrade import upgrade as run

    done = run(find_study(root))
    for what, names in (
        ("replaced", done.replaced),
        ("added", done.added),
        ("yours, translated to this version; the old one is beside it as .before", done.brought),
        ("please change this line yourself", done.left),
        ("yours, kept", done.kept),
        ("yours, kept; the new one is beside it as .new", done.beside),
    ):
        for name in names:
            out.print(f"{what}: {plain(name)}")
    out.print(
        f"From dateline {done.before} to {__version__}. Next: `dateline build`, and read what it says has changed."
    )


def check(root: Root = None) -> None:
    """Check the inputs of the study: every file, list, id and date, and the codes in data/gold.

    The command names each fault with its file, its line and the remedy, and exits with 1 if there is one.
    """
    from dateline.codes.gold import has_gold, read_codes
    from dateline.study.load import load_study
    from dateline.tables import GOLD

    study = load_study(find_study(root))
    if has_gold(study.root / GOLD):
        read_codes(study.root / GOLD)
    lists = ", ".join(f"{name} {frame.height}" for name, frame in study.lists.items())
    out.print(f"The study is valid: {len(study.articles)} articles; rows in its lists: {lists}.")


def actors(
    root: Root = None,
    least: Annotated[int, typer.Option("--least", min=1, help="Leave out names used less often.")] = 1,
    rows: Annotated[bool, typer.Option("--rows", help="Print lines for data/actors.csv instead of a table.")] = False,
) -> None:
    """List the names in the articles that are missing from data/actors.csv.

    Each name comes with a passage of the text and, if its spelling is close to a known name, with the actor that
    it may mean. You decide: paste a line of `--rows` into the list, correct actor, kind and `how`, and give the
    reason in its note.
    """
    import polars as pl

    from dateline.actors.discovery import find_names
    from dateline.actors.ledger import compile_ledger
    from dateline.actors.mentions import find_mentions
    from dateline.corpus.articles import build_corpus
    from dateline.study.load import load_study

    study = load_study(find_study(root))
    corpus = build_corpus(study)
    sentences, articles = corpus["sentences"], corpus["articles"]
    ledger = compile_ledger(study.lists, articles)
    mentions = find_mentions(study, sentences, articles, ledger=ledger)
    names = find_names(sentences, mentions, ledger, study.lists, language=study.settings["language"])
    names = names.filter(pl.col("mentions") >= least)
    if rows:
        for row in names["row"]:
            typer.echo(row)
        return
    columns = {"uses": "mentions", "articles": "articles", "may be": "suggestion", "in the text": "context"}
    show_table(f"{names.height} names that are missing from data/actors.csv", names.select("name", **columns))


def sheet(
    root: Root = None,
    sentences: Annotated[int, typer.Option(min=1, help="Number of sentences to draw.")] = 100,
    seed: Annotated[int, typer.Option(help="The same seed draws the same sentences.")] = 1,
    collect: Annotated[
        bool, typer.Option("--collect", help="Make gold codes from the filled sheet instead of drawing one.")
    ] = False,
) -> None:
    """Code by hand: draw a random sample of sentences, or collect the codes from the filled sheet.

    Open `data/gold/sheet.csv` in any spreadsheet. For each sentence that you have read put `yes` into `read`. If it
    has a statement, give holder, voice, on_target and the scales as `data/CODEBOOK.md` says; for a second statement
    copy the row. Then run `dateline sheet --collect` and `dateline build`.
    """
    from dateline.codes.sheet import collect_sheet, write_sheet
    from dateline.study.load import load_study
    from dateline.tables import load_tables

    study = load_study(find_study(root))
    table = load_tables(study.root)["sentences"]
    if collect:
        read, coded = collect_sheet(study, table)
        out.print(f"{read} sentences read, {coded} statements coded: data/gold/.")
        out.print("Next: `dateline build`, then `dateline score`.")
        return
    path = write_sheet(study, table, count=sentences, seed=seed)
    out.print(f"Drawn: {plain(str(path))}. It contains sentences of the articles; do not publish it.")


def score(
    gold: Annotated[Path | None, typer.Argument(help="A folder of gold codes; the default is data/gold.")] = None,
    root: Root = None,
    worst: Annotated[int, typer.Option(min=0, help="Number of disagreements to print, with their sentences.")] = 10,
) -> None:
    """Score the program against codes by people, or by another model.

    Prints precision, recall and F1 of each measure, Krippendorff's alpha between program and coders, the confusion
    matrix of each scale, how often each rule names the right holder, and the disagreements with their sentences.
    """
    from dateline.codes.validation import validate
    from dateline.tables import GOLD, load_tables

    home = find_study(root)
    found = validate(gold or home / GOLD, load_tables(home))
    show_table("Precision, recall and F1", found.scores)
    show_table("Agreement (Krippendorff's alpha, nominal)", found.agreement)
    show_table("Scales: codes across, program down", found.confusion)
    show_table("Rules", found.rules)
    for row in found.errors.head(worst).iter_rows(named=True):
        said = f"the codes say {row['gold'] or 'nothing'}, the program says {row['found'] or 'nothing'}"
        why = f" ({row['because']})" if row["because"] else ""
        out.print(f"\n[bold]{row['article_id']} at {row['start']}[/bold], {plain(row['what'])}: {plain(said + why)}")
        out.print(plain(" ".join(row["text"].split())), style="dim")
    if worst:
        shown, total = min(worst, found.errors.height), found.errors.height
        out.print(f"\n{shown} of {total} disagreements shown; --worst shows more.")


def measure(
    files: Annotated[list[Path], typer.Argument(help="Parquet, JSON Lines or CSV files with one article a row.")],
    target: Annotated[Path, typer.Option("--out", help="Folder for the job and its tables.", show_default=False)],
    root: Root = None,
    workers: Annotated[int, typer.Option(min=1, help="Number of processes.")] = 1,
    cluster: Annotated[
        str | None,
        typer.Option(
            help="Address of a Dask scheduler, to use instead of processes on this machine.", show_default=False
        ),
    ] = None,
    batch: Annotated[
        int, typer.Option(min=1, help="Articles in a batch; fewer need less memory and make more files.")
    ] = 250,
) -> None:
    """Measure an archive of any size with the lists of a study, in batches that fit into memory.

    After an interruption run the same command again: it continues where it stopped. The tables are in `tables/` of
    the folder --out: those of single articles batch by batch, and the rates, co-mentions and means of all articles.
    """
    from dateline.archive.measure import measure as run

    done = run(files, find_study(root), target, workers=workers, cluster=cluster, batch=batch, track=track_batches)
    again = f", {done.before} batches were finished before" if done.before else ""
    out.print(f"{done.articles:,} articles measured{again}; {done.skipped:,} rows skipped (tables/skipped says why).")
    out.print(f"Tables: {plain(str(target / 'tables'))}")


def sample(
    job: Annotated[Path, typer.Argument(metavar="JOB", help="The folder that `dateline measure` wrote (its --out).")],
    target: NewFolder,
    root: Root = None,
    articles: Annotated[int, typer.Option(min=1, help="Number of articles to draw.")] = 1000,
    title: Annotated[
        str,
        typer.Option(help="Title of the new study; the default is this study's, with “a sample”.", show_default=False),
    ] = "",
) -> None:
    """Draw a random sample of a measured archive into a new study, to report on the archive.

    The new study has the lists and settings of the one that measured the archive, and the archive's tables beside
    its own: the report compares sample and archive and offers both. Then run `dateline build --root DIR`.
    """
    from dateline.archive.sample import draw_sample

    study = draw_sample(job, find_study(root), target, articles=articles, title=title, track=track)
    drawn, whole = study.sample["drawn"], study.sample["of"]
    out.print(f"A study of {drawn:,} articles, drawn at random from {whole:,}, is in {plain(str(target))}.")
    out.print(f"Next: [bold]dateline build --root {plain(str(target))}[/bold].")
