"""How well the article is found in a saved page, from its HTML and from its bare text.

    git clone https://github.com/scrapinghub/article-extraction-benchmark
    python -m benchmarks.pages article-extraction-benchmark

The benchmark holds 181 saved pages with the text that a person took from each (MIT licence), and its own scorer,
which is used here: F1 over runs of four words. Counted are the pages whose text is English. The bare text of a page
is what inscriptis makes of it, which the benchmark holds too. The constants of the bare-text rule were set on every
second page; both halves are printed.
"""

import argparse
import gzip
import importlib.util
import json
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.progress import track
from rich.table import Table

from dateline.corpus.clean import Furniture, clean
from dateline.corpus.sentences import WORD
from dateline.errors import Faults
from dateline.intake.formats import read_page
from dateline.study.load import load_study

ENGLISH = 0.3
"""Share of function words from which a text is English."""


def main() -> None:
    """Print F1, precision and recall of each way, on both halves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clone", type=Path, help="a clone of article-extraction-benchmark")
    folder = parser.parse_args().clone
    spec = importlib.util.spec_from_file_location("evaluate", folder / "evaluate.py")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    truth = {key: row["articleBody"] for key, row in json.loads((folder / "ground-truth.json").read_text()).items()}
    bare = json.loads((folder / "output/inscriptis.json").read_text())
    bare = bare.get("output", bare)
    lists = load_study(Path(__file__).parents[1]).lists
    stop = frozenset(lists["stopwords"]["word"])
    furniture = Furniture(lists["furniture"].select("pattern", "note").iter_rows())

    def english(text: str) -> bool:
        words = [match[0].casefold() for match in WORD.finditer(text)]
        return len(words) > 30 and sum(word in stop for word in words) > ENGLISH * len(words)

    def cleaned(text: str) -> str:
        return "\n".join(
            text[start:end] for start, end, part in clean(text, furniture, stop).paragraphs if part != "title"
        )

    keys = [key for key in sorted(truth) if english(truth[key])]
    found: dict[str, dict[str, str]] = {"untouched text": {}, "bare text": {}, "HTML": {}}
    for key in track(keys, "Pages", transient=True):
        text = bare[key]["articleBody"]
        found["untouched text"][key] = text
        found["bare text"][key] = cleaned(text)
        page = next(
            iter(read_page(gzip.decompress((folder / f"html/{key}.html.gz").read_bytes()), key, Faults())), None
        )
        found["HTML"][key] = cleaned(page.text) if page else ""
    rows = []
    for name, texts in found.items():
        for half, part in (("all", keys), ("every second", keys[::2]), ("the others", keys[1::2])):
            scores = [scorer.string_shingle_matching(true=truth[key], pred=texts[key]) for key in part]
            metrics = scorer.metrics_from_tp_fp_fns(scores)
            rows.append((name, half, len(part), *(round(metrics[key], 3) for key in ("f1", "precision", "recall"))))
    frame = pl.DataFrame(rows, schema=["from", "pages", "n", "F1", "precision", "recall"], orient="row")
    table = Table(*frame.columns)
    for row in frame.iter_rows():
        table.add_row(*map(str, row))
    Console().print(table)


if __name__ == "__main__":
    main()
