import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dateline.errors import TableError
from dateline.terms.concordance import LINES, concordance

FIRST, SECOND = "The port’s crane may fall, he said.", "A crane lifts a crane."
SENTENCES = pl.DataFrame(
    {"sentence_id": ["a1-s5", "a2-s0"], "article_id": ["a1", "a2"], "start": [5, 0], "text": [FIRST, SECOND]}
)
USES = pl.DataFrame(
    {
        "term": ["crane", "crane", "crane", "port"],
        "article_id": ["a2", "a1", "a2", "a1"],
        "sentence_id": ["a2-s0", "a1-s5", "a2-s0", "a1-s5"],
        "start": [16, 16, 2, 9],
        "end": [21, 21, 7, 13],
    }
)


def expected(*lines: tuple) -> pl.DataFrame:
    return pl.DataFrame(lines, schema=LINES, orient="row")


def test_a_line_is_a_use_with_the_words_around_it() -> None:
    assert_frame_equal(
        concordance(USES, SENTENCES, "crane", words=2),
        expected(
            ("a1", "a1-s5", "The port’s ", "crane", " may fall", 16, 21),
            ("a2", "a2-s0", "A ", "crane", " lifts a", 2, 7),
            ("a2", "a2-s0", "lifts a ", "crane", ".", 16, 21),
        ),
    )


def test_without_a_limit_the_line_is_the_sentence() -> None:
    lines = concordance(USES, SENTENCES, "crane", words=None)
    whole = lines.select(pl.concat_str("left", "keyword", "right")).to_series().to_list()
    assert whole == [FIRST, SECOND, SECOND]


def test_no_words_leave_the_keyword() -> None:
    assert concordance(USES, SENTENCES, "crane", words=0).select("left", "right").unique().rows() == [("", "")]


def test_a_term_that_nobody_uses_has_no_line() -> None:
    assert_frame_equal(concordance(USES, SENTENCES, "quay"), expected())


def test_errors_name_what_is_wrong() -> None:
    with pytest.raises(TableError, match="sentences has no column 'text'"):
        concordance(USES, SENTENCES.drop("text"), "crane")
    with pytest.raises(ValueError, match=r"words must be at least 0.* got -1"):
        concordance(USES, SENTENCES, "crane", words=-1)
