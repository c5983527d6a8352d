"""A day of publication is stated, inferred, curated or unknown, and never invented."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.corpus.dates import date_article, is_date_line, period_of

NOTHING = {"published": "", "published_from": "", "published_to": "", "date_why": ""}


def dated(*lines: str, removed: tuple[str, ...] = (), **source: str) -> tuple:
    """First day, last day, basis and evidence of an article with these lines."""
    given_lines = [(text, "furniture") for text in removed] + [(text, None) for text in lines]
    row = date_article(given_lines, {**NOTHING, **source})
    whole = row["published_from"] if row["published_from"] == row["published_to"] else None
    assert row["published"] == whole
    return row["published_from"], row["published_to"], row["published_basis"], row["published_evidence"]


# --- lines that are only a date ---------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "20:01 22.10.2024",
        "Published: 22 October 2024",
        "Updated 3 May 2019, 10:15 GMT",
        "2019-05-03",
        "Friday, May 3, 2019",
        "Posted on 3rd of May 2019 at 9.30 a.m.",
        "10:15",
        "Friday, 3 May",
        "03/05/2019",
    ],
)
def test_a_line_that_is_only_a_date_is_a_date_line(text: str) -> None:
    assert is_date_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Friday",
        "The treaty of 3 May 2019",
        "2019",
        "3 May 2019: Abel resigns",
        "At 10:15 the hall was empty",
        "In 2019 Norland asked.",
        "Friday, 3 May, Abel spoke",
        "3 May 2019 " * 12,
    ],
)
def test_a_line_with_something_to_read_is_no_date_line(text: str) -> None:
    assert not is_date_line(text)


# --- the four bases ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20:01 22.10.2024", date(2024, 10, 22)),
        ("Published 22 October 2024", date(2024, 10, 22)),
        ("October 22, 2024", date(2024, 10, 22)),
        ("2024-10-22", date(2024, 10, 22)),
        ("2024-10-22 20:01", date(2024, 10, 22)),
        ("5.4.2021", date(2021, 4, 5)),
        ("the 22nd of October 2024", date(2024, 10, 22)),
        ("Sept. 5, 2022", date(2022, 9, 5)),
    ],
)
def test_a_full_day_on_the_page_is_stated(text: str, day: date) -> None:
    assert dated("Abel spoke.", removed=(text,)) == (day, day, "stated", f'stated: "{text}"')


def test_the_first_stated_day_counts_and_the_later_ones_are_evidence() -> None:
    assert dated(removed=("Published 3 May 2019", "Updated 5 May 2019")) == (
        date(2019, 5, 3),
        date(2019, 5, 3),
        "stated",
        'stated: "Published 3 May 2019"; stated: "Updated 5 May 2019"',
    )


def test_a_day_with_a_time_behind_it_as_machines_write_it_is_a_date_line() -> None:
    assert is_date_line("2024-10-22T20:01:00Z")


def test_a_day_with_a_time_behind_it_as_machines_write_it_is_stated() -> None:
    assert dated(removed=("2024-10-22T20:01:00Z",))[:3] == (date(2024, 10, 22), date(2024, 10, 22), "stated")


def test_a_month_before_its_day_is_read_where_the_other_order_is_no_date() -> None:
    assert dated(removed=("10/22/2024",))[:3] == (date(2024, 10, 22), date(2024, 10, 22), "stated")


@pytest.mark.parametrize("text", ["31.02.2021", "2021-13-45", "00.10.2024", "31 April 2021"])
def test_a_day_that_does_not_exist_is_not_stated(text: str) -> None:
    assert dated(removed=(text,)) == (None, None, "unknown", "the text names no day")


def test_a_day_in_the_story_is_not_the_day_of_publication() -> None:
    assert dated("The treaty of 3 May 2019 was signed.")[2] != "stated"


@pytest.mark.parametrize("reason", ["repeat", None])
def test_only_furniture_states_the_day(reason: str | None) -> None:
    line = "Published 3 May 2019"
    assert date_article([(line, "furniture")], NOTHING)["published"] == date(2019, 5, 3)
    assert date_article([(line, reason)], NOTHING)["published_basis"] != "stated"


def test_a_day_in_a_repeated_line_of_the_story_is_not_the_day_of_publication(read) -> None:
    line = "Norland recalls the treaty of 3 May 2019"
    article = read(f"{line}\n\n{line}\n\nAbel spoke to the hall about it.", title=True).articles
    assert article["published_basis"].to_list() == ["unknown"]


def test_a_weekday_with_day_and_month_and_a_past_year_fix_the_week() -> None:
    # 3 May was a Friday in 2019; the next such year is 2024.
    assert dated("On Friday, May 3, Abel spoke.", "The war began in 2017.") == (
        date(2019, 5, 3),
        date(2019, 5, 9),
        "inferred",
        '"Friday, May 3" has no year; that weekday fits 2019-05-03; the text speaks of 2017 as past',
    )


def test_a_weekday_that_fits_two_years_or_none_fixes_nothing() -> None:
    # 29 February is a Monday every 28 years only: no year from 2017 to 2021.
    assert dated("On Monday, February 29, Abel spoke.", "The war began in 2017.") == (
        date(2017, 1, 1),
        None,
        "inferred",
        '"Monday, February 29" has no year; no year fits that weekday; the text speaks of 2017 as past',
    )


def test_a_day_that_fits_no_year_does_not_hide_one_that_fits() -> None:
    # Of the years from 2017 on, 29 February is no Monday, and 3 May is a Friday in 2019 only.
    first, last, basis, _ = dated(
        "On Monday, February 29, Ito left.", "On Friday, May 3, Abel spoke.", "The war began in 2017."
    )
    assert (first, last, basis) == (date(2019, 5, 3), date(2019, 5, 9), "inferred")


def test_a_weekday_with_day_and_month_alone_names_no_year() -> None:
    assert dated("On Friday, May 3, Abel spoke.") == (
        None,
        None,
        "unknown",
        '"Friday, May 3" has no year; no year fits that weekday',
    )


@pytest.mark.parametrize("span", ["seven-year", "7-year", "seven years", "Seven-year-long"])
def test_a_span_of_years_with_its_beginning_fixes_the_year(span: str) -> None:
    first, last, basis, evidence = dated(f"The {span} conflict began in 2014.")
    assert (first, last, basis) == (date(2021, 1, 1), date(2021, 12, 31), "inferred")
    assert f'"{span}" began in 2014: 2021' in evidence


def test_an_age_is_no_span_of_years() -> None:
    assert dated("A seven-year-old began school in 2014.")[1] is None


def test_a_past_year_is_only_a_lower_bound() -> None:
    assert dated("Sudland joined in 2004.", "It has paid since 2011.") == (
        date(2011, 1, 1),
        None,
        "inferred",
        "the text speaks of 2011 as past",
    )


def test_a_past_year_counts_at_the_beginning_of_its_sentence_too() -> None:
    assert dated("In 2011 Sudland joined.")[:3] == (date(2011, 1, 1), None, "inferred")


@pytest.mark.parametrize(
    "text", ["Norland will join in 2030.", "The plan is to join by 2030.", "It aims to pay in 2030."]
)
def test_a_year_to_come_bounds_nothing(text: str) -> None:
    assert dated(text) == (None, None, "unknown", "the text names no day")


def test_relative_ages_and_bare_weekdays_are_evidence_and_no_date() -> None:
    assert dated("On Tuesday Abel met Ito; last Friday they did not.", removed=("1 month ago 12",)) == (
        None,
        None,
        "unknown",
        'weekday without a date: "Tuesday"; "1 month ago" counts from an unknown day',
    )


def test_a_curated_day_outweighs_a_stated_one_and_gives_its_reason_first() -> None:
    assert dated(removed=("Updated 5 May 2019",), published="2019-05-03", date_why="Archive copy of that day") == (
        date(2019, 5, 3),
        date(2019, 5, 3),
        "curated",
        'Archive copy of that day; stated: "Updated 5 May 2019"',
    )


def test_a_curated_event_day_closes_after_six_days_where_the_text_names_its_weekday_bare() -> None:
    assert dated("Abel spoke on Friday.", published_from="2019-05-03", date_why="Public record") == (
        date(2019, 5, 3),
        date(2019, 5, 9),
        "curated",
        'Public record; weekday without a date: "Friday"; a bare Friday is at most six days old: until 2019-05-09',
    )


def test_a_curated_event_day_stays_open_where_the_text_names_another_weekday() -> None:
    assert dated("Abel spoke on Monday.", published_from="2019-05-03", date_why="Public record")[:3] == (
        date(2019, 5, 3),
        None,
        "curated",
    )


def test_a_curated_end_alone_leaves_the_beginning_open() -> None:
    assert dated("Abel spoke on Friday.", published_to="2019-05-03", date_why="Archived then")[:3] == (
        None,
        date(2019, 5, 3),
        "curated",
    )


REASON = st.sampled_from([None, "furniture", "repeat"])


@given(st.lists(st.tuples(st.text(max_size=60), REASON), max_size=6))
def test_any_text_gets_an_interval_that_is_not_backwards(lines: list[tuple[str, str | None]]) -> None:
    row = date_article(lines, NOTHING)
    assert row["published_basis"] in ("stated", "inferred", "unknown")
    if row["published_from"] and row["published_to"]:
        assert row["published_from"] <= row["published_to"]


NUMBER = st.integers(0, 9999).map(str)
PIECE = NUMBER | st.sampled_from(
    [
        "Friday",
        "May",
        "Sept.",
        "29",
        "February",
        "since",
        "began",
        "in",
        "year-",
        "-year",
        "2014",
        "2019",
        "/",
        ".",
        ",",
        "of",
        ":",
        "T",
        "Z",
        "ago",
    ]
)


@given(st.lists(PIECE, max_size=12).map(" ".join), REASON)
def test_no_mixture_of_numbers_and_months_stops_the_dating(text: str, reason: str | None) -> None:
    row = date_article([(text, reason)], NOTHING)
    assert row["published_evidence"]
    assert row["published_basis"] != "stated" or reason == "furniture"
    assert is_date_line(text) in (True, False)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_day_is_read_back_from_each_way_of_writing_it(day: date) -> None:
    for text in (day.isoformat(), f"{day:%d.%m.%Y}", f"{day:%d %B %Y}", f"{day:%B} {day.day}, {day.year}"):
        assert dated(removed=(text,))[:3] == (day, day, "stated"), text


# --- periods ----------------------------------------------------------------------------------

PERIODS = [
    {"id": "first", "from": date(2019, 1, 1), "to": date(2019, 6, 30)},
    {"id": "second", "from": date(2019, 7, 1), "to": date(2019, 12, 31)},
]


@pytest.mark.parametrize(
    ("first", "last", "period"),
    [
        (date(2019, 1, 1), date(2019, 6, 30), "first"),
        (date(2019, 7, 1), date(2019, 7, 1), "second"),
        (date(2019, 6, 30), date(2019, 7, 1), None),
        (date(2018, 12, 31), date(2019, 1, 1), None),
        (date(2019, 3, 1), None, None),
        (None, date(2019, 3, 1), None),
        (None, None, None),
    ],
)
def test_an_article_belongs_to_a_period_when_its_whole_interval_does(
    first: date | None, last: date | None, period: str | None
) -> None:
    assert period_of(first, last, PERIODS) == period


@pytest.mark.parametrize("text", ["12/03/2023", "Published: 3/4/2021"])
def test_a_day_that_two_orders_read_otherwise_is_not_stated(text: str) -> None:
    assert dated("Abel spoke.", removed=(text,))[:3] == (None, None, "unknown")


@pytest.mark.parametrize(
    ("text", "day"),
    [("22/10/2024", date(2024, 10, 22)), ("10/22/2024", date(2024, 10, 22)), ("5/5/2021", date(2021, 5, 5))],
)
def test_a_day_that_only_one_order_can_read_is_stated(text: str, day: date) -> None:
    assert dated("Abel spoke.", removed=(text,))[:3] == (day, day, "stated")


@pytest.mark.parametrize(
    "text",
    [
        "The work will end in 2031.",
        "They hope to open it in 2031.",
        "“We start in 2031,” she said.",
        "It is due in 2031.",
    ],
)
def test_a_year_to_come_is_not_past(text: str) -> None:
    assert dated(text)[:3] == (None, None, "unknown")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("NORHAVEN, March 4, 2024 (Northwire) - The council voted on Monday.", date(2024, 3, 4)),
        ("NORHAVEN, Norland, 4 March 2024 – The council voted.", date(2024, 3, 4)),
        ("Here is what happened today, 8 April 2025: the council voted.", date(2025, 4, 8)),
        ("Norhaven, March 4, 2024 was a grey day.", None),
        ("NATO, March 4, 2024 and the gate.", None),
        ("The council voted on 4 March 2024.", None),
    ],
)
def test_the_text_itself_may_give_its_day(text: str, day: date | None) -> None:
    empty = {"published": "", "published_from": "", "published_to": "", "date_why": ""}
    found = date_article([("The gate", None), (text, None)], empty)
    assert found["published"] == day
    assert (found["published_basis"] == "stated") == (day is not None)
