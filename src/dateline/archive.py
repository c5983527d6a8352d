"""An archive of any size -> tables, in batches of bounded memory; a kill loses the batch in hand and nothing else.

The same functions that measure a study measure each batch of articles. What belongs to one article is written
batch by batch; what adds up over articles is merged partition by partition and never held whole. Tests that
shuffle all articles at once are left to a study: here stand counts, rates and means.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from dateline.actors import compile_ledger, find_mentions
from dateline.comentions import expected_pairs
from dateline.corpus import build_corpus
from dateline.errors import DatelineError, TableError
from dateline.files import digest, write_text
from dateline.intake import COLUMNS, LEAST_WORDS, article_of, known_columns
from dateline.lexicon import compile_lexicon
from dateline.manifest import CODE, PACKAGE
from dateline.positions import counted, position_of
from dateline.scales import compile_scales
from dateline.stance import code_statements
from dateline.statements import find_statements
from dateline.study import MAX_LINE, Study, load_study
from dateline.tables import SCHEMAS, from_parquet, to_parquet
from dateline.terms import (
    collocations,
    count_runs,
    count_terms,
    keyness_of_counts,
    rates,
    tokens_of,
    units_of,
    words_of_names,
)

BATCH = 250
"""Articles measured at a time: what one worker holds in memory."""

PARTS = 16
"""Partitions of the terms: one is in memory at a time when the batches are merged."""

ROWS = ("articles", "sentences", "mentions", "statements", "term_counts", "skipped")
"""Tables of single articles, written batch by batch."""

MICRO = 1_000_000
UNIT = ["unit_kind", "unit"]
PAIR = ["window", *UNIT, "actor_a", "actor_b"]
VALUE = ["holder", "scale", *UNIT]

SUMS = {"sum_terms": ["term", "kind", *UNIT], "sum_runs": ["whole", *UNIT]}
"""Sums that are merged by partition -> what their rows are told apart by."""

FILES = 100
"""Files whose rows are added up at a time when batches are merged."""


@dataclass(frozen=True)
class Task:
    """One batch: its number, and the rows of the shard that it measures."""

    number: int
    shard: str
    offset: int
    length: int
    first: int
    """Number of its first article in the whole archive."""


@dataclass(frozen=True)
class Done:
    """What a job did: articles measured, skipped, batches made now and before."""

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
    track: Callable[[Iterable, str, int], Iterable] = lambda items, label, total: items,
) -> Done:
    """Measure the articles of tables of any size with the lists and settings of a study.

    Args:
        files: Parquet, JSON Lines or CSV, with columns as `dateline new` knows them.
        root: The study whose lists decide.
        out: A folder: `tables/` holds the result, the rest is the job's own. The same call goes on where an
            earlier one was cut off.
        workers: Processes, each with one Polars thread.
        cluster: Address of a Dask scheduler whose workers see `root` and `out`; instead of processes.
        batch: Articles measured at a time.
        track: `track(items, label, total)` -> the items, for a progress bar.

    Raises:
        DatelineError: A file cannot be read, no file holds a row, or `out` holds another job.
    """
    load_study(root)  # every fault of the lists before the first batch
    _claim(out, files, root, batch)
    shards = [_shard(path, number, out, batch) for number, path in enumerate(files)]
    tasks = list(tasks_of(shards, batch))
    if not tasks:
        msg = f"{', '.join(map(str, files[:3]))}: no row, so nothing to measure. Delete {out} and give files with one article a row."
        raise DatelineError(msg)
    open_ = [task for task in tasks if not (out / "batches" / f"{task.number:06d}").exists()]
    for left in [*(out / "batches").glob(".*"), *out.glob(".merge-*")]:
        shutil.rmtree(left, ignore_errors=True)
    where = {"root": str(root.resolve()), "out": str(out.resolve())}
    with _crew(workers, cluster) as run:
        for _ in track(
            run(run_batch, [{"task": asdict(task), **where} for task in open_]), "Batches", len(open_)
        ):
            pass
        _merge(out, [f"{task.number:06d}" for task in tasks], run, where, track)
    done = [
        [out / "batches" / f"{task.number:06d}" / f"{name}.parquet" for task in tasks]
        for name in ("articles", "skipped")
    ]
    sizes = [_read(files, lambda frame: frame.select(pl.len())).item() for files in done]
    return Done(*sizes, made=len(open_), before=len(tasks) - len(open_))


def _claim(out: Path, files: list[Path], root: Path, batch: int) -> None:
    """Note what this folder's job is; a folder of another job is not touched."""
    if not files:
        msg = "No file was given. Name Parquet, JSON Lines or CSV files."
        raise DatelineError(msg)
    for path in files:
        if not path.is_file():
            msg = f"{path} is not there. Name Parquet, JSON Lines or CSV files."
            raise DatelineError(msg)
    job = {
        "batch": batch,
        "study": lists_of(root),
        "program": digest(PACKAGE, CODE),
        "files": [[str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns] for path in files],
    }
    note = out / "job.json"
    if note.is_file():
        if json.loads(note.read_text(encoding="utf-8")) != job:
            msg = (
                f"{out} holds a job of other files, lists, program or batches. Give another folder with --out, "
                "or delete it and begin again."
            )
            raise DatelineError(msg)
        return
    if out.exists() and any(out.iterdir()):
        msg = f"{out} is not empty and holds no job. Give another folder with --out; nothing was written."
        raise DatelineError(msg)
    (out / "batches").mkdir(parents=True, exist_ok=True)
    (out / "shards").mkdir(exist_ok=True)
    write_text(note, json.dumps(job, indent=1) + "\n")


def lists_of(root: Path) -> str:
    """A hash of the settings and lists of a study, which decide what an archive's tables hold."""
    return digest(root, [*(root / "data").glob("*.csv"), root / "data/study.toml"])


def _shard(path: Path, number: int, out: Path, batch: int) -> Path:
    """A file's articles as Parquet in row groups of one batch, written once and without holding it whole."""
    target = out / "shards" / f"{number:04d}.parquet"
    if target.exists():
        return target
    kind = path.suffix.lower()
    if kind == ".parquet":
        frame = pl.scan_parquet(path)
    elif kind in (".jsonl", ".ndjson"):
        frame = pl.scan_ndjson(path)
    elif kind in (".csv", ".tsv"):
        frame = pl.scan_csv(
            path, infer_schema=False, separator="\t" if kind == ".tsv" else ",", encoding="utf8-lossy"
        )
    else:
        msg = f"{path} is of no kind that can be measured. Known: .parquet, .jsonl, .ndjson, .csv, .tsv."
        raise DatelineError(msg)
    part = target.with_suffix(".part")
    try:
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
        msg = f"{path} cannot be read: {' '.join(str(error).split())[:200]}. Mend the file; batches that are done stay."
        raise DatelineError(msg) from error
    os.replace(part, target)
    return target


def rows_of(task: Task) -> pl.DataFrame:
    """The rows of one batch: `text`, `title`, `published`, `publisher`, `url`, all strings or null.

    Raises:
        TableError: The shard is damaged.
    """
    return _of_shard(Path(task.shard), lambda frame: frame.slice(task.offset, task.length))


def _of_shard(shard: Path, what: Callable[[pl.LazyFrame], pl.LazyFrame]) -> pl.DataFrame:
    try:
        return what(pl.scan_parquet(shard)).collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        msg = f"{shard} is damaged ({' '.join(str(error).split())[:200]}). Delete it and run the same `dateline measure` again: it is written anew, and batches that are done stay."
        raise TableError(msg) from error


def tasks_of(shards: list[Path], batch: int) -> Iterator[Task]:
    """The batches of an archive in order."""
    number = first = 0
    for shard in shards:
        rows = _of_shard(shard, lambda frame: frame.select(pl.len())).item()
        for offset in range(0, rows, batch):
            length = min(batch, rows - offset)
            yield Task(number, str(shard.resolve()), offset, length, first)
            number, first = number + 1, first + length


Run = Callable[[Callable[..., int], list[dict]], Iterator[int]]
"""`run(work, jobs)` -> what `work(**job)` returns for each job, as they are done."""


@contextmanager
def _crew(workers: int, cluster: str | None) -> Iterator[Run]:
    """Those who do the work: this process, several beside it, or the workers of a Dask cluster."""
    if cluster:
        with _cluster(cluster) as run:
            yield run
    elif workers > 1:
        with _processes(workers) as run:
            yield run
    else:
        yield lambda work, jobs: (work(**job) for job in jobs)


@contextmanager
def _processes(workers: int) -> Iterator[Run]:
    before = os.environ.get("POLARS_MAX_THREADS")
    os.environ["POLARS_MAX_THREADS"] = "1"  # read by each new process, not by this one
    try:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:

            def run(work: Callable[..., int], jobs: list[dict]) -> Iterator[int]:
                return (done.result() for done in as_completed([pool.submit(work, **job) for job in jobs]))

            try:
                yield run
            except BaseException:
                pool.shutdown(cancel_futures=True)  # or an error would wait for all batches that are left
                raise
    finally:
        if before is None:
            del os.environ["POLARS_MAX_THREADS"]
        else:
            os.environ["POLARS_MAX_THREADS"] = before


@contextmanager
def _cluster(address: str) -> Iterator[Run]:
    try:
        from distributed import Client
        from distributed import as_completed as completed
    except ImportError as error:
        msg = "Dask is not installed here. `pip install distributed`, or leave --cluster out and give --workers."
        raise DatelineError(msg) from error
    with Client(address) as client:

        def run(work: Callable[..., int], jobs: list[dict]) -> Iterator[int]:
            # Every job replaces nothing and may be done twice without harm: a lost worker costs its job once more.
            futures = client.map(_call, [work] * len(jobs), jobs, pure=False, retries=3)
            return (done.result() for done in completed(futures))

        yield run


def _call(work: Callable[..., int], job: dict) -> int:
    return work(**job)


@cache
def _study(root: str) -> tuple[Study, Any, Any]:
    study = load_study(Path(root))
    return study, compile_lexicon(study.lists), compile_scales(study.lists, study.settings)


def run_batch(task: dict, root: str, out: str) -> int:
    """Measure one batch and write its tables; the folder of a batch appears whole or not at all.

    Args:
        task: A `Task` as a dictionary.
        root: The study.
        out: The job's folder.

    Returns:
        The number of articles measured.
    """
    target = Path(out) / "batches" / f"{task['number']:06d}"
    if target.exists():
        return 0
    study, lexicon, scales = _study(root)
    tables = measure_batch(study, rows_of(Task(**task)), task["first"], lexicon, scales)
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


def measure_batch(
    study: Study, rows: pl.DataFrame, first: int, lexicon: Any, scales: Any
) -> dict[str, pl.DataFrame]:
    """The tables of one batch: those of its articles, and sums that add up over batches.

    Args:
        study: The study whose lists decide.
        rows: `text`, `title`, `published`, `publisher`, `url`, all strings or null.
        first: Number of the first article; an article's id is its number.
        lexicon: `compile_lexicon` of its lists.
        scales: `compile_scales` of its lists and settings.
    """
    texts, listed, skipped = read_rows(range(first, first + rows.height), rows)
    listed = pl.concat([study.lists["sources"].clear(), listed], how="diagonal").with_columns(
        pl.col(pl.String).fill_null("")
    )
    one = Study(
        root=study.root, settings=study.settings, lists={**study.lists, "sources": listed}, texts=texts
    )
    corpus = build_corpus(one)
    articles, sentences = corpus["articles"], corpus["sentences"]
    mentions = find_mentions(sentences, texts, compile_ledger(study.lists, articles))
    found = find_statements(sentences, mentions, texts, study.kinds, lexicon)
    statements = code_statements(found, sentences, mentions, texts, study.kinds, scales)
    lists = study.lists
    tokens = tokens_of(sentences, lists["stopwords"], lists["actors"], study.settings["language"])
    counts = count_terms(tokens, sentences, lists["terms"])
    runs, lemmas = count_runs(tokens)
    units = units_of(articles).filter(pl.col("unit_kind") != "article")
    places = units.drop("words")
    values = counted(statements, sentences, study.lists["groups"]).select(
        "holder", "scale", "value", "article_id"
    )
    pairs = pl.concat(
        expected_pairs(mentions, sentences, window).with_columns(
            # A whole number, so that no order of adding moves the sum.
            (pl.col("expected") * MICRO).round().cast(pl.Int64),
            window=pl.lit(window),
        )
        for window in ("sentence", "paragraph")
    )
    return {
        "articles": articles,
        "sentences": sentences.drop("text"),
        "mentions": mentions.drop("surface"),
        "statements": statements,
        "term_counts": counts,
        "skipped": pl.DataFrame(skipped, schema={"article_id": pl.String, "why": pl.String}),
        "sum_terms": _sum(counts.join(places, on="article_id"), ["term", "kind", *UNIT], "count")
        .with_columns(part=pl.col("term").hash(seed=1) % PARTS)
        .sort("part", "term", *UNIT),
        # With a triple goes its pair: the first two words say where both are.
        "sum_runs": _sum(runs.join(places, on="article_id"), ["whole", *UNIT], "count")
        .with_columns(part=_pair_of("whole").hash(seed=1) % PARTS)
        .sort("part", "whole", *UNIT),
        "sum_tokens": lemmas.sort("term"),
        "sum_words": _sum(units, ["unit_kind", "unit"], "words"),
        "sum_values": values.join(places, on="article_id")
        .group_by(*VALUE, "value")
        .agg(n=pl.len().cast(pl.Int64))
        .sort(*VALUE, "value"),
        "sum_pairs": _sum(pairs.join(places, on="article_id"), PAIR, "together", "expected"),
    }


def read_rows(
    numbers: Iterable[int], rows: pl.DataFrame
) -> tuple[dict[str, str], pl.DataFrame, list[dict[str, str]]]:
    """Rows of an archive as articles.

    Args:
        numbers: The number of each row in the whole archive: its id, with eight digits.
        rows: `text`, `title`, `published`, `publisher`, `url`, all strings or null.

    Returns:
        Article id -> text; what a study's list `sources` says of them (`file`, `publisher`, `url`, `published`,
        `date_why`); and `article_id` and `why` of each row that is no article.
    """
    texts, sources, skipped = {}, [], []
    for number, cells in zip(numbers, rows.iter_rows(named=True), strict=True):
        name, article = f"{number:08d}", article_of("", cells)
        longest = max(map(len, article.text.split("\n")))
        words = len(article.text.split(maxsplit=LEAST_WORDS))
        if words < LEAST_WORDS or longest > MAX_LINE:
            why = f"{words} words of text" if words < LEAST_WORDS else f"a line of {longest} characters"
            skipped.append({"article_id": name, "why": why})
            continue
        texts[name] = article.text
        day = article.published.isoformat() if article.published else ""
        why = "as its table states it" if day else ""
        sources.append((f"{name}.txt", article.publisher, article.url, day, why))
    columns = ("file", "publisher", "url", "published", "date_why")
    return texts, pl.DataFrame(sources, schema=dict.fromkeys(columns, pl.String), orient="row"), skipped


def _pair_of(column: str) -> pl.Expr:
    return pl.col(column).str.split(" ").list.head(2).list.join(" ")


def _sum(frame: pl.DataFrame | pl.LazyFrame, by: list[str], *columns: str) -> pl.DataFrame | pl.LazyFrame:
    return frame.group_by(by).agg(pl.col(columns).sum()).sort(by)


def _merge(out: Path, batches: list[str], run: Run, where: dict[str, str], track: Callable) -> None:
    """Batches -> `tables/`, which takes the place of an older one when it is whole."""
    # A name of its own: workers of a run that was killed may still write into theirs.
    work = out / f".merge-{os.getpid()}"
    part = work / "tables"

    def every(name: str) -> list[Path]:
        return [out / "batches" / batch / f"{name}.parquet" for batch in batches]

    for name in ROWS:
        (part / name).mkdir(parents=True)
        for batch in batches:  # the same bytes under two names, not a second copy
            _link(out / "batches" / batch / f"{name}.parquet", part / name / f"{batch}.parquet")
    for name in ("term_rates", "keyness"):
        (part / name).mkdir()
    to_parquet(_total(every("sum_words"), UNIT, "words"), work / "words.parquet")
    to_parquet(_total(every("sum_tokens"), ["term"], "count"), work / "tokens.parquet")
    for name, number in product(SUMS, range(PARTS)):
        (work / name / f"{number:02d}").mkdir(parents=True)
    here = {**where, "work": str(work.resolve())}
    groups = [{"batches": batches[at : at + FILES], **here} for at in range(0, len(batches), FILES)]
    for _ in track(run(split_sums, groups), "Sums", len(groups)):
        pass
    for _ in track(run(merge_part, [{"number": number, **here} for number in range(PARTS)]), "Terms", PARTS):
        pass
    pairs = _total(every("sum_pairs"), PAIR, "together", "expected")
    to_parquet(pairs.with_columns(pl.col("expected") / MICRO), part / "co_mentions.parquet")
    to_parquet(_positions(_total(every("sum_values"), [*VALUE, "value"], "n")), part / "positions.parquet")
    old = out / "tables"
    shutil.rmtree(old, ignore_errors=True)
    part.rename(old)
    shutil.rmtree(work)


def split_sums(batches: list[str], root: str, out: str, work: str) -> int:
    """Add up the terms and runs of some batches, and lay the sums down by partition: `<work>/<table>/<partition>/`."""
    for name, by in SUMS.items():
        files = [Path(out) / "batches" / batch / f"{name}.parquet" for batch in batches]
        some = _total(files, ["part", *by], "count")
        for number in range(PARTS):
            own = some.filter(pl.col("part") == number).drop("part")
            to_parquet(own, Path(work) / name / f"{number:02d}" / f"{batches[0]}.parquet")
    return len(batches)


def merge_part(number: int, root: str, out: str, work: str) -> int:
    """Rates and keyness of the terms of one partition, from all that `split_sums` laid down for it."""
    study, *_ = _study(root)
    least = study.settings["terms"]["min_count"]
    folder = Path(work)
    words, tokens = (pl.read_parquet(folder / f"{name}.parquet") for name in ("words", "tokens"))
    terms_, runs = (sorted((folder / name / f"{number:02d}").iterdir()) for name in SUMS)
    counts = _total(terms_, SUMS["sum_terms"], "count")
    names = words_of_names(study.lists["actors"])
    found = _phrases(_total(runs, SUMS["sum_runs"], "count"), tokens, names, max(2, least))
    counts = pl.concat([counts, found.select(counts.columns)])
    terms = counts.filter(pl.col("unit_kind") == "all", pl.col("count") >= least).select("term", "kind")
    made = rates(terms, counts.drop("kind"), words).sort("term", *UNIT)
    to_parquet(made, folder / "tables/term_rates" / f"{number:02d}.parquet")
    dated = counts.filter(unit_kind="period").rename({"unit": "period"})
    periods = words.filter(unit_kind="period").select(pl.col("unit").alias("period"), "words")
    key = keyness_of_counts(dated, periods, min_count=least)
    to_parquet(key, folder / "tables/keyness" / f"{number:02d}.parquet")
    return made.height


def _total(files: list[Path], by: list[str], *columns: str) -> pl.DataFrame:
    """Sums over many files, some at a time, so that neither all files nor all their rows are held."""
    sums = [
        _read(files[at : at + FILES], lambda frame: _sum(frame, by, *columns))
        for at in range(0, len(files), FILES)
    ]
    return _sum(pl.concat(sums), by, *columns) if len(sums) > 1 else sums[0]


def _read(files: list[Path], what: Callable[[pl.LazyFrame], pl.LazyFrame]) -> pl.DataFrame:
    """Something about tables of batches; a damaged one is named, which a scan of many does not do."""
    try:
        return what(pl.scan_parquet(files)).collect()
    except (pl.exceptions.PolarsError, OSError):
        for file in files:
            from_parquet(file, anew(file.parent))
        raise


def anew(batch: Path) -> str:
    """What to do where a table of a batch is damaged. Its twin in `tables/` is the same file under another name."""
    return f"Delete {batch} and run the same `dateline measure` again: that batch is measured anew."


def _phrases(runs: pl.DataFrame, tokens: pl.DataFrame, names: frozenset[str], least: int) -> pl.DataFrame:
    """The collocations of one partition: `term`, `kind`, `unit_kind`, `unit`, `count`."""
    whole = runs.filter(unit_kind="all").select("whole", "count")
    kept = collocations(whole, tokens, tokens["count"].sum(), names, least)
    chosen = runs.join(kept.select("whole"), on="whole", how="semi").sort("whole", *UNIT)
    return chosen.select(*UNIT, "count", term="whole", kind=pl.lit("phrase"))


def _positions(values: pl.DataFrame) -> pl.DataFrame:
    """The table `positions` without single articles, from the number of statements of each value."""
    many = [pl.col("n").filter(pl.col("value") == value).sum().alias(str(value)) for value in (-1, 0, 1)]
    rows = [
        {**dict(zip(VALUE, row[:4], strict=True)), **position_of(np.array(row[4:]))}
        for row in values.drop_nulls("value").group_by(VALUE).agg(many).sort(VALUE).iter_rows()
    ]
    return pl.DataFrame(rows, schema=SCHEMAS["positions"])


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
