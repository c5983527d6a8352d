"""How often the tests cry wolf, and how often they see one: generated studies, the whole way to the tables.

    python -m benchmarks.size_and_power            studies of 40 articles
    python -m benchmarks.size_and_power --articles 400 --studies 5

*Size* is the share of tests with a verdict of `suggestive` or `supported` where nothing differs: 5 in 100 is
what the level allows. *Power* is the same share where the difference was built in.
"""

import argparse
from collections import Counter
from collections.abc import Iterator

import polars as pl
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.worlds import Effect, generated_study
from dateline.actors.mentions import find_mentions
from dateline.actors.pairs import co_mentions
from dateline.corpus.articles import build_corpus
from dateline.statements.positions import shifts, stance_values
from dateline.statements.reader import find_statements
from dateline.terms.keyness import keyness
from dateline.terms.tokens import find_occurrences
from dateline.terms.trends import trends

EFFECTS = {
    "none": Effect(),
    "words used half as often again": Effect(word=1.5),
    "words used twice as often": Effect(word=2.0),
    "a pair that seeks company (1 in 5)": Effect(pair=0.2),
    "a pair that seeks company (2 in 5)": Effect(pair=0.4),
    "favour falls by 40 points": Effect(shift=0.4),
}
CLAIMS = ("suggestive", "supported")


def verdicts(articles: int, seed: int, effect: Effect) -> Iterator[tuple[str, bool, str]]:
    """Every test of one study: which test, whether its difference was built in, its verdict."""
    study = generated_study(articles, seed, effect)
    lists, settings = study.lists, study.settings
    tables = build_corpus(study)
    sentences, listed = tables["sentences"], tables["articles"]
    mentions = find_mentions(study, sentences, listed)
    uses = find_occurrences(sentences, lists["stopwords"], lists["actors"], lists["terms"], "en", min_count=5)
    words = uses.filter(kind="word")
    changed = set(study.settings["changed"]) if effect.word != 1 else set()
    for row in keyness(words, listed, min_count=5).filter(unit_kind="period", unit="late").iter_rows(named=True):
        yield "keyness", row["term"] in changed, row["verdict"]
    for row in trends(words, listed, min_count=5).iter_rows(named=True):
        yield "trend", row["term"] in changed, row["verdict"]
    # The generated statements name one holder, the state and the bloc: among them not even nothing is null.
    spoken = mentions.filter(actor="league")["sentence_id"].unique()
    free = mentions.filter(~pl.col("sentence_id").is_in(spoken.implode()))
    pairs = co_mentions(free, sentences, listed, windows=("sentence",), kinds=("all",))
    for row in pairs.filter(pl.col("together") > 0).iter_rows(named=True):
        built = effect.pair > 0 and (row["actor_a"], row["actor_b"]) == ("person-0", "person-1")
        yield "pair", built, row["verdict"]
    coded, _ = find_statements(study, sentences, mentions)
    values = stance_values(coded, sentences, lists["groups"])
    moved = shifts(values, listed, settings["periods"])
    for row in moved.filter(unit_kind="period", scale="support").iter_rows(named=True):
        yield "shift", effect.shift > 0, row["verdict"]


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--articles", type=int, default=40)
    options.add_argument("--studies", type=int, default=20)
    asked = options.parse_args()
    shown = Table(title=f"{asked.studies} generated studies of {asked.articles} articles an effect")
    for column in ("built in", "test", "tests", "suggestive or supported", "supported", "not testable"):
        shown.add_column(column, justify="left" if column in ("built in", "test") else "right")
    for name, effect in EFFECTS.items():
        counts: dict[str, Counter] = {}
        for seed in track(range(asked.studies), description=name):
            for test, built, verdict in verdicts(asked.articles, seed, effect):
                if built == (effect != Effect()):
                    counts.setdefault(test, Counter())[verdict] += 1
        for test, found in counts.items():
            total = found.total()
            claims = sum(found[verdict] for verdict in CLAIMS)
            shown.add_row(
                name, test, f"{total:,}", f"{claims / total:.1%}", f"{found['supported'] / total:.1%}",
                f"{found['not testable'] / total:.1%}",
            )  # fmt: skip
    Console(width=110).print(shown)


if __name__ == "__main__":
    main()
