from datetime import date

import polars as pl
import pytest

from dateline.corpus.articles import units_of
from dateline.statements.positions import measure_positions, shifts, shifts_of_periods, spoken, stance_values
from dateline.tables import from_rows
from tests.test_terms import articles, sentences

GROUPS = pl.DataFrame({"group": ["house"], "label": ["The house"], "actor": ["abel"]})
PERIODS = [{"id": "a", "label": "first"}, {"id": "b", "label": "second"}]


def statements(*rows: tuple[str, str, str, int | None, str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`(article, holder, voice, support, "" or "off")` -> statements and their sentences, one a row."""
    text = sentences(*((article, f"Sentence {number}.") for number, (article, *_) in enumerate(rows)))
    out = []
    for (article, holder, voice, value, off), place in zip(
        rows, text.sort("paragraph").iter_rows(named=True), strict=True
    ):
        out.append(
            {
                "statement_id": f"{article}-t{place['start']}",
                "utterance_id": "u",
                "sentence_id": place["sentence_id"],
                "article_id": article,
                "start": place["start"],
                "end": place["end"],
                "voice": voice,
                "holder": holder,
                "holder_text": holder,
                "holder_start": None,
                "holder_end": None,
                "cue": "",
                "rule": "",
                "on_target": off != "off",
                "support": value,
                "feasibility": None,
                "conditional": False,
                "because": "",
            }
        )
    return from_rows(out, "statements"), text


def dated() -> pl.DataFrame:
    return articles(("n1", "a", 9), ("n2", "b", 9)).with_columns(
        published_from=pl.Series([date(2021, 1, 1), date(2022, 1, 1)]),
        published_to=pl.Series([date(2021, 1, 2), date(2022, 1, 2)]),
    )


def test_a_mean_counts_own_words_and_paraphrase_of_sound_sentences_on_target() -> None:
    coded, text = statements(
        ("n1", "abel", "direct", 1, ""),
        ("n1", "abel", "indirect", 0, ""),
        ("n1", "abel", "narrated", -1, ""),
        ("n1", "abel", "direct", -1, "off"),
        ("n1", "abel", "direct", None, ""),
        ("n1", "abel", "direct", -1, ""),
    )
    text = text.with_columns(corrupt=pl.col("paragraph") == 5)
    values = stance_values(coded, text, GROUPS)
    assert values.select("holder", "value").rows() == [("abel", 1), ("abel", 0), ("house", 1), ("house", 0)]
    found = measure_positions(spoken(values, units_of(dated()))).filter(holder="abel", unit_kind="article")
    assert found.select("scale", "unit", "statements", "mean", "low", "high").rows() == [
        ("support", "n1", 2, 0.5, None, None)
    ]


def test_a_shift_between_two_articles_is_never_more_than_suggestive() -> None:
    coded, text = statements(*[("n1", "abel", "direct", -1, "")] * 5, *[("n2", "abel", "direct", 1, "")] * 5)
    found = shifts(stance_values(coded, text, GROUPS), dated(), PERIODS).filter(holder="abel")
    article = found.filter(unit_kind="article").row(0, named=True)
    # Ten statements can be split in 252 ways, two of them as far apart as these.
    assert (article["difference"], article["delta"], article["p"], article["floor"]) == (
        2.0,
        1.0,
        pytest.approx(2 / 252, abs=1e-6),
        pytest.approx(2 / 252, abs=1e-6),
    )
    assert article["verdict"] == "suggestive"
    period = found.filter(unit_kind="period").row(0, named=True)
    assert (period["p"], period["verdict"]) == (1.0, "not testable")


def test_what_is_spoken_adds_up_and_gives_the_shifts_of_periods() -> None:
    coded, text = statements(
        *[("n1", "abel", "direct", -1, "")] * 2,
        ("n1", "abel", "direct", 0, ""),
        *[("n2", "abel", "direct", -1, "")] * 2,
        ("n2", "abel", "direct", 0, ""),
        ("n3", "abel", "direct", 1, ""),
        ("n4", "abel", "direct", 1, ""),
    )
    four = articles(("n1", "a", 9), ("n2", "a", 9), ("n3", "b", 9), ("n4", "b", 9))
    values, units = stance_values(coded, text, GROUPS.clear()), units_of(four)
    held = spoken(values, units)
    assert held.filter(unit_kind="period").rows() == [
        ("abel", "support", "period", "a", 2, 1, 0, 2),
        ("abel", "support", "period", "b", 0, 0, 1, 2),
    ]
    halves = [spoken(values.filter(pl.col("article_id").is_in(own)), units) for own in (["n1", "n3"], ["n2", "n4"])]
    added = pl.concat(halves).group_by(held.columns[:-1]).agg(pl.col("articles").sum()).sort(held.columns[:-1])
    assert added.equals(held)
    found = shifts_of_periods(held, PERIODS)
    # Means -4/6 and 1; of the six ways to part four articles two and two, two are as far apart.
    assert found.rows() == [
        ("abel", "support", "period", "a", "b", 1.666667, None, None, 1.0, 0.333333, 0.333333, 0.333333, "not testable")
    ]
    loose = four.with_columns(published_from=pl.lit(None, pl.Date), published_to=pl.lit(None, pl.Date))
    assert shifts(values, loose, PERIODS).equals(found)


def test_no_order_is_claimed_where_two_intervals_overlap() -> None:
    coded, text = statements(("n1", "abel", "direct", -1, ""), ("n2", "abel", "direct", 1, ""))
    loose = dated().with_columns(published_to=pl.Series([date(2022, 6, 1), date(2022, 1, 2)]))
    assert shifts(stance_values(coded, text, GROUPS), loose, PERIODS).filter(unit_kind="article").is_empty()


def test_nothing_said_gives_empty_tables() -> None:
    coded, text = statements(("n1", "abel", "direct", None, ""))
    values = stance_values(coded, text, GROUPS)
    assert measure_positions(spoken(values, units_of(dated()))).is_empty()
    assert shifts(values, dated(), PERIODS).is_empty()
