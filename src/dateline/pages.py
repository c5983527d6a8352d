"""Everything on the site that a program writes: evidence pages, fragments that pages include, variables."""

import polars as pl
import yaml

from dateline import marks, readings
from dateline.evidence import Pages, list_articles, safe
from dateline.figures import html_table
from dateline.pipeline import load_tables
from dateline.positions import counted
from dateline.publish import HIDDEN
from dateline.study import Study

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
    out = {f"report/{name}": text for name, text in Pages(study, tables, found, full=full).all().items()}
    out |= {f"report/made/{name}.md": text for name, text in _fragments(study, tables, values).items()}
    numbers = readings.variables(study, tables, values)
    out["_variables.yml"] = "# Made by `dateline build` from the tables; do not edit.\n" + yaml.safe_dump(
        numbers, sort_keys=True, allow_unicode=True, width=10_000
    )
    return out


def _fragments(study: Study, tables: Tables, values: pl.DataFrame) -> dict[str, str]:
    return {
        "articles": list_articles(study, tables),
        "accuracy": _accuracy(tables),
        "robustness": _block(_robustness(tables), "Whether each finding stands"),
        "keyness": _block(_keyness(study, tables), "What sets each period apart"),
        "trends": _block(_trends(study, tables), "Trends of the term groups"),
        "pairs": _block(_pairs(study, tables), "Pairs of actors by verdict"),
        "shifts": _block(_shifts(study, tables), "Changes between periods"),
        "positions": _block(_positions(study, tables), "Positions over all articles"),
        "merges": _block(_merges(study, tables), "Names that were merged"),
        "tables": _tables(tables),
        "lists": _lists(study),
    }


def _block(frame: pl.DataFrame, label: str) -> str:
    if frame.is_empty():
        return "Nothing to list.\n"
    return (
        f"```{{=html}}\n{html_table(frame, label).replace('{{', '&#123;&#123;').replace('`', '&#96;')}\n```\n"
    )


def _accuracy(tables: Tables) -> str:
    if "accuracy" not in tables:
        return "No gold codes stand beside this study, so its accuracy has not been measured.\n"
    frame = tables["accuracy"].select(
        pl.col("measure").alias("What is measured"),
        pl.col("precision").round(2).alias("Precision"),
        pl.col("recall").round(2).alias("Recall"),
        pl.col("f1").round(2).alias("F1"),
        pl.col("right").alias("Right"),
        pl.col("gold").alias("In the codes"),
        pl.col("found").alias("Found"),
    )
    return _block(frame, "Accuracy against the gold codes")


def _robustness(tables: Tables) -> pl.DataFrame:
    answer = pl.when(pl.col("stands").is_null()).then(pl.lit("nothing left to measure"))
    return tables["robustness"].select(
        pl.col("finding").alias("Finding"),
        pl.col("variant").alias("Measured again"),
        pl.col("value").round(2).alias("Value"),
        answer.when("stands").then(pl.lit("stands")).otherwise(pl.lit("does not stand")).alias("Result"),
    )


def _keyness(study: Study, tables: Tables) -> pl.DataFrame:
    names = sorted(marks.name_words(study))
    top = (
        tables["keyness"]
        .filter(pl.col("log_odds") > 0, pl.col("kind") != "group", ~pl.col("term").is_in(names))
        .sort("period", "z", "term", descending=[False, True, False])
    )
    return (
        top.group_by("period", maintain_order=True)
        .head(5)
        .select(
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
    )


def _trends(study: Study, tables: Tables) -> pl.DataFrame:
    labels = study.ideas
    rows = tables["trends"].filter(pl.col("kind") == "group").sort("p", "term")
    return rows.select(
        pl.col("term").replace_strict(labels, return_dtype=pl.String).alias("Idea"),
        pl.col("slope").round(1).alias("Slope a year"),
        pl.col("low").round(1).alias("From"),
        pl.col("high").round(1).alias("To"),
        pl.col("tau").round(2).alias("Tau"),
        pl.col("p").round(3).alias("p"),
        pl.col("q").round(3).alias("q"),
        pl.col("floor").round(3).alias("Smallest possible p"),
        pl.col("verdict").alias("Verdict"),
    )


def _pairs(study: Study, tables: Tables) -> pl.DataFrame:
    labels = study.labels
    rows = tables["co_mentions"].filter(
        pl.col("window") == "sentence",
        pl.col("unit_kind") == "all",
        pl.col("verdict").is_in(["suggestive", "supported"]),
        pl.col("together") > 1,
    )
    return (
        rows.sort("together", "q", "actor_a", descending=[True, False, False])
        .head(20)
        .select(
            pl.col("actor_a").replace_strict(labels, return_dtype=pl.String).alias("One"),
            pl.col("actor_b").replace_strict(labels, return_dtype=pl.String).alias("Other"),
            pl.col("together").alias("Sentences"),
            pl.col("expected").round(1).alias("Expected"),
            pl.col("npmi").round(2).alias("NPMI"),
            pl.col("stability").round(2).alias("Stability"),
            pl.col("p").round(4).alias("p"),
            pl.col("q").round(3).alias("q"),
            pl.col("verdict").alias("Verdict"),
        )
    )


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
    out = [
        '```{=html}\n<div class="scroll" tabindex="0" role="region" aria-label="Tables to download"><table><thead><tr><th scope="col">Table</th>'
        '<th scope="col" class="num">Rows</th><th scope="col">Columns</th><th scope="col">Download</th></tr></thead><tbody>\n'
    ]
    for name in sorted(tables):
        columns = ", ".join(column for column in tables[name].columns if column not in HIDDEN)
        out.append(
            f'<tr><td id="{name}"><code>{name}</code></td><td class="num">{tables[name].height:,}</td><td>{safe(columns)}</td>'
            f'<td><a href="../downloads/{name}.csv">CSV</a> <a href="../downloads/{name}.parquet">Parquet</a></td></tr>\n'
        )
    return "".join([*out, "</tbody></table></div>\n```\n"])


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
