"""The pages behind the figures, of any figure: a section a mark, an entry a counted thing."""

import re
from types import SimpleNamespace

import polars as pl
import pytest

from dateline.actors.mentions import find_mentions
from dateline.corpus.articles import build_corpus
from dateline.errors import TableError
from dateline.site.evidence.articles import article_pages, list_articles
from dateline.site.evidence.marks import charts_of_sentences, figure_pages
from dateline.site.evidence.material import Material, gather, highlighted
from dateline.study.load import Study
from dateline.tables import empty
from tests.site.published import mark, published

SECTION = re.compile(r'<section><h2 id="([^"]*)">([^<]*)</h2>\n(.*?)</section>', re.DOTALL)
ENTRY = re.compile(r'<li class="evi"><p class="evi-place"><a href="([^"]*)">([^<]*)</a></p>(.*?)</li>')


@pytest.fixture(scope="module")
def world(tiny: Study) -> SimpleNamespace:
    """The tiny study's tables, with one statement made by hand, whole sentences shown."""
    tables = build_corpus(tiny)
    tables["mentions"] = find_mentions(tiny, tables["sentences"], tables["articles"])
    said = tables["sentences"].filter(article_id="a2", part="body").row(0, named=True)
    statement = dict.fromkeys(empty("statements").columns) | {
        "statement_id": "a2-t17-ito",
        "sentence_id": said["sentence_id"],
        "article_id": "a2",
        "start": said["start"],
        "end": said["end"],
        "voice": "indirect",
        "holder": "ito",
        "cue": "opposes",
        "rule": "source-verb",
        "on_target": True,
        "support": -1,
        "conditional": False,
        "because": "target: League membership; support: opposes",
    }
    at = said["start"] + said["text"].index("membership")
    use = {"occurrence_id": "a2-o1", "term": "membership", "kind": "word", "surface": "membership"}
    use |= {"sentence_id": said["sentence_id"], "article_id": "a2", "start": at, "end": at + 10}
    tables["occurrences"] = pl.DataFrame([use], schema=empty("occurrences").schema)
    tables["statements"] = pl.DataFrame([statement], schema=empty("statements").schema)
    places = {"support": "opposes", "target": "League membership"}
    reasons = dict.fromkeys(empty("reasons").columns) | {"statement_id": "a2-t17-ito", "article_id": "a2"}
    tables["reasons"] = pl.DataFrame(
        [
            reasons
            | {"about": about, "start": (first := said["start"] + said["text"].index(words)), "end": first + len(words)}
            for about, words in places.items()
        ],
        schema=empty("reasons").schema,
    )
    tables["evidence"] = empty("evidence")
    return SimpleNamespace(
        tables=tables,
        material=gather(tiny, tables, full=True),
        sentence=said["sentence_id"],
        title=tables["sentences"].filter(article_id="a1", part="title")["sentence_id"].item(),
    )


def entries(material: Material, *marks: dict) -> dict[str, list[tuple[str, ...]]]:
    """Return mark -> its entries on the page of a figure: address, place, what is shown."""
    page = figure_pages(material, {"mine": published("mine", list(marks))}, {})["evidence/mine.qmd"]
    return {name: ENTRY.findall(body) for name, _, body in SECTION.findall(page)}


def test_each_kind_of_thing_leads_to_its_place(world: SimpleNamespace) -> None:
    here = world.tables["mentions"].filter(sentence_id=world.sentence)
    found = entries(
        world.material,
        mark("m1", "occurrence", ["a2-o1"]),
        mark("m2", "sentence", [world.sentence]),
        mark("m3", "sentence", [world.sentence], actors=["ito", "league"]),
        mark("m4", "mention", here.filter(actor="norland")["mention_id"].to_list()),
        mark("m5", "statement", ["a2-t17-ito"]),
        mark("m6", "article", ["a2"]),
    )
    place = f"/report/articles/a2.qmd#{world.sentence}"
    where = "no date, paragraph 2, sentence 1"
    quote = "<blockquote><p>{}</p></blockquote>".format
    name, because = '<mark class="m-name">{}</mark>'.format, '<mark class="m-because">{}</mark>'.format
    ito, league, norland = name("Ito"), name("League"), name("Norland")
    assert found == {
        "m1": [(place, where, quote(f"Ito opposes League {because('membership')} for Norland."))],
        "m2": [(place, where, quote(f"{ito} opposes {league} membership for {norland}."))],
        "m3": [(place, where, quote(f"{ito} opposes {league} membership for Norland."))],
        "m4": [(place, where, quote(f"Ito opposes League membership for {norland}."))],
        "m5": [
            (
                "/report/articles/a2.qmd#a2-t17-ito",
                where,
                quote(f"Ito {because('opposes')} {because('League membership')} for Norland."),
            )
        ],
        "m6": [("/report/articles/a2.qmd", "no date", '<p class="evi-words">Sudland answers</p>')],
    }


def test_beyond_the_caps_the_deciding_words_stay(tiny: Study, world: SimpleNamespace) -> None:
    settings = {**tiny.settings, "excerpts": {"words": 25, "share": 0.0}}
    capped = gather(Study(tiny.root, settings, tiny.lists, tiny.texts), world.tables)
    found = entries(
        capped,
        mark("m1", "sentence", [world.sentence], actors=["ito", "norland"]),
        mark("m2", "statement", ["a2-t17-ito"]),
    )
    assert found["m1"][0][2] == (
        '<p class="evi-words"><mark class="m-name">Ito</mark>, <mark class="m-name">Norland</mark></p>'
    )
    assert found["m2"][0][2] == '<p class="evi-words">target: League membership; support: opposes</p>'


def test_entries_come_in_reading_order_whatever_the_order_of_ids(world: SimpleNamespace) -> None:
    ids = world.tables["sentences"].sort("article_id", "start")["sentence_id"].to_list()
    found = entries(world.material, mark("m1", "sentence", ids[::-1]))
    assert [address.partition("#")[2] for address, *_ in found["m1"]] == ids


def test_a_mark_that_counts_nothing_says_so(world: SimpleNamespace) -> None:
    marks = [mark("m1"), mark("m2", "occurrence", ["a2-o1"])]
    page = figure_pages(world.material, {"mine": published("mine", marks)}, {})["evidence/mine.qmd"]
    assert dict((name, body) for name, _, body in SECTION.findall(page))["m1"] == "<p>No use was found.</p>"


def test_a_figure_without_marks_has_a_page_that_its_links_find(world: SimpleNamespace) -> None:
    figures = {"mine": published("mine", []), "timeline": published("timeline", [], evidence_page=False)}
    pages = figure_pages(world.material, figures, {"mine": "/index.qmd#fig-mine"})
    assert list(pages) == ["evidence/mine.qmd"]
    assert "[Back to the figure](/index.qmd#fig-mine)" in pages["evidence/mine.qmd"]
    assert "Nothing was counted." in pages["evidence/mine.qmd"]


def test_a_thing_that_no_table_has_is_named(world: SimpleNamespace) -> None:
    with pytest.raises(TableError, match="figure mine counts the sentence 'a1-p3' in its mark m1"):
        entries(world.material, mark("m1", "sentence", ["a1-p3"]))


def test_a_sentence_leads_to_the_figures_that_count_it(world: SimpleNamespace) -> None:
    every = world.tables["sentences"]["sentence_id"].to_list()
    figures = {
        "dates": published("dates", [mark("d1", "sentence", every)]),
        "hidden": published("hidden", [mark("h1", "sentence", [world.sentence])]),
        "of-mine": published(
            "of-mine", [mark("m1", "sentence", [world.sentence, world.title]), mark("m2", "statement", ["a2-t17-ito"])]
        ),
        "outlets": published("outlets", [mark("o1", "article", ["a1", "a2"])]),
    }
    places = {name: f"/report/words.qmd#fig-{name}" for name in ("dates", "of-mine", "outlets")}
    charts = charts_of_sentences(world.material, figures, places)
    address = "/report/words.qmd#fig-of-mine"
    assert charts == {
        world.sentence: [{"name": "of mine", "address": address, "marks": 2}],
        world.title: [{"name": "of mine", "address": address, "marks": 1}],
    }
    page = article_pages(world.material, charts)["articles/a2.qmd"]
    assert f'On the charts:\n<a href="{address}">of mine</a> (2 marks)</p>' in page


def test_the_page_of_an_article_shows_what_was_coded(world: SimpleNamespace) -> None:
    page = article_pages(world.material, {})["articles/a2.qmd"]
    assert '<p class="evi-codes">Named: Ito, League, Norland</p>' in page
    assert (
        '<p class="evi-codes" id="a2-t17-ito"><strong>Ito</strong>, indirect: support -1 (against it), feasibility not '
        "told. Decided by target: League membership; support: opposes. <small>Found by source-verb: opposes.</small></p>"
    ) in page
    assert "## What was counted and coded {#evidence}" in page


def test_text_of_an_article_stays_text(tiny: Study, world: SimpleNamespace) -> None:
    hostile = "<b>Ito</b> {{< include /etc/passwd >}} ```{=html}"
    tables = world.tables | {
        "articles": world.tables["articles"].with_columns(title=pl.lit(hostile), url=pl.lit('"><b>')),
        "removed": pl.DataFrame(
            {"article_id": ["a2"], "start": [0], "end": [1], "text": ["x"], "reason": [hostile], "rule": ["r"]}
        ),
    }
    made = article_pages(gather(tiny, tables, full=True), {})["articles/a2.qmd"] + list_articles(tables)
    assert "<b>" not in made
    assert "{{<" not in made
    assert made.count("```{=html}") == made.count("```") / 2


def test_an_excerpt_marks_whole_names_and_what_it_has_of_the_deciding_words() -> None:
    spans = [(4, 8, "name"), (9, 12, "because"), (0, 8, "name"), (10, 18, "because")]
    assert highlighted("The port may close", (4, 15), spans) == [
        ("port", "name"),
        (" ", ""),
        ("may", "because"),
        (" cl", ""),
    ]
    assert highlighted("The port may close", (6, 18), [(4, 12, "because"), (4, 8, "name")]) == [
        ("rt may", "because"),
        (" close", ""),
    ]
