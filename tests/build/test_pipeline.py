"""The notebooks are the pipeline: which of them run after a change, and that a fault changes nothing.

Four notebooks of a few lines: `first` saves what `second` and `alone` load, `second` what `third` loads; `first` and
`alone` publish a figure.
"""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from dateline.build.stages import Report, build
from dateline.errors import DatelineError, NotebookError
from dateline.figures.base import MADE, STATE
from dateline.tables import DERIVED, SCHEMAS
from tests.build.cells import change_cell, write_notebook
from tests.conftest import write_study
from tests.figures.frames import give_look

FIGURE = """\
rows = dl.mark_rows(pl.DataFrame({{"of": ["a1"], "count": [1]}}), "{name}", "of")
dl.Figure(study, "{name}", title="One", rows=rows, evidence=rows.select("mark", article_id="of"),
          draw=lambda look: look.nothing("One")).publish()
"""
ARTICLES = "articles, removed = dl.read_articles(study)\nstudy.save(articles=articles)"
SKIPPED = "skipped: nothing it reads has changed"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study of this file, built once; tests may not change it."""
    root = write_study(tmp_path_factory.mktemp("pipeline") / "study")
    give_look(root)
    write_notebook(root, "10-first", ARTICLES, "study.save(one=pl.DataFrame({'x': [1]}))", FIGURE.format(name="bar"))
    write_notebook(
        root, "20-second", "one = study.load('one')\nstudy.lists['groups']", "study.save(two=one.with_columns(y=2))"
    )
    write_notebook(root, "30-third", "two = study.load('two')\nstudy.lists['terms']", "study.save(three=two)")
    write_notebook(root, "40-alone", "one = study.load('one')", "study.save(four=one)", FIGURE.format(name="dot"))
    run(root)
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "study"))


def run(root: Path) -> Report:
    return build(root, until="notebooks")


def ran(report: Report) -> list[str]:
    """Return which notebooks a build ran."""
    said = report.stages["notebooks"].removeprefix("made: ")
    return [] if said == SKIPPED else [each.split(" (")[0] for each in said.split("), ")]


def hashes(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def table(root: Path, name: str) -> list[dict]:
    return pl.read_parquet(root / DERIVED / f"{name}.parquet").to_dicts()


def test_what_notebooks_save_and_publish_is_put_in_place(made: Path) -> None:
    assert table(made, "three") == [{"x": 1, "y": 2}]
    assert {path.name for path in (made / MADE).iterdir()} == {
        f"{name}.{kind}" for name in ("bar", "dot") for kind in ("csv", "png", "svg")
    }
    assert table(made, "evidence") == [
        {"figure": "bar", "mark": "bar--a1", "kind": "article", "id": "a1"},
        {"figure": "dot", "mark": "dot--a1", "kind": "article", "id": "a1"},
    ]
    assert not list((made / ".dateline").glob("work-*"))


def test_when_nothing_has_changed_no_notebook_runs_and_no_byte_changes(root: Path) -> None:
    before = hashes(root)
    assert ran(run(root)) == []
    assert hashes(root) == before


def test_a_changed_cell_runs_its_notebook_and_those_that_load_what_it_saves(root: Path) -> None:
    before = hashes(root)
    change_cell(root / "notebooks/20-second.ipynb", "y=2", "y=3")
    report = run(root)
    assert ran(report) == ["20-second", "30-third"]
    assert report.stages["notebooks"].count("its inputs changed") == 2
    assert table(root, "three") == [{"x": 1, "y": 3}]
    # What the two that were skipped made before stays, tables and figures.
    changed = {name for name, value in hashes(root).items() if before.get(name) != value}
    assert {name for name in changed if not name.startswith("notebooks")} == {
        ".dateline/state.json",
        *(f"data/derived/{name}.{kind}" for name in ("two", "three") for kind in ("csv", "parquet")),
    }
    assert set(before) == set(hashes(root))


def test_a_cell_that_saves_the_same_as_before_runs_its_notebook_only(root: Path) -> None:
    change_cell(root / "notebooks/10-first.ipynb", "{'x': [1]}", "{'x': [2 - 1]}")
    assert ran(run(root)) == ["10-first"]
    assert ran(run(root)) == []


def test_a_changed_list_runs_the_notebooks_that_read_it(root: Path) -> None:
    (root / "data/groups.csv").write_text("group,label,actor,note\nsouth,The South,ito,\n", encoding="utf-8")
    # The first reads other lists; the last reads none, so it may read any without the study.
    assert ran(run(root)) == ["20-second", "40-alone"]
    assert table(root, "two") == [{"x": 1, "y": 2}]


@pytest.mark.parametrize(
    "cell", ["study.lists.get('groups')", "list(study.lists.values())", "pl.read_csv('../data/groups.csv')"]
)
def test_however_a_list_is_read_its_change_is_seen(root: Path, cell: str) -> None:
    write_notebook(root, "40-alone", "one = study.load('one')", "study.lists['terms']", cell)
    run(root)
    (root / "data/groups.csv").write_text("group,label,actor,note\nsouth,The South,ito,\n", encoding="utf-8")
    assert "40-alone" in ran(run(root))


def test_changed_settings_and_articles_run_every_notebook(root: Path) -> None:
    settings = root / "data/study.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("The Gate", "The Wall"), encoding="utf-8")
    assert ran(run(root)) == ["10-first", "20-second", "30-third", "40-alone"]


def test_a_table_or_figure_that_is_gone_is_made_again_by_its_notebook(root: Path) -> None:
    before = hashes(root)
    (root / MADE / "dot.png").unlink()
    (root / DERIVED / "three.csv").write_text("by hand\n", encoding="utf-8")
    assert ran(run(root)) == ["30-third", "40-alone"]
    assert hashes(root) == before


def test_what_a_notebook_made_goes_with_it(root: Path) -> None:
    (root / "notebooks/40-alone.ipynb").unlink()
    assert run(root).stages["notebooks"] == "made: 40-alone (it is gone)"
    assert not list((root / MADE).glob("dot.*"))
    assert not (root / STATE / "dot.json").exists()
    assert not (root / DERIVED / "four.parquet").exists()
    assert {row["figure"] for row in table(root, "evidence")} == {"bar"}
    assert ran(run(root)) == []


def test_a_notebook_that_loads_what_none_saves_fails_with_the_name_of_the_table(root: Path) -> None:
    before = hashes(root)
    path = write_notebook(root, "50-late", "study.load('never')")
    with pytest.raises(NotebookError) as failure:
        run(root)
    for part in (
        "notebooks/50-late.ipynb: cell 2 failed (\"study.load('never')\")",
        "never.parquet is not there",
        "study.save(never=...)",
        "No table, notebook, figure or page was changed",
    ):
        assert part in str(failure.value)
    path.unlink()
    assert hashes(root) == before


def test_a_notebook_cannot_load_what_a_later_one_saves(root: Path) -> None:
    write_notebook(root, "05-early", "study.load('three')")
    with pytest.raises(NotebookError, match=r"05-early\.ipynb: cell 2 .*(?s:.)*three\.parquet is not there"):
        run(root)


@pytest.mark.parametrize(
    ("cell", "what"),
    [("study.save(two=pl.DataFrame({'x': [9]}))", "table two"), (FIGURE.format(name="bar"), "figure bar")],
    ids=["table", "figure"],
)
def test_of_two_notebooks_that_make_one_thing_neither_wins(root: Path, cell: str, what: str) -> None:
    path = write_notebook(root, "50-again", "study.load('four')", cell)
    before = hashes(root)
    with pytest.raises(DatelineError) as failure:
        run(root)
    own = "20-second" if "two" in what else "10-first"
    assert f"notebooks/{own}.ipynb and notebooks/50-again.ipynb both make the {what}" in str(failure.value)
    assert hashes(root) == before
    path.unlink()
    assert ran(run(root)) == []


def test_a_failing_cell_changes_nothing_though_others_ran(root: Path) -> None:
    change_cell(root / "notebooks/10-first.ipynb", "'x': [1]", "'x': [7]")
    change_cell(root / "notebooks/30-third.ipynb", "study.save", "raise ValueError('no')\nstudy.save")
    before = hashes(root)
    with pytest.raises(NotebookError, match=r"30-third\.ipynb: cell 3 .*(?s:.)*ValueError: no"):
        run(root)
    assert hashes(root) == before
    change_cell(root / "notebooks/30-third.ipynb", "raise ValueError('no')\n", "")
    assert ran(run(root)) == ["10-first", "20-second", "30-third", "40-alone"]
    assert table(root, "three") == [{"x": 7, "y": 2}]


def test_tables_alone_need_no_notebooks_and_no_pages_of_the_study(tiny_study: Callable[..., Path]) -> None:
    root = tiny_study()
    report = build(root, until="tables")
    assert report.stages == {"tables": "made: its inputs changed"}
    assert sorted(path.name for path in root.iterdir()) == [".dateline", "data"]
    for name, schema in SCHEMAS.items():
        frame = pl.read_parquet(root / DERIVED / f"{name}.parquet")
        assert frame.schema == pl.Schema(schema)
    assert set(SCHEMAS) == {path.stem for path in (root / DERIVED).glob("*.csv")}
    assert build(root, until="tables").stages == {"tables": SKIPPED}


def test_tables_alone_leave_notebooks_and_figures_as_they_are(root: Path) -> None:
    change_cell(root / "notebooks/10-first.ipynb", "'x': [1]", "'x': [5]")
    before = hashes(root)
    build(root, until="tables")
    assert table(root, "three") == [{"x": 5, "y": 2}]
    changed = {name for name, value in hashes(root).items() if before.get(name) != value}
    assert all(name.startswith(("data/derived/", ".dateline/state.json")) for name in changed)
