"""Read articles and sentences from files: what counts, where it is, and what was left out and why.

A line of a file is the unit of cleaning, a paragraph is a line that counts (or lines of one block
that a fixed width has broken), and every span is half-open, in code points of the raw file.
"""

import hashlib
from dataclasses import replace
from functools import lru_cache

import polars as pl

from dateline.corpus.clean import Cleaned, Furniture, Line, clean
from dateline.corpus.dates import date_article, period_of
from dateline.corpus.sentences import _maybe_corrupt, count_words, is_corrupt
from dateline.corpus.sentences import split_sentences as sentence_spans
from dateline.memory import by_article, key_of
from dateline.study.load import Study
from dateline.tables import from_rows

READS = ("furniture", "abbreviations", "stopwords", "sources")
"""Lists that decide what is read in an article."""


def units_of(articles: pl.DataFrame) -> pl.DataFrame:
    """Return the units in which each article counts: `unit_kind`, `unit`, `article_id`, `words`.

    Every article is a unit of its own and part of `all`. It is part of a period if all its possible
    days are in the period, and of a publisher if the publisher is known.
    """
    whole = articles.with_columns(article=pl.col("article_id"), all=pl.lit("all"))
    return pl.concat(
        whole.select(pl.lit(kind).alias("unit_kind"), pl.col(kind).cast(pl.String).alias("unit"), "article_id", "words")
        for kind in ("article", "period", "publisher", "all")
    ).drop_nulls("unit")


def read_articles(study: Study) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read, clean and date every article of a study.

    Args:
        study: The study.

    Returns:
        The tables `articles` and `removed`: one row an article, and one row a line that was left out
        before counting, with the reason. `words` counts what is left; spans are half-open, in code
        points of the raw file.

    Examples:
        >>> articles, removed = dl.read_articles(study)
        >>> articles.select("article_id", "words", "period").row(0)
        ('000_8bb03b352b876853', 596, '2024')
    """
    read = _read(study)
    return read["articles"], read["removed"]


def split_sentences(study: Study, articles: pl.DataFrame) -> pl.DataFrame:
    """Split the articles into sentences: titles, standfirsts, sub-heads and body text.

    Args:
        study: The study.
        articles: The table `articles`; sentences of articles that are not in it, or have no words, are left out.

    Returns:
        The table `sentences`, in reading order. `corrupt` marks sentences that damage has made unreadable.

    Examples:
        >>> sentences = dl.split_sentences(study, articles)
        >>> sentences.group_by("part").len().sort("part").rows()
        [('body', 95), ('standfirst', 3), ('subhead', 6), ('title', 5)]
    """
    counting = articles.filter(pl.col("words") > 0)
    return _read(study)["sentences"].join(counting, on="article_id", how="semi", maintain_order="left")


@lru_cache(maxsize=1)
def _read(study: Study) -> dict[str, pl.DataFrame]:
    """Read every article, or remember what was read of it."""
    names = ("articles", "removed", "sentences")
    decides = study.hash_of(READS)
    keys = {each: key_of(decides, study.texts[each]) for each in study.articles} if study.memory else {}

    def read(articles: list[str]) -> tuple[pl.DataFrame, ...]:
        some = build_corpus(replace(study, texts={each: study.texts[each] for each in articles}))
        return tuple(some[name] for name in names)

    found = by_article(study.memory, names, keys, read) if study.memory else read(study.articles)
    return dict(zip(names, found, strict=True))


def build_corpus(study: Study) -> dict[str, pl.DataFrame]:
    """Read, clean, date and split every article of a study: the tables `articles`, `removed` and `sentences`."""
    furniture = Furniture(study.lists["furniture"].select("pattern", "note").iter_rows())
    abbreviations = frozenset(study.lists["abbreviations"]["abbreviation"])
    stopwords = frozenset(word.casefold() for word in study.lists["stopwords"]["word"])
    sources = {row["file"]: row for row in study.lists["sources"].iter_rows(named=True)}
    articles, removed, sentences = [], [], []
    for article in study.articles:
        text = study.texts[article]
        cleaned = clean(text, furniture, stopwords)
        rows = _sentence_rows(article, text, cleaned, abbreviations)
        sentences += rows
        removed += [
            {"article_id": article} | {name: getattr(line, name) for name in ("start", "end", "text", "reason", "rule")}
            for line in cleaned.lines
            if line.reason
        ]
        articles.append(_article_row(study, article, cleaned, rows, sources[f"{article}.txt"]))
    for row in _maybe_corrupt(sentences):
        row["corrupt"] = row["part"] not in ("title", "subhead") and is_corrupt(row["text"])
    made = {"articles": articles, "removed": removed, "sentences": sentences}
    return {name: from_rows(rows, name) for name, rows in made.items()}


def _sentence_rows(article: str, text: str, cleaned: Cleaned, abbreviations: frozenset[str]) -> list[dict]:
    rows: list[dict] = []
    for paragraph, (start, end, part) in enumerate(cleaned.paragraphs, start=1):
        whole = part in ("title", "subhead")
        spans = [(start, end)] if whole else sentence_spans(text, start, end, abbreviations)
        for number, (first, last) in enumerate(spans, start=1):
            piece = text[first:last]
            ids = {
                "sentence_id": f"{article}-s{first}",
                "article_id": article,
                "paragraph": paragraph,
                "sentence": number,
            }
            place = {"start": first, "end": last, "part": part, "corrupt": False}
            rows.append({**ids, **place, "words": count_words(piece), "text": piece})
    return rows


def _nearest_first(lines: list[Line]) -> list[Line]:
    """Return the lines of the article, those just before and after it, and the rest: its own day is near it, those of teasers are not."""
    kept = [at for at, line in enumerate(lines) if not line.reason]
    if not kept:
        return lines
    first, last = max(0, kept[0] - 3), kept[-1] + 4
    inside = lines[kept[0] : kept[-1] + 1]
    return [*inside, *lines[first : kept[0]][::-1], *lines[kept[-1] + 1 : last], *lines[:first][::-1], *lines[last:]]


def _article_row(study: Study, article: str, cleaned: Cleaned, rows: list[dict], source: dict) -> dict:
    title = next((row["text"] for row in rows if row["part"] == "title"), None)
    dated = date_article([(line.text, line.reason) for line in _nearest_first(cleaned.lines)], source)
    first, last = dated["published_from"], dated["published_to"]
    return {
        "article_id": article,
        "file": f"data/articles/{article}.txt",
        "sha256": hashlib.sha256(study.texts[article].encode()).hexdigest(),
        "title": title or f"(no title) {article}",
        "publisher": source["publisher"] or None,
        "url": source["url"] or None,
        "translated": {"true": True, "false": False}.get(source["translated"]),
        "words": sum(row["words"] for row in rows),
        **dated,
        "period": period_of(first, last, study.settings["periods"]),
    }


def order_by_date(articles: pl.DataFrame) -> list[str]:
    """Return article ids by the first day they may have appeared, undated ones last, ties by id."""
    return articles.sort("published_from", "article_id", nulls_last=True)["article_id"].to_list()
