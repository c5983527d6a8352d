"""Every statement that takes a position: its panel, its column, its place among its neighbours."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dateline.figures import labels
from dateline.figures.drawing import svg
from dateline.figures.drawing.theme import Look, read_tokens
from dateline.figures.timeline import timeline
from dateline.study.load import Study
from tests.conftest import REPOSITORY
from tests.figures.frames import counts_by_evidence, numbers
from tests.figures.stances import stance_study

BEE = 'The Bee\'s "Buzz"'
LOOK = Look(read_tokens(REPOSITORY))


@pytest.fixture
def gate(tiny_study: Callable[..., Path]) -> Study:
    """Four articles of two publishers, one of them without publisher, and seven statements."""
    return stance_study(tiny_study())


def test_a_row_is_a_statement_on_a_scale_in_the_panel_of_its_side(gate: Study) -> None:
    rows = timeline(gate, gate.load("statements")).rows
    expected = [
        # side, scale, order, value, slot, of, who, voice
        ("Others", "feasibility", 1, 1, 0, 1, "Abel", "direct"),
        ("Others", "support", 1, 1, 0, 2, "Abel", "direct"),
        ("Others", "support", 1, 1, 1, 2, "Norland", "narrated"),
        ("Others", "support", 3, 1, 0, 1, "Abel", "direct"),
        ("The South", "feasibility", 2, -1, 0, 1, "Ito", "indirect"),
        ("The South", "support", 2, -1, 0, 1, "Ito", "indirect"),
        ("The South", "support", 4, 0, 0, 1, "Sudland", "direct"),
    ]
    columns = ["side", "scale", "order", "value", "slot", "of", "who", "voice"]
    assert_frame_equal(rows.select(columns), pl.DataFrame(expected, schema=columns, orient="row"), check_dtypes=False)
    assert rows["mark"][0] == "timeline--feasibility--a1-1"
    assert rows["href"][0] == "/report/articles/a1.qmd#a1-1"
    assert rows["heading"][4] == "Ito, Feb 2019, feasibility -1, indirect, conditional"


def test_the_title_counts_values_and_the_description_repeats_them_by_side(gate: Study) -> None:
    figure = timeline(gate, gate.load("statements"))
    assert figure.title == (
        "5 statements take a position: support 3 for, 1 balanced, 1 against; feasibility 1 yes, 0 open, 1 no"
    )
    assert figure.alt == [
        "One mark a statement, by side and scale, over the articles in the order of their dates.",
        "Others, feasibility: +1: 1.",
        "Others, support: +1: 3.",
        "The South, feasibility: -1: 1.",
        "The South, support: +0: 1, -1: 1.",
    ]


def test_columns_can_be_publishers_or_periods(gate: Study) -> None:
    by_publisher = timeline(gate, gate.load("statements"), by="publisher")
    found = by_publisher.rows.select("side", "scale", "label", "value", "statement_id").rows()
    assert found == [
        ("Others", "feasibility", "Herald", 1, "a1-1"),
        ("Others", "support", "Herald", 1, "a1-1"),
        ("Others", "support", "Herald", 1, "a1-3"),
        ("Others", "support", "Herald", 1, "a3-1"),
        ("The South", "feasibility", BEE, -1, "a2-1"),
        ("The South", "support", BEE, -1, "a2-1"),
    ]
    assert by_publisher.note.endswith("Left out: one statement in articles without a publisher.")
    assert by_publisher.alt[0] == "One mark a statement, by side and scale, in one column a publisher."
    assert by_publisher.table.columns[:4] == ["Holder", "Side", "Publisher", "Published"]
    drawing = ET.tostring(svg.draw(by_publisher.chart_for(LOOK)), encoding="unicode")
    assert BEE in drawing
    by_period = timeline(gate, gate.load("statements"), by="period").rows
    assert by_period["unit"].to_list() == ["2019", "2019", "2019", "2020", "2019", "2019", "2020"]


@pytest.mark.parametrize("by", ["article", "period", "publisher", "all"])
def test_each_mark_counts_its_evidence_and_both_drawings_have_all_marks(gate: Study, by: str) -> None:
    figure = timeline(gate, gate.load("statements"), by=by)
    entries = counts_by_evidence(figure)
    assert numbers(figure) == entries
    for wide in (True, False):
        spec = figure.chart_for(Look(LOOK.tokens, wide=wide)).to_dict()
        drawn = [row["mark"] for data in spec["datasets"].values() for row in data]
        assert sorted(drawn) == sorted(entries)


def test_marks_of_one_spot_never_share_a_place(gate: Study) -> None:
    many = pl.concat(
        gate.load("statements").filter(statement_id="a1-1").with_columns(statement_id=pl.lit(f"a1-x{n}"))
        for n in range(70)
    )
    figure = timeline(gate, many, by="all")
    for wide in (True, False):
        spec = figure.chart_for(Look(LOOK.tokens, wide=wide)).to_dict()
        places = [
            (row["scale"], round(row["x"], 6), round(row["y"], 6)) for data in spec["datasets"].values() for row in data
        ]
        assert len(set(places)) == len(places) == 140
        # Blocks of neighbouring values do not meet.
        assert all(0.5 < y < 1.5 for _, _, y in places)


def test_a_large_study_draws_some_articles_and_counts_all(gate: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels, "MOST_DRAWN", 2)
    figure = timeline(gate, gate.load("statements"))
    assert figure.rows["article_id"].unique().sort().to_list() == ["a1", "a3"]
    assert figure.title.startswith("5 statements")
    assert figure.subtitle.endswith("Drawn are 2 of 4 articles, evenly spread over their order; the tables have all.")


def test_without_a_position_the_figure_says_so(gate: Study) -> None:
    silent = gate.load("statements").with_columns(on_target=pl.lit(False))
    figure = timeline(gate, silent)
    assert figure.title == "No statement takes a position that the program can read"
    assert figure.rows.is_empty()
    assert figure.evidence.is_empty()
    figure.chart_for(LOOK).to_dict()
    last = gate.load("statements").filter(article_id="a4")
    assert timeline(gate, last, by="publisher").title == (
        "No article that has a publisher has a statement that takes a position"
    )


def test_a_wrong_unit_is_refused(gate: Study) -> None:
    with pytest.raises(ValueError, match=r"by must be .*'publisher'.* got 'outlet'"):
        timeline(gate, gate.load("statements"), by="outlet")
