"""Coding by hand: a sample drawn by chance, a sheet for a spreadsheet, codes that the program is held against."""

import csv
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dateline.codes.gold import is_sample, score_coder
from dateline.codes.sheet import COLUMNS, SHEET, collect_sheet, write_sheet
from dateline.codes.validation import validate
from dateline.errors import DatelineError, StudyError
from dateline.study.load import Study, load_study
from dateline.tables import GOLD
from tests.pipeline import tables_of


@pytest.fixture
def tiny_tables(tiny_study) -> tuple[Study, dict[str, pl.DataFrame]]:
    study = load_study(tiny_study())
    return study, tables_of(study)


def fill(study: Study, codes: dict[str, dict[str, str]]) -> None:
    """Read every sentence of the sheet; code those that begin with a key."""
    path = study.root / SHEET
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    for row in rows:
        row["read"] = "Yes "
        for start, given in codes.items():
            if row["text"].startswith(start):
                row.update(given)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


ITO = {"holder": "ito", "holder_text": "Ito", "voice": "narrated", "on_target": "true", "support": "-1"}


def test_a_sheet_is_drawn_by_its_seed_and_never_over_somebodys_work(tiny_tables) -> None:
    study, tables = tiny_tables
    drawn = []
    for seed in (1, 1, 2, 3, 4):
        path = write_sheet(study, tables["sentences"], count=2, seed=seed)
        drawn.append(path.read_text(encoding="utf-8"))
        path.unlink()
    assert drawn[0] == drawn[1]
    assert len(set(drawn)) > 1
    assert drawn[0].splitlines()[0] == ",".join(COLUMNS)
    write_sheet(study, tables["sentences"], count=99, seed=1)
    with pytest.raises(DatelineError, match="somebody's work is in it"):
        write_sheet(study, tables["sentences"], count=2, seed=1)


def test_the_program_is_held_against_what_was_read_and_nothing_else(tiny_tables) -> None:
    study, tables = tiny_tables
    write_sheet(study, tables["sentences"].filter(pl.col("article_id") == "a2"), count=99, seed=1)
    fill(study, {"Ito opposes": ITO})
    assert collect_sheet(study, tables["sentences"]) == (2, 1)
    gold = study.root / GOLD
    assert is_sample(gold)
    scores = score_coder(gold, tables)
    assert scores["measure"].to_list() == [
        "statements with the right holder",
        "statements on target",
        "support",
        "feasibility",
    ]
    assert scores.select("right", "gold", "found").rows()[:3] == [(1, 1, 1)] * 3
    assert validate(gold, tables).errors.is_empty()
    accuracy = tables_of(study)["accuracy"]  # against the only coder that there is
    assert accuracy["coder"].unique().to_list() == ["first"]
    assert_frame_equal(accuracy.drop("coder"), scores)


def test_cells_that_no_code_can_be_made_of_are_named_and_nothing_is_written(tiny_tables) -> None:
    study, tables = tiny_tables
    write_sheet(study, tables["sentences"], count=99, seed=1)
    fill(
        study,
        {
            "Ito opposes": {**ITO, "support": "2"},
            "Abel said": {"holder": "nobody", "voice": "direct"},
            "Sudland": {"holder": "ito"},
        },
    )
    with pytest.raises(StudyError) as failure:
        collect_sheet(study, tables["sentences"])
    said = str(failure.value)
    assert "support is '2'" in said
    assert "no actor is called 'nobody'" in said
    assert "a statement without read, voice or on_target" in said
    assert not (study.root / GOLD / "statements.csv").exists()


def test_a_sheet_that_is_not_there_is_told(tiny_tables, tmp_path: Path) -> None:
    study, tables = tiny_tables
    with pytest.raises(DatelineError, match="`dateline sheet` draws one"):
        collect_sheet(study, tables["sentences"])


def test_a_sheet_in_which_nothing_is_read_makes_no_gold_codes(tiny_tables) -> None:
    study, tables = tiny_tables
    write_sheet(study, tables["sentences"], count=99, seed=1)
    with pytest.raises(DatelineError, match="no sentence is marked as read"):
        collect_sheet(study, tables["sentences"])
    assert not (study.root / GOLD / "statements.csv").exists()


def test_a_sheet_without_a_statement_says_that_there_is_none(tiny_tables) -> None:
    study, tables = tiny_tables
    write_sheet(study, tables["sentences"], count=99, seed=1)
    fill(study, {})
    read, coded = collect_sheet(study, tables["sentences"])
    assert (read > 0, coded) == (True, 0)
    found = validate(study.root / GOLD, tables)
    assert found.scores["gold"].to_list() == [0, 0, 0, 0]


def test_a_sheet_may_come_back_with_semicolons(tiny_tables) -> None:
    study, tables = tiny_tables
    write_sheet(study, tables["sentences"], count=99, seed=1)
    fill(study, {"Ito opposes": ITO})
    path = study.root / SHEET
    rows = list(csv.reader(path.open(encoding="utf-8")))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    assert collect_sheet(study, tables["sentences"])[1] == 1


def test_a_wrong_value_lowers_f1_whatever_values_the_gold_uses(tiny_tables) -> None:
    study, tables = tiny_tables
    write_sheet(study, tables["sentences"].filter(pl.col("article_id") == "a2"), count=99, seed=1)
    fill(study, {"Ito opposes": {**ITO, "support": "0"}})
    collect_sheet(study, tables["sentences"])
    scores = score_coder(study.root / GOLD, tables).filter(measure="support")
    assert scores.select("precision", "recall", "f1").row(0) == (0, 0, 0)
