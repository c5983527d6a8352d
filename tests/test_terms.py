from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dateline.study.load import Study
from dateline.tables import from_rows
from dateline.terms.keyness import keyness
from dateline.terms.rates import term_rates
from dateline.terms.tokens import count_terms, find_occurrences, lemma_of, tokens_of
from dateline.terms.trends import trends


def sentences(*texts: tuple[str, str]) -> pl.DataFrame:
    rows, at = [], {}
    for number, (article, text) in enumerate(texts):
        start = at.get(article, 0)
        rows.append(
            {
                "sentence_id": f"{article}-s{start}",
                "article_id": article,
                "paragraph": number,
                "sentence": 1,
                "start": start,
                "end": start + len(text),
                "part": "body",
                "corrupt": False,
                "words": len(text.split()),
                "text": text,
            }
        )
        at[article] = start + len(text) + 1
    return from_rows(rows, "sentences")


def articles(*rows: tuple[str, str | None, int]) -> pl.DataFrame:
    blank = {
        "file": "",
        "sha256": "",
        "title": "",
        "publisher": None,
        "url": None,
        "published": None,
        "published_from": None,
        "published_to": None,
        "published_basis": "unknown",
        "published_evidence": "",
        "translated": None,
    }
    return from_rows(
        [{**blank, "article_id": a, "period": period, "words": words} for a, period, words in rows], "articles"
    )


STOP = pl.DataFrame({"word": ["the", "will", "it"]})
NAMES = pl.DataFrame({"alias": ["Norland", "Ito"]})
GROUPS = pl.DataFrame(schema={"group": pl.String, "phrase": pl.String})


def test_a_use_is_a_lemma_with_its_place() -> None:
    found = find_occurrences(sentences(("n1", "Norland's doors will open: the Doors.")), STOP, NAMES, GROUPS, "en")
    expected = pl.DataFrame(
        {
            "term": ["norland", "door", "open", "door"],
            "start": [0, 10, 21, 31],
            "end": [9, 15, 25, 36],
            "surface": ["Norland's", "doors", "open", "Doors"],
        }
    )
    assert_frame_equal(found.select("term", "start", "end", "surface"), expected)


@pytest.mark.parametrize(
    ("surface", "lemma"),
    [("joined", "join"), ("Joining", "join"), ("members’", "member"), ("Ito's", "ito"), ("borders", "border")],
)
def test_lemmas(surface: str, lemma: str) -> None:
    assert lemma_of(surface, "en", frozenset({"ito", "norland"})) == lemma


def test_a_function_word_may_hold_an_apostrophe_of_either_kind() -> None:
    stop = pl.DataFrame({"word": ["απ'τους"]})
    found = tokens_of(sentences(("n1", "απ’τους απ'τους δρόμους")), stop, NAMES, "el")
    assert found["content"].to_list() == [False, False, True]


def test_rates_count_over_the_words_of_the_unit_and_keep_zeros() -> None:
    used = find_occurrences(sentences(("n1", "Doors open."), ("n2", "It rains.")), STOP, NAMES, GROUPS, "en")
    rates = term_rates(used, articles(("n1", "a", 500), ("n2", "b", 1000)))
    door = rates.filter(term="door").select("unit_kind", "unit", "count", "words", "per_1000", "low", "high")
    # Garwood: 0.0253 to 5.5716 events for one, up to 3.6889 for none.
    expected = pl.DataFrame(
        {
            "unit_kind": ["all", "article", "article", "period", "period"],
            "unit": ["all", "n1", "n2", "a", "b"],
            "count": [1, 1, 0, 1, 0],
            "words": [1500, 500, 1000, 500, 1000],
            "per_1000": [0.666667, 2.0, 0.0, 2.0, 0.0],
            "low": [0.016879, 0.050636, 0.0, 0.050636, 0.0],
            "high": [3.714429, 11.143287, 3.688879, 11.143287, 3.688879],
        }
    )
    assert_frame_equal(door, expected, abs_tol=1e-5)


def test_a_rare_term_gets_no_row() -> None:
    used = find_occurrences(sentences(("n1", "Doors, doors, rain.")), STOP, NAMES, GROUPS, "en")
    assert term_rates(used, articles(("n1", "a", 3)), min_count=2)["term"].unique().to_list() == ["door"]
    with pytest.raises(ValueError, match="min_count must be at least 1, got 0"):
        term_rates(used, articles(("n1", "a", 3)), min_count=0)


def test_keyness_of_a_period_against_the_rest() -> None:
    used = find_occurrences(
        sentences(("n1", "door door door"), ("n2", "door rain"), ("n3", "rain")), STOP, NAMES, GROUPS, "en"
    )
    found = keyness(used, articles(("n1", "a", 100), ("n2", "b", 100), ("n3", None, 50)))
    row = found.filter(term="door", unit="a").row(0, named=True)
    assert (row["count"], row["count_against"], row["words"], row["words_against"]) == (3, 1, 100, 100)
    assert row["log_ratio"] == pytest.approx(1.584963, abs=1e-6)
    assert row["dispersion"] == pytest.approx(0.5)
    # Two articles can be shuffled in two ways, and either gives the same size: p can be nothing but 1.
    assert (row["p"], row["floor"], row["verdict"]) == (1.0, 1.0, "not testable")
    assert found.filter(term="rain", unit="b")["count"].to_list() == [1]


def test_the_order_of_articles_changes_nothing() -> None:
    text = sentences(("n1", "door door rain"), ("n2", "rain open"), ("n3", "open door"))
    every = articles(("n1", "a", 3), ("n2", "b", 2), ("n3", "b", 2))
    used = find_occurrences(text, STOP, NAMES, GROUPS, "en")
    shuffled = find_occurrences(text.reverse(), STOP, NAMES, GROUPS, "en")
    assert_frame_equal(used, shuffled)
    assert_frame_equal(keyness(used, every), keyness(used.reverse(), every.reverse()))


def test_counts_add_up_over_articles(study_tables: dict[str, pl.DataFrame]) -> None:
    rates = study_tables["term_rates"]
    total = rates.filter(unit_kind="all").select("term", "count")
    added = rates.filter(unit_kind="article").group_by("term").agg(pl.col("count").sum())
    assert_frame_equal(total.sort("term"), added.sort("term"))
    uses = study_tables["occurrences"].group_by("term").agg(count=pl.len().cast(pl.Int64))
    assert total.join(uses, on=["term", "count"], how="anti").is_empty()


def test_spellings_of_one_word_are_one_lemma() -> None:
    words = ("recognised", "recognized", "defence", "defense", "labour", "labor", "centre", "center")
    assert [lemma_of(word, "en", frozenset()) for word in words] == [
        "recognize", "recognize", "defense", "defense", "labor", "labor", "center", "center"]  # fmt: skip
    assert [lemma_of(word, "en", frozenset()) for word in ("promise", "hour", "science")] == [
        "promise",
        "hour",
        "science",
    ]


def test_words_side_by_side_are_a_phrase_when_they_meet_more_than_their_counts_explain() -> None:
    filler = " ".join(f"word{letter}{other}" for letter in "abcdefgh" for other in "abcdefgh")
    text = sentences(("n1", f"Open doors {filler}."), ("n1", "An open door."), ("n1", "The open door, rain."))
    found = find_occurrences(text, STOP, NAMES, GROUPS, "en", min_count=3).filter(kind="phrase")
    assert found.select("term", "surface").rows() == [
        ("open door", "Open doors"),
        ("open door", "open door"),
        ("open door", "open door"),
    ]
    split = sentences(("n1", "open. door"), ("n1", "open, door"), ("n1", f"door open {filler}"))
    assert find_occurrences(split, STOP, NAMES, GROUPS, "en", min_count=2).filter(kind="phrase").is_empty()


def test_a_group_counts_each_place_once_the_longest_phrase_first() -> None:
    groups = pl.DataFrame({"group": ["gate", "gate", "rain"], "phrase": ["door*", "open door*", "rain"]})
    found = find_occurrences(sentences(("n1", "Open doors, a door, rain.")), STOP, NAMES, groups, "en").filter(
        kind="group"
    )
    assert found.select("term", "start", "end", "surface").rows() == [
        ("#gate", 0, 10, "Open doors"), ("#gate", 14, 18, "door"), ("#rain", 20, 24, "rain")]  # fmt: skip


def test_rates_resample_whole_articles() -> None:
    used = find_occurrences(sentences(("n1", "door"), ("n2", "rain")), STOP, NAMES, GROUPS, "en")
    rates = term_rates(used, articles(("n1", "a", 100), ("n2", "a", 100)))
    # Resamples: n1 twice, one of each, n2 twice: 10, 5 and 0 uses in 1,000 words.
    assert rates.filter(term="door", unit_kind="all").select("boot_low", "boot_high").row(0) == (0.0, 10.0)
    assert rates.filter(term="door", unit_kind="article")["boot_low"].null_count() == 2


def test_a_trend_follows_the_dates_and_knows_its_floor() -> None:
    text = sentences(("n1", "rain"), ("n2", "door rain"), ("n3", "door door rain"))
    used = find_occurrences(text, STOP, NAMES, GROUPS, "en")
    days = pl.Series([date(2020, 1, 1), date(2021, 1, 1), date(2022, 1, 1)])
    dated = articles(("n1", None, 100), ("n2", None, 100), ("n3", None, 100)).with_columns(
        published_from=days, published_to=days
    )
    row = trends(used, dated).filter(term="door").row(0, named=True)
    # Ten more uses in 1,000 words a year; of the six orders two are as steady.
    assert (round(row["slope"], 1), row["tau"], round(row["p"], 6), round(row["floor"], 6)) == (
        10.0,
        1.0,
        0.333333,
        0.333333,
    )
    assert row["verdict"] == "not testable"
    flat = trends(used, dated).filter(term="rain").row(0, named=True)
    assert (flat["slope"], flat["tau"], flat["p"], flat["floor"]) == (0.0, 0.0, 1.0, 1.0)


def test_counting_finds_what_finding_every_place_finds(study: Study, study_tables: dict[str, pl.DataFrame]) -> None:
    lists = study.lists
    tokens = tokens_of(study_tables["sentences"], lists["stopwords"], lists["actors"], "en")
    counts = count_terms(tokens, study_tables["sentences"], lists["terms"])
    places = study_tables["occurrences"].filter(pl.col("kind") != "phrase")
    by_place = places.group_by("term", "kind", "article_id").agg(count=pl.len().cast(pl.Int64))
    assert_frame_equal(counts, by_place.sort("article_id", "term"))
