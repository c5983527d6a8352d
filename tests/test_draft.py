"""A folder of somebody else's articles becomes a study, and its site says nothing of the first one."""

import gzip
import io
import json
import re
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from dateline.build.stages import build
from dateline.errors import DatelineError
from dateline.intake.draft import draft_study
from dateline.intake.folder import read_folder
from dateline.intake.formats import Article, read_day
from dateline.study.load import Study, load_study, unreviewed
from tests.conftest import REPOSITORY

SECOND = REPOSITORY / "tests/second"
PROPOSITION = "Marlow closes its harbour to coal ships"


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Study:
    found = read_folder(SECOND)
    assert found.faults == []
    target = tmp_path_factory.mktemp("second") / "harbour"
    return draft_study(
        target, found.articles, proposition=PROPOSITION, title="The <b>Harbour</b> {{< var a >}}", say=lambda text: None
    )


@pytest.fixture(scope="module")
def site(second: Study) -> Path:
    build(second.root, renderer="embedded")
    return second.root / "_site"


def test_articles_come_from_every_format_in_the_order_of_their_days(second: Study) -> None:
    sources = second.lists["sources"].select("file", "published", "publisher", "url")
    assert sources.rows() == [
        ("000_council-asks-marlow-to-close-its-harbour.txt", "2021-03-04", "The Marlow Courier", ""),
        ("001_harbour-union-warns-of-lost-jobs.txt", "2021-09-18", "The Quayside Review", "https://quayside.example/union"),
        ("002_norland-offers-money-for-the-cranes.txt", "2022-05-11", "The Marlow Courier", "https://courier.example/cranes"),
        ("003_marlow-closes-its-harbour-to-coal.txt", "2022-12-12", "The Marlow Courier", ""),
        ("004_hyperlink-https-evil-example.txt", "", "The Quayside Review", ""),
        ("005_05-plain.txt", "", "", ""),
    ]  # fmt: skip


def test_a_saved_page_keeps_its_article_and_loses_its_frame(second: Study) -> None:
    text = second.texts["000_council-asks-marlow-to-close-its-harbour"]
    assert text.startswith("Council asks Marlow to close its harbour to coal\n")
    assert "according to the Port Authority." in text
    for frame in ("Weather", "Most read", "Bakery", "©"):
        assert frame not in text


def test_the_names_of_proposition_and_articles_become_actors(second: Study) -> None:
    actors = {
        actor: (kind, set(aliases))
        for actor, kind, aliases in second.lists["actors"].group_by("actor", "kind").agg("alias").iter_rows()
    }
    assert actors["marlow"][0] == "organisation"
    assert actors["otto-brask"] == ("person", {"Otto Brask"})
    assert actors["harbour-union"][0] == "organisation"
    assert second.settings["subject"] == ["marlow"]
    assert second.settings["object"] == []


def test_every_choice_is_marked_until_a_person_has_read_it(second: Study, site: Path) -> None:
    left = unreviewed(second)
    assert left["study.toml"] == 1
    assert left["actors.csv"] == second.lists["actors"].height
    assert left["sources.csv"] == 6
    for page in site.rglob("*.html"):
        assert "<strong>Draft.</strong> Chosen by the program" in page.read_text(encoding="utf-8"), page.name


def test_a_reviewed_study_says_nothing_of_drafts(second: Study, tmp_path: Path) -> None:
    root = tmp_path / "read"
    shutil.copytree(second.root, root)
    for path in [*(root / "data").glob("*.csv"), root / "data/study.toml"]:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("draft: ", "").replace("reviewed = false", "reviewed = true"), encoding="utf-8")
    assert unreviewed(load_study(root)) == {}
    build(root, renderer="embedded", until="pages")
    assert (root / "report/made/draft.md").read_text(encoding="utf-8") == ""


def test_the_first_study_has_no_draft(study: Study) -> None:
    assert unreviewed(study) == {}


def test_another_study_says_nothing_of_the_first(site: Path) -> None:
    names = re.compile(r"\bNATO\b|Ukrain|Kyiv|Kremlin|Zelensk|Open Door", re.IGNORECASE)
    for path in site.rglob("*"):
        if path.suffix in (".html", ".json", ".xml", ".csv", ".svg", ".js"):
            text = path.read_text(encoding="utf-8")
        elif path.suffix == ".pf_fragment":
            text = gzip.decompress(path.read_bytes()).decode()
        else:
            continue
        # The examples of the public names are those of the first study, wherever the program is described.
        assert path.name == "program.html" or "guide/program" in text[:400] or names.findall(text) == [], path


def test_what_an_article_smuggles_in_stays_text(second: Study, site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script>alert" not in text, page.name
        assert "root:x:" not in text, page.name
        assert "javascript:" not in text, page.name
        assert not re.search("[\u202a-\u202e]", re.sub(r"<[^>]*>", "", text).partition("</h1>")[0]), page.name


def test_a_title_of_markup_is_only_text(site: Path) -> None:
    text = (site / "index.html").read_text(encoding="utf-8")
    assert "The &lt;b&gt;Harbour&lt;/b&gt;" in text
    assert "<b>Harbour" not in text.replace("<title>The <b>Harbour", "")


def test_other_scripts_survive_every_step(second: Study) -> None:
    text = second.texts["005_05-plain"]
    for word in ("Мэр Марлоу", "עם", "Iva Kole\u0301"):
        assert word in text


def test_a_folder_that_is_taken_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(DatelineError, match="is not empty"):
        draft_study(tmp_path, [Article("a.txt", "text")], proposition="x", title="y")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_articles_without_a_day_a_name_or_a_voice_give_a_report(tmp_path: Path) -> None:
    rain = "The rain fell on the roofs and on the quiet fields of the plain. "
    found = [Article(f"{name}.txt", f"{name}\n\n{rain * count}") for name, count in (("Rain", 3), ("More", 5))]
    made = draft_study(tmp_path / "rain", found, proposition=PROPOSITION, title="Rain", say=lambda text: None)
    site = build(made.root, renderer="embedded").site
    assert "No article has a date" in (site / "report/articles.html").read_text(encoding="utf-8")
    assert "No statement takes a position" in (site / "report/stance.html").read_text(encoding="utf-8")
    assert (site / "report/actors.html").is_file()


def test_without_articles_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match="No article could be read"):
        draft_study(tmp_path / "new", [], proposition="x", title="y")
    with pytest.raises(DatelineError, match="The proposition is empty"):
        draft_study(tmp_path / "new", [Article("a.txt", "x")], proposition=" ", title="y")
    assert not (tmp_path / "new").exists()


def test_surnames_go_to_one_who_leads_and_to_nobody_who_shares(tmp_path: Path) -> None:
    text = (
        "The gate\n\nOn Monday Maria Dahl met Kenji Ito in the hall. Then Jon Dahl came, and Dahl spoke of the gate.\n\n"
        "Ito left. In the evening Kenji Ito and Kenji Ito’s wife met Aiko Ito, and I’m told that Sen Vance came.\n\n"
        "I’m told that Maria Dahl and Jon Dahl met Dahl, and that Sen Vance and Mr Ito met them at New Harbour.\n"
    )
    proposition = "Norland closes its gate"
    study = draft_study(tmp_path / "new", [Article("a.txt", text)], proposition=proposition, title="y")
    aliases = set(study.lists["actors"].select("actor", "alias").iter_rows())
    assert ("kenji-ito", "Ito") in aliases
    assert {"Maria Dahl", "Jon Dahl", "Kenji Ito", "Vance"} <= {alias for _, alias in aliases}
    assert not {"Dahl", "I’m", "Sen", "Mr"} & {alias for _, alias in aliases}
    drafted = study.lists["target"].filter(pl.col("note").str.starts_with("draft:"))["phrase"].to_list()
    assert drafted == ["clos*", "gate*"]


LONG = "The harbour of Marlow was closed to coal ships on Monday, the Port Authority said, after a year of talks with the Harbour Union and with the government of Norland in the capital. "


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("a.pdf", b"%PDF-1.7", "of no kind that can be read"),
        ("a.txt", b"\x00\x01", "byte 0 is NUL"),
        ("a.txt", b"Too short.", "has 2 words of text"),
        ("a.html", b"<html><body></body></html>", "no article was found in the page"),
        ("a.csv", b"one,two\n1,2\n", "has no column of text; found one, two"),
        ("a.jsonl", b'{"text": "x"\n', "cannot be read"),
        ("a.parquet", b"PAR1 not", "cannot be read"),
        ("a.warc", b"no archive at all", "is not a web archive"),
        ("a.json", b"[[[", "cannot be read"),
        ("b.json", b"[" * 100_000, "cannot be read"),
        ("a.txt", b"word " * 2_000_000, "a line of"),
        ("a.md", b"---\na: &a [x,x]\nb: &b [*a,*a]\ntitle: *b\n---\n" + b"word " * 100_000, "a line of"),
    ],
)
def test_what_cannot_be_read_is_named_and_left_out(tmp_path: Path, name: str, data: bytes, found: str) -> None:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "good.txt").write_text(LONG, encoding="utf-8")
    result = read_folder(tmp_path)
    assert [article.place for article in result.articles] == ["good.txt"]
    assert len(result.faults) == 1
    assert result.faults[0].file.startswith(name)
    assert found in result.faults[0].found


def test_what_a_saved_page_brings_along_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(LONG, encoding="utf-8")
    for name in ("page_files/a.js", "page_files/b.css", "page_files/c.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (fault,) = read_folder(tmp_path).faults
    assert fault.file == "page_files/a.js, page_files/b.css, page_files/c.png"
    for number in range(4):
        (tmp_path / f"page_files/d{number}.js").write_bytes(b"x")
    (fault,) = read_folder(tmp_path).faults
    assert fault.file.endswith(", page_files/d0.js, page_files/d1.js and 2 more")


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(LONG, encoding="utf-8")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.txt").symlink_to(tmp_path / "secret.txt")
    result = read_folder(inside)
    assert result.articles == []
    assert result.faults[0].found == "a link out of the folder, or to nothing"


def test_a_text_that_stands_twice_counts_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(LONG, encoding="utf-8")
    (tmp_path / "b.txt").write_text(LONG.replace(" ", "  "), encoding="utf-8")
    result = read_folder(tmp_path)
    assert [article.place for article in result.articles] == ["a.txt"]
    assert result.faults[0].found == "is the same text as a.txt"


def test_other_encodings_are_read(tmp_path: Path) -> None:
    text = LONG + "Die Größe des Hafens überraschte viele, und die Fähre kam früh an diesem schönen Tag."
    (tmp_path / "a.txt").write_bytes(text.encode("latin-1"))
    (tmp_path / "b.txt").write_bytes((text + " Ende.").encode("utf-16"))
    found = read_folder(tmp_path)
    assert found.faults == []
    assert all("Größe" in article.text for article in found.articles)
    assert [(note.file, note.found) for note in found.notes] == [("a.txt", "is not UTF-8 and was read as Windows-1252")]


def archive(*pages: bytes) -> bytes:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    for number, page in enumerate(pages):
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
        record = writer.create_warc_record(
            f"https://courier.example/{number}", "response", payload=io.BytesIO(page), http_headers=headers
        )
        writer.write_record(record)
    return out.getvalue()


def test_the_pages_of_a_web_archive_are_read_and_a_bomb_in_it_is_not(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("dateline.intake.formats.LARGEST", 100_000)
    page = (SECOND / "01-council.html").read_bytes()
    (tmp_path / "a.warc.gz").write_bytes(archive(page, b"<p>" + b"0" * 1_000_000))
    found = read_folder(tmp_path)
    assert [(article.place, article.title, article.published) for article in found.articles] == [
        ("a.warc.gz, record 1", "Council asks Marlow to close its harbour to coal", date(2021, 3, 4))
    ]
    assert [fault.found for fault in found.faults] == ["is larger than a page when unpacked"]


def test_tables_of_every_kind_give_the_same_articles(tmp_path: Path) -> None:
    rows = [
        {"title": f"Harbour {n}", "text": f"{LONG} {n}", "date": "2020-05-04", "url": "https://a.example/"}
        for n in (1, 2)
    ]
    frame = pl.DataFrame(rows)
    found = []
    for name, write in {
        "a.csv": frame.write_csv,
        "a.tsv": lambda path: frame.write_csv(path, separator="\t"),
        "a.parquet": frame.write_parquet,
        "a.jsonl": frame.write_ndjson,
        "a.json": lambda path: path.write_text(json.dumps({"articles": rows}), encoding="utf-8"),
    }.items():
        folder = tmp_path / name
        folder.mkdir()
        write(folder / name)
        result = read_folder(folder)
        assert result.faults == [], name
        found.append([(a.title, a.text, a.published, a.url) for a in result.articles])
    assert all(other == found[0] for other in found)
    assert found[0][0][2] == date(2020, 5, 4)


def test_one_broken_line_of_many_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    rows = [json.dumps({"text": f"{LONG} {number}"}) for number in range(3)]
    (tmp_path / "a.jsonl").write_text("\n".join([rows[0], '{"text": "cut', *rows[1:]]), encoding="utf-8")
    found = read_folder(tmp_path)
    assert len(found.articles) == 3
    assert [(fault.file, fault.line) for fault in found.faults] == [("a.jsonl", 2)]


def test_tables_of_a_spreadsheet_in_other_lands_are_read(tmp_path: Path) -> None:
    text = f"title;text\nDie Größe;{LONG} Größe und Fähre, überall schöne Häuser.\n"
    (tmp_path / "a.csv").write_bytes(text.encode("latin-1"))
    (article,) = read_folder(tmp_path).articles
    assert article.title == "Die Größe"


def test_days_in_doubt_are_told_once_a_file(tmp_path: Path) -> None:
    rows = [{"text": f"{LONG} {number}", "date": f"{number}/4/2021"} for number in (3, 4, 5)]
    pl.DataFrame(rows).write_csv(tmp_path / "a.csv")
    found = read_folder(tmp_path)
    assert [article.published for article in found.articles] == [None, None, None]
    (note,) = found.notes
    assert note.file == "a.csv, row 1"
    assert note.found.startswith("the day '3/4/2021', and those of 2 more articles there,")


def test_front_matter_that_is_broken_is_told_and_the_text_is_read(tmp_path: Path) -> None:
    front = "---\r\ntitle: Harbour: the end\r\ndate: 2020-05-04\r\n---\r\n\r\n"
    (tmp_path / "a.md").write_bytes((front + LONG).encode())
    found = read_folder(tmp_path)
    assert [article.text[:11] for article in found.articles] == ["The harbour"]
    assert [(note.file, note.line) for note in found.notes] == [("a.md", 2)]
    (tmp_path / "a.md").write_bytes((front.replace("Harbour: the", "The") + LONG).encode())
    (article,) = read_folder(tmp_path).articles
    assert (article.title, article.published) == ("The end", date(2020, 5, 4))


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2021-03-04", date(2021, 3, 4)),
        ("2021-03-04T23:00:00Z", date(2021, 3, 4)),
        ("20210304T101500Z", date(2021, 3, 4)),
        ("4 March 2021", date(2021, 3, 4)),
        ("Mar 4, 2021 10:15 AM", date(2021, 3, 4)),
        ("3/4/2021", None),
        ("Tue 3/4/2021", None),
        ("March 2022", None),  # which day is not said, and is not that of today
        ("2021 Monday", None),
        ("Jan 12:309999999999999999999999999999 2021", None),
        ("2021-13-04", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_a_day_is_read_only_where_it_is_beyond_doubt(value: str | None, day: date | None) -> None:
    assert read_day(value) == day
