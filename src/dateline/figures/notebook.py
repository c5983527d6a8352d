"""What a notebook needs: the study, its tables, and the five figures, each drawn by one call.

A notebook asks and reads; every number it shows comes from a table of the last build, and every
figure is published from here, so that notebook and page show the same drawing.
"""

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import polars as pl

from dateline.figures import charts, marks, readings, svg, theme
from dateline.html import prose
from dateline.statements.positions import counted
from dateline.study.load import Study, find_root, load_study
from dateline.tables import load_tables

SHAPES = "Circle: the holder's words; square: paraphrase; triangle: told by the reporter. Hollow: tied to a condition, or in a corrupt sentence."

NO_POSITION = "No statement takes a position that the program can read"

RATE = {
    "In 1,000 words": pl.col("per_1000").round(1),
    "From": pl.col("low").round(1),
    "To": pl.col("high").round(1),
}
"""The columns of a rate with its interval, in the table under a figure."""


@dataclass
class Desk:
    """One open study; `out` is where figures are published."""

    study: Study
    tables: dict[str, pl.DataFrame]
    out: Path
    tokens: dict[str, str] = field(default_factory=dict)

    @cached_property
    def values(self) -> pl.DataFrame:
        """The statements that the means count."""
        return counted(self.tables["statements"], self.tables["sentences"], self.study.lists["groups"])

    @cached_property
    def marks(self) -> dict[str, marks.Marks]:
        """The rows and the evidence of every figure."""
        return marks.all_marks(self.study, self.tables, self.values)

    @property
    def labels(self) -> dict[str, str]:
        """Names of the scales and of their ends."""
        named = {"support": "Support", "feasibility": "Feasibility"}
        for scale, ends in self.study.settings["scales"].items():
            named |= {f"{scale}.{end}": ends[end] for end in ("plus", "zero", "minus")}
        return named

    def table(self, name: str) -> pl.DataFrame:
        """A table of the last build."""
        return self.tables[name]

    def _publish(self, name: str, notebook: str, **parts: object) -> svg.Shown:
        figure = svg.Figure(
            name=name,
            notebook=f"/notebooks/{notebook}.ipynb#fig-{name}",
            credit=readings.credit(self.study.settings["title"], self.tables),
            **parts,
        )
        return svg.publish(figure, self.out, self.tokens)

    def _nothing(self, name: str, notebook: str, title: str) -> svg.Shown:
        """A figure of a study that has nothing to show in it yet, so that its pages still stand."""
        note = readings.sample_note(self.tables)
        return self._publish(
            name,
            notebook,
            title=title,
            alt=[title, note],
            subtitle=f"On “{self.study.settings['proposition']}”.",
            wide=charts.nothing(title, self.tokens),
            narrow=charts.nothing(title.replace(" that ", "\nthat "), self.tokens, wide=False),
            table=pl.DataFrame({"Found": [0]}),
            note=note,
        )

    def dates(self) -> svg.Shown:
        """Figure: the articles on the calendar."""
        rows = self.marks["dates"].rows
        if rows["first"].null_count() == rows.height:
            return self._nothing("dates", "10-corpus", "No article has a date, and none could be inferred")
        return self._publish(
            "dates",
            "10-corpus",
            title=readings.dates_title(marks.dates(self.study, self.tables, self.tables["articles"]).rows),
            alt=readings.dates_alt(rows),
            subtitle="Days on which each article may have appeared, and the basis of the date."
            + readings.drawn_note(self.tables),
            wide=charts.dates(rows, self.tokens),
            narrow=charts.dates(rows, self.tokens, wide=False),
            table=rows.select(
                Article="title",
                Published="when",
                Basis="basis",
                Words="words",
                Sentences="count",
                **{"Lines left out": "removed"},
            ),
            note=readings.sample_note(self.tables),
        )

    def rates(self) -> svg.Shown:
        """Figure: how often the leading terms are used in each period."""
        rows = self.marks["rates"].rows
        sizes = rows.select("label", "words").unique(maintain_order=True)
        words = readings.joined(f"{label}: {n:,}" for label, n in sizes.iter_rows())
        return self._publish(
            "rates",
            "20-terms",
            title=readings.rates_title(self.tables, rows),
            alt=readings.rates_alt(rows),
            subtitle=f"Uses in 1,000 words, with exact 95% intervals. Words in the period: {words}.",
            wide=charts.rates(rows, self.tokens),
            narrow=charts.rates(rows, self.tokens, wide=False),
            table=rows.select(
                Term="term",
                Period="label",
                Uses="count",
                Words="words",
                **RATE,
            ),
            note=f"{readings.sample_note(self.tables)} The unit is the article; a term is a lemma, names of actors left out. "
            + readings.accuracy_note(self.tables, self.study.gold, "lines left out", "sentences"),
            links={"The uses": "/report/evidence/words.qmd"},
        )

    def ideas(self) -> svg.Shown:
        """Figure: how often each term group is used in each article."""
        rows = self.marks["ideas"].rows
        return self._publish(
            "ideas",
            "20-terms",
            title=readings.ideas_title(self.tables, rows),
            alt=readings.ideas_alt(rows),
            subtitle="Uses in 1,000 words of each article, oldest first, with exact 95% intervals. Each panel follows an idea across its words."
            + readings.drawn_note(self.tables),
            wide=charts.ideas(rows, self.tokens),
            narrow=charts.ideas(rows, self.tokens, wide=False),
            table=rows.select(
                Idea="label",
                Article="when",
                Uses="count",
                Words="words",
                **RATE,
            ),
            note=f"{readings.sample_note(self.tables)} Which words stand for an idea is a list, data/terms.csv.",
            links={"The uses": "/report/evidence/ideas.qmd"},
        )

    def pairs(self) -> svg.Shown:
        """Figure: in how many sentences the most named actors stand together."""
        rows = self.marks["pairs"].rows
        sentences = self.tables["sentences"].height
        return self._publish(
            "pairs",
            "30-actors",
            title=readings.pairs_title(rows),
            alt=readings.pairs_alt(rows),
            subtitle=f"Sentences that name both, of {sentences:,}. Filled: more than chance gives (p at most 0.05) when the sentences of each article are filled anew with as many names.",
            wide=charts.pairs(rows, self.tokens),
            narrow=charts.pairs(rows, self.tokens, wide=False),
            table=rows.sort("count", "actor_a", descending=[True, False]).select(
                One="label_a",
                Other="label_b",
                Sentences="count",
                **{
                    "Expected": pl.col("expected").round(1),
                    "p": pl.col("p").round(3),
                    "q": pl.col("q").round(3),
                    "Stability": pl.col("stability").round(2),
                    "Verdict": "verdict",
                },
            ),
            note=f"{readings.sample_note(self.tables)} "
            + readings.accuracy_note(self.tables, self.study.gold, "actors named in a sentence"),
            links={"Every sentence": "/report/evidence/actors.qmd"},
        )

    def network(self) -> svg.Shown:
        """Figure: the same pairs as a network."""
        rows = self.marks["network"].rows
        sides = sorted({*rows["side_a"], *rows["side_b"]})
        words = {
            "circle": "circle",
            "square": "square",
            "diamond": "diamond",
            "triangle-up": "triangle",
            "cross": "cross",
            "triangle-down": "hanging triangle",
        }
        key = readings.joined(
            f"{words[shape]}: {side}" for side, shape in zip(sides, charts.SHAPES, strict=False)
        )
        return self._publish(
            "network",
            "30-actors",
            title=readings.network_title(rows),
            alt=readings.network_alt(rows),
            subtitle=f"A line is as thick as the sentences that two actors share; whole where that is more than chance gives, broken where not. {key[:1].upper()}{key[1:]}.",
            wide=charts.network(rows, self.tokens),
            narrow=charts.network(rows, self.tokens, wide=False),
            table=rows.sort("count", "label_a", descending=[True, False]).select(
                One="label_a",
                Side="side_a",
                Other="label_b",
                **{"Its side": "side_b", "Sentences": "count", "Verdict": "verdict"},
            ),
            note=f"{readings.sample_note(self.tables)} Pairs that share one sentence are left out. "
            + readings.accuracy_note(self.tables, self.study.gold, "actors named in a sentence"),
            links={"Every sentence": "/report/evidence/actors.qmd"},
        )

    def ties(self) -> svg.Shown:
        """Figure: the network of each period."""
        rows = self.marks["ties"].rows
        sizes = rows.select("label", "sentences").unique(maintain_order=True)
        words = readings.joined(f"{label}: {n:,}" for label, n in sizes.iter_rows())
        return self._publish(
            "ties",
            "30-actors",
            title=readings.ties_title(rows),
            alt=readings.ties_alt(rows),
            subtitle="A line is as thick as the share of the period's sentences that name both; whole where that is more than chance gives, "
            f"broken where not. Sentences in the period: {words}.",
            wide=charts.ties(rows, self.tokens),
            narrow=charts.ties(rows, self.tokens, wide=False),
            table=rows.select(
                Period="label",
                One="label_a",
                Other="label_b",
                Sentences="count",
                **{
                    "In a hundred": pl.col("per_100").round(1),
                    "Expected": pl.col("expected").round(1),
                    "Verdict": "verdict",
                },
            ),
            note=f"{readings.sample_note(self.tables)} The same pairs in every period. A change of a line between periods is description: what varies is the article, and there are few. "
            + readings.accuracy_note(self.tables, self.study.gold, "actors named in a sentence"),
            links={"Every sentence": "/report/evidence/ties.qmd"},
        )

    def trend(self) -> svg.Shown:
        """Figure: the idea that moves most, on the calendar."""
        rows = self.marks["trend"].rows
        line = readings.trend_line(self.tables, rows)
        return self._publish(
            "trend",
            "20-terms",
            title=readings.trend_title(self.tables, rows),
            alt=readings.trend_alt(rows),
            subtitle="Uses in 1,000 words of each article, with exact 95% intervals; across, the days on which it may have appeared. Broken line: the median slope."
            + readings.drawn_note(self.tables),
            wide=charts.trend(rows, line, self.tokens),
            narrow=charts.trend(rows, line, self.tokens, wide=False),
            table=rows.select(
                Article="when",
                Uses="count",
                Words="words",
                **RATE,
            ),
            note=f"{readings.sample_note(self.tables)} The idea is the one whose trend is least likely by chance, which is why it is shown; q allows for having looked at all.",
            links={"The uses": "/report/evidence/ideas.qmd"},
        )

    def timeline(self) -> svg.Shown:
        """Figure: every statement that takes a position."""
        rows = self.marks["timeline"].rows
        if rows.is_empty():
            return self._nothing("timeline", "40-stance", NO_POSITION)
        return self._publish(
            "timeline",
            "40-stance",
            title=readings.timeline_title(
                marks.timeline(self.study, self.tables, self.tables["articles"]).rows
            ),
            alt=readings.timeline_alt(rows),
            subtitle=f"One mark a statement on “{self.study.settings['proposition']}”. {SHAPES}"
            + readings.drawn_note(self.tables),
            wide=charts.timeline(rows, self.tokens, self.labels),
            narrow=charts.timeline(rows, self.tokens, self.labels, wide=False),
            table=rows.sort("order", "start", "scale").select(
                Holder="label",
                Side="side",
                Published="when",
                Scale="scale",
                Value="value",
                Voice="voice",
                Conditional=pl.when("conditional").then(pl.lit("yes")).otherwise(pl.lit("no")),
            ),
            note=f"{readings.sample_note(self.tables)} "
            + readings.accuracy_note(
                self.tables,
                self.study.gold,
                "statements with the right holder",
                "statements on target",
                "support",
                "feasibility",
            ),
        )

    def scales(self) -> svg.Shown:
        """Figure: the mean position of the leading holder on both scales."""
        holder = marks.leading_holder(self.study, self.values)
        if holder is None:
            return self._nothing("scales", "40-stance", NO_POSITION)
        label, rows = self.study.labels[holder], self.marks["scales"].rows
        title = readings.scales_title(label, marks.told(self.study, self.tables, self.values, holder))
        note = readings.turning_words(self.tables, rows)
        events = marks.events_between(marks.drawn(self.tables["articles"]), self.study.lists["events"])
        return self._publish(
            "scales",
            "40-stance",
            title=title,
            alt=readings.scales_alt(label, rows, events, title),
            subtitle=f"Mean position of {label} on “{self.study.settings['proposition']}”, from −1 to +1, an article at a time; "
            "the number in a mark is its statements." + readings.drawn_note(self.tables),
            wide=charts.scales(rows, self.tokens, self.labels, note, events),
            narrow=charts.scales(rows, self.tokens, self.labels, note, events, wide=False),
            table=rows.sort("order", "scale").select(
                Scale="scale",
                Published="when",
                Statements="count",
                **{
                    "Mean": pl.col("mean").round(2),
                    "From": pl.col("low").round(2),
                    "To": pl.col("high").round(2),
                },
            ),
            note="The holder's words and paraphrase; what the reporter tells and corrupt sentences do not count. Intervals stand in the table, from three "
            f"statements on. {readings.sample_note(self.tables)} "
            + readings.accuracy_note(
                self.tables, self.study.gold, "statements with the right holder", "support", "feasibility"
            ),
            links={"Every statement": "/report/evidence/stance.qmd"},
        )


def open_desk(root: Path | None = None) -> Desk:
    """Open the study around the notebook, and show frames as Markdown tables.

    A frame's HTML would make Quarto load scripts from another host; Markdown needs none.

    Raises:
        StudyError: `data/` is not valid.
        TableError: The tables are missing; run `dateline build`.
    """
    home = find_root(root)
    _markdown_frames()
    return Desk(
        study=load_study(home),
        tables=load_tables(home),
        out=Path(os.environ.get("DATELINE_OUT") or home),
        tokens=theme.read_tokens(home),
    )


def to_markdown(frame: pl.DataFrame) -> str:
    """A frame as a Markdown table, numbers to the right and at three decimals."""

    def text(value: object) -> str:
        shown = (
            ""
            if value is None
            else f"{value:.3f}".rstrip("0").rstrip(".")
            if isinstance(value, float)
            else str(value)
        )
        return prose(shown)

    ruled = ["---:" if kind.is_numeric() else ":---" for kind in frame.dtypes]
    lines = [frame.columns, ruled, *([text(value) for value in row] for row in frame.iter_rows())]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _markdown_frames() -> None:
    try:
        from IPython import get_ipython
    except ImportError:
        return
    shell = get_ipython()
    if shell is None:
        return
    formatters = shell.display_formatter.formatters
    formatters["text/html"].enabled = False
    formatters["text/markdown"].for_type(pl.DataFrame, to_markdown)
    formatters["text/plain"].for_type(
        pl.DataFrame,
        lambda frame, printer, cycle: printer.text(f"{frame.height} rows, {frame.width} columns"),
    )
