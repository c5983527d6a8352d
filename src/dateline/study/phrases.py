"""Phrases as reporters write them in a list -> patterns, and which of many phrases can stand in a text."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import polars as pl

_GAP = (
    r"(?:[^\w.?!;:]+(?!(?:but|although|though|while|whereas|because|which|who)\b)[\w’'-]+){0,4}?[^\w.?!;:]+"
)
"""Up to four words of the same clause."""

_WITHIN = ("n't", "n’t")
"""What stands at the end of a word."""

FEW = 4
"""Phrases up to which trying each in turn is faster than a look at the letter first."""

SHOWN = 5
"""Words of a deciding phrase that are shown in full."""


def brief(words: str) -> str:
    """The first and last words of a long phrase: what decided, and no more of an article than that.

    Examples:
        >>> brief("membership remains the ultimate form of protection")
        'membership remains … of protection'
    """
    split = words.split()
    return words if len(split) <= SHOWN else f"{' '.join(split[:2])} … {' '.join(split[-2:])}"


def compile_phrase(phrase: str, slots: dict[str, str] | None = None) -> re.Pattern[str]:
    """A phrase of a list -> a pattern.

    `*` stands for any ending of a word, `...` for up to four words, `shut|lock*` for either word,
    `{object}` and `{subject}` for any alias of the study's object and subject, `{it}` for a facet of the
    proposition or what points back to it. A phrase in capitals keeps its case, all others do not.

    Args:
        phrase: The phrase; not empty.
        slots: `{name}` -> pattern that stands for it.

    Examples:
        >>> [m[0] for m in compile_phrase("door* ... open").finditer("the doors were said to be open")]
        ['doors were said to be open']
        >>> [m[0] for m in compile_phrase("shut|lock* out").finditer("shut out, locked out, shuts out")]
        ['shut out', 'locked out']
    """
    slots = slots or {}
    pieces: list[str] = []
    gap = False
    for word in phrase.split():
        if word == "...":
            gap = True
            continue
        if pieces:
            pieces.append(_GAP if gap else r"\s+")
        gap = False
        either = [_word(part, slots) for part in word.split("|")]
        pieces.append(either[0] if len(either) == 1 else f"(?:{'|'.join(either)})")
    ends_open = phrase.endswith("*") or not phrase[-1].isalnum()
    text = "".join(pieces)
    first = re.match(r"[^\W_]+(?=\*?(?:\s|$))", phrase)
    if first and phrase not in _WITHIN:
        # A letter is found faster than a place where a word may begin, so the look back comes behind the word.
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
    """A pattern for any of many words, the longest that fits, or for nothing: they share beginnings, so few are tried.

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
        (r"\s+" if letter == " " else re.escape(letter)) + _branches(tree[letter])
        for letter in sorted(tree)
        if letter
    ]
    if not parts:
        return ""
    joined = parts[0] if len(parts) == 1 and "" not in tree else f"(?:{'|'.join(parts)})"
    return f"{joined}?" if "" in tree else joined


def first_of(phrases: Sequence[str]) -> re.Pattern[str]:
    """A pattern for any of many phrases, the first of the list where several fit.

    Where each begins with a letter or a mark, those that begin with another than the text does are passed over at once.
    """
    if len(phrases) <= FEW:
        joined = "|".join(f"(?:{compile_phrase(phrase).pattern})" for phrase in phrases)
        return re.compile(joined or r"(?!)", re.IGNORECASE)
    starts = [sorted({word[:1].lower() for word in phrase.split()[0].split("|")}) for phrase in phrases]
    bodies = [f"(?:{compile_phrase(phrase).pattern})" for phrase in phrases]
    by_letter: dict[str, list[str]] = {}
    if any(letter in "*{" for letters in starts for letter in letters):
        by_letter[""] = bodies
    else:
        for letters, body in zip(starts, bodies, strict=True):
            for letter in letters:
                by_letter.setdefault(letter, []).append(body)
    branches = [
        f"(?={re.escape(letter)})(?:{'|'.join(found)})".replace("(?=')", "(?=['’])")
        for letter, found in by_letter.items()
    ]
    return re.compile("|".join(branches) or r"(?!)", re.IGNORECASE)


_BETWEEN = r"[^\p{L}\p{N}_]+"
"""What stands between two words, as Polars writes it: what `\\W` is to Python."""


class Index:
    """Many phrases, asked all at once: most are ruled out, since a word of theirs is missing, before one is searched for.

    Args:
        phrases: As `compile_phrase` takes them.
        slots: `{name}` -> the words or names that it stands for, where they are known beforehand.
    """

    def __init__(self, phrases: Sequence[str], slots: dict[str, list[str]] | None = None) -> None:
        needs = [_needs(phrase, slots or {}) for phrase in phrases]
        often = Counter(part for own in needs for either in own for part in either)
        self._words = pl.Series([sorted(often)], dtype=pl.List(pl.String))
        self._by_word: dict[str, list[tuple[int, frozenset[str], list[frozenset[str]]]]] = {}
        for number, own in enumerate(needs):
            # What few phrases need few texts hold.
            first, *others = sorted(own, key=lambda either: sum(often[part] for part in either)) or [("",)]
            alone = frozenset(either[0] for either in others if len(either) == 1)
            several = [frozenset(either) for either in others if len(either) > 1]
            for part in first:
                self._by_word.setdefault(part, []).append((number, alone, several))
        self._first = pl.lit(pl.Series([sorted(self._by_word)], dtype=pl.List(pl.String)))

    def possible(self, texts: pl.Series) -> Iterator[tuple[int, list[int]]]:
        """The texts in which a phrase may stand, by their place, and the numbers of those phrases in order.

        No phrase that stands in a text is missing.
        """
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
    """What the words of any text that holds a phrase must hold, one of each tuple."""
    needs: list[tuple[str, ...]] = []
    before = ""
    for word in phrase.split():
        slot = re.match(r"\{\w+\}", word)
        names = slots.get(slot[0], []) if slot else word.split("|")
        # What follows a slot ("{subject}’s") is not looked for; "..." and a slot of unknown meaning need nothing.
        found = tuple(_begins(name.lower() + "*" * bool(slot)) for name in names if "{" not in name)
        if not found or len(found) < len(names) or not all(found):
            before = ""
        elif len(found) == 1 and not slot and before:
            needs[-1] = (before.rstrip() + found[0],)  # words in a row are looked for as one
            before = needs[-1][0]
        else:
            needs.append(found)
            before = found[0] if len(found) == 1 and not slot else ""
        before = before if before.endswith(" ") else ""
    return needs


def _begins(word: str) -> str:
    """How a word of a phrase begins among words with a blank before and behind; empty where that cannot be told."""
    if not re.match(r"\w", word) or word in _WITHIN:
        return ""
    known, star, _ = word.partition("*")
    runs = " ".join(re.findall(r"\w+", known))
    return f" {runs}" if star else f" {runs} "
