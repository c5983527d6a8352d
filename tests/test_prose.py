"""A number that a table has is never typed into the prose of a page: it comes from a variable and stays right.

Number words are plain English ("three analyses", "the two questions"), and constants of the method never vary.
So a page may have number words, and the digits of `CONSTANTS`. It may not have

* a number, in digits or words, in front of something that a table counts ("five articles", "109 sentences"), or
* any other digits: they are a rate, a p-value, a date or a count.

"One" and "two" are free: "two articles" are mostly any two.
"""

import re
from pathlib import Path

import pytest
import yaml

from tests.conftest import REPOSITORY

PAGES = [REPOSITORY / "index.qmd", REPOSITORY / "404.qmd", *sorted((REPOSITORY / "report").glob("*.qmd"))]

CONSTANTS = {"0.05", "0.95", "1", "0", "1,000", "1,000 words", "4.0"}
"""Levels of tests and stability, the ends of a scale, the unit of a rate, the version of a licence."""

WORDS = (
    "three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million dozen half third quarter"
).split()

COUNTED = (
    "article sentence statement mention line word use term idea actor name alias pair speaker holder position period "
    "publisher test comparison shift day year event rule percent"
).split()

DIGITS = r"\d(?:[\d.,]*\d)?"

COUNT = re.compile(
    rf"(?:\b{DIGITS}|\b(?:{'|'.join(WORDS)}))(?:\s+(?:of\s+)?[\w’'-]+){{0,2}}?\s+(?:{'|'.join(COUNTED)})s?\b",
    re.IGNORECASE,
)


def prose(text: str) -> str:
    """Return what a reader reads of a page: no shortcodes, targets of links, ids, raw HTML, code or comments."""
    text = re.sub(r"^```.*?^```|\{\{<.*?>\}\}|`[^`]*`|<!--.*?-->", "…", text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"\]\([^)]*\)|\{#[^}]*\}", "]", text)


def typed_numbers(text: str) -> list[str]:
    """Return the numbers of a page that should come from a table."""
    text = prose(text)
    counts = [found for found in COUNT.findall(text) if found not in CONSTANTS]
    return counts + [found for found in re.findall(DIGITS, text) if found not in CONSTANTS]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_number_of_a_table_is_typed(path: Path) -> None:
    assert typed_numbers(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We read five articles.", ["five articles"]),
        ("Half of the statements", ["Half of the statements"]),
        ("There are 109 sentences.", ["109 sentences", "109"]),
        ("The mean is +0.89, p is 0.23.", ["0.89", "0.23"]),
        ("In March 2022 it fell.", ["2022"]),
        ("There are two scales, because there are two questions.", []),
        ("Uses in 1,000 words; above 0.05 nothing is claimed. From −1 to +1. CC BY 4.0.", []),
        ("We read {{< var corpus.counted >}}, `12` of [them](/5.qmd).", []),
    ],
)
def test_counts_and_figures_are_found_and_constants_are_not(text: str, found: list[str]) -> None:
    assert typed_numbers(text) == found


def test_every_variable_of_the_pages_is_made(built: Path) -> None:
    made = yaml.safe_load((built / "_variables.yml").read_text(encoding="utf-8"))
    for path in PAGES:
        for name in re.findall(r"\{\{<\s*var\s+(\S+)\s*>\}\}", path.read_text(encoding="utf-8")):
            group, _, key = name.partition(".")
            assert isinstance(made.get(group, {}).get(key), str), f"{path.name} asks for {name}"
