"""Kill a build at random moments and see what is left.

    python -m benchmarks.kills                 100 kills (about half an hour)
    python -m benchmarks.kills --times 10

Two versions of the study are built first. Then the study is changed from one to the other again and again, each
time with a build that is killed (SIGKILL, the kernels with it) after a random moment; after each kill the tables and
the site have to be those of one version or of the other, whole, where they stand or set aside to be put back. At
the end an undisturbed build has to give exactly what it gave at the beginning.
"""

import argparse
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.progress import track

from dateline.build import SITE, copy_sources
from dateline.files import digest, set_aside

WHOLE = (Path("data/derived"), SITE)


def build(root: Path) -> None:
    """A build that nobody disturbs."""
    subprocess.run(
        [sys.executable, "-m", "dateline.cli", "build", "--renderer", "embedded"],
        cwd=root,
        check=True,
        capture_output=True,
    )


def kill_one(root: Path, longest: float) -> None:
    """Begin a build and kill it with everything it has started."""
    running = subprocess.Popen(
        [sys.executable, "-m", "dateline.cli", "build", "--renderer", "embedded"],
        cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    time.sleep(random.uniform(0, longest))
    with contextlib.suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


def state(root: Path) -> dict[Path, str]:
    """The hash of each folder that has to be whole, where it stands or where it was set aside."""
    found = {}
    for folder in WHOLE:
        here = root / folder
        here = here if here.exists() else set_aside(here)
        found[folder] = digest(here, [here])
    return found


def change(root: Path, words: int) -> None:
    """Another cap on excerpts: tables, pages and site differ."""
    path = root / "data/study.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("min_count"))
    lines[at] = f"min_count = {words}"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Build, kill, look; leaves with 1 at the first loss."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    random.seed(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "study")
        copy_sources(Path(__file__).parents[1], root)
        whole, began = {}, 0.0
        for words in (3, 4):
            change(root, words)
            began = time.perf_counter()
            build(root)
            whole[words] = state(root)
        longest = (time.perf_counter() - began) * 1.1
        for time_ in track(range(given.times), "Kills"):
            change(root, (3, 4)[time_ % 2])
            kill_one(root, longest)
            for place, found in state(root).items():
                if found not in {whole[words][place] for words in whole}:
                    sys.exit(f"after kill {time_ + 1}, {place} is neither version")
        change(root, 3)
        build(root)
        if state(root) != whole[3]:
            sys.exit("the last build differs from the first")
        left = [path.name for path in (root / ".dateline").iterdir() if path.name != "state.json"]
        if left:
            sys.exit(f"unfinished work is left over: {left}")
        shutil.rmtree(root)
    print(f"{given.times} kills: tables and site whole after each, and the last build the same as the first.")


if __name__ == "__main__":
    main()
