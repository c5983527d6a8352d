"""No figure is typed into the report's prose: a number on a page comes from a table."""

import re
from pathlib import Path

import pytest
import yaml

from tests.conftest import REPOSITORY

PAGES = [REPOSITORY / "index.qmd", REPOSITORY / "404.qmd", *sorted((REPOSITORY / "report").glob("*.qmd"))]
COUNTS = (
    "zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred million dozen dozens half third quarter twice "
    "thrice percent"
).split()


def prose(path: Path) -> str:
    """What a reader reads of a page: no shortcodes, links' targets, code or comments."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"\{\{<.*?>\}\}|`[^`]*`|<!--.*?-->", " ", text, flags=re.DOTALL)
    return re.sub(r"\]\([^)]*\)|\{#[^}]*\}", "]", text)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_digit_and_no_number_word_is_typed(path: Path) -> None:
    found = re.findall(rf"\d+|\b(?:{'|'.join(COUNTS)})\b", prose(path), re.IGNORECASE)
    assert found == []


def test_the_check_can_fail(tmp_path: Path) -> None:
    page = tmp_path / "page.qmd"
    page.write_text("We read five articles, 12 of them {{< var corpus.articles >}} times.", encoding="utf-8")
    assert re.findall(rf"\d+|\b(?:{'|'.join(COUNTS)})\b", prose(page), re.IGNORECASE) == ["five", "12"]


def test_every_variable_of_the_pages_is_made(built: Path) -> None:
    made = yaml.safe_load((built / "_variables.yml").read_text(encoding="utf-8"))
    for path in PAGES:
        for name in re.findall(r"\{\{<\s*var\s+(\S+)\s*>\}\}", path.read_text(encoding="utf-8")):
            group, _, key = name.partition(".")
            assert isinstance(made.get(group, {}).get(key), str), f"{path.name} asks for {name}"
