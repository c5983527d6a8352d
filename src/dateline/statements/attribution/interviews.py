"""A conversation printed as questions and answers -> who speaks in which of its paragraphs.

Two forms are known. In the first each speaker's words begin with a label ("Q:", "Abel:"). In the second the
questions are bare between the answers: then at least three of them are questions, two or more to a "you", and
those who answer say "I" or "we" or open with a speech dash, which a page of frequent questions does not.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace

from dateline.corpus.quotes import speech_dash

LEAST_QUESTIONS = 3
"""Fewer questions with their answers are no interview."""

LONGEST_QUESTION = 80
"""Words; a longer paragraph that ends with a question mark is an answer."""

_ASKED = re.compile(r"\?[\s\"”»’')]*$")
_QUOTED = re.compile(r"\s*[\"“„«‘'].*[\"”»’']\s*", re.DOTALL)
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

    def people(self) -> list[dict]:
        """Return the mentions of persons that are no pronouns."""
        return [m for m in self.mentions if m["kind"] == "person" and m["how"] != "pronoun"]


@dataclass(frozen=True)
class Turn:
    """One paragraph of an interview: a question, or an answer of `holder` (actor or None, its name in the text)."""

    asks: bool
    holder: tuple[str | None, str] = (None, "")
    begins: int = 0
    """First code point of the words, behind a label."""


def find_turns(text: str, paragraphs: list[Paragraph]) -> dict[int, Turn]:
    """Find the turns of an interview: number of a paragraph -> its turn; empty where an article is none."""
    return _labelled(text, paragraphs) or _bare(text, paragraphs)


def _labelled(text: str, paragraphs: list[Paragraph]) -> dict[int, Turn]:
    """Find the turns of an interview whose speakers are named by labels ("Q:", "Abel:")."""
    body = [one for one in paragraphs if one.part in ("body", "subhead", "standfirst")]
    found = {one.number: match for one in body if (match := _LABEL.match(text, one.start, one.end))}
    uses = Counter(match["name"] for match in found.values())
    labels = {number: match for number, match in found.items() if uses[match["name"]] > 1}
    owners = _owners({match["name"] for match in labels.values()}, paragraphs)
    if len(owners) < 2 or not (owners.keys() & {"A", "Answer"} or any(owners.values())):
        return {}
    inside = [one for one in body if min(labels) <= one.number <= max(labels)]
    questions = (one.number for one in inside if _ASKED.search(text[one.start : one.end]))
    asked = Counter(labels[number]["name"] for number in questions if number in labels)
    answers = _interviewee(text, [one for one in paragraphs if one.number < min(labels)], [])
    speakers: dict[str, Turn] = {}
    for name, owner in owners.items():
        asks = name in ("Q", "Question") or 2 * asked[name] >= uses[name]
        answering = answers if name in ("A", "Answer") else (None, name)
        speakers[name] = Turn(asks and owner is None, (owner, name) if owner else answering)
    return _turns(inside, labels, speakers)


def _turns(inside: list[Paragraph], labels: dict[int, re.Match], speakers: dict[str, Turn]) -> dict[int, Turn]:
    """Give each paragraph to the speaker whose label it has, or to the one before."""
    turns: dict[int, Turn] = {}
    current = Turn(asks=True)
    for one in inside:
        match = labels.get(one.number)
        current = speakers[match["name"]] if match else current
        turns[one.number] = replace(current, begins=match.end() if match else one.start)
    return turns


def _owners(names: set[str], paragraphs: list[Paragraph]) -> dict[str, str | None]:
    """Return whom the labels name: "WALLACE:" is the Wallace whom the article names elsewhere."""
    named = (m for one in paragraphs for m in one.people() if m["how"] == "name")
    known = {m["surface"].split()[-1].casefold(): m["actor"] for m in named}
    return {name: known.get(name.split()[-1].casefold()) for name in names}


def _bare(text: str, paragraphs: list[Paragraph]) -> dict[int, Turn]:
    """Find the turns of an interview whose questions are bare between the answers."""
    body = [one for one in paragraphs if one.part in ("body", "subhead")]
    asked = [at for at, one in enumerate(body) if _asks(text[one.start : one.end])]
    if len(asked) < LEAST_QUESTIONS:
        return {}
    gaps = [body[at + 1 : end] for at, end in zip(asked, [*asked[1:], len(body)], strict=True)]
    dashes = {one.number for one in body if speech_dash(text, one.start, one.end) is not None}
    opened = [gap[0] for gap in gaps if gap]
    if not _is_interview(text, [body[at] for at in asked], opened, dashes):
        return {}
    dashed = 2 * sum(one.number in dashes for one in opened) > len(opened)
    asking, first = {body[at].number for at in asked} | _unmarked(text, gaps, dashed=dashed), body[asked[0]].number
    if dashed:  # a prompt without a question mark may come before the first question
        first = min(first, *(number - 1 for number in dashes))
        asking |= {one.number for one in body} - dashes
    inside = [one for one in body if one.number >= first]
    holder = _interviewee(
        text, [one for one in paragraphs if one.number < first], [one for one in inside if one.number in asking]
    )
    return _answered(inside, asking, holder)


def _answered(inside: list[Paragraph], asking: set[int], holder: tuple[str | None, str]) -> dict[int, Turn]:
    """Give the questions to no holder, and everything else to the one who is interviewed."""
    return {one.number: Turn(True) if one.number in asking else Turn(False, holder, one.start) for one in inside}


def _is_interview(text: str, questions: list[Paragraph], opened: list[Paragraph], dashes: set[int]) -> bool:
    """Return whether the questions are to a "you", and the answers open with a dash or say "I"."""
    to_you = sum(bool(_YOU.search(text, one.start, one.end)) for one in questions)
    spoken = sum(one.number in dashes or _says_i(text, one) for one in opened)
    return len(opened) >= LEAST_QUESTIONS and to_you >= 2 and 2 * spoken >= len(opened)


def _unmarked(text: str, gaps: list[list[Paragraph]], *, dashed: bool) -> set[int]:
    """Return questions without their mark, between two questions in turn and at the end where nobody says "I"."""
    closing = {one.number for one in gaps[-1][1:] if not _says_i(text, one)}
    # Of question and answer in turn, what is in the middle between two questions is a question, too.
    in_turn = not dashed and all(len(gap) % 2 for gap in gaps[:-1] if gap)
    return closing | {one.number for gap in gaps for one in gap[1::2] if in_turn}


def _asks(paragraph: str) -> bool:
    short = len(paragraph.split()) <= LONGEST_QUESTION
    return short and bool(_ASKED.search(paragraph)) and not _QUOTED.fullmatch(paragraph)


def _says_i(text: str, one: Paragraph) -> bool:
    """Return whether a paragraph says "I" or "we" outside quotations."""
    return bool(_I.search(re.sub(r"[\"“„«][^\"”»“]*[\"”»“]", " ", text[one.start : one.end])))


def _interviewee(text: str, before: list[Paragraph], questions: list[Paragraph]) -> tuple[str | None, str]:
    """Return whom the questions address by name, else the one person of headline and introduction that they do not speak of."""
    addressed: dict[str, str] = {}
    spoken_of: set[str] = set()
    for one in questions:
        for m in one.people():
            head, tail = text[one.start : m["start"]], text[m["end"] : one.end]
            called = _TITLED.fullmatch(head) and tail.startswith((",", "!"))
            if called or (re.search(r",\s+(?:[A-Z][\w.]*\s+)?$", head) and tail.startswith("?")):
                addressed.setdefault(m["actor"], m["surface"])
            else:
                spoken_of.add(m["actor"])
    if addressed:
        return next(iter(addressed.items())) if len(addressed) == 1 else (None, "")
    named = [(one.part, m["actor"], m["surface"]) for one in before for m in one.people()]
    for parts in ("title", "standfirst", "subhead", "body"), ("title",):
        people: dict[str, str] = {}
        for part, actor, surface in reversed(named):
            if part in parts and actor not in spoken_of:
                people[actor] = surface
        if len(people) == 1:
            return next(iter(people.items()))
    return None, ""
