"""Remember what each step of a build read and wrote, as hashes, so that it is skipped while nothing has changed."""

import hashlib
import json
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

from dateline.files import PACKAGE, digest, write_text

STATE = Path(".dateline/state.json")

PACKAGES = (
    "polars",
    "altair",
    "vl-convert-python",
    "simplemma",
    "lemminflect",
    "scipy",
    "numpy",
    "rapidfuzz",
    "pypandoc_binary",
)
"""Libraries that decide a number or a byte."""


class Memory:
    """Keep the hashes of what each step read and wrote when it last ran, in `.dateline/state.json`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.path = root / STATE
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            found = {}
        steps = found.items() if isinstance(found, dict) else ()
        self.steps: dict[str, dict[str, Any]] = {
            name: step for name, step in steps if isinstance(step, dict) and {"inputs", "outputs"} <= step.keys()
        }

    def stale(self, step: str, inputs: str, outputs: Iterable[Path]) -> str:
        """Return why a step has to run, or an empty string."""
        known = self.steps.get(step)
        if not known:
            return "never made here"
        if known["inputs"] != inputs:
            return "its inputs changed"
        if known["outputs"] != digest(self.root, outputs):
            return "its outputs are missing or were changed by hand"
        return ""

    def remember(self, step: str, inputs: str, outputs: Iterable[Path], **facts: Any) -> None:
        """Note that a step is done, with facts about the run that a later one may ask for."""
        self.steps[step] = {"inputs": inputs, "outputs": digest(self.root, outputs), **facts}
        write_text(self.path, json.dumps(self.steps, indent=1, sort_keys=True) + "\n")

    def fact(self, step: str, name: str) -> list[str]:
        """Return a fact that was noted with a step; an empty list if there is none."""
        found = self.steps.get(step, {}).get(name, [])
        return found if isinstance(found, list) else []


def code_version() -> str:
    """Return a hash of the package's own code and of the libraries that decide a number or a byte."""
    versions = "\n".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    return joint_hash(digest(PACKAGE, [PACKAGE]), versions)


def joint_hash(*parts: str) -> str:
    """Return one hash of several texts in order."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
