"""Read the word classes of English that the reader rests on, such as auxiliaries and prepositions."""

from functools import cache
from pathlib import Path

import polars as pl

FILE = Path(__file__).parent / "lists" / "words.csv"
"""One word and its class a line, in lower case; a word may be in several classes."""


@cache
def _classes() -> dict[str, frozenset[str]]:
    rows = pl.read_csv(FILE, infer_schema=False).group_by("class").agg("word")
    return {name: frozenset(own) for name, own in rows.iter_rows()}


def words(*classes: str) -> frozenset[str]:
    """Return the words of one or more classes.

    Examples:
        >>> sorted(words("modal", "pronoun"))
        ['can', 'could', 'he', 'it', 'may', 'might', 'must', 'she', 'should', 'they']
    """
    return frozenset().union(*(_classes()[name] for name in classes))


AUX = words("auxiliary")
NEGATIONS = words("negation")
STOP = words("preposition or conjunction")
DETERMINER = words("determiner", "possessive")
PRONOUNS = words("pronoun")
DAYS = words("day")
SPEAKERS = words("speaker")
"""Words for persons and bodies that speak in the press and that the list `offices` need not have."""

PUNCTUATION = frozenset(',;:.!?()[]–—-―…/|"“”«»„')
