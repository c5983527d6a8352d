"""A study drawn from an archive: the same articles everywhere, measured as the archive measured them, and held against it."""

import json
import re
import shutil
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dateline.archive.beside import beside_archive
from dateline.archive.measure import measure
from dateline.archive.sample import draw_sample
from dateline.build.stages import build
from dateline.errors import DatelineError, StudyError
from dateline.study.load import Study, load_study
from tests.pipeline import tables_of
from tests.test_archive import ARTICLES, root, table, world

__all__ = ["root", "table", "world"]  # fixtures

DRAWN = 8


@pytest.fixture(scope="module")
def job(root: Path, table: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("job") / "out"
    measure([table], root, out, batch=7)
    return out


@pytest.fixture(scope="module")
def drawn(job: Path, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Study:
    return draw_sample(job, root, tmp_path_factory.mktemp("drawn") / "study", articles=DRAWN)


@pytest.fixture(scope="module")
def tables(drawn: Study) -> dict[str, pl.DataFrame]:
    return tables_of(drawn)


def test_a_sample_says_how_many_were_drawn_of_how_many(drawn: Study, root: Path) -> None:
    assert drawn.sample == {"drawn": DRAWN, "of": ARTICLES}
    assert len(drawn.texts) == DRAWN
    assert drawn.settings["title"] == f"{load_study(root).settings['title']}: a sample"
    assert list(drawn.texts) != [f"{number:08d}" for number in range(DRAWN)]
    assert load_study(drawn.root).texts == drawn.texts


def test_batches_change_nothing_in_what_is_drawn(drawn: Study, root: Path, table: Path, tmp_path: Path) -> None:
    measure([table], root, tmp_path / "out", batch=1000)
    again = draw_sample(tmp_path / "out", root, tmp_path / "study", articles=DRAWN)
    assert again.texts == drawn.texts
    for name in ("data/sources.csv", "data/study.toml", "data/archive/sample.toml"):
        assert (again.root / name).read_bytes() == (drawn.root / name).read_bytes()


def test_more_articles_hold_those_of_fewer(drawn: Study, job: Path, root: Path, tmp_path: Path) -> None:
    more = draw_sample(job, root, tmp_path / "study", articles=DRAWN + 5)
    assert more.texts.items() > drawn.texts.items()


@pytest.mark.parametrize("name", ["articles", "mentions", "statements"])
def test_articles_are_measured_as_the_archive_measured_them(
    drawn: Study, tables: dict[str, pl.DataFrame], job: Path, name: str
) -> None:
    held = pl.read_parquet(job / f"tables/{name}/*.parquet").filter(pl.col("article_id").is_in(list(drawn.texts)))
    assert held.height
    assert_frame_equal(tables[name].select(held.columns), held, check_row_order=False)


def test_a_sample_of_all_articles_gives_what_the_archive_gives(job: Path, root: Path, tmp_path: Path) -> None:
    every = draw_sample(job, root, tmp_path / "study", articles=1000)
    assert every.sample == {"drawn": ARTICLES, "of": ARTICLES}
    found = beside_archive(every, tables_of(every))
    assert found.filter(what="rate").height == 100
    assert found.filter(what="mean").height > 1
    assert found.filter(what="shift").height > 1
    assert (found["sample"] - found["archive"]).abs().max() < 1e-6
    assert found["holds"].all()


def test_rates_and_means_stand_beside_those_of_the_archive(
    drawn: Study, tables: dict[str, pl.DataFrame], job: Path
) -> None:
    found = beside_archive(drawn, tables)
    counts = pl.read_parquet(job / "tables/term_counts/*.parquet")
    words = pl.read_parquet(job / "tables/articles/*.parquet")["words"].sum()
    most = counts.group_by("term").agg(pl.col("count").sum()).sort("count", descending=True).row(0)
    row = found.filter(name=most[0]).row(0, named=True)
    mine = counts.filter(pl.col("article_id").is_in(list(drawn.texts)), term=most[0])["count"].sum()
    assert row["uses"] == most[1]
    assert row["archive"] == pytest.approx(1000 * most[1] / words)
    assert row["sample"] == pytest.approx(1000 * mine / tables["articles"]["words"].sum())
    assert row["low"] <= row["sample"] <= row["high"]
    inside = (found["low"] <= found["archive"]) & (found["archive"] <= found["high"])
    assert found["holds"].to_list() == inside.to_list()
    rare = found.filter(pl.col("sample").is_null())
    used = counts.filter(pl.col("article_id").is_in(list(drawn.texts))).group_by("term").agg(pl.col("count").sum())
    seldom = used.filter(pl.col("count") < drawn.settings["terms"]["min_count"])["term"]
    assert rare.height
    assert all(term in seldom or term not in used["term"] for term in rare["name"] if " " not in term)


def test_a_study_that_is_no_sample_stands_beside_nothing(world: Study) -> None:
    assert beside_archive(world, {}).is_empty()


def test_the_report_says_so_and_offers_the_tables_of_the_archive(drawn: Study, tmp_path: Path) -> None:
    root = tmp_path / "study"
    shutil.copytree(drawn.root, root)
    site = build(root, renderer="embedded").site
    methods = (site / "report/methods.html").read_text(encoding="utf-8")
    assert f"drawn at random from the {ARTICLES} articles of an archive" in methods
    assert "The sample and its archive" in methods
    held = pl.read_parquet(root / "data/archive/term_rates.parquet")
    assert f"{held.height:,} rows" in (site / "report/data.html").read_text(encoding="utf-8")
    assert_frame_equal(pl.read_parquet(site / "downloads/archive/term_rates.parquet"), held)
    package = json.loads((site / "downloads/datapackage.json").read_text(encoding="utf-8"))
    assert {"archive-term_rates", "archive-positions"} <= {part["name"] for part in package["resources"]}


def test_an_archive_in_which_nobody_says_anything_gives_a_report_too(root: Path, tmp_path: Path) -> None:
    texts = [
        f"Rain on day {day}\n\n" + "The rain fell on the roofs and on the quiet fields of the plain. " * 4
        for day in range(6)
    ]
    pl.DataFrame({"text": texts}).write_parquet(tmp_path / "rain.parquet")
    measure([tmp_path / "rain.parquet"], root, tmp_path / "out")
    made = draw_sample(tmp_path / "out", root, tmp_path / "study", articles=3)
    assert pl.read_parquet(made.root / "data/archive/positions.parquet").is_empty()
    assert beside_archive(made, tables_of(made)).filter(what="rate")["holds"].all()


def test_an_article_taken_away_makes_it_no_sample(drawn: Study, tmp_path: Path) -> None:
    root = tmp_path / "study"
    shutil.copytree(drawn.root, root)
    next(iter((root / "data/articles").glob("*.txt"))).unlink()
    with pytest.raises(StudyError, match=rf"{DRAWN} articles were drawn, {DRAWN - 1} are in data/articles"):
        load_study(root)


@pytest.mark.parametrize(
    "text", ["", "drawn = 3", 'drawn = "3"\nof = 4', "drawn = 5\nof = 4", "drawn = true\nof = 4", "drawn ="]
)
def test_a_broken_note_of_the_sample_is_named(drawn: Study, tmp_path: Path, text: str) -> None:
    root = tmp_path / "study"
    shutil.copytree(drawn.root, root)
    (root / "data/archive/sample.toml").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match=r"data/archive/sample\.toml.*cannot be read"):
        load_study(root)


def test_a_link_out_of_the_study_is_not_followed(drawn: Study, tmp_path: Path) -> None:
    root = tmp_path / "study"
    shutil.copytree(drawn.root, root)
    (tmp_path / "secret").write_text("x", encoding="utf-8")
    (root / "data/archive/more.parquet").symlink_to(tmp_path / "secret")
    with pytest.raises(StudyError, match="a link out of the study"):
        load_study(root)


def test_errors_say_what_to_do(job: Path, root: Path, drawn: Study, tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match=r"holds no job of `dateline measure`.*--out"):
        draw_sample(tmp_path, root, tmp_path / "new", articles=2)
    half = tmp_path / "half"
    shutil.copytree(job, half)
    shutil.rmtree(half / "tables")
    with pytest.raises(DatelineError, match=r"not at its end\. Run its `dateline measure` again"):
        draw_sample(half, root, tmp_path / "new", articles=2)
    with pytest.raises(DatelineError, match="other lists"):
        draw_sample(job, drawn.root, tmp_path / "new", articles=2)
    textless = tmp_path / "textless"
    shutil.copytree(job, textless)
    (textless / "shards/0000.parquet").unlink()
    with pytest.raises(DatelineError, match=r"0000\.parquet is gone"):
        draw_sample(textless, root, tmp_path / "new", articles=2)
    assert not (tmp_path / "new").exists()
    with pytest.raises(DatelineError, match="is not empty"):
        draw_sample(job, root, half, articles=2)
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("name", ["co_mentions.parquet", "keyness/03.parquet", "articles/000001.parquet"])
def test_a_damaged_table_of_the_archive_is_named_and_made_anew(
    root: Path, table: Path, drawn: Study, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "out"
    measure([table], root, out, batch=7)
    broken = out / "tables" / name
    data = broken.read_bytes()
    with broken.open("r+b") as file:  # the file itself, which may have two names
        file.truncate(len(data) // 2)
    with pytest.raises(DatelineError, match=rf"{broken} cannot be read .*Delete .* and run") as caught:
        draw_sample(out, root, tmp_path / "new", articles=DRAWN)
    assert not (tmp_path / "new").exists()
    shutil.rmtree(re.search(r"Delete (\S+) and run", str(caught.value))[1])
    measure([table], root, out, batch=7)
    assert broken.read_bytes() == data
    assert draw_sample(out, root, tmp_path / "new", articles=DRAWN).texts == drawn.texts
    assert not list(tmp_path.glob(".*"))


def test_a_damaged_table_of_the_sample_is_named(drawn: Study, tables: dict[str, pl.DataFrame], tmp_path: Path) -> None:
    root = tmp_path / "study"
    shutil.copytree(drawn.root, root)
    (root / "data/archive/positions.parquet").write_bytes(b"")
    with pytest.raises(DatelineError, match=r"positions\.parquet cannot be read .* Draw the sample again"):
        beside_archive(load_study(root), tables)
