import math

import polars as pl
from polars.testing import assert_frame_equal

from dateline.actors.pairs import co_mentions, pair_windows
from dateline.tables import from_rows
from tests.test_terms import articles, sentences

TEXT = (
    ("n1", "Abel meets Ito."),
    ("n1", "Abel sleeps."),
    ("n1", "Rain."),
    ("n2", "Ito sleeps."),
    ("n2", "Abel and Ito."),
)


def mentions(text: pl.DataFrame) -> pl.DataFrame:
    rows = []
    for row in text.iter_rows(named=True):
        for name in ("Abel", "Ito", "Ulla"):
            at = row["text"].find(name)
            if at >= 0:
                start = row["start"] + at
                rows.append(
                    {
                        "mention_id": f"{row['article_id']}-m{start}",
                        "sentence_id": row["sentence_id"],
                        "article_id": row["article_id"],
                        "actor": name.lower(),
                        "start": start,
                        "end": start + len(name),
                        "surface": name,
                        "how": "name",
                    }
                )
    return from_rows(rows, "mentions")


def test_a_pair_is_counted_by_window_and_held_against_sentences_filled_anew() -> None:
    text = sentences(
        ("n1", "Abel meets Ito."), ("n1", "Abel sleeps."), ("n1", "Ito sleeps."), ("n1", "Ulla sleeps."),
        ("n2", "Abel and Ito."), ("n2", "Ito sleeps."),
    )  # fmt: skip
    found = co_mentions(mentions(text), text, articles(("n1", "a", 9), ("n2", "a", 5)))
    sentence = found.filter(window="sentence", unit_kind="all", actor_b="ito").row(0, named=True)
    # n1, one sentence of two names and three of one: with Abel and Ito in the first, the three others stand in
    # 6 orders; with Ulla and one of them there, in 3 and 3. n2: Ito is everywhere, so they meet once.
    assert (sentence["actor_a"], sentence["together"], sentence["expected"]) == ("abel", 2, 1.5)
    assert (sentence["p"], sentence["floor"], sentence["verdict"]) == (0.5, 0.5, "not testable")
    # Resamples: n1 twice 1/4, both once 1/2, n2 twice 1/4 (no surplus there).
    assert (sentence["stability"], sentence["few"]) == (0.75, True)
    assert sentence["npmi"] == round(math.log(2 * 6 / (3 * 4)) / -math.log(2 / 6), 6) == 0.0
    apart = found.filter(window="sentence", unit="n2", unit_kind="article")
    assert apart.select("actor_a", "actor_b", "together").rows() == [("abel", "ito", 1)]
    article = found.filter(window="article", unit_kind="all").sort("actor_a", "actor_b")
    # Ulla stands in n1 alone, which names all three: nothing is left to chance.
    assert article.select("actor_a", "actor_b", "together", "p", "verdict").rows() == [
        ("abel", "ito", 2, 1.0, "not testable"),
        ("abel", "ulla", 1, 1.0, "not testable"),
        ("ito", "ulla", 1, 1.0, "not testable"),
    ]
    assert found.select("window", "unit_kind").unique().sort("window", "unit_kind").rows() == [
        ("article", "all"),
        ("article", "period"),
        ("paragraph", "all"),
        ("paragraph", "article"),
        ("paragraph", "period"),
        ("sentence", "all"),
        ("sentence", "article"),
        ("sentence", "period"),
    ]


def test_two_that_never_meet_keep_a_row() -> None:
    text = sentences(("n1", "Abel sleeps."), ("n1", "Ito sleeps."), ("n1", "Ulla, Ito."))
    found = co_mentions(mentions(text), text, articles(("n1", None, 6))).filter(window="sentence", unit_kind="all")
    assert found.select("actor_a", "actor_b", "together").rows() == [
        ("abel", "ito", 0), ("abel", "ulla", 0), ("ito", "ulla", 1),
    ]  # fmt: skip


def test_a_long_sentence_makes_no_pair() -> None:
    """Where one sentence names everybody, that two of them meet there says nothing about the two."""
    text = sentences(("n1", "Abel, Ito, Ulla."), ("n1", "Abel."), ("n1", "Ito."), ("n1", "Rain."), ("n1", "Rain."))
    found = co_mentions(mentions(text), text, articles(("n1", None, 7))).filter(
        window="sentence", unit_kind="all", actor_b="ito"
    )
    assert found.select("together", "expected", "p").row(0) == (1, 1.0, 1.0)


def test_naming_twice_in_a_sentence_counts_once() -> None:
    text = sentences(("n1", "Abel meets Ito."))
    once = mentions(text)
    twice = pl.concat([once, once.with_columns(mention_id=pl.col("mention_id") + "b", start=pl.col("start") + 1)])
    every = articles(("n1", None, 3))
    assert_frame_equal(co_mentions(once, text, every), co_mentions(twice, text, every))


def test_windows_of_a_pair_are_its_sentences() -> None:
    text = sentences(*TEXT)
    assert pair_windows(mentions(text), text)["window_id"].to_list() == ["n1-s0", "n2-s12"]


def test_no_mentions_no_pairs() -> None:
    text = sentences(*TEXT)
    assert co_mentions(mentions(text).head(0), text, articles(("n1", None, 3))).is_empty()


def test_counts_equal_the_windows_on_the_real_articles(study_tables: dict[str, pl.DataFrame]) -> None:
    pairs = study_tables["co_mentions"].filter(pl.col("together") > 0, unit_kind="all")
    for window in ("sentence", "paragraph", "article"):
        counted = (
            pair_windows(study_tables["mentions"], study_tables["sentences"], window)
            .group_by("actor_a", "actor_b")
            .agg(n=pl.len().cast(pl.Int64))
        )
        ours = pairs.filter(window=window).select("actor_a", "actor_b", n="together")
        assert_frame_equal(ours.sort("actor_a", "actor_b"), counted.sort("actor_a", "actor_b"))
