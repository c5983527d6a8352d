"""Find who is named, where, and how.

There are four ways to be named: by `name` (demonyms included), by `metonym` (a capital for its government), by
`role` (an office that the ledger or the article binds to one person) and by `pronoun`, where one
antecedent is safe. The longest alias wins, names keep their case, and a mention never overlaps another.
"""

import re
from collections import Counter
from operator import attrgetter

import polars as pl

from dateline.actors.ledger import NEAR, NO_GIVEN_NAME, Ledger, Mention, bind_offices, compile_ledger, find_roles
from dateline.corpus.quotes import Quote, in_quote, paragraph_quotes, spans_of, speech_dash
from dateline.memory import by_article, key_of, rows_by_article
from dateline.study.load import Study
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
    """Return whether a surname is somebody else's: behind a given name that its bearer in the ledger does not have."""
    given = ledger.given.get((mention.actor, mention.alias))
    found = given and _BEFORE_SURNAME.search(text, max(start, mention.start - NEAR), mention.start)
    if not found:
        return False
    word = found[1].rstrip(".").casefold()
    if word in NO_GIVEN_NAME or word in ledger.office_words or word.endswith(("'s", "’s")):
        return False
    if any(other.start <= found.start(1) < other.end for other in raw):
        return False  # "the Norlandic Abel"
    if _ARTICLE.search(text, max(start, found.start(1) - NEAR), found.start(1)):
        return False  # "the German Abel", of a country that the ledger does not know
    # An initial, or another spelling of the name that is known.
    return not any(own[: max(1, min(3, len(word)))] == word[:3] for own in given)


READS = ("actors", "offices", "places")
"""Lists that decide which names are found."""


def find_mentions(
    study: Study, sentences: pl.DataFrame, articles: pl.DataFrame, *, ledger: Ledger | None = None
) -> pl.DataFrame:
    """Find every mention of every actor of the study.

    Args:
        study: Its lists name the actors; the spans point into its texts.
        sentences: The table `sentences`.
        articles: The table `articles`: its days decide which aliases are valid.
        ledger: What `compile_ledger` makes of the lists and the articles, where it is known already.

    Returns:
        The table `mentions`: one row per naming, ordered by article and place.

    Examples:
        >>> mentions = dl.find_mentions(study, sentences, articles)
        >>> mentions["how"].value_counts().sort("how").rows()
        [('metonym', 28), ('name', 219), ('pronoun', 18), ('role', 8)]
    """
    names = sentences["article_id"].unique().sort().to_list()
    if study.memory is None or ledger:
        return _mentions_of(study, sentences, ledger or compile_ledger(study.lists, articles))

    def read(fresh: list[str]) -> tuple[pl.DataFrame]:
        own = sentences.filter(pl.col("article_id").is_in(fresh))
        return (_mentions_of(study, own, compile_ledger(study.lists, articles)),)

    decides = study.hash_of(READS)
    parts = [rows_by_article(frame, names) for frame in (sentences, articles)]
    keys = {each: key_of(decides, study.texts[each], *(part[each] for part in parts)) for each in names}
    return by_article(study.memory, ("mentions",), keys, read)[0]


def _mentions_of(study: Study, sentences: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    rows: list[dict] = []
    for article, spans in spans_of(sentences):
        text = study.texts[article]
        for sentence, mention in _in_article(text, article, spans, ledger):
            ids = {"mention_id": f"{article}-m{mention.start}", "sentence_id": sentence, "article_id": article}
            own = {name: getattr(mention, name) for name in ("actor", "start", "end", "how")}
            rows.append({**ids, **own, "surface": text[mention.start : mention.end]})
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
        named = _named(text, start, end, raw, ledger)
        bind_offices(text, start, named, raw, bound, ledger)
        named = sorted([*named, *find_roles(text, start, end, raw, bound, ledger)], key=_start)
        outside = [mention for mention in named if mention.kind == "person" and not in_quote(quotes, mention.start)]
        pronouns = _pronouns(text, start, end, outside, focus, count, quotes)
        found += [(sentence, mention) for mention in sorted([*named, *pronouns], key=_start)]
        if part not in ("title", "subhead"):
            spoken = any(quote.outer_start <= start and end <= quote.outer_end for quote in quotes)
            count += not (spoken or speech_dash(text, edges[paragraph], end) is not None)
            subject = _subject(text, start, outside) or next((pronoun.actor for pronoun in pronouns), None)
            focus = (subject, count) if subject else focus
    return _of_one_gender(text, found)


_start = attrgetter("start")


def _named(text: str, start: int, end: int, raw: list[Mention], ledger: Ledger) -> list[Mention]:
    """Return the matches of a sentence that name their actor, and no place, no namesake, no part of a role."""
    return [
        mention
        for mention, following in zip(raw, [*raw[1:], None], strict=False)
        if not _within_role(text, mention, following, end, ledger)
        and not _is_place(text, start, mention, ledger)
        and not _namesake(text, start, mention, raw, ledger)
    ]


def _of_one_gender(text: str, found: list[tuple[str, Mention]]) -> list[tuple[str, Mention]]:
    """Leave out the pronouns that do not fit their person: "he" where the article writes "Ms" or says "she" more often."""
    feminine: Counter[str] = Counter()
    titled: dict[str, set[bool]] = {}
    for _, mention in found:
        if mention.how == "pronoun":
            feminine[mention.actor] += 1 if _she(mention) else -1
    for _, mention in found:
        title = (
            mention.how == "name"
            and mention.actor in feminine
            and _TITLE.search(text[max(0, mention.start - NEAR) : mention.start])
        )
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


def _within_role(text: str, mention: Mention, following: Mention | None, end: int, ledger: Ledger) -> bool:
    """Return whether a name is only part of a role: a state or an organisation in it, a role before another's name."""
    person = following if following and following.kind == "person" and following.how == "name" else None
    gap = text[mention.end : person.start] if person else ""
    if mention.kind == "person":  # "Vice President Dahl": the president of the ledger is somebody else.
        return bool(mention.how == "role" and person and person.actor != mention.actor and not gap.strip())
    return (person is not None and _leads_to_name(gap, ledger)) or _before_office(text, mention, end, ledger)


def _leads_to_name(gap: str, ledger: Ledger) -> bool:
    """Return whether what is between a state and a name is an office: "Norland's foreign minister Dahl"."""
    words = re.sub(r"^[’']s?\b", "", gap).replace("-", " ").casefold().split()
    if not words:
        return bool(gap.strip())  # "North Korea's No"
    return len(words) <= 6 and all(word in ledger.office_words for word in words)


def _before_office(text: str, mention: Mention, end: int, ledger: Ledger) -> bool:
    """Return whether an office follows ("Norland's president") or leads to it ("president of Norland")."""
    tail = _TAIL.match(text, mention.end, end)
    if tail and (office := ledger.office.match(text, tail.end())):
        return not text[office.end() : office.end() + 2].startswith(("s ", "s,"))
    near = text[max(0, mention.start - NEAR) : mention.start]
    before = _OF.search(near) if "of" in near else None
    return bool(before and (ledger.office.fullmatch(before[1]) or ledger.office.fullmatch(before[1].split()[-1])))


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
) -> list[Mention]:
    found: list[Mention] = []
    reached = focus[0] if focus and count - focus[1] <= FOCUS_REACH else None
    for match in _PRONOUN.finditer(text, start, end) if persons or reached else ():
        if in_quote(quotes, match.start()):
            continue
        before = [mention for mention in persons if mention.end <= match.start()]
        after = [mention for mention in persons if mention.start > match.start()]
        if before:
            actor = _subject(text, start, before) or before[-1].actor
        elif after and _OPENING.match(text[start : match.start()]) and "," in text[match.end() : after[0].start]:
            actor = after[0].actor
        else:
            actor = reached
        if actor:
            found.append(Mention(match.start(), match.end(), actor, "pronoun", match[0], "person"))
    return found
