"""Write everything on the site that is not a page, once either renderer has made the pages.

Downloads have ids, spans and codes; the articles' own words are left out, because the caps of the study
count them everywhere. Only the sitemap needs the site's address.
"""

import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import polars as pl
import yaml

from dateline.errors import DatelineError
from dateline.html import for_spreadsheet
from dateline.site.publish.datapackage import write_package
from dateline.site.publish.manifest import write_manifest
from dateline.study.load import SAMPLE, Study
from dateline.tables import has_twin, to_parquet

HIDDEN = frozenset({"text", "surface"})
"""Columns of an article's own words at length."""

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def complete(study: Study, site: Path) -> None:
    """Write into a rendered site everything that is not a page, and last the manifest of all of it.

    Raises:
        DatelineError: The pages could not be indexed for search.
    """
    address = site_address(study.root)
    downloads = site / "downloads"
    write_downloads(study.root / "data/derived", downloads)
    if study.sample:
        (downloads / "archive").mkdir(exist_ok=True)
        for table in sorted((study.root / SAMPLE).parent.glob("*.parquet")):
            shutil.copyfile(table, downloads / "archive" / table.name)
    about = {"title": study.settings["title"], "description": f"Proposition: {study.settings['proposition']}"}
    write_package(downloads, **about, homepage=f"{address}/" if address else None)
    for notebook in sorted((study.root / "notebooks").glob("*.ipynb")):
        shutil.copyfile(notebook, downloads / notebook.name)
    write_sitemap(site, address)
    index_search(site)
    write_manifest(study.root, site, renderer=os.environ.get("DATELINE_RENDERER", "quarto"))


def site_address(root: Path) -> str | None:
    """Return `website.site-url` of `_quarto.yml` without a slash at its end; None if it is not set."""
    config = yaml.safe_load((root / "_quarto.yml").read_text(encoding="utf-8")) or {}
    address = (config.get("website") or {}).get("site-url")
    return str(address).rstrip("/") if address else None


def write_downloads(derived: Path, folder: Path) -> list[Path]:
    """Write every table as Parquet, and as CSV if a spreadsheet can open it, without columns of text; return the files."""
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


def write_sitemap(site: Path, address: str | None) -> None:
    """Write `robots.txt`, and `sitemap.xml` if the site's address is known: its addresses must be complete."""
    if address:
        pages = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
        urls = ET.Element("urlset", xmlns=SITEMAP)
        for page in pages:
            if page != "404.html":
                where = ET.SubElement(ET.SubElement(urls, "url"), "loc")
                where.text = f"{address}/{'' if page == 'index.html' else page}"
        ET.indent(urls)
        text = ET.tostring(urls, encoding="utf-8", xml_declaration=True)
        (site / "sitemap.xml").write_bytes(text + b"\n")
    told = f"Sitemap: {address}/sitemap.xml\n" if address else ""
    (site / "robots.txt").write_text(f"User-agent: *\nAllow: /\n{told}", encoding="utf-8")


def index_search(site: Path) -> None:
    """Index the pages with Pagefind, and keep those of its files that the search page loads.

    Raises:
        DatelineError: Pagefind failed; its words are in the message.
    """
    folder = site / "pagefind"
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "pagefind", "--site", str(site), "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or not (folder / "pagefind.js").is_file():
        words = (done.stderr or done.stdout).strip()
        msg = f"the pages in {site} could not be indexed for search. Pagefind says: {words}"
        raise DatelineError(msg)
    for pattern in ("*ui*", "*highlight*"):
        for path in folder.glob(pattern):
            path.unlink()
