"""Rates and keyness of two words in four articles, small enough to check by hand."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from scipy.stats import chi2

from dateline.figures.rates import keyness, leading_term, rates
from dateline.study.load import Study, load_study
from dateline.tables import empty
from dateline.terms.keyness import keyness as compare
from dateline.terms.rates import term_rates
from tests.figures.frames import counts_by_evidence, filled, give_look, numbers
from tests.figures.together import drawings

ARTICLES = [
    ("a1", date(2019, 5, 1), "2019", "Herald", 100),
    ("a2", date(2019, 6, 1), "2019", "Bee", 300),
    ("a3", date(2020, 5, 1), "2020", "Herald", 100),
    ("a4", date(2020, 6, 1), "2020", None, 500),
]
USES = {
    ("dust", "word"): {"a1": 3, "a2": 1},
    ("gate", "word"): {"a3": 2, "a4": 1},
    ("norland", "word"): {"a1": 9, "a4": 9},  # the name of an actor
    ("#ideas", "group"): {"a1": 4},
}


@pytest.fixture
def world(tiny_study: Callable[..., Path]) -> Study:
    """Four articles: 400 words in 2019, 600 in 2020; 300 in the Bee, 200 in the Herald."""
    root = tiny_study()
    give_look(root)
    study = load_study(root)
    columns = ("article_id", "published_from", "period", "publisher", "words")
    rows = [{**dict(zip(columns, row, strict=True)), "published_to": row[1]} for row in ARTICLES]
    uses = [
        {"occurrence_id": f"{article}-{term}-{at}", "term": term, "kind": kind, "article_id": article}
        for (term, kind), found in USES.items()
        for article, count in found.items()
        for at in range(count)
    ]
    articles, occurrences = filled("articles", rows), filled("occurrences", uses)
    study.save(
        articles=articles,
        occurrences=occurrences,
        term_rates=term_rates(occurrences, articles),
        keyness=compare(occurrences, articles),
    )
    return study


def garwood(count: int, words: int) -> tuple[float, float]:
    """Return the exact interval of a rate in 1,000 words, from the quantiles of chi-squared."""
    low = chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    return 1000 * low / words, 1000 * chi2.ppf(0.975, 2 * count + 2) / 2 / words


def expected(*rows: tuple) -> pl.DataFrame:
    """Return rows as the figure makes them: `term`, `unit`, `label`, `rank`, `count`, `words` and what follows from them."""
    return pl.DataFrame(
        [
            {
                "term": term, "unit": unit, "label": unit, "rank": rank, "count": count, "words": words,
                "per_1000": 1000 * count / words, "low": garwood(count, words)[0], "high": garwood(count, words)[1],
                "heading": f"{term}, {unit}: {count}", "mark": f"rates--{term}--{unit}",
                "href": f"/report/evidence/rates.qmd#rates--{term}--{unit}",
            }
            for term, unit, rank, count, words in rows
        ]
    )  # fmt: skip


BY = {
    "period": [("dust", "2019", 1, 4, 400), ("dust", "2020", 1, 0, 600), ("gate", "2019", 2, 0, 400), ("gate", "2020", 2, 3, 600)],
    "publisher": [("dust", "Bee", 1, 1, 300), ("dust", "Herald", 1, 3, 200), ("gate", "Bee", 2, 0, 300), ("gate", "Herald", 2, 2, 200)],
}  # fmt: skip


@pytest.mark.parametrize("by", BY)
def test_a_row_is_a_term_in_a_unit_with_its_exact_interval(world: Study, by: str) -> None:
    figure = rates(world, world.load("term_rates"), by=by)
    wanted = expected(*BY[by])
    assert_frame_equal(figure.rows.select(wanted.columns), wanted, check_dtypes=False, abs_tol=2e-6)
    assert counts_by_evidence(figure) == numbers(figure)
    assert figure.table.columns[:3] == ["Term", by.capitalize(), "Uses"]


def test_the_words_follow_the_unit(world: Study) -> None:
    figure = rates(world, world.load("term_rates"), by="publisher")
    assert figure.title == "The most used words that name no actor"  # no test supports a difference
    world.save(keyness=world.load("keyness").with_columns(verdict=pl.lit("supported")))
    claims = rates(world, world.load("term_rates"), by="publisher")
    assert claims.title.startswith("“Gate” marks Herald: 10.0 in 1,000 words against 0.0 elsewhere; ")
    assert figure.subtitle.endswith("Words in the publisher: Bee: 300 and Herald: 200.")
    assert figure.alt == [
        "A dot plot of two terms in two publishers, each with its exact interval.",
        "Bee, uses in 1,000 words: dust 3.3 and gate 0.0 lead; gate not used.",
        "Herald, uses in 1,000 words: dust 15.0 and gate 10.0 lead.",
    ]


def test_the_most_used_terms_are_drawn_names_and_groups_left_out(world: Study) -> None:
    figure = rates(world, world.load("term_rates"), top=1)
    assert figure.rows["term"].unique().to_list() == ["dust"]
    whole = rates(world, world.load("term_rates"), by="all")
    assert dict(whole.rows.select("term", "count").iter_rows()) == {"dust": 4, "gate": 3}
    assert whole.alt[0] == "A dot plot of two terms in all articles, each with its exact interval."


@pytest.mark.parametrize("by", ["period", "publisher", "article", "all"])
def test_every_dot_of_both_drawings_is_a_link_with_its_number(world: Study, by: str) -> None:
    figure = rates(world, world.load("term_rates"), by=by, name="outlets")
    assert counts_by_evidence(figure) == numbers(figure)
    for drawing in drawings(figure):
        assert drawing.count("<a ") == figure.rows.height
        assert all(f'href="/report/evidence/outlets.qmd#{mark}"' in drawing for mark in figure.rows["mark"])


def test_keyness_of_each_publisher_is_against_all_the_others(world: Study) -> None:
    figure = keyness(world, world.load("keyness"), by="publisher")
    # The article without a publisher takes no part: gate is used twice in the Herald and nowhere else. In the Bee
    # nothing is used more than in the Herald.
    found = figure.rows.select("term", "unit", "label", "count", pl.col("per_1000", "per_1000_against").round(3))
    assert found.rows() == [("gate", "Herald", "Herald", 2, 10.0, 0.0), ("dust", "Herald", "Herald", 3, 15.0, 3.333)]
    assert figure.rows["z"].is_sorted(descending=True)
    assert figure.rows["verdict"].unique().to_list() == ["not testable"]
    assert figure.title == "The terms that lean most to each publisher"
    assert figure.alt[0] == "Dots in one publisher: terms and their uses in 1,000 words, there and elsewhere."
    assert counts_by_evidence(figure) == numbers(figure)


def test_keyness_of_each_period_in_the_order_of_the_study(world: Study) -> None:
    figure = keyness(world, world.load("keyness"))
    assert figure.rows.select("term", "unit", "count").rows() == [("dust", "2019", 4), ("gate", "2020", 3)]
    assert figure.rows["per_1000"].to_list() == [10.0, 5.0]
    for drawing in drawings(figure):
        assert drawing.count("<a ") == 2
        assert 'aria-label="dust, 2019: 4 uses, 10.0 in 1,000 words"' in drawing


def test_the_leading_term_is_the_one_that_sets_a_unit_apart_most() -> None:
    words = filled("keyness", [{"term": term, "z": z, "log_odds": odds} for term, z, odds in (("b", 2.0, 1.0), ("a", 2.0, 1.0), ("c", 9.0, -1.0))])  # fmt: skip
    assert leading_term(words, ["a", "b", "c"])["term"] == "a"
    assert leading_term(words, ["c"]) is None


@pytest.mark.parametrize("by", ["period", "publisher"])
def test_a_study_without_a_term_still_has_its_figures(world: Study, by: str) -> None:
    world.save(**{name: empty(name) for name in ("occurrences", "term_rates", "keyness")})
    for figure, title in (
        (rates(world, empty("term_rates"), by=by), "No word that names no actor is used often enough"),
        (keyness(world, empty("keyness"), by=by), f"No term leans to a {by}"),
    ):
        assert figure.title == title
        assert (figure.rows.height, figure.table.height, figure.evidence.height) == (0, 0, 0)
        for drawing in drawings(figure):
            assert "<a " not in drawing
            assert title.split()[-1] in drawing


def test_a_wrong_unit_is_refused_with_what_there_is(world: Study) -> None:
    with pytest.raises(ValueError, match=r"by must be .*'publisher'.* got 'week'"):
        rates(world, world.load("term_rates"), by="week")
    for by in ("week", "article", "all"):
        with pytest.raises(ValueError, match=f"by must be 'period' or 'publisher', got '{by}'"):
            keyness(world, world.load("keyness"), by=by)
