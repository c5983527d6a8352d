"""What simple methods reach on the study's own gold codes, for proportion: VADER and a bag of words.

    python -m benchmarks.baselines             print it
    python -m benchmarks.baselines --write     write data/baselines.csv too, which the methods page shows

Each gets the coder's statements on target and says -1, 0, 1 or nothing. VADER (Hutto and Gilbert 2014) reads the
tone of the sentence; the bag of words, a logistic regression on words and pairs of words, learns from the other
articles' statements. The program's own row is in-sample. It wants `pip install -e '.[test]'`.
"""

import argparse
from pathlib import Path

import polars as pl
from rich.console import Console
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from dateline.codes.gold import KEY, SCALES, program_codes, read_codes, settled
from dateline.tables import BASELINES, GOLD, load_tables

NEUTRAL = 0.05
"""VADER's own threshold: a compound score nearer to 0 is neutral."""

Values = list[int | None]


def measure(root: Path) -> pl.DataFrame:
    """Score program, VADER and bag of words on the statements that the coder has on target.

    Returns:
        One row a method and scale: `method`, `scale`, `macro_f1` (over the values that the codes use),
        `right`, `given`, `coded`.
    """
    tables = load_tables(root)
    text = tables["sentences"].select("article_id", "text", sentence_start="start")
    gold = read_codes(settled(root / GOLD)).filter("on_target").join(text, on=KEY[:2]).sort(KEY)
    ours = program_codes(tables).filter("on_target").select(*KEY, *SCALES)
    both = gold.join(ours, on=KEY, how="left", suffix="_program").sort(KEY)
    rows = []
    for scale in SCALES:
        truth = both[scale].to_list()
        methods = {
            "Dateline (in-sample)": both[f"{scale}_program"].to_list(),
            "VADER": _vader(both["text"].to_list()),
            "bag of words": _bag_of_words(both, scale),
        }
        rows += [{"method": name, "scale": scale, **_score(truth, found)} for name, found in methods.items()]
    return pl.DataFrame(rows).with_columns(pl.col("macro_f1").round(6))


def _vader(texts: list[str]) -> Values:
    analyser = SentimentIntensityAnalyzer()
    tones = [analyser.polarity_scores(text)["compound"] for text in texts]
    return [1 if tone >= NEUTRAL else -1 if tone <= -NEUTRAL else 0 for tone in tones]


def _bag_of_words(both: pl.DataFrame, scale: str) -> Values:
    """Each article's statements, told by a model that was fitted to those of the others."""
    found: Values = []
    labels = both[scale].cast(pl.String).fill_null("none")
    for (article,), part in both.group_by("article_id", maintain_order=True):
        rest = both["article_id"] != article
        model = make_pipeline(
            TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(C=10, class_weight="balanced", max_iter=1000)
        )
        model.fit(both["text"].filter(rest).to_list(), labels.filter(rest).to_list())
        told = model.predict(part["text"].to_list())
        found += [None if value == "none" else int(value) for value in told]
    return found


def _score(truth: Values, found: Values) -> dict:
    values = sorted({value for value in truth if value is not None})
    labels = [[str(value) for value in side] for side in (truth, found)]
    return {
        "macro_f1": f1_score(*labels, labels=[str(v) for v in values], average="macro", zero_division=0),
        "right": sum(a == b for a, b in zip(truth, found, strict=True) if b is not None),
        "given": sum(b is not None for b in found),
        "coded": sum(a is not None for a in truth),
    }


def main() -> None:
    """Print the figures; with `--write`, keep them for the methods page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--write", action="store_true", help=f"write {BASELINES}")
    options = parser.parse_args()
    found = measure(Path())
    with pl.Config(tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True):
        Console().print(found)
    if options.write:
        BASELINES.write_text(found.write_csv(), encoding="utf-8")


if __name__ == "__main__":
    main()
