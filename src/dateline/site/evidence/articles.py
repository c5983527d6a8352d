"""Make one page an article: its facts, what was counted and coded sentence by sentence, what was left out."""

from dateline.figures.labels import article_labels, day_label, spread
from dateline.html import plain_title
from dateline.site.evidence.material import MOST_LISTED, Material, Row, deciding_spans, excerpt, place_of
from dateline.site.templating import fill, front
from dateline.statements.positions import SCALES
from dateline.tables import Tables

ENDS = {1: "plus", 0: "zero", -1: "minus"}


def article_pages(material: Material, charts: dict[str, list[Row]]) -> dict[str, str]:
    """Return path below `report/` -> page; `charts` has the figures that count something in a sentence."""
    entries: dict[str, list[Row]] = {article: [] for article in material.study.articles}
    for row in sorted(material.sentences.values(), key=lambda row: (row["article_id"], row["start"])):
        entries[row["article_id"]].append(_entry(material, row, charts.get(row["sentence_id"], [])))
    return {f"articles/{name}.qmd": _page(material, name, each) for name, each in entries.items()}


def _page(material: Material, article: str, entries: list[Row]) -> str:
    info = material.articles[article]
    subtitle = f"{info['publisher'] or 'publisher unknown'}, {info['when']}"
    about = f"What was counted and coded in this article ({subtitle}), sentence by sentence."
    removed = material.tables["removed"].filter(article_id=article)
    counts = removed.group_by("reason", "rule").len().sort("reason", "rule")
    head = front(plain_title(info["title"]), subtitle, about, full=material.full)
    return head + fill("article.qmd", info=info, entries=entries, removed=counts.rows())


def _entry(material: Material, row: Row, charts: list[Row]) -> Row:
    """Return what the page of an article has of one sentence."""
    sentence = row["sentence_id"]
    named, coded = material.named.get(sentence, []), material.coded.get(sentence, [])
    spans = deciding_spans(material, coded)
    # A deciding word may hold a name: the shorter mark would cut the longer one.
    spans += [
        (m["start"], m["end"], "name") for m in named if not any(a < m["end"] and m["start"] < b for a, b, _ in spans)
    ]
    actors = [material.labels[m["actor"]] + ("" if m["how"] == "name" else f" ({m['how']})") for m in named]
    return {
        "id": sentence,
        "place": place_of(row) + (", corrupt" if row["corrupt"] else ""),
        "excerpt": excerpt(material, sentence, spans, []),
        "named": ", ".join(dict.fromkeys(actors)),
        "codes": [_code(material, statement) for statement in coded],
        "charts": charts,
    }


def _code(material: Material, statement: Row) -> Row:
    cue = statement["cue"] if statement["cue"].strip(" :") else ""
    return {
        "id": statement["statement_id"],
        "who": holder_of(material, statement),
        "voice": statement["voice"],
        "says": values_of(material, statement),
        "rule": statement["rule"] + (f": {cue}" if cue else ""),
    }


def holder_of(material: Material, statement: Row) -> str:
    """Return who makes a statement: a name, or the words of the text."""
    if statement["holder"]:
        return material.labels.get(statement["holder"], statement["holder"])
    return f"“{statement['holder_text']}”" if statement["holder_text"] else "nobody that can be told"


def values_of(material: Material, statement: Row) -> str:
    """Return what a statement says on the scales, in words."""
    if not statement["on_target"]:
        return "not on the proposition."
    said = []
    for scale in SCALES:
        value, ends = statement[scale], material.study.settings["scales"][scale]
        said.append(f"{scale} not told" if value is None else f"{scale} {value:+d} ({ends[ENDS[value]]})")
    tail = ", tied to a condition" if statement["conditional"] else ""
    return f"{', '.join(said)}{tail}. Decided by {statement['because'] or ''}."


def list_articles(tables: Tables) -> str:
    """Return the list of articles as a fragment: one linked card each, oldest first."""
    order = article_labels(tables["articles"]).select("article_id", "order")
    every = tables["articles"].join(order, on="article_id").sort("order").rows(named=True)
    cards = [
        {**row, "when": day_label(row["published_from"], row["published_to"])} for row in spread(every, MOST_LISTED)
    ]
    return fill("cards.qmd", cards=cards, of=len(every))
