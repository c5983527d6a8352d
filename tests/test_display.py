"""Frames show as Markdown in a notebook, and text of an article is text there and nothing else."""

import polars as pl

from dateline.study.desk import to_markdown


def test_a_cell_of_a_notebook_s_table_is_text_and_nothing_else() -> None:
    frame = pl.DataFrame({"a": ["x <img src=x> | `y`", "two\nlines [a](b)"], "n": [0.5, 2.0]})
    assert to_markdown(frame).splitlines()[2:] == [r"| x \<img src=x\> \| \`y\` | 0.5 |", r"| two lines \[a\](b) | 2 |"]
