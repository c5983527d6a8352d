"""Phrases as reporters write them in a list -> patterns."""

import re

_GAP = (
    r"(?:[^\w.?!;:]+(?!(?:but|although|though|while|whereas|because|which|who)\b)[\w’'-]+){0,4}?[^\w.?!;:]+"
)
"""Up to four words of the same clause."""


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
    if (phrase[:1].isalnum() and phrase not in ("n't", "n’t")) or phrase.startswith("{"):
        text = rf"(?<![\w])(?:{text})"
    flags = 0 if phrase.isupper() else re.IGNORECASE
    return re.compile(text if ends_open and not phrase.endswith("}") else rf"{text}(?!\w)", flags)


def _word(word: str, slots: dict[str, str]) -> str:
    slot = re.fullmatch(r"(\{\w+\})(.*)", word)
    rest = re.escape(slot[2] if slot else word).replace("'", "['’]").replace(r"\*", r"[\w’'-]*")
    return (slots.get(slot[1], r"(?!)") if slot else "") + rest
