"""Read built pages: their ids, the links of their drawings, the entries of their evidence."""

from html.parser import HTMLParser
from pathlib import Path


class Page(HTMLParser):
    """Ids of a page, the entries inside each section of evidence, and the links of each drawing."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.entries: dict[str, int] = {}
        self.links: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self._figure = self._heading = self._drawing = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if values.get("id"):
            self.ids.add(values["id"])
        if tag == "figure":
            self._figure = values.get("id", "").removeprefix("fig-")
        if tag == "h2":
            self._heading = values.get("id", "")
        if tag == "li" and "evi" in values.get("class", "").split():
            self.entries[self._heading] = self.entries.get(self._heading, 0) + 1
        if tag == "div" and values.get("class") in ("fig-wide", "fig-narrow"):
            self._drawing = values["class"]
        if tag == "a" and self._drawing:
            found = self.links.setdefault((self._figure, self._drawing), [])
            found.append((values.get("href", ""), values.get("aria-label", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "svg":
            self._drawing = ""


def leads_to(href: str, folder: Path = Path()) -> str:
    """Return where a link of a page in a folder of the site leads, from the root of the site."""
    path, hash_, anchor = href.replace(".qmd", ".html").partition("#")
    return (Path("/") / folder / path).resolve().as_posix().removeprefix("/") + hash_ + anchor
