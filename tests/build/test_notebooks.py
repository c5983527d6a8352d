"""What a notebook loads and saves is read from its cells, and decides what has to run before it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dateline.build.notebooks import needs, read_notebooks
from dateline.errors import DatelineError
from tests.build.cells import change_cell, write_notebook
from tests.conftest import REPOSITORY


def plan(root: Path, **loaded: list[str]) -> dict[str, list[str]]:
    """Return notebook -> what has to run before it; `loaded` says what one loaded when it last ran."""
    found = read_notebooks(root)
    return {each.name: needs(each, found, loaded.get(each.name, [])) for each in found}


def test_the_notebooks_of_the_repository_need_each_other_in_this_order() -> None:
    assert plan(REPOSITORY) == {
        "10-corpus": [],
        "20-terms": ["10-corpus"],
        "30-actors": ["10-corpus"],
        "40-stance": ["10-corpus", "30-actors"],
        "50-robustness": ["10-corpus", "20-terms", "30-actors", "40-stance"],
    }


def test_a_notebook_needs_those_that_save_what_it_loads(tmp_path: Path) -> None:
    write_notebook(tmp_path, "a", "study.save(one=1, two=2)")
    write_notebook(tmp_path, "b", "first, other = study.load('one', 'other')", "study.save(three=first)")
    write_notebook(tmp_path, "c", "study.load('two')\nstudy.load('three')", "study.save(four=4)")
    write_notebook(tmp_path, "d", "study.load('other')")
    assert plan(tmp_path) == {"a": [], "b": ["a"], "c": ["a", "b"], "d": []}
    assert plan(tmp_path, d=["four"])["d"] == ["c"], "a function loaded it"
    assert plan(tmp_path, a=["three"])["a"] == [], "later ones cannot be waited for"


@pytest.mark.parametrize(
    "cell",
    ["x = 1", "study.load(name)", "study.load('one', *more)", "%time study.load('one') +", "dl.check_findings(study)"],
)
def test_a_notebook_that_does_not_name_what_it_loads_needs_all_before_it(tmp_path: Path, cell: str) -> None:
    write_notebook(tmp_path, "a", "study.save(one=1)")
    write_notebook(tmp_path, "b", "study.load('one')", "study.save(two=2)")
    write_notebook(tmp_path, "c", cell)
    assert plan(tmp_path)["c"] == ["a", "b"]


def test_only_what_people_write_counts(tmp_path: Path) -> None:
    path = write_notebook(tmp_path, "a", "study.save(one=1)")
    before = read_notebooks(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace('"outputs": []', '"outputs": [{}]'), encoding="utf-8")
    assert read_notebooks(tmp_path) == before
    change_cell(path, "one=1", "one=2")
    assert read_notebooks(tmp_path) != before


def test_a_study_without_notebooks_has_those_of_the_template(tiny_study: Callable[..., Path]) -> None:
    found = read_notebooks(tiny_study())
    assert [each.name for each in found] == [each.name for each in read_notebooks(REPOSITORY)]
    assert all(each.path.parent == REPOSITORY / "notebooks" for each in found)


@pytest.mark.parametrize("text", ["", "not JSON", "[]", '{"cells": 3}', '{"cells": [{}]}'])
def test_what_is_not_a_notebook_is_named(tmp_path: Path, text: str) -> None:
    write_notebook(tmp_path, "a").write_text(text, encoding="utf-8")
    with pytest.raises(DatelineError, match=r"notebooks/a\.ipynb is not a notebook .*Jupyter"):
        read_notebooks(tmp_path)
