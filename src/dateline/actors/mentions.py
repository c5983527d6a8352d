"""Sentences + the alias ledger -> mentions: who is named, where, and how.

Four ways to be named: by `name` (demonyms included), by `metonym` (a capital for its government), by
`role` (an office that the ledger or the article binds to one person) and by `pronoun`, where one
antecedent is safe. The longest alias wins, names keep their case, and a mention never overlaps another.
"""

import re

import polars as pl

from dateline.actors.ledger import _NO_GIVEN_NAME, NEAR, Ledger, Mention, _bind_offices, _roles
from dateline.corpus.quotes import Quote, in_quote, paragraph_quotes, spans_of, speech_dash
from dateline.tables import from_rows

_POSSESSIVE = re.compile(r"[’']s?\b|[’'](?=\s)")

_PRONOUN = re.compile(r"\b(?:he|him|his|himself|she|her|hers|herself)\b", re.IGNORECASE)

_FEMININE = re.compile(r"(?:she|hers?|herself)", re.IGNORECASE)

_TITLE = re.compile(
    r"\b(?:(?P<feminine>Mrs|Ms|Miss|Mme|Madam|Madame|Lady|Dame|Queen|Princess|[A-Za-z]*woman)|Mr|Sir|Lord|King|Prince|[a-z]*(?<!wo)man)\.?\s+$"
)
"""A title before a name that says whether "he" or "she" can stand for it."""

_GOVERNED = re.compile(
    r"\b(?:with|by|for|of|to|from|against|on|about|between|under|after|before|told|like|and|at)\s+(?:the\s+)?(?:[\w’'-]+\s+){0,4}$"
)

_OPENING = re.compile(r"\s*(?:During|In|After|Before|With|As|While|At|On|Following|Despite|Since)\b[^,]*$")

_TAIL = re.compile(r"(?:[’']s?)?\s+(?:(?:new|former|then|acting|outgoing|current|late)[\s-]+)*")
"""What stands between a name and the office that it says whose it is."""

_OF = re.compile(r"([\w-]+(?:\s[\w-]+)?)\s+of\s+(?:the\s+)?$")

_BEFORE_SURNAME = re.compile(r"(?<=[\w,;:”\"’)] )([^\W\d_a-zß-öø-ÿ][\w’'-]*\.?)\s+$")

_ARTICLE = re.compile(r"\b(?:the|an?|this|that|his|her|their|its|our|my)\s+$", re.IGNORECASE)

FOCUS_REACH = 0
"""Sentences outside quotations that a pronoun may look back over; further off it is not safe."""


def _namesake(text: str, start: int, mention: Mention, raw: list[Mention], ledger: Ledger) -> bool:
    """Whether a surname is somebody else's: behind a given name that its bearer in the ledger does not have."""
    given = ledger.given.get((mention.actor, mention.alias))
    found = given and _BEFORE_SURNAME.search(text, max(start, mention.start - NEAR), mention.start)
    if not found:
        return False
    word = found[1].rstrip(".").casefold()
    if word in _NO_GIVEN_NAME or word in ledger.office_words or word.endswith(("'s", "’s")):
        return False
    if any(other.start <= found.start(1) < other.end for other in raw):
        return False  # "the Norlandic Abel"
    if _ARTICLE.search(text, max(start, found.start(1) - NEAR), found.start(1)):
        return False  # "the German Abel", of a country that the ledger does not know
    # An initial, or another spelling of the name that is known.
    return not any(own[: max(1, min(3, len(word)))] == word[:3] for own in given)


def find_mentions(sentences: pl.DataFrame, texts: dict[str, str], ledger: Ledger) -> pl.DataFrame:
    """Find every mention of every actor of the ledger.

    Args:
        sentences: The table `sentences`.
        texts: `article_id` -> raw text, which the spans point into.
        ledger: The compiled lists.

    Returns:
        The table `mentions`: one row per naming, ordered by article and place.
    """
    rows: list[dict] = []
    for article, spans in spans_of(sentences):
        for sentence, mention in _in_article(texts[article], article, spans, ledger):
            rows.append(
                {
                    "mention_id": f"{article}-m{mention.start}",
                    "sentence_id": sentence,
                    "article_id": article,
                    "actor": mention.actor,
                    "start": mention.start,
                    "end": mention.end,
                    "surface": texts[article][mention.start : mention.end],
                    "how": mention.how,
                }
            )
    return from_rows(rows, "mentions")


def _in_article(text: str, article: str, spans: list[tuple], ledger: Ledger) -> list[tuple[str, Mention]]:
    pattern = ledger.pattern(article)
    quotes = paragraph_quotes(text, spans)
    bound: dict[tuple[str, str], str] = {}
    focus: tuple[str, int] | None = None
    edges: dict[int, int] = {}
    for _, paragraph, start, *_ in spans:
        edges.setdefault(paragraph, start)
    found: list[tuple[str, Mention]] = []
    count = 0
    for sentence, paragraph, start, end, part in spans:
        matches = pattern.finditer(text, start, end) if pattern else ()
        raw = [mention for match in matches if (mention := _mention(match, article, ledger))]
        named = [
            mention
            for at, mention in enumerate(raw)
            if not _within_role(text, mention, raw[at + 1 : at + 2], end, ledger)
        ]
        named = [
            mention
            for mention in named
            if not _is_place(text, start, mention, ledger)
            and not _namesake(text, start, mention, raw, ledger)
        ]
        _bind_offices(text, start, named, raw, bound, ledger)
        named += _roles(text, start, end, raw, bound, ledger)
        named.sort(key=lambda mention: mention.start)
        outside = [
            mention for mention in named if mention.kind == "person" and not in_quote(quotes, mention.start)
        ]
        pronouns, antecedent = _pronouns(text, start, end, outside, focus, count, quotes)
        found += [
            (sentence, mention) for mention in sorted([*named, *pronouns], key=lambda mention: mention.start)
        ]
        if part not in ("title", "subhead"):
            spoken = any(quote.outer_start <= start and end <= quote.outer_end for quote in quotes)
            count += not (spoken or speech_dash(text, edges[paragraph], end) is not None)
            subject = _subject(text, start, outside)
            if subject or antecedent:
                focus = (subject or antecedent, count)
    return _of_one_gender(text, found)


def _of_one_gender(text: str, found: list[tuple[str, Mention]]) -> list[tuple[str, Mention]]:
    """Without the pronouns that do not fit their person: "he" where the article writes "Ms" or says "she" more often."""
    pronouns = [mention for _, mention in found if mention.how == "pronoun"]
    if not pronouns:
        return found
    feminine: dict[str, int] = {}
    titled: dict[str, set[bool]] = {}
    for mention in pronouns:
        feminine[mention.actor] = feminine.get(mention.actor, 0) + (1 if _she(mention) else -1)
    for _, mention in found:
        if mention.how == "name" and mention.actor in feminine:
            title = _TITLE.search(text[max(0, mention.start - NEAR) : mention.start])
            if title:
                titled.setdefault(mention.actor, set()).add(bool(title["feminine"]))

    def fits(mention: Mention) -> bool:
        she = _she(mention)
        said = titled.get(mention.actor)
        return said == {she} if said else feminine[mention.actor] * (1 if she else -1) > 0

    return [row for row in found if row[1].how != "pronoun" or fits(row[1])]


def _she(pronoun: Mention) -> bool:
    return bool(_FEMININE.fullmatch(pronoun.alias))


def _mention(match: re.Match[str], article: str, ledger: Ledger) -> Mention | None:
    row = ledger.find(match[0], article)
    if row is None:
        return None
    return Mention(match.start(), match.end(), row["actor"], row["how"], row["alias"], row["kind"])


def _within_role(text: str, mention: Mention, following: list[Mention], end: int, ledger: Ledger) -> bool:
    """A state or an organisation inside a person's role names the person alone; so does a role before a name."""
    if mention.kind == "person":
        # "Vice President Dahl": the president of the ledger is somebody else.
        return bool(
            mention.how == "role"
            and following
            and following[0].kind == "person"
            and following[0].how == "name"
            and following[0].actor != mention.actor
            and not text[mention.end : following[0].start].strip()
        )
    if following and following[0].kind == "person" and following[0].how == "name":
        gap = text[mention.end : following[0].start]
        words = re.sub(r"^[’']s?\b", "", gap).replace("-", " ").casefold().split()
        if words and len(words) <= 6 and all(word in ledger.office_words for word in words):
            return True
        if not words and gap.strip():  # "North Korea's No"
            return True
    tail = _TAIL.match(text, mention.end, end)
    if tail and (office := ledger.office.match(text, tail.end())):
        return not text[office.end() : office.end() + 2].startswith(("s ", "s,"))
    near = text[max(0, mention.start - NEAR) : mention.start]
    before = _OF.search(near) if "of" in near else None
    return bool(
        before and (ledger.office.fullmatch(before[1]) or ledger.office.fullmatch(before[1].split()[-1]))
    )


def _is_place(text: str, start: int, mention: Mention, ledger: Ledger) -> bool:
    if mention.kind != "state" or text[mention.end : mention.end + 1] in ("'", "’", "-"):
        return False
    capital = mention.how == "metonym"
    if not capital and mention.alias != ledger.labels[mention.actor]:
        return False
    before = text[max(start, mention.start - ledger.reach) : mention.start]
    if ledger.places["all"].search(before) or (capital and ledger.places["capital"].search(before)):
        return True
    return any(
        (capital or not capitals) and last.match(text, mention.end) and first.search(before)
        for first, last, capitals in ledger.around
    )


def _subject(text: str, start: int, persons: list[Mention]) -> str | None:
    free = [mention for mention in persons if not _POSSESSIVE.match(text, mention.end)]
    subjects = [mention for mention in free if not _GOVERNED.search(text[start : mention.start])]
    chosen = subjects or (free if len({mention.actor for mention in free}) == 1 else [])
    return chosen[0].actor if chosen else None


def _pronouns(
    text: str,
    start: int,
    end: int,
    persons: list[Mention],
    focus: tuple[str, int] | None,
    count: int,
    quotes: list[Quote],
) -> tuple[list[Mention], str | None]:
    found: list[Mention] = []
    antecedent = None
    reached = focus[0] if focus and count - focus[1] <= FOCUS_REACH else None
    if not persons and not reached:
        return found, antecedent
    for match in _PRONOUN.finditer(text, start, end):
        if in_quote(quotes, match.start()):
            continue
        before = [mention for mention in persons if mention.end <= match.start()]
        after = [mention for mention in persons if mention.start > match.start()]
        if before:
            actor = _subject(text, start, before) or before[-1].actor
        elif (
            after
            and _OPENING.match(text[start : match.start()])
            and "," in text[match.end() : after[0].start]
        ):
            actor = after[0].actor
        else:
            actor = reached
        if actor:
            antecedent = antecedent or actor
            found.append(Mention(match.start(), match.end(), actor, "pronoun", match[0], "person"))
    return found, antecedent
