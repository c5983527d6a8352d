"""Split sentences into lemmas, phrases and term groups, each with its place in the text."""

import re
from collections.abc import Callable
from functools import lru_cache

import polars as pl
import simplemma

from dateline.corpus.sentences import WORD
from dateline.inference import statistics
from dateline.study.phrases import Index, compile_phrase
from dateline.tables import conform, empty, from_rows

_POSSESSIVE = re.compile(r"[’']s?$")

PHRASE_G2 = 10.83
"""Collocations count from this G2 on: the 0.001 point of chi-square with one degree of freedom."""

_SPELLINGS = (
    ("ise", "ize"),
    ("isation", "ization"),
    ("yse", "yze"),
    ("our", "or"),
    ("tre", "ter"),
    ("ence", "ense"),
    ("ogue", "og"),
)


def lemma_of(surface: str, language: str, names: frozenset[str]) -> str:
    """The dictionary form of one word; names keep their form, possessives lose their ending.

    British and American spellings of an English word are one lemma, written the American way.
    """
    word = _POSSESSIVE.sub("", surface.replace("’", "'"))
    lowered = word.casefold()
    if (lowered in names and word[:1].isupper()) or not word.isalpha():
        return lowered
    return _lemma(lowered, language)


@lru_cache(maxsize=1 << 17)
def _lemma(lowered: str, language: str) -> str:
    lemma = simplemma.lemmatize(lowered, lang=language).casefold()
    if language == "en" and len(lemma) > 4:
        for british, american in _SPELLINGS:
            other = lemma.removesuffix(british) + american
            if lemma.endswith(british) and simplemma.is_known(other, lang=language):
                return other
    return lemma


def words_of_names(actors: pl.DataFrame) -> frozenset[str]:
    """The capitalised words of all aliases, in lower case: "the Russian defence chief" gives "russian" alone."""
    words = (word for alias in actors["alias"] for word in alias.split())
    return frozenset(word.casefold() for word in words if word[:1].isupper())


def find_occurrences(
    sentences: pl.DataFrame,
    stopwords: pl.DataFrame,
    actors: pl.DataFrame,
    groups: pl.DataFrame,
    language: str,
    *,
    min_count: int = 1,
) -> pl.DataFrame:
    """Every use of every term: words, collocations, and the ideas that an editor follows.

    Args:
        sentences: The table `sentences`.
        stopwords: The list of function words.
        actors: The alias ledger: words of names are not lemmatised.
        groups: The list `terms`: `group` and the phrases that stand for it.
        language: Two-letter code for the lemmatiser.
        min_count: A collocation used less often is none.

    Returns:
        The table `occurrences`. `kind` is `word` (a lemma; function words and numbers left out), `phrase`
        (two or three lemmas side by side, found by G2) or `group` (its `term` begins with `#`).
    """
    if sentences.is_empty():
        return empty("occurrences")
    tokens = tokens_of(sentences, stopwords, actors, language)
    words = tokens.filter("content").with_columns(
        pl.col("term", "article_id").cast(pl.String),
        kind=pl.lit("word"),
        occurrence_id=pl.col("article_id") + "-o" + pl.col("start").cast(pl.String),
    )
    found = [
        words,
        _group_uses(sentences, groups),
        _collocations(tokens, words_of_names(actors), max(2, min_count)),
    ]
    columns = ["occurrence_id", "term", "kind", "sentence_id", "article_id", "start", "end", "surface"]
    return conform(pl.concat([frame.select(columns) for frame in found]), "occurrences")


def count_terms(tokens: pl.DataFrame, sentences: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """How often each article uses each word and each idea: `find_occurrences` counted.

    Args:
        tokens: `tokens_of` the sentences.
        sentences: The table `sentences`.
        groups: The list `terms`.

    Returns:
        `term`, `kind` (`word` or `group`), `article_id` and `count`, ordered by article and term. Collocations are
        known only over all articles together, and are not among them.
    """
    groups_used = _group_uses(sentences, groups)
    uses = {
        "word": tokens.select("article_id", "term", "content").filter("content"),
        "group": groups_used.with_columns(
            pl.col("article_id").cast(tokens["article_id"].dtype),
            pl.col("term").cast(_enum(groups_used["term"])),
        ),
    }
    counts = [
        frame.group_by("article_id", "term")
        .agg(count=pl.len().cast(pl.Int64))
        .select(
            pl.col("term").cast(pl.String),
            pl.lit(kind).alias("kind"),
            "article_id",
            "count",
            place=pl.col("term").to_physical().cast(pl.UInt32),
        )
        for kind, frame in uses.items()
    ]
    # "#" comes before every letter, and "group" before "word".
    return (
        pl.concat(counts)
        .sort("article_id", "kind", "place")
        .select(pl.col("term", "kind"), pl.col("article_id").cast(pl.String), "count")
    )


def count_runs(tokens: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What collocations are found from, once it is summed over all articles.

    Args:
        tokens: `tokens_of` the sentences.

    Returns:
        Pairs and triples of content words side by side (`whole`, `article_id`, `count`), and every lemma, function
        words among them (`term`, `count`): what `collocations` takes.
    """
    many = pl.len().cast(pl.Int64).alias("count")
    needed = tokens.select("article_id", "sentence_id", "term", "content", "start", "end", "to")
    runs = _side_by_side(needed).group_by("article_id", *_RUN).agg(many)
    return (
        runs.select(_WHOLE, pl.col("article_id").cast(pl.String), "count"),
        tokens.group_by("term").agg(many).with_columns(pl.col("term").cast(pl.String)),
    )


def _chunks(sentences: pl.DataFrame) -> pl.DataFrame:
    """What stands between two blanks, and where: `base` is where its sentence begins, `at` its place in `text`."""
    long, own = (pl.col(name).str.len_chars().cast(pl.Int64) + 1 for name in ("text", "chunk"))
    return (
        sentences.select(
            "sentence_id",
            "article_id",
            "text",
            before=long.cum_sum() - long,
            base="start",
            chunk=pl.col("text").str.split(" "),
        )
        .explode("chunk")
        .select(
            "sentence_id", "article_id", "text", "chunk", "base", at=own.cum_sum() - own - pl.col("before")
        )
    )


LONG_CHUNK = 40
"""Characters from which a chunk is not remembered: it will hardly come again, and memory is for those that do."""

_WORDS = {
    "chunk": pl.String,
    "from": pl.Int64,
    "to": pl.Int64,
    "surface": pl.String,
    "term": pl.String,
    "content": pl.Boolean,
}


@lru_cache(maxsize=1)
def _reader(
    language: str, names: frozenset[str], stop: frozenset[str]
) -> Callable[[str], list[tuple[str, int, int, str, str, bool]]]:
    """What takes a chunk apart into rows of `_WORDS`; it remembers those that an archive repeats from batch to batch."""

    def words_in(chunk: str) -> list[tuple[str, int, int, str, str, bool]]:
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


def tokens_of(
    sentences: pl.DataFrame, stopwords: pl.DataFrame, actors: pl.DataFrame, language: str
) -> pl.DataFrame:
    """Every word of every sentence with its lemma and its place, in order.

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
    distinct = chunks.select(pl.col("chunk").unique()).to_series().to_list()
    found = zip(*(word for chunk in distinct for word in words_in(chunk)), strict=True)
    words = pl.DataFrame(dict(zip(_WORDS, found, strict=False)), schema=_WORDS)
    place = pl.col("base") + pl.col("at")
    return chunks.join(
        words.with_columns(pl.col("term").cast(_enum(words["term"]))), on="chunk", maintain_order="left_right"
    ).with_columns(
        pl.col("from", "to") + pl.col("at"), start=place + pl.col("from"), end=place + pl.col("to")
    )


def _enum(strings: pl.Series) -> pl.Enum:
    return pl.Enum(strings.unique().sort())


_RUN = ("term", "term1", "term2")
"""The lemmas of two or three words side by side; of two, the third is null."""

_WHOLE = pl.concat_str(
    [pl.col(name).cast(pl.String) for name in _RUN], separator=" ", ignore_nulls=True
).alias("whole")


def _collocations(tokens: pl.DataFrame, names: frozenset[str], min_count: int) -> pl.DataFrame:
    """Every use of pairs and triples of content words side by side that meet more often than their counts explain."""
    runs = _side_by_side(tokens).with_columns(_WHOLE, pl.col("article_id").cast(pl.String))
    counts = runs.group_by("whole").agg(count=pl.len().cast(pl.Int64))
    terms = tokens.group_by(pl.col("term").cast(pl.String)).agg(count=pl.len().cast(pl.Int64))
    kept = collocations(counts, terms, tokens.height, names, min_count)
    return runs.filter(pl.col("whole").is_in(kept["whole"].implode())).with_columns(
        term="whole",
        kind=pl.lit("phrase"),
        end="stop_at",
        surface=pl.col("text").str.slice(pl.col("from"), pl.col("to_last") - pl.col("from")),
        occurrence_id=pl.col("article_id")
        + "-o"
        + pl.col("start").cast(pl.String)
        + "-"
        + pl.col("whole").str.replace_all(r"[^\p{L}\p{N}]+", "-"),
    )


def _side_by_side(tokens: pl.DataFrame) -> pl.DataFrame:
    """Two and three content words with one character between them.

    The columns of `tokens`, which are in order, with `term1` and `term2`, `stop_at` and `to_last`.
    """
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
    return pl.concat(
        [
            pairs.with_columns(stop_at="end1", to_last="to1", term2=pl.lit(None, pairs["term"].dtype)),
            triples.with_columns(stop_at="end2", to_last="to2"),
        ]
    )


def collocations(
    counts: pl.DataFrame, terms: pl.DataFrame, words: int, names: frozenset[str], min_count: int
) -> pl.DataFrame:
    """Which pairs and triples of words meet more often than their counts explain.

    The association is G2 of the pair (of the first two and the third), Dunning (1993), from `PHRASE_G2` on.

    Args:
        counts: `whole`, `count`; with a triple its pair.
        terms: `term`, `count` over all words, function words among them.
        words: Their sum.
        names: Words of names: a phrase of nothing else has an analysis of its own and is left out.
        min_count: A phrase used less often is none.

    Returns:
        The rows of `counts` that are phrases, ordered by `whole`.
    """
    total = max(words, 1)
    split = pl.col("whole").str.split(" ")  # no word holds a blank
    # With a triple stays its pair, which is used as often or more.
    often = counts.filter(pl.col("count") >= min_count)
    known = pl.concat(
        [terms.select("term", "count"), often.select(pl.col("whole").alias("term"), "count")]
    ).unique("term")
    frequent = (
        often.with_columns(first=split.list.head(split.list.len() - 1).list.join(" "), last=split.list.last())
        .join(known.select(first="term", left="count"), on="first", how="left")
        .join(known.select(last="term", right="count"), on="last", how="left")
        .sort("whole")
    )
    kept = [
        not all(word in names for word in whole.split(" "))
        and n * total > left * right
        and statistics.g_squared(n, max(right - n, 0), left, max(total - left, right - n + 1)) >= PHRASE_G2
        for whole, n, left, right in frequent.select("whole", "count", "left", "right").iter_rows()
    ]
    return frequent.filter(pl.Series(kept, dtype=pl.Boolean)).select(counts.columns)


def _group_uses(sentences: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Every use of every phrase of every group, the longest where two of one group overlap."""
    listed = [
        (group, phrase, compile_phrase(phrase))
        for group, phrase in groups.select("group", "phrase").iter_rows()
    ]
    if not listed:
        return empty("occurrences")
    columns = "text", "sentence_id", "article_id", "start"
    possible = dict(Index([phrase for _, phrase, _ in listed]).possible(sentences["text"]))
    rows = []
    for numbers, row in zip(possible.values(), sentences.select(columns)[list(possible)].rows(), strict=True):
        text, sentence, article, base = row
        found: dict[str, set[tuple[int, int]]] = {}
        for number in numbers:
            group, _, pattern = listed[number]
            found.setdefault(group, set()).update(match.span() for match in pattern.finditer(text))
        rows += [
            {
                "occurrence_id": f"{article}-o{base + start}-{group}",
                "term": f"#{group}",
                "kind": "group",
                "sentence_id": sentence,
                "article_id": article,
                "start": base + start,
                "end": base + end,
                "surface": text[start:end],
            }
            for group, spans in found.items()
            for start, end in _longest(spans)
        ]
    return from_rows(rows, "occurrences")


def _longest(spans: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans without overlap, in order: the longest first, then the earliest."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if not any(start < b and a < end for a, b in kept):
            kept.append((start, end))
    return sorted(kept)
