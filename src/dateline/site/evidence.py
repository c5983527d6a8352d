"""The evidence pages: for every mark the things that it counts, each with its place and its words.

Beyond the caps of `excerpts` an entry keeps its place and the words that decided, and no more text, so
that the number on a mark always equals the number of its entries.
"""

import polars as pl

from dateline.figures.marks import Marks, article_labels, day_label, spread
from dateline.html import plain_title, quoted, safe
from dateline.site.excerpts import allot
from dateline.study.load import Study

FIGURES = {
    "scales": ("report/stance", "two scales"),
    "timeline": ("report/stance", "every position"),
    "rates": ("report/words", "words by period"),
    "ideas": ("report/words", "ideas by article"),
    "trend": ("report/words", "trend of an idea"),
    "pairs": ("report/actors", "pairs of actors"),
    "network": ("report/actors", "network"),
    "ties": ("report/actors", "ties by period"),
}
"""Where each figure stands, and what a link to it says. The calendar of articles counts every sentence and is left out."""

NONE = dict.fromkeys(FIGURES, "Nothing was found.") | {
    "rates": "No use was found: the interval has an upper bound only.",
    "ideas": "No use was found: the interval has an upper bound only.",
    "ties": "No sentence of this period names both.",
}
"""What the section of a mark says that counts nothing."""

MOST_ENTRIES = 500
"""Entries on one evidence page; of a mark that counts more than its share, evenly spread ones are shown."""

MOST_LISTED = 200
"""Articles in the list of articles, and places in one list of places."""

Tables = dict[str, pl.DataFrame]


class Pages:
    """Everything that an evidence page needs to know, gathered once."""

    def __init__(self, study: Study, tables: Tables, found: dict[str, Marks], *, full: bool = False) -> None:
        self.study, self.tables, self.full, self.found = study, tables, full, found
        self.rows = {row["sentence_id"]: row for row in tables["sentences"].iter_rows(named=True)}
        self.windows = (
            {sid: (row["start"], row["end"]) for sid, row in self.rows.items()}
            if full
            else allot(study, tables)
        )
        self.when = {
            row["article_id"]: row for row in article_labels(tables["articles"]).iter_rows(named=True)
        }
        self.labels = study.labels
        self.mentions = _by(tables["mentions"], "sentence_id")
        self.statements = _by(tables["statements"], "sentence_id")
        self.used = {row["occurrence_id"]: row for row in tables["occurrences"].iter_rows(named=True)}
        self.coded = {row["statement_id"]: row for row in tables["statements"].iter_rows(named=True)}
        self.charted = self._charted()

    def all(self) -> dict[str, str]:
        """Path below `report/` -> page: one an article, one a figure whose marks count many things."""
        pages = {f"articles/{article}.qmd": self.article(article) for article in self.study.articles}
        titles = {
            "rates": ("words", "The uses of each term"),
            "ideas": ("ideas", "The uses of each idea"),
            "pairs": ("actors", "The sentences that two actors share"),
            "ties": ("ties", "The sentences that two actors share, by period"),
            "scales": ("stance", "The statements behind each mean"),
        }
        for figure, (name, title) in titles.items():
            pages[f"evidence/{name}.qmd"] = self.marks(self.found.get(figure), title)
        return pages

    def _charted(self) -> dict[str, dict[str, set[str]]]:
        """Sentence -> figure -> the marks of it that count something in that sentence."""
        found: dict[str, dict[str, set[str]]] = {}
        for figure in FIGURES:
            made = self.found.get(figure)
            for row in made.evidence.iter_rows(named=True) if made else ():
                sentence = self._sentence_of(row["kind"], row["id"])["sentence_id"]
                found.setdefault(sentence, {}).setdefault(figure, set()).add(row["mark"])
        return found

    def place(self, row: dict) -> str:
        """Where a sentence stands, in words."""
        part = {"title": "Title", "standfirst": "Standfirst", "subhead": "Sub-head"}.get(row["part"])
        return part or f"Paragraph {row['paragraph']}, sentence {row['sentence']}"

    def excerpt(self, sentence: str, spans: list[tuple[int, int, str]], deciding: str = "") -> str:
        """A sentence as the site may show it: its excerpt with marks, or only the words that decided."""
        row = self.rows[sentence]
        window = self.shown(sentence)
        if window is None:
            return f'<p class="evi-words">{deciding}</p>' if deciding else ""
        text, (start, end) = self.study.texts[row["article_id"]], window
        out, at = [], start
        for first, last, kind in sorted(spans):
            if first < at or last > end:
                continue
            out += [safe(text[at:first]), f'<mark class="m-{kind}">{safe(text[first:last])}</mark>']
            at = last
        out.append(safe(text[at:end]))
        before = "… " if start > row["start"] else ""
        after = " …" if end < row["end"] else ""
        return f"<blockquote><p>{before}{''.join(out)}{after}</p></blockquote>"

    def article(self, article: str) -> str:
        """The evidence page of one article."""
        info = self.tables["articles"].filter(article_id=article).row(0, named=True)
        when = self.when[article]["when"]
        source = info["publisher"] or "publisher unknown"
        out = [
            front(
                plain_title(info["title"]),
                f"{source}, {when}",
                f"What was counted and coded in this article ({source}, {when}), sentence by sentence.",
                self.full,
            )
        ]
        out.append(self._about(info, when))
        out.append('\n## What was counted and coded {#evidence}\n\n```{=html}\n<ol class="evidence">\n')
        for row in sorted(
            (r for r in self.rows.values() if r["article_id"] == article), key=lambda r: r["start"]
        ):
            out.append(self._entry(row))
        out.append("</ol>\n```\n")
        out.append(self._removed(article))
        return "".join(out)

    def _about(self, info: dict, when: str) -> str:
        address = f'<a href="{safe(info["url"])}">{safe(info["url"])}</a>' if info["url"] else "not known"
        translated = {True: "yes", False: "no", None: "not known"}[info["translated"]]
        rows = [
            ("Published", f"{safe(when)} ({safe(info['published_basis'])})"),
            ("What the date rests on", safe(info["published_evidence"])),
            ("Publisher", safe(info["publisher"] or "not known")),
            ("Address", address),
            ("Translated", translated),
            ("Words that count", f"{info['words']:,}"),
            ("File", f"<code>{safe(info['file'])}</code>"),
            ("SHA-256", f"<code>{info['sha256']}</code>"),
        ]
        body = "".join(f'<tr><th scope="row">{name}</th><td>{value}</td></tr>\n' for name, value in rows)
        return f'\n```{{=html}}\n<div class="scroll" tabindex="0" role="region" aria-label="About this article"><table class="about"><tbody>\n{body}</tbody></table></div>\n```\n'

    def _entry(self, row: dict) -> str:
        sentence = row["sentence_id"]
        coded = sorted(self.statements.get(sentence, []), key=lambda s: (s["start"], s["statement_id"]))
        named = self.mentions.get(sentence, [])
        spans = _deciding_spans(self.study.texts[row["article_id"]], coded)
        # A deciding word may hold a name: the shorter mark would cut the longer one.
        spans += [
            (m["start"], m["end"], "name")
            for m in named
            if not any(a < m["end"] and m["start"] < b for a, b, _ in spans)
        ]
        out = [
            f'<li id="{sentence}" class="evi"><p class="evi-place">{self.place(row)}{", corrupt" if row["corrupt"] else ""}</p>\n'
        ]
        out.append(self.excerpt(sentence, spans))
        if named:
            actors = dict.fromkeys(
                f"{self.labels[m['actor']]}" + ("" if m["how"] == "name" else f" ({m['how']})") for m in named
            )
            out.append(f'<p class="evi-codes">Named: {safe(", ".join(actors))}</p>')
        out += [self._codes(statement) for statement in coded]
        if sentence in self.charted:
            links = (
                f'<a href="/{FIGURES[figure][0]}.qmd#fig-{figure}">{FIGURES[figure][1]}</a>'
                + (f" ({len(marks)} marks)" if len(marks) > 1 else "")
                for figure, marks in self.charted[sentence].items()
            )
            out.append(f'<p class="evi-codes">On the charts: {", ".join(links)}</p>')
        out.append("</li>\n")
        return "".join(out)

    def _codes(self, row: dict) -> str:
        who = (
            self.labels.get(row["holder"], row["holder"])
            if row["holder"]
            else f"“{row['holder_text']}”"
            if row["holder_text"]
            else "nobody that can be told"
        )
        return (
            f'<p class="evi-codes" id="{row["statement_id"]}"><strong>{safe(who)}</strong>, {row["voice"]}: '
            f"{safe(self.values_of(row))} <small>Found by {safe(row['rule'])}{': ' + safe(row['cue']) if row['cue'].strip(' :') else ''}.</small></p>\n"
        )

    def values_of(self, row: dict) -> str:
        """What a statement says on the scales, in words."""
        if not row["on_target"]:
            return "not on the proposition."
        scales = self.study.settings["scales"]
        ends = {1: "plus", 0: "zero", -1: "minus"}
        said = [
            f"{scale} {row[scale]:+d} ({scales[scale][ends[row[scale]]]})"
            if row[scale] is not None
            else f"{scale} not told"
            for scale in ("support", "feasibility")
        ]
        tail = ", tied to a condition" if row["conditional"] else ""
        return f"{', '.join(said)}{tail}. Decided by {row['because']}."

    def _removed(self, article: str) -> str:
        rows = self.tables["removed"].filter(article_id=article)
        counts = rows.group_by("reason", "rule").len().sort("reason", "rule")
        body = "".join(
            f'<tr><td>{safe(reason)}</td><td>{safe(rule)}</td><td class="num">{n}</td></tr>\n'
            for reason, rule, n in counts.iter_rows()
        )
        return (
            "\n## What was left out {#removed}\n\nLines that the page adds around the article, and lines that repeat earlier ones. None of them counts.\n\n"
            '```{=html}\n<div class="scroll" tabindex="0" role="region" aria-label="Lines left out"><table><thead><tr><th scope="col">Reason</th>'
            f'<th scope="col">Rule</th><th scope="col" class="num">Lines</th></tr></thead><tbody>\n{body}</tbody></table></div>\n```\n'
        )

    def marks(self, found: Marks | None, title: str) -> str:
        """The page behind a figure: one section a mark, one entry a thing that it counts."""
        large = found is not None and found.evidence.height > MOST_ENTRIES and not self.full
        out = [
            front(
                title,
                "",
                f"{title}: {'entries' if large else 'every entry'} behind every mark of the figure, with its place.",
                self.full,
                **{"hidden-from-search": "true"},  # the same sentences stand on the pages of their articles
            )
        ]
        if found is None or found.rows.is_empty():
            return "".join([*out, "\nNothing was counted.\n"])
        out.append(
            f"\n[Back to the figure](/{FIGURES[found.figure][0]}.qmd#fig-{found.figure})\n\n```{{=html}}\n"
        )
        entries = _by(found.evidence, "mark")
        each = max(5, MOST_ENTRIES // found.rows.height) if large else found.evidence.height
        for row in found.rows.iter_rows(named=True):
            items = sorted(entries.get(row["mark"], []), key=self._when)
            shown = spread(items, each)
            out.append(
                f'<section><h2 id="{safe(row["mark"])}">{safe(self._heading(found.figure, row))}</h2>\n'
            )
            body = "".join(self._item(item["kind"], item["id"], row) for item in shown)
            out.append(
                f'<ol class="evidence">\n{body}</ol>{left_out(shown, items, "evidence")}</section>\n'
                if body
                else f"<p>{NONE[found.figure]}</p></section>\n"
            )
        out.append("```\n")
        return "".join(out)

    def _heading(self, figure: str, row: dict) -> str:
        if figure == "ideas":
            return f"{row['label'].capitalize()}, {row['when']}: {row['count']:,}"
        if figure == "rates":
            return f"{row['term']}, {row['label']}: {row['count']:,}"
        if figure == "ties":
            return f"{row['label_a']} and {row['label_b']}, {row['label']}: {row['count']:,}"
        if figure == "pairs":
            return f"{row['label_a']} and {row['label_b']}: {row['count']:,}"
        return f"{row['scale'].capitalize()}, {row['when']}: {row['count']:,}"

    def order(self, sentence: str, start: int = 0) -> tuple:
        """Where a sentence comes in reading order, over all articles."""
        row = self.rows[sentence]
        return (self.when[row["article_id"]]["order"], row["start"], start)

    def link(self, row: dict, anchor: str) -> str:
        """A link to a place on an article's page, with the place in words."""
        where = f"{self.when[row['article_id']]['when']}, {self.place(row).lower()}"
        return f'<a href="/report/articles/{row["article_id"]}.qmd#{anchor}">{where}</a>'

    def shown(self, sentence: str) -> tuple[int, int] | None:
        """The span of a sentence that the site shows, or None."""
        row = self.rows[sentence]
        return (row["start"], row["end"]) if row["part"] == "title" else self.windows.get(sentence)

    def _sentence_of(self, kind: str, identifier: str) -> dict:
        sentence = {
            "sentence": lambda: identifier,
            "occurrence": lambda: self.used[identifier]["sentence_id"],
            "statement": lambda: self.coded[identifier]["sentence_id"],
        }[kind]()
        return self.rows[sentence]

    def _when(self, item: dict) -> tuple:
        row = self._sentence_of(item["kind"], item["id"])
        return (*self.order(row["sentence_id"]), item["id"])

    def _item(self, kind: str, identifier: str, mark: dict) -> str:
        row = self._sentence_of(kind, identifier)
        text = self.study.texts[row["article_id"]]
        anchor, spans, deciding = row["sentence_id"], [], ""
        if kind == "occurrence":
            use = self.used[identifier]
            spans = [(use["start"], use["end"], "because")]
            deciding = f'<mark class="m-because">{safe(use["surface"])}</mark>'
        elif kind == "statement":
            statement, anchor = self.coded[identifier], identifier
            spans = _deciding_spans(text, [statement])
            deciding = safe(statement["because"])
        else:
            wanted = {mark["actor_a"], mark["actor_b"]}
            named = [m for m in self.mentions[row["sentence_id"]] if m["actor"] in wanted]
            spans = [(m["start"], m["end"], "name") for m in named]
            deciding = ", ".join(f'<mark class="m-name">{safe(m["surface"])}</mark>' for m in named)
        return f'<li class="evi"><p class="evi-place">{self.link(row, anchor)}</p>{self.excerpt(row["sentence_id"], spans, deciding)}</li>\n'


def left_out(shown: list, every: list, table: str) -> str:
    """What is said under a list that does not show everything; nothing under one that does."""
    if len(shown) == len(every):
        return ""
    return (
        f"<p>{len(shown):,} of {len(every):,} are shown, evenly spread over the articles; "
        f'all of them are in the table <a href="/report/data.qmd"><code>{table}</code></a>.</p>'
    )


def front(title: str, subtitle: str, description: str, full: bool, **more: str) -> str:
    """The front matter of a generated page; `more` goes in as it is."""
    lines = ["---", f"title: {quoted(title)}"]
    if full:
        subtitle = f"Not for publication. {subtitle}".strip()
    if subtitle:
        lines.append(f"subtitle: {quoted(plain_title(subtitle))}")
    lines += [
        f"description: {quoted(plain_title(description))}",
        *(f"{key}: {value}" for key, value in more.items()),
    ]
    lines += ["---", ""]
    return "\n".join(lines)


def _by(frame: pl.DataFrame, column: str) -> dict[str, list[dict]]:
    grouped: dict[str, list[dict]] = {}
    for row in frame.iter_rows(named=True):
        grouped.setdefault(row[column], []).append(row)
    return grouped


def _deciding_spans(text: str, coded: list[dict]) -> list[tuple[int, int, str]]:
    """Where the words of `because` stand in the text."""
    found: list[tuple[int, int, str]] = []
    for row in coded:
        # The words of a scale first: a facet inside them would take their place.
        parts = (row["because"] or "").split("; ")
        for part in sorted(parts, key=lambda part: part.startswith("target: ")):
            words = part.partition(": ")[2].removeprefix("not: ").split(" × ")[-1].removesuffix(" … not")
            at = row["start"]
            for piece in words.split(" with ")[0].split(" … "):
                at = text.find(piece, at, row["end"]) if piece else -1
                if at < 0:
                    break
                if not any(a < at + len(piece) and at < b for a, b, _ in found):
                    found.append((at, at + len(piece), "because"))
                at += len(piece)
    return found


def list_articles(study: Study, tables: Tables) -> str:
    """The list of articles, one linked card each, oldest first."""
    order = {row["article_id"]: row for row in article_labels(tables["articles"]).iter_rows(named=True)}
    every = sorted(
        tables["articles"].iter_rows(named=True), key=lambda row: order[row["article_id"]]["order"]
    )
    shown = spread(every, MOST_LISTED)
    out = ['```{=html}\n<ul class="cards">\n']
    for row in shown:
        when = day_label(row["published_from"], row["published_to"])
        out.append(
            f'<li><a href="/report/articles/{row["article_id"]}.qmd"><strong>{safe(row["title"])}</strong> '
            f"<span>{safe(row['publisher'] or 'publisher unknown')}, {safe(when)} ({row['published_basis']}); {row['words']:,} words</span></a></li>\n"
        )
    return "".join([*out, "</ul>", left_out(shown, every, "articles"), "\n```\n"])
