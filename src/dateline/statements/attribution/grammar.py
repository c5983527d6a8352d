"""Find noun phrases and verb groups by closed word classes: a shallow grammar of English news.

Auxiliaries, adverbs, determiners and prepositions are enough to find the subject of a reporting verb
in edited prose, with no model to trust and none to download.
"""

import re
from bisect import bisect_left
from operator import attrgetter
from typing import NamedTuple

from dateline.statements.attribution.lexicon import Lexicon
from dateline.statements.words import AUX, DAYS, DETERMINER, PRONOUNS, PUNCTUATION, STOP, words

_TOKEN = re.compile(
    r"(?:[A-Z]\.)+|(?:Mr|Mrs|Ms|Dr|Gen|Sen|Rep|Gov|Lt|Col|Prof|St)\.|[^\W_]+(?:[.'-][^\W_]+)*'?|█+|[^\w\s]"
)
_BE = words("be")
_MODAL = words("modal")
_ADVERB = words("adverb")
_NOT_ADVERB = words("ly but no adverb")
_LINK = words("link")
_FRONTED = STOP | _ADVERB | DAYS | words("fronted")
"""Words that open what is before the subject: "last week", "in the end"."""


class Token(NamedTuple):
    """A word or mark of a sentence; quoted words are one token of blocks."""

    word: str
    start: int
    end: int
    low: str
    """In lower case."""

    @property
    def marks(self) -> bool:
        """Return whether it is a mark or quoted words."""
        return self.word in PUNCTUATION or self.word[0] == "█"

    @property
    def capital(self) -> bool:
        """Return whether it begins with a capital letter."""
        return self.word[0].isupper()

    @property
    def adverb(self) -> bool:
        """Return whether it is an adverb."""
        return self.low in _ADVERB or (self.low.endswith("ly") and self.low not in _NOT_ADVERB)


def tokenise(masked: str) -> list[Token]:
    """Return the words and marks of a sentence whose quotations are masked."""
    return [Token(match[0], *match.span(), match[0].lower()) for match in _TOKEN.finditer(masked)]


def before_brackets(tokens: list[Token], last: int) -> int:
    """Return the index of the last token before brackets that end with `last`; `last` where nothing is bracketed."""
    if last < 0 or tokens[last].word != ")":
        return last
    return next((back for back in range(last, 0, -1) if tokens[back].word == "("), 0) - 1


def before_aside(tokens: list[Token], comma: int) -> int | None:
    """Return the index of the last token before ", a spokesman for X," and the like."""
    for back in range(comma - 1, 0, -1):
        if tokens[back].word in (";", ":", ".") or tokens[back].word[0] == "█":
            return None
        if tokens[back].word == ",":
            return back - 1
    return None


def verb_group(tokens: list[Token], at: int) -> tuple[int, bool, bool, bool]:
    """Return the index of the token before a verb's group, -1 where there is none, and three facts about the group.

    It is passive or progressive; it has more than the verb; it is about what may or should be said, not what was.
    """
    left, passive, modal = at - 1, False, False
    while left >= 0:
        token = tokens[left]
        if token.low in AUX:
            passive, modal = passive or token.low in _BE, modal or token.low in _MODAL
        elif token.low == "longer" and left and tokens[left - 1].low == "no":
            left -= 1
        elif not token.adverb:
            break
        left -= 1
    return left, passive, left < at - 1, modal


def _first_from(tokens: list[Token], start: int) -> int:
    """Return the index of the first token that does not begin before a place."""
    return bisect_left(tokens, start, key=attrgetter("start"))


def _clause_from(tokens: list[Token], at: int, marks: str) -> int:
    """Return the index of the first token behind the last mark or quotation before `at`."""
    return next((k + 1 for k in range(at - 1, -1, -1) if tokens[k].word in marks or tokens[k].word[0] == "█"), 0)


class Grammar:
    """Find noun phrases with the help of the listed words for persons and bodies."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.people = lexicon.persons | lexicon.collectives

    def behind_phrase(self, tokens: list[Token], start: int) -> str:
        """Return the word behind the noun phrase that begins at a place, in lower case; nothing where there is none."""
        stop = self.phrase_end(tokens, start)
        behind = tokens[_first_from(tokens, stop) :][:1]
        return behind[0].low if behind and stop > start else ""

    def before_asides(self, tokens: list[Token], comma: int, *, every: bool) -> int | None:
        """Return the index of the last token before one aside, or before all of a name's: "Maria Dahl, 59, of Ashton, said"."""
        left = before_aside(tokens, comma)
        if every and left is not None and self.named_first(tokens, comma):
            while (further := before_aside(tokens, left + 1)) is not None:
                left = further
        return left

    def named_first(self, tokens: list[Token], comma: int) -> bool:
        """Return whether the clause that an aside ends opens with a name, which is then the subject of what follows."""
        if before_aside(tokens, comma) is None:
            return False
        begin = _clause_from(tokens, comma, ";:.")
        first = next((k for k in range(begin, comma) if tokens[k].word == ","), comma)
        named = tokens[begin:first]
        if named and named[0].low in {*_LINK, "still"}:
            named = named[1:]
        if not named or named[0].low in DAYS | STOP or not named[-1].capital:
            return False
        inside = DETERMINER | self.lexicon.persons | {"of", "and", ".", "(", ")", "-"}
        return all(token.capital or token.low in inside for token in named)

    def phrase_start(self, tokens: list[Token], last: int) -> int:
        """Return where the noun phrase that ends with token `last` begins."""
        first = last
        while first > 0 and last - first < 12:
            token = tokens[first - 1]
            joins = first >= 2 and self._joins(tokens, first)
            if token.word in self.lexicon.finite or token.marks or token.low in AUX:
                break
            if token.low in STOP and not joins:
                break
            first -= 1
        return tokens[first].start

    def _joins(self, tokens: list[Token], at: int) -> bool:
        """Return whether an "and" before token `at` joins two subjects."""
        before, word, after = tokens[at - 2 : at + 1]
        named = before.capital or before.low in self.lexicon.collectives
        goes_on = after.capital or after.low in ("its", "his", "her", "their")
        return word.low == "and" and named and goes_on and self._opens(tokens, at - 2)

    @staticmethod
    def _opens(tokens: list[Token], last: int) -> bool:
        """Return whether the name that ends with token `last` stands first in its clause, so that "and" joins subjects."""
        first = last
        while first > 0 and (tokens[first - 1].capital or tokens[first - 1].low in DETERMINER):
            first -= 1
        return not first or tokens[first - 1].low in STOP | {"both"} or tokens[first - 1].marks

    def phrase_end(self, tokens: list[Token], start: int) -> int:
        """Return where the noun phrase that begins at `start` ends."""
        stop = start
        for at in range(_first_from(tokens, start), len(tokens)):
            token = tokens[at]
            joined = token.low == "and" and at + 1 < len(tokens) and tokens[at + 1].capital
            if token.marks or token.low in AUX or token.low in _ADVERB or (token.low in STOP and not joined):
                break
            if stop > start and token.adverb:
                break
            stop = token.end
        return stop

    def subject_before(self, tokens: list[Token], at: int) -> tuple[int, int] | None:
        """Return where the subject of the clause before token `at` begins and ends, or None where it cannot be told.

        A subject is a pronoun, a run of capitals with what leads to it, or a phrase that ends with a word for
        persons or bodies; what is before a comma at the front ("Last week, ...") is passed over.
        """
        first = _clause_start(tokens, at)
        if first is None:
            return None
        last = first
        for here in range(first, min(at, first + 12)):
            token = tokens[here]
            if here == first and token.low in PRONOUNS:
                return token.start, token.end
            if token.marks or token.low in AUX or token.low in STOP or token.low in _ADVERB:
                break
            named = token.capital and not (here == first and token.low in DETERMINER)
            if named or token.low in self.people:
                last = here + 1
            elif last > first or (token.low.endswith(("ed", "ing")) and here > first):
                break
        return (tokens[first].start, tokens[last - 1].end) if last > first else None


def _clause_start(tokens: list[Token], at: int) -> int | None:
    """Return the first token of the clause before `at`, behind what is fronted; None where no comma ends that."""
    first: int | None = _clause_from(tokens, at, ";:")
    while first is not None and first < at:
        token = tokens[first]
        if token.marks or token.low in _LINK:
            first += 1
        elif token.low in _FRONTED or token.low.endswith("ly"):
            first = next((k + 1 for k in range(first, at) if tokens[k].word == ","), None)
        else:
            break
    return first
