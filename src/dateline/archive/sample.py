"""Draw a random sample of a measured archive into a study of its own.

The same pages and notebooks report on the sample, with every test and every sentence; the archive's own
tables go along, so that each rate and mean can be compared with that of all articles.
"""

import heapq
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl

from dateline.archive.beside import WHOLE
from dateline.archive.measure import lists_of, read_rows, rows_of, tasks_of
from dateline.archive.merge import ROWS, anew
from dateline.errors import DatelineError
from dateline.files import sha256, write_text
from dateline.intake.draft import quoted
from dateline.intake.template import new_folder, write_template
from dateline.study.lists import LISTS, write_list
from dateline.study.load import SAMPLE, Study, load_study
from dateline.tables import from_parquet, to_parquet

SEED = 1


def draw_sample(
    job: Path, root: Path, target: Path, *, articles: int, title: str = "", track: Callable = lambda items, label: items
) -> Study:
    """Draw articles of an archive, each with the same chance, into a study ready for `dateline build`.

    Args:
        job: The folder of a job that `archive.measure` has ended.
        root: The study whose lists measured it.
        target: A folder that does not exist, or is empty; it appears only when it is whole.
        articles: How many; all, where the archive holds fewer.
        title: Name of the new study; that of `root`, called a sample, if not given.
        track: `track(items, label)` -> the items, for a progress bar.

    Returns:
        The new study. An article keeps its id of the archive; the same job gives the same articles everywhere.

    Raises:
        DatelineError: The job is not there, not at its end, or of other lists; or something stands in the target.
    """
    noted = _job_of(job, root)
    study = load_study(root)
    measured = _of_job(job, "articles", ["article_id"]).to_series()
    if measured.is_empty():
        msg = f"{job} measured no article, so none can be drawn. {job / 'tables/skipped'} says why each was skipped."
        raise DatelineError(msg)
    # Lots that are the same on every machine.
    drawn = heapq.nsmallest(articles, measured, key=lambda article: sha256(f"{SEED} {article}"))
    name = title or f"{study.settings['title']}: a sample"
    with new_folder(target) as work:
        _write_articles(work, job, noted, sorted(map(int, drawn)), track)
        write_template(work, name, study.settings["proposition"])
        _write_lists(work, study, name)
        (work / SAMPLE).parent.mkdir()
        for table in WHOLE:
            to_parquet(_of_job(job, table), (work / SAMPLE).with_name(f"{table}.parquet"))
        about = "# Written by `dateline sample`: how many articles were drawn, each with the same chance, of how many."
        write_text(work / SAMPLE, f"{about}\ndrawn = {len(drawn)}\nof = {measured.len()}\n")
        made = load_study(work)
    return Study(root=target, settings=made.settings, lists=made.lists, texts=made.texts, sample=made.sample)


def _job_of(job: Path, root: Path) -> dict:
    try:
        noted = json.loads((job / "job.json").read_text(encoding="utf-8"))
        lists, _, _ = noted["study"], noted["batch"], noted["files"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = f"{job} holds no job of `dateline measure` ({error}). Name the folder that was its --out."
        raise DatelineError(msg) from error
    if not (job / "tables").is_dir():
        msg = f"{job} is not at its end. Run its `dateline measure` again: it goes on where it was cut off."
        raise DatelineError(msg)
    if lists != lists_of(root):
        msg = f"{job} was measured with other lists than {root / 'data'} holds now. Name its study with --root, or measure again."
        raise DatelineError(msg)
    return noted


def _of_job(job: Path, table: str, columns: list[str] | None = None) -> pl.DataFrame:
    """Read a table of a job, whether it is one file or a folder of them."""
    path = job / "tables" / table
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path.with_suffix(".parquet")]
    merged = f"Delete {job / 'tables'} and run its `dateline measure` again: the batches are merged anew."
    return pl.concat(
        from_parquet(file, anew(job / "batches" / file.stem) if table in ROWS else merged, columns) for file in files
    )


def _write_articles(work: Path, job: Path, noted: dict, drawn: list[int], track: Callable) -> None:
    """Write the articles as the archive measured them, and the list `sources`."""
    folder = work / "data/articles"
    folder.mkdir(parents=True)
    shards = [job / "shards" / f"{number:04d}.parquet" for number in range(len(noted["files"]))]
    if gone := next((shard for shard in shards if not shard.is_file()), None):
        msg = f"{gone} is gone, and with it the text of its articles. Measure the archive again into a new folder."
        raise DatelineError(msg)
    listed = []
    for task in track(list(tasks_of(shards, noted["batch"])), "Articles"):
        numbers = [number for number in drawn if task.first <= number < task.first + task.length]
        if not numbers:
            continue
        rows = rows_of(task)
        texts, sources, _ = read_rows(numbers, rows[[number - task.first for number in numbers]])
        for number, row in zip(numbers, sources.iter_rows(named=True), strict=True):
            data = texts[f"{number:08d}"].encode()
            (folder / row["file"]).write_bytes(data)
            note = f"row {number + 1} of the archive"
            listed.append({**row, "sha256": sha256(data), "note": note})
    write_list(work, "sources", listed)


def _write_lists(work: Path, study: Study, title: str) -> None:
    """Write the settings and lists of a study, but for what speaks of its own articles."""
    for name in LISTS:
        file = study.root / f"data/{name}.csv"
        if name == "corrections":  # what was corrected is another publication
            write_list(work, name, [])
        elif name == "actors" and study.lists[name]["article"].ne("").any():
            free = study.lists[name].filter(article="")
            write_list(work, name, list(free.drop("line").iter_rows(named=True)))
        elif name != "sources" and file.is_file():
            shutil.copyfile(file, work / f"data/{name}.csv")
    text = (study.root / "data/study.toml").read_text(encoding="utf-8-sig")
    text, found = re.subn(r"(?m)^title\s*=.*$", lambda _: f"title = {quoted(title)}", text, count=1)
    if not found:
        msg = f"{study.root / 'data/study.toml'} has no line that begins with `title =`. Write it as one."
        raise DatelineError(msg)
    write_text(work / "data/study.toml", text)
