"""Give quotations and spoken paragraphs their source: the one behind them, before them, or carried on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from dateline.corpus.quotes import Quote
from dateline.statements.attribution.subjects import NOBODY, Cue, Holder, Sentence
from dateline.statements.attribution.verbs import SAID

LEAST_QUOTED = 2
"""Words that a quotation must have to be somebody's own words and not a word that the paper marks."""

TAGS = ("source-verb", "verb-source")


@dataclass(frozen=True)
class Told:
    """One rule's finding: a holder is reported to say something in a sentence."""

    sentence: Sentence
    holder: Holder
    voice: str
    rule: str
    cue: str = ""
    utterance: int | None = None
    """First code point of the utterance that this sentence is a part of; None where it is one by itself."""
    own_span: tuple[int, int] | None = None
    """Part of the sentence that is about the holder; None for all of it."""
    words: tuple[int, int] | None = None
    """Words that are said; None for the whole span."""
    only_joins: bool = False
    """True where it only adds to what another rule finds of the same holder in the sentence."""

    @property
    def span(self) -> tuple[int, int]:
        """Return the part of the sentence that is about the holder."""
        return self.own_span or (self.sentence.start, self.sentence.end)


class _Source(NamedTuple):
    holder: Holder
    rule: str
    cue: str = ""


def count_words(text: str) -> int:
    """Count the words of a text; what a hyphen or an apostrophe joins is one."""
    return len(re.findall(r"[^\W_]+(?:[-’'][^\W_]+)*", text))


def behind(text: str, cue: Cue, end: int) -> str:
    """Return what follows a cue and its source, up to a place."""
    return text[max([cue.end, *(holder.end or 0 for holder in cue.holders)]) : end].strip()


def _sentence_at(group: list[Sentence], place: int) -> Sentence | None:
    """Return the sentence that has a place."""
    return next((s for s in group if s.start <= place < s.end), None)


class Speech:
    """Give the quotations and spoken paragraphs of one article their sources, in the order of its text."""

    def __init__(self, text: str, quotes: dict[int, list[Quote]], sentences: list[Sentence]) -> None:
        self.text, self.quotes, self.sentences = text, quotes, sentences
        self._runs_on: Holder | None = None
        """Holder of a quotation that its paragraph does not close."""
        self._running = 0
        """First code point of the utterance that such a quotation is a part of."""
        self._utterances: dict[int, int] = {}

    def spoken(self, group: list[Sentence]) -> Iterator[Told]:
        """Give a paragraph that opens with a speech dash to the source at its end, or to the one before it."""
        cue = next((cue for sentence in reversed(group) for cue in sentence.sources()[:1]), None)
        holder = cue.holders[0] if cue else self._previous_source(group[0]) or NOBODY
        for sentence in group:
            here, text = holder.within(sentence), cue.text if cue else ""
            yield Told(sentence, here, "direct", "speech-dash", text, utterance=group[0].start)

    def quoted(self, number: int, group: list[Sentence], *, carries_on: bool) -> Iterator[Told]:
        """Give every quotation of a paragraph its source; where it `carries_on`, that of the one before it."""
        title = group[0].part == "title"
        quotes = [q for q in self.quotes[number] if q.kind == "marks" or title or self._words(q) > LEAST_QUOTED]
        sources = self._sources(quotes, group)
        for quote, source in zip(quotes, sources, strict=True):
            given = source
            if given is None and carries_on and self._full(quote, group) and group[0].part == "body":
                given = _Source(self._before(quote, group) or NOBODY, "continued")
            if given:
                yield from self._told(quote, given, group)
        self._runs_on = None
        if quotes and quotes[-1].runs_on:
            last = quotes[-1]
            touched = self._touched(last, group) or group[-1:]
            self._running = self._utterances.get(last.outer_start, touched[0].start)
            self._runs_on = sources[-1].holder.within() if sources[-1] else None

    def _sources(self, quotes: list[Quote], group: list[Sentence]) -> list[_Source | None]:
        """Return the source of each quotation: its own, that of a quotation that runs on, or its neighbour's."""
        sources = [self._source_of(quote, group) for quote in quotes]
        if quotes and sources[0] is None and self._runs_on and quotes[0].outer_start == group[0].start:
            sources[0] = _Source(self._runs_on, "runs-on")
            self._utterances[quotes[0].outer_start] = self._running
        whole = [self._full(quote, group) for quote in quotes]
        onwards = [(at, at - 1) for at in range(1, len(quotes))]
        for at, beside in [*onwards, *((before, at) for at, before in reversed(onwards))]:
            if sources[at] is None and sources[beside] and whole[at]:
                sources[at] = _Source(sources[beside].holder.within(), "continued")
        return sources

    def _source_of(self, quote: Quote, group: list[Sentence]) -> _Source | None:
        """Return the source whose cue is behind a quotation, or before it in its sentence."""
        first = _sentence_at(group, quote.outer_start)
        last = _sentence_at(group, quote.outer_end - 1) or first
        if first is None or last is None:
            return None
        if cue := self._cue_behind(quote, first, last, group):
            return _Source(cue.holders[0], "quote-then-source", cue.text)
        before = [
            cue
            for cue in first.cues
            if cue.end <= quote.outer_start + 1 and (cue.kind != "narrated" or self._words(quote) >= LEAST_QUOTED)
        ]
        named = next((cue for cue in reversed(before) if cue.holders), None)
        return _Source(named.holders[0], "source-then-quote", before[-1].text) if named else None

    def _cue_behind(self, quote: Quote, first: Sentence, last: Sentence, group: list[Sentence]) -> Cue | None:
        after = [cue for cue in last.sources() if cue.begins >= quote.outer_end - 1]
        if after and not self.text[quote.outer_end : after[0].begins].strip(' ,.–—-“”"»'):
            return after[0]
        if tag := self._tag_after(quote, last, group):
            return tag
        led = any(cue.end <= quote.outer_start + 1 for cue in first.cues)
        if led or self.text[first.start : quote.outer_start].strip(" –—-"):
            return None
        # “We are ready” for it, Abel said: the tag of the sentence, further off.
        own = [cue for cue in after if cue.rule in (*TAGS, "according-to") and cue.kind in SAID and last.fronted(cue)]
        return own[-1] if own else None

    def _tag_after(self, quote: Quote, last: Sentence, group: list[Sentence]) -> Cue | None:
        """Return the cue of a next sentence that only says who asked or cried what is before it: “Why?” Abel said."""
        asked = re.search(r"[?!…][^\w\s]*$", self.text[quote.start : quote.outer_end])
        here = next((s for s in group if s.start >= last.end), None)
        if not asked or here is None or quote.outer_end < last.end - 1:
            return None
        cue = next(iter(here.sources()), None)
        if cue is None or cue.rule not in TAGS or self.text[here.start : cue.begins].strip():
            return None
        return cue

    def _before(self, quote: Quote, group: list[Sentence]) -> Holder | None:
        """Return the source that the text before a quotation without a cue leaves to it."""
        if self._left_open(quote, group):
            return None
        for sentence in reversed(group):
            if sentence.end <= quote.outer_start and sentence.sources():
                return sentence.sources()[-1].holders[0].within()
        return self._previous_source(group[0]) if quote.outer_start == group[0].start else None

    def _previous_source(self, first: Sentence) -> Holder | None:
        """Return who speaks when a quotation has no cue: the last one whom the text lets speak or act."""
        earlier = [s for s in self.sentences if s.start < first.start and s.part == "body"]
        for sentence in reversed(earlier[-2:]):
            if sentence.masked.rstrip().endswith("?"):
                continue  # whom a question speaks of is not who answers it
            if cues := sentence.sources():
                return cues[-1].holders[0].within()
            for m in sentence.mentions:
                if m["kind"] == "person" and self.text[m["end"] : m["end"] + 1] not in ("’", "'"):
                    return Holder(m["actor"], m["surface"])
        return None

    def _left_open(self, quote: Quote, group: list[Sentence]) -> bool:
        """Return whether words behind a quotation that ends with a comma say who speaks, though nobody was found in them."""
        here = next((s for s in group if s.start <= quote.outer_end < s.end), None)
        comma = re.search(r",[\"”’'»]+$", self.text[quote.start : quote.outer_end])
        return bool(comma and here and self.text[quote.outer_end : here.end].strip(" ,."))

    def _words(self, quote: Quote) -> int:
        return count_words(self.text[quote.start : quote.end])

    def _full(self, quote: Quote, group: list[Sentence]) -> bool:
        """Return whether a quotation is a sentence of its own and not a part of somebody's sentence."""
        sentence = _sentence_at(group, quote.outer_start)
        if sentence is None or self._words(quote) < LEAST_QUOTED:
            return False
        if self.text[sentence.start : quote.outer_start].strip(" –—-"):
            return False
        most = 0.8 * (min(sentence.end, quote.outer_end) - sentence.start)
        return quote.runs_on or quote.end - quote.start >= most

    def _touched(self, quote: Quote, group: list[Sentence]) -> list[Sentence]:
        """Return the sentences that have a word of a quotation."""
        return [s for s in group if re.search(r"\w", self.text[max(s.start, quote.start) : min(s.end, quote.end)])]

    def _told(self, quote: Quote, source: _Source, group: list[Sentence]) -> Iterator[Told]:
        touched = self._touched(quote, group)
        long = self._words(quote) >= LEAST_QUOTED
        for sentence in touched:
            alone = not sentence.masked.strip(" █,.;:!?–—-\"“”»«'’")
            full = len(touched) > 1 or alone or self._full(quote, group)
            said = (max(quote.outer_start, sentence.start), min(quote.outer_end, sentence.end))
            yield Told(
                sentence,
                source.holder.within(sentence),
                "direct" if long else "indirect",
                source.rule,
                source.cue,
                utterance=self._utterances.get(quote.outer_start, touched[0].start) if full else None,
                own_span=None if full else said,
                words=said,
                only_joins=not long,
            )
