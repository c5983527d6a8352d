"""Bring a study's pages, notebooks and lists of English up to this version, and touch nothing that a person changed.

`dateline new` notes the hash of every file that it took from the template. A file that is still as it
was is replaced; one that the study has changed stays, and the new version is put beside it.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from dateline.errors import DatelineError
from dateline.files import write_text
from dateline.intake.template import NOTE, hash_text, plain_text, template_files, write_note


@dataclass
class Upgrade:
    """What an upgrade did: files replaced, files added, and files that a person has to merge."""

    before: str
    replaced: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Changed in the study only: nothing to do."""
    beside: list[str] = field(default_factory=list)
    """Changed in the study and in the template: the new version stands beside it, with `.new` at its end."""


def upgrade(root: Path) -> Upgrade:
    """Bring a study up to the installed version; `data/` beside the lists of English is never touched.

    Raises:
        DatelineError: The study does not say what it was made from.
    """
    try:
        noted = json.loads((root / NOTE).read_text(encoding="utf-8"))
        known, before = dict(noted["files"]), str(noted["version"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = (
            f"{root / NOTE} cannot be read ({error}), so nobody can tell which files are yours. "
            "Make a new study with `dateline new` and copy your data/ and index.qmd into it."
        )
        raise DatelineError(msg) from error
    done = Upgrade(before)
    for name, fresh in sorted(template_files().items()):
        path = root / name
        if not path.exists():
            if name not in known:  # a file that was taken away stays away
                write_text(path, fresh)
                done.added.append(name)
        elif (mine := plain_text(path)) != fresh:
            if hash_text(mine) == known.get(name):
                write_text(path, fresh)
                done.replaced.append(name)
            elif known.get(name) == hash_text(fresh):
                done.kept.append(name)
                continue
            else:
                write_text(path.with_name(f"{path.name}.new"), fresh)
                done.beside.append(name)
                continue
        known[name] = hash_text(fresh)
    write_note(root, known)
    return done
