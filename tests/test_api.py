"""The public names are these, each says what it does, and each example gives what it shows."""

import doctest
import inspect
from types import ModuleType

import polars as pl
import pytest

import dateline as dl
from dateline.study.load import Study

NAMES = [
    "DatelineError",
    "Figure",
    "Study",
    "check_findings",
    "co_mentions",
    "concordance",
    "drop_copies",
    "figures",
    "find_copies",
    "find_mentions",
    "find_statements",
    "find_terms",
    "keyness",
    "mark_rows",
    "open_study",
    "positions",
    "read_articles",
    "score",
    "shifts",
    "split_sentences",
    "stance_values",
    "term_rates",
    "trends",
    "undo_merges",
]
FIGURES = ["dates", "ideas", "keyness", "network", "pairs", "rates", "scales", "ties", "timeline", "trend"]
VERBS = "Average Bring Check Compare Count Describe Draw Find Give Keep Leave Measure Open Rank Read Report Return Score Signal Split Undo".split()
TABLES = {
    "articles": "articles",
    "removed": "removed",
    "sentences": "sentences",
    "terms": "occurrences",
    "rates": "term_rates",
    "words": "keyness",
    "moves": "trends",
    "mentions": "mentions",
    "pairs": "co_mentions",
    "statements": "statements",
    "means": "positions",
}
"""Name in an example -> the table of The Open Door that it is."""


@pytest.fixture(scope="module")
def names(study: Study) -> dict:
    """What an example finds: the package, Polars, the study of the repository and its tables."""
    found = {name: study.load(table) for name, table in TABLES.items()}
    values = dl.stance_values(found["statements"], found["sentences"], study.lists["groups"])
    return {"dl": dl, "pl": pl, "study": study, "values": values, **found}


def test_the_public_names_are_these() -> None:
    assert sorted(dl.__all__) == NAMES
    assert sorted(dl.figures.__all__) == FIGURES
    assert sorted(set(dir(dl)) & set(NAMES)) == NAMES


def public() -> list[tuple[str, object]]:
    """Every public function and class, those of `figures` among them."""
    own = [(name, getattr(dl, name)) for name in NAMES]
    return [each for each in own if not isinstance(each[1], ModuleType)] + [
        (f"figures.{name}", getattr(dl.figures, name)) for name in FIGURES
    ]


@pytest.mark.parametrize(("name", "thing"), public(), ids=[name for name, _ in public()])
def test_a_docstring_begins_with_a_verb_and_says_what_goes_in_and_comes_out(name: str, thing: object) -> None:
    words = inspect.getdoc(thing)
    assert words.split()[0].strip(",") in VERBS
    assert ">>>" in words
    if inspect.isfunction(thing):
        assert "Returns:" in words
        for argument in inspect.signature(thing).parameters:
            assert f"{argument}:" in words, argument


@pytest.mark.parametrize(("name", "thing"), public(), ids=[name for name, _ in public()])
def test_an_example_gives_what_it_shows(name: str, thing: object, names: dict) -> None:
    finder = doctest.DocTestFinder(recurse=False)
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    said: list[str] = []
    for example in finder.find(thing, name, globs=dict(names)):
        runner.run(example, out=said.append)
    assert runner.failures == 0, "".join(said)
