from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dateline.figures.dates import dates
from dateline.figures.drawing import svg
from dateline.figures.drawing.axes import calendar_axis
from dateline.figures.drawing.theme import Look, read_tokens
from dateline.study.load import Study, load_study
from tests.conftest import REPOSITORY
from tests.figures.frames import counts_by_evidence, filled, numbers

DAYS = {
    "a1": (date(2021, 1, 1), None),
    "a2": (None, None),
    "a3": (date(2022, 3, 1), date(2022, 3, 9)),
    "a4": (None, date(2020, 3, 1)),
}


@pytest.fixture
def world(tiny_study: Callable[..., Path]) -> Study:
    """Four articles with two sentences in all, and one line left out."""
    study = load_study(tiny_study())
    rows = [
        {
            "article_id": article,
            "title": f"The {article}",
            "published_from": first,
            "published_to": last,
            "published_basis": "curated" if first or last else "unknown",
            "words": 1200,
        }
        for article, (first, last) in DAYS.items()
    ]
    study.save(
        articles=filled("articles", rows),
        sentences=filled("sentences", [{"sentence_id": f"s{at}", "article_id": "a3"} for at in (1, 2)]),
        removed=filled("removed", [{"article_id": "a1", "start": 0, "end": 4}]),
    )
    return study


def texts(figure: object) -> list[list[str]]:
    """The words in both drawings."""
    tokens = read_tokens(REPOSITORY)
    trees = [svg.draw(figure.chart_for(Look(tokens, wide=wide))) for wide in (True, False)]
    return [[part.text for part in tree.iter(f"{{{svg.SVG}}}text")] for tree in trees]


def test_a_row_says_on_which_days_an_article_may_have_appeared(world: Study) -> None:
    figure = dates(world, world.load("articles"))
    expected = pl.DataFrame(
        [
            ("a1", 1, "2021 or later", *DAYS["a1"], "curated", 1200, 1, 0, "The a1, 2021 or later: 0"),
            ("a3", 2, "1–9 March 2022", *DAYS["a3"], "curated", 1200, 0, 2, "The a3, 1–9 March 2022: 2"),
            ("a2", 3, "no date", None, None, "unknown", 1200, 0, 0, "The a2, no date: 0"),
            ("a4", 4, "1 March 2020 or earlier", *DAYS["a4"], "curated", 1200, 0, 0, "The a4, 1 March 2020 or earlier: 0"),
        ],
        schema="article_id order when first last basis words removed count heading".split(),
        orient="row",
    ).with_columns(
        mark="dates--" + pl.col("article_id"), href="/report/articles/" + pl.col("article_id") + ".qmd"
    )  # fmt: skip
    assert_frame_equal(figure.rows.select(expected.columns), expected)
    assert figure.title == "Four articles, from 1 January 2021 on: of their dates three curated and one unknown"
    assert figure.alt[1].startswith("2021 or later (curated, 1,200 words); ")
    assert counts_by_evidence(figure) == numbers(figure)


def test_a_bar_is_drawn_for_each_article_with_a_day_on_one_side_at_least(world: Study) -> None:
    for words in texts(dates(world, world.load("articles"))):
        said = [word for word in words if word and ", " in word]
        assert sorted(said) == ["1 March 2020 or earlier, curated", "1–9 March 2022, curated", "2021 or later, curated"]


def test_a_study_without_a_date_still_has_its_figure(world: Study) -> None:
    nowhere = world.load("articles").with_columns(
        pl.lit(None, pl.Date).alias(day) for day in ("published_from", "published_to")
    )
    figure = dates(world, nowhere)
    assert figure.title == "No article has a date, and none could be inferred"
    assert figure.table["Published"].to_list() == ["no date"] * 4
    assert counts_by_evidence(figure) == numbers(figure)
    assert texts(figure) == [[figure.title], [figure.title]]


def test_of_many_articles_some_are_drawn_and_the_title_counts_all(world: Study) -> None:
    one = world.load("articles").filter(article_id="a3")
    many = pl.concat([one.with_columns(article_id=pl.lit(f"b{at:02}")) for at in range(30)])
    figure = dates(world, many)
    assert figure.rows.height == 24
    assert figure.title.startswith("30 articles, from 1 March 2022 on")
    assert "Drawn are 24 of 30 articles" in figure.subtitle


@pytest.mark.parametrize(
    ("last", "form"), [(date(2020, 1, 1), "%-d %b %Y"), (date(2020, 6, 1), "%b %Y"), (date(2023, 1, 1), "%Y")]
)
def test_a_calendar_names_what_its_span_needs(last: date, form: str) -> None:
    assert calendar_axis(date(2020, 1, 1), last).to_dict()["format"] == form
