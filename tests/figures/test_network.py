"""The network of the most named actors, and that of each period and publisher, in a world of three short articles."""

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dateline.actors.pairs import co_mentions
from dateline.figures.labels import MOST_DRAWN
from dateline.figures.network import OTHERS, SHAPES, _network_title, _on_a_ring, network, ties
from dateline.study.load import Study
from dateline.tables import empty
from tests.figures.together import counts_are_evidence, drawings, world

Small = tuple[Study, pl.DataFrame]


@pytest.fixture
def small(tmp_path: Path) -> Small:
    return world(tmp_path)


def test_a_tie_is_a_pair_that_shares_two_sentences(small: Small) -> None:
    # Ito and Norland share one sentence and have no tie.
    figure = network(*small)
    assert figure.rows.select("one", "other", "count", "mark", "heading").rows() == [
        ("Abel", "Ito", 3, "network--abel--ito", "Abel and Ito: 3")
    ]
    assert counts_are_evidence(figure)
    assert figure.table.rows() == [("Abel", OTHERS, "Ito", "The South", 3, "not testable")]
    assert figure.title == "The tie of Abel and Ito is no more than chance gives"
    assert figure.subtitle.endswith("broken where not. Circle: Others and square: The South.")
    assert figure.note.endswith("Pairs that share one sentence are left out.")


def test_the_ties_of_each_publisher_can_be_read_beside_each_other(small: Small) -> None:
    expected = pl.DataFrame(
        {
            "actor_a": ["abel", "abel"],
            "actor_b": ["ito", "ito"],
            "one": ["Abel", "Abel"],
            "other": ["Ito", "Ito"],
            "unit": ["Gazette", "Herald"],
            "order": [1, 2],
            "label": ["Gazette", "Herald"],
            "short": ["Gazette", "Herald"],
            "windows": [8, 4],
            "expected": [1.2, 0.4],
            "verdict": ["not testable", "not testable"],
            "count": [2, 1],
            "per_100": [25.0, 25.0],
            "heading": ["Abel and Ito, Gazette: 2", "Abel and Ito, Herald: 1"],
            "mark": ["ties--abel--ito--Gazette", "ties--abel--ito--Herald"],
            "href": [
                "/report/evidence/ties.qmd#ties--abel--ito--Gazette",
                "/report/evidence/ties.qmd#ties--abel--ito--Herald",
            ],
        }
    )
    figure = ties(*small, by="publisher")
    assert_frame_equal(figure.rows, expected, check_dtypes=False)
    assert counts_are_evidence(figure)
    assert figure.title == "Of a hundred sentences Abel and Ito share 25 (Gazette) and 25 (Herald)"
    assert figure.subtitle.endswith("Sentences in the publisher: Gazette: 8 and Herald: 4.")
    assert figure.alt == [
        "The same ring of actors once a publisher; a line is as thick as the share of sentences that two actors "
        "are both named in.",
        "Gazette, 8 sentences: Abel and Ito 2.",
        "Herald, 4 sentences: Abel and Ito 1.",
    ]
    assert figure.table.columns[0] == "Publisher"


@pytest.mark.parametrize("by", ["period", "article"])
def test_a_unit_without_a_tie_keeps_its_row(small: Small, by: str) -> None:
    figure = ties(*small, by=by)
    found = {"period": [("2019", 2), ("2020", 1)], "article": [("n1", 2), ("n2", 1), ("n3", 0)]}
    assert figure.rows.select("unit", "count").rows() == found[by]
    assert figure.rows["verdict"].null_count() == 0
    assert counts_are_evidence(figure)


@pytest.mark.parametrize("window", ["paragraph", "article"])
def test_ties_can_be_shared_paragraphs_and_articles(small: Small, window: str) -> None:
    for figure in (network(*small, window=window), ties(*small, by="publisher", window=window)):
        assert figure.rows.height
        assert counts_are_evidence(figure)


def test_of_many_publishers_those_with_most_sentences_are_drawn(tmp_path: Path) -> None:
    many = {f"n{at}": (f"Paper {at}", "", "Abel met Ito.") for at in range(10, 10 + MOST_DRAWN)}
    many["n99"] = ("Zeitung", "", "Abel met Ito. Abel left.")
    figure = ties(*world(tmp_path, many), by="publisher")
    units = figure.rows["unit"].to_list()
    assert (len(units), units[0], units[-1]) == (MOST_DRAWN, "Paper 10", "Zeitung")
    assert "Paper 33" not in units
    assert figure.subtitle.endswith("Sentences of each publisher: 2 to 3. Drawn are 24 of 25 publishers.")
    assert figure.title == "Of a hundred sentences Abel and Ito share from 33 (Zeitung) to 50 (Paper 32)"
    assert counts_are_evidence(figure)
    assert all(drawing.count("<a ") == MOST_DRAWN for drawing in drawings(figure))


def test_a_network_of_everything_is_not_asked_of_ties(small: Small) -> None:
    with pytest.raises(ValueError, match=r"by must be .* got 'all'; for all articles draw `network`"):
        ties(*small, by="all")


def test_ties_that_were_not_counted_are_not_shown_as_none(small: Small) -> None:
    study, _ = small
    some = co_mentions(*study.load("mentions", "sentences", "articles"), kinds=("all",))
    with pytest.raises(ValueError, match="no pairs with window 'sentence' by 'publisher'; it has article by all"):
        ties(study, some, by="publisher")


def test_a_study_without_a_day_or_a_tie_still_has_its_figures(tmp_path: Path) -> None:
    study, co_mentions = world(tmp_path, {"n1": ("", "", "Abel met Ito."), "n2": ("", "", "Nobody waits.")})
    found = network(study, co_mentions), ties(study, co_mentions, by="article"), ties(study, co_mentions)
    assert [figure.title for figure in found] == [
        "No two of the most named actors share two sentences",
        "No two of the most named actors share two sentences",
        "Fewer than two periods to compare",
    ]
    for figure in found:
        assert (figure.rows.height, figure.evidence.height) == (0, 0)
        assert drawings(figure)


def test_a_study_that_names_nobody_still_has_its_figures(tmp_path: Path) -> None:
    study, _ = world(tmp_path, {"n1": ("", "", "Nothing happened.")})
    for draw in (network, ties):
        assert drawings(draw(study, empty("co_mentions")))


def test_every_tie_of_both_drawings_is_a_link_with_its_number(small: Small) -> None:
    for figure in (network(*small), ties(*small)):
        for drawing in drawings(figure):
            assert all(f'href="{href}"' in drawing for href in figure.rows["href"])
            assert drawing.count('aria-label="Abel and Ito: ') == figure.rows.height


def test_actors_of_one_side_are_neighbours_and_the_most_connected_is_first() -> None:
    rows = pl.DataFrame({"actor_a": ["a", "a", "b"], "actor_b": ["b", "c", "d"], "count": [5, 2, 4]})
    actors = pl.DataFrame({"actor": list("abcd"), "side": ["S", None, "N", "S"]}).with_columns(
        label="actor", short="actor"
    )
    ring = _on_a_ring(actors, rows)
    assert ring.select("actor", "side", "x", "y").rows() == [
        ("c", "N", 1.0, 0.0),
        ("a", "S", 0.0, 1.0),
        ("d", "S", -1.0, 0.0),
        ("b", OTHERS, 0.0, -1.0),
    ]


def test_a_side_without_a_shape_of_its_own_is_with_the_others() -> None:
    actors = pl.DataFrame({"actor": list("abcdefgh"), "side": list("ABCDEFGH")})
    rows = pl.DataFrame({"actor_a": list("aceg"), "actor_b": list("bdfh"), "count": [2] * 4})
    ring = _on_a_ring(actors.with_columns(label="actor", short="actor"), rows)
    assert ring["side"].n_unique() == len(SHAPES)
    assert ring.filter(side=OTHERS)["actor"].to_list() == ["f", "g", "h"]


@pytest.mark.parametrize(
    ("strong", "title"),
    [
        ([], "None of four ties is more than chance gives"),
        ([0], "One of four ties is more than chance gives: A and B"),
        ([0, 1], "Two of four ties are more than chance gives; A is in most of them"),
        ([0, 3], "Two of four ties are more than chance gives"),
    ],
)
def test_the_title_names_only_who_is_in_most_of_the_ties(strong: list[int], title: str) -> None:
    rows = pl.DataFrame({"one": ["A", "A", "B", "C"], "other": ["B", "C", "C", "D"]})
    verdicts = ["suggestive" if at in strong else "not shown" for at in range(4)]
    assert _network_title(rows.with_columns(verdict=pl.Series(verdicts)), "sentence") == title
