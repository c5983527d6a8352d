"""A corpus too large to draw whole: figures draw some of its articles and say so.

The limit is lowered here instead of making a large corpus: what happens beyond it is the same.
"""

from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline import figures
from dateline.figures import labels
from dateline.figures.base import Figure
from dateline.figures.scales import leading_holder, means_told
from dateline.site.numbers import variables
from dateline.statements.positions import stance_values
from dateline.study.load import Study
from tests.figures.frames import counts_by_evidence, numbers

ARTICLES = 3

Tables = dict[str, pl.DataFrame]


@pytest.fixture
def tables(study: Study, study_tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tables:
    """The tables of the repository's own study, also where figures load them; a figure draws three articles."""
    monkeypatch.setattr(labels, "MOST_DRAWN", ARTICLES)
    monkeypatch.setenv("DATELINE_OUT", str(tmp_path))
    study.save(**study_tables)
    return study_tables


@given(st.lists(st.integers(), max_size=50), st.integers(1, 60))
def test_spread_keeps_the_order_the_first_and_no_more_than_asked(items: list[int], most: int) -> None:
    shown = labels.spread(list(enumerate(items)), most)
    assert len(shown) == min(most, len(items))
    assert shown == sorted(set(shown))
    assert shown[:1] == list(enumerate(items))[:1]
    gaps = [b[0] - a[0] for a, b in pairwise(shown)]
    assert not gaps or max(gaps) - min(gaps) <= 1


def drawn_of_each(study: Study, tables: Tables) -> dict[str, Figure]:
    return {
        "ideas": figures.ideas(study, tables["term_rates"]),
        "scales": figures.scales(study, tables["positions"]),
        "timeline": figures.timeline(study, tables["statements"]),
        "dates": figures.dates(study, tables["articles"]),
    }


def test_figures_draw_some_articles_and_say_so(study: Study, tables: Tables) -> None:
    for name, figure in drawn_of_each(study, tables).items():
        unit = "article_id" if "article_id" in figure.rows.columns else "unit"
        assert 1 <= figure.rows[unit].n_unique() <= ARTICLES, name
        assert counts_by_evidence(figure) == numbers(figure), name
        said = f"{figure.subtitle} {figure.note}"
        assert "Drawn are 3 of 5 articles, evenly spread over their order; the tables have all." in said, name


def test_what_a_sentence_says_rests_on_the_periods_which_count_every_article(study: Study, tables: Tables) -> None:
    assert set(means_told(study, tables["positions"])["short"]) <= study.periods.keys()
    assert figures.dates(study, tables["articles"]).title.startswith("Five articles")


def test_the_words_that_a_page_quotes_are_those_of_the_figure(study: Study, tables: Tables) -> None:
    # Sentences rest on periods here, the figure on the articles that are drawn.
    values = stance_values(tables["statements"], tables["sentences"], study.lists["groups"])
    told = means_told(study, tables["positions"], leading_holder(study, values))
    assert told["mean"].min() < 0
    assert set(told["unit_kind"]) == {"period"}
    assert variables(study, tables)["scales"]["turning_words"].startswith("“")


def test_five_articles_are_drawn_whole(study_tables: Tables) -> None:
    assert labels.drawn_note(study_tables["articles"]) == ""
