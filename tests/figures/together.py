"""A world of three short articles for the figures of pairs, and what their tests ask of every figure."""

from pathlib import Path

import polars as pl

from dateline.actors.mentions import find_mentions
from dateline.actors.pairs import co_mentions
from dateline.corpus.articles import build_corpus
from dateline.figures.base import Figure
from dateline.figures.drawing import svg
from dateline.figures.drawing.theme import Look, read_tokens
from dateline.study.load import Study, load_study
from tests.conftest import SOURCES, write_study
from tests.figures.frames import give_look

WORLD = {
    "n1": ("Gazette", "2019-05-01", "Abel met Ito. Abel saw Ito again. Norland waits."),
    "n2": ("Herald", "2020-05-01", "Abel met Ito. Ito left Norland. Norland waits."),
    "n3": ("Gazette", "2020-06-01", "Abel spoke. Norland waits. Abel left."),
}
"""Article -> publisher, day, text: Abel is in five sentences, Ito and Norland in four each."""


def world(root: Path, articles: dict[str, tuple[str, str, str]] = WORLD) -> tuple[Study, pl.DataFrame]:
    """Write a study with the tables that figures of pairs load; return it and its `co_mentions`."""
    write_study(root, {name: f"A day of talks\n\n{text}\n" for name, (_, _, text) in articles.items()})
    rows = [
        f"{name}.txt,{publisher},,{day},,,{'known' if day else ''},,,,\n"
        for name, (publisher, day, _) in articles.items()
    ]
    (root / "data/sources.csv").write_text(SOURCES + "".join(rows), encoding="utf-8")
    give_look(root)
    study = load_study(root)
    tables = build_corpus(study)
    tables["mentions"] = find_mentions(study, tables["sentences"], tables["articles"])
    study.save(**tables)
    return study, co_mentions(tables["mentions"], tables["sentences"], tables["articles"])


def counts_are_evidence(figure: Figure) -> bool:
    """Return whether the number on each mark is the number of its entries, and no entry is without a mark."""
    entries = dict(figure.evidence.group_by("mark").len().iter_rows())
    counts = dict(figure.rows.select("mark", "count").iter_rows())
    return figure.rows["mark"].is_unique().all() and {m: n for m, n in counts.items() if n} == entries


def drawings(figure: Figure) -> list[str]:
    """Return the wide and the narrow drawing as text, with the links of their marks."""
    tokens = read_tokens(figure.study.root)
    looks = [Look(tokens, wide=wide) for wide in (True, False)]
    return [svg.inline(svg.draw(figure.chart_for(look)), tokens, ids="x", label={}) for look in looks]
