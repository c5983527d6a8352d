"""A shallow grammar of English news: where a noun phrase begins and ends, and what stands around a verb.

It knows closed classes of words only (auxiliaries, adverbs, determiners, prepositions): enough to
find the subject of a reporting verb in edited prose, with no model to trust and none to download.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from operator import itemgetter

import polars as pl

from dateline.study.phrases import any_of

Token = tuple[str, int, int]
"""A word or mark, and where it begins and ends in its sentence; quoted words are one token of blocks."""

_TOKEN = re.compile(
    r"(?:[A-Z]\.)+|(?:Mr|Mrs|Ms|Dr|Gen|Sen|Rep|Gov|Lt|Col|Prof|St)\.|[^\W_]+(?:[.’'-][^\W_]+)*[’']?|█+|[^\w\s]"
)

AUX = frozenset(
    "has have had is are was were be been being will would can could may might must should did does do "
    "having".split()
) | frozenset(
    "didn’t didn't doesn’t doesn't hasn’t hasn't haven’t haven't don’t don't won’t won't wouldn’t wouldn't isn’t isn't wasn’t wasn't aren’t aren't".split()
)

_MODAL = frozenset("can could may might must should".split())

_BE = frozenset("is are was were be been being".split())

_ADVERB = frozenset(
    "also later previously again then so far long now recently once both never not earlier further soon still "
    "already often always even only just yet meanwhile therefore thus instead twice first since n't "
    "openly".split()
)

_NOT_ADVERB = frozenset(
    "ally family italy july only reply supply assembly daily weekly monthly rally elderly".split()
)

STOP = frozenset(
    "in on at by with from to as into over under after before during without within against about than "
    "since until while when where whereas because although though if whether that which who whom whose and "
    "but or nor so then yet however meanwhile per via despite like between among through".split()
)

DETERMINER = frozenset(
    "a an the this that these those his her its their our my your some any no each every another".split()
)

DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday yesterday today".split())

_FRONTED = DAYS | frozenset("last earlier early late this that".split())

_LINKS = ("and", "but", "so", "yet", "then")

_MANY = re.compile(
    r"\b(?:percent|per cent|half|thirds?|quarters?|most|many|several|some|few|both|those|people|police|majorit\w+|one in|two|three|four|five|six|seven|eight|nine|ten)\b|%|\d",
    re.IGNORECASE,
)

PUNCTUATION = frozenset(',;:.!?()[]–—-―…/|"“”«»„')

_CLAUSE = re.compile(
    r"(?:is|are|was|were|will|would|has|have|had|should|must|can|could|may|might|cannot|did|does|do|won’t|"
    r"can’t|won't|can't|needs?|wants?|remains?|deserves?|never|no longer)\b"
)


def tokenise(masked: str) -> list[Token]:
    """The words and marks of a sentence whose quotations are masked."""
    return [(match[0], *match.span()) for match in _TOKEN.finditer(masked)]


def _first_from(tokens: list[Token], start: int) -> int:
    """Index of the first token that does not begin before a place."""
    return bisect_left(tokens, start, key=itemgetter(1))


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


class Grammar:
    """Noun phrases and verb groups, by the words of one language."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def verb_group(self, tokens: list, at: int) -> tuple[int, bool, bool, bool]:
        """Index of the token before the verb group; whether the group is passive or progressive, has more
        than the verb, and speaks of what may or should be said instead of what was."""
        left, passive, skipped, modal = at - 1, False, False, False
        while left >= 0:
            word = tokens[left][0].lower()
            if word in AUX:
                passive, modal = passive or word[:-3] in _BE or word in _BE, modal or word in _MODAL
            elif word == "longer" and left and tokens[left - 1][0].lower() == "no":
                left -= 1
            elif not (word in _ADVERB or (word.endswith("ly") and word not in _NOT_ADVERB)):
                break
            left, skipped = left - 1, True
        return left, passive, skipped, modal

    @staticmethod
    def plural(phrase: str) -> bool:
        """Whether a noun phrase takes the plain form of a verb ("six in ten say", "advisers say")."""
        return phrase.lower().endswith("s") or phrase.lower() in ("they", "we") or bool(_MANY.search(phrase))

    def clause_follows(self, tokens: list, start: int) -> bool:
        """Whether a subject and its verb follow ("said Budapest would"), so that the source stands before."""
        stop = self.phrase_end(tokens, start)
        at = _first_from(tokens, stop)
        return stop > start and at < len(tokens) and tokens[at][0].lower() in AUX

    def somebody_is_told(self, tokens: list, start: int) -> bool:
        """Whether whom or when, and then a clause, follow a verb ("warned Abel that"), so that the source stands before."""
        stop = self.phrase_end(tokens, start)
        at = _first_from(tokens, stop + 1)
        return (
            stop > start and at < len(tokens) and tokens[at][:2] in (("that", stop + 1), ("That", stop + 1))
        )

    def before_apposition(self, tokens: list, comma: int) -> int | None:
        """Index of the last token before ", a spokesman for X," and the like."""
        for back in range(comma - 1, -1, -1):
            if tokens[back][0] in (";", ":", ".") or tokens[back][0].startswith("█"):
                return None
            if tokens[back][0] == "," and back > 0:
                return back - 1
        return None

    def before_appositions(self, tokens: list, comma: int, *, all_of_them: bool) -> int | None:
        """Index of the last token before one aside, or before all of a name's: "Maria Dahl, 59, of Ashton, said"."""
        left = self.before_apposition(tokens, comma)
        further_on = all_of_them and self.named_first(tokens, comma)
        while left is not None and further_on:
            further = self.before_apposition(tokens, left + 1) if tokens[left + 1][0] == "," else None
            if further is None:
                break
            left = further
        return left

    @staticmethod
    def before_brackets(tokens: list, last: int) -> int:
        """Index of the last token before brackets that end with `last`; `last` where nothing is bracketed, -1 where nothing stands before."""
        if last < 0 or tokens[last][0] != ")":
            return last
        return next((back for back in range(last, 0, -1) if tokens[back][0] == "("), 0) - 1

    def named_first(self, tokens: list, comma: int) -> bool:
        """Whether the clause that an aside ends opens with a name, which is then the subject of what follows."""
        if self.before_apposition(tokens, comma) is None:
            return False
        breaks = (
            k + 1 for k in range(comma, -1, -1) if tokens[k][0] in (";", ":", ".") or tokens[k][0][0] == "█"
        )
        begin = next(breaks, 0)
        first = next((k for k in range(begin, comma) if tokens[k][0] == ","), comma)
        words = [word for word, *_ in tokens[begin:first]]
        if words and words[0].lower() in (*_LINKS, "still"):
            words = words[1:]
        if not words or words[0].lower() in DAYS | STOP or len(words) > 8 or not words[-1][:1].isupper():
            return False
        return all(
            word[:1].isupper()
            or word in ".()-"
            or word.lower() in DETERMINER | self.lexicon.persons | {"of", "and"}
            for word in words
        )

    def takes_clause(self, after: str) -> bool:
        """Whether what follows a verb is a clause or a quotation."""
        if re.match(r"(?:[\w’'-]+\s+){0,4}?(?:that\b|how\b|why\b|what\b|whether\b|█)|[:,]?\s*[█:]", after):
            return True
        return bool(re.match(r"(?:[\w’'-]+\s+){1,6}?" + _CLAUSE.pattern, after))

    @staticmethod
    def clause_ends(after: str) -> bool:
        """Whether nothing more of the clause follows a verb."""
        return not after or after[0] in ".,;█"

    @staticmethod
    def quoted_before(masked: str, at: int) -> bool:
        """Whether a quotation or a comma stands right before a place."""
        return bool(re.search(r"[█,]\s*$", masked[:at]))

    def phrase_start(self, tokens: list, last: int) -> int:
        """Where the noun phrase that ends with token `last` begins."""
        first = last
        while first > 0 and last - first < 12:
            word = tokens[first - 1][0]
            lower = word.lower()
            joins = (
                lower == "and"
                and first >= 2
                and (
                    tokens[first - 2][0][:1].isupper()
                    or tokens[first - 2][0].lower() in self.lexicon.collectives
                )
                and (
                    tokens[first][0][:1].isupper()
                    or tokens[first][0].lower() in ("its", "his", "her", "their")
                )
                and self._opens(tokens, first - 2)
            )
            if word in self.lexicon.finite:
                break
            if lower == "for" and first >= 2 and tokens[first - 2][0].lower() in self.lexicon.persons:
                joins = True
            if word in PUNCTUATION or word.startswith("█") or (lower in STOP and not joins) or lower in AUX:
                break
            first -= 1
        return tokens[first][1]

    def _opens(self, tokens: list, last: int) -> bool:
        """Whether the name that ends with token `last` stands first in its clause, so that "and" joins subjects."""
        first = last
        while first > 0 and (
            tokens[first - 1][0][:1].isupper() or tokens[first - 1][0].lower() in DETERMINER
        ):
            first -= 1
        word = tokens[first - 1][0].lower() if first else ""
        return not word or word == "both" or word in STOP or word in PUNCTUATION or word.startswith("█")

    def subject_before(self, tokens: list, at: int) -> tuple[int, int] | None:
        """Where the subject of the clause before token `at` begins and ends, or None where it cannot be told.

        A subject is a pronoun, a run of capitals with what leads to it, or a phrase that ends with a word for
        persons or bodies; what stands before a comma at the front ("Last week, ...") is passed over.
        """
        breaks = (
            k + 1 for k in range(at - 1, -1, -1) if tokens[k][0] in (";", ":") or tokens[k][0][0] == "█"
        )
        first = next(breaks, 0)
        while first < at:
            word = tokens[first][0]
            lower = word.lower()
            if word in PUNCTUATION or lower in _LINKS:
                first += 1
            elif lower in STOP or lower in _ADVERB or lower in _FRONTED or word.endswith("ly"):
                comma = next((k for k in range(first, at) if tokens[k][0] == ","), None)
                if comma is None:
                    return None
                first = comma + 1
            else:
                break
        last = first
        for here in range(first, min(at, first + 12)):
            word, lower = tokens[here][0], tokens[here][0].lower()
            if here == first and lower in ("he", "she", "they", "it"):
                return tokens[here][1], tokens[here][2]
            if word in PUNCTUATION or word[0] == "█" or lower in AUX or lower in STOP or lower in _ADVERB:
                break
            named = word[:1].isupper() and not (here == first and lower in DETERMINER)
            office = lower in self.lexicon.persons or lower in self.lexicon.collectives
            if named or office:
                last = here + 1
            elif last > first or (lower.endswith(("ed", "ing")) and here > first):
                break
        return (tokens[first][1], tokens[last - 1][2]) if last > first else None

    def phrase_end(self, tokens: list, start: int) -> int:
        """Where the noun phrase that begins at `start` ends."""
        stop = start
        for at in range(_first_from(tokens, start), len(tokens)):
            word, _, end = tokens[at]
            lower = word.lower()
            joined = lower in ("and",) and at + 1 < len(tokens) and tokens[at + 1][0][:1].isupper()
            if (
                word in PUNCTUATION
                or word.startswith("█")
                or (lower in STOP and not joined)
                or lower in AUX
                or lower in _ADVERB
            ):
                break
            if stop > start and lower.endswith("ly") and lower not in _NOT_ADVERB:
                break
            stop = end
        return stop
