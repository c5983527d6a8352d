"""Date an article: an interval of days, its basis, and the words that it rests on.

Four bases. `curated`: a person entered it in `data/sources.csv` with a reason. `stated`: the page
gives the full day. `inferred`: the text fixes it together with what it says elsewhere. `unknown`:
it does not. A day is never invented: an open end stays open.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil import parser

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

FIRST_LINES = 6
"""Lines of an article among which its own day is told."""

WEEK = timedelta(days=6)
"""A bare weekday ("on Tuesday") is news style for one of the six days before publication, or the day itself."""

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_MONTHS = f"{'|'.join(MONTHS)}|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"

_YEAR = r"(?:19|20)\d\d"

_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"

_FULL = re.compile(
    rf"\b(?:(?P<iso>{_YEAR}-[01]\d-[0-3]\d)(?![\d-])"
    rf"|(?P<dmy>[0-3]?\d[./-][0-3]?\d[./-]{_YEAR})(?!\d)"
    rf"|(?P<text>{_DAY}\s+(?:of\s+)?(?:{_MONTHS})\.?,?\s+{_YEAR}|(?:{_MONTHS})\.?\s+{_DAY},?\s+{_YEAR})(?!\d))",
    re.IGNORECASE,
)

_PARTIAL = re.compile(
    rf"\b(?P<weekday>{'|'.join(WEEKDAYS)}),?\s*\(?(?:the\s+)?(?P<day>(?:{_MONTHS})\.?\s+{_DAY}|{_DAY}\s+(?:of\s+)?(?:{_MONTHS}))\b"
    rf"(?!,?\s+{_YEAR})"
)

_DATELINE = re.compile(rf"\s*[A-ZÀ-Þ]{{3}}[A-ZÀ-Þ’' .-]*(?:,\s+[A-Z][\w. ]+?)??,\s+(?={_MONTHS}|\d)")
"""A place in capitals, behind which an agency writes the day: "NORHAVEN, March 4, 2024 (Agency) –"."""

_TODAY = re.compile(r"\btoday,?\s+(?:is\s+)?", re.IGNORECASE)

_BARE = re.compile(rf"(?<!last )(?<!next )\b({'|'.join(WEEKDAYS)})\b(?!,?\s*\(?(?:{_DAY}|(?:{_MONTHS})\.?\s+\d))")

_RELATIVE = re.compile(r"\b(?:\d+|an?)\s+(?:second|minute|hour|day|week|month|year)s?\s+ago\b", re.IGNORECASE)

_NUMBERS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split()

_SPAN = re.compile(rf"\b(\d{{1,2}}|{'|'.join(_NUMBERS)})[- ]years?(?:[- ](?:old|long))?\b", re.IGNORECASE)

_BEGAN = re.compile(
    rf"\b({_YEAR})\b.*\b(?:beg[aiu]n\w*|start\w*|onset|outbreak)|\b(?:beg[aiu]n\w*|start\w*|since|onset|outbreak)\b.*?\b({_YEAR})\b"
)

_PAST_YEAR = re.compile(
    rf"\b(?:in|since|of|late|early|mid|during|from|after)[ -](?:(?:{_MONTHS})\.?,? )?({_YEAR})\b", re.IGNORECASE
)

_EVENT_YEAR = re.compile(rf"\b(?:invasion|war|election|annexation|annexed) in ({_YEAR})\b")

_FUTURE = re.compile(
    r"\b(?:will|would|by|until|plans?|planned|target|expected|aims?|goal|forecast|could|next|hop(?:e|es|ing)|due|schedul\w+|"
    r"intend\w*|promis\w+|deadline|ready|(?:start|begin|open|launch|finish|join|complet)(?:s|e|es)?)\b",
    re.IGNORECASE,
)

_LABELS = re.compile(
    r"\b(?:published|updated|posted|last|modified|on|at|date|am|pm|a\.m|p\.m|gmt|utc|bst|est|edt|cet|cest|et|eet|eest|msk|"
    rf"{'|'.join(WEEKDAYS)}|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|by|time|h|hrs|hours|min|mins|minutes?|read)\b",
    re.IGNORECASE,
)


def is_date_line(text: str) -> bool:
    """Return whether a line has a date or a clock time and nothing else that a reader would read."""
    if len(text) > 120 or not any(character.isdigit() for character in text):
        return False
    text = re.sub(r"(?<=\d)T(?=\d\d:)|(?<=\d)Z\b|(?<=\d)(?=[ap]\.?m\b)", " ", text, flags=re.IGNORECASE)
    bare = _FULL.sub(" ", text)
    if bare == text and not (re.search(r"\b\d{1,2}:\d\d\b", text) or _PARTIAL.search(text)):
        return False
    bare = _LABELS.sub(" ", _PARTIAL.sub(" ", bare))
    return not re.search(r"[^\W\d_]", bare)


def _read_full(match: re.Match[str]) -> date | None:
    # News pages in English with dots or dashes put the day first (22.10.2024); where that is no date (10-22-2024), the
    # parser tries the other order. With slashes both orders are usual: 12/03/2023 names no day.
    either = re.fullmatch(r"(\d+)/(\d+)/\d+", match["dmy"] or "")
    if either and either[1] != either[2] and max(int(either[1]), int(either[2])) <= 12:
        return None
    try:
        return parser.parse(match[0], dayfirst=match["iso"] is None).date()
    except (ValueError, OverflowError):
        return None


def _years_of(weekday: str, day: str, earliest: int) -> list[date]:
    found = []
    # A day falls on the same weekday again after five, six or eleven years: look no further than four.
    for year in range(earliest, earliest + 5):
        with suppress(ValueError, OverflowError):
            found.append(parser.parse(f"{day} {year}").date())
    return [candidate for candidate in found if WEEKDAYS[candidate.weekday()] == weekday]


@dataclass(frozen=True)
class _Clues:
    """Hold every expression of an article that bears on its day.

    Full days, the first of which counts, as "updated" comes after "published"; weekdays with a day but no year, and the
    days that they fit; spans of years with the year they reach; the latest year that the text speaks of as past;
    weekdays without a date; and ages such as "3 hours ago" in lines that do not count.
    """

    stated: list[tuple[date, str]]
    partial: list[tuple[re.Match[str], list[date]]]
    duration: list[tuple[str, int, int]]
    floor: int | None
    weekdays: list[str]
    relative: list[str]


Lines = list[tuple[str, str | None]]


def date_article(lines: Lines, source: dict[str, str]) -> dict:
    """Date one article from its lines and from what a person entered.

    Args:
        lines: `(text, reason)` of every line, `reason` being why it does not count or None: a page
            states its date in its furniture.
        source: The article's row of `sources.csv`: `published`, `published_from`, `published_to`
            (ISO days or empty) and `date_why`.

    Returns:
        `published`, `published_from`, `published_to` (days or None), `published_basis`
        (`stated`, `inferred`, `curated`, `unknown`) and `published_evidence`: the curated reason
        first, then every expression of the text that bears on the day, joined by "; ".
    """
    clues = _find_clues(lines)
    said = _evidence(clues)
    if any(source[key] for key in ("published", "published_from", "published_to")):
        first, last, widened = _curated(source, clues)
        basis, said = "curated", [source["date_why"], *said, *widened]
    else:
        first, last, basis = _interval(clues)
    return {
        "published": first if first and first == last else None,
        "published_from": first,
        "published_to": last,
        "published_basis": basis,
        "published_evidence": "; ".join(said) or "the text names no day",
    }


def _find_clues(lines: Lines) -> _Clues:
    stated = [
        (day, text.strip())
        for text, removed in lines
        if removed == "furniture"
        for match in _FULL.finditer(text)
        if (day := _read_full(match))
    ]
    body = [text for text, removed in lines if not removed]
    floor = _earliest_year(body)
    with_weekday = [text for text in body if "day" in text]
    return _Clues(
        stated=stated + _told(body),
        partial=[
            (match, _years_of(match["weekday"], match["day"], floor) if floor else [])
            for text in with_weekday
            for match in _PARTIAL.finditer(text)
        ],
        duration=_duration(body),
        floor=floor,
        weekdays=list(dict.fromkeys(match[1] for text in with_weekday for match in _BARE.finditer(text))),
        relative=[match[0] for text, removed in lines if removed for match in _RELATIVE.finditer(text)],
    )


def _evidence(clues: _Clues) -> list[str]:
    said = [f'stated: "{text}"' for _, text in clues.stated]
    said += [f'"{match[0]}" has no year; {_which(days)}' for match, days in clues.partial]
    said += [f'"{words}" began in {year - years}: {year}' for words, year, years in clues.duration]
    said += [f"the text speaks of {clues.floor} as past"] if clues.floor else []
    said += [f'weekday without a date: "{", ".join(clues.weekdays)}"'] if clues.weekdays else []
    said += [f'"{age}" counts from an unknown day' for age in clues.relative]
    return said


def _curated(source: dict[str, str], clues: _Clues) -> tuple[date | None, date | None, list[str]]:
    """Return the interval that a person entered; one without an end is closed by a bare weekday, which is told."""
    day, first, last = (
        date.fromisoformat(source[key]) if source[key] else None
        for key in ("published", "published_from", "published_to")
    )
    first, last = day or first, day or last
    named = {*clues.weekdays, *(match["weekday"] for match, _ in clues.partial)}
    if first and not last and WEEKDAYS[first.weekday()] in named:
        last = first + WEEK
        return first, last, [f"a bare {WEEKDAYS[first.weekday()]} is at most six days old: until {last}"]
    return first, last, []


def _interval(clues: _Clues) -> tuple[date | None, date | None, str]:
    """Return the interval that the text itself allows, and its basis."""
    if clues.stated:
        day = clues.stated[0][0]
        return day, day, "stated"
    fitting = {day for _, days in clues.partial for day in days}
    if len(fitting) == 1:
        first = fitting.pop()
        return first, first + WEEK, "inferred"
    if clues.duration:
        year = clues.duration[0][1]
        return date(year, 1, 1), date(year, 12, 31), "inferred"
    if clues.floor:
        return date(clues.floor, 1, 1), None, "inferred"
    return None, None, "unknown"


def _told(body: list[str]) -> list[tuple[date, str]]:
    """Find the day that the text itself gives for its own: in an agency's dateline, or as "today"."""
    found = []
    for text in body[:FIRST_LINES]:
        opened = _DATELINE.match(text)
        for start in [opened.end()] if opened else [match.end() for match in _TODAY.finditer(text)]:
            match = _FULL.match(text, start)
            closed = match and (not opened or re.match(r"\s*(?:\(|[–—:-])", text[match.end() :]))
            if closed and (day := _read_full(match)):
                found.append((day, text[: match.end()].strip()[-80:]))
    return found


def _which(days: list[date]) -> str:
    return f"that weekday fits {', '.join(map(str, days))}" if days else "no year fits that weekday"


def _earliest_year(body: list[str]) -> int | None:
    """Return the latest year that the text speaks of as past: the article cannot be older."""
    clauses = [clause for text in body if re.search(_YEAR, text) for clause in re.split(r"(?<=[.;!?])\s", text)]
    years = [int(match[1]) for clause in clauses if not _FUTURE.search(clause) for match in _PAST_YEAR.finditer(clause)]
    years += [int(match[1]) for clause in clauses for match in _EVENT_YEAR.finditer(clause)]
    return max(years, default=None)


def _duration(body: list[str]) -> list[tuple[str, int, int]]:
    """Find spans of years with their beginning in the same sentence: ("seven-year", 2021, 7)."""
    found = []
    for text in body:
        for sentence in re.split(r"(?<=[.!?])\s", text) if "year" in text.lower() and re.search(_YEAR, text) else ():
            span = _SPAN.search(sentence)
            began = span and _BEGAN.search(sentence)
            if span and began and "old" not in span[0]:
                number = span[1].lower()
                years = int(number) if number.isdigit() else _NUMBERS.index(number) + 1
                found.append((span[0], int(began[1] or began[2]) + years, years))
    return found


def period_of(first: date | None, last: date | None, periods: list[dict]) -> str | None:
    """Return the id of the period around the whole interval; None where it is open or lies across two."""
    if first is None or last is None:
        return None
    return next((period["id"] for period in periods if period["from"] <= first and last <= period["to"]), None)
