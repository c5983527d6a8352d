"""The invented second study: four publishers side by side, and what a newsroom changes in a notebook is on the page."""

import re
import shutil
from pathlib import Path

import polars as pl
import pytest

import dateline as dl
from dateline.build.stages import build
from dateline.figures.base import read_figures
from dateline.study.load import Study
from tests.build.cells import change_cell, write_notebook
from tests.figures.frames import counts_by_evidence, numbers
from tests.pages import Page, leads_to

PUBLISHERS = ("Coast Radio", "Harbour Post", "Marlow Courier", "Northern Ledger")
PERIODS = ("2021", "2022", "2023")

# Counted in the files, without the program: the words of all lines but the twenty that are no article (bylines,
# "Share this article" and the like); the words "job" and "jobs", "dust", "health", "compensation".
WORDS = {"publisher": (1288, 1532, 1549, 1369), "period": (1892, 1714, 1925)}
USES = {
    "job": {"publisher": (10, 24, 8, 4), "period": (17, 12, 16)},
    "dust": {"publisher": (2, 1, 1, 26), "period": (10, 12, 8)},
    "health": {"publisher": (1, 0, 1, 18), "period": (5, 10, 5)},
    "#air": {"publisher": (3, 1, 2, 44), "period": (15, 22, 13)},
    "compensation": {"publisher": (7, 7, 5, 4), "period": (0, 1, 22)},
}
UNITS = {"publisher": PUBLISHERS, "period": PERIODS}

EDITS = {
    "20-terms": [
        ('figures.rates(study, rates, by="period"', 'figures.rates(study, rates, by="publisher"'),
        ('figures.keyness(study, words, by="period"', 'figures.keyness(study, words, by="publisher"'),
    ],
    "30-actors": [('figures.ties(study, pairs, by="period"', 'figures.ties(study, pairs, by="publisher"')],
    "40-stance": [('holder=None, by="article"', 'holder="neighbours", by="publisher"')],
}
"""What a newsroom changes: notebook -> words of a cell and the words in their place."""

OWN = """\
import altair as alt
named = study.load("mentions").filter(how="role")
rows = named.group_by("actor").len("count").sort("count", "actor", descending=[True, False])
rows = dl.mark_rows(rows, "roles", "actor")
bars = alt.Chart(rows).mark_bar().encode(x="count:Q", y=alt.Y("actor:N", sort=None), href="href:N")
dl.Figure(study, "roles", title="Whom the articles call by a role", rows=rows, draw=bars,
          evidence=named.join(rows, on="actor").select("mark", "mention_id")).publish()
"""
"""A figure of a stranger's own: that of the docstring of `Figure`."""


@pytest.fixture(scope="module")
def coal(harbour: Path) -> Study:
    return dl.open_study(harbour)


@pytest.fixture(scope="module")
def edited(harbour: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study with every change of `EDITS` and a figure of its own on the page of words, built again."""
    root = Path(shutil.copytree(harbour, tmp_path_factory.mktemp("edited") / "study"))
    for name, changes in EDITS.items():
        for old, new in changes:
            change_cell(root / f"notebooks/{name}.ipynb", old, new)
    write_notebook(root, "60-own", OWN, title="Roles")
    page = root / "report/words.qmd"
    own = "\n{{< include /report/made/figures/roles.md >}}\n"
    page.write_text(page.read_text(encoding="utf-8") + own, encoding="utf-8")
    build(root, renderer="embedded")
    return root


@pytest.mark.parametrize("kind", UNITS)
def test_words_are_those_counted_by_hand(coal: Study, kind: str) -> None:
    found = coal.load("articles").drop_nulls(kind).group_by(kind).agg(pl.col("words").sum())
    assert dict(found.iter_rows()) == dict(zip(UNITS[kind], WORDS[kind], strict=True))


@pytest.mark.parametrize("kind", UNITS)
@pytest.mark.parametrize("term", USES)
def test_uses_are_those_counted_by_hand(coal: Study, term: str, kind: str) -> None:
    rates = coal.load("term_rates").filter(term=term, unit_kind=kind)
    assert rates.select("unit", "count", "words").sort("unit").rows() == list(
        zip(UNITS[kind], USES[term][kind], WORDS[kind], strict=True)
    )


def test_an_article_without_a_day_counts_for_its_publisher_and_for_no_period(coal: Study) -> None:
    articles = coal.load("articles").filter(article_id="courier-06")
    assert articles.select("publisher", "period", "published_basis").row(0) == ("Marlow Courier", None, "unknown")


def test_rates_of_each_publisher(coal: Study) -> None:
    figure = dl.figures.rates(coal, coal.load("term_rates"), by="publisher")
    assert counts_by_evidence(figure) == numbers(figure)
    for term in ("job", "dust"):
        rows = figure.rows.filter(term=term)
        assert dict(rows.select("unit", "count").iter_rows()) == dict(
            zip(PUBLISHERS, USES[term]["publisher"], strict=True)
        )
    # 26 uses in 1,369 words, and 4 in the 4,369 of the others.
    assert figure.title.startswith("“Dust” marks Northern Ledger: 19.0 in 1,000 words against 0.9 elsewhere")


def test_keyness_of_each_publisher(coal: Study) -> None:
    figure = dl.figures.keyness(coal, coal.load("keyness"), by="publisher")
    assert counts_by_evidence(figure) == numbers(figure)
    leading = figure.rows.group_by("unit", maintain_order=True).first().select("unit", "term", "verdict")
    assert ("Northern Ledger", "dust", "supported") in leading.rows()
    ledger = coal.load("keyness").filter(unit="Northern Ledger", term="dust").row(0, named=True)
    assert (ledger["count"], ledger["count_against"], ledger["words_against"]) == (26, 4, 4369)
    assert figure.title.startswith("“Dust” sets Northern Ledger apart")


def test_ties_of_each_publisher(coal: Study) -> None:
    figure = dl.figures.ties(coal, coal.load("co_mentions"), by="publisher")
    assert counts_by_evidence(figure) == numbers(figure)
    # The mayor and the union are named together in the Harbour Post, and hardly elsewhere.
    pair = figure.rows.filter(actor_a="dockers-union", actor_b="hesper-quillane")
    sentences = coal.load("mentions").join(coal.load("sentences").select("sentence_id"), on="sentence_id")
    named = sentences.group_by("sentence_id", "article_id").agg(pl.col("actor").unique())
    both = named.filter(
        pl.col("actor").list.contains("dockers-union") & pl.col("actor").list.contains("hesper-quillane")
    ).join(coal.load("articles").select("article_id", "publisher"), on="article_id")
    by_hand = dict(both.group_by("publisher").len().iter_rows())
    assert dict(pair.select("unit", "count").iter_rows()) == {name: by_hand.get(name, 0) for name in PUBLISHERS}
    assert by_hand["Harbour Post"] > 5 * sum(n for name, n in by_hand.items() if name != "Harbour Post")


def test_positions_of_each_publisher(coal: Study) -> None:
    positions = coal.load("positions")
    figure = dl.figures.scales(coal, positions, holder="neighbours", by="publisher")
    assert counts_by_evidence(figure) == numbers(figure)
    assert figure.rows["mean"].unique().to_list() == [1.0], "they are for it wherever they speak"
    mayor = dl.figures.scales(coal, positions, holder="hesper-quillane", by="period")
    means = dict(mayor.rows.filter(scale="support").select("unit", "mean").iter_rows())
    assert (means["2021"], means["2023"]) == (-1.0, 1.0)
    assert abs(means["2022"]) < 0.5


@pytest.mark.parametrize(
    ("figure", "page", "title"),
    [
        ("rates", "report/words.html", "“Dust” marks Northern Ledger"),
        ("keyness", "report/words.html", "“Dust” sets Northern Ledger apart"),
        ("ties", "report/actors.html", "15 (Harbour Post)"),
        ("scales", "report/stance.html", "The neighbours: support is +1.00 in"),
        ("roles", "report/words.html", "Whom the articles call by a role"),
    ],
)
def test_what_a_cell_says_is_on_the_page_after_a_build(edited: Path, figure: str, page: str, title: str) -> None:
    site = edited / "_site"
    text = (site / page).read_text(encoding="utf-8")
    printed = re.search(rf'id="fig-{figure}">\s*<h2 class="fig-title">(.*?)</h2>', text, re.DOTALL)[1]
    assert title in printed
    published = read_figures(edited)[figure]
    assert published["title"].startswith(printed[:10])
    drawn = Page(site / page).links
    counted = {f"report/evidence/{figure}.html#{mark['mark']}": mark["count"] for mark in published["marks"]}
    evidence = Page(site / f"report/evidence/{figure}.html")
    for drawing in ("fig-wide", "fig-narrow"):
        links = {leads_to(href, Path(page).parent) for href, _ in drawn[figure, drawing]}
        assert {address for address, n in counted.items() if n} <= links <= set(counted)
    for address, n in counted.items():
        assert evidence.entries.get(address.partition("#")[2], 0) == n


def test_every_other_page_is_there_and_no_table_and_no_number_of_the_prose_moves(harbour: Path, edited: Path) -> None:
    def pages(root: Path) -> set[str]:
        return {path.relative_to(root / "_site").as_posix() for path in (root / "_site").rglob("*.html")}

    assert pages(edited) - pages(harbour) == {"report/evidence/roles.html", "notebooks/60-own.html"}
    assert pages(harbour) <= pages(edited)
    assert (edited / "_variables.yml").read_text() == (harbour / "_variables.yml").read_text()
    for path in sorted((harbour / "data/derived").glob("*.csv")):
        if path.stem != "evidence":
            assert (edited / "data/derived" / path.name).read_bytes() == path.read_bytes(), path.name


def test_no_link_of_the_edited_site_leads_nowhere(edited: Path) -> None:
    site = edited / "_site"
    pages = {path.relative_to(site).as_posix(): Page(path) for path in site.rglob("*.html")}
    for page in pages:
        for href in re.findall(r'href="([^"]+)"', (site / page).read_text(encoding="utf-8")):
            if re.match(r"[a-z]+:", href) or page == "404.html":
                continue
            address, _, anchor = leads_to(
                href if href[0] != "#" else f"{Path(page).name}{href}", Path(page).parent
            ).partition("#")
            assert (site / address).exists(), (page, href)
            assert not anchor or address not in pages or anchor in pages[address].ids, (page, href)
