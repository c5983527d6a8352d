"""Everything on the site that a program writes: evidence pages, fragments that pages include, variables."""

import ast
import html
import re
from pathlib import Path

import polars as pl
import yaml

from dateline import __version__
from dateline.actors.pairs import WINDOWS
from dateline.codes.gold import has_gold
from dateline.codes.validation import corrected_means, hand_coded_means, validate
from dateline.figures import marks, readings
from dateline.files import PACKAGE, digest
from dateline.html import html_table, prose, safe
from dateline.site import concordance, dossiers
from dateline.site.archive import WHOLE, beside_archive, of_archive
from dateline.site.datapackage import TYPES, dictionary, schema_of
from dateline.site.evidence import Pages, list_articles
from dateline.site.publish import HIDDEN
from dateline.statements.positions import counted
from dateline.study.load import Study, unreviewed
from dateline.tables import BASELINES, GOLD, SCHEMAS, has_twin, load_tables

Tables = dict[str, pl.DataFrame]


def generated(study: Study, *, full: bool = False) -> dict[str, str]:
    """Path below the root -> text of every generated page and fragment.

    Args:
        study: The study; its tables are read from `data/derived/`.
        full: Whole sentences instead of excerpts, for the newsroom's own copy.
    """
    tables = load_tables(study.root)
    values = counted(tables["statements"], tables["sentences"], study.lists["groups"])
    found = marks.all_marks(study, tables, values)
    pages = Pages(study, tables, found, full=full)
    made = pages.all() | dossiers.dossiers(pages) | concordance.concordance(pages)
    out = {f"report/{name}": text for name, text in made.items()}
    out |= {f"report/made/{name}.md": text for name, text in _fragments(study, tables, values).items()}
    numbers = {
        group: {name: prose(text) for name, text in names.items()}
        for group, names in readings.variables(study, tables, values).items()
    }
    out["_variables.yml"] = "# Made by `dateline build` from the tables; do not edit.\n" + yaml.safe_dump(
        numbers, sort_keys=True, allow_unicode=True, width=10_000
    )
    return out


def _fragments(study: Study, tables: Tables, values: pl.DataFrame) -> dict[str, str]:
    return {
        "articles": list_articles(study, tables),
        "accuracy": _accuracy(tables),
        **_validation(study, tables),
        "robustness": _block(_robustness(tables), "Whether each finding stands"),
        "keyness": _keyness(study, tables),
        "trends": _trends(study, tables),
        "pairs": _pairs(study, tables),
        "actors": _actors(study, tables),
        "shifts": _block(_shifts(study, tables), "Changes between periods"),
        "positions": _block(_positions(study, tables), "Positions over all articles"),
        "merges": _block(_merges(study, tables), "Names that were merged"),
        "undone": _undone(study, tables),
        "tables": _tables(tables),
        "baselines": _baselines(study.root),
        "lists": _lists(study),
        "events": _events(study),
        "corrections": _corrections(study),
        "version": _version(study),
        "gold": _gold(study.root),
        "draft": _draft(study),
        "title": " ".join(study.settings["title"].split()) + "\n",
        "sample": _sample(study, tables),
        "archive": _archive(study),
        "api": _api(),
    }


def _block(frame: pl.DataFrame, label: str, links: dict[str, list[str | None]] | None = None) -> str:
    if frame.is_empty():
        return "Nothing to list.\n"
    table = html_table(frame, label, links).replace("{{", "&#123;&#123;").replace("`", "&#96;")
    return f"```{{=html}}\n{table}\n```\n"


def _accuracy(tables: Tables) -> str:
    if "accuracy" not in tables:
        return "No gold codes stand beside this study, so its accuracy has not been measured.\n"
    scored = tables["accuracy"].with_columns(
        pl.col("measure").str.extract(r", (\w+) codes$").fill_null("first").alias("codes"),
        pl.col("measure").str.replace(r", \w+ codes$", ""),
    )
    frame = scored.filter(codes="first").select(
        pl.col("measure").alias("What is measured"),
        pl.col("precision").round(2).alias("Precision"),
        pl.col("recall").round(2).alias("Recall"),
        pl.col("f1").round(2).alias("F1"),
    )
    for codes in scored["codes"].unique(maintain_order=True)[1:]:
        again = scored.filter(codes=codes).select(
            pl.col("measure").alias("What is measured"), pl.col("f1").round(2).alias(f"F1, {codes} codes")
        )
        frame = frame.join(again, on="What is measured", how="left", maintain_order="left")
    return _block(frame, "Accuracy against the gold codes")


def _validation(study: Study, tables: Tables) -> dict[str, str]:
    """How far program and coders agree, and what the coder's codes would give in the program's place."""
    gold = study.root / GOLD
    if not has_gold(gold):
        return dict.fromkeys(("agreement", "handcoded"), "No gold codes stand beside this study.\n")
    found = validate(gold, tables)
    shared = found.agreement.select(
        pl.col("code").alias("Code"),
        pl.col("coders").alias("Between"),
        pl.col("both").alias("Statements of both"),
        pl.col("same").alias("Same"),
        pl.col("alpha").round(2).alias("Alpha"),
    )
    holder = pl.col("holder").replace_strict(study.labels, default=pl.col("holder"), return_dtype=pl.String)
    first = [
        holder.alias("Holder"),
        pl.col("scale").alias("Scale"),
        pl.col("program").round(2).alias("Program"),
    ]
    corrected = corrected_means(gold, tables).filter(pl.col("read") < pl.col("sentences"))
    if corrected.height:
        beside = corrected.select(
            *first,
            pl.col("corrected").round(2).alias("Corrected by the coded sample"),
            pl.col("low").round(2).alias("From"),
            pl.col("high").round(2).alias("To"),
        )
    else:
        means = hand_coded_means(gold, tables).filter(pl.col("n_coder") + pl.col("n_program") > 0)
        beside = means.select(
            *first,
            pl.col("n_program").alias("Statements"),
            pl.col("coder").round(2).alias("Coder"),
            pl.col("n_coder").alias("Coded"),
        )
    return {
        "agreement": _block(shared, "Agreement of program and coders"),
        "handcoded": _block(beside, "Means of the program beside those of the coder"),
    }


def _baselines(root: Path) -> str:
    """What simple methods reach on the same codes, where `benchmarks/baselines.py` has measured it."""
    file = root / BASELINES
    if not file.is_file():
        return "No other method was measured on these codes.\n"
    frame = pl.read_csv(file, glob=False).select(
        pl.col("method").alias("Method"),
        pl.col("scale").alias("Scale"),
        pl.col("macro_f1").round(2).alias("F1 (mean over the values)"),
        pl.col("right").alias("Right"),
        pl.col("given").alias("Values given"),
        pl.col("coded").alias("In the codes"),
    )
    return _block(frame, "Other methods on the same codes")


def _robustness(tables: Tables) -> pl.DataFrame:
    answer = pl.when(pl.col("stands").is_null()).then(pl.lit("nothing left to measure"))
    return tables["robustness"].select(
        pl.col("finding").alias("Finding"),
        pl.col("variant").alias("Measured again"),
        pl.col("value").round(2).alias("Value"),
        answer.when("stands").then(pl.lit("stands")).otherwise(pl.lit("does not stand")).alias("Result"),
    )


def _keyness(study: Study, tables: Tables) -> str:
    names = sorted(marks.name_words(study))
    top = (
        tables["keyness"]
        .filter(pl.col("log_odds") > 0, pl.col("kind") != "group", ~pl.col("term").is_in(names))
        .sort(pl.col("period").cast(study.in_time), "z", "term", descending=[False, True, False])
        .group_by("period", maintain_order=True)
        .head(5)
    )
    shown = top.select(
        pl.col("period").alias("Period"),
        pl.col("term").alias("Term"),
        pl.col("count").alias("Uses"),
        pl.col("per_1000").round(1).alias("In 1,000 words"),
        pl.col("per_1000_against").round(1).alias("Elsewhere"),
        pl.col("z").round(2).alias("z of log-odds"),
        pl.col("log_ratio").round(1).alias("Log ratio"),
        pl.col("g2").round(1).alias("G2"),
        pl.col("dispersion").round(2).alias("Dispersion"),
        pl.col("verdict").alias("Verdict"),
    )
    return _block(shown, "What sets each period apart", {"Term": _lines(tables, top["term"])})


def _p(column: str) -> pl.Expr:
    """A p-value as text: three decimals, or that it is below them."""
    return pl.col(column).map_elements(readings.p_value, return_dtype=pl.String).alias(column)


def _decimals(column: str) -> pl.Expr:
    """A number as text with two decimals and a true minus sign."""
    shown = pl.col(column).map_elements(readings.signed, return_dtype=pl.String)
    return shown.str.replace("+", "", literal=True)


def _lines(tables: Tables, terms: pl.Series) -> list[str | None]:
    """The address of each term's lines in the concordance."""
    places = concordance.addresses(tables)
    return [places.get(term) for term in terms]


def _trends(study: Study, tables: Tables) -> str:
    rows = tables["trends"].filter(pl.col("kind") == "group").sort("p", "term")
    shown = rows.select(
        pl.col("term").replace_strict(study.ideas, return_dtype=pl.String).alias("Idea"),
        pl.col("slope").round(1).alias("Slope a year"),
        pl.col("low").round(1).alias("From"),
        pl.col("high").round(1).alias("To"),
        pl.col("tau").round(2).alias("Tau"),
        _p("p"),
        _p("q"),
        pl.col("floor").round(3).alias("Smallest possible p"),
        pl.col("verdict").alias("Verdict"),
    )
    return _block(shown, "Trends of the term groups", {"Idea": _lines(tables, rows["term"])})


MOST_PAIRS = 20


def _pairs(study: Study, tables: Tables) -> str:
    """One row a tie: the same two actors in all three windows."""
    every = tables["co_mentions"].filter(pl.col("unit_kind") == "all")
    rows = every.filter(pl.col("window") == "sentence", pl.col("together") > 1)
    for window in WINDOWS[1:]:
        other = every.filter(window=window).select(
            "actor_a", "actor_b", pl.col("together", "expected", "verdict").name.suffix(f"_{window}")
        )
        rows = rows.join(other, on=["actor_a", "actor_b"], how="left", validate="1:1")
    rows = rows.sort("together", "p", "actor_a", descending=[True, False, False]).head(MOST_PAIRS)
    shown = rows.select(
        pl.col("actor_a").replace_strict(study.labels, return_dtype=pl.String).alias("One"),
        pl.col("actor_b").replace_strict(study.labels, return_dtype=pl.String).alias("Other"),
        pl.col("together").alias("Sentences"),
        pl.col("expected").round(1).alias("Expected"),
        pl.col("verdict").alias("Verdict"),
        _p("p"),
        _p("q"),
        pl.col("stability").round(2).alias("Stability"),
        (_decimals("npmi") + pl.when("few").then(pl.lit(" (few)")).otherwise(pl.lit(""))).alias("NPMI"),
        pl.col("together_paragraph").alias("Paragraphs"),
        pl.col("expected_paragraph").round(1).alias("Expected there"),
        pl.col("verdict_paragraph").alias("Verdict there"),
        pl.col("together_article").alias("Articles"),
    )
    listed = set(dossiers.with_page(tables["mentions"]))
    places = [
        f"{dossiers.address(a)}#with-{b}" if a in listed else None
        for a, b in rows.select("actor_a", "actor_b").iter_rows()
    ]
    return _block(shown, "Pairs of actors in three windows", {"Sentences": places})


def _actors(study: Study, tables: Tables) -> str:
    """Every actor that has a page, with how often it is named."""
    mentions = tables["mentions"]
    listed = dossiers.with_page(mentions)
    rows = (
        mentions.group_by("actor")
        .agg(
            n=pl.len().cast(pl.Int64),
            sentences=pl.col("sentence_id").n_unique().cast(pl.Int64),
            articles=pl.col("article_id").n_unique().cast(pl.Int64),
        )
        .filter(pl.col("actor").is_in(listed))
        .sort("n", "actor", descending=[True, False])
    )
    sides = marks.side_of(study)
    shown = rows.select(
        pl.col("actor").replace_strict(study.labels, return_dtype=pl.String).alias("Actor"),
        pl.col("actor").replace_strict(sides, default="", return_dtype=pl.String).alias("Side"),
        pl.col("n").alias("Mentions"),
        pl.col("sentences").alias("Sentences"),
        pl.col("articles").alias("Articles"),
    )
    return _block(shown, "Actors", {"Actor": [dossiers.address(actor) for actor in rows["actor"]]})


TIES = 3
"""Ties shown for each merge undone, those that lose most."""


def _undone(study: Study, tables: Tables) -> str:
    """Each merge and what undoing it does to the ties of its actor."""
    if "merges" not in tables:
        return "Nothing to list.\n"
    labels = study.labels
    rows = []
    for (actor, form, how, count), part in tables["merges"].group_by(
        ["actor", "form", "how", "mentions"], maintain_order=True
    ):
        ties = []
        for row in part.drop_nulls("partner").head(TIES).iter_rows(named=True):
            claims = {row["verdict"], row["verdict_undone"]} & {"suggestive", "supported"}
            turned = claims and row["verdict"] != row["verdict_undone"]
            turn = f" ({row['verdict']} → {row['verdict_undone']})" if turned else ""
            ties.append(f"{labels[row['partner']]} {row['together']} → {row['undone']}{turn}")
        more = part.drop_nulls("partner").height - len(ties)
        ties += [f"and {more} more"] if more > 0 else []
        rows.append((labels[actor], form, how, count, "; ".join(ties) or "no tie changes"))
    columns = {
        "Actor": pl.String,
        "Printed as": pl.String,
        "How": pl.String,
        "Mentions": pl.Int64,
        "Undone, sentences shared with": pl.String,
    }
    return _block(pl.DataFrame(rows, schema=columns, orient="row"), "What undoing each merge does")


def _shifts(study: Study, tables: Tables) -> pl.DataFrame:
    labels, periods = study.labels, study.periods
    rows = tables["shifts"].filter(pl.col("unit_kind") == "period").sort("holder", "scale", "unit_from")
    return rows.select(
        pl.col("holder").replace_strict(labels, return_dtype=pl.String).alias("Holder"),
        pl.col("scale").alias("Scale"),
        pl.col("unit_from").replace_strict(periods, return_dtype=pl.String).alias("From"),
        pl.col("unit_to").replace_strict(periods, return_dtype=pl.String).alias("To"),
        pl.col("difference").round(2).alias("Difference"),
        pl.col("floor").round(2).alias("Smallest possible p"),
        pl.col("verdict").alias("Verdict"),
    )


def _positions(study: Study, tables: Tables) -> pl.DataFrame:
    rows = (
        tables["positions"]
        .filter(pl.col("unit_kind") == "all")
        .sort("holder", "scale", descending=[False, True])
    )
    return rows.select(
        pl.col("holder").replace_strict(study.labels, return_dtype=pl.String).alias("Holder"),
        pl.col("scale").alias("Scale"),
        pl.col("statements").alias("Statements"),
        pl.col("mean").round(2).alias("Mean"),
        pl.col("low").round(2).alias("From"),
        pl.col("high").round(2).alias("To"),
    )


def _merges(study: Study, tables: Tables) -> pl.DataFrame:
    named = tables["mentions"].filter(pl.col("how") != "pronoun")
    rows = (
        named.group_by("actor")
        .agg(names=pl.col("surface").unique().sort(), n=pl.len().cast(pl.Int64))
        .filter(pl.col("names").list.len() > 1)
    )
    return rows.sort("n", "actor", descending=[True, False]).select(
        pl.col("actor").replace_strict(study.labels, return_dtype=pl.String).alias("Actor"),
        pl.col("names").list.join(", ").alias("Printed as"),
        pl.col("n").alias("Mentions"),
    )


def _tables(tables: Tables) -> str:
    """A card for each table: what a row is, where it comes from, what it cannot say, its columns, the files."""
    out = ["```{=html}\n"]
    for name, card in dictionary().items():
        if name not in tables:
            continue
        types = schema_of(name)
        twin = (
            f'<a href="../downloads/{name}.csv">CSV</a>'
            if has_twin(tables[name])
            else "no CSV: more rows than a spreadsheet opens"
        )
        columns = "".join(
            f'<tr><th scope="row"><code>{column}</code></th><td>{TYPES[types[column]]}</td><td>{_code(meaning)}</td></tr>\n'
            for column, meaning in card["columns"].items()
            if column not in HIDDEN
        )
        out.append(
            f'<section class="card"><h3 id="{name}"><code>{name}</code></h3>\n'
            f"<p>One row is {_code(card['row'])}: <strong>{tables[name].height:,}</strong> here. {_code(card['limits'])}</p>\n"
            f'<p class="fig-links">{twin} · <a href="../downloads/{name}.parquet">Parquet</a> · '
            f"made by <code>dateline.{card['by']}</code></p>\n"
            f'<details><summary>{len(types) - len(HIDDEN & types.keys())} columns</summary><div class="scroll" tabindex="0" role="region" aria-label="Columns of {name}">'
            f"<table><tbody>\n{columns}</tbody></table></div></details></section>\n"
        )
    return "".join([*out, "```\n"])


def _code(text: str) -> str:
    return re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))


def _events(study: Study) -> str:
    rows = study.lists["events"].sort("day", "label")
    if rows.is_empty():
        return "No events are marked on the charts.\n"
    shown = rows.select(
        pl.col("day").alias("Day"), pl.col("label").alias("Event"), pl.col("source").alias("Source")
    )
    return _block(shown, "Events marked on the charts")


def _corrections(study: Study) -> str:
    rows = study.lists["corrections"].sort("date", "line", descending=True)
    if rows.is_empty():
        return "Nothing has been corrected since publication.\n"
    shown = rows.select(
        pl.col("date").alias("Date"),
        pl.col("claim").alias("What was claimed"),
        pl.col("change").alias("What changed"),
    )
    return _block(shown, "Corrections")


def _gold(root: Path) -> str:
    """Who made the gold codes, in the study's own words."""
    about = root / GOLD / "about.md"
    if about.is_file():
        return about.read_text(encoding="utf-8")
    if has_gold(root / GOLD):
        return "Who made the codes, and whether they had seen the program's, is not said beside them.\n"
    return (
        "Nobody has coded a sample of these articles by hand yet. Until then nothing here says how right the program is on them: "
        "read the evidence beside a mark before you rely on it.\n"
    )


def _draft(study: Study) -> str:
    """What no person has reviewed, for the box on every page; empty when everything has been."""
    left = unreviewed(study)
    if not left:
        return ""
    said = readings.joined(
        name if name == "study.toml" else f"{count:,} {'line' if count == 1 else 'lines'} of {name}"
        for name, count in left.items()
    )
    return f"**Draft.** Chosen by the program and not reviewed by a person: {said}.\n"


def _sample(study: Study, tables: Tables) -> str:
    """How a sample stands to the archive it was drawn from; empty where a study is none."""
    found = beside_archive(study, tables)
    if found.is_empty():
        return ""
    shown = (
        found.with_columns(
            pl.col("name").replace_strict(
                study.labels | {term: f"{label} (idea)" for term, label in study.ideas.items()},
                default=pl.col("name"),
                return_dtype=pl.String,
            ),
            said=pl.when(what="rate")
            .then(pl.lit("rate"))
            .when(what="mean")
            .then(pl.col("scale"))
            .otherwise(pl.format("change of {}, {} to {}", "scale", "unit_from", "unit_to")),
        )
        .group_by("what", maintain_order=True)
        .head(MOST_BESIDE)
        .select(
            pl.col("name").alias("Term or holder"),
            pl.col("said").alias("What"),
            pl.col("sample").round(2).alias("Sample"),
            pl.col("low").round(2).alias("From"),
            pl.col("high").round(2).alias("To"),
            pl.col("archive").round(2).alias("Archive"),
            pl.when("holds")
            .then(pl.lit("inside"))
            .when(~pl.col("holds"))
            .then(pl.lit("outside"))
            .otherwise(pl.lit("too rare in the sample"))
            .alias("Result"),
        )
    )
    told = readings.joined(
        f"{int(part.sum()):,} of {part.len():,} {name}"
        for what, name in (
            ("rate", "rates of the terms that it uses most"),
            ("mean", "means of holders"),
            ("shift", "changes between periods"),
        )
        for part in [found.filter(what=what)["holds"].drop_nulls()]
        if part.len()
    )
    rare = found["holds"].null_count()
    return (
        "### The sample and its archive\n\n"
        f"All {study.settings['sample']['of']:,} articles of the archive were measured, too. "
        + (f"The intervals of the sample hold what all articles give in {told}; " if told else "")
        + (f"{rare:,} terms more are too rare in the sample; " if rare else "")
        + "of right intervals at 95 % one in twenty misses. A rate is uses in 1,000 words.\n\n"
        + _block(shown, "The sample beside its archive")
    )


MOST_BESIDE = 12
"""Rates, means and changes shown beside those of the archive."""


def _archive(study: Study) -> str:
    """The tables of the archive that a sample was drawn from, to download; empty where a study is none."""
    if not study.settings.get("sample"):
        return ""
    cards = dictionary()
    listed = [
        f"* [`{name}`](../downloads/archive/{name}.parquet) (Parquet): one row is {cards[name]['row']}; "
        f"{of_archive(study, name, [next(iter(SCHEMAS[name]))]).height:,} rows."
        for name in WHOLE
    ]
    said = (
        "Over all articles that these were drawn from; tests of words and pairs rest on sums over articles:"
    )
    return "\n".join(["## The tables of the whole archive", "", said, "", *listed, ""])


def _api() -> str:
    """Every public function and class, module by module, with the first paragraph of its docstring."""
    out = []
    for path in sorted(PACKAGE.rglob("[a-z]*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        items = []
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
                continue
            words = " ".join((ast.get_docstring(node) or "").partition("\n\n")[0].split())
            form = (
                f"{node.name}({ast.unparse(node.args)})"
                if isinstance(node, ast.FunctionDef)
                else f"class {node.name}"
            )
            items.append(f"<dt><code>{html.escape(form)}</code></dt><dd>{_code(words)}</dd>\n")
        if items:
            about = " ".join((ast.get_docstring(tree) or "").partition("\n\n")[0].split())
            name = f"<summary><code>dateline.{path.stem}</code></summary>"
            out.append(f"<details>{name}<p>{_code(about)}</p>\n<dl>\n{''.join(items)}</dl></details>\n")
    return f"```{{=html}}\n{''.join(out)}```\n"


def _version(study: Study) -> str:
    """What this report was made from, so that a reader can tell which one is at hand."""
    lists = [study.root / "data/study.toml", *(study.root / f"data/{name}.csv" for name in study.lists)]
    lists = [path for path in lists if path.is_file()]
    rows = [
        ("Program", f"dateline {__version__}"),
        (
            "Articles",
            f"{len(study.articles)} files, SHA-256 over all: {digest(study.root, [study.root / 'data/articles'])[:16]}",
        ),
        ("Settings and lists", f"{len(lists)} files, SHA-256 over all: {digest(study.root, lists)[:16]}"),
    ]
    body = "".join(f'<tr><th scope="row">{name}</th><td>{safe(value)}</td></tr>\n' for name, value in rows)
    return f'```{{=html}}\n<div class="scroll" tabindex="0" role="region" aria-label="Version"><table><tbody>\n{body}</tbody></table></div>\n```\n'


def _lists(study: Study) -> str:
    frame = pl.DataFrame(
        {
            "List": [f"data/{name}.csv" for name in study.lists],
            "Rows": [frame.height for frame in study.lists.values()],
            "Columns": [
                ", ".join(column for column in frame.columns if column != "line")
                for frame in study.lists.values()
            ],
        }
    )
    return _block(frame, "Lists that decide the numbers")
