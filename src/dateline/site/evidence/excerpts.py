"""Choose the words of each article that the published site shows, within the rights.

The study sets two caps: words in one excerpt, and the share of an article's words over the whole site.
They are spent on statements on target first, then on what the figures count: sentences, names, terms.
"""

import math

import polars as pl

from dateline.corpus.sentences import WORD
from dateline.study.load import Study
from dateline.tables import Tables

LEAST = 6
"""Words: a shorter excerpt says nothing."""

Windows = dict[str, tuple[int, int]]


def allot(study: Study, tables: Tables) -> Windows:
    """Choose the excerpts of the published site: sentence -> span in the raw text.

    One excerpt a sentence at most, no two of them touching (or they would read as one longer), titles
    free of charge and not among them.
    """
    cap = study.settings["excerpts"]["words"]
    share = study.settings["excerpts"]["share"]
    sizes = tables["sentences"].filter(pl.col("part") != "title").group_by("article_id").agg(pl.col("words").sum())
    budget = dict.fromkeys(study.articles, 0) | {name: math.floor(words * share) for name, words in sizes.iter_rows()}
    order = sorted(tables["sentences"].rows(named=True), key=lambda row: (row["article_id"], row["start"]))
    rows, names = {row["sentence_id"]: row for row in order}, [row["sentence_id"] for row in order]
    neighbours = dict(zip(names, zip([None, *names], [*names[1:], None], strict=False), strict=True))
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
    """Return sentences in the order in which the caps are spent, with the spans that an excerpt should have."""
    coded = tables["statements"].filter("on_target").sort("article_id", "start")
    decided = coded.filter(pl.col("support").is_not_null() | pl.col("feasibility").is_not_null())
    counted = _counted(tables)
    used, named = (
        tables[f"{kind}s"].join(counted.filter(kind=kind), left_on=f"{kind}_id", right_on="id", how="semi")
        for kind in ("occurrence", "mention")
    )
    spans: dict[str, list[tuple[int, int]]] = {}
    for sentence, start, end in tables["mentions"].select("sentence_id", "start", "end").iter_rows():
        spans.setdefault(sentence, []).append((start, end))
    shared = [(sentence, spans.get(sentence, [])) for sentence in counted.filter(kind="sentence")["id"].unique().sort()]
    return [*_in_order(decided), *_in_order(coded), *shared, *_in_order(named), *_in_order(used)]


def _in_order(things: pl.DataFrame) -> list[tuple[str, list[tuple[int, int]]]]:
    rows = things.sort("article_id", "start").select("sentence_id", "start", "end").iter_rows()
    return [(sentence, [(start, end)]) for sentence, start, end in rows]


def _counted(tables: Tables) -> pl.DataFrame:
    """Return the table `evidence` without the figures that count every sentence, which say nothing about one."""
    evidence, every = tables["evidence"], tables["sentences"].height
    sizes = evidence.filter(kind="sentence").group_by("figure").agg(n=pl.col("id").n_unique())
    whole = sizes.filter(pl.col("n") >= every)["figure"].to_list()
    return evidence.filter(~pl.col("figure").is_in(whole))


def _window(
    row: dict, anchors: list[tuple[int, int]], cap: int, first: int, last: int
) -> tuple[tuple[int, int] | None, int]:
    words = [(row["start"] + match.start(), row["start"] + match.end()) for match in WORD.finditer(row["text"])]
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
