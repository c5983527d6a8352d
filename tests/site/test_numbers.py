"""The numbers that pages quote: each exists in every study, and a page that quotes another is named before a build."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from dateline.errors import StudyError
from dateline.figures.labels import drawn
from dateline.site import numbers
from dateline.site.numbers import check_quotes, keyness_reading, shift_sentence, variables
from dateline.statements.positions import positions, stance_values
from dateline.study.load import Study, load_study
from dateline.tables import SCHEMAS, empty, load_tables
from tests.figures.frames import filled
from tests.figures.stances import stance_study

Tables = dict[str, pl.DataFrame]


@pytest.fixture
def stances(tiny_study: Callable[..., Path]) -> tuple[Study, Tables]:
    """A study of seven statements with its tables; all that they do not need is empty."""
    study = stance_study(tiny_study())
    known = ("articles", "sentences", "statements", "reasons", "positions")
    study.save(**{name: empty(name) for name in SCHEMAS if name not in known})
    return study, load_tables(study.root)


def without_feasibility(study: Study, tables: Tables) -> Tables:
    statements = tables["statements"].with_columns(feasibility=pl.lit(None, pl.Int64))
    values = stance_values(statements, tables["sentences"], study.lists["groups"])
    study.save(statements=statements, positions=positions(values, tables["articles"]))
    return load_tables(study.root)


def test_the_numbers_of_the_scales(stances: tuple[Study, Tables]) -> None:
    found = variables(*stances)["scales"]
    assert {name: found[name] for name in found if not name.startswith(("norland", "sudland", "estmark", "league"))} == {
        "abel_feasibility": "+1.00",
        "abel_feasibility_count": "one",
        "abel_support": "+1.00",
        "abel_support_count": "two",
        "feasibility": "feasibility −1.00 (Feb 2019)",
        "feasibility_last": "−1.00",
        "feasibility_last_when": "5 February 2019",
        "feasibility_low": "−1.00",
        "feasibility_low_when": "5 February 2019",
        "feasibility_shift": "Nothing is heard of The South on feasibility in two periods: a change cannot be observed.",
        "holder": "The South",
        "ito_feasibility": "−1.00",
        "ito_feasibility_count": "one",
        "ito_support": "−1.00",
        "ito_support_count": "one",
        "reading": "The South: support goes from −1.00 (Feb 2019) to 0.00 (Apr 2020); feasibility −1.00 (Feb 2019).",
        "south_feasibility": "−1.00",
        "south_feasibility_count": "one",
        "south_support": "−0.50",
        "south_support_count": "two",
        "support": "support goes from −1.00 (Feb 2019) to 0.00 (Apr 2020)",
        "support_last": "0.00",
        "support_last_when": "5 April 2020",
        "support_low": "−1.00",
        "support_low_when": "5 February 2019",
        "support_shift": "Nothing is heard of The South on support in two periods: a change cannot be observed.",
        "turning_words": "“never”",
    }  # fmt: skip
    assert (found["norland_feasibility"], found["norland_support_count"]) == ("not observed", "zero")


def test_a_study_without_any_feasibility_has_each_number_all_the_same(stances: tuple[Study, Tables]) -> None:
    study, tables = stances
    names = variables(study, tables)["scales"].keys()
    found = variables(study, without_feasibility(study, tables))["scales"]
    assert found.keys() == names
    assert {name: text for name, text in found.items() if name.startswith("feasibility")} == {
        "feasibility": "feasibility not observed",
        "feasibility_last": "not observed",
        "feasibility_last_when": "not observed",
        "feasibility_low": "not observed",
        "feasibility_low_when": "not observed",
        "feasibility_shift": "Nothing is heard of The South on feasibility in two periods: a change cannot be observed.",
    }
    assert found["ito_feasibility"] == "not observed"
    assert found["reading"].endswith("; feasibility not observed.")
    assert all(found.values())


def test_a_study_without_any_statement_has_each_number_all_the_same(tiny_study: Callable[..., Path]) -> None:
    study = load_study(tiny_study())
    study.save(**{name: empty(name) for name in SCHEMAS})
    found = variables(study, load_tables(study.root))
    assert set(found) == {"study", "corpus", "actors", "statements", "scales", "tests"}
    assert found["scales"]["holder"] == "nobody"
    assert found["scales"]["turning_words"] == "not observed"


def test_the_names_are_known_before_there_are_tables(stances: tuple[Study, Tables]) -> None:
    study, tables = stances
    nothing = {name: empty(name) for name in SCHEMAS}
    assert {group: names.keys() for group, names in variables(study, tables).items()} == {
        group: names.keys() for group, names in variables(study, nothing).items()
    }


def test_comparisons_of_publishers_are_not_among_the_tests_that_pages_count() -> None:
    row = {"term": "gate", "kind": "word", "floor": 0.2, "verdict": "not testable"}
    tables = {name: empty(name) for name in SCHEMAS} | {
        "keyness": filled(
            "keyness",
            [
                {**row, "unit_kind": "period", "unit": "2019"},
                {**row, "unit_kind": "publisher", "unit": "Echo", "floor": 0.01, "verdict": "supported"},
            ],
        )
    }
    found = numbers._tests(tables)
    assert found["keyness_floor"] == "0.20"
    assert "All 1 comparisons are *not testable*" in found["keyness_reading"]


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ([], "No two periods hold articles, so no words can be compared between them."),
        (
            ["supported", "not shown", "not shown"],
            "Of 3 comparisons, 2 *not shown* and 1 *supported*. What is not supported is description: "
            "these are the words of these texts.",
        ),
    ],
)
def test_what_the_tests_of_words_can_say(verdicts: list[str], said: str) -> None:
    frame = pl.DataFrame(
        {"verdict": verdicts, "floor": [0.01] * len(verdicts)}, {"verdict": pl.String, "floor": pl.Float64}
    )
    assert keyness_reading(frame) == said


def test_the_largest_change_is_told_with_its_verdict(tiny: Study) -> None:
    row = {"holder": "abel", "scale": "support", "low": 0.0, "high": 1.0, "delta": 0.0}
    period = {**row, "unit_kind": "period", "unit_from": "2019", "unit_to": "2020"}
    tables = {
        "shifts": filled(
            "shifts", [{**period, "difference": -0.5, "p": 0.01, "q": 0.02, "floor": 0.01, "verdict": "supported"}]
        )
    }
    assert shift_sentence(tiny, tables, "abel", "support") == (
        "From 2019 to 2020 the mean of Abel on support changes by −0.50: supported by the test (p 0.01, q 0.02)."
    )


def test_where_a_figure_draws_some_articles_its_words_are_quoted_and_the_means_are_those_of_periods(
    stances: tuple[Study, Tables], monkeypatch: pytest.MonkeyPatch
) -> None:
    study, tables = stances
    monkeypatch.setattr("dateline.figures.labels.MOST_DRAWN", 3)
    assert drawn(tables["articles"]).height == 3
    found = variables(study, tables)["scales"]
    assert found["support_low_when"] == "2019"
    assert found["support"] == "support goes from −1.00 (2019) to 0.00 (2020)"


def test_pages_that_quote_what_no_build_makes_are_named_before_anything_is_made(
    tiny_study: Callable[..., Path],
) -> None:
    root = tiny_study()
    (root / "report/guide").mkdir(parents=True)
    (root / "index.qmd").write_text("{{< var corpus.words >}}\n{{{< var any.thing >}}}\n{{<var scales.abel_suport>}}\n")
    (root / "report/guide/a.qmd").write_text(
        '{{< var "actors.are" >}} {{< var tests.keyness_floor >}} {{< var words >}}'
    )
    with pytest.raises(StudyError) as failure:
        check_quotes(load_study(root))
    first, place, remedy, *_ = str(failure.value).splitlines()
    assert first == "2 faults in the study; nothing was built or changed."
    assert place == "index.qmd:3: there is no number 'scales.abel_suport' to quote"
    assert remedy.endswith("Perhaps you mean scales.abel_support or scales.abel_support_count or scales.support.")
    assert "report/guide/a.qmd:1: there is no number 'words' to quote" in str(failure.value)


def test_the_pages_here_quote_what_a_build_makes(study: Study) -> None:
    check_quotes(study)
