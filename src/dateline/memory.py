"""Remember on disk the rows of each article, so that after a change only the changed articles are made again."""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

import polars as pl

from dateline.errors import TableError
from dateline.files import code_digest, sha256, write_text
from dateline.tables import conform, empty, to_parquet

FOLDER = Path(".dateline/memory")

Frames = tuple[pl.DataFrame, ...]


def by_article(
    folder: Path | None, names: tuple[str, ...], keys: Mapping[str, str], make: Callable[[list[str]], Frames]
) -> Frames:
    """Return tables that are made article by article; rows of an unchanged article are read from disk.

    Args:
        folder: Where to remember; None to remember nothing. A missing or damaged memory is made again.
        names: The tables; each has the column `article_id`.
        keys: Article -> a hash of everything that decides its rows (`key_of`).
        make: Makes the tables of some articles.
    """
    if folder is None:
        return make(list(keys))
    known, kept = _recall(folder, names)
    fresh = [article for article, key in keys.items() if known.get(article) != key]
    if not fresh and known.keys() == keys.keys():
        return kept
    held = [article for article in keys if article not in set(fresh)]
    old = (frame.filter(pl.col("article_id").is_in(held)) for frame in kept)
    made = make(fresh) if fresh else tuple(empty(name) for name in names)
    frames = tuple(
        conform(pl.concat(pair), name) for name, pair in zip(names, zip(old, made, strict=True), strict=True)
    )
    _keep(folder, names, keys, frames)
    return frames


def key_of(*parts: str | pl.DataFrame) -> str:
    """Return a hash of texts, of the rows of frames, and of the program's own code."""
    return sha256("\0".join([_code(), *(part if isinstance(part, str) else part.write_csv() for part in parts)]))


_code = cache(code_digest)


def rows_by_article(frame: pl.DataFrame, articles: Iterable[str]) -> dict[str, pl.DataFrame]:
    """Return the rows of each article; an article without rows has an empty frame."""
    parts = {article: part for (article,), part in frame.group_by(["article_id"], maintain_order=True)}
    return {article: parts.get(article, frame.clear()) for article in articles}


def _recall(folder: Path, names: tuple[str, ...]) -> tuple[dict[str, str], Frames]:
    try:
        index = json.loads((folder / f"{names[0]}.json").read_text(encoding="utf-8"))
        data = [(folder / f"{name}.parquet").read_bytes() for name in names]
        if index["sha256"] == [sha256(each) for each in data]:
            return dict(index["articles"]), tuple(
                conform(pl.read_parquet(each), name) for each, name in zip(data, names, strict=True)
            )
    except (OSError, ValueError, KeyError, TypeError, TableError):
        pass  # first build, the last one was killed while it wrote, or another version had other columns
    return {}, tuple(empty(name) for name in names)


def _keep(folder: Path, names: tuple[str, ...], keys: Mapping[str, str], frames: Frames) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.parquet" for name in names]
    for path, frame in zip(paths, frames, strict=True):
        to_parquet(frame, path)
    hashes = [sha256(path.read_bytes()) for path in paths]
    write_text(folder / f"{names[0]}.json", json.dumps({"articles": dict(keys), "sha256": hashes}, indent=1) + "\n")
