"""Conversations printed as questions and answers: who answers, and what is no interview."""

from collections.abc import Callable
from types import SimpleNamespace

Read = Callable[..., SimpleNamespace]

BARE = """Abel on the gate

Abel receives us in Norhaven.

Mrs Abel, do you still want Norland in the League?

More than ever. I have read the letters. Ito called it a mistake.

And what will you tell Ito?

That we are ready.

Sudland says that the League is full.

I respect Ito, but he is wrong.

Would you resign if you lost?

No. My time will come.
"""


def said(found: SimpleNamespace) -> list[tuple]:
    return [
        (holder, voice, rule, found.text[start:end])
        for holder, voice, rule, start, end in found.statements.select(
            "holder", "voice", "rule", "start", "end"
        ).iter_rows()
    ]


def test_answers_belong_to_whom_the_questions_address_and_questions_to_nobody(read: Read) -> None:
    answer = ("abel", "direct", "interview")
    assert said(read(BARE, title=True)) == [
        (*answer, "More than ever."),
        (*answer, "I have read the letters."),
        (*answer, "Ito called it a mistake."),
        (*answer, "That we are ready."),
        ("sudland", "indirect", "source-verb", "the League is full."),
        (*answer, "I respect Ito, but he is wrong."),
        (*answer, "No."),
        (*answer, "My time will come."),
    ]


def test_a_dash_before_an_answer_is_no_attribution_to_whom_it_speaks_of(read: Read) -> None:
    text = BARE.replace("Mrs Abel, do", "Do")
    for start in ("More than", "That we", "I respect", "No. My"):
        text = text.replace(start, f"– {start}")
    text = text.replace("– I respect Ito, but he is wrong.", "– Ito says so at every dinner.")
    found = said(read(text, title=True))
    assert {holder for holder, voice, *_ in found if voice == "direct"} == {"abel"}
    assert ("abel", "direct", "interview", "– Ito says so at every dinner.") in found


def test_whom_nobody_can_tell_stays_empty(read: Read) -> None:
    text = BARE.replace("Mrs Abel, do", "Do").replace("Abel receives", "Abel and Ito receive")
    text = (
        text.replace("Abel on the gate", "On the gate").replace("tell Ito", "do").replace("Ito, but he", "him, but it")
    )
    assert {holder for holder, voice, *_ in said(read(text, title=True)) if voice == "direct"} == {None}


def test_labels_tell_the_speaker(read: Read) -> None:
    text = (
        "A debate on the gate\n\nAbel: Norland should join.\n\nWe are ready.\n\nIto: I am against it.\n\n"
        "Abel: Why is that?\n\nIto: It is too early.\n\nThe debate was held on Monday.\n"
    )
    assert [(holder, words) for holder, *_, words in said(read(text, title=True))] == [
        ("abel", "Norland should join."),
        ("abel", "We are ready."),
        ("ito", "I am against it."),
        ("abel", "Why is that?"),
        ("ito", "It is too early."),
    ]


def test_labels_in_capitals_and_behind_a_mark_are_read(read: Read) -> None:
    text = (
        "A debate on the gate\n\nAbel and Ito met.\n\n“ABEL: Norland should join.\n\n“ITO: I am against it.\n\n"
        "“ABEL: Why is that?\n\n“ITO: It is too early.\n"
    )
    assert [holder for holder, *_ in said(read(text, title=True))] == ["abel", "ito", "abel", "ito"]


def test_q_and_a_give_the_answers_to_the_one_who_is_interviewed(read: Read) -> None:
    text = "Abel on the gate\n\nQ: Is Ito right?\n\nA: He is not.\n\nQ: Why?\n\nA: Norland is ready.\n"
    assert [(holder, words) for holder, *_, words in said(read(text, title=True))] == [
        ("abel", "He is not."),
        ("abel", "Norland is ready."),
    ]


def test_frequent_questions_and_rubrics_are_no_interview(read: Read) -> None:
    page = (
        "The gate\n\nWhat does it mean for you?\n\nThe gate opens at noon.\n\nHow will you get in?\n\n"
        "A pass is needed at all times.\n\nWhat did Abel want?\n\nA wider gate was planned.\n\n"
    )
    assert said(read(page, title=True)) == []
    rubrics = "The gate\n\nPrice: 30 crowns\n\nPhoto: Abel\n\nPrice: 40 crowns\n\nPhoto: Ito\n"
    assert said(read(rubrics, title=True)) == []


def test_whom_a_question_speaks_of_does_not_say_the_next_quotation(read: Read) -> None:
    found = said(read("The gate\n\nWhat does Ito think of it?\n\n“We are all ready for the gate.”\n"))
    assert [holder for holder, *_ in found] == [None]
