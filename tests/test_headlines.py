"""Compare every claim of the story with the tables: when data or code moves one, a test here fails and names it."""

import re

import polars as pl
import pytest

from dateline.build.changes import read_variables
from tests.conftest import REPOSITORY

Tables = dict[str, pl.DataFrame]

STORY = {
    "corpus.Counted": "Five articles",
    "corpus.counted": "five articles",
    "corpus.first": "6–12 April 2021",
    "corpus.first_year": "2021",
    "corpus.last": "22–28 December 2024",
    "corpus.last_year": "2024",
    "corpus.translated": "three",
    "scales.alliance_support": "+0.67",
    "scales.feasibility_last": "+1.00",
    "scales.feasibility_last_when": "22–28 December 2024",
    "scales.feasibility_low": "−1.00",
    "scales.feasibility_low_when": "15–21 March 2022",
    "scales.feasibility_shift": "From the first talks (2022) to the invitation (2024) the mean of Kyiv on feasibility changes by +1.83. That stands in these articles; a test cannot confirm it, because with so few articles the smallest p that could come out is 0.33.",
    "scales.kremlin_support": "−1.00",
    "scales.kremlin_support_count": "four",
    "scales.kyiv_support": "+0.89",
    "scales.kyiv_support_count": "28",
    "scales.support": "support stays between +0.80 and +1.00",
    "scales.turning_words": "“not join NATO”",
    "tests.keyness_floor": "0.10",
}
"""Every figure that the story prints."""


def mean(tables: Tables, holder: str, scale: str, kind: str = "all") -> pl.DataFrame:
    return tables["positions"].filter(holder=holder, scale=scale, unit_kind=kind)


def test_kyiv_always_wanted_in(study_tables: Tables) -> None:
    support = mean(study_tables, "kyiv", "support", "article")
    assert support.height == 5
    assert support["mean"].min() > 0.75
    assert support["mean"].max() - support["mean"].min() < 0.25


def test_what_kyiv_thought_possible_changed(study_tables: Tables) -> None:
    order = study_tables["articles"].sort("published_from")["article_id"].to_list()
    found = dict(mean(study_tables, "kyiv", "feasibility", "article").select("unit", "mean").iter_rows())
    assert [found[article] for article in order if article in found] == [-1.0, pytest.approx(2 / 3), 1.0]
    assert order[1] in found and order[-1] in found


def test_kyiv_wants_in_even_in_the_article_in_which_it_says_that_it_cannot_join(study_tables: Tables) -> None:
    low = mean(study_tables, "kyiv", "feasibility", "article").sort("mean")["unit"][0]
    assert mean(study_tables, "kyiv", "support", "article").filter(unit=low)["mean"].to_list() == [1.0]


def test_no_side_switches(study_tables: Tables) -> None:
    groups = dict(pl.read_csv(REPOSITORY / "data" / "groups.csv").select("actor", "group").iter_rows())
    said = study_tables["statements"].with_columns(side=pl.col("holder").replace_strict(groups, default=None))
    values = {side: set(said.filter(side=side)["support"].drop_nulls()) for side in ("kyiv", "kremlin", "alliance")}
    assert values == {"kyiv": {0, 1}, "kremlin": {-1}, "alliance": {0, 1}}


def test_the_alliance_is_in_between(study_tables: Tables) -> None:
    kremlin, alliance, kyiv = (
        mean(study_tables, group, "support")["mean"][0] for group in ("kremlin", "alliance", "kyiv")
    )
    assert kremlin < alliance < kyiv


def test_nato_itself_is_for_membership_and_stoltenberg_balanced(study_tables: Tables) -> None:
    assert mean(study_tables, "nato", "support")["mean"].to_list() == [1.0]
    assert mean(study_tables, "jens-stoltenberg", "support")["mean"].to_list() == [0.0]


def test_the_talk_is_of_demands_in_march_2022_and_of_an_invitation_only_in_2024(study_tables: Tables) -> None:
    rates = study_tables["term_rates"].filter(unit_kind="period").select("term", "unit", "per_1000")
    assert rates.filter(term="#demands").sort("per_1000")["unit"][-1] == "2022"
    assert rates.filter(pl.col("per_1000") > 0, term="#invitation")["unit"].to_list() == ["2024"]


def test_no_idea_moves_steadily_enough_to_rule_out_chance(study_tables: Tables) -> None:
    verdicts = study_tables["trends"].filter(kind="group")["verdict"]
    assert set(verdicts) == {"not shown", "not testable"}


def test_ukraine_and_nato_are_named_together_more_than_chance_gives_and_most_pairs_are_not(
    study_tables: Tables,
) -> None:
    pairs = study_tables["co_mentions"].filter(window="sentence", unit_kind="all")
    leading = pairs.filter(actor_a="nato", actor_b="ukraine").row(0, named=True)
    assert leading["verdict"] == "suggestive"
    assert leading["q"] > 0.05
    assert pairs["verdict"].is_in(["suggestive", "supported"]).mean() < 0.5


@pytest.mark.parametrize("table", ["keyness", "shifts"])
def test_no_change_over_time_can_be_tested(study_tables: Tables, table: str) -> None:
    tests = study_tables[table].filter(unit_kind="period")
    assert tests["verdict"].unique().to_list() == ["not testable"]


@pytest.mark.parametrize(
    ("name", "number"), [("articles", 5), ("sentences", 109), ("removed", 24), ("mentions", 273), ("statements", 89)]
)
def test_the_counts_that_the_pages_print(study_tables: Tables, name: str, number: int) -> None:
    assert study_tables[name].height == number


def test_the_dates_of_the_articles(study_tables: Tables) -> None:
    dates = study_tables["articles"].select(
        pl.col("article_id").str.head(3), pl.col("published_from", "published_to").cast(pl.String), "published_basis"
    )
    assert dates.rows() == [
        ("000", "2024-11-29", "2024-12-05", "curated"),
        ("001", "2024-10-22", "2024-10-22", "stated"),
        ("002", "2022-03-15", "2022-03-21", "curated"),
        ("003", "2021-04-06", "2021-04-12", "curated"),
        ("004", "2024-12-22", "2024-12-28", "curated"),
    ]


def test_every_figure_of_the_story() -> None:
    known = read_variables(REPOSITORY / "_variables.yml")
    used = set(re.findall(r"{{<\s*var\s+([\w.-]+)", (REPOSITORY / "index.qmd").read_text(encoding="utf-8")))
    assert {name: known[name] for name in used} == STORY
