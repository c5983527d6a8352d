"""The triangle of the most named actors, in a world of three short articles."""

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dateline.actors.pairs import co_mentions
from dateline.figures.pairs import leading_pair, most_named, pairs
from dateline.study.load import Study
from dateline.tables import empty
from tests.figures.together import WORLD, counts_are_evidence, drawings, world

Small = tuple[Study, pl.DataFrame]


@pytest.fixture
def small(tmp_path: Path) -> Small:
    return world(tmp_path)


def test_a_row_is_a_pair_that_shares_a_sentence(small: Small) -> None:
    # Abel and Norland are never named together and have no row. There are five ways to fill n1 anew: one has Abel
    # and Ito together twice, four have it once; of the five of n2 two have it once. So 6/5 + 2/5 are expected,
    # and three are as likely as 1/5 × 2/5.
    expected = pl.DataFrame(
        {
            "actor_a": ["abel", "ito"],
            "actor_b": ["ito", "norland"],
            "one": ["Abel", "Ito"],
            "other": ["Ito", "Norland"],
            "rank_one": [1, 2],
            "rank_other": [2, 3],
            "count": [3, 1],
            "expected": [1.6, 1.6],
            "p": [0.08, 1.0],
            "q": [0.24, 1.0],
            "stability": [0.962963, 0.0],
            "verdict": ["not testable", "not testable"],
            "heading": ["Abel and Ito: 3", "Ito and Norland: 1"],
            "mark": ["pairs--abel--ito", "pairs--ito--norland"],
            "href": ["/report/evidence/pairs.qmd#pairs--abel--ito", "/report/evidence/pairs.qmd#pairs--ito--norland"],
        }
    )
    figure = pairs(*small)
    assert_frame_equal(figure.rows, expected, check_dtypes=False)
    assert counts_are_evidence(figure)
    assert figure.title == "Abel and Ito share 3 sentences where chance would give 1.6: too few to test"
    assert figure.subtitle.startswith("Sentences that name both, of 12. Filled: more than chance gives")
    assert figure.alt[0] == "A triangle of counts for the three most named actors: Abel, Ito and Norland."
    assert figure.measures == ("actors named in a sentence",)


@pytest.mark.parametrize(
    ("by", "unit", "found", "place"),
    [
        ("publisher", "Gazette", {"pairs--abel--ito": 2}, "Gazette: "),
        ("publisher", "Herald", {"pairs--abel--ito": 1, "pairs--ito--norland": 1}, "Herald: "),
        ("period", "2020", {"pairs--abel--ito": 1, "pairs--ito--norland": 1}, "2020: "),
        ("article", "n1", {"pairs--abel--ito": 2}, "1 May 2019: "),
    ],
)
def test_the_triangle_of_one_unit_counts_its_sentences_only(
    small: Small, by: str, unit: str, found: dict[str, int], place: str
) -> None:
    figure = pairs(*small, by=by, unit=unit)
    assert dict(figure.rows.select("mark", "count").iter_rows()) == found
    assert counts_are_evidence(figure)
    assert figure.title.startswith(place)
    assert f"of the {by}'s " in figure.subtitle


def test_actors_are_ranked_by_the_sentences_of_the_unit(small: Small) -> None:
    whole, herald = pairs(*small), pairs(*small, by="publisher", unit="Herald")
    assert whole.rows["one"].to_list() == ["Abel", "Ito"]
    assert herald.rows.select("one", "other").rows() == [("Ito", "Norland"), ("Ito", "Abel")]


@pytest.mark.parametrize(("window", "count"), [("paragraph", 2), ("article", 2)])
def test_a_pair_can_share_paragraphs_and_articles(small: Small, window: str, count: int) -> None:
    figure = pairs(*small, window=window)
    assert figure.rows.filter(mark="pairs--abel--ito")["count"].to_list() == [count]
    assert counts_are_evidence(figure)
    assert figure.table.columns[2] == f"{window.capitalize()}s"


def test_an_actor_who_shares_no_sentence_has_no_place(small: Small) -> None:
    figure = pairs(*small, by="article", unit="n1")
    assert figure.alt[0] == "A triangle of counts for two of the three most named actors: Abel and Ito."


def test_the_last_name_alone_serves_where_nobody_else_has_it() -> None:
    """Two persons of one name would otherwise share a row of the narrow triangle."""
    named = ["ana-roe", "ben-roe", "cem-day"]
    people = pl.DataFrame({"actor": named, "label": ["Ana Roe", "Ben Roe", "Cem Day"], "kind": ["person"] * 3})
    groups = pl.DataFrame(schema={"label": pl.String, "actor": pl.String})
    study = Study(Path(), {}, {"actors": people, "groups": groups}, {})
    mentions = pl.DataFrame({"sentence_id": ["s1", "s1", "s1"], "actor": named})
    assert most_named(study, mentions, 8)["short"].to_list() == ["Ana Roe", "Ben Roe", "Day"]


@pytest.mark.parametrize("unit", [None, "Tribune"])
def test_a_wrong_unit_is_answered_with_those_there_are(small: Small, unit: str | None) -> None:
    with pytest.raises(ValueError, match=r"unit must name one publisher, got .*'Gazette', 'Herald'"):
        pairs(*small, by="publisher", unit=unit)


def test_wrong_kinds_and_windows_are_named(small: Small) -> None:
    study, co_mentions = small
    with pytest.raises(ValueError, match="by must be"):
        pairs(study, co_mentions, by="week")
    with pytest.raises(ValueError, match=r"window must be one of 'sentence', .* got 'page'"):
        pairs(study, co_mentions, window="page")
    with pytest.raises(ValueError, match="with by='article', window must be"):
        pairs(study, co_mentions, by="article", unit="n1", window="article")


def test_pairs_that_were_not_counted_are_not_shown_as_none(small: Small) -> None:
    study, _ = small
    tables = study.load("mentions", "sentences", "articles")
    some = co_mentions(*tables, windows=("sentence",), kinds=("all",))
    with pytest.raises(ValueError, match="no pairs with window 'paragraph' by 'all'; it has sentence by all"):
        pairs(study, some, window="paragraph")
    with pytest.raises(ValueError, match="no pairs with window 'sentence' by 'publisher'"):
        pairs(study, some, by="publisher", unit="Gazette")


def test_a_study_without_a_pair_still_has_its_figure(tmp_path: Path) -> None:
    alone = {"n1": ("", "", "Abel spoke."), "n2": ("", "", "Norland waits.")}
    figure = pairs(*world(tmp_path, alone))
    assert figure.title == "No two of the most named actors share a sentence"
    assert (figure.rows.height, figure.evidence.height, figure.table.height) == (0, 0, 0)
    assert all("<a " not in drawing for drawing in drawings(figure))


def test_a_study_that_names_nobody_still_has_its_figure(tmp_path: Path) -> None:
    study, _ = world(tmp_path, {"n1": ("", "", "Nothing happened.")})
    figure = pairs(study, empty("co_mentions"))
    assert figure.title == "No two of the most named actors share a sentence"
    assert drawings(figure)


def test_every_pair_of_both_drawings_is_a_link_with_its_number(small: Small) -> None:
    figure = pairs(*small)
    for drawing in drawings(figure):
        assert all(f'href="{href}"' in drawing for href in figure.rows["href"])
        assert 'aria-label="Abel and Ito: 3 sentences"' in drawing
        assert 'aria-label="Ito and Norland: 1 sentence"' in drawing


def test_the_leading_pair_is_the_most_frequent_and_ties_go_by_id() -> None:
    rows = pl.DataFrame({"actor_a": ["c", "b", "a"], "actor_b": ["d", "c", "b"], "count": [2, 3, 3]})
    assert leading_pair(rows) == {"actor_a": "a", "actor_b": "b", "count": 3}
    assert leading_pair(rows.head(0)) is None


def test_the_world_of_these_tests_is_as_described(small: Small) -> None:
    study, _ = small
    sentences = study.load("mentions").group_by("actor").agg(pl.col("sentence_id").n_unique())
    assert dict(sentences.iter_rows()) == {"abel": 5, "ito": 4, "norland": 4}
    assert len(WORLD) == study.load("articles").height
