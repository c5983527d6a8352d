"""One command builds everything, skips what has not changed, and leaves the old site whole when it fails."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from dateline.build.stages import build
from dateline.errors import DatelineError, NotebookError, StudyError
from dateline.files import alone
from dateline.tables import SCHEMAS
from tests.build.cells import change_cell
from tests.conftest import REPOSITORY, copy_study


def hashes(*folders: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def study_copy(built: Path, tmp_path: Path) -> Path:
    shutil.copytree(built, tmp_path / "study")
    return tmp_path / "study"


def test_every_table_is_written_with_its_columns_and_a_csv_twin(built: Path) -> None:
    for name, schema in SCHEMAS.items():
        frame = pl.read_parquet(built / f"data/derived/{name}.parquet")
        assert frame.schema == pl.Schema(schema)
        assert frame.height > 0 or name == "copies", f"{name} is empty"
        assert pl.read_csv(built / f"data/derived/{name}.csv", infer_schema=False).height == frame.height


def test_a_second_build_changes_no_byte(built: Path, tmp_path: Path) -> None:
    again = copy_study(tmp_path / "again")
    build(again, renderer="embedded")
    for name in ("data/derived", "notebooks", "report", "_site"):
        assert hashes(built / name) == hashes(again / name)


@pytest.mark.skipif(
    not (REPOSITORY / ".git").exists(), reason="not a clone: there is nothing committed to compare with"
)
def test_what_is_committed_is_what_a_build_makes(built: Path) -> None:
    for name in ("data/derived", "notebooks", "report/made", "report/articles", "report/evidence"):
        assert hashes(built / name) == hashes(REPOSITORY / name), f"{name} is not what `dateline build` makes now"
    assert (built / "_variables.yml").read_bytes() == (REPOSITORY / "_variables.yml").read_bytes()


def test_nothing_changed_skips_everything_and_says_so(study_copy: Path) -> None:
    said: list[str] = []
    report = build(study_copy, renderer="embedded", say=said.append)
    assert set(report.stages.values()) == {"skipped: nothing it reads has changed"}
    assert [line.split(":")[0] for line in said] == ["notebooks", "pages", "site"]


def test_a_changed_word_in_a_page_runs_no_notebook(study_copy: Path) -> None:
    page = study_copy / "report/words.qmd"
    page.write_text(page.read_text(encoding="utf-8") + "\nAn afterthought.\n", encoding="utf-8")
    report = build(study_copy, renderer="embedded")
    assert [name for name, what in report.stages.items() if what.startswith("made")] == ["pages", "site"]
    assert "An afterthought." in (study_copy / "_site/report/words.html").read_text(encoding="utf-8")


def test_a_table_edited_by_hand_is_made_again(study_copy: Path) -> None:
    target = study_copy / "data/derived/mentions.csv"
    before = target.read_bytes()
    target.write_text("nonsense\n", encoding="utf-8")
    report = build(study_copy, renderer="embedded")
    assert report.stages["notebooks"] == "made: 30-actors (its outputs are missing or were changed by hand)"
    assert target.read_bytes() == before


def test_a_bad_study_changes_nothing(study_copy: Path) -> None:
    before = hashes(study_copy / "_site", study_copy / "data/derived", study_copy / "notebooks")
    (study_copy / "data/articles/000_8bb03b352b876853.txt").write_bytes(b"caf\xe9")
    with pytest.raises(StudyError, match=r"byte 3 \(0xe9\) is not UTF-8"):
        build(study_copy, renderer="embedded")
    assert hashes(study_copy / "_site", study_copy / "data/derived", study_copy / "notebooks") == before


def test_a_failing_cell_names_notebook_cell_and_error_and_changes_no_page(study_copy: Path) -> None:
    change_cell(study_copy / "notebooks/20-terms.ipynb", "study.save(", "study.load('no such table')\nstudy.save(")
    before = hashes(study_copy / "_site", study_copy / "report", study_copy / "notebooks", study_copy / "data")
    with pytest.raises(NotebookError) as failure:
        build(study_copy, renderer="embedded")
    assert "notebooks/20-terms.ipynb: cell 4 failed ('terms = dl.find_terms" in str(failure.value)
    assert "TableError: " in str(failure.value)
    assert "no such table.parquet is not there" in str(failure.value)
    assert hashes(study_copy / "_site", study_copy / "report", study_copy / "notebooks", study_copy / "data") == before


def test_a_build_that_was_killed_between_two_renames_recovers(study_copy: Path) -> None:
    derived = study_copy / "data/derived"
    before = hashes(derived)
    derived.rename(study_copy / "data/derived.old")
    build(study_copy, renderer="embedded")
    assert hashes(derived) == before
    assert not (study_copy / "data/derived.old").exists()


def test_pages_of_an_article_that_is_gone_go(study_copy: Path) -> None:
    (study_copy / "report/articles/gone.qmd").write_text("---\ntitle: gone\n---\n", encoding="utf-8")
    build(study_copy, renderer="embedded")
    assert not (study_copy / "report/articles/gone.qmd").exists()
    assert not (study_copy / "_site/report/articles/gone.html").exists()


def test_quarto_that_is_not_there_is_told_plainly(study_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(study_copy))
    with pytest.raises(DatelineError, match="quarto is not on the PATH"):
        build(study_copy, renderer="quarto")
    assert build(study_copy, renderer="auto").renderer == "embedded"


@pytest.mark.skipif(not shutil.which("quarto"), reason="quarto is not on the PATH")
def test_quarto_renders_the_same_pages(study_copy: Path) -> None:
    embedded = {path for path in hashes(study_copy / "_site") if path.endswith(".html")}
    report = build(study_copy, renderer="quarto")
    assert report.renderer == "quarto"
    assert {path for path in hashes(study_copy / "_site") if path.endswith(".html")} == embedded


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "dateline", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
    )


@pytest.mark.parametrize("command", [[], ["build"], ["preview"], ["check"], ["rerun"], ["verify"]])
def test_help_teaches(command: list[str], tmp_path: Path) -> None:
    done = run(*command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "Usage" in done.stdout
    assert len(done.stdout.split()) > 30


def test_check_leaves_with_one_and_no_traceback(tiny_study, tmp_path: Path) -> None:
    root = tiny_study()
    assert run("check", cwd=root).returncode == 0
    (root / "data/groups.csv").write_text("group,label,actor,note\nhouse,House,nobody,\n", encoding="utf-8")
    done = run("check", cwd=root)
    assert done.returncode == 1
    assert "data/groups.csv:2: no actor is called 'nobody'" in done.stderr
    assert "Traceback" not in done.stderr


def test_outside_a_study_the_error_says_where_to_go(tmp_path: Path) -> None:
    done = run("build", cwd=tmp_path)
    assert done.returncode == 1
    assert "no data/study.toml here or above" in done.stderr


def test_of_two_builds_at_once_the_second_is_refused_and_touches_nothing(tmp_path: Path) -> None:
    lock = tmp_path / ".dateline/lock"
    with alone(lock, "first"):
        with pytest.raises(DatelineError, match="Another build is running"):
            build(tmp_path)
        assert [path.name for path in (tmp_path / ".dateline").iterdir()] == ["lock"]
    with pytest.raises(StudyError):  # free again: now it is the folder that is refused
        build(tmp_path)
