"""Draft a study from articles: every file that a build needs, with every choice marked as a draft.

Guesses (actors, kinds, facets, ideas, periods) are written into lists with a note that begins with `draft:`. A person
reads each line and replaces the note by a reason; until then every page of the site says what nobody has reviewed.
"""

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from string import Template

import polars as pl

from dateline.corpus.articles import build_corpus
from dateline.corpus.sentences import WORD
from dateline.errors import DatelineError
from dateline.files import PACKAGE, sha256, write_text
from dateline.html import quoted
from dateline.intake.formats import Article
from dateline.intake.names import JOINING, LIGHT, draft_actors, named_in
from dateline.intake.template import new_folder, read_own, template, write_template
from dateline.study.lists import LISTS, slug, write_list
from dateline.study.load import MARK, Study, load_study
from dateline.terms.tokens import tokens_of

IDEAS = 8
"""Ideas drafted at most, the most frequent first."""


def draft_study(
    target: Path, articles: list[Article], *, proposition: str, title: str, say: Callable[[str], None] = print
) -> Study:
    """Write a complete study into a new folder, ready for `dateline build`.

    Args:
        target: A folder that does not exist or is empty; it appears only when it is complete.
        articles: The articles of `intake.read_folder`.
        proposition: One sentence, such as "Norland becomes a member of the League".
        title: Title of the study.
        say: Called with each step.

    Raises:
        DatelineError: The proposition is empty, there is no article, or the target is not empty.
    """
    if not proposition.strip():
        msg = "The proposition is empty. Give one sentence that people can be for or against; nothing was written."
        raise DatelineError(msg)
    if not articles:
        msg = "No article could be read, so no study was written. Mend the faults above, and run the command again."
        raise DatelineError(msg)
    with new_folder(target) as work:
        texts = _write_articles(work, articles)
        write_template(work, title, proposition)
        say(f"{len(texts)} articles written, looking for names")
        _write_lists(work, texts, proposition, title)
        study = load_study(work)
    return Study(root=target, settings=study.settings, lists=study.lists, texts=study.texts)


def _write_articles(root: Path, articles: list[Article]) -> dict[str, str]:
    """Write the texts and `sources.csv`, oldest first; return article id -> text."""
    folder = root / "data/articles"
    folder.mkdir(parents=True)
    ordered = sorted(articles, key=lambda article: (article.published or date.max, article.place))
    width, texts, rows = max(3, len(str(len(ordered)))), {}, []
    for number, article in enumerate(ordered):
        title = slug(article.title or Path(article.place.partition(",")[0]).stem)[:40].strip("-")
        name = f"{number:0{width}d}_{title}".rstrip("_")
        texts[name] = article.text.rstrip() + "\n"
        (folder / f"{name}.txt").write_bytes(texts[name].encode())
        rows.append({
            "file": f"{name}.txt", "publisher": article.publisher, "url": article.url,
            "published": article.published.isoformat() if article.published else "",
            "date_why": "as its page or table states it" if article.published else "",
            "sha256": sha256(texts[name]), "note": f"{MARK} from {article.place}",
        })  # fmt: skip
    write_list(root, "sources", rows)
    return texts


def _write_lists(root: Path, texts: dict[str, str], proposition: str, title: str) -> None:
    lists = {name: read_own(root, name) for name in LISTS}
    study = Study(root=root, settings={"periods": [], "language": "en"}, lists=lists, texts=texts)
    corpus = build_corpus(study)
    actors = draft_actors(study, corpus, proposition)
    named = named_in(proposition, actors)
    subject, others = named[:1], named[1:]
    write_list(root, "actors", [
        {"actor": actor.actor, "label": actor.label, "kind": actor.kind, "alias": alias, "how": "name", "note": f"{MARK} {why}"}
        for actor in actors for alias, why in actor.aliases.items()
    ])  # fmt: skip
    for name in ("groups", "events", "corrections"):
        write_list(root, name, [])
    names = " ".join(alias for actor in actors for alias in actor.aliases)
    write_list(root, "target", _facets(proposition, names, has_object=bool(others)))
    write_list(root, "terms", _ideas(study, corpus, names))
    write_text(root / "data/study.toml", _settings(title, proposition, subject, others, corpus["articles"]))


def _facets(proposition: str, names: str, *, has_object: bool) -> list[dict[str, str]]:
    """Draft phrases about the proposition: its own words, and the lines of the shipped list that fit it."""
    known = {word.casefold() for word in re.findall(r"\w+", names)}
    known |= LIGHT | set(read_own(template(), "stopwords")["word"])
    words = [m[0] for m in WORD.finditer(proposition) if m[0].casefold() not in known]
    stems = {word.casefold(): _stem(word.casefold()) for word in words}
    joins = has_object and bool(JOINING.search(proposition))
    rows = []
    for row in read_own(template(), "target").drop("line").iter_rows(named=True):
        general = row["strength"] in ("response", "other")
        taken = any(re.search(rf"(?<!\w){re.escape(stem)}", row["phrase"], re.IGNORECASE) for stem in stems.values())
        if joins or (general and not taken and "{object}" not in row["phrase"]):
            rows.append(row)
    strength, note = "with-object" if has_object else "alone", f"{MARK} a word of the proposition"
    for word, stem in stems.items():
        if not (joins and JOINING.search(word)):
            rows.append({"facet": word, "phrase": f"{stem}*", "strength": strength, "note": note})
    return rows


def _stem(word: str) -> str:
    """Return the part of a word that its forms share."""
    return re.sub(r"(?:ies|es|s|ed|ing|e|y)$", "", word) if len(word) > 5 else re.sub(r"s$", "", word)


def _ideas(study: Study, corpus: dict[str, pl.DataFrame], names: str) -> list[dict[str, str]]:
    """Draft ideas of one word each: the words in most articles, without names and short words."""
    tokens = tokens_of(corpus["sentences"], study.lists["stopwords"], study.lists["actors"], "en")
    known = {word.casefold() for word in re.findall(r"\w+", names)}
    term = pl.col("term").cast(pl.String)
    words = tokens.filter("content").with_columns(term)
    words = words.filter(term.str.len_chars() > 3, ~term.is_in(known), ~term.str.contains(r"[^\p{L}]"))
    forms = pl.col("surface").str.to_lowercase().unique().sort()
    ranked = words.group_by("term").agg(articles=pl.col("article_id").n_unique(), uses=pl.len(), forms=forms)
    ranked = ranked.sort("articles", "uses", "term", descending=[True, True, False])
    ideas = ranked.with_columns(group=term.map_elements(slug, return_dtype=pl.String)).unique(
        "group", keep="first", maintain_order=True
    )
    return [
        {"group": group, "label": word, "phrase": form, "note": f"{MARK} among the most frequent words, {uses} uses"}
        for group, word, uses, forms in ideas.select("group", "term", "uses", "forms").head(IDEAS).iter_rows()
        for form in forms
    ]


def _settings(title: str, proposition: str, subject: list[str], others: list[str], articles: pl.DataFrame) -> str:
    periods = [
        f'[[periods]]\nid = "{identifier}"\nlabel = "{label}"\nfrom = {first}\nto = {last}\n'
        for identifier, label, first, last in _periods(articles["published_from"].drop_nulls().to_list())
    ]
    text = Template((PACKAGE / "starter/study.toml").read_text(encoding="utf-8"))
    ids = {"subject": json.dumps(subject), "others": json.dumps(others)}
    return text.substitute(ids, title=quoted(title), proposition=quoted(proposition), periods="\n".join(periods))


def _periods(days: list[date]) -> list[tuple[str, str, date, date]]:
    """Draft periods: years if the articles span several, else the earlier and the later half, or only one period."""
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
    return [("earlier", "the earlier half", ordered[0], before), ("later", "the later half", middle, ordered[-1])]
