"""The five articles of this repository against their gold codes: in-sample, a guard and no measurement.

The rules were written with these articles in view, so the figures below say only that nothing has
slipped; they say nothing about other articles.
"""

from collections.abc import Hashable, Iterable
from pathlib import Path

import polars as pl
import pytest

from dateline.actors.mentions import find_mentions
from dateline.corpus.articles import build_corpus
from dateline.statements.reader import find_statements
from dateline.study.load import Study

GOLD = Path(__file__).parents[1] / "data" / "gold"


@pytest.fixture(scope="module")
def found(study: Study) -> dict[str, pl.DataFrame]:
    tables = build_corpus(study)
    sentences = tables["sentences"]
    tables["mentions"] = find_mentions(study, sentences, tables["articles"])
    tables["statements"], _ = find_statements(study, sentences, tables["mentions"])
    starts = sentences.select("sentence_id", sentence_start="start")
    for name in ("mentions", "statements"):
        tables[name] = tables[name].join(starts, on="sentence_id", validate="m:1")
    return tables


def gold(name: str) -> pl.DataFrame:
    return pl.read_csv(GOLD / f"{name}.csv")


def rows(frame: pl.DataFrame, *columns: str) -> list[tuple]:
    return frame.select(columns).rows()


def f1(truth: Iterable[Hashable], guess: Iterable[Hashable]) -> float:
    """2 TP / (2 TP + FP + FN) over sets."""
    truth, guess = set(truth), set(guess)
    return 2 * len(truth & guess) / (len(truth) + len(guess))


def macro_f1(truth: list[int | None], guess: list[int | None]) -> float:
    """Mean F1 over the classes that the gold codes hold; an empty code is a class of its own."""
    scores = []
    for value in sorted(set(truth), key=str):
        pairs = list(zip(truth, guess, strict=True))
        hit = sum(a == value == b for a, b in pairs)
        scores.append(2 * hit / (sum(a == value for a, _ in pairs) + sum(b == value for _, b in pairs)))
    return sum(scores) / len(scores)


KEY = ("article_id", "sentence_start", "holder")


def on_both_sides(found: pl.DataFrame) -> pl.DataFrame:
    """Statements that the rules and the gold codes both place on target, with both codes."""
    truth = gold("statements").filter("on_target")
    return truth.join(found.filter("on_target"), on=KEY, nulls_equal=True, suffix="_found", validate="1:1")


def test_macro_f1_gives_every_class_the_same_weight() -> None:
    assert macro_f1([1, 1, 1, None], [1, 1, 1, 1]) == pytest.approx((6 / 7 + 0) / 2)


def test_in_sample_every_line_left_out_is_the_one_the_gold_leaves_out(found: dict) -> None:
    columns = ("article_id", "start", "end", "reason")
    assert rows(found["removed"], *columns) == rows(gold("removed"), *columns)


def test_in_sample_every_sentence_has_the_gold_span_and_paragraph(found: dict) -> None:
    columns = ("article_id", "start", "end", "paragraph")
    assert rows(found["sentences"], *columns) == rows(gold("sentences"), *columns)


@pytest.mark.xfail(strict=True, reason="one first paragraph is a standfirst in the gold codes and body by the rules")
def test_in_sample_every_sentence_is_in_the_gold_part(found: dict) -> None:
    columns = ("article_id", "start", "part")
    assert rows(found["sentences"], *columns) == rows(gold("sentences"), *columns)


@pytest.mark.xfail(strict=True, reason="the three signs of damage miss four sentences that the gold codes call corrupt")
def test_in_sample_every_corrupt_sentence_is_marked(found: dict) -> None:
    columns = ("article_id", "start", "corrupt")
    assert rows(found["sentences"], *columns) == rows(gold("sentences"), *columns)


def test_in_sample_actors_of_a_sentence_reach_f1_of_097(found: dict) -> None:
    columns = ("article_id", "sentence_start", "actor")
    assert f1(rows(gold("mentions"), *columns), rows(found["mentions"], *columns)) >= 0.97


def test_in_sample_statements_with_the_right_holder_reach_f1_of_093(found: dict) -> None:
    assert f1(rows(gold("statements"), *KEY), rows(found["statements"], *KEY)) >= 0.93


def test_in_sample_statements_on_target_reach_f1_of_093(found: dict) -> None:
    truth = rows(gold("statements").filter("on_target"), *KEY)
    assert f1(truth, rows(found["statements"].filter("on_target"), *KEY)) >= 0.93


@pytest.mark.parametrize("scale", ["support", "feasibility"])
def test_in_sample_each_scale_reaches_macro_f1_of_090(found: dict, scale: str) -> None:
    both = on_both_sides(found["statements"])
    assert macro_f1(both[scale].to_list(), both[f"{scale}_found"].to_list()) >= 0.90


@pytest.mark.xfail(strict=True, reason="one of the two conditions of the gold codes has no word of condition")
def test_in_sample_conditions_are_the_gold_conditions(found: dict) -> None:
    both = on_both_sides(found["statements"])
    assert both.filter("conditional_found").select(KEY).rows() == both.filter("conditional").select(KEY).rows()


def test_in_sample_no_condition_is_found_that_the_gold_does_not_have(found: dict) -> None:
    both = on_both_sides(found["statements"])
    assert both.filter(pl.col("conditional_found") & ~pl.col("conditional")).select(KEY).rows() == []
