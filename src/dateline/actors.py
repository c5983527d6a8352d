"""Sentences + the alias ledger -> mentions: who is named, where, and how.

Four ways to be named: by `name` (demonyms included), by `metonym` (a capital for its government), by
`role` (an office that the ledger or the article binds to one person) and by `pronoun`, where one
antecedent is safe. The longest alias wins, names keep their case, and a mention never overlaps another.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from operator import itemgetter

import polars as pl

from dateline.phrases import any_of
from dateline.quotes import Quote, find_quotes, in_quote, speech_dash
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
_FILLER = frozenset(
    "of for and the new former then acting late deputy first vice outgoing current newly elected "
    "senior top chief long-time longtime foreign affairs".split()
)
_BEFORE_SURNAME = re.compile(r"(?<=[\w,;:”\"’)] )([^\W\d_a-zß-öø-ÿ][\w’'-]*\.?)\s+$")
_ARTICLE = re.compile(r"\b(?:the|an?|this|that|his|her|their|its|our|my)\s+$", re.IGNORECASE)
_NO_GIVEN_NAME = frozenset(
    "mr mrs ms miss dr prof sir lady lord dame sen rep gov gen col lt sgt st judge justice captain major colonel general "
    "sergeant lieutenant admiral detective officer inspector reverend rev pope bishop archbishop cardinal rabbi imam sheikh "
    "king queen prince princess comrade brother sister father mother uncle aunt attorney professor doctor coach "
    "republican democrat democratic liberal conservative labour labor socialist green independent team president-elect "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december today yesterday i and but".split()
)
"""Capitalised words before a surname that belong to its bearer, or to the sentence."""
NEAR = 40
"""Characters more than a word has, within which what stands before a name is looked for."""

FOCUS_REACH = 0
"""Sentences outside quotations that a pronoun may look back over; further off it is not safe."""


@dataclass
class Mention:
    """One naming of one actor: span in the raw text, and what the rules need to know about it."""

    start: int
    end: int
    actor: str
    how: str
    alias: str
    kind: str


@dataclass
class Ledger:
    """The alias ledger, compiled once: `actors.csv`, `offices.csv` and `places.csv`."""

    aliases: dict[tuple[str, str], dict]
    kinds: dict[str, str]
    labels: dict[str, str]
    persons: frozenset[str]
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
    patterns: dict[frozenset[str], re.Pattern[str] | None] = field(default_factory=dict)
    """Aliases that only some articles know -> the pattern of those articles."""

    def pattern(self, article: str) -> re.Pattern[str] | None:
        """One pattern for every alias that is valid in `article`, the longest first."""
        key = self._own.get(article, frozenset())
        if key not in self.patterns:
            own = {alias for alias, where in self.aliases if where in ("", article)}
            ordered = sorted(own, key=lambda alias: (-len(alias), alias))
            joined = "|".join(_alias_pattern(alias, self._row(alias, article)["how"]) for alias in ordered)
            # Most words begin like no alias: a look at the letter spares trying all of them there.
            first = "".join(
                sorted({re.escape(form) for alias in own for form in {alias[0], alias[0].swapcase()}})
            )
            self.patterns[key] = re.compile(rf"(?<!\w)(?=[{first}])(?:{joined})(?!\w)") if ordered else None
        return self.patterns[key]

    @cached_property
    def _own(self) -> dict[str, frozenset[str]]:
        """The aliases, and how they name, that each article has of its own."""
        found: dict[str, set[str]] = {}
        for (alias, where), row in self.aliases.items():
            if where:
                found.setdefault(where, set()).add(f"{row['how']} {alias}")
        return {article: frozenset(aliases) for article, aliases in found.items()}

    def _row(self, alias: str, article: str) -> dict:
        return self.aliases.get((alias, article)) or self.aliases[alias, ""]

    def find(self, surface: str, article: str) -> dict | None:
        """The ledger row that a matched surface belongs to; None where letters fold into other letters."""
        plain = plain_alias(surface)
        row = self.aliases.get((plain, article)) or self.aliases.get((plain, ""))
        folded = plain.casefold()
        return row or self.folded.get((folded, article)) or self.folded.get((folded, ""))


def plain_alias(alias: str) -> str:
    """An alias as the ledger compares it: single spaces, straight apostrophes."""
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
    aliases = {
        (plain_alias(row["alias"]), row["article"]): row for row in rows if not (row["from"] or row["to"])
    }
    days = articles.drop_nulls(["published_from", "published_to"]).select(
        "article_id", pl.col("published_from", "published_to").cast(pl.String)
    )
    for row in rows:
        if row["from"] or row["to"]:
            valid = days.filter(
                pl.col("published_from") >= row["from"], pl.col("published_to") <= (row["to"] or "9999")
            )
            for article in valid["article_id"]:
                aliases.setdefault((plain_alias(row["alias"]), article), row)
    offices = lists["offices"]
    persons = offices.filter(pl.col("kind") == "person")["office"].to_list()
    words = {word for office in persons for word in re.split(r"[\s-]+", office)} | _FILLER
    places = {
        applies: _before(
            lists["places"].filter((pl.col("applies") == applies) & (pl.col("after") == ""))["before"]
        )
        for applies in ("all", "capital")
    }
    around = [
        (
            _before([row["before"]]) if row["before"] else re.compile(""),
            re.compile(rf"\s+{re.escape(row['after'])}(?!\w)", re.IGNORECASE),
            row["applies"] == "capital",
        )
        for row in lists["places"].iter_rows(named=True)
        if row["after"]
    ]
    return Ledger(
        aliases=aliases,
        kinds={row["actor"]: row["kind"] for row in rows},
        labels={row["actor"]: row["label"] for row in rows},
        persons=frozenset(row["actor"] for row in rows if row["kind"] == "person"),
        same=_same_offices(offices),
        office_words=frozenset(words),
        office=re.compile(rf"(?:{any_of(map(str.lower, persons))})(?![\w-])", re.IGNORECASE),
        places=places,
        around=around,
        reach=max(lists["places"]["before"].str.len_chars().max() or 0, 1) + NEAR,
        given=_given_names(rows),
        folded={(alias.casefold(), where): row for (alias, where), row in aliases.items()},
    )


def _given_names(rows: list[dict]) -> dict[tuple[str, str], frozenset[str]]:
    names: dict[str, set[str]] = {}
    for row in rows:
        if row["kind"] == "person" and row["how"] == "name":
            names.setdefault(row["actor"], set()).add(plain_alias(row["alias"]))
    found: dict[tuple[str, str], frozenset[str]] = {}
    for actor, own in names.items():
        for surname in own:
            full = [name.split()[:-1] for name in own if name.endswith(f" {surname}")]
            if " " not in surname and full:
                found[actor, surname] = frozenset(word.casefold() for words in full for word in words)
    return found


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


def _same_offices(offices: pl.DataFrame) -> dict[str, str]:
    """Office -> one name for all offices that `same_as` joins, over any number of steps."""
    same = {row["office"]: row["office"] for row in offices.iter_rows(named=True)}
    links = [(row["office"], row["same_as"]) for row in offices.iter_rows(named=True) if row["same_as"]]
    for _ in links:
        for one, other in links:
            same[one] = same[other] = min(same[one], same.setdefault(other, other))
    return same


def _before(prefixes: Iterable[str]) -> re.Pattern[str]:
    joined = "|".join(re.escape(prefix) for prefix in sorted(prefixes, key=len, reverse=True)) or r"(?!)"
    return re.compile(rf"(?<!\w)(?:{joined})\s+(?:the\s+)?$", re.IGNORECASE)


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


def spans_of(sentences: pl.DataFrame) -> Iterator[tuple[str, list[tuple]]]:
    """`(sentence_id, paragraph, start, end, part)` of the sentences of each article, in order."""
    columns = ["article_id", "sentence_id", "paragraph", "start", "end", "part"]
    rows = sentences.select(columns).sort("article_id", "start").rows()
    for article, own in groupby(rows, key=itemgetter(0)):
        yield article, [row[1:] for row in own]


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


def paragraph_quotes(text: str, spans: list[tuple]) -> list[Quote]:
    """Every quotation of an article, from `(sentence_id, paragraph, start, end, ...)` of its sentences."""
    edges: dict[int, list[int]] = {}
    for _, paragraph, start, end, *_ in spans:
        edges.setdefault(paragraph, [start, end])[1] = end
    return [quote for start, end in edges.values() for quote in find_quotes(text, start, end)]


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


def _bind_offices(
    text: str, start: int, named: list[Mention], raw: list[Mention], bound: dict, ledger: Ledger
) -> None:
    """Remember which person an article introduces with which office ("President Volodymyr Zelenskyy")."""
    for mention in named:
        if mention.kind != "person" or mention.how != "name":
            continue
        head = text[start : mention.start].rstrip()
        for office in ledger.office.finditer(head):
            if office.end() == len(head):
                key = ledger.same.get(office[0].casefold(), office[0].casefold())
                owner = next(
                    (
                        other.actor
                        for other in raw
                        if other.kind != "person"
                        and other.end <= start + office.start()
                        and start + office.start() - other.end <= 4
                    ),
                    "",
                )
                bound[owner, key] = bound["", key] = mention.actor


def _roles(text: str, start: int, end: int, raw: list[Mention], bound: dict, ledger: Ledger) -> list[Mention]:
    found: list[Mention] = []
    if not bound:
        return found
    for match in re.finditer(r"\b[Tt]he\s+", text[start:end]):
        at = start + match.end()
        state = next((mention for mention in raw if mention.start == at and mention.kind != "person"), None)
        after = re.match(r"\s+", text[state.end :]) if state else None
        office = ledger.office.match(text, state.end + after.end() if state and after else at, end)
        if not office or any(
            mention.start < office.end() and start + match.start() < mention.end
            for mention in raw
            if mention is not state
        ):
            continue
        if re.match(r"s\b|\s+(?:of\b|for\b|[A-Z])|[’']s\s+[A-Z]|[-]", text[office.end() : end]):
            continue
        key = ledger.same.get(office[0].casefold(), office[0].casefold())
        actor = bound.get((state.actor if state else "", key))
        if actor:
            found.append(Mention(start + match.start(), office.end(), actor, "role", office[0], "person"))
    return found


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
