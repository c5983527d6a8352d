"""Choose the phrases of the scales that speak for the holder of a statement: whose wish it is.

What another is said to want is not the holder's, what somebody is asked about is not what they say, what
is only supposed wishes nothing, and a "must" about something else than the proposition decides nothing.
"""

import re

from dateline.statements.stance.scales import BEARS, POINTER, Scales, spans
from dateline.statements.stance.scope import Hit, supposed
from dateline.statements.words import words
from dateline.study.phrases import any_of

_OUGHT = re.compile(r"(?:must|should|ought|need|ha\w+ to|require)", re.IGNORECASE)
"""Verbs by which a holder asks something of another; what another "wants" is the other's."""

_UNREAL = re.compile(r"\bif\s+(?:[\w’'-]+\s+){1,3}(?:were|had)\b", re.IGNORECASE)
_LEADS = re.compile(rf"(?:\s+(?:\w+ly|no longer|{any_of(words('auxiliary', 'wish adverb'))}))*\s*$", re.IGNORECASE)
"""Auxiliaries and adverbs between a verb of wishing and its subject."""

_PEOPLE = words("people")
_OTHERS = words("relative", "determiner", "people") - {"no"}
"""Words before a verb of wishing that make it another's than the holder's: "what critics want", "the demand"."""

_NOT_I = words("pronoun", "possessive") - {"my", "our"} | {"you"}
_BREAK = re.compile(r"\b(?:and|but|while|because)\b|[;:,]", re.IGNORECASE)
_HANDS_ON = re.compile(r"\b(?:to|by|on|of|for|with|and|who|which|has said|said|says)\b")
_SHOULD_IT = re.compile(r"(?<=should)\s+(?:the|a|an|any)\b", re.IGNORECASE)
_ASKED = re.compile(r"^\W*(?:when\s+)?(?:asked|pressed)\b[^,]*,", re.IGNORECASE)


def own_hits(own: str, row: dict, hits: list[Hit], mentions: list[dict], scales: Scales) -> list[Hit]:
    """Return those phrases in a statement's words that speak for its holder."""
    unreal, asked = supposed(own), _ASKED.match(own)
    kept: list[Hit] = []
    others = asked.end() if asked else 0  # what somebody is asked about is not what they say
    for hit in hits:
        if hit.start < others:
            continue
        if (hit.denied or hit.phrase.scale == "support") and any(a <= hit.start < b for a, b in unreal):
            continue  # "If they don't let us in" wishes nothing.
        if hit.phrase.role != "operator":
            kept.append(hit)
        elif _SHOULD_IT.match(own, hit.end) or _UNREAL.search(own):
            continue
        elif _is_another_s(own, row, hit, mentions, scales):
            if _PEOPLE & {*_LEADS.sub("", own[: hit.start]).casefold().split()[-1:]}:
                # "Critics want to stop it": what the others want.
                stop = _BREAK.search(own, hit.end)
                others = stop.start() if stop else len(own)
        elif _is_about(own, hit, scales):
            kept.append(hit)
    return kept


def _is_about(own: str, hit: Hit, scales: Scales) -> bool:
    """Return whether a verb of wishing is about the proposition: its facet, its object, or a word that points to it.

    What is wanted is behind the verb; who or what ought to, before it: "this must happen".
    """
    ought = _OUGHT.match(own, hit.start)
    pointers = spans(POINTER, own)
    for start, end in scales.named(own) + spans(scales.its_name, own) + pointers:
        if not ought and end <= hit.end:
            continue
        apart = own[start:end].casefold() == "that" or own[end : hit.start].strip()
        if ought and apart and (start, end) in pointers:
            continue
        gap = own[min(hit.end, end) : max(hit.start, start)]
        if len(gap) < BEARS and not _BREAK.search(gap):
            return True
    return False


def _is_another_s(own: str, row: dict, hit: Hit, mentions: list[dict], scales: Scales) -> bool:
    """Return whether a wish is another's than the holder's; a "must" is the holder's, whoever it is about."""
    if _OUGHT.match(own, hit.start):
        return False
    return _wanted_by_another(own, row, hit) or _wished_by_another(own, row, hit, mentions, scales)


def _wanted_by_another(own: str, row: dict, hit: Hit) -> bool:
    """Return whether the grammar gives a wish inside the holder's words to another: "what he asks for", "the demand"."""
    said = row["told_start"] - row["start"]
    before = _LEADS.sub("", own[said : hit.start]).split()
    if not before or hit.start < said:  # The verb that hands over: its subject is the holder.
        return False
    last = before[-1].casefold().strip("“\"‘’'—–(")
    if row["voice"] == "narrated":
        return last in words("relative")
    if last in _OTHERS or row["voice"] != "direct":
        return last in _OTHERS
    return last in _NOT_I or last.endswith(("'s", "’s"))


def _wished_by_another(own: str, row: dict, hit: Hit, mentions: list[dict], scales: Scales) -> bool:
    """Return whether the verb of wishing has another subject than the holder: "critics say that Abel wants it"."""
    place = row["start"] + hit.start
    before = [m for m in mentions if row["start"] <= m["start"] and m["end"] <= place and m["how"] != "pronoun"]
    if not before or row["voice"] == "narrated" or row["holder"] is None:
        return False
    last = max(before, key=lambda m: m["end"])
    gap = own[last["end"] - row["start"] : hit.start]
    if last["actor"] == row["holder"] or not re.fullmatch(r"(?:\s+[\w’'-]+){0,3}\s+", gap) or _HANDS_ON.search(gap):
        return False
    if {last["actor"], row["holder"]} <= scales.subject or _speaks_for(row, last):
        return False  # A speaker of the subject's side speaks for it: "Kyiv wants in, the minister said".
    return last["actor"] in scales.object | scales.subject or last["how"] == "name"


def _speaks_for(row: dict, mention: dict) -> bool:
    """Return whether the holder is called one of the actor's own: "the Sudlandic minister said Sudland wants"."""
    return mention["actor"].replace("-", " ").split()[0][:4].casefold() in (row["holder_text"] or "").casefold()
