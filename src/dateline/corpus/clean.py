"""Clean an article: mark boilerplate and repeats, group lines into paragraphs."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz import fuzz, process

from dateline.corpus.dates import is_date_line
from dateline.corpus.sentences import CLOSERS, DASHES, WORD

FURNITURE_LENGTH = 320
"""Characters: a longer line is never furniture, whatever it looks like."""

NEAR_REPEAT = 92.0
"""Indel similarity (0 to 100) of two normalised lines from which the later is a repeat of the earlier."""

LEAST_REPEAT, LONG_REPEAT = 3, 6
"""Words from which a line repeats any earlier line that says the same, and nearly the same; a shorter one the title."""

PROSE_WORDS, CLOSED_WORDS = 15, 8
"""Words from which a line is prose: whatever its end, and where it ends like a sentence."""

SHORT_COST = 12
"""Words of prose that one line of a menu, a teaser or a caption outweighs."""

OUTSIDE = 3
"""Such lines that have to stand before or after the article for a side to be cut off."""

SUBHEAD_WORDS, HEADLINE_WORDS, TITLE_WORDS = 12, 20, 40

_ROW = re.compile(r"[\s|·•](?:(?<=[|·•])\s*|\s*[|·•]\s*|\s+|(?<=\t))")

_CRUMBS = re.compile(
    r"(?:[^\s»›>/→|.!?,;]+(?: [^\s»›>/→|.!?,;]+){0,3} ?[»›>/→] ?)+[^\s»›>/→|.!?,;]+(?: [^\s»›>/→|.!?,;]+){0,3}"
)

_NAME = re.compile(r"(?:[A-ZÀ-Þ][\w’'-]+\s+){1,3}[A-ZÀ-Þ][\w’'-]+")
"""A line that holds a name alone, as a byline does."""

_BULLET = re.compile(r"[*+•·▪►–—-]\s")


@dataclass
class Line:
    """Describe one non-empty line of a file: its trimmed span, its text, and why it does not count, if so."""

    start: int
    end: int
    text: str
    block: int
    reason: str | None = None
    rule: str = ""

    @cached_property
    def normal(self) -> str:
        """Return its words alone in lower case: lines with the same say the same."""
        return _normal(self.text)

    @property
    def words(self) -> int:
        """Count its words."""
        return self.normal.count(" ") + 1 if self.normal else 0


@dataclass
class Cleaned:
    """Hold one article after cleaning: all its lines, and the paragraphs that count."""

    lines: list[Line]
    paragraphs: list[tuple[int, int, str]] = field(default_factory=list)
    """`(start, end, part)` of each paragraph, in order."""


class Furniture:
    """Match whole lines of page furniture, each with its reason.

    Args:
        rows: `(pattern, reason)`, the first that matches first; case is not told apart.
    """

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        self._patterns = [(re.compile(pattern, re.IGNORECASE), why) for pattern, why in rows]
        every = [pattern for pattern, _ in self._patterns]

        # Few lines are furniture: one pattern that says so of none of them spares trying all. One with flags, with names,
        # or that points back at a group is tried by itself: joined with others it may mean something else.
        def simple(one: re.Pattern[str]) -> bool:
            points_back = re.search(r"\\[1-9]|\(\?\(", one.pattern)
            return one.flags == re.IGNORECASE | re.UNICODE and not one.groupindex and not points_back

        plain = list(filter(simple, every))
        self._any = re.compile("|".join(f"(?:{one.pattern})" for one in plain) or r"(?!)", re.IGNORECASE)
        self._others = [one for one in every if not simple(one)]

    def why(self, text: str) -> str:
        """Return why a line is furniture, or an empty string."""
        if not self._any.fullmatch(text) and not any(other.fullmatch(text) for other in self._others):
            return ""
        return next(why or "A line of the page" for pattern, why in self._patterns if pattern.fullmatch(text))


def split_lines(text: str) -> list[Line]:
    """Return the non-empty lines of a raw text; blank lines separate blocks."""
    lines: list[Line] = []
    position, block = 0, 0
    for raw in text.split("\n"):
        stripped = raw.strip(" \t\r\f\v\u00a0\u200b\ufeff\u2028")
        if stripped:
            start = position + raw.index(stripped)
            lines.append(Line(start, start + len(stripped), stripped, block))
        else:
            block += 1
        position += len(raw) + 1
    return lines


def clean(text: str, furniture: Furniture, stopwords: frozenset[str] = frozenset()) -> Cleaned:
    """Leave out furniture and repeats, and find title, standfirst, sub-heads and body.

    Args:
        text: The raw text of one article.
        furniture: What a line of page furniture looks like.
        stopwords: Function words, which do not tell what a headline is about.
    """
    lines = split_lines(text)
    for line in lines:
        line.rule = _furniture_rule(line.text, furniture)
        if line.rule or is_date_line(line.text):
            line.reason, line.rule = "furniture", line.rule or "A line that is only a date"
    outside = _outside(lines, stopwords)
    _mark_repeats(lines, outside)
    for at in outside:
        if not lines[at].reason:
            lines[at].reason, lines[at].rule = "furniture", "Before or after the article"
    return Cleaned(lines, _paragraphs(lines))


def _furniture_rule(text: str, furniture: Furniture) -> str:
    """Return why a line is furniture, or an empty string."""
    if len(text) > FURNITURE_LENGTH:
        return ""
    if why := furniture.why(text):
        return why
    if _CRUMBS.fullmatch(text):
        return "A breadcrumb"
    items = [item for item in _ROW.split(text) if item.strip()]
    # A row of buttons: every item is short and most of them are furniture alone.
    if len(items) > 1 and all(len(item.split()) <= 4 for item in items):
        known = sum(bool(furniture.why(item.strip())) or is_date_line(item) for item in items)
        return "A row of buttons or labels" if 2 * known >= len(items) else ""
    return ""


def _outside(lines: list[Line], stopwords: frozenset[str]) -> list[int]:
    """Find what a whole page puts around its article: the menus before it, the teasers after it.

    The article is the run of lines with the largest sum, where prose counts its words and any other
    line costs (maximum subsequence segmentation: Pasternack and Roth 2009, on lines instead of tokens).
    """
    scores = [_prose(line) for line in lines]
    best = total = first = start = 0
    last = len(lines)
    for at, score in enumerate(scores):
        total += score
        if total <= 0:
            total, start = 0, at + 1
        elif total > best:
            best, first, last = total, start, at + 1
    if best == 0:
        return []
    first = 0 if sum(scores[:first]) > -OUTSIDE * SHORT_COST else first
    last = len(lines) if sum(scores[last:]) > -OUTSIDE * SHORT_COST else last
    title = _headline(lines, first, last, stopwords)
    return [at for at, line in enumerate(lines) if not first <= at < last and line is not title]


def _prose(line: Line) -> int:
    words = line.words
    if line.reason or words < 3:
        return -SHORT_COST
    if words >= PROSE_WORDS:
        return words
    if _ends(line.text):
        return words if words >= CLOSED_WORDS else 0
    return 0 if line.text[-1] == "?" else -SHORT_COST  # an interview asks short questions, and so do teasers


def _headline(lines: list[Line], first: int, last: int, stopwords: frozenset[str]) -> Line | None:
    """Find, of the lines before the article, the one that says most of what the article says."""

    def about(normal: str) -> set[str]:
        return {word[:5] for word in normal.split() if word not in stopwords}

    known = about(" ".join(line.normal for line in lines[first:last] if not line.reason))
    best, found = 0, None
    for at, line in enumerate(lines[:first]):
        words = about(line.normal)
        if line.reason or not 3 <= line.words <= HEADLINE_WORDS or _BULLET.match(line.text):
            continue
        score = len(words & known) - len(words - known) - (3 if line.text[-1] in ".…:" else 0)
        # A headline is followed by a date, a byline, a row of buttons.
        following = lines[at + 1 : min(at + 4, first)]
        score += 2 if any(after.reason or _NAME.fullmatch(after.text) for after in following) else 0
        again = found is not None and found.normal == line.normal
        if score > 0 and score >= best and not again:
            best, found = score, line
    return found


def _normal(text: str) -> str:
    return " ".join(WORD.findall(text)).casefold()


def _mark_repeats(lines: list[Line], outside: list[int]) -> None:
    """Mark the later of two lines that say the same; a line of the article goes before one outside it."""
    kept: list[str] = []
    apart = set(outside)
    for at in [*(at for at in range(len(lines)) if at not in apart), *outside]:
        line = lines[at]
        if line.reason:
            continue
        normal, earlier = line.normal, None
        if line.words >= LONG_REPEAT:
            alike = process.extract_iter(normal, kept, scorer=fuzz.ratio, score_cutoff=NEAR_REPEAT)
            earlier = next((text for text, *_ in alike), None)
        elif normal in (kept if line.words >= LEAST_REPEAT else kept[:1]):
            earlier = normal
        if earlier is not None:
            said = "The same as an earlier line" if earlier == normal else "Nearly an earlier line"
            line.reason, line.rule = "repeat", said
        elif at not in apart:
            kept.append(normal)


def _paragraphs(lines: list[Line]) -> list[tuple[int, int, str]]:
    parts: list[list] = []
    for index, line in enumerate(lines):
        if line.reason:
            continue
        before = lines[index - 1] if index else None
        if parts and before and not before.reason and before.block == line.block and _runs_on(before.text, line.text):
            parts[-1][1], parts[-1][3] = line.end, f"{parts[-1][3]} {line.text}"
        else:
            parts.append([line.start, line.end, "body", line.text, index])
    if parts and _is_title(parts, lines):
        parts[0][2] = "title"
        if len(parts) > 2 and _is_standfirst(parts[1], parts[2], lines):
            parts[1][2] = "standfirst"
    last = max((i for i, part in enumerate(parts) if not _is_heading(part[3])), default=-1)
    for number, part in enumerate(parts):
        if part[2] == "body" and number < last and _is_heading(part[3]):
            part[2] = "subhead"
    return [(start, end, part) for start, end, part, *_ in parts]


def _runs_on(before: str, after: str) -> bool:
    # A line broken at a fixed width: long, without an end, and carried on in lower case.
    return len(before) >= 40 and before[-1] not in '.!?:…"”»' and after[0].islower()


def _ends(text: str) -> bool:
    return re.search(rf"[.!…:;][{CLOSERS}\s]*$", text) is not None


def _is_heading(text: str) -> bool:
    return len(text.split()) <= SUBHEAD_WORDS and not _ends(text) and text[0] not in DASHES and text[-1] != ","


def _is_title(parts: list[list], lines: list[Line]) -> bool:
    text = parts[0][3]
    repeated = any(line.reason == "repeat" and line.normal == _normal(text) for line in lines)
    return len(text.split()) <= TITLE_WORDS and (repeated or not _ends(text)) and text[0] not in "–—―"


def _is_standfirst(part: list, following: list, lines: list[Line]) -> bool:
    """Return whether the page sets a first paragraph apart: repeated further down, or cut off by furniture."""
    if _is_heading(part[3]):
        return not _is_heading(following[3])
    repeated = any(
        line.reason == "repeat" and fuzz.ratio(line.normal, _normal(part[3])) >= NEAR_REPEAT for line in lines
    )
    reasons = [line.reason for line in lines[part[4] + 1 : following[4]]]
    return (repeated and reasons[:1] != ["repeat"]) or "furniture" in reasons
