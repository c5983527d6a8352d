from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dateline.figures.drawing import svg
from dateline.figures.drawing.theme import Look, read_tokens
from dateline.figures.ideas import _median_line, ideas, leading_idea, trend
from dateline.study.load import Study, load_study
from dateline.tables import empty
from dateline.terms.keyness import keyness
from dateline.terms.rates import term_rates
from dateline.terms.trends import trends
from tests.conftest import REPOSITORY
from tests.figures.frames import counts_by_evidence, filled, numbers

TERMS = """\
group,label,phrase,note
gate,the gate,gate,
wall,wall of NATO,wall,
moat,the moat,moat,
"""
ARTICLES = [
    ("a1", date(2020, 6, 1), date(2020, 6, 1), "2020", "The Ant's", 50),
    ("a2", date(2019, 5, 1), date(2019, 5, 1), "2019", "Bee", 100),
    ("a3", None, None, None, None, 100),
    ("a4", date(2020, 2, 1), date(2020, 2, 9), "2020", "The Ant's", 200),
]
USES = {"#gate": {"a1": 2, "a2": 1, "a4": 2}, "#wall": {"a3": 2, "a4": 1}, "gate": {"a1": 2}}


@pytest.fixture
def world(tiny_study: Callable[..., Path]) -> Study:
    """Four articles, one of them without a day; two ideas that they use and one that they do not."""
    root = tiny_study()
    (root / "data/terms.csv").write_text(TERMS)
    study = load_study(root)
    columns = ("article_id", "published_from", "published_to", "period", "publisher", "words")
    articles = filled("articles", [dict(zip(columns, row, strict=True)) for row in ARTICLES])
    uses = [
        {
            "occurrence_id": f"{article}-{term}-{at}",
            "term": term,
            "kind": "group" if term[0] == "#" else "word",
            "article_id": article,
        }
        for term, found in USES.items()
        for article, count in found.items()
        for at in range(count)
    ]
    occurrences = filled("occurrences", uses)
    study.save(
        articles=articles,
        occurrences=occurrences,
        keyness=keyness(occurrences, articles),
        trends=trends(occurrences, articles),
    )
    return study


@pytest.fixture
def rates(world: Study) -> pl.DataFrame:
    articles, occurrences = world.load("articles", "occurrences")
    return term_rates(occurrences, articles)


def drawings(study: Study, figure: object) -> list[str]:
    """Both drawings of a figure, as text."""
    tokens = read_tokens(REPOSITORY)
    return [
        svg.inline(svg.draw(figure.chart_for(Look(tokens, wide=wide))), tokens, ids="x", label={})
        for wide in (True, False)
    ]


def test_a_panel_has_a_mark_for_each_article_oldest_first(world: Study, rates: pl.DataFrame) -> None:
    figure = ideas(world, rates)
    expected = pl.DataFrame(
        [
            ("#gate", "the gate", 1, "a2", 1, "1 May 2019", "May 2019", 1, 100, 10.0, "ideas--gate--a2"),
            ("#gate", "the gate", 1, "a4", 2, "1–9 February 2020", "Feb 2020", 2, 200, 10.0, "ideas--gate--a4"),
            ("#gate", "the gate", 1, "a1", 3, "1 June 2020", "Jun 2020", 2, 50, 40.0, "ideas--gate--a1"),
            ("#gate", "the gate", 1, "a3", 4, "no date", "no date", 0, 100, 0.0, "ideas--gate--a3"),
            ("#wall", "wall of NATO", 2, "a2", 1, "1 May 2019", "May 2019", 0, 100, 0.0, "ideas--wall--a2"),
            ("#wall", "wall of NATO", 2, "a4", 2, "1–9 February 2020", "Feb 2020", 1, 200, 5.0, "ideas--wall--a4"),
            ("#wall", "wall of NATO", 2, "a1", 3, "1 June 2020", "Jun 2020", 0, 50, 0.0, "ideas--wall--a1"),
            ("#wall", "wall of NATO", 2, "a3", 4, "no date", "no date", 2, 100, 20.0, "ideas--wall--a3"),
        ],
        schema="term idea rank unit order label short count words per_1000 mark".split(),
        orient="row",
    )  # fmt: skip
    assert_frame_equal(figure.rows.select(expected.columns), expected)
    assert figure.rows["heading"][1] == "The gate, 1–9 February 2020: 2"
    assert figure.rows["href"][0] == "/report/evidence/ideas.qmd#ideas--gate--a2"
    assert (figure.rows["low"] <= figure.rows["per_1000"]).all()
    assert (figure.rows["high"] > figure.rows["per_1000"]).all()
    assert figure.table.columns == ["Idea", "Article", "Uses", "Words", "In 1,000 words", "From", "To"]
    assert figure.alt[2] == "Wall of NATO: May 2019 0.0; Feb 2020 5.0; Jun 2020 0.0; no date 20.0."
    assert all(drawing.count("<a ") == 8 for drawing in drawings(world, figure))


def test_a_panel_has_a_mark_for_each_publisher(world: Study, rates: pl.DataFrame) -> None:
    figure = ideas(world, rates, by="publisher")
    expected = pl.DataFrame(
        [
            ("#gate", "The Ant's", 4, 250, 16.0, "ideas--gate--The-Ant-s"),
            ("#gate", "Bee", 1, 100, 10.0, "ideas--gate--Bee"),
            ("#wall", "The Ant's", 1, 250, 4.0, "ideas--wall--The-Ant-s"),
            ("#wall", "Bee", 0, 100, 0.0, "ideas--wall--Bee"),
        ],
        schema=["term", "label", "count", "words", "per_1000", "mark"],
        orient="row",
    ).sort("term", "label")
    assert_frame_equal(figure.rows.select(expected.columns), expected)
    assert figure.title == "How often each idea is used in each publisher"
    assert figure.subtitle.startswith("Uses in 1,000 words of each publisher, with")
    assert figure.table.columns[:2] == ["Idea", "Publisher"]
    assert all("Bee" in drawing for drawing in drawings(world, figure))


def test_a_title_names_an_idea_only_if_the_figure_shows_it(world: Study, rates: pl.DataFrame) -> None:
    found = world.load("trends")
    sure = found.with_columns(verdict=pl.lit("suggestive"), p=pl.when(term="#wall").then(0.001).otherwise(0.5))
    world.save(trends=sure)
    assert "all of NATO”" in ideas(world, rates).title
    assert ideas(world, rates, top=1).title.startswith("“The gate” rises from article to article: ")
    world.save(trends=empty("trends"))
    assert ideas(world, rates).title == "How often each idea is used in each article"


def test_a_title_by_period_states_what_a_test_supports(world: Study, rates: pl.DataFrame) -> None:
    sure = world.load("keyness").with_columns(verdict=pl.lit("supported"))
    world.save(keyness=sure.filter(pl.col("term") == "#gate"))
    assert ideas(world, rates, by="period").title == (
        "“The gate” marks 2020: 16.0 in 1,000 words against 10.0 elsewhere; supported by the test"
    )


def test_a_trend_follows_the_idea_that_moves_most_over_the_dated_articles(world: Study, rates: pl.DataFrame) -> None:
    figure = trend(world, rates, world.load("trends"))
    expected = pl.DataFrame(
        [
            ("#gate", "a2", 1, 10.0, date(2019, 5, 1), date(2019, 5, 1), date(2019, 5, 2), "trend--a2"),
            ("#gate", "a4", 2, 10.0, date(2020, 2, 1), date(2020, 2, 5), date(2020, 2, 10), "trend--a4"),
            ("#gate", "a1", 2, 40.0, date(2020, 6, 1), date(2020, 6, 1), date(2020, 6, 2), "trend--a1"),
        ],
        schema=["term", "unit", "count", "per_1000", "first", "middle", "until", "mark"],
        orient="row",
    )
    assert_frame_equal(figure.rows.select(expected.columns), expected)
    assert figure.title == "“The gate” in each article, on the calendar"  # no test supports its slope
    sure = world.load("trends").with_columns(verdict=pl.lit("supported"))
    assert trend(world, rates, sure).title.startswith("“The gate”: +")
    assert "Articles without a day are left out." in figure.subtitle
    assert "which is why it is shown" in figure.note
    assert all(drawing.count("<a ") == 3 for drawing in drawings(world, figure))


@pytest.mark.parametrize("group", ["wall", "#wall"])
def test_a_trend_follows_the_group_that_is_asked_for(world: Study, rates: pl.DataFrame, group: str) -> None:
    figure = trend(world, rates, world.load("trends"), group=group, name="walls")
    assert figure.rows.select("mark", "count").rows() == [("walls--a2", 0), ("walls--a4", 1), ("walls--a1", 0)]
    assert figure.title == "“Wall of NATO” in each article, on the calendar"
    assert "which is why it is shown" not in figure.note


def test_the_median_line_goes_through_the_median_level_and_never_below_zero() -> None:
    days = [date(2020, 1, 1), date(2020, 1, 2), date(2020, 1, 3)]
    rows = pl.DataFrame({"middle": days, "per_1000": [1.0, 2.0, 6.0]})
    assert _median_line(rows, 365.25).rows() == [(days[0], 1.0), (days[2], 3.0)]
    assert _median_line(rows, -10 * 365.25).rows() == [(days[0], 12.0), (days[2], 0.0)]


def test_the_number_on_a_mark_is_the_number_of_its_uses(world: Study, rates: pl.DataFrame) -> None:
    found = [ideas(world, rates, by=by) for by in ("article", "period", "publisher")]
    for figure in [*found, trend(world, rates, world.load("trends"))]:
        assert figure.rows.height
        assert counts_by_evidence(figure) == numbers(figure)


def test_the_leading_idea_is_the_least_likely_one_and_then_the_steepest() -> None:
    rows = [
        {"term": "#a", "kind": "group", "p": 0.2, "tau": 0.1},
        {"term": "#b", "kind": "group", "p": 0.2, "tau": -0.9},
        {"term": "word", "kind": "word", "p": 0.001, "tau": 1.0},
    ]
    assert leading_idea(filled("trends", rows))["term"] == "#b"
    assert leading_idea(filled("trends", rows[2:])) is None


def test_a_study_without_ideas_still_has_its_figures(world: Study, rates: pl.DataFrame) -> None:
    none = rates.filter(kind="word")
    figures = {
        "No term group is used often enough to be followed": ideas(world, none),
        "No term group can be followed: too few articles have a day, or none is used often enough": trend(
            world, none, empty("trends")
        ),
        "“The moat” cannot be followed: too few articles have a day, or it is not used often enough": trend(
            world, rates, world.load("trends"), group="moat"
        ),
        "No article has a known publisher": ideas(world, rates.filter(unit_kind="all"), by="publisher"),
    }
    for title, figure in figures.items():
        assert figure.title == title
        assert figure.rows.is_empty()
        assert figure.evidence.is_empty()
        assert all("<text" in drawing for drawing in drawings(world, figure))


def test_a_wrong_unit_or_group_is_an_error_that_says_what_there_is(world: Study, rates: pl.DataFrame) -> None:
    with pytest.raises(ValueError, match="by must be 'article', 'period' or 'publisher', got 'outlet'"):
        ideas(world, rates, by="outlet")
    with pytest.raises(ValueError, match=r"no term group is called 'door'; data/terms.csv has: gate, moat, wall"):
        trend(world, rates, world.load("trends"), group="door")
