"""Tables and verdicts -> the sentences that state a finding, and the numbers that the prose quotes.

A title that says what a figure shows is made here from the rows of that figure, so that it stays true
when the articles, the lists or the proposition change. Prose about one study stays in its own pages.
"""

from collections.abc import Iterable

import polars as pl

from dateline.figures import marks
from dateline.figures.marks import UNDATED, article_labels, day_label
from dateline.study.load import Study

Tables = dict[str, pl.DataFrame]

_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
).split()

VERDICTS = {
    "not testable": "a sample of this size cannot test it",
    "not shown": "chance alone could explain it",
    "suggestive": "suggestive, no more",
    "supported": "supported by the test",
}


def number(value: int) -> str:
    """A count as a newspaper prints it: in words up to twenty."""
    return _WORDS[value] if 0 <= value < len(_WORDS) else f"{value:,}"


def counted(value: int, noun: str, one: str = "", more: str = "") -> str:
    """A count with its noun, and with the verb that goes with it: "one line was", "two lines were"."""
    return " ".join(
        filter(None, [number(value), noun if value == 1 else f"{noun}s", one if value == 1 else more])
    )


def signed(value: float) -> str:
    """A position with its sign and two decimals: +1.00, −0.25, 0.00."""
    text = f"{abs(value):.2f}"
    return text if float(text) == 0 else f"{'+' if value > 0 else '−'}{text}"


def joined(words: Iterable[str]) -> str:
    """Words as a list in a sentence: "a, b and c"."""
    words = list(words)
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""


def p_value(value: float) -> str:
    """A p-value as it is printed: three decimals, or "below 0.001"."""
    return "below 0.001" if value < 0.001 else f"{value:.3f}".rstrip("0").rstrip(".") if value < 1 else "1"


def sample_note(tables: Tables) -> str:
    """The denominator of everything: articles and words."""
    articles = tables["articles"]
    return (
        f"{counted(articles.height, 'article').capitalize()}, {articles['words'].sum():,} words that count."
    )


def drawn_note(tables: Tables) -> str:
    """That a figure draws some articles only, and where the others are; empty where it draws all."""
    articles = tables["articles"]
    shown = marks.drawn(articles).height
    if shown == articles.height:
        return ""
    return f" Drawn are {shown} of {articles.height:,} articles, evenly spread over their order; the tables hold all."


def credit(title: str, tables: Tables) -> str:
    """What a drawing says of itself when it leaves its page."""
    return f"{title}. {sample_note(tables)} Made with Dateline, CC BY 4.0."


def accuracy_note(tables: Tables, gold: str, *measures: str) -> str:
    """How right the measurement is, for a figure's note; `gold` says whose codes it is held against."""
    if "accuracy" not in tables:
        return "No gold codes stand beside this study: its accuracy has not been measured."
    rows = tables["accuracy"].filter(pl.col("measure").is_in(measures))
    said = [f"{row['measure']} {row['f1']:.2f}" for row in rows.iter_rows(named=True)]
    return f"Accuracy, F1 against {gold}: {'; '.join(said)}."


def rates_title(tables: Tables, rows: pl.DataFrame) -> str:
    """What the words of the periods show: the term that sets one apart most, and whether that can be tested."""
    key = tables["keyness"].filter(
        pl.col("term").is_in(rows["term"].unique().to_list()), pl.col("log_odds") > 0
    )
    if key.is_empty():
        return "The most used words that name no actor"
    top = key.sort("z", "term", descending=[True, False]).row(0, named=True)
    label = dict(rows.select("period", "label").iter_rows())[top["period"]]
    return (
        f"“{top['term'].capitalize()}” marks {label}: {top['per_1000']:.1f} in 1,000 words against "
        f"{top['per_1000_against']:.1f} elsewhere; {VERDICTS[top['verdict']]}"
    )


def rates_alt(rows: pl.DataFrame) -> list[str]:
    """The description of the figure of rates, in levels."""
    if rows.is_empty():
        return ["A dot plot without dots: no term is used often enough."]
    periods = rows.select("period", "label").unique(maintain_order=True)
    out = [
        f"A dot plot of {counted(rows['term'].n_unique(), 'term')} in {counted(periods.height, 'period')}, each with its exact interval."
    ]
    for period, label in periods.iter_rows():
        part = rows.filter(period=period).sort("per_1000", "term", descending=[True, False])
        said = joined(f"{row['term']} {row['per_1000']:.1f}" for row in part.head(3).iter_rows(named=True))
        none = part.filter(pl.col("count") == 0)["term"].to_list()
        out.append(
            f"{label}, uses in 1,000 words: {said} lead" + (f"; {joined(none)} not used." if none else ".")
        )
    return out


def ideas_title(tables: Tables, rows: pl.DataFrame) -> str:
    """Which idea rises or falls most over the articles, and whether that can be tested."""
    top = marks.leading_idea(tables)
    if rows.is_empty() or top is None:
        return "No term group is used often enough to be followed"
    label = dict(rows.select("term", "label").iter_rows())[top["term"]]
    way = "rises" if top["tau"] > 0 else "falls" if top["tau"] < 0 else "neither rises nor falls"
    return f"“{label.capitalize()}” {way} from article to article: {VERDICTS[top['verdict']]} (p {p_value(top['p'])}, q {p_value(top['q'])})"


def ideas_alt(rows: pl.DataFrame) -> list[str]:
    """The description of the figure of ideas, in levels."""
    out = [
        f"Small panels, one a term group, with its uses in 1,000 words of each of {counted(rows['article_id'].n_unique(), 'article')} and exact intervals."
    ]
    for (label,), part in rows.group_by(["label"], maintain_order=True):
        out.append(
            f"{label.capitalize()}: {'; '.join(f'{short} {rate:.1f}' for short, rate in part.select('short', 'per_1000').iter_rows())}."
        )
    return out


def pairs_title(rows: pl.DataFrame) -> str:
    """Which two actors share most sentences, and whether that is more than their fame explains."""
    if rows.is_empty():
        return "No two of the most named actors share a sentence"
    top = rows.sort("count", "actor_a", descending=[True, False]).row(0, named=True)
    more = {
        "supported": "more than chance explains",
        "suggestive": "more than expected, which is suggestive, no more",
        "not shown": "no more than chance could give",
        "not testable": "too few to test",
    }[top["verdict"]]
    names = sorted((top["label_a"], top["label_b"]), key=str.casefold)
    return f"{names[0]} and {names[1]} share {top['count']} sentences where chance would give {top['expected']:.1f}: {more}"


def pairs_alt(rows: pl.DataFrame) -> list[str]:
    """The description of the figure of pairs, in levels."""
    strong = rows.filter(pl.col("verdict").is_in(["suggestive", "supported"])).sort(
        "count", "actor_a", descending=[True, False]
    )
    said = joined(
        f"{row['label_a']} and {row['label_b']} ({row['count']} against {row['expected']:.1f} expected)"
        for row in strong.iter_rows(named=True)
    )
    names = joined(_ranked(rows))
    return [
        f"A triangle of counts for the {number(len(_ranked(rows)))} most named actors: {names}.",
        f"Filled where the pair shares more sentences than filling those of each article anew gives: {said or 'no pair'}.",
        "An empty place means that the two never share a sentence.",
    ]


def network_title(rows: pl.DataFrame) -> str:
    """Who has the most ties that chance does not explain."""
    strong = rows.filter(pl.col("verdict").is_in(["suggestive", "supported"]))
    if strong.is_empty():
        return f"None of {rows.height} ties is more than chance gives"
    ends = (
        pl.concat([strong["label_a"], strong["label_b"]])
        .value_counts(name="n")
        .sort("n", strong["label_a"].name, descending=[True, False])
    )
    name = ends.row(0)[0]
    return f"{number(strong.height).capitalize()} of {number(rows.height)} ties {'is' if strong.height == 1 else 'are'} more than chance gives; {name} is in most of them"


def network_alt(rows: pl.DataFrame) -> list[str]:
    """The description of the network, in levels."""
    ties = [f"{row['label_a']} and {row['label_b']} ({row['count']}{', more than chance' if row['verdict'] in ('suggestive', 'supported') else ''})"
            for row in rows.sort("count", "label_a", descending=[True, False]).iter_rows(named=True)]  # fmt: skip
    return [
        "Actors on a ring, those of one side together, a line for each pair that shares two sentences or more.",
        f"Ties: {'; '.join(ties)}.",
    ]


def ties_title(rows: pl.DataFrame) -> str:
    """How the strongest tie changes from the first period to the last."""
    if rows.is_empty() or rows["period"].n_unique() < 2:
        return "Fewer than two periods to compare"
    strongest = rows.group_by("label_a", "label_b").agg(n=pl.col("count").sum())
    a, b, _ = strongest.sort("n", "label_a", descending=[True, False]).row(0)
    part = rows.filter(label_a=a, label_b=b)
    names = joined(sorted((a, b), key=str.casefold))
    shares = joined(f"{row['per_100']:.0f} ({row['period']})" for row in part.iter_rows(named=True))
    return f"Of a hundred sentences {names} share {shares}"


def ties_alt(rows: pl.DataFrame) -> list[str]:
    """The description of the networks of the periods, in levels."""
    out = [
        "The same ring of actors once a period; a line is as thick as the share of sentences that two actors are both named in."
    ]
    for (label,), part in rows.filter(pl.col("count") > 0).group_by(["label"], maintain_order=True):
        ordered = part.sort("count", "label_a", descending=[True, False])
        said = "; ".join(
            f"{a} and {b} {n}" for a, b, n in ordered.select("label_a", "label_b", "count").iter_rows()
        )
        out.append(f"{label[:1].upper()}{label[1:]}, {part['sentences'][0]} sentences: {said}.")
    return out


def trend_line(tables: Tables, rows: pl.DataFrame) -> pl.DataFrame:
    """Two ends of the median slope through the rows of a trend: `day`, `rate`; at most two rows."""
    schema = {"day": pl.Date, "rate": pl.Float64}
    if rows.height < 2:
        return pl.DataFrame(schema=schema)
    slope = tables["trends"].filter(term=rows["term"][0])["slope"][0] / 365.25
    start = rows["middle"].min()
    level = (rows["per_1000"] - slope * (rows["middle"] - start).dt.total_days()).median()
    ends = [rows["middle"].min(), rows["middle"].max()]
    return pl.DataFrame(
        {"day": ends, "rate": [max(0.0, level + slope * (end - start).days) for end in ends]}, schema=schema
    )


def trend_title(tables: Tables, rows: pl.DataFrame) -> str:
    """The slope of the idea that moves most, with its interval."""
    if rows.is_empty():
        return "No term group can be followed: too few articles have a day, or none is used often enough"
    found = tables["trends"].filter(term=rows["term"][0]).row(0, named=True)
    low, high = (f"{found[end]:+.1f}".replace("-", "−") for end in ("low", "high"))
    slope = f"{found['slope']:+.1f}".replace("-", "−")
    return f"“{rows['label'][0].capitalize()}”: {slope} uses in 1,000 words a year ({low} to {high}); {VERDICTS[found['verdict']]}"


def trend_alt(rows: pl.DataFrame) -> list[str]:
    """The description of the trend, in levels."""
    if rows.is_empty():
        return ["Nothing to draw."]
    said = "; ".join(
        f"{when} {rate:.1f} ({low:.1f} to {high:.1f})"
        for when, rate, low, high in rows.select("when", "per_1000", "low", "high").iter_rows()
    )
    return [
        f"The rate of “{rows['label'][0]}” in 1,000 words of each article on the calendar; a bar across shows the days on which an article may have appeared, a bar up and down the interval of its rate.",
        f"{said}.",
    ]


def _ranked(rows: pl.DataFrame) -> list[str]:
    names = {row[f"rank_{end}"]: row[f"label_{end}"] for row in rows.iter_rows(named=True) for end in "ab"}
    return [names[rank] for rank in sorted(names)]


def scale_sentence(rows: pl.DataFrame, scale: str) -> str:
    """One scale of one holder in words: where it stays, or from where to where it goes."""
    part = rows.filter(scale=scale).sort("order")
    if part.is_empty():
        return f"{scale} not observed"
    low, high = part.sort("mean", "order").row(0, named=True), part.sort("mean", "order").row(-1, named=True)
    if part.height == 1:
        return f"{scale} {signed(low['mean'])} ({low['short']})"
    if high["mean"] - low["mean"] <= 0.5:
        same = signed(low["mean"]) == signed(high["mean"])
        return (
            f"{scale} stays at {signed(low['mean'])}"
            if same
            else f"{scale} stays between {signed(low['mean'])} and {signed(high['mean'])}"
        )
    early, late = sorted((low, high), key=lambda row: row["order"])
    # Without a day nobody knows which way it went, and between two swings among many it went no way.
    ends = part["order"][0], part["order"][-1]
    if UNDATED in (early["when"], late["when"]) or not {early["order"], late["order"]} & {*ends}:
        return f"{scale} lies between {signed(low['mean'])} and {signed(high['mean'])}"
    return f"{scale} goes from {signed(early['mean'])} ({early['short']}) to {signed(late['mean'])} ({late['short']})"


def scales_title(label: str, rows: pl.DataFrame) -> str:
    """What the two scales of one holder show."""
    return f"{label}: {scale_sentence(rows, 'support')}; {scale_sentence(rows, 'feasibility')}"


def scales_alt(label: str, rows: pl.DataFrame, events: pl.DataFrame, title: str) -> list[str]:
    """The description of the figure of two scales, in levels."""
    out = [
        f"Two lines from −1 to +1, one a scale, over {counted(rows['article_id'].n_unique(), 'article')}; the number in a mark is its statements."
    ]
    for scale in ("support", "feasibility"):
        said = [
            f"{row['short']} {signed(row['mean'])} ({row['count']})"
            for row in rows.filter(scale=scale).iter_rows(named=True)
        ]
        out.append(f"{scale.capitalize()}: {'; '.join(said) or 'none'}.")
    if events.height:
        named = joined(
            f"{label} ({day.day} {day:%B %Y})" for label, day in events.select("label", "day").iter_rows()
        )
        out.append(f"Marked between the articles: {named}.")
    return [*out, f"{title}."]


def shift_sentence(tables: Tables, study: Study, holder: str, scale: str) -> str:
    """What may be claimed about the largest change of a holder between periods."""
    rows = tables["shifts"].filter(
        pl.col("holder") == holder, pl.col("scale") == scale, pl.col("unit_kind") == "period"
    )
    label = study.labels[holder]
    if rows.is_empty():
        return f"Nothing is heard of {label} on {scale} in two periods: a change cannot be observed."
    row = rows.sort(pl.col("difference").abs(), "unit_from", descending=[True, False]).row(0, named=True)
    names = study.periods
    change = f"From {names[row['unit_from']]} to {names[row['unit_to']]} the mean of {label} on {scale} changes by {signed(row['difference'])}"
    change += _where_it_changes(tables, study, holder, scale)
    if row["verdict"] == "not testable":
        return f"{change}. That stands in these articles; a test cannot confirm it, because with so few articles the smallest p that could come out is {row['floor']:.2f}."
    return f"{change}: {VERDICTS[row['verdict']]} (p {p_value(row['p'])}, q {p_value(row['q'])})."


def _where_it_changes(tables: Tables, study: Study, holder: str, scale: str) -> str:
    """Between which two articles the means change most, where there are enough to look for it."""
    found = tables["shifts"].filter(
        pl.col("holder") == holder, pl.col("scale") == scale, pl.col("unit_kind") == "change"
    )
    if found.is_empty():
        return ""
    row = found.row(0, named=True)
    when = dict(tables["articles"].select("article_id", "published_from").iter_rows())
    before, after = when[row["unit_from"]], when[row["unit_to"]]
    days = f"{day_label(before, before)} and {day_label(after, after)}"
    return f" (article by article it changes most between {days}: {VERDICTS[row['verdict']]})"


def timeline_title(rows: pl.DataFrame) -> str:
    """How the statements spread over the values."""
    said = []
    for scale in ("support", "feasibility"):
        part = rows.filter(scale=scale)
        counts = {value: part.filter(value=value).height for value in (1, 0, -1)}
        said.append(
            f"{scale} {counts[1]:,} for, {counts[0]:,} balanced, {counts[-1]:,} against"
            if scale == "support"
            else f"{scale} {counts[1]:,} yes, {counts[0]:,} open, {counts[-1]:,} no"
        )
    return f"{rows['statement_id'].n_unique():,} statements take a position: {'; '.join(said)}"


def timeline_alt(rows: pl.DataFrame) -> list[str]:
    """The description of the timeline, in levels."""
    out = ["One mark a statement, by side and scale, over the articles in the order of their dates."]
    for (side, scale), part in rows.group_by(["side", "scale"], maintain_order=True):
        values = [
            f"{value:+d}: {part.filter(value=value).height}"
            for value in (1, 0, -1)
            if part.filter(value=value).height
        ]
        out.append(f"{side}, {scale}: {', '.join(values)}.")
    return out


def dates_title(rows: pl.DataFrame) -> str:
    """What the dates of the articles rest on."""
    counts = rows["basis"].value_counts().sort("count", "basis", descending=[True, False])
    said = joined(f"{number(n)} {basis}" for basis, n in counts.iter_rows())
    known = rows.drop_nulls("first")
    span = f", from {day_label(known['first'].min(), known['first'].min())} on" if known.height else ""
    return f"{counted(rows.height, 'article').capitalize()}{span}: of their dates {said}"


def dates_alt(rows: pl.DataFrame) -> list[str]:
    """The description of the figure of dates, in levels."""
    said = "; ".join(
        f"{row['when']} ({row['basis']}, {row['words']:,} words)" for row in rows.iter_rows(named=True)
    )
    return [
        "Each article as a bar on the calendar, as long as the days on which it may have appeared.",
        f"{said}.",
    ]


def turning_words(tables: Tables, rows: pl.DataFrame) -> pl.DataFrame:
    """The words behind the lowest mark of a figure of two scales: `order`, `mean`, `text`; one row at most."""
    schema = {"order": pl.Float64, "mean": pl.Float64, "text": pl.String}
    low = rows.filter(pl.col("mean") < 0).sort("mean", "order").head(1)
    if low.is_empty():
        return pl.DataFrame(schema=schema)
    row = low.row(0, named=True)
    coded = (
        tables["statements"]
        .filter(pl.col("article_id") == row["article_id"], pl.col(row["scale"]) == -1)
        .sort("start")
    )
    for because in coded["because"]:
        words = next(
            (part.partition(": ")[2] for part in because.split("; ") if part.startswith(f"{row['scale']}: ")),
            "",
        )
        if words and "×" not in words:
            return pl.DataFrame(
                {"order": [float(row["order"])], "mean": [row["mean"]], "text": [f"“{words}”"]}, schema=schema
            )
    return pl.DataFrame(schema=schema)


def _drawn_from(study: Study) -> str:
    """How the articles came to be those of the study, as a sentence about them."""
    if sample := study.settings.get("sample"):
        return f"They were drawn at random from the {sample['of']:,} articles of an archive, each with the same chance."
    return "They were not drawn from anything."


def variables(study: Study, tables: Tables, values: pl.DataFrame) -> dict[str, dict[str, str]]:
    """Every number that a page quotes, as it is printed: group -> name -> text."""
    articles, sentences, statements = tables["articles"], tables["sentences"], tables["statements"]
    ordered = article_labels(articles)
    target = statements.filter("on_target")
    coded = target.filter(pl.col("support").is_not_null() | pl.col("feasibility").is_not_null())
    dated = articles.drop_nulls("published_from")
    days = ordered.filter(pl.col("when") != UNDATED)["when"]
    removed, named = tables["removed"], tables["mentions"]["actor"].n_unique()
    holders = statements["holder"].drop_nulls().n_unique()
    found: dict[str, dict[str, str]] = {
        "study": {
            "title": study.settings["title"],
            "proposition": study.settings["proposition"],
            "scales": number(len(study.settings["scales"])),
        },
        "corpus": {
            "articles": number(articles.height),
            "counted": counted(articles.height, "article"),
            "Counted": counted(articles.height, "article").capitalize(),
            "drawn": _drawn_from(study),
            "words": f"{articles['words'].sum():,}",
            "sentences": f"{sentences.height:,}",
            "removed": number(removed.height),
            "left_out": counted(removed.height, "line", "was", "were"),
            "furniture": number(removed.filter(reason="furniture").height),
            "repeats": number(removed.filter(reason="repeat").height),
            "corrupt": number(int(sentences["corrupt"].sum())),
            "translated": number(articles.filter(pl.col("translated").fill_null(False)).height),
            "periods": number(len(study.settings["periods"])),
            "first": days[0] if days.len() else "no known day",
            "last": days[-1] if days.len() else "no known day",
            "first_year": str(dated["published_from"].min().year) if dated.height else "",
            "last_year": str(dated["published_from"].max().year) if dated.height else "",
            "copies": number(int(tables["copies"]["copy"].sum())),
            "share": f"{study.settings['excerpts']['share']:.0%}",
            "cap": str(study.settings["excerpts"]["words"]),
        },
        "actors": {
            "known": number(study.lists["actors"]["actor"].n_unique()),
            "aliases": str(study.lists["actors"].height),
            "named": number(named),
            "are": counted(named, "actor", "is", "are"),
            "mentions": f"{tables['mentions'].height:,}",
            "times": f"{tables['mentions'].height:,} {'time' if tables['mentions'].height == 1 else 'times'}",
        },
        "statements": {
            "all": number(statements.height),
            "target": number(target.height),
            "coded": number(coded.height),
            "Holders": number(holders).capitalize(),
            "Speakers": counted(holders, "actor", "is", "are").capitalize(),
            "unknown": number(statements["holder"].null_count()),
            "nobodys": counted(statements["holder"].null_count(), "statement"),
            "conditional": number(int(target["conditional"].sum())),
            "direct": number(target.filter(voice="direct").height),
            "indirect": number(target.filter(voice="indirect").height),
            "narrated": number(target.filter(voice="narrated").height),
            "counted": number(values["statement_id"].n_unique()),
        },
        "tests": _tests(tables),
        "lists": {name: str(frame.height) for name, frame in study.lists.items()},
    }
    found["scales"] = _scales(study, tables, values)
    for row in tables.get("accuracy", pl.DataFrame()).iter_rows(named=True):
        name = row["measure"].replace(" ", "_")
        found.setdefault("accuracy", {})[name] = f"{row['f1']:.2f}"
    return found


def _tests(tables: Tables) -> dict[str, str]:
    out: dict[str, str] = {}
    for name in ("keyness", "co_mentions", "shifts"):
        counts = dict(tables[name]["verdict"].value_counts().iter_rows())
        out[name] = f"{tables[name].height:,}"
        for verdict in VERDICTS:
            out[f"{name}_{verdict.replace(' ', '_')}"] = f"{counts.get(verdict, 0):,}"
    out["keyness_reading"] = keyness_reading(tables["keyness"])
    floors = tables["keyness"]["floor"]
    out["keyness_floor"] = f"{floors.min():.2f}" if floors.len() else ""
    return out


def keyness_reading(keyness: pl.DataFrame) -> str:
    """What a sample of this size can say about words and periods."""
    if keyness.is_empty():
        return "No two periods hold articles, so no words can be compared between them."
    floor, total = keyness["floor"].min(), keyness.height
    counts = dict(keyness["verdict"].value_counts().iter_rows())
    if counts.get("not testable", 0) == total:
        return (
            f"With so few articles there are only a handful of ways to shuffle them: the smallest p that any term could reach is {floor:.2f}. "
            f"All {total:,} comparisons are *not testable*. What remains is description: these are the words of these texts."
        )
    said = joined(f"{counts[verdict]:,} *{verdict}*" for verdict in VERDICTS if counts.get(verdict))
    return f"Of {total:,} comparisons, {said}. What is not supported is description: these are the words of these texts."


def _scales(study: Study, tables: Tables, values: pl.DataFrame) -> dict[str, str]:
    holder = marks.leading_holder(study, values)
    if holder is None:
        silent = "No statement takes a position on {}: there is nothing to compare."
        shifts = {f"{scale}_shift": silent.format(scale) for scale in ("support", "feasibility")}
        return {"reading": "No statement takes a position that the program can read.", **shifts}
    rows = marks.told(study, tables, values, holder)
    out = {
        "holder": study.labels[holder],
        "reading": f"{scales_title(study.labels[holder], rows)}.",
        "support": scale_sentence(rows, "support"),
        "feasibility": scale_sentence(rows, "feasibility"),
        "support_shift": shift_sentence(tables, study, holder, "support"),
        "feasibility_shift": shift_sentence(tables, study, holder, "feasibility"),
    }
    for scale in ("support", "feasibility"):
        part = rows.filter(scale=scale).sort("mean", "order")
        if part.height:
            low, high = part.row(0, named=True), part.sort("order").row(-1, named=True)
            out |= {
                f"{scale}_low": signed(low["mean"]),
                f"{scale}_low_when": low["when"],
                f"{scale}_low_count": number(low["count"]),
                f"{scale}_last": signed(high["mean"]),
                f"{scale}_last_when": high["when"],
                f"{scale}_total": number(int(part["count"].sum())),
            }
    note = turning_words(tables, marks.scales(study, tables, values, holder).rows)
    out["turning_words"] = note["text"][0] if note.height else ""
    for row in tables["positions"].filter(pl.col("unit_kind") == "all").iter_rows(named=True):
        out[f"{row['holder']}_{row['scale']}"] = signed(row["mean"])
        out[f"{row['holder']}_{row['scale']}_count"] = number(row["statements"])
    return out
