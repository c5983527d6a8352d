"""A world of four articles and seven statements, small enough to check the figures of positions by hand."""

from datetime import date
from pathlib import Path

from dateline.statements.positions import positions, stance_values
from dateline.study.load import Study, load_study
from tests.figures.frames import filled

ARTICLES = [
    ("a1", "Herald", date(2019, 1, 5), "2019"),
    ("a2", 'The Bee\'s "Buzz"', date(2019, 2, 5), "2019"),
    ("a3", "Herald", date(2020, 3, 5), "2020"),
    ("a4", None, date(2020, 4, 5), "2020"),
]

STATEMENTS = [
    # statement, holder, voice, on target, support, feasibility, conditional
    ("a1-1", "abel", "direct", True, 1, 1, False),
    ("a1-2", None, "direct", True, 1, None, False),
    ("a1-3", "norland", "narrated", True, 1, None, False),
    ("a2-1", "ito", "indirect", True, -1, -1, True),
    ("a3-1", "abel", "direct", True, 1, None, False),
    ("a4-1", "sudland", "direct", True, 0, None, False),
    ("a4-2", "ito", "direct", False, 1, None, False),
]  # fmt: skip

REASONS = [
    # statement, what it decided, words, denied
    ("a1-1", "feasibility", "will", False),
    ("a1-1", "support", "wants", False),
    ("a2-1", "feasibility", "never", False),
    ("a2-1", "support", "in favour", True),
    ("a3-1", "support", "wants", False),
    ("a4-1", "support", "for", False),
    ("a4-1", "support", "against", False),
]


def stance_study(root: Path) -> Study:
    """Return the tiny study below `root` with tables of its own: articles, sentences, statements, reasons and positions."""
    study = load_study(root)
    articles = filled(
        "articles",
        [
            {"article_id": article, "title": article, "publisher": publisher, "published_from": day,
             "published_to": day, "period": period, "words": 100}
            for article, publisher, day, period in ARTICLES
        ],
    )  # fmt: skip
    statements = filled(
        "statements",
        [
            {"statement_id": name, "sentence_id": f"s-{name}", "article_id": name[:2], "start": int(name[-1]),
             "holder": holder, "voice": voice, "on_target": target, "support": support,
             "feasibility": feasibility, "conditional": condition}
            for name, holder, voice, target, support, feasibility, condition in STATEMENTS
        ],
    )  # fmt: skip
    sentences = filled(
        "sentences", [{"sentence_id": f"s-{name}", "article_id": name[:2], "corrupt": False} for name, *_ in STATEMENTS]
    )
    means = positions(stance_values(statements, sentences, study.lists["groups"]), articles)
    reasons = filled(
        "reasons",
        [{"statement_id": name, "article_id": name[:2], "about": about, "text": text, "denied": denied}
         for name, about, text, denied in REASONS],
    )  # fmt: skip
    study.save(articles=articles, sentences=sentences, statements=statements, reasons=reasons, positions=means)
    return study
