"""Names that the ledger does not cover are listed with what a person needs to decide."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from dateline.actors.discovery import countries, find_names, guess_kind
from dateline.actors.ledger import compile_ledger
from dateline.actors.mentions import find_mentions
from dateline.cli.console import app
from dateline.corpus.articles import build_corpus
from dateline.study.lists import SLUG, slug
from dateline.study.load import load_study

TEXT = """Norland waits

Speaking in Norhaven, Maria Dahl met Abell twice. The mayor, Abell said, waits for Maria Dahl.

Speaking again, Ito named the OSN. Rain fell. Abel and Abell left Norhaven.
"""


def names(root: Path) -> pl.DataFrame:
    study = load_study(root)
    corpus = build_corpus(study)
    sentences, ledger = corpus["sentences"], compile_ledger(study.lists, corpus["articles"])
    mentions = find_mentions(study, sentences, corpus["articles"], ledger=ledger)
    return find_names(sentences, mentions, ledger, study.lists)


def test_names_are_ranked_and_known_ones_left_out(tiny_study: Callable[..., Path]) -> None:
    found = names(tiny_study({"n1": TEXT}))
    assert found.select("name", "mentions", "articles", "kind", "suggestion").rows() == [
        ("Abell", 3, 1, "organisation", "abel"),
        ("Maria Dahl", 2, 1, "person", None),
        ("OSN", 1, 1, "organisation", None),
    ]
    assert found["context"][2] == "Speaking again, Ito named the [OSN] ."


def test_a_row_can_be_pasted_into_the_ledger(tiny_study: Callable[..., Path]) -> None:
    root = tiny_study({"n1": TEXT})
    ledger = root / "data/actors.csv"
    lines = [*ledger.read_text(encoding="utf-8").splitlines(), *names(root)["row"]]
    ledger.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert names(root).is_empty()
    assert load_study(root).labels["maria-dahl"] == "Maria Dahl"


def test_the_command_prints_rows(tiny_study: Callable[..., Path]) -> None:
    done = CliRunner().invoke(app, ["actors", "--root", str(tiny_study({"n1": TEXT})), "--rows", "--least", "2"])
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "abel,Abel,person,Abell,name,,",
        "maria-dahl,Maria Dahl,person,Maria Dahl,name,,",
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Maria Dahl", "maria-dahl"), ("Zoë & Äbel Ltd.", "zoe-abel-ltd"), ("Київ", "kiiv"), ("…", "name-me")],
)
def test_a_name_becomes_an_id(name: str, expected: str) -> None:
    assert slug(name) == expected
    assert name == "…" or SLUG.fullmatch(slug(name))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("France", "state"),
        ("Maria Dahl", "person"),
        ("Bank of Norland", "organisation"),
        ("OSN", "organisation"),
        ("New Norhaven", "organisation"),
        ("Abell", "organisation"),
    ],
)
def test_the_kind_of_a_name_is_guessed(name: str, kind: str) -> None:
    assert guess_kind(name, countries("en")) == kind


def test_countries_are_known_in_the_language_of_the_articles() -> None:
    assert "Deutschland" in countries("de")
    assert countries("xx") == frozenset()
