"""Read statements by rules and lists: the built-in reader of English, who says what and what it says of the proposition.

It works in two steps: `attribution` finds who is reported to say which part of which sentence, and
`stance` codes what each of these statements says of the proposition.
"""

import polars as pl

from dateline.memory import by_article, key_of, rows_by_article
from dateline.statements.attribution.lexicon import Lexicon, compile_lexicon
from dateline.statements.attribution.sieve import attribute
from dateline.statements.stance.coder import code_statements
from dateline.statements.stance.scales import Scales, compile_scales
from dateline.study.load import Study

READS = ("actors", "groups", "verbs", "offices", "target", "cues")
"""Lists that decide what is read in a sentence."""


def find_statements(
    study: Study,
    sentences: pl.DataFrame,
    mentions: pl.DataFrame,
    *,
    lexicon: Lexicon | None = None,
    scales: Scales | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Find who is reported to say what, and code what it says of the proposition.

    Args:
        study: The study whose texts, lists and settings decide.
        sentences: The table `sentences`.
        mentions: The table `mentions`.
        lexicon: The lists `verbs` and `offices` as `compile_lexicon` gives them; compiled here if not given.
        scales: The lists `target` and `cues` as `compile_scales` gives them; compiled here if not given.

    Returns:
        The table `statements`, one row for each holder in each sentence, and the table `reasons`, one row
        for each piece of text that decided one of its codes; spans are code points of the raw file.

    Examples:
        >>> statements, reasons = dl.find_statements(study, sentences, mentions)
        >>> statements.filter("on_target")["voice"].value_counts().sort("voice").rows()
        [('direct', 21), ('indirect', 31), ('narrated', 4)]
    """

    def read(articles: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
        own, named = (frame.filter(pl.col("article_id").is_in(articles)) for frame in (sentences, mentions))
        words = lexicon or compile_lexicon(study.lists)
        found = attribute(own, named, study.texts, study.kinds, words)
        rules = scales or compile_scales(study.lists, study.settings)
        return code_statements(found, own, named, study.texts, study.kinds, rules)

    articles = sentences["article_id"].unique().sort().to_list()
    if study.memory is None:
        return read(articles)
    decides = study.hash_of(READS)
    parts = [rows_by_article(frame, articles) for frame in (sentences, mentions)]
    keys = {each: key_of(decides, study.texts[each], *(part[each] for part in parts)) for each in articles}
    return by_article(study.memory, ("statements", "reasons"), keys, read)
