"""What either renderer runs when its pages are done: everything on the site that is not a page.

Downloads with their Data Package, the notebooks, sharing cards, the feed of corrections, the search
index, `sitemap.xml`, `robots.txt`, and last the manifest of all of it. Run as `python -m dateline.publish` by the `post-render` hook of
`_quarto.yml`. Downloads carry ids, spans and codes; the articles' text stays out, because the caps of the
study count it everywhere. Nothing here needs the site's address but the sitemap, which cannot do without.
"""

import os
import re
import shutil
import subprocess
import sys
import uuid
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import yaml

from dateline.errors import DatelineError
from dateline.html import for_spreadsheet
from dateline.site.datapackage import write_package
from dateline.site.manifest import write_manifest
from dateline.study.load import SAMPLE, Study, find_root, load_study
from dateline.tables import has_twin, to_parquet

HIDDEN = frozenset({"text", "surface"})
"""Columns that hold an article's own words at length."""

ATOM = "http://www.w3.org/2005/Atom"

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"

CARD = (1200, 630)
"""Pixels of a sharing card, the size that the large networks show whole."""


def main() -> None:
    """Complete the site being rendered, of the study around the working directory."""
    told = os.environ.get("QUARTO_PROJECT_OUTPUT_DIR")
    if not told:
        msg = "QUARTO_PROJECT_OUTPUT_DIR is not set. This runs as a hook of `quarto render` or `dateline build`, not by itself."
        raise DatelineError(msg)
    root = find_root(Path(os.environ.get("QUARTO_PROJECT_DIR") or "."))
    complete(load_study(root), root / told)


def complete(study: Study, site: Path) -> None:
    """Write into a rendered site everything that is not a page."""
    address = site_address(study.root)
    downloads = site / "downloads"
    write_downloads(study.root / "data/derived", downloads)
    if study.settings.get("sample"):
        (downloads / "archive").mkdir(exist_ok=True)
        for table in sorted((study.root / SAMPLE).parent.glob("*.parquet")):
            shutil.copyfile(table, downloads / "archive" / table.name)
    about = {"title": study.settings["title"], "description": f"Proposition: {study.settings['proposition']}"}
    write_package(downloads, **about, homepage=f"{address}/" if address else None)
    for notebook in sorted((study.root / "notebooks").glob("*.ipynb")):
        shutil.copyfile(notebook, downloads / notebook.name)
    write_feed(study, site / "corrections.xml", address)
    write_sitemap(site, address)
    with ThreadPoolExecutor(1) as pool:  # a program of its own, beside which the cards are drawn
        indexed = pool.submit(index_search, site)
        write_cards(study.root, site / "cards")
        indexed.result()
    write_manifest(study.root, site, renderer=os.environ.get("DATELINE_RENDERER", "quarto"))


def site_address(root: Path) -> str | None:
    """`website.site-url` of `_quarto.yml` without a slash at its end; None where it is not set."""
    config = yaml.safe_load((root / "_quarto.yml").read_text(encoding="utf-8")) or {}
    address = (config.get("website") or {}).get("site-url")
    return str(address).rstrip("/") if address else None


def write_downloads(derived: Path, folder: Path) -> list[Path]:
    """Write every table as Parquet, and as CSV where a spreadsheet opens it, without the columns that hold text.

    Returns the files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for path in sorted(derived.glob("*.parquet")):
        frame = pl.read_parquet(path, glob=False)
        frame = frame.drop(HIDDEN & set(frame.columns))
        to_parquet(frame, folder / path.name)
        written.append(folder / path.name)
        if has_twin(frame):
            written.append(folder / f"{path.stem}.csv")
            for_spreadsheet(frame).write_csv(written[-1])
    return written


def write_cards(root: Path, folder: Path) -> list[Path]:
    """Write a sharing card for every figure: its drawing, with title and source, fitted into 1200 x 630."""
    from dateline.figures import svg as figures
    from dateline.figures import theme

    folder.mkdir(parents=True, exist_ok=True)
    paper, written = theme.read_tokens(root)["paper"], []
    for path in sorted((root / figures.MADE).glob("*.svg")):
        card = folder / f"{path.stem}.png"
        card.write_bytes(figures.to_png(path.read_text(encoding="utf-8"), frame=CARD, ground=paper))
        written.append(card)
    return written


def write_feed(study: Study, path: Path, address: str | None) -> None:
    """Write the corrections as an Atom feed (RFC 4287), the latest first; without any, a feed without entries."""
    title = study.settings["title"]
    rows = study.lists["corrections"].sort("date", "line", descending=True)
    latest = rows["date"].first() or "1970-01-01"

    def stamp(*words: str) -> str:
        return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, ' '.join((address or 'dateline', title, *words)))}"

    def put(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
        child = ET.SubElement(parent, name, attributes)
        child.text = None if text is None else re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)
        return child

    feed = ET.Element("feed", xmlns=ATOM)
    put(feed, "title", f"{title}: corrections")
    put(feed, "id", stamp("corrections"))
    put(feed, "updated", f"{latest}T00:00:00Z")
    put(put(feed, "author"), "name", "Dateline contributors")
    page = "report/methods.html#corrections"
    put(feed, "link", rel="alternate", href=f"{address}/{page}" if address else page)
    if address:
        put(feed, "link", rel="self", href=f"{address}/corrections.xml")
    for row in rows.iter_rows(named=True):
        entry = put(feed, "entry")
        put(entry, "title", row["claim"])
        put(entry, "id", stamp(row["date"], row["claim"], row["change"]))
        put(entry, "updated", f"{row['date']}T00:00:00Z")
        put(entry, "link", rel="alternate", href=f"{address}/{page}" if address else page)
        put(entry, "summary", " ".join(filter(None, (row["change"], row["note"]))))
    _write_xml(feed, path)


def write_sitemap(site: Path, address: str | None) -> None:
    """Write `sitemap.xml`, whose addresses have to be whole, where the site's is known; and `robots.txt`."""
    if address:
        pages = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
        urls = ET.Element("urlset", xmlns=SITEMAP)
        for page in pages:
            if page != "404.html":
                where = ET.SubElement(ET.SubElement(urls, "url"), "loc")
                where.text = f"{address}/{'' if page == 'index.html' else page}"
        _write_xml(urls, site / "sitemap.xml")
    told = f"Sitemap: {address}/sitemap.xml\n" if address else ""
    (site / "robots.txt").write_text(f"User-agent: *\nAllow: /\n{told}", encoding="utf-8")


def _write_xml(tree: ET.Element, path: Path) -> None:
    ET.indent(tree)
    path.write_bytes(ET.tostring(tree, encoding="utf-8", xml_declaration=True) + b"\n")


def index_search(site: Path) -> None:
    """Index the pages for the search page with Pagefind, and keep of its files what that page loads."""
    folder = site / "pagefind"
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "pagefind", "--site", str(site), "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or not (folder / "pagefind.js").is_file():
        msg = f"the pages could not be indexed for search: {(done.stderr or done.stdout).strip()}"
        raise DatelineError(msg)
    for pattern in ("*ui*", "*highlight*"):
        for path in folder.glob(pattern):
            path.unlink()


if __name__ == "__main__":
    try:
        main()
    except DatelineError as error:
        sys.exit(f"dateline: {error}")
