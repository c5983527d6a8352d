"""Find the cues of a sentence: every place that hands over to somebody who is reported to say something.

A reporting verb, "according to", a headline's colon or a described position is a cue; `subjects`
resolves the noun phrase beside it to an actor where it names one.
"""

import re
from collections.abc import Iterator

from dateline.statements.attribution.grammar import Grammar, Token, tokenise
from dateline.statements.attribution.lexicon import Lexicon
from dateline.statements.attribution.subjects import Cue, Sentence, Subjects, holder_of, make_cue
from dateline.statements.attribution.verbs import VerbCues
from dateline.statements.words import words
from dateline.study.phrases import any_of

_SUPPOSED = re.compile(
    r"\b(?:(?<!as )(?<!even )if|unless|whether|suppose|supposing|imagine|provided)(?:\s+that)?\s+$", re.IGNORECASE
)
_DID_NOT_SAY = re.compile(
    r"\b(?:did|does|do|has|have|had)(?:n't|\s+not)\s+(?:say|said|tell|told|claim|state|mention|announce|suggest)\w*\b[^,;]*$"
)
_POSITION = rf"{any_of(words('position'))}s?"
_MADE_BY = re.compile(rf"\b{_POSITION}\s+(?:made|set|put forward|raised|voiced|issued)\s+by\s+")
_OWNED = re.compile(rf"'(?:s\s+|\s+)(?:[\w-]+\s+){{0,2}}?{_POSITION}\s+(?:to|that|for|against|of|on|is)\b")
_ATTITUDE = re.compile(
    r"[ ,]*\b(?:is|are|was|were|remains?|remained|has\s+been|have\s+been|had\s+been|seems?|sounds?)\s+"
    rf"(?:[\w-]+\s+){{0,3}}?{any_of(words('attitude'))}\b"
)
_ACCORDING = re.compile(  # one letter first, which is found faster than a place where a word may begin
    r"[AaIis](?:(?<=\b[Aa])ccording\s+to\s+|(?<=\b[Ii])n\s+the\s+(?:words|view|opinion|eyes)\s+of\s+"
    r"|(?<=[,”\"»“] s)o\s+(?=[A-Z]))"
)
_COLON = re.compile(r"^([^:\"“«]{2,60}?)\s?:\s+(?=\S)")
_CLAUSE_OPENS = re.compile(r"\s*$|\s*(?:[^,;:█]*?\s)??(?:that|whether|how|if|why|what)\b(?!.*;)")
_BESIDE = re.compile(r",\s*(?:and|but|while|whereas|though|although)\s*$")


class CueFinder:
    """Find the cues of one article's sentences, in the order of its text."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self.lexicon, self.grammar = lexicon, Grammar(lexicon)
        self.subjects = Subjects(text, self.grammar)
        self.verbs = VerbCues(text, self.grammar, self.subjects)

    def cues(self, sentence: Sentence, *, tail_only: bool) -> list[Cue]:
        """Find every cue of a sentence, in order; those before it in the article must have been asked before.

        `tail_only` is for a paragraph that opens with a speech dash, where only its last words can say who speaks.
        """
        masked = sentence.masked
        according = list(_ACCORDING.finditer(masked))
        verbs = list(self.lexicon.pattern.finditer(masked.lower() if sentence.part == "title" else masked))
        tokens = tokenise(masked) if according or verbs else []
        found = [*self._according(sentence, tokens, according), *self._verbs(sentence, tokens, verbs)]
        if sentence.part == "title" or not found:
            found += self._colon(sentence)
        if not tail_only:
            found += self._positions(sentence)
        found.sort(key=lambda cue: cue.start)
        found = [cue for cue in found if not self._embedded(sentence, cue, found) and not _unsaid(sentence, cue)]
        if tail_only:
            found = [cue for cue in found if _ends_speech(sentence, cue)][-1:]
        return [cue for at, cue in enumerate(found) if not at or found[at - 1].start < cue.start]

    def _according(self, sentence: Sentence, tokens: list[Token], matches: list[re.Match]) -> Iterator[Cue]:
        for match in matches:
            phrase = match.end(), self.grammar.phrase_end(tokens, match.end())
            holders = self.subjects.anybody(sentence, *phrase) or self.subjects.plural(sentence, *phrase)
            if holders:
                yield make_cue(sentence, match.span(), "say", "according-to", holders, match.start())

    def _verbs(self, sentence: Sentence, tokens: list[Token], matches: list[re.Match]) -> Iterator[Cue]:
        starts = {token.start: at for at, token in enumerate(tokens)}
        for match in matches:
            verb = self.lexicon.verbs.get(" ".join(match[0].split()))
            at = starts.get(match.start())
            if verb and at is not None and (cue := self.verbs.cue_at(sentence, tokens, at, match, verb)):
                yield cue

    def _colon(self, sentence: Sentence) -> Iterator[Cue]:
        """Find an actor before a colon: in a headline, and in the body before a quotation ("Abel: “The gate is open.”")."""
        if match := _COLON.match(sentence.masked):
            after, title = sentence.masked[match.end() :], sentence.part == "title"
            holders = self.subjects.actors(sentence, 0, match.end(1))
            if holders and (len(after.split()) > 1 if title else after[0] == "█"):
                rule = "headline-colon" if title else "name-colon"
                yield make_cue(sentence, (match.end(1), match.end()), "say", rule, holders, 0)

    def _positions(self, sentence: Sentence) -> Iterator[Cue]:
        """Find positions that are reported without a verb of saying: "Sudland's opposition to", "Ito is open to"."""
        masked = sentence.masked
        for match in _MADE_BY.finditer(masked):
            stop = self.grammar.phrase_end(tokenise(masked), match.end())
            if holders := self.subjects.actors(sentence, match.end(), stop):
                yield make_cue(sentence, match.span(), "narrated", "position-noun", holders, match.start())
        for mention in sentence.mentions:
            begin, at = mention["start"] - sentence.start, mention["end"] - sentence.start
            who = [holder_of(mention)]
            if mention["how"] == "pronoun" or masked[begin:at].startswith("█"):
                continue
            if owned := _OWNED.match(masked, at):
                yield make_cue(sentence, (at + 2, owned.end()), "narrated", "position-noun", who, begin)
            if attitude := _ATTITUDE.match(masked, at):
                span = at + len(attitude[0]) - len(attitude[0].lstrip(" ,")), attitude.end()
                yield make_cue(sentence, span, "narrated", "attitude", who, begin)

    def _together(self, one: Cue, other: Cue) -> bool:
        """Return whether two cues have a source of one side: the same, or members of one group."""
        sides = self.lexicon.sides
        mine, theirs = ({holder.actor for holder in cue.holders} for cue in (one, other))
        groups, others = (set().union(*(sides.get(actor, ()) for actor in actors)) for actors in (mine, theirs))
        return bool(mine & theirs or groups & others)

    def _embedded(self, sentence: Sentence, cue: Cue, cues: list[Cue]) -> bool:
        """Return whether a cue only reports what somebody else says of its source ("he said Ukraine was committed").

        A demand, a promise or a refusal reported inside somebody's words is still a position of its source.
        """
        if cue.kind in ("ask", "promise", "reject") or cue.rule == "according-to" or not cue.holders:
            return False
        before = [other for other in cues if other.end <= cue.begins and other.holders and other.kind != "narrated"]
        before = [other for other in before if other.rule not in ("according-to", "passive")]
        if not before:
            return False
        outer = before[-1]
        between = sentence.masked[outer.end - sentence.start : cue.begins - sentence.start]
        if cue.rule == "position-noun" and not between.strip():
            return False  # "rejected Sudland's demand": the object of a verb and not its clause.
        if cue.rule == "narrated":
            if all(holder.actor is None for holder in outer.holders):
                return True
            if not self._together(cue, outer):
                return False  # "Abel said that Ito opposes it" is where Ito stands.
        if not _CLAUSE_OPENS.match(between + " ") or re.search(r",\s*(?:who|which)\b", between):
            return False
        # "Abel said that ..., and Ito said that ...": the second is beside the first, with a subject of its own.
        own = any(holder.start == cue.begins for holder in cue.holders)
        return not (own and _BESIDE.search(between))


def _unsaid(sentence: Sentence, cue: Cue) -> bool:
    """Return whether a cue is inside what somebody did not say, or in what only may be: "if Abel says yes"."""
    source, verb = (sentence.masked[: max(0, place - sentence.start)] for place in (cue.begins, cue.start))
    return bool(_SUPPOSED.search(source) or _DID_NOT_SAY.search(verb))


def _ends_speech(sentence: Sentence, cue: Cue) -> bool:
    """Return whether a cue says who speaks in a paragraph that opens with a dash: something is said before the source."""
    before = sentence.masked[: cue.begins - sentence.start]
    told = re.search(r"[\w█].*[,.!?█–—-]\s*$", before, re.DOTALL)
    return bool(told and cue.holders) and cue.rule in ("verb-source", "source-verb", "according-to")
