"""A corpus too large to show whole: pages stay light, say what they leave out, and no link leads nowhere.

The limits are lowered here instead of making a large corpus: what happens beyond them is the same.
"""

import re

import polars as pl
import pytest

from dateline.site.evidence import articles, concordance, dossiers, marks
from dateline.site.evidence.material import Material, gather
from dateline.study.load import Study
from tests.site.published import of_evidence

ARTICLES, ENTRIES, LINES, TERMS = 3, 60, 40, 30


@pytest.fixture
def material(study: Study, study_tables: dict[str, pl.DataFrame], monkeypatch: pytest.MonkeyPatch) -> Material:
    monkeypatch.setattr(marks, "MOST_ENTRIES", ENTRIES)
    monkeypatch.setattr(articles, "MOST_LISTED", ARTICLES)
    monkeypatch.setattr(dossiers, "MOST_LISTED", ARTICLES)
    monkeypatch.setattr(concordance, "MOST_TERMS", TERMS)
    monkeypatch.setattr(concordance, "MOST_LINES", 4 * TERMS)
    monkeypatch.setattr(concordance, "LINES_A_PAGE", LINES)
    return gather(study, study_tables)


def test_evidence_pages_are_light_and_tell_what_they_leave_out(material: Material) -> None:
    figures = of_evidence(material.tables["evidence"])
    pages = marks.figure_pages(material, figures, {})
    for figure in ("rates", "pairs", "ties"):
        found = figures[figure]["marks"]
        each = max(5, ENTRIES // len(found))
        sections = re.findall(r"<section>.*?</section>", pages[f"evidence/{figure}.qmd"], re.DOTALL)
        assert len(sections) == len(found)
        for section, mark in zip(sections, found, strict=True):
            shown, n = section.count('<li class="evi">'), mark["count"]
            assert shown == min(n, each)
            assert (f"This list has {shown} of {n}, " in section) == (shown < n)


def test_long_lists_of_places_are_cut_and_say_so(material: Material) -> None:
    text = dossiers.dossiers(material)["evidence/actor-ukraine.qmd"]
    places = text[text.index("{#places}") :]
    assert places[: places.index("</ol>")].count("<li>") == ARTICLES
    assert "All are in the table" in places
    listed = articles.list_articles(material.tables)
    assert listed.count("<li>") == ARTICLES
    assert "This list has 3 of 5, " in listed


def test_the_concordance_is_paged_and_every_link_into_it_arrives(material: Material) -> None:
    made = concordance.concordance_pages(material)
    assert len(made) > 1
    places = concordance.addresses(material.tables)
    assert len(places) == TERMS
    for term, address in places.items():
        page, _, anchor = address.removeprefix("/report/").partition("#")
        assert f'id="{anchor}"' in made[page], term
    for page, text in made.items():
        lines = text.count("</small></li>")
        assert 0 < lines <= LINES, page
        for link in re.findall(r'href="(#term-[^"]*)"', text):
            assert f'id="{link[1:]}"' in text, (page, link)
        for link in re.findall(r'href="/report/(evidence/concordance[^"#]*\.qmd)#(term-[^"]*)"', text):
            assert f'id="{link[1]}"' in made[link[0]], (page, link)
    first = made["evidence/concordance.qmd"]
    assert first.count('<li><a href="') >= TERMS
    assert "the 30 most used of" in first


def test_five_articles_are_shown_whole(study_tables: dict[str, pl.DataFrame]) -> None:
    ((page, terms),) = concordance.listed(study_tables)
    assert page == "evidence/concordance"
    assert all(lines == n for *_, n, lines in terms)
