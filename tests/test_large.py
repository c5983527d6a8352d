"""A corpus too large to show whole: pages stay light, say what they leave out, and no link leads nowhere.

The limits are lowered here instead of making a large corpus: what happens beyond them is the same.
"""

import re
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.figures import marks, readings
from dateline.site import concordance, dossiers, evidence
from dateline.site.evidence import Pages, list_articles
from dateline.site.fragments import _keyness, _trends
from dateline.statements.positions import counted
from dateline.study.load import Study

ARTICLES, ENTRIES, LINES, TERMS = 3, 60, 40, 30


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "MOST_DRAWN", ARTICLES)
    monkeypatch.setattr(evidence, "MOST_ENTRIES", ENTRIES)
    monkeypatch.setattr(evidence, "MOST_LISTED", ARTICLES)
    monkeypatch.setattr(dossiers, "MOST_LISTED", ARTICLES)
    monkeypatch.setattr(concordance, "MOST_TERMS", TERMS)
    monkeypatch.setattr(concordance, "MOST_LINES", 4 * TERMS)
    monkeypatch.setattr(concordance, "LINES_A_PAGE", LINES)


@pytest.fixture
def pages(study: Study, study_tables: dict[str, pl.DataFrame], small_limits: None) -> Pages:
    values = counted(study_tables["statements"], study_tables["sentences"], study.lists["groups"])
    return Pages(study, study_tables, marks.all_marks(study, study_tables, values))


@given(st.lists(st.integers(), max_size=50), st.integers(1, 60))
def test_spread_keeps_the_order_the_first_and_no_more_than_asked(items: list[int], most: int) -> None:
    shown = marks.spread(list(enumerate(items)), most)
    assert len(shown) == min(most, len(items))
    assert shown == sorted(set(shown))
    assert shown[:1] == list(enumerate(items))[:1]
    gaps = [b[0] - a[0] for a, b in pairwise(shown)]
    assert not gaps or max(gaps) - min(gaps) <= 1


def test_figures_draw_some_articles_and_say_so(
    study: Study, study_tables: dict[str, pl.DataFrame], pages: Pages
) -> None:
    for figure in ("ideas", "scales", "timeline", "dates"):
        found = pages.found[figure]
        assert 1 <= found.rows["article_id"].n_unique() <= ARTICLES, figure
        assert set(found.evidence["mark"]) <= set(found.rows["mark"]), figure
        counts = dict(found.evidence.group_by("mark").len().iter_rows())
        wrong = [
            (mark, n)
            for mark, n in found.rows.select("mark", "count").iter_rows()
            if counts.get(mark, 0) != n
        ]
        assert not wrong, figure
    assert readings.drawn_note(study_tables) == (
        " Drawn are 3 of 5 articles, evenly spread over their order; the tables hold all."
    )
    values = counted(study_tables["statements"], study_tables["sentences"], study.lists["groups"])
    told = marks.told(study, study_tables, values, marks.leading_holder(study, values))
    # What a sentence claims rests on the periods, which count every article.
    assert set(told["short"]) <= set(study.periods.values())
    whole = marks.dates(study, study_tables, study_tables["articles"]).rows
    assert readings.dates_title(whole).startswith("Five articles")


def test_the_words_behind_the_lowest_mark_are_those_of_the_figure(
    study: Study, study_tables: dict[str, pl.DataFrame], small_limits: None
) -> None:
    values = counted(study_tables["statements"], study_tables["sentences"], study.lists["groups"])
    # Sentences rest on periods here, the figure on the articles that are drawn; the lowest period is below zero.
    tables = study_tables | {"positions": study_tables["positions"].with_columns(-pl.col("mean"))}
    found = readings.variables(study, tables, values)["scales"]
    rows = marks.scales(study, tables, values, marks.leading_holder(study, values)).rows
    assert found["turning_words"] == next(iter(readings.turning_words(tables, rows)["text"]), "")
    told = marks.told(study, tables, values, marks.leading_holder(study, values))
    assert found["turning_words"].startswith("“")
    assert "article_id" not in told.columns
    assert told["mean"].min() < 0


def test_evidence_pages_are_light_and_tell_what_they_leave_out(pages: Pages) -> None:
    for figure in ("rates", "pairs", "ties"):
        found = pages.found[figure]
        text = pages.marks(found, "Everything")
        each = max(5, ENTRIES // found.rows.height)
        sections = re.findall(r"<section>.*?</section>", text, re.DOTALL)
        assert len(sections) == found.rows.height
        for section, n in zip(sections, found.rows["count"], strict=True):
            shown = section.count('<li class="evi">')
            assert shown == min(n, each)
            assert (f"{shown} of {n} are shown" in section) == (shown < n)


def test_long_lists_of_places_are_cut_and_say_so(pages: Pages) -> None:
    made = dossiers.dossiers(pages)
    text = made["evidence/actor-ukraine.qmd"]
    places = text[text.index("{#places}") :]
    assert places[: places.index("</ol>")].count("<li>") == ARTICLES
    assert "of them are in the table" in places
    listed = list_articles(pages.study, pages.tables)
    assert listed.count("<li>") == ARTICLES
    assert "3 of 5 are shown" in listed


def test_the_concordance_is_paged_and_every_link_into_it_arrives(study: Study, pages: Pages) -> None:
    made = concordance.concordance(pages)
    assert len(made) > 1
    places = concordance.addresses(pages.tables)
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
    assert "the 30 used most are listed" in first
    for fragment in (_keyness(study, pages.tables), _trends(study, pages.tables)):
        for address in re.findall(r'href="/report/(evidence/concordance[^"]*)"', fragment):
            assert f"/report/{address}" in places.values()


def test_five_articles_are_shown_whole(study: Study, study_tables: dict[str, pl.DataFrame]) -> None:
    assert readings.drawn_note(study_tables) == ""
    ((page, terms),) = concordance.listed(study_tables)
    assert page == "evidence/concordance"
    assert all(lines == n for *_, n, lines in terms)
