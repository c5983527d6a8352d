from pathlib import Path

import polars as pl
from benchmarks.baselines import measure

from dateline.tables import BASELINES

ROOT = Path(__file__).parents[1]


def test_the_baselines_on_the_methods_page_are_those_that_the_command_measures() -> None:
    assert pl.read_csv(ROOT / BASELINES).equals(measure(ROOT)), "python -m benchmarks.baselines --write"
