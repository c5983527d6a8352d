"""A sentence -> its sources: every place that hands over to somebody who is reported to say something.

A shallow grammar of closed word classes finds the noun phrase beside a reporting verb, "according
to", a headline's colon or a described position, and resolves it to an actor where it names one. The
rules abstain where a phrase cannot be told: a missed source is better than a wrong one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dateline.statements.grammar import DAYS, DETERMINER, PUNCTUATION, STOP, Grammar, Lexicon, Verb, tokenise

_NOT = frozenset(
    "not never didn’t didn't doesn’t doesn't hasn’t hasn't haven’t haven't don’t don't wouldn’t wouldn't".split()
)

_BAD_BEFORE = DETERMINER | frozenset(
    "of such other new more further same own first last to any strong clear key full".split()
)

_RELATIVE = re.compile(
    r"that\s+(?:(?:has|have|had|is|are|was|were|will|would|can|could|do|did|does)\b|\w+ed\b)"
)
"""What follows a noun and no verb of saying: "states that have", "claims that were"."""

_OPEN_QUOTE = re.compile(r"[,?!…—–-][\"”“’'»]+$")
"""How quoted words end that leave their sentence to somebody: “The gate is open,” ..."""

_SOME = frozenset("some others many most few both all".split())

_ALSO_NOUNS = frozenset(
    "states remarks notes reports claims questions tweets emails calls comments demands posts answers moves thanks "
    "promises hopes fears requests threats attacks signals pledges vows boasts estimates forecasts".split()
)

_NO_SOURCE = frozenset(
    "i we you what there this that which who it something nothing anything everything".split()
)

SAID = ("say", "question")
"""Classes of verbs that only hand over to what is said."""

_SUPPOSED = re.compile(
    r"\b(?:(?<!as )(?<!even )if|unless|whether|suppose|supposing|imagine|provided)(?:\s+that)?\s+$",
    re.IGNORECASE,
)

_BELONGS = re.compile(r"\b(?:at|of|in|from|with|for|by)\s+(?:the\s+)?$", re.IGNORECASE)

_WITH_OBJECT = ("ask", "reject", "promise")

_ADDRESSES = frozenset("tell remind assure inform notify accuse criticise criticize thank rebuke".split())
"""Verbs whose object follows: what stands behind them is not their subject."""

_NO_FAR_SUBJECT = _NOT | frozenset("to who which that what whom whose i we you as than when where".split())

_FIRST_PERSON = frozenset("i we you".split())

_PRONOUNS = frozenset("he she they it".split())

_POSITION_NOUN = (
    r"(?:demand|opposition|objection|refusal|insistence|rejection|position|resistance|request|bid|"
    r"call|appeal|pledge|promise|commitment|threat|veto|stance|plea|proposal)"
)

_MADE_BY = re.compile(rf"\b{_POSITION_NOUN}s?\s+(?:made|set|put forward|raised|voiced|issued)\s+by\s+")

_OWNED = re.compile(
    rf"[’'](?:s\s+|\s+)(?:[\w-]+\s+){{0,2}}?{_POSITION_NOUN}s?\s+(?:to|that|for|against|of|on|is)\b"
)

_ATTITUDE = re.compile(
    r"\b(?:is|are|was|were|remains?|remained|has\s+been|have\s+been|had\s+been|seems?|sounds?)\s+(?:[\w-]+\s+){0,3}?"
    r"(?:optimistic|pessimistic|sceptical|skeptical|open\s+to|opposed\s+to|in\s+favou?r\s+of|hostile\s+to|ready\s+to|willing\s+to|"
    r"unwilling\s+to|reluctant\s+to|confident|concerned|worried|committed\s+to|against|grateful|happy|satisfied|disappointed|"
    r"interested\s+in|determined\s+to|adamant|wary|cautious|divided\s+over|split\s+over)\b"
)

_ACCORDING = re.compile(  # one letter first, which is found faster than a place where a word may begin
    r"[AaIis](?:(?<=\b[Aa])ccording\s+to\s+|(?<=\b[Ii])n\s+the\s+(?:words|view|opinion|eyes)\s+of\s+"
    r"|(?<=[,”\"»“] s)o\s+(?=[A-Z]))"
)

_COLON = re.compile(r"^([^:\"“«]{2,60}?)\s?:\s+(?=\S)")

_SPEAKERS = frozenset(
    "experts analysts critics supporters observers reporters residents activists scientists researchers economists "
    "lawyers witnesses opponents campaigners voters allies partners countries diplomat analyst critic company firm "
    "agency court report study document letter declaration communique communiqué newspaper spokesman spokeswoman "
    "group party union association bank police mother father woman man doctor professor teacher student owner "
    "chairman director resident neighbour neighbor captain manager people".split()
)


@dataclass
class Cue:
    """One place where a sentence hands over to a source."""

    start: int
    end: int
    text: str
    kind: str
    rule: str
    holders: list[tuple[str | None, str, int | None, int | None]]
    """Each `(actor id or None, text, start, end)`; empty when the cue carries on the one before it."""
    begins: int = 0
    """Where the source and its words begin in the sentence."""


@dataclass
class Sentence:
    """One sentence with what the sieve needs: spans are in code points of the raw text."""

    id: str
    paragraph: int
    start: int
    end: int
    part: str
    masked: str
    mentions: list[dict]
    cues: list[Cue] = field(default_factory=list)


def _before_day(tokens: list, at: int) -> int:
    """The word before a day that stands between subject and verb: "Ryan on Thursday declared"."""
    if at < 1 or tokens[at][0].lower() not in DAYS:
        return at
    back = at - 2 if tokens[at - 1][0].lower() == "on" else at - 1
    return max(back, 0)


def _a_name(phrase: str) -> bool:
    """Whether a noun phrase is a pronoun or ends with a name."""
    return phrase.lower() in _PRONOUNS or phrase.rsplit(maxsplit=1)[-1][:1].isupper()


class Sources(Grammar):
    """The sources of one article's sentences; it keeps the last holders, to which "he" and "the official" go back."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        super().__init__(lexicon)
        self.text, self.sides = text, lexicon.sides
        self.heads: dict[str, tuple[str | None, str]] = {}
        self.last: tuple[str | None, str] | None = None

    def cues(self, sentence: Sentence, *, tail_only: bool) -> Iterator[Cue]:
        """Every cue of a sentence in order; `tail_only` for a paragraph that opens with a speech dash,
        where only its last words can tell who speaks."""
        masked = sentence.masked
        cues: list[Cue] = []
        according = list(_ACCORDING.finditer(masked))
        verbs = list(self.lexicon.pattern.finditer(masked.lower() if sentence.part == "title" else masked))
        tokens = tokenise(masked) if according or verbs else []
        starts = {start: at for at, (_, start, _) in enumerate(tokens)}
        for match in according:
            stop = self.phrase_end(tokens, match.end())
            holders = self._anybody(sentence, match.end(), stop) or self._several(sentence, match.end(), stop)
            if holders and stop > match.end():
                cues.append(
                    self._cue(
                        sentence, match.start(), match.end(), "say", "according-to", holders, match.start()
                    )
                )
        for match in verbs:
            form = " ".join(match[0].split())
            verb = self.lexicon.verbs.get(form)
            at = starts.get(match.start())
            if verb is None or at is None or self._mentioned(sentence, match.start()):
                continue
            cue = self._verb_cue(sentence, tokens, at, match, verb) or self._far_cue(
                sentence, tokens, at, match, verb
            )
            if cue:
                cues.append(cue)
        if sentence.part == "title" or not cues:
            cues += self._colon(sentence)
        if not tail_only:
            cues += self._positions(sentence)
        cues.sort(key=lambda cue: cue.start)
        cues = [
            cue for cue in cues if not self._embedded(sentence, cue, cues) and not self._unsaid(sentence, cue)
        ]
        if tail_only:
            cues = [
                cue
                for cue in cues
                if cue.rule in ("verb-source", "source-verb", "according-to")
                and cue.holders
                # Something is said before the source: the dash that opens the paragraph is no word of it.
                and re.search(r"[\w█].*[,.!?█–—-]\s*$", masked[: cue.begins - sentence.start], re.DOTALL)
            ][-1:]
        seen: set[int] = set()
        for cue in cues:
            if cue.start not in seen:
                seen.add(cue.start)
                yield cue

    @staticmethod
    def _mentioned(sentence: Sentence, at: int) -> bool:
        """Whether a place in a sentence lies inside a mention ("the head of the Ukrainian state")."""
        return any(
            m["start"] <= sentence.start + at < m["end"] and m["how"] != "pronoun" for m in sentence.mentions
        )

    @staticmethod
    def _unsaid(sentence: Sentence, cue: Cue) -> bool:
        """Whether a cue stands inside what somebody did not say, or in what only may be: "if Abel says yes"."""
        before = sentence.masked[: cue.start - sentence.start]
        if _SUPPOSED.search(sentence.masked[: max(0, cue.begins - sentence.start)]):
            return True
        return bool(
            re.search(
                r"\b(?:did|does|do|has|have|had)(?:n[’']t|\s+not)\s+(?:say|said|tell|told|claim|state|mention|announce|suggest)\w*\b[^,;]*$",
                before,
            )
        )

    def _together(self, one: str | None, other: str | None) -> bool:
        """Whether two holders are one side: the same, or members of one group."""
        return one == other or bool(self.sides.get(one, set()) & self.sides.get(other, set()))

    def _embedded(self, sentence: Sentence, cue: Cue, cues: list[Cue]) -> bool:
        """Whether a cue only tells what somebody else says of its source ("he said Ukraine was committed").

        A demand, a promise or a refusal told inside somebody's words is still a position of its source.
        """
        if cue.kind in ("ask", "promise", "reject") or cue.rule == "according-to" or not cue.holders:
            return False
        outer = [
            other
            for other in cues
            if other.end <= cue.begins
            and other.holders
            and other.kind != "narrated"
            and other.rule not in ("according-to", "passive")
        ]
        between = (
            sentence.masked[outer[-1].end - sentence.start : cue.begins - sentence.start] if outer else ""
        )
        if cue.rule == "position-noun" and not between.strip():
            return False  # "rejected Sudland's demand": the object of a verb and not its clause.
        if cue.rule == "narrated" and outer and {h[0] for h in outer[-1].holders} == {None}:
            return True
        if (
            cue.rule == "narrated"
            and outer
            and not any(
                self._together(mine[0], theirs[0]) for mine in cue.holders for theirs in outer[-1].holders
            )
        ):
            return False  # "Abel said that Ito opposes it" tells where Ito stands.
        return (
            bool(outer)
            and bool(
                re.match(
                    r"(?:[^,;:█]*?\s)??(?:that|whether|how|if|why|what)\b(?!.*;)", between.lstrip() + " "
                )
                or not between.strip()
            )
            and not re.search(r",\s*(?:who|which)\b", between)
            # "Abel said that ..., and Ito said that ...": the second stands beside the first, with a subject of its own.
            and not (
                any(start == cue.begins for *_, start, _ in cue.holders)
                and re.search(r",\s*(?:and|but|while|whereas|though|although)\s*$", between)
            )
        )

    def _cue(
        self, sentence: Sentence, start: int, end: int, kind: str, rule: str, holders: list, begins: int
    ) -> Cue:
        base = sentence.start
        return Cue(
            base + start, base + end, sentence.masked[start:end].strip(), kind, rule, holders, base + begins
        )

    def _colon(self, sentence: Sentence) -> list[Cue]:
        """An actor before a colon: in a headline, and in the body before a quotation ("Abel: “The gate is open.”")."""
        match = _COLON.match(sentence.masked)
        if not match:
            return []
        after, title = sentence.masked[match.end() :], sentence.part == "title"
        if len(after.split()) < 2 if title else not after.startswith("█"):
            return []
        holders = [holder for holder in self._resolve(sentence, 0, match.end(1)) if holder[0]]
        rule = "headline-colon" if title else "name-colon"
        return [self._cue(sentence, match.end(1), match.end(), "say", rule, holders, 0)] if holders else []

    def _verb_cue(  # noqa: PLR0915
        self, sentence: Sentence, tokens: list, at: int, match: re.Match, verb: Verb
    ) -> Cue | None:
        masked = sentence.masked
        before = tokens[at - 1][0] if at else ""
        after = masked[match.end() :].lstrip()
        named = bool(at) and self._mentioned(sentence, tokens[at - 1][1])
        some = before.lower() in _SOME and self.takes_clause(after)
        if (
            not named
            and not some
            and (before.lower() in _BAD_BEFORE or before.endswith(("’s", "'s", "’", "'")))
        ):
            return None
        left, passive, skipped, modal = self.verb_group(tokens, at)
        # "Abel did not say that": what was not said is nobody's statement.
        if verb.kind in ("say", "question", "promise") and any(
            word.lower() in _NOT for word, *_ in tokens[left + 1 : at]
        ):
            return None
        if verb.participle and not passive:
            return self._participle(sentence, tokens, at, match, verb)
        if passive and not verb.participle:
            # "Should be rejected by parliament" asks for it and does not tell it.
            return None if modal else self._passive(sentence, tokens, match, verb)
        if verb.kind == "experience":
            holders = [
                h for h in self._resolve(sentence, match.end(), self.phrase_end(tokens, match.end())) if h[0]
            ]
            return (
                self._cue(sentence, match.start(), match.end(), "narrated", "experiencer", holders, 0)
                if holders
                else None
            )
        if verb.needs == "clause" and not self.takes_clause(after):
            inverted = left < 0 or tokens[left][0] in ",█" or tokens[left][0].startswith("█")
            fronted = re.search(r",\s*$", masked[: self.phrase_start(tokens, left)]) if left >= 0 else None
            tags = left >= 0 and self._leaves_open(sentence, self.phrase_start(tokens, left))
            if (
                not tags
                and not (inverted and self.quoted_before(masked, match.start()))
                and not (fronted and self.clause_ends(after))
            ):
                return None
        kind = verb.kind
        if modal:
            return None
        token = tokens[left][0] if left >= 0 else ""
        lower = token.lower()
        if token == ")":
            left = self.before_brackets(tokens, left)
            token, lower = (tokens[left][0], tokens[left][0].lower()) if left >= 0 else ("", "")
        aside = (
            token == ","
            and (
                kind in _WITH_OBJECT
                or verb.lemma in _ADDRESSES
                or self.clause_follows(tokens, match.end())
                or self.somebody_is_told(tokens, match.end())
                or (kind in SAID and self.named_first(tokens, left) and len(after.split()) > 3)
            )
            and self.before_apposition(tokens, left) is not None
        )
        if not aside and (left < 0 or token.startswith("█") or (token in PUNCTUATION and not skipped)):
            cue = self._inverted(sentence, tokens, match, kind)
            if cue or left < 0 or token != ",":
                return cue
        added: list[tuple] = []
        if token == ",":
            comma = left
            left = self.before_appositions(tokens, comma, all_of_them=kind in SAID)
            if left is None:
                return None
            if comma - left > 1:
                added = self._apposed(sentence, tokens[left][2])
            left = self.before_brackets(tokens, left)
            if left < 0:
                return None
            token, lower = tokens[left][0], tokens[left][0].lower()
        if lower in ("and", "but", "or", "then"):
            holders = self._shared_subject(sentence, tokens, left) if kind in SAID else []
            return self._cue(sentence, match.start(), match.end(), kind, "carried-on", holders, match.start())
        if lower in ("who", "which", "that") and left > 0:
            back = left - 1
            while back > 0 and tokens[back][0] == ",":
                back -= 1
            stop = tokens[back][2]
            named = self._resolve(sentence, self.phrase_start(tokens, back), stop)
            if lower == "who" and any(self._a_place_of(sentence, holder) for holder in named):
                return None  # "a lawyer at the League who opposes": that is not the League
            holders = [h for h in named if h[0] or (kind in SAID and lower == "who")]
            begins = tokens[left][1]
            return (
                self._cue(sentence, match.start(), match.end(), kind, "relative-clause", holders, begins)
                if holders
                else None
            )
        if (
            not self._mentioned(sentence, tokens[left][1])
            and not some
            and (lower in STOP or lower in DETERMINER)
        ):
            return None
        if token in PUNCTUATION or lower in _FIRST_PERSON or token.endswith(("’s", "'s")):
            return None
        left = _before_day(tokens, left)
        alone = kind in SAID and lower in _PRONOUNS  # "On Tuesday he said"; but not "the deal he wants"
        begin = tokens[left][1] if alone else self.phrase_start(tokens, left)
        holders = self._resolve(sentence, begin, tokens[left][2])
        if not holders and kind in SAID:
            holders = self._unnamed(sentence, begin, tokens[left][2])
        if added and not any(holder[0] for holder in holders):
            holders = added  # "his deputy, Maria Dahl, said"
        if not holders:
            return None
        singular = (
            all(
                holder[0] is not None and not holder[1].lower().endswith(("authorities", "officials", "s"))
                for holder in holders
            )
            and len(holders) == 1
        )
        plural = self.plural(masked[begin : tokens[left][2]])
        if verb.base and not skipped and holders[0][0] is None and not plural:
            return None
        # "Early states that vote", "her remarks": a noun that looks like the verb.
        if match[0] in _ALSO_NOUNS and not skipped and self._a_noun(sentence, tokens, left, after, holders):
            return None
        if holders[0][0] is None and match[0] in _ALSO_NOUNS and not skipped:
            head = holders[0][1].split()[-1]
            office = head.lower() in self.lexicon.persons or head.lower() in self.lexicon.collectives
            if not (office or head[:1].isupper() or head.lower() in _PRONOUNS or head.lower() in _SPEAKERS):
                return None
        if verb.base and singular and not skipped and verb.lemma not in ("read", "forecast", "beat"):
            return None
        if (
            kind == "narrated"
            and not any(holder[0] or _a_name(holder[1]) for holder in holders)
            and not self.takes_clause(after)
        ):
            return None
        return self._cue(
            sentence,
            match.start(),
            match.end(),
            kind,
            "narrated" if kind == "narrated" else "source-verb",
            holders,
            begin,
        )

    def _leaves_open(self, sentence: Sentence, at: int) -> bool:
        """Whether a place follows quoted words that end with a comma or a question: “..., ” or “...?”"""
        before = sentence.masked[:at].rstrip()
        end = sentence.start + len(before)
        return before.endswith("█") and bool(_OPEN_QUOTE.search(self.text[max(0, end - 4) : end]))

    def _a_noun(self, sentence: Sentence, tokens: list, left: int, after: str, holders: list[tuple]) -> bool:
        """Whether what looks like a verb is a noun before a clause of its own, or ends a phrase that only holds a name."""
        if _RELATIVE.match(after):
            return True
        if holders[0][0] is None or re.match(r"that\b|█", after):
            return False
        last, head = sentence.start + tokens[left][2], tokens[left][0].lower()
        speaks = head in _PRONOUNS | _SPEAKERS or head in self.lexicon.persons | self.lexicon.collectives
        return not speaks and not any(m["start"] < last <= m["end"] for m in sentence.mentions)

    def _several(self, sentence: Sentence, begin: int, stop: int) -> list[tuple]:
        """A source that is a bare plural: "according to exit polls"."""
        text = sentence.masked[begin:stop].strip(" ,.")
        if not text.lower().endswith("s") or "█" in text or text.lower() in ("this", "us"):
            return []
        first = sentence.start + begin
        return [(None, text, first, first + len(text))]

    def _a_place_of(self, sentence: Sentence, holder: tuple) -> bool:
        """Whether a body or a state is named only as where somebody belongs."""
        inside = [m for m in sentence.mentions if holder[2] <= m["start"] < holder[3]]
        body = inside and all(m["kind"] != "person" for m in inside)
        return bool(body) and bool(_BELONGS.search(self.text[sentence.start : holder[2]]))

    def _far_cue(self, sentence: Sentence, tokens: list, at: int, match: re.Match, verb: Verb) -> Cue | None:
        """A verb of saying whose subject stands further off: "officials - and a general - have long argued that"."""
        after = sentence.masked[match.end() :].lstrip()
        if (
            verb.kind not in SAID
            or verb.participle
            or not self.takes_clause(after)
            or (match[0] in _ALSO_NOUNS and _RELATIVE.match(after))
        ):
            return None
        left, passive, _, modal = self.verb_group(tokens, at)
        words = {word.lower() for word, *_ in tokens[max(left, 0) : at]}
        if left < 0 or passive or modal or words & _NO_FAR_SUBJECT:
            return None
        span = self.subject_before(tokens, left + 1)
        if span is None:
            return None
        subject = sentence.masked[slice(*span)]
        if verb.base and (not self.plural(subject) or _a_name(subject)):
            return None
        holders = self._anybody(sentence, *span)
        if not holders:
            return None
        return self._cue(sentence, match.start(), match.end(), verb.kind, "source-verb", holders, span[0])

    def _shared_subject(self, sentence: Sentence, tokens: list, at: int) -> list[tuple]:
        """The subject that a second verb shares with the clause's first: "he stood up and said"."""
        span = self.subject_before(tokens, at)
        return self._anybody(sentence, *span) if span else []

    def _participle(
        self, sentence: Sentence, tokens: list, at: int, match: re.Match, verb: Verb
    ) -> Cue | None:
        """What the subject of the clause is told to say beside what it did: "he left, saying that ..."."""
        if (
            verb.kind not in SAID
            or not at
            or tokens[at - 1][0] != ","
            or not self.takes_clause(sentence.masked[match.end() :].lstrip())
        ):
            return None
        holders = self._shared_subject(sentence, tokens, at)
        if not holders:
            return None
        return self._cue(
            sentence, match.start(), match.end(), verb.kind, "participle", holders, match.start()
        )

    def _passive(self, sentence: Sentence, tokens: list, match: re.Match, verb: Verb) -> Cue | None:
        by = re.match(r"\s+(?:[\w-]+ly\s+)?by\s+", sentence.masked[match.end() :])
        if not by or verb.kind == "experience":
            return None
        start = match.end() + by.end()
        holders = [h for h in self._resolve(sentence, start, self.phrase_end(tokens, start)) if h[0]]
        return self._cue(sentence, match.start(), start, "say", "passive", holders, 0) if holders else None

    def _inverted(self, sentence: Sentence, tokens: list, match: re.Match, kind: str) -> Cue | None:
        if kind == "narrated" or not (
            match.start() == 0 or re.search(r"[,.!?█]\s*$", sentence.masked[: match.start()])
        ):
            return None
        stop = self.phrase_end(tokens, match.end())
        if DAYS & {*sentence.masked[match.end() : stop].lower().split()[:1]}:
            return None  # "Abel, the host, said Monday"
        holders = self._resolve(sentence, match.end(), stop)
        if not any(holder[0] for holder in holders):
            holders = self._apposed(sentence, stop) or holders
        return (
            self._cue(sentence, match.start(), match.end(), kind, "verb-source", holders, match.start())
            if holders
            else None
        )

    def _apposed(self, sentence: Sentence, stop: int) -> list[tuple]:
        """The person whom a comma adds to a source: "said the host, Maria Dahl"."""
        gap = re.match(r"\s*,\s*", sentence.masked[stop:])
        at = sentence.start + stop + (gap.end() if gap else 0)
        named = [
            m
            for m in sentence.mentions
            if gap and m["start"] == at and m["kind"] == "person" and m["how"] == "name"
        ]
        return [(m["actor"], m["surface"], m["start"], m["end"]) for m in named[:1]]

    def _positions(self, sentence: Sentence) -> list[Cue]:
        cues = []
        for match in _MADE_BY.finditer(sentence.masked):
            tokens = tokenise(sentence.masked)
            holders = [
                h for h in self._resolve(sentence, match.end(), self.phrase_end(tokens, match.end())) if h[0]
            ]
            if holders:
                cues.append(
                    self._cue(
                        sentence,
                        match.start(),
                        match.end(),
                        "narrated",
                        "position-noun",
                        holders,
                        match.start(),
                    )
                )
        for mention in sentence.mentions:
            at = mention["end"] - sentence.start
            begin = mention["start"] - sentence.start
            who = [(mention["actor"], mention["surface"], mention["start"], mention["end"])]
            if mention["how"] == "pronoun" or sentence.masked[begin:at].startswith("█"):
                continue
            if owned := _OWNED.match(sentence.masked, at):
                cues.append(self._cue(sentence, at + 2, owned.end(), "narrated", "position-noun", who, begin))
            attitude = _ATTITUDE.match(
                sentence.masked, at + len(sentence.masked[at:]) - len(sentence.masked[at:].lstrip(" ,"))
            )
            if attitude and not re.search(r"\b(?:of|with|by|for|to|in)\s+$", sentence.masked[:begin]):
                cues.append(
                    self._cue(sentence, attitude.start(), attitude.end(), "narrated", "attitude", who, begin)
                )
        return cues

    def _resolve(self, sentence: Sentence, begin: int, stop: int) -> list[tuple]:
        """The holders that a noun phrase names: actors where it resolves, its words where it does not."""
        phrase = sentence.masked[begin:stop]
        text = phrase.strip(" ,.")
        words = re.findall(r"[^\W_][\w.’'-]*", text)
        if not words or "█" in text:
            return []
        first, last = sentence.start + begin, sentence.start + stop
        head = words[-1].lower().rstrip(".")
        if len(words) == 1 and head in _PRONOUNS:
            lead = len(phrase) - len(phrase.lstrip(" ,"))
            return self._pronoun(sentence, first + lead, first + len(phrase.rstrip(" ,.")), words[0])
        if head in _FIRST_PERSON or words[0].lower() in _FIRST_PERSON:
            return []
        inside = [
            m
            for m in sentence.mentions
            if first <= m["start"] and m["end"] <= last + 1 and m["how"] != "pronoun"
        ]
        free = [
            m
            for m in inside
            if not re.match(r"[’']", self.text[m["end"] : m["end"] + 1] or " ")
            and (not self._in_complement(first, m["start"]) or self._names_the_head(m, last))
        ]
        span = (text, first + len(phrase) - len(phrase.lstrip(" ,")), first + len(phrase.rstrip(" ,.")))
        persons = [m for m in free if m["kind"] == "person"]
        joined = [
            m
            for m in free
            if re.fullmatch(
                r".*\b(?:and|both)\s+(?:the\s+)?", self.text[first : m["start"]], re.IGNORECASE | re.DOTALL
            )
            or re.match(r"\s+and\b", self.text[m["end"] : last])
        ]
        if len(joined) > 1 and len({m["actor"] for m in joined}) > 1:
            return [(m["actor"], m["surface"], m["start"], m["end"]) for m in joined]
        ends = [m for m in free if m["end"] >= span[2] - 1]
        chosen = ends[-1:] or persons[-1:]
        if not chosen and joined:
            chosen = joined[:1]
        if chosen:
            self._name_head(words, chosen[0]["actor"], text)
            return [(chosen[0]["actor"], *span)]
        if head in self.lexicon.collectives or " ".join(words[-2:]).lower() in self.lexicon.collectives:
            owners = [m for m in inside if m["kind"] != "person"]
            actor = owners[-1]["actor"] if owners else self.heads.get(head, (None, ""))[0]
            self._name_head(words, actor, text)
            return [(actor, *span)]
        if head in self.lexicon.persons or " ".join(words[-2:]).lower() in self.lexicon.persons:
            actor = (
                self.heads.get(head, (None, ""))[0]
                if words[0].lower() in ("the", "this") and len(words) <= 2
                else None
            )
            return [(actor, *span)]
        if words[-1][:1].isupper() or head in _SPEAKERS:
            return [(None, *span)]
        if re.search(r"\bof\b", text) and words[0].lower() in ("one", "some", "several", "many"):
            return [(None, *span)]
        return []

    def _anybody(self, sentence: Sentence, begin: int, stop: int) -> list[tuple]:
        """The holders that a noun phrase names, or the phrase itself."""
        return self._resolve(sentence, begin, stop) or self._unnamed(sentence, begin, stop)

    def _unnamed(self, sentence: Sentence, begin: int, stop: int) -> list[tuple]:
        """A holder told by any noun phrase before a verb of saying: "the filing said", "six in ten said"."""
        phrase = sentence.masked[begin:stop]
        text = phrase.strip(" ,.")
        words = re.findall(r"[^\W_][\w.’'-]*", text)
        if not words or "█" in text or words[-1].lower() in _NO_SOURCE or words[0].lower() in _FIRST_PERSON:
            return []
        if not re.match(
            r"[A-Z]|(?:the|a|an|his|her|their|its|one|two|three|some|several|many|most|both|other|another|few|no)\b|\d",
            text,
        ):
            return []
        first = sentence.start + begin
        return [
            (None, text, first + len(phrase) - len(phrase.lstrip(" ,")), first + len(phrase.rstrip(" ,.")))
        ]

    def _in_complement(self, first: int, at: int) -> bool:
        return bool(
            re.search(
                r"\b(?:of|for|with|by|to|from|on|at|under)\s+(?:the\s+)?(?:[\w’'-]+\s+){0,5}$",
                self.text[first:at],
            )
        )

    def _names_the_head(self, mention: dict, last: int) -> bool:
        """Whether a person's name closes the phrase ("the adviser of the president's office Mikhail Podolyak")."""
        before = self.text[max(0, mention["start"] - 4) : mention["start"]]
        return (
            mention["kind"] == "person"
            and mention["how"] == "name"
            and mention["end"] >= last - 1
            and not re.search(r"\b(?:of|by|to|for|mr|mrs|ms)\.?\s+$", before, re.IGNORECASE)
        )

    def _name_head(self, words: list[str], actor: str | None, text: str) -> None:
        for word in words:
            if word.lower() in self.lexicon.persons or word.lower() in self.lexicon.collectives:
                self.heads[word.lower()] = (actor, text)

    def _pronoun(self, sentence: Sentence, first: int, last: int, word: str) -> list[tuple]:
        exact = next((m for m in sentence.mentions if m["start"] == first and m["how"] == "pronoun"), None)
        if exact:
            return [(exact["actor"], word, first, exact["end"])]
        if word.lower() == "it" and self.last and self.last[0] and self.last[1] != "person":
            return [(self.last[0], word, first, last)]
        return [(None, word, first, last)] if word.lower() in ("he", "she", "they") else []

    def remember(self, sentence: Sentence) -> None:
        """Keep the last holder of a sentence, for the pronouns of the next."""
        for cue in sentence.cues:
            for actor, text, *_ in cue.holders:
                kind = next((m["kind"] for m in sentence.mentions if m["actor"] == actor), "")
                self.last = (actor, kind or text)
