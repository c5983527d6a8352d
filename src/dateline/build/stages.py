"""Build a study from articles to site: notebooks, pages, site, each skipped when nothing that it reads has changed.

A stage writes into a folder of its own and moves the result into place when it is whole: an error
leaves everything as it was. What a stage read and wrote is remembered as hashes in `.dateline/`.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from dateline.build.changes import Difference, changed_sentences, changed_titles, read_titles, read_variables
from dateline.build.memory import STATE, Memory, code_version, joint_hash
from dateline.build.pipeline import Pipeline
from dateline.errors import DatelineError
from dateline.files import alone, digest, put_back, swap_folder, write_text
from dateline.study.load import Study, load_study

SITE = Path("_site")

FULL = Path("_site-full")

SOURCES = ("_quarto.yml", "index.qmd", "404.qmd", "report", "notebooks", "data", "requirements.lock")
"""Everything of a study that a build reads."""

MADE = ("_variables.yml", "data/derived", "report/made", "report/articles", "report/evidence")
"""What a build writes among it."""

Say = Callable[[str], None]


@dataclass
class Report:
    """Say what a build did: stage -> `made` or `skipped`, and why."""

    renderer: str
    site: Path
    stages: dict[str, str] = field(default_factory=dict)
    moved: list[Difference] = field(default_factory=list)
    """Sentences and titles that say something else than after the last build."""


def build(
    root: Path,
    *,
    renderer: str = "auto",
    full: bool = False,
    force: bool = False,
    until: str = "site",
    say: Say = lambda text: None,
    track: Callable = lambda items, label: items,
) -> Report:
    """Bring tables, notebooks, figures, pages and site up to date.

    Args:
        root: The folder of the study.
        renderer: `auto` (Quarto if it is on the PATH), `quarto` or `embedded`.
        full: Build the newsroom's own copy, with whole sentences, into `_site-full`.
        force: Make every stage anew.
        until: The last stage to run: `tables`, `notebooks`, `pages` or `site`.
        say: Called with a line for each stage.
        track: `track(items, label)` -> the items, for a progress bar.

    Raises:
        StudyError: `data/` is not valid; nothing was changed.
        NotebookError: A cell failed; nothing was changed.
        DatelineError: The renderer is missing or failed.
    """
    root = root.resolve()  # notebooks run in folders of their own
    message = f"Another build is running in {root}. Wait until it has ended, or end it; nothing was changed."
    with alone(root / STATE.parent / "lock", message):
        quarto = _choose(renderer)
        study = load_study(root)
        _recover(root)
        report = Report(renderer="quarto" if quarto else "embedded", site=root / (FULL if full else SITE))
        memory = Memory(root)
        if force:
            memory.steps.clear()
        _Build(study, memory, code_version(), quarto, say, track, report).run(until, full=full)
        return report


@dataclass
class _Build:
    """Run the stages of one build."""

    study: Study
    memory: Memory
    code: str
    quarto: str | None
    say: Say
    track: Callable
    report: Report

    def run(self, until: str, *, full: bool) -> None:
        root = self.study.root
        if until in ("pages", "site"):
            self._check_quotes()
        variables, titles = read_variables(root / "_variables.yml"), read_titles(root)
        self._notebooks(draw=until != "tables")
        if until in ("tables", "notebooks"):
            return
        data = joint_hash(self.code, digest(root, [root / "data", root / STATE.parent / "figures"]))
        pages = joint_hash(data, digest(root, [*root.glob("*.qmd"), *root.glob("report/*.qmd")]))
        self._stage("pages", pages, lambda: _page_files(root), lambda: _pages(self.study, root))
        if variables:  # not the first build
            now = read_variables(root / "_variables.yml")
            self.report.moved = changed_titles(titles, read_titles(root)) + changed_sentences(root, variables, now)
        if until == "pages":
            return
        if full:
            self._full_copy()
            self.report.stages["site"] = "made: the newsroom's own copy"
            return
        names = ("_quarto.yml", "_variables.yml", "index.qmd", "404.qmd", "report", "notebooks")
        sources = joint_hash(data, self.report.renderer, digest(root, [root / name for name in names]))
        self._stage("site", sources, lambda: [root / SITE], lambda: self._site(root))

    def _stage(self, name: str, inputs: str, outputs: Callable[[], list[Path]], make: Callable[[], None]) -> None:
        """Run a stage, or skip it if nothing that it reads or wrote has changed."""
        why = self.memory.stale(name, inputs, outputs())
        self._note(name, why)
        if why:
            make()
            self.memory.remember(name, inputs, outputs())

    def _note(self, name: str, why: str) -> None:
        """Report that a stage runs, and why, or that it is skipped."""
        self.say(f"{name}: {why}, making" if why else f"{name}: nothing it reads has changed, skipped")
        self.report.stages[name] = f"made: {why}" if why else "skipped: nothing it reads has changed"

    def _check_quotes(self) -> None:
        """Refuse pages that quote a number which no build makes, before anything is made.

        Only after a change: the check loads what draws figures, which takes a second.
        """
        root = self.study.root
        pages = [path for folder in (root, root / "report", root / "report/guide") for path in folder.glob("*.qmd")]
        inputs = joint_hash(self.code, digest(root, [root / "data/study.toml", *root.glob("data/*.csv"), *pages]))
        if self.memory.stale("quotes", inputs, []):
            from dateline.site.numbers import check_quotes

            check_quotes(self.study)
            self.memory.remember("quotes", inputs, [])

    def _notebooks(self, *, draw: bool) -> None:
        """Run the notebooks; with `draw` false they make tables, and notebooks and figures stay as they are."""
        root = self.study.root
        derived = [root / "data/derived"]
        with _workshop(root) as work:
            pipeline = Pipeline(root, self.memory, self.code, work, draw, self.say)
            if not draw and not self.memory.stale("tables", pipeline.tables, derived):
                self._note("tables", "")
                return
            ran = [f"{name} ({why})" for name, why in pipeline.run(self.track).items() if why]
            self._note("notebooks" if draw else "tables", ", ".join(ran) if draw else "its inputs changed")
            if ran:
                self.memory.remember("tables", pipeline.tables, derived)

    def _site(self, root: Path) -> None:
        """Render the pages below a root into its `_site`."""
        from dateline.site.render import load_site, render_site, run_quarto

        if self.quarto:
            run_quarto(root, root / SITE, self.quarto)
            return
        bar = iter(self.track(load_site(root).pages, "Pages"))
        render_site(root, root / SITE, progress=lambda page: next(bar, None))
        list(bar)

    def _full_copy(self) -> None:
        """Build the newsroom's own copy: the same pages with whole sentences, in a folder of its own."""
        with _workshop(self.study.root) as work:
            copy_sources(self.study.root, work)
            _pages(self.study, work, full=True)
            self._site(work)
            swap_folder(work / SITE, self.study.root / FULL)


def _choose(renderer: str) -> str | None:
    found = shutil.which("quarto")
    if renderer == "quarto" and not found:
        msg = "quarto is not on the PATH. Install it from quarto.org, or build with --renderer embedded."
        raise DatelineError(msg)
    return found if renderer in ("auto", "quarto") else None


@contextmanager
def _workshop(root: Path) -> Iterator[Path]:
    """Give a folder for unfinished work, on the same disk as the study."""
    home = root / STATE.parent
    home.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="work-", dir=home))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _recover(root: Path) -> None:
    """Put back what a build that was killed between two renames had set aside."""
    for name in ("data/derived", "report/made/figures", STATE.parent / "figures", SITE, FULL):
        put_back(root / name)
    for left in (root / STATE.parent).glob("work-*"):
        shutil.rmtree(left, ignore_errors=True)


def _page_files(root: Path) -> list[Path]:
    pages = [root / "report/articles", root / "report/evidence", root / "_variables.yml"]
    return [*pages, *(root / "report/made").rglob("*.md")]


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
