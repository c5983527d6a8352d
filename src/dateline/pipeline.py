"""The whole way from a study to its tables, in one place and in one order."""

from collections.abc import Callable
from pathlib import Path

import polars as pl

from dateline import accuracy, marks, merges, robustness
from dateline.actors import compile_ledger, find_mentions
from dateline.comentions import count_pairs
from dateline.copies import count_once, find_copies
from dateline.corpus import build_corpus
from dateline.errors import TableError
from dateline.lexicon import compile_lexicon
from dateline.positions import counted, measure_positions, measure_shifts, spoken
from dateline.scales import compile_scales
from dateline.stance import code_statements
from dateline.statements import find_statements
from dateline.study import Study
from dateline.tables import ABOUT_TABLES, SCHEMAS, conform, empty, from_parquet, read
from dateline.terms import find_occurrences, keyness, term_rates, trends, units_of

DERIVED = Path("data/derived")
GOLD = Path("data/gold")
BASELINES = Path("data/baselines.csv")
"""What other methods reach on the study's gold codes; `benchmarks/baselines.py` writes it."""


def make_tables(study: Study, progress: Callable[[str], None] = lambda name: None) -> dict[str, pl.DataFrame]:
    """Compute every table of the contract, `evidence` and, where gold codes exist, `accuracy` included.

    Args:
        study: The checked study.
        progress: Called with the name of each table before it is made.
    """
    lists, settings = study.lists, study.settings
    progress("sentences")
    tables = build_corpus(study)
    tables["copies"] = find_copies(tables["sentences"], tables["articles"])
    if settings.get("copies", "count") == "once":
        tables = count_once(tables)
    sentences, articles = tables["sentences"], tables["articles"]
    progress("mentions")
    tables["mentions"] = find_mentions(sentences, study.texts, compile_ledger(lists, articles))
    progress("statements")
    found = find_statements(sentences, tables["mentions"], study.texts, study.kinds, compile_lexicon(lists))
    tables["statements"] = code_statements(
        found, sentences, tables["mentions"], study.texts, study.kinds, compile_scales(lists, settings)
    )
    progress("terms")
    least = settings["terms"]["min_count"]
    tables["occurrences"] = find_occurrences(
        sentences, lists["stopwords"], lists["actors"], lists["terms"], settings["language"], min_count=least
    )
    tables["term_rates"] = term_rates(tables["occurrences"], articles, min_count=least)
    tables["trends"] = trends(tables["occurrences"], articles, min_count=least)
    tables["keyness"] = keyness(tables["occurrences"], articles, min_count=least)
    progress("co_mentions")
    tables["co_mentions"] = count_pairs(tables["mentions"], sentences, articles)
    progress("positions")
    values = counted(tables["statements"], sentences, lists["groups"])
    tables["positions"] = measure_positions(spoken(values, units_of(articles)))
    tables["shifts"] = measure_shifts(values, articles, settings["periods"])
    progress("evidence")
    tables["evidence"] = conform(
        pl.concat(
            [empty("evidence"), *(m.evidence for m in marks.all_marks(study, tables, values).values())]
        ),
        "evidence",
    )
    progress("robustness")
    tables["merges"] = merges.undo_merges(tables["mentions"], sentences, articles)
    tables["robustness"] = robustness.check_findings(study, tables)
    if accuracy.has_gold(study.root / GOLD):
        tables["accuracy"] = accuracy.score(study.root / GOLD, tables)
        for other in ("second", "adjudicated"):
            if accuracy.has_gold(study.root / GOLD / other):
                again = accuracy.score(study.root / GOLD / other, tables)
                again = again.with_columns(measure=pl.col("measure") + f", {other} codes")
                tables["accuracy"] = pl.concat([tables["accuracy"], again])
    return tables


def load_tables(root: Path) -> dict[str, pl.DataFrame]:
    """Read the tables that the last build wrote.

    Raises:
        TableError: A table is missing or does not keep its contract.
    """
    tables = {name: read(name, root / DERIVED) for name in SCHEMAS}
    for name, schema in ABOUT_TABLES.items():
        path = root / DERIVED / f"{name}.parquet"
        if path.is_file():
            tables[name] = from_parquet(path, "Run `dateline build` to make it anew.")
            if tables[name].schema != pl.Schema(schema):
                msg = f"{path} does not have the columns {', '.join(schema)}. Run `dateline build` to make it anew."
                raise TableError(msg)
    return tables
