"""Count in how many articles of a folder each row of the lists of English is found.

    python -m benchmarks.lists FOLDER [--root STUDY] [--write]

FOLDER holds one article a file, `*.txt`. Without `--write` the counts are printed as CSV: `list`, `row`, `seen`.
With it they are written beside the rows, into the column `seen`. The figures beside the lists were
counted on 3,000 articles of the data set Article-Bias-Prediction (Baly et al. 2020).
"""

import argparse
import csv
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import polars as pl

from dateline.errors import Fault, StudyError
from dateline.statements.attribution.lexicon import inflect
from dateline.statements.stance.scales import POINTER
from dateline.study.lists import LISTS, OF_ENGLISH, read_list, write_list
from dateline.study.phrases import Index, compile_phrase

NAME = r"(?:[Tt]he\s+)?(?-i:[A-Z][\w’'-]+)(?:\s+(?-i:[A-Z][\w’'-]+)){0,2}"
"""Stands for `{object}` and `{subject}`: any name."""

FACETS = "agreement ban bill change deal decision increase law measure membership offer peace plan proposal reform treaty vote war"
"""Words for what many propositions are about; with a word that leads to them they stand for `{it}`."""

IT = (
    rf"(?:{POINTER.pattern}|(?:(?:an?|any|her|his|its|our|such|that|the|their|this)\s+(?:[\w’'-]+\s+){{0,2}})?"
    rf"(?:{'|'.join(FACETS.split())})\b)"
)

Finder = Callable[[str], bool]


def finder(name: str, row: dict[str, str]) -> Finder:
    """Return a function that says if a text has what one row of a list looks for."""
    if name == "furniture":
        line = re.compile(row["pattern"], re.IGNORECASE)
        return lambda text: any(map(line.fullmatch, text.split("\n")))
    if name == "abbreviations":
        return re.compile(rf"\b{re.escape(row['abbreviation'])}\.").search
    if name == "places":
        words = [re.escape(row["before"]), NAME, re.escape(row["after"])]
        return re.compile(r"\b" + r"\s+".join(filter(None, words)) + r"\b", re.IGNORECASE).search
    if name == "verbs":
        return re.compile(
            rf"\b(?:{'|'.join(map(re.escape, [row['verb'], *inflect(row['verb'])]))})\b", re.IGNORECASE
        ).search
    if name == "cues":
        return compile_phrase(row["cue"], {"{it}": IT, "{object}": NAME, "{subject}": NAME}).search
    return compile_phrase(row["office" if name == "offices" else "word"]).search


def count_rows(name: str, rows: list[dict[str, str]], texts: list[str]) -> list[int]:
    """Return for each row of a list the number of texts in which it is found.

    Args:
        name: One of `OF_ENGLISH`.
        rows: The rows, as `read_list` reads them.
        texts: One article each.
    """
    finders = [finder(name, row) for row in rows]
    seen = [0] * len(rows)
    for text, possible in _possible(name, rows, texts):
        for number in possible:
            seen[number] += bool(finders[number](text))
    return seen


def _possible(name: str, rows: list[dict[str, str]], texts: list[str]) -> Iterable[tuple[str, Iterable[int]]]:
    """Yield each text and the rows that may be found in it."""
    if name != "cues":
        yield from ((text, range(len(rows))) for text in texts)
        return
    for number, found in Index([row["cue"] for row in rows]).possible(pl.Series(texts, dtype=pl.String)):
        yield texts[number], found


def main() -> None:
    """Count, and print or write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="articles, one a file")
    parser.add_argument("--root", type=Path, default=Path(), help="study whose lists are counted")
    parser.add_argument("--write", action="store_true", help="write the counts into the column `seen`")
    options = parser.parse_args()
    texts = [path.read_text(encoding="utf-8") for path in sorted(options.folder.glob("*.txt"))]
    out = csv.writer(sys.stdout, lineterminator="\n")
    for name in OF_ENGLISH:
        faults: list[Fault] = []
        frame = read_list(options.root, name, faults)
        if frame is None or faults:
            raise StudyError(faults)
        rows = frame.drop("line").to_dicts()
        counted = count_rows(name, rows, texts)
        if options.write:
            new = [{**row, "seen": str(seen)} for row, seen in zip(rows, counted, strict=True)]
            write_list(options.root, name, new)
        else:
            key = LISTS[name][0]
            out.writerows((name, row[key], seen) for row, seen in zip(rows, counted, strict=True))


if __name__ == "__main__":
    main()
