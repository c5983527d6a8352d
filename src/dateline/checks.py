"""What a valid study is: every rule that its settings and lists have to keep, each with its remedy.

A check adds faults and never raises, so that one reading tells everything that has to be mended.
"""

import difflib
import hashlib
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from dateline.errors import Fault

UNIQUE: dict[str, tuple[str, ...]] = {
    "sources": ("file",),
    "actors": ("alias", "article", "from"),
    "groups": ("group", "actor"),
    "offices": ("office",),
    "verbs": ("verb",),
    "cues": ("cue", "scale"),
    "terms": ("group", "phrase"),
    "stopwords": ("word",),
    "abbreviations": ("abbreviation",),
    "events": ("day", "label"),
}

NEEDED: dict[str, tuple[str, ...]] = {
    "actors": ("label",),
    "groups": ("label",),
    "target": ("phrase",),
    "terms": ("label", "phrase"),
    "furniture": ("pattern",),
    "events": ("label", "source"),
    "corrections": ("date", "claim", "change"),
}
"""Further cells that may not be empty."""

DAYS: dict[str, tuple[str, ...]] = {"events": ("day",), "corrections": ("date",)}
"""Cells that hold a day."""

SLUGS = {"groups": "group", "terms": "group"}
"""Cells that hold an id, which becomes part of an address."""

CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("actors", "kind"): ("person", "state", "organisation"),
    ("actors", "how"): ("name", "metonym", "role"),
    ("offices", "kind"): ("person", "collective"),
    ("places", "applies"): ("all", "capital"),
    ("verbs", "class"): ("say", "ask", "promise", "reject", "question", "narrated", "experience"),
    ("verbs", "needs"): ("", "clause", "object"),
    ("target", "strength"): ("alone", "with-object", "response", "other", "not"),
    ("cues", "scale"): ("support", "feasibility", "condition", "negation", "reversal", "stop"),
    ("cues", "role"): ("cue", "operator", "neutral", "trigger"),
    ("cues", "value"): ("", "-1", "0", "1"),
    ("sources", "translated"): ("", "true", "false"),
}

PHRASES = {"target": "phrase", "cues": "cue", "terms": "phrase"}
"""Cells that hold a phrase with gaps, choices and stand-ins."""

STAND_INS = {"target": ("{object}", "{subject}"), "cues": ("{object}", "{subject}", "{it}")}

KINDS: dict[str, type] = {
    "title": str,
    "proposition": str,
    "language": str,
    "subject": list,
    "object": list,
    "scales": dict,
    "periods": list,
    "excerpts": dict,
    "terms": dict,
}
"""Settings that every study gives, and what each is."""

IN_WORDS = {str: "a string", list: "a list", dict: "a block of its own"}

_ENDS = ("question", "plus", "zero", "minus")

SETTINGS: dict[str, tuple[str, ...]] = {
    "": (*KINDS, "copies", "reviewed", "gold"),
    "scales": ("support", "feasibility"),
    "scales.support": _ENDS,
    "scales.feasibility": _ENDS,
    "periods": ("id", "label", "from", "to"),
    "excerpts": ("words", "share"),
    "terms": ("min_count",),
    "gold": ("codes",),
}
"""Block of `study.toml` -> the settings that it may hold."""

SLUG = re.compile(r"(?=.{1,100}\Z)[a-z0-9]+(?:-[a-z0-9]+)*")
"""An id, which names files, too: no longer than any system takes."""


def check_settings(name: str, settings: dict[str, Any], lines: dict[str, int], faults: list[Fault]) -> None:
    """Every setting of `study.toml`: known, of the right kind, and of a value that makes sense.

    Args:
        name: The file, as faults name it.
        settings: What the file holds.
        lines: Key (`excerpts.words`, `periods.2.from`) -> its line.
        faults: Added to.
    """

    def tell(key: str, found: str, remedy: str) -> None:
        above = key
        while above and above not in lines:
            above = above.rpartition(".")[0]
        faults.append(Fault(name, lines.get(above, 0), found, remedy))

    for key, kind in KINDS.items():
        value = settings.get(key)
        if not isinstance(value, kind):
            tell(
                key,
                f"{key} is {value!r}" if key in settings else f"no {key}",
                f"Give {key} as {IN_WORDS[kind]}.",
            )
        elif kind is str and not value.strip():
            tell(key, f"{key} is empty", "Say it in words.")
    for key in ("subject", "object"):
        for value in settings[key] if isinstance(settings.get(key), list) else []:
            if not isinstance(value, str):
                tell(key, f"{key} holds {value!r}", "Give actor ids as strings.")
    _check_keys("", settings, tell)
    scales = settings.get("scales")
    for scale in ("support", "feasibility"):
        labels = scales.get(scale) if isinstance(scales, dict) else None
        for label in SETTINGS[f"scales.{scale}"]:
            if not isinstance(labels, dict) or not isinstance(labels.get(label), str):
                tell(f"scales.{scale}.{label}", f"[scales.{scale}] has no {label}", "Give it as a string.")
    _check_periods(settings.get("periods"), tell)
    if settings.get("copies", "count") not in ("count", "once"):
        tell("copies", f"copies is {settings['copies']!r}", 'Use "count" or "once".')
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

    if isinstance(settings.get("language"), str) and settings["language"] not in SUPPORTED_LANGUAGES:
        tell(
            "language",
            f"language is {settings['language']!r}, which the lemmatiser does not know",
            f"Use one of: {', '.join(sorted(SUPPORTED_LANGUAGES))}. The lists of verbs, cues and furniture are English.",
        )
    if type(settings.get("reviewed", True)) is not bool:
        tell("reviewed", f"reviewed is {settings['reviewed']!r}", "Use true or false.")
    gold = settings.get("gold", {})
    if not isinstance(gold, dict) or not isinstance(gold.get("codes", ""), str):
        tell("gold.codes", f"gold is {gold!r}", 'Write [gold] and below it codes = "who made the codes".')
    caps = settings.get("excerpts")
    if isinstance(caps, dict):
        words, share = caps.get("words"), caps.get("share")
        if type(words) is not int or not 0 <= words <= 200:
            tell("excerpts.words", f"excerpts.words is {words!r}", "Give a whole number from 0 to 200.")
        if type(share) not in (int, float) or not 0 <= share <= 1:
            tell("excerpts.share", f"excerpts.share is {share!r}", "Give a share from 0 to 1.")
    terms = settings.get("terms")
    if isinstance(terms, dict) and (type(terms.get("min_count")) is not int or terms["min_count"] < 1):
        tell(
            "terms.min_count",
            f"terms.min_count is {terms.get('min_count')!r}",
            "Give a whole number of 1 or more.",
        )


def _check_keys(above: str, settings: dict[str, Any], tell: Callable[[str, str, str], None]) -> None:
    """A key that no part of the program reads: what it was to do would silently not be done."""
    known = SETTINGS[above]
    for key, value in settings.items():
        path = f"{above}.{key}" if above else key
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            remedy = f"Did you mean {near[0]}? " if near else ""
            tell(path, f"unknown setting {path}", f"{remedy}Known here: {', '.join(known)}.")
        elif path in SETTINGS and isinstance(value, dict):
            _check_keys(path, value, tell)


def _check_periods(periods: Any, tell: Callable[[str, str, str], None]) -> None:
    seen: list[tuple[date, date, str]] = []
    for number, period in enumerate(periods if isinstance(periods, list) else [], start=1):
        place = f"periods.{number}"
        if not isinstance(period, dict):
            tell(place, f"period {number} is {period!r}", "Write it as a [[periods]] block.")
            continue
        identifier = period.get("id", "") if isinstance(period.get("id", ""), str) else ""
        if not isinstance(period.get("label"), str):
            tell(place, f"period {identifier!r} has no label", "Give it as a string.")
        for key in period.keys() - set(SETTINGS["periods"]):
            tell(f"{place}.{key}", f"unknown setting {key}", f"Known here: {', '.join(SETTINGS['periods'])}.")
        if any(identifier == other for _, _, other in seen):
            tell(f"{place}.id", f"two periods have the id {identifier!r}", "Give each an id of its own.")
        first, last = period.get("from"), period.get("to")
        if not SLUG.fullmatch(identifier):
            tell(
                f"{place}.id",
                f"period {number} has the id {period.get('id')!r}",
                "Use a-z, 0-9 and hyphens, at most 100.",
            )
        if type(first) is not date or type(last) is not date or first > last:
            tell(
                f"{place}.from",
                f"period {identifier!r} runs from {first} to {last}",
                "Give both as YYYY-MM-DD, the first not after the last.",
            )
            continue
        for other_first, other_last, other in seen:
            if first <= other_last and other_first <= last:
                tell(
                    place,
                    f"periods {other!r} and {identifier!r} overlap",
                    "A day belongs to one period at most.",
                )
        seen.append((first, last, identifier))


def check_list(path: str, name: str, frame: pl.DataFrame, faults: list[Fault]) -> None:
    """Allowed values, empty cells and doubled keys of one list."""
    for (table, column), allowed in CHOICES.items():
        if table == name:
            for value, line in (
                frame.filter(~pl.col(column).is_in(allowed)).select(column, "line").iter_rows()
            ):
                faults.append(
                    Fault(
                        path,
                        line,
                        f"{column} is {value!r}",
                        f"Use one of: {', '.join(choice or '(empty)' for choice in allowed)}.",
                    )
                )
    for column in NEEDED.get(name, ()):
        for line in frame.filter(pl.col(column) == "")["line"]:
            faults.append(Fault(path, line, f"{column} is empty", "Give it, or delete the line."))
    if name == "places":
        for line in frame.filter((pl.col("before") == "") & (pl.col("after") == ""))["line"]:
            faults.append(
                Fault(path, line, "before and after are both empty", "Give one, or delete the line.")
            )
    if name == "cues":
        scaled = pl.col("scale").is_in(["support", "feasibility"]) & (pl.col("value") == "")
        for line in frame.filter(scaled)["line"]:
            faults.append(Fault(path, line, "a scale without a value", "Give -1, 0 or 1."))
    if name in PHRASES:
        _check_phrases(path, name, frame, faults)
    if name in SLUGS:
        for value, line in frame.select(SLUGS[name], "line").iter_rows():
            if value and not SLUG.fullmatch(value):
                found = f"{SLUGS[name]} is {value!r}"
                faults.append(Fault(path, line, found, "Use a-z, 0-9 and hyphens, at most 100."))
    for column in DAYS.get(name, ()):
        for value, line in frame.select(column, "line").iter_rows():
            _read_day(path, line, column, value, faults)
    key = UNIQUE.get(name)
    if key:
        first: dict[tuple[str, ...], int] = {}
        for *values, line in frame.select(*key, "line").iter_rows():
            values = tuple(values)  # noqa: PLW2901
            if not values[0]:
                faults.append(Fault(path, line, f"{key[0]} is empty", "Give it, or delete the line."))
            elif values in first:
                what = " / ".join(filter(None, values))
                faults.append(
                    Fault(path, line, f"{what!r} stands on line {first[values]} already", "Delete one.")
                )
            first.setdefault(values, line)


def _check_phrases(path: str, name: str, frame: pl.DataFrame, faults: list[Fault]) -> None:
    """Gaps between two words, choices between words, and stand-ins where they are filled in."""
    column = PHRASES[name]
    for row in frame.iter_rows(named=True):
        phrase, words = row[column], row[column].split()
        turns = row.get("scale") in ("negation", "reversal", "stop")
        known = () if turns else STAND_INS.get(name, ())
        found, remedy = "", ""
        if words and "..." in (words[0], words[-1]):
            found, remedy = (
                "begins or ends with a gap",
                "Put a word on either side of `...`, or leave it out.",
            )
        elif any("" in word.split("|") for word in words):
            found, remedy = (
                "offers no word to choose",
                "Write a word on either side of each `|`, without blanks.",
            )
        elif unknown := [slot for slot in re.findall(r"\{[^{}]*\}", phrase) if slot not in known]:
            found = f"holds {unknown[0]}, which stands for nothing here"
            remedy = f"Use {', '.join(known)}, or words." if known else "Write the words themselves."
        if found:
            faults.append(Fault(path, row["line"], f"{column} {phrase!r} {found}", remedy))


def check_actors(
    lists: dict, settings: dict, lines: dict[str, int], texts: dict[str, str], faults: list[Fault]
) -> None:
    """Aliases, groups, and the ids that settings (`lines`: key -> its line) and lists name."""
    actors = lists["actors"]
    known: dict[str, tuple[str, str, int]] = {}
    owner: dict[tuple[str, str, bool], list[tuple[str, int, date, date]]] = {}
    for row in actors.iter_rows(named=True):
        actor, line = row["actor"], row["line"]
        if not SLUG.fullmatch(actor):
            faults.append(
                Fault(
                    "data/actors.csv", line, f"actor is {actor!r}", "Use a-z, 0-9 and hyphens, at most 100."
                )
            )
        label, kind, on = known.setdefault(actor, (row["label"], row["kind"], line))
        if (label, kind) != (row["label"], row["kind"]):
            faults.append(
                Fault(
                    "data/actors.csv",
                    line,
                    f"{actor} is {row['label']!r} ({row['kind']}) here and {label!r} ({kind}) on line {on}",
                    "Give one actor one label and one kind.",
                )
            )
        if row["article"] and row["article"] not in texts:
            faults.append(
                Fault(
                    "data/actors.csv",
                    line,
                    f"no article is called {row['article']!r}",
                    "Use a file's name in data/articles/ without .txt, or leave the cell empty.",
                )
            )
        alias = " ".join(row["alias"].replace("’", "'").split())
        loose = row["how"] == "role" or alias.startswith("the ")
        first = _read_day("data/actors.csv", line, "from", row["from"], faults) or date.min
        last = _read_day("data/actors.csv", line, "to", row["to"], faults) or date.max
        if first > last:
            faults.append(
                Fault("data/actors.csv", line, f"valid from {first} to {last}", "Put the earlier day first.")
            )
        key = (alias.casefold() if loose else alias, row["article"], bool(row["from"] or row["to"]))
        for other, on, start, end in owner.setdefault(key, []):
            if other != actor and first <= end and start <= last:
                faults.append(
                    Fault(
                        "data/actors.csv",
                        line,
                        f"alias {row['alias']!r} belongs to {other} on line {on}",
                        "One alias names one actor in one article, and on one day.",
                    )
                )
        owner[key].append((actor, line, first, last))
    for actor, line in lists["groups"].select("actor", "line").iter_rows():
        if actor not in known:
            faults.append(
                Fault(
                    "data/groups.csv",
                    line,
                    f"no actor is called {actor!r}",
                    "Add the actor to data/actors.csv, or delete the line.",
                )
            )
    for group, line in lists["groups"].select("group", "line").iter_rows():
        if group in known:
            faults.append(
                Fault("data/groups.csv", line, f"{group!r} is an actor already", "Give the group another id.")
            )
    asked = [
        (key, actor)
        for key in ("subject", "object")
        for actor in (settings[key] if isinstance(settings.get(key), list) else [])
        if isinstance(actor, str)
    ]
    for key, actor in asked:
        if actor not in known:
            faults.append(
                Fault(
                    "data/study.toml",
                    lines.get(key, 0),
                    f"{key} names {actor!r}, which is no actor",
                    "Use ids from data/actors.csv.",
                )
            )


def check_sources(root: Path, sources: pl.DataFrame, texts: dict[str, str], faults: list[Fault]) -> None:
    """One row a file, its hash, its dates."""
    path = "data/sources.csv"
    rows = {row["file"]: row for row in sources.iter_rows(named=True)}
    for article in texts:
        if f"{article}.txt" not in rows:
            faults.append(
                Fault(
                    path,
                    0,
                    f"no row for {article}.txt",
                    "Add a row for the file; only `file` must be filled.",
                )
            )
    for name, row in rows.items():
        line = row["line"]
        if any(fault.file == f"data/articles/{name}" for fault in faults):
            continue  # The file is there and cannot be read; that is told already.
        if f"{Path(name).stem}.txt" != name or Path(name).stem not in texts:
            faults.append(
                Fault(path, line, f"no article is called {name!r}", "Delete the row, or put the file back.")
            )
            continue
        digest = hashlib.sha256((root / "data" / "articles" / name).read_bytes()).hexdigest()
        if row["sha256"] and row["sha256"] != digest:
            faults.append(
                Fault(
                    path,
                    line,
                    f"{name} has changed: its SHA-256 is {digest}",
                    "Put the original file back, or write the new hash if the change is meant.",
                )
            )
        days = {
            key: _read_day(path, line, key, row[key], faults)
            for key in ("published", "published_from", "published_to")
        }
        if any(days.values()) and not row["date_why"]:
            faults.append(
                Fault(path, line, "a date without date_why", "Say how a reader can check the date.")
            )
        if days["published_from"] and days["published_to"] and days["published_from"] > days["published_to"]:
            faults.append(Fault(path, line, "published_from is after published_to", "Swap them."))
        if days["published"] and (days["published_from"] or days["published_to"]):
            faults.append(Fault(path, line, "both a day and an interval", "Give published, or from and to."))
        if row["url"] and not re.match(r"https?://", row["url"]):
            faults.append(
                Fault(path, line, f"url is {row['url']!r}", "Give an address that begins with http(s)://.")
            )


def _read_day(path: str, line: int, column: str, value: str, faults: list[Fault]) -> date | None:
    try:
        if value and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise ValueError
        return date.fromisoformat(value) if value else None
    except ValueError:
        faults.append(Fault(path, line, f"{column} is {value!r}", "Give a day that exists, as YYYY-MM-DD."))
        return None


def check_patterns(lists: dict, faults: list[Fault]) -> None:
    """Patterns that have to compile."""
    for pattern, line in lists["furniture"].select("pattern", "line").iter_rows():
        try:
            re.compile(pattern)
        except re.error as error:
            faults.append(
                Fault("data/furniture.csv", line, f"not a regular expression: {error}", "Mend the pattern.")
            )
