"""Speed and memory on generated archives, beside named peers in the same run.

    python -m benchmarks.archive                            1,000 and 10,000 articles
    python -m benchmarks.archive --articles 1000 --workers 1
    python -m benchmarks.archive --profile                  where one batch spends its time
    pip install spacy ahocorasick_rs                        two more peers

Three tables. The first: `dateline measure` as a whole, in a process of its own: seconds, articles and MB of text a
second, peak resident memory of the process and its workers, and the exponent of time over articles. The second: the
limits of this machine: copying memory, reading Parquet, `wc -w`. The third: three parts on 1,000 articles beside peers
that do the same counting and nothing more. Dateline's parts do more (lemmas, a span for every use, rules for places,
roles and pronouns, a null for every pair, noun phrases for sources); the ratio says what that costs. One peer of the
words does as much: lemmas, function words left out, pairs and triples, in loops of plain Python. The last row sets the
three parts together against the fastest peer of each. Below it: whether the counts are those of plain Python, exactly.

Articles are drawn paragraph by paragraph from those of the study; every fifth of their longer words gives way to one
of 50,000 invented words, the n-th of which is drawn in proportion to 1 / (n + 20), so that the vocabulary grows
as that of an archive does. The same seed gives the same articles everywhere.
"""

import argparse
import contextlib
import cProfile
import importlib.util
import math
import pstats
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import accumulate, combinations, pairwise
from pathlib import Path

import polars as pl
import psutil
from rich.console import Console
from rich.progress import track
from rich.table import Table

from dateline.actors.ledger import compile_ledger
from dateline.actors.mentions import find_mentions
from dateline.actors.pairs import window_sums
from dateline.archive.measure import measure, measure_batch
from dateline.corpus.articles import build_corpus, units_of
from dateline.corpus.sentences import WORD
from dateline.statements.attribution.lexicon import compile_lexicon
from dateline.statements.attribution.sieve import attribute
from dateline.statements.stance.scales import compile_scales
from dateline.study.load import Study, load_study
from dateline.terms.tokens import count_runs, count_terms, lemma_of, tokens_of, words_of_names

SHARD = 10_000
VOCABULARY = 50_000
INVENTED = 0.2
"""Share of the longer words that give way to invented ones."""

LONGER = re.compile(r"\b[a-z]{5,}\b")
SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "or", "el")]
PARTS = 1_000


def draw(study: Study, count: int, folder: Path, seed: int = 1) -> list[Path]:
    """Write `count` articles as Parquet, each of paragraphs drawn from the study's; returns the files."""
    lines = [[line for line in text.split("\n") if line.strip()] for text in study.texts.values()]
    titles = build_corpus(study)["articles"]["title"].to_list()
    pool = [_cut(line) for own in lines for line in own[1:] if len(line.split()) >= 12]
    chance = random.Random(0)
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        words["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4)))] = None
    invented, weights = list(words), list(accumulate(1 / (rank + 20) for rank in range(VOCABULARY)))
    chance, files = random.Random(seed), []

    def paragraph(pieces: list[tuple[str, str]]) -> str:
        return "".join(
            before + (chance.choices(invented, cum_weights=weights)[0] if word and chance.random() < INVENTED else word)
            for before, word in pieces
        )

    for first in range(0, count, SHARD):
        rows = [
            {
                "text": "\n\n".join(
                    [
                        f"{chance.choice(titles)} {number}",
                        *map(paragraph, chance.choices(pool, k=chance.randint(8, 16))),
                    ]
                ),
                "date": f"20{15 + number % 10}-0{1 + number % 9}-1{number % 9}",
            }
            for number in range(first, min(count, first + SHARD))
        ]
        path = folder / f"{first:08d}.parquet"
        pl.DataFrame(rows).write_parquet(path)
        files.append(path)
    return files


def _cut(paragraph: str) -> list[tuple[str, str]]:
    """What stands before each longer word, and the word; the end of the paragraph has no word."""
    pieces, last = [], 0
    for match in LONGER.finditer(paragraph):
        pieces.append((paragraph[last : match.start()], match[0]))
        last = match.end()
    return [*pieces, (paragraph[last:], "")]


def whole(files: list[Path], root: Path, workers: int) -> tuple[float, float]:
    """Seconds, and the most resident MB at any moment of the process and its workers, of `dateline measure` on files."""
    with tempfile.TemporaryDirectory() as folder:
        argv = [*map(str, files), "--out", f"{folder}/out", "--root", str(root), "--workers", str(workers)]
        begun = time.perf_counter()
        running = psutil.Popen([sys.executable, "-m", "dateline", "measure", *argv], stdout=subprocess.DEVNULL)
        peak = 0
        while running.poll() is None:
            with contextlib.suppress(psutil.NoSuchProcess):
                family = [running, *running.children(recursive=True)]
                peak = max(peak, sum(process.memory_info().rss for process in family))
            time.sleep(0.1)
        if running.returncode:
            sys.exit("`dateline measure` failed")
        return time.perf_counter() - begun, peak / 1e6


def best(run: Callable[[], object], times: int = 3) -> float:
    """The fastest of a few runs, in seconds."""
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


def limits(file: Path) -> list[tuple[str, str]]:
    """What nothing on this machine can do faster, in MB a second."""
    texts = pl.read_parquet(file)["text"]
    whole = "\n".join(texts).encode()
    size = len(whole) / 1e6
    rows = [
        ("copying it in memory", size / best(lambda: bytearray(whole))),
        ("reading it from Parquet", size / best(lambda: pl.read_parquet(file))),
    ]
    if shutil.which("wc"):
        with tempfile.NamedTemporaryFile() as plain:
            plain.write(whole)
            plain.flush()
            counting = ["wc", "-w", plain.name]
            rows.append(("wc -w", size / best(lambda: subprocess.run(counting, check=True, capture_output=True))))
    return [(name, f"{speed:.0f}") for name, speed in rows]


class Job:
    """1,000 articles, cleaned and split, with the compiled lists of the study."""

    def __init__(self, study: Study, file: Path) -> None:
        self.rows = pl.read_parquet(file, n_rows=PARTS)
        texts = {f"{number:06d}": text for number, text in enumerate(self.rows["text"])}
        blank = dict.fromkeys(study.lists["sources"].columns, "")
        sources = pl.DataFrame([{**blank, "file": f"{name}.txt"} for name in texts]).with_columns(
            line=pl.lit(0, pl.Int64)
        )
        self.study = Study(
            root=study.root, settings=study.settings, lists={**study.lists, "sources": sources}, texts=texts
        )
        self.lists, self.texts = self.study.lists, texts
        self.corpus = build_corpus(self.study)
        self.sentences = self.corpus["sentences"]
        self.lexicon = compile_lexicon(self.lists)
        self.ledger = compile_ledger(self.lists, self.corpus["articles"])
        self.units = units_of(self.corpus["articles"]).filter(unit_kind="all")
        self.mentions = find_mentions(self.study, self.sentences, self.corpus["articles"])
        self.size = sum(len(text.encode()) for text in texts.values()) / 1e6
        self.aliases = sorted({*self.lists["actors"]["alias"]}, key=len, reverse=True)
        self.actor = dict(self.lists["actors"].select("alias", "actor").iter_rows())

    def words(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """How often each article uses each lemma, and each two and three of them side by side."""
        lists = self.lists
        tokens = tokens_of(self.sentences, lists["stopwords"], lists["actors"], "en")
        return count_terms(tokens, self.sentences, lists["terms"].head(0)), count_runs(tokens)[0]

    def actors(self) -> dict[str, pl.DataFrame]:
        """Mentions, and who is named together with whom in sentences, paragraphs and articles."""
        mentions = find_mentions(self.study, self.sentences, self.corpus["articles"], ledger=self.ledger)
        return window_sums(mentions, self.sentences, self.units)

    def sources(self) -> list[dict]:
        """Sentences, quotations, and who is told to say what."""
        sentences = build_corpus(self.study)["sentences"]
        return attribute(sentences, self.mentions, self.texts, self.study.kinds, self.lexicon)


def same_words(job: Job) -> tuple[Counter, Counter]:
    """What `Job.words` counts, in loops: lemmas, and pairs and triples of them, by article."""
    names, stop = words_of_names(job.lists["actors"]), {*job.lists["stopwords"]["word"]}
    known: dict[str, str] = {}
    counts, runs = Counter(), Counter()
    for article, text in job.sentences.select("article_id", "text").iter_rows():
        before: list[tuple[str, int]] = []
        for match in WORD.finditer(text):
            surface = match[0]
            if surface not in known:
                term = lemma_of(surface, "en", names)
                known[surface] = term if is_content(surface, term, stop) else ""
            term = known[surface]
            if not term:
                before = []
                continue
            counts[article, term] += 1
            before = before[-2:] if before and match.start() - before[-1][1] == 1 else []
            for at in range(len(before)):
                runs[article, " ".join([*(one for one, _ in before[at:]), term])] += 1
            before.append((term, match.end()))
    return counts, runs


def is_content(surface: str, term: str, stop: set[str]) -> bool:
    """Whether a word is no function word and no number."""
    bare = re.sub(r"'s?$", "", surface.lower().replace("’", "'"))
    return term not in stop and bare not in stop and term[0].isalpha() and len(term) > 1


def pairs(found: Iterator[tuple[str, int, set[str]]]) -> Counter:
    """How many sentences, paragraphs and articles name two actors together."""
    counts: Counter = Counter()
    larger: dict[tuple, set[str]] = {}
    for article, paragraph, actors in found:
        counts.update(("sentence", article, *pair) for pair in combinations(sorted(actors), 2))
        larger.setdefault(("paragraph", article, paragraph), set()).update(actors)
        larger.setdefault(("article", article), set()).update(actors)
    for (window, article, *_), actors in larger.items():
        counts.update((window, article, *pair) for pair in combinations(sorted(actors), 2))
    return counts


def peers(job: Job) -> Iterator[tuple[str, str, Callable[[], object]]]:
    """Part, who, and what they do with the same articles; in `re` where a part has no library of its own."""
    texts = list(job.texts.values())
    pieces = job.sentences.select("article_id", "paragraph", "text").rows()
    word = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
    names = re.compile(rf"\b(?:{'|'.join(map(re.escape, job.aliases))})\b")
    ends, quoted = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"])"), re.compile(r"[“\"][^”\"]+[”\"]")

    def plain_sources() -> None:
        for text in texts:
            for sentence in ends.split(text):
                for quote in quoted.finditer(sentence):
                    before = [match for match in names.finditer(sentence, 0, quote.start())]
                    before[-1:] or names.search(sentence, quote.end())

    def plain_words() -> list[tuple[Counter, Counter]]:
        split = (word.findall(text.lower()) for text in texts)
        return [(Counter(words), Counter(pairwise(words))) for words in split]

    yield "words", "re and Counter", plain_words
    yield "words", "plain Python, the same counts", lambda: same_words(job)
    yield ("actors", "re", lambda: pairs((a, p, {job.actor[name] for name in names.findall(t)}) for a, p, t in pieces))
    yield "sources", "re", plain_sources
    if importlib.util.find_spec("sklearn"):
        from sklearn.feature_extraction.text import CountVectorizer

        yield "words", "scikit-learn", lambda: CountVectorizer(ngram_range=(1, 2)).fit_transform(texts)
    if importlib.util.find_spec("ahocorasick_rs"):
        import ahocorasick_rs

        finder = ahocorasick_rs.AhoCorasick(job.aliases, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
        owner = [job.actor[alias] for alias in job.aliases]

        def named(text: str) -> set[str]:
            return {
                owner[which]
                for which, start, end in finder.find_matches_as_indexes(text)
                if not (start and text[start - 1].isalnum()) and not text[end : end + 1].isalnum()
            }

        yield "actors", "ahocorasick_rs", lambda: pairs((a, p, named(t)) for a, p, t in pieces)
    if importlib.util.find_spec("spacy"):
        import spacy
        from spacy.matcher import PhraseMatcher

        blank = spacy.blank("en")
        blank.add_pipe("sentencizer")
        matcher = PhraseMatcher(blank.vocab)
        for alias in job.aliases:
            matcher.add(alias, [blank.make_doc(alias)])

        def matched(text: str) -> set[str]:
            return {job.actor[blank.vocab.strings[key]] for key, *_ in matcher(blank.make_doc(text))}

        yield "actors", "spaCy PhraseMatcher", lambda: pairs((a, p, matched(t)) for a, p, t in pieces)
        yield "sources", "spaCy sentencizer", lambda: [matcher(blank(text)) for text in texts]


def parts(job: Job) -> list[tuple[str, str, str, str]]:
    """Part, who, MB of text a second, and how many times as fast Dateline is."""
    runs = [(part, "dateline", getattr(job, part)) for part in ("words", "actors", "sources")]
    speeds = [
        (part, who, job.size / best(run))
        for part, who, run in track([*runs, *peers(job)], description="Parts", transient=True)
    ]
    ours = {part: speed for part, who, speed in speeds if who == "dateline"}
    theirs = {part: max(speed for own, who, speed in speeds if own == part and who != "dateline") for part in ours}
    whole, fastest = (1 / sum(1 / speed for speed in own.values()) for own in (ours, theirs))
    speeds += [("all three", "dateline", whole), ("all three", "the fastest peer of each", fastest)]
    ours["all three"] = whole
    return [
        (part, who, f"{speed:.2f}", "" if who == "dateline" else f"{ours[part] / speed:.2f} x")
        for part, who, speed in sorted(speeds, key=lambda row: list(ours).index(row[0]))
    ]


def as_plain_python(rows: pl.DataFrame, study: Study) -> tuple[int, int, bool]:
    """Words and pairs of articles, and whether an archive's tables hold exactly those that loops over dictionaries give.

    Args:
        rows: `text` of each article, none of them too short to count.
        study: The study whose lists decide.
    """
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder) / "rows.parquet", Path(folder) / "out"
        rows.write_parquet(file)
        measure([file], study.root, out)
        tables = {
            name: pl.read_parquet(out / f"tables/{name}/*.parquet") for name in ("sentences", "mentions", "term_counts")
        }
        pairs = pl.read_parquet(out / "tables/co_mentions.parquet")
    texts = [text.strip() for text in rows["text"]]
    names, stop = words_of_names(study.lists["actors"]), {*study.lists["stopwords"]["word"]}
    counts: Counter = Counter()
    sentences = tables["sentences"].select("article_id", "sentence_id", "paragraph", "start", "end").rows()
    for article, _, _, start, end in sentences:
        for word in WORD.findall(texts[int(article)][start:end]):
            term = lemma_of(word, "en", names)
            if is_content(word, term, stop):
                counts[article, term] += 1
    theirs = tables["term_counts"].filter(kind="word").select("article_id", "term", "count")
    place = {sentence: (article, paragraph) for article, sentence, paragraph, *_ in sentences}
    windows: dict[tuple, set[str]] = {}
    for sentence, actor in tables["mentions"].select("sentence_id", "actor").iter_rows():
        windows.setdefault(("sentence", sentence), set()).add(actor)
        windows.setdefault(("paragraph", *place[sentence]), set()).add(actor)
        windows.setdefault(("article", place[sentence][0]), set()).add(actor)
    together = Counter((key[0], *pair) for key, actors in windows.items() for pair in combinations(sorted(actors), 2))
    held = pairs.filter(pl.col("together") > 0, unit_kind="all").select("window", "actor_a", "actor_b", "together")
    same = counts == {(article, term): count for article, term, count in theirs.iter_rows()}
    same = same and together == {tuple(key): count for *key, count in held.iter_rows()}
    return counts.total(), together.total(), same


def profile(study: Study, file: Path) -> None:
    """Where one batch spends its time."""
    rows = pl.read_parquet(file, n_rows=500)
    rows = rows.select("text", published="date").with_columns(
        **{name: pl.lit(None, pl.String) for name in ("title", "publisher", "url")}
    )
    lexicon, scales = compile_lexicon(study.lists), compile_scales(study.lists, study.settings)
    measure_batch(study, rows[250:], 0, lexicon, scales)  # patterns are compiled when they are first used
    profiler = cProfile.Profile()
    profiler.runcall(measure_batch, study, rows[:250], 0, lexicon, scales)
    pstats.Stats(profiler).sort_stats("cumtime").print_stats(40)


def show(title: str, columns: tuple[str, ...], rows: list[tuple]) -> None:
    """Print one table."""
    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*map(str, row))
    Console().print(table)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, nargs="*", default=[1_000, 10_000])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--root", type=Path, default=Path(__file__).parents[1], help="study whose lists and articles are used"
    )
    parser.add_argument(
        "--profile", action="store_true", help="print where one batch spends its time, and nothing else"
    )
    given = parser.parse_args()
    study = load_study(given.root)
    with tempfile.TemporaryDirectory() as folder:
        first = draw(study, PARTS, Path(folder), seed=2)[0]
        if given.profile:
            return profile(study, first)
        measured = []
        for count in given.articles:
            with tempfile.TemporaryDirectory() as own:
                files = draw(study, count, Path(own))
                size = sum(pl.read_parquet(path)["text"].str.len_bytes().sum() for path in files) / 1e6
                measured.append((count, size, *whole(files, given.root, given.workers)))
        show(
            f"dateline measure, {given.workers} workers",
            ("articles", "MB", "seconds", "articles/s", "MB/s", "peak MB"),
            [
                (
                    f"{count:,}",
                    f"{size:.1f}",
                    f"{seconds:.1f}",
                    f"{count / seconds:.0f}",
                    f"{size / seconds:.2f}",
                    f"{peak:.0f}",
                )
                for count, size, seconds, peak in measured
            ],
        )
        if len(measured) > 1:
            (a, _, s, _), (b, _, t, _) = measured[0], measured[-1]
            print(f"time grows with articles to the power of {math.log(t / s) / math.log(b / a):.2f}")
        show("limits of this machine, MB of text a second", ("what", "MB/s"), limits(first))
        job = Job(study, first)
        show(
            f"parts on {PARTS:,} articles, one process of {pl.thread_pool_size()} Polars threads",
            ("part", "who", "MB/s", "dateline is"),
            parts(job),
        )
        words, pairs, same = as_plain_python(job.rows, study)
        told = "exactly those" if same else "NOT THOSE"
        print(f"{words:,} words and {pairs:,} pairs of {PARTS:,} articles: {told} of plain Python")


if __name__ == "__main__":
    main()
