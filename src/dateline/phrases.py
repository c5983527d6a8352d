"""Phrases as reporters write them in a list -> patterns."""

import re

_GAP = r"(?:\W+[\w’'-]+){0,4}?\W+"


def compile_phrase(phrase: str, slots: dict[str, str] | None = None) -> re.Pattern[str]:
    """A phrase of a list -> a pattern.

    `*` stands for any ending of a word, `...` for up to four words, `{object}` and `{subject}` for any
    alias of the study's object and subject. A phrase in capitals keeps its case, all others do not.

    Args:
        phrase: The phrase; not empty.
        slots: `{name}` -> pattern that stands for it.

    Examples:
        >>> [m[0] for m in compile_phrase("door* ... open").finditer("the doors were said to be open")]
        ['doors were said to be open']
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
        slot = re.fullmatch(r"(\{\w+\})(.*)", word)
        rest = re.escape(slot[2] if slot else word).replace("'", "['’]").replace(r"\*", r"[\w’'-]*")
        pieces.append((slots.get(slot[1], r"(?!)") if slot else "") + rest)
    ends_open = phrase.endswith("*") or not phrase[-1].isalnum()
    text = "".join(pieces)
    if (phrase[:1].isalnum() and phrase not in ("n't", "n’t")) or phrase.startswith("{"):
        text = rf"(?<![\w])(?:{text})"
    flags = 0 if phrase.isupper() else re.IGNORECASE
    return re.compile(text if ends_open and not phrase.endswith("}") else rf"{text}(?!\w)", flags)
