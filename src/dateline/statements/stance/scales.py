"""Compile the lists of cues and target phrases into patterns."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import polars as pl

from dateline.statements.words import words
from dateline.study.phrases import Index, any_of, compile_phrase, first_of

BEARS = 60
"""Characters between a word such as "must" and the facet that it bears on."""

BLOT = "\ue000"
"""Stands for a letter of what `{it}` means, in a copy of the words of the same length."""

_LONGEST_LEAD = 30
"""Characters before a facet in which the words that lead to it are."""

_LEAD = re.compile(rf"\b(?:{any_of(words('leads to a noun'))}\s+)*$", re.IGNORECASE)
"""Words that lead to a facet and say nothing of it: "the", "any such", "the proposed"."""

POINTER = re.compile(
    rf"\b(?=[its])(?:it|this|that(?=\s+{any_of(words('goes on'))}\b|\s*[.,;?!”\"])"
    rf"|(?:this|that|such an?|the)\s+{any_of(words('matter'))})\b",
    re.IGNORECASE,
)
"""Words for the proposition where it was named before."""


@dataclass(frozen=True)
class Phrase:
    """One compiled phrase of a list."""

    text: str
    slots: dict[str, str] = field(compare=False, repr=False)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compile what it matches, when it is first looked for, since most phrases never are."""
        return compile_phrase(self.text, self.slots)

    def find(self, own: str, blotted: str = "") -> list[re.Match[str]]:
        """Find every match in a statement's words; `{it}` is looked for in `Scales.blotted` of them."""
        if blotted and "{it}" in self.text:
            return list(self.pattern.finditer(blotted)) if BLOT in blotted else []
        return list(self.pattern.finditer(own))


@dataclass(frozen=True)
class TargetPhrase(Phrase):
    """One row of `target.csv`."""

    strength: str
    """`alone` or `with-object` for a facet of the proposition; `not`, `other` and `response` for words about something else."""
    facet: str


@dataclass(frozen=True)
class ScalePhrase(Phrase):
    """One row of `cues.csv`."""

    scale: str
    value: int | None
    role: str
    denies: bool = False
    """True where it has a negation of its own."""


_LISTS = ("target", "excluded", "other", "response", "cues", "condition", "facets")
_TURNS = ("negation", "reversal", "stop")


@dataclass(frozen=True)
class Scales:
    """Lists `target` and `cues`, compiled."""

    target: list[TargetPhrase]
    excluded: list[TargetPhrase]
    other: list[TargetPhrase]
    response: list[TargetPhrase]
    cues: list[ScalePhrase]
    condition: list[ScalePhrase]
    negation: re.Pattern[str]
    reversal: re.Pattern[str]
    stop: re.Pattern[str]
    subject: frozenset[str]
    object: frozenset[str]
    facets: list[TargetPhrase]
    """Phrases that `{it}` stands for, beside what points back to it."""
    its_name: re.Pattern[str]
    """Names of the proposition's object."""
    names: dict[str, list[str]]
    """`{subject}` and `{object}` -> the aliases that they stand for."""
    turns: dict[str, list[str]]
    """Phrases of `negation`, `reversal` and `stop`."""

    @cached_property
    def _index(self) -> tuple[Index, list[tuple[str, Phrase | str]]]:
        listed = [(name, phrase) for name in _LISTS for phrase in getattr(self, name)]
        turns = [(name, text) for name in _TURNS for text in self.turns[name]]
        texts = [*(phrase.text for _, phrase in listed), *(text for _, text in turns)]
        return Index(texts, self.names), [*listed, *turns]

    def narrowed(self, texts: list[str]) -> Iterator["Scales"]:
        """Yield for each text the same lists without the phrases that cannot be in it."""
        index, every = self._index
        possible = dict(index.possible(pl.Series(texts, dtype=pl.String)))
        for row in range(len(texts)):
            lists: dict[str, list] = {name: [] for name in (*_LISTS, *_TURNS)}
            for name, phrase in (every[number] for number in possible.get(row, ())):
                lists[name].append(phrase)
            patterns = {name: _first_of(tuple(lists.pop(name))) for name in _TURNS}
            yield replace(self, **lists, **patterns)

    def blotted(self, own: str) -> str:
        """Return a copy of the words of the same length in which `{it}` is found; the words where no phrase asks for it."""
        if not any("{it}" in phrase.text for phrase in self.cues + self.condition):
            return own
        copy = list(own)
        for start, end in self.named(own) + spans(POINTER, own):
            lead = _LEAD.search(own, max(0, start - _LONGEST_LEAD), start)
            first = lead.start() if lead else start
            copy[first:end] = BLOT * (end - first)
        return "".join(copy)

    def named(self, own: str) -> list[tuple[int, int]]:
        """Return where a statement names a facet of the proposition."""
        return [match.span() for phrase in self.facets for match in phrase.find(own)]


def compile_scales(lists: dict[str, pl.DataFrame], settings: dict) -> Scales:
    """Compile a study's lists `target` and `cues` for the subject and the object of its proposition."""
    subject, goal = frozenset(settings["subject"]), frozenset(settings.get("object", []))
    names = {"{object}": _aliases(lists["actors"], goal), "{subject}": _aliases(lists["actors"], subject)}
    # Blotting out beats spelling out: every facet in every phrase takes seconds to compile.
    slots = {slot: _any_alias(own) for slot, own in names.items()} | {"{it}": f"(?<!{BLOT}){BLOT}++"}
    rows = lists["target"].select("phrase", "strength", "facet").iter_rows()
    target = [TargetPhrase(phrase, slots, strength, facet) for phrase, strength, facet in rows]
    scaled = lists["cues"].select("cue", "scale", "value", "role").rows()
    turns = {name: [cue for cue, scale, *_ in scaled if scale == name] for name in _TURNS}
    patterns = {name: first_of(texts) for name, texts in turns.items()}
    cues = [
        ScalePhrase(cue, slots, scale, int(value) if value else None, role, bool(patterns["negation"].search(cue)))
        for cue, scale, value, role in scaled
    ]
    strong = [phrase for phrase in target if phrase.strength in ("alone", "with-object")]
    return Scales(
        target=strong,
        excluded=[phrase for phrase in target if phrase.strength == "not"],
        other=[phrase for phrase in target if phrase.strength == "other"],
        response=[phrase for phrase in target if phrase.strength == "response"],
        cues=[cue for cue in cues if cue.scale in ("support", "feasibility")],
        condition=[cue for cue in cues if cue.scale == "condition"],
        subject=subject,
        object=goal,
        facets=[phrase for phrase in strong if phrase.facet != "renunciation"],
        its_name=re.compile(slots["{object}"], re.IGNORECASE),
        names=names,
        turns=turns,
        **patterns,
    )


_first_of = lru_cache(maxsize=4096)(first_of)
"""Few of the phrases that turn round a value can be in one text, and many texts have the same ones."""


def spans(pattern: re.Pattern[str], own: str) -> list[tuple[int, int]]:
    """Return where a pattern matches."""
    return [match.span() for match in pattern.finditer(own)]


def _aliases(actors: pl.DataFrame, wanted: Iterable[str]) -> list[str]:
    own = actors.filter(pl.col("actor").is_in(list(wanted)) & (pl.col("how") != "role"))["alias"].to_list()
    return sorted({alias.removeprefix("the ") for alias in own}, key=lambda alias: (-len(alias), alias))


def _any_alias(aliases: list[str]) -> str:
    return rf"(?:(?:the\s+)?{any_of(aliases)})" if aliases else r"(?!)"
