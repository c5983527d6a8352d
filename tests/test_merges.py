"""What each merge of names does to the ties, in a world checked by hand."""

from polars.testing import assert_frame_equal

from dateline.actors.merges import split_form, undo_merges
from dateline.tables import SCHEMAS, from_rows
from tests.test_terms import articles, sentences

TEXT = sentences(
    ("n1", "Abel meets Ito."), ("n1", "Anna meets Ito."), ("n1", "Abel sleeps."), ("n1", "Anna sleeps."),
    ("n1", "Ulla sleeps."), ("n1", "Abel meets Ulla."),
)  # fmt: skip


def mentions():
    actors = {"Abel": "abel", "Anna": "abel", "Ito": "ito", "Ulla": "ulla"}
    rows = []
    for row in TEXT.iter_rows(named=True):
        for form, actor in actors.items():
            at = row["text"].find(form)
            if at >= 0:
                start = row["start"] + at
                rows.append({
                    "mention_id": f"n1-m{start}", "sentence_id": row["sentence_id"], "article_id": "n1", "actor": actor,
                    "start": start, "end": start + len(form), "surface": form, "how": "name",
                })  # fmt: skip
    return from_rows(rows, "mentions")


def test_every_form_is_undone_by_itself() -> None:
    found = undo_merges(mentions(), TEXT, articles(("n1", None, 16)))
    # Abel alone keeps one sentence with Ito and the one with Ulla; Anna alone the other with Ito.
    assert found.select("actor", "form", "mentions", "partner", "together", "undone").rows() == [
        ("abel", "Abel", 3, "ito", 2, 1),
        ("abel", "Abel", 3, "ulla", 1, 0),
        ("abel", "Anna", 2, "ito", 2, 1),
    ]


def test_undoing_a_merge_moves_mentions_and_loses_none() -> None:
    before = mentions()
    after = split_form(before, "abel", "Anna")
    assert after.filter(actor="abel~Anna")["surface"].unique().to_list() == ["Anna"]
    assert_frame_equal(before.drop("actor"), after.drop("actor"))


def test_an_actor_with_one_form_has_no_merge() -> None:
    alone = mentions().filter(actor="ito")
    found = undo_merges(alone, TEXT, articles(("n1", None, 16)))
    assert found.is_empty()
    assert found.schema == SCHEMAS["merges"]
