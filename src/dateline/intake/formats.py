"""Read an article from each format that a newsroom has."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from dateline.errors import Faults, in_a_line

LARGEST = 30_000_000
"""Bytes of one page or text; a larger one is no article."""

LEAST_WORDS = 25
"""A shorter text is no article."""

FEW_LETTERS = 0.1
"""Share of bytes beyond ASCII below which a text is taken to be in Latin letters."""

PLAIN = (".txt", ".text")

MARKDOWN = (".md", ".markdown")

PAGES = (".html", ".htm", ".xhtml")

TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet")

ARCHIVES = (".warc", ".warc.gz")

COLUMNS: dict[str, tuple[str, ...]] = {
    "text": ("text", "body", "content", "article_text", "articlebody", "maintext", "full_text", "fulltext", "article", "html", "raw_html"),
    "title": ("title", "headline", "heading", "header"),
    "published": ("published", "date", "pubdate", "pub_date", "publication_date", "date_published", "datepublished", "published_at", "date_publish", "publish_date", "seendate", "timestamp"),
    "publisher": ("publisher", "source", "outlet", "sitename", "site", "source_name", "newspaper", "publication", "domain", "source_domain"),
    "url": ("url", "link", "address", "permalink", "webpage_url"),
}  # fmt: skip
"""What a column of a table may be called, the likeliest first; case does not matter."""

_HTML = re.compile(r"<(?:p|div|html|body|br|article|h1)\b[^>]*>", re.IGNORECASE)

_MONTH = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)

_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:$|[T\s])")


@dataclass
class Article:
    """Describe one article as it was found; `place` is its file, and its row or record if the file has several."""

    place: str
    text: str
    title: str = ""
    published: date | None = None
    publisher: str = ""
    url: str = ""
    undated: str = ""
    """The text in place of a day, if it names no day beyond doubt."""


@dataclass
class Intake:
    """Collect the articles of a folder in the order of its files, a fault for all that was left out, notes on the rest."""

    articles: list[Article] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    notes: Faults = field(default_factory=Faults)


def decode_text(data: bytes, name: str, out: Intake) -> str | None:
    """Decode UTF-8, UTF-16 with its mark, or an older encoding, which is noted; None for what is not text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\x00" in data:
        out.faults.add(name, 0, f"byte {data.index(0)} is NUL: this is not a text file", "Save it as UTF-8 text.")
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text, coding = _guess(data)
        if text is None:
            out.faults.add(name, 0, f"byte {error.start} is not UTF-8", "Save the file as UTF-8.")
            return None
        line = data[: error.start].count(b"\n") + 1
        remedy = "Look at its letters beyond a to z; save it as UTF-8 if they are wrong."
        out.notes.add(name, line, f"is not UTF-8 and was read as {coding}", remedy)
        return text


def _guess(data: bytes) -> tuple[str | None, str]:
    """Decode text in an older encoding, and name it: with few letters beyond ASCII it is that of western Europe."""
    beyond = sum(byte > 127 for byte in data)
    if beyond < FEW_LETTERS * len(data):
        try:
            return data.decode("cp1252"), "Windows-1252"
        except UnicodeDecodeError:
            pass
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    return (None, "") if best is None else (str(best), best.encoding)


def read_markdown(text: str, name: str, notes: Faults) -> Article:
    """Read Markdown as plain text; title, day, publisher and address come from its front matter."""
    import pypandoc

    text = text.replace("\r\n", "\n")
    found = re.match(r"---[ \t]*\n(.{0,20000}?)\n---[ \t]*(?:\n|\Z)", text, re.DOTALL)
    try:
        front = yaml.safe_load(found[1]) if found else {}
    except (yaml.YAMLError, ValueError) as error:  # broken, or a day that does not exist
        mark = getattr(error, "problem_mark", None)
        problem = f"the front matter cannot be read: {in_a_line(error, 120)}"
        remedy = "Quote a value that has a colon; until then title, day and publisher stay unknown."
        notes.add(name, mark.line + 2 if mark else 0, problem, remedy)
        front = {}
    row = {str(key).lower(): value for key, value in front.items()} if isinstance(front, dict) else {}
    body = text[found.end() :] if found else text
    plain = pypandoc.convert_text(body, "plain", format="markdown-raw_html-raw_tex", extra_args=["--wrap=none"])
    return article_of(name, {**row, "text": plain})


def read_page(data: bytes | str, name: str, faults: Faults, url: str = "") -> Iterator[Article]:
    """Read the article of a saved page, by trafilatura; its day by htmldate."""
    import trafilatura

    found = trafilatura.bare_extraction(
        data, url=url or None, with_metadata=True, include_comments=False, favor_precision=True
    )
    if found is None or not (found.text or "").strip():
        faults.add(name, 0, "no article was found in the page", "Copy its text into a .txt file.")
        return
    publisher = found.sitename or found.hostname
    about = {"title": found.title, "published": found.date, "publisher": publisher, "url": found.url or url}
    yield article_of(name, {"text": found.text, **about})


def read_archive(path: Path, name: str, faults: Faults) -> Iterator[Article]:
    """Read the pages of a web archive."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    with path.open("rb") as file:
        try:
            for number, record in enumerate(ArchiveIterator(file), start=1):
                headers = record.http_headers
                if record.rec_type != "response" or headers is None or headers.get_statuscode() != "200":
                    continue
                if "html" not in (headers.get_header("Content-Type") or ""):
                    continue
                place = f"{name}, record {number}"
                # A compressed page may be far larger than its archive: no more than a page is read.
                data = record.content_stream().read(LARGEST + 1)
                if len(data) > LARGEST:
                    faults.add(place, 0, "is larger than a page when unpacked", "Delete the record.")
                    continue
                yield from read_page(data, place, faults, record.rec_headers.get_header("WARC-Target-URI") or "")
        except ArchiveLoadFailed as error:
            faults.add(name, 0, f"is not a web archive: {in_a_line(error, 160)}", "Save it again.")


def read_table(path: Path, name: str, kind: str, out: Intake) -> Iterator[Article]:
    """Read the rows of a table, whose columns have one of the names in `COLUMNS`."""
    frame = _frame(path, name, kind, out)
    if frame is None:
        return
    known = known_columns(frame.columns)
    if known["text"] is None:
        found = f"has no column of text; found {', '.join(frame.columns[:12])}"
        out.faults.add(name, 1, found, f"Name it one of {', '.join(COLUMNS['text'])}.")
        return
    for number, row in enumerate(frame.iter_rows(named=True), start=1):
        place = f"{name}, row {number}"
        cells = {field: row[column] for field, column in known.items() if column}
        text = str(cells.get("text") or "")
        if len(text) > LARGEST:
            out.faults.add(place, 0, f"has {len(text):,} characters", "Split it into articles.")
        else:
            yield from read_row(cells, place, out.faults)


def read_row(cells: dict[str, Any], place: str, faults: Faults) -> Iterator[Article]:
    """Read the article of one row of a table; if its text is a web page, the article in that page."""
    text = str(cells.get("text") or "")
    if not _HTML.search(text[:5000]):
        yield article_of(place, cells)
        return
    for article in read_page(text, place, faults):
        said = {key: value for key, value in cells.items() if key != "text" and value}
        yield article_of(place, {"text": article.text, "title": article.title, **said})


def known_columns(columns: list[str]) -> dict[str, str | None]:
    """Return for each key of `COLUMNS` the column of a table that has it, or None."""
    lower = {column.lower().strip(): column for column in columns}
    return {field: next((lower[alias] for alias in names if alias in lower), None) for field, names in COLUMNS.items()}


def _frame(path: Path, name: str, kind: str, out: Intake) -> pl.DataFrame | None:
    if kind == ".parquet":
        return pl.read_parquet(path, glob=False)
    text = decode_text(path.read_bytes(), name, out)
    if text is None:
        return None
    if kind in (".csv", ".tsv"):
        header = text.lstrip().partition("\n")[0]
        mark = "\t" if kind == ".tsv" else max(",;\t|", key=header.count)
        return pl.read_csv(text.encode(), separator=mark, infer_schema=False)
    if kind == ".json":
        rows = json.loads(text)
        if not isinstance(rows, list | dict):
            out.faults.add(name, 0, "has no list of articles", "Give a list of objects, one an article.")
            return None
        rows = rows if isinstance(rows, list) else next((v for v in rows.values() if isinstance(v, list)), [rows])
    else:
        rows = list(_json_lines(text, name, out.faults))

    def cell(value: Any) -> str | None:
        return value if isinstance(value, str) or value is None else json.dumps(value)

    plain = [{str(key): cell(value) for key, value in row.items()} for row in rows if isinstance(row, dict)]
    return pl.DataFrame(plain, infer_schema_length=None) if plain or not out.faults else None


def _json_lines(text: str, name: str, faults: Faults) -> Iterator[Any]:
    """Yield the value of each line, and note a fault for a line that cannot be read."""
    for number, line in enumerate(io.StringIO(text), start=1):
        if line.strip():
            try:
                yield json.loads(line)
            except (ValueError, RecursionError) as error:
                found = f"cannot be read as JSON: {in_a_line(error, 120)}"
                faults.add(name, number, found, "Write one complete object a line.")


def article_of(place: str, cells: dict[str, Any]) -> Article:
    """Make an article from its cells; a text that does not begin with the title gets it as first line."""
    cells = {key: value for key, value in cells.items() if isinstance(value, str | int | float | date)}
    title, publisher, url = (
        " ".join(str(cells.get(field) or "").replace("\x00", "").split()) for field in ("title", "publisher", "url")
    )
    text = str(cells.get("text") or "").replace("\r\n", "\n").replace("\x00", "").strip()
    if title and not " ".join(text[: 2 * len(title) + 40].split()).casefold().startswith(title.casefold()):
        text = f"{title}\n\n{text}"
    dated = cells.get("published") or cells.get("date")
    day = read_day(dated)
    undated = "" if day else " ".join(str(dated or "").split())[:40]
    url = url if re.match(r"https?://[^\s\"'<>]+$", url) else ""
    return Article(place, text, title, day, publisher, url, undated)


def read_day(value: Any) -> date | None:
    """Read the day that a cell names beyond doubt: in ISO form, or with the month in letters; else None."""
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    text = str(value or "").strip()
    try:
        if found := _DAY.match(text):
            return date(*map(int, found.groups()))
        if _MONTH.search(text) and re.search(r"\b\d{4}\b", text):
            from dateutil import parser

            # The parser fills gaps from a default day: a text with a gap gives another day for each default.
            days = {parser.parse(text, default=day).date() for day in (datetime(2000, 1, 1), datetime(2004, 2, 3))}
            return days.pop() if len(days) == 1 else None
    except (ValueError, ArithmeticError):
        pass
    return None
