"""What a statement holds about the proposition: statements + cue lists -> target, two scales, condition.

Everything is decided by phrases in `data/target.csv` and `data/cues.csv`, and `because` keeps the
phrases and rules that did. A condition is a mark of its own, and where nothing decides the scale stays empty.
"""

import polars as pl

from dateline.scales import Scales, decide, find_hits, free_match, own_hits, without_once
from dateline.tables import from_rows
from dateline.target import Statement, may_bear, object_nearby, points_back, previous_support, target_of


def code_statements(
    statements: list[dict],
    sentences: pl.DataFrame,
    mentions: pl.DataFrame,
    texts: dict[str, str],
    kinds: dict[str, str],
    scales: Scales,
) -> pl.DataFrame:
    """Code every statement on target, support, feasibility and condition.

    Args:
        statements: The rows of `statements.find_statements`.
        sentences: The table `sentences`.
        mentions: The table `mentions`.
        texts: `article_id` -> raw text.
        kinds: Actor id -> `person`, `state` or `organisation`.
        scales: The compiled lists.

    Returns:
        The table `statements`. A scale is empty off target and where no phrase decides.
    """
    order = {row["sentence_id"]: row for row in sentences.iter_rows(named=True)}
    named: dict[str, list[dict]] = {}
    for row in mentions.iter_rows(named=True):
        named.setdefault(row["sentence_id"], []).append(row)
    titles = {row["article_id"]: row["sentence_id"] for row in order.values() if row["part"] == "title"}
    by_article: dict[str, list[dict]] = {}
    for row in order.values():
        by_article.setdefault(row["article_id"], []).append(row)
    coded: list[dict] = []
    before: dict[str, list[dict]] = {}
    statements = sorted(statements, key=lambda row: (row["article_id"], row["start"], row["statement_id"]))
    likely = scales.narrowed([order[row["sentence_id"]]["text"] for row in statements])
    for row, phrases in zip(statements, likely, strict=True):
        earlier = before.setdefault(row["article_id"], [])
        here, text = order[row["sentence_id"]], texts[row["article_id"]]
        context = object_nearby(here, by_article[row["article_id"]], named, titles, scales)
        own = text[row["start"] : row["end"]]
        told = Statement(row, own, here, named.get(row["sentence_id"], []), earlier, context)
        result = {**row, **_code(told, kinds, phrases)}
        coded.append(result)
        earlier.append(result)
    # What bears on the scales is the clause with its verb ("rejects"); what is shown is what was said.
    said = [{**row, "start": row["told_start"], "end": row["told_end"]} for row in coded]
    return from_rows(said, "statements")


OFF_TARGET = {"on_target": False, "support": None, "feasibility": None, "conditional": False, "because": ""}


def _code(told: Statement, kinds: dict[str, str], scales: Scales) -> dict:
    if not may_bear(told, scales):
        return OFF_TARGET
    own = told.own
    blotted = scales.blotted(own)
    hits = find_hits(own, blotted, scales)
    facet = target_of(told, hits, kinds, scales)
    if not facet:
        return OFF_TARGET
    because = [f"target: {facet}"]
    hits = own_hits(own, told.row, hits, told.mentions, scales)
    support, why = decide(own, hits, "support", scales)
    if points_back(own) and scales.reversal.search(own) and (rejected := previous_support(told)):
        support, why = -rejected, f"rejects a position of {rejected:+d}"
    feasibility, also = decide(own, hits, "feasibility", scales)
    because += [part for part in (why and f"support: {why}", also and f"feasibility: {also}") if part]
    plain, hidden = without_once(own), without_once(blotted)
    found = (free_match(cue, plain, hidden, scales) for cue in scales.condition)
    condition = next(filter(None, found), "")
    if condition.casefold() == "if" and support == -1:
        condition = ""  # "If they join, there will be war" threatens; it sets no condition.
    if condition:
        because.append(f"condition: {condition}")
    return {
        "on_target": True,
        "support": support,
        "feasibility": feasibility,
        "conditional": bool(condition),
        "because": "; ".join(because),
    }
