"""What stands on the site beside its pages: downloads and their descriptor, sitemap, search."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import polars as pl
import pytest

from dateline import tables
from dateline.errors import DatelineError, StudyError
from dateline.figures.drawing.svg import to_png
from dateline.html import for_spreadsheet, prose
from dateline.site.publish import __main__ as hook
from dateline.site.publish.complete import HIDDEN, SITEMAP, write_downloads, write_sitemap
from dateline.site.publish.datapackage import describe
from dateline.site.reference import corrections
from dateline.study.load import load_study
from dateline.tables import TABLES, TYPES
from tests.conftest import REPOSITORY


@pytest.mark.parametrize("table", sorted(TABLES))
def test_the_function_that_a_card_names_exists(table: str) -> None:
    module, _, function = TABLES[table].by.rpartition(".")
    source = (REPOSITORY / f"src/dateline/{module.replace('.', '/')}.py").read_text(encoding="utf-8")
    assert f"\ndef {function}(" in source


def test_what_no_spreadsheet_opens_goes_as_parquet_alone(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long, short = (tables.read(name, built / "data/derived") for name in ("sentences", "articles"))
    tables.write(long, "sentences", tmp_path / "derived")
    assert (tmp_path / "derived/sentences.csv").is_file()
    monkeypatch.setattr(tables, "SPREADSHEET", long.height)  # the header is one line more
    tables.write(long, "sentences", tmp_path / "derived")
    tables.write(short, "articles", tmp_path / "derived")
    kept = ["articles.csv", "articles.parquet", "sentences.parquet"]
    assert sorted(path.name for path in (tmp_path / "derived").iterdir()) == kept
    written = write_downloads(tmp_path / "derived", tmp_path / "downloads")
    assert sorted(path.name for path in written) == kept
    found = {part["name"]: part for part in describe(tmp_path / "downloads", title="x", description="y")["resources"]}
    assert set(found) == {"articles", "articles-parquet", "sentences"}
    assert found["sentences"]["path"] == "sentences.parquet"
    fields = [field["name"] for field in found["sentences"]["schema"]["fields"]]
    assert fields == pl.read_parquet(tmp_path / "downloads/sentences.parquet").columns


def test_the_data_package_describes_the_files_as_they_are(built: Path) -> None:
    folder = built / "_site/downloads"
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    paths = {resource["path"] for resource in package["resources"]}
    assert paths == {path.name for path in folder.iterdir() if path.suffix in (".csv", ".parquet")}
    for resource in package["resources"]:
        data = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        if resource["format"] == "csv":
            fields = {field["name"]: TYPES[field["type"]] for field in resource["schema"]["fields"]}
            frame = pl.read_csv(folder / resource["path"], schema=fields)
            twin = pl.read_parquet(folder / f"{resource['name']}.parquet")
            missing = pl.col(pl.String).replace("", None)  # as the descriptor says
            assert frame.with_columns(missing).equals(twin.with_columns(missing)), resource["name"]
            assert not HIDDEN & fields.keys()
            key = resource["schema"].get("primaryKey", [])
            assert not key or frame.select(key).is_unique().all()
            for foreign in resource["schema"].get("foreignKeys", []):
                other = pl.read_parquet(folder / f"{foreign['reference']['resource']}.parquet")
                known = other[foreign["reference"]["fields"][0]]
                assert frame[foreign["fields"][0]].is_in(known.implode()).all()


def test_the_hook_says_who_calls_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QUARTO_PROJECT_OUTPUT_DIR", raising=False)
    with pytest.raises(DatelineError, match=r"no renderer has called. This is a hook of `quarto render`"):
        hook.main()


def test_a_drawing_that_leaves_its_page_says_what_it_is_and_whose(built: Path) -> None:
    for path in (built / "report/made/figures").glob("*.svg"):
        words = " ".join(ET.fromstring(path.read_text(encoding="utf-8")).itertext())
        assert "The Open Door. Five articles," in words
        assert "CC BY 4.0" in words
        page = (path.with_suffix(".md")).read_text(encoding="utf-8")
        title = page.partition('<h2 class="fig-title">')[2].partition("</h2>")[0]
        assert title.split()[0] in words


def test_a_picture_has_the_same_letters_whatever_fonts_the_system_has(tmp_path: Path) -> None:
    words = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20"><text y="15">Київ, NATO</text></svg>'
    (tmp_path / "fonts.conf").write_text(f"<fontconfig><dir>{tmp_path}</dir></fontconfig>")
    code = (
        "import hashlib, sys; from dateline.figures.drawing import svg; svg.FONTS = ();"
        "print(hashlib.sha256(svg.to_png(sys.argv[1], scale=2)).hexdigest())"
    )
    bare = subprocess.run(
        [sys.executable, "-c", code, words],
        env={**os.environ, "FONTCONFIG_FILE": str(tmp_path / "fonts.conf")},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert hashlib.sha256(to_png(words, scale=2)).hexdigest() == bare.stdout.strip()


def test_every_notebook_can_be_taken_away(built: Path) -> None:
    for notebook in (built / "notebooks").glob("*.ipynb"):
        assert (built / "_site/downloads" / notebook.name).read_bytes() == notebook.read_bytes()
        page = (built / f"_site/notebooks/{notebook.stem}.html").read_text(encoding="utf-8")
        assert f'href="../downloads/{notebook.name}" download' in page


def test_corrections_are_listed_with_the_latest_first(tiny_study, tmp_path: Path) -> None:
    root = tiny_study()
    (root / "data/corrections.csv").write_text(
        "date,claim,change,note\n2020-03-01,Abel said no,Abel said yes & more,read again\n"
        '2020-05-02,"<b>Two</b> articles",Three,\n',
        encoding="utf-8",
    )
    page = corrections(load_study(root), {})
    assert page.index("&lt;b&gt;Two&lt;/b&gt; articles") < page.index("Abel said yes &amp; more")


def test_a_study_without_corrections_says_so(built: Path) -> None:
    page = (built / "_site/report/methods.html").read_text(encoding="utf-8")
    assert "Nothing has been corrected since publication." in page


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("corrections", "date,claim,change,note\n2020-13-01,a,b,\n", "data/corrections.csv:2: date is '2020-13-01'"),
        ("corrections", "date,claim,change,note\n2020-01-01,,b,\n", "data/corrections.csv:2: claim is empty"),
        ("events", "day,label,source,note\n,War,a book,\n", "data/events.csv:2: day is empty"),
        ("events", "day,label,source,note\n2020-01-01,War,,\n", "data/events.csv:2: source is empty"),
    ],
)
def test_a_bad_line_of_events_or_corrections_is_named(tiny_study, name: str, text: str, fault: str) -> None:
    root = tiny_study()
    (root / f"data/{name}.csv").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as failure:
        load_study(root)
    assert fault in str(failure.value)


def test_a_sitemap_names_every_page_by_its_whole_address(built: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(built / "_site", site, ignore=shutil.ignore_patterns("downloads", "pagefind"))
    assert not (site / "sitemap.xml").exists()
    write_sitemap(site, "https://example.org/door")
    found = {where.text for where in ET.parse(site / "sitemap.xml").getroot().iter(f"{{{SITEMAP}}}loc")}
    pages = {path.relative_to(site).as_posix() for path in site.rglob("*.html")} - {"404.html", "index.html"}
    assert found == {f"https://example.org/door/{page}" for page in pages | {""}}
    assert "Sitemap: https://example.org/door/sitemap.xml" in (site / "robots.txt").read_text(encoding="utf-8")


def test_no_cell_of_a_download_is_a_formula() -> None:
    frame = pl.DataFrame(
        {"title": ['=HYPERLINK("https://a")', "@SUM(1)", "+1", "-x", "a=b", None], "n": [-1, 2, 3, 4, 5, 6]}
    )
    assert for_spreadsheet(frame)["title"].to_list() == [
        '\'=HYPERLINK("https://a")',
        "'@SUM(1)",
        "'+1",
        "'-x",
        "a=b",
        None,
    ]
    assert for_spreadsheet(frame)["n"].to_list() == frame["n"].to_list()


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "{{< include /etc/passwd >}}", "`x` $y$ [a](javascript:1)", "::: {.a}", "a\n\n# b"],
)
def test_a_value_in_prose_is_only_text(text: str) -> None:
    import pypandoc

    page = pypandoc.convert_text(f"A {prose(text)} b", "html", format="markdown")
    assert page.startswith("<p>A ")
    assert "<script" not in page
    assert "<a " not in page
    assert "<code" not in page
    assert "{{<" not in prose(text)
    assert (
        pypandoc.convert_text(prose("*not testable*"), "html", format="markdown").strip()
        == "<p><em>not testable</em></p>"
    )
