"""What either renderer runs when its pages are done: the downloads and `robots.txt` go into the site.

Run as `python -m dateline.publish` by the `post-render` hook of `_quarto.yml`. Downloads carry ids,
spans and codes; the articles' text stays out, because the caps of the study count it everywhere.
"""

import os
import sys
from pathlib import Path

import polars as pl

from dateline.errors import DatelineError
from dateline.study import find_root

HIDDEN = ("text", "surface")
"""Columns that hold an article's own words at length."""


def main() -> None:
    """Write the downloads of the study around the working directory into the site being rendered."""
    out = os.environ.get("QUARTO_PROJECT_OUTPUT_DIR")
    if not out:
        msg = "QUARTO_PROJECT_OUTPUT_DIR is not set. This runs as a hook of `quarto render` or `dateline build`, not by itself."
        raise DatelineError(msg)
    root = find_root(Path(os.environ.get("QUARTO_PROJECT_DIR") or "."))
    write_downloads(root / "data/derived", root / out / "downloads")
    robots = root / out / "robots.txt"
    # Quarto writes its own, with the address of the sitemap, where the site's address is known.
    if not robots.exists():
        robots.write_text("User-agent: *\nAllow: /\n", encoding="utf-8")


def write_downloads(derived: Path, folder: Path) -> list[Path]:
    """Write every table as CSV and Parquet without the columns that hold text; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for path in sorted(derived.glob("*.parquet")):
        frame = pl.read_parquet(path)
        frame = frame.drop([column for column in HIDDEN if column in frame.columns])
        csv, parquet = folder / f"{path.stem}.csv", folder / path.name
        frame.write_csv(csv)
        frame.write_parquet(
            parquet, compression="zstd", statistics=False, row_group_size=max(frame.height, 1)
        )
        written += [csv, parquet]
    return written


if __name__ == "__main__":
    try:
        main()
    except DatelineError as error:
        sys.exit(f"dateline: {error}")
