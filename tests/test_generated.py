"""A thousand generated articles: every count equals its entries, and the tests hold their size."""

from collections import Counter

import polars as pl
import pytest
from benchmarks.size_and_power import CLAIMS, verdicts
from benchmarks.worlds import Effect, generated_study

from dateline.actors.mentions import find_mentions
from dateline.actors.pairs import co_mentions, pair_windows
from dateline.corpus.articles import build_corpus, units_of
from dateline.terms.keyness import keyness
from dateline.terms.rates import term_rates
from dateline.terms.tokens import find_occurrences

Tables = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def thousand() -> Tables:
    study = generated_study(1000, 1, words=150)
    lists = study.lists
    tables = build_corpus(study)
    sentences, articles = tables["sentences"], tables["articles"]
    tables["mentions"] = find_mentions(study, sentences, articles)
    tables["occurrences"] = find_occurrences(
        sentences, lists["stopwords"], lists["actors"], lists["terms"], "en", min_count=50
    ).filter(pl.len().over("term") >= 50)
    tables["term_rates"] = term_rates(tables["occurrences"], articles, min_count=50)
    tables["keyness"] = keyness(tables["occurrences"], articles, min_count=50)
    tables["co_mentions"] = co_mentions(tables["mentions"], sentences, articles)
    return tables


def test_rates_and_keyness_count_what_there_is(thousand: Tables) -> None:
    units = units_of(thousand["articles"])
    uses = (
        thousand["occurrences"].join(units, on="article_id")
        .group_by("term", "unit_kind", "unit").agg(n=pl.len().cast(pl.Int64))
    )  # fmt: skip
    rates = thousand["term_rates"].filter(pl.col("count") > 0).join(uses, on=["term", "unit_kind", "unit"], how="full")
    assert rates.height == uses.height
    assert rates.filter(pl.col("count") != pl.col("n")).is_empty()
    words = units.group_by("unit_kind", "unit").agg(real=pl.col("words").sum())
    sized = thousand["term_rates"].join(words, on=["unit_kind", "unit"])
    assert sized.filter(pl.col("words") != pl.col("real")).is_empty()
    key = thousand["keyness"].join(uses, on=["term", "unit_kind", "unit"], how="left")
    assert key["unit_kind"].unique().to_list() == ["period"], "its articles have no publisher"
    assert key.filter(pl.col("count") != pl.col("n").fill_null(0)).is_empty()


def test_pairs_count_what_there_is(thousand: Tables) -> None:
    units = units_of(thousand["articles"])
    for window in ("sentence", "paragraph", "article"):
        joint = (
            pair_windows(thousand["mentions"], thousand["sentences"], window).join(units, on="article_id")
            .group_by("actor_a", "actor_b", "unit_kind", "unit").agg(n=pl.len().cast(pl.Int64))
        )  # fmt: skip
        counted = thousand["co_mentions"].filter(pl.col("together") > 0, window=window)
        if window == "article":
            joint = joint.filter(pl.col("unit_kind") != "article")
        both = counted.join(joint, on=["actor_a", "actor_b", "unit_kind", "unit"], how="full")
        assert both.height == joint.height == counted.height
        assert both.filter(pl.col("together") != pl.col("n")).is_empty()


@pytest.mark.parametrize("seed", [0, 1])
def test_where_nothing_differs_no_more_is_claimed_than_the_level_allows(seed: int) -> None:
    found: dict[str, Counter] = {}
    for test, _, verdict in verdicts(40, seed, Effect()):
        found.setdefault(test, Counter())[verdict] += 1
    for test, counts in found.items():
        claims = sum(counts[verdict] for verdict in CLAIMS)
        # One study is one draw: its words rise and fall together. benchmarks/size_and_power.py takes many.
        assert claims <= max(2, 0.08 * counts.total()), test
        assert counts["supported"] <= 0.01 * counts.total(), test


def test_a_pair_that_seeks_company_is_found() -> None:
    found = [verdict for test, built, verdict in verdicts(40, 3, Effect(pair=0.4)) if test == "pair" and built]
    assert found == ["supported"]
