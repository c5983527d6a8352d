"""Show a figure in a notebook and publish it: its rows, its drawing, its words, its evidence."""

import hashlib
import json
import os
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from dateline.errors import DatelineError, TableError, require_columns
from dateline.figures.drawing import svg
from dateline.figures.drawing.theme import Look, read_tokens
from dateline.figures.labels import sample_note
from dateline.files import note, write_text
from dateline.html import cell_texts, for_spreadsheet, numeric_columns
from dateline.study.load import Study
from dateline.tables import conform, empty, from_rows

if TYPE_CHECKING:
    import altair as alt

MADE = Path("report/made/figures")
"""Where the drawings and the data of the published figures go, below the root of a study."""

STATE = Path(".dateline/figures")
"""Where what the pages need of each figure goes: its words, its two drawings, its marks with their evidence."""

KINDS = {f"{kind}_id": kind for kind in ("occurrence", "sentence", "statement", "mention", "article")}
"""Column of ids -> the kind of thing that it names in the table `evidence`."""

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_NO_ID = r"[^\w.~-]+"


@dataclass
class Figure:
    """Describe one figure; a notebook shows it, `publish` puts it on the page.

    Args:
        study: The study that it belongs to.
        name: Lower-case letters, digits and hyphens; pages include `/report/made/figures/NAME.md`.
        title: One sentence: a finding, or what is shown.
        rows: One row a mark: `mark` (id, made by `mark_rows`), `count` (the number on the mark: as many
            things as `evidence` has for it), and whatever the chart draws.
        draw: An Altair chart, or a function from a `Look` (colours, width, desk or phone) to one; marks
            that have `href` in the chart's `href` channel become links.
        evidence: `mark` and one column of ids: `occurrence_id`, `sentence_id`, `statement_id`,
            `mention_id` or `article_id`; empty if marks need none.
        subtitle: Unit and denominator.
        alt: The description, in levels: what it is, its numbers, what they show.
        table: What the reader sees as a table; the rows without technical columns if not given.
        note: Sample and caveats, in a sentence or two.
        measures: Measures of the table `accuracy` that say how good this figure's data is.
        links: Text -> address of further pages.
        nothing: What is drawn instead where there is no row; the title if not given.

    Raises:
        DatelineError: The name is not one that an address can have, or a mark has a number that is not that of
            its evidence.
        TableError: `rows` or `evidence` lacks a column.

    Examples:
        Whom do the articles call by a role ("the president"), and how often?

        >>> import altair as alt
        >>> named = mentions.filter(how="role")
        >>> rows = named.group_by("actor").len("count").sort("count", "actor", descending=[True, False])
        >>> rows = dl.mark_rows(rows, "roles", "actor")
        >>> bars = alt.Chart(rows).mark_bar().encode(x="count:Q", y=alt.Y("actor:N", sort=None), href="href:N")
        >>> figure = dl.Figure(
        ...     study,
        ...     "roles",
        ...     title="Six of eight roles are those of Volodymyr Zelenskyy",
        ...     rows=rows,
        ...     draw=bars,
        ...     evidence=named.join(rows, on="actor").select("mark", "mention_id"),
        ... )
        >>> figure.rows.select("mark", "count").row(0)
        ('roles--volodymyr-zelenskyy', 6)

        In a notebook, `figure.publish()` shows it; a page shows it, each bar a link to the mentions that it counts,
        with the line `{{< include /report/made/figures/roles.md >}}`.
    """

    study: Study
    name: str
    title: str
    rows: pl.DataFrame
    draw: "alt.TopLevelMixin | Callable[[Look], alt.TopLevelMixin]"
    evidence: pl.DataFrame | None = None
    subtitle: str = ""
    alt: list[str] = field(default_factory=list)
    table: pl.DataFrame | None = None
    note: str = ""
    measures: tuple[str, ...] = ()
    links: dict[str, str] = field(default_factory=dict)
    nothing: str = ""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            msg = (
                f"a figure cannot be called {self.name!r}: use lower-case letters, digits and hyphens, a letter first."
            )
            raise DatelineError(msg)
        require_columns(self.rows.columns, ["mark", "count"], table=f"rows of the figure {self.name}")
        self.evidence = _as_evidence(self.evidence, self.name)
        self._check_counts()
        if self.rows.is_empty() or not self.alt:
            self.alt = [self.title]
        if self.table is None:
            self.table = self.rows.drop("mark", "href", "heading", *KINDS, strict=False)
        self._drawn: dict[bool, ET.Element] = {}

    def _check_counts(self) -> None:
        """Refuse evidence that is not what the marks count, such as that of a wrong join."""
        found = self.evidence.group_by("mark").agg(n=pl.len().cast(pl.Int64))
        wrong = self.rows.join(found, on="mark", how="left").filter(pl.col("n").fill_null(0) != pl.col("count"))
        if self.evidence.height and wrong.height:
            mark, count, n = wrong.select("mark", "count", pl.col("n").fill_null(0)).row(0)
            msg = (
                f"the figure {self.name} has {count} on the mark {mark} and evidence for {n}. Give one row of evidence "
                "for each thing that the mark counts: the rows of the table that was counted, joined with the marks."
            )
            raise DatelineError(msg)

    @property
    def chart(self) -> "alt.TopLevelMixin":
        """Return the Altair chart as a desk shows it; set it to draw another."""
        return self.chart_for(self._look)

    @chart.setter
    def chart(self, chart: "alt.TopLevelMixin") -> None:
        self.draw = chart
        self._drawn.clear()

    def chart_for(self, look: Look) -> "alt.TopLevelMixin":
        """Return the Altair chart for a desk or a phone; without rows it shows words."""
        if not callable(self.draw):
            return self.draw
        return look.nothing(self.nothing or self.title) if self.rows.is_empty() else self.draw(look)

    @cached_property
    def _look(self) -> Look:
        return Look(read_tokens(self.study.root))

    def _drawing(self, *, wide: bool) -> ET.Element:
        """Return the figure drawn for a desk or a phone; it is drawn once."""
        if wide not in self._drawn:
            self._drawn[wide] = svg.draw(self.chart_for(replace(self._look, wide=wide)))
        return self._drawn[wide]

    def _framed(self) -> str:
        """Return the drawing with its words around it, as it leaves its page."""
        credit = f"{self.study.settings['title']}. {sample_note(self.study)} Made with Dateline, CC BY 4.0."
        words = {"title": self.title, "subtitle": self.subtitle, "credit": credit}
        return svg.framed(self._drawing(wide=True), self._look.tokens, **words)

    def publish(self) -> "Figure":
        """Write the drawing and its data to `report/made/figures` and return the figure, so that it shows.

        The page has it after the next `dateline build`. A build that makes tables only draws nothing.
        """
        out, page = self.study.out, self._page()
        if not _tables_only():
            picture, path = self._framed(), out / MADE / f"{self.name}.svg"
            write_text(path, picture + "\n")
            write_text(path.with_suffix(".csv"), self._data())
            path.with_suffix(".png").write_bytes(svg.to_png(picture, scale=2))
            label = {"aria-label": self.title, "aria-describedby": f"fig-{self.name}-alt"}
            for kind in ("wide", "narrow"):
                drawing = self._drawing(wide=kind == "wide")
                page[kind] = svg.inline(drawing, self._look.tokens, ids=f"{self.name}-{kind[0]}", label=label)
        note("draw", self.name)
        write_text(out / STATE / f"{self.name}.json", json.dumps(page, ensure_ascii=False, indent=1) + "\n")
        return self

    def _data(self) -> str:
        return for_spreadsheet(self.table).write_csv()

    def _page(self) -> dict[str, Any]:
        """Return what the pages need of the figure, drawings aside."""
        words = ("name", "title", "subtitle", "alt", "note", "measures", "links")
        hrefs = self.rows["href"] if "href" in self.rows.columns else ()
        return {
            **{word: getattr(self, word) for word in words},
            "notebook": os.environ.get("DATELINE_NOTEBOOK", ""),
            "columns": numeric_columns(self.table),
            "table": cell_texts(self.table),
            "data": hashlib.sha256(self._data().encode()).hexdigest()[:8],
            "evidence_page": not self.evidence.is_empty()
            and all(each.partition("#")[0] == evidence_page(self.name) for each in hrefs),
            "marks": self._marks(),
        }

    def _marks(self) -> list[dict[str, Any]]:
        """Return each mark with its heading, its number and the ids of what it counts, in the order of the rows."""
        found = self.evidence.group_by("mark").agg("kind", "id")
        ids = {mark: {"kind": kind[0], "ids": each} for mark, kind, each in found.iter_rows()}
        columns = self.rows.columns
        own = [name for name in ("actor", "actor_a", "actor_b") if name in columns]
        actors = pl.concat_list(own).list.drop_nulls() if own else pl.lit([], dtype=pl.List(pl.String))
        heading = "heading" if "heading" in columns else "mark"
        rows = self.rows.select("mark", "count", heading=heading, actors=actors).unique("mark", maintain_order=True)
        return [row | ids.get(row["mark"], {"kind": "", "ids": []}) for row in rows.iter_rows(named=True)]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        words = {"text/plain": " ".join([self.title, *self.alt])}
        return words if _tables_only() else {"image/svg+xml": self._framed(), **words}


def read_figures(root: Path) -> dict[str, dict[str, Any]]:
    """Return what the pages need of each published figure, by its name: what `Figure.publish` wrote."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((root / STATE).glob("*.json"))}


def evidence_of(pages: dict[str, dict[str, Any]]) -> pl.DataFrame:
    """Return the table `evidence` of figures that were published: what `read_figures` returns."""
    rows = [
        {"figure": name, "mark": mark["mark"], "kind": mark["kind"], "id": each}
        for name, page in pages.items()
        for mark in page["marks"]
        for each in mark["ids"]
    ]
    return from_rows(rows, "evidence")


def mark_rows(rows: pl.DataFrame, figure: str, *keys: str) -> pl.DataFrame:
    """Give each row the id of its mark and the address of its evidence.

    Args:
        rows: One row a mark.
        figure: The name of the figure.
        keys: The columns that distinguish its marks.

    Returns:
        The rows with `mark` and `href`.

    Examples:
        >>> rows = pl.DataFrame({"actor": ["nato", "ukraine"], "count": [1, 2]})
        >>> dl.mark_rows(rows, "names", "actor").select("mark", "href").row(0)
        ('names--nato', '/report/evidence/names.qmd#names--nato')
    """
    parts = [pl.col(key).cast(pl.String).str.replace_all(_NO_ID, "-").str.strip_chars("-") for key in keys]
    mark = pl.concat_str([pl.lit(figure), *parts], separator="--")
    return rows.with_columns(mark=mark, href=pl.lit(f"{evidence_page(figure)}#") + mark)


def evidence_page(figure: str) -> str:
    """Return the address of the page that lists what each mark of a figure counts."""
    return f"/report/evidence/{figure}.qmd"


def _as_evidence(rows: pl.DataFrame | None, figure: str) -> pl.DataFrame:
    """Return the rows of the table `evidence` for one figure."""
    if rows is None:
        return empty("evidence")
    column = next((name for name in KINDS if name in rows.columns), None)
    if column is None or "mark" not in rows.columns:
        msg = (
            f"the evidence of the figure {figure} has the columns {', '.join(rows.columns)}; it needs mark and "
            f"one of {', '.join(KINDS)}. Join the rows of the figure with the table that it counts."
        )
        raise TableError(msg)
    named = rows.select("mark", figure=pl.lit(figure), kind=pl.lit(KINDS[column]), id=column)
    return conform(named, "evidence")


def _tables_only() -> bool:
    return bool(os.environ.get("DATELINE_TABLES_ONLY"))
