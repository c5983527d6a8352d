"""Read articles from files as a newsroom has them: plain text, Markdown, saved pages, tables, web archives.

An article is written as text and read again like any other. What cannot be read is left out and named with its place.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from dateline.errors import in_a_line
from dateline.files import MAX_LINE, lies_in
from dateline.intake import formats
from dateline.intake.formats import Article, Intake

STRANGE = 5
"""Files of an unknown kind that are named; the others are only counted."""

KINDS = (*formats.PLAIN, *formats.MARKDOWN, *formats.PAGES, *formats.TABLES, *formats.ARCHIVES)
"""Endings of the files that can be read."""


def read_folder(folder: Path, track: Callable = lambda items, label: items) -> Intake:
    """Read every file of a folder and the folders in it.

    Args:
        folder: The files; links out of the folder are not followed.
        track: `track(items, label)` -> the items, for a progress bar.

    Returns:
        The articles, a text that occurs twice only once; a fault for everything that was left out; a note for
        each file whose day or encoding is in doubt.
    """
    out = Intake()
    home = folder.resolve()
    seen: dict[str, str] = {}
    strange: list[str] = []  # a saved page has a folder of scripts and pictures beside it
    files = sorted(path for path in folder.rglob("*") if not _hidden(path.relative_to(folder)))
    for path in track([path for path in files if path.is_file() or path.is_symlink()], "Articles"):
        name = path.relative_to(folder).as_posix()
        if not lies_in(path, home):
            out.faults.add(name, 0, "a link out of the folder, or to nothing", "Put the file itself there.")
        elif not (kind := _kind(path)):
            strange.append(name)
        else:
            _add([article for article in _read(path, name, kind, out) if _is_usable(article, seen, out)], out)
    if strange:
        names = ", ".join(strange[:STRANGE])
        more = f" and {len(strange) - STRANGE} more" if len(strange) > STRANGE else ""
        out.faults.add(f"{names}{more}", 0, "of no kind that can be read", f"Known: {', '.join(KINDS)}.")
    return out


def _is_usable(article: Article, seen: dict[str, str], out: Intake) -> bool:
    """Return whether an article is long enough, has paragraphs and is new; if not, note a fault."""
    words = article.text.split()
    text = " ".join(words)
    if (longest := max(map(len, article.text.split("\n")))) > MAX_LINE:
        wrong = f"a line of {longest:,} characters", "Break the text into paragraphs."
    elif len(words) <= formats.LEAST_WORDS:
        wrong = f"has {len(words)} words of text", "Save the whole article."
    elif text in seen:
        wrong = f"is the same text as {seen[text]}", "Nothing to do: it counts once."
    else:
        seen[text] = article.place
        return True
    out.faults.add(article.place, 0, *wrong)
    return False


def _add(articles: list[Article], out: Intake) -> None:
    """Add the articles of one file, and note if the day of one is in doubt."""
    out.articles += articles
    undated = [article for article in articles if article.undated]
    if undated:
        others = f", and those of {len(undated) - 1} more articles there," if len(undated) > 1 else ""
        found = f"the day {undated[0].undated!r}{others} cannot be read beyond doubt"
        remedy = "Write it as YYYY-MM-DD, or enter it in data/sources.csv. Until then the text is searched for a day."
        out.notes.add(undated[0].place, 0, found, remedy)


def _kind(path: Path) -> str:
    return next((end for end in KINDS if path.name.lower().endswith(end)), "")


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _read(path: Path, name: str, kind: str, out: Intake) -> Iterator[Article]:
    try:
        if kind in formats.ARCHIVES:
            yield from formats.read_archive(path, name, out.faults)
        elif kind in formats.TABLES:
            yield from formats.read_table(path, name, kind, out)
        elif (size := path.stat().st_size) > formats.LARGEST:
            out.faults.add(name, 0, f"has {size:,} bytes", "Split it into articles.")
        elif kind in formats.PAGES:
            yield from formats.read_page(path.read_bytes(), name, out.faults)
        elif (text := formats.decode_text(path.read_bytes(), name, out)) is not None:
            markdown = kind in formats.MARKDOWN
            yield formats.read_markdown(text, name, out.notes) if markdown else Article(name, text)
    except Exception as error:  # any error that somebody else's file causes in a reader
        found = f"cannot be read: {in_a_line(error, 160)}"
        out.faults.add(name, 0, found, "Save it again, or move it out of the folder.")
