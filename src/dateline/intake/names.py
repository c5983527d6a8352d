"""Draft the list of actors from the names in the articles."""

import re
from collections import Counter
from dataclasses import dataclass

import polars as pl
from babel import Locale

from dateline.actors.discovery import countries, find_names, guess_kind
from dateline.actors.ledger import HONORIFICS, compile_ledger, plain_alias
from dateline.study.lists import slug
from dateline.study.load import Study
from dateline.tables import empty

ACTORS = 60
"""Actors drafted at most, the most frequent first."""

LEADS = 3
"""A surname goes to the person whose full name occurs this many times as often as the next one's."""

LIGHT = frozenset(
    "become becomes becoming be is are was will shall should would can could may might must has have get gets make makes do does the a an of to in on at for from by with and or not new".split()
)

JOINING = re.compile(r"\b(?:member\w*|join\w*|acce(?:de|ssion)\w*|admit\w*|admission|entry|enters?)\b", re.IGNORECASE)

_HONORIFICS = HONORIFICS | {"president", "vice", "former", "ex"}

_NO_NAME = re.compile(r"^(?:\w\.)+$|^\w$|\bI[’']\w+|^I\b|\b(?:MPs?|MEPs?)$")

_DEMONYM = re.compile(r"(?:n|an|ian|ese|ish|i|er|ic)$")


@dataclass(frozen=True)
class Actor:
    """Describe one drafted actor: its id, name and kind, and each alias with why it is one."""

    actor: str
    label: str
    kind: str
    aliases: dict[str, str]
    mentions: int


def draft_actors(study: Study, corpus: dict[str, pl.DataFrame], proposition: str) -> list[Actor]:
    """Draft actors from the names in the articles and the proposition, and merge clear spellings of one name.

    A surname goes to the only full name that ends with it, initials to the only name that they abbreviate, a
    demonym to its country. Names used once are left to `dateline actors`.
    """
    language = study.settings["language"]
    lands, short = countries(language), _short_names(language)
    stop = set(study.lists["stopwords"]["word"])
    asked = [run for run in _capitals(proposition) if run.casefold() not in stop]
    counts = Counter(dict.fromkeys(asked, 0))
    counts.update(_count_names(study, corpus))
    counts.update(_count_short_names("\n".join(corpus["sentences"]["text"]), short))
    drafted = _actors(_merged(counts, asked, lands), counts, set(asked), short, lands)
    ranked = sorted(drafted, key=lambda actor: (not set(asked) & set(actor.aliases), -actor.mentions, actor.label))
    unique: dict[str, Actor] = {}
    for actor in ranked:
        unique.setdefault(actor.actor, actor)
    return list(unique.values())[:ACTORS]


def _short_names(language: str) -> dict[str, str]:
    """Map a country to its abbreviation: "United States" to "US"."""
    names = Locale.parse(language).territories
    return {names[code[:2]]: alias for code, alias in names.items() if code[2:] == "-alt-short"}


def _count_names(study: Study, corpus: dict[str, pl.DataFrame]) -> Counter[str]:
    """Count the names in the articles, without the offices, titles and days before them."""
    ledger = compile_ledger(study.lists, corpus["articles"])
    found = find_names(corpus["sentences"], empty("mentions"), ledger, study.lists)
    locale = Locale.parse(study.settings["language"])
    weekdays, months = (
        {name for names in context["format"].values() for name in names.values()}
        for context in (locale.days, locale.months)
    )
    offices = _HONORIFICS.union(*(office.casefold().split() for office in study.lists["offices"]["office"]))
    before = offices | {name.casefold() for name in weekdays}  # "On Monday Maria Dahl"
    counts: Counter[str] = Counter()
    for name, count in found.select("name", "mentions").iter_rows():
        bare = _without_office(name, before)
        dated = bare in weekdays or bare in months
        if bare and not dated and not _NO_NAME.search(bare) and bare.casefold() not in offices:
            counts[bare] += count
    return counts


def _count_short_names(text: str, short: dict[str, str]) -> dict[str, int]:
    """Count "US" and "U.S." for their country, which the search for names does not find."""
    counts = {
        land: len(re.findall(rf"(?<!\w)(?:{alias}|{re.escape('.'.join(alias))}\.)(?!\w)", text))
        for land, alias in short.items()
    }
    return {land: count for land, count in counts.items() if count}


def _merged(counts: Counter[str], asked: list[str], lands: frozenset[str]) -> dict[str, dict[str, str]]:
    """Group the spellings of one name: main name -> each alias and the reason."""
    owner, shared = _owners(counts, asked, lands)
    groups: dict[str, dict[str, str]] = {}
    for name, count in counts.items():
        if name in shared:
            continue  # several people have this surname: alone it names none of them
        told = f"found {count} times; kind guessed" if count else "named in the proposition; kind guessed"
        main, why = owner.get(name, (name, told))
        groups.setdefault(main, {})[name] = why
    return groups


def _actors(
    groups: dict[str, dict[str, str]],
    counts: Counter[str],
    asked: set[str],
    short: dict[str, str],
    lands: frozenset[str],
) -> list[Actor]:
    actors, taken = [], set()
    for main, own in groups.items():
        aliases = {alias: why for alias, why in own.items() if plain_alias(alias) not in taken}
        if not aliases:
            continue
        total = sum(counts.get(alias, 0) for alias in aliases)
        aliases.setdefault(main, "the name itself")
        if main in short:
            aliases.setdefault(short[main], "the short name of the country")
            aliases.setdefault(".".join(short[main]) + ".", "the short name of the country")
        if total >= 2 or asked & set(aliases):
            taken |= {plain_alias(alias) for alias in aliases}
            actors.append(Actor(slug(main), main, guess_kind(main, lands), aliases, total))
    return actors


def _without_office(name: str, offices: set[str]) -> str:
    words = name.split()
    while len(words) > 1 and words[0].casefold().rstrip(".") in offices:
        words = words[1:]
    return " ".join(words)


def _owners(
    counts: Counter[str], asked: list[str], lands: frozenset[str]
) -> tuple[dict[str, tuple[str, str]], set[str]]:
    """Map a short name to its only owner and the reason; return also the surnames that several people have."""
    full, ordered = [name for name in counts if " " in name], sorted(lands)
    shared: set[str] = set()
    found: dict[str, tuple[str, str]] = {}
    for name in counts:
        if " " in name or name in lands:
            continue
        persons = _bearers(name, full, counts, asked, lands)
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


def _bearers(surname: str, full: list[str], counts: Counter[str], asked: list[str], lands: frozenset[str]) -> list[str]:
    """Return the persons with a surname: those in the proposition, if any; only the first if it leads by far."""
    persons = [name for name in full if name.split()[-1] == surname and guess_kind(name, lands) == "person"]
    persons = [name for name in persons if name in asked] or persons
    ranked = sorted(persons, key=lambda name: (-counts[name], name))
    if len(ranked) > 1 and counts[ranked[0]] >= LEADS * counts[ranked[1]]:
        return ranked[:1]
    return persons


def _capitals(text: str) -> list[str]:
    """Return the runs of capitalised words, the first word of the text included."""
    word = r"[^\W\d_a-zß-öø-ÿ][\w’'.-]*"
    return re.findall(rf"{word}(?:\s+(?:of\s+(?:the\s+)?)?{word})*", text.rstrip("."))


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isupper())


def _is_demonym(name: str, land: str) -> bool:
    shared = next((at for at, (a, b) in enumerate(zip(name, land, strict=False)) if a != b), min(len(name), len(land)))
    close = shared >= 4 and len(land) - shared <= 2 and len(name) - shared <= 4
    return name != land and close and bool(_DEMONYM.search(name))


def named_in(proposition: str, actors: list[Actor]) -> list[str]:
    """Return the actors that the proposition names, in its order."""
    found = [
        (at.start(), actor.actor)
        for actor in actors
        for alias in actor.aliases
        if (at := re.search(rf"(?<!\w){re.escape(alias)}(?!\w)", proposition))
    ]
    return list(dict.fromkeys(actor for _, actor in sorted(found)))
