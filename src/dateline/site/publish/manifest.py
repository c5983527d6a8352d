"""Write down what a site was made from: inputs, program and outputs with their hashes, in one file beside the pages."""

import hashlib
import json
from pathlib import Path
from typing import Any

from dateline import __version__
from dateline.files import code_digest, files_below

NAME = "manifest.json"


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_manifest(root: Path, site: Path, *, renderer: str) -> Path:
    """Write `manifest.json` into a rendered site; no time and no path of a machine, so that it repeats."""
    lock, data = root / "requirements.lock", root / "data"
    inputs = [path for path in sorted(files_below([data])) if "derived" not in path.relative_to(data).parts]
    made = {
        "program": {"name": "dateline", "version": __version__, "sha256": code_digest()},
        "renderer": renderer,
        "lock": sha256(lock) if lock.is_file() else None,
        "inputs": {path.relative_to(root).as_posix(): sha256(path) for path in inputs},
        "outputs": make_outputs(site),
    }
    path = site / NAME
    path.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def make_outputs(site: Path) -> dict[str, str]:
    """Return the hash of every file of a site but the manifest."""
    files = (path for path in sorted(files_below([site])) if path.name != NAME)
    return {path.relative_to(site).as_posix(): sha256(path) for path in files}


def read_manifest(site: Path, name: str = NAME) -> dict[str, Any]:
    """Return the manifest of a site; empty if there is none that can be read."""
    try:
        found = json.loads((site / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
