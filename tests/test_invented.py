"""Invented sentences that try every rule and every trap: what the program reaches on them is pinned.

The figures are measurements and no goals; the README quotes those of the unread half. The even-numbered sentences
were never looked at while rules and lists were written.
"""

import csv
import re
from pathlib import Path

import polars as pl
import pytest

from dateline.actors.mentions import find_mentions
from dateline.corpus.articles import build_corpus
from dateline.statements.reader import find_statements
from dateline.study.load import Study

ROWS = list(csv.DictReader((Path(__file__).parent / "invented" / "sentences.csv").open(encoding="utf-8", newline="")))
NOBODY = "?"
"""A source that is no listed actor, or that cannot be told."""

Coded = dict[tuple[str, str], dict]


def _number(identifier: str) -> str:
    return re.match(r"s\d+", identifier)[0]


@pytest.fixture(scope="module")
def codes(tiny: Study) -> tuple[Coded, Coded]:
    """`(sentence, holder)` -> the codes given by reading, and those of the program."""
    gold: Coded = {}
    texts: dict[str, str] = {}
    for row in ROWS:
        number = _number(row["id"])
        texts[number] = f"A day of talks\n\n{row['text']}"
        if row["voice"] != "none":
            values = {scale: int(row[scale]) if row[scale] else None for scale in ("support", "feasibility")}
            gold.setdefault((number, row["holder"] or NOBODY), {**values, "on_target": row["on_target"] == "true"})
    template = tiny.lists["sources"].row(0, named=True)
    sources = [{**template, "file": f"{number}.txt", "sha256": ""} for number in texts]
    lists = {**tiny.lists, "sources": pl.DataFrame(sources, schema=tiny.lists["sources"].schema)}
    study = Study(tiny.root, tiny.settings, lists, texts)
    tables = build_corpus(study)
    sentences = tables["sentences"]
    mentions = find_mentions(study, sentences, tables["articles"])
    coded, _ = find_statements(study, sentences, mentions)
    found: Coded = {}
    for row in coded.iter_rows(named=True):
        found.setdefault((row["article_id"], row["holder"] or NOBODY), row)
    return gold, found


def _part(codes: Coded, odd: bool) -> Coded:
    return {key: row for key, row in codes.items() if int(key[0][1:]) % 2 == odd}


def _f1(gold: set, found: set) -> float:
    return 2 * len(gold & found) / (len(gold) + len(found))


def test_there_are_enough_of_them_and_every_trap_has_some() -> None:
    assert len({_number(row["id"]) for row in ROWS}) == 434
    traps = [row["trap"] for row in ROWS]
    assert min(traps.count(trap) for trap in set(traps)) >= 6


HALVES = pytest.mark.parametrize("odd", [True, False], ids=["read", "unread"])


@HALVES
def test_the_right_holder(codes: tuple[Coded, Coded], odd: bool) -> None:
    gold, found = (_part(side, odd) for side in codes)
    assert round(_f1(set(gold), set(found)), 2) == {True: 0.83, False: 0.86}[odd]


@HALVES
def test_on_target(codes: tuple[Coded, Coded], odd: bool) -> None:
    gold, found = ({key for key, row in _part(side, odd).items() if row["on_target"]} for side in codes)
    assert round(_f1(gold, found), 2) == {True: 0.78, False: 0.79}[odd]


@pytest.mark.parametrize(
    ("scale", "odd", "right", "given"),
    [
        ("support", True, 40, 58),
        ("support", False, 27, 44),
        ("feasibility", True, 28, 30),
        ("feasibility", False, 5, 10),
    ],
)
def test_how_often_a_value_that_is_given_is_right(
    codes: tuple[Coded, Coded], scale: str, odd: bool, right: int, given: int
) -> None:
    gold, found = (_part(side, odd) for side in codes)
    values = {key: row[scale] for key, row in found.items() if row["on_target"] and row[scale] is not None}
    same = [key for key, value in values.items() if key in gold and gold[key][scale] == value]
    assert (len(same), len(values)) == (right, given)
