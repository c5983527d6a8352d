"""The phrases of the two scales and how they are read: negation, reversal, concession, whose wish it is.

A negation reaches over its clause, a reversal ("rejects") turns round what it governs, what comes after
"but" outweighs what came before, what another is said to want is not the holder's, and where nothing
decides the scale stays empty.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from dateline.statements.cues import _POINTER, BEARS, Phrase, Scales, _spans
from dateline.study.phrases import brief

NEGATION_REACH = 10
"""Words over which a negation reaches forward inside its clause."""

_OUGHT = re.compile(r"(?:must|should|ought|need|ha\w+ to|require)", re.IGNORECASE)
"""Verbs by which a holder asks something of another; what another "wants" is the other's."""

_UNREAL = re.compile(r"\bif\s+(?:[\w’'-]+\s+){1,3}(?:were|had)\b", re.IGNORECASE)

_ONCE = re.compile(r"\bat once\b|\bonce (?:again|more|and for all|or twice|upon a time)\b", re.IGNORECASE)

_LEADS = re.compile(
    r"(?:\s+(?:\w+ly|also|still|now|always|never|not|had|has|have|is|are|was|were|been|be|will|would|may|might|do|does|did|no longer|ever|once|only|even))*\s*$",
    re.IGNORECASE,
)
"""Auxiliaries and adverbs between a verb of wishing and its subject."""

_RELATIVE = frozenset("who which that what whoever anyone everyone someone those nobody".split())

_DETERMINED = frozenset("the a an this that these those any such every".split())

_POSSESSIVE = frozenset("his her their its your".split())

_PEOPLE = frozenset(
    "critics opponents supporters people voters citizens residents others everyone everybody".split()
)

_OTHERS = frozenset("he she they it you".split())

_BREAK = re.compile(r"\b(?:and|but|while|because)\b|[;:,]", re.IGNORECASE)

_SHOULD_IT = re.compile(r"(?<=should)\s+(?:the|a|an|any)\b", re.IGNORECASE)

_INDIRECT = re.compile(
    r"\b(?:ask\w*\s+if|wonder\w*\s+if|how|whether|what kind of|who)\b(?!\s+(?:much|many|often))[^,]*$",
    re.IGNORECASE,
)

_POINTS = re.compile(
    r"\b(?:reject|refus|dismiss|den|oppos|rebuff)\w*\s+(?:[\w’'-]+\s+){0,3}?(?:demand|request|proposal|call|claim|bid)s?\b",
    re.IGNORECASE,
)

_NEW_CLAUSE = re.compile(
    r"(?:,|\band)(?=\s+(?:and\s+)?(?:I|we|you|they|he|she|it|there|this|our|let|not|only)\b)|[?!;:.]\s",
    re.IGNORECASE,
)
"""A comma or "and" with a new subject behind it ends what a negation reaches."""

_ASSERTS = re.compile(
    r"(?<!think )(?<!believe )(?<!consider )(?<!expect )(?<!see )(?<!accept )(?<!agree )(?<!mean )(?<!say )(?<!said )(?<!true )\bthat\s+(?!is\b|was\b|will\b|would\b)",
    re.IGNORECASE,
)
"""A "that" clause whose verb does not hand a negation on to it, as "think" and "believe" do."""

_ONLY = re.compile(r"\s+(?:just|only|merely|simply)\b", re.IGNORECASE)

_ASKED = re.compile(r"^\W*(?:when\s+)?(?:asked|pressed)\b[^,]*,", re.IGNORECASE)

_HYPOTHETICAL = re.compile(r"\b(?:if|unless)\b[^,;]*", re.IGNORECASE)

_BUT = re.compile(r"\b(?:but|however|yet|nevertheless|still,)\b", re.IGNORECASE)

_ASIDE = re.compile(r"\b(?:although|though|while|despite|even if|even though|albeit)\b[^,;.]*", re.IGNORECASE)


@dataclass(frozen=True)
class Hit:
    """One phrase found: where, what it says before and after its scope was read, and why."""

    start: int
    end: int
    phrase: Phrase
    value: int
    why: str


def _supposed(own: str) -> list[tuple[int, int]]:
    """Where something is only supposed; what happens "only if we fight for it" is asked for."""
    lower = own.lower()
    if "if" not in lower and "unless" not in lower:  # most statements suppose nothing
        return []
    return [
        (start, end)
        for start, end in _spans(_HYPOTHETICAL, own)
        if not re.search(r"\bonly\b[^,;]{0,30}$", own[:start], re.IGNORECASE)
    ]


def find_hits(own: str, blotted: str, scales: Scales) -> list[Hit]:
    """Every scale phrase in a statement, the longest where two overlap, with its value after scope.

    `blotted` is what `Scales.blotted` makes of the words.
    """
    raw = [(match.start(), match.end(), cue) for cue in scales.cues for match in cue.find(own, blotted)]
    # The longest wins; of two as long, one that takes no side.
    raw.sort(
        key=lambda found: (
            found[0] - found[1],
            found[2].role != "neutral",
            found[0],
            "..." in found[2].text,
            found[2].text,
        )
    )
    kept: list[tuple[int, int, Phrase]] = []
    for start, end, cue in raw:
        if "..." in cue.text and any(
            start <= a
            and b <= end
            and (a, b) != (start, end)
            and other.scale == cue.scale
            and other.role == "cue"
            and (other.value or 0) * (cue.value or 0) < 0
            for a, b, other in raw
        ):
            continue  # What its gap swallows says the opposite: "call to renounce membership".
        if not any(start < b and a < end and other.scale == cue.scale for a, b, other in kept):
            kept.append((start, end, cue))
    kept.sort(key=lambda found: (found[0], found[2].scale))
    hits = []
    for start, end, cue in kept:
        if cue.role == "operator" and any(
            other is not cue and other.scale == cue.scale and start < b and a < end for a, b, other in kept
        ):
            continue
        if _INDIRECT.search(own[_clause_start(own, start, scales.stop) : start]):
            continue  # "how it will happen" asserts nothing.
        value, why = cue.value or 0, brief(own[start:end])
        # "No vote and no veto": the second "no" is not denied by the first.
        listed = re.match(r"no\b", own[start:], re.IGNORECASE)
        within = not cue.denies and any(
            not _ONLY.match(own, match.end()) for match in scales.negation.finditer(own, start, end)
        )
        if (not listed and _negated(own, start, scales)) != bool(within):
            value, why = -value, f"not: {why}"
        hits.append(Hit(start, end, cue, value, why))
    return hits


def own_hits(own: str, row: dict, hits: list[Hit], mentions: list[dict], scales: Scales) -> list[Hit]:
    """The phrases that speak for the holder: not what another is said to want, not a "must" about something else."""
    wishes = any(hit.phrase.role == "operator" for hit in hits)
    named = scales.named(own) + _spans(scales.its_name, own) if wishes else []
    pointed, supposed = _spans(_POINTER, own) if wishes else [], _supposed(own)
    asked = _ASKED.match(own)
    kept: list[Hit] = []
    others = 0
    for hit in hits:
        if hit.start < others:
            continue  # "Critics want to stop it": what the others want.
        if asked and hit.start < asked.end():
            continue  # What somebody is asked about is not what they say.
        if (hit.why.startswith("not: ") or hit.phrase.scale == "support") and any(
            start <= hit.start < end for start, end in supposed
        ):
            continue  # "If they don't let us in" wishes nothing.
        if hit.phrase.role == "operator":
            if _SHOULD_IT.match(own, hit.end) or _UNREAL.search(own):
                continue
            ought = _OUGHT.match(own, hit.start)
            if not ought and (
                _wanted_by_another(own, row, hit) or _wished_by_another(own, row, hit, mentions, scales)
            ):
                if _PEOPLE & {*_LEADS.sub("", own[: hit.start]).casefold().split()[-1:]}:
                    stop = _BREAK.search(own, hit.end)
                    others = stop.start() if stop else len(own)
                continue
            # What is wanted stands behind the verb; who or what ought to, before it: "this must happen".
            places = named + [
                (start, end)
                for start, end in pointed
                if not ought or (own[start:end].casefold() != "that" and not own[end : hit.start].strip())
            ]
            gaps = [
                own[min(hit.end, end) : max(hit.start, start)]
                for start, end in places
                if ought or end > hit.end
            ]
            if not any(len(gap) < BEARS and not _BREAK.search(gap) for gap in gaps):
                continue
        kept.append(hit)
    return kept


def _wanted_by_another(own: str, row: dict, hit: Hit) -> bool:
    """Whether the grammar gives a wish inside the holder's words to another: "what he asks for", "the demand"."""
    told = row.get("told_start", row["start"]) - row["start"]
    if hit.start < told:
        return False  # The verb that hands over: its subject is the holder.
    before = _LEADS.sub("", own[told : hit.start]).split()
    if not before or row["voice"] == "narrated":
        return bool(before) and before[-1].casefold().strip('“"') in _RELATIVE
    last = before[-1].casefold().strip("“\"‘’'—–(")
    if last in _RELATIVE or last in _DETERMINED or last in _PEOPLE:
        return True
    if row["voice"] != "direct":
        return False
    return last in _OTHERS or last in _POSSESSIVE or last.endswith(("'s", "’s"))


def _wished_by_another(own: str, row: dict, hit: Hit, mentions: list[dict], scales: Scales) -> bool:
    """Whether the verb of wishing has another subject than the holder: "critics say that Abel wants it"."""
    before = [
        m
        for m in mentions
        if row["start"] <= m["start"] and m["end"] - row["start"] <= hit.start and m["how"] != "pronoun"
    ]
    if not before or row["voice"] == "narrated":
        return False
    last = max(before, key=lambda m: m["end"])
    gap = own[last["end"] - row["start"] : hit.start]
    if last["actor"] == row["holder"] or not re.fullmatch(r"(?:\s+[\w’'-]+){0,3}\s+", gap):
        return False
    if re.search(r"\b(?:to|by|on|of|for|with|and|who|which|has said|said|says)\b", gap):
        return False
    # A speaker of the subject's side speaks for it: "Kyiv wants in, the minister said".
    return (
        not (last["actor"] in scales.subject and row["holder"] in scales.subject)
        and row["holder"] is not None
        and (last["actor"] in scales.object or last["actor"] in scales.subject or last["how"] == "name")
        and not _speaks_for(row, last)
    )


def _speaks_for(row: dict, mention: dict) -> bool:
    """Whether the holder is told as one of the actor's own: "the Sudlandic minister said Sudland wants"."""
    return (
        mention["actor"].replace("-", " ").split()[0][:4].casefold() in (row["holder_text"] or "").casefold()
    )


def decide(own: str, hits: list[Hit], scale: str, scales: Scales) -> tuple[int | None, str]:
    """Combine the phrases of one scale into a value, and say which decided; None where none does."""
    found = [hit for hit in hits if hit.phrase.scale == scale]
    if neutral := [hit for hit in found if hit.phrase.role == "neutral"]:
        return 0, neutral[0].why
    if scale == "support":
        found = _reversed(own, found, scales)
    elif verb := _POINTS.search(own):
        # What a rejected demand calls impossible is not what the holder calls so.
        found = [hit for hit in found if hit.start < verb.end()]
    plain = [hit for hit in found if hit.phrase.role != "operator"]
    operators = [hit for hit in found if hit.phrase.role == "operator"]
    decided: list[Hit] = list(plain)
    for hit in operators:
        # "demands that Ukraine never join": what is wanted is told behind the verb.
        wanted = [other for other in plain if other.start > hit.start]
        if not wanted:
            behind = own[hit.end :]
            stop = scales.stop.search(behind)
            scope = behind[: stop.start()] if stop else behind
            turned = len(scales.negation.findall(scope)) % 2 == 1
            decided.append(
                Hit(
                    hit.start,
                    hit.end,
                    hit.phrase,
                    -hit.value if turned else hit.value,
                    f"{hit.why} … not" if turned else hit.why,
                )
            )
    if not decided:
        return None, ""
    asides = _spans(_ASIDE, own)
    main = [hit for hit in decided if not any(a <= hit.start < b for a, b in asides)] or decided
    but = list(_BUT.finditer(own))
    if but:
        main = [hit for hit in main if hit.start >= but[-1].end()] or main
    strong = [hit for hit in main if hit.phrase.role != "operator"] or main
    # "Balanced" and "open" decide only where nothing speaks for or against, before a "but" or after it.
    if not any(hit.value for hit in strong):
        strong = [hit for hit in decided if hit.value and hit.phrase.role != "operator"] or strong
    values = {hit.value for hit in strong if hit.value} or {0}
    if len(values) > 1:
        values = {strong[0].value}
        strong = strong[:1]
    value = values.pop()
    shown = next((hit for hit in strong if hit.value == value), strong[0])
    return value, shown.why


def _reversed(own: str, found: list[Hit], scales: Scales) -> list[Hit]:
    """A verb against something turns round the position it governs; alone it speaks against the target."""
    supposed = _supposed(own)
    reversals = [
        match
        for match in scales.reversal.finditer(own)
        if not any(start <= match.start() < end for start, end in supposed)
        and not re.search(r"[’']s?\s+(?:[\w-]+\s+)?$", own[: match.start()])
        and not any(hit.start < match.end() and match.start() < hit.end for hit in found)
    ]
    if not reversals:
        return found
    # "denied that he opposes", "refused to rule out": each turns round what the next one does.
    chain = reversals[:1]
    for after in reversals[1:]:
        if re.search(r"\b(?:but|while|although|because|and)\b|;", own[chain[-1].end() : after.start()]):
            break
        chain.append(after)
    verb = chain[-1]
    negated = (_negated(own, chain[0].start(), scales) + len(chain) - 1) % 2 == 1
    says = f"not: {verb[0]}" if negated else verb[0]
    behind = own[verb.end() :]
    stop = re.search(r"\b(?:but|while|although|because|and)\b|;|,\s+(?:with|who|which|\w+ing)\b", behind)
    reach = verb.end() + (stop.start() if stop else len(behind))
    passive = re.search(r"\b(?:is|are|was|were|been|be)\s+(?:\w+ly\s+)?$", own[: verb.start()]) and re.match(
        r"\s+by\b", behind
    )
    low, high = (0, verb.start()) if passive else (verb.end(), reach)
    governed = [hit for hit in found if low <= hit.start < high and hit.phrase.role == "cue" and hit.value]
    operator = [hit for hit in found if low <= hit.start < high and hit.phrase.role == "operator"]
    sign = 1 if negated else -1
    if governed:
        return [
            Hit(hit.start, hit.end, hit.phrase, sign * hit.value, f"{says} × {hit.why}")
            if hit in governed
            else hit
            for hit in found
        ]
    inner = 1
    if operator:
        scope = own[operator[0].end : high]
        inner = -1 if scales.negation.search(scope) else 1
    rest = [hit for hit in found if hit not in operator]
    if negated:
        inner = 0  # "Does not oppose it" is not for it.
    elif verb[0].casefold().startswith("den") and not operator:
        return found  # What is denied to have been said or done is no position.
    phrase = Phrase(verb[0], {}, "support", -1, "cue")
    return sorted(
        [*rest, Hit(verb.start(), verb.end(), phrase, sign * inner, says)], key=lambda hit: hit.start
    )


def without_once(own: str) -> str:
    """A copy of the words of the same length without the phrases in which "once" sets no condition."""
    return _ONCE.sub(lambda found: " " * len(found[0]), own) if "once" in own.lower() else own


def free_match(phrase: Phrase, own: str, blotted: str, scales: Scales) -> str:
    """The words of a match that no negation reaches ("does not depend on" sets no condition), or nothing."""
    for match in phrase.find(own, blotted):
        if not phrase.denies and scales.negation.search(own, match.start(), match.end()):
            continue
        if not _negated(own, match.start(), scales) and not re.search(
            r"\b(?:ask\w*|wonder\w*|unclear)\s+$", own[: match.start()], re.IGNORECASE
        ):
            return brief(own[match.start() : match.end()])
    return ""


def _negated(own: str, at: int, scales: Scales) -> bool:
    begin = _clause_start(own, at, scales.stop)
    words = list(re.finditer(r"[\w’']+", own[begin:at]))
    start = begin + (words[-NEGATION_REACH].start() if len(words) > NEGATION_REACH else 0)
    found = list(scales.negation.finditer(own, start, at))
    if found and _ONLY.match(own, found[-1].end()):
        return False
    # "There is no question that it will": what is asserted behind "that" is not denied.
    found = [match for match in found if not _ASSERTS.search(own[match.end() : at])]
    return len(found) % 2 == 1


@lru_cache(maxsize=1024)
def _clause_start(own: str, at: int, stops: re.Pattern[str]) -> int:
    ends = [match.end() for match in stops.finditer(own, 0, at)]
    return max(ends + [match.end() for match in _NEW_CLAUSE.finditer(own, 0, at)], default=0)
