"""Which statements bear on the proposition: facets of `data/target.csv`, and what carries them on.

A statement is on target when it names a facet of the proposition for its subject, or when it carries on
what was on target before it in the article: it answers, points back or takes a side, and names no other subject.
"""

import re
from dataclasses import dataclass

import polars as pl

from dateline.statements.cues import Scales
from dateline.statements.scope import Hit, decide, find_hits, free_match, own_hits, without_once
from dateline.study.phrases import brief
from dateline.tables import from_rows

LEAST_WORDS = 3
"""Words below which a statement without a facet says nothing of the proposition."""

_ANAPHOR = re.compile(
    r"\b(?:this|these|such)\b|\b(?:that|those)(?=\s+(?:is|was|will|would|can|cannot|could|must|should|may|might|has|had|does|means?|meant|"
    r"step|move|decision|idea|day|moment|path|door|goal|way|right|question|issue|promise|word|choice)\b|\s*[.,;?!”\"])|(?:of|for|with|about|to|on|like|after|before|against)\s+that\b"
    r"|\bit\b(?!\s+(?:seems?|appears?|turn\w+\s+out|rain\w*|snow\w*|(?:is|was)\s+(?:late|early|time|cold|hot|dark|raining|snowing))\b)|\b(?:let|take|taken?|want|bring|leave|keep|kept|have|admit|invite)s?\s+(?:us|them)\b",
    re.IGNORECASE,
)

_POINTS_BACK = re.compile(
    r"\b(?:this|that|the|such an?|these|those)\s+(?:demand|request|proposal|idea|plan|call|condition|claim|offer|bid)s?\b"
    r"|\b(?:this|that)(?=\s*(?:[.,;!?]|$))",
    re.IGNORECASE,
)

_JOINS = re.compile(r"join|acced|appl|enter|becom|be part", re.IGNORECASE)

_BY_VERB = re.compile(r"(?:\s+[\w’'-]+){0,4}?\s+")

_OWNS = re.compile(r"[’']s?\s+(?:[\w-]+\s+){0,2}|\s+")


@dataclass(frozen=True)
class Statement:
    """One statement where it stands."""

    row: dict
    """What `statements.find_statements` tells of it."""
    own: str
    """Its own words, with the verb that may carry its position."""
    sentence: dict
    mentions: list[dict]
    """Those of its sentence."""
    earlier: list[dict]
    """The coded statements before it in the article."""
    context: bool
    """Whether the object is named nearby (`object_nearby`)."""

    def inside(self) -> list[dict]:
        """The mentions that stand in its words."""
        return [m for m in self.mentions if self.row["start"] <= m["start"] < self.row["end"]]


def may_bear(told: Statement, scales: Scales) -> bool:
    """Whether anything of what `target_of` looks for can be there; most statements of most articles have nothing."""
    return (
        bool(scales.target) or any(other["on_target"] for other in told.earlier) or bool(_about(told, scales))
    )


def _about(told: Statement, scales: Scales) -> list[dict]:
    return [m for m in told.inside() if m["actor"] in scales.object]


def target_of(told: Statement, hits: list[Hit], kinds: dict[str, str], scales: Scales) -> str:
    """Why a statement bears on the proposition; empty if it does not.

    Args:
        told: The statement.
        hits: The phrases of the scales in it.
        kinds: Actor id -> `person`, `state` or `organisation`.
        scales: The compiled lists.
    """
    row, own = told.row, told.own
    facets = _facets(told, kinds, scales)
    if facets:
        return facets[0]
    about = _about(told, scales)
    speaks = [hit for hit in hits if hit.phrase.role == "cue"]
    # "This is a strong part": what the same holder said in the sentence before.
    same = [
        other
        for other in told.earlier[-2:]
        if other["holder"] == row["holder"] and row["voice"] == "direct" and row["start"] - other["end"] < 120
    ]
    excluded = any(phrase.stands_in(own) for phrase in scales.excluded)
    # A phrase about `{it}` says nothing of the proposition where the facet that it stands for was refused above.
    besides = [hit for hit in speaks if "{it}" not in hit.phrase.text]
    if (
        about
        and besides
        and not excluded
        and row["holder"] not in scales.object
        and not _somebody_else(told, about[0]["start"] - row["start"], kinds, scales)
    ):
        return f"{about[0]['surface']} with {besides[0].why}"
    if same and same[-1]["on_target"] and _ANAPHOR.search(own) and not _names_other(told, scales):
        return "points back to the sentence before"
    if points_back(own) and previous_support(told):
        return "points back to the position before"
    return "" if excluded else _carried_on(told, about, speaks, kinds, scales)


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
    told: Statement, about: list[dict], speaks: list[Hit], kinds: dict[str, str], scales: Scales
) -> str:
    """How a statement without a facet carries on what was on target before it in the article; empty if it does not.

    It does unless it names another subject: where it answers, names the object (`about`), points at something
    ("it", "this") or takes a side by a phrase of the scales (`speaks`).
    """
    row, own = told.row, told.own
    if not any(other["on_target"] for other in told.earlier) or len(own.split()) < LEAST_WORDS:
        return ""
    if any(phrase.stands_in(own) for phrase in scales.other):
        return ""
    if points_back(own) and scales.reversal.search(own):
        return ""
    whole = told.sentence["text"]
    if answer := next((match[0] for phrase in scales.response if (match := phrase.stands_in(whole))), ""):
        return f"answers ({answer})"
    last = told.earlier[-1]
    states = {m["actor"] for m in told.mentions if kinds.get(m["actor"]) == "state" and m["how"] == "name"}
    if states - scales.subject - scales.object - {row["holder"], last["holder"]}:
        return ""
    if about:
        return f"speaks of {about[0]['surface']}"
    turned = scales.reversal.search(own)
    if turned and own[turned.end() :].strip(' .,;!?”"»') and not _ANAPHOR.search(own, turned.end()):
        return ""  # "He ruled out talks": what is turned down is another thing
    if not (_ANAPHOR.search(own) or speaks):
        return ""
    holder, spoke = row["holder"] or row["holder_text"], last["holder"] or last["holder_text"]
    return "the same holder goes on" if holder and holder == spoke else "speaks of the same thing"


def _facets(told: Statement, kinds: dict[str, str], scales: Scales) -> list[str]:
    masked = list(told.own)
    for phrase in scales.excluded:
        for match in phrase.find(told.own):
            masked[match.start() : match.end()] = " " * (match.end() - match.start())
    left = "".join(masked)
    found = []
    for phrase in scales.target:
        if phrase.scale == "with-object" and not told.context:
            continue
        for match in phrase.find(left):
            if not _somebody_else(told, match.start(), kinds, scales):
                found.append((match.start(), brief(match[0])))
    return [text for _, text in sorted(found)]


def _somebody_else(told: Statement, at: int, kinds: dict[str, str], scales: Scales) -> bool:
    """Whether a facet at `at` speaks of another than the subject ("Finland joined NATO", "Finland's membership").

    Another state is meant where it stands close before a verb of joining, or owns the noun; a state that
    only takes a position ("Finland opposes NATO membership") is not.
    """
    own, inside, start = told.own, told.inside(), told.row["start"]
    if any(m["actor"] in scales.subject for m in inside):
        return False
    close = _BY_VERB if _JOINS.match(own, at) else _OWNS
    return any(
        kinds.get(m["actor"]) == "state"
        and m["actor"] not in scales.object
        and m["end"] - start <= at
        and close.fullmatch(own[m["end"] - start : at])
        for m in inside
    )


def _names_other(told: Statement, scales: Scales) -> bool:
    named = {m["actor"] for m in told.inside() if m["how"] == "name"}
    others = named - scales.subject - scales.object - {told.row["holder"]}
    return bool(others) and not re.search(r"\b(?:this|that)\b", told.own, re.IGNORECASE)


def previous_support(told: Statement) -> int | None:
    """The support value of the position just told, by somebody else, that "this demand" points back to."""
    others = [
        other
        for other in told.earlier
        if other["holder"] != told.row["holder"]
        and other["support"] is not None
        and other["sentence_id"] != told.row["sentence_id"]
    ]
    return others[-1]["support"] if others and told.sentence["start"] - others[-1]["end"] < 400 else None


def code_statements(
    statements: list[dict],
    sentences: pl.DataFrame,
    mentions: pl.DataFrame,
    texts: dict[str, str],
    kinds: dict[str, str],
    scales: Scales,
) -> pl.DataFrame:
    """Code every statement on target, support, feasibility and condition.

    Args:
        statements: The rows of `statements.find_statements`.
        sentences: The table `sentences`.
        mentions: The table `mentions`.
        texts: `article_id` -> raw text.
        kinds: Actor id -> `person`, `state` or `organisation`.
        scales: The compiled lists.

    Returns:
        The table `statements`. A scale is empty off target and where no phrase decides.
    """
    order = {row["sentence_id"]: row for row in sentences.iter_rows(named=True)}
    named: dict[str, list[dict]] = {}
    for row in mentions.iter_rows(named=True):
        named.setdefault(row["sentence_id"], []).append(row)
    titles = {row["article_id"]: row["sentence_id"] for row in order.values() if row["part"] == "title"}
    by_article: dict[str, list[dict]] = {}
    for row in order.values():
        by_article.setdefault(row["article_id"], []).append(row)
    coded: list[dict] = []
    before: dict[str, list[dict]] = {}
    statements = sorted(statements, key=lambda row: (row["article_id"], row["start"], row["statement_id"]))
    likely = scales.narrowed([order[row["sentence_id"]]["text"] for row in statements])
    for row, phrases in zip(statements, likely, strict=True):
        earlier = before.setdefault(row["article_id"], [])
        here, text = order[row["sentence_id"]], texts[row["article_id"]]
        context = object_nearby(here, by_article[row["article_id"]], named, titles, scales)
        own = text[row["start"] : row["end"]]
        told = Statement(row, own, here, named.get(row["sentence_id"], []), earlier, context)
        result = {**row, **_code(told, kinds, phrases)}
        coded.append(result)
        earlier.append(result)
    # What bears on the scales is the clause with its verb ("rejects"); what is shown is what was said.
    said = [{**row, "start": row["told_start"], "end": row["told_end"]} for row in coded]
    return from_rows(said, "statements")


OFF_TARGET = {"on_target": False, "support": None, "feasibility": None, "conditional": False, "because": ""}


def _code(told: Statement, kinds: dict[str, str], scales: Scales) -> dict:
    if not may_bear(told, scales):
        return OFF_TARGET
    own = told.own
    blotted = scales.blotted(own)
    hits = find_hits(own, blotted, scales)
    facet = target_of(told, hits, kinds, scales)
    if not facet:
        return OFF_TARGET
    because = [f"target: {facet}"]
    hits = own_hits(own, told.row, hits, told.mentions, scales)
    support, why = decide(own, hits, "support", scales)
    if points_back(own) and scales.reversal.search(own) and (rejected := previous_support(told)):
        support, why = -rejected, f"rejects a position of {rejected:+d}"
    feasibility, also = decide(own, hits, "feasibility", scales)
    because += [part for part in (why and f"support: {why}", also and f"feasibility: {also}") if part]
    plain, hidden = without_once(own), without_once(blotted)
    found = (free_match(cue, plain, hidden, scales) for cue in scales.condition)
    condition = next(filter(None, found), "")
    if condition.casefold() == "if" and support == -1:
        condition = ""  # "If they join, there will be war" threatens; it sets no condition.
    if condition:
        because.append(f"condition: {condition}")
    return {
        "on_target": True,
        "support": support,
        "feasibility": feasibility,
        "conditional": bool(condition),
        "because": "; ".join(because),
    }
