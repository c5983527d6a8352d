"""Who is named, where and how: by name, metonym, role or pronoun."""

from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from dateline.actors.ledger import compile_ledger
from dateline.actors.mentions import find_mentions
from dateline.corpus.articles import build_corpus
from dateline.study.load import Study

Read = Callable[..., SimpleNamespace]


def rows(found: SimpleNamespace) -> list[tuple[str, str, str]]:
    return found.mentions.select("actor", "how", "surface").rows()


def mentions_of(study: Study, texts: dict[str, str], lists: dict[str, pl.DataFrame]) -> pl.DataFrame:
    one = Study(root=study.root, settings=study.settings, lists=lists, texts=texts)
    corpus = build_corpus(one)
    return find_mentions(one, corpus["sentences"], corpus["articles"])


def mentions_in(study: Study, text: str, lists: dict[str, pl.DataFrame] | None = None) -> pl.DataFrame:
    return mentions_of(study, {"a1": text}, lists or study.lists)


def with_alias(study: Study, *aliases: str) -> dict[str, pl.DataFrame]:
    """The tiny study's lists with more rows in `actors`: `actor,kind,alias,how,article,from,to`."""
    more = []
    for line, row in enumerate(aliases, start=100):
        actor, kind, alias, how, article, first, last = [*row.split(","), "", ""][:7]
        more.append(
            {
                "actor": actor,
                "label": actor.title(),
                "kind": kind,
                "alias": alias,
                "how": how,
                "article": article,
                "from": first,
                "to": last,
                "note": "",
                "line": line,
            }
        )
    actors = pl.concat([study.lists["actors"], pl.DataFrame(more, schema=study.lists["actors"].schema)])
    return {**study.lists, "actors": actors}


def test_a_sentence_becomes_these_rows(read: Read) -> None:
    assert read("Anna Abel met Ito. Norhaven waited.").mentions.rows() == [
        ("a1-m16", "a1-s16", "a1", "abel", 16, 25, "Anna Abel", "name"),
        ("a1-m30", "a1-s16", "a1", "ito", 30, 33, "Ito", "name"),
        ("a1-m35", "a1-s35", "a1", "norland", 35, 43, "Norhaven", "metonym"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The longest alias wins, names keep their case, roles and aliases with "the" do not.
        ("The Northern League met.", [("league", "name", "Northern League")]),
        ("NORLAND and norland waited.", []),
        ("THE BLOC waited for the bloc.", [("league", "metonym", "THE BLOC"), ("league", "metonym", "the bloc")]),
        ("The Sudlandic Leader spoke.", [("ito", "role", "The Sudlandic Leader")]),
        # Only whole words.
        ("Abelson met Itoh.", []),
        ("Abel's hall, Ito’s hall.", [("abel", "name", "Abel"), ("ito", "name", "Ito")]),
        ("A Norland-born singer.", [("norland", "name", "Norland")]),
        ("Anna\u00a0Abel spoke.", [("abel", "name", "Anna\u00a0Abel")]),
        # A country or a capital as a place is no mention; a demonym and a possessor is.
        ("Troops stood in Sudland.", []),
        ("Troops stood in eastern Sudland.", []),
        ("Troops stood in Sudland's north.", [("sudland", "name", "Sudland")]),
        ("Sudlandic troops stood by.", [("sudland", "name", "Sudlandic")]),
        ("Trains left Norhaven.", []),
        ("Trains left Norland.", [("norland", "name", "Norland")]),
        ("The coast under Sudland control is long.", []),
        ("The coast under Sudland's control is long.", [("sudland", "name", "Sudland")]),
        # A state or an organisation inside a person's role names the person alone.
        ("Norlandic President Anna Abel spoke.", [("abel", "name", "Anna Abel")]),
        ("Norland's new foreign minister Anna Abel spoke.", [("abel", "name", "Anna Abel")]),
        ("The premier of Sudland spoke.", []),
        ("League chief Kenji Ito spoke.", [("ito", "name", "Kenji Ito")]),
        ("League officials spoke.", [("league", "name", "League")]),
        ("Norland's Abel spoke.", [("abel", "name", "Abel")]),
    ],
)
def test_each_rule_of_naming(read: Read, text: str, expected: list) -> None:
    assert rows(read(text)) == expected


def test_a_role_is_bound_by_the_name_it_introduces_from_there_on(read: Read) -> None:
    text = "The president waited. President Anna Abel and Premier Ito met. The president left; the premier stayed."
    assert rows(read(text)) == [
        ("abel", "name", "Anna Abel"),
        ("ito", "name", "Ito"),
        ("abel", "role", "The president"),
        ("ito", "role", "the premier"),
    ]


@pytest.mark.parametrize(("one", "other"), [("President", "head of state"), ("Premier", "prime minister")])
def test_an_office_with_two_names_is_one_office(read: Read, one: str, other: str) -> None:
    assert rows(read(f"{one} Abel spoke. The {other} left.")) == [
        ("abel", "name", "Abel"),
        ("abel", "role", f"The {other}"),
    ]


def test_two_presidents_are_told_apart_by_their_states(read: Read) -> None:
    text = "Norlandic President Abel met Sudlandic President Ito. The Norlandic president left. The Sudlandic president sat."
    assert rows(read(text))[2:] == [
        ("abel", "role", "The Norlandic president"),
        ("ito", "role", "The Sudlandic president"),
    ]


def test_a_role_inside_another_phrase_names_nobody(read: Read) -> None:
    text = "President Abel spoke. The president of the court sat. The presidents met. The President Hotel burned."
    assert rows(read(text)) == [("abel", "name", "Abel")]


def test_a_pronoun_takes_the_person_before_it_in_its_sentence(read: Read) -> None:
    assert rows(read("Abel spoke before she left.")) == [("abel", "name", "Abel"), ("abel", "pronoun", "she")]


def test_a_pronoun_takes_the_subject_and_not_the_person_spoken_to(read: Read) -> None:
    assert rows(read("Abel met with Ito. Then she left."))[-1] == ("abel", "pronoun", "she")


def test_a_pronoun_in_an_opening_phrase_takes_the_name_behind_the_comma(read: Read) -> None:
    assert rows(read("During her visit, Abel spoke.")) == [("abel", "pronoun", "her"), ("abel", "name", "Abel")]


def test_a_pronoun_reaches_over_one_sentence_and_no_further(read: Read) -> None:
    assert rows(read("Abel spoke. She left.")) == [("abel", "name", "Abel"), ("abel", "pronoun", "She")]
    assert rows(read("Abel spoke. The hall was full. She left.")) == [("abel", "name", "Abel")]


def test_a_pronoun_inside_a_quotation_names_nobody(read: Read) -> None:
    assert rows(read('Abel spoke. "He is late."')) == [("abel", "name", "Abel")]


def test_a_sentence_inside_a_quotation_does_not_count_as_distance(read: Read) -> None:
    assert rows(read('Abel spoke. "The gate is open." She left.'))[-1] == ("abel", "pronoun", "She")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The host, Maria Abel, spoke.", 0),
        ("The host, A. Abel, spoke.", 1),
        ("The host, Ana Abel, spoke.", 0),
        ("The host, Ann Abel, spoke.", 1),  # another spelling of Anna
        ("On Monday Abel spoke, as Mrs Abel always does.", 2),
        ("Then President Abel spoke.", 1),
        ("In Norland Abel spoke.", 1),
        ("With Maria Ito, who spoke.", 0),
        ("Then the German Abel spoke.", 1),  # no land of the ledger
    ],
)
def test_a_surname_behind_another_given_name_is_somebody_else(read: Read, text: str, count: int) -> None:
    assert len([row for row in rows(read(text)) if row[0] in ("abel", "ito")]) == count


@pytest.mark.parametrize(
    ("text", "pronouns"),
    [
        ("Ms Abel spoke. He left.", []),
        ("Ms Abel spoke. She left.", [("abel", "She")]),
        ("The spokesman Ito spoke. She left.", []),
        ("The German Ito spoke. She left.", [("ito", "She")]),
        ("Abel said she won. Abel left. He spoke. Abel rested before she slept.", [("abel", "she")] * 2),
        ("Abel said she won. Abel left. He spoke.", []),  # one each: nobody can tell
        ("Mr Ito spoke. Later Mrs Ito spoke. He left.", []),  # two people of one name
    ],
)
def test_a_pronoun_of_the_other_gender_names_nobody(read: Read, text: str, pronouns: list[tuple[str, str]]) -> None:
    assert [(actor, said) for actor, how, said in rows(read(text)) if how == "pronoun"] == pronouns


def test_a_pronoun_for_a_state_is_not_coded(read: Read) -> None:
    assert rows(read("Norland waited. It left. He left.")) == [("norland", "name", "Norland")]


def test_an_alias_of_one_article_names_its_actor_there_alone(tiny: Study) -> None:
    lists = with_alias(tiny, "ito,person,the boss,role,a1")
    texts = {"a1": "The boss spoke to all.", "a2": "The boss spoke to all."}
    found = mentions_of(tiny, texts, lists)
    assert found.select("article_id", "actor", "surface").rows() == [("a1", "ito", "The boss")]


def test_an_alias_of_one_article_outweighs_the_one_of_all(tiny: Study) -> None:
    lists = with_alias(tiny, "ito,person,Abel,name,a1")
    assert mentions_in(tiny, "Abel spoke to all.", lists)["actor"].to_list() == ["ito"]


def test_a_ledger_without_actors_finds_nobody(tiny: Study) -> None:
    lists = {**tiny.lists, "actors": tiny.lists["actors"].clear()}
    assert mentions_in(tiny, "Abel spoke to all.", lists).height == 0


def test_an_alias_typed_with_two_spaces_is_found(tiny: Study) -> None:
    lists = with_alias(tiny, "ito,person,Prince  Kenji,name,")
    assert mentions_in(tiny, "Prince Kenji spoke to all.", lists)["actor"].to_list() == ["ito"]


@pytest.mark.parametrize("text", ["THE SUDLANDİC LEADER spoke.", "The Sudlandıc leader spoke."])
def test_a_role_in_turkish_letters_stops_nothing(tiny: Study, text: str) -> None:
    assert mentions_in(tiny, text).height <= 1


def test_a_capital_before_a_word_of_the_list_of_places_is_no_mention(read: Read) -> None:
    assert rows(read("The hall closes at six, Norhaven time.")) == []


# --- what holds for every text ----------------------------------------------------------------

PIECE = st.sampled_from(
    [
        "Abel",
        "Anna Abel",
        "Ito",
        "the Sudlandic leader",
        "The Sudlandic Leader",
        "Norland",
        "Norlandic",
        "Norhaven",
        "Sudland",
        "Sudport",
        "Northern League",
        "the bloc",
        "The",
        "the",
        "president",
        "President",
        "premier",
        "head of state",
        "chief",
        "of",
        "in",
        "under",
        "control",
        "he",
        "She",
        "his",
        "'s",
        "’s",
        "’",
        "-",
        ",",
        ".",
        ". ",
        '"',
        "“",
        "”",
        " ",
        "\n\n",
        "\r\n",
        "said",
        "e\u0301",
        "א",
        "\U0001f6aa",
    ]
)
TEXT = st.lists(PIECE, max_size=30).flatmap(
    lambda pieces: st.lists(st.sampled_from([" ", " ", " ", ""]), min_size=len(pieces), max_size=len(pieces)).map(
        lambda gaps: "".join(piece + gap for piece, gap in zip(pieces, gaps, strict=True))
    )
)


@given(TEXT)
def test_mentions_lie_in_their_sentence_and_do_not_overlap(read: Read, text: str) -> None:
    found = read(text)
    spans = {row["sentence_id"]: (row["start"], row["end"]) for row in found.sentences.iter_rows(named=True)}
    for row in found.mentions.iter_rows(named=True):
        first, last = spans[row["sentence_id"]]
        assert first <= row["start"] < row["end"] <= last
        assert found.text[row["start"] : row["end"]] == row["surface"]
    places = found.mentions.sort("start").select("start", "end").rows()
    assert all(end <= start for (_, end), (start, _) in pairwise(places))


@given(TEXT, st.randoms(use_true_random=False))
def test_the_order_of_the_ledger_changes_nothing(tiny: Study, text: str, random) -> None:
    order = list(range(tiny.lists["actors"].height))
    random.shuffle(order)
    shuffled = {**tiny.lists, "actors": tiny.lists["actors"][order]}
    assert_frame_equal(mentions_in(tiny, text, shuffled), mentions_in(tiny, text))


@given(TEXT)
def test_every_mention_but_a_pronoun_is_an_alias_or_an_office(tiny: Study, text: str) -> None:
    aliases = {alias.casefold() for alias in tiny.lists["actors"]["alias"]}
    for surface, how in mentions_in(tiny, text).select("surface", "how").iter_rows():
        plain = " ".join(surface.split()).casefold()
        if how == "pronoun":
            assert plain in ("he", "him", "his", "himself", "she", "her", "hers", "herself")
        elif plain not in aliases:
            assert how == "role"
            assert plain.endswith(("president", "premier", "head of state", "chief"))


def test_an_alias_with_days_names_its_actor_between_them(tiny: Study) -> None:
    """An office passes on: who is meant depends on when the article can have appeared."""
    lists = with_alias(tiny, "abel,person,the chief,role,,,2019-12-31", "ito,person,the chief,role,,2020-01-01,")
    text = "Talks in the north\n\n{}\n\nThe chief spoke to all."
    found = mentions_of(tiny, {"a1": text.format("3 May 2019"), "a2": text.format("3 May 2020")}, lists)
    assert found.select("article_id", "actor").rows() == [("a1", "abel"), ("a2", "ito")]
    # In an article without a date it cannot be told who is meant.
    assert mentions_of(tiny, {"a1": "The chief spoke to all."}, lists).is_empty()


def test_a_role_before_another_s_name_is_part_of_that_name(tiny: Study) -> None:
    lists = with_alias(tiny, "ito,person,president,role,")
    found = mentions_in(tiny, "Talks\n\nVice President Abel spoke. He left. The president slept.", lists)
    assert found.select("actor", "how").rows() == [("abel", "name"), ("abel", "pronoun"), ("ito", "role")]


def test_the_longest_office_wins_however_the_list_writes_it(tiny: Study) -> None:
    offices = tiny.lists["offices"]
    added = offices.head(2).with_columns(
        office=pl.Series(["Keeper", "keeper of the seal"]), kind=pl.lit("person"), same_as=pl.lit("")
    )
    lists = {**tiny.lists, "offices": pl.concat([offices, added])}
    office = compile_ledger(lists, build_corpus(tiny)["articles"]).office
    assert office.match("Keeper of the Seal spoke")[0] == "Keeper of the Seal"
