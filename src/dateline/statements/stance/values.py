"""Combine the phrases of a scale into its value: reversal, concession, and what comes after "but".

A reversal ("rejects") turns round what it governs, what comes after "but" outweighs what came before,
and where nothing decides the scale stays empty.
"""

import re
from dataclasses import replace

from dateline.statements.stance.scales import ScalePhrase, Scales, spans
from dateline.statements.stance.scope import Hit, Piece, negated, supposed
from dateline.statements.words import words
from dateline.study.phrases import any_of

_POINTS = re.compile(
    rf"\b(?:reject|refus|dismiss|den|oppos|rebuff)\w*\s+(?:[\w’'-]+\s+){{0,3}}?{any_of(words('demand'))}s?\b",
    re.IGNORECASE,
)
_BUT = re.compile(r"\b(?:but|however|yet|nevertheless|still,)\b", re.IGNORECASE)
_ASIDE = re.compile(r"\b(?:although|though|while|despite|even if|even though|albeit)\b[^,;.]*", re.IGNORECASE)
_NEW_VERB = r"\b(?:but|while|although|because|and)\b|;"
"""Words that end the reach of a verb."""

_OWNER = re.compile(r"[’']s?\s+(?:[\w-]+\s+)?$")
_PASSIVE = re.compile(r"\b(?:is|are|was|were|been|be)\s+(?:\w+ly\s+)?$")


def decide(own: str, hits: list[Hit], scale: str, scales: Scales) -> tuple[int | None, Hit | None]:
    """Combine the phrases that speak for the holder: the value on one scale and the phrase that decided, None where none does."""
    found = [hit for hit in hits if hit.phrase.scale == scale]
    if neutral := [hit for hit in found if hit.phrase.role == "neutral"]:
        return 0, neutral[0]
    if scale == "support":
        found = _reversed(own, found, scales)
    elif verb := _POINTS.search(own):
        # What a rejected demand calls impossible is not what the holder calls so.
        found = [hit for hit in found if hit.start < verb.end()]
    plain = [hit for hit in found if hit.phrase.role != "operator"]
    last = max((hit.start for hit in plain), default=-1)
    # "Demands that Ukraine never join": what is wanted is named behind the verb.
    wishes = [_wish(own, hit, scales) for hit in found if hit.phrase.role == "operator" and hit.start >= last]
    if not plain and not wishes:
        return None, None
    strong = _strongest(own, plain + wishes)
    values = {hit.value for hit in strong if hit.value} or {0}
    value = values.pop() if len(values) == 1 else strong[0].value
    return value, next((hit for hit in strong if hit.value == value), strong[0])


def _wish(own: str, hit: Hit, scales: Scales) -> Hit:
    """Return a verb of wishing with the value that a negation behind it in its clause leaves to it."""
    stop = scales.stop.search(own, hit.end)
    denials = list(scales.negation.finditer(own, hit.end, stop.start() if stop else len(own)))
    return replace(hit, value=-hit.value, turned=True) if len(denials) % 2 else hit


def _strongest(own: str, decided: list[Hit]) -> list[Hit]:
    """Return the phrases that outweigh the others: outside asides, behind the last "but", more than a wish."""
    asides = spans(_ASIDE, own)
    main = [hit for hit in decided if not any(a <= hit.start < b for a, b in asides)] or decided
    if but := list(_BUT.finditer(own)):
        main = [hit for hit in main if hit.start >= but[-1].end()] or main
    strong = [hit for hit in main if hit.phrase.role != "operator"] or main
    # "Balanced" and "open" decide only where nothing speaks for or against, before a "but" or after it.
    if not any(hit.value for hit in strong):
        strong = [hit for hit in decided if hit.value and hit.phrase.role != "operator"] or strong
    return strong


def _reversed(own: str, found: list[Hit], scales: Scales) -> list[Hit]:
    """Return the phrases as a verb against something leaves them: turned round, or with the verb itself among them.

    A verb against something turns round the position that it governs; alone it speaks against the target.
    """
    chain = _reversals(own, found, scales)
    if not chain:
        return found
    verb = chain[-1]
    denied = (negated(own, chain[0].start(), scales) + len(chain) - 1) % 2 == 1
    low, high = _governs(own, verb)
    inside = [hit for hit in found if low <= hit.start < high]
    if governed := [hit for hit in inside if hit.phrase.role == "cue" and hit.value]:
        by, sign = Piece(*verb.span(), denied), 1 if denied else -1
        return [replace(hit, value=sign * hit.value, reversal=by) if hit in governed else hit for hit in found]
    wishes = [hit for hit in inside if hit.phrase.role == "operator"]
    if not denied and not wishes and verb[0].casefold().startswith("den"):
        return found  # What is denied to have been said or done is no position.
    against = wishes and scales.negation.search(own[wishes[0].end : high])
    value = 0 if denied else 1 if against else -1  # "Does not oppose it" is not for it.
    alone = Hit(*verb.span(), ScalePhrase(verb[0], {}, "support", -1, "cue"), value, denied)
    return sorted([*(hit for hit in found if hit not in wishes), alone], key=lambda hit: hit.start)


def _reversals(own: str, found: list[Hit], scales: Scales) -> list[re.Match]:
    """Return the first verb against something and those that it governs: "denied that he opposes", "refused to rule out"."""
    taken = [*supposed(own), *((hit.start, hit.end) for hit in found)]
    chain: list[re.Match] = []
    for verb in scales.reversal.finditer(own):
        if any(start < verb.end() and verb.start() < end for start, end in taken) or _OWNER.search(own[: verb.start()]):
            continue
        if chain and re.search(_NEW_VERB, own[chain[-1].end() : verb.start()]):
            break
        chain.append(verb)
    return chain


def _governs(own: str, verb: re.Match) -> tuple[int, int]:
    """Return what a verb against something is about: what follows in its clause, in the passive what is before it."""
    behind = own[verb.end() :]
    if re.match(r"\s+by\b", behind) and _PASSIVE.search(own[: verb.start()]):
        return 0, verb.start()
    stop = re.search(_NEW_VERB + r"|,\s+(?:with|who|which|\w+ing)\b", behind)
    return verb.end(), verb.end() + (stop.start() if stop else len(behind))
