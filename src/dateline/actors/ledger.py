"""Compile the ledger of names: every alias, role and office as a pattern."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from dateline.corpus.dates import MONTHS, WEEKDAYS
from dateline.study.phrases import any_of

_FILLER = frozenset(
    "of for and the new former then acting late deputy first vice outgoing current newly elected "
    "senior top chief long-time longtime foreign affairs".split()
)

HONORIFICS = frozenset("mr mrs ms dr prof sir lady lord dame sen rep gov gen col lt capt".split())
"""Titles before a name that belong to no name."""

_CALENDAR = frozenset(word.casefold() for word in (*WEEKDAYS, *MONTHS))

NO_GIVEN_NAME = frozenset(
    "miss sgt st judge justice captain major colonel general "
    "sergeant lieutenant admiral detective officer inspector reverend rev pope bishop archbishop cardinal rabbi imam sheikh "
    "king queen prince princess comrade brother sister father mother uncle aunt attorney professor doctor coach "
    "republican democrat democratic liberal conservative labour labor socialist green independent team president-elect "
    "today yesterday i and but".split()
).union(HONORIFICS, _CALENDAR)
"""Capitalised words before a surname that belong to its bearer, or to the sentence."""

NEAR = 40
"""Characters more than a word has, within which what stands before a name is looked for."""


@dataclass
class Mention:
    """Describe one naming of one actor: span in the raw text, and what the rules need to know about it."""

    start: int
    end: int
    actor: str
    how: str
    alias: str
    kind: str


@dataclass
class Ledger:
    """Keep the alias ledger, compiled once from `actors.csv`, `offices.csv` and `places.csv`."""

    aliases: dict[tuple[str, str], dict]
    kinds: dict[str, str]
    labels: dict[str, str]
    same: dict[str, str]
    office_words: frozenset[str]
    office: re.Pattern[str]
    places: dict[str, re.Pattern[str]]
    around: list[tuple[re.Pattern[str], re.Pattern[str], bool]]
    """What stands before and behind a name that is a place there, and whether that is so of capitals only."""
    folded: dict[tuple[str, str], dict]
    given: dict[tuple[str, str], frozenset[str]]
    """A person and a surname that stands for it alone -> the words before that surname in its full names."""
    reach: int
    """Characters before a name in which a word that makes it a place stands."""
    patterns: dict[frozenset, re.Pattern[str] | None] = field(default_factory=dict)
    """Aliases that only some articles know -> the pattern of those articles."""

    def pattern(self, article: str) -> re.Pattern[str] | None:
        """Return one pattern for every alias that is valid in `article`, the longest first."""
        key = frozenset(self._own.get(article, ()))
        if key not in self.patterns:
            own = {alias for _, alias in key | self._own.get("", set())}
            ordered = sorted(own, key=lambda alias: (-len(alias), alias))
            rows = (self.aliases.get((alias, article)) or self.aliases[alias, ""] for alias in ordered)
            joined = "|".join(_alias_pattern(alias, row["how"]) for alias, row in zip(ordered, rows, strict=True))
            # Most words begin like no alias: a look at the letter spares trying all of them there.
            first = "".join(sorted({re.escape(form) for alias in own for form in {alias[0], alias[0].swapcase()}}))
            self.patterns[key] = re.compile(rf"(?<!\w)(?=[{first}])(?:{joined})(?!\w)") if ordered else None
        return self.patterns[key]

    @cached_property
    def _own(self) -> dict[str, set[tuple[str, str]]]:
        """Map an article to the aliases that it has of its own, and how they name."""
        found: dict[str, set[tuple[str, str]]] = {}
        for (alias, where), row in self.aliases.items():
            found.setdefault(where, set()).add((row["how"], alias))
        return found

    def find(self, surface: str, article: str) -> dict | None:
        """Return the ledger row of a matched surface; None where letters fold into other letters."""
        plain = plain_alias(surface)
        for rows, key in ((self.aliases, plain), (self.folded, plain.casefold())):
            if row := rows.get((key, article)) or rows.get((key, "")):
                return row
        return None


def plain_alias(alias: str) -> str:
    """Return an alias as the ledger compares it: single spaces, straight apostrophes."""
    return " ".join(alias.replace("’", "'").split())


def _alias_pattern(alias: str, how: str) -> str:
    body = r"\s+".join(re.escape(word).replace("'", "['’]") for word in alias.split())
    return f"(?i:{body})" if how == "role" or alias.startswith("the ") else body


def compile_ledger(lists: dict[str, pl.DataFrame], articles: pl.DataFrame) -> Ledger:
    """Compile the lists `actors`, `offices` and `places` for `find_mentions`.

    Args:
        lists: The lists of the study.
        articles: The table `articles`. An alias with a first or a last day of validity counts in the articles
            all of whose possible days lie inside; one bound to an article outranks it, one bound to nothing
            gives way to it.
    """
    rows = list(lists["actors"].iter_rows(named=True))
    aliases, offices, places = _aliases(rows, articles), lists["offices"], lists["places"]
    persons = offices.filter(pl.col("kind") == "person")["office"].to_list()
    words = {word for office in persons for word in re.split(r"[\s-]+", office)} | _FILLER
    return Ledger(
        aliases=aliases,
        kinds={row["actor"]: row["kind"] for row in rows},
        labels={row["actor"]: row["label"] for row in rows},
        same=_same_offices(offices),
        office_words=frozenset(words),
        office=re.compile(rf"(?:{any_of(map(str.lower, persons))})(?![\w-])", re.IGNORECASE),
        places={
            applies: _before(places.filter((pl.col("applies") == applies) & (pl.col("after") == ""))["before"])
            for applies in ("all", "capital")
        },
        around=_around(places),
        reach=max(places["before"].str.len_chars().max() or 0, 1) + NEAR,
        given=_given_names(rows),
        folded={(alias.casefold(), where): row for (alias, where), row in aliases.items()},
    )


def _aliases(rows: list[dict], articles: pl.DataFrame) -> dict[tuple[str, str], dict]:
    """Map each alias, and the one article that it counts in or nothing, to its row of `actors.csv`."""
    dated = [row for row in rows if row["from"] or row["to"]]
    aliases = {(plain_alias(row["alias"]), row["article"]): row for row in rows if not (row["from"] or row["to"])}
    days = articles.drop_nulls(["published_from", "published_to"]).select(
        "article_id", pl.col("published_from", "published_to").cast(pl.String)
    )
    for row in dated:
        valid = days.filter(pl.col("published_from") >= row["from"], pl.col("published_to") <= (row["to"] or "9999"))
        for article in valid["article_id"]:
            aliases.setdefault((plain_alias(row["alias"]), article), row)
    return aliases


def _around(places: pl.DataFrame) -> list[tuple[re.Pattern[str], re.Pattern[str], bool]]:
    return [
        (
            _before([row["before"]]) if row["before"] else re.compile(""),
            re.compile(rf"\s+{re.escape(row['after'])}(?!\w)", re.IGNORECASE),
            row["applies"] == "capital",
        )
        for row in places.iter_rows(named=True)
        if row["after"]
    ]


def _given_names(rows: list[dict]) -> dict[tuple[str, str], frozenset[str]]:
    names: dict[str, set[str]] = {}
    for row in rows:
        if row["kind"] == "person" and row["how"] == "name":
            names.setdefault(row["actor"], set()).add(plain_alias(row["alias"]))
    every = {
        (actor, surname): [word for name in own if name.endswith(f" {surname}") for word in name.split()[:-1]]
        for actor, own in names.items()
        for surname in own
        if " " not in surname
    }
    return {key: frozenset(map(str.casefold, given)) for key, given in every.items() if given}


def _same_offices(offices: pl.DataFrame) -> dict[str, str]:
    """Map an office to one name for all offices that `same_as` joins, over any number of steps."""
    links = offices.filter(pl.col("same_as") != "").select("office", "same_as").rows()
    same = {office: office for office in offices["office"]}
    for _ in links:
        for one, other in links:
            same[one] = same[other] = min(same[one], same.setdefault(other, other))
    return same


def _before(prefixes: Iterable[str]) -> re.Pattern[str]:
    joined = "|".join(re.escape(prefix) for prefix in sorted(prefixes, key=len, reverse=True)) or r"(?!)"
    return re.compile(rf"(?<!\w)(?:{joined})\s+(?:the\s+)?$", re.IGNORECASE)


def bind_offices(text: str, start: int, named: list[Mention], raw: list[Mention], bound: dict, ledger: Ledger) -> None:
    """Remember which person an article introduces with which office ("President Maria Dahl")."""
    for mention in named:
        if mention.kind != "person" or mention.how != "name":
            continue
        head = text[start : mention.start].rstrip()
        for office in ledger.office.finditer(head):
            if office.end() == len(head):
                key = ledger.same.get(office[0].casefold(), office[0].casefold())
                near = range(start + office.start() - 4, start + office.start() + 1)
                owner = next((other.actor for other in raw if other.kind != "person" and other.end in near), "")
                bound[owner, key] = bound["", key] = mention.actor


def find_roles(text: str, start: int, end: int, raw: list[Mention], bound: dict, ledger: Ledger) -> list[Mention]:
    """Find the offices ("the president", "the Norlandic president") that the article has bound to a person."""
    found: list[Mention] = []
    for match in re.finditer(r"\b[Tt]he\s+", text[start:end]) if bound else ():
        at = start + match.end()
        state = next((mention for mention in raw if mention.start == at and mention.kind != "person"), None)
        after = re.match(r"\s+", text[state.end :]) if state else None
        office = ledger.office.match(text, state.end + after.end() if state and after else at, end)
        if not office or re.match(r"s\b|\s+(?:of\b|for\b|[A-Z])|[’']s\s+[A-Z]|[-]", text[office.end() : end]):
            continue
        first, last = start + match.start(), office.end()
        if any(mention.start < last and first < mention.end for mention in raw if mention is not state):
            continue
        key = ledger.same.get(office[0].casefold(), office[0].casefold())
        if actor := bound.get((state.actor if state else "", key)):
            found.append(Mention(first, last, actor, "role", office[0], "person"))
    return found
