"""Each statistic against an implementation that shares no code with ours, or a worked example."""

import math
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize
from scipy import stats as oracle

from dateline import stats


@pytest.mark.parametrize("count", [0, 1, 2, 7, 30, 400])
def test_garwood_solves_the_poisson_tails(count: int) -> None:
    low, high = stats.garwood(count, 1.0)
    assert oracle.poisson.cdf(count, high) == pytest.approx(0.025, abs=1e-9)
    if count:
        assert oracle.poisson.sf(count - 1, low) == pytest.approx(0.025, abs=1e-9)
        root = optimize.brentq(
            lambda rate: oracle.poisson.sf(count - 1, rate) - 0.025, 1e-9, count, xtol=1e-12
        )
        assert low == pytest.approx(root, abs=1e-9)
    else:
        assert low == 0.0


def test_garwood_gives_the_printed_bounds_of_ten_events() -> None:
    assert stats.garwood(10, 1.0) == pytest.approx((4.7954, 18.3904), abs=1e-4)


@pytest.mark.parametrize(("count", "exposure"), [(-1, 1.0), (1, 0.0), (1, -2.0)])
def test_garwood_refuses_what_is_no_rate(count: int, exposure: float) -> None:
    with pytest.raises(ValueError, match="is needed, got"):
        stats.garwood(count, exposure)


@given(st.integers(0, 60), st.integers(1, 60), st.integers(61, 5000), st.integers(61, 5000))
def test_g_squared_is_the_log_likelihood_of_the_table(
    count: int, other: int, words: int, other_words: int
) -> None:
    table = [[count, other], [words - count, other_words - other]]
    expected = oracle.chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
    assert stats.g_squared(count, other, words, other_words) == pytest.approx(expected, abs=1e-9)


def test_log_odds_follow_the_formula_of_monroe_and_others() -> None:
    # y_i = 8 of 100, y_j = 2 of 300, a prior of 1 in 10 pseudo-words, worked by hand.
    delta, z = stats.log_odds(8, 2, 100, 300, 1.0, 10.0)
    assert delta == pytest.approx(math.log(9 / 101) - math.log(3 / 307), abs=1e-12)
    assert z == pytest.approx(delta / math.sqrt(1 / 9 + 1 / 3), abs=1e-12)


def test_log_ratio_counts_doublings() -> None:
    assert stats.log_ratio(40, 10, 1000, 1000) == pytest.approx(2.0)
    assert stats.log_ratio(4, 0, 1000, 1000) == pytest.approx(3.0)


def test_dispersion_is_zero_when_even_and_one_when_in_the_smallest_part() -> None:
    assert stats.dp_norm([1, 2, 7], [10, 20, 70]) == pytest.approx(0.0, abs=1e-12)
    assert stats.dp_norm([5, 0, 0], [10, 20, 70]) == pytest.approx(1.0)
    # Half the absolute differences of (.5, .5, 0) and (.1, .2, .7), over 1 - .1.
    assert stats.dp_norm([1, 1, 0], [10, 20, 70]) == pytest.approx(0.7 / 0.9)


def test_npmi_reaches_its_ends_and_is_zero_when_independent() -> None:
    assert stats.npmi(0, 3, 4, 10) == -1.0
    assert stats.npmi(3, 3, 3, 10) == pytest.approx(1.0)
    assert stats.npmi(2, 4, 5, 10) == pytest.approx(0.0, abs=1e-12)


def test_chance_is_what_all_shuffles_inside_the_articles_give() -> None:
    first, second = ([1, 1, 0, 0], [1, 0, 1, 0]), ([1, 1, 0], [1, 0, 0])
    counts: dict[int, int] = {}
    for one, other in product(permutations(first[1]), permutations(second[1])):
        joint = sum(a * b for a, b in zip(first[0], one, strict=True)) + sum(
            a * b for a, b in zip(second[0], other, strict=True)
        )
        counts[joint] = counts.get(joint, 0) + 1
    total = sum(counts.values())
    expected = [counts.get(joint, 0) / total for joint in range(max(counts) + 1)]
    assert stats.together_by_chance([(4, 2, 2), (3, 2, 1)]) == pytest.approx(expected, abs=1e-12)


def test_the_upper_tail_and_its_floor() -> None:
    p, floor = stats.upper_tail(np.array([0.5, 0.3, 0.2]), 1)
    assert (p, floor) == pytest.approx((0.5, 0.2))


def test_permutation_p_is_that_of_scipy() -> None:
    before, after = np.array([1.0, 1.0, 0.0, 2.5]), np.array([2.0, 3.0, 1.0])

    def difference(values: np.ndarray, mask: np.ndarray) -> float:
        return float(values[~mask].mean() - values[mask].mean())

    p, floor = stats.permutation_p(
        np.concatenate([before, after]), np.array([True] * 4 + [False] * 3), difference
    )
    expected = oracle.permutation_test(
        (after, before), lambda x, y: np.mean(x) - np.mean(y), n_resamples=np.inf
    )
    null = np.abs(expected.null_distribution)
    assert p == pytest.approx(np.mean(null >= abs(expected.statistic) - 1e-12), abs=1e-12)
    assert floor == pytest.approx(np.mean(null >= null.max() - 1e-12), abs=1e-12)


def test_one_article_against_four_cannot_be_tested() -> None:
    p, floor = stats.permutation_p(
        np.array([9.0, 0, 0, 0, 0]),
        np.array([True, False, False, False, False]),
        lambda v, m: v[m].mean() - v[~m].mean(),
    )
    assert p == floor == pytest.approx(0.2)
    assert stats.verdict(p, p, floor) == "not testable"


def test_resamples_enumerate_every_multiset_with_its_probability() -> None:
    weights, probability = stats.resamples(3)
    brute: dict[tuple[int, ...], float] = {}
    for draw in product(range(3), repeat=3):
        key = tuple(np.bincount(draw, minlength=3))
        brute[key] = brute.get(key, 0) + 1 / 27
    assert {tuple(row): p for row, p in zip(weights.tolist(), probability, strict=True)} == pytest.approx(
        brute
    )


def test_a_bootstrap_of_few_values_is_that_of_all_their_resamples() -> None:
    values = [1, 1, 0, -1]
    means = sorted(np.mean(draw) for draw in product(values, repeat=4))
    cumulated = np.arange(1, len(means) + 1) / len(means)
    expected = (
        means[np.searchsorted(cumulated, 0.025 - 1e-12)],
        means[np.searchsorted(cumulated, 0.975 - 1e-12)],
    )
    assert stats.bootstrap_mean(values) == pytest.approx(expected)


def test_equal_values_keep_an_interval() -> None:
    low, high = stats.bootstrap_mean([1, 1, 1])
    bound = oracle.binomtest(0, 3).proportion_ci(0.95, method="exact").high
    assert high == pytest.approx(1.0)
    assert low == pytest.approx(1 - 2 * bound, abs=1e-9)
    assert stats.bootstrap_mean([1, 1]) == (None, None)


@given(
    st.lists(st.integers(-1, 1), min_size=1, max_size=8), st.lists(st.integers(-1, 1), min_size=1, max_size=8)
)
def test_cliffs_delta_is_the_scaled_mann_whitney_u(before: list[int], after: list[int]) -> None:
    u = oracle.mannwhitneyu(after, before, method="asymptotic").statistic
    assert stats.cliffs_delta(before, after) == pytest.approx(
        2 * u / (len(before) * len(after)) - 1, abs=1e-9
    )


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
    assert sum(q <= 0.05 for q in stats.benjamini_hochberg(p)) == 4
    assert stats.benjamini_hochberg([]) == []


@pytest.mark.parametrize(
    ("p", "q", "floor", "excludes", "most", "expected"),
    [
        (0.2, 0.2, 0.2, True, "supported", "not testable"),
        (0.3, 0.9, 0.01, None, "supported", "not shown"),
        (0.03, 0.2, 0.01, None, "supported", "suggestive"),
        (0.03, 0.04, 0.01, False, "supported", "suggestive"),
        (0.001, 0.01, 0.001, True, "supported", "supported"),
        (0.001, 0.01, 0.001, True, "suggestive", "suggestive"),
        (0.2, 0.4, 0.01, True, "supported", "suggestive"),
    ],
)
def test_verdicts(p: float, q: float, floor: float, excludes: bool | None, most: str, expected: str) -> None:
    assert stats.verdict(p, q, floor, excludes_zero=excludes, most=most) == expected


def test_a_trend_is_theil_and_sen_s_with_mann_and_kendall_s_exact_test() -> None:
    days = np.array([0.0, 100, 250, 400, 700, 900])
    values = np.array([1.0, 3, 2, 5, 4, 7])
    found = stats.trend(days, days, values)
    slope, _, low, high = oracle.theilslopes(values, days, alpha=0.95)
    assert (found["slope"], found["low"], found["high"]) == pytest.approx(
        (slope * 365.25, low * 365.25, high * 365.25)
    )
    kendall = oracle.kendalltau(days, values, method="exact")
    assert (found["tau"], found["p"]) == pytest.approx((kendall.statistic, kendall.pvalue), abs=1e-9)
    assert found["floor"] == pytest.approx(2 / math.factorial(6))


def test_days_that_overlap_have_no_order() -> None:
    found = stats.trend(np.array([0.0, 0, 10]), np.array([5.0, 5, 10]), np.array([1.0, 2, 3]))
    assert found["tau"] == pytest.approx(
        1.0
    )  # two ordered pairs, both rising; the first two count neither way
    assert stats.trend(np.zeros(3), np.full(3, 9.0), np.array([1.0, 2, 3]))["floor"] == 1.0
