"""Write every number that a page quotes, as it is printed: `_variables.yml`, group -> name -> text.

A page quotes one as `{{< var GROUP.NAME >}}`. Which names there are depends on the study and never on what its
tables show, so that a page which quotes well in one build quotes well in the next.
"""

import difflib
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from dateline.errors import Fault, StudyError
from dateline.figures.labels import UNDATED, article_labels
from dateline.figures.scales import leading_holder, means_told, scale_sentence, scales, turning_words
from dateline.statements.positions import SCALES, stance_values
from dateline.study.load import Study
from dateline.tables import SCHEMAS, Tables, empty
from dateline.words import VERDICTS, counted, joined, number, p_value, signed

Numbers = dict[str, str]

UNSEEN = "not observed"
"""Text of a position that no statement takes, and of its day."""

_QUOTE = re.compile(r"(?<!\{)\{\{<\s*var\s+[\"']?([^\s\"'>]+)")


def variables(study: Study, tables: Tables) -> dict[str, Numbers]:
    """Return every number that a page can quote, as it is printed: group -> name -> text.

    A position that nobody takes is `not observed`.
    """
    return {
        "study": {
            "title": study.settings["title"],
            "proposition": study.settings["proposition"],
            "scales": number(len(study.settings["scales"])),
        },
        "corpus": _corpus(study, tables),
        "actors": _actors(study, tables),
        "statements": _statements(study, tables),
        "scales": _scales(study, tables),
        "tests": _tests(tables),
    }


def check_quotes(study: Study) -> None:
    """Raise `StudyError` that names each quotation of a number which no build makes, with its page and line."""
    found = variables(study, {name: empty(name) for name in SCHEMAS})
    known = {f"{group}.{name}" for group, names in found.items() for name in names}
    faults = [
        Fault(place, line, f"there is no number {name!r} to quote", _remedy(name, known))
        for place, line, name in _quotations(study.root)
        if name not in known
    ]
    if faults:
        raise StudyError(faults)


def _remedy(name: str, known: set[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), n=3)
    meant = f" Perhaps you mean {' or '.join(close)}." if close else ""
    return f"Mend the name or take it out; _variables.yml has all names after a build.{meant}"


def _quotations(root: Path) -> Iterator[tuple[str, int, str]]:
    """Yield page, line and name of each number that the pages people write quote."""
    for path in [*root.glob("*.qmd"), *root.glob("report/*.qmd"), *root.glob("report/guide/*.qmd")]:
        for line, text in enumerate(path.read_text(encoding="utf-8", errors="replace").split("\n"), start=1):
            yield from ((path.relative_to(root).as_posix(), line, name) for name in _QUOTE.findall(text))


def _corpus(study: Study, tables: Tables) -> Numbers:
    articles, removed = tables["articles"], tables["removed"]
    days = article_labels(articles).filter(pl.col("when") != UNDATED)["when"]
    drawn = "They were drawn at random from the {:,} articles of an archive, each with the same chance."
    years = articles["published_from"].drop_nulls().dt.year()
    return {
        "counted": counted(articles.height, "article"),
        "Counted": counted(articles.height, "article").capitalize(),
        "drawn": drawn.format(study.sample["of"]) if study.sample else "They were not drawn from anything.",
        "words": f"{articles['words'].sum():,}",
        "left_out": counted(removed.height, "line", "was", "were"),
        "furniture": number(removed.filter(reason="furniture").height),
        "repeats": number(removed.filter(reason="repeat").height),
        "corrupt": number(int(tables["sentences"]["corrupt"].sum())),
        "translated": number(articles.filter(pl.col("translated").fill_null(False)).height),
        "first": days[0] if days.len() else "no known day",
        "last": days[-1] if days.len() else "no known day",
        "first_year": str(years.min()) if years.len() else "",
        "last_year": str(years.max()) if years.len() else "",
        "copies": number(int(tables["copies"]["copy"].sum())),
        "share": f"{study.settings['excerpts']['share']:.0%}",
        "cap": str(study.settings["excerpts"]["words"]),
    }


def _actors(study: Study, tables: Tables) -> Numbers:
    times, named = tables["mentions"].height, tables["mentions"]["actor"].n_unique()
    return {"are": counted(named, "actor", "is", "are"), "times": f"{times:,} {'time' if times == 1 else 'times'}"}


def _statements(study: Study, tables: Tables) -> Numbers:
    statements = tables["statements"]
    holders, nobodys = statements["holder"].drop_nulls().n_unique(), statements["holder"].null_count()
    target = statements.filter("on_target")
    return {
        "Speakers": counted(holders, "actor", "is", "are").capitalize(),
        "nobodys": counted(nobodys, "statement"),
        **{voice: number(target.filter(voice=voice).height) for voice in ("direct", "indirect", "narrated")},
    }


def _tests(tables: Tables) -> Numbers:
    """Return what the comparisons of periods can say; those of publishers are not among them."""
    periods = tables["keyness"].filter(unit_kind="period")
    floor = f"{periods['floor'].min():.2f}" if periods.height else ""
    return {"keyness_reading": keyness_reading(periods), "keyness_floor": floor}


def keyness_reading(keyness: pl.DataFrame) -> str:
    """Return what a sample of this size can say about words and periods; `keyness` has the rows that compare periods."""
    if keyness.is_empty():
        return "No two periods hold articles, so no words can be compared between them."
    floor, total = keyness["floor"].min(), keyness.height
    counts = dict(keyness["verdict"].value_counts().iter_rows())
    if counts.get("not testable", 0) == total:
        return (
            f"With so few articles there are only a handful of ways to shuffle them: the smallest p that any term could reach is {floor:.2f}. "
            f"All {total:,} comparisons are *not testable*. What remains is description: these are the words of these texts."
        )
    said = joined(f"{counts[verdict]:,} *{verdict}*" for verdict in VERDICTS if counts.get(verdict))
    return (
        f"Of {total:,} comparisons, {said}. What is not supported is description: these are the words of these texts."
    )


def _scales(study: Study, tables: Tables) -> Numbers:
    """Return what is known of the scales: of the leading holder in full, of each other the mean over all articles."""
    out = {f"{holder}_{scale}": UNSEEN for holder in study.labels for scale in SCALES}
    out |= {f"{name}_count": number(0) for name in out}
    for row in tables["positions"].filter(unit_kind="all").iter_rows(named=True):
        name = f"{row['holder']}_{row['scale']}"
        out |= {name: signed(row["mean"]), f"{name}_count": number(row["statements"])}
    for scale in SCALES:
        out |= dict.fromkeys((f"{scale}_{name}" for name in ("low", "low_when", "last", "last_when")), UNSEEN)
        out[scale] = f"{scale} {UNSEEN}"
        out[f"{scale}_shift"] = f"No statement takes a position on {scale}: there is nothing to compare."
    holder = leading_holder(study, stance_values(tables["statements"], tables["sentences"], study.lists["groups"]))
    reading = "No statement takes a position that the program can read."
    out |= {"holder": "nobody", "reading": reading, "turning_words": UNSEEN}
    if holder is None:
        return out
    rows = means_told(study, tables["positions"], holder)
    figure = scales(study, tables["positions"], holder=holder)
    out |= {"holder": study.labels[holder], "reading": f"{figure.title}."}
    for scale in SCALES:
        out[scale] = scale_sentence(rows, scale)
        out[f"{scale}_shift"] = shift_sentence(study, tables, holder, scale)
        out |= _lowest_and_last(rows.filter(scale=scale), scale)
    words = turning_words(study, figure.rows, figure.evidence)
    return out | ({"turning_words": words["text"][0]} if words.height else {})


def _lowest_and_last(rows: pl.DataFrame, scale: str) -> Numbers:
    if rows.is_empty():
        return {}
    low = rows.sort("mean", "order").row(0, named=True)
    last = rows.sort("order").row(-1, named=True)
    return {
        f"{scale}_low": signed(low["mean"]),
        f"{scale}_low_when": low["label"],
        f"{scale}_last": signed(last["mean"]),
        f"{scale}_last_when": last["label"],
    }


def shift_sentence(study: Study, tables: Tables, holder: str, scale: str) -> str:
    """Return what may be claimed about the largest change of a holder on a scale between periods, in a sentence."""
    rows = tables["shifts"].filter(holder=holder, scale=scale, unit_kind="period")
    label, names = study.labels[holder], study.periods
    if rows.is_empty():
        return f"Nothing is heard of {label} on {scale} in two periods: a change cannot be observed."
    row = rows.sort(pl.col("difference").abs(), "unit_from", descending=[True, False]).row(0, named=True)
    change = f"From {names[row['unit_from']]} to {names[row['unit_to']]} the mean of {label} on {scale} changes by {signed(row['difference'])}"
    if row["verdict"] == "not testable":
        return f"{change}. That stands in these articles; a test cannot confirm it, because with so few articles the smallest p that could come out is {row['floor']:.2f}."
    return f"{change}: {VERDICTS[row['verdict']]} (p {p_value(row['p'])}, q {p_value(row['q'])})."
