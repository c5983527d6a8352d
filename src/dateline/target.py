"""Which statements bear on the proposition: facets of `data/target.csv`, and what carries them on.

A statement is on target when it names a facet of the proposition for its subject, or when it carries on
what was on target just before: it points back, the same holder goes on, or the next voice answers.
"""

import re

from dateline.phrases import brief
from dateline.scales import Hit, Scales

CARRIES = 700
"""Characters over which a statement may carry on the one before."""

NEXT_TO = 250
"""Characters within which another holder speaks of the same thing by "it" or "that"."""

LEAST_WORDS = 3

_ANAPHOR = re.compile(
    r"\b(?:this|these|such)\b|\b(?:that|those)(?=\s+(?:is|was|will|would|can|cannot|could|must|should|may|might|has|had|does|means?|meant|"
    r"step|move|decision|idea|day|moment|path|door|goal|way|right|question|issue|promise|word|choice)\b|\s*[.,;?!”\"])|(?:of|for|with|about|to|on|like|after|before|against)\s+that\b"
    r"|\bit\b(?!\s+(?:seems?|appears?|turn\w+\s+out|rain\w*|snow\w*|(?:is|was)\s+(?:late|early|time|cold|hot|dark|raining|snowing))\b)|\b(?:let|take|taken?|want|bring|leave|keep|kept|have|admit|invite)s?\s+(?:us|them)\b",
    re.IGNORECASE,
)

_GOES_ON = re.compile(r"\b(?:it|this|that|we|us|our|I|they|them)\b")

_POINTS_BACK = re.compile(
    r"\b(?:this|that|the|such an?|these|those)\s+(?:demand|request|proposal|idea|plan|call|condition|claim|offer|bid)s?\b",
    re.IGNORECASE,
)

_JOINS = re.compile(r"join|acced|appl|enter|becom|be part", re.IGNORECASE)

_BY_VERB = re.compile(r"(?:\s+[\w’'-]+){0,4}?\s+")

_OWNS = re.compile(r"[’']s?\s+(?:[\w-]+\s+){0,2}|\s+")


def target_of(
    own: str,
    row: dict,
    sentence: dict,
    named: dict[str, list[dict]],
    earlier: list[dict],
    context: bool,
    kinds: dict[str, str],
    hits: list[Hit],
    scales: Scales,
) -> str:
    """Why a statement bears on the proposition; empty if it does not.

    Args:
        own: The statement's own words.
        row: The statement.
        sentence: The sentence that it stands in.
        named: Sentence id -> its mentions.
        earlier: The coded statements before it in the article.
        context: Whether the object is named nearby (`object_nearby`).
        kinds: Actor id -> `person`, `state` or `organisation`.
        hits: The phrases of the scales in it.
        scales: The compiled lists.
    """
    mentioned = named.get(row["sentence_id"], [])
    facets = _facets(own, row, mentioned, context, kinds, scales)
    if facets:
        return facets[0]
    about = [m for m in mentioned if m["actor"] in scales.object and row["start"] <= m["start"] < row["end"]]
    speaks = [hit for hit in hits if hit.phrase.role == "cue"]
    # "This is a strong part": what the same holder said in the sentence before.
    same = [
        other
        for other in earlier[-2:]
        if other["holder"] == row["holder"] and row["voice"] == "direct" and row["start"] - other["end"] < 120
    ]
    excluded = any(phrase.stands_in(own) for phrase in scales.excluded)
    if (
        about
        and speaks
        and not excluded
        and row["holder"] not in scales.object
        and not _somebody_else(own, about[0]["start"] - row["start"], row, mentioned, kinds, scales)
    ):
        return f"{about[0]['surface']} with {speaks[0].why}"
    if (
        same
        and same[-1]["on_target"]
        and _ANAPHOR.search(own)
        and not _names_other(own, row, named, kinds, scales)
    ):
        return "points back to the sentence before"
    if points_back(own) and earlier and previous_support(row, earlier, sentence):
        return "points back to the position before"
    return "" if excluded else _carried_on(own, row, sentence, mentioned, earlier, kinds, hits, scales)


def points_back(own: str) -> bool:
    """Whether a statement speaks of a demand, a proposal or the like that was told before."""
    return bool(_POINTS_BACK.search(own))


def object_nearby(here: dict, own: list[dict], named: dict, titles: dict, scales: Scales) -> bool:
    """Whether the object is named nearby: in the sentence, in this paragraph or the two before, or in the title.

    `here` is the sentence, `own` all sentences of its article.
    """
    near = [
        other["sentence_id"]
        for other in own
        if here["paragraph"] - 2 <= other["paragraph"] <= here["paragraph"]
        and other["start"] <= here["start"]
    ]
    if here["article_id"] in titles:
        near.append(titles[here["article_id"]])
    return any(mention["actor"] in scales.object for sid in near for mention in named.get(sid, []))


def _carried_on(
    own: str,
    row: dict,
    sentence: dict,
    mentions: list[dict],
    earlier: list[dict],
    kinds: dict[str, str],
    hits: list[Hit],
    scales: Scales,
) -> str:
    """How a statement without a facet carries on what was on target before it in the article; empty if it does not.

    It does unless it names another subject: where it names the object, points at something ("it", "this") or
    takes a side by a phrase of the scales.
    """
    if not any(other["on_target"] for other in earlier) or len(own.split()) < LEAST_WORDS:
        return ""
    if any(phrase.stands_in(own) for phrase in scales.other):
        return ""
    if scales.reversal.search(own) and _POINTS_BACK.search(own):
        return ""
    last = earlier[-1]
    strangers = {m["actor"] for m in mentions if kinds.get(m["actor"]) == "state" and m["how"] == "name"}
    strangers -= scales.subject | scales.object | {row["holder"], last["holder"]}
    if answer := next(
        (match[0] for phrase in scales.response if (match := phrase.stands_in(sentence["text"]))), ""
    ):
        return f"answers ({answer})"
    if strangers:
        return ""
    if about := next(
        (
            m["surface"]
            for m in mentions
            if m["actor"] in scales.object and row["start"] <= m["start"] < row["end"]
        ),
        "",
    ):
        return f"speaks of {about}"
    holder, spoke = row["holder"] or row["holder_text"], last["holder"] or last["holder_text"]
    if not (_ANAPHOR.search(own) or any(hit.phrase.role == "cue" for hit in hits)):
        return ""
    return "the same holder goes on" if holder and holder == spoke else "speaks of the same thing"


def _facets(
    own: str, row: dict, mentions: list[dict], context: bool, kinds: dict[str, str], scales: Scales
) -> list[str]:
    masked = list(own)
    for phrase in scales.excluded:
        for match in phrase.find(own):
            masked[match.start() : match.end()] = " " * (match.end() - match.start())
    left = "".join(masked)
    found = []
    for phrase in scales.target:
        if phrase.scale == "with-object" and not context:
            continue
        for match in phrase.find(left):
            if not _somebody_else(own, match.start(), row, mentions, kinds, scales):
                found.append((match.start(), brief(match[0])))
    return [text for _, text in sorted(found)]


def _somebody_else(
    own: str, at: int, row: dict, mentions: list[dict], kinds: dict[str, str], scales: Scales
) -> bool:
    """Whether a facet at `at` speaks of another than the subject ("Finland joined NATO", "Finland's membership").

    Another state is meant where it stands close before a verb of joining, or owns the noun; a state that
    only takes a position ("Finland opposes NATO membership") is not.
    """
    inside = [m for m in mentions if row["start"] <= m["start"] < row["end"]]
    if any(m["actor"] in scales.subject for m in inside):
        return False
    close = _BY_VERB if _JOINS.match(own, at) else _OWNS
    return any(
        kinds.get(m["actor"]) == "state"
        and m["actor"] not in scales.object
        and m["end"] - row["start"] <= at
        and close.fullmatch(own[m["end"] - row["start"] : at])
        for m in inside
    )


def _names_other(own: str, row: dict, named: dict, kinds: dict[str, str], scales: Scales) -> bool:
    inside = [
        m
        for m in named.get(row["sentence_id"], [])
        if row["start"] <= m["start"] < row["end"] and m["how"] == "name"
    ]
    others = {m["actor"] for m in inside} - scales.subject - scales.object - {row["holder"]}
    return bool(others) and not re.search(r"\b(?:this|that)\b", own, re.IGNORECASE)


def previous_support(row: dict, earlier: list[dict], sentence: dict) -> int | None:
    """The support value of the position just told, by somebody else, that "this demand" points back to."""
    others = [
        other
        for other in earlier
        if other["holder"] != row["holder"]
        and other["support"] is not None
        and other["sentence_id"] != row["sentence_id"]
    ]
    return others[-1]["support"] if others and sentence["start"] - others[-1]["end"] < 400 else None
