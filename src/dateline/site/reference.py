"""Write the fragments that say what the report rests on: articles, lists, tables, codes, and how good they are.

Each function takes the study and its tables and returns the text of one fragment.
"""

import polars as pl
from markupsafe import Markup

from dateline import __version__
from dateline.archive.beside import WHOLE, beside_archive, of_archive
from dateline.codes.gold import has_gold, settled
from dateline.codes.validation import corrected_means, hand_coded_means, validate
from dateline.files import digest
from dateline.site.publish.complete import HIDDEN
from dateline.site.templating import fill, raw_block, table_block
from dateline.study.load import Study, unreviewed
from dateline.tables import BASELINES, GOLD, TABLES, Tables, has_twin
from dateline.words import joined, rounded

NO_GOLD = "No gold codes stand beside this study"


def title(study: Study, tables: Tables) -> str:
    """Return the title of the study, for the head of every page."""
    return " ".join(study.settings["title"].split()) + "\n"


def draft(study: Study, tables: Tables) -> str:
    """Return what no person has reviewed, for the box on every page; empty if everything has been."""
    left = unreviewed(study)
    if not left:
        return ""
    said = joined(
        name if name == "study.toml" else f"{count:,} {'line' if count == 1 else 'lines'} of {name}"
        for name, count in left.items()
    )
    return f"**Draft.** Chosen by the program and not reviewed by a person: {said}.\n"


def version(study: Study, tables: Tables) -> str:
    """Return what this report was made from, so that a reader can tell which one is at hand."""
    lists = [study.root / "data/study.toml", *(study.root / f"data/{name}.csv" for name in study.lists)]
    lists = [path for path in lists if path.is_file()]
    articles = digest(study.root, [study.root / "data/articles"])[:16]
    rows = [
        ("Program", f"dateline {__version__}"),
        ("Articles", f"{len(study.articles)} files, SHA-256 over all: {articles}"),
        ("Settings and lists", f"{len(lists)} files, SHA-256 over all: {digest(study.root, lists)[:16]}"),
    ]
    return raw_block(fill("version.html", rows=rows).rstrip("\n"))


def lists(study: Study, tables: Tables) -> str:
    """Return the lists that decide the numbers, with their columns."""
    rows = [
        (f"data/{name}.csv", frame.height, ", ".join(column for column in frame.columns if column != "line"))
        for name, frame in study.lists.items()
    ]
    frame = pl.DataFrame(rows, schema=["List", "Rows", "Columns"], orient="row")
    return table_block(frame, "Lists that decide the numbers")


def events(study: Study, tables: Tables) -> str:
    """Return the events that are marked on the charts."""
    rows = study.lists["events"].sort("day", "label")
    if rows.is_empty():
        return "No events are marked on the charts.\n"
    return table_block(rows.select(Day="day", Event="label", Source="source"), "Events marked on the charts")


def corrections(study: Study, tables: Tables) -> str:
    """Return the corrections since publication, the latest first."""
    rows = study.lists["corrections"].sort("date", "line", descending=True)
    if rows.is_empty():
        return "Nothing has been corrected since publication.\n"
    shown = rows.select(Date="date", **{"What was claimed": "claim", "What changed": "change"})
    return table_block(shown, "Corrections")


def table_cards(study: Study, tables: Tables) -> str:
    """Return a card for each table: what a row is, where it comes from, what it cannot say, its columns, the files."""
    cards = []
    for name, card in TABLES.items():
        if name not in tables:
            continue
        shown = [
            (column, card.types[column], meaning) for column, meaning in card.meanings.items() if column not in HIDDEN
        ]
        rows, csv = f"{tables[name].height:,}", has_twin(tables[name])
        cards.append({**vars(card), "name": name, "rows": rows, "columns": shown, "csv": csv})
    return raw_block(fill("tables.html", cards=cards).rstrip("\n"))


def gold(study: Study, tables: Tables) -> str:
    """Return who made the gold codes, in the study's own words."""
    folder = study.root / GOLD
    about = folder / "about.md"
    if about.is_file():
        return about.read_text(encoding="utf-8")
    if has_gold(folder):
        return "Who made the codes, and whether they had seen the program's, is not said beside them.\n"
    return (
        "Nobody has coded a sample of these articles by hand yet. Until then nothing here says how right the program is on them: "
        "read the evidence beside a mark before you rely on it.\n"
    )


def accuracy(study: Study, tables: Tables) -> str:
    """Return precision, recall and F1 of each measurement."""
    scored = tables.get("accuracy")
    if scored is None or scored.is_empty():
        return f"{NO_GOLD}, so its accuracy has not been measured.\n"
    measured = rounded(2, Precision="precision", Recall="recall", F1="f1")
    frame = scored.select(pl.col("measure").alias("What is measured"), **measured)
    return table_block(frame, "Accuracy against the gold codes")


def agreement(study: Study, tables: Tables) -> str:
    """Return how far the program agrees with the codes, and two coders with each other, code by code."""
    folder = study.root / GOLD
    if not has_gold(folder):
        return f"{NO_GOLD}.\n"
    shown = validate(folder, tables).agreement.select(
        Code="code", Between="coders", **{"Statements of both": "both"}, Same="same", Alpha=pl.col("alpha").round(2)
    )
    return table_block(shown, "Agreement of program and coders")


def hand_coded(study: Study, tables: Tables) -> str:
    """Return the means that the coder's codes would give, beside those of the program."""
    folder = settled(study.root / GOLD)
    if not has_gold(folder):
        return f"{NO_GOLD}.\n"
    holder = pl.col("holder").replace_strict(study.labels, default=pl.col("holder"), return_dtype=pl.String)
    first = {"Holder": holder, "Scale": "scale", **rounded(2, Program="program")}
    corrected = corrected_means(folder, tables).filter(pl.col("read") < pl.col("sentences"))
    if corrected.height:
        sample = {"Corrected by the coded sample": "corrected", "From": "low", "To": "high"}
        beside = corrected.select(**first, **rounded(2, **sample))
    else:
        means = hand_coded_means(folder, tables).filter(pl.col("n_coder") + pl.col("n_program") > 0)
        beside = means.select(**first, Statements="n_program", **rounded(2, Coder="coder"), Coded="n_coder")
    return table_block(beside, "Means of the program beside those of the coder")


def baselines(study: Study, tables: Tables) -> str:
    """Return what simple methods reach on the same codes, if `benchmarks/baselines.py` has measured it."""
    file = study.root / BASELINES
    if not file.is_file():
        return "No other method was measured on these codes.\n"
    frame = pl.read_csv(file, glob=False).select(
        Method="method",
        Scale="scale",
        **rounded(2, **{"F1 (mean over the values)": "macro_f1"}),
        Right="right",
        **{"Values given": "given", "In the codes": "coded"},
    )
    return table_block(frame, "Other methods on the same codes")


def archive(study: Study, tables: Tables) -> str:
    """Return the tables of the archive that a sample was drawn from, to download; empty if the study is no sample."""
    if not study.sample:
        return ""
    rows = {name: of_archive(study, name, [TABLES[name].key[0]]).height for name in WHOLE}
    listed = [(name, Markup(TABLES[name].row), f"{count:,}") for name, count in rows.items()]
    return fill("archive.md", tables=listed)


def sample(study: Study, tables: Tables) -> str:
    """Return a sample beside the archive that it was drawn from; empty if the study is no sample."""
    found = beside_archive(study, tables)
    if found.is_empty():
        return ""
    names = study.labels | {term: f"{label} (idea)" for term, label in study.ideas.items()}
    what = (
        pl.when(what="rate")
        .then(pl.lit("rate"))
        .when(what="mean")
        .then(pl.col("scale"))
        .otherwise(pl.format("change of {}, {} to {}", "scale", "unit_from", "unit_to"))
    )
    holds = {True: "inside", False: "outside", None: "too rare in the sample"}
    shown = (
        found.group_by("what", maintain_order=True)
        .head(12)
        .select(
            pl.col("name").replace(names).alias("Term or holder"),
            What=what,
            **rounded(2, Sample="sample", From="low", To="high", Archive="archive"),
            Result=pl.col("holds").replace_strict(holds, return_dtype=pl.String),
        )
    )
    return fill(
        "sample.md",
        of=f"{study.sample['of']:,}",
        inside=_inside(found),
        rare=f"{found['holds'].null_count():,}" if found["holds"].null_count() else "",
        table=Markup(table_block(shown, "The sample beside its archive")),
    )


def _inside(found: pl.DataFrame) -> str:
    """Return how many of the archive's rates, means and changes the sample's intervals contain, in words."""
    kinds = {
        "rate": "rates of the terms that it uses most",
        "mean": "means of holders",
        "shift": "changes between periods",
    }
    tested = {what: found.filter(what=what)["holds"].drop_nulls() for what in kinds}
    return joined(f"{int(held.sum()):,} of {held.len():,} {kinds[what]}" for what, held in tested.items() if held.len())
