"""Compile the lists of cues and target phrases into patterns."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import polars as pl

from dateline.study.phrases import Index, any_of, compile_phrase, first_of

BEARS = 60
"""Characters between a word such as "must" and the facet that it bears on."""

BLOT = "\ue000"
"""Stands for a letter of what `{it}` means, in a copy of the words of the same length."""

LONGEST_LEAD = 30
"""Characters before a facet in which the words that lead to it stand."""

_LEAD = re.compile(
    r"\b(?:(?:the|an?|this|that|its|their|his|her|our|your|my|any|such|all)\s+)?(?:(?:new|whole|entire|proposed|planned|so-called)\s+)*$",
    re.IGNORECASE,
)
"""What leads to a facet and says nothing of it: "the", "any such", "the proposed"."""

_POINTER = re.compile(
    r"\b(?=[its])(?:it|this|that(?=\s+(?:is|was|will|would|can|cannot|could|must|should|may|might|has|does)\b|\s*[.,;?!”\"])|(?:this|that|such an?|the)\s+(?:step|move|decision|idea|prospect|course|plan|question|issue|path|goal|aim))\b",
    re.IGNORECASE,
)
"""What stands for the proposition where it was named before."""


@dataclass(frozen=True)
class Phrase:
    """One compiled phrase of a list, with the row it came from."""

    text: str
    slots: dict[str, str] = field(compare=False, repr=False)
    scale: str
    value: int | None
    role: str
    denies: bool = False
    """Whether it holds a negation of its own."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What it matches; compiled when it is first looked for, since most phrases never are."""
        return compile_phrase(self.text, self.slots)

    def find(self, own: str, blotted: str = "") -> list[re.Match[str]]:
        """Every match in a statement's words; `{it}` is looked for in `Scales.blotted` of them."""
        if blotted and "{it}" in self.text:
            return list(self.pattern.finditer(blotted)) if BLOT in blotted else []
        return list(self.pattern.finditer(own))

    def stands_in(self, own: str) -> re.Match[str] | None:
        """The first match in a statement's words, or None."""
        return self.pattern.search(own)


_LISTS = ("target", "excluded", "other", "response", "cues", "condition", "facets")

_TURNS = ("negation", "reversal", "stop")


@dataclass(frozen=True)
class Scales:
    """The compiled lists `target` and `cues`."""

    target: list[Phrase]
    excluded: list[Phrase]
    other: list[Phrase]
    response: list[Phrase]
    cues: list[Phrase]
    condition: list[Phrase]
    negation: re.Pattern[str]
    reversal: re.Pattern[str]
    stop: re.Pattern[str]
    subject: frozenset[str]
    object: frozenset[str]
    facets: list[Phrase]
    """What `{it}` stands for beside what points back to it."""
    its_name: re.Pattern[str]
    """The object of the proposition by name."""
    names: dict[str, list[str]]
    """`{subject}` and `{object}` -> the aliases that they stand for."""
    turns: dict[str, list[str]]
    """The phrases of `negation`, `reversal` and `stop`."""

    @cached_property
    def _index(self) -> tuple[Index, list[tuple[str, Phrase | str]]]:
        every = [(name, phrase) for name in _LISTS for phrase in getattr(self, name)]
        turns = [(name, text) for name in _TURNS for text in self.turns[name]]
        return Index([*(phrase.text for _, phrase in every), *(text for _, text in turns)], self.names), [
            *every,
            *turns,
        ]

    def narrowed(self, texts: list[str]) -> Iterator["Scales"]:
        """For each text the same lists without the phrases that cannot stand in it."""
        index, every = self._index
        possible = dict(index.possible(pl.Series(texts, dtype=pl.String)))
        for row in range(len(texts)):
            lists: dict[str, list] = {name: [] for name in (*_LISTS, *_TURNS)}
            for number in possible.get(row, ()):
                name, phrase = every[number]
                lists[name].append(phrase)
            patterns = {name: _first_of(tuple(lists.pop(name))) for name in _TURNS}
            yield replace(self, **lists, **patterns)

    def blotted(self, own: str) -> str:
        """A copy of the words of the same length in which `{it}` is found; the words where no phrase asks for it."""
        if not any("{it}" in phrase.text for phrase in self.cues + self.condition):
            return own
        copy = list(own)
        for start, end in self.named(own) + _spans(_POINTER, own):
            lead = _LEAD.search(own, max(0, start - LONGEST_LEAD), start)
            copy[lead.start() if lead else start : end] = BLOT * (end - (lead.start() if lead else start))
        return "".join(copy)

    def named(self, own: str) -> list[tuple[int, int]]:
        """Where a statement names a facet of the proposition."""
        return [match.span() for phrase in self.facets for match in phrase.find(own)]


def compile_scales(lists: dict[str, pl.DataFrame], settings: dict) -> Scales:
    """Compile the lists that decide target and scales."""
    subject, goal = frozenset(settings["subject"]), frozenset(settings.get("object", []))
    names = {"{object}": _aliases(lists["actors"], goal), "{subject}": _aliases(lists["actors"], subject)}
    slots = {slot: _any_alias(own) for slot, own in names.items()}
    target = [
        Phrase(row["phrase"], slots, row["strength"], None, row["facet"])
        for row in lists["target"].iter_rows(named=True)
    ]
    # Blotting out beats spelling out: every facet in every phrase takes seconds to compile.
    facets = [
        phrase
        for phrase in target
        if phrase.scale in ("alone", "with-object") and phrase.role != "renunciation"
    ]
    slots["{it}"] = f"(?<!{BLOT}){BLOT}++"
    cues = [
        Phrase(
            row["cue"],
            slots,
            row["scale"],
            int(row["value"]) if row["value"] else None,
            row["role"],
        )
        for row in lists["cues"].iter_rows(named=True)
    ]

    turns = {name: [cue.text for cue in cues if cue.scale == name] for name in _TURNS}
    negation = first_of(turns["negation"])
    cues = [replace(cue, denies=bool(negation.search(cue.text))) for cue in cues]
    return Scales(
        target=[phrase for phrase in target if phrase.scale in ("alone", "with-object")],
        excluded=[phrase for phrase in target if phrase.scale == "not"],
        other=[phrase for phrase in target if phrase.scale == "other"],
        response=[phrase for phrase in target if phrase.scale == "response"],
        cues=[cue for cue in cues if cue.scale in ("support", "feasibility")],
        condition=[cue for cue in cues if cue.scale == "condition"],
        negation=negation,
        reversal=first_of(turns["reversal"]),
        stop=first_of(turns["stop"]),
        subject=subject,
        object=goal,
        facets=facets,
        its_name=re.compile(slots["{object}"], re.IGNORECASE),
        names=names,
        turns=turns,
    )


_first_of = lru_cache(maxsize=4096)(first_of)
"""Few of the phrases that turn round a value can stand in one text, and many texts hold the same ones."""


def _spans(pattern: re.Pattern[str], own: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(own)]


def _aliases(actors: pl.DataFrame, wanted: Iterable[str]) -> list[str]:
    own = actors.filter(pl.col("actor").is_in(list(wanted)) & (pl.col("how") != "role"))["alias"].to_list()
    return sorted({alias.removeprefix("the ") for alias in own}, key=lambda alias: (-len(alias), alias))


def _any_alias(aliases: list[str]) -> str:
    return rf"(?:(?:the\s+)?{any_of(aliases)})" if aliases else r"(?!)"
