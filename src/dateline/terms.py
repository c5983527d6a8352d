"""Sentences -> words: which terms are used, how often in how many words, and what sets a period apart.

A term is a lemma: the dictionary form of a word in lower case. Function words are left out of the
terms (`data/stopwords.csv`) and stay in every denominator. The unit of analysis is the article.
"""

import re
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import polars as pl
import simplemma

from dateline import chance, stats
from dateline.corpus import WORD
from dateline.phrases import Index, compile_phrase
from dateline.tables import SCHEMAS, conform, empty, from_rows

PRIOR_WORDS = 500.0
"""Pseudo-words of the Dirichlet prior: enough to still rare words, too few to silence common ones."""

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
        and stats.g_squared(n, max(right - n, 0), left, max(total - left, right - n + 1)) >= PHRASE_G2
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


def term_rates(occurrences: pl.DataFrame, articles: pl.DataFrame, *, min_count: int = 1) -> pl.DataFrame:
    """Rate of every term in every unit, per 1,000 words, with two intervals.

    Args:
        occurrences: The table `occurrences`.
        articles: The table `articles`.
        min_count: Leave out terms used less often in all articles together; at least 1.

    Returns:
        The table `term_rates`. `low` and `high` are Garwood's exact interval, which takes every use for an
        event of its own; a term that a unit does not use keeps an upper bound. `boot_low` and `boot_high`
        resample whole articles, which is the unit that varies; empty where a unit has one article only.

    Raises:
        ValueError: `min_count` is below 1.
    """
    if min_count < 1:
        msg = f"min_count must be at least 1, got {min_count}"
        raise ValueError(msg)
    terms = (
        occurrences.group_by("term", "kind")
        .agg(n=pl.len())
        .filter(pl.col("n") >= min_count)
        .select("term", "kind")
    )
    units = units_of(articles)
    sizes = units.group_by("unit_kind", "unit").agg(pl.col("words").sum())
    per_article = occurrences.group_by("term", "article_id").agg(count=pl.len().cast(pl.Int64))
    counts = (
        per_article.join(units.drop("words"), on="article_id")
        .group_by("term", "unit_kind", "unit")
        .agg(pl.col("count").sum())
    )
    return (
        rates(terms, counts, sizes)
        .join(
            _resampled(terms["term"].sort(), per_article, units), on=["term", "unit_kind", "unit"], how="left"
        )
        .pipe(conform, "term_rates")
    )


def rates(terms: pl.DataFrame, counts: pl.DataFrame, sizes: pl.DataFrame) -> pl.DataFrame:
    """Rate of every term in every unit with Garwood's exact interval.

    Args:
        terms: `term`, `kind`: the terms that get a row in every unit with words.
        counts: `term`, `unit_kind`, `unit`, `count`; a term that a unit does not use may be missing.
        sizes: `unit_kind`, `unit`, `words`.

    Returns:
        `term`, `kind`, `unit_kind`, `unit`, `words`, `count`, `low`, `high`, `per_1000`.
    """
    found = (
        terms.join(sizes.filter(pl.col("words") > 0), how="cross")
        .join(counts, on=["term", "unit_kind", "unit"], how="left")
        .with_columns(pl.col("count").fill_null(0))
    )
    bounds = {
        pair: stats.garwood(pair[0], pair[1] / 1000)
        for pair in found.select("count", "words").unique().iter_rows()
    }
    limits = pl.DataFrame(
        [(*pair, *bound) for pair, bound in sorted(bounds.items())],
        schema={"count": pl.Int64, "words": pl.Int64, "low": pl.Float64, "high": pl.Float64},
        orient="row",
    )
    return found.join(limits, on=["count", "words"], how="left").with_columns(
        per_1000=pl.col("count") / pl.col("words") * 1000
    )


BLOCK = 200
"""Terms resampled at once."""

MOST_RESAMPLED = 1000
"""Articles in a unit up to which they are resampled: beyond, the interval is too narrow to matter."""


def _matrix(terms: pl.Series, per_article: pl.DataFrame, order: list[str]) -> np.ndarray:
    """Counts as terms by articles."""
    places = (
        per_article.join(terms.to_frame("term").with_row_index("row"), on="term")
        .join(
            pl.DataFrame({"article_id": order}, schema={"article_id": pl.String}).with_row_index("column"),
            on="article_id",
        )
        .select("row", "column", "count")
    )
    found = np.zeros((len(terms), len(order)))
    found[places["row"].to_numpy(), places["column"].to_numpy()] = places["count"].to_numpy()
    return found


def _resampled(terms: pl.Series, per_article: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Percentile interval of each rate over resamples of the articles of a unit."""
    schema = {
        "term": pl.String,
        "unit_kind": pl.String,
        "unit": pl.String,
        "boot_low": pl.Float64,
        "boot_high": pl.Float64,
    }
    rows = []
    spoken = units.filter(pl.col("words") > 0).sort("article_id")
    for (kind, unit), part in spoken.group_by(["unit_kind", "unit"], maintain_order=True):
        if not 2 <= part.height <= MOST_RESAMPLED:
            continue
        weights, probability = chance.resamples(part.height)
        words = weights @ part["words"].to_numpy().astype(float)
        counts = _matrix(terms, per_article, part["article_id"].to_list())
        for at in range(0, len(counts), BLOCK):
            rates = 1000 * (counts[at : at + BLOCK] @ weights.T) / words
            bounds = chance.quantiles(rates, probability)
            rows += [
                (term, kind, unit, *bound)
                for term, bound in zip(terms[at : at + BLOCK], bounds.tolist(), strict=True)
            ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def trends(occurrences: pl.DataFrame, articles: pl.DataFrame, *, min_count: int = 1) -> pl.DataFrame:
    """Whether the rate of a term rises or falls over the dated articles.

    Args:
        occurrences: The table `occurrences`.
        articles: The table `articles`; those without both bounds of their date take no part.
        min_count: Leave out terms used less often.

    Returns:
        The table `trends`: `slope` is the median of all pairwise slopes (Theil 1950, Sen 1968), in uses per
        1,000 words and year, between the middles of the dates; `low` and `high` Sen's interval; `tau` and
        `p` Mann and Kendall's test, exact over all orders of the articles while there are few. Two articles
        whose dates overlap are not ordered and count neither way.
    """
    dated = (
        articles.drop_nulls(["published_from", "published_to"]).filter(pl.col("words") > 0).sort("article_id")
    )
    if dated.height < 3:
        return empty("trends")
    terms = (
        occurrences.filter(pl.col("article_id").is_in(dated["article_id"].implode()))
        .group_by("term", "kind")
        .agg(n=pl.len())
        .filter(pl.col("n") >= min_count)
        .sort("term")
    )
    first = dated["published_from"].to_physical().to_numpy().astype(float)
    last = dated["published_to"].to_physical().to_numpy().astype(float)
    per_article = occurrences.group_by("term", "article_id").agg(count=pl.len())
    counts = _matrix(terms["term"], per_article, dated["article_id"].to_list())
    rates = 1000 * counts / dated["words"].to_numpy()
    if terms.is_empty():
        return empty("trends")
    found = pl.DataFrame(
        {"term": terms["term"], "kind": terms["kind"], **chance.trends(first, last, rates)}
    ).with_columns(articles=pl.lit(dated.height), excludes_zero=(pl.col("low") > 0) | (pl.col("high") < 0))
    return conform(stats.with_verdicts(found), "trends")


def keyness(
    occurrences: pl.DataFrame, articles: pl.DataFrame, *, min_count: int = 1, prior_words: float = PRIOR_WORDS
) -> pl.DataFrame:
    """What sets each period apart from all the others together.

    Args:
        occurrences: The table `occurrences`.
        articles: The table `articles`; those without a period take no part.
        min_count: Leave out terms used less often.
        prior_words: Pseudo-words of the Dirichlet prior.

    Returns:
        The table `keyness`, `against` being `rest`. `p` shuffles articles over the periods; `q` is
        adjusted over the terms of a period; the interval that `supported` needs is z beyond 1.96.
    """
    dated = articles.drop_nulls("period").filter(pl.col("words") > 0).sort("article_id")
    periods = sorted(dated["period"].unique())
    if len(periods) < 2:
        return empty("keyness")
    order = dated["article_id"].to_list()
    sizes = dated["words"].to_numpy().astype(float)
    per_article = (
        occurrences.filter(pl.col("article_id").is_in(order))
        .group_by("term", "kind", "article_id")
        .agg(count=pl.len())
    )
    terms = (
        per_article.group_by("term", "kind")
        .agg(pl.col("count").sum())
        .filter(pl.col("count") >= min_count)
        .sort("term")
    )
    counts = _matrix(terms["term"], per_article, order)
    frames = []
    for period in periods if terms.height else []:
        inside = (dated["period"] == period).to_numpy()
        found = _period_keyness(counts, sizes, inside, prior_words).with_columns(
            terms["term"], terms["kind"], period=pl.lit(period), against=pl.lit("rest")
        )
        frames.append(stats.with_verdicts(found))
    return conform(pl.concat(frames), "keyness") if frames else empty("keyness")


def _period_keyness(counts: np.ndarray, sizes: np.ndarray, inside: np.ndarray, total: float) -> pl.DataFrame:
    """Every measure of every term (the rows of `counts`) in the articles `inside` against the others."""
    words, others = int(sizes[inside].sum()), int(sizes[~inside].sum())

    def delta(values: np.ndarray, masks: np.ndarray) -> np.ndarray:
        """z of the log-odds ratio (the formula of `stats.log_odds`), terms by masks."""
        sums = values.sum(axis=1, keepdims=True)
        prior = sums / sizes.sum() * total
        here, of = values @ masks.T, masks @ sizes
        first, second = here + prior, sums - here + prior
        odds = np.log(first / (of + total - first)) - np.log(second / (sizes.sum() - of + total - second))
        return odds / np.sqrt(1 / first + 1 / second)

    p, floor = chance.permutation_p(counts, inside, delta)
    prior = counts.sum(axis=1) / sizes.sum() * total
    rows = [
        {
            **_effects(int(row[inside].sum()), int(row[~inside].sum()), words, others, float(alpha), total),
            "dispersion": stats.dp_norm(row, sizes),
        }
        for row, alpha in zip(counts, prior, strict=True)
    ]
    found = pl.DataFrame(rows).with_columns(p=pl.Series(p), floor=pl.Series(floor))
    return found.with_columns(excludes_zero=pl.col("z").abs() > stats.Z)


def _effects(count: int, other: int, words: int, others: int, prior: float, total: float) -> dict:
    """What sets one part of a corpus apart in the use of a term: every measure that needs no more than counts."""
    odds, z = stats.log_odds(count, other, words, others, prior, total)
    return {
        "count": count,
        "count_against": other,
        "words": words,
        "words_against": others,
        "per_1000": count / words * 1000,
        "per_1000_against": other / others * 1000,
        "log_odds": odds,
        "z": z,
        "log_ratio": stats.log_ratio(count, other, words, others),
        "g2": stats.g_squared(count, other, words, others),
    }


USES = ("count", "squares", "lengths")
"""Sums over articles: uses of a term, their squares, and uses times words."""
LENGTHS = ("words", "articles", "squares")
"""Sums over articles: their words, their number, and the squares of their words."""


def used_in(counts: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Uses of terms in articles (`article_id`, `count`) with the units of each article and what `USES` names."""
    return counts.join(units, on="article_id").with_columns(
        squares=pl.col("count") ** 2, lengths=pl.col("count") * pl.col("words")
    )


def lengths_of(units: pl.DataFrame) -> pl.DataFrame:
    """What `units_of` returns with what `LENGTHS` names."""
    return units.with_columns(articles=pl.lit(1, pl.Int64), squares=pl.col("words") ** 2)


def keyness_of_counts(
    counts: pl.DataFrame, sizes: pl.DataFrame, *, min_count: int = 1, prior_words: float = PRIOR_WORDS
) -> pl.DataFrame:
    """What sets each period apart from the others, from sums over articles: `keyness` without its spread over them.

    Args:
        counts: `term`, `kind`, `period`, and `USES`; a term that a period does not use may be missing.
        sizes: `period` and `LENGTHS`: every period, those without words among them.
        min_count: Leave out terms used less often in all periods together.
        prior_words: Pseudo-words of the Dirichlet prior.

    Returns:
        The columns of `keyness` up to `g2`, and `p`, `floor` and `excludes_zero`. `dispersion` needs each article. `p` is
        that of as many articles as would make the uses vary as they do, had each of them all its uses alike
        (`chance.shuffled_uses`).
    """
    there = sizes.filter(pl.col("words") > 0).sort("period")
    words = dict(there.select("period", "words").iter_rows())
    every, rows = sum(words.values()), []
    schema = dict(list(SCHEMAS["keyness"].items())[: list(SCHEMAS["keyness"]).index("dispersion")])
    if len(words) < 2:
        tests = {"p": pl.Float64, "floor": pl.Float64, "excludes_zero": pl.Boolean}
        return pl.DataFrame(schema={**schema, **tests})
    used = counts.group_by("term", "kind").agg(
        total=pl.col("count").sum(),
        of=pl.struct("period", "count"),
        **{name: pl.col(name).sum() for name in USES[1:]},
    )
    kept = used.filter(pl.col("total") >= min_count).sort("term")
    for term, kind, total, of in kept.select("term", "kind", "total", "of").iter_rows():
        own = {row["period"]: row["count"] for row in of}
        prior = total / every * prior_words
        for period, size in words.items():
            count = own.get(period, 0)
            found = _effects(count, total - count, size, every - size, prior, prior_words)
            rows.append({"term": term, "kind": kind, "period": period, "against": "rest", **found})
    found = pl.DataFrame(rows, schema=schema)
    total, squares, lengths = (
        kept[name].to_numpy().astype(float).repeat(len(words)) for name in ("total", *USES[1:])
    )
    rate = total / every
    p, floor = chance.shuffled_uses(
        found["count"].to_numpy() - rate * found["words"].to_numpy(),
        total,
        squares - 2 * rate * lengths + rate**2 * there["squares"].sum(),
        np.tile(there["articles"].to_numpy() / there["articles"].sum(), kept.height),
    )
    return found.with_columns(p=p, floor=floor, excludes_zero=pl.col("z").abs() > stats.Z)


KEYNESS_OF_COUNTS = [name for name in SCHEMAS["keyness"] if name != "dispersion"]
"""Columns of `keyness` that need no more than sums over articles."""
