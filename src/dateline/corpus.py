"""Files -> articles and sentences: what counts, where it stands, and what was left out and why.

A line of a file is the unit of cleaning, a paragraph is a line that counts (or lines of one block
that a fixed width has broken), and every span is half-open, in code points of the raw file.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import polars as pl
from rapidfuzz import fuzz, process

from dateline.dates import date_article, is_date_line, period_of
from dateline.study import Study
from dateline.tables import from_rows

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

LONGEST_SENTENCE = 3000
"""Characters; what runs on without an end for longer is cut at a blank."""

_GAP = re.compile(r"\s{40,}")
"""Between the columns of a table, and no blank between two words."""

LONG_TOKEN = 60
"""Characters that the look back for an abbreviation copies, instead of the whole paragraph for each point."""

SUBHEAD_WORDS = 12
TITLE_WORDS = 40
HEADLINE_WORDS = 20

WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
"""A word for counting: letters or digits, joined inside by hyphen, apostrophe or point."""

CLOSERS = "\"'”’»«“)\\]"
DASHES = "–—―-"

_TERMINATOR = re.compile(rf"[.!?…]+(?:\s?[.!?…]+)*(?:\s?[\"'”’»)\]](?=\s|$)|[{CLOSERS}])*")
_OPENER = re.compile(rf"\s*(?:[\"'“”„«‘’(\[]|[{DASHES}]\s)*\s*(?=(\S))")
_ACRONYM = re.compile(r"(?:^|[^\w.])((?:[A-Za-z]\.){2,}|[A-Z]\.)$")
_STARTERS = frozenset(
    "The A An He She It They We I You This That These Those There In On At But And However Meanwhile When "
    "While After Before Since Its His Her Their Our As If So Yet Asked Both Some Many Earlier Later".split()
)
_ROW = re.compile(r"[\s|·•](?:(?<=[|·•])\s*|\s*[|·•]\s*|\s+|(?<=\t))")
_CRUMBS = re.compile(
    r"(?:[^\s»›>/→|.!?,;]+(?: [^\s»›>/→|.!?,;]+){0,3} ?[»›>/→] ?)+[^\s»›>/→|.!?,;]+(?: [^\s»›>/→|.!?,;]+){0,3}"
)
_NAME = re.compile(r"(?:[A-ZÀ-Þ][\w’'-]+\s+){1,3}[A-ZÀ-Þ][\w’'-]+")
"""A line that holds a name alone, as a byline does."""
_BULLET = re.compile(r"[*+•·▪►–—-]\s")
_GLUED = re.compile(r"(?<=[a-z]{3})[.!?](?=[A-ZÀ-Þ][a-z]+\s)")
_STOP = re.compile(rf"{_TERMINATOR.pattern}|{_GLUED.pattern}")
_TITLED = re.compile(r"[\"“‘«][^\"”’»]*$")

_OPENERS = "The|This|That|These|Those|There|He|She|They|It|We|His|Her|Its"
_JOINED = r"[’']s (?:accession|entry|membership|opposition|return|visit) (?:to|in|of) "
_OFTEN = "the|a|an|of|to|in|and|for|on|with|has|have|is|are|was"
_FUSED = re.compile(rf" (?<=[a-z] )(?:{_OPENERS}) (?=[a-zA-Z])")
_SELF = re.compile(rf"\b([A-Z][\w-]+){_JOINED}\1\b")
_DOUBLED = re.compile(rf"\b(?=[taoifwhs])({_OFTEN}) \1\b", re.IGNORECASE)
_TWICE = "|".join(f"{word} {word}" for word in _OFTEN.split("|")).replace("i", "[iİı]")
_EDGE = "(?:^|$|[^0-9A-Za-z_])"
_SIGNS = rf"[a-z] (?:{_OPENERS}) [a-zA-Z]|{_JOINED}|(?i:{_EDGE}(?:{_TWICE}){_EDGE})"
"""What a sentence needs for one of `_FUSED`, `_SELF` and `_DOUBLED`: the expressions of Polars, which look at all
sentences at once, know no look-around and no groups to point back at, and fold and class letters a little differently."""


@dataclass
class Line:
    """One non-empty line of a file: its trimmed span, its text, and why it does not count, if so."""

    start: int
    end: int
    text: str
    block: int
    reason: str | None = None
    rule: str = ""

    @cached_property
    def normal(self) -> str:
        """Its words alone, so that two lines can be told to say the same."""
        return _normal(self.text)

    @property
    def words(self) -> int:
        """Number of its words."""
        return self.normal.count(" ") + 1 if self.normal else 0


@dataclass
class Cleaned:
    """One article after cleaning: all its lines, and the paragraphs that count."""

    lines: list[Line]
    paragraphs: list[tuple[int, int, str]] = field(default_factory=list)
    """`(start, end, part)` of each paragraph, in order."""


class Furniture:
    """Patterns that match a whole line of page furniture, each with its reason.

    Args:
        rows: `(pattern, reason)`, the first that matches first; case is not told apart.
    """

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        self._patterns = [(re.compile(pattern, re.IGNORECASE), why) for pattern, why in rows]
        # Few lines are furniture: one pattern that says so of none of them spares trying all. One with flags, with names,
        # or that points back at a group is tried by itself: joined with others it may mean something else.
        every = [pattern for pattern, _ in self._patterns]
        plain = [
            one
            for one in every
            if one.flags == re.IGNORECASE | re.UNICODE
            and not one.groupindex
            and not re.search(r"\\[1-9]|\(\?\(", one.pattern)
        ]
        self._any = re.compile("|".join(f"(?:{one.pattern})" for one in plain) or r"(?!)", re.IGNORECASE)
        self._others = [one for one in every if one not in plain]

    def why(self, text: str) -> str:
        """Why a line is furniture, or an empty string."""
        if not self._any.fullmatch(text) and not any(other.fullmatch(text) for other in self._others):
            return ""
        return next(why or "A line of the page" for pattern, why in self._patterns if pattern.fullmatch(text))


def split_lines(text: str) -> list[Line]:
    """The non-empty lines of a raw text; blank lines separate blocks."""
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
    """Why a line is furniture, or an empty string."""
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
    """What a whole page puts around its article: the menus before it, the teasers after it.

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
    if sum(scores[:first]) > -OUTSIDE * SHORT_COST:
        first = 0
    if sum(scores[last:]) > -OUTSIDE * SHORT_COST:
        last = len(lines)
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
    """Of the lines before the article, the one that says most of what the article says."""

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
        if (
            parts
            and before
            and not before.reason
            and before.block == line.block
            and _runs_on(before.text, line.text)
        ):
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
    return (
        len(text.split()) <= SUBHEAD_WORDS and not _ends(text) and text[0] not in DASHES and text[-1] != ","
    )


def _is_title(parts: list[list], lines: list[Line]) -> bool:
    text = parts[0][3]
    repeated = any(line.reason == "repeat" and line.normal == _normal(text) for line in lines)
    return len(text.split()) <= TITLE_WORDS and (repeated or not _ends(text)) and text[0] not in "–—―"


def _is_standfirst(part: list, following: list, lines: list[Line]) -> bool:
    """A first paragraph that the page sets apart: repeated further down, or cut off by furniture."""
    if _is_heading(part[3]):
        return not _is_heading(following[3])
    repeated = any(
        line.reason == "repeat" and fuzz.ratio(line.normal, _normal(part[3])) >= NEAR_REPEAT for line in lines
    )
    between = [line for line in lines[part[4] + 1 : following[4]] if line.reason]
    adjacent_repeat = between and between[0].reason == "repeat" and lines[part[4] + 1] is between[0]
    return (repeated and not adjacent_repeat) or any(line.reason == "furniture" for line in between)


def split_sentences(
    text: str, start: int, end: int, abbreviations: frozenset[str]
) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of one paragraph, in code points of the raw text.

    A terminator ends a sentence when what follows begins like one: a capital, a digit, an opening
    mark or a speech dash. It does not after an abbreviation, an initial or an acronym such as "U.S."
    (unless a word that only begins sentences follows), nor inside a number.
    """
    begin = start
    for cut in _cuts(text, start, end, abbreviations):
        if text[begin:cut].strip():
            yield from _pieces(text, begin, cut)
            begin = cut
    if text[begin:end].strip():
        yield from _pieces(text, begin, end)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence in one piece; what no person wrote as one is cut, since rules look at every word of it from every other."""
    if end - start <= LONGEST_SENTENCE and not (gap := _GAP.search(text, start, end)):
        yield _trim(text, start, end)
        return
    begin = start
    while begin < end:
        gap = _GAP.search(text, begin, min(end, begin + LONGEST_SENTENCE))
        cut = gap.end() if gap else min(end, begin + LONGEST_SENTENCE)
        if cut < end and not gap:
            cut = max(text.rfind(" ", begin + 1, cut) + 1, begin + 1) if " " in text[begin + 1 : cut] else cut
        if text[begin:cut].strip():
            yield _trim(text, begin, cut)
        begin = cut


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())


def _cuts(text: str, start: int, end: int, abbreviations: frozenset[str]) -> Iterator[int]:
    for match in _STOP.finditer(text, start, end):
        at, stop = match.span()
        rest = text[stop:end]
        if not rest.strip():
            return
        if rest[0].isspace() or match[0][-1] in CLOSERS:
            opener = _OPENER.match(rest)
            following = opener[1] if opener else ""
            if not (following.isupper() or following.isdigit() or not following.isalpha()):
                continue
            if following.islower() or (
                match[0] == "."
                and _is_abbreviation(text[max(start, at - LONG_TOKEN) : at], rest, abbreviations)
            ):
                continue
        elif not _GLUED.match(text, at):
            continue
        # A mark that stands before a word and not after one opens what follows.
        while text[stop - 1] in "“«„‘" and text[stop : stop + 1].isalnum():
            stop -= 1
        yield stop


def _is_abbreviation(before: str, rest: str, abbreviations: frozenset[str]) -> bool:
    word = re.search(r"[\w.]+$", before)
    if not word:
        return False
    following = re.match(r"\s*[\"“‘(]*(\w+)", rest)
    token = word[0]
    if token in ("No", "Nos", "Art", "Fig"):
        return bool(following and following[1][0].isdigit())
    if _ACRONYM.search(f" {token}."):
        return not (following and following[1] in _STARTERS) or len(token) == 1
    return token in abbreviations


def is_corrupt(text: str) -> bool:
    """Whether a sentence shows damage that hides its meaning, as machine translation leaves it.

    Three signs, each rare in edited text: two sentences run together without a stop, a name that
    joins itself ("NATO's accession to NATO"), a function word printed twice.
    """
    fused = any(not _TITLED.search(text[: match.start() + 1]) for match in _FUSED.finditer(text))
    return fused or bool(_SELF.search(text)) or bool(_DOUBLED.search(text))


def _maybe_corrupt(rows: list[dict]) -> list[dict]:
    """The sentences that show one of the signs of `is_corrupt`, and some that do not: few of very many."""
    texts = pl.Series([row["text"] for row in rows], dtype=pl.String)
    return [rows[at] for at in texts.str.contains(_SIGNS).arg_true()]


def count_words(text: str) -> int:
    """Number of words in a text, as every denominator counts them."""
    return len(WORD.findall(text))


def build_corpus(study: Study) -> dict[str, pl.DataFrame]:
    """Read, clean, date and split every article of a study.

    Returns:
        The tables `articles`, `removed` and `sentences` of the contract.
    """
    furniture = Furniture(study.lists["furniture"].select("pattern", "note").iter_rows())
    abbreviations = frozenset(study.lists["abbreviations"]["abbreviation"])
    stopwords = frozenset(word.casefold() for word in study.lists["stopwords"]["word"])
    sources = {row["file"]: row for row in study.lists["sources"].iter_rows(named=True)}
    articles: list[dict] = []
    removed: list[dict] = []
    sentences: list[dict] = []
    for article in study.articles:
        text = study.texts[article]
        cleaned = clean(text, furniture, stopwords)
        rows = _sentence_rows(article, text, cleaned, abbreviations)
        sentences += rows
        removed += [
            {
                "article_id": article,
                "start": line.start,
                "end": line.end,
                "text": line.text,
                "reason": line.reason,
                "rule": line.rule,
            }
            for line in cleaned.lines
            if line.reason
        ]
        articles.append(_article_row(study, article, cleaned, rows, sources[f"{article}.txt"]))
    for row in _maybe_corrupt(sentences):
        row["corrupt"] = row["part"] not in ("title", "subhead") and is_corrupt(row["text"])
    return {
        "articles": from_rows(articles, "articles"),
        "removed": from_rows(removed, "removed"),
        "sentences": from_rows(sentences, "sentences"),
    }


def _sentence_rows(article: str, text: str, cleaned: Cleaned, abbreviations: frozenset[str]) -> list[dict]:
    rows: list[dict] = []
    for paragraph, (start, end, part) in enumerate(cleaned.paragraphs, start=1):
        whole = part in ("title", "subhead")
        spans = [(start, end)] if whole else split_sentences(text, start, end, abbreviations)
        for number, (first, last) in enumerate(spans, start=1):
            piece = text[first:last]
            rows.append(
                {
                    "sentence_id": f"{article}-s{first}",
                    "article_id": article,
                    "paragraph": paragraph,
                    "sentence": number,
                    "start": first,
                    "end": last,
                    "part": part,
                    "corrupt": False,
                    "words": count_words(piece),
                    "text": piece,
                }
            )
    return rows


def _nearest_first(lines: list[Line]) -> list[Line]:
    """The lines of the article, then those just before and after it, then the rest of the page.

    A page states many days; the one of the article stands next to it, those of its teasers do not.
    """
    kept = [at for at, line in enumerate(lines) if not line.reason]
    if not kept:
        return lines
    first, last = max(0, kept[0] - 3), kept[-1] + 4
    inside = lines[kept[0] : kept[-1] + 1]
    return [
        *inside,
        *lines[first : kept[0]][::-1],
        *lines[kept[-1] + 1 : last],
        *lines[:first][::-1],
        *lines[last:],
    ]


def _article_row(study: Study, article: str, cleaned: Cleaned, rows: list[dict], source: dict) -> dict:
    title = next((row["text"] for row in rows if row["part"] == "title"), None)
    dated = date_article([(line.text, line.reason) for line in _nearest_first(cleaned.lines)], source)
    first, last = dated["published_from"], dated["published_to"]
    return {
        "article_id": article,
        "file": f"data/articles/{article}.txt",
        "sha256": hashlib.sha256(study.texts[article].encode()).hexdigest(),
        "title": title or f"(no title) {article}",
        "publisher": source["publisher"] or None,
        "url": source["url"] or None,
        "translated": {"true": True, "false": False}.get(source["translated"]),
        "words": sum(row["words"] for row in rows),
        **dated,
        "period": period_of(first, last, study.settings["periods"]),
    }


def order_by_date(articles: pl.DataFrame) -> list[str]:
    """Article ids by the first day they may have appeared, undated ones last, ties by id."""
    ordered = articles.sort(pl.col("published_from").fill_null(date.max), "article_id")
    return ordered["article_id"].to_list()
