"""Each statistic against an implementation that shares no code with ours, or a worked example."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize
from scipy import stats as oracle
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.rates import confint_poisson

from dateline.inference import statistics
from dateline.inference.resampling import tally


@pytest.mark.parametrize("count", [0, 1, 2, 7, 30, 400])
def test_garwood_solves_the_poisson_tails(count: int) -> None:
    low, high = statistics.garwood(count, 1.0)
    assert oracle.poisson.cdf(count, high) == pytest.approx(0.025, abs=1e-9)
    if count:
        assert oracle.poisson.sf(count - 1, low) == pytest.approx(0.025, abs=1e-9)
        root = optimize.brentq(lambda rate: oracle.poisson.sf(count - 1, rate) - 0.025, 1e-9, count, xtol=1e-12)
        assert low == pytest.approx(root, abs=1e-9)
    else:
        assert low == 0.0


def test_garwood_gives_the_printed_bounds_of_ten_events() -> None:
    assert statistics.garwood(10, 1.0) == pytest.approx((4.7954, 18.3904), abs=1e-4)


@pytest.mark.parametrize(("count", "exposure"), [(-1, 1.0), (1, 0.0), (1, -2.0)])
def test_garwood_refuses_what_is_no_rate(count: int, exposure: float) -> None:
    with pytest.raises(ValueError, match="is needed, got"):
        statistics.garwood(count, exposure)


@given(st.integers(0, 60), st.integers(1, 60), st.integers(61, 5000), st.integers(61, 5000))
def test_g_squared_is_the_log_likelihood_of_the_table(count: int, other: int, words: int, other_words: int) -> None:
    table = [[count, other], [words - count, other_words - other]]
    expected = oracle.chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
    assert statistics.g_squared(count, other, words, other_words) == pytest.approx(expected, abs=1e-9)


def test_log_odds_follow_the_formula_of_monroe_and_others() -> None:
    # y_i = 8 of 100, y_j = 2 of 300: a prior of 1 in 40 pseudo-words, worked by hand.
    delta, z = statistics.log_odds(8, 2, 100, 300, 40.0)
    assert delta == pytest.approx(math.log(9 / 131) - math.log(3 / 337), abs=1e-12)
    assert z == pytest.approx(delta / math.sqrt(1 / 9 + 1 / 3), abs=1e-12)


def test_log_ratio_counts_doublings() -> None:
    assert statistics.log_ratio(40, 10, 1000, 1000) == pytest.approx(2.0)
    assert statistics.log_ratio(4, 0, 1000, 1000) == pytest.approx(3.0)


def test_dispersion_is_zero_when_even_and_one_when_in_the_smallest_part() -> None:
    assert statistics.dp_norm([1, 2, 7], [10, 20, 70]) == pytest.approx(0.0, abs=1e-12)
    assert statistics.dp_norm([5, 0, 0], [10, 20, 70]) == pytest.approx(1.0)
    # Half the absolute differences of (.5, .5, 0) and (.1, .2, .7), over 1 - .1.
    assert statistics.dp_norm([1, 1, 0], [10, 20, 70]) == pytest.approx(0.7 / 0.9)


def test_npmi_reaches_its_ends_and_is_zero_when_independent() -> None:
    assert statistics.npmi(0, 3, 4, 10) == -1.0
    assert statistics.npmi(3, 3, 3, 10) == pytest.approx(1.0)
    assert statistics.npmi(2, 4, 5, 10) == pytest.approx(0.0, abs=1e-12)


VALUES = st.lists(st.integers(-1, 1), min_size=1, max_size=8)


@given(VALUES, VALUES)
def test_cliffs_delta_counts_the_pairs_that_rise_and_fall(before: list[int], after: list[int]) -> None:
    signs = [np.sign(late - early) for late in after for early in before]
    assert statistics.cliffs_delta(tally(before), tally(after)) == pytest.approx(np.mean(signs), abs=1e-12)
    u = oracle.mannwhitneyu(after, before, method="asymptotic").statistic
    assert np.mean(signs) == pytest.approx(2 * u / (len(before) * len(after)) - 1, abs=1e-9)


def test_cliffs_delta_of_millions_of_values() -> None:
    half = np.array([10**6, 0, 10**6])
    assert statistics.cliffs_delta(np.array([10**6, 0, 0]), half) == pytest.approx(0.5)


def test_the_worked_example_of_benjamini_and_hochberg() -> None:
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
    assert sum(q <= 0.05 for q in statistics.benjamini_hochberg(p)) == 4
    assert statistics.benjamini_hochberg([]).tolist() == []


@given(st.lists(st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.01, 0.05, 1.0])), min_size=1, max_size=30))
def test_adjusted_p_values_are_the_least_that_any_rank_allows(p: list[float]) -> None:
    for tests in (len(p), len(p) + 7):
        least = [min(1, *(tests * other / sum(one <= other for one in p) for other in p if other >= own)) for own in p]
        assert statistics.benjamini_hochberg(p, tests) == pytest.approx(least, abs=1e-12)


@pytest.mark.parametrize(
    ("p", "q", "floor", "excludes", "most", "expected"),
    [
        (0.2, 0.2, 0.2, True, "supported", "not testable"),
        (0.3, 0.9, 0.01, None, "supported", "not shown"),
        (0.03, 0.2, 0.01, None, "supported", "suggestive"),
        (0.03, 0.04, 0.01, False, "supported", "suggestive"),
        (0.001, 0.01, 0.001, True, "supported", "supported"),
        (0.001, 0.01, 0.001, True, "suggestive", "suggestive"),
        (0.2, 0.4, 0.01, True, "supported", "not shown"),
    ],
)
def test_verdicts(p: float, q: float, floor: float, excludes: bool | None, most: str, expected: str) -> None:
    row = pl.DataFrame({"p": [p], "floor": [floor], "excludes_zero": pl.Series([excludes], dtype=pl.Boolean)})
    # So many tests that p becomes q.
    found = statistics.with_verdicts(row, most=most, tests=q / p)
    assert (found["q"][0], found["verdict"][0]) == (pytest.approx(q), expected)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_adjusted_p_values_are_those_of_statsmodels(p: list[float]) -> None:
    theirs = multipletests(p, method="fdr_bh")[1]
    assert statistics.benjamini_hochberg(p) == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize(("count", "exposure"), [(0, 2.5), (3, 0.7), (250, 31.0)])
def test_garwood_is_the_exact_interval_of_statsmodels(count: int, exposure: float) -> None:
    theirs = confint_poisson(count, exposure, method="exact-c")
    assert statistics.garwood(count, exposure) == pytest.approx(theirs, abs=1e-9, nan_ok=True)
