"""What of a file counts, where it stands, and what was left out and why."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import polars as pl
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from dateline.corpus.articles import build_corpus, order_by_date
from dateline.corpus.clean import Furniture, clean, split_lines
from dateline.corpus.sentences import _OFTEN, _OPENERS, _maybe_corrupt, count_words, is_corrupt, split_sentences
from dateline.study.load import Study, load_study

Read = Callable[..., SimpleNamespace]
ABBREVIATIONS = frozenset({"Mr", "Gen", "No", "vs"})
BUTTON = Furniture([("close|share", "A button")])
INVISIBLE = "\u200b\ufeff"
"""Zero-width marks at the edge of a line, which nobody reads."""


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text, 0, len(text), ABBREVIATIONS)]


def parts(text: str) -> list[tuple[str, str]]:
    """Part and text of each paragraph that counts."""
    return [(part, text[start:end]) for start, end, part in clean(text, BUTTON).paragraphs]


def left_out(text: str) -> list[tuple[str, str | None, str]]:
    return [(line.text, line.reason, line.rule) for line in clean(text, BUTTON).lines if line.reason]


# --- sentences --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Abel left. Ito came.", ["Abel left.", "Ito came."]),
        ("Is it so?! Yes… And on.", ["Is it so?!", "Yes…", "And on."]),
        ("Mr. Abel met Gen. Ito. They spoke.", ["Mr. Abel met Gen. Ito.", "They spoke."]),
        ("A. B. Abel spoke.", ["A. B. Abel spoke."]),
        ("The U.N. Council met. It left.", ["The U.N. Council met.", "It left."]),
        ("They met in the U.N. The hall was full.", ["They met in the U.N.", "The hall was full."]),
        ("See No. 5 first. No. It left.", ["See No. 5 first.", "No.", "It left."]),
        ("It grew by 3.5 per cent. Then it fell.", ["It grew by 3.5 per cent.", "Then it fell."]),
        ("It began in 2014. 2015 was calm.", ["It began in 2014.", "2015 was calm."]),
        ("He paid. she did not.", ["He paid. she did not."]),
        ("He said: “No.” Then he left.", ["He said: “No.”", "Then he left."]),
        ("“We are ready. We wait,” Abel said.", ["“We are ready.", "We wait,” Abel said."]),
        ("He said: «Non.» Puis il partit.", ["He said: «Non.»", "Puis il partit."]),
        ("He left.“We wait,” Abel said.", ["He left.", "“We wait,” Abel said."]),
        ("He left.She stayed there.", ["He left.", "She stayed there."]),
        ("It left (at last.) Then it came.", ["It left (at last.)", "Then it came."]),
        ("Abel spoke. – We are ready.", ["Abel spoke.", "– We are ready."]),
        ("It ended . . Ito left.", ["It ended . .", "Ito left."]),
        ("  Abel left.  ", ["Abel left."]),
        ("No stop at all", ["No stop at all"]),
        ("   ", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("Norland’s well-known 3.5-year plan", 4),
        ("U.S. troops", 2),
        ("— … !", 0),
        ("snake_case", 2),
        ("1,300km", 2),
        ("שלום עולם", 2),
        ("\U0001f6aa gate", 1),
    ],
)
def test_a_word_is_letters_or_digits_joined_inside_by_hyphen_apostrophe_or_point(text: str, words: int) -> None:
    assert count_words(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "Sudland protested to the The gate was shut.",
        "They met at the the gate.",
        "Norland's accession to Norland is near.",
        "The barrier of conflict The envoy left.",
    ],
)
def test_damage_of_machine_translation_marks_a_sentence(text: str) -> None:
    assert is_corrupt(text)


@pytest.mark.parametrize(
    "text",
    [
        "Norland's accession to the League is near.",
        "He read “Songs of The Gate” aloud.",
        "Abel said that that gate is shut.",
    ],
)
def test_an_edited_sentence_is_not_marked_as_damaged(text: str) -> None:
    assert not is_corrupt(text)


EDGES = ["", "gate", "Gate ", "“", " ", ", ", ".", "é", "1", "_", "\u1c89"]


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A sentence with one of the three signs, in letters of every case that the expressions take for the same."""
    word = draw(st.sampled_from(_OFTEN.split("|")))
    twice = " ".join(
        "".join(draw(st.sampled_from(FORMS.get(letter, letter + letter.upper()))) for letter in word) for _ in "ab"
    )
    sign = draw(
        st.sampled_from(
            [
                twice,
                f"shut {draw(st.sampled_from(_OPENERS.split('|')))} gate",
                f"Norland{draw(st.sampled_from('’' + chr(39)))}s {draw(st.sampled_from(['entry to', 'visit in', 'return of']))} Norland",
            ]
        )
    )
    return draw(st.sampled_from(EDGES)) + sign + draw(st.sampled_from(EDGES))


FORMS = {"i": "iIİı", "s": "sSſ"}


@settings(max_examples=500)
@given(damaged())
@example("the the")
@example("a gate The gate")
@example("so İn İn Ankara")
def test_no_damaged_sentence_is_passed_over_by_the_look_at_all_of_them(text: str) -> None:
    assume(is_corrupt(text))
    assert _maybe_corrupt([{"text": "plain"}, {"text": text}]) == [{"text": text}]


# --- lines and parts --------------------------------------------------------------------------


def test_lines_keep_their_place_and_blank_lines_part_blocks() -> None:
    text = "\ufeffOne\r\n  Two \r\n\r\n\u200b\n\u00a0Three"
    lines = split_lines(text)
    assert [(line.start, line.end, line.text, line.block) for line in lines] == [
        (1, 4, "One", 0),
        (8, 11, "Two", 0),
        (19, 24, "Three", 2),
    ]
    assert [text[line.start : line.end] for line in lines] == ["One", "Two", "Three"]


def test_title_subhead_and_body_are_told_apart() -> None:
    text = "Gate opens\n\nAbel spoke to the hall.\n\nA long day\n\nIto did not speak.\n\nNo end here"
    assert parts(text) == [
        ("title", "Gate opens"),
        ("body", "Abel spoke to the hall."),
        ("subhead", "A long day"),
        ("body", "Ito did not speak."),
        ("body", "No end here"),
    ]


def test_a_first_line_that_ends_like_a_sentence_is_no_title() -> None:
    assert parts("The gate opened.\n\nAbel spoke to the hall.")[0] == ("body", "The gate opened.")


def test_a_first_line_that_ends_like_a_sentence_is_the_title_when_it_is_printed_twice() -> None:
    text = "The gate has opened.\n\nThe gate has opened.\n\nAbel spoke to the hall."
    assert parts(text) == [("title", "The gate has opened."), ("body", "Abel spoke to the hall.")]


def test_a_first_paragraph_cut_off_by_furniture_is_the_standfirst() -> None:
    text = "Gate opens\n\nNorland may enter.\n\nClose\n\nAbel spoke to the hall."
    assert parts(text) == [
        ("title", "Gate opens"),
        ("standfirst", "Norland may enter."),
        ("body", "Abel spoke to the hall."),
    ]


def test_a_first_paragraph_that_comes_back_is_the_standfirst() -> None:
    text = (
        "Gate opens\n\nNorland may enter after all, Abel said.\n\nThe hall was full.\n\n"
        "Norland may enter after all, Abel said!"
    )
    assert parts(text) == [
        ("title", "Gate opens"),
        ("standfirst", "Norland may enter after all, Abel said."),
        ("body", "The hall was full."),
    ]


def test_a_paragraph_broken_at_a_fixed_width_is_one_paragraph() -> None:
    text = "Gate opens\n\nAbel said on Friday in the hall of Norhaven that\nthe gate is open.\nIto left the hall."
    assert parts(text) == [
        ("title", "Gate opens"),
        ("body", "Abel said on Friday in the hall of Norhaven that\nthe gate is open."),
        ("body", "Ito left the hall."),
    ]


def test_each_line_left_out_names_its_reason_and_its_rule() -> None:
    text = (
        "Gate opens\n\nCLOSE\n\n20:01 22.10.2024\n\nClose | Share\n\nHome » World » Norland\n\nGate opens\n\n"
        "Norland may enter after all, Abel said.\n\nNorland may enter after all, Abel say.\n\nThe hall was full."
    )
    assert left_out(text) == [
        ("CLOSE", "furniture", "A button"),
        ("20:01 22.10.2024", "furniture", "A line that is only a date"),
        ("Close | Share", "furniture", "A row of buttons or labels"),
        ("Home » World » Norland", "furniture", "A breadcrumb"),
        ("Gate opens", "repeat", "The same as an earlier line"),
        ("Norland may enter after all, Abel say.", "repeat", "Nearly an earlier line"),
    ]


def test_furniture_matches_a_whole_line_and_never_a_long_one() -> None:
    assert left_out("Gate opens\n\nClose the gate, Ito said.\n\nThe end.") == []
    everything = Furniture([(".*", "Anything")])
    assert [line.reason for line in clean(f"{'x' * 320}\n\n{'y' * 321}", everything).lines] == ["furniture", None]


def test_two_short_lines_that_are_the_same_both_count_unless_they_repeat_the_title() -> None:
    assert left_out("Gate opens\n\nNot so.\n\nThe hall was full.\n\nNot so.") == []
    assert left_out("Gate\n\nThe hall was full.\n\nGate") == [("Gate", "repeat", "The same as an earlier line")]


def test_a_pattern_without_a_note_is_furniture_as_well() -> None:
    lines = clean("Gate opens\n\nBuy now\n\nAbel spoke.", Furniture([("buy now", "")])).lines
    assert [line.reason for line in lines] == [None, "furniture", None]


# --- the tables -------------------------------------------------------------------------------


def test_an_article_becomes_these_rows(read: Read) -> None:
    text = "Gate opens\r\n\r\nClose\r\n\r\nAbel spoke. Ito left.\r\n\r\n22 October 2020\r\n"
    found = read(text, title=True)
    assert found.sentences.rows() == [
        ("a1-s0", "a1", 1, 1, 0, 10, "title", False, 2, "Gate opens"),
        ("a1-s23", "a1", 2, 1, 23, 34, "body", False, 2, "Abel spoke."),
        ("a1-s35", "a1", 2, 2, 35, 44, "body", False, 2, "Ito left."),
    ]
    assert found.removed.rows() == [
        ("a1", 14, 19, "Close", "furniture", "A button or a menu"),
        ("a1", 48, 63, "22 October 2020", "furniture", "A line that is only a date"),
    ]
    article = found.articles.row(0, named=True)
    assert (article["title"], article["words"], str(article["published"]), article["period"]) == (
        "Gate opens",
        6,
        "2020-10-22",
        "2020",
    )
    assert (article["publisher"], article["url"], article["translated"]) == (None, None, None)


def test_a_paragraph_is_an_article_without_a_title(read: Read) -> None:
    found = read("Abel spoke to the hall.", title=True)
    assert found.articles["title"].to_list() == ["(no title) a1"]
    assert found.sentences["part"].to_list() == ["body"]


def test_articles_are_ordered_by_first_possible_day_and_undated_ones_come_last() -> None:
    days = {"article_id": ["a", "b", "c", "d"], "published_from": ["2020-01-02", None, "2019-01-01", "2020-01-02"]}
    frame = pl.DataFrame(days).with_columns(pl.col("published_from").str.to_date())
    assert order_by_date(frame) == ["c", "a", "d", "b"]


# --- what holds for every text ----------------------------------------------------------------

MARKS = 'abT.!?…  \n\r"“”«»‘’–-|»e\u0301\u0308\u200b\ufeff\u00a0\u3000\u2028\u202bשאלا\u200d\U0001f6aa\U0001f469'
CHARACTER = st.sampled_from(MARKS) | st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
WORDS = st.sampled_from(
    ["Close", "Abel spoke.", "Mr. Ito", "22 October 2020", "\r\n\r\n", "\n", "\n\n", "“No.”", " ", "1 min read"]
)
TEXT = st.lists(st.text(CHARACTER, max_size=12) | WORDS, max_size=25).map("".join)


def assert_covered(text: str, rows: list[tuple[int, int, str]]) -> None:
    """Spans give their text, do not overlap, and leave only space between them."""
    position = 0
    for start, end, own in sorted(rows):
        assert position <= start < end <= len(text)
        assert text[start:end] == own
        assert not text[position:start].strip().strip(INVISIBLE).strip(), repr(text[position:start])
        position = end
    assert not text[position:].strip().strip(INVISIBLE).strip(), repr(text[position:])


@given(TEXT)
@example("\u3000\n\nAbel spoke.")
@example("Gate opens\n\nGate opens\r\n\r\nAbel\u0301 spoke.\u2028Ito left.")
def test_sentences_and_removed_lines_cover_every_character_once(tiny: Study, text: str) -> None:
    study = Study(root=tiny.root, settings=tiny.settings, lists=tiny.lists, texts={"a1": text})
    tables = build_corpus(study)
    assert_covered(
        text,
        [
            (row["start"], row["end"], row["text"])
            for name in ("sentences", "removed")
            for row in tables[name].iter_rows(named=True)
        ],
    )
    assert tables["articles"]["words"].to_list() == [tables["sentences"]["words"].sum()]
    order = tables["sentences"].select("paragraph", "sentence").rows()
    assert order == sorted(order)


@given(TEXT)
def test_the_sentences_of_a_paragraph_cover_it(text: str) -> None:
    spans = list(split_sentences(text, 0, len(text), ABBREVIATIONS))
    position = 0
    for start, end in spans:
        assert position <= start < end
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip()


@given(TEXT, TEXT)
def test_where_a_paragraph_stands_does_not_change_its_sentences(before: str, text: str) -> None:
    moved = split_sentences(before + text, len(before), len(before) + len(text), ABBREVIATIONS)
    assert [(start - len(before), end - len(before)) for start, end in moved] == list(
        split_sentences(text, 0, len(text), ABBREVIATIONS)
    )


def test_the_same_articles_give_the_same_tables(tiny: Study) -> None:
    first, second = build_corpus(tiny), build_corpus(tiny)
    for name, frame in first.items():
        assert_frame_equal(frame, second[name])


PAGE = """\
World
Politics
* Storm closes the northern ports
* Ten recipes for cold evenings
Sign in
The Gate Herald
Norland asks the League for a date
By Ann Writer
3 May 2019
Norland has asked the League to name a date for its entry, its government said on Friday in the capital.
"We have waited long enough," Abel said.
What now
The League will answer after the summer, and few in Norland expect the answer to be a clear yes or no.
More from this section
* A bridge for the harbour town
* Storm closes the northern ports
* 1 June 2019 Who pays for the new gate
Contact us
About the Herald
"""


def test_of_a_whole_page_the_article_and_its_headline_count_and_nothing_around_them() -> None:
    assert parts(PAGE) == [
        ("title", "Norland asks the League for a date"),
        (
            "body",
            "Norland has asked the League to name a date for its entry, its government said on Friday in the capital.",
        ),
        ("body", '"We have waited long enough," Abel said.'),
        ("subhead", "What now"),
        (
            "body",
            "The League will answer after the summer, and few in Norland expect the answer to be a clear yes or no.",
        ),
    ]


def test_two_short_lines_at_the_end_are_no_page_around_an_article() -> None:
    text = (
        "Gate opens\n\nNorland has asked the League to name a date for its entry, its government said.\n\nAbel\n\nCain"
    )
    assert [part for _, part in parts(text)][-2:] == ["Abel", "Cain"]


def test_the_day_next_to_the_article_goes_before_the_days_of_its_teasers(tiny_study) -> None:
    study = load_study(tiny_study(articles={"a1": PAGE.replace("Sign in", "2 June 2019")}))
    assert build_corpus(study)["articles"]["published"].to_list() == [date(2019, 5, 3)]


def test_patterns_that_cannot_be_joined_are_tried_alone() -> None:
    furniture = Furniture(
        [("(?i:share)", "a"), ("(one|two) \\1", "b"), ("(?P<x>three)", "c"), ("(four)|five", "d"), ("(?x) s i x", "e")]
    )
    lines = ["SHARE", "one one", "one two", "Three", "four", "five!", "six", "share five"]
    assert [furniture.why(line) for line in lines] == ["a", "b", "", "c", "d", "", "e", ""]


@given(st.text(alphabet="ab. \t", max_size=200), st.integers(0, 400))
def test_what_runs_on_without_an_end_is_cut_and_nothing_is_lost(text: str, blanks: int) -> None:
    whole = f"{text}{' ' * blanks}x{'not ' * 2000}{'y' * 7000}"
    spans = list(split_sentences(whole, 0, len(whole), ABBREVIATIONS))
    assert all(0 < end - start <= 3000 for start, end in spans)
    kept = "".join("".join(whole[start:end].split()) for start, end in spans)
    assert kept == "".join(whole.split())
    assert [span for pair in spans for span in pair] == sorted(span for pair in spans for span in pair)
