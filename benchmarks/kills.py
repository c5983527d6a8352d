"""Kill a build, or the measuring of an archive, at random moments and see what is left.

    python -m benchmarks.kills                 100 kills of builds (about half an hour)
    python -m benchmarks.kills --times 10
    python -m benchmarks.kills --archive       100 kills of `dateline measure` (about ten minutes)

Builds. Two versions of the study are built first. Then the study is changed from one to the other again and again, each
time with a build that is killed (SIGKILL, the kernels with it) after a random moment; after each kill the tables and
the site have to be those of one version or of the other, whole, where they stand or set aside to be put back. At
the end an undisturbed build has to give exactly what it gave at the beginning.

Archives. A job of generated articles, now in one process and now in two beside it, is killed again and again until it
is done, and then the next one; after each kill every batch that was done has to be there as it was, none done twice; the
tables of each job that comes to its end have to be those of a job that nobody disturbed, byte for byte.
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

from benchmarks.archive import draw
from dateline.archive.measure import measure
from dateline.build.stages import SITE, copy_sources
from dateline.files import digest, set_aside
from dateline.study.load import load_study

WHOLE = (Path("data/derived"), SITE)
ARCHIVE, BATCH, LONGEST = 600, 20, 12.0
"""Articles of a job, articles of a batch, and seconds after which a job is killed at the latest."""


def build(root: Path) -> None:
    """A build that nobody disturbs."""
    subprocess.run(
        [sys.executable, "-m", "dateline", "build", "--renderer", "embedded"], cwd=root, check=True, capture_output=True
    )


def kill_one(root: Path, longest: float, *command: str) -> bool:
    """Begin a command and kill it with everything it has started; whether it came to its end before."""
    running = subprocess.Popen(
        [sys.executable, "-m", "dateline", *command],
        cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    with contextlib.suppress(subprocess.TimeoutExpired):
        running.wait(random.uniform(0, longest))
    ended = running.poll() is not None
    with contextlib.suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    if ended and running.returncode:
        sys.exit(f"`dateline {' '.join(command)}` failed by itself")
    return ended


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


def archives(times: int) -> None:
    """Measure, kill, look; leaves with 1 at the first loss."""
    repository = Path(__file__).parents[1]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (rows,) = draw(load_study(repository), ARCHIVE, home)
        measure([rows], repository, home / "whole", batch=BATCH)
        whole, jobs = digest(home / "whole", [home / "whole/tables"]), 0
        out, seen = home / "job", {}
        command = ["measure", str(rows), "--out", str(out), "--root", str(repository), "--batch", str(BATCH)]
        for time_ in track(range(times), "Kills"):
            ended = kill_one(repository, LONGEST, *command, "--workers", str(1 + time_ % 2))
            now = {path.name: (path.stat().st_ino, digest(path, [path])) for path in (out / "batches").glob("[0-9]*")}
            if any(now.get(name) != found for name, found in seen.items()):
                sys.exit(f"after kill {time_ + 1}, a batch that was done is lost or was done again")
            seen = now
            if ended:
                if digest(out, [out / "tables"]) != whole:
                    sys.exit("the tables differ from those of a job that nobody disturbed")
                shutil.rmtree(out)
                seen, jobs = {}, jobs + 1
    print(
        f"{times} kills over {jobs + 1} jobs: no batch lost, none done twice; the tables of the {jobs} that ended are the same."
    )


def main() -> None:
    """Build, kill, look; leaves with 1 at the first loss."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--archive", action="store_true", help="kill `dateline measure` instead of builds")
    given = parser.parse_args()
    random.seed(given.seed)
    if given.archive:
        return archives(given.times)
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
            kill_one(root, longest, "build", "--renderer", "embedded")
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
