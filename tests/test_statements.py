"""Who is reported to say what: one invented sentence for each rule of the sieve."""

import re
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.statements.attribution.lexicon import compile_lexicon, inflect
from dateline.statements.attribution.sieve import attribute
from dateline.study.load import Study

Read = Callable[..., SimpleNamespace]


def rows(found: SimpleNamespace) -> list[tuple]:
    """Holder, its words, voice, rule, cue, and the part of the sentence that is theirs."""
    columns = ("holder", "holder_text", "voice", "rule", "cue", "start", "end")
    return [(*row[:5], found.text[row[5] : row[6]]) for row in found.statements.select(columns).iter_rows()]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def holders(found: SimpleNamespace) -> list[str | None]:
    return found.statements["holder"].to_list()


def whole(text: str, *row: str | None) -> list[tuple]:
    """One statement that takes the whole text, or the last of six values."""
    return [row if len(row) == 6 else (*row, text)]


# --- one rule each ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "row"),
    [
        (
            "Abel said Norland should join the League.",
            ("abel", "Abel", "indirect", "source-verb", "said", "Norland should join the League."),
        ),
        (
            "Norland should join the League, said Abel.",
            ("abel", "Abel", "indirect", "verb-source", "said", "Norland should join the League"),
        ),
        (
            "According to Abel, Norland should join.",
            ("abel", "Abel", "indirect", "according-to", "According to", "Norland should join."),
        ),
        ("Norland, in the words of Ito, should wait.", ("ito", "Ito", "indirect", "according-to", "in the words of")),
        ("Abel, who said Norland should join, left.", ("abel", "Abel", "indirect", "relative-clause", "said")),
        ("The offer was rejected by Sudland.", ("sudland", "Sudland", "indirect", "passive", "rejected by")),
        (
            "Sudland's demand that Norland wait still stands.",
            ("sudland", "Sudland", "narrated", "position-noun", "demand that"),
        ),
        ("Abel is optimistic about the talks.", ("abel", "Abel", "narrated", "attitude", "is optimistic")),
        ("League expansion has enraged Sudland.", ("sudland", "Sudland", "narrated", "experiencer", "enraged")),
        ("Sudland opposes League expansion.", ("sudland", "Sudland", "narrated", "narrated", "opposes")),
        ("– We are ready, Abel said.", ("abel", "Abel", "direct", "speech-dash", "said")),
        (
            "Abel told Ito that the gate is open.",
            ("abel", "Abel", "indirect", "source-verb", "told", "the gate is open."),
        ),
        ("Abel has not yet asked for more.", ("abel", "Abel", "indirect", "source-verb", "asked for")),
        (
            "Asked about it, Abel said the gate is open.",
            ("abel", "Abel", "indirect", "source-verb", "said", "the gate is open."),
        ),
        (
            "Abel, a spokeswoman for Norland, said it was late.",
            ("abel", "Abel", "indirect", "source-verb", "said", "it was late."),
        ),
        (
            "Norlandic officials said the gate is open.",
            ("norland", "Norlandic officials", "indirect", "source-verb", "said", "the gate is open."),
        ),
        (
            "An analyst said the gate is open.",
            (None, "An analyst", "indirect", "source-verb", "said", "the gate is open."),
        ),
    ],
)
def test_each_rule_finds_its_holder(read: Read, text: str, row: tuple) -> None:
    assert rows(read(text)) == whole(text, *row)


@pytest.mark.parametrize(
    ("text", "holder"),
    [
        ("Abel, the host, warned Ito that the gate is open.", "abel"),
        ("Abel, 51, told Ito that the gate is open.", "abel"),
        ("Abel, however, told Ito the gate is open.", "abel"),
        ("Abel, the host, accused Ito of closing the gate.", "abel"),
        ("Abel, the host, said Monday that the gate is open.", "abel"),
        ("The gate is open, Abel, the host, said Monday.", "abel"),
        ("The gate is open, warned Abel.", "abel"),
        ("“The gate is open,” warned Abel, the host.", "abel"),
        ("Abel spoke at noon. On Tuesday she said that the gate is open.", "abel"),
        ("Abel spoke at noon. In a speech she said that the gate is open.", "abel"),
        ("Abel: “The gate is open.”", "abel"),
    ],
)
def test_who_is_told_and_when_is_not_who_says_it(read: Read, text: str, holder: str) -> None:
    found = [row for row in read(text).statements.iter_rows(named=True) if row["voice"] != "narrated"]
    assert [row["holder"] for row in found] == [holder]


def test_somebody_at_a_body_who_opposes_is_not_the_body(read: Read) -> None:
    assert read("Ito, a lawyer at the League who opposes the gate, spoke at noon.").statements.is_empty()


def test_what_the_paper_calls_somebody_is_not_what_is_said(read: Read) -> None:
    found = read("Abel, a long-time opponent of war, says that Norland will join the League.")
    assert found.statements.select("holder", "support", "feasibility").rows() == [("abel", None, 1)]


def test_a_headline_hands_over_with_a_colon(read: Read) -> None:
    text = "Abel: Norland should join the League"
    found = read(f"{text}\n\nThe hall was full.", title=True)
    assert rows(found) == whole(
        text, "abel", "Abel", "indirect", "headline-colon", ":", "Norland should join the League"
    )


def test_a_headline_in_capitals_reports_too(read: Read) -> None:
    text = "Abel Says Norland Should Join the League"
    found = read(f"{text}\n\nThe hall was full.", title=True)
    assert rows(found) == whole(
        text, "abel", "Abel", "indirect", "source-verb", "Says", "Norland Should Join the League"
    )


def test_a_colon_in_the_body_is_no_headline(read: Read) -> None:
    assert rows(read("Abel: the gate is open to all who wait.")) == []


def test_a_demand_made_by_somebody_begins_with_the_demand(read: Read) -> None:
    assert rows(read("A demand made by Sudland is that Norland wait.")) == [
        (
            "sudland",
            "Sudland",
            "narrated",
            "position-noun",
            "demand made by",
            "demand made by Sudland is that Norland wait.",
        )
    ]


def test_a_source_behind_a_quotation_speaks_all_of_its_sentences(read: Read) -> None:
    assert rows(read('"Norland should join. We are ready," Abel said.')) == [
        ("abel", "Abel", "direct", "quote-then-source", "said", '"Norland should join.'),
        ("abel", "Abel", "direct", "quote-then-source", "said", 'We are ready,"'),
    ]


def test_a_source_before_a_quotation_speaks_all_of_its_sentences(read: Read) -> None:
    assert rows(read('Abel told all: "Norland should join. We are ready." Ito left.')) == [
        ("abel", "Abel", "direct", "source-then-quote", "told", '"Norland should join.'),
        ("abel", "Abel", "direct", "source-then-quote", "told", 'We are ready."'),
    ]


@pytest.mark.parametrize(
    ("text", "rule"),
    [('"We are ready," Abel said.', "quote-then-source"), ('Abel said: "We are ready."', "source-then-quote")],
)
def test_a_quotation_with_a_verb_and_a_source_beside_it_is_found_by_the_first_rule(
    read: Read, text: str, rule: str
) -> None:
    assert read(text).statements["rule"].to_list() == [rule]


def test_a_quotation_carries_on_behind_its_source(read: Read) -> None:
    assert rows(read('"Norland should join," said Abel. "We are ready now."')) == [
        ("abel", "Abel", "direct", "quote-then-source", "said", '"Norland should join,"'),
        ("abel", "Abel", "direct", "continued", "", '"We are ready now."'),
    ]


def test_a_quotation_without_a_cue_belongs_to_the_last_one_who_spoke_or_acted(read: Read) -> None:
    assert rows(read('Abel walked to the hall.\n\n"Norland should join."')) == [
        ("abel", "Abel", "direct", "continued", "", '"Norland should join."')
    ]


def test_a_quotation_that_nobody_can_be_told_for_has_no_holder(read: Read) -> None:
    assert rows(read('"Norland should join."')) == [(None, "", "direct", "continued", "", '"Norland should join."')]


def test_a_quotation_that_is_still_open_runs_on_into_the_next_paragraph(read: Read) -> None:
    found = read('Abel said: "We are ready.\n\n"We will not wait."\n\nIto left the hall.')
    assert rows(found) == [
        ("abel", "Abel", "direct", "source-then-quote", "said", '"We are ready.'),
        ("abel", "Abel", "direct", "runs-on", "", '"We will not wait."'),
    ]
    assert found.statements["holder_start"].to_list() == [16, None]


def test_a_quotation_runs_on_only_where_the_next_paragraph_opens_with_a_mark(read: Read) -> None:
    assert holders(read('Abel said: "We are ready.\n\nThe "old gate of stone" stood empty.')) == ["abel"]


def test_a_quotation_that_was_closed_does_not_run_on(read: Read) -> None:
    found = read('Abel said: "We are ready."\n\n"We will not wait," Ito said.')
    assert holders(found) == ["abel", "ito"]


def test_a_paragraph_with_a_speech_dash_is_all_of_its_source(read: Read) -> None:
    found = read("– Norland should join. We are ready, Abel said.")
    assert rows(found) == [
        ("abel", "Abel", "direct", "speech-dash", "said", "– Norland should join."),
        ("abel", "Abel", "direct", "speech-dash", "said", "We are ready, Abel said."),
    ]
    assert found.statements.select("holder_start", "holder_end").rows() == [(None, None), (53, 57)]


def test_a_speech_dash_without_a_source_takes_the_one_before(read: Read) -> None:
    assert holders(read("Abel told all to wait.\n\n– We are ready.")) == ["abel", "abel"]
    assert holders(read("– We are ready.")) == [None]


# --- one holder, one sentence, one row --------------------------------------------------------


def test_a_verb_carried_on_adds_no_row(read: Read) -> None:
    text = "Abel said the gate is open and added that it was late."
    words = "the gate is open and added that it was late."
    assert rows(read(text)) == whole(text, "abel", "Abel", "indirect", "source-verb", "said", words)


def test_two_who_say_it_together_get_a_row_each(read: Read) -> None:
    text = "Abel and Ito said the gate is open."
    assert rows(read(text)) == [
        ("abel", "Abel", "indirect", "source-verb", "said", "the gate is open."),
        ("ito", "Ito", "indirect", "source-verb", "said", "the gate is open."),
    ]


def test_two_who_say_different_things_part_the_sentence(read: Read) -> None:
    assert rows(read("Abel said the gate is open, but Ito said it is shut.")) == [
        ("abel", "Abel", "indirect", "source-verb", "said", "the gate is open"),
        ("ito", "Ito", "indirect", "source-verb", "said", "it is shut."),
    ]


def test_a_name_before_and_is_no_part_of_the_next_subject(read: Read) -> None:
    assert rows(read("Abel said Norland should join the League and Ito replied it would not.")) == [
        ("abel", "Abel", "indirect", "source-verb", "said", "Norland should join the League"),
        ("ito", "Ito", "indirect", "source-verb", "replied", "it would not."),
    ]


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ('Abel said it was "open".', "indirect"),
        ('Abel said it was "open to all".', "direct"),
        ('Abel said: "Yes."', "indirect"),
        ('Abel said: "Yes, now."', "direct"),
    ],
)
def test_two_quoted_words_make_a_sentence_direct_and_one_does_not(read: Read, text: str, voice: str) -> None:
    assert read(text).statements["voice"].to_list() == [voice]


def test_sentences_of_one_quotation_are_one_utterance_and_reports_are_their_own(read: Read) -> None:
    found = read('Abel said: "We are ready. We go. We stay." Ito said he would go.')
    assert found.statements["utterance_id"].to_list() == ["a1-u16", "a1-u16", "a1-u16", "a1-u59-ito"]
    assert found.statements["statement_id"].to_list() == ["a1-t16-abel", "a1-t42-abel", "a1-t49-abel", "a1-t59-ito"]


def test_ids_keep_the_whole_name_of_their_article(tiny: Study, read: Read) -> None:
    found = read("“The gate is open. It will stay so,” Abel said. Ito said it rained.")
    name = pl.lit("port-talks")
    own = attribute(
        found.sentences.with_columns(article_id=name),
        found.mentions.with_columns(article_id=name),
        {"port-talks": found.text},
        tiny.kinds,
        compile_lexicon(tiny.lists),
    )
    assert [(row["statement_id"], row["utterance_id"]) for row in own] == [
        ("port-talks-t16-abel", "port-talks-u16"),
        ("port-talks-t35-abel", "port-talks-u16"),
        ("port-talks-t64-ito", "port-talks-u64-ito"),
    ]


def test_a_quotation_without_a_word_that_nothing_closes_stops_nobody(read: Read) -> None:
    found = read("Nobody knew. “...\n\nIto said that the gate was open.")
    assert found.statements["holder"].to_list() == ["ito"]


def test_a_quotation_over_two_paragraphs_is_one_utterance(read: Read) -> None:
    found = read('Abel said: "We are ready. We go.\n\n"We will not wait."')
    assert found.statements["utterance_id"].n_unique() == 1


# --- what is no statement ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Abel walked to the hall.",
        "Sudland sent troops to the coast.",
        "Abel may say that the gate is open.",
        "What Abel should have said is not known.",
        "The gate was said to be open.",
        "Norland held the hall.",
        "Saying no is hard for Norland.",
        "The statement by the court was long.",
        'The "open gate" of Norland is old.',
    ],
)
def test_acts_possibilities_and_nobody_s_words_are_no_statements(read: Read, text: str) -> None:
    assert rows(read(text)) == []


def test_a_verb_that_needs_a_clause_reports_only_with_one(read: Read) -> None:
    assert holders(read("Abel claimed the hall.")) == []
    assert holders(read("Abel claimed that the gate is open.")) == ["abel"]


def test_what_somebody_did_not_say_is_no_statement(read: Read) -> None:
    assert rows(read("Abel did not say Norland should join the League.")) == []
    assert rows(read("Ito never said that nobody supports League membership.")) == []
    assert rows(read('Abel did not say: "We are ready now."')) == []


def test_a_position_inside_what_somebody_did_not_say_is_no_statement(read: Read) -> None:
    assert rows(read("Abel did not say that Ito opposes League membership.")) == []


def test_what_somebody_says_of_another_saying_is_one_statement(read: Read) -> None:
    assert holders(read("Abel said that Ito said that the gate is open.")) == ["abel"]


# --- pronouns and heads -----------------------------------------------------------------------


def test_a_pronoun_before_its_verb_has_the_holder_of_its_mention(read: Read) -> None:
    found = read("Abel came late. She said the gate is open.")
    assert rows(found) == [("abel", "She", "indirect", "source-verb", "said", "the gate is open.")]


def test_a_pronoun_without_a_safe_antecedent_holds_for_nobody(read: Read) -> None:
    assert rows(read("He said the gate is open.")) == [
        (None, "He", "indirect", "source-verb", "said", "the gate is open.")
    ]


def test_a_pronoun_behind_its_verb_has_the_holder_of_its_mention(read: Read) -> None:
    found = read('Abel came late. "The gate is open," said she.')
    assert found.statements.select("holder", "holder_text", "holder_start", "holder_end").rows() == [
        ("abel", "she", 57, 60)
    ]


def test_a_position_told_of_another_is_a_row_of_its_own_and_ends_the_outer_one(read: Read) -> None:
    assert rows(read("Abel said that Ito opposes League membership.")) == [
        ("abel", "Abel", "indirect", "source-verb", "said", "Abel said that"),
        ("ito", "Ito", "narrated", "narrated", "opposes", "Ito opposes League membership."),
    ]


def test_a_position_told_of_one_s_own_group_is_the_outer_row_only(read: Read) -> None:
    text = "Ito said that Sudland opposes League membership."
    words = "Sudland opposes League membership."
    assert rows(read(text)) == whole(text, "ito", "Ito", "indirect", "source-verb", "said", words)


@pytest.mark.xfail(
    strict=True, reason="'that' counts as a determiner of the first name, so the two names behind it do not join"
)
@pytest.mark.parametrize("position", ["oppose League membership", "rejected League membership"])
def test_a_position_told_of_two_is_a_row_of_each(read: Read, position: str) -> None:
    found = read(f"Abel said that Estmark and Sudland {position}.")
    assert rows(found)[0][-1] == "Abel said that "
    assert holders(found) == ["abel", "estmark", "sudland"]


def test_the_official_is_the_one_named_before(read: Read) -> None:
    found = read("A League official said it was late. The official said the gate is open.")
    assert found.statements.select("holder", "holder_text").rows() == [
        ("league", "A League official"),
        ("league", "The official"),
    ]


# --- what once went wrong, and what still does (xfail) ----------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Abel, speaking in Norhaven, said Norland would join the League.",
        "Abel, a spokeswoman for Norland, said Norland should join the League.",
    ],
)
def test_a_name_of_one_word_before_an_aside_is_the_source(read: Read, text: str) -> None:
    words = text.partition(" said ")[2]
    assert rows(read(text)) == whole(text, "abel", "Abel", "indirect", "source-verb", "said", words)


def test_a_name_of_two_words_before_an_aside_is_the_source(read: Read) -> None:
    text = "Anna Abel, speaking in Norhaven, said Norland would join the League."
    assert rows(read(text)) == whole(
        text, "abel", "Anna Abel", "indirect", "source-verb", "said", "Norland would join the League."
    )


def test_one_demand_is_not_said_by_one(read: Read) -> None:
    assert holders(read("One demand made by Sudland is that Norland wait.")) == ["sudland"]


def test_the_demand_that_somebody_rejects_is_a_statement_of_its_holder(read: Read) -> None:
    assert sorted(holders(read("Norhaven rejected Sudland's demand that Norland never join the League."))) == [
        "norland",
        "sudland",
    ]


def test_the_text_of_a_holder_inside_a_report_is_its_name(read: Read) -> None:
    found = read("Abel said Norland wants the gate to open.")
    assert found.statements.filter(holder="norland")["holder_text"].to_list() in ([], ["Norland"])


def test_an_inherited_holder_has_no_place_in_a_paragraph_with_a_speech_dash(read: Read) -> None:
    found = read("– We are ready, Abel said. We will not wait.")
    assert found.statements.select("holder_start", "holder_end").rows() == [(32, 36), (None, None)]


def test_the_part_of_a_holder_lies_in_its_sentence_where_a_mark_stands_before_the_cut(read: Read) -> None:
    found = read('Abel asked Ito why?"We wait now"then.')
    starts = dict(found.sentences.select("sentence_id", "start").iter_rows())
    assert [row for row in found.statements.iter_rows(named=True) if row["start"] < starts[row["sentence_id"]]] == []


# --- verbs ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("demand", "demands demanded demanding"),
        ("argue", "argues argued arguing"),
        ("deny", "denies denied denying"),
        ("stress", "stresses stressed stressing"),
        ("convey", "conveys conveyed conveying"),
        ("agree", "agrees agreed agreeing"),
        ("brag", "brags bragged bragging"),
        ("quip", "quips quipped quipping"),
        ("refer", "refers referred"),
        ("say", "says said saying"),
        ("write", "writes wrote written writing"),
        ("forecast", "forecasts forecast"),
    ],
)
def test_each_form_of_a_verb_is_known(verb: str, forms: str) -> None:
    assert set(forms.split()) <= {*inflect(verb)}


def test_the_particle_of_a_verb_stays_as_it_is() -> None:
    assert inflect("rule out") == ["rules out", "ruled out", "ruling out"]


@pytest.mark.parametrize("verb", ["bragged", "is bragging", "quipped", "admitted"])
def test_a_verb_that_doubles_its_consonant_reports(read: Read, verb: str) -> None:
    said = ("abel", "Abel", "indirect", "source-verb", verb.rsplit(maxsplit=1)[-1], "the gate would open.")
    assert rows(read(f"Abel {verb} that the gate would open.")) == [said]


@pytest.mark.parametrize("apostrophe", ["'", "’"])
@pytest.mark.parametrize("said", ["didn't say", "hasn't said", "won't say", "can't say", "shouldn't say"])
def test_a_shortened_not_with_either_apostrophe_is_a_negation(read: Read, said: str, apostrophe: str) -> None:
    assert rows(read(f"Abel {said.replace(chr(39), apostrophe)} that the gate would open.")) == []


def test_every_irregular_form_of_the_list_is_known(study: Study) -> None:
    verbs = compile_lexicon(study.lists).verbs
    forms = {
        "said": "say",
        "told": "tell",
        "laid out": "lay out",
        "spoke of": "speak of",
        "sought": "seek",
        "wrote": "write",
    }
    assert {form: verbs[form].lemma for form in forms} == forms


# --- what holds for every text ----------------------------------------------------------------

PIECE = st.sampled_from(
    [
        "Abel",
        "Anna Abel",
        "Ito",
        "the Sudlandic leader",
        "Norland",
        "Norland's",
        "Sudland’s",
        "Sudport",
        "the League",
        "The official",
        "officials",
        "spokesman for",
        "president",
        "he",
        "She",
        "it",
        "They",
        "We",
        "who",
        "which",
        "that",
        "whether",
        "and",
        "but",
        "of",
        "by",
        "to",
        "not",
        "never",
        "has",
        "was",
        "will",
        "may",
        "also",
        "said",
        "says",
        "told",
        "told all",
        "added",
        "rejected",
        "rejects",
        "demands",
        "called for",
        "opposes",
        "enraged",
        "claimed",
        "hopes",
        "asked",
        "agreed to",
        "rule out",
        "said no",
        "According to",
        "in the words of",
        "so",
        "demand to",
        "demand made by",
        "is optimistic",
        "is opposed to",
        "gate",
        "U.S.",
        "Mr.",
        "(",
        ")",
        ",",
        ".",
        ":",
        ";",
        "–",
        "- ",
        '"',
        "“",
        "”",
        "«",
        "»",
        "‘",
        "’",
        "'",
        "…",
        "?",
        "!",
        "\n\n",
        "\n",
        "\r\n\r\n",
        "e\u0301",
        "א",
        "\U0001f6aa",
    ]
)
TEXT = st.lists(st.tuples(PIECE, st.sampled_from([" ", " ", " ", " ", ""])), max_size=40).map(
    lambda pieces: "".join(piece + gap for piece, gap in pieces)
)


@given(TEXT, st.booleans())
def test_no_text_stops_the_sieve_and_every_row_keeps_the_contract(read: Read, text: str, title: bool) -> None:
    found = read(text, title=title)
    spans = {row["sentence_id"]: (row["start"], row["end"]) for row in found.sentences.iter_rows(named=True)}
    assert found.statements["statement_id"].n_unique() == found.statements.height
    for row in found.statements.iter_rows(named=True):
        first, last = spans[row["sentence_id"]]
        assert first <= row["start"] < row["end"] <= last
        assert row["voice"] in ("direct", "indirect", "narrated")
        assert row["rule"]
        assert (row["holder_start"] is None) == (row["holder_end"] is None)
        if row["holder_start"] is not None:
            assert first <= row["holder_start"] < row["holder_end"] <= last
            cut = words(found.text[row["holder_start"] : row["holder_end"]])
            assert words(row["holder_text"]) and Counter(words(row["holder_text"])) <= Counter(cut)


def test_no_sentences_give_no_statements(tiny: Study, read: Read) -> None:
    nothing = read("")
    empty = nothing.sentences.clear()
    assert attribute(empty, nothing.mentions, {}, tiny.kinds, compile_lexicon(tiny.lists)) == []


@pytest.mark.parametrize("word", ["and", "but", "while"])
def test_a_second_source_stands_beside_the_first_and_not_in_its_clause(read, word: str) -> None:
    found = read(f"Abel said that Norland should join the League soon, {word} Ito said that it should not.")
    told = [(row["holder"], found.text[row["start"] : row["end"]]) for row in found.statements.iter_rows(named=True)]
    assert told == [("abel", "Norland should join the League soon"), ("ito", "it should not.")]
    inside = read("Abel said that Norland waits, and that Ito said it should not.").statements
    assert inside["holder"].to_list() == ["abel"]


# --- tags and subjects of the press -------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“The gate is open,” Maria Dahl joked.", [(None, "Maria Dahl", "direct")]),
        ("“Is the gate open?” Ito wondered.", [("ito", "Ito", "direct")]),
        ("“Why is the gate not open?” Ito asked.", [("ito", "Ito", "direct")]),
        (
            "Abel left. “The gate is open,” the Courier’s night desk wrote on its page.",
            [(None, "the Courier’s night desk", "direct")],
        ),
        ("Abel left. “The gate is open,” was heard in the hall.", [(None, "", "direct")]),
        ("“The gate is open” for all of us, Ito said.", [("ito", "Ito", "direct")]),
        ("Abel, 59, of Norhaven, said the gate would open.", [("abel", "Abel", "indirect")]),
        ("Abel (left), the host, said the gate would open.", [("abel", "Abel", "indirect")]),
        ("Abel, a former member of the council, said Ito’s messages have stopped.", [("abel", "Abel", "indirect")]),
        ("According to exit polls, the gate will open.", [(None, "exit polls", "indirect")]),
        ("Abel added:", []),
        ("Ito won in all the northern states that have a gate.", []),
        ("Having said that, Ito left the hall.", []),
    ],
)
def test_tags_and_subjects_of_the_press(read: Read, text: str, expected: list[tuple]) -> None:
    found = read(text).statements.select("holder", "holder_text", "voice").rows()
    assert found == expected


def test_a_question_takes_the_tag_of_the_next_sentence(read: Read) -> None:
    found = read("Abel left. “Who will open the gate now?” Ito asked.\n\nNobody knew.")
    assert [(row[0], row[3]) for row in rows(found)] == [("ito", "quote-then-source")]
