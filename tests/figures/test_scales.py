"""The mean of one holder on two scales: its rows, its sentence, its words, in time and between publishers."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dateline.errors import DatelineError
from dateline.figures import labels
from dateline.figures.drawing.theme import Look, read_tokens
from dateline.figures.labels import UNDATED
from dateline.figures.scales import leading_holder, means_told, scale_sentence, scales, turning_words
from dateline.study.load import Study
from tests.conftest import REPOSITORY
from tests.figures.frames import counts_by_evidence, numbers
from tests.figures.stances import stance_study

LOOK = Look(read_tokens(REPOSITORY))


@pytest.fixture
def gate(tiny_study: Callable[..., Path]) -> Study:
    """Four articles of two publishers, one of them without publisher, and seven statements."""
    return stance_study(tiny_study())


def means(*values: tuple[int, float, str], kind: str = "article", in_time: bool = True) -> pl.DataFrame:
    """Return rows of one scale: order, mean, label."""
    frame = pl.DataFrame(values, schema=["order", "mean", "label"], orient="row")
    return frame.with_columns(
        scale=pl.lit("support"),
        unit_kind=pl.lit(kind),
        short="label",
        in_time=pl.lit(in_time) & (pl.col("label") != UNDATED),
    )


def test_the_rows_are_the_means_of_the_leading_group_article_by_article(gate: Study) -> None:
    rows = scales(gate, gate.load("positions")).rows
    expected = [
        ("south", "feasibility", "a2", 2, "5 February 2019", True, -1.0, 1, "Feasibility, 5 February 2019: 1"),
        ("south", "support", "a2", 2, "5 February 2019", True, -1.0, 1, "Support, 5 February 2019: 1"),
        ("south", "support", "a4", 4, "5 April 2020", True, 0.0, 1, "Support, 5 April 2020: 1"),
    ]
    columns = ["holder", "scale", "unit", "order", "label", "in_time", "mean", "count", "heading"]
    assert_frame_equal(rows.select(columns), pl.DataFrame(expected, schema=columns, orient="row"), check_dtypes=False)
    assert rows["mark"][0] == "scales--south--feasibility--a2"
    assert rows["href"][0] == "/report/evidence/scales.qmd#scales--south--feasibility--a2"


def test_title_and_description_follow_the_unit(gate: Study) -> None:
    positions = gate.load("positions")
    figure = scales(gate, positions)
    assert figure.title == (
        "The South: support goes from −1.00 (Feb 2019) to 0.00 (Apr 2020); feasibility −1.00 (Feb 2019)"
    )
    assert figure.alt[:3] == [
        "Two lines from −1 to +1, one a scale, over two articles; the number in a mark is its statements.",
        "Support: Feb 2019 −1.00 (1); Apr 2020 0.00 (1).",
        "Feasibility: Feb 2019 −1.00 (1).",
    ]
    between = scales(gate, positions, holder="abel", by="publisher", name="abel")
    assert between.title == "Abel: support +1.00 (Herald); feasibility +1.00 (Herald)"
    assert between.alt[0].startswith("Marks from −1 to +1, one a scale, in one publisher;")
    assert "a publisher at a time" in between.subtitle
    assert between.table.columns == ["Scale", "Publisher", "Statements", "Mean", "From", "To"]
    assert between.rows["mark"].to_list() == ["abel--abel--feasibility--Herald", "abel--abel--support--Herald"]


@pytest.mark.parametrize("by", ["article", "period", "publisher", "all"])
@pytest.mark.parametrize("holder", ["south", "abel"])
def test_each_mark_counts_its_evidence_in_the_drawings_too(gate: Study, by: str, holder: str) -> None:
    figure = scales(gate, gate.load("positions"), by=by, holder=holder)
    entries = counts_by_evidence(figure)
    assert entries
    assert numbers(figure) == entries
    for wide in (True, False):
        spec = figure.chart_for(Look(LOOK.tokens, wide=wide)).to_dict()
        drawn = {row["mark"] for data in spec["datasets"].values() for row in data if "mark" in row}
        assert drawn == set(entries)
        lines = [layer for layer in spec["layer"] if layer["mark"]["type"] == "line"]
        assert bool(lines) == (by in ("article", "period"))


def test_publishers_are_compared_and_go_nowhere() -> None:
    rows = means((1, 1.0, "Bee"), (2, -1.0, "Herald"), kind="publisher", in_time=False)
    assert scale_sentence(rows, "support") == "support is between −1.00 (Herald) and +1.00 (Bee)"
    same = means((1, 1.0, "Bee"), (2, 1.0, "Herald"), kind="publisher", in_time=False)
    assert scale_sentence(same, "support") == "support is +1.00 in two publishers"
    assert scale_sentence(rows, "feasibility") == "feasibility not observed"


def test_nothing_goes_anywhere_in_an_article_without_a_day() -> None:
    rows = means((1, 1.0, "May 2020"), (2, -1.0, UNDATED))
    assert scale_sentence(rows, "support") == "support lies between −1.00 and +1.00"
    known = means((1, 1.0, "May 2020"), (2, -1.0, "June 2020"))
    assert scale_sentence(known, "support") == "support goes from +1.00 (May 2020) to −1.00 (June 2020)"


def test_a_swing_between_others_is_no_change() -> None:
    rows = means((1, 0.5, "Jan"), (2, -1.0, "Feb"), (3, 0.0, "Mar"), (4, 1.0, "Apr"), (5, 0.2, "May"))
    assert scale_sentence(rows, "support") == "support lies between −1.00 and +1.00"
    assert scale_sentence(rows.head(4), "support") == "support goes from −1.00 (Feb) to +1.00 (Apr)"
    assert scale_sentence(means((1, 1.0, "Jan"), (2, 0.8, "Feb")), "support") == (
        "support stays between +0.80 and +1.00"
    )


def test_the_words_beside_the_lowest_mark_are_the_holder_s_and_never_denied_ones(gate: Study) -> None:
    positions = gate.load("positions")
    figure = scales(gate, positions)
    low = turning_words(gate, figure.rows, figure.evidence)
    # Both means of the second article are -1; feasibility comes first, and "never" decided it.
    assert low.rows() == [(2, "feasibility", -1.0, "“never”")]
    support = figure.rows.filter(scale="support")
    # He is not in favour: the words alone would say the opposite of what was meant.
    assert turning_words(gate, support, figure.evidence).is_empty()
    other = scales(gate, positions, holder="abel")
    assert turning_words(gate, other.rows, other.evidence).is_empty()


def test_two_runs_of_words_that_decide_together_are_not_quoted_alone(gate: Study) -> None:
    reasons = gate.load("reasons")
    more = reasons.filter(statement_id="a2-1", about="feasibility").with_columns(
        start=pl.lit(99, pl.Int64), text=pl.lit("at no time")
    )
    gate.save(reasons=pl.concat([reasons, more]))
    figure = scales(gate, gate.load("positions"))
    assert turning_words(gate, figure.rows, figure.evidence).is_empty()


def test_the_leading_holder_is_a_group_where_groups_speak(gate: Study) -> None:
    values = pl.DataFrame({"holder": ["abel", "abel", "abel", "south"]})
    assert leading_holder(gate, values) == "south"
    assert leading_holder(gate, values.head(3)) == "abel"
    assert leading_holder(gate, values.clear()) is None


def test_a_sentence_rests_on_periods_where_not_every_article_is_drawn(
    gate: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labels, "MOST_DRAWN", 2)
    positions = gate.load("positions")
    assert means_told(gate, positions)["unit_kind"].unique().to_list() == ["period"]
    figure = scales(gate, positions)
    # The two articles that are drawn have no statement of the South; the sentence knows of the others.
    assert figure.rows.is_empty()
    assert figure.title == "The South: support goes from −1.00 (2019) to 0.00 (2020); feasibility −1.00 (2019)"
    figure.chart_for(LOOK).to_dict()
    without = means_told(gate, positions.filter(pl.col("unit_kind") != "period"))
    assert without["unit"].unique().to_list() == ["all"]


def test_without_a_position_the_figure_says_so(gate: Study) -> None:
    positions = gate.load("positions")
    silent = scales(gate, positions, holder="estmark")
    assert silent.title == "No statement of Estmark takes a position that the program can read"
    assert silent.rows.is_empty()
    silent.chart_for(LOOK).to_dict()
    nowhere = scales(gate, positions, holder="sudland", by="publisher")
    assert nowhere.title == "No article that has a publisher has a statement of Sudland that takes a position"
    gate.save(statements=gate.load("statements").with_columns(on_target=pl.lit(False)))
    assert scales(gate, positions.clear()).title == "No statement takes a position that the program can read"


def test_a_wrong_unit_or_holder_is_refused_with_what_there_is(gate: Study) -> None:
    with pytest.raises(ValueError, match=r"by must be .*'publisher'.* got 'outlet'"):
        scales(gate, gate.load("positions"), by="outlet")
    with pytest.raises(DatelineError, match=r"'kyiv'.*south.*give one of these as holder"):
        scales(gate, gate.load("positions"), holder="kyiv")
