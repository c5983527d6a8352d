"""A conversation printed as questions and answers -> who speaks in which of its paragraphs.

Two forms are known. In the first each speaker's words begin with a label ("Q:", "Abel:"). In the second the
questions stand bare between the answers: then at least three of them are questions to a "you", and those
who answer say "I" or "we" or open with a speech dash, which tells an interview from a page of frequent questions.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from dateline.corpus.quotes import speech_dash

LEAST_QUESTIONS = 3
"""Fewer questions with their answers are no interview."""

LONGEST_QUESTION = 80
"""Words; a longer paragraph that ends with a question mark is an answer."""

_ASKED = re.compile(r"\?[\s\"”»’')]*$")

_QUOTED = re.compile(r"\s*[\"“„«‘']")

_LABEL = re.compile(
    r"[\"“„«]?(?P<name>[QA]|Question|Answer|[A-ZÀ-Þ][\w.’'-]*(?:\s+(?:[A-ZÀ-Þ][\w.’'-]*|de|van|von|of)){0,4})\s?:\s+(?=\S)"
)

_I = re.compile(r"\b(?:I|[Ww]e|[Mm]y|[Oo]ur|me|us|myself|ourselves)\b(?![.])")

_YOU = re.compile(r"\byou(?:r|rs|rself)?\b", re.IGNORECASE)

_TITLED = re.compile(r"\s*(?:and\s+|but\s+|so\s+)?(?:[A-Z][\w.]*\s+){0,3}$", re.IGNORECASE)


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of an article: its number, span, part, and the mentions in it (dictionaries with `kind`)."""

    number: int
    start: int
    end: int
    part: str
    mentions: list[dict]


@dataclass(frozen=True)
class Turn:
    """What one paragraph of an interview is: a question, or an answer of `holder` (actor or None, its name in the text)."""

    asks: bool
    holder: tuple[str | None, str] = (None, "")
    begins: int = 0
    """Where the words begin, behind a label."""


def find_turns(text: str, paragraphs: list[Paragraph]) -> dict[int, Turn]:
    """Number of a paragraph -> its turn; empty where an article is no interview.

    Args:
        text: The raw text of the article, which all spans point into.
        paragraphs: Its paragraphs that count, in order.
    """
    return _labelled(text, paragraphs) or _bare(text, paragraphs)


def _labelled(text: str, paragraphs: list[Paragraph]) -> dict[int, Turn]:
    body = [one for one in paragraphs if one.part in ("body", "subhead", "standfirst")]
    labels = {one.number: match for one in body if (match := _LABEL.match(text, one.start, one.end))}
    uses = Counter(match["name"] for match in labels.values())
    labels = {number: match for number, match in labels.items() if uses[match["name"]] > 1}
    # "WALLACE:" is the Wallace whom the article names elsewhere.
    known = {
        mention["surface"].split()[-1].casefold(): mention
        for one in paragraphs
        for mention in one.mentions
        if mention["kind"] == "person" and mention["how"] == "name"
    }
    owners = {
        name: owner
        for match in labels.values()
        if (owner := known.get((name := match["name"]).split()[-1].casefold()))
    }
    names = {match["name"] for match in labels.values()}
    if len(names) < 2 or not (names & {"A", "Answer"} or owners):
        return {}
    first = min(labels)
    answers = _interviewee([one for one in paragraphs if one.number < first], [], text)
    turns: dict[int, Turn] = {}
    current = Turn(asks=True)
    asked = Counter(
        labels[one.number]["name"]
        for one in body
        if one.number in labels and _ASKED.search(text[one.start : one.end])
    )
    for one in body:
        if not first <= one.number <= max(labels):
            continue
        if match := labels.get(one.number):
            name = match["name"]
            owner = owners.get(name)
            asks = name in ("Q", "Question") or (owner is None and 2 * asked[name] >= uses[name])
            holder = (owner["actor"], name) if owner else answers if name in ("A", "Answer") else (None, name)
            current = Turn(asks, (None, "") if asks else holder)
        turns[one.number] = Turn(current.asks, current.holder, match.end() if match else one.start)
    return turns


def _bare(text: str, paragraphs: list[Paragraph]) -> dict[int, Turn]:
    body = [one for one in paragraphs if one.part in ("body", "subhead")]
    asked = [at for at, one in enumerate(body) if _asks(text[one.start : one.end])]
    if len(asked) < LEAST_QUESTIONS:
        return {}
    gaps = [list(range(at + 1, end)) for at, end in zip(asked, [*asked[1:], len(body)], strict=True)]
    opened = [body[gap[0]] for gap in gaps if gap]
    dashes = {one.number for one in body if speech_dash(text, one.start, one.end) is not None}
    spoken = sum(one.number in dashes or bool(_I.search(_unquoted(text, one))) for one in opened)
    to_you = sum(bool(_YOU.search(text[body[at].start : body[at].end])) for at in asked)
    if len(opened) < LEAST_QUESTIONS or to_you < 2 or 2 * spoken < len(opened):
        return {}
    dashed = 2 * sum(one.number in dashes for one in opened) > len(opened)
    # Of question and answer in turn, what stands in the middle between two questions is a question without its mark.
    in_turn = all(len(gap) % 2 for gap in gaps[:-1] if gap)
    asking = {body[at].number for at in asked}
    for gap in gaps:
        for step, at in enumerate(gap):
            one = body[at]
            closing = gap is gaps[-1] and step and not _I.search(_unquoted(text, one))
            if (in_turn and step % 2 and not dashed) or closing:
                asking.add(one.number)
    first = body[asked[0]].number
    if dashed:  # a prompt without a question mark may come before the first question
        first = min(first, *(number - 1 for number in dashes))
        asking |= {one.number for one in body if one.number >= first and one.number not in dashes}
    before = [one for one in paragraphs if one.number < first]
    holder = _interviewee(before, [one for one in body if one.number in asking], text)
    return {
        one.number: Turn(one.number in asking, (None, "") if one.number in asking else holder, one.start)
        for one in body
        if one.number >= first
    }


def _asks(paragraph: str) -> bool:
    return bool(
        _ASKED.search(paragraph)
        and len(paragraph.split()) <= LONGEST_QUESTION
        and not (_QUOTED.match(paragraph) and paragraph.rstrip()[-1] in "\"”»’'")
    )


def _unquoted(text: str, one: Paragraph) -> str:
    return re.sub(r"[\"“„«][^\"”»“]*[\"”»“]", " ", text[one.start : one.end])


def _interviewee(
    before: Iterable[Paragraph], questions: list[Paragraph], text: str
) -> tuple[str | None, str]:
    """Whom the questions address by name, else the one person of headline and introduction that they do not speak of."""
    addressed: dict[str, str] = {}
    told: set[str] = set()
    for one in questions:
        for mention in one.mentions:
            if mention["kind"] != "person" or mention["how"] == "pronoun":
                continue
            head, tail = text[one.start : mention["start"]], text[mention["end"] : one.end]
            called = _TITLED.fullmatch(head) and tail.startswith((",", "!"))
            if called or (re.search(r",\s+(?:[A-Z][\w.]*\s+)?$", head) and tail.startswith("?")):
                addressed.setdefault(mention["actor"], mention["surface"])
            else:
                told.add(mention["actor"])
    if addressed:
        return next(iter(addressed.items())) if len(addressed) == 1 else (None, "")
    by_part: dict[bool, dict[str, str]] = {True: {}, False: {}}
    for one in before:
        for mention in one.mentions:
            if mention["kind"] == "person" and mention["how"] != "pronoun" and mention["actor"] not in told:
                by_part[one.part == "title"].setdefault(mention["actor"], mention["surface"])
    everybody = by_part[False] | by_part[True]
    for named in (everybody, by_part[True]):
        if len(named) == 1:
            return next(iter(named.items()))
    return (None, "")
