"""Merge the batches of an archive to tables of the whole, partition by partition: never all batches or terms at a time.

Where a test of a study shuffles articles one by one, a test here rests on sums over articles.
"""

import os
import shutil
from collections.abc import Callable
from itertools import product
from pathlib import Path

import polars as pl

from dateline.actors.pairs import WINDOW_SUMS, pairs_of_sums
from dateline.archive.workers import Run
from dateline.inference import statistics
from dateline.statements.positions import SPOKEN, measure_positions, shifts_of_periods
from dateline.study.load import Study
from dateline.tables import from_parquet, to_parquet
from dateline.terms.keyness import KEYNESS_OF_COUNTS, LENGTHS, USES, keyness_of_counts
from dateline.terms.rates import rates
from dateline.terms.tokens import collocations, words_of_names

ROWS = ("articles", "sentences", "mentions", "statements", "term_counts", "skipped")
"""Tables of single articles, written batch by batch."""

PARTS = 16
"""Partitions of the terms: a worker holds one at a time when the batches are merged."""

UNIT = ["unit_kind", "unit"]

SUMS = {"sum_terms": ["term", "kind", *UNIT], "sum_runs": ["whole", *UNIT]}
"""Sums that are merged by partition -> what their rows are told apart by."""

FILES = 25
"""Files whose rows are added up at a time when batches are merged."""


def summed(frame: pl.DataFrame | pl.LazyFrame, by: list[str], *columns: str) -> pl.DataFrame | pl.LazyFrame:
    """Sum some columns over the rows that are alike in others, ordered by those."""
    return frame.group_by(by).agg(pl.col(columns).sum()).sort(by)


def merge_batches(out: Path, batches: list[str], study: Study, run: Run, track: Callable) -> None:
    """Merge the batches of the job in `out` to `tables/`, which takes the place of an older one when it is whole.

    Args:
        out: The job's folder.
        batches: Names of its batches, in order.
        study: The study whose lists decide.
        run: Who adds up, a partition at a time.
        track: A progress bar.

    Raises:
        TableError: A table of a batch is damaged.
    """
    # A name of its own: workers of a run that was killed may still write into theirs.
    work = out / f".merge-{os.getpid()}"
    part = work / "tables"

    def every(name: str) -> list[Path]:
        return [out / "batches" / batch / f"{name}.parquet" for batch in batches]

    for name in ROWS:
        (part / name).mkdir(parents=True)
        for batch in batches:  # the same bytes under two names, not a second copy
            _link(out / "batches" / batch / f"{name}.parquet", part / name / f"{batch}.parquet")
    for folder in (part / "term_rates", part / "keyness", work / "keyness"):
        folder.mkdir()
    to_parquet(_total(every("sum_words"), UNIT, *LENGTHS), work / "words.parquet")
    to_parquet(_total(every("sum_tokens"), ["term"], "count"), work / "tokens.parquet")
    for name, number in product(SUMS, range(PARTS)):
        (work / name / f"{number:02d}").mkdir(parents=True)
    where = str(work.resolve())
    groups = [{"batches": batches[at : at + FILES], "work": where} for at in range(0, len(batches), FILES)]
    for _ in track(run(split_sums, groups), "Sums", len(groups)):
        pass
    given = {"least": study.settings["terms"]["min_count"], "names": words_of_names(study.lists["actors"])}
    parts = [{"number": number, "work": where, **given} for number in range(PARTS)]
    for _ in track(run(merge_part, parts), "Terms", PARTS):
        pass
    to_keyness(work / "keyness", part / "keyness")
    windows = [_total(every(name), by, *columns) for name, (by, columns) in WINDOW_SUMS.items()]
    to_parquet(pairs_of_sums(*windows), part / "co_mentions.parquet")
    held = _total(every("sum_spoken"), SPOKEN, "articles")
    to_parquet(measure_positions(held), part / "positions.parquet")
    to_parquet(shifts_of_periods(held, study.settings["periods"]), part / "shifts.parquet")
    old = out / "tables"
    if old.exists():  # moved away whole: what is killed here leaves all tables or none
        old.rename(work / "old")
    part.rename(old)
    shutil.rmtree(work)


def split_sums(batches: list[str], work: str) -> int:
    """Add up the terms and runs of some batches, and lay the sums down by partition: `<work>/<table>/<partition>/`."""
    for name, by in SUMS.items():
        files = [Path(work).parent / "batches" / batch / f"{name}.parquet" for batch in batches]
        some = _total(files, ["part", *by], *USES)
        for number in range(PARTS):
            own = some.filter(pl.col("part") == number).drop("part")
            to_parquet(own, Path(work) / name / f"{number:02d}" / f"{batches[0]}.parquet")
    return len(batches)


def merge_part(number: int, work: str, least: int, names: frozenset[str]) -> int:
    """Make rates and keyness of the terms of one partition, from all that `split_sums` laid down for it.

    Args:
        number: The partition.
        work: Where its sums are, and where its tables go.
        least: Terms used less often are left out.
        names: Words of names: phrases of nothing else are left out.

    Returns:
        The number of rates.
    """
    folder = Path(work)
    words, tokens = (pl.read_parquet(folder / f"{name}.parquet", glob=False) for name in ("words", "tokens"))
    terms_, runs = (sorted((folder / name / f"{number:02d}").iterdir()) for name in SUMS)
    counts = _total(terms_, SUMS["sum_terms"], *USES)
    found = _phrases(_total(runs, SUMS["sum_runs"], *USES), tokens, names, max(2, least))
    counts = pl.concat([counts, found.select(counts.columns)])
    terms = counts.filter(pl.col("unit_kind") == "all", pl.col("count") >= least).select("term", "kind")
    made = rates(terms, counts.drop("kind"), words).sort("term", *UNIT)
    to_parquet(made, folder / "tables/term_rates" / f"{number:02d}.parquet")
    compared = [frame.filter(unit_kind="period") for frame in (counts, words)]
    key = keyness_of_counts(*compared, min_count=least)
    to_parquet(key, folder / "keyness" / f"{number:02d}.parquet")
    return made.height


def to_keyness(tested: Path, out: Path) -> None:
    """Write keyness of all partitions with `q` and `verdict`, which each term has from all terms of its period."""
    paths = sorted(tested.iterdir())
    every = pl.concat(pl.read_parquet(path, glob=False).with_columns(part=pl.lit(path.name)) for path in paths)
    units = every.partition_by(UNIT) or [every]
    judged = pl.concat(map(statistics.with_verdicts, units)).sort("term", "kind", *UNIT)
    for path in paths:
        to_parquet(judged.filter(part=path.name).select(KEYNESS_OF_COUNTS), out / path.name)


def _total(files: list[Path], by: list[str], *columns: str) -> pl.DataFrame:
    """Sum over many files, some at a time, so that neither all files nor all their rows are in memory."""
    some = [files[at : at + FILES] for at in range(0, len(files), FILES)]
    return summed(pl.concat(read(own, lambda frame: summed(frame, by, *columns)) for own in some), by, *columns)


def read(files: list[Path], query: Callable[[pl.LazyFrame], pl.LazyFrame]) -> pl.DataFrame:
    """Collect a query over tables of batches; the TableError names the damaged one, which a scan of many does not."""
    try:
        return query(pl.scan_parquet(files, glob=False)).collect()
    except (pl.exceptions.PolarsError, OSError):
        for file in files:
            from_parquet(file, anew(file.parent))
        raise


def anew(batch: Path) -> str:
    """Say what to do where a table of a batch is damaged. Its twin in `tables/` is the same file under another name."""
    return f"Delete {batch} and run the same `dateline measure` again: that batch is measured anew."


def _phrases(runs: pl.DataFrame, tokens: pl.DataFrame, names: frozenset[str], least: int) -> pl.DataFrame:
    """Return the collocations of one partition: `term`, `kind`, `unit_kind`, `unit`, and their `USES`."""
    whole = runs.filter(unit_kind="all").select("whole", "count")
    kept = collocations(whole, tokens, tokens["count"].sum(), names, least)
    chosen = runs.join(kept.select("whole"), on="whole", how="semi").sort("whole", *UNIT)
    return chosen.select(*UNIT, *USES, term="whole", kind=pl.lit("phrase"))


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
