"""What rules phrases out before they are searched for must rule out none that stands there."""

import re

import polars as pl
from hypothesis import example, given
from hypothesis import strategies as st

from dateline.study.phrases import Index, any_of, compile_phrase, first_of

WORDS = st.sampled_from(
    ["door", "doors", "open", "re-open", "not", "isn’t", "isn't", "can't", "No", "shut", "the", "Ünder", "a"]
)
MARKS = st.sampled_from([" ", "  ", ", ", ". ", " – ", "\n", "-", "’s "])
TEXTS = st.lists(st.tuples(WORDS, MARKS), max_size=14).map(lambda parts: "".join(map("".join, parts)))
PHRASES = [
    "door*",
    "door* ... open",
    "shut|lock* door",
    "not|*n't|never open",
    "n't",
    "no",
    "re-open",
    "the|a door",
    "is* not",
    "under*",
    "ünder",
    "open|shut the|a door|doors",
    "not open the door*",
    "the door ... re-open",
    "can't shut",
    "re*-open door",
]


@given(TEXTS)
@example("the door – re-open door")
@example("can't  shut not open the doors")
def test_no_phrase_that_stands_in_a_text_is_ruled_out(text: str) -> None:
    possible = dict(Index(PHRASES).possible(pl.Series([text]))).get(0, [])
    standing = [number for number, phrase in enumerate(PHRASES) if compile_phrase(phrase).search(text)]
    assert set(standing) <= set(possible)


def plainly(phrase: str) -> re.Pattern[str]:
    """A phrase without gaps, written out: its words one after another, beginning and ending where words do."""
    words = [
        "|".join(re.escape(part).replace("'", "['’]").replace(r"\*", r"[\w’'-]*") for part in either.split("|"))
        for either in phrase.split()
    ]
    whole = r"\s+".join(f"(?:{word})" for word in words)
    end = "" if phrase.endswith("*") else r"(?!\w)"
    return re.compile(rf"(?<!\w){whole}{end}", re.IGNORECASE)


@given(TEXTS, st.sampled_from([phrase for phrase in PHRASES if "..." not in phrase and "n't" not in phrase]))
@example("indoors reopen", "door*")
@example("Ündoor Doors", "door*")
def test_a_phrase_matches_what_its_words_match_one_after_another(text: str, phrase: str) -> None:
    found = [match.span() for match in compile_phrase(phrase).finditer(text)]
    assert found == [match.span() for match in plainly(phrase).finditer(text)]


def test_most_phrases_are_ruled_out() -> None:
    texts = ["The doors are open.", "Nothing.", "They isn’t open, never locked a door"]
    assert list(Index(PHRASES).possible(pl.Series(texts))) == [
        (0, [0, 1, 3, 4, 11]),
        (1, [4]),
        (2, [0, 1, 2, 3, 4, 7, 11]),
    ]
    named = Index(
        ["{it} open", "{object}’s door", "open the door", "opened the"], {"{object}": ["Sud-Land", "the Isle"]}
    )
    told = pl.Series(["The Sud-Land’s door", "the isles, door", "open a, the door", "open the  door"])
    assert list(named.possible(told)) == [(0, [1]), (1, [1]), (2, [0]), (3, [0, 2])]
    assert list(Index(["door*", "shut"]).possible(pl.Series(texts))) == [(0, [0]), (2, [0])]
    assert list(Index([]).possible(pl.Series(texts))) == []


@given(TEXTS, st.lists(st.sampled_from(PHRASES), min_size=1, unique=True))
def test_first_of_finds_what_trying_each_in_turn_finds(text: str, phrases: list[str]) -> None:
    plain = re.compile("|".join(f"(?:{compile_phrase(phrase).pattern})" for phrase in phrases), re.IGNORECASE)
    assert [match.span() for match in first_of(phrases).finditer(text)] == [
        match.span() for match in plain.finditer(text)
    ]


@given(TEXTS, st.lists(st.sampled_from(["door", "doors", "do", "open", "not open", "the door", "a"]), unique=True))
def test_any_of_is_the_longest_that_fits(text: str, words: list[str]) -> None:
    ordered = sorted(words, key=lambda word: (-len(word), word))
    plain = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in ordered) or r"(?!)"
    for bound in (r"", r"(?!\w)"):
        assert [match.span() for match in re.finditer(f"(?:{any_of(words)}){bound}", text)] == [
            match.span() for match in re.finditer(f"(?:{plain}){bound}", text)
        ]
