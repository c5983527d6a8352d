"""Every mark's number equals its entries in `evidence`, in the tables, on the page and in the drawing.

What is asked here is asked of every figure of `dl.figures`, drawn as its own defaults draw The Open Door.
"""

import inspect
import re
from pathlib import Path

import polars as pl
import pytest

import dateline as dl
from dateline.figures.base import KINDS, MADE, read_figures
from dateline.site.figures import shown_on
from dateline.study.load import Study
from tests.conftest import REPOSITORY
from tests.figures.frames import counts_by_evidence, numbers
from tests.pages import Page, leads_to

NAMES = sorted(dl.figures.__all__)
AN_ARTICLE_A_MARK = {"timeline", "dates"}
"""Figures whose marks lead to an article, not to a list of evidence."""


def draw(name: str, study: Study) -> dl.Figure:
    """Return a figure as its defaults draw it; the frames that it takes are tables of its arguments' names."""
    function = getattr(dl.figures, name)
    taken = [
        each.name for each in inspect.signature(function).parameters.values() if each.kind is each.POSITIONAL_OR_KEYWORD
    ]
    return function(study, *(study.load(table) for table in taken[1:]))


@pytest.fixture(scope="module")
def drawn(built: Path) -> dict[str, dl.Figure]:
    """Every figure of the built study by its name; opened from the repository, its tables from the build."""
    study = dl.open_study(built)
    return {name: draw(name, study) for name in NAMES}


@pytest.fixture(scope="module")
def evidence(built: Path) -> pl.DataFrame:
    return pl.read_parquet(built / "data/derived/evidence.parquet")


@pytest.fixture(scope="module")
def pages(built: Path) -> dict[str, Page]:
    """Every page of the built site by its address: `report/words.html`."""
    site = built / "_site"
    return {path.relative_to(site).as_posix(): Page(path) for path in sorted(site.rglob("*.html"))}


@pytest.fixture(scope="module")
def homes(built: Path) -> dict[str, Path]:
    """The built page of each figure; of one that no page includes, its fragment."""
    shown = {name: built / "_site" / leads_to(home.partition("#")[0]) for name, home in shown_on(built).items()}
    return {name: shown.get(name, built / MADE / f"{name}.md") for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_the_number_on_a_mark_is_the_number_of_its_entries(
    name: str, drawn: dict[str, dl.Figure], evidence: pl.DataFrame
) -> None:
    figure = drawn[name]
    assert figure.rows.height
    assert counts_by_evidence(figure) == numbers(figure)
    entries = dict(evidence.filter(figure=name).group_by("mark").len().iter_rows())
    assert entries == {mark: n for mark, n in numbers(figure).items() if n}


@pytest.mark.parametrize(("column", "kind"), KINDS.items())
def test_every_entry_names_a_row_of_its_table(column: str, kind: str, evidence: pl.DataFrame, built: Path) -> None:
    table = pl.read_parquet(built / f"data/derived/{kind}s.parquet")
    named = evidence.filter(kind=kind)["id"]
    assert set(named) <= set(table[column])
    assert evidence.filter(~pl.col("kind").is_in(list(KINDS.values()))).is_empty()


def test_the_notebooks_publish_what_the_defaults_draw(drawn: dict[str, dl.Figure], built: Path) -> None:
    published = read_figures(built)
    assert sorted(published) == NAMES
    for name, figure in drawn.items():
        assert published[name]["title"] == figure.title
        assert {mark["mark"]: mark["count"] for mark in published[name]["marks"]} == numbers(figure)


@pytest.mark.parametrize("name", NAMES)
def test_every_mark_of_both_drawings_is_a_link_that_leads_to_its_entries(
    name: str, drawn: dict[str, dl.Figure], pages: dict[str, Page], homes: dict[str, Path], built: Path
) -> None:
    rows, home = (drawn[name].rows.with_columns(leads=pl.col("href").map_elements(leads_to, pl.String)), homes[name])
    for drawing in ("fig-wide", "fig-narrow"):
        links = Page(home).links[name, drawing]
        found = {
            leads_to(href, home.relative_to(built / "_site").parent if home.suffix == ".html" else Path())
            for href, _ in links
        }
        # A line between two who share nothing in one unit is not drawn.
        assert set(rows.filter(pl.col("count") > 0)["leads"]) <= found <= set(rows["leads"])
        assert all(label for _, label in links), "a link without a name"
    for row in rows.filter(pl.col("leads").is_in(found)).iter_rows(named=True):
        address, _, anchor = row["leads"].partition("#")
        if name in AN_ARTICLE_A_MARK:
            assert not anchor or anchor in pages[address].ids
        else:
            assert anchor in pages[address].ids
            assert pages[address].entries.get(anchor, 0) == row["count"], row["mark"]


def test_the_drawn_numbers_are_those_of_the_rows(drawn: dict[str, dl.Figure], built: Path) -> None:
    text = (built / "_site/report/actors.html").read_text(encoding="utf-8")
    figure = text[text.index('id="fig-pairs"') :]
    wide = figure[figure.index("fig-wide") : figure.index("fig-narrow")]
    printed = sorted(int(number) for number in re.findall(r"<text[^>]*>(\d+)</text>", wide))
    assert printed == sorted(drawn["pairs"].rows["count"].to_list())


def test_no_figure_of_the_package_is_without_a_test() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (REPOSITORY / "tests/figures").glob("test_*.py"))
    assert [name for name in NAMES if not re.search(rf"\b{name}\(", tests)] == []
