"""Who is reported to say what: sentences, quotations and mentions -> statements.

Attribution is a sieve, the most precise rule first, and each statement names the rule that found it:
a quotation with a verb and a source beside it; "according to"; a source with a reporting verb; a
headline's colon; a described position without a verb of saying; a quotation that carries on; the
answer of an interview. Below the sieve nothing is attributed. One row is one holder in one sentence.
"""

import re

import polars as pl

from dateline.corpus.quotes import Quote, find_quotes, spans_of, speech_dash
from dateline.statements.attribution import SAID, Cue, Sentence, Sources
from dateline.statements.grammar import Lexicon
from dateline.statements.interviews import Paragraph, Turn, find_turns

LEAST_TOLD = 3
"""Words that a stretch must have to be what is said."""

_TELLS = (
    "source-verb",
    "verb-source",
    "according-to",
    "participle",
    "carried-on",
    "headline-colon",
    "name-colon",
)

_TAGS = ("source-verb", "verb-source")

_BEHIND = ("verb-source", "according-to")
"""Rules whose source stands behind the words that hand over to it."""

_THAT = re.compile(r"(?:\s+(?:on|in|at|last|to)\s+[\w’' ]{2,40}?\s+that\b|[\s,:]*that\b)?[\s,:]*")

_JOIN = re.compile(r"(?:[\s,;]+(?:and|but|while|whereas|as))?[\s,;]*$")

_TAG = re.compile(r"\s+(?:to|in|on|at|during|after|earlier|last|this|[A-Z])[^,;:]*$")
"""What follows the verb where all that is said stands before: "the mayor told the paper last week"."""

_TO_WHOM = re.compile(rf"(?:(?:\s+[\w’'.-]+){{1,6}}?(?:\s+that\b|:)|{_THAT.pattern})[\s,:]*")

_ADDRESSED = frozenset(
    "told tells tell telling assured assures warned warns reminded reminds informed informs convinced notified".split()
)


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
        module `stance` adds the rest. `start` and `end` bound the part of the sentence that is about
        them, with the verb that may carry their position; `told_start` and `told_end` bound what they say.
    """
    named: dict[str, list[dict]] = {}
    for row in mentions.sort("article_id", "start").iter_rows(named=True):
        named.setdefault(row["sentence_id"], []).append({**row, "kind": kinds[row["actor"]]})
    rows: list[dict] = []
    for article, spans in spans_of(sentences):
        rows += _Article(article, texts[article], spans, named, lexicon).rows()
    return rows


class _Article(Sources):
    """The sieve over one article: which of its sources holds which sentence, and in which voice."""

    def __init__(self, article: str, text: str, spans: list[tuple], named: dict, lexicon: Lexicon) -> None:
        super().__init__(text, lexicon)
        self.article = article
        edges: dict[int, tuple[int, int]] = {}
        for _, paragraph, start, end, _ in spans:
            edges[paragraph] = (edges.get(paragraph, (start, end))[0], end)
        self.edges = edges
        self.quotes = {number: find_quotes(text, *edge) for number, edge in edges.items()}
        # Where the utterance began that a quotation over several paragraphs carries on.
        self.running = 0
        self.utterances: dict[int, int] = {}
        self.sentences = [
            Sentence(sid, paragraph, start, end, kind, self._mask(paragraph, start, end), named.get(sid, []))
            for sid, paragraph, start, end, kind in spans
        ]

    def _mask(self, paragraph: int, start: int, end: int) -> str:
        piece = self.text[start:end]
        for quote in self.quotes[paragraph]:
            first, last = max(quote.outer_start, start) - start, min(quote.outer_end, end) - start
            if first < last:
                piece = piece[:first] + "█" * (last - first) + piece[last:]
        return piece

    def rows(self) -> list[dict]:
        found: dict[tuple[int, str], dict] = {}
        runs_on: tuple | None = None
        groups: dict[int, list[Sentence]] = {}
        for sentence in self.sentences:
            groups.setdefault(sentence.paragraph, []).append(sentence)
        turns = self._turns(groups)
        for number in self.edges:
            group, turn = groups[number], turns.get(number)
            dash = speech_dash(self.text, *self.edges[number]) if group[0].part == "body" else None
            for sentence in group:
                sentence.cues = list(self.cues(sentence, tail_only=dash is not None))
                self.remember(sentence)
            if turn and not turn.asks and not (dash is not None and any(s.cues for s in group)):
                self._answer(group, turn, found)
                continue
            if dash is not None:
                self._spoken_paragraph(group, found)
                continue
            for sentence in group:
                self._reported(sentence, found)
            runs_on = self._quoted(number, group, runs_on, found, carries_on=turn is None)
        return [found[key] for key in sorted(found)]

    def _turns(self, groups: dict[int, list[Sentence]]) -> dict[int, Turn]:
        return find_turns(
            self.text,
            [
                Paragraph(number, *self.edges[number], group[0].part, [m for s in group for m in s.mentions])
                for number, group in groups.items()
            ],
        )

    def _answer(self, group: list[Sentence], turn: Turn, found: dict) -> None:
        """What the one who is interviewed says: every sentence of the paragraph."""
        for sentence in group:
            words = (max(turn.begins, sentence.start), sentence.end)
            holder = (*turn.holder, None, None)
            self._add(
                found,
                sentence,
                holder,
                voice="direct",
                cue="",
                rule="interview",
                utterance=group[0].start,
                words=words,
            )

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
        words: tuple[int, int] | None = None,
    ) -> None:
        actor, text, first, last = holder
        start = sentence.start if start is None else start
        end = sentence.end if end is None else end
        told = words or (start, end)
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
            row["start"], row["end"] = min(row["start"], start), max(row["end"], end)
            row["told_start"], row["told_end"] = (
                min(row["told_start"], told[0]),
                max(row["told_end"], told[1]),
            )
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
            "start": start,
            "end": end,
            "told_start": told[0],
            "told_end": told[1],
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
            if len(cues) == 1 and self._empty_tag(sentence, cue):
                continue
            told = self._told(sentence, cue, start, end)
            for holder in cue.holders:
                # "Abel, an opponent of the wall, says that": what the paper calls somebody is not what is said.
                described = cue.rule == "source-verb" and holder[3] and self.text.startswith(",", holder[3])
                self._add(
                    found,
                    sentence,
                    holder,
                    voice="narrated" if cue.kind == "narrated" else "indirect",
                    cue=cue.text,
                    rule=cue.rule,
                    start=cue.start if described and told[0] >= cue.end else start,
                    end=end,
                    words=told,
                )

    def _told(self, sentence: Sentence, cue: Cue, start: int, end: int) -> tuple[int, int]:
        """What of `start` to `end` is said and not who says it: behind "said that", or before ", Abel said"."""
        if end < sentence.end:
            end -= len(_JOIN.search(self.text[start:end])[0])
        if cue.kind not in SAID or cue.rule not in _TELLS:
            return start, end
        after = max((h[3] for h in cue.holders if h[3] and cue.rule in _BEHIND), default=cue.end)
        hands_over = _TO_WHOM if cue.text.split()[0].lower() in _ADDRESSED else _THAT
        match = hands_over.match(self.text, after, end)
        first = match.end() if match else end
        before = start, start + len(self.text[start : cue.begins].rstrip(" ,\n"))
        enough = self._words_in(*before) >= LEAST_TOLD
        fronted = cue.begins > start and self._fronted(sentence, cue)
        tag = fronted and _TAG.match(self.text, cue.end, end)
        if enough and (cue.rule in _BEHIND or tag):
            return before
        if self._words_in(first, end) >= LEAST_TOLD:
            # "The gate is open, Abel said, and will stay so": the source stands inside what is said.
            inside = fronted and self.text[cue.end : end].lstrip().startswith(",")
            return (start, end) if inside else (first, end)
        return before if enough else (start, end)

    def _empty_tag(self, sentence: Sentence, cue: Cue) -> bool:
        """Whether a sentence only hands over to what stands beside it: "Abel added:", or "Abel asked." behind a quotation."""
        if "█" in sentence.masked or cue.kind not in (*SAID, "ask") or cue.rule not in _TAGS:
            return False
        rest = self._behind(cue, sentence.end)
        quoted = self.text[: sentence.start].rstrip()[-1:] in tuple("\"”’'")
        few = self._words_in(sentence.start, cue.begins) < LEAST_TOLD + 2
        return few and not re.search(r"\w", rest) and (rest[:1] == ":" or (rest[:1] == "." and quoted))

    def _behind(self, cue: Cue, end: int) -> str:
        """What follows a cue and its source."""
        return self.text[max([cue.end, *(holder[3] or 0 for holder in cue.holders)]) : end].strip()

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
            if sentence.masked.rstrip().endswith("?"):
                continue  # whom a question speaks of is not who answers it
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

    def _quoted(
        self, number: int, group: list[Sentence], runs_on: tuple | None, found: dict, *, carries_on: bool
    ) -> tuple | None:
        """Give every quotation of a paragraph its source; returns the source of one that runs on.

        `carries_on` says whether one without a source of its own may belong to the one before it.
        """
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
            if source is None and carries_on and self._full(quote, group) and group[0].part == "body":
                before = (
                    None
                    if self._left_open(quote, group)
                    else self._previous_in(group, quote)
                    or (self._previous_source(group[0]) if quote.outer_start == opening else None)
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

    def _words_in(self, start: int, end: int) -> int:
        return len(re.findall(r"[^\W_]+(?:[-’'][^\W_]+)*", self.text[start:end]))

    def _words(self, quote: Quote) -> int:
        return self._words_in(quote.start, quote.end)

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
        if tag := self._tag_after(quote, last, group):
            return (tag.holders[0], "quote-then-source", tag.text)
        before = [cue for cue in first.cues if cue.end <= quote.outer_start + 1]
        if not before and not self.text[first.start : quote.outer_start].strip(" –—-"):
            # “We are ready” for it, Abel said: the tag of the sentence, further off.
            own = [
                cue
                for cue in after
                if cue.rule in (*_TAGS, "according-to") and cue.kind in SAID and self._fronted(last, cue)
            ]
            if own:
                return (own[-1].holders[0], "quote-then-source", own[-1].text)
        before = [cue for cue in before if cue.kind != "narrated" or self._words(quote) >= 2]
        if before:
            named = next((cue for cue in reversed(before) if cue.holders), None)
            if named:
                return (named.holders[0], "source-then-quote", before[-1].text)
        return None

    def _tag_after(self, quote: Quote, last: Sentence, group: list[Sentence]) -> Cue | None:
        """The cue of a next sentence that only says who asked or cried what stands before it: “Why?” Abel said."""
        asked = re.search(r"[?!…][^\w\s]*$", self.text[quote.start : quote.outer_end])
        here = next((s for s in group if s.start >= last.end), None)
        if not asked or here is None or quote.outer_end < last.end - 1:
            return None
        cue = next((cue for cue in here.cues if cue.holders), None)
        if cue is None or cue.rule not in _TAGS or self.text[here.start : cue.begins].strip():
            return None
        clause = r"that\b|[\w’']+ (?:is|was|are|were|would|will|had|has|have|did)\b"
        return None if re.match(clause, self._behind(cue, here.end)) else cue

    def _left_open(self, quote: Quote, group: list[Sentence]) -> bool:
        """Whether words behind a quotation that ends with a comma say who speaks, though nobody could be told from them."""
        if not re.search(r",[\"”’'»]+$", self.text[quote.start : quote.outer_end]):
            return False
        return any(
            s.start <= quote.outer_end < s.end and self.text[quote.outer_end : s.end].strip(" ,.")
            for s in group
        )

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
                words=(max(quote.outer_start, sentence.start), min(quote.outer_end, sentence.end)),
            )
