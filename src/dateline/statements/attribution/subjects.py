"""Resolve noun phrases to holders: the actors that a phrase beside a cue names, or its words where it names none.

The resolver keeps what the article said before, to which "it" and "the official" go back. It abstains
where it cannot tell who is meant: a missed source is better than a wrong one.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from dateline.statements.attribution.grammar import Grammar, Token
from dateline.statements.words import PRONOUNS, SPEAKERS, words
from dateline.study.phrases import any_of

_FIRST_PERSON = words("first person")
_NO_SOURCE = words("no source")
_BELONGS = re.compile(r"\b(?:at|of|in|from|with|for|by)\s+(?:the\s+)?$", re.IGNORECASE)
_COMPLEMENT = re.compile(r"\b(?:of|for|with|by|to|from|on|at|under)\s+(?:the\s+)?(?:[\w’'-]+\s+){0,5}$")
"""Words that make a name behind them the complement of a phrase and not its head: "the president of ..."."""

_TITLED = re.compile(r"\b(?:of|by|to|for|mr|mrs|ms)\.?\s+$", re.IGNORECASE)
_JOINED = re.compile(r".*\b(?:and|both)\s+(?:the\s+)?", re.IGNORECASE | re.DOTALL)
_NOUN_PHRASE = re.compile(rf"[A-Z]|{any_of(words('opens a noun phrase'))}\b|\d")
"""How a noun phrase begins that may be a source though it names nobody: "the filing", "six in ten"."""


class Holder(NamedTuple):
    """Somebody who is reported to say something: the actor, None where no listed one is named, and the words for it."""

    actor: str | None
    text: str
    start: int | None = None
    end: int | None = None

    def within(self, sentence: "Sentence | None" = None) -> "Holder":
        """Return the holder without the place of its words, unless a sentence has them."""
        named = sentence and self.start is not None and sentence.start <= self.start < sentence.end
        return self if named else Holder(self.actor, self.text)


NOBODY = Holder(None, "")
"""A source that cannot be told."""


def holder_of(mention: dict) -> Holder:
    """Return the actor of a mention as a holder."""
    return Holder(mention["actor"], mention["surface"], mention["start"], mention["end"])


@dataclass
class Cue:
    """One place where a sentence hands over to a source."""

    start: int
    end: int
    text: str
    kind: str
    rule: str
    holders: list[Holder]
    """Empty when the cue carries on the one before it."""
    begins: int
    """First code point of the source and its words in the sentence."""


@dataclass
class Sentence:
    """One sentence with what the sieve needs: spans are in code points of the raw text."""

    id: str
    paragraph: int
    start: int
    end: int
    part: str
    masked: str
    """Its text with blocks for quoted words and straight apostrophes."""
    mentions: list[dict]
    cues: list[Cue] = field(default_factory=list)

    def fronted(self, cue: Cue) -> bool:
        """Return whether a comma or a quotation is right before a cue and its source."""
        return self.masked[: cue.begins - self.start].rstrip().endswith((",", "█"))

    def sources(self) -> list[Cue]:
        """Return the cues that name a source of their own."""
        return [cue for cue in self.cues if cue.holders]


def make_cue(
    sentence: Sentence, span: tuple[int, int], kind: str, rule: str, holders: list[Holder], begins: int
) -> Cue:
    """Return a cue whose places are given within its sentence."""
    base, (start, end) = sentence.start, span
    return Cue(base + start, base + end, sentence.masked[start:end].strip(), kind, rule, holders, base + begins)


def is_name(phrase: str) -> bool:
    """Return whether a noun phrase is a pronoun or ends with a name."""
    return phrase.lower() in PRONOUNS or phrase.rsplit(maxsplit=1)[-1][0].isupper()


@dataclass
class _Phrase:
    """One noun phrase: `first` and `last` bound it, `start` and `end` bound it without the marks around it."""

    text: str
    words: list[str]
    first: int
    last: int
    start: int
    end: int

    @property
    def head(self) -> str:
        return self.words[-1].lower().rstrip(".")

    def holder(self, actor: str | None) -> Holder:
        return Holder(actor, self.text, self.start, self.end)

    def ends_with(self, listed: frozenset[str]) -> bool:
        """Return whether the last word, or the last two, are in a list."""
        return self.head in listed or " ".join(self.words[-2:]).lower() in listed


class Subjects:
    """Resolve the noun phrases of one article, in the order of its text."""

    def __init__(self, text: str, grammar: Grammar) -> None:
        self.text, self.grammar, self.lexicon = text, grammar, grammar.lexicon
        self._heads: dict[str, str | None] = {}
        self._last: tuple[str | None, str] = (None, "")

    def _phrase(self, sentence: Sentence, begin: int, stop: int) -> _Phrase | None:
        """Return the noun phrase between two places of a sentence, or None where there is no word or a quotation."""
        first, last = sentence.start + begin, sentence.start + stop
        phrase = self.text[first:last]
        found = re.findall(r"[^\W_][\w.’'-]*", phrase)
        if not found or "█" in sentence.masked[begin:stop]:
            return None
        start, end = first + len(phrase) - len(phrase.lstrip(" ,")), first + len(phrase.rstrip(" ,."))
        return _Phrase(phrase.strip(" ,."), found, first, last, start, end)

    def named(self, sentence: Sentence, begin: int, stop: int) -> list[Holder]:
        """Return the holders that a noun phrase names: actors where it resolves, its words where it does not."""
        phrase = self._phrase(sentence, begin, stop)
        if phrase is None or phrase.head in _FIRST_PERSON or phrase.words[0].lower() in _FIRST_PERSON:
            return []
        if len(phrase.words) == 1 and phrase.head in PRONOUNS:
            return self._pronoun(sentence, phrase)
        inside = [
            m
            for m in sentence.mentions
            if phrase.first <= m["start"] and m["end"] <= phrase.last + 1 and m["how"] != "pronoun"
        ]
        return self._actors(phrase, inside) or self._office(phrase, inside) or self._described(phrase)

    def actors(self, sentence: Sentence, begin: int, stop: int) -> list[Holder]:
        """Return the listed actors among those whom a noun phrase names."""
        return [holder for holder in self.named(sentence, begin, stop) if holder.actor]

    def anybody(self, sentence: Sentence, begin: int, stop: int) -> list[Holder]:
        """Return the holders that a noun phrase names, or the phrase itself: "the filing said", "six in ten said"."""
        if named := self.named(sentence, begin, stop):
            return named
        phrase = self._phrase(sentence, begin, stop)
        if phrase is None or phrase.words[-1].lower() in _NO_SOURCE or phrase.words[0].lower() in _FIRST_PERSON:
            return []
        return [phrase.holder(None)] if _NOUN_PHRASE.match(phrase.text) else []

    def plural(self, sentence: Sentence, begin: int, stop: int) -> list[Holder]:
        """Return a source that is a bare plural: "according to exit polls"."""
        phrase = self._phrase(sentence, begin, stop)
        if phrase is None or not phrase.head.endswith("s") or phrase.text.lower() in ("this", "us"):
            return []
        return [phrase.holder(None)]

    def shared(self, sentence: Sentence, tokens: list[Token], at: int) -> list[Holder]:
        """Return the subject that a second verb shares with the clause's first: "he stood up and said"."""
        span = self.grammar.subject_before(tokens, at)
        return self.anybody(sentence, *span) if span else []

    def apposed(self, sentence: Sentence, stop: int) -> list[Holder]:
        """Return the person whom a comma adds to a source: "said the host, Maria Dahl"."""
        gap = re.match(r"\s*,\s*", sentence.masked[stop:])
        at = sentence.start + stop + gap.end() if gap else None
        named = (m for m in sentence.mentions if m["start"] == at and m["kind"] == "person" and m["how"] == "name")
        return [holder_of(m) for m in named][:1]

    def is_place_of(self, sentence: Sentence, holder: Holder) -> bool:
        """Return whether a body or a state is named only as where somebody belongs."""
        inside = [m for m in sentence.mentions if holder.start <= m["start"] < holder.end]
        body = inside and all(m["kind"] != "person" for m in inside)
        return bool(body and _BELONGS.search(self.text[sentence.start : holder.start]))

    def remember(self, sentence: Sentence) -> None:
        """Keep the last holder of a sentence, for the pronouns of the next."""
        for holder in (holder for cue in sentence.cues for holder in cue.holders):
            kind = next((m["kind"] for m in sentence.mentions if m["actor"] == holder.actor), "")
            self._last = (holder.actor, kind)

    def _pronoun(self, sentence: Sentence, phrase: _Phrase) -> list[Holder]:
        exact = (m for m in sentence.mentions if m["start"] == phrase.start and m["how"] == "pronoun")
        if known := next(exact, None):
            return [phrase.holder(known["actor"])]
        if phrase.head != "it":
            return [phrase.holder(None)]
        actor, kind = self._last
        return [phrase.holder(actor)] if actor and kind != "person" else []

    def _actors(self, phrase: _Phrase, inside: list[dict]) -> list[Holder]:
        """Return the actors that are the head of a phrase: two that "and" joins, or the one that it is about."""
        free = [
            m
            for m in inside
            if self.text[m["end"] : m["end"] + 1] not in ("’", "'")
            and (not _COMPLEMENT.search(self.text[phrase.first : m["start"]]) or self._names_the_head(m, phrase.last))
        ]
        joined = [
            m
            for m in free
            if _JOINED.fullmatch(self.text[phrase.first : m["start"]])
            or re.match(r"\s+and\b", self.text[m["end"] : phrase.last])
        ]
        if len({m["actor"] for m in joined}) > 1:
            return [holder_of(m) for m in joined]
        ends = [m for m in free if m["end"] >= phrase.end - 1]
        persons = [m for m in free if m["kind"] == "person"]
        chosen = ends[-1:] or persons[-1:] or joined[:1]
        for m in chosen:
            self._keep_head(phrase, m["actor"])
        return [phrase.holder(m["actor"]) for m in chosen]

    def _names_the_head(self, mention: dict, last: int) -> bool:
        """Return whether a person's name closes the phrase ("the adviser of the president's office Mikhail Podolyak")."""
        before = self.text[max(0, mention["start"] - 4) : mention["start"]]
        person = mention["kind"] == "person" and mention["how"] == "name"
        return person and mention["end"] >= last - 1 and not _TITLED.search(before)

    def _office(self, phrase: _Phrase, inside: list[dict]) -> list[Holder]:
        """Return who holds an office or is a body, where the article said it before or the phrase says whose it is."""
        actor = self._heads.get(phrase.head)
        if phrase.ends_with(self.lexicon.collectives):
            actor = next((m["actor"] for m in reversed(inside) if m["kind"] != "person"), actor)
            self._keep_head(phrase, actor)
            return [phrase.holder(actor)]
        if phrase.ends_with(self.lexicon.persons):
            known = phrase.words[0].lower() in ("the", "this") and len(phrase.words) <= 2
            return [phrase.holder(actor if known else None)]
        return []

    def _keep_head(self, phrase: _Phrase, actor: str | None) -> None:
        self._heads |= dict.fromkeys(self.grammar.people & {word.lower() for word in phrase.words}, actor)

    def _described(self, phrase: _Phrase) -> list[Holder]:
        """Return a source that is no listed actor: a name, a word for who speaks, "one of ..."."""
        some_of = "of" in phrase.words and phrase.words[0].lower() in ("one", "some", "several", "many")
        named = phrase.words[-1][0].isupper() or phrase.head in SPEAKERS or some_of
        return [phrase.holder(None)] if named else []
