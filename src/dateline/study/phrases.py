"""Compile the phrases of a list into patterns, and find which of many phrases can be in a text."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import polars as pl

_GAP = r"(?:[^\w.?!;:]+(?!(?:but|although|though|while|whereas|because|which|who)\b)[\w’'-]+){0,4}?[^\w.?!;:]+"
"""Up to four words of the same clause."""

_WITHIN = ("n't", "n’t")
"""Phrases that are the end of a word."""

FEW = 4
"""Number of phrases up to which trying each in turn is faster than grouping them by their first letter."""

SHOWN = 5
"""Words of a deciding phrase that are shown in full."""


def brief(words: str) -> str:
    """Return the first two and last two words of a long phrase, so that it shows little of an article.

    Examples:
        >>> brief("membership remains the ultimate form of protection")
        'membership remains … of protection'
    """
    split = words.split()
    return words if len(split) <= SHOWN else f"{' '.join(split[:2])} … {' '.join(split[-2:])}"


def compile_phrase(phrase: str, slots: dict[str, str] | None = None) -> re.Pattern[str]:
    """Compile a phrase of a list into a pattern.

    `*` matches any ending of a word, `...` up to four words, `shut|lock*` either word, `{object}` and `{subject}`
    any alias of the study's object and subject, `{it}` a facet of the proposition or words that refer to it. Only a
    phrase in capitals is case-sensitive.

    Args:
        phrase: The phrase; not empty.
        slots: `{name}` -> its pattern.

    Examples:
        >>> [m[0] for m in compile_phrase("door* ... open").finditer("the doors were said to be open")]
        ['doors were said to be open']
        >>> [m[0] for m in compile_phrase("shut|lock* out").finditer("shut out, locked out, shuts out")]
        ['shut out', 'locked out']
    """
    text = between = ""
    for word in phrase.split():
        if word == "...":
            between = _GAP
            continue
        either = [_word(part, slots or {}) for part in word.split("|")]
        text += between + (either[0] if len(either) == 1 else f"(?:{'|'.join(either)})")
        between = r"\s+"
    ends_open = phrase.endswith("*") or not phrase[-1].isalnum()
    first = re.match(r"[^\W_]+(?=\*?(?:\s|$))", phrase)
    if first and phrase not in _WITHIN:
        # The search for a letter is faster than for the beginning of a word, so the look-behind follows the word.
        text = rf"{first[0]}(?<!\w{first[0]}){text.removeprefix(first[0])}"
    elif (phrase[:1].isalnum() and phrase not in _WITHIN) or phrase.startswith("{"):
        text = rf"(?<![\w])(?:{text})"
    flags = 0 if phrase.isupper() else re.IGNORECASE
    return re.compile(text if ends_open and not phrase.endswith("}") else rf"{text}(?!\w)", flags)


def _word(word: str, slots: dict[str, str]) -> str:
    slot = re.fullmatch(r"(\{\w+\})(.*)", word)
    rest = re.escape(slot[2] if slot else word).replace("'", "['’]").replace(r"\*", r"[\w’'-]*")
    return (slots.get(slot[1], r"(?!)") if slot else "") + rest


def any_of(words: Iterable[str]) -> str:
    """Return a pattern for the longest of many words that fits; shared beginnings are tried only once.

    Examples:
        >>> any_of(["say", "said", "says so"])
        'sa(?:id|y(?:s\\\\s+so)?)'
    """
    tree: dict = {}
    for word in words:
        node = tree
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return _branches(tree) or r"(?!)"


def _branches(tree: dict) -> str:
    parts = [
        (r"\s+" if letter == " " else re.escape(letter)) + _branches(tree[letter]) for letter in sorted(tree) if letter
    ]
    if not parts:
        return ""
    joined = parts[0] if len(parts) == 1 and "" not in tree else f"(?:{'|'.join(parts)})"
    return f"{joined}?" if "" in tree else joined


def first_of(phrases: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern for any of many phrases: the first of the list if several fit.

    If every phrase begins with a known character, only those with the character at hand are tried.
    """
    if len(phrases) <= FEW:
        joined = "|".join(f"(?:{compile_phrase(phrase).pattern})" for phrase in phrases)
        return re.compile(joined or r"(?!)", re.IGNORECASE)
    starts = [sorted({word[:1].lower() for word in phrase.split()[0].split("|")}) for phrase in phrases]
    bodies = [f"(?:{compile_phrase(phrase).pattern})" for phrase in phrases]
    if any(letter in "*{" for letters in starts for letter in letters):
        starts = [[""] for _ in phrases]
    by_letter: dict[str, list[str]] = {}
    for letters, body in zip(starts, bodies, strict=True):
        for letter in letters:
            by_letter.setdefault(letter, []).append(body)
    branches = [
        f"(?={re.escape(letter)})(?:{'|'.join(found)})".replace("(?=')", "(?=['’])")
        for letter, found in by_letter.items()
    ]
    return re.compile("|".join(branches) or r"(?!)", re.IGNORECASE)


_BETWEEN = r"[^\p{L}\p{N}_]+"
"""The characters between two words, `\\W` of Python in the syntax of Polars."""


class Index:
    """Find which of many phrases can be in a text: a phrase cannot if one of its words is missing.

    Args:
        phrases: As `compile_phrase` takes them.
        slots: `{name}` -> the words or names that it matches, if they are known beforehand.
    """

    def __init__(self, phrases: Sequence[str], slots: dict[str, list[str]] | None = None) -> None:
        needs = [_needs(phrase, slots or {}) for phrase in phrases]
        often = Counter(part for own in needs for either in own for part in either)
        self._words = pl.Series([sorted(often)], dtype=pl.List(pl.String))
        self._by_word: dict[str, list[tuple[int, frozenset[str], list[frozenset[str]]]]] = {}
        for number, own in enumerate(needs):
            # Words that few phrases need are in few texts.
            first, *others = sorted(own, key=lambda either: sum(often[part] for part in either)) or [("",)]
            alone = frozenset(either[0] for either in others if len(either) == 1)
            several = [frozenset(either) for either in others if len(either) > 1]
            for part in first:
                self._by_word.setdefault(part, []).append((number, alone, several))
        self._first = pl.lit(pl.Series([sorted(self._by_word)], dtype=pl.List(pl.String)))

    def possible(self, texts: pl.Series) -> Iterator[tuple[int, list[int]]]:
        """Yield the number of each text that may contain phrases, and the sorted numbers of all phrases that it may."""
        apart = " " + texts.str.to_lowercase().str.replace_all(_BETWEEN, " ") + " "
        likely = apart.to_frame("text").with_row_index("row")
        if "" not in self._by_word:
            likely = likely.filter(pl.col("text").str.contains_any(self._first))
        found = likely["text"].str.extract_many(self._words, overlapping=True)
        for row, present in zip(likely["row"].to_list(), map(set, found.to_list()), strict=True):
            numbers = set()
            for word in ("", *present):
                for number, alone, several in self._by_word.get(word, ()):
                    if alone <= present and not any(map(present.isdisjoint, several)):
                        numbers.add(number)
            if numbers:
                yield row, sorted(numbers)


def _needs(phrase: str, slots: dict[str, list[str]]) -> list[tuple[str, ...]]:
    """Return the words that a text with the phrase must have: one of each tuple."""
    needs: list[tuple[str, ...]] = []
    before = ""
    for word in phrase.split():
        slot = re.match(r"\{\w+\}", word)
        names = slots.get(slot[0], []) if slot else word.split("|")
        # The end of a slot's word ("{subject}’s") is not searched for; "..." and an unknown slot need no word.
        found = tuple(_begins(name.lower() + "*" * bool(slot)) for name in names if "{" not in name)
        if not found or len(found) < len(names) or not all(found):
            before = ""
        elif len(found) == 1 and not slot and before:
            needs[-1] = (before.rstrip() + found[0],)  # words in a row are searched for together
            before = needs[-1][0]
        else:
            needs.append(found)
            before = found[0] if len(found) == 1 and not slot else ""
        before = before if before.endswith(" ") else ""
    return needs


def _begins(word: str) -> str:
    """Return how a word of a phrase begins in a text with blanks around its words; nothing if that is not fixed."""
    if not re.match(r"\w", word) or word in _WITHIN:
        return ""
    known, star, _ = word.partition("*")
    runs = " ".join(re.findall(r"\w+", known))
    return f" {runs}" if star else f" {runs} "
