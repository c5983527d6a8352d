import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from jinja2 import UndefinedError

import dateline
from dateline.site.templating import TEMPLATES, fill, front, raw_block, table

HOSTILE = "</p><script>alert(1)</script> {{< include /etc/passwd >}} ```{=html}"
OWN = Path(dateline.__file__).parent / "site"


def test_a_table_shows_numbers_as_a_reader_reads_them() -> None:
    frame = pl.DataFrame(
        {
            "Term": ["<league>", None],
            "Uses": [1234, -5],
            "Rate": [1.25, -2.0],
            "p": ["below 0.001", "1"],
            "Day": [date(2020, 1, 2), None],
        }
    )
    assert str(table(frame, "Words & terms", {"Term": ["/a?b=1&c=2", None]})) == (
        '<div class="scroll" tabindex="0" role="region" aria-label="Words &amp; terms"><table><thead><tr>'
        '<th scope="col">Term</th><th scope="col" class="num">Uses</th><th scope="col" class="num">Rate</th>'
        '<th scope="col" class="num">p</th><th scope="col">Day</th></tr></thead>\n<tbody>\n'
        '<tr><td><a href="/a?b=1&amp;c=2">&lt;league&gt;</a></td><td class="num">1,234</td>'
        '<td class="num">1.25</td><td class="num">below 0.001</td><td>2020-01-02</td></tr>\n'
        '<tr><td></td><td class="num">-5</td><td class="num">−2.00</td><td class="num">1</td><td></td></tr>\n'
        "</tbody></table></div>"
    )


def test_what_a_template_is_given_can_open_nothing() -> None:
    made = str(table(pl.DataFrame({HOSTILE: [HOSTILE]}), HOSTILE, {HOSTILE: [HOSTILE]}))
    assert "<script" not in made
    assert "{{" not in made
    assert "`" not in made


def test_a_name_that_a_template_lacks_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        fill("cards.qmd", cards=[{"title": "no more than a title"}], of=1)


def test_every_template_can_be_read() -> None:
    names = TEMPLATES.list_templates()
    assert {"macros.html", "article.qmd", "figure.qmd"} <= set(names)
    for name in names:
        TEMPLATES.get_template(name)


@pytest.mark.parametrize(("body", "fence"), [("<p>", "```"), ("a ``` b", "````"), ("`````", "``````")])
def test_a_fence_is_longer_than_what_it_fences(body: str, fence: str) -> None:
    assert raw_block(body) == f"{fence}{{=html}}\n{body}\n{fence}\n"


def test_front_matter_of_the_newsrooms_copy_says_that_it_is_not_for_publication() -> None:
    assert front("A day", "", "All of it", full=False, script="filter") == (
        '---\ntitle: "A day"\ndescription: "All of it"\nscript: filter\n---\n'
    )
    assert 'subtitle: "Not for publication\\\\."' in front("A day", "", "All of it", full=True)


@pytest.mark.parametrize("path", sorted((OWN / "evidence").glob("*.py")), ids=lambda path: path.stem)
def test_html_is_in_templates_only(path: Path) -> None:
    assert not re.findall(r"</?[a-z][a-z0-9]*[ >]", path.read_text(encoding="utf-8"))
