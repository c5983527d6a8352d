"""Two builds side by side: every kind of difference is named with its place, the old and the new value."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from dateline.build.changes import (
    changed_rows,
    changed_sentences,
    changed_tables,
    changed_titles,
    compare,
    read_titles,
    read_variables,
)
from dateline.build.stages import build
from dateline.build.verify import verify
from dateline.errors import DatelineError
from dateline.tables import read, write
from tests.test_build import run


@pytest.fixture
def other(built: Path, tmp_path: Path) -> Path:
    for name in ("data", "notebooks", "report", "_site"):
        shutil.copytree(built / name, tmp_path / "other" / name)
    shutil.copy(built / "_variables.yml", tmp_path / "other/_variables.yml")
    return tmp_path / "other"


NAMES = ["data/derived", "notebooks", "_variables.yml", "report/made", "report/articles", "_site"]


def edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def places(built: Path, other: Path) -> list[tuple[str, str, str, str]]:
    return [(found.file, found.place, found.old, found.new) for found in compare(built, other, NAMES)[1]]


def test_the_same_build_has_no_difference(built: Path, other: Path) -> None:
    count, found = compare(built, other, NAMES)
    assert found == []
    assert count > 200


def test_a_cell_of_a_table_is_named_by_the_key_of_its_row(built: Path, other: Path) -> None:
    frame = read("positions", other / "data/derived")
    row = frame.row(3, named=True)
    changed = frame.with_columns(
        pl.when(pl.int_range(pl.len()) == 3).then(pl.col("statements") + 1).otherwise("statements").alias("statements")
    )
    write(changed, "positions", other / "data/derived")
    place = f"row {row['holder']}, {row['scale']}, {row['unit_kind']}, {row['unit']}: statements"
    told = (place, str(row["statements"]), str(row["statements"] + 1))
    assert places(built, other) == [(f"data/derived/positions{suffix}", *told) for suffix in (".csv", ".parquet")]
    (found,) = changed_tables(built, other)
    assert (found.file, found.place) == ("data/derived/positions.parquet", place)


def test_rows_more_and_less_are_named_whatever_their_order(tmp_path: Path) -> None:
    old, new = tmp_path / "trends.csv", tmp_path / "new.csv"
    old.write_text("term,tau\nwar,0.5\npeace,0.1\n")
    new.write_text("term,tau\npeace,0.2\ntalks,0.3\n")
    assert [(each.place, each.old, each.new) for each in changed_rows(old, new, "trends.csv")] == [
        ("row war", "a row", "no row"),
        ("row peace: tau", "0.1", "0.2"),
        ("row talks", "no row", "a row"),
    ]
    new.write_text("term,slope\npeace,0.2\n")
    (columns,) = changed_rows(old, new, "trends.csv")
    assert (columns.place, columns.old, columns.new) == ("columns", "term, tau", "term, slope")


def test_a_table_that_only_its_bytes_tell_apart_is_named(built: Path, other: Path) -> None:
    path = other / "data/derived/shifts.parquet"
    pl.read_parquet(path).write_parquet(path, compression="uncompressed")
    ((file, place, was, now),) = places(built, other)
    assert (file, place) == ("data/derived/shifts.parquet", "")
    assert was.startswith("sha256 ")
    assert was != now
    assert changed_tables(built, other) == []


def test_page_picture_missing_and_extra_file_are_named(built: Path, other: Path) -> None:
    edit(other, "_variables.yml", "  cap: '25'", "  cap: '26'")
    edit(other, "_site/index.html", "The Open Door", "The Shut Door")
    edit(other, "report/made/figures/scales.svg", "Kyiv", "Kiev")
    edit(other, "notebooks/40-stance.ipynb", "cells", "calls")
    (other / "_site/404.html").unlink()
    (other / "_site/new.html").write_text("new", encoding="utf-8")
    (other / "data/derived/merges.parquet").write_text("no table", encoding="utf-8")
    found = {file: (old, new) for file, _, old, new in places(built, other)}
    assert set(found) == {
        "_variables.yml",
        "_site/index.html",
        "report/made/figures/scales.svg",
        "notebooks/40-stance.ipynb",
        "_site/404.html",
        "_site/new.html",
        "data/derived/merges.parquet",
    }
    assert found["_site/404.html"] == ("a file", "is not made")
    assert found["_site/new.html"] == ("is not there", "a file")


def test_a_sentence_that_reads_differently_is_told_with_both_readings(built: Path) -> None:
    old = read_variables(built / "_variables.yml")
    found = changed_sentences(built, old, old | {"corpus.counted": "six articles", "corpus.words": "9"})
    told = {(difference.file, difference.old, difference.new) for difference in found}
    # A page splits into sentences, not paragraphs.
    assert not any("Is Ukraine going to join NATO? Ask the coverage" in was for _, was, _ in told)
    assert (
        "report/methods.qmd",
        "The study has five articles and 2,151 words that count.",
        "The study has six articles and 9 words that count.",
    ) in told
    assert changed_sentences(built, old, old) == []


def test_a_title_that_states_something_else_is_told() -> None:
    (found,) = changed_titles({"a": "Up", "b": "Same"}, {"a": "Down", "b": "Same"})
    assert (found.place, found.old, found.new) == ("title", "Up", "Down")


def test_a_build_tells_the_editor_what_it_says_now(built: Path, tmp_path: Path) -> None:
    root = tmp_path / "study"
    shutil.copytree(built, root)
    titles = read_titles(root)
    assert titles["dates"].startswith("Five articles")
    settings = root / "data/study.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("words = 25 ", "words = 20 "), encoding="utf-8")
    done = run("build", "--until", "pages", cwd=root)
    assert done.returncode == 0
    assert "The report says something else now in 1 place:" in done.stdout
    assert "was  An excerpt has at most 25 words" in done.stdout
    assert "now  An excerpt has at most 20 words" in done.stdout
    assert "add a line to data/corrections.csv" in done.stdout
    assert build(root, until="pages").moved == []
    told = run("compare", str(built), str(root), cwd=root)
    assert told.returncode == 1
    assert "now  An excerpt has at most 20 words" in told.stdout
    assert "No table differs." in told.stdout
    assert run("compare", str(built), str(built), cwd=root).returncode == 0
    before = run("diff", str(built), str(root), cwd=root)
    assert (before.returncode, before.stdout) == (1, told.stdout)
    assert "`dateline diff` is now `dateline compare`" in before.stderr
    assert "has no _variables.yml" in run("compare", str(tmp_path), cwd=root).stderr


def test_everything_comes_out_again_and_a_changed_byte_anywhere_is_found(built: Path, tmp_path: Path) -> None:
    """The whole of `dateline rerun`, on a copy in which one byte of each part was changed."""
    root = tmp_path / "study"
    shutil.copytree(built, root)

    edit(root, "data/derived/positions.csv", "alliance,", "Alliance,")
    edit(root, "notebooks/10-corpus.ipynb", "2024-11-29", "2024-11-28")
    edit(root, "_variables.yml", "  cap: '25'", "  cap: '26'")
    edit(root, "report/made/figures/dates.csv", "stated", "Stated")
    edit(root, "report/evidence/scales.qmd", "evi-place", "evi-plac")
    edit(root, "_site/report/words.html", "Words", "Wordz")
    done = run("rerun", cwd=root)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for place in (
        "data/derived/positions.csv, row Alliance, ",
        "notebooks/10-corpus.ipynb",
        "_variables.yml",
        "report/made/figures/dates.csv, row ",
        "report/evidence/scales.qmd",
        "report/words.html",
    ):
        assert place in done.stdout, place
    assert "Not identical." in done.stdout
    parts = {line.split("  ")[1]: line for line in done.stdout.splitlines() if " files " in line}
    assert parts["tables on one thread"].endswith("identical")
    assert [name for name, line in parts.items() if line.endswith("identical")] == ["tables on one thread"]


def test_what_is_no_site_is_refused_before_anything_is_made(built: Path, tmp_path: Path) -> None:
    said: list[str] = []
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    for place, found in (("none", "is not there"), (".", "no index.html"), ("manifest.json", "no manifest")):
        with pytest.raises(DatelineError, match=found):
            verify(built, site=tmp_path / place, say=said.append)
    assert said == []
