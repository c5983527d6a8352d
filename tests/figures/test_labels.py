"""How figures name articles, days and units, and where they place events."""

from datetime import date

import polars as pl
import pytest

from dateline.figures.labels import article_labels, events_between, unit_labels
from dateline.study.load import Study
from tests.figures.frames import filled


def days(*rows: tuple[str, date | None, date | None]) -> pl.DataFrame:
    return filled(
        "articles", [{"article_id": name, "published_from": first, "published_to": last} for name, first, last in rows]
    )


def test_an_event_has_a_place_only_where_the_days_of_both_articles_leave_no_doubt() -> None:
    articles = days(
        ("a", date(2020, 1, 1), date(2020, 1, 5)),
        ("b", date(2020, 3, 1), date(2020, 3, 1)),
        ("c", date(2020, 6, 1), date(2020, 6, 9)),
    )
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
    assert article_labels(days(("a", first, last))).select("when", "short").rows() == [(when, short)]


def test_two_articles_of_one_month_are_told_apart() -> None:
    may = [("b", date(2020, 5, 4), date(2020, 5, 4)), ("a", date(2020, 5, 9), date(2020, 5, 9))]
    assert article_labels(days(*may))["short"].to_list() == ["May 2020 (1)", "May 2020 (2)"]


def test_units_have_an_order_and_those_without_an_article_are_left_out(tiny: Study) -> None:
    articles = days(("a", None, None), ("b", None, None), ("c", None, None)).with_columns(
        publisher=pl.Series(["Herald", None, "Bee"]), period=pl.Series(["2020", None, "2020"])
    )
    assert unit_labels(tiny, articles, "publisher").rows() == [
        ("Bee", 1, "Bee", "Bee"),
        ("Herald", 2, "Herald", "Herald"),
    ]
    assert unit_labels(tiny, articles, "period").rows() == [("2020", 1, "2020", "2020")]
    assert unit_labels(tiny, articles, "all").rows() == [("all", 1, "all articles", "all")]
    with pytest.raises(ValueError, match=r"by must be 'article', 'period', .* got 'week'"):
        unit_labels(tiny, articles, "week")
