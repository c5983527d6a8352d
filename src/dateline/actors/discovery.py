"""Names that no entry of the alias ledger covers: found, ranked, with their context, ready for a person to decide.

A name is a run of capitalised words that is not only the beginning of a sentence, or a word in
capitals. Spellings near an alias are suggested as its merges; nothing is merged by itself.
"""

import re
from collections import Counter
from itertools import takewhile

import polars as pl
from anyascii import anyascii
from rapidfuzz import fuzz, process

from dateline.actors.ledger import Ledger

NEAR = 84.0
"""Similarity (0 to 100) from which a name is suggested as a spelling of an alias."""

CONTEXT = 5
"""Words shown on each side of a name."""

SCHEMA = {
    "name": pl.String, "mentions": pl.Int64, "articles": pl.Int64, "kind": pl.String, "suggestion": pl.String,
    "similarity": pl.Float64, "context": pl.String, "row": pl.String,
}  # fmt: skip

_WORD = r"(?:[A-ZÀ-ÖØ-ÞĀ-ŽА-ЯЁІЇЄҐ][\w’'-]*[\w]|[A-Z]\.)"

_RUN = re.compile(
    rf"(?<![\w’'-]){_WORD}(?:(?:\s+(?:of|de|von|van|der|al|bin|for the|of the)\s+|\s+|-){_WORD})*"
)

_STARTERS = re.compile(r"(?:^|[.!?:;“”\"»«–—(]\s*)$")


def find_names(
    sentences: pl.DataFrame, mentions: pl.DataFrame, ledger: Ledger, lists: dict[str, pl.DataFrame]
) -> pl.DataFrame:
    """List the names that no mention covers, the most frequent first.

    Args:
        sentences: The table `sentences`.
        mentions: The table `mentions`: what the ledger covers already.
        ledger: The compiled ledger, for suggestions.
        lists: The lists of the study: of `stopwords` a capital at the head of a sentence makes no name; a
            `row` has the columns of `actors`.

    Returns:
        One row a name: `name`, `mentions`, `articles`, `kind` (a guess), `suggestion` (the actor whose
        alias is nearest, or null) with its `similarity`, `context`, and `row`, a line for
        `data/actors.csv` that a person completes. Ties by name.
    """
    covered: dict[str, list[tuple[int, int]]] = {}
    for sentence, start, end in mentions.select("sentence_id", "start", "end").iter_rows():
        covered.setdefault(sentence, []).append((start, end))
    stop = {word.casefold() for word in lists["stopwords"]["word"]}
    columns = list(takewhile(lambda column: column != "line", lists["actors"].columns))
    lower = Counter(
        word for text in sentences["text"] for word in re.findall(r"(?<!\w)[a-zà-ÿ][\w’'-]+", text)
    )
    seen: dict[str, list[tuple[str, str]]] = {}
    inside: set[str] = set()
    known = {alias for alias, _ in ledger.aliases}
    for row in sentences.filter(pl.col("part") != "title").iter_rows(named=True):
        spans = covered.get(row["sentence_id"], [])
        for match in _RUN.finditer(row["text"]):
            start, name = match.start(), match[0]
            opens = bool(_STARTERS.search(row["text"][:start]))
            if opens:
                first, _, rest = name.partition(" ")
                if first.casefold() in stop or (not rest and lower[first.casefold()]):
                    start, name = start + len(first) + 1, rest
            name = re.sub(r"[’']s?$", "", name).strip()
            at = row["start"] + start
            if (
                len(name) < 2
                or name.casefold() in stop
                or any(a < at + len(name) and at < b for a, b in spans)
            ):
                continue
            if name in known:
                continue  # The ledger knows it and a rule left it out here: a place, or part of a title.
            if not opens or " " in name:
                inside.add(name)
            seen.setdefault(name, []).append((row["article_id"], _context(row["text"], start, len(name))))
    aliases = {alias: row["actor"] for (alias, _), row in ledger.aliases.items()}
    rows = []
    for name, places in seen.items():
        if name not in inside:
            continue  # Only ever the capital of a sentence's first word.
        near = process.extractOne(name, list(aliases), scorer=fuzz.ratio, score_cutoff=NEAR)
        suggestion = aliases[near[0]] if near else None
        kind = _guess(name)
        actor = suggestion or slug(name)
        cells = {
            "actor": actor, "label": ledger.labels[suggestion] if suggestion else name, "alias": name,
            "kind": ledger.kinds[suggestion] if suggestion else kind, "how": "name",
        }  # fmt: skip
        rows.append({
            "name": name, "mentions": len(places), "articles": len({article for article, _ in places}), "kind": kind,
            "suggestion": suggestion, "similarity": float(near[1]) if near else None, "context": places[0][1],
            "row": _csv([cells.get(column, "") for column in columns]),
        })  # fmt: skip
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return frame.sort("mentions", "articles", "name", descending=[True, True, False])


def _context(text: str, start: int, length: int) -> str:
    before, after = text[:start].split()[-CONTEXT:], text[start + length :].split()[:CONTEXT]
    return " ".join([*before, f"[{text[start : start + length]}]", *after])


def _guess(name: str) -> str:
    if name.isupper() or re.search(
        r"\b(?:of|Ministry|Party|Union|Council|Agency|Institute|University|Bank|Group|News|Times|Post|Court)\b",
        name,
    ):
        return "organisation"
    return "person" if " " in name else "state"


def slug(name: str) -> str:
    """A name as an id: lower-case Latin letters, digits and hyphens; other scripts by their sound."""
    return re.sub(r"[^a-z0-9]+", "-", anyascii(name).lower())[:80].strip("-") or "name-me"


def _csv(cells: list[str]) -> str:
    return ",".join(
        f'"{cell.replace(chr(34), chr(34) * 2)}"' if re.search(r'[,"\n]', cell) else cell for cell in cells
    )
