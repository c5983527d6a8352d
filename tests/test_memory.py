"""What is remembered of an article is what would be made again, and a damaged memory is none."""

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


def test_without_a_folder_nothing_is_written(tmp_path: Path, made: list[list[str]]) -> None:
    by_article(None, ("removed",), {"a": "1"}, maker(made))
    assert list(tmp_path.iterdir()) == []


def test_a_key_changes_with_each_of_its_parts() -> None:
    frame = pl.DataFrame({"x": [1]})
    keys = {key_of(), key_of("a"), key_of("a", "b"), key_of("ab"), key_of(frame), key_of(frame + 1)}
    assert len(keys) == 6
