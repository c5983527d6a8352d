"""The contract of the tables: what leaves a module has these columns, types, order and precision."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from dateline import tables
from dateline.errors import Fault, StudyError, TableError, require_columns
from dateline.study.load import load_study
from tests.pipeline import tables_of

REMOVED = {"article_id": "a1", "start": 4, "end": 9, "text": "CLOSE", "reason": "furniture", "rule": "A button"}
RATES = {
    "term": ["gate", "gate", "door"],
    "unit_kind": ["period", "all", "all"],
    "unit": ["2019", "all", "all"],
    "count": [1, 2, 3],
    "words": [8, 10, 10],
    "per_1000": [125.0, 200.00000049, -0.0],
    "kind": ["word", "word", "word"],
    "boot_low": [None, None, 0.0],
    "boot_high": [None, None, 1.0],
    "low": [0.1234567, 0.0, 0.0],
    "high": [1.0, 1.0, 1.0],
}


def test_every_table_and_column_is_described() -> None:
    for name, table in tables.TABLES.items():
        assert table.types, name
        assert all(map(str.strip, [table.row, table.limits, *table.meanings.values()])), name
        assert list(table.types) == list(table.meanings)


def test_a_key_has_its_own_order_and_only_tables_about_tables_have_none() -> None:
    assert tables.TABLES["keyness"].key == ["unit_kind", "unit", "term"]
    assert [name for name, table in tables.TABLES.items() if not table.key] == ["merges", "robustness", "accuracy"]


def test_conform_orders_columns_and_rows_rounds_floats_and_drops_what_the_contract_lacks() -> None:
    shuffled = (
        pl.DataFrame(RATES)
        .with_columns(mood=pl.lit("x"))
        .select(pl.all().reverse())
        .select(
            "mood",
            "boot_high",
            "boot_low",
            "high",
            "low",
            "per_1000",
            "words",
            "count",
            "unit",
            "unit_kind",
            "kind",
            "term",
        )
    )
    expected = pl.DataFrame(
        {
            "term": ["door", "gate", "gate"],
            "kind": ["word", "word", "word"],
            "unit_kind": ["all", "all", "period"],
            "unit": ["all", "all", "2019"],
            "count": [3, 2, 1],
            "words": [10, 10, 8],
            "per_1000": [0.0, 200.0, 125.0],
            "low": [0.0, 0.0, 0.123457],
            "high": [1.0, 1.0, 1.0],
            "boot_low": [0.0, None, None],
            "boot_high": [1.0, None, None],
        }
    )
    assert_frame_equal(tables.conform(shuffled, "term_rates"), expected)


def test_a_negative_zero_is_written_as_zero() -> None:
    assert str(tables.conform(pl.DataFrame(RATES), "term_rates")["per_1000"][0]) == "0.0"


def test_a_missing_column_is_named_with_those_there_are() -> None:
    with pytest.raises(TableError) as error:
        tables.conform(pl.DataFrame(REMOVED).drop("rule", "end"), "removed")
    assert str(error.value) == (
        "removed has no column 'end', 'rule'; it has 'article_id', 'start', 'text', 'reason'.\n"
        "data/README.md describes each column of removed."
    )


def test_a_value_that_its_column_cannot_hold_is_an_error() -> None:
    with pytest.raises(TableError, match=r"removed has a value that does not fit its column: .*'start'"):
        tables.conform(pl.DataFrame({**REMOVED, "start": "four"}), "removed")


def test_a_key_may_stand_once() -> None:
    with pytest.raises(TableError) as error:
        tables.conform(pl.DataFrame([REMOVED, {**REMOVED, "end": 10}]), "removed")
    assert str(error.value) == "removed has 2 rows with the key ('a1', 4); its key is article_id, start."


def test_no_rows_give_the_table_without_rows() -> None:
    assert_frame_equal(tables.from_rows([], "mentions"), tables.empty("mentions"))
    assert dict(tables.empty("mentions").schema) == tables.SCHEMAS["mentions"]


def test_rows_become_the_table_in_the_order_of_its_key() -> None:
    later = {**REMOVED, "start": 20, "end": 25}
    expected = pl.DataFrame([REMOVED, later])
    assert_frame_equal(tables.from_rows([later, REMOVED], "removed"), expected)


def test_a_row_without_a_column_is_an_error() -> None:
    with pytest.raises(TableError):
        tables.from_rows([{"article_id": "a1", "start": 4}], "removed")


def test_a_row_with_a_value_of_the_wrong_type_is_an_error_of_the_table() -> None:
    with pytest.raises(TableError):
        tables.from_rows([{**REMOVED, "start": "four"}], "removed")


def test_a_fraction_is_no_whole_number() -> None:
    with pytest.raises(TableError, match="start has a fraction"):
        tables.conform(pl.DataFrame({**REMOVED, "start": 4.5}), "removed")


def test_what_is_written_is_read_back_and_the_csv_twin_says_the_same(tmp_path: Path) -> None:
    article = {
        "article_id": "a1",
        "file": "data/articles/a1.txt",
        "sha256": "0" * 64,
        "title": 'A "gate", open',
        "publisher": None,
        "url": None,
        "published": date(2019, 5, 3),
        "published_from": date(2019, 5, 3),
        "published_to": date(2019, 5, 3),
        "published_basis": "stated",
        "published_evidence": "line\nbreak",
        "translated": None,
        "words": 3,
        "period": "2019",
    }
    frame = tables.from_rows([article], "articles")
    tables.write(frame, "articles", tmp_path / "derived")
    assert_frame_equal(tables.read("articles", tmp_path / "derived"), frame)
    twin = pl.read_csv(tmp_path / "derived" / "articles.csv", schema=tables.SCHEMAS["articles"])
    assert_frame_equal(twin, frame)
    assert sorted(path.name for path in (tmp_path / "derived").iterdir()) == ["articles.csv", "articles.parquet"]


def test_the_same_rows_in_any_order_give_the_same_bytes(tmp_path: Path) -> None:
    frame = pl.DataFrame(RATES)
    tables.write(frame, "term_rates", tmp_path / "one")
    tables.write(frame.reverse(), "term_rates", tmp_path / "two")
    for name in ("term_rates.csv", "term_rates.parquet"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_table_out_of_contract_leaves_the_one_before_it_in_place(tmp_path: Path) -> None:
    tables.write(pl.DataFrame(RATES), "term_rates", tmp_path)
    before = (tmp_path / "term_rates.csv").read_bytes()
    with pytest.raises(TableError):
        tables.write(pl.DataFrame(RATES).drop("unit"), "term_rates", tmp_path)
    assert (tmp_path / "term_rates.csv").read_bytes() == before
    assert list(tmp_path.glob("*.part")) == []


def test_a_table_that_was_never_made_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"term_rates\.parquet is not there\. Run `dateline build`"):
        tables.read("term_rates", tmp_path)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
def test_conforming_twice_changes_nothing(values: list[float]) -> None:
    count = len(values)
    frame = pl.DataFrame(
        {
            "term": [f"t{n}" for n in range(count)],
            "kind": ["word"] * count,
            "boot_low": values,
            "boot_high": values,
            "unit_kind": ["all"] * count,
            "unit": ["all"] * count,
            "count": [1] * count,
            "words": [9] * count,
            "per_1000": values,
            "low": values,
            "high": values,
        }
    )
    once = tables.conform(frame, "term_rates")
    assert_frame_equal(tables.conform(once, "term_rates"), once, check_exact=True)


def test_required_columns_that_are_there_are_no_error() -> None:
    require_columns(["a", "b", "c"], ["c", "a"], table="any")


def test_faults_are_shown_once_each_by_file_and_line() -> None:
    late, early, whole = (
        Fault("b.csv", 2, "x", "mend x"),
        Fault("a.csv", 10, "y", "mend y"),
        Fault("b.csv", 0, "z", "mend z"),
    )
    assert str(StudyError([late, early, late, whole])) == (
        "3 faults in the study; nothing was built or changed.\n"
        "a.csv:10: y\n    mend y\nb.csv: z\n    mend z\nb.csv:2: x\n    mend x"
    )
    assert str(StudyError([late])).startswith("1 fault in the study;")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("period", [False, True])
def test_a_page_without_a_line_that_counts_is_an_article_without_words(tiny_study: Callable, period: bool) -> None:
    story = "Norland seeks the League\n\nAbel said Norland should join the League. Ito opposes it.\n"
    root = tiny_study({"a1": story, "a2": story.replace("Abel", "Ito"), "menu": "Home\nShare\nSubscribe\n"})
    if period:  # the page without words has a period of its own
        toml = root / "data/study.toml"
        toml.write_text(
            toml.read_text() + '\n[[periods]]\nid = "late"\nlabel = "late"\nfrom = 2022-01-01\nto = 2022-12-31\n'
        )
        sources = root / "data/sources.csv"
        days = {"a1": "2020-03-01", "a2": "2020-04-01", "menu": "2022-03-01"}
        lines = sources.read_text().splitlines()
        for at, line in enumerate(lines[1:], start=1):
            cells = line.split(",")
            cells[3], cells[6] = days[cells[0].removesuffix(".txt")], "A test"
            lines[at] = ",".join(cells)
        sources.write_text("\n".join(lines) + "\n")
    tables = tables_of(load_study(root))
    assert dict(tables["articles"].select("article_id", "words").iter_rows())["menu"] == 0
    assert tables["term_rates"].filter(unit_kind="all").height > 3
    assert tables["co_mentions"].height > 0


def test_copies_that_count_once_leave_an_article_without_words(tiny_study: Callable) -> None:
    story = "Norland seeks the League\n\n" + "".join(
        f"Abel said for the {number}th time that Norland should join the League. " for number in range(12)
    )
    root = tiny_study({"a1": story, "a2": story})
    toml = root / "data/study.toml"
    toml.write_text('copies = "once"\n' + toml.read_text())
    tables = tables_of(load_study(root))
    assert sorted(tables["articles"]["words"])[0] == 0
    assert tables["co_mentions"].filter(unit_kind="all").height > 0
