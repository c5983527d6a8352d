"""What is remembered of an article is what would be made again, and a damaged memory is none."""

import hashlib
from pathlib import Path

import polars as pl
import pytest

from dateline.memory import by_article, key_of
from dateline.tables import SCHEMAS

COLUMNS = list(SCHEMAS["removed"])


@pytest.fixture
def made() -> list[list[str]]:
    """The articles of each call of `make`."""
    return []


def maker(made: list[list[str]]):
    def make(articles: list[str]) -> tuple[pl.DataFrame]:
        made.append(articles)
        rows = [(article, 0, 1, "x", "repeat", "r") for article in articles if article != "none"]
        return (pl.DataFrame(rows, schema=SCHEMAS["removed"], orient="row"),)

    return make


def test_only_what_has_changed_is_made_again(tmp_path: Path, made: list[list[str]]) -> None:
    keys = {"a": "1", "b": "1", "none": "1"}
    (first,) = by_article(tmp_path, ("removed",), keys, maker(made))
    (again,) = by_article(tmp_path, ("removed",), keys, maker(made))
    (moved,) = by_article(tmp_path, ("removed",), {**keys, "b": "2"}, maker(made))
    (fewer,) = by_article(tmp_path, ("removed",), {"a": "1"}, maker(made))
    assert made == [["a", "b", "none"], ["b"]]
    assert first.equals(again)
    assert first.equals(moved)
    assert fewer["article_id"].to_list() == ["a"]


def test_a_damaged_memory_is_made_anew(tmp_path: Path, made: list[list[str]]) -> None:
    (first,) = by_article(tmp_path, ("removed",), {"a": "1"}, maker(made))
    for name, bad in (("removed.parquet", b"PAR1"), ("removed.json", b"{")):
        (tmp_path / name).write_bytes(bad)
        assert by_article(tmp_path, ("removed",), {"a": "1"}, maker(made))[0].equals(first)
    assert made == [["a"]] * 3


def test_a_memory_with_the_columns_of_another_version_is_made_anew(tmp_path: Path, made: list[list[str]]) -> None:
    (first,) = by_article(tmp_path, ("removed",), {"a": "1"}, maker(made))
    path, index = tmp_path / "removed.parquet", tmp_path / "removed.json"
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    first.drop("rule").write_parquet(path)
    now = hashlib.sha256(path.read_bytes()).hexdigest()
    index.write_text(index.read_text(encoding="utf-8").replace(before, now), encoding="utf-8")
    assert by_article(tmp_path, ("removed",), {"a": "1"}, maker(made))[0].equals(first)
    assert made == [["a"]] * 2


def test_without_a_folder_nothing_is_written(tmp_path: Path, made: list[list[str]]) -> None:
    by_article(None, ("removed",), {"a": "1"}, maker(made))
    assert list(tmp_path.iterdir()) == []


def test_a_key_changes_with_each_of_its_parts() -> None:
    frame = pl.DataFrame({"x": [1]})
    keys = {key_of(), key_of("a"), key_of("a", "b"), key_of("ab"), key_of(frame), key_of(frame + 1)}
    assert len(keys) == 6
