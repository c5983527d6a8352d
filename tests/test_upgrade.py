"""An upgrade brings what came from the template, and nothing that a person has changed."""

import json
from pathlib import Path

import nbformat
import pytest

from dateline.errors import DatelineError
from dateline.files import sha256
from dateline.intake import template, upgrade
from dateline.intake.draft import draft_study
from dateline.intake.formats import Article
from dateline.intake.template import NOTE, template_files

TEXT = "The harbour of Marlow was closed to coal ships on Monday, the Port Authority said, after a year of talks. "


@pytest.fixture
def root(tmp_path: Path) -> Path:
    articles = [Article("a.txt", f"Harbour closes\n\n{TEXT * 3}"), Article("b.txt", f"Harbour opens\n\n{TEXT * 2}")]
    return draft_study(
        tmp_path / "study", articles, proposition="Marlow closes its harbour", title="T", say=lambda text: None
    ).root


def test_what_is_as_it_was_is_replaced_and_what_is_mine_is_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path: path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
    mine, both = root / "report/words.qmd", root / "data/cues.csv"
    mine.write_text(mine.read_text(encoding="utf-8") + "\nMine.\n", encoding="utf-8")
    both.write_text(both.read_text(encoding="utf-8") + "hope*,support,1,cue,mine\n", encoding="utf-8")
    notebook = json.loads((root / "notebooks/20-terms.ipynb").read_text(encoding="utf-8"))
    notebook["cells"][-1]["source"] = notebook["cells"][-1]["source"]
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["a build adds this"]}]
    (root / "notebooks/20-terms.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (root / "report/stance.qmd").unlink()
    newer = template_files()
    newer["report/actors.qmd"] += "\nNew.\n"
    newer["data/cues.csv"] += "wish*,support,1,cue,new\n"
    newer["notebooks/20-terms.ipynb"] = newer["notebooks/20-terms.ipynb"].replace("Terms: which", "Words: which")
    newer["report/fresh.qmd"] = "---\ntitle: Fresh\n---\n"
    monkeypatch.setattr(upgrade, "template_files", lambda: newer)
    done = upgrade.upgrade(root)
    assert done.replaced == ["notebooks/20-terms.ipynb", "report/actors.qmd"]
    assert done.added == ["report/fresh.qmd"]
    assert done.kept == ["report/words.qmd"]
    assert done.beside == ["data/cues.csv"]
    assert both.read_text(encoding="utf-8").endswith("mine\n")
    assert (root / "data/cues.csv.new").read_text(encoding="utf-8").endswith("new\n")
    assert not (root / "report/stance.qmd").exists()
    touched = {
        "notebooks/20-terms.ipynb",
        "report/actors.qmd",
        "report/words.qmd",
        "data/cues.csv",
        "report/stance.qmd",
    }
    for path, data in before.items():
        name = path.relative_to(root).as_posix()
        if name not in touched | {NOTE.as_posix()}:
            assert path.read_bytes() == data, name
    again = upgrade.upgrade(root)
    assert (again.replaced, again.added) == ([], [])


def test_the_note_knows_every_file_of_the_template(root: Path) -> None:
    noted = json.loads((root / NOTE).read_text(encoding="utf-8"))
    assert noted["files"] == {name: sha256(text) for name, text in template_files().items()}
    assert template.template().joinpath("404.qmd").is_file()


def test_a_study_that_does_not_say_what_it_was_made_from_is_left_alone(root: Path) -> None:
    (root / NOTE).write_text("{", encoding="utf-8")
    with pytest.raises(DatelineError, match="not known which files are yours"):
        upgrade.upgrade(root)


def made_before(root: Path, name: str) -> None:
    """Let the note of a study say that it was given another version of a file."""
    note = json.loads((root / NOTE).read_text(encoding="utf-8"))
    note["files"][name] = sha256("as it was")
    (root / NOTE).write_text(json.dumps(note), encoding="utf-8")


OLD = {
    "cells": [
        ("markdown", "# Mine\n\nA question of my own."),
        ("code", "from dateline.desk import open_desk\n\ndesk = open_desk()"),
        ("code", "mine = desk.table('term_rates').filter(term='coal')\nmine"),
        ("code", "desk.rates()"),
        ("code", "desk.odd_thing(3)"),
    ]
}


def old_notebook() -> str:
    cells = [nbformat.v4.new_markdown_cell(OLD["cells"][0][1])]
    cells += [nbformat.v4.new_code_cell(source) for kind, source in OLD["cells"] if kind == "code"]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells), indent=1) + "\n"


def test_an_edited_notebook_of_before_computes_and_keeps_what_a_person_wrote(root: Path) -> None:
    path, config = root / "notebooks/20-terms.ipynb", root / "_quarto.yml"
    mine = old_notebook()
    path.write_text(mine, encoding="utf-8")
    made_before(root, "notebooks/20-terms.ipynb")
    config.write_text(
        config.read_text(encoding="utf-8").replace("dateline.site.publish", "dateline.publish"), encoding="utf-8"
    )
    done = upgrade.upgrade(root)
    assert done.brought == ["_quarto.yml", "notebooks/20-terms.ipynb"]
    assert done.left == ["notebooks/20-terms.ipynb: desk.odd_thing(3)"]
    assert path.with_name("20-terms.ipynb.before").read_text(encoding="utf-8") == mine
    assert "python -m dateline.site.publish" in config.read_text(encoding="utf-8")
    cells = nbformat.read(path, as_version=4).cells
    assert cells[0].source.startswith("# Mine")
    assert cells[1].source.startswith("import dateline as dl")
    assert "study.save(occurrences=terms" in cells[2].source
    assert [cell.source for cell in cells[3:]] == [
        "mine = study.load('term_rates').filter(term='coal')\nmine",
        'dl.figures.rates(study, study.load("term_rates")).publish()',
        "desk.odd_thing(3)",
    ]


def test_an_edited_page_points_to_where_the_evidence_is_now(root: Path) -> None:
    path = root / "report/words.qmd"
    mine = path.read_text(encoding="utf-8") + "\n[Mine](/report/evidence/words.qmd)\n"
    path.write_text(mine, encoding="utf-8")
    made_before(root, "report/words.qmd")
    done = upgrade.upgrade(root)
    assert done.brought == ["report/words.qmd"]
    assert "[Mine](/report/evidence/rates.qmd)" in path.read_text(encoding="utf-8")
    assert path.with_name("words.qmd.before").read_text(encoding="utf-8") == mine
