"""Attribute what is said: sentences, quotations and mentions -> who says which part of which sentence.

Attribution is a sieve, the most precise rule first, and each row names the rule that found it: a
quotation with a verb and a source beside it; "according to"; a source with a reporting verb; a
headline's colon; a described position without a verb of saying; a quotation that carries on; the
answer of an interview. Below the sieve nothing is attributed. One row is one holder in one sentence.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

import polars as pl

from dateline.corpus.quotes import find_quotes, spans_of, speech_dash
from dateline.statements.attribution.cues import CueFinder
from dateline.statements.attribution.interviews import Paragraph, Turn, find_turns
from dateline.statements.attribution.lexicon import Lexicon
from dateline.statements.attribution.speech import TAGS, Speech, Told, behind, count_words
from dateline.statements.attribution.subjects import Cue, Holder, Sentence
from dateline.statements.attribution.verbs import SAID
from dateline.statements.words import words

LEAST_TOLD = 3
"""Words that a stretch must have to be what is said."""

_BEHIND = ("verb-source", "according-to")
"""Rules whose source is behind the words that hand over to it."""

_TELLS = (*_BEHIND, "source-verb", "participle", "carried-on", "headline-colon", "name-colon")
_VOICES = ("direct", "indirect", "narrated")
"""From the holder's own words to what a reporter tells: of two readings the first counts."""

_THAT = re.compile(r"(?:\s+(?:on|in|at|last|to)\s+[\w’' ]{2,40}?\s+that\b|[\s,:]*that\b)?[\s,:]*")
_JOIN = re.compile(r"(?:[\s,;]+(?:and|but|while|whereas|as))?[\s,;]*$")
_TAG = re.compile(r"\s+(?:to|in|on|at|during|after|earlier|last|this|[A-Z])[^,;:]*$")
"""Words behind the verb where all that is said is before it: "the mayor told the paper last week"."""

_TO_WHOM = re.compile(rf"(?:(?:\s+[\w’'.-]+){{1,6}}?(?:\s+that\b|:)|{_THAT.pattern})[\s,:]*")
_TOLD_TO = words("told to")


def attribute(
    sentences: pl.DataFrame, mentions: pl.DataFrame, texts: dict[str, str], kinds: dict[str, str], lexicon: Lexicon
) -> list[dict]:
    """Attribute what is said to those who are reported to say it.

    Args:
        sentences: The table `sentences`.
        mentions: The table `mentions`.
        texts: `article_id` -> raw text.
        kinds: Actor id -> `person`, `state` or `organisation`.
        lexicon: Compiled verbs and offices.

    Returns:
        One dictionary per holder and sentence with the columns of `statements` up to `rule`. `start`
        and `end` bound the part of the sentence that is about them, with the verb that may carry their
        position; `told_start` and `told_end` bound what they say.
    """
    named: dict[str, list[dict]] = {}
    for row in mentions.sort("article_id", "start").iter_rows(named=True):
        named.setdefault(row["sentence_id"], []).append({**row, "kind": kinds[row["actor"]]})
    rows: list[dict] = []
    for article, spans in spans_of(sentences):
        rows += _merge(article, _Article(texts[article], spans, named, lexicon).told())
    return rows


def _merge(article: str, found: Iterable[Told]) -> list[dict]:
    """Return one row for each holder of a sentence, in the order of the text, from what several rules found of them."""
    rows: dict[tuple[int, str], dict] = {}
    ids: set[str] = set()
    in_utterance: set[tuple[int, str]] = set()
    for told in found:
        key = (told.sentence.start, told.holder.actor or f"?{told.holder.text}")
        (start, end), said = told.span, told.words or told.span
        if key not in rows:
            if told.only_joins:
                continue
            where = f"{told.sentence.start}-{told.holder.actor or 'unknown'}"
            while where in ids:  # several sources of a sentence may be no listed actor
                where += f"-{told.holder.start or 0}"
            ids.add(where)
            rows[key] = {
                "statement_id": f"{article}-t{where}",
                "utterance_id": f"{article}-u{where}",
                "sentence_id": told.sentence.id,
                "article_id": article,
                "start": start,
                "end": end,
                "told_start": said[0],
                "told_end": said[1],
                "voice": told.voice,
                "holder": told.holder.actor,
                "holder_text": told.holder.text,
                "holder_start": told.holder.start,
                "holder_end": told.holder.end,
                "cue": told.cue,
                "rule": told.rule,
            }
        row = rows[key]
        if _VOICES.index(told.voice) < _VOICES.index(row["voice"]):
            # The sieve's most precise rule names the statement, not the one that came by first.
            row |= {"voice": told.voice, "rule": told.rule, "cue": told.cue or row["cue"]}
        row |= {"start": min(row["start"], start), "end": max(row["end"], end)}
        row |= {"told_start": min(row["told_start"], said[0]), "told_end": max(row["told_end"], said[1])}
        if told.utterance is not None and key not in in_utterance:
            in_utterance.add(key)
            row["utterance_id"] = f"{article}-u{told.utterance}"
    return [rows[key] for key in sorted(rows)]


class _Article:
    """Sieve one article: which of its sources says which sentence, and in which voice."""

    def __init__(self, text: str, spans: list[tuple], named: dict, lexicon: Lexicon) -> None:
        self.text = text
        # Paragraph -> its sentences: identifier, paragraph, start, end, part.
        paragraphs = {number: list(own) for number, own in groupby(spans, key=itemgetter(1))}
        self.quotes = {number: find_quotes(text, own[0][2], own[-1][3]) for number, own in paragraphs.items()}
        self.groups = {
            number: [Sentence(*span, self._mask(*span[1:4]), named.get(span[0], [])) for span in own]
            for number, own in paragraphs.items()
        }
        self.finder = CueFinder(text, lexicon)
        self.speech = Speech(text, self.quotes, [sentence for group in self.groups.values() for sentence in group])

    def _mask(self, paragraph: int, start: int, end: int) -> str:
        """Return a sentence with blocks for its quoted words and straight apostrophes, of the same length."""
        piece = self.text[start:end].replace("’", "'")
        for quote in self.quotes[paragraph]:
            first, last = max(quote.outer_start, start) - start, min(quote.outer_end, end) - start
            if first < last:
                piece = piece[:first] + "█" * (last - first) + piece[last:]
        return piece

    def told(self) -> Iterator[Told]:
        """Yield what each rule finds, paragraph by paragraph."""
        paragraphs = [
            Paragraph(number, group[0].start, group[-1].end, group[0].part, [m for s in group for m in s.mentions])
            for number, group in self.groups.items()
        ]
        turns = find_turns(self.text, paragraphs)
        for number, group in self.groups.items():
            yield from self._paragraph(number, group, turns.get(number))

    def _paragraph(self, number: int, group: list[Sentence], turn: Turn | None) -> Iterator[Told]:
        dashed = group[0].part == "body" and speech_dash(self.text, group[0].start, group[-1].end) is not None
        for sentence in group:
            sentence.cues = self.finder.cues(sentence, tail_only=dashed)
            self.finder.subjects.remember(sentence)
        if turn and not turn.asks and not (dashed and any(s.cues for s in group)):
            for sentence in group:  # an answer is all of the one who is interviewed
                said = (max(turn.begins, sentence.start), sentence.end)
                yield Told(sentence, Holder(*turn.holder), "direct", "interview", utterance=group[0].start, words=said)
        elif dashed:
            yield from self.speech.spoken(group)
        else:
            for sentence in group:
                yield from self._reported(sentence)
            yield from self.speech.quoted(number, group, carries_on=turn is None)

    def _reported(self, sentence: Sentence) -> Iterator[Told]:
        """Give each source of a sentence what is said or told of it outside quotations."""
        cues = sentence.sources()
        for at, cue in enumerate(cues):
            if len(cues) == 1 and self._empty_tag(sentence, cue):
                continue
            start, end = self._stretch(sentence, cues, at)
            said = self._words(sentence, cue, start, end)
            voice = "narrated" if cue.kind == "narrated" else "indirect"
            for holder in cue.holders:
                # "Abel, an opponent of the wall, says that": what the paper calls somebody is not what is said.
                described = cue.rule == "source-verb" and holder.end and self.text.startswith(",", holder.end)
                begin = cue.start if described and said[0] >= cue.end else start
                yield Told(sentence, holder, voice, cue.rule, cue.text, own_span=(begin, end), words=said)

    def _stretch(self, sentence: Sentence, cues: list[Cue], at: int) -> tuple[int, int]:
        """Return the part of a sentence that is about the source of one of its cues."""
        cue = cues[at]
        others = (
            other.begins
            for other in cues[at + 1 :]
            if {h.actor or h.text for h in other.holders} != {h.actor or h.text for h in cue.holders}
            and other.begins > cue.start
            and not _is_object(sentence, cue, other)
        )
        start = sentence.start if at == 0 and cue.rule != "position-noun" else cue.begins
        if cue.rule in _BEHIND or (cue.begins > sentence.start and sentence.fronted(cue)):
            start = max((other.end for other in cues[:at]), default=sentence.start)
        return start, next(others, sentence.end)

    def _words(self, sentence: Sentence, cue: Cue, start: int, end: int) -> tuple[int, int]:
        """Return what of `start` to `end` is said and not who says it: behind "said that", or before ", Abel said"."""
        if end < sentence.end:
            end -= len(_JOIN.search(self.text[start:end])[0])
        if cue.kind not in SAID or cue.rule not in _TELLS:
            return start, end
        after = max((h.end for h in cue.holders if h.end and cue.rule in _BEHIND), default=cue.end)
        hands_over = _TO_WHOM if cue.text.split()[0].lower() in _TOLD_TO else _THAT
        match = hands_over.match(self.text, after, end)
        first = match.end() if match else end
        before = start, start + len(self.text[start : cue.begins].rstrip(" ,\n"))
        enough = count_words(self.text[slice(*before)]) >= LEAST_TOLD
        fronted = cue.begins > start and sentence.fronted(cue)
        if enough and (cue.rule in _BEHIND or (fronted and _TAG.match(self.text, cue.end, end))):
            return before
        if count_words(self.text[first:end]) >= LEAST_TOLD:
            # "The gate is open, Abel said, and will stay so": the source is inside what is said.
            inside = fronted and self.text[cue.end : end].lstrip().startswith(",")
            return (start, end) if inside else (first, end)
        return before if enough else (start, end)

    def _empty_tag(self, sentence: Sentence, cue: Cue) -> bool:
        """Return whether a sentence only hands over to what is beside it: "Abel added:", or "Abel asked." behind a quotation."""
        if "█" in sentence.masked or cue.kind not in (*SAID, "ask") or cue.rule not in TAGS:
            return False
        rest = behind(self.text, cue, sentence.end)
        quoted = self.text[: sentence.start].rstrip().endswith(('"', "”", "’", "'"))
        few = count_words(self.text[sentence.start : cue.begins]) < LEAST_TOLD + 2
        return few and not re.search(r"\w", rest) and (rest[:1] == ":" or (rest[:1] == "." and quoted))


def _is_object(sentence: Sentence, cue: Cue, other: Cue) -> bool:
    """Return whether a position is the object of a verb ("rejected Sudland's demand"), which is about all of it."""
    between = sentence.masked[cue.end - sentence.start : other.begins - sentence.start]
    return other.rule == "position-noun" and not between.strip()
