"""Declare the settings of a study, `data/study.toml`, and check them.

The description of a setting is the remedy if its value does not fit.
"""

import difflib
from collections.abc import Callable
from datetime import date
from itertools import combinations
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from dateline.errors import Faults


def _has_lemmas(language: str) -> str:
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

    if language not in SUPPORTED_LANGUAGES:
        known = ", ".join(sorted(SUPPORTED_LANGUAGES))
        msg = f"Use one that the lemmatiser knows: {known}. The lists of verbs, cues and furniture are English."
        raise ValueError(msg)
    return language


Slug = Annotated[str, StringConstraints(max_length=100, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), Field(description="Give it as a string.")]

Day = Annotated[date, Field(description="Give a day as YYYY-MM-DD, without quotation marks.")]

Actors = Annotated[list[str], Field(description='Give actor ids from data/actors.csv as strings: ["norland"].')]


class _Block(BaseModel):
    """Refuse settings that no part of the program reads: what they ask for would silently not be done."""

    model_config = ConfigDict(extra="forbid", strict=True)


class _Scale(_Block):
    question: Text
    plus: Text
    zero: Text
    minus: Text


class _Scales(_Block):
    support: _Scale = Field(description="Write it as a block [scales.support].")
    feasibility: _Scale = Field(description="Write it as a block [scales.feasibility].")


class _Period(_Block):
    id: Slug = Field(description="Use a-z, 0-9 and hyphens, at most 100.")
    label: Text
    first: Day = Field(alias="from")
    last: Day = Field(alias="to")


class _Excerpts(_Block):
    words: int = Field(ge=0, le=200, description="Give a whole number from 0 to 200.")
    share: float = Field(ge=0, le=1, description="Give a share from 0 to 1.")


class _Terms(_Block):
    min_count: int = Field(ge=1, description="Give a whole number of 1 or more.")


class _Gold(_Block):
    codes: Text = "the codes in data/gold"


class _Settings(_Block):
    title: Text
    proposition: Text
    language: Annotated[str, AfterValidator(_has_lemmas)] = Field(
        description='Give a code of two letters, such as "en".'
    )
    subject: Actors
    object: Actors
    scales: _Scales = Field(description="Write [scales.support] and [scales.feasibility].")
    periods: list[_Period] = Field(description="Write a block [[periods]] for each period.")
    excerpts: _Excerpts = Field(description="Write a block [excerpts] with words and share.")
    terms: _Terms = Field(description="Write a block [terms] with min_count.")
    copies: Literal["count", "once"] = Field("count", description='Use "count" or "once".')
    reviewed: bool = Field(True, description="Use true or false.")
    gold: _Gold = Field(_Gold(), description='Write [gold] and below it codes = "who made the codes".')


Add = Callable[[str, str, str], None]
"""`add(key, found, remedy)` adds a fault at the line of a key."""


def check_settings(name: str, settings: dict[str, Any], lines: dict[str, int], faults: Faults) -> None:
    """Check every setting of `study.toml`: known, of the right kind, and of a value that makes sense.

    Args:
        name: The file, as faults name it.
        settings: The content of the file.
        lines: Key (`excerpts.words`, `periods.2.from`) -> its line.
        faults: Added to.
    """

    def add(key: str, found: str, remedy: str) -> None:
        above = key
        while above and above not in lines:
            above = above.rpartition(".")[0]
        faults.add(name, lines.get(above, 0), found, remedy)

    try:
        _Settings.model_validate(settings)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            add(*_fault_of(each))
    _check_periods(settings.get("periods"), add)


def _fault_of(error: ErrorDetails) -> tuple[str, str, str]:
    """Return the key of an error, what was found there, and the remedy."""
    block: type[_Block] = _Settings
    path, known, remedy = [], {}, ""
    for part in error["loc"]:
        if isinstance(part, int):
            path.append(str(part + 1))
            continue
        path.append(part)
        known = {field.alias or name: field for name, field in block.model_fields.items()}
        if part in known:
            remedy = known[part].description
            inner = next(iter(get_args(known[part].annotation)), known[part].annotation)
            block = inner if isinstance(inner, type) and issubclass(inner, _Block) else block
    key, value = ".".join(path), error["input"]
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(path[-1], known, n=1)
        meant = f"Did you mean {near[0]}? " if near else ""
        return key, f"unknown setting {key}", f"{meant}Known here: {', '.join(known)}."
    if error["type"] == "missing":
        return key, f"no {key}", remedy
    if error["type"] == "value_error":
        remedy = str(error["ctx"]["error"])
    return key, f"{key} is {repr(value) if isinstance(value, str) else value}"[:200], remedy


def _check_periods(periods: Any, add: Add) -> None:
    """Check that each period begins before it ends, has an id of its own and shares no day with another."""
    blocks = [(number, each) for number, each in enumerate(periods if isinstance(periods, list) else [], start=1)]
    dated = [
        (number, each)
        for number, each in blocks
        if isinstance(each, dict) and type(each.get("from")) is date and type(each.get("to")) is date
    ]
    for number, each in dated:
        if each["from"] > each["to"]:
            found = f"period {each.get('id')!r} runs from {each['from']} to {each['to']}"
            add(f"periods.{number}.from", found, "Put the earlier day first.")
    for (_, one), (number, other) in combinations(dated, 2):
        if one.get("id") == other.get("id"):
            add(f"periods.{number}.id", f"two periods have the id {one.get('id')!r}", "Give each an id of its own.")
        if one["from"] <= other["to"] and other["from"] <= one["to"]:
            found = f"periods {one.get('id')!r} and {other.get('id')!r} overlap"
            add(f"periods.{number}", found, "A day belongs to one period at most.")
