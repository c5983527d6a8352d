"""Publishers beside each other: what the fragments print, and that they are empty without two publishers."""

import re
from pathlib import Path

import polars as pl
import pytest

from dateline.site import publishers
from dateline.study.load import Study, load_study
from dateline.tables import SCHEMAS, empty
from tests.conftest import write_study
from tests.figures.frames import filled

Tables = dict[str, pl.DataFrame]


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return load_study(write_study(tmp_path))


def articles(*names: str | None) -> pl.DataFrame:
    return filled(
        "articles", [{"article_id": f"a{at}", "publisher": name, "words": 10} for at, name in enumerate(names)]
    )


def world(*names: str | None) -> Tables:
    """Return tables of one article for each publisher, in which Abel and Norland share sentences."""
    mean = {"holder": "abel", "scale": "support", "unit_kind": "publisher", "low": None, "high": None}
    pair = {"actor_a": "abel", "actor_b": "norland", "window": "sentence", "p": 0.5}
    key = {"term": "gate", "kind": "word", "unit_kind": "publisher", "log_odds": 1.0, "z": 2.0,
           "log_ratio": 1.0, "g2": 3.0, "dispersion": 0.5, "count": 4, "per_1000": 8.0, "per_1000_against": 2.0}  # fmt: skip
    known = sorted({name for name in names if name})
    return {name: empty(name) for name in SCHEMAS} | {
        "articles": articles(*names),
        "sentences": filled(
            "sentences",
            [{"sentence_id": f"a{at}-{n}", "article_id": f"a{at}"} for at in range(len(names)) for n in range(4)],
        ),
        "keyness": filled("keyness", [{**key, "unit": name, "verdict": "not shown"} for name in known]),
        "positions": filled(
            "positions", [{**mean, "unit": name, "statements": 2, "mean": 1.0 - at} for at, name in enumerate(known)]
        ),
        "co_mentions": filled(
            "co_mentions",
            [
                {**pair, "unit_kind": "all", "unit": "all", "together": 3, "verdict": "not shown"},
                {**pair, "unit_kind": "publisher", "unit": "Echo", "together": 3, "verdict": "suggestive"},
                {**pair, "unit_kind": "publisher", "unit": "Herald", "together": 0, "verdict": "not testable"},
            ],
        ),
        "shifts": filled(
            "shifts",
            [
                {"holder": "abel", "scale": "support", "unit_kind": "publisher", "unit_from": "Echo",
                 "unit_to": "Herald", "difference": -1.0, "p": 0.25, "q": 0.5, "floor": 0.01, "verdict": "not shown"},
                {"holder": "ito", "scale": "support", "unit_kind": "publisher", "unit_from": "Echo",
                 "unit_to": "Herald", "difference": 0.0, "p": 1.0, "q": 1.0, "floor": 1.0, "verdict": "not testable"},
            ],
        ),
    }  # fmt: skip


def cells(fragment: str) -> list[list[str]]:
    """Return the rows of the tables in a fragment, heads included."""
    return [
        [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", fragment, re.DOTALL)
    ]


@pytest.mark.parametrize("names", [(), (None, None), ("Echo", "Echo", None)])
@pytest.mark.parametrize("write", [publishers.keyness, publishers.pairs, publishers.positions])
def test_without_two_publishers_there_is_no_text(study: Study, names: tuple, write) -> None:
    assert write(study, world(*names)) == ""


@pytest.mark.parametrize("write", [publishers.keyness, publishers.pairs, publishers.positions])
def test_where_nothing_is_known_of_them_there_is_no_text(study: Study, write) -> None:
    tables = {name: empty(name) for name in SCHEMAS} | {"articles": articles("Echo", "Herald")}
    assert write(study, tables) == ""


def test_terms_of_each_publisher(study: Study) -> None:
    found = publishers.keyness(study, world("Herald", "Echo"))
    assert found.startswith("## What sets each publisher apart\n\n")
    assert cells(found) == [
        ["Publisher", "Term", "Uses", "In 1,000 words", "Elsewhere", "z of log-odds", "Log ratio", "G2", "Dispersion", "Verdict"],
        ["Echo", "gate", "4", "8", "2", "2", "1", "3", "0.5", "not shown"],
        ["Herald", "gate", "4", "8", "2", "2", "1", "3", "0.5", "not shown"],
    ]  # fmt: skip


def test_a_share_is_of_the_sentences_of_the_publisher(study: Study) -> None:
    found = publishers.pairs(study, world("Echo", "Herald", "Echo"))
    assert cells(found) == [
        ["One", "Other", "Sentences", "Echo", "Herald"],
        ["Abel", "Norland", "3", "37.5 (3) *", "0"],
    ]


def test_positions_of_each_publisher_and_what_a_test_can_see(study: Study) -> None:
    found = publishers.positions(study, world("Echo", "Herald"))
    assert cells(found) == [
        ["Holder", "Scale", "Statements", "Echo", "Herald"],
        ["Abel", "support", "4", "+1.00 (2)", "0.00 (2)"],
        ["Holder", "Scale", "One", "Other", "Difference", "p", "q", "Verdict"],
        ["Abel", "support", "Echo", "Herald", "−1", "0.25", "0.5", "not shown"],
    ]
    assert "Of 2 differences between two publishers, 1 is *not shown* and 1 is *not testable*." in found


def test_of_many_publishers_those_with_most_articles_are_shown(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishers, "MOST_PUBLISHERS", 2)
    found = publishers.keyness(study, world("Ant", "Bee", "Cat", "Cat", "Bee"))
    assert [row[0] for row in cells(found)[1:]] == ["Bee", "Cat"]
    assert "Shown are the 2 publishers with most articles of 3; the tables have all." in found


def test_a_publisher_may_be_called_like_a_column(study: Study) -> None:
    found = publishers.positions(study, world("Holder", "Echo"))
    assert cells(found)[0] == ["Holder", "Scale", "Statements", "Echo", "Holder (publisher)"]
