"""The whole way from a study to its tables, in one place and in one order."""

from collections.abc import Callable

import polars as pl

from dateline.actors import merges
from dateline.actors.ledger import compile_ledger
from dateline.actors.mentions import find_mentions
from dateline.actors.pairs import count_pairs
from dateline.codes import gold, robustness
from dateline.corpus.articles import build_corpus, units_of
from dateline.corpus.copies import count_once, find_copies
from dateline.figures import marks
from dateline.statements.cues import compile_scales
from dateline.statements.grammar import compile_lexicon
from dateline.statements.positions import counted, measure_positions, measure_shifts, spoken
from dateline.statements.sieve import find_statements
from dateline.statements.target import code_statements
from dateline.study.load import Study
from dateline.tables import GOLD, conform, empty
from dateline.terms.keyness import keyness
from dateline.terms.rates import term_rates, trends
from dateline.terms.tokens import find_occurrences


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
    if gold.has_gold(study.root / GOLD):
        tables["accuracy"] = gold.score(study.root / GOLD, tables)
        for other in ("second", "adjudicated"):
            if gold.has_gold(study.root / GOLD / other):
                again = gold.score(study.root / GOLD / other, tables)
                again = again.with_columns(measure=pl.col("measure") + f", {other} codes")
                tables["accuracy"] = pl.concat([tables["accuracy"], again])
    return tables
