"""Find the names that no entry of the alias ledger covers, with their context, for a person to decide.

A name is a run of capitalised words that is not only the beginning of a sentence, or a word in
capitals. Spellings near an alias are suggested as its merges; nothing is merged by itself.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import takewhile

import polars as pl
from babel import Locale, UnknownLocaleError
from rapidfuzz import fuzz, process

from dateline.actors.ledger import Ledger
from dateline.files import csv_text
from dateline.study.lists import slug

NEAR = 84.0
"""Similarity (0 to 100) from which a name is suggested as a spelling of an alias."""

CONTEXT = 5
"""Words shown on each side of a name."""

SCHEMA = {
    "name": pl.String, "mentions": pl.Int64, "articles": pl.Int64, "kind": pl.String, "suggestion": pl.String,
    "similarity": pl.Float64, "context": pl.String, "row": pl.String,
}  # fmt: skip

_WORD = r"(?:[A-ZÀ-ÖØ-ÞĀ-ŽА-ЯЁІЇЄҐ][\w’'-]*[\w]|[A-Z]\.)"

_RUN = re.compile(rf"(?<![\w’'-]){_WORD}(?:(?:\s+(?:of|de|von|van|der|al|bin|for the|of the)\s+|\s+|-){_WORD})*")

_STARTERS = re.compile(r"(?:^|[.!?:;“”\"»«–—(]\s*)$")


_ORGANISATION = re.compile(r"\b(?:Ministry|Party|Union|Council|Agency|Institute|University|Bank|Group|Court|Commission|Office|Department|Association|Organi[sz]ation|Committee|Parliament|Senate|Congress|Company|Corp|Inc|Ltd|Authority|Service|Board|Federation|League|Alliance|Fund|Society|House|Street|State|States|County|City|Square|News|Times|Post|Journal|Club|Team|Network|Cent(?:er|re)|Station|Airport|Islands?|River|Avenue|Road|Hospital|School|College|Church|Day|Week|Award|Act|Text)\b|^(?:The|New|North|South|East|West)\b|[’']s\b")  # fmt: skip


def find_names(
    sentences: pl.DataFrame,
    mentions: pl.DataFrame,
    ledger: Ledger,
    lists: dict[str, pl.DataFrame],
    *,
    language: str = "en",
) -> pl.DataFrame:
    """List the names that no mention covers, the most frequent first.

    Args:
        sentences: The table `sentences`.
        mentions: The table `mentions`: what the ledger covers already.
        ledger: The compiled ledger, for suggestions.
        lists: The lists of the study: of `stopwords` a capital at the head of a sentence makes no name; a
            `row` has the columns of `actors`.
        language: Of the articles; names of countries are known in it.

    Returns:
        One row a name: `name`, `mentions`, `articles`, `kind` (a guess), `suggestion` (the actor whose
        alias is nearest, or null) with its `similarity`, `context`, and `row`, a line for
        `data/actors.csv` that a person completes. Ties by name.
    """
    stop = {word.casefold() for word in lists["stopwords"]["word"]}
    columns = list(takewhile(lambda column: column != "line", lists["actors"].columns))
    aliases = {alias: row["actor"] for (alias, _), row in ledger.aliases.items()}
    lands = countries(language)
    rows = []
    for name, places in _uncovered(sentences, mentions, set(aliases), stop).items():
        near = process.extractOne(name, list(aliases), scorer=fuzz.ratio, score_cutoff=NEAR)
        suggestion = aliases[near[0]] if near else None
        kind = guess_kind(name, lands)
        cells = {
            "actor": suggestion or slug(name), "label": ledger.labels[suggestion] if suggestion else name, "alias": name,
            "kind": ledger.kinds[suggestion] if suggestion else kind, "how": "name",
        }  # fmt: skip
        own = {column: cells.get(column, "") for column in columns}
        rows.append({
            "name": name, "mentions": len(places), "articles": len({article for article, _ in places}), "kind": kind,
            "suggestion": suggestion, "similarity": float(near[1]) if near else None, "context": places[0][1],
            "row": csv_text(columns, [own], header=False).rstrip("\n"),
        })  # fmt: skip
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return frame.sort("mentions", "articles", "name", descending=[True, True, False])


def _uncovered(
    sentences: pl.DataFrame, mentions: pl.DataFrame, known: set[str], stop: set[str]
) -> dict[str, list[tuple[str, str]]]:
    """Map each name that no mention covers to its places: article and context."""
    covered = mentions.select("sentence_id", "start", "end").rows_by_key("sentence_id")
    lower = Counter(word for text in sentences["text"] for word in re.findall(r"(?<!\w)[a-zà-ÿ][\w’'-]+", text))
    seen: dict[str, list[tuple[str, str]]] = {}
    inside: set[str] = set()
    for row in sentences.filter(pl.col("part") != "title").iter_rows(named=True):
        spans = covered.get(row["sentence_id"], [])
        for start, name, opens in _runs(row["text"], stop, lower):
            at = row["start"] + start
            # What the ledger knows and a rule left out here is a place, or part of a title.
            if len(name) < 2 or name.casefold() in stop or name in known:
                continue
            if any(a < at + len(name) and at < b for a, b in spans):
                continue
            if not opens or " " in name:
                inside.add(name)
            seen.setdefault(name, []).append((row["article_id"], _context(row["text"], start, len(name))))
    # The rest is only ever the capital of a sentence's first word.
    return {name: places for name, places in seen.items() if name in inside}


def _runs(text: str, stop: set[str], lower: Counter[str]) -> Iterator[tuple[int, str, bool]]:
    """Yield each run of capitals: where it starts, the name in it, and whether it opens a sentence."""
    for match in _RUN.finditer(text):
        start, name = match.start(), match[0]
        opens = bool(_STARTERS.search(text[:start]))
        if opens:
            first, _, rest = name.partition(" ")
            if first.casefold() in stop or (not rest and lower[first.casefold()]):
                start, name = start + len(first) + 1, rest
        yield start, re.sub(r"[’']s?$", "", name).strip(), opens


def _context(text: str, start: int, length: int) -> str:
    before, after = text[:start].split()[-CONTEXT:], text[start + length :].split()[:CONTEXT]
    return " ".join([*before, f"[{text[start : start + length]}]", *after])


@lru_cache(maxsize=8)
def countries(language: str) -> frozenset[str]:
    """Return the names of countries in a language; none where they are not known in it."""
    try:
        names = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        return frozenset()
    return frozenset(name for code, name in names.items() if len(code) == 2)


def guess_kind(name: str, lands: Collection[str]) -> str:
    """Guess what a name is: a `state` by the names of countries, else an `organisation` or a `person` by its words.

    Examples:
        >>> [guess_kind(name, {"France"}) for name in ("France", "Bank of Norland", "Maria Dahl", "OSN")]
        ['state', 'organisation', 'person', 'organisation']
    """
    if name in lands:
        return "state"
    if name.isupper() or " of " in name or _ORGANISATION.search(name):
        return "organisation"
    return "person" if 2 <= len(name.split()) <= 4 else "organisation"
