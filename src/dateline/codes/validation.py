"""The program and the coders side by side: agreement, confusion, rules, and every disagreement to read.

`accuracy` gives one row a measure for the pages; this is the long answer, for one gold folder at a time.
Two codings are compared over the holders in a sentence that both of them code.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from dateline.codes.gold import KEY, NEEDED, SCALES, has_gold, program_codes, read_codes, read_gold, score
from dateline.errors import DatelineError
from dateline.inference import resampling, statistics

CODES = ("voice", "on_target", "support", "feasibility", "conditional")

AGREEMENT = {"code": pl.String, "coders": pl.String, "both": pl.Int64, "same": pl.Int64, "alpha": pl.Float64}

CONFUSION = {"scale": pl.String, "gold": pl.String, "found": pl.String, "statements": pl.Int64}

RULES = {"voice": pl.String, "rule": pl.String, "found": pl.Int64, "right": pl.Int64, "precision": pl.Float64}

ERRORS = {"article_id": pl.String, "start": pl.Int64, "what": pl.String, "gold": pl.String, "found": pl.String,
          "because": pl.String, "text": pl.String}  # fmt: skip

MEANS = {"holder": pl.String, "scale": pl.String, "program": pl.Float64, "n_program": pl.Int64, "coder": pl.Float64,
         "n_coder": pl.Int64}  # fmt: skip


@dataclass(frozen=True)
class Validation:
    """What holding the tables against a gold folder gives, one frame a question."""

    scores: pl.DataFrame
    """`accuracy.score`: precision, recall and F1 a measure."""
    agreement: pl.DataFrame
    """`code`, `coders`, `both` (statements that both code), `same`, `alpha` (Krippendorff's, nominal)."""
    confusion: pl.DataFrame
    """`scale`, `gold`, `found`, `statements`; `none` where a side gives no value."""
    rules: pl.DataFrame
    """`voice`, `rule`, `found`, `right` (holder in that sentence), `precision`."""
    errors: pl.DataFrame
    """Every disagreement: `article_id`, `start`, `what`, `gold`, `found`, `because`, `text`."""


def validate(gold: Path, tables: dict[str, pl.DataFrame]) -> Validation:
    """Hold the tables against one gold folder.

    Args:
        gold: A folder as `data/gold/README.md` describes it; a folder `second` in it is another coder.
        tables: The tables of the contract, over the same articles.

    Raises:
        DatelineError: The folder lacks a file, or codes an article that the tables do not have.
    """
    if not has_gold(gold):
        missing = [f"{name}.csv" for name in NEEDED if not (gold / f"{name}.csv").is_file()]
        msg = f"{gold} lacks {', '.join(missing)}. `dateline sheet` helps to make them."
        raise DatelineError(msg)
    coded = read_codes(gold)
    unknown = set(coded["article_id"]) - set(tables["articles"]["article_id"])
    if unknown:
        msg = f"{gold}/statements.csv codes {', '.join(sorted(unknown))}, which is no article of this study. Take these rows out."
        raise DatelineError(msg)
    found = program_codes(tables, gold)
    pairs = [("program and coder", found, coded)]
    if has_gold(gold / "second"):
        second = read_codes(gold / "second")
        pairs += [("coder and second coder", coded, second), ("program and second coder", found, second)]
    return Validation(
        scores=score(gold, tables),
        agreement=agreement(pairs),
        confusion=_confusion(coded, found),
        rules=_rules(coded, found),
        errors=_errors(coded, found, tables["sentences"]),
    )


CORRECTED = {
    "holder": pl.String,
    "scale": pl.String,
    "program": pl.Float64,
    "corrected": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "read": pl.Int64,
    "sentences": pl.Int64,
}


def agreement(pairs: list[tuple[str, pl.DataFrame, pl.DataFrame]]) -> pl.DataFrame:
    """Krippendorff's alpha of each code between two codings; an empty scale is a value of its own."""
    rows = []
    for name, one, other in pairs:
        both = one.join(other, on=KEY, suffix="_b")
        for code in CODES:
            values = [(str(a), str(b)) for a, b in both.select(code, f"{code}_b").iter_rows()]
            same = sum(a == b for a, b in values)
            rows.append((code, name, len(values), same, statistics.krippendorff_alpha(values)))
    return pl.DataFrame(rows, schema=AGREEMENT, orient="row")


def hand_coded_means(gold: Path, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Mean position of every holder as the program and as the coder has it, narrated statements left out."""
    sides = [
        _values(codes)
        .group_by("holder", "scale")
        .agg(pl.col("value").mean().alias(name), pl.len().cast(pl.Int64).alias(f"n_{name}"))
        for name, codes in (("program", program_codes(tables, gold)), ("coder", read_codes(gold)))
    ]
    joined = sides[0].join(sides[1], on=["holder", "scale"], how="full", coalesce=True)
    return (
        joined.with_columns(pl.col("n_program", "n_coder").fill_null(0))
        .select(*MEANS)
        .sort("n_coder", "holder", "scale", descending=[True, False, True])
    )


def corrected_means(gold: Path, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Means of a corpus of which a coder has read a random sample of the sentences.

    The program's totals over all sentences are moved by what the coder's differ from them on the sample, in
    proportion (the difference estimator: Särndal, Swensson and Wretman 1992, 6.3). So false and missed
    statements count as well as false values. The interval resamples the coded sentences: it holds the error
    of the sample.

    Args:
        gold: A folder of codes; the sentences of its `sentences.csv` are those that were read.
        tables: The tables of the contract.

    Returns:
        `holder`, `scale`, `program`, `corrected`, `low`, `high`, `read`, `sentences`. The interval is empty
        where every sentence was read, or the coder moves nothing of the holder.
    """
    read = read_gold(gold, "sentences", ("article_id", "start")).select("article_id", sentence_start="start")
    share = read.height / max(1, tables["sentences"].height)
    ours = _sums(program_codes(tables))
    found = ours.join(read, on=KEY[:2], how="semi")
    wide = found.join(
        _sums(read_codes(gold)).join(read, on=KEY[:2], how="semi"),
        on=[*KEY, "scale"],
        how="full",
        coalesce=True,
        suffix="_coder",
    ).with_columns(pl.col("total", "n", "total_coder", "n_coder").fill_null(0))
    rows = []
    both = pl.concat([ours.select("holder", "scale"), wide.select("holder", "scale")])
    for holder, scale in both.unique().sort("holder", "scale").iter_rows():
        own = ours.filter(pl.col("holder") == holder, pl.col("scale") == scale)
        here = wide.filter(pl.col("holder") == holder, pl.col("scale") == scale)
        moved = here.select(
            total=pl.col("total_coder") - pl.col("total"), n=pl.col("n_coder") - pl.col("n")
        ).to_numpy()
        whole = np.array([own["total"].sum(), own["n"].sum()], dtype=float)
        at = whole + moved.sum(axis=0) / share
        low = high = None
        changed = moved[(moved != 0).any(axis=1)]
        if share < 1 and len(changed):
            low, high = _within(*resampling.resampled_ratio(whole, changed, read.height, 1 / share))
        program, corrected = _within(_ratio(whole), _ratio(at))
        rows.append((holder, scale, program, corrected, low, high, read.height, tables["sentences"].height))
    return pl.DataFrame(rows, schema=CORRECTED, orient="row")


def _values(codes: pl.DataFrame) -> pl.DataFrame:
    """Each value that a coder gives a holder, what the reporter tells left out: `KEY`, `scale`, `value`."""
    kept = codes.filter(pl.col("on_target"), pl.col("voice") != "narrated", pl.col("holder") != "")
    return kept.unpivot(list(SCALES), index=KEY, variable_name="scale").drop_nulls("value")


def _sums(codes: pl.DataFrame) -> pl.DataFrame:
    """Total and number of the values of each holder in each sentence."""
    totals = _values(codes).group_by(*KEY, "scale").agg(total=pl.col("value").sum(), n=pl.len())
    return totals.with_columns(pl.col("total", "n").cast(pl.Int64)).sort(*KEY, "scale")


def _ratio(sums: np.ndarray) -> float | None:
    return float(sums[0] / sums[1]) if sums[1] > 0 else None


def _within(*means: float | None) -> tuple[float | None, ...]:
    """Means kept on the scale, which a small sample may overshoot."""
    return tuple(None if mean is None else min(1.0, max(-1.0, mean)) for mean in means)


def _confusion(coded: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    both = coded.join(found, on=KEY, suffix="_found").filter(pl.col("on_target") | pl.col("on_target_found"))
    rows = []
    for scale in SCALES:
        shown = both.select(
            scale=pl.lit(scale),
            gold=pl.col(scale).cast(pl.String).fill_null("none"),
            found=pl.col(f"{scale}_found").cast(pl.String).fill_null("none"),
        )
        rows.append(shown.group_by("scale", "gold", "found").agg(statements=pl.len().cast(pl.Int64)))
    return pl.concat(rows).select(*CONFUSION).sort("scale", "gold", "found")


def _rules(coded: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    right = found.join(coded.select(KEY), on=KEY, how="semi").select(KEY).with_columns(right=pl.lit(1))
    return (
        found.join(right, on=KEY, how="left")
        .group_by("voice", "rule")
        .agg(found=pl.len().cast(pl.Int64), right=pl.col("right").sum().cast(pl.Int64))
        .with_columns(precision=(pl.col("right") / pl.col("found")).round(6))
        .select(*RULES)
        .sort("found", "rule", descending=[True, False])
    )


def _errors(coded: pl.DataFrame, found: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    text = {(row["article_id"], row["start"]): row["text"] for row in sentences.iter_rows(named=True)}
    ours = {tuple(row[key] for key in KEY): row for row in found.iter_rows(named=True)}
    theirs = {tuple(row[key] for key in KEY): row for row in coded.iter_rows(named=True)}
    rows = []
    for key in sorted({*ours, *theirs}):
        mine, gold = ours.get(key), theirs.get(key)
        place = (key[0], key[1])
        said = text.get(place, "")
        if mine is None:
            rows.append((*place, "missed", key[2] or gold["holder_text"] or "nobody", "", "", said))
        elif gold is None:
            rows.append(
                (
                    *place,
                    "not in the codes",
                    "",
                    key[2] or mine["holder_text"] or "nobody",
                    mine["rule"],
                    said,
                )
            )
        else:
            rows += [
                (
                    *place,
                    f"{code} of {key[2] or 'nobody'}",
                    str(gold[code]),
                    str(mine[code]),
                    mine["because"] or "",
                    said,
                )
                for code in CODES
                if gold[code] != mine[code]
            ]
    return pl.DataFrame(rows, schema=ERRORS, orient="row")
