from pathlib import Path

import polars as pl
import pytest

from dateline.figures import theme
from dateline.figures.notebook import NO_POSITION, Desk, to_markdown
from dateline.study.load import Study


@pytest.mark.parametrize("figure", ["timeline", "scales"])
def test_a_study_in_which_nobody_takes_a_position_still_has_its_figures(
    study: Study, study_tables: dict[str, pl.DataFrame], tmp_path: Path, figure: str
) -> None:
    silent = study_tables["statements"].with_columns(
        on_target=pl.lit(False), support=pl.lit(None, pl.Int8), feasibility=pl.lit(None, pl.Int8)
    )
    tables = {**study_tables, "statements": silent.cast(study_tables["statements"].schema)}
    desk = Desk(study, tables, tmp_path, theme.read_tokens(study.root))
    assert getattr(desk, figure)().figure.title == NO_POSITION
    assert NO_POSITION in (tmp_path / f"report/made/figures/{figure}.md").read_text(encoding="utf-8")


def test_a_cell_of_a_notebook_s_table_is_text_and_nothing_else() -> None:
    frame = pl.DataFrame({"a": ["x <img src=x> | `y`", "two\nlines [a](b)"], "n": [0.5, 2.0]})
    assert to_markdown(frame).splitlines()[2:] == [
        r"| x \<img src=x\> \| \`y\` | 0.5 |",
        r"| two lines \[a\](b) | 2 |",
    ]
