"""Who is reported to say what: sentences, quotations and mentions -> statements.

Attribution is a sieve, the most precise rule first, and each statement names the rule that found it:
a quotation with a verb and a source beside it; "according to"; a source with a reporting verb; a
headline's colon; a described position without a verb of saying; a quotation that carries on. Below
the sieve nothing is attributed. One row is one holder in one sentence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from dateline.quotes import Quote, find_quotes, speech_dash

_TOKEN = re.compile(
    r"(?:[A-Z]\.)+|(?:Mr|Mrs|Ms|Dr|Gen|Sen|Rep|Gov|Lt|Col|Prof|St)\.|[^\W_]+(?:[.’'-][^\W_]+)*[’']?|█+|[^\w\s]"
)
_AUX = frozenset(
    "has have had is are was were be been being will would can could may might must should did does do "
    "having’s".split()
) | frozenset(
    "didn’t didn't doesn’t doesn't hasn’t hasn't haven’t haven't don’t don't won’t won't wouldn’t wouldn't isn’t isn't wasn’t wasn't aren’t aren't".split()
)
_NOT = frozenset(
    "not never didn’t didn't doesn’t doesn't hasn’t hasn't haven’t haven't don’t don't wouldn’t wouldn't".split()
)
_MODAL = frozenset("can could may might must should".split())
_BE = frozenset("is are was were be been being".split())
_ADVERB = frozenset(
    "also later previously again then so far long now recently once both never not earlier further soon still "
    "already often always even only just yet meanwhile therefore thus instead twice first since n't "
    "openly".split()
)
_NOT_ADVERB = frozenset(
    "ally family italy july only reply supply assembly daily weekly monthly rally elderly".split()
)
_STOP = frozenset(
    "in on at by with from to as into over under after before during without within against about than "
    "since until while when where whereas because although though if whether that which who whom whose and "
    "but or nor so then yet however meanwhile per via despite like between among through".split()
)
_DETERMINER = frozenset(
    "a an the this that these those his her its their our my your some any no each every another".split()
)
_BAD_BEFORE = _DETERMINER | frozenset(
    "of such other new more further same own first last to any strong clear key full".split()
)
_FIRST_PERSON = frozenset("i we you".split())
_PRONOUNS = frozenset("he she they it".split())
_PUNCTUATION = frozenset(',;:.!?()[]–—-―…/|"“”«»„')
_CLAUSE = re.compile(
    r"(?:is|are|was|were|will|would|has|have|had|should|must|can|could|may|might|cannot|did|does|do|won’t|"
    r"can’t|won't|can't|needs?|wants?|remains?|deserves?|never|no longer)\b"
)
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
_ACCORDING = re.compile(
    r"\b[Aa]ccording\s+to\s+|\b[Ii]n\s+the\s+(?:words|view|opinion|eyes)\s+of\s+|(?<=[,”\"»“] )so\s+(?=[A-Z])"
)
_COLON = re.compile(r"^([^:\"“«]{2,60}?)\s?:\s+(?=\S)")


@dataclass(frozen=True)
class Verb:
    """One form of one reporting verb, with the class that decides voice and direction."""

    lemma: str
    kind: str
    needs: str
    base: bool
    participle: bool
    """Whether this form is an -ing form, which has no subject of its own."""


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


@dataclass
class Lexicon:
    """Reporting verbs and offices, compiled once."""

    verbs: dict[str, Verb]
    pattern: re.Pattern[str]
    persons: frozenset[str]
    collectives: frozenset[str]
    finite: frozenset[str]
    """Forms that only a verb with a subject takes: no noun phrase holds one."""
    sides: dict[str, set[str]]
    """Actor -> its groups."""


def inflect(verb: str) -> dict[str, str]:
    """The regular forms of a verb, by kind: `base`, `s`, `ed`, `ing`; a particle stays as it is."""
    head, _, rest = verb.partition(" ")
    tail = f" {rest}" if rest else ""
    if head.endswith("y") and head[-2] not in "aeiou":
        third, past = head[:-1] + "ies", head[:-1] + "ied"
    elif head.endswith(("s", "x", "z", "ch", "sh")):
        third, past = head + "es", head + "ed"
    else:
        third, past = head + "s", head + ("d" if head.endswith("e") else "ed")
    ing = head[:-1] + "ing" if head.endswith("e") and not head.endswith(("ee", "oe", "ye")) else head + "ing"
    return {"base": verb, "s": third + tail, "ed": past + tail, "ing": ing + tail}


def compile_lexicon(lists: dict[str, pl.DataFrame]) -> Lexicon:
    """Compile the lists `verbs` and `offices`."""
    verbs: dict[str, Verb] = {}
    for row in lists["verbs"].iter_rows(named=True):
        particle = row["verb"].partition(" ")[2]
        irregular = _split_forms(row["forms"], particle)
        forms = irregular or list(inflect(row["verb"]).values())[1:]
        for form in [row["verb"], *forms]:
            head = form.split()[0]
            verbs.setdefault(
                form, Verb(row["verb"], row["class"], row["needs"], form == row["verb"], head.endswith("ing"))
            )
    ordered = sorted(verbs, key=lambda form: (-len(form), form))
    joined = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in ordered)
    offices = lists["offices"]
    sides: dict[str, set[str]] = {}
    for group, actor in lists["groups"].select("group", "actor").iter_rows():
        sides.setdefault(actor, set()).add(group)
    return Lexicon(
        verbs=verbs,
        pattern=re.compile(rf"(?<![\w’'-])(?:{joined})(?![\w-])"),
        persons=frozenset(offices.filter(pl.col("kind") == "person")["office"]),
        collectives=frozenset(offices.filter(pl.col("kind") == "collective")["office"]),
        finite=frozenset(
            form
            for form, verb in verbs.items()
            if verb.kind == "say" and form.endswith(("ed", "said", "told", "wrote"))
        ),
        sides=sides,
    )


def _split_forms(forms: str, particle: str) -> list[str]:
    if not particle:
        return forms.split()
    return [
        piece.strip()
        for piece in re.findall(
            rf"[\w ]+?\b(?:{'|'.join(map(re.escape, {particle, particle + 's', particle.removesuffix('s')}))})\b",
            forms,
        )
    ]


def find_statements(
    sentences: pl.DataFrame,
    mentions: pl.DataFrame,
    texts: dict[str, str],
    kinds: dict[str, str],
    lexicon: Lexicon,
) -> list[dict]:
    """Attribute what is said to those who are reported to say it.

    Args:
        sentences: The table `sentences`.
        mentions: The table `mentions`.
        texts: `article_id` -> raw text.
        kinds: Actor id -> `person`, `state` or `organisation`.
        lexicon: Compiled verbs and offices.

    Returns:
        One dictionary per holder and sentence with the columns of `statements` up to `rule`; the
        module `stance` adds the rest. `start` and `end` bound the part of the sentence that is theirs.
    """
    named: dict[str, list[dict]] = {}
    for row in mentions.sort("article_id", "start").iter_rows(named=True):
        named.setdefault(row["sentence_id"], []).append({**row, "kind": kinds[row["actor"]]})
    rows: list[dict] = []
    for (article,), part in sentences.group_by("article_id", maintain_order=True):
        rows += _Article(article, texts[article], part.sort("start"), named, lexicon).rows()
    return rows


class _Article:
    """The sieve over one article; it keeps the last holders, to which "he" and "the official" go back."""

    def __init__(self, article: str, text: str, part: pl.DataFrame, named: dict, lexicon: Lexicon) -> None:
        self.article, self.text, self.lexicon, self.sides = article, text, lexicon, lexicon.sides
        spans = part.select("sentence_id", "paragraph", "start", "end", "part").rows()
        edges: dict[int, tuple[int, int]] = {}
        for _, paragraph, start, end, _ in spans:
            edges[paragraph] = (edges.get(paragraph, (start, end))[0], end)
        self.edges = edges
        self.quotes = {number: find_quotes(text, *edge) for number, edge in edges.items()}
        self.heads: dict[str, tuple[str | None, str]] = {}
        self.last: tuple[str | None, str] | None = None
        # Where the utterance began that a quotation over several paragraphs carries on.
        self.running = 0
        self.utterances: dict[int, int] = {}
        self.sentences = [
            Sentence(sid, paragraph, start, end, kind, self._mask(paragraph, start, end), named.get(sid, []))
            for sid, paragraph, start, end, kind in spans
        ]

    def _mask(self, paragraph: int, start: int, end: int) -> str:
        piece = list(self.text[start:end])
        for quote in self.quotes[paragraph]:
            for at in range(max(quote.outer_start, start), min(quote.outer_end, end)):
                piece[at - start] = "█"
        return "".join(piece)

    def rows(self) -> list[dict]:
        found: dict[tuple[int, str], dict] = {}
        runs_on: tuple | None = None
        for number in self.edges:
            group = [sentence for sentence in self.sentences if sentence.paragraph == number]
            dash = speech_dash(self.text, *self.edges[number]) if group[0].part == "body" else None
            for sentence in group:
                sentence.cues = list(self._cues(sentence, tail_only=dash is not None))
                self._remember(sentence)
            if dash is not None:
                self._spoken_paragraph(group, found)
                continue
            for sentence in group:
                self._reported(sentence, found)
            runs_on = self._quoted(number, group, runs_on, found)
        return [found[key] for key in sorted(found)]

    # --- cues -------------------------------------------------------------------------------

    def _cues(self, sentence: Sentence, *, tail_only: bool) -> Iterator[Cue]:
        masked = sentence.masked
        tokens = [(match[0], match.start(), match.end()) for match in _TOKEN.finditer(masked)]
        starts = {start: at for at, (_, start, _) in enumerate(tokens)}
        cues: list[Cue] = []
        if sentence.part == "title":
            cues += self._headline(sentence)
        for match in _ACCORDING.finditer(masked):
            stop = self._right_end(tokens, match.end())
            holders = self._resolve(sentence, match.end(), stop)
            if holders and stop > match.end():
                cues.append(
                    self._cue(
                        sentence, match.start(), match.end(), "say", "according-to", holders, match.start()
                    )
                )
        for match in self.lexicon.pattern.finditer(masked.lower() if sentence.part == "title" else masked):
            form = " ".join(match[0].split())
            verb = self.lexicon.verbs.get(form)
            at = starts.get(match.start())
            if verb is None or at is None or self._mentioned(sentence, match.start()):
                continue
            cue = self._verb_cue(sentence, tokens, at, match, verb)
            if cue:
                cues.append(cue)
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
                and re.search(r"[,.!?█–—-]\s*$", masked[: cue.begins - sentence.start])
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
        """Whether a cue stands inside what somebody did not say."""
        before = sentence.masked[: cue.start - sentence.start]
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
        )

    def _cue(
        self, sentence: Sentence, start: int, end: int, kind: str, rule: str, holders: list, begins: int
    ) -> Cue:
        base = sentence.start
        return Cue(
            base + start, base + end, sentence.masked[start:end].strip(), kind, rule, holders, base + begins
        )

    def _headline(self, sentence: Sentence) -> list[Cue]:
        match = _COLON.match(sentence.masked)
        if not match or len(sentence.masked[match.end() :].split()) < 2:
            return []
        holders = [holder for holder in self._resolve(sentence, 0, match.end(1)) if holder[0]]
        return (
            [self._cue(sentence, match.end(1), match.end(), "say", "headline-colon", holders, 0)]
            if holders
            else []
        )

    def _verb_cue(self, sentence: Sentence, tokens: list, at: int, match: re.Match, verb: Verb) -> Cue | None:
        masked = sentence.masked
        before = tokens[at - 1][0] if at else ""
        after = masked[match.end() :].lstrip()
        named = bool(at) and self._mentioned(sentence, tokens[at - 1][1])
        if not named and (before.lower() in _BAD_BEFORE or before.endswith(("’s", "'s", "’", "'"))):
            return None
        left, passive, skipped, modal = self._skip_left(tokens, at)
        # "Abel did not say that": what was not said is nobody's statement.
        if verb.kind in ("say", "question", "promise") and any(
            word.lower() in _NOT for word, *_ in tokens[left + 1 : at]
        ):
            return None
        if verb.participle and not passive:
            return None
        if passive and not verb.participle:
            return self._passive(sentence, tokens, match, verb)
        if verb.kind == "experience":
            holders = [
                h for h in self._resolve(sentence, match.end(), self._right_end(tokens, match.end())) if h[0]
            ]
            return (
                self._cue(sentence, match.start(), match.end(), "narrated", "experiencer", holders, 0)
                if holders
                else None
            )
        if verb.needs == "clause" and not self._takes_clause(after):
            inverted = left < 0 or tokens[left][0] in ",█" or tokens[left][0].startswith("█")
            fronted = re.search(r",\s*$", masked[: self._np_start(tokens, left)]) if left >= 0 else None
            if not (inverted and self._quoted_before(masked, match.start())) and not (
                fronted and self._clause_ends(after)
            ):
                return None
        kind = verb.kind
        if modal:
            return None
        token = tokens[left][0] if left >= 0 else ""
        lower = token.lower()
        if token == ")":
            opening = next((back for back in range(left, 0, -1) if tokens[back][0] == "("), 0)
            left = opening - 1
            token, lower = (tokens[left][0], tokens[left][0].lower()) if left >= 0 else ("", "")
        aside = (
            token == ","
            and self._clause_follows(tokens, match.end())
            and self._before_apposition(tokens, left) is not None
        )
        if not aside and (left < 0 or token.startswith("█") or (token in _PUNCTUATION and not skipped)):
            cue = self._inverted(sentence, tokens, match, kind)
            if cue or left < 0 or token != ",":
                return cue
        if token == ",":
            left = self._before_apposition(tokens, left)
            if left is None:
                return None
            token, lower = tokens[left][0], tokens[left][0].lower()
        if lower in ("and", "but", "or"):
            return self._cue(sentence, match.start(), match.end(), kind, "carried-on", [], match.start())
        if lower in ("who", "which", "that") and left > 0:
            back = left - 1
            while back > 0 and tokens[back][0] == ",":
                back -= 1
            stop = tokens[back][2]
            holders = [h for h in self._resolve(sentence, self._np_start(tokens, back), stop) if h[0]]
            begins = tokens[left][1]
            return (
                self._cue(sentence, match.start(), match.end(), kind, "relative-clause", holders, begins)
                if holders
                else None
            )
        if not self._mentioned(sentence, tokens[left][1]) and (lower in _STOP or lower in _DETERMINER):
            return None
        if token in _PUNCTUATION or lower in _FIRST_PERSON or token.endswith(("’s", "'s")):
            return None
        begin = self._np_start(tokens, left)
        holders = self._resolve(sentence, begin, tokens[left][2])
        if not holders:
            return None
        singular = (
            all(
                holder[0] is not None and not holder[1].lower().endswith(("authorities", "officials", "s"))
                for holder in holders
            )
            and len(holders) == 1
        )
        plural = tokens[left][0].lower() in ("they", "we") or tokens[left][0].endswith("s")
        if verb.base and not skipped and holders[0][0] is None and not plural:
            return None
        if verb.base and singular and not skipped and verb.lemma not in ("read", "forecast", "beat"):
            return None
        if kind == "narrated" and not any(holder[0] for holder in holders):
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

    def _skip_left(self, tokens: list, at: int) -> tuple[int, bool, bool, bool]:
        """Index of the token before the verb group; whether the group is passive or progressive, has more
        than the verb, and speaks of what may or should be said instead of what was."""
        left, passive, skipped, modal = at - 1, False, False, False
        while left >= 0:
            word = tokens[left][0].lower()
            if word in _AUX:
                passive, modal = passive or word[:-3] in _BE or word in _BE, modal or word in _MODAL
            elif word == "longer" and left and tokens[left - 1][0].lower() == "no":
                left -= 1
            elif not (word in _ADVERB or (word.endswith("ly") and word not in _NOT_ADVERB)):
                break
            left, skipped = left - 1, True
        return left, passive, skipped, modal

    def _passive(self, sentence: Sentence, tokens: list, match: re.Match, verb: Verb) -> Cue | None:
        by = re.match(r"\s+(?:[\w-]+ly\s+)?by\s+", sentence.masked[match.end() :])
        if not by or verb.kind == "experience":
            return None
        start = match.end() + by.end()
        holders = [h for h in self._resolve(sentence, start, self._right_end(tokens, start)) if h[0]]
        return self._cue(sentence, match.start(), start, "say", "passive", holders, 0) if holders else None

    def _inverted(self, sentence: Sentence, tokens: list, match: re.Match, kind: str) -> Cue | None:
        if kind == "narrated" or not (
            match.start() == 0 or re.search(r"[,.!?█]\s*$", sentence.masked[: match.start()])
        ):
            return None
        stop = self._right_end(tokens, match.end())
        holders = self._resolve(sentence, match.end(), stop)
        return (
            self._cue(sentence, match.start(), match.end(), kind, "verb-source", holders, match.start())
            if holders
            else None
        )

    def _clause_follows(self, tokens: list, start: int) -> bool:
        """Whether a subject and its verb follow ("said Budapest would"), so that the source stands before."""
        stop = self._right_end(tokens, start)
        after = next((word.lower() for word, begin, _ in tokens if begin >= stop), "")
        return stop > start and after in _AUX

    def _before_apposition(self, tokens: list, comma: int) -> int | None:
        """Index of the last token before ", a spokesman for X," and the like."""
        for back in range(comma - 1, -1, -1):
            if tokens[back][0] in (";", ":", ".") or tokens[back][0].startswith("█"):
                return None
            if tokens[back][0] == "," and back > 0:
                return back - 1
        return None

    def _takes_clause(self, after: str) -> bool:
        if re.match(r"(?:[\w’'-]+\s+){0,4}?(?:that\b|how\b|why\b|what\b|whether\b|█)|[:,]?\s*[█:]", after):
            return True
        return bool(re.match(r"(?:[\w’'-]+\s+){1,6}?" + _CLAUSE.pattern, after))

    @staticmethod
    def _clause_ends(after: str) -> bool:
        return not after or after[0] in ".,;█"

    @staticmethod
    def _quoted_before(masked: str, at: int) -> bool:
        return bool(re.search(r"[█,]\s*$", masked[:at]))

    def _np_start(self, tokens: list, last: int) -> int:
        """Where the noun phrase that ends with token `last` begins."""
        first = last
        while first > 0 and last - first < 12:
            word = tokens[first - 1][0]
            lower = word.lower()
            joins = (
                lower == "and"
                and first >= 2
                and (
                    tokens[first - 2][0][:1].isupper()
                    or tokens[first - 2][0].lower() in self.lexicon.collectives
                )
                and (
                    tokens[first][0][:1].isupper()
                    or tokens[first][0].lower() in ("its", "his", "her", "their")
                )
                and self._opens(tokens, first - 2)
            )
            if word in self.lexicon.finite:
                break
            if lower == "for" and first >= 2 and tokens[first - 2][0].lower() in self.lexicon.persons:
                joins = True
            if (
                word in _PUNCTUATION
                or word.startswith("█")
                or (lower in _STOP and not joins)
                or lower in _AUX
            ):
                break
            first -= 1
        return tokens[first][1]

    def _opens(self, tokens: list, last: int) -> bool:
        """Whether the name that ends with token `last` stands first in its clause, so that "and" joins subjects."""
        first = last
        while first > 0 and (
            tokens[first - 1][0][:1].isupper() or tokens[first - 1][0].lower() in _DETERMINER
        ):
            first -= 1
        word = tokens[first - 1][0].lower() if first else ""
        return not word or word == "both" or word in _STOP or word in _PUNCTUATION or word.startswith("█")

    def _right_end(self, tokens: list, start: int) -> int:
        """Where the noun phrase that begins at `start` ends."""
        stop = start
        for at, (word, begin, end) in enumerate(tokens):
            if begin < start:
                continue
            lower = word.lower()
            joined = lower in ("and",) and at + 1 < len(tokens) and tokens[at + 1][0][:1].isupper()
            if (
                word in _PUNCTUATION
                or word.startswith("█")
                or (lower in _STOP and not joined)
                or lower in _AUX
                or lower in _ADVERB
            ):
                break
            if stop > start and lower.endswith("ly") and lower not in _NOT_ADVERB:
                break
            stop = end
        return stop

    def _positions(self, sentence: Sentence) -> list[Cue]:
        cues = []
        for match in _MADE_BY.finditer(sentence.masked):
            tokens = [(m[0], m.start(), m.end()) for m in _TOKEN.finditer(sentence.masked)]
            holders = [
                h for h in self._resolve(sentence, match.end(), self._right_end(tokens, match.end())) if h[0]
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

    # --- holders ----------------------------------------------------------------------------

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

    def _remember(self, sentence: Sentence) -> None:
        for cue in sentence.cues:
            for actor, text, *_ in cue.holders:
                kind = next((m["kind"] for m in sentence.mentions if m["actor"] == actor), "")
                self.last = (actor, kind or text)

    # --- rows -------------------------------------------------------------------------------

    def _add(
        self,
        found: dict,
        sentence: Sentence,
        holder: tuple,
        *,
        voice: str,
        cue: str,
        rule: str,
        utterance: int | None = None,
        start: int | None = None,
        end: int | None = None,
    ) -> None:
        actor, text, first, last = holder
        key = (sentence.start, actor or f"?{text}")
        order = {"direct": 0, "indirect": 1, "narrated": 2}
        if key in found:
            row = found[key]
            if order[voice] < order[row["voice"]]:
                row["voice"] = voice
                # The sieve's most precise rule names the statement, not the one that came by first.
                row["rule"], row["cue"] = rule, cue or row["cue"]
            if utterance is not None and row["utterance_id"] == row["statement_id"].replace("-t", "-u", 1):
                row["utterance_id"] = f"{self.article}-u{utterance}"
            row["start"] = min(row["start"], sentence.start if start is None else start)
            row["end"] = max(row["end"], sentence.end if end is None else end)
            return
        identifier = f"{self.article}-t{sentence.start}-{actor or 'unknown'}"
        if any(row["statement_id"] == identifier for row in found.values()):
            identifier += f"-{first or 0}"
        found[key] = {
            "statement_id": identifier,
            "utterance_id": f"{self.article}-u{utterance}"
            if utterance is not None
            else identifier.replace("-t", "-u", 1),
            "sentence_id": sentence.id,
            "article_id": self.article,
            "start": sentence.start if start is None else start,
            "end": sentence.end if end is None else end,
            "voice": voice,
            "holder": actor,
            "holder_text": text,
            "holder_start": first,
            "holder_end": last,
            "cue": cue,
            "rule": rule,
        }

    def _reported(self, sentence: Sentence, found: dict) -> None:
        cues = [cue for cue in sentence.cues if cue.holders]
        for at, cue in enumerate(cues):
            others = [
                other
                for other in cues[at + 1 :]
                if {h[0] or h[1] for h in other.holders} != {h[0] or h[1] for h in cue.holders}
            ]
            end = next(
                (
                    other.begins
                    for other in others
                    if other.begins > cue.start and not self._object_of(sentence, cue, other)
                ),
                sentence.end,
            )
            start = sentence.start if at == 0 and cue.rule != "position-noun" else cue.begins
            if cue.rule in ("verb-source", "according-to") or (
                cue.begins > sentence.start and self._fronted(sentence, cue)
            ):
                start = max((other.end for other in cues[:at]), default=sentence.start)
            for holder in cue.holders:
                self._add(
                    found,
                    sentence,
                    holder,
                    voice="narrated" if cue.kind == "narrated" else "indirect",
                    cue=cue.text,
                    rule=cue.rule,
                    start=start,
                    end=end,
                )

    def _object_of(self, sentence: Sentence, cue: Cue, other: Cue) -> bool:
        """Whether a position is the object of a verb ("rejected Sudland's demand"), which is about all of it."""
        between = sentence.masked[cue.end - sentence.start : other.begins - sentence.start]
        return other.rule == "position-noun" and not between.strip()

    def _fronted(self, sentence: Sentence, cue: Cue) -> bool:
        return sentence.masked[: cue.begins - sentence.start].rstrip().endswith((",", "█"))

    def _spoken_paragraph(self, group: list[Sentence], found: dict) -> None:
        cue = next((cue for sentence in reversed(group) for cue in sentence.cues if cue.holders), None)
        holder, rule, text = None, "speech-dash", ""
        if cue:
            holder, text = cue.holders[0], cue.text
        else:
            holder = self._previous_source(group[0])
        if holder is None:
            holder = (None, "", None, None)
        for sentence in group:
            told = holder[2] is not None and sentence.start <= holder[2] < sentence.end
            here = holder if told else (holder[0], holder[1], None, None)
            self._add(found, sentence, here, voice="direct", cue=text, rule=rule, utterance=group[0].start)

    def _previous_source(self, first: Sentence) -> tuple | None:
        """Who speaks when a quotation stands without a cue: the last one whom the text lets speak or act."""
        earlier = [
            sentence
            for sentence in self.sentences
            if sentence.start < first.start and sentence.part == "body"
        ]
        for sentence in reversed(earlier[-2:]):
            cue = next((cue for cue in reversed(sentence.cues) if cue.holders), None)
            if cue:
                return (cue.holders[0][0], cue.holders[0][1], None, None)
            persons = [
                m
                for m in sentence.mentions
                if m["kind"] == "person" and not re.match(r"[’']", self.text[m["end"] : m["end"] + 1] or " ")
            ]
            if persons:
                return (persons[0]["actor"], persons[0]["surface"], None, None)
        return None

    def _quoted(self, number: int, group: list[Sentence], runs_on: tuple | None, found: dict) -> tuple | None:
        """Give every quotation of a paragraph its source; returns the source of one that runs on."""
        quotes = [
            quote
            for quote in self.quotes[number]
            if quote.kind == "marks" or group[0].part == "title" or self._words(quote) > 2
        ]
        sources: list[tuple | None] = [self._source_of(quote, group) for quote in quotes]
        opening = group[0].start
        for at, quote in enumerate(quotes):
            if sources[at] is None and runs_on is not None and quote.outer_start == opening:
                sources[at] = (*runs_on[:1], "runs-on", "")
                self.utterances[quote.outer_start] = self.running
            if sources[at] is None and at and sources[at - 1] and self._full(quote, group):
                sources[at] = ((*sources[at - 1][0][:2], None, None), "continued", "")
        for at in range(len(quotes) - 2, -1, -1):
            if sources[at] is None and sources[at + 1] and self._full(quotes[at], group):
                sources[at] = ((*sources[at + 1][0][:2], None, None), "continued", "")
        for quote, source in zip(quotes, sources, strict=True):
            if source is None and self._full(quote, group) and group[0].part == "body":
                before = self._previous_in(group, quote) or (
                    self._previous_source(group[0]) if quote.outer_start == opening else None
                )
                source = (before or (None, "", None, None), "continued", "")  # noqa: PLW2901
            if source is None:
                continue
            self._add_quote(quote, source, group, found)
        last = quotes[-1] if quotes else None
        if last and last.runs_on:
            self.running = self.utterances.get(last.outer_start, self._touched(last, group)[0].start)
        return ((*sources[-1][0][:2], None, None),) if last and last.runs_on and sources[-1] else None

    def _previous_in(self, group: list[Sentence], quote: Quote) -> tuple | None:
        for sentence in reversed([s for s in group if s.end <= quote.outer_start]):
            cue = next((cue for cue in reversed(sentence.cues) if cue.holders), None)
            if cue:
                return (cue.holders[0][0], cue.holders[0][1], None, None)
        return None

    def _words(self, quote: Quote) -> int:
        return len(re.findall(r"[^\W_]+(?:[-’'][^\W_]+)*", self.text[quote.start : quote.end]))

    def _full(self, quote: Quote, group: list[Sentence]) -> bool:
        """Whether a quotation stands as a sentence of its own and not inside somebody's sentence."""
        sentence = next((s for s in group if s.start <= quote.outer_start < s.end), None)
        if sentence is None or self._words(quote) < 2:
            return False
        return not self.text[sentence.start : quote.outer_start].strip(" –—-") and (
            quote.runs_on
            or quote.end - quote.start >= 0.8 * (min(sentence.end, quote.outer_end) - sentence.start)
        )

    def _source_of(self, quote: Quote, group: list[Sentence]) -> tuple | None:
        first = next((s for s in group if s.start <= quote.outer_start < s.end), None)
        last = next((s for s in group if s.start < quote.outer_end <= s.end), first)
        if first is None or last is None:
            return None
        after = [cue for cue in last.cues if cue.holders and cue.begins >= quote.outer_end - 1]
        if after and not self.text[quote.outer_end : after[0].begins].strip(' ,.–—-“”"»'):
            return (after[0].holders[0], "quote-then-source", after[0].text)
        before = [cue for cue in first.cues if cue.end <= quote.outer_start + 1]
        before = [cue for cue in before if cue.kind != "narrated" or self._words(quote) >= 2]
        if before:
            named = next((cue for cue in reversed(before) if cue.holders), None)
            if named:
                return (named.holders[0], "source-then-quote", before[-1].text)
        return None

    def _touched(self, quote: Quote, group: list[Sentence]) -> list[Sentence]:
        """The sentences that hold a word of a quotation."""
        return [
            s
            for s in group
            if s.start < quote.outer_end
            and quote.outer_start < s.end
            and re.search(r"\w", self.text[max(s.start, quote.start) : min(s.end, quote.end)])
        ]

    def _add_quote(self, quote: Quote, source: tuple, group: list[Sentence], found: dict) -> None:
        holder, rule, cue = source
        touched = self._touched(quote, group)
        long = self._words(quote) >= 2
        for sentence in touched:
            here = (
                holder
                if holder[2] is not None and sentence.start <= holder[2] < sentence.end
                else (*holder[:2], None, None)
            )
            inside = bool(sentence.masked.strip(" █,.;:!?–—-\"“”»«'’"))
            if not long and (sentence.start, holder[0] or f"?{holder[1]}") not in found:
                continue
            full = len(touched) > 1 or not inside or self._full(quote, group)
            self._add(
                found,
                sentence,
                here,
                voice="direct" if long else "indirect",
                cue=cue,
                rule=rule,
                utterance=self.utterances.get(quote.outer_start, touched[0].start) if full else None,
                start=None if full else max(quote.outer_start, sentence.start),
                end=None if full else min(quote.outer_end, sentence.end),
            )


_SPEAKERS = frozenset(
    "experts analysts critics supporters observers reporters residents activists scientists researchers economists "
    "lawyers witnesses opponents campaigners voters allies partners countries diplomat analyst critic company firm "
    "agency court report study document letter declaration communique communiqué newspaper spokesman spokeswoman "
    "group party union association bank police mother father woman man doctor professor teacher student owner "
    "chairman director resident neighbour neighbor captain manager people".split()
)
