"""Prove that a report is what its inputs give: make everything again elsewhere and compare it byte for byte.

Only the inputs are copied. The build runs without network, with a fixed hash seed, in UTC and the C
locale, in a process of its own; then the tables once more on a single thread.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dateline.build.changes import Difference, compare
from dateline.build.stages import SITE, copy_sources
from dateline.errors import DatelineError
from dateline.files import PACKAGE, digest
from dateline.site.publish.manifest import make_outputs, read_manifest

OFFLINE = PACKAGE / "offline"
"""Its `sitecustomize` forbids every connection that leaves the machine, in the process and in its kernels."""

PARTS: dict[str, tuple[str, ...]] = {
    "tables": ("data/derived",),
    "notebooks": ("notebooks",),
    "variables": ("_variables.yml",),
    "figures and fragments": ("report/made",),
    "generated pages": ("report/articles", "report/evidence"),
}
"""What is committed beside the inputs, and so has to come out again."""


@dataclass
class Receipt:
    """Say what was compared: part -> number of files, and part -> what differs in it."""

    inputs: str
    compared: dict[str, int] = field(default_factory=dict)
    found: dict[str, list[Difference]] = field(default_factory=dict)

    @property
    def differences(self) -> list[Difference]:
        """Return everything that differs."""
        return [difference for part in self.found.values() for difference in part]

    def note(self, part: str, found: tuple[int, list[Difference]]) -> None:
        """Note what `compare` returned for a part."""
        self.compared[part], self.found[part] = found


def verify(
    root: Path, *, renderer: str = "embedded", site: Path | None = None, say: Callable[[str], None] = print
) -> Receipt:
    """Make everything again from the inputs and compare it with what stands in the study.

    Args:
        root: The folder of the study.
        renderer: Who renders the pages, as for `build`.
        site: A published site, or its `manifest.json`, to compare the pages with; `_site` of the study if that was made by the same
            renderer, and a second build if neither is at hand.
        say: Called with each step before it is taken.

    Raises:
        DatelineError: `site` is no site, before anything is made; or the build failed, its last words in the message.
    """
    if site is not None:
        _require_site(site)
    with tempfile.TemporaryDirectory(prefix="dateline-verify-") as folder:
        clean, single = Path(folder, "clean"), Path(folder, "single")
        copy_sources(root, clean, made=False)
        receipt = Receipt(inputs=digest(clean, [clean / "data", clean / "notebooks"])[:16])
        copy_sources(root, single, made=False)
        say("Making everything again from the inputs, without network")
        _run(clean, "build", "--renderer", renderer)
        for part, names in PARTS.items():
            receipt.note(part, compare(root, clean, names))
        say("Making the tables again on one thread")
        _run(single, "build", "--until", "tables", POLARS_MAX_THREADS="1")
        receipt.note("tables on one thread", compare(clean, single, PARTS["tables"]))
        renderers = {read_manifest(each / SITE).get("renderer") for each in (root, clean)}
        beside = site or (root / SITE if len(renderers) == 1 else None)
        if beside is None:
            say("Rendering the pages a second time")
            beside = Path(folder, "site")
            shutil.move(clean / SITE, beside)
            _run(clean, "build", "--renderer", renderer)
        elif beside.is_file():
            receipt.note("site", _against_manifest(beside, clean / SITE))
            return receipt
        names = sorted({path.name for path in (*beside.iterdir(), *(clean / SITE).iterdir())})
        receipt.note("site", compare(beside, clean / SITE, names))
    return receipt


def _require_site(path: Path) -> None:
    if path.is_file():
        if not read_manifest(path.parent, path.name).get("outputs"):
            msg = f"{path} is no manifest of a site. Take manifest.json from beside its index.html."
            raise DatelineError(msg)
    elif not (path / "index.html").is_file():
        what = "holds no index.html" if path.is_dir() else "is not there"
        msg = f"{path} {what}. Give the folder of a site that Dateline has built, or its manifest.json."
        raise DatelineError(msg)


def _against_manifest(path: Path, site: Path) -> tuple[int, list[Difference]]:
    known, made = read_manifest(path.parent, path.name)["outputs"], make_outputs(site)
    names = sorted({*known, *made})
    return len(names), [
        Difference(name, "sha256", known.get(name, "is not there"), made.get(name, "is not made"))
        for name in names
        if known.get(name) != made.get(name)
    ]


def _run(root: Path, *arguments: str, **more: str) -> None:
    path = os.pathsep.join(filter(None, [str(OFFLINE), os.environ.get("PYTHONPATH", "")]))
    fixed = {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C", "PYTHONPATH": path}
    command = [sys.executable, "-m", "dateline", *arguments, "--root", str(root)]
    done = subprocess.run(command, cwd=root, env=os.environ | fixed | more, capture_output=True, text=True, check=False)
    if done.returncode:
        words = "\n    ".join(done.stderr.strip().splitlines()[-15:])
        msg = f"the build from the inputs alone failed; nothing in the study was touched.\n    {words}"
        raise DatelineError(msg)
