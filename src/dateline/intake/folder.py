"""Files as a newsroom has them -> articles: plain text, Markdown, saved pages, tables, web archives.

Nothing here decides a number: an article found in a file is written as text and read again like any
other. What cannot be read is told with its place and left out; nothing is guessed in its stead.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from dateline.errors import Fault, in_a_line
from dateline.files import MAX_LINE, lies_in
from dateline.intake.formats import (
    ARCHIVES,
    LARGEST,
    LEAST_WORDS,
    MARKDOWN,
    PAGES,
    PLAIN,
    STRANGE,
    TABLES,
    Article,
    Intake,
    _archive,
    _decode,
    _markdown,
    _table,
    read_page,
)


def read_folder(folder: Path, track: Callable = lambda items, label: items) -> Intake:
    """Read every file of a folder and the folders in it.

    Args:
        folder: Holds the files; links out of it are not followed.
        track: `track(items, label)` -> the items, for a progress bar.

    Returns:
        The articles, texts that stand twice only once; a fault for everything that was left out; a note for
        each file whose articles were read without what it says of them.
    """
    out = Intake()
    home = folder.resolve()
    seen: dict[str, str] = {}
    strange: list[str] = []  # a saved page brings a folder of scripts and pictures along
    files = sorted(path for path in folder.rglob("*") if not _hidden(path.relative_to(folder)))
    for path in track([path for path in files if path.is_file() or path.is_symlink()], "Articles"):
        name = path.relative_to(folder).as_posix()
        if not lies_in(path, home):
            out.faults.append(
                Fault(name, 0, "a link out of the folder, or to nothing", "Put the file itself there.")
            )
            continue
        if not _kind(path):
            strange.append(name)
        undated: list[Article] = []
        for article in _read(path, name, out):
            words = " ".join(article.text.split())
            longest = max(map(len, article.text.split("\n")))
            if longest > MAX_LINE:
                out.faults.append(
                    Fault(
                        article.place,
                        0,
                        f"a line of {longest:,} characters",
                        "Break the text into paragraphs.",
                    )
                )
                continue
            if len(words.split(" ", LEAST_WORDS)) <= LEAST_WORDS:
                out.faults.append(
                    Fault(
                        article.place,
                        0,
                        f"holds {len(words.split())} words of text",
                        "Save the whole article.",
                    )
                )
            elif words in seen:
                out.faults.append(
                    Fault(
                        article.place,
                        0,
                        f"is the same text as {seen[words]}",
                        "Nothing to do: it counts once.",
                    )
                )
            else:
                seen[words] = article.place
                out.articles.append(article)
                undated += [article] if article.undated else []
        if undated:
            first, more = undated[0], len(undated) - 1
            others = f", and those of {more} more articles there," if more else ""
            found = f"the day {first.undated!r}{others} cannot be read beyond doubt"
            remedy = "Write it as YYYY-MM-DD, or curate it in data/sources.csv; the text is searched for one."
            out.notes.append(Fault(first.place, 0, found, remedy))
    if strange:
        named, more = strange[:STRANGE], len(strange) - STRANGE
        others = "".join(f", {name}" for name in named[1:]) + (f" and {more} more" if more > 0 else "")
        known = ", ".join((*PLAIN, *MARKDOWN, *PAGES, *TABLES, *ARCHIVES))
        out.faults.append(
            Fault(f"{strange[0]}{others}", 0, "of no kind that can be read", f"Known: {known}.")
        )
    return out


def _kind(path: Path) -> str:
    name = path.name.lower()
    return next((end for end in (*ARCHIVES, *TABLES, *PAGES, *MARKDOWN, *PLAIN) if name.endswith(end)), "")


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _read(path: Path, name: str, out: Intake) -> Iterator[Article]:
    kind, faults = _kind(path), out.faults
    if not kind:
        return
    try:
        if kind in ARCHIVES:
            yield from _archive(path, name, faults)
        elif kind in TABLES:
            yield from _table(path, name, kind, out)
        elif path.stat().st_size > LARGEST:
            faults.append(
                Fault(name, 0, f"has {path.stat().st_size:,} bytes", "An article is smaller; split the file.")
            )
        elif kind in PAGES:
            yield from read_page(path.read_bytes(), name, faults)
        else:
            text = _decode(path.read_bytes(), name, out)
            if text is not None:
                yield _markdown(text, name, out.notes) if kind in MARKDOWN else Article(name, text)
    except Exception as error:  # whatever a reader of somebody else's file stumbles over
        faults.append(
            Fault(
                name,
                0,
                f"cannot be read: {in_a_line(error, 160)}",
                "Save it again, or take it out of the folder.",
            )
        )
