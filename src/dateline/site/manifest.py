"""Where a site comes from: inputs, program and outputs with their hashes, in one file beside the pages."""

import hashlib
import json
from pathlib import Path
from typing import Any

from dateline import __version__
from dateline.files import PACKAGE, digest, files_below

NAME = "manifest.json"

CODE = [*PACKAGE.rglob("*.py"), PACKAGE / "dictionary.toml"]
"""What of the package decides a byte; the same files installed, from a wheel or from a clone."""


def sha256(path: Path) -> str:
    """The hash of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def make_manifest(root: Path, site: Path, *, renderer: str) -> dict[str, Any]:
    """Inputs, program and outputs of a rendered site; no time and no path of a machine, so that it repeats.

    Args:
        root: The study.
        site: The rendered site.
        renderer: `quarto` or `embedded`.
    """
    lock = root / "requirements.lock"
    inputs = sorted(files_below([root / "data"]))
    inputs = [path for path in inputs if "derived" not in path.relative_to(root / "data").parts]
    return {
        "program": {"name": "dateline", "version": __version__, "sha256": digest(PACKAGE, CODE)},
        "renderer": renderer,
        "lock": sha256(lock) if lock.is_file() else None,
        "inputs": {path.relative_to(root).as_posix(): sha256(path) for path in inputs},
        "outputs": make_outputs(site),
    }


def make_outputs(site: Path) -> dict[str, str]:
    """Every file of a site with its hash, the manifest itself left out."""
    files = (path for path in sorted(files_below([site])) if path.name != NAME)
    return {path.relative_to(site).as_posix(): sha256(path) for path in files}


def write_manifest(root: Path, site: Path, *, renderer: str) -> Path:
    """Write `manifest.json` into a rendered site; arguments as for `make_manifest`."""
    path = site / NAME
    made = make_manifest(root, site, renderer=renderer)
    path.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def read_manifest(site: Path, name: str = NAME) -> dict[str, Any]:
    """The manifest of a site; empty where there is none that can be read."""
    try:
        found = json.loads((site / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
