"""Articles -> the draft of a study: every file that a build needs, every choice marked as nobody's yet.

What is guessed here (actors, kinds, facets, ideas, periods) is written into lists with a note that
begins with `draft:`. A person reads each line and puts a reason in its place; until then the site says
on every page what has not been reviewed.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

from dateline.actors.discovery import slug
from dateline.corpus.articles import build_corpus
from dateline.corpus.sentences import WORD
from dateline.errors import DatelineError
from dateline.html import quoted
from dateline.intake.formats import Article
from dateline.intake.names import _JOINING, _LIGHT, _named_in, draft_actors
from dateline.intake.template import _read_list, new_folder, template, write_list, write_template
from dateline.study.lists import LISTS
from dateline.study.load import MARK, Study, load_study
from dateline.terms.tokens import tokens_of

IDEAS = 8
"""Ideas drafted at most, the most frequent first."""


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
