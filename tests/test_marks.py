"""Every mark's number equals its entries in `evidence`, in the tables, on the page and in the drawing."""

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from dateline.figures import marks
from dateline.figures.marks import UNDATED, article_labels, events_between
from dateline.figures.readings import scale_sentence
from dateline.statements.positions import counted
from dateline.study.load import Study

FIGURES = ("rates", "ideas", "pairs", "network", "timeline", "scales", "dates")
PAGE = {
    "rates": "report/words.html",
    "ideas": "report/words.html",
    "pairs": "report/actors.html",
    "network": "report/actors.html",
    "timeline": "report/stance.html",
    "scales": "report/stance.html",
    "dates": "report/articles.html",
}


@pytest.fixture(scope="module")
def found(study: Study, study_tables: dict[str, pl.DataFrame]) -> dict[str, marks.Marks]:
    values = counted(study_tables["statements"], study_tables["sentences"], study.lists["groups"])
    return marks.all_marks(study, study_tables, values)


class Page(HTMLParser):
    """Ids of a page, the entries inside each section of evidence, and the links of each drawing."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.entries: dict[str, int] = {}
        self.links: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self._figure = ""
        self._heading, self._drawing = "", ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if values.get("id"):
            self.ids.add(values["id"])
        if tag == "figure":
            self._figure = (values.get("id") or "").removeprefix("fig-")
        if tag == "h2":
            self._heading = values.get("id") or ""
        if tag == "li" and "evi" in (values.get("class") or "").split():
            self.entries[self._heading] = self.entries.get(self._heading, 0) + 1
        if tag == "div" and values.get("class") in ("fig-wide", "fig-narrow"):
            self._drawing = {"fig-wide": "w", "fig-narrow": "n"}[values["class"]]
        if tag == "a" and self._drawing:
            self.links.setdefault((self._figure, self._drawing), []).append(
                (values.get("href") or "", values.get("aria-label") or "")
            )

    def handle_endtag(self, tag: str) -> None:
        if tag == "svg":
            self._drawing = ""


@pytest.mark.parametrize("figure", FIGURES)
def test_the_number_on_a_mark_is_the_number_of_its_entries(
    figure: str, found: dict, study_tables: dict[str, pl.DataFrame]
) -> None:
    rows = found[figure].rows
    assert rows.height and rows["mark"].is_unique().all()
    entries = dict(study_tables["evidence"].filter(figure=figure).group_by("mark").len().iter_rows())
    assert dict(rows.select("mark", "count").iter_rows()) == {
        mark: entries.get(mark, 0) for mark in rows["mark"]
    }
    assert set(entries) <= set(rows["mark"])


def test_every_entry_names_a_row_of_its_table(study_tables: dict[str, pl.DataFrame]) -> None:
    ids = {
        "occurrence": ("occurrences", "occurrence_id"),
        "statement": ("statements", "statement_id"),
        "sentence": ("sentences", "sentence_id"),
        "mention": ("mentions", "mention_id"),
    }
    for kind, (table, column) in ids.items():
        named = study_tables["evidence"].filter(kind=kind)["id"]
        assert set(named) <= set(study_tables[table][column])


@pytest.mark.parametrize("figure", FIGURES)
def test_every_mark_of_both_drawings_is_a_link_that_leads_to_its_entries(
    figure: str, found: dict, built: Path
) -> None:
    page = built / "_site" / PAGE[figure]
    drawn = Page(page).links
    rows = found[figure].rows
    wanted = {re.sub(r"\.qmd", ".html", href.removeprefix("/")) for href in rows["href"]}
    for drawing in ("w", "n"):
        targets = {
            (page.parent / href.partition("#")[0])
            .resolve()
            .relative_to((built / "_site").resolve())
            .as_posix()
            + ("#" + href.partition("#")[2] if "#" in href else "")
            for href, _ in drawn[figure, drawing]
        }
        assert targets == wanted
        assert all(label for _, label in drawn[figure, drawing]), "a link without a name"
    for row in rows.iter_rows(named=True):
        address, _, anchor = row["href"].removeprefix("/").replace(".qmd", ".html").partition("#")
        evidence = Page(built / "_site" / address)
        if anchor:
            assert anchor in evidence.ids
        if figure in ("rates", "ideas", "pairs", "network", "scales"):
            assert evidence.entries.get(anchor, 0) == row["count"]


def test_the_drawn_numbers_are_those_of_the_rows(found: dict, built: Path) -> None:
    text = (built / "_site" / PAGE["pairs"]).read_text(encoding="utf-8")
    wide = text[text.index("fig-wide") : text.index("fig-narrow")]
    numbers = sorted(int(number) for number in re.findall(r"<text[^>]*>(\d+)</text>", wide))
    assert numbers == sorted(found["pairs"].rows["count"].to_list())


def test_an_event_has_a_place_only_where_the_days_of_both_articles_leave_no_doubt() -> None:
    days = [
        ("a", date(2020, 1, 1), date(2020, 1, 5)),
        ("b", date(2020, 3, 1), date(2020, 3, 1)),
        ("c", date(2020, 6, 1), date(2020, 6, 9)),
    ]
    articles = pl.DataFrame(days, schema=["article_id", "published_from", "published_to"], orient="row")
    events = pl.DataFrame(
        [
            ("2019-12-31", "before all"),
            ("2020-01-05", "on a day of the first"),
            ("2020-02-20", "late"),
            ("2020-01-06", "early"),
            ("2020-03-02", "between the last two"),
            ("2020-07-01", "after all"),
        ],
        schema=["day", "label"],
        orient="row",
    )
    assert events_between(articles, events).select("order", "label").rows() == [
        (pytest.approx(1 + 1 / 3), "early"),
        (pytest.approx(1 + 2 / 3), "late"),
        (2.5, "between the last two"),
    ]
    assert events_between(articles.head(1), events).is_empty()


def test_nothing_goes_anywhere_in_an_article_without_a_day() -> None:
    rows = pl.DataFrame(
        [("support", 1, 1.0, "4 May 2020", "May 2020"), ("support", 2, -1.0, UNDATED, "no date (2)")],
        schema=["scale", "order", "mean", "when", "short"],
        orient="row",
    )
    assert scale_sentence(rows, "support") == "support lies between −1.00 and +1.00"
    known = rows.with_columns(when=pl.lit("5 May 2020"))
    assert scale_sentence(known, "support").startswith("support goes from +1.00 (May 2020) to −1.00")


def test_a_swing_between_others_is_no_change() -> None:
    means = [0.5, -1.0, 0.0, 1.0, 0.2]
    rows = pl.DataFrame(
        {
            "scale": "support",
            "order": range(5),
            "mean": means,
            "when": [f"{month} 2020" for month in ("Jan", "Feb", "Mar", "Apr", "May")],
            "short": [f"{month} 2020" for month in ("Jan", "Feb", "Mar", "Apr", "May")],
        }
    )
    assert scale_sentence(rows, "support") == "support lies between −1.00 and +1.00"
    assert scale_sentence(rows.head(4), "support") == "support goes from −1.00 (Feb 2020) to +1.00 (Apr 2020)"


@pytest.mark.parametrize(
    ("first", "last", "when", "short"),
    [
        (None, None, "no date", "no date"),
        (date(1991, 1, 1), None, "1991 or later", "from 1991"),
        (date(2022, 3, 15), None, "15 March 2022 or later", "from 2022"),
        (None, date(2022, 3, 15), "15 March 2022 or earlier", "until 2022"),
        (date(2021, 1, 1), date(2021, 12, 31), "2021", "2021"),
        (date(2021, 11, 29), date(2021, 12, 5), "29 November–5 December 2021", "Nov 2021"),
        (date(2021, 12, 29), date(2022, 1, 4), "29 December 2021–4 January 2022", "2021–2022"),
    ],
)
def test_what_is_known_of_a_day_is_what_a_label_says(
    first: date | None, last: date | None, when: str, short: str
) -> None:
    articles = pl.DataFrame(
        {"article_id": ["a"], "published_from": [first], "published_to": [last]},
        schema={"article_id": pl.String, "published_from": pl.Date, "published_to": pl.Date},
    )
    assert article_labels(articles).select("when", "short").rows() == [(when, short)]
