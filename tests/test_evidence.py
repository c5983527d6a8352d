"""The caps on what the site shows of an article, held against the built site as a stranger would find it."""

import gzip
import html
import json
import re
from pathlib import Path

import polars as pl
import pytest

from dateline.build.stages import build
from dateline.corpus.sentences import WORD
from dateline.html import plain_title, safe
from dateline.site.evidence.excerpts import allot
from dateline.study.load import Study
from tests.conftest import copy_study

RUN = 6
"""Words in a row from which a text is the article's and no chance."""


def words(text: str) -> list[str]:
    return [match[0].casefold() for match in WORD.finditer(text)]


def shown_text(site: Path) -> dict[str, str]:
    """Every text file of a site, as the words that a reader or a program would see in it."""
    out = {}
    for path in site.rglob("*"):
        if path.suffix == ".html":
            body = re.sub(r"<(script|style)\b.*?</\1>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
            # A block ends a run of words; a mark inside a sentence does not.
            body = re.sub(
                r"</?(?:p|li|h\d|td|th|tr|blockquote|text|title|section|figure|dt|dd|summary)\b[^>]*>", " \u2029 ", body
            )
            out[str(path)] = html.unescape(re.sub(r"<[^>]+>", "", body))
        elif path.suffix == ".pf_fragment":
            out[str(path)] = gzip.decompress(path.read_bytes()).decode()
        elif path.suffix in (".csv", ".svg", ".json", ".xml", ".txt", ".ipynb"):
            out[str(path)] = path.read_text(encoding="utf-8")
        elif path.suffix == ".parquet":
            out[str(path)] = "\u2029".join("\u2029".join(map(str, row)) for row in pl.read_parquet(path).iter_rows())
    return out


def exposed(article: list[str], pieces: list[list[str]]) -> tuple[set[int], int]:
    """Which words of an article stand somewhere in runs, and the longest run."""
    where: dict[tuple[str, ...], list[int]] = {}
    for at in range(len(article) - RUN + 1):
        where.setdefault(tuple(article[at : at + RUN]), []).append(at)
    seen: set[int] = set()
    longest = 0
    for piece in pieces:
        at = 0
        while at + RUN <= len(piece):
            best = 0
            for start in where.get(tuple(piece[at : at + RUN]), []):
                run = RUN
                while at + run < len(piece) and start + run < len(article) and piece[at + run] == article[start + run]:
                    run += 1
                seen |= set(range(start, start + run))
                best = max(best, run)
            longest = max(longest, best)
            at += max(1, best - RUN + 1)
    return seen, longest


def test_the_site_keeps_to_both_caps(built: Path, study: Study, study_tables: dict[str, pl.DataFrame]) -> None:
    pieces = [words(piece) for text in shown_text(built / "_site").values() for piece in text.split("\u2029")]
    cap, share = study.settings["excerpts"]["words"], study.settings["excerpts"]["share"]
    for article in study.articles:
        sentences = (
            study_tables["sentences"].filter(pl.col("article_id") == article, pl.col("part") != "title").sort("start")
        )
        title = words(" ".join(study_tables["sentences"].filter(article_id=article, part="title")["text"]))
        body = words(" ".join(sentences["text"]))
        seen, longest = exposed(body, [piece for piece in pieces if piece != title])
        assert longest <= cap, f"{article} shows {longest} words in a row"
        assert seen, f"nothing of {article} is shown: this test would see nothing"
        titled = exposed(body, [title])[0]
        assert len(seen - titled) <= share * len(body), f"{article} shows {len(seen)} of {len(body)} words"


def test_a_cap_of_nothing_shows_nothing(study: Study, study_tables: dict[str, pl.DataFrame]) -> None:
    settings = {**study.settings, "excerpts": {"words": 25, "share": 0.0}}
    assert allot(Study(study.root, settings, study.lists, study.texts), study_tables) == {}


def test_statements_on_target_are_served_first(study: Study, study_tables: dict[str, pl.DataFrame]) -> None:
    settings = {**study.settings, "excerpts": {"words": 25, "share": 0.1}}
    shown = set(allot(Study(study.root, settings, study.lists, study.texts), study_tables))
    target = set(study_tables["statements"].filter("on_target")["sentence_id"])
    assert shown and shown <= target


def test_no_download_and_no_notebook_carries_text(built: Path) -> None:
    for path in (built / "_site/downloads").glob("*.parquet"):
        assert not {"text", "surface"} & set(pl.read_parquet_schema(path))
    for path in (built / "notebooks").glob("*.ipynb"):
        outputs = [
            output
            for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
            for output in cell.get("outputs", [])
        ]
        assert outputs
        assert not any("text/html" in output.get("data", {}) for output in outputs)


def test_the_newsrooms_copy_shows_whole_sentences_and_says_so(
    tmp_path: Path, built: Path, study_tables: dict[str, pl.DataFrame]
) -> None:
    root = copy_study(tmp_path / "study")
    for name in ("data/derived", "report/made", "report/articles", "report/evidence"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (built / name).rename(root / name)
    try:
        for name in ("_variables.yml",):
            (root / name).write_bytes((built / name).read_bytes())
        (root / ".dateline").mkdir()
        (root / ".dateline/state.json").write_bytes((built / ".dateline/state.json").read_bytes())
        for path in (built / "notebooks").glob("*.ipynb"):
            (root / "notebooks" / path.name).write_bytes(path.read_bytes())
        report = build(root, renderer="embedded", full=True)
        row = study_tables["sentences"].filter(part="body").sort("words").row(-1, named=True)
        text = html.unescape(
            re.sub(
                r"<[^>]+>", "", (report.site / f"report/articles/{row['article_id']}.html").read_text(encoding="utf-8")
            )
        )
        assert report.site.name == "_site-full"
        assert row["text"] in text
        assert "Not for publication" in text
        assert not (root / "_site").exists()
        assert "Not for publication" not in (root / f"report/articles/{row['article_id']}.qmd").read_text(
            encoding="utf-8"
        )
    finally:
        for name in ("data/derived", "report/made", "report/articles", "report/evidence"):
            (root / name).rename(built / name)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("{{< include /etc/passwd >}}", "&#123;&#123;&lt; include /etc/passwd &gt;}}"),
        ("```{=html}", "&#96;&#96;&#96;{=html}"),
    ],
)
def test_text_of_an_article_cannot_become_part_of_the_page(text: str, escaped: str) -> None:
    assert safe(text) == escaped
    assert "{{" not in plain_title(text)


def test_no_page_holds_a_control_that_yaml_forbids() -> None:
    text = "Norland\x92s \x07mayor\x1b \ufffe"
    assert plain_title(text) == "Norlands mayor "
    assert safe(text) == "Norlands mayor "
