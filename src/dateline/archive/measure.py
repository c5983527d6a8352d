"""Measure an archive of any size in batches of bounded memory; a kill loses the batch in hand and nothing else.

The same functions that measure a study measure each batch of articles. What belongs to one article is written
batch by batch, and beside it what adds up over articles, which `merge` adds up.
"""

import codecs
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from dateline.actors.mentions import find_mentions
from dateline.actors.pairs import window_sums
from dateline.archive.merge import PARTS, UNIT, merge_batches, read, summed
from dateline.archive.workers import hire
from dateline.corpus.articles import build_corpus, units_of
from dateline.errors import DatelineError, Faults, TableError, in_a_line
from dateline.files import MAX_LINE, code_digest, digest, write_text
from dateline.intake.formats import COLUMNS, LEAST_WORDS, known_columns, read_row
from dateline.statements.attribution.lexicon import compile_lexicon
from dateline.statements.positions import spoken, stance_values
from dateline.statements.reader import find_statements
from dateline.statements.stance.scales import compile_scales
from dateline.study.load import Study, load_study
from dateline.tables import to_parquet
from dateline.terms.keyness import LENGTHS, USES, lengths_of, used_in
from dateline.terms.tokens import count_runs, count_terms, tokens_of

Track = Callable[[Iterable, str, int], Iterable]
"""`track(items, label, total)` -> the items, for a progress bar."""

BATCH = 250
"""Articles measured at a time: what one worker holds in memory."""


@dataclass(frozen=True)
class Task:
    """Name a batch: its number, the rows of the shard that it measures, and the number of its first article in the archive."""

    number: int
    shard: str
    offset: int
    length: int
    first: int


@dataclass(frozen=True)
class Done:
    """Count what a job did: articles measured and skipped, batches made now and before."""

    articles: int
    skipped: int
    made: int
    before: int


def measure(
    files: list[Path],
    root: Path,
    out: Path,
    *,
    workers: int = 1,
    cluster: str | None = None,
    batch: int = BATCH,
    track: Track = lambda items, label, total: items,
) -> Done:
    """Measure the articles of tables of any size with the lists and settings of a study.

    Args:
        files: Parquet, JSON Lines or CSV, with columns as `dateline new` knows them.
        root: The study whose lists decide.
        out: A folder: the result is in `tables/`, the rest is the job's own. The same call goes on where an
            earlier one was cut off.
        workers: Processes, each with one Polars thread.
        cluster: Address of a Dask scheduler whose workers see `root` and `out`; instead of processes.
        batch: Articles measured at a time.
        track: A progress bar.

    Raises:
        DatelineError: A file cannot be read, no file has a row, or `out` has another job.
    """
    study = load_study(root)  # every fault of the lists before the first batch
    _claim(out, files, root, batch)
    try:
        shards = [_shard(path, number, out, batch) for number, path in enumerate(files)]
    except DatelineError:
        # Where nothing is done, the folder is free for the files when they are mended.
        if not any((out / "batches").iterdir()):
            (out / "job.json").unlink()
            for name in ("batches", "shards"):
                shutil.rmtree(out / name)
        raise
    tasks = list(tasks_of(shards, batch))
    if not tasks:
        msg = f"{', '.join(map(str, files[:3]))}: no row, so nothing to measure. Delete {out} and give files with one article a row."
        raise DatelineError(msg)
    batches = [f"{task.number:06d}" for task in tasks]
    open_ = [task for task in tasks if not (out / "batches" / batches[task.number]).exists()]
    for left in [*(out / "batches").glob(".*"), *out.glob(".merge-*")]:
        shutil.rmtree(left, ignore_errors=True)
    jobs = [{"task": task, "root": str(root.resolve()), "out": str(out.resolve())} for task in open_]
    with hire(workers, cluster) as run:
        for _ in track(run(run_batch, jobs), "Batches", len(jobs)):
            pass
        merge_batches(out, batches, study, run, track)
    done = [[out / "batches" / batch / f"{name}.parquet" for batch in batches] for name in ("articles", "skipped")]
    sizes = [read(files, lambda frame: frame.select(pl.len())).item() for files in done]
    return Done(*sizes, made=len(open_), before=len(tasks) - len(open_))


def _claim(out: Path, files: list[Path], root: Path, batch: int) -> None:
    """Note what this folder's job is; a folder of another job is not touched."""
    wrong = _wrong_with(files)
    if out.resolve().is_relative_to((root / "data").resolve()):
        wrong = f"{out} lies in the data of the study, where everything is part of it. Give another folder with --out."
    if wrong:
        raise DatelineError(wrong)
    sizes = [[str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns] for path in files]
    job = {"batch": batch, "study": lists_of(root), "program": code_digest(), "files": sizes}
    note, noted = out / "job.json", None
    if note.is_file():
        with suppress(ValueError):
            noted = json.loads(note.read_text(encoding="utf-8"))
        if noted != job:
            wrong = f"{out} has a job of other files, lists, program or batches. Give another folder with --out, or delete it and begin again."
    elif out.exists() and (not out.is_dir() or any(out.iterdir())):
        what = "is not empty and has no job" if out.is_dir() else "is a file"
        wrong = f"{out} {what}. Give another folder with --out; nothing was written."
    if wrong:
        raise DatelineError(wrong)
    for name in ("batches", "shards"):
        (out / name).mkdir(parents=True, exist_ok=True)
    write_text(note, json.dumps(job, indent=1) + "\n")


def _wrong_with(files: list[Path]) -> str:
    for path in files:
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "is not there"
            return f"{path} {what}. Name Parquet, JSON Lines or CSV files."
    return "" if files else "No file was given. Name Parquet, JSON Lines or CSV files."


def lists_of(root: Path) -> str:
    """Return a hash of the settings and lists of a study, which decide what is in an archive's tables."""
    return digest(root, [*(root / "data").glob("*.csv"), root / "data/study.toml"])


def _shard(path: Path, number: int, out: Path, batch: int) -> Path:
    """Write a file's articles once as Parquet in row groups of one batch, without having it whole in memory."""
    target = out / "shards" / f"{number:04d}.parquet"
    if target.exists():
        return target
    part = target.with_suffix(".part")
    try:
        frame = _scan(path)
        columns = frame.collect_schema().names()
        known = known_columns(columns)
        if known["text"] is None:
            msg = f"{path} has no column of text; found {', '.join(columns[:12])}. Name it one of {', '.join(COLUMNS['text'])}."
            raise DatelineError(msg)
        chosen = [
            (pl.col(column) if column else pl.lit(None)).cast(pl.String, strict=False).alias(field)
            for field, column in known.items()
        ]
        frame.select(chosen).sink_parquet(part, row_group_size=batch, compression="zstd", maintain_order=True)
    except pl.exceptions.PolarsError as error:
        part.unlink(missing_ok=True)
        msg = f"{path} cannot be read: {in_a_line(error)}. Mend the file; batches that are done stay."
        raise DatelineError(msg) from error
    os.replace(part, target)
    return target


def _scan(path: Path) -> pl.LazyFrame:
    kind = path.suffix.lower()
    if kind == ".parquet":
        return pl.scan_parquet(path, glob=False)
    if kind in (".jsonl", ".ndjson"):
        return _json_lines(path)
    if kind in (".csv", ".tsv"):
        mark = "\t" if kind == ".tsv" else ","
        return pl.scan_csv(path, infer_schema=False, separator=mark, encoding="utf8-lossy", glob=False)
    msg = f"{path} is of no kind that can be measured. Known: .parquet, .jsonl, .ndjson, .csv, .tsv."
    raise DatelineError(msg)


def _json_lines(path: Path) -> pl.LazyFrame:
    """Read the lines of a file, fields of articles as text: which fields there are, and of what kind, differs by line."""
    with path.open("rb") as file:
        if file.read(3) == codecs.BOM_UTF8:
            msg = f"{path} begins with a byte order mark, which is no JSON. Save it as UTF-8 without one."
            raise DatelineError(msg)
        file.seek(0)
        first = pl.scan_ndjson(file, n_rows=1_000).collect_schema().names()
    # Polars takes these for patterns of names; an open file has no name.
    source = path.open("rb") if {*"*?["} & {*str(path)} else path
    every = {alias: pl.String for names in COLUMNS.values() for alias in names}
    own = {name: pl.String for name in first if name.lower().strip() in every}
    lines = pl.scan_ndjson(source, schema={**every, **own})
    held = lines.select(pl.len(), pl.all().count()).collect().row(0, named=True)
    there = [name for name in lines.collect_schema().names() if held[name]]
    return lines.select(there) if there else lines.select([]).with_columns(pl.lit(None).alias(name) for name in first)


def rows_of(task: Task) -> pl.DataFrame:
    """Return the rows of one batch: `text`, `title`, `published`, `publisher`, `url`, all strings or null."""
    return _of_shard(Path(task.shard), lambda frame: frame.slice(task.offset, task.length))


def _of_shard(shard: Path, what: Callable[[pl.LazyFrame], pl.LazyFrame]) -> pl.DataFrame:
    try:
        return what(pl.scan_parquet(shard, glob=False)).collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        msg = f"{shard} is damaged ({in_a_line(error)}). Delete it and run the same `dateline measure` again: it is written anew, and batches that are done stay."
        raise TableError(msg) from error


def tasks_of(shards: list[Path], batch: int) -> Iterator[Task]:
    """Yield the batches of an archive in order."""
    number = first = 0
    for shard in shards:
        rows = _of_shard(shard, lambda frame: frame.select(pl.len())).item()
        for offset in range(0, rows, batch):
            length = min(batch, rows - offset)
            yield Task(number, str(shard.resolve()), offset, length, first)
            number, first = number + 1, first + length


@cache
def _study(root: str) -> tuple[Study, Any, Any]:
    study = load_study(Path(root))
    return study, compile_lexicon(study.lists), compile_scales(study.lists, study.settings)


def run_batch(task: Task, root: str, out: str) -> int:
    """Measure one batch, write its tables and return the number of articles; the folder of a batch appears whole or not at all."""
    target = Path(out) / "batches" / f"{task.number:06d}"
    if target.exists():
        return 0
    study, lexicon, scales = _study(root)
    tables = measure_batch(study, rows_of(task), task.first, lexicon, scales)
    part = target.with_name(f".{target.name}-{os.getpid()}")
    part.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        to_parquet(frame, part / f"{name}.parquet")
    try:
        part.rename(target)
    except OSError:  # another worker was faster with the same batch
        shutil.rmtree(part, ignore_errors=True)
        if not target.exists():
            raise
    return tables["articles"].height


def measure_batch(study: Study, rows: pl.DataFrame, first: int, lexicon: Any, scales: Any) -> dict[str, pl.DataFrame]:
    """Make the tables of one batch: those of its articles, and sums that add up over batches.

    Args:
        study: The study whose lists decide.
        rows: `text`, `title`, `published`, `publisher`, `url`, all strings or null.
        first: Number of the first article; an article's id is its number.
        lexicon: `compile_lexicon` of its lists.
        scales: `compile_scales` of its lists and settings.
    """
    texts, listed, skipped = read_rows(range(first, first + rows.height), rows)
    listed = pl.concat([study.lists["sources"].clear(), listed], how="diagonal")
    listed = listed.with_columns(pl.col(pl.String).fill_null(""))
    one = Study(root=study.root, settings=study.settings, lists={**study.lists, "sources": listed}, texts=texts)
    corpus = build_corpus(one)
    articles, sentences = corpus["articles"], corpus["sentences"]
    mentions = find_mentions(one, sentences, articles)
    statements, _ = find_statements(one, sentences, mentions, lexicon=lexicon, scales=scales)
    lists = study.lists
    tokens = tokens_of(sentences, lists["stopwords"], lists["actors"], study.settings["language"])
    counts = count_terms(tokens, sentences, lists["terms"])
    runs, lemmas = count_runs(tokens)
    units = units_of(articles).filter(pl.col("unit_kind").is_in(["period", "all"]))
    return {
        "articles": articles,
        "sentences": sentences.drop("text"),
        "mentions": mentions.drop("surface"),
        "statements": statements,
        "term_counts": counts,
        "skipped": pl.DataFrame(skipped, schema={"article_id": pl.String, "why": pl.String}),
        "sum_terms": summed(used_in(counts, units), ["term", "kind", *UNIT], *USES)
        .with_columns(part=pl.col("term").hash(seed=1) % PARTS)
        .sort("part", "term", *UNIT),
        # With a triple goes its pair: the first two words say where both are.
        "sum_runs": summed(used_in(runs, units), ["whole", *UNIT], *USES)
        .with_columns(part=_pair_of("whole").hash(seed=1) % PARTS)
        .sort("part", "whole", *UNIT),
        "sum_tokens": lemmas.sort("term"),
        "sum_words": summed(lengths_of(units), UNIT, *LENGTHS),
        "sum_spoken": spoken(stance_values(statements, sentences, lists["groups"]), units),
        **window_sums(mentions, sentences, units.drop("words")),
    }


def read_rows(numbers: Iterable[int], rows: pl.DataFrame) -> tuple[dict[str, str], pl.DataFrame, list[dict[str, str]]]:
    """Read rows of an archive as articles.

    Args:
        numbers: The number of each row in the whole archive: its id, with eight digits.
        rows: `text`, `title`, `published`, `publisher`, `url`, all strings or null.

    Returns:
        Article id -> text; what a study's list `sources` says of them; `article_id` and `why` of each row that is no article.
    """
    texts, sources, skipped = {}, [], []
    for number, cells in zip(numbers, rows.iter_rows(named=True), strict=True):
        name = f"{number:08d}"
        article = next(read_row(cells, name, Faults()), None)
        if why := _unusable(article.text if article else None):
            skipped.append({"article_id": name, "why": why})
            continue
        texts[name] = article.text
        day = article.published.isoformat() if article.published else ""
        why = "as its table states it" if day else ""
        sources.append((f"{name}.txt", article.publisher, article.url, day, why))
    columns = ("file", "publisher", "url", "published", "date_why")
    return texts, pl.DataFrame(sources, schema=dict.fromkeys(columns, pl.String), orient="row"), skipped


def _unusable(text: str | None) -> str:
    """Return why a text is no article, or an empty string."""
    if text is None:
        return "no article in its page"
    words, longest = len(text.split(maxsplit=LEAST_WORDS)), max(map(len, text.split("\n")))
    if words < LEAST_WORDS:
        return f"{words} words of text"
    return f"a line of {longest} characters" if longest > MAX_LINE else ""


def _pair_of(column: str) -> pl.Expr:
    return pl.col(column).str.split(" ").list.head(2).list.join(" ")
