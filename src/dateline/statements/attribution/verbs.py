"""Find the cue that a reporting verb makes: who says, asks, demands or rejects something.

The subject is sought where edited prose has it: right before the verb, behind it ("..., said Abel"),
before asides, in front of a relative clause, or further off. What may be a noun, what was not said and
what only should be said makes no cue.
"""

import re
from dataclasses import dataclass

from dateline.statements.attribution.grammar import Grammar, Token, before_aside, before_brackets, verb_group
from dateline.statements.attribution.lexicon import Verb
from dateline.statements.attribution.subjects import Cue, Holder, Sentence, Subjects, is_name, make_cue
from dateline.statements.words import AUX, DAYS, DETERMINER, NEGATIONS, PRONOUNS, PUNCTUATION, SPEAKERS, STOP, words
from dateline.study.phrases import any_of

SAID = ("say", "question")
"""Classes of verbs that only hand over to what is said."""

_MODIFIER = DETERMINER | words("before a noun")
_SOME = words("some")
_MANY = re.compile(rf"\b{any_of(words('quantity'))}\b|%|\d", re.IGNORECASE)
_FIRST_PERSON = words("first person")
_ALSO_NOUNS = words("noun as well as verb")
_ADDRESSES = words("addresses")
"""Verbs whose object follows: what is behind them is not their subject."""

_NO_FAR_SUBJECT = NEGATIONS | words("no far subject")
_RELATIVE = re.compile(rf"that\s+(?:{any_of(AUX)}\b|\w+ed\b)")
"""Words behind a noun and no verb of saying: "states that have", "claims that were"."""

_CLAUSE = re.compile(
    r"(?:[\w'-]+\s+){0,4}?(?:(?:that|how|why|what|whether)\b|█)|[:,]?\s*[█:]"
    rf"|(?:[\w'-]+\s+){{1,6}}?{any_of(words('opens a clause'))}\b"
)
"""A clause or a quotation that follows a verb."""

_OPEN_QUOTE = re.compile(r"[,?!…—–-][\"”“’'»]+$")
"""How quoted words end that leave their sentence to somebody: “The gate is open,” ..."""


@dataclass
class Place:
    """One form of a reporting verb in a sentence, with the verb group that it ends."""

    sentence: Sentence
    tokens: list[Token]
    at: int
    """Index of the verb among the tokens."""
    match: re.Match
    verb: Verb
    left: int
    """Index of the token before the group; -1 where nothing is before it."""
    passive: bool
    skipped: bool
    """True where the group has more than the verb."""
    modal: bool

    @property
    def after(self) -> str:
        """Return the text behind the verb."""
        return self.sentence.masked[self.match.end() :].lstrip()

    @property
    def takes_clause(self) -> bool:
        """Return whether a clause or a quotation follows the verb."""
        return bool(_CLAUSE.match(self.after))

    def word(self, at: int) -> str:
        """Return a token, or nothing before the first."""
        return self.tokens[at].word if at >= 0 else ""

    def low(self, at: int) -> str:
        """Return a token in lower case."""
        return self.word(at).lower()

    def cue(self, rule: str, holders: list[Holder], begins: int, kind: str = "") -> Cue | None:
        """Return the cue that the verb makes, of its own kind unless one is given; None where it has no source."""
        span = self.match.span()
        return make_cue(self.sentence, span, kind or self.verb.kind, rule, holders, begins) if holders else None


def _is_plural(phrase: str) -> bool:
    """Return whether a noun phrase takes the plain form of a verb ("six in ten say", "advisers say")."""
    return phrase.lower().endswith("s") or phrase.lower() in ("they", "we") or bool(_MANY.search(phrase))


class VerbCues:
    """Find the cues that the reporting verbs of one article make."""

    def __init__(self, text: str, grammar: Grammar, subjects: Subjects) -> None:
        self.text, self.grammar, self.subjects = text, grammar, subjects

    def cue_at(self, sentence: Sentence, tokens: list[Token], at: int, match: re.Match, verb: Verb) -> Cue | None:
        """Return the cue of the verb at token `at`, or None where it does not report or its source cannot be told."""
        here = Place(sentence, tokens, at, match, verb, *verb_group(tokens, at))
        return self._beside(here) or self._far(here)

    def _beside(self, here: Place) -> Cue | None:
        """Find the cue of a verb whose source is beside it."""
        verb = here.verb
        if self._follows_modifier(here):
            return None
        said = {token.low for token in here.tokens[here.left + 1 : here.at]}
        if verb.kind in (*SAID, "promise") and NEGATIONS & said:
            return None  # "Abel did not say that": what was not said is nobody's statement.
        if verb.participle and not here.passive:
            return self._participle(here)
        if here.passive and not verb.participle:
            # "Should be rejected by parliament" asks for it and does not report it.
            return None if here.modal else self._passive(here)
        if verb.kind == "experience":
            stop = self.grammar.phrase_end(here.tokens, here.match.end())
            holders = self.subjects.actors(here.sentence, here.match.end(), stop)
            return here.cue("experiencer", holders, 0, "narrated")
        return None if here.modal or self._lacks_clause(here) else self._active(here)

    def _some(self, here: Place) -> bool:
        """Return whether "some", "many" and the like are the subject: "some say that"."""
        return here.low(here.at - 1) in _SOME and here.takes_clause

    def _follows_modifier(self, here: Place) -> bool:
        """Return whether the word before makes a noun of what looks like a verb: "her remarks", "new claims"."""
        before = here.low(here.at - 1)
        return (before in _MODIFIER or before.endswith(("'s", "'"))) and not self._some(here)

    def _lacks_clause(self, here: Place) -> bool:
        """Return whether a verb that needs a clause or a quotation has none, behind it or before it."""
        if here.verb.needs != "clause" or here.takes_clause:
            return False
        begin, last = 0, here.word(here.left)
        if here.left >= 0:
            begin = self.grammar.phrase_start(here.tokens, here.left)
            if self._leaves_open(here.sentence, begin):
                return False
        before = here.sentence.masked[: here.match.start()].rstrip()
        if (not last or last[0] in ",█") and before.endswith(("█", ",")):
            return False
        fronted = here.sentence.masked[:begin].rstrip().endswith(",")
        return not (fronted and here.after[:1] in ".,;█")

    def _leaves_open(self, sentence: Sentence, at: int) -> bool:
        """Return whether a place follows quoted words that end with a comma or a question: “..., ” or “...?”"""
        before = sentence.masked[:at].rstrip()
        end = sentence.start + len(before)
        return before.endswith("█") and bool(_OPEN_QUOTE.search(self.text[max(0, end - 4) : end]))

    def _active(self, here: Place) -> Cue | None:
        """Find the source of a verb in the active voice, by what is before it."""
        left = before_brackets(here.tokens, here.left)
        token = here.word(left)
        marked = not token or token[0] == "█" or (token in PUNCTUATION and not here.skipped)
        if marked and not (token == "," and self._ends_aside(here, left)):
            cue = self._inverted(here)
            if cue or token != ",":
                return cue
        added: list[Holder] = []
        if token == ",":
            comma = left
            before = self.grammar.before_asides(here.tokens, comma, every=here.verb.kind in SAID)
            if before is None:
                return None
            if comma - before > 1:
                added = self.subjects.apposed(here.sentence, here.tokens[before].end)
            left = before_brackets(here.tokens, before)
            if left < 0:
                return None
        if here.low(left) in ("and", "but", "or", "then"):
            said = here.verb.kind in SAID
            holders = self.subjects.shared(here.sentence, here.tokens, left) if said else []
            span = here.match.span()
            return make_cue(here.sentence, span, here.verb.kind, "carried-on", holders, span[0])
        if here.low(left) in ("who", "which", "that") and left > 0:
            return self._relative_clause(here, left)
        return self._plain(here, left, added)

    def _ends_aside(self, here: Place, comma: int) -> bool:
        """Return whether a comma before a verb ends an aside, behind which the subject's verb follows."""
        if before_aside(here.tokens, comma) is None:
            return False
        verb = here.verb
        return (
            verb.kind in ("ask", "reject", "promise")
            or verb.lemma in _ADDRESSES
            # "Said Budapest would", "warned Abel that": whom or what it is about follows, so the source is before it.
            or self.grammar.behind_phrase(here.tokens, here.match.end()) in AUX | {"that"}
            or (verb.kind in SAID and self.grammar.named_first(here.tokens, comma) and len(here.after.split()) > 3)
        )

    def _relative_clause(self, here: Place, left: int) -> Cue | None:
        """Find the source that a relative clause is about: "Ito, who said that"."""
        who, back = here.low(left) == "who", left - 1
        while back > 0 and here.word(back) == ",":
            back -= 1
        begin, stop = self.grammar.phrase_start(here.tokens, back), here.tokens[back].end
        named = self.subjects.named(here.sentence, begin, stop)
        if who and any(self.subjects.is_place_of(here.sentence, holder) for holder in named):
            return None  # "a lawyer at the League who opposes": that is not the League
        holders = [holder for holder in named if holder.actor or (here.verb.kind in SAID and who)]
        return here.cue("relative-clause", holders, here.tokens[left].start)

    def _plain(self, here: Place, left: int, added: list[Holder]) -> Cue | None:
        """Find the source right before a verb; `added` are those whom an aside names: "his deputy, Maria Dahl, said"."""
        sentence, tokens, kind, low = here.sentence, here.tokens, here.verb.kind, here.low(left)
        if low in STOP | DETERMINER and not self._some(here):
            return None
        if low in PUNCTUATION or low in _FIRST_PERSON or low.endswith("'s"):
            return None
        if left and low in DAYS:  # "Ryan on Thursday declared"
            left = max(left - 2 if tokens[left - 1].low == "on" else left - 1, 0)
        alone = kind in SAID and low in PRONOUNS  # "On Tuesday he said"; but not "the deal he wants"
        begin, stop = tokens[left].start if alone else self.grammar.phrase_start(tokens, left), tokens[left].end
        find = self.subjects.anybody if kind in SAID else self.subjects.named
        holders = find(sentence, begin, stop)
        if added and not any(holder.actor for holder in holders):
            holders = added
        if not holders or self._is_noun(here, left, holders):
            return None
        if not self._agrees(here, holders, sentence.masked[begin:stop]):
            return None
        return here.cue("narrated" if kind == "narrated" else "source-verb", holders, begin)

    def _is_noun(self, here: Place, left: int, holders: list[Holder]) -> bool:
        """Return whether what looks like a verb is a noun: "early states that vote", "the council demands"."""
        if here.match[0] not in _ALSO_NOUNS or here.skipped:
            return False
        if holders[0].actor is None:
            head = holders[0].text.rsplit(maxsplit=1)[-1]
            return not (head[0].isupper() or head.lower() in PRONOUNS | SPEAKERS | self.grammar.people)
        # A phrase that only has a name in it ends with another word.
        last = here.sentence.start + here.tokens[left].end
        ends = any(m["start"] < last <= m["end"] for m in here.sentence.mentions)
        return not (re.match(r"that\b|█", here.after) or ends)

    def _agrees(self, here: Place, holders: list[Holder], subject: str) -> bool:
        """Return whether subject and verb agree in number, and a position without a clause has a named holder."""
        one, verb = holders[0], here.verb
        if verb.base and not here.skipped:
            if one.actor is None and not _is_plural(subject):
                return False
            if len(holders) == 1 and one.actor is not None and not one.text.lower().endswith("s"):
                return False
        named = any(holder.actor or is_name(holder.text) for holder in holders)
        return verb.kind != "narrated" or named or here.takes_clause

    def _far(self, here: Place) -> Cue | None:
        """Find a subject of a verb of saying further off: "officials - and a general - have long argued that"."""
        verb, left = here.verb, here.left
        if left < 0 or verb.kind not in SAID or verb.participle or not here.takes_clause:
            return None
        if here.match[0] in _ALSO_NOUNS and _RELATIVE.match(here.after):
            return None
        if here.passive or here.modal or _NO_FAR_SUBJECT & {token.low for token in here.tokens[left : here.at]}:
            return None
        span = self.grammar.subject_before(here.tokens, left + 1)
        if span is None:
            return None
        subject = here.sentence.masked[slice(*span)]
        if verb.base and (not _is_plural(subject) or is_name(subject)):
            return None
        return here.cue("source-verb", self.subjects.anybody(here.sentence, *span), span[0])

    def _participle(self, here: Place) -> Cue | None:
        """Find what the subject of the clause is reported to say beside what it did: "he left, saying that ..."."""
        if here.verb.kind not in SAID or here.word(here.at - 1) != "," or not here.takes_clause:
            return None
        return here.cue("participle", self.subjects.shared(here.sentence, here.tokens, here.at), here.match.start())

    def _passive(self, here: Place) -> Cue | None:
        by = re.compile(r"\s+(?:[\w-]+ly\s+)?by\s+").match(here.sentence.masked, here.match.end())
        if not by or here.verb.kind == "experience":
            return None
        holders = self.subjects.actors(here.sentence, by.end(), self.grammar.phrase_end(here.tokens, by.end()))
        span = (here.match.start(), by.end())
        return make_cue(here.sentence, span, "say", "passive", holders, 0) if holders else None

    def _inverted(self, here: Place) -> Cue | None:
        """Find a source behind its verb: "..., said Abel"."""
        masked, start, end = here.sentence.masked, *here.match.span()
        before = masked[:start].rstrip()
        if here.verb.kind == "narrated" or (start and not before.endswith((",", ".", "!", "?", "█"))):
            return None
        stop = self.grammar.phrase_end(here.tokens, end)
        if DAYS & {*masked[end:stop].lower().split()[:1]}:
            return None  # "Abel, the host, said Monday"
        holders = self.subjects.named(here.sentence, end, stop)
        if not any(holder.actor for holder in holders):
            holders = self.subjects.apposed(here.sentence, stop) or holders
        return here.cue("verb-source", holders, start)
