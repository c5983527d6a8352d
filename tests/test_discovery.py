"""Names that the ledger does not cover are listed with what a person needs to decide."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
from typer.testing import CliRunner

from dateline.actors.discovery import find_names
from dateline.actors.ledger import compile_ledger
from dateline.actors.mentions import find_mentions
from dateline.cli.console import app
from dateline.corpus.articles import build_corpus
from dateline.study.load import load_study

TEXT = """Norland waits

Speaking in Norhaven, Maria Dahl met Abell twice. The mayor, Abell said, waits for Maria Dahl.

Speaking again, Ito named the OSN. Rain fell. Abel and Abell left Norhaven.
"""


def names(root: Path) -> pl.DataFrame:
    study = load_study(root)
    corpus = build_corpus(study)
    sentences, ledger = corpus["sentences"], compile_ledger(study.lists, corpus["articles"])
    mentions = find_mentions(sentences, study.texts, ledger)
    return find_names(sentences, mentions, ledger, study.lists)


def test_names_are_ranked_and_known_ones_left_out(tiny_study: Callable[..., Path]) -> None:
    found = names(tiny_study({"n1": TEXT}))
    assert found.select("name", "mentions", "articles", "kind", "suggestion").rows() == [
        ("Abell", 3, 1, "state", "abel"),
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
    done = CliRunner().invoke(
        app, ["actors", "--root", str(tiny_study({"n1": TEXT})), "--rows", "--least", "2"]
    )
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "abel,Abel,person,Abell,name,,",
        "maria-dahl,Maria Dahl,person,Maria Dahl,name,,",
    ]
