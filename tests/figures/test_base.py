"""A figure of a stranger's own: what it publishes, what it asks for, and what is drawn."""

import json
from collections.abc import Callable
from pathlib import Path

import altair as alt
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dateline.errors import DatelineError, TableError
from dateline.figures.base import MADE, STATE, Figure, evidence_of, mark_rows, read_figures
from dateline.study.load import Study, load_study
from tests.figures.frames import filled, give_look

USES = pl.DataFrame(
    {"occurrence_id": ["o1", "o2", "o3"], "article_id": ["a1", "a1", "a2"], "surface": ["gate", "Gates", "gate"]}
)
"""Three uses of one word: two in a1, one in a2."""


@pytest.fixture
def world(tiny_study: Callable[..., Path]) -> Study:
    root = tiny_study()
    give_look(root)
    study = load_study(root)
    study.save(articles=filled("articles", [{"article_id": name, "words": 50} for name in ("a1", "a2")]))
    return study


def gates(study: Study, **more: object) -> Figure:
    """Return the figure of the docstring of `Figure`, of another world: uses in each article."""
    rows = USES.group_by("article_id").len("count").sort("article_id").rename({"article_id": "article"})
    rows = mark_rows(rows, "gates", "article")
    bars = alt.Chart(rows).mark_bar().encode(x="count:Q", y="article:N", href="href:N", description="mark:N")
    parts = {
        "title": "Two uses in a1, one in a2",
        "rows": rows,
        "draw": bars,
        "evidence": USES.join(rows, left_on="article_id", right_on="article").select("mark", "occurrence_id"),
    }
    return Figure(study, "gates", **{**parts, **more})


def test_a_mark_has_an_id_and_the_address_of_its_evidence() -> None:
    rows = pl.DataFrame({"who": ["Ana Roe", "O'Neill & Sons"], "order": [1, 2]})
    expected = rows.with_columns(
        mark=pl.Series(["own--Ana-Roe--1", "own--O-Neill-Sons--2"]),
        href="/report/evidence/own.qmd#own--" + pl.Series(["Ana-Roe--1", "O-Neill-Sons--2"]),
    )
    assert_frame_equal(mark_rows(rows, "own", "who", "order"), expected)


def test_what_is_published_is_a_drawing_its_data_and_what_the_page_needs(world: Study) -> None:
    figure = gates(world, table=None, alt=["Two bars.", "a1 has two."])
    assert figure.publish() is figure
    made = {path.suffix: path for path in (world.root / MADE).iterdir()}
    assert sorted(made) == [".csv", ".png", ".svg"]
    assert made[".csv"].read_text(encoding="utf-8") == "article,count\na1,2\na2,1\n"
    assert made[".png"].read_bytes().startswith(b"\x89PNG")
    drawn = made[".svg"].read_text(encoding="utf-8")
    assert "Two uses in a1, one in a2" in drawn
    assert "The Gate. Two articles, 100 words that count. Made with Dateline, CC BY 4.0." in drawn
    assert "<a " not in drawn, "a drawing that leaves its page has no links"
    page = json.loads((world.root / STATE / "gates.json").read_text(encoding="utf-8"))
    assert (page["name"], page["title"], page["alt"]) == ("gates", figure.title, figure.alt)
    assert page["columns"] == {"article": False, "count": True}
    assert page["table"] == [["a1", "2"], ["a2", "1"]]
    assert page["evidence_page"] is True
    assert page["marks"] == [
        {"mark": "gates--a1", "count": 2, "heading": "gates--a1", "actors": [], "kind": "occurrence", "ids": ["o1", "o2"]},
        {"mark": "gates--a2", "count": 1, "heading": "gates--a2", "actors": [], "kind": "occurrence", "ids": ["o3"]},
    ]  # fmt: skip
    for kind in ("wide", "narrow"):
        assert page[kind].count('<a href="/report/evidence/gates.qmd#gates--a') == 2
        assert 'aria-describedby="fig-gates-alt"' in page[kind]


def test_the_table_of_evidence_is_that_of_what_is_published(world: Study) -> None:
    gates(world).publish()
    assert evidence_of(read_figures(world.root)).rows() == [
        ("gates", "gates--a1", "occurrence", "o1"),
        ("gates", "gates--a1", "occurrence", "o2"),
        ("gates", "gates--a2", "occurrence", "o3"),
    ]
    assert evidence_of({}).is_empty()


def test_a_figure_without_evidence_has_no_page_of_it(world: Study) -> None:
    figure = gates(world, evidence=None).publish()
    page = read_figures(world.root)["gates"]
    assert figure.evidence.is_empty()
    assert page["evidence_page"] is False
    assert [mark["ids"] for mark in page["marks"]] == [[], []]


def test_what_is_not_given_is_made_of_what_is(world: Study) -> None:
    figure = gates(world)
    assert figure.alt == [figure.title]
    assert figure.table.columns == ["article", "count"]
    assert "image/svg+xml" in figure._repr_mimebundle_()


def test_a_function_draws_for_desk_and_phone_and_a_chart_serves_both(world: Study) -> None:
    asked = []

    def draw(look: object) -> alt.Chart:
        asked.append(look.wide)
        return gates(world).draw.properties(width=look.width(100))

    gates(world, draw=draw).publish()
    page = read_figures(world.root)["gates"]
    assert sorted(asked) == [False, True], "each is drawn once"
    assert page["wide"] != page["narrow"]
    gates(world).publish()
    page = read_figures(world.root)["gates"]
    assert page["wide"].replace("gates-w", "") == page["narrow"].replace("gates-n", "")


def test_a_changed_chart_is_what_is_shown_and_published(world: Study) -> None:
    figure = gates(world)
    before = figure._repr_mimebundle_()["image/svg+xml"]
    figure.chart = figure.chart.mark_bar(color="#0a0b0c")
    assert "#0a0b0c" not in before
    assert "#0a0b0c" in figure._repr_mimebundle_()["image/svg+xml"]
    figure.publish()
    page = read_figures(world.root)["gates"]
    assert all("#0a0b0c" in page[kind] for kind in ("wide", "narrow"))
    assert "#0a0b0c" in (world.root / MADE / "gates.svg").read_text(encoding="utf-8")


def test_a_build_that_makes_tables_only_draws_nothing(world: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_TABLES_ONLY", "1")

    def draw(look: object) -> alt.Chart:
        raise AssertionError

    figure = gates(world, draw=draw).publish()
    assert figure._repr_mimebundle_() == {"text/plain": "Two uses in a1, one in a2 Two uses in a1, one in a2"}
    assert not (world.root / MADE).exists()
    assert evidence_of(read_figures(world.root)).height == 3


def test_a_running_build_gets_the_figure_and_the_study_does_not(
    world: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "workshop"
    monkeypatch.setenv("DATELINE_OUT", str(out))
    monkeypatch.setenv("DATELINE_NOTEBOOK", "60-own")
    world.save(articles=filled("articles", [{"article_id": "a1", "words": 50}]))
    gates(world).publish()
    assert read_figures(out)["gates"]["notebook"] == "60-own"
    assert not (world.root / STATE).exists()


@pytest.mark.parametrize("name", ["Gates", "the gates", "2gates", "", "gate/s", "gäte"])
def test_a_name_that_no_address_can_have_is_refused(world: Study, name: str) -> None:
    rows = pl.DataFrame({"mark": ["x"], "count": [1]})
    with pytest.raises(DatelineError, match="use lower-case letters, digits and hyphens") as error:
        Figure(world, name, title="x", rows=rows, draw=alt.Chart(rows).mark_bar())
    assert repr(name) in str(error.value)


@pytest.mark.parametrize("column", ["mark", "count"])
def test_rows_without_a_column_are_refused_by_its_name(world: Study, column: str) -> None:
    rows = gates(world).rows.drop(column)
    with pytest.raises(TableError, match=f"rows of the figure gates has no column '{column}'"):
        gates(world, rows=rows)


@pytest.mark.parametrize("columns", [["mark"], ["occurrence_id"], ["mark", "surface"]])
def test_evidence_without_marks_or_ids_is_refused_with_what_it_needs(world: Study, columns: list[str]) -> None:
    rows = USES.with_columns(mark=pl.lit("gates--a1")).select(columns)
    with pytest.raises(TableError, match=r"it needs mark and one of occurrence_id, .*mention_id") as error:
        gates(world, evidence=rows)
    assert f"has the columns {', '.join(columns)}" in str(error.value)


def test_a_study_without_the_stylesheet_says_what_is_missing(world: Study) -> None:
    (world.root / "report/theme/site.css").unlink()
    with pytest.raises(DatelineError, match=r"report/theme/site\.css is not there"):
        gates(world, draw=lambda look: look.nothing("x")).publish()


def test_evidence_that_is_not_what_a_mark_counts_is_refused(study: Study) -> None:
    rows = pl.DataFrame({"mark": ["own--a", "own--b"], "count": [2, 0]})
    one = pl.DataFrame({"mark": ["own--a"], "sentence_id": ["x"]})
    with pytest.raises(DatelineError, match="has 2 on the mark own--a and evidence for 1"):
        Figure(study, "own", title="T", rows=rows, draw=None, evidence=one)
