"""Speed and memory on generated archives, beside named peers in the same run.

    python -m benchmarks.archive                       1,000 and 10,000 articles
    python -m benchmarks.archive --articles 1000 --workers 2

Two tables. The first: `dateline measure` as a whole, in a process of its own: seconds, articles and MB of text a
second, peak resident memory of the process and its workers, and the exponent of time over articles. The second: its
parts on 1,000 articles beside peers that do no more than count or find: scikit-learn's CountVectorizer and `re` with
a Counter for words, an alternation in `re` for actors, and spaCy's PhraseMatcher and ahocorasick_rs where they are
installed. Dateline's parts do more (lemmas, a span for every use, rules for places and roles); the ratio says what
that costs. Articles are drawn paragraph by paragraph from a generated study, the same for the same seed.
"""

import argparse
import importlib.util
import json
import math
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table

from benchmarks.worlds import generated_study
from dateline.actors import compile_ledger, find_mentions
from dateline.corpus import build_corpus
from dateline.lexicon import compile_lexicon
from dateline.statements import find_statements
from dateline.study import Study
from dateline.terms import find_occurrences

POOL = 400
SHARD = 10_000


def draw(world: Study, count: int, folder: Path, seed: int = 1) -> list[Path]:
    """Write `count` articles as Parquet, each of paragraphs drawn from the pool; returns the files."""
    pool = [text.split("\n\n") for text in world.texts.values()]
    titles = [parts[0] for parts in pool]
    paragraphs = [paragraph for parts in pool for paragraph in parts[1:]]
    lengths = [len(parts) - 1 for parts in pool]
    chance, files = random.Random(seed), []
    for first in range(0, count, SHARD):
        rows = [
            {
                "text": "\n\n".join(
                    [
                        f"{chance.choice(titles)} {number}",
                        *chance.choices(paragraphs, k=chance.choice(lengths)),
                    ]
                ),
                "date": f"20{10 + number % 10}-0{1 + number % 9}-1{number % 9}",
            }
            for number in range(first, min(count, first + SHARD))
        ]
        path = folder / f"{first:08d}.parquet"
        pl.DataFrame(rows).write_parquet(path)
        files.append(path)
    return files


def whole(files: list[Path], root: Path, workers: int) -> tuple[float, float]:
    """Seconds and peak resident MB of `dateline measure` on files, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        code = (
            "import resource, runpy, sys, json\n"
            "sys.argv = json.loads(sys.argv[1])\n"
            "try:\n    runpy.run_module('dateline.cli', run_name='__main__')\nexcept SystemExit as end:\n    assert not end.code\n"
            "peak = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]\n"
            "print(json.dumps(peak))"
        )
        argv = [
            "dateline",
            "measure",
            *map(str, files),
            "--out",
            f"{folder}/out",
            "--root",
            str(root),
            "--workers",
            str(workers),
        ]
        begun = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", code, json.dumps(argv)], capture_output=True, text=True, check=True
        )
        own, child = json.loads(done.stdout.strip().splitlines()[-1])
        return time.perf_counter() - begun, (own + child * (workers if workers > 1 else 0)) / 1024


def best(run: Callable[[], object], times: int = 3) -> float:
    """The fastest of a few runs, in seconds."""
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


def parts(world: Study) -> list[tuple[str, str, float]]:
    """Part, who, MB of text a second."""
    texts = list(world.texts.values())
    size = sum(map(len, texts)) / 1e6
    corpus = build_corpus(world)
    sentences = corpus["sentences"]
    ledger, lexicon = compile_ledger(world.lists, corpus["articles"]), compile_lexicon(world.lists)
    mentions = find_mentions(sentences, world.texts, ledger)
    lists = world.lists
    aliases = sorted(set(lists["actors"]["alias"]), key=len, reverse=True)
    names = re.compile(rf"\b(?:{'|'.join(map(re.escape, aliases))})\b")
    word = re.compile(r"[^\W_]+")

    def ours_words() -> None:
        find_occurrences(sentences, lists["stopwords"], lists["actors"], lists["terms"], "en", phrases=False)

    def plain_words() -> None:
        for text in texts:
            Counter(word.findall(text.lower()))

    def sklearn_words() -> None:
        from sklearn.feature_extraction.text import CountVectorizer

        CountVectorizer().fit_transform(texts)

    runs: list[tuple[str, str, Callable[[], object]]] = [
        ("words", "dateline", ours_words),
        ("words", "re and Counter", plain_words),
        ("words", "scikit-learn", sklearn_words),
        ("actors", "dateline", lambda: find_mentions(sentences, world.texts, ledger)),
        ("actors", "re", lambda: [names.findall(text) for text in texts]),
        (
            "sources",
            "dateline",
            lambda: find_statements(sentences, mentions, world.texts, world.kinds, lexicon),
        ),
    ]
    if importlib.util.find_spec("ahocorasick_rs"):
        import ahocorasick_rs

        finder = ahocorasick_rs.AhoCorasick(aliases, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
        runs.append(
            ("actors", "ahocorasick_rs", lambda: [finder.find_matches_as_indexes(text) for text in texts])
        )
    if importlib.util.find_spec("spacy"):
        import spacy
        from spacy.matcher import PhraseMatcher

        blank = spacy.blank("en")
        matcher = PhraseMatcher(blank.vocab)
        matcher.add("actor", [blank.make_doc(alias) for alias in aliases])
        runs.append(
            ("actors", "spaCy PhraseMatcher", lambda: [matcher(blank.make_doc(text)) for text in texts])
        )
    return [(part, who, size / best(run)) for part, who, run in runs]


def show(title: str, columns: tuple[str, ...], rows: list[tuple]) -> None:
    """Print one table."""
    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*map(str, row))
    Console().print(table)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, nargs="*", default=[1_000, 10_000])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--root", type=Path, default=Path(__file__).parents[1], help="study whose lists are used"
    )
    given = parser.parse_args()
    world = generated_study(POOL, 1)
    rows, measured = [], []
    for count in given.articles:
        with tempfile.TemporaryDirectory() as folder:
            files = draw(world, count, Path(folder))
            size = sum(pl.read_parquet(path)["text"].str.len_bytes().sum() for path in files) / 1e6
            seconds, peak = whole(files, given.root, given.workers)
        measured.append((count, seconds))
        rows.append(
            (
                f"{count:,}",
                f"{size:.1f}",
                f"{seconds:.1f}",
                f"{count / seconds:.0f}",
                f"{size / seconds:.2f}",
                f"{peak:.0f}",
            )
        )
    show(
        f"dateline measure, {given.workers} workers",
        ("articles", "MB", "seconds", "articles/s", "MB/s", "peak MB"),
        rows,
    )
    if len(measured) > 1:
        (a, s), (b, t) = measured[0], measured[-1]
        print(f"time grows with articles to the power of {math.log(t / s) / math.log(b / a):.2f}")
    found = parts(generated_study(1_000, 2))
    ours = {part: speed for part, who, speed in found if who == "dateline"}
    show("parts on 1,000 articles, one process", ("part", "who", "MB/s", "dateline is"), [
        (part, who, f"{speed:.1f}", "" if who == "dateline" else f"{ours[part] / speed:.2f} x") for part, who, speed in found
    ])  # fmt: skip


if __name__ == "__main__":
    main()
