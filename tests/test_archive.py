"""An archive measured in batches gives what the same articles give at once, whatever was killed in between."""

import csv
import hashlib
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from benchmarks.archive import Job, as_plain_python, draw, same_words
from benchmarks.worlds import generated_study
from polars.testing import assert_frame_equal

from dateline.archive.measure import measure
from dateline.archive.workers import hire
from dateline.corpus.articles import build_corpus
from dateline.errors import DatelineError
from dateline.files import digest
from dateline.inference import statistics
from dateline.study.load import Study, load_study
from tests.pipeline import tables_of

ARTICLES = 24


@pytest.fixture(scope="module")
def world() -> Study:
    return generated_study(ARTICLES, 5)


@pytest.fixture(scope="module")
def root(world: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study on disk with the lists and settings of the generated one, and a single article of its own."""
    root = tmp_path_factory.mktemp("lists")
    data = root / "data"
    (data / "articles").mkdir(parents=True)
    for name, frame in world.lists.items():
        rows = frame.drop("line") if "line" in frame.columns else frame
        if name == "sources":
            rows = rows.filter(file=rows["file"][0])
        rows.write_csv(data / f"{name}.csv")
    first = sorted(world.texts)[0]
    (data / "articles" / f"{first}.txt").write_text(world.texts[first], encoding="utf-8")
    lines = [f"{key} = {json.dumps(value)}" for key, value in world.settings.items() if isinstance(value, str | bool)]
    lines += [f"{key} = {json.dumps(world.settings[key])}" for key in ("subject", "object")]
    for scale, ends in world.settings["scales"].items():
        lines += [f"[scales.{scale}]", *(f"{end} = {json.dumps(text)}" for end, text in ends.items())]
    for period in world.settings["periods"]:
        lines += [
            "[[periods]]",
            f'id = "{period["id"]}"',
            f'label = "{period["label"]}"',
            f"from = {period['from']}",
            f"to = {period['to']}",
        ]
    for table in ("excerpts", "terms"):
        lines += [f"[{table}]", *(f"{key} = {value}" for key, value in world.settings[table].items())]
    (data / "study.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def table(world: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rows") / "articles.parquet"
    days = {
        row["file"]: row["published"] or row["published_from"] for row in world.lists["sources"].iter_rows(named=True)
    }
    pl.DataFrame(
        [{"text": world.texts[name], "date": days[f"{name}.txt"]} for name in sorted(world.texts)]
    ).write_parquet(path)
    return path


@pytest.fixture(scope="module")
def whole(root: Path, table: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole") / "out"
    done = measure([table], root, out, batch=1000)
    assert (done.articles, done.skipped, done.made, done.before) == (ARTICLES, 0, 1, 0)
    return out / "tables"


def read(folder: Path, name: str) -> pl.DataFrame:
    path = folder / name
    return pl.read_parquet(path / "*.parquet") if path.is_dir() else pl.read_parquet(f"{path}.parquet")


NAMES = (
    "articles",
    "sentences",
    "mentions",
    "statements",
    "term_counts",
    "term_rates",
    "keyness",
    "co_mentions",
    "positions",
    "shifts",
    "skipped",
)


def same(one: Path, other: Path) -> None:
    for name in NAMES:
        assert_frame_equal(read(one, name), read(other, name), check_exact=True)


@pytest.mark.parametrize(("batch", "workers"), [(7, 1), (5, 2)])
def test_batches_and_workers_change_nothing(
    root: Path, table: Path, whole: Path, tmp_path: Path, batch: int, workers: int
) -> None:
    measure([table], root, tmp_path / "out", batch=batch, workers=workers)
    same(tmp_path / "out/tables", whole)


def test_batches_that_are_added_up_a_few_at_a_time_give_the_same(
    root: Path, table: Path, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dateline.archive.merge.FILES", 2)
    measure([table], root, tmp_path / "out", batch=5)
    same(tmp_path / "out/tables", whole)
    assert not list((tmp_path / "out").glob(".*"))


def test_every_kind_of_file_gives_the_same(root: Path, table: Path, whole: Path, tmp_path: Path) -> None:
    frame = pl.read_parquet(table)
    frame[:9].write_csv(tmp_path / "a.csv")
    frame[9:17].write_ndjson(tmp_path / "b.jsonl")
    frame[17:].write_parquet(tmp_path / "c.parquet")
    measure([tmp_path / name for name in ("a.csv", "b.jsonl", "c.parquet")], root, tmp_path / "out", batch=6)
    same(tmp_path / "out/tables", whole)


def test_the_tables_are_those_of_a_study_of_the_same_articles(world: Study, whole: Path) -> None:
    texts = {f"{number:08d}": world.texts[name].rstrip("\n").strip() for number, name in enumerate(sorted(world.texts))}
    rows = {row["file"]: row for row in world.lists["sources"].iter_rows(named=True)}
    sources = [
        {**rows[f"{name}.txt"], "file": f"{number:08d}.txt", "published": rows[f"{name}.txt"]["published"] or rows[f"{name}.txt"]["published_from"],
         "published_from": "", "published_to": "", "date_why": "as its table states it"}
        for number, name in enumerate(sorted(world.texts))
    ]  # fmt: skip
    listed = pl.DataFrame(sources, schema=world.lists["sources"].schema, orient="row")
    study = Study(root=world.root, settings=world.settings, lists={**world.lists, "sources": listed}, texts=texts)
    corpus = build_corpus(study)
    tables = tables_of(study)
    assert_frame_equal(read(whole, "sentences"), corpus["sentences"].drop("text"))
    assert_frame_equal(read(whole, "mentions"), tables["mentions"].drop("surface"))
    assert_frame_equal(read(whole, "statements"), tables["statements"])
    rates = tables["term_rates"].filter(pl.col("unit_kind") != "article")
    assert "phrase" in rates["kind"]
    columns = ["term", "unit_kind", "unit", "count", "words", "per_1000", "low", "high"]
    assert_frame_equal(
        read(whole, "term_rates").select(columns).sort(columns[:3]),
        rates.select(columns).sort(columns[:3]),
        abs_tol=1e-6,
    )
    ours = read(whole, "keyness")
    measures = [*itertools.takewhile(lambda name: name != "dispersion", tables["keyness"].columns)]
    keys = ["term", "kind", "unit_kind", "unit"]
    theirs = tables["keyness"].sort(keys)
    assert_frame_equal(ours.sort(keys).select(measures), theirs.select(measures), abs_tol=1e-6)
    times = ours.sort(keys)["p"] / theirs["p"]
    assert times.median() == pytest.approx(1, abs=0.15)
    assert (ours["p"] >= ours["floor"]).all()
    assert {*ours["verdict"]} >= {"not testable", "not shown"}
    for period, own in ours.group_by("unit"):
        assert own["q"].to_list() == pytest.approx(statistics.benjamini_hochberg(own["p"].to_list())), period
    ours = read(whole, "co_mentions")
    pairs = tables["co_mentions"].filter(pl.col("unit_kind") != "article")
    assert ours["window"].unique().sort().to_list() == ["article", "paragraph", "sentence"]
    somewhere = pairs.filter(window="article").filter(pl.col("together") > 0)
    kept = pairs.join(somewhere, on=["unit_kind", "unit", "actor_a", "actor_b"], how="semi")
    same = ["window", "unit_kind", "unit", "actor_a", "actor_b", "together", "expected", "npmi", "few"]
    assert_frame_equal(ours.select(same), kept.select(same), check_row_order=False, abs_tol=1e-4)
    # The tests rest on sums, close to those of a study and seldom bolder.
    beside = ours.join(kept, on=same[:5], suffix="_of_study").filter(pl.col("p_of_study") > 1e-6)
    times = beside["p"] / beside["p_of_study"]
    assert times.min() > 0.8
    assert times.max() < 2.5
    assert times.quantile(0.9) < 1.3
    assert (beside["verdict"] == beside["verdict_of_study"]).mean() > 0.99
    assert {"not testable", "not shown", "suggestive"} <= {*ours["verdict"]}
    assert (beside["stability"] - beside["stability_of_study"]).abs().mean() < 0.1
    known = tables["positions"].filter(pl.col("unit_kind") != "article")
    assert_frame_equal(read(whole, "positions"), known, check_row_order=False)
    shifts = tables["shifts"].filter(unit_kind="period")
    assert shifts.height > 3
    assert shifts["low"].drop_nulls().len() > 0
    assert_frame_equal(read(whole, "shifts"), shifts)


def test_counts_are_those_of_plain_python(root: Path, table: Path) -> None:
    words, pairs, same = as_plain_python(pl.read_parquet(table), load_study(root))
    assert words > 3000
    assert pairs > 300
    assert same


def test_words_and_runs_are_those_of_plain_python(tmp_path: Path) -> None:
    study = load_study(Path(__file__).parents[1])  # with its apostrophes, hyphens, numbers, "U.S."
    job = Job(study, draw(study, 30, tmp_path)[0])
    counts, runs = same_words(job)
    found, found_runs = job.words()
    assert counts == {(article, term): n for term, _, article, n in found.iter_rows()}
    assert runs == {(article, whole): n for whole, article, n in found_runs.iter_rows()}
    assert len(runs) > 300


def test_a_job_goes_on_where_it_was_killed(root: Path, table: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [
        sys.executable,
        "-m",
        "dateline",
        "measure",
        str(table),
        "--out",
        str(out),
        "--root",
        str(root),
        "--batch",
        "2",
    ]
    random.seed(3)
    for _ in range(4):
        running = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        before = len(list((out / "batches").glob("[0-9]*"))) if out.exists() else 0
        until = time.monotonic() + 30
        while running.poll() is None and time.monotonic() < until:
            made = len(list((out / "batches").glob("[0-9]*"))) if (out / "batches").exists() else 0
            if made > before:
                time.sleep(random.uniform(0, 0.3))
                break
            time.sleep(0.02)
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "24 articles measured" in done.stdout
    assert "batches were finished before" in done.stdout
    same(out / "tables", whole)
    assert not list((out / "batches").glob(".*"))


def test_a_folder_of_another_job_is_left_alone(root: Path, table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    measure([table], root, out, batch=100)
    before = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.rglob("*") if path.is_file()}
    with pytest.raises(DatelineError, match="has a job of other files, lists, program or batches"):
        measure([table], root, out, batch=50)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/x.txt").write_text("x", encoding="utf-8")
    with pytest.raises(DatelineError, match="is not empty and has no job"):
        measure([table], root, tmp_path / "mine")
    assert before == {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["sum_pairs", "sum_runs", "articles"])
def test_a_damaged_batch_is_named_and_measured_anew(
    root: Path, table: Path, whole: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "out"
    measure([table], root, out, batch=10)
    batch = out / "batches/000001"
    shutil.rmtree(out / "tables")
    broken = batch / f"{name}.parquet"
    kept = broken.read_bytes()
    broken.write_bytes(kept[: len(kept) // 2])
    with pytest.raises(DatelineError, match=rf"{broken} cannot be read .* Delete {batch} and run the same"):
        measure([table], root, out, batch=10)
    shutil.rmtree(batch)
    assert measure([table], root, out, batch=10).made == 1
    same(out / "tables", whole)


@pytest.mark.parametrize("part", ["end", "middle"])
def test_a_damaged_shard_is_named_and_written_anew(
    root: Path, table: Path, whole: Path, tmp_path: Path, part: str
) -> None:
    out = tmp_path / "out"
    measure([table], root, out, batch=10)
    shard = out / "shards/0000.parquet"
    data = shard.read_bytes()
    middle = data[:100] + bytes(len(data) // 2) + data[100 + len(data) // 2 :]
    shard.write_bytes(data[:-30] if part == "end" else middle)
    shutil.rmtree(out / "batches/000000")
    with pytest.raises(DatelineError, match=rf"{shard} is damaged .* Delete it and run the same"):
        measure([table], root, out, batch=10)
    shard.unlink()
    assert measure([table], root, out, batch=10).made == 1
    same(out / "tables", whole)


def test_rows_that_are_no_articles_are_skipped_and_said(root: Path, tmp_path: Path) -> None:
    rows = [
        {"text": "too short"},
        {"text": None},
        {"text": "word " * 60_000},
        {"text": "Abel spoke about the bridge again. " * 6},
    ]
    with (tmp_path / "a.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["text"])
        writer.writeheader()
        writer.writerows(rows)
    done = measure([tmp_path / "a.csv"], root, tmp_path / "out")
    assert (done.articles, done.skipped) == (1, 3)
    assert read(tmp_path / "out/tables", "skipped")["why"].to_list() == [
        "2 words of text",
        "0 words of text",
        "a line of 299999 characters",
    ]


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("a.csv", b"x,y\n1,2\n", "has no column of text"),
        ("a.parquet", b"no", "cannot be read"),
        ("empty.csv", b"", "cannot be read"),
        ("head.csv", b"text,title\n", "no row, so nothing to measure"),
        ("a.pdf", b"%", "of no kind"),
    ],
)
def test_a_file_that_cannot_be_measured_is_named(
    root: Path, tmp_path: Path, name: str, data: bytes, found: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(DatelineError, match=found):
        measure([tmp_path / name], root, tmp_path / "out")
    with pytest.raises(DatelineError, match="is not there"):
        measure([tmp_path / "gone.csv"], root, tmp_path / "out2")


def _article(number: int) -> str:
    return f"Abel said number {number} will be built. " * 8


@pytest.mark.parametrize(
    "line",
    [
        {"date": "2021-05-04", "publisher": "The Post"},  # fields that the first hundred lines do not have
        {"date": 20210504, "publisher": ["The Post"]},  # of another kind than in the first
        {"Date": "2021-05-04", "publisher": None},
    ],
)
def test_lines_of_json_may_differ(root: Path, tmp_path: Path, line: dict) -> None:
    first = {"Date": None} if "Date" in line else {}
    lines = [{"text": _article(n), **first} for n in range(150)] + [{"text": _article(999), **line}]
    file = tmp_path / "lines.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    measure([file], root, tmp_path / "out")
    found = read(tmp_path / "out/tables", "articles")
    assert found.height == 151
    assert found["published"].drop_nulls().to_list() == [date(2021, 5, 4)]


def test_names_with_brackets_and_stars_are_no_patterns(root: Path, tmp_path: Path) -> None:
    for name in ("a*", "ab", "c[1]"):
        pl.DataFrame({"text": [_article(n) for n in range(3)]}).write_parquet(tmp_path / f"{name}.parquet")
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"text": _article(1)}) + "\n")
    for name, rows in (("a*", 3), ("c[1]", 3)):
        out = tmp_path / f"out {name}"
        assert measure([tmp_path / f"{name}.parquet"], root, out).articles == rows
        assert measure([tmp_path / f"{name}.jsonl"], root, tmp_path / f"lines {name}").articles == 1


def test_a_page_in_a_cell_is_taken_for_its_article(root: Path, tmp_path: Path) -> None:
    body = "".join(f"<p>{_article(n)}</p>" for n in range(4))
    page = f"<html><body><nav class='menu'><a href='/'>Home</a></nav><article><h1>Abel speaks</h1>{body}</article></body></html>"
    pl.DataFrame({"html": [page, "<html><body><nav>Home</nav></body></html>"]}).write_parquet(tmp_path / "p.parquet")
    measure([tmp_path / "p.parquet"], root, tmp_path / "out")
    assert "class" not in {*read(tmp_path / "out/tables", "term_counts")["term"]}
    assert read(tmp_path / "out/tables", "skipped").height == 1


def test_a_file_may_be_mended_and_measured_under_the_same_name(root: Path, tmp_path: Path) -> None:
    file, out = tmp_path / "lines.jsonl", tmp_path / "out"
    file.write_text('{"text": \n')
    with pytest.raises(DatelineError, match=r"lines\.jsonl cannot be read"):
        measure([file], root, out)
    file.write_text(json.dumps({"text": _article(1)}) + "\n")
    assert measure([file], root, out).articles == 1


def test_where_a_job_cannot_be_is_told(root: Path, table: Path, tmp_path: Path) -> None:
    for out in (root / "data/archive", root / "data/articles/job"):
        with pytest.raises(DatelineError, match="lies in the data of the study"):
            measure([table], root, out)
        assert not out.exists()
    (tmp_path / "taken").write_text("words")
    with pytest.raises(DatelineError, match="taken is a file"):
        measure([table], root, tmp_path / "taken")
    with pytest.raises(DatelineError, match="is a folder"):
        measure([tmp_path], root, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_worker_that_is_killed_is_told_without_a_traceback(tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match="A worker was ended from outside"), hire(2, None) as run:
        list(run(os._exit, [{"status": 9}]))


def test_two_workers_of_a_cluster_give_the_same_and_one_may_die(
    root: Path, table: Path, whole: Path, tmp_path: Path
) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install distributed")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "env": {"POLARS_MAX_THREADS": "1"}}
    with distributed.LocalCluster(**options) as cluster:
        killed = []

        def track(items, label, total):
            for at, item in enumerate(items):
                if at == 1 and label in ("Batches", "Terms"):
                    killed.append(next(worker.pid for worker in cluster.workers.values() if worker.pid))
                    os.kill(killed[-1], signal.SIGKILL)
                yield item

        measure([table], root, tmp_path / "out", batch=2, cluster=cluster.scheduler_address, track=track)
    assert len(killed) == 2
    same(tmp_path / "out/tables", whole)
    measure([table], root, tmp_path / "here", batch=2)
    made = [digest(tmp_path / name, [tmp_path / name / "tables"]) for name in ("out", "here")]
    assert made[0] == made[1], "byte for byte those of one process"
