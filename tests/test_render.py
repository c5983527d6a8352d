"""The embedded renderer, on a site small enough to read, and that site again under Quarto where it is."""

import json
import os
import posixpath
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from dateline.errors import DatelineError
from dateline.site.render import load_site, render_page, render_site

REPOSITORY = Path(__file__).parents[1]
CHART = '<svg class="chart" viewBox="0 0 2 1"><a href="/report/words.qmd#door"><path d="M0 0h1v1z"/></a></svg>'
STORY = """---
title: "One *open* door"
description: What five articles say.
---

There are {{< var corpus.articles >}} articles in {{< meta lang >}}; `{{{< var x >}}}` is shown as it is.
See [words](/report/words.qmd#door), [the file](report/terms.csv) and [elsewhere](https://example.org/a.qmd).

{{< include /report/made/figure.md >}}

::: {.callout-note title="What *this* says"}
Only these.
:::

| Term | Count |
|:-----|------:|
| [door](/report/words.qmd) | 41 |
"""


def code(source: str, *outputs: dict) -> dict:
    lines = source.splitlines(keepends=True)
    return {"cell_type": "code", "id": "c", "metadata": {}, "execution_count": 1, "source": lines, "outputs": outputs}


def shown(kind: str, content: str) -> dict:
    return {"output_type": "display_data", "metadata": {}, "data": {kind: [content]}}


CELLS = [
    {"cell_type": "raw", "id": "r", "metadata": {}, "source": ["---\n", "title: How many?\n", "---"]},
    {
        "cell_type": "markdown",
        "id": "m",
        "metadata": {},
        "source": ["## Counting\n", "\n", "In [words](../report/words.qmd)."],
    },
    code("#| label: count\nprint(1 < 2)", {"output_type": "stream", "name": "stdout", "text": ["True <b>\n"]}),
    code(
        "#| label: fig-bars\n#| fig-cap: Bars *of* words\n#| fig-alt: Five bars\n#| echo: false\nbars()",
        shown("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"/>'),
    ),
    code("table", shown("text/markdown", "| a |\n|--:|\n| 1 |\n")),
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of four pages under the repository's own theme and format."""
    root = tmp_path / "study"
    config = yaml.safe_load((REPOSITORY / "_quarto.yml").read_text("utf-8"))
    config["project"] = {"type": "website", "output-dir": "_site"}
    config["project"]["render"] = ["index.qmd", "404.qmd", "report/*.qmd", "notebooks/*.ipynb", "!report/no.qmd"]
    config["website"] = {"title": "The Open Door", "description": "Five articles."}
    config["site-nav"] = [{"text": "Story", "href": "/index.qmd"}, {"text": "Words", "href": "/report/words.qmd"}]
    config["site-notebooks"] = [{"text": "Corpus", "href": "/notebooks/10-corpus.ipynb"}]
    notebook = {"cells": CELLS, "metadata": {"kernelspec": {"name": "python3", "language": "python"}}}
    files = {
        "_quarto.yml": yaml.safe_dump(config),
        "_variables.yml": 'corpus: {articles: 5, share: "30 %"}\n',
        "index.qmd": STORY,
        "404.qmd": "---\ntitle: Nothing here\n---\n\n[Words](/report/words.qmd)\n",
        "report/words.qmd": "---\ntitle: Words\n---\n\n## Door\n\nBack to [the story](../index.qmd).\n",
        "report/no.qmd": "---\ntitle: No\n---\n",
        "report/_draft.qmd": "---\ntitle: Draft\n---\n",
        "report/terms.csv": "term\ndoor\n",
        "report/made/figure.md": f'```{{=html}}\n<figure class="fig" id="fig-doors">{CHART}</figure>\n```\n',
        "notebooks/10-corpus.ipynb": json.dumps(notebook | {"nbformat": 4, "nbformat_minor": 5}),
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    shutil.copytree(REPOSITORY / "report/theme", root / "report/theme")
    return root


def page(root: Path, name: str) -> str:
    """One page as rendered, its lines joined."""
    return " ".join(render_page(load_site(root), name, root / "_one").read_text("utf-8").split())


def fails(root: Path, text: str) -> str:
    """What the renderer says of a page with this body."""
    (root / "report/words.qmd").write_text(f"---\ntitle: Words\n---\n\n{text}\n", "utf-8")
    with pytest.raises(DatelineError) as caught:
        page(root, "report/words.qmd")
    return str(caught.value)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_site_is_its_pages_and_what_they_refer_to(root: Path) -> None:
    done = []
    pages = render_site(root, root / "_site", progress=done.append)
    names = ["index.html", "404.html", "report/words.html", "notebooks/10-corpus.html"]
    assert [path.relative_to(root / "_site").as_posix() for path in pages] == names
    others = ["notebooks/10-corpus_files/figure-html/fig-bars-output-1.svg", "report/terms.csv"]
    assert sorted(bytes_of(root / "_site")) == sorted([*names, *others, "report/theme/site.css"])
    assert sorted(done) == ["404.qmd", "index.qmd", "notebooks/10-corpus.ipynb", "report/words.qmd"]


def test_a_page_has_head_navigation_and_footer(root: Path) -> None:
    words = page(root, "report/words.qmd")
    for part in (
        '<html lang="en">',
        "<title>Words – The Open Door</title>",
        '<meta name="description" content="Five articles.">',
        '<link rel="stylesheet" href="theme/site.css">',
        '<a class="skip" href="#main">',
        '<a href="../index.html">The Open Door</a>',
        '<li><a href="../index.html">Story</a></li>',
        '<li><a href="words.html" aria-current="page">Words</a></li>',
        '<main id="main" tabindex="-1" data-pagefind-body> <header id="title-block-header" class="quarto-title-block"> '
        '<h1 class="title">Words</h1> </header> <h2 id="door">Door</h2>',
        '<li><a href="../notebooks/10-corpus.html">Corpus</a></li>',
    ):
        assert part in words
    assert not any(part in words for part in ("<script", "<style", " style=", "canonical"))


def test_the_title_of_the_study_stands_on_every_page_as_it_is_written(root: Path) -> None:
    (root / "report/made/title.md").write_text("Doors & <Gates> *two*\n", encoding="utf-8")
    for name in ("index.qmd", "report/words.qmd"):
        assert ">Doors &amp; &lt;Gates&gt; *two*</a></p>" in page(root, name)
    assert "<title>Words – Doors &amp; &lt;Gates&gt; *two*</title>" in page(root, "report/words.qmd")


def test_shortcodes_links_callouts_and_tables_become_html(root: Path) -> None:
    story = page(root, "index.qmd")
    for part in (
        "<title>The Open Door</title>",
        '<meta name="description" content="What five articles say.">',
        "There are 5 articles in en; <code>{{&lt; var x &gt;}}</code> is shown as it is.",
        'See <a href="report/words.html#door">words</a>, <a href="report/terms.csv">the file</a>',
        '<a href="https://example.org/a.qmd">elsewhere</a>',
        '<figure class="fig" id="fig-doors">' + CHART.replace("/report/words.qmd", "report/words.html"),
        '<div class="box box-note" role="note"> <div class="box-title"> What <em>this</em> says </div> '
        "<p>Only these.</p> </div>",
        '<div class="scroll" tabindex="0" role="group" aria-label="Table"> <table>',
        '<td><a href="report/words.html">door</a></td> <td class="num">41</td>',
    ):
        assert part in story


def test_a_notebook_is_rendered_from_what_it_holds(root: Path) -> None:
    notebook = page(root, "notebooks/10-corpus.ipynb")
    for part in (
        '<h1 class="title">How many?</h1>',
        '<h2 id="counting">Counting</h2> <p>In <a href="../report/words.html">words</a>.</p>',
        '<div id="count" class="cell"> <details class="code-fold"> <summary>Code</summary> '
        '<pre class="python cell-code"><code>print(1 &lt; 2)</code></pre> </details> '
        '<div class="cell-output"> <pre><code>True &lt;b&gt;</code></pre> </div> </div>',
        '<div id="cell-fig-bars" class="cell"> <div class="cell-output"> <figure id="fig-bars"> '
        '<img src="10-corpus_files/figure-html/fig-bars-output-1.svg" alt="Five bars"> '
        "<figcaption> <p>Figure 1: Bars <em>of</em> words</p> </figcaption></figure> </div> </div>",
        '<th class="num">a</th>',
        '<a href="#notebooks" aria-current="true">Notebooks</a>',
    ):
        assert part in notebook


def test_a_notebook_that_failed_is_not_published(root: Path) -> None:
    path = root / "notebooks/10-corpus.ipynb"
    failed = code("1 / 0", {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "", "traceback": []})
    path.write_text(json.dumps({"cells": [CELLS[0], failed]}), "utf-8")
    with pytest.raises(DatelineError, match=r"10-corpus.ipynb \(cell 1\): holds an error, ZeroDivisionError"):
        page(root, "notebooks/10-corpus.ipynb")


def test_an_address_for_the_site_gives_canonical_links_and_a_404_page_that_works_anywhere(root: Path) -> None:
    config = yaml.safe_load((root / "_quarto.yml").read_text("utf-8"))
    config["website"]["site-url"] = "https://example.org/door/"
    (root / "_quarto.yml").write_text(yaml.safe_dump(config), "utf-8")
    assert '<link rel="canonical" href="https://example.org/door/">' in page(root, "index.qmd")
    words = '<link rel="canonical" href="https://example.org/door/report/words.html">'
    assert words in page(root, "report/words.qmd")
    lost = page(root, "404.qmd")
    assert '<a href="/door/report/words.html">Words</a>' in lost
    assert 'href="/door/report/theme/site.css"' in lost
    assert "canonical" not in lost


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{< var corpus.word >}}", "report/words.qmd:5: no value 'corpus.word' in _variables.yml"),
        ("{{< var corpus >}}", "report/words.qmd:5: no value 'corpus' in _variables.yml"),
        ("A\n\n{{< meta nothing >}}", "report/words.qmd:7: no value 'nothing' in the front matter or _quarto.yml"),
        ("{{< video x >}}", "report/words.qmd:5: unknown shortcode '{{< video x >}}'"),
        ("in {{< include a.md >}} line", "report/words.qmd:5: unknown shortcode '{{< include a.md >}}'"),
        ("{{< include a.md >}}", "report/words.qmd:5: there is no file report/a.md"),
        ("{{< include ../../etc/passwd >}}", "report/words.qmd:5: ../etc/passwd lies outside the project"),
        ("{{< include /../secret.md >}}", "report/words.qmd:5: ../secret.md lies outside the project"),
        ("{{< include words.qmd >}}", "report/words.qmd:5: report/words.qmd includes itself"),
        ("{{< include made/out.md >}}", "report/words.qmd:5: report/made/out.md lies outside the project"),
        ("{{< include made/deep.md >}}", "report/made/deep.md:2: no value 'x' in _variables.yml"),
        ("[it](made/out.md)", "report/made/out.md: report/made/out.md lies outside the project"),
    ],
)
def test_an_error_names_file_and_line(root: Path, text: str, message: str) -> None:
    (root.parent / "secret.md").write_text("secret", "utf-8")
    (root / "report/made/out.md").symlink_to(root.parent / "secret.md")
    (root / "report/made/deep.md").write_text("A\n{{< var x >}}\n", "utf-8")
    assert fails(root, text).splitlines()[0] == message


def test_a_page_needs_a_title(root: Path) -> None:
    (root / "index.qmd").write_text("Text.\n", "utf-8")
    with pytest.raises(DatelineError, match=r"index.qmd: the page has no title"):
        page(root, "index.qmd")


def test_the_same_sources_give_the_same_bytes(root: Path) -> None:
    render_site(root, root / "_site")
    render_site(root, root / "_other")
    assert bytes_of(root / "_site") == bytes_of(root / "_other")


def test_a_failing_page_leaves_the_site_as_it_was(root: Path) -> None:
    render_site(root, root / "_site")
    before, listed = bytes_of(root / "_site"), sorted(os.listdir(root))
    (root / "report/words.qmd").write_text("---\ntitle: Words\n---\n\n{{< var gone >}}\n", "utf-8")
    with pytest.raises(DatelineError):
        render_site(root, root / "_site")
    assert bytes_of(root / "_site") == before
    assert sorted(os.listdir(root)) == listed


def test_a_folder_that_is_not_a_site_is_never_replaced(root: Path) -> None:
    for folder in (root, root.parent, root / "report"):
        before = bytes_of(root)
        with pytest.raises(DatelineError, match="is not a site and would be replaced"):
            render_site(root, folder)
        assert bytes_of(root) == before


def set_hooks(root: Path, **hooks: str | list[str]) -> None:
    config = yaml.safe_load((root / "_quarto.yml").read_text("utf-8"))
    config["project"] |= {name.replace("_", "-"): value for name, value in hooks.items()}
    (root / "_quarto.yml").write_text(yaml.safe_dump(config), "utf-8")


def test_hooks_run_from_the_root_and_may_write_pages_and_files(root: Path) -> None:
    (root / "before.py").write_text(
        "from pathlib import Path\nPath('report/late.qmd').write_text('---\\ntitle: Late\\n---\\n')\n", "utf-8"
    )
    (root / "after.py").write_text(
        "import os, pathlib, sys\n"
        "out = pathlib.Path(os.environ['QUARTO_PROJECT_OUTPUT_DIR'])\n"
        "made = os.environ['QUARTO_PROJECT_OUTPUT_FILES'].splitlines()\n"
        "ok = all(pathlib.Path(name).is_file() for name in made)\n"
        "(out / 'said.txt').write_text(f'{len(made)} {ok} {sys.argv[1]}')\n",
        "utf-8",
    )
    set_hooks(root, pre_render="before.py", post_render=["python after.py 'two words'"])
    render_site(root, root / "_site")
    assert (root / "_site/said.txt").read_text("utf-8") == "5 True two words"
    assert (root / "_site/report/late.html").exists()


def test_a_failing_hook_leaves_the_site_as_it_was(root: Path) -> None:
    render_site(root, root / "_site")
    before = bytes_of(root / "_site")
    set_hooks(root, post_render='python -c "raise SystemExit(3)"')
    with pytest.raises(DatelineError, match="the hook failed"):
        render_site(root, root / "_site")
    assert bytes_of(root / "_site") == before


class Elements(HTMLParser):
    """Every element of a page in order: its tag, its attributes, the words inside it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.open: list[int] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), []))
        if tag not in ("meta", "link", "img", "hr", "br", "col"):
            self.open.append(len(self.found) - 1)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.found[self.open.pop()][0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for index in self.open:
            self.found[index][2].extend(data.split())


def content(folder: Path, name: str) -> dict[str, object]:
    """What a page says, whoever rendered it: links made absolute, wrappers and white space left out."""

    def address(link: str) -> str:
        outside = link.startswith(("#", "https:"))
        return link if outside else posixpath.normpath(posixpath.join("/", posixpath.dirname(name), link))

    every = Elements((folder / name).read_text("utf-8")).found
    for _, attrs, _ in every:
        if "-caption-" in attrs.get("id", ""):  # Quarto numbers its captions
            del attrs["id"]
    kept = ("id", "href", "src", "alt", "lang", "name", "content", "aria-current", "role", "scope")
    plain = ("html", "title", "meta", "link", "main", "nav", "h1", "h2", "h3", "a", "img", "figcaption", "th", "td")
    return {
        "elements": [
            (tag, {k: address(v) if k in ("href", "src") else v for k, v in attrs.items() if k in kept}, words)
            for tag, attrs, words in every
            if tag in plain
        ],
        "anchors": sorted(attrs["id"] for _, attrs, _ in every if "id" in attrs),
        "numbers": [words for _, attrs, words in every if attrs.get("class") == "num"],
        "scripts and styles": [tag for tag, attrs, _ in every if tag in ("script", "style") or "style" in attrs],
    }


@pytest.mark.skipif(not shutil.which("quarto"), reason="Quarto is not installed: only the embedded renderer runs")
def test_quarto_says_the_same(root: Path) -> None:
    ours = root.parent / "ours"
    pages = [path.relative_to(ours).as_posix() for path in render_site(root, ours)]
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    subprocess.run(["quarto", "render"], cwd=root, env=environment, check=True, capture_output=True)
    for name in pages:
        assert content(root / "_site", name) == content(ours, name)
    assert sorted(bytes_of(root / "_site")) == sorted(bytes_of(ours))
