"""Decide which statements bear on the proposition: facets of `data/target.csv`, and what carries them on.

A statement is on target when it names a facet of the proposition for its subject, or when it carries on
what was on target before it in the article: it answers, points back or takes a side, and names no other subject.
"""

import re
from dataclasses import dataclass

from dateline.statements.stance.scales import Phrase, Scales
from dateline.statements.stance.scope import Hit, Piece, brief_pieces
from dateline.statements.words import words
from dateline.study.phrases import any_of, brief

LEAST_WORDS = 3
"""Words below which a statement without a facet says nothing of the proposition."""

FAR = 400
"""Characters between a position and "this demand" beyond which the one does not point back to the other."""

_ANAPHOR = re.compile(
    r"\b(?:this|these|such)\b"
    rf"|\b(?:that|those)(?=\s+{any_of(words('goes on', 'matter'))}\b|\s*[.,;?!”\"])"
    r"|(?:of|for|with|about|to|on|like|after|before|against)\s+that\b"
    r"|\bit\b(?!\s+(?:seems?|appears?|turn\w+\s+out|rain\w*|snow\w*"
    r"|(?:is|was)\s+(?:late|early|time|cold|hot|dark|raining|snowing))\b)"
    rf"|\b{any_of(words('takes'))}\s+(?:us|them)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    rf"\b(?:this|that|the|such an?|these|those)\s+{any_of(words('demand'))}s?\b|\b(?:this|that)(?=\s*(?:[.,;!?]|$))",
    re.IGNORECASE,
)
_JOINS = re.compile(r"join|acced|appl|enter|becom|be part", re.IGNORECASE)
_BY_VERB = re.compile(r"(?:\s+[\w’'-]+){0,4}?\s+")
_OWNS = re.compile(r"[’']s?\s+(?:[\w-]+\s+){0,2}|\s+")


@dataclass(frozen=True)
class Statement:
    """One statement with what is around it."""

    row: dict
    """Row of `attribute`."""
    own: str
    """Its own words, with the verb that may carry its position."""
    sentence: dict
    mentions: list[dict]
    """Those of its sentence."""
    earlier: list[dict]
    """Coded statements before it in the article."""
    context: bool
    """True where the object is named nearby (`object_nearby`)."""

    @property
    def inside(self) -> list[dict]:
        """Return the mentions in its words."""
        return [m for m in self.mentions if self.row["start"] <= m["start"] < self.row["end"]]

    def about(self, scales: Scales) -> list[dict]:
        """Return the mentions of the proposition's object in its words."""
        return [m for m in self.inside if m["actor"] in scales.object]

    def piece(self, start: int, end: int) -> Piece:
        """Return a place of the article as a place in its words."""
        return Piece(start - self.row["start"], end - self.row["start"])


@dataclass(frozen=True)
class Bearing:
    """A reason why a statement bears on the proposition: in words, and the words of the text that decide."""

    why: str
    pieces: list[Piece]


def may_bear(told: Statement, scales: Scales) -> bool:
    """Return whether anything of what `find_target` looks for can be there; most statements have nothing."""
    return bool(scales.target) or any(other["on_target"] for other in told.earlier) or bool(told.about(scales))


def find_target(told: Statement, hits: list[Hit], kinds: dict[str, str], scales: Scales) -> Bearing | None:
    """Find why a statement bears on the proposition, None if it does not; `hits` are the phrases of the scales in it."""
    own = told.own
    if facet := _facet(told, kinds, scales):
        return Bearing(brief(own[slice(*facet)]), brief_pieces(own, *facet))
    excluded = _first(scales.excluded, own)
    speaks = [hit for hit in hits if hit.phrase.role == "cue"]
    beside = None if excluded else _object_with_cue(told, speaks, kinds, scales)
    bearing = beside or _pointing_back(told, scales)
    return bearing or (None if excluded else _carried_on(told, speaks, kinds, scales))


def points_back(own: str) -> re.Match[str] | None:
    """Return where a statement speaks of a demand, a proposal or the like that was made before."""
    return _POINTS_BACK.search(own)


def object_nearby(here: dict, own: list[dict], named: dict, scales: Scales) -> bool:
    """Return whether the object is named before it in this paragraph or the two before, or in the title.

    `own` are all sentences of the article, `named` the mentions of each.
    """
    return any(
        mention["actor"] in scales.object
        for other in own
        if other["part"] == "title"
        or (here["paragraph"] - 2 <= other["paragraph"] <= here["paragraph"] and other["start"] <= here["start"])
        for mention in named.get(other["sentence_id"], ())
    )


def previous_support(told: Statement) -> int | None:
    """Return the support value of the position right before, by somebody else, that "this demand" points back to."""
    for other in reversed(told.earlier):
        elsewhere = other["sentence_id"] != told.row["sentence_id"] and other["holder"] != told.row["holder"]
        if elsewhere and other["support"] is not None:
            return other["support"] if told.sentence["start"] - other["end"] < FAR else None
    return None


def _first(phrases: list[Phrase], own: str) -> re.Match[str] | None:
    return next((match for phrase in phrases for match in phrase.find(own)), None)


def _facet(told: Statement, kinds: dict[str, str], scales: Scales) -> tuple[int, int] | None:
    """Return where the first facet of the proposition is that is the subject's."""
    left = told.own
    for phrase in scales.excluded:
        for match in phrase.find(told.own):
            left = left[: match.start()] + " " * len(match[0]) + left[match.end() :]
    found = (
        match
        for phrase in scales.target
        if phrase.strength != "with-object" or told.context
        for match in phrase.find(left)
        if not _somebody_else(told, match.start(), kinds, scales)
    )
    first = min(found, key=lambda match: (match.start(), brief(match[0])), default=None)
    return first.span() if first else None


def _somebody_else(told: Statement, at: int, kinds: dict[str, str], scales: Scales) -> bool:
    """Return whether a facet at `at` speaks of another than the subject ("Finland joined NATO", "Finland's membership").

    Another state is meant where it is close before a verb of joining, or owns the noun; a state that
    only takes a position ("Finland opposes NATO membership") is not.
    """
    if any(m["actor"] in scales.subject for m in told.inside):
        return False
    close = _BY_VERB if _JOINS.match(told.own, at) else _OWNS
    others = [m for m in told.inside if kinds.get(m["actor"]) == "state" and m["actor"] not in scales.object]
    ends = (m["end"] - told.row["start"] for m in others)
    return any(end <= at and close.fullmatch(told.own, end, at) for end in ends)


def _object_with_cue(told: Statement, speaks: list[Hit], kinds: dict[str, str], scales: Scales) -> Bearing | None:
    """Return the object and a phrase of a scale beside it: "that the League is the only way to safety"."""
    about = told.about(scales)
    # A phrase about `{it}` says nothing of the proposition where the facet that it stands for was refused above.
    besides = [hit for hit in speaks if "{it}" not in hit.phrase.text]
    if not about or not besides or told.row["holder"] in scales.object:
        return None
    goal = told.piece(about[0]["start"], about[0]["end"])
    if _somebody_else(told, goal.start, kinds, scales):
        return None
    why = f"{about[0]['surface']} with {besides[0].summary(told.own)}"
    return Bearing(why, [goal, *besides[0].pieces(told.own)])


def _pointing_back(told: Statement, scales: Scales) -> Bearing | None:
    """Return the words that point back: "this is a strong part", or "this demand"."""
    row, own = told.row, told.own
    # What the same holder said in the sentence before.
    same = [
        other
        for other in told.earlier[-2:]
        if other["holder"] == row["holder"] and row["voice"] == "direct" and row["start"] - other["end"] < 120
    ]
    if same and same[-1]["on_target"] and not _names_other(told, scales) and (match := _ANAPHOR.search(own)):
        return Bearing("points back to the sentence before", [Piece(*match.span())])
    if (match := points_back(own)) and previous_support(told):
        return Bearing("points back to the position before", [Piece(*match.span())])
    return None


def _names_other(told: Statement, scales: Scales) -> bool:
    named = {m["actor"] for m in told.inside if m["how"] == "name"}
    others = named - scales.subject - scales.object - {told.row["holder"]}
    return bool(others) and not re.search(r"\b(?:this|that)\b", told.own, re.IGNORECASE)


def _carried_on(told: Statement, speaks: list[Hit], kinds: dict[str, str], scales: Scales) -> Bearing | None:
    """Return how a statement carries on what was on target before it, unless it names another subject.

    It answers, names the object, points at something ("it", "this") or takes a side by a phrase of the scales.
    """
    row, own, turned = told.row, told.own, scales.reversal.search(told.own)
    if not any(other["on_target"] for other in told.earlier) or len(own.split()) < LEAST_WORDS:
        return None
    if _first(scales.other, own) or (turned and points_back(own)):
        return None
    if answer := _first(scales.response, told.sentence["text"]):
        start, end = (told.sentence["start"] + place for place in answer.span())
        return Bearing(f"answers ({answer[0]})", [told.piece(start, end)])
    last = told.earlier[-1]
    states = {m["actor"] for m in told.mentions if kinds.get(m["actor"]) == "state" and m["how"] == "name"}
    if states - scales.subject - scales.object - {row["holder"], last["holder"]}:
        return None
    if about := told.about(scales):
        return Bearing(f"speaks of {about[0]['surface']}", [told.piece(about[0]["start"], about[0]["end"])])
    if turned and own[turned.end() :].strip(' .,;!?”"»') and not _ANAPHOR.search(own, turned.end()):
        return None  # "He ruled out talks": what is turned down is another thing
    match = _ANAPHOR.search(own)
    if not match and not speaks:
        return None
    holder, spoke = row["holder"] or row["holder_text"], last["holder"] or last["holder_text"]
    why = "the same holder goes on" if holder and holder == spoke else "speaks of the same thing"
    return Bearing(why, [Piece(*match.span())] if match else speaks[0].pieces(own))
