"""Compile the lists of reporting verbs and offices: every form of every verb, inflected by LemmInflect."""

import re
from dataclasses import dataclass

import lemminflect
import polars as pl

from dateline.study.phrases import any_of


@dataclass(frozen=True)
class Verb:
    """One form of one reporting verb, with the class that decides voice and direction."""

    lemma: str
    kind: str
    needs: str
    base: bool
    participle: bool
    """True for an -ing form, which has no subject of its own."""


@dataclass(frozen=True)
class Lexicon:
    """Reporting verbs and offices, compiled once."""

    verbs: dict[str, Verb]
    pattern: re.Pattern[str]
    persons: frozenset[str]
    collectives: frozenset[str]
    finite: frozenset[str]
    """Forms that only a verb with a subject takes: no noun phrase holds one."""
    sides: dict[str, set[str]]
    """Actor -> its groups."""


def inflect(verb: str) -> list[str]:
    """Return the forms of a verb but the plain one; its particle stays as it is.

    Examples:
        >>> inflect("brag")
        ['brags', 'bragged', 'bragging']
        >>> inflect("rule out")
        ['rules out', 'ruled out', 'ruling out']
    """
    head, *rest = verb.split()
    forms = [form for tag in ("VBZ", "VBD", "VBN", "VBG") for form in lemminflect.getInflection(head, tag)]
    return [" ".join([form, *rest]) for form in dict.fromkeys(forms)]


def compile_lexicon(lists: dict[str, pl.DataFrame]) -> Lexicon:
    """Compile the lists `verbs` and `offices`, and which groups each actor is in."""
    verbs: dict[str, Verb] = {}
    for row in lists["verbs"].iter_rows(named=True):
        for form in [row["verb"], *inflect(row["verb"])]:
            base, participle = form == row["verb"], form.split()[0].endswith("ing")
            verbs.setdefault(form, Verb(row["verb"], row["class"], row["needs"], base, participle))
    past = ("ed", "said", "told", "wrote")
    sides: dict[str, set[str]] = {}
    for group, actor in lists["groups"].select("group", "actor").iter_rows():
        sides.setdefault(actor, set()).add(group)
    persons, collectives = (
        frozenset(lists["offices"].filter(kind=kind)["office"]) for kind in ("person", "collective")
    )
    return Lexicon(
        verbs=verbs,
        pattern=re.compile(rf"(?<![\w'-])(?:{any_of(verbs)})(?![\w-])"),
        persons=persons,
        collectives=collectives,
        finite=frozenset(form for form, verb in verbs.items() if verb.kind == "say" and form.endswith(past)),
        sides=sides,
    )
