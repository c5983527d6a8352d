"""Run the notebooks of a study in the order of what they need, and put what they made in place when all are done.

They save tables and figures into a workshop; a notebook that nothing has changed for is skipped, and what it
made before is taken over. An error leaves the study as it was.
"""

import os
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dateline import tables
from dateline.build.memory import Memory, joint_hash
from dateline.build.notebooks import Notebook, needs, read_notebooks
from dateline.errors import DatelineError
from dateline.figures.base import MADE, STATE, evidence_of, read_figures
from dateline.files import digest, swap_folder, write_text

if TYPE_CHECKING:
    from dateline.build.execute import Run

SUFFIXES = (".parquet", ".csv")
DRAWN = (".svg", ".png", ".csv")
_KEY = "notebook "


@dataclass
class Pipeline:
    """Run the notebooks of one study; `say` is called with a line for each."""

    root: Path
    memory: Memory
    code: str
    work: Path
    draw: bool
    say: Callable[[str], None]
    runs: dict[str, "Run"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.notebooks = read_notebooks(self.root)
        data = self.root / "data"
        self.lists = {path.stem: digest(self.root, [path]) for path in (data / "gold", *data.glob("*.csv"))}
        apart = {data / "derived", data / "gold", *data.glob("*.csv")}
        texts = [path for path in data.iterdir() if path not in apart]
        self.base = joint_hash(self.code, digest(self.root, texts))
        self.look = digest(self.root, [self.root / "report/theme/site.css"])

    @property
    def tables(self) -> str:
        """Return a hash of everything that decides a table: the data and the notebooks, but not the look."""
        return joint_hash(self.base, *self.lists.values(), *(notebook.source for notebook in self.notebooks))

    def run(self, track: Callable) -> dict[str, str]:
        """Run what has to run and put the results in place; return notebook -> why it ran, empty if it was skipped.

        Raises:
            NotebookError: A cell failed; nothing was changed.
            DatelineError: Two notebooks save one table or publish one figure.
        """
        for folder in (tables.DERIVED, MADE, STATE):
            (self.work / folder).mkdir(parents=True)
        # Loads what talks to kernels, which a build that skips all needs none of.
        from dateline.build.execute import run_all

        before = {each.name: needs(each, self.notebooks, self._fact(each, "loaded")) for each in self.notebooks}
        why: dict[str, str] = {}

        async def step(notebook: Notebook, run: Callable[[], Awaitable["Run"]]) -> None:
            inputs = joint_hash(self._own(notebook), self._given(notebook))
            stale = self.memory.stale(_key(notebook), inputs, self._outputs_of(notebook))
            why[notebook.name] = stale if self.draw else "tables only"
            if not why[notebook.name]:
                self._take_over(notebook)
                return
            self.say(f"{notebook.name}: {why[notebook.name]}, running")
            self.runs[notebook.name] = await run()

        sure = {each.name for each in self.notebooks if not self.draw or self._fact(each, "own") != [self._own(each)]}
        run_all(self.notebooks, before, step, sure, root=self.root, out=self.work, draw=self.draw, track=track)
        self._refuse_doubles()
        # Notebooks end in any order, and are named in theirs.
        why = {each.name: why[each.name] for each in self.notebooks} | self._gone()
        if any(why.values()) or not self.notebooks:
            self._put_in_place()
        return why

    def _gone(self) -> dict[str, str]:
        """Forget the notebooks that are there no longer: what they made goes with them."""
        names = {_key(each) for each in self.notebooks} if self.draw else self.memory.steps.keys()
        gone = [step for step in self.memory.steps if step.startswith(_KEY) and step not in names]
        for step in gone:
            del self.memory.steps[step]
        return {step.removeprefix(_KEY): "it is gone" for step in gone}

    def _fact(self, notebook: Notebook, name: str) -> list[str]:
        """Return what a notebook `loaded`, `saved`, drew (`figures`) or read (`lists`): now, or when it last ran."""
        run = self.runs.get(notebook.name)
        return getattr(run, name) if run and name != "own" else self.memory.fact(_key(notebook), name)

    def _own(self, notebook: Notebook) -> str:
        """Return a hash of what a notebook reads besides tables: its cells, the articles, the lists, the look."""
        read = self._fact(notebook, "lists")
        lists = sorted(self.lists if notebook.files or not read else read)
        return joint_hash(self.base, self.look, notebook.source, *(self.lists.get(name, "") for name in lists))

    def _given(self, notebook: Notebook) -> str:
        """Return a hash of the tables that earlier notebooks saved for one."""
        names = sorted({*self._fact(notebook, "loaded")} - {*self._fact(notebook, "saved")})
        return digest(self.work, [self.work / tables.DERIVED / f"{name}.parquet" for name in names])

    def _outputs_of(self, notebook: Notebook) -> list[Path]:
        saved, figures = self._fact(notebook, "saved"), self._fact(notebook, "figures")
        return [
            *(self.root / tables.DERIVED / f"{name}{suffix}" for name in saved for suffix in SUFFIXES),
            *(self.root / MADE / f"{name}{suffix}" for name in figures for suffix in DRAWN),
            *(self.root / STATE / f"{name}.json" for name in figures),
            notebook.path,
        ]

    def _take_over(self, notebook: Notebook) -> None:
        """Copy what a skipped notebook made before into the workshop."""
        for path in self._outputs_of(notebook):
            target = self.work / path.relative_to(self.root)
            if path != notebook.path and path.is_file():
                _link(path, target)

    def _refuse_doubles(self) -> None:
        for kind, what in (("saved", "table"), ("figures", "figure")):
            made = {each.name: self._fact(each, kind) for each in self.notebooks}
            twice = [name for name, n in Counter(name for names in made.values() for name in names).items() if n > 1]
            if twice:
                where = " and ".join(f"notebooks/{name}.ipynb" for name, names in made.items() if twice[0] in names)
                msg = f"{where} both make the {what} {twice[0]}. Keep one of them, or give the other a name of its own; nothing was changed."
                raise DatelineError(msg)

    def _put_in_place(self) -> None:
        ran = [each for each in self.notebooks if each.name in self.runs]
        own, given = ({each.name: hashed(each) for each in ran} for hashed in (self._own, self._given))
        tables.write(evidence_of(read_figures(self.work)), "evidence", self.work / tables.DERIVED)
        swap_folder(self.work / tables.DERIVED, self.root / tables.DERIVED)
        if not self.draw:
            return
        for path in (self.root / MADE).glob("*.md"):  # written by the pages, from what is put in place here
            if (self.work / STATE / f"{path.stem}.json").is_file():
                _link(path, self.work / MADE / path.name)
        swap_folder(self.work / MADE, self.root / MADE)
        swap_folder(self.work / STATE, self.root / STATE)
        for notebook in ran:
            run, name = self.runs[notebook.name], notebook.name
            if notebook.path.is_relative_to(self.root):
                write_text(notebook.path, run.text)
            facts = {fact: getattr(run, fact) for fact in ("loaded", "saved", "figures", "lists")}
            inputs = joint_hash(own[name], given[name])
            self.memory.remember(_key(notebook), inputs, self._outputs_of(notebook), **facts, own=[own[name]])


def _key(notebook: Notebook) -> str:
    return f"{_KEY}{notebook.name}"


def _link(source: Path, target: Path) -> None:
    """Give a file a second name, or copy it where the disk knows no second names."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
