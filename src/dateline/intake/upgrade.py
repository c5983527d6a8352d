"""Update the pages, notebooks and English lists of a study to this version, without touching what a person changed.

`dateline new` notes the hash of every file that it takes from the template. An unchanged file is replaced; a changed
one stays, and the new version is put beside it.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from dateline.errors import DatelineError
from dateline.files import sha256, write_text
from dateline.intake.template import NOTE, plain_text, template_files, write_note
from dateline.intake.translate import opens_desk, translate_notebook, translate_text


@dataclass
class Upgrade:
    """List what an upgrade did with the files of a study."""

    before: str
    replaced: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Changed only in the study."""
    beside: list[str] = field(default_factory=list)
    """Changed in the study and in the template; the new version is beside it as `.new`."""
    brought: list[str] = field(default_factory=list)
    """Translated to this version; the old file is beside it as `.before`."""
    left: list[str] = field(default_factory=list)
    """Lines of notebooks that a person has to change, each with its file."""


def upgrade(root: Path) -> Upgrade:
    """Update a study to the installed version; of `data/` only the lists of English can change.

    Raises:
        DatelineError: The note of the files that the study was given is missing or damaged.
    """
    try:
        noted = json.loads((root / NOTE).read_text(encoding="utf-8"))
        known, before = dict(noted["files"]), str(noted["version"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = f"{root / NOTE} cannot be read ({error}), so it is not known which files are yours. "
        advice = "Make a new study with `dateline new` and copy your data/ and index.qmd into it."
        raise DatelineError(msg + advice) from error
    done = Upgrade(before)
    for name in ("_quarto.yml", "index.qmd"):  # no template replaces them
        if (root / name).is_file():
            _translate_addresses(root, name, (root / name).read_text(encoding="utf-8"), done)
    for name, fresh in sorted(template_files().items()):
        path = root / name
        if not path.exists():
            if name not in known:  # a file that the person deleted is not written again
                write_text(path, fresh)
                done.added.append(name)
        elif (mine := plain_text(path)) != fresh:
            if sha256(mine) == known.get(name):
                write_text(path, fresh)
                done.replaced.append(name)
            elif known.get(name) == sha256(fresh):
                done.kept.append(name)
                continue
            else:
                _merge(root, name, mine, fresh, done)
                continue
        known[name] = sha256(fresh)
    write_note(root, known)
    return done


def _merge(root: Path, name: str, mine: str, fresh: str, done: Upgrade) -> None:
    """Translate a file that the person and the template have both changed, and put the new version beside it."""
    if name.endswith(".ipynb") and opens_desk(mine):
        text, left = translate_notebook(mine, fresh)
        _replace(root, name, text, done)
        done.left += [f"{name}: {line.strip()}" for line in left]
        return
    _translate_addresses(root, name, mine, done)
    write_text(root / f"{name}.new", fresh)
    done.beside.append(name)


def _translate_addresses(root: Path, name: str, mine: str, done: Upgrade) -> None:
    if (text := translate_text(mine)) != mine:
        _replace(root, name, text, done)


def _replace(root: Path, name: str, text: str, done: Upgrade) -> None:
    path = root / name
    write_text(path.with_name(f"{path.name}.before"), path.read_text(encoding="utf-8"))
    write_text(path, text)
    done.brought.append(name)
