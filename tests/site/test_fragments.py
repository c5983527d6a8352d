"""The fragments that pages include: what they are called, and what they print of a small world."""

import re
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from dateline.site import findings, reference
from dateline.site.evidence import concordance
from dateline.site.fragments import FRAGMENTS
from dateline.site.templating import code_spans, table_block
from dateline.study.load import Study, load_study
from dateline.tables import SCHEMAS, empty
from tests.conftest import REPOSITORY
from tests.figures.frames import filled
from tests.site.test_publishers import cells

Tables = dict[str, pl.DataFrame]

INCLUDE = re.compile(r"{{<\s*include /report/made/([\w-]+)\.md\s*>}}")


@pytest.fixture
def nothing() -> Tables:
    return {name: empty(name) for name in SCHEMAS}


def test_every_fragment_is_on_a_page_and_every_page_includes_what_is_written() -> None:
    pages = [REPOSITORY / "index.qmd", *REPOSITORY.glob("report/**/*.qmd")]
    included = {name for page in pages for name in INCLUDE.findall(page.read_text(encoding="utf-8"))}
    assert included | {"draft", "title"} == FRAGMENTS.keys()  # these two are in the frame of each page


@pytest.mark.parametrize("name", sorted(FRAGMENTS))
def test_a_fragment_of_a_study_without_articles_is_text(
    name: str, tiny_study: Callable[..., Path], nothing: Tables
) -> None:
    study = load_study(tiny_study())
    assert isinstance(FRAGMENTS[name](study, nothing), str)


def test_a_fragment_that_compares_publishers_is_empty_here(study: Study, study_tables: Tables) -> None:
    written = {name: FRAGMENTS[name](study, study_tables) for name in FRAGMENTS if name.endswith("-publishers")}
    assert written == dict.fromkeys(("keyness-publishers", "pairs-publishers", "positions-publishers"), "")


def test_links_into_the_concordance_arrive_where_it_leaves_terms_out(
    study: Study, study_tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concordance, "MOST_TERMS", 30)
    places = set(concordance.addresses(study_tables).values())
    assert len(places) == 30
    for fragment in (findings.keyness(study, study_tables), findings.trends(study, study_tables)):
        found = set(re.findall(r'href="(/report/evidence/concordance[^"]*)"', fragment))
        assert found <= places


def test_keyness_on_the_page_is_that_of_periods(tiny: Study, nothing: Tables) -> None:
    row = {"term": "gate", "kind": "word", "log_odds": 1.0, "z": 1.0, "count": 1, "per_1000": 1.0,
           "per_1000_against": 0.0, "log_ratio": 1.0, "g2": 1.0, "dispersion": 1.0, "verdict": "not shown"}  # fmt: skip
    units = [("period", "2020"), ("period", "2019"), ("publisher", "Echo")]
    tables = nothing | {
        "keyness": filled("keyness", [{**row, "unit_kind": kind, "unit": unit} for kind, unit in units])
    }
    assert [row[:2] for row in cells(findings.keyness(tiny, tables))] == [
        ["Period", "Term"],
        ["2019", "gate"],
        ["2020", "gate"],
    ]


def test_a_merge_undone_names_the_pairs_that_lose_most(tiny: Study) -> None:
    merge = {"actor": "abel", "form": "the chair", "how": "role", "mentions": 4}
    pair = {"verdict": "suggestive", "verdict_undone": "not shown"}
    partners = [("ito", 5, 1), ("league", 4, 1), ("norland", 3, 2), ("sudland", 2, 1)]
    frame = pl.DataFrame([{**merge, **pair, "partner": name, "together": n, "undone": m} for name, n, m in partners])
    (_, row) = cells(findings.undone(tiny, {"merges": frame}))
    assert row == [
        "Abel",
        "the chair",
        "role",
        "4",
        "Ito 5 → 1 (suggestive → not shown); League 4 → 1 (suggestive → not shown); "
        "Norland 3 → 2 (suggestive → not shown); and 1 more",
    ]


def test_accuracy_has_a_row_for_each_measure(tiny: Study) -> None:
    rows = [("lines left out", 1.0), ("support", 0.5)]
    frame = pl.DataFrame([{"measure": m, "precision": 1.0, "recall": f1, "f1": f1} for m, f1 in rows])
    assert cells(reference.accuracy(tiny, {"accuracy": frame})) == [
        ["What is measured", "Precision", "Recall", "F1"],
        ["lines left out", "1", "1.0", "1.0"],
        ["support", "1", "0.5", "0.5"],
    ]


def test_what_stands_between_backticks_is_code_and_all_else_is_text() -> None:
    assert code_spans("a `b < c` and {{< d") == "a <code>b &lt; c</code> and &#123;&#123;&lt; d"
    assert "<code>" not in code_spans("one ` alone")
    assert table_block(pl.DataFrame({"a": []}), "Nothing") == "Nothing to list.\n"
