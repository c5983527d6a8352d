"""Reporting verbs and the offices that speak, compiled once from their lists.

A verb's class decides voice and direction; its forms are inflected by rule unless the list gives them.
"""

import re
from dataclasses import dataclass

import polars as pl

from dateline.phrases import any_of


@dataclass(frozen=True)
class Verb:
    """One form of one reporting verb, with the class that decides voice and direction."""

    lemma: str
    kind: str
    needs: str
    base: bool
    participle: bool
    """Whether this form is an -ing form, which has no subject of its own."""


@dataclass
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


def inflect(verb: str) -> dict[str, str]:
    """The regular forms of a verb, by kind: `base`, `s`, `ed`, `ing`; a particle stays as it is."""
    head, _, rest = verb.partition(" ")
    tail = f" {rest}" if rest else ""
    if head.endswith("y") and head[-2] not in "aeiou":
        third, past = head[:-1] + "ies", head[:-1] + "ied"
    elif head.endswith(("s", "x", "z", "ch", "sh")):
        third, past = head + "es", head + "ed"
    else:
        third, past = head + "s", head + ("d" if head.endswith("e") else "ed")
    ing = head[:-1] + "ing" if head.endswith("e") and not head.endswith(("ee", "oe", "ye")) else head + "ing"
    return {"base": verb, "s": third + tail, "ed": past + tail, "ing": ing + tail}


def compile_lexicon(lists: dict[str, pl.DataFrame]) -> Lexicon:
    """Compile the lists `verbs` and `offices`."""
    verbs: dict[str, Verb] = {}
    for row in lists["verbs"].iter_rows(named=True):
        particle = row["verb"].partition(" ")[2]
        irregular = _split_forms(row["forms"], particle)
        forms = irregular or list(inflect(row["verb"]).values())[1:]
        for form in [row["verb"], *forms]:
            head = form.split()[0]
            verbs.setdefault(
                form, Verb(row["verb"], row["class"], row["needs"], form == row["verb"], head.endswith("ing"))
            )
    offices = lists["offices"]
    sides: dict[str, set[str]] = {}
    for group, actor in lists["groups"].select("group", "actor").iter_rows():
        sides.setdefault(actor, set()).add(group)
    return Lexicon(
        verbs=verbs,
        pattern=re.compile(rf"(?<![\w’'-])(?:{any_of(verbs)})(?![\w-])"),
        persons=frozenset(offices.filter(pl.col("kind") == "person")["office"]),
        collectives=frozenset(offices.filter(pl.col("kind") == "collective")["office"]),
        finite=frozenset(
            form
            for form, verb in verbs.items()
            if verb.kind == "say" and form.endswith(("ed", "said", "told", "wrote"))
        ),
        sides=sides,
    )


def _split_forms(forms: str, particle: str) -> list[str]:
    if not particle:
        return forms.split()
    return [
        piece.strip()
        for piece in re.findall(
            rf"[\w ]+?\b(?:{'|'.join(map(re.escape, {particle, particle + 's', particle.removesuffix('s')}))})\b",
            forms,
        )
    ]
