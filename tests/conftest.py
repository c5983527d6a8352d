"""What every test file shares: the repository's own study, and a study small enough to check by hand."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from hypothesis import settings

from dateline.actors.mentions import find_mentions
from dateline.build.stages import build
from dateline.corpus.articles import build_corpus
from dateline.errors import Faults
from dateline.intake.template import write_example
from dateline.statements.attribution.lexicon import compile_lexicon
from dateline.statements.reader import find_statements
from dateline.statements.stance.scales import compile_scales
from dateline.study.lists import read_list, write_list
from dateline.study.load import Study, load_study
from tests.pipeline import tables_of

REPOSITORY = Path(__file__).parents[1]
# The same examples on every machine; `--hypothesis-profile=search` looks for new ones.
settings.register_profile("repeat", deadline=None, max_examples=30, derandomize=True, database=None)
settings.register_profile("search", deadline=None, max_examples=2000, database=None)
settings.load_profile("repeat")

LANGUAGE = ("offices", "places", "verbs", "target", "cues", "stopwords", "abbreviations", "furniture")
"""The lists that belong to English and not to a study: the tiny study takes them as they are."""

INVENTED = Path(__file__).parent / "invented"
"""Phrases of the invented world's own proposition, `data/cues.csv`: the tiny study adds them to those of English."""

STUDY = """\
title = "The Gate"
proposition = "Norland becomes a member of the League"
language = "en"
subject = ["norland", "abel"]
object = ["league"]

[scales.support]
question = "Does the holder want it?"
plus = "for it"
zero = "balanced"
minus = "against it"

[scales.feasibility]
question = "Can it happen?"
plus = "it can"
zero = "it is open"
minus = "it cannot"

[[periods]]
id = "2019"
label = "2019"
from = 2019-01-01
to = 2019-12-31

[[periods]]
id = "2020"
label = "2020"
from = 2020-01-01
to = 2020-12-31

[excerpts]
words = 25
share = 0.3

[terms]
min_count = 1
"""
ACTORS = """\
actor,label,kind,alias,how,article,note
abel,Abel,person,Anna Abel,name,,
abel,Abel,person,Abel,name,,
ito,Ito,person,Kenji Ito,name,,
ito,Ito,person,Ito,name,,
ito,Ito,person,the Sudlandic leader,role,,
norland,Norland,state,Norland,name,,
norland,Norland,state,Norlandic,name,,Demonym
norland,Norland,state,Norhaven,metonym,,The capital
sudland,Sudland,state,Sudland,name,,
sudland,Sudland,state,Sudlandic,name,,Demonym
sudland,Sudland,state,Sudport,metonym,,The capital
estmark,Estmark,state,Estmark,name,,A state that nobody asks about
league,League,organisation,League,name,,
league,League,organisation,Northern League,name,,
league,League,organisation,the bloc,metonym,,
"""
GROUPS = """\
group,label,actor,note
south,The South,sudland,
south,The South,ito,
"""
SOURCES = "file,publisher,url,published,published_from,published_to,date_why,translated,rights,sha256,note\n"
ARTICLES = {
    "a1": "Norland seeks the League\n\nAbel said Norland should join the League.\n",
    "a2": "Sudland answers\n\nIto opposes League membership for Norland.\n",
}


def write_study(root: Path, articles: dict[str, str] | None = None) -> Path:
    """Write a complete valid study below `root` and return `root`."""
    data = root / "data"
    (data / "articles").mkdir(parents=True)
    rows = []
    for name, text in (ARTICLES if articles is None else articles).items():
        raw = text.encode()
        (data / "articles" / f"{name}.txt").write_bytes(raw)
        rows.append(f"{name}.txt,,,,,,,,,{hashlib.sha256(raw).hexdigest()},\n")
    files = {"study.toml": STUDY, "actors.csv": ACTORS, "groups.csv": GROUPS, "sources.csv": SOURCES + "".join(rows)}
    for name, text in files.items():
        (data / name).write_bytes(text.encode())
    for name in LANGUAGE:
        shutil.copyfile(REPOSITORY / "data" / f"{name}.csv", data / f"{name}.csv")
    faults = Faults()
    cues, own = read_list(root, "cues", faults), read_list(INVENTED, "cues", faults)
    write_list(root, "cues", pl.concat([cues, own], how="diagonal").drop("line").to_dicts())
    return root


@pytest.fixture(scope="session")
def study() -> Study:
    """The study of this repository."""
    return load_study(REPOSITORY)


@pytest.fixture
def tiny_study(tmp_path: Path) -> Callable[..., Path]:
    """`tiny_study()` writes the tiny study, or one of other articles, and returns its root."""
    return lambda articles=None: write_study(tmp_path, articles)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The tiny study, loaded once; tests may not change it."""
    return load_study(write_study(tmp_path_factory.mktemp("tiny")))


@pytest.fixture(scope="session")
def read(tiny: Study) -> Callable[..., SimpleNamespace]:
    """`read(text)` takes one article through every module of the tiny study.

    Without `title`, the text is given one that names nobody, so that its first line counts as body.
    """
    lexicon = compile_lexicon(tiny.lists)
    scales = compile_scales(tiny.lists, tiny.settings)

    def through(text: str, *, title: bool = False) -> SimpleNamespace:
        whole = text if title else f"A day of talks\n\n{text}"
        one = Study(root=tiny.root, settings=tiny.settings, lists=tiny.lists, texts={"a1": whole})
        tables = build_corpus(one)
        mentions = find_mentions(one, tables["sentences"], tables["articles"])
        statements, reasons = find_statements(one, tables["sentences"], mentions, lexicon=lexicon, scales=scales)
        return SimpleNamespace(text=whole, mentions=mentions, statements=statements, reasons=reasons, **tables)

    return through


@pytest.fixture(scope="session")
def study_tables(study: Study) -> dict[str, pl.DataFrame]:
    """Every table of the repository's own study, computed once."""
    return tables_of(study)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository's study, built from nothing with the embedded renderer."""
    root = copy_study(tmp_path_factory.mktemp("built") / "study")
    build(root, renderer="embedded")
    return root


@pytest.fixture(scope="session")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented second study, built from nothing with the embedded renderer; tests may not change it."""
    root = tmp_path_factory.mktemp("harbour") / "study"
    write_example(root)
    build(root, renderer="embedded")
    return root


def copy_study(target: Path) -> Path:
    """Copy what makes up a study: data, notebooks, pages, theme; nothing that a build makes."""
    made = shutil.ignore_patterns("derived", "made", "evidence", "__pycache__", ".ipynb_checkpoints", "*.old")
    for name in ("data", "notebooks", "report"):
        shutil.copytree(REPOSITORY / name, target / name, ignore=made)
    shutil.rmtree(target / "report/articles")
    for name in ("_quarto.yml", "index.qmd", "404.qmd"):
        shutil.copy(REPOSITORY / name, target / name)
    return target
