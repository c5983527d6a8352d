"""Excerpts within the rights: which words of each article the published site shows.

The study sets two caps: words in one excerpt, and the share of an article's words over the whole site.
They are spent on statements on target first, then on pairs, then on terms.
"""

import math

import polars as pl

from dateline.corpus.sentences import WORD
from dateline.study.load import Study

LEAST = 6
"""Words: a shorter excerpt says nothing."""

Windows = dict[str, tuple[int, int]]

Tables = dict[str, pl.DataFrame]


def allot(study: Study, tables: Tables) -> Windows:
    """Choose the excerpts of the published site: `sentence_id` -> span in the raw text.

    One excerpt a sentence at most, no two of them touching (or they would read as one longer), titles
    free of charge and not among them.
    """
    cap = study.settings["excerpts"]["words"]
    share = study.settings["excerpts"]["share"]
    sizes = (
        tables["sentences"]
        .filter(pl.col("part") != "title")
        .group_by("article_id")
        .agg(pl.col("words").sum())
    )
    budget = dict.fromkeys(study.articles, 0) | {
        article: math.floor(words * share) for article, words in sizes.iter_rows()
    }
    rows = {row["sentence_id"]: row for row in tables["sentences"].iter_rows(named=True)}
    order = sorted(rows.values(), key=lambda row: (row["article_id"], row["start"]))
    neighbours = {
        row["sentence_id"]: (
            order[at - 1]["sentence_id"] if at else None,
            order[at + 1]["sentence_id"] if at + 1 < len(order) else None,
        )
        for at, row in enumerate(order)
    }
    windows: Windows = {}
    for sentence, anchors in _wanted(tables):
        row = rows[sentence]
        left = min(cap, budget[row["article_id"]])
        if sentence in windows or row["part"] == "title" or left < min(LEAST, row["words"]) or left < 1:
            continue
        before, after = neighbours[sentence]
        first = 1 if before in windows and windows[before][1] >= rows[before]["end"] - 3 else 0
        last = 1 if after in windows and windows[after][0] <= rows[after]["start"] + 3 else 0
        window, used = _window(row, anchors, left, first, last)
        if window and used >= min(LEAST, row["words"] - first - last) and used > 0:
            windows[sentence] = window
            budget[row["article_id"]] -= used
    return windows


def _wanted(tables: Tables) -> list[tuple[str, list[tuple[int, int]]]]:
    """Sentences in the order in which the caps are spent, with the spans that an excerpt should hold."""
    wanted: list[tuple[str, list[tuple[int, int]]]] = []
    coded = tables["statements"].filter("on_target").sort("article_id", "start")
    decided = coded.filter(pl.col("support").is_not_null() | pl.col("feasibility").is_not_null())
    for part in (decided, coded):
        wanted += [(row["sentence_id"], [(row["start"], row["end"])]) for row in part.iter_rows(named=True)]
    shown = tables["evidence"]
    spans = {row["sentence_id"]: [] for row in tables["mentions"].iter_rows(named=True)}
    for row in tables["mentions"].iter_rows(named=True):
        spans[row["sentence_id"]].append((row["start"], row["end"]))
    wanted += [
        (sentence, spans.get(sentence, [])) for sentence in shown.filter(figure="pairs")["id"].unique().sort()
    ]
    used = tables["occurrences"].join(
        shown.filter(pl.col("figure").is_in(["rates", "ideas"])).select(occurrence_id="id"),
        on="occurrence_id",
        how="semi",
    )
    wanted += [
        (row["sentence_id"], [(row["start"], row["end"])])
        for row in used.sort("article_id", "start").iter_rows(named=True)
    ]
    return wanted


def _window(
    row: dict, anchors: list[tuple[int, int]], cap: int, first: int, last: int
) -> tuple[tuple[int, int] | None, int]:
    words = [
        (row["start"] + match.start(), row["start"] + match.end()) for match in WORD.finditer(row["text"])
    ]
    words = words[first : len(words) - last]
    if not words:
        return None, 0
    if len(words) > cap:
        begin = next((at for at, (start, _) in enumerate(words) if anchors and start >= anchors[0][0]), 0)
        begin = max(0, min(begin, len(words) - cap))
        words = words[begin : begin + cap]
    start = words[0][0] if first or words[0][0] - row["start"] > 3 else row["start"]
    end = words[-1][1] if last or row["end"] - words[-1][1] > 3 else row["end"]
    return (start, end), len(words)
