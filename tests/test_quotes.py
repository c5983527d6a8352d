"""Where quoted words begin and end, in text whose marks cannot be trusted."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.corpus.quotes import DASH, Quote, find_quotes, in_quote, speech_dash


def quoted(text: str) -> list[tuple[str, str, bool, str]]:
    """Words, kind, whether it runs on, and what was repaired."""
    return [
        (text[quote.start : quote.end], quote.kind, quote.runs_on, quote.repaired)
        for quote in find_quotes(text, 0, len(text))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Abel said "no".', [("no", "marks", False, "")]),
        ("Abel said “no”.", [("no", "marks", False, "")]),
        ("Abel said «no».", [("no", "marks", False, "")]),
        ("Abel said »no«.", [("no", "marks", False, "")]),
        ("Abel said „no“.", [("no", "marks", False, "")]),
        ("Abel said « no ».", [("no", "marks", False, "")]),
        ('"Yes," Abel said. "No."', [("Yes,", "marks", False, ""), ("No.", "marks", False, "")]),
        ("Abel said ‘no, not so’ twice.", [("no, not so", "single", False, "")]),
        ("“He said ‘no’ to me,” Abel said.", [("He said ‘no’ to me,", "marks", False, "")]),
        ("Norland's gate isn't Abel's.", []),
        ("The board's 24\" wide.", []),
        ("The gate is open.", []),
        ('An empty pair "" is no quotation.', [("is no quotation.", "marks", True, "never closed")]),
        ("", []),
    ],
)
def test_quoted_words_stand_between_two_marks_of_any_kind(text: str, expected: list) -> None:
    assert quoted(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“The gate is open. “Abel said so.", [("The gate is open.", "marks", False, "closed by an opening mark")]),
        ("”The gate” is open.", [("The gate", "marks", False, "opened by a closing mark")]),
        ("“The gate is open.", [("The gate is open.", "marks", True, "never closed")]),
        ("The gate is open,” Abel said.", []),
    ],
)
def test_marks_are_repaired_and_the_repair_is_named(text: str, expected: list) -> None:
    assert quoted(text) == expected


def test_spans_are_places_in_the_whole_text_and_the_marks_are_outside_the_words() -> None:
    text = 'Before “it”. Abel said: "No, never." After "it".'
    start, end = text.index("Abel"), text.index(" After")
    assert find_quotes(text, start, end) == [Quote(25, 35, 24, 36, "marks", False, "")]
    assert text[25:35] == "No, never."


def test_a_quotation_that_runs_on_ends_with_its_paragraph() -> None:
    text = 'Abel said: "We wait.\n\n"We go."'
    assert find_quotes(text, 0, 20) == [Quote(12, 20, 11, 20, "marks", True, "never closed")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("– We are ready.", "We are ready."),
        ("—We are ready.", "We are ready."),
        ("  ― We wait.", "We wait."),
        ("- We are ready.", "We are ready."),
        ('- "We wait."', '"We wait."'),
    ],
)
def test_a_speech_dash_opens_a_paragraph(text: str, words: str) -> None:
    assert text[speech_dash(text, 0, len(text)) :] == words


@pytest.mark.parametrize("text", ["We – are ready.", "-5 degrees", "- we are ready", "–", ""])
def test_a_dash_elsewhere_opens_no_speech(text: str) -> None:
    assert speech_dash(text, 0, len(text)) is None


def test_the_marks_belong_to_their_quotation() -> None:
    text = 'Say "yes" now'
    quotes = find_quotes(text, 0, len(text))
    assert [in_quote(quotes, at) is not None for at in range(len(text))] == [
        False,
        False,
        False,
        False,
        True,
        True,
        True,
        True,
        True,
        False,
        False,
        False,
        False,
    ]


PIECE = st.sampled_from(
    [
        '"',
        "“",
        "”",
        "„",
        "«",
        "»",
        "‟",
        "＂",
        "‘",
        "’",
        "'",
        " ",
        "\n",
        "a",
        "No.",
        "5",
        "é",
        "e\u0301",
        "א",
        "\U0001f6aa",
        "– ",
    ]
)
TEXT = st.lists(PIECE, max_size=30).map("".join) | st.text(max_size=40)


@given(TEXT, TEXT, TEXT)
def test_quotations_never_overlap_and_lie_inside_their_paragraph(before: str, text: str, after: str) -> None:
    start, end = len(before), len(before) + len(text)
    quotes = find_quotes(before + text + after, start, end)
    for quote in quotes:
        assert start <= quote.outer_start < quote.start <= quote.end <= quote.outer_end <= end
    for one, two in pairwise(quotes):
        assert one.outer_end <= two.outer_start


@given(TEXT)
def test_quoted_words_are_trimmed_and_never_empty(text: str) -> None:
    for words, kind, runs_on, repaired in quoted(text):
        assert words == words.strip() != ""
        assert kind in ("marks", "single")
        assert (repaired == "never closed") == runs_on


@given(TEXT, TEXT)
def test_where_a_paragraph_stands_does_not_change_its_quotations(before: str, text: str) -> None:
    moved = find_quotes(before + text, len(before), len(before) + len(text))
    still = find_quotes(text, 0, len(text))
    if not before or before[-1].isspace():
        assert [(quote.start - len(before), quote.end - len(before)) for quote in moved] == [
            (quote.start, quote.end) for quote in still
        ]


@given(TEXT)
def test_a_speech_dash_leaves_words_behind_it(text: str) -> None:
    at = speech_dash(text, 0, len(text))
    if at is not None:
        assert text[at : at + 1].strip()
        assert DASH.match(text)
