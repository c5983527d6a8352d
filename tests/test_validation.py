"""Program and coders side by side, in a world checked by hand."""

import shutil
from collections.abc import Callable
from pathlib import Path

import krippendorff
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from typer.testing import CliRunner

from dateline.cli.console import app
from dateline.codes.gold import read_codes, score, score_coder
from dateline.codes.validation import agreement, corrected_means, hand_coded_means, validate
from dateline.errors import DatelineError
from dateline.inference import statistics
from dateline.study.load import Study
from dateline.tables import SCHEMAS
from tests.conftest import REPOSITORY

Tables = dict[str, pl.DataFrame]


def codes(*rows: tuple) -> pl.DataFrame:
    names = ["article_id", "sentence_start", "holder", "voice", "on_target", "support", "feasibility", "conditional"]
    return pl.DataFrame(rows, schema=names, orient="row")


def test_alpha_of_a_small_table_by_hand() -> None:
    # Values: five a, three b. Expected disagreement 2 * 5 * 3 / 56, observed 2 of 8: 1 - 7 * 2 / 30.
    pairs = [("a", "a"), ("a", "a"), ("b", "b"), ("a", "b")]
    assert statistics.krippendorff_alpha(pairs) == pytest.approx(1 - 7 * 2 / 30)


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("xyz")), min_size=2, max_size=30))
def test_alpha_is_that_of_krippendorff(pairs: list[tuple[str, str]]) -> None:
    ours = statistics.krippendorff_alpha(pairs)
    if len({value for pair in pairs for value in pair}) < 2:
        assert ours is None
        return
    data = [[ord(a) for a, _ in pairs], [ord(b) for _, b in pairs]]
    assert ours == pytest.approx(krippendorff.alpha(data, level_of_measurement="nominal"), abs=1e-9)


def test_agreement_is_over_what_both_code() -> None:
    one = codes(("n1", 0, "abel", "direct", True, 1, None, False), ("n1", 9, "ito", "direct", True, -1, None, False))
    other = codes(("n1", 0, "abel", "direct", True, 1, 1, False), ("n1", 30, "ito", "direct", True, -1, None, False))
    found = agreement([("a and b", one, other)])
    assert found.select("code", "both", "same").rows() == [
        ("voice", 1, 1), ("on_target", 1, 1), ("support", 1, 1), ("feasibility", 1, 0), ("conditional", 1, 1),
    ]  # fmt: skip


def test_the_five_are_held_against_both_coders(study_tables: Tables) -> None:
    found = validate(REPOSITORY / "data" / "gold", study_tables)
    assert found.agreement["coders"].unique(maintain_order=True).to_list() == [
        "program and codes", "first and second coder",
    ]  # fmt: skip
    # The confusion of a scale holds the same statements as its agreement, less those off target on both sides.
    assert found.confusion.group_by("scale").agg(pl.col("statements").sum())["statements"].n_unique() == 1
    assert found.rules["found"].sum() >= found.rules["right"].sum() > 0
    missed = found.errors.filter(what="missed").height
    held = found.scores.filter(measure="statements with the right holder")
    assert missed == held["gold"][0] - held["right"][0]


def test_a_study_is_scored_against_the_adjudicated_codes(study_tables: Tables) -> None:
    found = study_tables["accuracy"]
    assert found.schema == pl.Schema(SCHEMAS["accuracy"])
    assert found["coder"].unique().to_list() == ["adjudicated"]
    assert not found["measure"].is_duplicated().any()
    assert_frame_equal(found.drop("coder"), score_coder(REPOSITORY / "data/gold/adjudicated", study_tables))
    assert_frame_equal(found.drop("coder"), validate(REPOSITORY / "data/gold", study_tables).scores)


def test_a_study_without_codes_is_not_scored(tiny: Study) -> None:
    assert score(tiny).is_empty()


def test_hand_coded_means_stand_beside_the_program_s(study_tables: Tables) -> None:
    means = hand_coded_means(REPOSITORY / "data" / "gold", study_tables)
    assert means.filter(pl.col("n_coder") > 5).height >= 1
    assert means.select(pl.col("program", "coder").is_between(-1, 1).fill_null(True).all()).row(0) == (True, True)


def test_where_every_sentence_was_read_the_corrected_mean_is_the_coder_s(study_tables: Tables) -> None:
    gold = REPOSITORY / "data" / "gold"
    coder = hand_coded_means(gold, study_tables).drop_nulls("coder").sort("holder", "scale")
    found = corrected_means(gold, study_tables).drop_nulls("corrected").sort("holder", "scale")
    assert found.select("holder", "scale").rows() == coder.select("holder", "scale").rows()
    assert found["corrected"].to_list() == pytest.approx(coder["coder"].to_list())
    assert found["low"].null_count() == found.height


def test_a_sample_corrects_a_program_that_errs_and_its_interval_holds_the_coder_s_mean(
    study_tables: Tables, tmp_path: Path
) -> None:
    gold = REPOSITORY / "data" / "gold"
    holder = "volodymyr-zelenskyy"
    # A program that takes every third of his wishes for its opposite.
    wrong = pl.when((pl.col("holder") == holder) & (pl.col("start") % 3 == 0)).then(-pl.col("support"))
    erring = study_tables["statements"].with_columns(support=wrong.otherwise(pl.col("support")))
    tables = {**study_tables, "statements": erring}
    coder = hand_coded_means(gold, tables).filter(holder=holder, scale="support").row(0, named=True)
    shutil.copy(gold / "statements.csv", tmp_path)
    sentences = pl.read_csv(gold / "sentences.csv")
    inside, corrected = 0, []
    for seed in range(40):
        sentences.sample(fraction=0.5, seed=seed).write_csv(tmp_path / "sentences.csv")
        row = corrected_means(tmp_path, tables).filter(holder=holder, scale="support").row(0, named=True)
        corrected.append(row["corrected"])
        inside += row["low"] <= coder["coder"] <= row["high"]
    assert coder["program"] < coder["coder"] - 0.3
    assert sum(corrected) / len(corrected) == pytest.approx(coder["coder"], abs=0.07)
    assert inside >= 34


def test_a_folder_without_codes_is_refused(study_tables: Tables, tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match=r"lacks sentences\.csv, statements\.csv"):
        validate(tmp_path, study_tables)


def test_the_command_prints_every_part(tiny_study: Callable[..., Path]) -> None:
    done = CliRunner().invoke(app, ["score", "--root", str(REPOSITORY), "--worst", "2"])
    assert done.exit_code == 0
    for part in ("Precision, recall and F1", "Krippendorff", "Scales", "Rules", "2 of"):
        assert part in done.stdout
    before = CliRunner().invoke(app, ["validate", "--root", str(REPOSITORY), "--worst", "2"])
    assert (before.exit_code, before.stdout) == (0, done.stdout)
    assert before.stderr.startswith("`dateline validate` is now `dateline score`")


@pytest.mark.parametrize("text", ["x,y\n1,2\n", "article_id,sentence_start,holder\na1,soon,abel\n", ""])
def test_codes_that_cannot_be_read_are_told_with_their_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "statements.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DatelineError, match=r"statements\.csv"):
        read_codes(tmp_path)
