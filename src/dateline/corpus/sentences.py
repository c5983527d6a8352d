"""Split paragraphs into sentences, and count words."""

import re
from collections.abc import Iterator

import polars as pl

LONGEST_SENTENCE = 3000
"""Characters; what runs on without an end for longer is cut at a blank."""

_GAP = re.compile(r"\s{40,}")
"""Between the columns of a table, and no blank between two words."""

LONG_TOKEN = 60
"""Characters that the look back for an abbreviation copies, instead of the whole paragraph for each point."""

WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
"""A word for counting: letters or digits, joined inside by hyphen, apostrophe or point."""

CLOSERS = "\"'”’»«“)\\]"

DASHES = "–—―-"

_TERMINATOR = re.compile(rf"[.!?…]+(?:\s?[.!?…]+)*(?:\s?[\"'”’»)\]](?=\s|$)|[{CLOSERS}])*")

_OPENER = re.compile(rf"\s*(?:[\"'“”„«‘’(\[]|[{DASHES}]\s)*\s*(?=(\S))")

_ACRONYM = re.compile(r"(?:^|[^\w.])((?:[A-Za-z]\.){2,}|[A-Z]\.)$")

_STARTERS = frozenset(
    "The A An He She It They We I You This That These Those There In On At But And However Meanwhile When "
    "While After Before Since Its His Her Their Our As If So Yet Asked Both Some Many Earlier Later".split()
)

_GLUED = re.compile(r"(?<=[a-z]{3})[.!?](?=[A-ZÀ-Þ][a-z]+\s)")

_STOP = re.compile(rf"{_TERMINATOR.pattern}|{_GLUED.pattern}")

_TITLED = re.compile(r"[\"“‘«][^\"”’»]*$")

_OPENERS = "The|This|That|These|Those|There|He|She|They|It|We|His|Her|Its"

_JOINED = r"[’']s (?:accession|entry|membership|opposition|return|visit) (?:to|in|of) "

_OFTEN = "the|a|an|of|to|in|and|for|on|with|has|have|is|are|was"

_FUSED = re.compile(rf" (?<=[a-z] )(?:{_OPENERS}) (?=[a-zA-Z])")

_SELF = re.compile(rf"\b([A-Z][\w-]+){_JOINED}\1\b")

_DOUBLED = re.compile(rf"\b(?=[taoifwhs])({_OFTEN}) \1\b", re.IGNORECASE)

_TWICE = "|".join(f"{word} {word}" for word in _OFTEN.split("|")).replace("i", "[iİı]")

_EDGE = "(?:^|$|[^0-9A-Za-z_])"

_SIGNS = rf"[a-z] (?:{_OPENERS}) [a-zA-Z]|{_JOINED}|(?i:{_EDGE}(?:{_TWICE}){_EDGE})"
"""What a sentence needs for one of `_FUSED`, `_SELF` and `_DOUBLED`: the expressions of Polars, which look at all
sentences at once, know no look-around and no groups to point back at, and fold and class letters a little differently."""


def split_sentences(text: str, start: int, end: int, abbreviations: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences of one paragraph, in code points of the raw text.

    A terminator ends a sentence when what follows begins like one: a capital, a digit, an opening
    mark or a speech dash. It does not after an abbreviation, an initial or an acronym such as "U.S."
    (unless a word that only begins sentences follows), nor inside a number.
    """
    begin = start
    for cut in _cuts(text, start, end, abbreviations):
        if text[begin:cut].strip():
            yield from _pieces(text, begin, cut)
            begin = cut
    if text[begin:end].strip():
        yield from _pieces(text, begin, end)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a sentence in one piece; what no person wrote as one is cut, since rules look at every word of it from every other."""
    if end - start <= LONGEST_SENTENCE and not (gap := _GAP.search(text, start, end)):
        yield _trim(text, start, end)
        return
    begin = start
    while begin < end:
        gap = _GAP.search(text, begin, min(end, begin + LONGEST_SENTENCE))
        cut = gap.end() if gap else min(end, begin + LONGEST_SENTENCE)
        if cut < end and not gap:
            cut = max(text.rfind(" ", begin + 1, cut) + 1, begin + 1) if " " in text[begin + 1 : cut] else cut
        if text[begin:cut].strip():
            yield _trim(text, begin, cut)
        begin = cut


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())


def _cuts(text: str, start: int, end: int, abbreviations: frozenset[str]) -> Iterator[int]:
    for match in _STOP.finditer(text, start, end):
        at, stop = match.span()
        rest = text[stop:end]
        if not rest.strip():
            return
        if rest[0].isspace() or match[0][-1] in CLOSERS:
            opener = _OPENER.match(rest)
            following = opener[1] if opener else ""
            if not (following.isupper() or following.isdigit() or not following.isalpha()):
                continue
            if following.islower() or (
                match[0] == "." and _is_abbreviation(text[max(start, at - LONG_TOKEN) : at], rest, abbreviations)
            ):
                continue
        elif not _GLUED.match(text, at):
            continue
        # A mark that stands before a word and not after one opens what follows.
        while text[stop - 1] in "“«„‘" and text[stop : stop + 1].isalnum():
            stop -= 1
        yield stop


def _is_abbreviation(before: str, rest: str, abbreviations: frozenset[str]) -> bool:
    word = re.search(r"[\w.]+$", before)
    if not word:
        return False
    following = re.match(r"\s*[\"“‘(]*(\w+)", rest)
    token = word[0]
    if token in ("No", "Nos", "Art", "Fig"):
        return bool(following and following[1][0].isdigit())
    if _ACRONYM.search(f" {token}."):
        return not (following and following[1] in _STARTERS) or len(token) == 1
    return token in abbreviations


def is_corrupt(text: str) -> bool:
    """Return whether a sentence shows damage that hides its meaning, as machine translation leaves it.

    Three signs, each rare in edited text: two sentences run together without a stop, a name that
    joins itself ("NATO's accession to NATO"), a function word printed twice.
    """
    fused = any(not _TITLED.search(text[: match.start() + 1]) for match in _FUSED.finditer(text))
    return fused or bool(_SELF.search(text)) or bool(_DOUBLED.search(text))


def _maybe_corrupt(rows: list[dict]) -> list[dict]:
    """Return the sentences that show one of the signs of `is_corrupt`, and some that do not: few of very many."""
    texts = pl.Series([row["text"] for row in rows], dtype=pl.String)
    return [rows[at] for at in texts.str.contains(_SIGNS).arg_true()]


def count_words(text: str) -> int:
    """Count the words in a text, as every denominator counts them."""
    return len(WORD.findall(text))
