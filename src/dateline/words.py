"""Say numbers, lists and verdicts the way a newspaper prints them."""

from collections.abc import Callable, Iterable

import polars as pl

VERDICTS = {
    "not testable": "a sample of this size cannot test it",
    "not shown": "chance alone could explain it",
    "suggestive": "suggestive, no more",
    "supported": "supported by the test",
}

CLAIMED = ("suggestive", "supported")
"""Verdicts that allow a claim."""

_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
).split()


def number(value: int) -> str:
    """Return a count as a newspaper prints it: in words up to twenty."""
    return _WORDS[value] if 0 <= value < len(_WORDS) else f"{value:,}"


def counted(value: int, noun: str, one: str = "", more: str = "") -> str:
    """Return a count with its noun, and with the verb that goes with it: "one line was", "two lines were"."""
    return " ".join(filter(None, [number(value), noun if value == 1 else f"{noun}s", one if value == 1 else more]))


def with_article(noun: str) -> str:
    """Return a noun with its indefinite article: "an article", "a period"."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def opened(words: str) -> str:
    """Return words as they open a sentence; names keep their capitals."""
    return words[:1].upper() + words[1:]


def signed(value: float) -> str:
    """Return a position with its sign and two decimals: +1.00, −0.25, 0.00."""
    text = f"{abs(value):.2f}"
    return text if float(text) == 0 else f"{'+' if value > 0 else '−'}{text}"


def joined(words: Iterable[str]) -> str:
    """Return words as a list in a sentence: "a, b and c"."""
    words = list(words)
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""


def p_value(value: float) -> str:
    """Return a p-value as it is printed: three decimals, or "below 0.001"."""
    return "below 0.001" if value < 0.001 else f"{value:.3f}".rstrip("0").rstrip(".") if value < 1 else "1"


def count_of(thing: str) -> pl.Expr:
    """Return the number on a mark with what it counts: "1 use", "4 uses"."""
    one = pl.when(pl.col("count") == 1).then(pl.lit(thing)).otherwise(pl.lit(f"{thing}s"))
    return pl.format("{} {}", "count", one)


def times_used() -> pl.Expr:
    """Return the uses and the rate of a mark: "4 uses, 1.9 in 1,000 words"."""
    return pl.format("{}, {} in 1,000 words", count_of("use"), pl.col("per_1000").round(1))


def rounded(digits: int, **columns: str) -> dict[str, pl.Expr]:
    """Return rounded columns of a printed table: the name that a reader sees -> the column."""
    return {name: pl.col(column).round(digits) for name, column in columns.items()}


RATE = rounded(1, **{"In 1,000 words": "per_1000", "From": "low", "To": "high"})
"""The columns of a rate with its interval, in the table under a figure."""


def set_apart(row: dict, opening: str) -> str:
    """Return how a term sets a unit apart: its rate there and elsewhere (a row of `keyness`), and the verdict."""
    rates = f"{row['per_1000']:.1f} in 1,000 words against {row['per_1000_against']:.1f} elsewhere"
    return f"{opening}: {rates}; {VERDICTS[row['verdict']]}"


def parts_in_words(
    rows: pl.DataFrame, parts: str | list[str], form: str, columns: str, *, join: Callable[[list[str]], str] = "; ".join
) -> list[str]:
    """Return a sentence for each part of some rows: its name, and each of its rows in words.

    Args:
        rows: In the order in which they are told.
        parts: The column, or columns, whose values tell the parts apart.
        form: How a row is told, as `str.format` takes it.
        columns: Their names, with spaces between.
        join: Makes one text of those of its rows.
    """
    found = rows.partition_by(parts, maintain_order=True, as_dict=True)
    return [
        f"{', '.join(map(str, name))}: {join([form.format(*row) for row in part.select(columns.split()).rows()])}."
        for name, part in found.items()
    ]
