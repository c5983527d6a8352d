"""Draft a ledger of actors from the names that the articles print."""

import re
from collections import Counter
from dataclasses import dataclass

import polars as pl
from babel import Locale

from dateline.actors.discovery import find_names, slug
from dateline.actors.ledger import compile_ledger, plain_alias
from dateline.study.load import Study
from dateline.tables import empty

ACTORS = 60
"""Actors drafted at most, the most frequent first."""

LEADS = 3
"""Times that the best-known bearer of a surname is named in full for every time of the next, to have it alone."""

_LIGHT = frozenset(
    "become becomes becoming be is are was will shall should would can could may might must has have get gets make makes do does the a an of to in on at for from by with and or not new".split()
)

_JOINING = re.compile(
    r"\b(?:member\w*|join\w*|acce(?:de|ssion)\w*|admit\w*|admission|entry|enters?)\b", re.IGNORECASE
)

_ORGANISATION = re.compile(r"\b(?:Ministry|Party|Union|Council|Agency|Institute|University|Bank|Group|Court|Commission|Office|Department|Association|Organi[sz]ation|Committee|Parliament|Senate|Congress|Company|Corp|Inc|Ltd|Authority|Service|Board|Federation|League|Alliance|Fund|Society|House|Street|State|States|County|City|Square|News|Times|Post|Journal|Club|Team|Network|Cent(?:er|re)|Station|Airport|Islands?|River|Avenue|Road|Hospital|School|College|Church|Day|Week|Award|Act|Text)\b|^(?:The|New|North|South|East|West)\b|[’']s\b")  # fmt: skip

_HONORIFICS = frozenset(
    "mr mrs ms dr prof sen rep gov gen lt col capt sir lady lord dame president vice former ex".split()
)

_NO_NAME = re.compile(r"^(?:\w\.)+$|^\w$|\bI[’']\w+|^I\b|\b(?:MPs?|MEPs?)$")

_DEMONYM = re.compile(r"(?:n|an|ian|ese|ish|i|er|ic)$")


@dataclass(frozen=True)
class Actor:
    """One drafted actor: its id, name and kind, and each alias with why it is one."""

    actor: str
    label: str
    kind: str
    aliases: dict[str, str]
    mentions: int


def draft_actors(study: Study, corpus: dict[str, pl.DataFrame], proposition: str) -> list[Actor]:
    """Names of the articles and of the proposition as actors, spellings of one merged where that is plain.

    A surname goes to the one full name that ends with it, initials to the one name that they stand for, a
    demonym to its country. A name of one single use is left to `dateline actors`.
    """
    ledger = compile_ledger(study.lists, corpus["articles"])
    found = find_names(corpus["sentences"], empty("mentions"), ledger, study.lists)
    locale = Locale.parse(study.settings["language"])
    lands = {name for code, name in locale.territories.items() if len(code) == 2}
    short = {
        locale.territories[code[:2]]: alias
        for code, alias in locale.territories.items()
        if code[2:] == "-alt-short"
    }
    days = {
        name
        for context in (locale.days, locale.months)
        for names in context["format"].values()
        for name in names.values()
    }
    weekdays = {name.casefold() for names in locale.days["format"].values() for name in names.values()}
    stop = set(study.lists["stopwords"]["word"])
    offices = {
        word for office in study.lists["offices"]["office"] for word in office.casefold().split()
    } | _HONORIFICS
    asked = [run for run in _capitals(proposition) if run.casefold() not in stop]
    counts: Counter[str] = Counter(dict.fromkeys(asked, 0))
    for name, count in found.select("name", "mentions").iter_rows():
        bare = _without_office(name, offices | weekdays)  # "On Monday Maria Dahl"
        if bare and bare not in days and not _NO_NAME.search(bare) and bare.casefold() not in offices:
            counts[bare] += count
    whole = "\n".join(corpus["sentences"]["text"])
    for land, alias in short.items():  # "U.S." is no run of words, and so no name yet
        counts[land] += len(re.findall(rf"(?<!\w)(?:{alias}|{re.escape('.'.join(alias))}\.)(?!\w)", whole))
        if not counts[land]:
            del counts[land]
    owner, shared = _owners(counts, asked, lands)
    groups: dict[str, dict[str, str]] = {}
    for name, count in counts.items():
        if name in shared:
            continue  # two people of one surname: alone it names neither
        told = f"found {count} times; kind guessed" if count else "named in the proposition; kind guessed"
        main, why = owner.get(name, (name, told))
        groups.setdefault(main, {})[name] = why
    actors, taken = [], set()
    for main, aliases in groups.items():
        for alias in [alias for alias in aliases if plain_alias(alias) in taken]:
            del aliases[alias]
        if not aliases:
            continue
        total = sum(counts.get(alias, 0) for alias in aliases)
        aliases.setdefault(main, "the name itself")
        if main in short:
            aliases.setdefault(short[main], "the short name of the country")
            aliases.setdefault(".".join(short[main]) + ".", "the short name of the country")
        if total >= 2 or set(asked) & set(aliases):
            taken |= {plain_alias(alias) for alias in aliases}
            actors.append(Actor(slug(main), main, _kind(main, lands), aliases, total))
    ranked = sorted(
        actors, key=lambda actor: (not set(asked) & set(actor.aliases), -actor.mentions, actor.label)
    )
    unique: dict[str, Actor] = {}
    for actor in ranked:
        unique.setdefault(actor.actor, actor)
    return list(unique.values())[:ACTORS]


def _without_office(name: str, offices: set[str]) -> str:
    words = name.split()
    while len(words) > 1 and words[0].casefold().rstrip(".") in offices:
        words = words[1:]
    return " ".join(words)


def _owners(
    counts: Counter[str], asked: list[str], lands: set[str]
) -> tuple[dict[str, tuple[str, str]], set[str]]:
    """Short form -> the name that it belongs to, and why, where there is no second candidate; the surnames that several bear."""
    names, shared = list(counts), set()
    full, ordered = [name for name in names if " " in name], sorted(lands)
    found: dict[str, tuple[str, str]] = {}
    for name in names:
        if " " in name or name in lands:
            continue
        persons = [other for other in full if other.split()[-1] == name and _kind(other, lands) == "person"]
        persons = [other for other in persons if other in asked] or persons
        ranked = sorted(persons, key=lambda other: (-counts[other], other))
        if len(ranked) > 1 and counts[ranked[0]] >= LEADS * counts[ranked[1]]:
            persons = ranked[:1]
        spelled = [other for other in full if name.isupper() and len(name) > 1 and name == _initials(other)]
        land = next((land for land in ordered if _is_demonym(name, land)), None)
        if len(persons) == 1:
            found[name] = (persons[0], "the last word of the full name")
        elif len(spelled) == 1:
            found[name] = (spelled[0], "the initials of the name")
        elif land:
            found[name] = (land, "a demonym")
        elif len(persons) > 1 and name not in asked:
            shared.add(name)
    return found, shared


def _capitals(text: str) -> list[str]:
    """Runs of capitalised words, the first word of the text included."""
    return re.findall(
        r"[^\W\d_a-zß-öø-ÿ][\w’'.-]*(?:\s+(?:of\s+(?:the\s+)?)?[^\W\d_a-zß-öø-ÿ][\w’'.-]*)*", text.rstrip(".")
    )


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isupper())


def _is_demonym(name: str, land: str) -> bool:
    shared = next(
        (at for at, (a, b) in enumerate(zip(name, land, strict=False)) if a != b), min(len(name), len(land))
    )
    return (
        name != land
        and shared >= 4
        and len(land) - shared <= 2
        and len(name) - shared <= 4
        and bool(_DEMONYM.search(name))
    )


def _kind(name: str, lands: set[str]) -> str:
    if name in lands:
        return "state"
    if name.isupper() or " of " in name or _ORGANISATION.search(name):
        return "organisation"
    return "person" if 2 <= len(name.split()) <= 4 else "organisation"


def _named_in(proposition: str, actors: list[Actor]) -> list[str]:
    """The actors that the proposition names, in its order."""
    found = [
        (at.start(), actor.actor)
        for actor in actors
        for alias in actor.aliases
        if (at := re.search(rf"(?<!\w){re.escape(alias)}(?!\w)", proposition))
    ]
    return list(dict.fromkeys(actor for _, actor in sorted(found)))
