"""What a statement holds about the proposition "Norland becomes a member of the League": a mechanism a test."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.study.phrases import compile_phrase

Read = Callable[..., SimpleNamespace]
COLUMNS = ("holder", "on_target", "support", "feasibility", "conditional", "because")
OFF = (False, None, None, False, "")


def codes(found: SimpleNamespace) -> list[tuple]:
    return found.statements.select(COLUMNS).rows()


def last(found: SimpleNamespace) -> tuple:
    return codes(found)[-1]


# --- phrases ----------------------------------------------------------------------------------

SLOTS = {"{object}": "(?:(?:the )?League)", "{subject}": "(?:Norland)"}


@pytest.mark.parametrize(
    ("phrase", "text", "match"),
    [
        ("join*", "it JOINED them", "JOINED"),
        ("join", "it joined them", None),
        ("join", "to join.", "join"),
        ("rejoin", "to join", None),
        ("join", "to rejoin", None),
        ("door ... open", "the door is now wide open", "door is now wide open"),
        ("door ... open", "the door is one two three four five open", None),
        ("open door", "an open\ndoor", "open\ndoor"),
        ("MAP", "the map", None),
        ("MAP", "the MAP", "MAP"),
        ("{object} membership", "for the League membership", "the League membership"),
        ("in {object}", "a place in the League", "in the League"),
        ("{object}'s ... growth", "League’s fast growth", "League’s fast growth"),
        ("{unknown} membership", "League membership", None),
    ],
)
def test_a_phrase_of_a_list_becomes_a_pattern(phrase: str, text: str, match: str | None) -> None:
    found = compile_phrase(phrase, SLOTS).search(text)
    assert (found[0] if found else None) == match


# --- on target --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A facet that speaks for itself, and one that needs the League nearby.
        ("Abel spoke of League membership.", (True, None, None, False, "target: League membership")),
        ("Abel said Norland will discuss its membership.", OFF),
        (
            "The League met. Abel said Norland will discuss its membership.",
            (True, None, None, False, "target: membership"),
        ),
        # Somebody else's membership, and joining something of the League's.
        ("Ito said Estmark joined the League.", OFF),
        ("Ito said Estmark and Norland will discuss joining the League.", (True, None, None, False, "target: joining")),
        ("Abel said Norland joined the League exercises.", OFF),
        # Nothing of the kind, whatever is wanted.
        ("Abel said Norland wants peace.", OFF),
        ("Abel said the hall is full.", OFF),
    ],
)
def test_a_statement_bears_on_the_proposition_by_a_facet(read: Read, text: str, expected: tuple) -> None:
    assert codes(read(text))[0][1:] == expected


def test_what_the_same_holder_says_next_points_back(read: Read) -> None:
    assert codes(read('"Norland should join the League," Abel said. "That is vital."')) == [
        ("abel", True, 1, None, False, "target: join; support: should join"),
        ("abel", True, 1, None, False, "target: points back to the sentence before; support: That is vital"),
    ]


def test_what_the_same_holder_says_next_without_pointing_back_is_off_target(read: Read) -> None:
    assert codes(read('"Norland should join the League," Abel said. "The hall is full."'))[1][1:] == OFF


def test_another_voice_right_after_speaks_of_the_same_thing(read: Read) -> None:
    found = codes(read('"Norland should join the League," Abel said.\n\n"That is vital," Ito said.'))[1]
    assert found[1:3] == (True, 1)


def test_another_subject_ends_what_is_carried_on(read: Read) -> None:
    found = codes(read('"Norland should join the League," Abel said.\n\n"We need the weapons now," Ito said.'))[1]
    assert found[1:] == OFF


@pytest.mark.parametrize(
    "text", ["Ito said Estmark's League membership is vital.", "Abel said Norland will join the League exercises."]
)
def test_what_is_thrown_out_of_the_target_stays_out_beside_a_cue(read: Read, text: str) -> None:
    assert last(read(text))[1:] == OFF


# --- support ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "support", "why"),
    [
        ("Sudland wants Norland to join the League.", 1, "wants"),
        ("Abel said Norland deserves League membership.", 1, "deserves League membership"),
        ("Ito said League membership is a mistake.", -1, "League membership is a mistake"),
        ("Ito said League membership needs a consensus.", 0, "needs a consensus"),
        # Negation reaches over its clause, forward, and not beyond a stop.
        ("Sudland does not want Norland to join the League.", -1, "not: want"),
        ("Ito said that no one supports League membership.", -1, "no one supports League membership"),
        ("Ito said the League must not admit Norland.", -1, "must not admit"),
        ("Abel said it is not late, but League membership is vital.", 1, "League membership is vital"),
        ("Abel said League membership is not just vital.", 1, "League membership … just vital"),
        # A double negation is an affirmation.
        ("Ito is not opposed to League membership.", 1, "not: opposed to"),
        ("Ito said it is not true that nobody supports League membership.", 1, "supports League membership"),
        # A reversal turns round what it governs; alone it speaks against the target.
        ("Ito rejected League membership.", -1, "rejected"),
        ("Ito rejected support for League membership.", -1, "rejected × support for League membership"),
        ("Norhaven rejected a call to renounce League membership.", 1, "rejected × renounce League membership"),
        # What is wanted is told behind the verb of wanting.
        ("Sudland demands that Norland never join the League.", -1, "never join"),
        ("Sudland demands a threat to League membership.", -1, "threat to"),
        # What comes after "but" outweighs what came before, an aside does not count.
        ("Abel said League membership was a mistake, but is now vital.", 1, "vital"),
        ("Abel said League membership is vital, but the hall is full.", 1, "League membership is vital"),
        ("Despite the threat to peace, Abel said League membership is vital.", 1, "League membership is vital"),
        (
            "Ito said League membership is a mistake, although it is vital to some.",
            -1,
            "League membership is a mistake",
        ),
        # Where two speak against one another, the first decides; a balanced word gives way.
        ("Ito said League membership is vital and a mistake.", 1, "League membership is vital"),
        ("Ito said League membership needs a consensus and is vital.", 1, "membership needs … is vital"),
        # A neutral phrase decides alone.
        ("Ito said he takes no side on League membership, which is vital.", 0, "takes no side"),
        # Nothing decides.
        ("Ito spoke of League membership.", None, ""),
    ],
)
def test_each_mechanism_of_support(read: Read, text: str, support: int | None, why: str) -> None:
    found = last(read(text))
    assert found[1:3] == (True, support)
    assert [part for part in found[5].split("; ") if part.startswith("support")] == ([f"support: {why}"] if why else [])


@pytest.mark.parametrize(
    ("demand", "value", "answer"),
    [("Ito said Norland should never join the League.", -1, 1), ("Ito said Norland should join the League.", 1, -1)],
)
def test_who_rejects_a_demand_holds_its_opposite(read: Read, demand: str, value: int, answer: int) -> None:
    found = read(f"{demand}\n\nAbel rejected this demand.")
    assert [row[:3] for row in codes(found)] == [("ito", True, value), ("abel", True, answer)]
    assert last(found)[3:] == (
        None,
        False,
        (f"target: points back to the position before; support: rejects a position of {value:+d}"),
    )


def test_who_rejects_a_demand_that_nobody_made_is_off_target(read: Read) -> None:
    assert last(read("The League met.\n\nAbel rejected this demand."))[1:] == OFF


def test_what_a_person_rejects_of_his_own_is_not_turned_round(read: Read) -> None:
    assert last(read("Abel said Norland should join the League.\n\nAbel rejected this demand."))[1:] == OFF


# --- feasibility ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "feasibility", "why"),
    [
        ("Abel said League membership is possible.", 1, "League membership is possible"),
        ("Abel said Norland will join the League.", 1, "will join"),
        ("Ito said League membership is out of the question.", -1, "out of the question"),
        ("Ito said Norland will not join the League.", -1, "not join the League"),
        ("Ito said League membership remains open.", 0, "remains open"),
        ("Ito said League membership is not possible.", -1, "not possible"),
        ("Ito said League membership is not impossible.", 1, "not impossible"),
        ("Ito said it is not true that Norland will not join the League.", 1, "not: not join the League"),
        ("Although League membership is far off, Abel said it is possible.", 1, "it is possible"),
        ("Ito said League membership is possible, but years away.", -1, "years away"),
        ("Abel said nobody asked how Norland will join the League.", None, ""),
        ("Abel asked whether Norland can join the League.", None, ""),
    ],
)
def test_each_mechanism_of_feasibility(read: Read, text: str, feasibility: int | None, why: str) -> None:
    found = last(read(text))
    assert (found[1], found[3]) == (True, feasibility)
    shown = [part for part in found[5].split("; ") if part.startswith("feasibility")]
    assert shown == ([f"feasibility: {why}"] if why else [])


# --- condition --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Abel said Norland can join the League if Sudland agrees.",
            ("abel", True, None, 1, True, "target: join; feasibility: can join; condition: join the League if"),
        ),
        (
            "Abel said League membership is vital once the talks end.",
            (
                "abel",
                True,
                1,
                None,
                True,
                "target: League membership; support: League membership is vital; condition: once the talks end",
            ),
        ),
        (
            "Abel said League membership depends on Sudland.",
            ("abel", True, None, None, True, "target: League membership; condition: League membership depends on"),
        ),
        (
            "Abel said League membership does not depend on Sudland.",
            ("abel", True, None, 1, False, "target: League membership; feasibility: does not depend on"),
        ),
        ("Ito said the hall will close if it rains.", ("ito", *OFF)),
    ],
)
def test_a_condition_is_a_mark_of_its_own_and_no_no(read: Read, text: str, expected: tuple) -> None:
    assert last(read(text)) == expected


# --- what once went wrong, and what still does (xfail) ----------------------------------------


@pytest.mark.parametrize("negation", ["hasn't", "hadn’t", "mustn't"])
def test_every_shortened_not_is_a_negation(read: Read, negation: str) -> None:
    assert last(read(f"Ito said he {negation} support League membership."))[1:3] == (True, -1)


@pytest.mark.parametrize(
    ("text", "support"),
    [
        ("Ito said Sudland opposes League membership.", -1),
        ("Ito said Sudland takes no side on League membership, which is vital.", 0),
        ("Ito said Sudland hasn't support League membership.", -1),
    ],
)
def test_what_the_holder_says_of_his_own_group_is_on_target(read: Read, text: str, support: int) -> None:
    assert last(read(text))[1:3] == (True, support)


@pytest.mark.parametrize(
    "text", ["Ito denied that he opposes League membership.", "Ito refused to rule out League membership."]
)
def test_a_reversal_of_a_reversal_does_not_speak_against(read: Read, text: str) -> None:
    assert last(read(text))[2] != -1


def test_two_who_oppose_it_together_are_both_on_target(read: Read) -> None:
    found = read("Estmark and Sudland oppose League membership.")
    assert [row[:3] for row in codes(found)] == [("estmark", True, -1), ("sudland", True, -1)]


@pytest.mark.xfail(
    strict=True, reason="the 'never' inside the demand negates the rejection behind it, in the same clause"
)
def test_a_rejection_in_the_passive_turns_round_the_demand_before_it(read: Read) -> None:
    found = read("A demand that Norland never join the League was rejected by Abel.")
    assert last(found)[:4] == ("abel", True, 1, None)


@pytest.mark.xfail(strict=True, reason="the row of the demand reaches over its rejection and is turned round with it")
@pytest.mark.parametrize(
    ("demand", "support"),
    [("Sudland's demand that Norland join the League", 1), ("Sudland's demand to admit Norland to the League", 1)],
)
def test_a_demand_that_is_rejected_in_the_passive_keeps_its_own_value(read: Read, demand: str, support: int) -> None:
    found = read(f"{demand} was rejected by Abel.")
    assert [row[:3] for row in codes(found)] == [("abel", True, -support), ("sudland", True, support)]


def test_who_rejects_a_demand_does_not_call_it_the_future(read: Read) -> None:
    found = read("Norhaven rejected a demand that Norland never join the League.")
    assert last(found)[:4] == ("norland", True, 1, None)


def test_not_saying_a_thing_is_not_saying_its_opposite(read: Read) -> None:
    found = codes(read("Abel did not say Norland should join the League."))
    assert [row for row in found if row[2] == -1] == []


def test_a_position_told_of_another_is_not_the_speaker_s(read: Read) -> None:
    found = codes(read("Abel said that Ito opposes League membership."))
    assert [row for row in found if row[0] == "abel" and row[2] == -1] == []


def test_who_asks_if_a_thing_can_happen_asserts_nothing(read: Read) -> None:
    assert last(read("Abel asked if Norland can join the League."))[3] is None


def test_because_names_the_negation_of_a_reversal(read: Read) -> None:
    found = last(read("Ito said he does not oppose League membership."))
    assert (found[2], found[5]) == (0, "target: League membership; support: not oppose")


def test_it_that_stands_for_nothing_does_not_point_back(read: Read) -> None:
    assert last(read('Abel said: "Norland should join the League. It rained."'))[1:] == OFF


# --- reasons ----------------------------------------------------------------------------------


def reasons(found: SimpleNamespace) -> list[tuple]:
    return found.reasons.select("about", "text", "denied").rows()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Abel said Norland should join the League.", [("support", "should join", False), ("target", "join", False)]),
        ("Abel does not want Norland in the League.", [("support", "want", True), ("target", "in the League", False)]),
        # A verb against it turns round what it governs; of a long phrase the first and the last two words are shown.
        (
            "Ito rejected the idea that League membership for Norland is indispensable.",
            [
                ("support", "rejected", False),
                ("support", "the idea", True),
                ("support", "is indispensable", True),
                ("target", "League membership", False),
            ],
        ),
        (
            "Norland can join the League once it has voted, said Ito.",
            [("conditional", "once it has", False), ("feasibility", "can join", False), ("target", "join", False)],
        ),
    ],
)
def test_the_words_that_decide_are_rows_of_their_own(read: Read, text: str, expected: list[tuple]) -> None:
    assert reasons(read(text)) == expected


def test_what_points_back_has_its_reasons_too(read: Read) -> None:
    found = read("“Norland must join the League,” said Abel. Ito rejected this demand.")
    assert reasons(found)[2:] == [("support", "rejected", False), ("target", "this demand", False)]


# --- what holds for every text ----------------------------------------------------------------

PIECE = st.sampled_from(
    [
        "Abel said",
        "Ito rejected",
        "Sudland opposes",
        "that",
        "this demand",
        "it",
        "Norland",
        "Estmark",
        "the League",
        "membership",
        "join",
        "joined",
        "should",
        "never join",
        "will not join",
        "possible",
        "impossible",
        "vital",
        "a mistake",
        "takes no side",
        "consensus",
        "not",
        "no",
        "never",
        "nobody",
        "refused",
        "denied",
        "against",
        "want",
        "if",
        "unless",
        "only if",
        "does not depend on",
        "but",
        "although",
        "despite",
        "because",
        "which",
        "how",
        "whether",
        "open",
        "door",
        ",",
        ";",
        ":",
        ".",
        "!",
        '"',
        "\n\n",
        "'s",
        "\U0001f6aa",
    ]
)
TEXT = st.lists(PIECE, max_size=40).map(" ".join)


@given(TEXT)
def test_every_code_is_in_range_and_rests_on_words_that_are_named(read: Read, text: str) -> None:
    found = read(text)
    decided = found.reasons.group_by("statement_id").agg("about")
    about = {row["statement_id"]: {*row["about"]} for row in decided.iter_rows(named=True)}
    for row in found.statements.iter_rows(named=True):
        own = about.pop(row["statement_id"], set())
        if not row["on_target"]:
            assert tuple(row[column] for column in COLUMNS[1:]) == OFF
            assert not own
            continue
        assert row["because"].startswith("target: ")
        assert "target" in own
        for scale in ("support", "feasibility"):
            assert row[scale] in (-1, 0, 1, None)
            assert (scale in own) == (f"; {scale}: " in row["because"]) == (row[scale] is not None)
        assert ("conditional" in own) == ("; condition: " in row["because"]) == row["conditional"]
    assert not about
    for row in found.reasons.iter_rows(named=True):
        assert row["text"] == found.text[row["start"] : row["end"]] != ""


@pytest.mark.parametrize(
    ("text", "support"),
    [
        ("Abel said the League should stop Norland's accession.", -1),
        ("Abel promised to cancel Norland's League membership.", -1),
        ("Abel urged the League to block Norland's membership.", -1),
        ("Abel said the League would not stop Norland's accession.", 1),
        ("Abel declined to comment on Norland's League membership.", 0),
    ],
)
def test_a_wish_to_stop_it_is_a_wish_against_it(read: Read, text: str, support: int) -> None:
    assert last(read(text))[2] == support


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We want to join the League,” said Abel. She ruled out talks with Ito.", (False, None)),
        ("“We want to join the League,” said Abel. Ito rejected this.", (True, -1)),
        ("“Norland must not join the League,” said Ito. Abel disputes this.", (True, 1)),
    ],
)
def test_what_is_turned_down_is_the_position_only_where_it_is_pointed_to(
    read: Read, text: str, expected: tuple
) -> None:
    assert last(read(text))[1:3] == expected


@pytest.mark.parametrize(
    ("text", "support", "feasibility"),
    [
        ("Ito demanded that membership be stopped at once.", -1, None),
        ("Ito called for an end to the accession.", -1, None),
        ("Ito proposed to postpone the accession.", 0, None),
        ("Ito said that critics wanted to kill the accession.", None, None),
        ("Ito said that he backs the accession.", 1, None),
        ("Ito said that the proposed accession is sensible.", 1, None),
        ("Ito said that the accession would come soon.", None, 1),
        ("Ito said that the accession would never come.", None, -1),
        ("Ito doubted that the accession would succeed.", None, -1),
    ],
)
def test_what_is_done_to_the_proposition_decides_and_not_that_it_is_asked_for(
    read: Read, text: str, support: int | None, feasibility: int | None
) -> None:
    row = last(read(f"Norland wants to join the League.\n\n{text}"))
    assert row[2:4] == (support, feasibility)


def test_at_once_is_no_condition(read: Read) -> None:
    (row,) = read("Ito said that League membership for Norland must come at once.").statements.rows(named=True)
    assert (row["support"], row["conditional"]) == (1, False)


@pytest.mark.parametrize(
    "text",
    [
        "What if Sudland opposes League membership? asked Abel.",
        "If Ito says yes, the talks begin.",
        "Norland should ask whether Sudland wants it in the League.",
    ],
)
def test_what_is_only_supposed_is_nobody_s_position(read: Read, text: str) -> None:
    found = codes(read(text))
    assert [row for row in found if row[0] in ("sudland", "ito")] == []
    assert [row for row in found if row[0] == "abel" and row[2] is not None] == []


def test_what_ought_to_be_done_by_somebody_is_not_done_by_them(read: Read) -> None:
    found = codes(read("Abel said the offer should be rejected by Sudland."))
    assert {row[0] for row in found} == {"abel"}
