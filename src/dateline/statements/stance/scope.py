"""Find the phrases of the two scales in a statement, and read which of them are denied.

A negation reaches over its clause: forward for a few words, and not past a new subject, an "only" or
a "that" whose verb does not hand it on. What a question or "how" is about asserts nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from dateline.statements.stance.scales import ScalePhrase, Scales, spans
from dateline.statements.words import words
from dateline.study.phrases import SHOWN, brief

NEGATION_REACH = 10
"""Words over which a negation reaches forward inside its clause."""

_ONCE = re.compile(r"\bat once\b|\bonce (?:again|more|and for all|or twice|upon a time)\b", re.IGNORECASE)
"""Phrases in which "once" sets no condition."""

_INDIRECT = re.compile(
    r"\b(?:ask\w*\s+if|wonder\w*\s+if|how|whether|what kind of|who)\b(?!\s+(?:much|many|often))[^,]*$", re.IGNORECASE
)
_ASKS = re.compile(r"\b(?:ask\w*|wonder\w*|unclear)\s+$", re.IGNORECASE)
_NEW_CLAUSE = re.compile(
    r"(?:,|\band)(?=\s+(?:and\s+)?(?:I|we|you|they|he|she|it|there|this|our|let|not|only)\b)|[?!;:.]\s", re.IGNORECASE
)
"""A comma or "and" with a new subject behind it ends what a negation reaches."""

_ASSERTS = re.compile(
    "".join(f"(?<!{word} )" for word in sorted(words("believes"))) + r"\bthat\s+(?!is\b|was\b|will\b|would\b)",
    re.IGNORECASE,
)
"""A "that" clause whose verb does not hand a negation on to it, as "think" and "believe" do."""

_ONLY = re.compile(r"\s+(?:just|only|merely|simply)\b", re.IGNORECASE)
_HYPOTHETICAL = re.compile(r"\b(?:if|unless)\b[^,;]*", re.IGNORECASE)
_ONLY_IF = re.compile(r"\bonly\b[^,;]{0,30}$", re.IGNORECASE)


@dataclass(frozen=True)
class Piece:
    """Words that decide a code, by their place in a statement's own words."""

    start: int
    end: int
    denied: bool = False
    """True where a negation, or a verb against them, turns round what they say."""


@dataclass(frozen=True)
class Hit:
    """One phrase of a scale in a statement's words, with its value after scope was read."""

    start: int
    end: int
    phrase: ScalePhrase
    value: int
    denied: bool = False
    """True where a negation before it or inside it turns it round."""
    turned: bool = False
    """True where a negation behind a verb of wishing turns it round: "wants Norland not to join"."""
    reversal: Piece | None = None
    """Verb against it that turns it round: "rejects"."""

    def summary(self, own: str) -> str:
        """Return its words as `because` shows them."""
        said = brief(own[self.start : self.end])
        said = f"{'not: ' if self.denied else ''}{said}{' … not' if self.turned else ''}"
        if self.reversal is None:
            return said
        verb = own[self.reversal.start : self.reversal.end]
        return f"{'not: ' if self.reversal.denied else ''}{verb} × {said}"

    def pieces(self, own: str) -> list[Piece]:
        """Return the words that decide; they are denied where their value is the opposite of the list's."""
        against = self.reversal is not None and not self.reversal.denied
        denied = (self.denied + self.turned + against) % 2 == 1
        return [*([self.reversal] if self.reversal else []), *brief_pieces(own, self.start, self.end, denied)]


def brief_pieces(own: str, start: int, end: int, denied: bool = False) -> list[Piece]:
    """Return a place in a statement's words as `brief` shows it: of a long one the first and the last two words."""
    found = list(re.compile(r"\S+").finditer(own, start, end))
    if len(found) <= SHOWN:
        return [Piece(start, end, denied)]
    return [Piece(found[0].start(), found[1].end(), denied), Piece(found[-2].start(), found[-1].end(), denied)]


def find_hits(own: str, blotted: str, scales: Scales) -> list[Hit]:
    """Find every scale phrase in a statement's words, the longest where two overlap, with its value after scope."""
    hits = []
    for start, end, cue in _longest(own, blotted, scales):
        if _INDIRECT.search(own[_clause_start(own, start, scales.stop) : start]):
            continue  # "how it will happen" asserts nothing.
        # "No vote and no veto": the second "no" is not denied by the first.
        listed = re.match(r"no\b", own[start:], re.IGNORECASE)
        inside = () if cue.denies else scales.negation.finditer(own, start, end)
        within = any(not _ONLY.match(own, match.end()) for match in inside)
        denied = bool(not listed and negated(own, start, scales)) != within
        hits.append(Hit(start, end, cue, (cue.value or 0) * (-1 if denied else 1), denied))
    return hits


def _longest(own: str, blotted: str, scales: Scales) -> list[tuple[int, int, ScalePhrase]]:
    """Return where the phrases are, in order; of two that overlap on one scale the longer, or the one that takes no side."""
    found = [(match.start(), match.end(), cue) for cue in scales.cues for match in cue.find(own, blotted)]
    found.sort(key=lambda hit: (hit[0] - hit[1], hit[2].role != "neutral", hit[0], "..." in hit[2].text, hit[2].text))
    kept: list[tuple[int, int, ScalePhrase]] = []
    for start, end, cue in found:
        same = [(a, b, other) for a, b, other in found if other.scale == cue.scale]
        swallowed = (
            other for a, b, other in same if start <= a and b <= end and (a, b) != (start, end) and other.role == "cue"
        )
        if "..." in cue.text and any((other.value or 0) * (cue.value or 0) < 0 for other in swallowed):
            continue  # What its gap swallows says the opposite: "call to renounce membership".
        if not any(start < b and a < end and other.scale == cue.scale for a, b, other in kept):
            kept.append((start, end, cue))
    return sorted(kept, key=lambda hit: (hit[0], hit[2].scale))


def supposed(own: str) -> list[tuple[int, int]]:
    """Return where something is only supposed; what happens "only if we fight for it" is asked for."""
    return [(start, end) for start, end in spans(_HYPOTHETICAL, own) if not _ONLY_IF.search(own[:start])]


def find_condition(own: str, blotted: str, scales: Scales) -> tuple[int, int] | None:
    """Find where a statement sets a condition that no negation reaches; "does not depend on" sets none."""
    plain, hidden = (_ONCE.sub(lambda found: " " * len(found[0]), each) for each in (own, blotted))
    found = (span for phrase in scales.condition for span in _free_matches(phrase, plain, hidden, scales))
    return next(found, None)


def _free_matches(phrase: ScalePhrase, own: str, blotted: str, scales: Scales) -> Iterator[tuple[int, int]]:
    for match in phrase.find(own, blotted):
        inside = not phrase.denies and scales.negation.search(own, *match.span())
        if not (inside or negated(own, match.start(), scales) or _ASKS.search(own[: match.start()])):
            yield match.span()


def negated(own: str, at: int, scales: Scales) -> bool:
    """Return whether a negation before a place reaches it."""
    begin = _clause_start(own, at, scales.stop)
    before = list(re.finditer(r"[\w’']+", own[begin:at]))
    start = begin + (before[-NEGATION_REACH].start() if len(before) > NEGATION_REACH else 0)
    found = list(scales.negation.finditer(own, start, at))
    if found and _ONLY.match(own, found[-1].end()):
        return False
    # "There is no question that it will": what is asserted behind "that" is not denied.
    found = [match for match in found if not _ASSERTS.search(own[match.end() : at])]
    return len(found) % 2 == 1


@lru_cache(maxsize=1024)
def _clause_start(own: str, at: int, stops: re.Pattern[str]) -> int:
    ends = (match.end() for pattern in (stops, _NEW_CLAUSE) for match in pattern.finditer(own, 0, at))
    return max(ends, default=0)
