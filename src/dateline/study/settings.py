"""Check the settings of a study, `data/study.toml`."""

import difflib
from collections.abc import Callable
from datetime import date
from typing import Any

from dateline.errors import Fault
from dateline.study.lists import SLUG

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
