"""Syndicated text is found, flagged, and can be counted once."""

from datetime import date

import polars as pl

from dateline.corpus.copies import drop_copies, find_copies
from dateline.tables import empty
from tests.test_terms import articles, sentences

WIRE = "Norland wants to join the League before the winter, Abel told reporters in Norhaven on Monday."
OTHER = "Rain fell over the harbour all day and the ferries to the islands stayed in port until evening."


def dated() -> pl.DataFrame:
    days = [date(2020, 1, 2), date(2020, 1, 1), date(2020, 1, 3)]
    return articles(("n1", None, 16), ("n2", None, 19), ("n3", None, 17)).with_columns(published_from=pl.Series(days))


def test_the_later_of_two_near_copies_is_named_with_its_share() -> None:
    text = sentences(("n1", WIRE), ("n2", f"{WIRE} It is late."), ("n3", OTHER))
    found = find_copies(text, dated())
    # Sixteen words make twelve shingles, nineteen make fifteen; n2 is the older.
    assert found.rows() == [("n1", "n2", 12, 0.8, True)]


def test_shared_runs_below_half_are_listed_and_no_copies() -> None:
    text = sentences(("n1", WIRE), ("n2", f"{' '.join(WIRE.split()[:9])} {OTHER}"), ("n3", OTHER.upper()))
    found = find_copies(text, dated())
    assert found.select("article", "of", "copy").rows() == [("n1", "n2", False), ("n3", "n2", True)]


def test_counting_once_moves_the_copy_into_the_ledger() -> None:
    text = sentences(("n1", WIRE), ("n2", WIRE), ("n3", OTHER))
    articles, removed, kept = drop_copies(dated(), empty("removed"), text, find_copies(text, dated()))
    assert kept["article_id"].to_list() == ["n2", "n3"]
    assert articles.select("article_id", "words").rows() == [("n1", 0), ("n2", 19), ("n3", 17)]
    assert removed.select("article_id", "text", "reason", "rule").rows() == [
        ("n1", WIRE, "repeat", "A near-copy of n2")
    ]


def test_nothing_shared_nothing_listed(study_tables: dict[str, pl.DataFrame]) -> None:
    assert find_copies(sentences(("n1", "Too short.")), dated()).is_empty()
    assert study_tables["copies"]["copy"].sum() == 0
