from pathlib import Path

import polars as pl
import pytest

from dateline.errors import DatelineError
from dateline.site.figures import accuracy_note, figure_fragment, shown_on
from dateline.study.load import Study, load_study
from tests.build.cells import write_notebook
from tests.conftest import write_study
from tests.site.published import mark, published

ACCURACY = pl.DataFrame({"measure": ["sentences", "support", "stale"], "f1": [0.987, 0.5, None]})


def test_a_fragment_has_everything_that_belongs_to_its_figure(tiny: Study) -> None:
    page = published("league", [mark("league--a1", "occurrence", ["o1"])], measures=["sentences"])
    assert figure_fragment(page, ACCURACY, tiny) == (
        "```{=html}\n"
        '<figure class="fig" id="fig-league">\n'
        '<h2 class="fig-title">Two uses of “league”</h2>\n'
        '<p class="fig-sub">Uses in 1,000 words.</p>\n'
        '<div class="fig-wide"><svg class="chart" viewBox="0 0 1 1"/></div>\n'
        '<div class="fig-narrow"><svg class="chart" viewBox="0 0 1 2"/></div>\n'
        '<details class="fig-alt"><summary>In words</summary><p id="fig-league-alt">A dot plot. Two dots.</p></details>\n'
        '<details class="fig-table"><summary>As a table</summary><div class="scroll" tabindex="0" role="region" '
        'aria-label="Two uses of “league”"><table><thead><tr><th scope="col">Term</th><th scope="col" class="num">'
        'Uses</th></tr></thead>\n<tbody>\n<tr><td>league</td><td class="num">2</td></tr>\n</tbody></table></div></details>\n'
        '<p class="fig-note">Two articles. Accuracy, F1 against the codes in data/gold: sentences 0.99.</p>\n'
        '<p class="fig-links"><a href="/report/made/figures/league.csv">CSV</a> · <a href="/report/made/figures/league.svg">'
        'SVG</a> · <a href="/report/made/figures/league.png">PNG</a> · <a href="/notebooks/20-terms.ipynb#fig-league">'
        'How it was made</a> · <a href="/report/evidence/league.qmd">The uses</a> · data <code>0a1b2c3d</code></p>\n'
        "</figure>\n```\n"
    )


def test_a_drawing_opens_no_shortcode_and_no_fence(tiny: Study) -> None:
    drawing = "<svg><text>{{< include /etc/passwd >}} ``` </text></svg>"
    made = figure_fragment(published("league", [], wide=drawing), None, tiny)
    assert "{{<" not in made
    assert made.startswith("````{=html}\n")


def test_a_figure_drawn_outside_a_notebook_names_none(tiny: Study) -> None:
    assert "How it was made" not in figure_fragment(published("league", [], notebook=""), None, tiny)


def test_a_cell_without_a_label_is_no_place_to_link_to(tmp_path: Path) -> None:
    root = write_study(tmp_path)
    write_notebook(root, "20-terms", "#| label: fig-port", "dl.figures")
    study = load_study(root)
    for name, href in (("port", "20-terms.ipynb#fig-port"), ("league", "20-terms.ipynb")):
        assert f'<a href="/notebooks/{href}">How it was made' in figure_fragment(published(name, []), None, study)


def test_a_figure_without_a_drawing_says_what_to_do(tiny: Study) -> None:
    page = published("league", [])
    del page["wide"]
    with pytest.raises(DatelineError, match=r"the figure league .* no drawing.*dateline build"):
        figure_fragment(page, None, tiny)


def test_accuracy_is_said_of_what_was_measured() -> None:
    assert accuracy_note(ACCURACY, [], "people") == ""
    assert accuracy_note(ACCURACY, ["stale", "unheard of"], "people") == ""
    assert accuracy_note(ACCURACY, ["support", "sentences"], "people") == (
        "Accuracy, F1 against people: sentences 0.99; support 0.50."
    )
    assert "has not been measured" in accuracy_note(None, ["support"], "people")


def test_a_figure_is_at_home_on_the_page_that_includes_it(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    include = "{{{{< include /report/made/figures/{}.md >}}}}\n"
    (tmp_path / "report/words.qmd").write_text(include.format("b") + "text\n" + include.format("a"))
    (tmp_path / "report/actors.qmd").write_text("{{<include made/figures/of-mine.md>}}")
    (tmp_path / "index.qmd").write_text(include.format("a") + include.format("c") + "{{< include made/title.md >}}")
    assert list(shown_on(tmp_path).items()) == [
        ("of-mine", "/report/actors.qmd#fig-of-mine"),
        ("b", "/report/words.qmd#fig-b"),
        ("a", "/report/words.qmd#fig-a"),
        ("c", "/index.qmd#fig-c"),
    ]
