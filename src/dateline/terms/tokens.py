"""Split sentences into lemmas, phrases and term groups, each with its place in the text."""

import re
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import polars as pl
import simplemma

from dateline.corpus.sentences import WORD
from dateline.inference import statistics
from dateline.study.load import Study
from dateline.study.phrases import Index, compile_phrase
from dateline.tables import conform, empty, from_rows

_POSSESSIVE = re.compile(r"[’']s?$")

PHRASE_G2 = 10.83
"""Collocations count from this G2 on: the 0.001 point of chi-square with one degree of freedom."""

_SPELLINGS = {
    "ise": "ize", "isation": "ization", "yse": "yze", "our": "or", "tre": "ter", "ence": "ense", "ogue": "og",
}  # fmt: skip
"""British endings -> American ones."""


def lemma_of(surface: str, language: str, names: frozenset[str]) -> str:
    """Return the dictionary form of a word in lower case; names keep their form. British spellings give the American lemma."""
    word = _POSSESSIVE.sub("", surface.replace("’", "'"))
    lowered = word.casefold()
    if (lowered in names and word[:1].isupper()) or not word.isalpha():
        return lowered
    return _lemma(lowered, language)


@lru_cache(maxsize=1 << 17)
def _lemma(lowered: str, language: str) -> str:
    lemma = simplemma.lemmatize(lowered, lang=language).casefold()
    if language == "en" and len(lemma) > 4:
        for british, american in _SPELLINGS.items():
            other = lemma.removesuffix(british) + american
            if lemma.endswith(british) and simplemma.is_known(other, lang=language):
                return other
    return lemma


def words_of_names(actors: pl.DataFrame) -> frozenset[str]:
    """Return the capitalised words of all aliases in lower case: "the Russian defence chief" gives "russian" alone."""
    words = (word for alias in actors["alias"] for word in alias.split())
    return frozenset(word.casefold() for word in words if word[:1].isupper())


def find_terms(study: Study, sentences: pl.DataFrame) -> pl.DataFrame:
    """Find every use of every term: words, phrases, and the ideas that an editor follows.

    Args:
        study: The study: its language, stop words, names and term groups.
        sentences: The table `sentences`.

    Returns:
        The table `occurrences`. `kind` is `word` (a lemma; function words and numbers are left out), `phrase`
        (two or three lemmas side by side, found by G2) or `group` (its `term` begins with `#`).

    Examples:
        >>> terms = dl.find_terms(study, sentences)
        >>> terms.filter(term="invitation").height
        9
    """
    lists, language = (study.lists[name] for name in ("stopwords", "actors", "terms")), study.settings["language"]
    return find_occurrences(sentences, *lists, language, min_count=study.settings["terms"]["min_count"])


def find_occurrences(
    sentences: pl.DataFrame,
    stopwords: pl.DataFrame,
    actors: pl.DataFrame,
    groups: pl.DataFrame,
    language: str,
    *,
    min_count: int = 1,
) -> pl.DataFrame:
    """Find what `find_terms` does with lists of one's own; a phrase used less often than `min_count` is none."""
    if sentences.is_empty():
        return empty("occurrences")
    tokens = tokens_of(sentences, stopwords, actors, language)
    words = tokens.filter("content").with_columns(
        pl.col("term", "article_id").cast(pl.String),
        kind=pl.lit("word"),
        occurrence_id=pl.format("{}-o{}", "article_id", "start"),
    )
    found = [words, _group_uses(sentences, groups), _collocations(tokens, words_of_names(actors), max(2, min_count))]
    columns = ["occurrence_id", "term", "kind", "sentence_id", "article_id", "start", "end", "surface"]
    return conform(pl.concat([frame.select(columns) for frame in found]), "occurrences")


def count_terms(tokens: pl.DataFrame, sentences: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Count how often each article uses each word and each idea; phrases are known only over all articles together.

    Args:
        tokens: `tokens_of` the sentences.
        sentences: The table `sentences`.
        groups: The list `terms`.

    Returns:
        `term`, `kind` (`word` or `group`), `article_id` and `count`, ordered by article and term.
    """
    ideas = _group_uses(sentences, groups)
    ideas = ideas.with_columns(
        pl.col("article_id").cast(tokens["article_id"].dtype), pl.col("term").cast(_enum(ideas["term"]))
    )
    counts = [
        uses.group_by("article_id", "term")
        .agg(count=pl.len().cast(pl.Int64))
        .with_columns(
            pl.col("term").cast(pl.String), kind=pl.lit(kind), place=pl.col("term").to_physical().cast(pl.UInt32)
        )
        for kind, uses in {"word": tokens.filter("content"), "group": ideas}.items()
    ]
    # "#" comes before every letter, and "group" before "word".
    ordered = pl.concat(counts).sort("article_id", "kind", "place")
    return ordered.select("term", "kind", pl.col("article_id").cast(pl.String), "count")


def count_runs(tokens: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Count what `collocations` takes once it is summed over all articles.

    Returns:
        Pairs and triples of content words side by side (`whole`, `article_id`, `count`), and every lemma, function
        words among them (`term`, `count`).
    """
    many = pl.len().cast(pl.Int64).alias("count")
    needed = tokens.select("article_id", "sentence_id", "term", "content", "start", "end", "to")
    runs = _side_by_side(needed).group_by("article_id", *_RUN).agg(many)
    return (
        runs.select(_WHOLE, pl.col("article_id").cast(pl.String), "count"),
        tokens.group_by("term").agg(many).with_columns(pl.col("term").cast(pl.String)),
    )


def _chunks(sentences: pl.DataFrame) -> pl.DataFrame:
    """Return what is between two blanks: `base` is where its sentence begins, `at` its place in `text`."""
    long, own = (pl.col(name).str.len_chars().cast(pl.Int64) + 1 for name in ("text", "chunk"))
    parts = sentences.select(
        "sentence_id",
        "article_id",
        "text",
        base="start",
        before=long.cum_sum() - long,
        chunk=pl.col("text").str.split(" "),
    )
    return parts.explode("chunk").with_columns(at=own.cum_sum() - own - pl.col("before")).drop("before")


LONG_CHUNK = 40
"""Characters from which a chunk is not remembered: it will hardly come again, and memory is for those that do."""

_WORDS = {
    "chunk": pl.String, "from": pl.Int64, "to": pl.Int64, "surface": pl.String, "term": pl.String, "content": pl.Boolean,
}  # fmt: skip


@lru_cache(maxsize=1)
def _reader(language: str, names: frozenset[str], stop: frozenset[str]) -> Callable[[str], list[tuple]]:
    """Return what takes a chunk apart into rows of `_WORDS`; it remembers those that an archive repeats in many batches."""

    def words_in(chunk: str) -> list[tuple]:
        found = []
        for match in WORD.finditer(chunk):
            surface = match[0]
            term = lemma_of(surface, language, names)
            plain = _POSSESSIVE.sub("", surface.lower().replace("’", "'"))
            content = term not in stop and plain not in stop and term[0].isalpha() and len(term) > 1
            found.append((chunk, match.start(), match.end(), surface, term, content))
        return found

    known = lru_cache(maxsize=1 << 16)(words_in)
    return lambda chunk: known(chunk) if len(chunk) < LONG_CHUNK else words_in(chunk)


def tokens_of(sentences: pl.DataFrame, stopwords: pl.DataFrame, actors: pl.DataFrame, language: str) -> pl.DataFrame:
    """Find every word of every sentence with its lemma and its place, in order.

    Args:
        sentences: The table `sentences`.
        stopwords: The list of function words.
        actors: The alias ledger: words of names are not lemmatised.
        language: Two-letter code for the lemmatiser.

    Returns:
        `sentence_id`, `article_id`, `text` (of the sentence), `from` and `to` (in it), `start` and `end` (in the raw
        file), `surface`, `term` (the lemma), and whether it is `content`: no function word, no number. `article_id` and
        `term` are Enums in the order of their strings: a corpus repeats both, and numbers are counted faster.
    """
    names, stop = words_of_names(actors), frozenset(stopwords["word"])
    ordered = sentences.sort("article_id", "start").with_columns(
        pl.col("article_id").cast(_enum(sentences["article_id"]))
    )
    chunks = _chunks(ordered)
    # A corpus repeats its chunks: each is taken apart once.
    words_in = _reader(language, names, stop)
    found = zip(*(word for chunk in chunks["chunk"].unique() for word in words_in(chunk)), strict=True)
    words = pl.DataFrame(dict(zip(_WORDS, found, strict=False)), schema=_WORDS)
    words = words.with_columns(pl.col("term").cast(_enum(words["term"])))
    place = pl.col("base") + pl.col("at")
    return chunks.join(words, on="chunk", maintain_order="left_right").with_columns(
        pl.col("from", "to") + pl.col("at"), start=place + pl.col("from"), end=place + pl.col("to")
    )


def _enum(strings: pl.Series) -> pl.Enum:
    return pl.Enum(strings.unique().sort())


_RUN = ("term", "term1", "term2")
"""The lemmas of two or three words side by side; of two, the third is null."""

_WHOLE = pl.concat_str([pl.col(name).cast(pl.String) for name in _RUN], separator=" ", ignore_nulls=True).alias("whole")


def _collocations(tokens: pl.DataFrame, names: frozenset[str], min_count: int) -> pl.DataFrame:
    """Find every use of the pairs and triples that `collocations` returns."""
    runs = _side_by_side(tokens).with_columns(_WHOLE, pl.col("article_id").cast(pl.String))
    counts = runs.group_by("whole").agg(count=pl.len().cast(pl.Int64))
    terms = tokens.group_by(pl.col("term").cast(pl.String)).agg(count=pl.len().cast(pl.Int64))
    kept = collocations(counts, terms, tokens.height, names, min_count)
    return runs.filter(pl.col("whole").is_in(kept["whole"].implode())).with_columns(
        term="whole",
        kind=pl.lit("phrase"),
        end="stop_at",
        surface=pl.col("text").str.slice(pl.col("from"), pl.col("to_last") - pl.col("from")),
        occurrence_id=pl.format(
            "{}-o{}-{}", "article_id", "start", pl.col("whole").str.replace_all(r"[^\p{L}\p{N}]+", "-")
        ),
    )


def _side_by_side(tokens: pl.DataFrame) -> pl.DataFrame:
    """Return two and three content words with one character between them: `tokens` with `term1`, `term2`, `stop_at`, `to_last`."""
    content = tokens.filter("content")
    steps = content.with_columns(
        pl.col(name).shift(-step).alias(f"{name}{step}")
        for name in ("sentence_id", "term", "start", "end", "to")
        for step in (1, 2)
    )
    # Nothing fits between two words that one character parts, so neighbours among content words are neighbours.
    one, two = (pl.col("sentence_id") == pl.col(f"sentence_id{step}") for step in (1, 2))
    pairs = steps.filter(one, pl.col("start1") - pl.col("end") == 1)
    triples = pairs.filter(two, pl.col("start2") - pl.col("end1") == 1)
    pairs = pairs.with_columns(stop_at="end1", to_last="to1", term2=pl.lit(None, tokens["term"].dtype))
    return pl.concat([pairs, triples.with_columns(stop_at="end2", to_last="to2")])


def collocations(
    counts: pl.DataFrame, terms: pl.DataFrame, words: int, names: frozenset[str], min_count: int
) -> pl.DataFrame:
    """Find the pairs and triples of words that meet more often than their counts explain.

    The association is G2 (Dunning 1993) of the pair, or of the first two and the third, from `PHRASE_G2` on.

    Args:
        counts: `whole`, `count`; with a triple its pair.
        terms: `term`, `count` over all words, function words among them.
        words: Their sum.
        names: Words of names: a phrase of nothing else has an analysis of its own and is left out.
        min_count: A phrase used less often is none.

    Returns:
        The rows of `counts` that are phrases, ordered by `whole`.
    """
    split = pl.col("whole").str.split(" ")  # no word holds a blank
    often = counts.filter(pl.col("count") >= min_count)  # with a triple stays its pair, which is used as often or more
    known = pl.concat([terms.select("term", "count"), often.select(pl.col("whole").alias("term"), "count")]).unique(
        "term"
    )
    frequent = (
        often.with_columns(first=split.list.head(split.list.len() - 1).list.join(" "), last=split.list.last())
        .join(known.select(first="term", left="count"), on="first", how="left")
        .join(known.select(last="term", right="count"), on="last", how="left")
        .filter(~split.list.eval(pl.element().is_in(list(names))).list.all())
        .filter(pl.col("count") * words > pl.col("left") * pl.col("right"))
        .sort("whole")
    )
    n, left, right = frequent.select("count", "left", "right").to_numpy().T
    g2 = statistics.g_squared(n, np.maximum(right - n, 0), left, np.maximum(words - left, right - n + 1))
    return frequent.filter(pl.Series(g2 >= PHRASE_G2)).select(counts.columns)


def _group_uses(sentences: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Find every use of every phrase of every group, the longest where two of one group overlap."""
    listed = [(group, phrase, compile_phrase(phrase)) for group, phrase in groups.select("group", "phrase").iter_rows()]
    if not listed:
        return empty("occurrences")
    possible = dict(Index([phrase for _, phrase, _ in listed]).possible(sentences["text"]))
    places = sentences.select("text", "sentence_id", "article_id", "start")[list(possible)]
    rows = []
    for numbers, (text, sentence, article, base) in zip(possible.values(), places.iter_rows(), strict=True):
        found: dict[str, set[tuple[int, int]]] = {}
        for number in numbers:
            group, _, pattern = listed[number]
            found.setdefault(group, set()).update(match.span() for match in pattern.finditer(text))
        for group, spans in found.items():
            for start, end in _longest(spans):
                place = {"sentence_id": sentence, "article_id": article, "start": base + start, "end": base + end}
                term = {"occurrence_id": f"{article}-o{base + start}-{group}", "term": f"#{group}", "kind": "group"}
                rows.append({**term, **place, "surface": text[start:end]})
    return from_rows(rows, "occurrences")


def _longest(spans: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans without overlap, in order: the longest goes before, then the earliest."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if not any(start < b and a < end for a, b in kept):
            kept.append((start, end))
    return sorted(kept)
