"""Generated studies in which the truth is known: nothing differs, or exactly what was built in.

Articles speak as texts do, not as the tests assume: words and actors come in bursts (an article has
its own rate of each), sentences are short and long, and a long one names more actors. The same seed
gives the same study everywhere.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from dateline.study.lists import LISTS
from dateline.study.load import Study, load_study

HOLDERS = 8
STATES = 12
VOCABULARY = 1500
CHANGED = 10
"""The leading words, which an effect changes."""

BURST = 1.5
"""Shape of the gamma that gives each article its own rate of a word or an actor; small is bursty."""

_SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "or", "el")]
_STUDY = """
title = "Generated"
proposition = "Norland becomes a member of the League"
language = "en"
subject = ["norland"]
object = ["league"]
[scales.support]
question = "Does the holder want it?"
plus = "for"
zero = "balanced"
minus = "against"
[scales.feasibility]
question = "Can it happen?"
plus = "yes"
zero = "open"
minus = "no"
[excerpts]
words = 25
share = 0.3
[terms]
min_count = 5
"""
_SAID = {
    1: "{who} said that he supports Norland's membership of the League.",
    -1: "{who} said that he opposes Norland's membership of the League.",
}


@dataclass(frozen=True)
class Effect:
    """What is built into a generated study; the defaults build in nothing."""

    word: float = 1.0
    """Factor on the rate of the leading words in the second period."""
    pair: float = 0.0
    """Chance that the second actor follows the first into its sentence."""
    shift: float = 0.0
    """By how much the share of statements in favour falls from the first period to the second."""


def generated_study(articles: int, seed: int, effect: Effect = Effect(), *, words: int = 400) -> Study:
    """A whole study of generated articles.

    Args:
        articles: How many, one a day, half of them in each of two periods.
        seed: Which one.
        effect: What differs between the periods, and which pair attracts.
        words: Mean length of an article.
    """
    rng = np.random.default_rng(seed)
    vocabulary = _vocabulary()
    zipf = 1 / np.arange(3, VOCABULARY + 3)
    actors = [f"person-{i}" for i in range(HOLDERS)] + [f"state-{i}" for i in range(STATES)]
    names = [f"{_SYLLABLES[7 * i + 3].capitalize()}{_SYLLABLES[5 * i + 1]}son" for i in range(HOLDERS)]
    names += [f"{_SYLLABLES[3 * i + 2].capitalize()}{_SYLLABLES[11 * i % 97]}land" for i in range(STATES)]
    fame = 1 / np.arange(1, HOLDERS + STATES + 1) ** 0.8
    first = date(2020, 1, 1)
    texts: dict[str, str] = {}
    for number in range(articles):
        late = number >= articles // 2
        rate = zipf * rng.gamma(BURST, 1 / BURST, VOCABULARY)
        if late:
            rate[:CHANGED] *= effect.word
        rate /= rate.sum()
        named = fame * rng.gamma(BURST, 1 / BURST, len(fame))
        leaning = rng.beta(2, 2) - (effect.shift if late else 0)
        lines = [f"{number} {_SYLLABLES[number % 97]}", "", f"{first + timedelta(days=number):%d %B %Y}", ""]
        left = rng.poisson(words)
        while left > 0:
            paragraph = []
            for _ in range(1 + rng.poisson(1.5)):
                length = int(np.clip(rng.lognormal(2.7, 0.6), 4, 60))
                left -= length
                said = [vocabulary[i] for i in rng.choice(VOCABULARY, length, p=rate)]
                present = np.flatnonzero(rng.random(len(named)) < 1 - np.exp(-named * length / 90))
                if 0 in present and rng.random() < effect.pair:
                    present = np.union1d(present, [1])
                for actor in present:
                    said.insert(int(rng.integers(1, len(said))), names[actor])
                line = " ".join(said)
                paragraph.append(f"{line[0].upper()}{line[1:]}.")
            if rng.random() < 0.5:
                who = names[int(rng.integers(HOLDERS))]
                paragraph.append(_SAID[1 if rng.random() < leaning else -1].format(who=who))
            lines += [" ".join(paragraph), ""]
        texts[f"g{number:06d}"] = "\n".join(lines)
    study = _study(texts, actors, names, first, articles)
    study.settings["changed"] = vocabulary[:CHANGED]
    return study


def _vocabulary() -> list[str]:
    rng = np.random.default_rng(0)
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        words["".join(rng.choice(_SYLLABLES, rng.integers(2, 5)))] = None
    return list(words)


def _study(texts: dict[str, str], actors: list[str], names: list[str], first: date, articles: int) -> Study:
    # The lists of the language are the repository's; the lists of a study are generated.
    base = load_study(Path(__file__).parents[1])
    lists = dict(base.lists)

    def table(name: str, rows: list[tuple]) -> pl.DataFrame:
        rules = LISTS[name]
        columns = dict.fromkeys((*rules.columns, *rules.further), pl.String)
        frame = pl.DataFrame(rows, schema=columns, orient="row")
        return frame.with_columns(line=pl.int_range(2, frame.height + 2, dtype=pl.Int64))

    kinds = ["person"] * HOLDERS + ["state"] * STATES
    ledger = [(a, n, k, n, "name", "", "", "", "") for a, n, k in zip(actors, names, kinds, strict=True)]
    ledger += [("norland", "Norland", "state", "Norland", "name", "", "", "", ""),
               ("league", "League", "organisation", "League", "name", "", "", "", "")]  # fmt: skip
    lists["actors"] = table("actors", ledger)
    lists["sources"] = table(
        "sources", [(f"{article}.txt", *[""] * (len(LISTS["sources"].columns) - 1)) for article in texts]
    )
    lists["groups"], lists["terms"] = table("groups", []), table("terms", [])
    settings = tomllib.loads(_STUDY)
    middle, last = (first + timedelta(days=n) for n in (articles // 2 - 1, articles))
    settings["periods"] = [
        {"id": "early", "label": "early", "from": first, "to": middle},
        {"id": "late", "label": "late", "from": middle + timedelta(days=1), "to": last},
    ]
    return Study(root=Path("generated"), settings=settings, lists=lists, texts=texts)
