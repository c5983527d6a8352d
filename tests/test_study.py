"""A study is read whole or not at all, and each thing wrong with it is told with its place and its remedy."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from dateline.errors import Fault, StudyError
from dateline.files import MAX_LINE
from dateline.study.lists import LISTS
from dateline.study.load import Study, find_root, load_study

Make = Callable[..., Path]


def faults(root: Path) -> list[tuple[str, int, str, str]]:
    with pytest.raises(StudyError) as error:
        load_study(root)
    return [(fault.file, fault.line, fault.found, fault.remedy) for fault in error.value.faults]


def change(root: Path, name: str, old: str, new: str) -> None:
    """Replace a text that stands once in a file of the study."""
    path = root / "data" / name
    text = path.read_bytes().decode()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    path.write_bytes(text.replace(old, new).encode())


def append(root: Path, name: str, line: str) -> int:
    """Put a line at the end of a file of the study; returns its number."""
    path = root / "data" / name
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}{line}\n", encoding="utf-8", newline="")
    return text.count("\n") + 1


# --- what is valid ---------------------------------------------------------------------------


def test_a_valid_study_is_read_as_it_stands(tiny_study: Make) -> None:
    root = tiny_study()
    study = load_study(root)
    assert study.articles == ["a1", "a2"]
    assert study.texts["a2"] == "Sudland answers\n\nIto opposes League membership for Norland.\n"
    assert study.labels == {
        "abel": "Abel",
        "ito": "Ito",
        "norland": "Norland",
        "sudland": "Sudland",
        "estmark": "Estmark",
        "league": "League",
        "south": "The South",
    }
    assert study.kinds == {
        "abel": "person",
        "ito": "person",
        "norland": "state",
        "sudland": "state",
        "estmark": "state",
        "league": "organisation",
    }
    assert study.lists["groups"].rows() == [
        ("south", "The South", "sudland", "", 2),
        ("south", "The South", "ito", "", 3),
    ]
    assert list(study.lists) == list(LISTS)
    assert study.settings["subject"] == ["norland", "abel"]


def test_the_study_of_the_repository_is_valid(study: Study) -> None:
    assert len(study.articles) == 5


def test_the_root_is_found_from_a_folder_below_it(tiny_study: Make) -> None:
    root = tiny_study()
    assert find_root(root / "data" / "articles") == root.resolve()


def test_a_folder_without_a_study_above_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StudyError) as error:
        find_root(tmp_path)
    assert error.value.faults == [
        Fault(
            str(tmp_path.resolve()),
            0,
            "no data/study.toml here or above",
            "Change into the folder of a study, or name it with --root.",
        )
    ]


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_endings_and_a_byte_order_mark_change_no_list(tiny_study: Make, ending: str) -> None:
    root = tiny_study()
    before = load_study(root).lists["actors"].drop("line")
    path = root / "data" / "actors.csv"
    path.write_bytes("\ufeff".encode() + path.read_bytes().replace(b"\n", ending.encode()))
    assert load_study(root).lists["actors"].drop("line").equals(before)


def test_cells_are_trimmed_and_empty_lines_passed_over(tiny_study: Make) -> None:
    root = tiny_study()
    change(root, "groups.csv", "south,The South,ito,\n", "\n  ,  ,,\n south , The South ,ito,\n")
    assert load_study(root).lists["groups"].row(1) == ("south", "The South", "ito", "", 5)


def test_an_article_keeps_every_character_of_its_file(tiny_study: Make) -> None:
    text = "\ufeffTitle\r\n\r\ne\u0301 \u202bשלום\u202c \U0001f6aa\r\n"
    assert load_study(tiny_study({"a1": text})).texts == {"a1": text}


def test_a_hidden_file_is_no_article(tiny_study: Make) -> None:
    root = tiny_study()
    (root / "data" / "articles" / ".DS_Store").write_bytes(b"\x00\x01")
    assert load_study(root).articles == ["a1", "a2"]


def test_a_link_to_a_file_of_the_study_is_an_article(tiny_study: Make) -> None:
    root = tiny_study()
    articles = root / "data" / "articles"
    os.rename(articles / "a1.txt", root / "kept.txt")
    (articles / "a1.txt").symlink_to(root / "kept.txt")
    assert load_study(root).articles == ["a1", "a2"]


# --- articles --------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", [True, False], ids=["empty folder", "no folder"])
def test_no_article_is_a_fault(tiny_study: Make, folder: bool) -> None:
    root = tiny_study({})
    if not folder:
        (root / "data" / "articles").rmdir()
    assert faults(root) == [("data/articles", 0, "no article is there", "Put at least one .txt file into the folder.")]


def spoil(root: Path, data: bytes) -> tuple:
    """Put `data` in the place of an article; returns the first of its faults."""
    (root / "data" / "articles" / "a1.txt").write_bytes(data)
    return faults(root)[0]


def test_a_binary_file_is_a_fault_on_the_line_of_its_first_nul(tiny_study: Make) -> None:
    assert spoil(tiny_study(), b"Title\n\nPK\x03\x04\x00\x00") == (
        "data/articles/a1.txt",
        3,
        "byte 11 is NUL: this is not a text file",
        "Move the file away, or save it as UTF-8 text.",
    )


def test_a_latin_1_file_is_a_fault_with_the_byte_and_the_command_that_mends_it(tiny_study: Make) -> None:
    assert spoil(tiny_study(), "Title\n\nÅbel said so.".encode("latin-1")) == (
        "data/articles/a1.txt",
        3,
        "byte 7 (0xc5) is not UTF-8",
        "Convert it, for example: iconv -f LATIN1 -t UTF-8 OLD > NEW",
    )


def test_a_line_of_twenty_million_characters_is_a_fault(tiny_study: Make) -> None:
    assert spoil(tiny_study(), b"Title\n\n" + b"x" * 20_000_000) == (
        "data/articles/a1.txt",
        3,
        "a line of 20,000,000 characters",
        "Break the text into paragraphs of at most 200,000 characters.",
    )


def test_the_longest_line_that_is_allowed_is_allowed(tiny_study: Make) -> None:
    assert load_study(tiny_study({"a1": "é" * MAX_LINE})).articles == ["a1"]


def test_an_empty_file_is_a_fault(tiny_study: Make) -> None:
    assert spoil(tiny_study(), b" \n\t\n") == (
        "data/articles/a1.txt",
        0,
        "the file is empty",
        "Put the article's text in, or delete the file.",
    )


def test_a_file_that_cannot_be_read_is_one_fault_and_not_also_a_missing_file(tiny_study: Make) -> None:
    root = tiny_study()
    (root / "data" / "articles" / "a1.txt").write_bytes(b"\xc5bel")
    assert [fault[0] for fault in faults(root)] == ["data/articles/a1.txt"]


@pytest.mark.parametrize(
    ("name", "found", "remedy"),
    [
        ("a3.md", "not a .txt file", "Save the article as UTF-8 text ending in .txt, or move it."),
        ("a 3.txt", "the name cannot be part of an address", "Use letters, digits, - and _."),
        ("é.txt", "the name cannot be part of an address", "Use letters, digits, - and _."),
    ],
)
def test_a_file_that_cannot_be_an_article_is_a_fault(tiny_study: Make, name: str, found: str, remedy: str) -> None:
    root = tiny_study()
    (root / "data" / "articles" / name).write_text("Title\n", encoding="utf-8")
    assert faults(root) == [(f"data/articles/{name}", 0, found, remedy)]


def test_a_folder_among_the_articles_is_a_fault(tiny_study: Make) -> None:
    root = tiny_study()
    (root / "data" / "articles" / "a3.txt").mkdir()
    assert faults(root)[0][:3] == ("data/articles/a3.txt", 0, "not a .txt file")


def test_a_link_out_of_the_study_is_a_fault(tiny_study: Make, tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tiny_study()
    outside = tmp_path_factory.mktemp("outside") / "a3.txt"
    outside.write_text("Title\n", encoding="utf-8")
    (root / "data" / "articles" / "a3.txt").symlink_to(outside)
    assert faults(root) == [
        ("data/articles/a3.txt", 0, "a link out of the study, or to nothing", "Put the file itself there.")
    ]


def test_a_folder_or_a_list_that_is_a_link_out_of_the_study_is_a_fault(
    tiny_study: Make, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root, outside = tiny_study(), tmp_path_factory.mktemp("outside")
    for name in ("articles", "groups.csv"):
        os.rename(root / "data" / name, outside / name)
        (root / "data" / name).symlink_to(outside / name)
    assert [fault[0] for fault in faults(root)] == ["data/articles", "data/groups.csv"]


# --- lists -----------------------------------------------------------------------------------


def test_a_list_that_is_not_there_is_a_fault(tiny_study: Make) -> None:
    root = tiny_study()
    (root / "data" / "offices.csv").unlink()
    assert faults(root) == [
        (
            "data/offices.csv",
            0,
            "cannot be read: No such file or directory",
            "It needs the columns office, same_as, kind, note.",
        )
    ]


def test_a_study_can_do_without_groups_and_ideas(tiny_study: Make) -> None:
    root = tiny_study()
    (root / "data" / "groups.csv").unlink()
    lists = load_study(root).lists
    assert lists["groups"].is_empty()
    assert lists["terms"].is_empty()


def test_a_missing_column_is_a_fault_on_line_1(tiny_study: Make) -> None:
    root = tiny_study()
    change(root, "groups.csv", "group,label,actor,note", "group,name,actor,note")
    assert faults(root) == [
        (
            "data/groups.csv",
            1,
            "no column label; found group, name, actor, note",
            "The first line must name group, label, actor, note.",
        )
    ]


def test_an_empty_list_names_every_column(tiny_study: Make) -> None:
    root = tiny_study()
    (root / "data" / "groups.csv").write_bytes(b"")
    assert faults(root) == [
        (
            "data/groups.csv",
            1,
            "no column group, label, actor, note; found nothing",
            "The first line must name group, label, actor, note.",
        )
    ]


@pytest.mark.parametrize(("row", "cells"), [("south,The South,ito,,extra", 5), ("south,The South", 2)])
def test_a_ragged_row_is_a_fault(tiny_study: Make, row: str, cells: int) -> None:
    root = tiny_study()
    change(root, "groups.csv", "south,The South,ito,", row)
    assert faults(root) == [
        (
            "data/groups.csv",
            3,
            f"{cells} cells where the header has 4",
            "Put quotation marks around a cell with a comma, and double those inside it.",
        )
    ]


@pytest.mark.parametrize(
    ("cell", "line", "why"),
    [('"The" South', 2, "',' expected after '\"'"), ('"The South', 2, "unexpected end of data")],
)
def test_broken_quoting_is_a_fault(tiny_study: Make, cell: str, line: int, why: str) -> None:
    root = tiny_study()
    change(root, "groups.csv", "The South,sudland", f"{cell},sudland")
    assert faults(root) == [
        ("data/groups.csv", line, f"not valid CSV: {why}", "Mend the quotation marks from that line on.")
    ]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("group;label;actor;note", "cells are separated by ;, not by a comma"),
        ("group\tlabel\tactor\tnote", "cells are separated by a tab, not by a comma"),
        ("group,label,actor,label,note", "two columns are called label"),
    ],
)
def test_a_header_that_means_something_else_is_a_fault(tiny_study: Make, header: str, found: str) -> None:
    root = tiny_study()
    (root / "data/groups.csv").write_text(f"{header}\n", encoding="utf-8")
    assert [fault[:3] for fault in faults(root)] == [("data/groups.csv", 1, found)]


def test_ids_become_part_of_addresses_and_days_are_written_in_one_way(tiny_study: Make) -> None:
    root = tiny_study()
    group = append(root, "groups.csv", "../south,The South,sudland,")
    (root / "data/events.csv").write_text("day,label,source,note\n20200102,Talks,A,\n", encoding="utf-8")
    change(root, "study.toml", 'id = "2019"', "id = 2019")
    long = "a" * 101
    actor = append(root, "actors.csv", f"{long},A,person,Aaa,name,,")
    assert [fault[:3] for fault in faults(root)] == [
        ("data/actors.csv", actor, f"actor is {long!r}"),
        ("data/events.csv", 2, "day is '20200102'"),
        ("data/groups.csv", group, "group is '../south'"),
        ("data/study.toml", 20, "periods.1.id is 2019"),
    ]


def test_links_that_go_round_and_lists_that_are_links_to_nothing_are_faults(tiny_study: Make) -> None:
    root = tiny_study()
    folder = root / "data/articles"
    (folder / "b.txt").symlink_to(folder / "c.txt")
    (folder / "c.txt").symlink_to(folder / "b.txt")
    (root / "data/terms.csv").symlink_to(root / "nowhere.csv")
    places = ["data/articles/b.txt", "data/articles/c.txt", "data/terms.csv"]
    assert [fault[0] for fault in faults(root)] == places


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "9" * 10_000])
def test_settings_that_no_reader_takes_are_a_fault(tiny_study: Make, text: str) -> None:
    root = tiny_study()
    (root / "data/study.toml").write_text(text, encoding="utf-8")
    assert [fault[0] for fault in faults(root)] == ["data/study.toml"]


def test_a_list_that_is_not_utf_8_is_a_fault(tiny_study: Make) -> None:
    root = tiny_study()
    path = root / "data" / "groups.csv"
    path.write_bytes(path.read_bytes() + "süd,Süd,ito,\n".encode("latin-1"))
    assert faults(root)[0][:3] == ("data/groups.csv", 4, "byte 70 (0xfc) is not UTF-8")


@pytest.mark.parametrize(
    ("name", "row", "found", "remedy"),
    [
        ("actors.csv", "zoe,Zoe,robot,Zoe,name,,", "kind is 'robot'", "Use one of: person, state, organisation."),
        ("actors.csv", "zoe,Zoe,person,Zoe,nick,,", "how is 'nick'", "Use one of: name, metonym, role."),
        ("actors.csv", "Zoe,Zoe,person,Zoe,name,,", "actor is 'Zoe'", "Use a-z, 0-9 and hyphens, at most 100."),
        (
            "actors.csv",
            "zoe,Zoe,person,Zoe,name,a9,",
            "no article is called 'a9'",
            "Use a file's name in data/articles/ without .txt, or leave the cell empty.",
        ),
        (
            "actors.csv",
            "abel,Abel,state,Zoe,name,,",
            "abel is 'Abel' (state) here and 'Abel' (person) on line 2",
            "Give one actor one label and one kind.",
        ),
        ("actors.csv", "abel,Abel,person,Abel,name,,", "'Abel' is on line 3 already", "Delete one."),
        ("actors.csv", "abel,Abel,person,,name,,", "alias is empty", "Fill it in, or delete the line."),
        (
            "groups.csv",
            "north,The North,nobody,",
            "no actor is called 'nobody'",
            "Add the actor to data/actors.csv, or delete the line.",
        ),
        ("groups.csv", "abel,Abel's,ito,", "'abel' is an actor already", "Give the group another id."),
        ("groups.csv", "south,The South,ito,", "'south / ito' is on line 3 already", "Delete one."),
        ("offices.csv", "usher,,robot,,", "kind is 'robot'", "Use one of: person, collective."),
        ("places.csv", "in,,sometimes,,", "applies is 'sometimes'", "Use one of: all, capital."),
        (
            "verbs.csv",
            "yodel,sing,,,,",
            "class is 'sing'",
            "Use one of: say, ask, promise, reject, question, narrated, experience.",
        ),
        ("verbs.csv", "yodel,say,quote,,,", "needs is 'quote'", "Use one of: (empty), clause, object."),
        (
            "target.csv",
            "x,y,sometimes,",
            "strength is 'sometimes'",
            "Use one of: alone, with-object, response, other, not.",
        ),
        (
            "cues.csv",
            "yodel,mood,1,cue,,,,",
            "scale is 'mood'",
            "Use one of: support, feasibility, condition, negation, reversal, stop.",
        ),
        ("cues.csv", "yodel,support,2,cue,,,,", "value is '2'", "Use one of: (empty), -1, 0, 1."),
        ("cues.csv", "yodel,support,1,hint,,,,", "role is 'hint'", "Use one of: cue, operator, neutral, trigger."),
        (
            "cues.csv",
            "... door*,negation,,trigger,,,,",
            "cue '... door*' begins or ends with a gap",
            "Put a word on either side of `...`, or delete the dots.",
        ),
        (
            "target.csv",
            "y,shut| out,alone,",
            "phrase 'shut| out' offers no word to choose",
            "Write a word on either side of each `|`, without blanks.",
        ),
        (
            "target.csv",
            "y,{its} door,alone,",
            "phrase '{its} door' has {its}, which means nothing here",
            "Use {object}, {subject}, or words.",
        ),
        (
            "cues.csv",
            "far from {object},negation,,trigger,,,,",
            "cue 'far from {object}' has {object}, which means nothing here",
            "Write the words themselves.",
        ),
        (
            "furniture.csv",
            "(ad,,An advert",
            "not a regular expression: missing ), unterminated subpattern at position 0",
            "Mend the pattern.",
        ),
    ],
)
def test_a_row_with_one_fault_is_told_with_its_line_and_its_remedy(
    tiny_study: Make, name: str, row: str, found: str, remedy: str
) -> None:
    root = tiny_study()
    line = append(root, name, row)
    assert faults(root) == [(f"data/{name}", line, found, remedy)]


def test_an_alias_of_two_actors_names_both(tiny_study: Make) -> None:
    root = tiny_study()
    line = append(root, "actors.csv", "ito,Ito,person,Abel,name,,")
    assert faults(root) == [
        ("data/actors.csv", line, "'Abel' is on line 3 already", "Delete one."),
        (
            "data/actors.csv",
            line,
            "alias 'Abel' belongs to abel on line 3",
            "One alias names one actor in one article, and on one day.",
        ),
    ]


def test_an_alias_may_name_another_actor_in_one_article(tiny_study: Make) -> None:
    root = tiny_study()
    append(root, "actors.csv", "ito,Ito,person,Abel,name,a1,")
    assert load_study(root).lists["actors"].filter(pl.col("alias") == "Abel")["actor"].to_list() == ["abel", "ito"]


def test_an_alias_of_two_actors_is_seen_through_its_apostrophe(tiny_study: Make) -> None:
    root = tiny_study()
    append(root, "actors.csv", "abel,Abel,person,O'Hara,name,,")
    line = append(root, "actors.csv", "ito,Ito,person,O’Hara,name,,")
    assert [fault[:2] for fault in faults(root)] == [("data/actors.csv", line)]


def test_a_role_of_two_actors_is_seen_through_its_case(tiny_study: Make) -> None:
    root = tiny_study()
    append(root, "actors.csv", "abel,Abel,person,the Speaker,role,,")
    line = append(root, "actors.csv", "ito,Ito,person,the speaker,role,,")
    assert [fault[:2] for fault in faults(root)] == [("data/actors.csv", line)]


@pytest.mark.parametrize(("name", "row"), [("target.csv", "x,,alone,"), ("places.csv", ",,all,")])
def test_a_row_without_its_first_word_is_a_fault(tiny_study: Make, name: str, row: str) -> None:
    root = tiny_study()
    line = append(root, name, row)
    assert [fault[:2] for fault in faults(root)] == [(f"data/{name}", line)]


# --- sources ---------------------------------------------------------------------------------


def test_a_changed_file_is_a_fault_with_its_new_hash(tiny_study: Make) -> None:
    root = tiny_study()
    (root / "data" / "articles" / "a2.txt").write_bytes(b"Another text\n")
    digest = hashlib.sha256(b"Another text\n").hexdigest()
    assert faults(root) == [
        (
            "data/sources.csv",
            3,
            f"a2.txt has changed: its SHA-256 is {digest}",
            "Put the original file back, or write the new hash if the change is meant.",
        )
    ]


def test_an_article_without_a_source_row_is_a_fault(tiny_study: Make) -> None:
    root = tiny_study()
    (root / "data" / "articles" / "a3.txt").write_text("Title\n", encoding="utf-8")
    assert faults(root) == [
        ("data/sources.csv", 0, "no row for a3.txt", "Add a row for the file; only `file` must be filled.")
    ]


def test_a_source_row_needs_only_its_file(tiny_study: Make) -> None:
    root = tiny_study()
    (root / "data" / "articles" / "a3.txt").write_text("Title\n", encoding="utf-8")
    append(root, "sources.csv", "a3.txt,,,,,,,,,,")
    assert load_study(root).articles == ["a1", "a2", "a3"]


def source(root: Path, **cells: str) -> None:
    """Fill cells of the first source row."""
    columns = LISTS["sources"].columns
    path = root / "data" / "sources.csv"
    head, first, *rest = path.read_text(encoding="utf-8").splitlines()
    row = dict(zip(columns, first.split(","), strict=True)) | cells
    path.write_text("\n".join([head, ",".join(row.values()), *rest, ""]), encoding="utf-8")


WHY = "the talks were on that day"


@pytest.mark.parametrize(
    ("cells", "found", "remedy"),
    [
        ({"file": "a9.txt"}, "no article is called 'a9.txt'", "Delete the row, or put the file back."),
        (
            {"published": "2021-02-30", "date_why": WHY},
            "published is '2021-02-30'",
            "Give a day that exists, as YYYY-MM-DD.",
        ),
        (
            {"published_to": "May 2021", "date_why": WHY},
            "published_to is 'May 2021'",
            "Give a day that exists, as YYYY-MM-DD.",
        ),
        ({"published": "2021-02-28"}, "a date without date_why", "Say how a reader can check the date."),
        (
            {"published_from": "2021-02-28", "published_to": "2021-02-27", "date_why": WHY},
            "published_from is after published_to",
            "Swap them.",
        ),
        (
            {"published": "2021-02-28", "published_from": "2021-02-27", "date_why": WHY},
            "both a day and an interval",
            "Give published, or from and to.",
        ),
        ({"url": "example.org/a"}, "url is 'example.org/a'", "Give an address that begins with http(s)://."),
        ({"translated": "perhaps"}, "translated is 'perhaps'", "Use one of: (empty), true, false."),
    ],
)
def test_a_source_row_with_one_fault_is_told_with_its_remedy(
    tiny_study: Make, cells: dict[str, str], found: str, remedy: str
) -> None:
    root = tiny_study()
    source(root, **cells)
    assert ("data/sources.csv", 2, found, remedy) in faults(root)
    extra = 1 if "file" in cells else 0  # The article that the row left behind has no row now.
    assert len(faults(root)) == 1 + extra


def test_a_source_row_that_names_a_folder_is_a_fault(tiny_study: Make) -> None:
    root = tiny_study()
    source(root, file="sub/a1.txt")
    assert (
        "data/sources.csv",
        2,
        "no article is called 'sub/a1.txt'",
        "Delete the row, or put the file back.",
    ) in faults(root)


# --- settings --------------------------------------------------------------------------------


def test_a_study_without_settings_is_told_so(tiny_study: Make) -> None:
    root = tiny_study()
    (root / "data" / "study.toml").unlink()
    assert faults(root) == [
        (
            "data/study.toml",
            0,
            "cannot be read: No such file or directory",
            "Every study needs it; copy one from the example.",
        )
    ]


def test_settings_that_are_not_utf_8_are_a_fault(tiny_study: Make) -> None:
    root = tiny_study()
    (root / "data" / "study.toml").write_bytes('title = "Das Tör"'.encode("latin-1"))
    assert faults(root) == [("data/study.toml", 0, "byte 14 is not UTF-8", "Save the file as UTF-8.")]


def test_settings_that_are_not_toml_are_a_fault_on_their_line(tiny_study: Make) -> None:
    root = tiny_study()
    change(root, "study.toml", 'language = "en"', "language = en")
    file, line, found, remedy = faults(root)[0]
    assert (file, line, remedy) == ("data/study.toml", 3, "Mend that line.")
    assert found.startswith("not valid TOML: Invalid value (at line 3")


DAY = "Give a day as YYYY-MM-DD, without quotation marks."
KNOWN = "title, proposition, language, subject, object, scales, periods, excerpts, terms, copies, reviewed, gold"


@pytest.mark.parametrize(
    ("old", "new", "line", "found", "remedy"),
    [
        ('title = "The Gate"', "title = 7", 1, "title is 7", "Give it as a string."),
        ('title = "The Gate"', 'title = " "', 1, "title is ' '", "Give it as a string."),
        ('proposition = "Norland becomes a member of the League"\n', "", 0, "no proposition", "Give it as a string."),
        (
            'subject = ["norland", "abel"]',
            'subject = ["norland", "cain"]',
            4,
            "subject names 'cain', which is not an actor",
            "Use ids from data/actors.csv.",
        ),
        ('zero = "balanced"\n', "", 7, "no scales.support.zero", "Give it as a string."),
        ('id = "2019"', 'id = "The year"', 20, "periods.1.id is 'The year'", "Use a-z, 0-9 and hyphens, at most 100."),
        (
            "from = 2019-01-01",
            "from = 2020-01-01",
            22,
            "period '2019' runs from 2020-01-01 to 2019-12-31",
            "Put the earlier day first.",
        ),
        ("from = 2019-01-01\n", "", 19, "no periods.1.from", DAY),
        ("from = 2019-01-01", "from = 2019-01-01T10:00:00", 22, "periods.1.from is 2019-01-01 10:00:00", DAY),
        (
            "to = 2019-12-31",
            "to = 2020-01-01",
            25,
            "periods '2019' and '2020' overlap",
            "A day belongs to one period at most.",
        ),
        ("words = 25", "words = 201", 32, "excerpts.words is 201", "Give a whole number from 0 to 200."),
        ("words = 25", "words = true", 32, "excerpts.words is True", "Give a whole number from 0 to 200."),
        ("share = 0.3", "share = 30", 33, "excerpts.share is 30", "Give a share from 0 to 1."),
        ("min_count = 1", "min_count = 0", 36, "terms.min_count is 0", "Give a whole number of 1 or more."),
        (
            'language = "en"',
            'language = "en"\ncopy = "once"',
            4,
            "unknown setting copy",
            f"Did you mean copies? Known here: {KNOWN}.",
        ),
        ("min_count = 1", "min_count = 1\nfewest = 3", 37, "unknown setting terms.fewest", "Known here: min_count."),
        (
            'label = "2020"',
            'label = "2020"\nname = "x"',
            28,
            "unknown setting periods.2.name",
            "Known here: id, label, from, to.",
        ),
    ],
)
def test_a_setting_with_one_fault_is_told_with_its_line_and_remedy(
    tiny_study: Make, old: str, new: str, line: int, found: str, remedy: str
) -> None:
    root = tiny_study()
    change(root, "study.toml", old, new)
    assert faults(root) == [("data/study.toml", line, found, remedy)]


def test_an_impossible_day_of_a_period_is_a_fault_on_its_line(tiny_study: Make) -> None:
    root = tiny_study()
    change(root, "study.toml", "to = 2020-12-31", "to = 2020-12-32")
    assert faults(root)[0][:2] == ("data/study.toml", 29)


def test_periods_that_touch_do_not_overlap(tiny_study: Make) -> None:
    root = tiny_study()
    change(root, "study.toml", "from = 2020-01-01", "from = 2020-02-01")
    assert [period["id"] for period in load_study(root).settings["periods"]] == ["2019", "2020"]


def test_two_periods_of_one_id_are_a_fault(tiny_study: Make) -> None:
    root = tiny_study()
    change(root, "study.toml", 'id = "2020"', 'id = "2019"')
    assert [fault[0] for fault in faults(root)] == ["data/study.toml"]


@pytest.mark.parametrize("value", ['["legue"]', '"league"'])
def test_an_object_that_is_no_actor_is_a_fault(tiny_study: Make, value: str) -> None:
    root = tiny_study()
    change(root, "study.toml", 'object = ["league"]', f"object = {value}")
    assert [fault[0] for fault in faults(root)] == ["data/study.toml"]


@pytest.mark.parametrize(
    ("old", "new"),
    [('subject = ["norland", "abel"]', 'subject = [["norland"]]\n'), ("", 'periods = ["2019"]\n')],
    ids=["subject", "periods"],
)
def test_a_setting_of_the_wrong_shape_inside_is_a_fault(tiny_study: Make, old: str, new: str) -> None:
    root = tiny_study()
    path = root / "data" / "study.toml"
    text = path.read_text(encoding="utf-8")
    text = new + text.replace(old, "")
    if new.startswith("periods"):
        text = text[: text.index("[[periods]]")] + text[text.index("[excerpts]") :]
    path.write_text(text, encoding="utf-8")
    assert [fault[0] for fault in faults(root)] == ["data/study.toml"]


# --- several at once -------------------------------------------------------------------------


def test_all_faults_are_told_at_once_in_the_order_of_files_and_lines(tiny_study: Make) -> None:
    root = tiny_study()
    change(root, "study.toml", "words = 25", "words = -1")
    group = append(root, "groups.csv", "north,The North,nobody,")
    alias = append(root, "actors.csv", "abel,Abel,person,Abel,name,,")
    pattern = append(root, "furniture.csv", "*,A star")
    source(root, url="nowhere")
    (root / "data" / "articles" / "b.md").write_text("x", encoding="utf-8")
    assert [(file, line) for file, line, *_ in faults(root)] == [
        ("data/actors.csv", alias),
        ("data/articles/b.md", 0),
        ("data/furniture.csv", pattern),
        ("data/groups.csv", group),
        ("data/sources.csv", 2),
        ("data/study.toml", 32),
    ]


def test_a_list_that_cannot_be_read_hides_no_fault_of_another(tiny_study: Make) -> None:
    root = tiny_study()
    (root / "data" / "stopwords.csv").unlink()
    line = append(root, "groups.csv", "north,The North,nobody,")
    assert [fault[:2] for fault in faults(root)] == [("data/groups.csv", line), ("data/stopwords.csv", 0)]


def test_an_office_that_passes_on_has_days(tiny_study: Make) -> None:
    root = tiny_study()
    path = root / "data" / "actors.csv"
    lines = path.read_text().splitlines()
    rows = ["abel,Abel,person,the chief,role,,,2019-01-01,2019-12-31", "ito,Ito,person,the chief,role,,,2020-01-01,"]
    path.write_text("\n".join([f"{lines[0]},from,to", *(f"{line},," for line in lines[1:]), *rows]) + "\n")
    assert load_study(root).lists["actors"].filter(alias="the chief")["actor"].to_list() == ["abel", "ito"]
    rows[1] = rows[1].replace("2020-01-01,", "2019-06-01,2019-13-01")
    path.write_text("\n".join([f"{lines[0]},from,to", *(f"{line},," for line in lines[1:]), *rows]) + "\n")
    last = len(lines) + 2
    assert faults(root) == [
        ("data/actors.csv", last, f"alias 'the chief' belongs to abel on line {last - 1}",
         "One alias names one actor in one article, and on one day."),
        ("data/actors.csv", last, "to is '2019-13-01'", "Give a day that exists, as YYYY-MM-DD."),
    ]  # fmt: skip


def test_a_folder_of_data_that_lies_elsewhere_is_a_fault(tiny_study: Make, tmp_path: Path) -> None:
    root = tiny_study()
    moved = (tmp_path.parent / f"{tmp_path.name}-elsewhere").resolve()
    (root / "data").rename(moved)
    (root / "data").symlink_to(moved)
    told = {fault[:3] for fault in faults(root)}
    assert ("data/actors.csv", 0, "a link out of the study, or to nothing") in told
    assert ("data/articles", 0, "a link out of the study, or to nothing") in told
