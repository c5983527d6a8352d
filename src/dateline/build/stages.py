"""One command from articles to site: four stages, each skipped when nothing that it reads has changed.

A stage writes into a folder of its own and moves the result into place when it is whole: an error
leaves everything as it was. What a stage read and wrote is remembered as hashes in `.dateline/`.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from dateline.build.changes import Difference, changed_sentences, changed_titles, read_titles, read_variables
from dateline.errors import DatelineError
from dateline.files import PACKAGE, alone, digest, put_back, swap_folder, write_text
from dateline.study.load import Study, load_study

STATE = Path(".dateline/state.json")

SITE = Path("_site")

FULL = Path("_site-full")

SOURCES = ("_quarto.yml", "index.qmd", "404.qmd", "report", "notebooks", "data", "requirements.lock")
"""Everything of a study that a build reads."""

MADE = ("_variables.yml", "data/derived", "report/made", "report/articles", "report/evidence")
"""What a build writes among it."""

PACKAGES = (
    "polars",
    "altair",
    "vl-convert-python",
    "simplemma",
    "scipy",
    "numpy",
    "rapidfuzz",
    "pypandoc_binary",
)

Say = Callable[[str], None]


@dataclass
class Report:
    """What a build did: stage -> `made` or `skipped`, and why."""

    renderer: str
    site: Path
    stages: dict[str, str] = field(default_factory=dict)
    moved: list[Difference] = field(default_factory=list)
    """Sentences and titles that say something else than after the last build."""


class Memory:
    """Hashes of what each stage read and wrote when it last ran."""

    def __init__(self, root: Path) -> None:
        self.path = root / STATE
        self.root = root
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            found = {}
        kept = found if isinstance(found, dict) else {}
        whole = {"inputs", "outputs"}
        self.stages = {
            name: stage for name, stage in kept.items() if isinstance(stage, dict) and whole <= stage.keys()
        }

    def stale(self, stage: str, inputs: str, outputs: Iterable[Path]) -> str:
        """Why a stage has to run, or an empty string."""
        known = self.stages.get(stage)
        if not known:
            return "never made here"
        if known["inputs"] != inputs:
            return "its inputs changed"
        if known["outputs"] != digest(self.root, outputs):
            return "its outputs are missing or were changed by hand"
        return ""

    def remember(self, stage: str, inputs: str, outputs: Iterable[Path]) -> None:
        """Note that a stage is done."""
        self.stages[stage] = {"inputs": inputs, "outputs": digest(self.root, outputs)}
        write_text(self.path, json.dumps(self.stages, indent=1, sort_keys=True) + "\n")


def code_version() -> str:
    """A hash of the package's own code and of the libraries that decide a number or a byte."""
    own = PACKAGE
    versions = "\n".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    return hashlib.sha256((digest(own, [own]) + versions).encode()).hexdigest()


def build(
    root: Path,
    *,
    renderer: str = "auto",
    full: bool = False,
    force: bool = False,
    until: str = "site",
    say: Say = lambda text: None,
    track: Callable | None = None,
) -> Report:
    """Bring tables, notebooks, figures, pages and site up to date.

    Args:
        root: The folder of the study.
        renderer: `auto` (Quarto where it is on the PATH), `quarto` or `embedded`.
        full: Build the newsroom's own copy, with whole sentences, into `_site-full`.
        force: Make every stage anew.
        until: The last stage to run: `tables`, `notebooks`, `pages` or `site`.
        say: Called with a line for each stage.
        track: `track(items, label)` -> the items, for a progress bar.

    Raises:
        StudyError: `data/` is not valid; nothing was changed.
        NotebookError: A cell failed; tables are new, notebooks, figures and site stay as they were.
        DatelineError: The renderer is missing or failed.
    """
    with alone(
        root / STATE.parent / "lock",
        f"Another build is running in {root}. Wait until it has ended, or end it; nothing was changed.",
    ):
        return _build(
            root,
            renderer=renderer,
            full=full,
            force=force,
            until=until,
            say=say,
            track=track or (lambda items, label: items),
        )


def _build(
    root: Path, *, renderer: str, full: bool, force: bool, until: str, say: Say, track: Callable
) -> Report:
    quarto = _choose(renderer)
    study = load_study(root)
    _recover(root)
    memory = Memory(root)
    if force:
        memory.stages.clear()
    report = Report(renderer="quarto" if quarto else "embedded", site=root / (FULL if full else SITE))
    code = code_version()
    derived = root / "data/derived"
    made, lists = root / "report/made", [path for path in (root / "data").iterdir() if path.name != "derived"]
    notebooks = sorted((root / "notebooks").glob("*.ipynb"))

    def stage(name: str, inputs: str, outputs: Callable[[], list[Path]], run: Callable[[], None]) -> None:
        why = memory.stale(name, inputs, outputs())
        if not why:
            report.stages[name] = "skipped: nothing it reads has changed"
            say(f"{name}: nothing it reads has changed, skipped")
            return
        say(f"{name}: {why}, making")
        run()
        memory.remember(name, inputs, outputs())
        report.stages[name] = f"made: {why}"

    stage("tables", _hash(code, digest(root, lists)), lambda: [derived], lambda: _tables(study, track))
    if until == "tables":
        return report
    data = digest(root, [derived, *lists])
    before = read_variables(root / "_variables.yml"), read_titles(root)
    stage(
        "notebooks",
        _hash(code, data, _sources(notebooks), digest(root, [root / "report/theme/site.css"])),
        lambda: [*notebooks, made / "figures"],
        lambda: _notebooks(root, notebooks, track),
    )
    if until == "notebooks":
        return report
    stage("pages", _hash(code, data), lambda: _page_files(root), lambda: _pages(study, root))
    report.moved = _moved(root, *before)
    if until == "pages":
        return report
    sources = [
        root / name
        for name in ("_quarto.yml", "_variables.yml", "index.qmd", "404.qmd", "report", "notebooks")
    ]
    if full:
        _full_copy(study, root, quarto, track)
        report.stages["site"] = "made: the newsroom's own copy"
    else:
        stage(
            "site",
            _hash(code, data, report.renderer, digest(root, sources)),
            lambda: [root / SITE],
            lambda: _site(root, root / SITE, quarto, track),
        )
    return report


def _moved(root: Path, variables: dict[str, str], titles: dict[str, str]) -> list[Difference]:
    if not variables:  # the first build
        return []
    now = read_variables(root / "_variables.yml")
    return changed_titles(titles, read_titles(root)) + changed_sentences(root, variables, now)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _choose(renderer: str) -> str | None:
    found = shutil.which("quarto")
    if renderer == "quarto" and not found:
        msg = "quarto is not on the PATH. Install it from quarto.org, or build with --renderer embedded."
        raise DatelineError(msg)
    return found if renderer in ("auto", "quarto") else None


def _workshop(root: Path) -> Path:
    """A folder for unfinished work, on the same disk as the study."""
    home = root / STATE.parent
    home.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="work-", dir=home))


def _recover(root: Path) -> None:
    """Put back what a build that was killed between two renames had set aside."""
    for target in (root / "data/derived", root / "report/made/figures", root / SITE, root / FULL):
        put_back(target)
    for left in (root / STATE.parent).glob("work-*"):
        shutil.rmtree(left, ignore_errors=True)


def _tables(study: Study, track: Callable) -> None:
    from dateline import tables as contract
    from dateline.build.tables import make_tables

    names = iter(
        track(
            [
                "sentences",
                "mentions",
                "statements",
                "terms",
                "co_mentions",
                "positions",
                "evidence",
                "robustness",
            ],
            "Tables",
        )
    )
    frames = make_tables(study, progress=lambda name: next(names, None))
    list(names)
    work = _workshop(study.root)
    try:
        for name, frame in frames.items():
            if name in contract.SCHEMAS:
                contract.write(frame, name, work / "derived")
            else:
                frame.write_parquet(work / "derived" / f"{name}.parquet", statistics=False)
                frame.write_csv(work / "derived" / f"{name}.csv")
        swap_folder(work / "derived", study.root / "data/derived")
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _sources(notebooks: list[Path]) -> str:
    """A hash of what people write in the notebooks: their outputs do not count."""
    total = hashlib.sha256()
    for path in notebooks:
        try:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            total.update(
                json.dumps([path.name, [(cell["cell_type"], cell["source"]) for cell in cells]]).encode()
            )
        except (ValueError, KeyError, TypeError) as error:
            msg = (
                f"notebooks/{path.name} is not a notebook ({error}). Restore it, or save it anew in Jupyter."
            )
            raise DatelineError(msg) from error
    return total.hexdigest()


def _notebooks(root: Path, notebooks: list[Path], track: Callable) -> None:
    from dateline.build.notebooks import execute_all

    work = _workshop(root)
    try:
        (work / "report/made/figures").mkdir(parents=True)
        fresh = execute_all(root, notebooks, out=work, track=track)
        for path, text in fresh.items():
            write_text(path, text)
        swap_folder(work / "report/made/figures", root / "report/made/figures")
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _page_files(root: Path) -> list[Path]:
    return [
        root / "report/articles",
        root / "report/evidence",
        *sorted((root / "report/made").glob("*.md")),
        root / "_variables.yml",
    ]


def _pages(study: Study, root: Path, *, full: bool = False) -> None:
    """Write the generated pages and fragments; pages of articles that are gone go."""
    from dateline.site.fragments import generated

    wanted = generated(study, full=full)
    for folder in ("report/articles", "report/evidence", "report/made"):
        for path in (root / folder).glob("*.*"):
            if path.relative_to(root).as_posix() not in wanted:
                path.unlink()
    for name, text in wanted.items():
        write_text(root / name, text)


def _site(root: Path, out: Path, quarto: str | None, track: Callable) -> None:
    if quarto is None:
        from dateline.site.render import load_site, render_site

        bar = iter(track(load_site(root).pages, "Pages"))
        render_site(root, out, progress=lambda page: next(bar, None))
        list(bar)
        return
    from dateline.site.render import run_quarto

    run_quarto(root, out, quarto)


def copy_sources(root: Path, target: Path, *, made: bool = True) -> None:
    """Copy a study into another folder, with or without what a build has made in it."""
    for name in SOURCES:
        source = root / name
        if source.is_dir():
            shutil.copytree(source, target / name, dirs_exist_ok=True)
        elif source.is_file():
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    for name in () if made else MADE:
        path = target / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _full_copy(study: Study, root: Path, quarto: str | None, track: Callable) -> None:
    """The newsroom's own copy: the same pages with whole sentences, in a folder of its own."""
    work = _workshop(root)
    try:
        copy_sources(root, work)
        _pages(study, work, full=True)
        _site(work, work / SITE, quarto, track)
        swap_folder(work / SITE, root / FULL)
    finally:
        shutil.rmtree(work, ignore_errors=True)
