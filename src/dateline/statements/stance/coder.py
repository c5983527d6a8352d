"""Code statements: target, support, feasibility and condition, and the words that decide each.

The codes are proposals of a reader that knows listed phrases only; it abstains where no phrase decides.
"""

from collections.abc import Iterator

import polars as pl

from dateline.statements.stance.scales import Scales
from dateline.statements.stance.scope import Piece, brief_pieces, find_condition, find_hits
from dateline.statements.stance.target import (
    Statement,
    find_target,
    may_bear,
    object_nearby,
    points_back,
    previous_support,
)
from dateline.statements.stance.values import decide
from dateline.statements.stance.wishes import own_hits
from dateline.study.phrases import brief
from dateline.tables import from_rows

OFF_TARGET = {"on_target": False, "support": None, "feasibility": None, "conditional": False, "because": ""}
Reasons = dict[str, list[Piece]]
"""`target`, `support`, `feasibility` or `conditional` -> the words that decide it."""


def code_statements(
    statements: list[dict],
    sentences: pl.DataFrame,
    mentions: pl.DataFrame,
    texts: dict[str, str],
    kinds: dict[str, str],
    scales: Scales,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Code every statement on target, support, feasibility and condition.

    Args:
        statements: The rows of `attribute`.
        sentences: The table `sentences`.
        mentions: The table `mentions`.
        texts: `article_id` -> raw text.
        kinds: Actor id -> `person`, `state` or `organisation`.
        scales: The compiled lists.

    Returns:
        The tables `statements` and `reasons`. A scale is empty off target and where no phrase decides.
    """
    order = {row["sentence_id"]: row for row in sentences.iter_rows(named=True)}
    named = mentions.rows_by_key("sentence_id", named=True, include_key=True)
    by_article = sentences.rows_by_key("article_id", named=True, include_key=True)
    statements = sorted(statements, key=lambda row: (row["article_id"], row["start"], row["statement_id"]))
    likely = scales.narrowed([order[row["sentence_id"]]["text"] for row in statements])
    earlier: dict[str, list[dict]] = {article: [] for article in by_article}
    reasons: list[dict] = []
    for row, phrases in zip(statements, likely, strict=True):
        before = earlier[row["article_id"]]
        here, text = order[row["sentence_id"]], texts[row["article_id"]]
        context = object_nearby(here, by_article[row["article_id"]], named, scales)
        own = text[row["start"] : row["end"]]
        codes, decided = _code(Statement(row, own, here, named[row["sentence_id"]], before, context), kinds, phrases)
        before.append({**row, **codes})
        reasons += _rows_of(row, text, decided)
    # What bears on the scales is the clause with its verb ("rejects"); what is shown is what was said.
    coded = [{**row, "start": row["told_start"], "end": row["told_end"]} for own in earlier.values() for row in own]
    return from_rows(coded, "statements"), from_rows(reasons, "reasons")


def _code(told: Statement, kinds: dict[str, str], scales: Scales) -> tuple[dict, Reasons]:
    """Return the codes of one statement and their reasons."""
    if not may_bear(told, scales):
        return OFF_TARGET, {}
    own = told.own
    blotted = scales.blotted(own)
    hits = find_hits(own, blotted, scales)
    bearing = find_target(told, hits, kinds, scales)
    if bearing is None:
        return OFF_TARGET, {}
    hits = own_hits(own, told.row, hits, told.mentions, scales)
    because, reasons = [f"target: {bearing.why}"], {"target": bearing.pieces}
    values: dict[str, int | None] = {}
    for scale in ("support", "feasibility"):
        values[scale], hit = decide(own, hits, scale, scales)
        if hit:
            because.append(f"{scale}: {hit.summary(own)}")
            reasons[scale] = hit.pieces(own)
        verb = scales.reversal.search(own)
        if scale == "support" and verb and points_back(own) and (rejected := previous_support(told)):
            values[scale] = -rejected
            because[1:] = [f"support: rejects a position of {rejected:+d}"]
            reasons[scale] = [Piece(*verb.span())]
    condition = find_condition(own, blotted, scales)
    if condition and own[slice(*condition)].casefold() == "if" and values["support"] == -1:
        condition = None  # "If they join, there will be war" threatens; it sets no condition.
    if condition:
        because.append(f"condition: {brief(own[slice(*condition)])}")
        reasons["conditional"] = brief_pieces(own, *condition)
    codes = {"on_target": True, **values, "conditional": bool(condition), "because": "; ".join(because)}
    return codes, reasons


def _rows_of(row: dict, text: str, reasons: Reasons) -> Iterator[dict]:
    """Yield the rows of `reasons` of one statement; of pieces that overlap one."""
    for about, pieces in reasons.items():
        apart: list[Piece] = []
        for piece in sorted(pieces, key=lambda piece: (piece.start, piece.end)):
            over = apart.pop() if apart and piece.start < apart[-1].end else piece
            apart.append(Piece(over.start, max(over.end, piece.end), over.denied or piece.denied))
        for piece in apart:
            start, end = row["start"] + piece.start, row["start"] + piece.end
            place = {"about": about, "start": start, "end": end, "text": text[start:end], "denied": piece.denied}
            yield {"statement_id": row["statement_id"], "article_id": row["article_id"], **place}
