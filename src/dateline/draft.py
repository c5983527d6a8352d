"""Articles -> the draft of a study: every file that a build needs, every choice marked as nobody's yet.

What is guessed here (actors, kinds, facets, ideas, periods) is written into lists with a note that
begins with `draft:`. A person reads each line and puts a reason in its place; until then the site says
on every page what has not been reviewed.
"""

import hashlib
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

import nbformat
import polars as pl
import yaml
from babel import Locale

from dateline import __version__
from dateline.actors import compile_ledger, plain_alias
from dateline.corpus import WORD, build_corpus
from dateline.discovery import find_names, slug
from dateline.errors import DatelineError
from dateline.files import csv_text, write_text
from dateline.intake import Article
from dateline.markup import plain_title, quoted
from dateline.study import FURTHER, LISTS, Study, load_study
from dateline.tables import empty
from dateline.terms import tokens_of

NOTE = Path(".dateline-template.json")
"""Which version a study was made with, and the hash of each file that it was given."""

MARK = "draft:"
"""How the note of a line begins that no person has reviewed."""

ACTORS, IDEAS = 60, 8
"""Actors and ideas drafted at most, the most frequent first."""

LEADS = 3
"""Times that the best-known bearer of a surname is named in full for every time of the next, to have it alone."""

OF_ENGLISH = ("abbreviations", "cues", "furniture", "offices", "places", "stopwords", "verbs")
"""Lists that belong to the language and not to a study."""

_LIGHT = frozenset(
    "become becomes becoming be is are was will shall should would can could may might must has have get gets make makes do does the a an of to in on at for from by with and or not new".split()
)
_JOINING = re.compile(
    r"\b(?:member\w*|join\w*|acce(?:de|ssion)\w*|admit\w*|admission|entry|enters?)\b", re.IGNORECASE
)
_ORGANISATION = re.compile(r"\b(?:Ministry|Party|Union|Council|Agency|Institute|University|Bank|Group|Court|Commission|Office|Department|Association|Organi[sz]ation|Committee|Parliament|Senate|Congress|Company|Corp|Inc|Ltd|Authority|Service|Board|Federation|League|Alliance|Fund|Society|House|Street|State|States|County|City|Square|News|Times|Post|Journal|Club|Team|Network|Cent(?:er|re)|Station|Airport|Islands?|River|Avenue|Road|Hospital|School|College|Church|Day|Week|Award|Act|Text)\b|^(?:The|New|North|South|East|West)\b|[’']s\b")  # fmt: skip
_HONORIFICS = frozenset(
    "mr mrs ms dr prof sen rep gov gen lt col capt sir lady lord dame president vice former ex".split()
)
_NO_NAME = re.compile(r"^(?:\w\.)+$|^\w$|\bI[’']\w+|^I\b|\b(?:MPs?|MEPs?)$")
_DEMONYM = re.compile(r"(?:n|an|ian|ese|ish|i|er|ic)$")


@dataclass(frozen=True)
class Actor:
    """One drafted actor: its id, name and kind, and each alias with why it is one."""

    actor: str
    label: str
    kind: str
    aliases: dict[str, str]
    mentions: int


def template() -> Path:
    """The folder that a study starts from: in the installed package, or this repository."""
    inside = Path(__file__).parent / "template"
    return inside if inside.is_dir() else Path(__file__).parents[2]


def draft_study(
    target: Path, articles: list[Article], *, proposition: str, title: str, say: Callable[[str], None] = print
) -> Study:
    """Write a complete study into a new folder, ready for `dateline build`.

    Args:
        target: A folder that does not exist, or is empty; it appears only when it is whole.
        articles: What `intake.read_folder` found.
        proposition: One sentence, such as "Norland becomes a member of the League".
        title: Name of the study.
        say: Called with each step.

    Raises:
        DatelineError: The proposition is empty, there is no article, or something stands in the target already.
    """
    if not proposition.strip():
        msg = "The proposition is empty. Say in one sentence what somebody can be for or against; nothing was written."
        raise DatelineError(msg)
    if not articles:
        msg = "No article could be read, so there is nothing to make a study of."
        raise DatelineError(msg)
    with new_folder(target) as work:
        texts = _write_articles(work, articles)
        write_template(work, title, proposition)
        say(f"{len(texts)} articles written, looking for names")
        _write_lists(work, texts, proposition, title)
        study = load_study(work)
    return Study(root=target, settings=study.settings, lists=study.lists, texts=study.texts)


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to write a study into, which gets the name `target` when nothing went wrong, and goes when something did.

    Raises:
        DatelineError: Something stands in the target already.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        msg = f"{target} is not empty. Give the name of a new folder; nothing was written."
        raise DatelineError(msg)
    work = target.with_name(f".{target.name}.part")
    shutil.rmtree(work, ignore_errors=True)
    try:
        yield work
        if target.exists():
            target.rmdir()
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _write_articles(root: Path, articles: list[Article]) -> dict[str, str]:
    """The texts and `sources.csv`, oldest first; returns article id -> text."""
    folder = root / "data/articles"
    folder.mkdir(parents=True)
    ordered = sorted(articles, key=lambda article: (article.published or date.max, article.place))
    width, texts, rows = max(3, len(str(len(ordered)))), {}, []
    for number, article in enumerate(ordered):
        name = f"{number:0{width}d}_{slug(article.title or Path(article.place.partition(',')[0]).stem)[:40].strip('-')}".rstrip(
            "_"
        )
        data = (article.text.rstrip() + "\n").encode()
        (folder / f"{name}.txt").write_bytes(data)
        texts[name] = data.decode()
        rows.append({
            "file": f"{name}.txt", "publisher": article.publisher, "url": article.url,
            "published": article.published.isoformat() if article.published else "",
            "date_why": "as its page or table states it" if article.published else "",
            "sha256": hashlib.sha256(data).hexdigest(), "note": f"{MARK} from {article.place}",
        })  # fmt: skip
    write_list(root, "sources", rows)
    return texts


def template_files() -> dict[str, str]:
    """What a study takes over as it is: path in the study -> text of pages, theme, notebooks, lists of English."""
    source = template()
    names = ["404.qmd", "data/README.md", "data/CODEBOOK.md", *(f"data/{name}.csv" for name in OF_ENGLISH)]
    for folder, pattern in (
        ("report", "*.qmd"),
        ("report/guide", "*.qmd"),
        ("report/theme", "*"),
        ("notebooks", "*.ipynb"),
    ):
        names += [path.relative_to(source).as_posix() for path in sorted((source / folder).glob(pattern))]
    files = {name: (source / name).read_text(encoding="utf-8") for name in names}
    return {name: _without_outputs(text) if name.endswith(".ipynb") else text for name, text in files.items()}


def plain_text(path: Path) -> str:
    """A file as a person writes it: of a notebook what a build adds does not count."""
    text = path.read_text(encoding="utf-8")
    return _without_outputs(text) if path.suffix == ".ipynb" else text


def hash_text(text: str) -> str:
    """The hash by which a file of the template is known again."""
    return hashlib.sha256(text.encode()).hexdigest()


def write_note(root: Path, hashes: dict[str, str]) -> None:
    """Note the version of the program and the hash of each file that a study was given."""
    note = {"version": __version__, "files": hashes}
    write_text(root / NOTE, json.dumps(note, indent=1, sort_keys=True) + "\n")


def _without_outputs(text: str) -> str:
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return nbformat.writes(notebook, indent=1, sort_keys=True) + "\n"


def write_template(root: Path, title: str, proposition: str) -> None:
    """Write everything of a study that is not data: pages, notebooks, theme, lists of English, settings of the site."""
    files = template_files()
    for name, text in files.items():
        write_text(root / name, text)
    write_note(root, {name: hash_text(text) for name, text in files.items()})
    config = (template() / "_quarto.yml").read_text(encoding="utf-8")
    for key, value in (("title", title), ("description", f"What news articles report: {proposition}.")):
        line = f"  {key}: {quoted(plain_title(value))}"
        config = re.sub(rf'(?m)^  {key}: ".*"$', lambda _, line=line: line, config)
    (root / "_quarto.yml").write_text(config, encoding="utf-8")
    starter = resources.files("dateline").joinpath("starter")
    for name, place in (
        ("index.qmd", "index.qmd"),
        ("README.md", "README.md"),
        ("gitignore", ".gitignore"),
        ("publish.yml", ".github/workflows/publish.yml"),
    ):
        text = (
            starter.joinpath(name)
            .read_text(encoding="utf-8")
            .replace("{package}", f"dateline=={__version__}")
        )
        write_text(root / place, text)
    citation = {"cff-version": "1.2.0", "title": title, "type": "dataset", "message": "Please cite as below."}
    authors = {"authors": [{"name": "The authors of this study"}]}
    text = yaml.safe_dump(citation | authors, sort_keys=False, allow_unicode=True)
    (root / "CITATION.cff").write_text(text, encoding="utf-8")


def _write_lists(root: Path, texts: dict[str, str], proposition: str, title: str) -> None:
    lists = {name: _read_list(root, name) for name in LISTS}
    settings = {"periods": [], "language": "en"}
    study = Study(root=root, settings=settings, lists=lists, texts=texts)
    corpus = build_corpus(study)
    actors = draft_actors(study, corpus, proposition)
    named = _named_in(proposition, actors)
    subject, others = named[:1], named[1:]
    write_list(root, "actors", [
        {"actor": actor.actor, "label": actor.label, "kind": actor.kind, "alias": alias, "how": "name", "note": f"{MARK} {why}"}
        for actor in actors for alias, why in actor.aliases.items()
    ])  # fmt: skip
    write_list(root, "groups", [])
    write_list(root, "events", [])
    write_list(root, "corrections", [])
    names = " ".join(alias for actor in actors for alias in actor.aliases)
    write_list(root, "target", _facets(proposition, names, has_object=bool(others)))
    write_list(root, "terms", _ideas(study, corpus, names))
    (root / "data/study.toml").write_text(
        _settings(title, proposition, subject, others, corpus["articles"]), encoding="utf-8"
    )


def _read_list(root: Path, name: str) -> pl.DataFrame:
    columns = [*LISTS[name], *FURTHER.get(name, ())]
    path = root / f"data/{name}.csv"
    if not path.is_file():
        return pl.DataFrame(schema={**dict.fromkeys(columns, pl.String), "line": pl.Int64})
    frame = pl.read_csv(path, infer_schema=False, glob=False).with_columns(pl.col(pl.String).fill_null(""))
    missing = [pl.lit("").alias(column) for column in columns if column not in frame.columns]
    return frame.with_columns(missing).with_row_index("line", 2).with_columns(pl.col("line").cast(pl.Int64))


def write_list(root: Path, name: str, rows: list[dict[str, str]]) -> None:
    """Write a list of the study with its columns; cells that a row lacks are empty."""
    columns = [*LISTS[name][:-1], *FURTHER.get(name, ()), LISTS[name][-1]]
    # A cell is one line: what a spreadsheet would run is only text here, but a line break would shift rows.
    plain = ({key: " ".join(str(value).split()) for key, value in row.items()} for row in rows)
    (root / f"data/{name}.csv").write_text(csv_text(columns, plain), encoding="utf-8")


def draft_actors(study: Study, corpus: dict[str, pl.DataFrame], proposition: str) -> list[Actor]:
    """Names of the articles and of the proposition as actors, spellings of one merged where that is plain.

    A surname goes to the one full name that ends with it, initials to the one name that they stand for, a
    demonym to its country. A name of one single use is left to `dateline actors`.
    """
    ledger = compile_ledger(study.lists, corpus["articles"])
    found = find_names(corpus["sentences"], empty("mentions"), ledger, study.lists)
    locale = Locale.parse(study.settings["language"])
    lands = {name for code, name in locale.territories.items() if len(code) == 2}
    short = {
        locale.territories[code[:2]]: alias
        for code, alias in locale.territories.items()
        if code[2:] == "-alt-short"
    }
    days = {
        name
        for context in (locale.days, locale.months)
        for names in context["format"].values()
        for name in names.values()
    }
    weekdays = {name.casefold() for names in locale.days["format"].values() for name in names.values()}
    stop = set(study.lists["stopwords"]["word"])
    offices = {
        word for office in study.lists["offices"]["office"] for word in office.casefold().split()
    } | _HONORIFICS
    asked = [run for run in _capitals(proposition) if run.casefold() not in stop]
    counts: Counter[str] = Counter(dict.fromkeys(asked, 0))
    for name, count in found.select("name", "mentions").iter_rows():
        bare = _without_office(name, offices | weekdays)  # "On Monday Maria Dahl"
        if bare and bare not in days and not _NO_NAME.search(bare) and bare.casefold() not in offices:
            counts[bare] += count
    whole = "\n".join(corpus["sentences"]["text"])
    for land, alias in short.items():  # "U.S." is no run of words, and so no name yet
        counts[land] += len(re.findall(rf"(?<!\w)(?:{alias}|{re.escape('.'.join(alias))}\.)(?!\w)", whole))
        if not counts[land]:
            del counts[land]
    owner, shared = _owners(counts, asked, lands)
    groups: dict[str, dict[str, str]] = {}
    for name, count in counts.items():
        if name in shared:
            continue  # two people of one surname: alone it names neither
        told = f"found {count} times; kind guessed" if count else "named in the proposition; kind guessed"
        main, why = owner.get(name, (name, told))
        groups.setdefault(main, {})[name] = why
    actors, taken = [], set()
    for main, aliases in groups.items():
        for alias in [alias for alias in aliases if plain_alias(alias) in taken]:
            del aliases[alias]
        if not aliases:
            continue
        total = sum(counts.get(alias, 0) for alias in aliases)
        aliases.setdefault(main, "the name itself")
        if main in short:
            aliases.setdefault(short[main], "the short name of the country")
            aliases.setdefault(".".join(short[main]) + ".", "the short name of the country")
        if total >= 2 or set(asked) & set(aliases):
            taken |= {plain_alias(alias) for alias in aliases}
            actors.append(Actor(slug(main), main, _kind(main, lands), aliases, total))
    ranked = sorted(
        actors, key=lambda actor: (not set(asked) & set(actor.aliases), -actor.mentions, actor.label)
    )
    unique: dict[str, Actor] = {}
    for actor in ranked:
        unique.setdefault(actor.actor, actor)
    return list(unique.values())[:ACTORS]


def _without_office(name: str, offices: set[str]) -> str:
    words = name.split()
    while len(words) > 1 and words[0].casefold().rstrip(".") in offices:
        words = words[1:]
    return " ".join(words)


def _owners(
    counts: Counter[str], asked: list[str], lands: set[str]
) -> tuple[dict[str, tuple[str, str]], set[str]]:
    """Short form -> the name that it belongs to, and why, where there is no second candidate; the surnames that several bear."""
    names, shared = list(counts), set()
    full, ordered = [name for name in names if " " in name], sorted(lands)
    found: dict[str, tuple[str, str]] = {}
    for name in names:
        if " " in name or name in lands:
            continue
        persons = [other for other in full if other.split()[-1] == name and _kind(other, lands) == "person"]
        persons = [other for other in persons if other in asked] or persons
        ranked = sorted(persons, key=lambda other: (-counts[other], other))
        if len(ranked) > 1 and counts[ranked[0]] >= LEADS * counts[ranked[1]]:
            persons = ranked[:1]
        spelled = [other for other in full if name.isupper() and len(name) > 1 and name == _initials(other)]
        land = next((land for land in ordered if _is_demonym(name, land)), None)
        if len(persons) == 1:
            found[name] = (persons[0], "the last word of the full name")
        elif len(spelled) == 1:
            found[name] = (spelled[0], "the initials of the name")
        elif land:
            found[name] = (land, "a demonym")
        elif len(persons) > 1 and name not in asked:
            shared.add(name)
    return found, shared


def _capitals(text: str) -> list[str]:
    """Runs of capitalised words, the first word of the text included."""
    return re.findall(
        r"[^\W\d_a-zß-öø-ÿ][\w’'.-]*(?:\s+(?:of\s+(?:the\s+)?)?[^\W\d_a-zß-öø-ÿ][\w’'.-]*)*", text.rstrip(".")
    )


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isupper())


def _is_demonym(name: str, land: str) -> bool:
    shared = next(
        (at for at, (a, b) in enumerate(zip(name, land, strict=False)) if a != b), min(len(name), len(land))
    )
    return (
        name != land
        and shared >= 4
        and len(land) - shared <= 2
        and len(name) - shared <= 4
        and bool(_DEMONYM.search(name))
    )


def _kind(name: str, lands: set[str]) -> str:
    if name in lands:
        return "state"
    if name.isupper() or " of " in name or _ORGANISATION.search(name):
        return "organisation"
    return "person" if 2 <= len(name.split()) <= 4 else "organisation"


def _named_in(proposition: str, actors: list[Actor]) -> list[str]:
    """The actors that the proposition names, in its order."""
    found = [
        (at.start(), actor.actor)
        for actor in actors
        for alias in actor.aliases
        if (at := re.search(rf"(?<!\w){re.escape(alias)}(?!\w)", proposition))
    ]
    return list(dict.fromkeys(actor for _, actor in sorted(found)))


def _facets(proposition: str, names: str, *, has_object: bool) -> list[dict[str, str]]:
    """Phrases that speak of the proposition: its own words, and of the shipped list what fits it."""
    known = {word.casefold() for word in re.findall(r"\w+", names)}
    known |= _LIGHT | set(_read_list(template(), "stopwords")["word"])
    words = [m[0] for m in WORD.finditer(proposition) if m[0].casefold() not in known]
    stems = {word.casefold(): _stem(word.casefold()) for word in words}
    joins = has_object and bool(_JOINING.search(proposition))
    shipped = _read_list(template(), "target")
    rows = []
    for row in shipped.iter_rows(named=True):
        general = row["strength"] in ("response", "other")
        taken = any(
            re.search(rf"(?<!\w){re.escape(stem)}", row["phrase"], re.IGNORECASE) for stem in stems.values()
        )
        if joins or (general and not taken and "{object}" not in row["phrase"]):
            rows.append({column: row[column] for column in LISTS["target"]})
    for word, stem in stems.items():
        strength = "with-object" if has_object else "alone"
        if joins and _JOINING.search(word):
            continue
        rows.append(
            {
                "facet": word,
                "phrase": f"{stem}*",
                "strength": strength,
                "note": f"{MARK} a word of the proposition",
            }
        )
    return rows


def _stem(word: str) -> str:
    """The part of a word that its forms share."""
    return re.sub(r"(?:ies|es|s|ed|ing|e|y)$", "", word) if len(word) > 5 else re.sub(r"s$", "", word)


def _ideas(study: Study, corpus: dict[str, pl.DataFrame], names: str) -> list[dict[str, str]]:
    """The most frequent terms that are no names and stand in several articles, each as an idea of one word."""
    tokens = tokens_of(corpus["sentences"], study.lists["stopwords"], study.lists["actors"], "en")
    known = {word.casefold() for word in re.findall(r"\w+", names)}
    words = tokens.filter("content").with_columns(pl.col("term").cast(pl.String))
    plain = words.filter(pl.col("term").str.len_chars() > 3)
    ranked = plain.group_by("term").agg(
        articles=pl.col("article_id").n_unique(),
        uses=pl.len(),
        forms=pl.col("surface").str.to_lowercase().unique().sort(),
    )
    kept = ranked.filter(~pl.col("term").is_in(known)).sort(
        "articles", "uses", "term", descending=[True, True, False]
    )
    rows, taken = [], set()
    for term, _, count, forms in kept.iter_rows():
        if len(taken) == IDEAS:
            break
        group = slug(term)
        if group in taken or not term.isalpha():
            continue
        taken.add(group)
        rows += [
            {
                "group": group,
                "label": term,
                "phrase": form,
                "note": f"{MARK} among the most frequent words, {count} uses",
            }
            for form in forms
        ]
    return rows


def _settings(
    title: str, proposition: str, subject: list[str], others: list[str], articles: pl.DataFrame
) -> str:
    lines = [
        "# What this study asks. Drafted by `dateline new`: read every line, then set reviewed to true.",
        "reviewed = false",
        f"title = {quoted(title)}",
        f"proposition = {quoted(proposition)}",
        'language = "en"',
        "",
        "# Whose membership, decision or act the proposition is about (actor ids).",
        f"subject = {json.dumps(subject)}",
        "",
        "# What it is about becoming part of, or doing (actor ids): their names stand for {object} in target.csv.",
        f"object = {json.dumps(others)}",
        "",
        '# A near-copy of an earlier article: "count" it, or count the text "once".',
        'copies = "count"',
    ]
    for scale, question, ends in (
        ("support", "Does the holder want it?", ("for it", "balanced", "against it")),
        (
            "feasibility",
            "Does the holder say it can happen?",
            ("it can happen", "it is open", "it will not happen"),
        ),
    ):
        plus, zero, minus = map(json.dumps, ends)
        lines += [
            "",
            f"[scales.{scale}]",
            f'question = "{question}"',
            f"plus = {plus}",
            f"zero = {zero}",
            f"minus = {minus}",
        ]
    lines += [
        "",
        "# Reporting periods; an article belongs to one when its whole interval of possible days lies inside.",
    ]
    for identifier, label, first, last in _periods(articles["published_from"].drop_nulls().to_list()):
        lines += [
            "[[periods]]",
            f'id = "{identifier}"',
            f'label = "{label}"',
            f"from = {first}",
            f"to = {last}",
            "",
        ]
    lines += [
        "# How much of an article the published site may show.",
        "[excerpts]", "words = 25", "share = 0.30", "", "[terms]", "min_count = 3", "",
    ]  # fmt: skip
    return "\n".join(lines)


def _periods(days: list[date]) -> list[tuple[str, str, date, date]]:
    """Years where the articles span several; else the earlier and the later half of them; one without a span."""
    if not days:
        return [("all", "all articles", date(1900, 1, 1), date(2100, 12, 31))]
    years = sorted({day.year for day in days})
    if 2 <= len(years) <= 8 and min(Counter(day.year for day in days).values()) >= 2:
        return [(str(year), str(year), date(year, 1, 1), date(year, 12, 31)) for year in years]
    ordered = sorted(days)
    middle = ordered[len(ordered) // 2]
    if ordered[0] == middle or len(ordered) < 4:
        return [("all", "all articles", ordered[0], ordered[-1])]
    before = date.fromordinal(middle.toordinal() - 1)
    return [
        ("earlier", "the earlier half", ordered[0], before),
        ("later", "the later half", middle, ordered[-1]),
    ]


def unreviewed(study: Study) -> dict[str, int]:
    """What no person has reviewed: list -> its lines whose note begins with `draft:`, and the settings."""
    found = {} if study.settings.get("reviewed", True) else {"study.toml": 1}
    for name, frame in study.lists.items():
        count = frame["note"].str.starts_with(MARK).sum() if "note" in frame.columns else 0
        if count:
            found[f"{name}.csv"] = int(count)
    return found
