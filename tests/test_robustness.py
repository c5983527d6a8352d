"""Every printed finding is measured again, and says so when it hangs on one choice."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from dateline.study.load import Study, load_study
from tests.pipeline import tables_of


def test_a_finding_as_printed_stands_by_definition(study_tables: dict[str, pl.DataFrame]) -> None:
    printed = study_tables["robustness"].filter(variant="as printed")
    assert printed.height == 4
    assert printed["stands"].all()


def test_what_lives_in_translated_articles_is_gone_without_them(study_tables: dict[str, pl.DataFrame]) -> None:
    invitation = study_tables["robustness"].filter(pl.col("finding").str.starts_with("“invitation”"))
    gone = invitation.filter(pl.col("value").is_null())["variant"].to_list()
    assert gone == ["without translated articles"]
    assert invitation.filter(pl.col("variant").str.contains("prior"))["stands"].all()


def test_undoing_the_merge_that_carries_a_pair_turns_it_round(study_tables: dict[str, pl.DataFrame]) -> None:
    pair = study_tables["robustness"].filter(pl.col("finding").str.contains("share more sentences"))
    turned = pair.filter(~pl.col("stands"))["variant"].to_list()
    assert turned == ["“Ukraine” not taken for Ukraine"]
    again = pair.filter(variant="as printed")["value"][0]
    whole = study_tables["co_mentions"].filter(actor_a="nato", actor_b="ukraine", window="sentence", unit_kind="all")
    assert again == pytest.approx(whole["together"][0] - whole["expected"][0], abs=1e-5)


def test_every_article_is_left_out_once(study: Study, study_tables: dict[str, pl.DataFrame]) -> None:
    left = (
        study_tables["robustness"]
        .filter(pl.col("variant").str.starts_with("without the article of"))
        .group_by("finding")
        .len()
    )
    assert set(left["len"]) == {len(study.articles)}


def test_articles_without_a_day_are_left_out_one_by_one(tiny_study: Callable[..., Path]) -> None:
    study = load_study(tiny_study())
    tables = tables_of(study)
    assert tables["articles"]["published_from"].null_count() == 2
    names = tables["robustness"]["variant"].unique().to_list()
    assert {"without article 1 (no date)", "without article 2 (no date)"} <= set(names)
