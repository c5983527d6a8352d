"""Compare the program with the coders: agreement, confusion, rules, and every disagreement to read.

`accuracy` gives one row a measure for the pages; this is the long answer, for one gold folder at a time.
Two codings are compared over the holders in a sentence that both of them code.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from dateline.codes.gold import (
    KEY,
    SCALES,
    has_gold,
    program_codes,
    read_codes,
    read_gold,
    require_gold,
    score_coder,
    settled,
)
from dateline.errors import DatelineError
from dateline.inference import resampling, statistics
from dateline.tables import Tables

CODES = ("voice", "on_target", "support", "feasibility", "conditional")

AGREEMENT = {"code": pl.String, "coders": pl.String, "both": pl.Int64, "same": pl.Int64, "alpha": pl.Float64}


@dataclass(frozen=True)
class Validation:
    """Show how the tables compare with a gold folder, one frame a question."""

    scores: pl.DataFrame
    """What `gold.score_coder` returns."""
    agreement: pl.DataFrame
    """`code`, `coders`, `both` (statements that both code), `same`, `alpha` (Krippendorff's, nominal)."""
    confusion: pl.DataFrame
    """`scale`, `gold`, `found`, `statements`; `none` where a side gives no value."""
    rules: pl.DataFrame
    """`voice`, `rule`, `found`, `right` (holder in that sentence), `precision`."""
    errors: pl.DataFrame
    """Every disagreement: `article_id`, `start`, `what`, `gold`, `found`, `because`, `text`."""


def validate(gold: Path, tables: Tables) -> Validation:
    """Compare the tables with one gold folder: with its `settled` codes, and its two coders with each other.

    Args:
        gold: A folder as `data/gold/README.md` describes it; a folder `second` in it is another coder.
        tables: The tables of the contract, over the same articles.

    Raises:
        DatelineError: The folder lacks a file, or codes an article that the tables do not have.
    """
    require_gold(gold)
    coded = read_codes(settled(gold))
    unknown = set(coded["article_id"]) - set(tables["articles"]["article_id"])
    if unknown:
        msg = f"{gold}/statements.csv codes {', '.join(sorted(unknown))}, which is no article of this study. Take these rows out."
        raise DatelineError(msg)
    found = program_codes(tables, settled(gold))
    pairs = [("program and codes", found, coded)]
    if has_gold(gold / "second"):
        pairs.append(("first and second coder", read_codes(gold), read_codes(gold / "second")))
    return Validation(
        scores=score_coder(settled(gold), tables),
        agreement=agreement(pairs),
        confusion=_confusion(coded, found),
        rules=_rules(coded, found),
        errors=_errors(coded, found, tables["sentences"]),
    )


def agreement(pairs: list[tuple[str, pl.DataFrame, pl.DataFrame]]) -> pl.DataFrame:
    """Measure Krippendorff's alpha of each code between two codings; an empty scale is a value of its own."""
    rows = []
    for name, one, other in pairs:
        both = one.join(other, on=KEY, suffix="_b")
        for code in CODES:
            values = [(str(a), str(b)) for a, b in both.select(code, f"{code}_b").iter_rows()]
            same = sum(a == b for a, b in values)
            rows.append((code, name, len(values), same, statistics.krippendorff_alpha(values)))
    return pl.DataFrame(rows, schema=AGREEMENT, orient="row")


def hand_coded_means(gold: Path, tables: Tables) -> pl.DataFrame:
    """Return the mean position of every holder as the program and as the coder has it, narrated statements left out.

    Returns:
        `holder`, `scale`, `program`, `n_program`, `coder`, `n_coder`, the most coded holders first.
    """
    ours, theirs = (
        _values(codes)
        .group_by("holder", "scale")
        .agg(pl.col("value").mean().alias(name), pl.len().cast(pl.Int64).alias(f"n_{name}"))
        for name, codes in (("program", program_codes(tables, gold)), ("coder", read_codes(gold)))
    )
    return (
        ours.join(theirs, on=["holder", "scale"], how="full", coalesce=True)
        .with_columns(pl.col("n_program", "n_coder").fill_null(0))
        .sort("n_coder", "holder", "scale", descending=[True, False, True])
    )


def corrected_means(gold: Path, tables: Tables) -> pl.DataFrame:
    """Correct the means of a corpus of which a coder has read a random sample of the sentences.

    The program's totals over all sentences are moved by what the coder's differ from them on the sample, in
    proportion (the difference estimator: Särndal, Swensson and Wretman 1992, 6.3). So false and missed
    statements count as well as false values. The interval resamples the coded sentences: it has the error
    of the sample.

    Args:
        gold: A folder of codes; the sentences of its `sentences.csv` are those that were read.
        tables: The tables of the contract.

    Returns:
        `holder`, `scale`, `program`, `corrected`, `low`, `high`, `read`, `sentences`. The interval is empty
        where every sentence was read, or the coder moves nothing of the holder.
    """
    read = read_gold(gold, "sentences", ("article_id", "start")).select("article_id", sentence_start="start")
    every, whose = tables["sentences"].height, ["holder", "scale"]
    ours, theirs = _sums(program_codes(tables)), _sums(read_codes(gold)).join(read, on=KEY[:2], how="semi")
    found = ours.join(read, on=KEY[:2], how="semi")
    wide = found.join(theirs, on=[*KEY, "scale"], how="full", coalesce=True, suffix="_coder").fill_null(0)
    wide = wide.select(*whose, total=pl.col("total_coder") - pl.col("total"), n=pl.col("n_coder") - pl.col("n"))
    rows = []
    for holder, scale in pl.concat([ours.select(whose), wide.select(whose)]).unique().sort(whose).iter_rows():
        own, moved = (part.filter(holder=holder, scale=scale).select("total", "n").to_numpy() for part in (ours, wide))
        whole, changed = own.sum(axis=0).astype(float), moved[(moved != 0).any(axis=1)]
        means = [_ratio(whole), _ratio(whole + moved.sum(axis=0) * every / max(1, read.height)), None, None]
        if read.height < every and len(changed):
            means[2:] = resampling.resampled_ratio(whole, changed, read.height, every / read.height)
        # A small sample may overshoot the scale.
        means = (None if mean is None else min(1.0, max(-1.0, mean)) for mean in means)
        rows.append((holder, scale, *means, read.height, every))
    schema = dict.fromkeys(whose, pl.String) | dict.fromkeys(("program", "corrected", "low", "high"), pl.Float64)
    return pl.DataFrame(rows, schema=schema | {"read": pl.Int64, "sentences": pl.Int64}, orient="row")


def _values(codes: pl.DataFrame) -> pl.DataFrame:
    """Return each value that a coder gives a holder, without what the reporter says: `KEY`, `scale`, `value`."""
    kept = codes.filter(pl.col("on_target"), pl.col("voice") != "narrated", pl.col("holder") != "")
    return kept.unpivot(list(SCALES), index=KEY, variable_name="scale").drop_nulls("value")


def _sums(codes: pl.DataFrame) -> pl.DataFrame:
    """Return total and number of the values of each holder in each sentence."""
    many = {"total": pl.col("value").sum().cast(pl.Int64), "n": pl.len().cast(pl.Int64)}
    return _values(codes).group_by(*KEY, "scale").agg(**many).sort(*KEY, "scale")


def _ratio(sums: np.ndarray) -> float | None:
    return float(sums[0] / sums[1]) if sums[1] > 0 else None


def _confusion(coded: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    both = coded.join(found, on=KEY, suffix="_found").filter(pl.col("on_target") | pl.col("on_target_found"))
    shown = [
        both.select(
            scale=pl.lit(scale),
            gold=pl.col(scale).cast(pl.String).fill_null("none"),
            found=pl.col(f"{scale}_found").cast(pl.String).fill_null("none"),
        )
        for scale in SCALES
    ]
    return pl.concat(shown).group_by("scale", "gold", "found").agg(statements=pl.len()).sort("scale", "gold", "found")


def _rules(coded: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    right = coded.select(*KEY, right=pl.lit(1))
    return (
        found.join(right, on=KEY, how="left")
        .group_by("voice", "rule")
        .agg(found=pl.len(), right=pl.col("right").sum())
        .with_columns(precision=(pl.col("right") / pl.col("found")).round(6))
        .sort("found", "rule", descending=[True, False])
    )


def _errors(coded: pl.DataFrame, found: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """List what one side has and the other has not, and every code that they give otherwise."""
    who = pl.coalesce(pl.col("holder", "holder_text").replace("", None), pl.lit("nobody"))
    missed = coded.join(found, on=KEY, how="anti").select(*KEY, what=pl.lit("missed"), gold=who)
    more = found.join(coded, on=KEY, how="anti").select(
        *KEY, what=pl.lit("not in the codes"), found=who, because="rule"
    )
    both = coded.join(found, on=KEY, suffix="_found")
    holder = pl.col("holder").replace("", "nobody")
    apart = [
        both.filter(pl.col(code).ne_missing(pl.col(f"{code}_found"))).select(
            *KEY,
            what=pl.format("{} of {}", pl.lit(code), holder),
            gold=pl.col(code).cast(pl.String).fill_null("none"),
            found=pl.col(f"{code}_found").cast(pl.String).fill_null("none"),
            because="because",
        )
        for code in CODES
    ]
    text = sentences.select("article_id", "text", sentence_start="start")
    return (
        pl.concat([missed, more, *apart], how="diagonal")
        .join(text, on=KEY[:2], how="left")
        .sort(KEY, maintain_order=True)
        .with_columns(pl.col("gold", "found", "because", "text").fill_null(""))
        .select("article_id", "what", "gold", "found", "because", "text", start="sentence_start")
    )
