"""When was an article published: an interval of days, its basis, and the words that it rests on.

Four bases. `curated`: a person entered it in `data/sources.csv` with a reason. `stated`: the page
gives the full day. `inferred`: the text fixes it together with what it says elsewhere. `unknown`:
it does not. A day is never invented: an open end stays open.
"""

import re
from datetime import date, timedelta

from dateutil import parser

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

FIRST_LINES = 6
"""Lines of an article among which its own day is told."""

WEEK = timedelta(days=6)
"""A bare weekday ("on Tuesday") is news style for one of the six days before publication, or the day itself."""

_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
)

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

_BARE = re.compile(
    rf"(?<!last )(?<!next )\b({'|'.join(WEEKDAYS)})\b(?!,?\s*\(?(?:{_DAY}|(?:{_MONTHS})\.?\s+\d))"
)

_RELATIVE = re.compile(r"\b(?:\d+|an?)\s+(?:second|minute|hour|day|week|month|year)s?\s+ago\b", re.IGNORECASE)

_NUMBERS = {
    word: n
    for n, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split(),
        start=1,
    )
}

_SPAN = re.compile(rf"\b(\d{{1,2}}|{'|'.join(_NUMBERS)})[- ]years?(?:[- ](?:old|long))?\b", re.IGNORECASE)

_BEGAN = re.compile(
    rf"\b({_YEAR})\b.*\b(?:beg[aiu]n\w*|start\w*|onset|outbreak)|\b(?:beg[aiu]n\w*|start\w*|since|onset|outbreak)\b.*?\b({_YEAR})\b"
)

_PAST_YEAR = re.compile(
    rf"\b(?:in|since|of|late|early|mid|during|from|after)[ -](?:(?:{_MONTHS})\.?,? )?({_YEAR})\b",
    re.IGNORECASE,
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
    """Whether a line holds a date or a clock time and nothing else that a reader would read."""
    if len(text) > 120 or not any(character.isdigit() for character in text):
        return False
    text = re.sub(r"(?<=\d)T(?=\d\d:)|(?<=\d)Z\b|(?<=\d)(?=[ap]\.?m\b)", " ", text, flags=re.IGNORECASE)
    bare = _FULL.sub(" ", text)
    if bare == text and not (re.search(r"\b\d{1,2}:\d\d\b", text) or _PARTIAL.search(text)):
        return False
    bare = _LABELS.sub(" ", _PARTIAL.sub(" ", bare))
    return not re.search(r"[^\W\d_]", bare)


def _read_full(match: re.Match[str]) -> date | None:
    # Day before month in 22.10.2024: news pages in English with dots or dashes follow European order;
    # where that is no date (10/22/2024), the other order is tried by the reader itself. With slashes both orders
    # are usual: 12/03/2023 names no day.
    either = re.fullmatch(r"(\d+)/(\d+)/\d+", match["dmy"] or "")
    if either and either[1] != either[2] and max(int(either[1]), int(either[2])) <= 12:
        return None
    try:
        return parser.parse(match[0], dayfirst=match["iso"] is None).date()
    except (ValueError, OverflowError):
        return None


def _years_of(weekday: str, day: str, earliest: int, latest: int) -> list[date]:
    found = []
    for year in range(earliest, latest + 1):
        try:
            candidate = parser.parse(f"{day} {year}").date()
        except (ValueError, OverflowError):
            continue
        if WEEKDAYS[candidate.weekday()] == weekday:
            found.append(candidate)
    return found


def date_article(lines: list[tuple[str, str | None]], source: dict[str, str]) -> dict:
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
    stated = [
        (day, text.strip())
        for text, removed in lines
        if removed == "furniture"
        for match in _FULL.finditer(text)
        if (day := _read_full(match))
    ]
    body = [text for text, removed in lines if not removed]
    stated += _told(body)
    # An "updated" line comes after "published": the first stated day is the day of publication.
    floor = _earliest_year(body)
    with_weekday = [text for text in body if "day" in text]
    # A day falls on the same weekday again after five, six or eleven years: look no further than four.
    partial = [
        (match, _years_of(match["weekday"], match["day"], floor, floor + 4) if floor else [])
        for text in with_weekday
        for match in _PARTIAL.finditer(text)
    ]
    duration = _duration(body)
    weekdays = list(dict.fromkeys(match[1] for text in with_weekday for match in _BARE.finditer(text)))
    relative = [match[0] for text, removed in lines if removed for match in _RELATIVE.finditer(text)]

    said = [f'stated: "{text}"' for _, text in stated]
    said += [f'"{match[0]}" has no year; {_which(days)}' for match, days in partial]
    said += [f'"{words}" began in {year - years}: {year}' for words, year, years in duration]
    said += [f"the text speaks of {floor} as past"] if floor else []
    said += [f'weekday without a date: "{", ".join(weekdays)}"'] if weekdays else []
    said += [f'"{age}" counts from an unknown day' for age in relative]

    curated = {
        key: date.fromisoformat(source[key]) if source[key] else None
        for key in ("published", "published_from", "published_to")
    }
    if any(curated.values()):
        first = curated["published"] or curated["published_from"]
        last = curated["published"] or curated["published_to"]
        basis, said = "curated", [source["date_why"], *said]
        named = {*weekdays, *(match["weekday"] for match, _ in partial)}
        if first and not last and WEEKDAYS[first.weekday()] in named:
            last = first + WEEK
            said.append(f"a bare {WEEKDAYS[first.weekday()]} is at most six days old: until {last}")
    elif stated:
        first = last = stated[0][0]
        basis = "stated"
    elif len({day for _, days in partial for day in days}) == 1:
        first = partial[0][1][0]
        last, basis = first + WEEK, "inferred"
    elif duration:
        first, last, basis = date(duration[0][1], 1, 1), date(duration[0][1], 12, 31), "inferred"
    elif floor:
        first, last, basis = date(floor, 1, 1), None, "inferred"
    else:
        first, last, basis = None, None, "unknown"
    return {
        "published": first if first and first == last else None,
        "published_from": first,
        "published_to": last,
        "published_basis": basis,
        "published_evidence": "; ".join(said) or "the text names no day",
    }


def _told(body: list[str]) -> list[tuple[date, str]]:
    """The day that the text itself gives for its own: in an agency's dateline, or as "today"."""
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


def _with_year(body: list[str]) -> list[str]:
    return [text for text in body if re.search(_YEAR, text)]


def _earliest_year(body: list[str]) -> int | None:
    """The latest year that the text speaks of as past: the article cannot be older."""
    clauses = [clause for text in _with_year(body) for clause in re.split(r"(?<=[.;!?])\s", text)]
    years = [
        int(match[1])
        for clause in clauses
        if not _FUTURE.search(clause)
        for match in _PAST_YEAR.finditer(clause)
    ]
    years += [int(match[1]) for clause in clauses for match in _EVENT_YEAR.finditer(clause)]
    return max(years, default=None)


def _duration(body: list[str]) -> list[tuple[str, int, int]]:
    """A span of years with its beginning in the same sentence: ("seven-year", 2021, 7)."""
    found = []
    for text in _with_year(body):
        for sentence in re.split(r"(?<=[.!?])\s", text) if "year" in text.lower() else ():
            span = _SPAN.search(sentence)
            began = span and _BEGAN.search(sentence)
            if span and began and "old" not in span[0]:
                number = span[1].lower()
                years = _NUMBERS.get(number) or int(number)
                found.append((span[0], int(began[1] or began[2]) + years, years))
    return found


def period_of(first: date | None, last: date | None, periods: list[dict]) -> str | None:
    """The id of the period that holds the whole interval, or None where it is open or lies across."""
    if first is None or last is None:
        return None
    return next(
        (period["id"] for period in periods if period["from"] <= first and last <= period["to"]), None
    )
