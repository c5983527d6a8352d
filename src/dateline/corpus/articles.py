"""Files -> articles and sentences: what counts, where it stands, and what was left out and why.

A line of a file is the unit of cleaning, a paragraph is a line that counts (or lines of one block
that a fixed width has broken), and every span is half-open, in code points of the raw file.
"""

import hashlib
from datetime import date

import polars as pl

from dateline.corpus.clean import Cleaned, Furniture, Line, clean
from dateline.corpus.dates import date_article, period_of
from dateline.corpus.sentences import _maybe_corrupt, count_words, is_corrupt, split_sentences
from dateline.study.load import Study
from dateline.tables import from_rows


def units_of(articles: pl.DataFrame) -> pl.DataFrame:
    """Which article counts in which unit: `unit_kind`, `unit`, `article_id`, `words`.

    Every article is a unit of its own and part of `all`; it is part of a period where its whole
    interval of possible days lies inside.
    """
    base = articles.select("article_id", "words", "period")
    return pl.concat(
        [
            base.select(
                unit_kind=pl.lit("article"), unit="article_id", article_id="article_id", words="words"
            ),
            base.drop_nulls("period").select(
                unit_kind=pl.lit("period"), unit="period", article_id="article_id", words="words"
            ),
            base.select(unit_kind=pl.lit("all"), unit=pl.lit("all"), article_id="article_id", words="words"),
        ]
    )


def build_corpus(study: Study) -> dict[str, pl.DataFrame]:
    """Read, clean, date and split every article of a study.

    Returns:
        The tables `articles`, `removed` and `sentences` of the contract.
    """
    furniture = Furniture(study.lists["furniture"].select("pattern", "note").iter_rows())
    abbreviations = frozenset(study.lists["abbreviations"]["abbreviation"])
    stopwords = frozenset(word.casefold() for word in study.lists["stopwords"]["word"])
    sources = {row["file"]: row for row in study.lists["sources"].iter_rows(named=True)}
    articles: list[dict] = []
    removed: list[dict] = []
    sentences: list[dict] = []
    for article in study.articles:
        text = study.texts[article]
        cleaned = clean(text, furniture, stopwords)
        rows = _sentence_rows(article, text, cleaned, abbreviations)
        sentences += rows
        removed += [
            {
                "article_id": article,
                "start": line.start,
                "end": line.end,
                "text": line.text,
                "reason": line.reason,
                "rule": line.rule,
            }
            for line in cleaned.lines
            if line.reason
        ]
        articles.append(_article_row(study, article, cleaned, rows, sources[f"{article}.txt"]))
    for row in _maybe_corrupt(sentences):
        row["corrupt"] = row["part"] not in ("title", "subhead") and is_corrupt(row["text"])
    return {
        "articles": from_rows(articles, "articles"),
        "removed": from_rows(removed, "removed"),
        "sentences": from_rows(sentences, "sentences"),
    }


def _sentence_rows(article: str, text: str, cleaned: Cleaned, abbreviations: frozenset[str]) -> list[dict]:
    rows: list[dict] = []
    for paragraph, (start, end, part) in enumerate(cleaned.paragraphs, start=1):
        whole = part in ("title", "subhead")
        spans = [(start, end)] if whole else split_sentences(text, start, end, abbreviations)
        for number, (first, last) in enumerate(spans, start=1):
            piece = text[first:last]
            rows.append(
                {
                    "sentence_id": f"{article}-s{first}",
                    "article_id": article,
                    "paragraph": paragraph,
                    "sentence": number,
                    "start": first,
                    "end": last,
                    "part": part,
                    "corrupt": False,
                    "words": count_words(piece),
                    "text": piece,
                }
            )
    return rows


def _nearest_first(lines: list[Line]) -> list[Line]:
    """The lines of the article, then those just before and after it, then the rest of the page.

    A page states many days; the one of the article stands next to it, those of its teasers do not.
    """
    kept = [at for at, line in enumerate(lines) if not line.reason]
    if not kept:
        return lines
    first, last = max(0, kept[0] - 3), kept[-1] + 4
    inside = lines[kept[0] : kept[-1] + 1]
    return [
        *inside,
        *lines[first : kept[0]][::-1],
        *lines[kept[-1] + 1 : last],
        *lines[:first][::-1],
        *lines[last:],
    ]


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
    """Article ids by the first day they may have appeared, undated ones last, ties by id."""
    ordered = articles.sort(pl.col("published_from").fill_null(date.max), "article_id")
    return ordered["article_id"].to_list()
