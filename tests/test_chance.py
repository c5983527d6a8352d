"""What chance gives, against enumeration by hand and implementations that share no code with ours."""

import math
from itertools import combinations, permutations, product

import numpy as np
import polars as pl
import pymannkendall
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as oracle

from dateline.inference import approximations, null_model, resampling, statistics, trends
from dateline.inference.odds import filling_odds, inclusion


def _difference(here: np.ndarray, there: np.ndarray, n: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Mean of the chosen less the mean of the others."""
    return here / n - there / other


def joint_by_chance(named: np.ndarray, sizes: np.ndarray) -> list[np.ndarray]:
    """The distribution of the joint windows of each pair of one unit, in the order of the pairs."""
    parts = null_model.fill_anew([(named, sizes)])
    found = {(a, b): row for part in parts for _, a, b, row in part.distributions()}
    return [found[pair] for pair in combinations(range(len(named)), 2)]


def test_permutation_p_is_that_of_scipy() -> None:
    before, after = np.array([1.0, 1.0, 0.0, 2.5]), np.array([2.0, 3.0, 1.0])
    values = np.concatenate([before, after])[None, :]
    p, floor = resampling.permutation_p(values, np.ones(7), np.array([True] * 4 + [False] * 3), _difference)
    expected = oracle.permutation_test((after, before), lambda x, y: np.mean(x) - np.mean(y), n_resamples=np.inf)
    null = np.abs(expected.null_distribution)
    assert p[0] == pytest.approx(np.mean(null >= abs(expected.statistic) - 1e-12), abs=1e-12)
    assert floor[0] == pytest.approx(np.mean(null >= null.max() - 1e-12), abs=1e-12)


def test_drawn_labellings_come_close_to_all_of_them() -> None:
    values = np.random.default_rng(1).normal(size=(6, 18)) + np.r_[np.zeros(9), np.full(9, 0.8)]
    labels = np.arange(18) < 9
    p, floor = resampling.permutation_p(values, np.ones(18), labels, _difference)
    exact = [oracle.permutation_test((row[:9], row[9:]), lambda x, y: np.mean(x) - np.mean(y), n_resamples=np.inf).pvalue
             for row in values]  # fmt: skip
    assert np.abs(p - exact).max() < 0.04
    assert np.abs(p - exact)[np.array(exact) < 0.05].max() < 0.005
    assert (p >= floor).all()
    assert floor.max() <= 1 / resampling.FIRST_DRAWS


def test_one_article_against_four_cannot_be_tested() -> None:
    p, floor = resampling.permutation_p(
        np.array([[9.0, 0, 0, 0, 0]]), np.ones(5), np.array([True, False, False, False, False]), _difference
    )
    assert p[0] == floor[0] == pytest.approx(0.2)
    tested = statistics.with_verdicts(pl.DataFrame({"p": p, "floor": floor, "excludes_zero": True}))
    assert tested["verdict"].to_list() == ["not testable"]


def test_resamples_enumerate_every_multiset_with_its_probability() -> None:
    weights, probability = resampling.resamples(3)
    brute: dict[tuple[int, ...], float] = {}
    for draw in product(range(3), repeat=3):
        key = tuple(np.bincount(draw, minlength=3))
        brute[key] = brute.get(key, 0) + 1 / 27
    assert {tuple(row): p for row, p in zip(weights.tolist(), probability, strict=True)} == pytest.approx(brute)


@given(st.lists(st.integers(-1, 1), min_size=3, max_size=6))
def test_a_bootstrap_of_values_is_that_of_all_their_resamples(values: list[int]) -> None:
    means = sorted(np.mean(draw) for draw in product(values, repeat=len(values)))
    cumulated = np.arange(1, len(means) + 1) / len(means)
    expected = tuple(means[np.searchsorted(cumulated, at - 1e-9)] for at in (0.025, 0.975))
    if len(set(values)) > 1:
        assert resampling.bootstrap_mean(resampling.tally(values)) == pytest.approx(expected)


def test_a_mean_of_a_million_values_has_the_interval_of_the_normal_distribution() -> None:
    counts = np.array([200_000, 300_001, 500_000])
    low, high = resampling.bootstrap_mean(counts)
    share = counts / counts.sum()
    mean = share[2] - share[0]
    reach = 1.959964 * math.sqrt((share[0] + share[2] - mean**2) / counts.sum())
    assert (low, high) == pytest.approx((mean - reach, mean + reach), abs=2e-6)
    means, probability = resampling.resampled_mean(counts)
    assert probability.sum() == pytest.approx(1, abs=1e-9)
    assert (means * probability).sum() == pytest.approx(mean, abs=1e-9)


def test_a_difference_of_means_is_resampled_on_both_sides() -> None:
    before, after = [1, 1, 0], [-1, 0, 1]
    brute = sorted(
        np.mean(late) - np.mean(early) for early, late in product(product(before, repeat=3), product(after, repeat=3))
    )
    cumulated = np.arange(1, len(brute) + 1) / len(brute)
    expected = tuple(brute[np.searchsorted(cumulated, at - 1e-9)] for at in (0.025, 0.975))
    sides = resampling.tally(before), resampling.tally(after)
    assert resampling.bootstrap_difference(*sides) == pytest.approx(expected)
    assert resampling.bootstrap_difference(resampling.tally([1, 1]), sides[1]) == (None, None)


def test_a_side_of_equal_values_does_not_pretend_to_certainty() -> None:
    bound = oracle.binomtest(0, 3).proportion_ci(0.95, method="exact").high
    for_it, against = resampling.tally([1, 1, 1]), resampling.tally([-1, -1, -1])
    # Whatever the others may be, one side is no lower than -1 and the other no higher than 1.
    assert resampling.bootstrap_difference(for_it, against) == pytest.approx((-2.0, -2 + 4 * bound))
    assert resampling.bootstrap_difference(against, for_it) == pytest.approx((2 - 4 * bound, 2.0))
    mixed = resampling.tally([-1, 0, 1])
    low, high = resampling.bootstrap_difference(for_it, mixed)
    assert (low, high) == pytest.approx((-2.0, 2 * bound))
    kinds = np.array([-1.0, 0.0, 1.0]), np.ones(3)
    assert resampling.clustered_difference(*kinds, for_it, mixed) == pytest.approx((low, high))
    assert resampling.clustered_difference(*kinds, for_it, for_it) == pytest.approx((-2 * bound, 2 * bound))


@pytest.mark.parametrize("articles", [4, 12])
def test_intervals_near_the_end_of_the_scale_hold_the_truth(articles: int) -> None:
    # Nine of ten articles speak for it, in both periods: the difference is 0.
    rng = np.random.default_rng(articles)
    kinds = np.array([-1.0, 0.0, 1.0]), np.ones(3)
    held = 0
    for _ in range(300):
        low, high = resampling.clustered_difference(*kinds, *rng.multinomial(articles, [0.05, 0.05, 0.9], size=2))
        held += low <= 0 <= high
    assert held / 300 >= 0.93


def test_equal_values_keep_an_interval() -> None:
    low, high = resampling.bootstrap_mean(resampling.tally([1, 1, 1]))
    bound = oracle.binomtest(0, 3).proportion_ci(0.95, method="exact").high
    assert high == pytest.approx(1.0)
    assert low == pytest.approx(1 - 2 * bound, abs=1e-9)
    assert resampling.bootstrap_mean(resampling.tally([1, 1])) == (None, None)


def test_clusters_are_resampled_whole() -> None:
    # Each article speaks with one voice, ten times over: ten statements are no better than one.
    totals, sides = np.array([10.0, -10]), (np.array([2, 1]), np.array([1, 2]))
    many = resampling.clustered_difference(totals, np.full(2, 10.0), *sides)
    assert many == resampling.clustered_difference(totals / 10, np.ones(2), *sides)
    assert many[0] < -1 < 1 < many[1] + 1
    assert resampling.clustered_difference(totals, np.full(2, 10.0), sides[0], np.array([1, 1])) == (None, None)


def _sides(totals: np.ndarray, counts: np.ndarray, late: np.ndarray) -> list[np.ndarray]:
    """Single clusters -> kinds of them, as `shuffled_difference` takes them."""
    kinds, which = np.unique(np.stack([totals, counts], axis=1), axis=0, return_inverse=True)
    held = [np.bincount(which.ravel()[side], minlength=len(kinds)) for side in (~late, late)]
    return [*kinds.T, *held]


CLUSTERS = st.lists(st.tuples(st.integers(-3, 3), st.integers(3, 5), st.booleans()), min_size=2, max_size=9)


@given(CLUSTERS)
def test_shuffled_clusters_give_the_p_of_all_shuffles_one_by_one(clusters: list[tuple[int, int, bool]]) -> None:
    totals, counts, late = (np.array(column) for column in zip(*clusters, strict=True))
    found = resampling.shuffled_difference(*_sides(totals, counts, late))
    if late.all() or not late.any():
        assert found == (1.0, 1.0)
        return
    every = [np.isin(np.arange(len(late)), own) for own in combinations(range(len(late)), int(late.sum()))]
    sizes = np.array(
        [abs(totals[own].sum() / counts[own].sum() - totals[~own].sum() / counts[~own].sum()) for own in every]
    )
    observed = abs(totals[late].sum() / counts[late].sum() - totals[~late].sum() / counts[~late].sum())
    assert found[0] == pytest.approx((sizes >= observed - 1e-12).mean())
    assert found[1] == pytest.approx((sizes >= sizes.max() - 1e-12).mean())


def test_many_clusters_are_shuffled_kind_by_kind() -> None:
    rng = np.random.default_rng(4)
    counts = rng.integers(1, 4, 60)
    late = np.arange(60) >= 25
    totals = np.array([rng.integers(-n, n + 1) for n in counts]) + late * (rng.random(60) < 0.3)
    totals = np.minimum(totals, counts)
    found = resampling.shuffled_difference(*_sides(totals, counts, late))

    def difference(order: np.ndarray) -> float:
        later, earlier = order[25:], order[:25]
        return abs(totals[later].sum() / counts[later].sum() - totals[earlier].sum() / counts[earlier].sum())

    observed = difference(np.arange(60))
    shuffles = np.array([difference(rng.permutation(60)) for _ in range(20_000)])
    assert 0.01 < found[0] < 0.99
    assert found[0] == pytest.approx((shuffles >= observed - 1e-12).mean(), abs=0.03)
    assert found[1] < 0.001


def test_a_million_clusters_are_shuffled_too() -> None:
    kinds = np.array([-1.0, 0.0, 1.0]), np.ones(3)
    before, after = np.array([200_000, 150_000, 150_000]), np.array([199_000, 151_000, 150_000])
    p, floor = resampling.shuffled_difference(*kinds, before, after)
    low, high = resampling.clustered_difference(*kinds, before, after)
    # By the normal distribution: 0.002 apart, standard error 0.00168.
    assert p == pytest.approx(0.233, abs=0.03)
    assert floor < 0.001
    assert (low, high) == pytest.approx((0.002 - 1.96 * 0.00168, 0.002 + 1.96 * 0.00168), abs=0.0003)


def test_a_trend_is_theil_and_sen_s_with_mann_and_kendall_s_exact_test() -> None:
    days = np.array([0.0, 100, 250, 400, 700, 900])
    values = np.array([1.0, 3, 2, 5, 4, 7])
    found = {name: column[0] for name, column in trends.trends(days, days, values[None, :]).items()}
    slope, _, low, high = oracle.theilslopes(values, days, alpha=0.95)
    assert (found["slope"], found["low"], found["high"]) == pytest.approx((slope * 365.25, low * 365.25, high * 365.25))
    kendall = oracle.kendalltau(days, values, method="exact")
    assert (found["tau"], found["p"]) == pytest.approx((kendall.statistic, kendall.pvalue), abs=1e-9)
    assert found["floor"] == pytest.approx(2 / math.factorial(6))


@pytest.mark.parametrize("seed", range(5))
def test_a_long_trend_is_that_of_pymannkendall(seed: int) -> None:
    values = np.random.default_rng(seed).poisson(2, 30).astype(float)  # many ties
    days = np.arange(30.0)
    found = trends.trends(days, days, values[None, :])
    theirs = pymannkendall.original_test(values)
    assert found["p"][0] == pytest.approx(theirs.p, abs=1e-9)
    assert found["tau"][0] == pytest.approx(theirs.Tau, abs=1e-9)
    assert found["slope"][0] == pytest.approx(theirs.slope * 365.25, abs=1e-9)


@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 4), st.sampled_from([0, 0, 0, 0, 1, 1, 2, 5.5])),
        min_size=8,
        max_size=40,
    )
)
def test_slopes_of_days_that_repeat_and_values_that_are_mostly_zero_are_theil_and_sen_s(rows: list) -> None:
    first, spread, values = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    last = first + spread
    days = (first + last) / 2
    found = {name: column[0] for name, column in trends.trends(first, last, values[None, :]).items()}
    if not np.ptp(days) or not np.ptp(values):
        assert (found["slope"], found["low"], found["high"]) == (0, 0, 0)
    else:
        slope, _, *ends = oracle.theilslopes(values, days, alpha=0.95)
        assert found["slope"] == slope * 365.25
        if not np.isnan(ends).any():  # where ties leave no variance
            assert [found["low"], found["high"]] == sorted(365.25 * end for end in ends)
    order = np.sign(first[None, :] - last[:, None]).clip(0)
    order = order - order.T
    steps = np.sign(values[None, :] - values[:, None])
    assert found["tau"] == pytest.approx((order * steps).sum() / max(1, np.abs(order).sum()))
    sums = [((part.sum(axis=1) ** 2).sum(), (part**2).sum()) for part in (order, steps)]
    assert (found["p"], found["floor"]) == trends._daniels(len(days), *sums, (order * steps).sum() / 2)


def test_the_variance_of_overlapping_days_is_that_of_all_orders() -> None:
    rng = np.random.default_rng(3)
    first = rng.integers(0, 6, 7).astype(float)
    last, values = first + 1, rng.integers(0, 3, 7).astype(float)
    before = (last[:, None] < first[None, :]).astype(float)
    order, steps = before - before.T, np.sign(values[None, :] - values[:, None])
    every = [(order * steps[np.ix_(pick, pick)]).sum() / 2 for pick in permutations(range(7))]
    deviation = np.std(every)
    ours, theirs = (((part.sum(axis=1) ** 2).sum(), (part**2).sum()) for part in (order, steps))
    p, _ = trends._daniels(7, ours, theirs, 4.0)
    assert p == pytest.approx(2 * oracle.norm.sf(3 / deviation), abs=1e-12)


def test_days_that_overlap_have_no_order() -> None:
    one = trends.trends(np.array([0.0, 0, 10]), np.array([5.0, 5, 10]), np.array([[1.0, 2, 3]]))
    assert one["tau"][0] == pytest.approx(1.0)  # two ordered pairs, both rising; the first two count neither way
    assert trends.trends(np.zeros(3), np.full(3, 9.0), np.array([[1.0, 2, 3]]))["floor"][0] == 1.0


SIZES = (1, 2, 2, 3)
NAMED = np.array([3.0, 2.0, 2.0, 1.0])


def _fillings(odds: np.ndarray) -> list[tuple[float, list[tuple[int, ...]]]]:
    """Every way to fill the windows of `SIZES`, with its probability."""
    out = [(1.0, [])]
    for size in SIZES:
        ways = [(math.prod(odds[list(way)]), way) for way in combinations(range(len(odds)), size)]
        whole = sum(weight for weight, _ in ways)
        out = [(p * weight / whole, [*filled, way]) for p, filled in out for weight, way in ways]
    return out


def test_odds_name_every_actor_as_often_as_it_was_named() -> None:
    odds = filling_odds(NAMED[None].astype(float), np.bincount(SIZES)[None])[0]
    every = _fillings(odds)
    named = [sum(p * sum(actor in way for way in filled) for p, filled in every) for actor in range(4)]
    assert named == pytest.approx(NAMED, abs=1e-8)


def test_chance_is_what_all_fillings_of_the_sentences_give() -> None:
    odds = filling_odds(NAMED[None].astype(float), np.bincount(SIZES)[None])[0]
    given = joint_by_chance(NAMED, np.array(SIZES))
    for at, (a, b) in enumerate(combinations(range(4), 2)):
        expected = [0.0] * 5
        for p, filled in _fillings(odds):
            if all(sum(actor in way for way in filled) == NAMED[actor] for actor in (a, b)):
                expected[sum(a in way and b in way for way in filled)] += p
        expected = [p / sum(expected) for p in expected]
        assert given[at] == pytest.approx(expected[: len(given[at])], abs=1e-12)
        assert sum(expected[len(given[at]) :]) == pytest.approx(0, abs=1e-12)


def test_all_sets_of_four_of_nine_expect_what_they_hold() -> None:
    # Every actor in 56 of the 126 sets, every two in 21; the normal table has the same mean.
    given = joint_by_chance(np.full(9, 56), np.full(126, 4))
    assert [row @ np.arange(len(row)) for row in given] == pytest.approx([21.0] * 36, abs=1e-6)


@pytest.mark.parametrize(
    ("windows", "named"),
    [
        ((0, 30, 42, 27, 15), (66, 54, 42, 27, 36, 30)),
        ((0, 900, 300, 20), (24, 16, 500, 600, 420)),  # the first two: 0.2 together to expect
        ((0, 4, 6, 7, 80), (91, 86, 80, 67, 20, 13)),  # almost everywhere
    ],
)
def test_the_distribution_of_many_windows_is_close_to_the_exact_one(windows: tuple, named: tuple) -> None:
    sizes = np.repeat(np.arange(len(windows)), windows)
    first, second = sorted(named[:2])
    odds = filling_odds(np.array([named], dtype=float), np.bincount(sizes)[None])
    alone, both = inclusion(odds, np.bincount(sizes)[None])
    args = both[0, sizes, 0, 1][:, None], alone[0, sizes, 1][:, None], alone[0, sizes, 0][:, None]
    exact = null_model.together_by_chance(*args, np.array([first]), np.array([second]))[0]
    by_size = both[:, :, 0, 1], alone[:, :, 1], alone[:, :, 0]
    moments = approximations.moments_in_many(np.array([windows]), *by_size, first, second)
    close = approximations.together_in_many(*moments.T, first, second)[0]
    count = np.arange(first + 1)
    assert close @ count == pytest.approx(args[0].sum(), rel=1e-9)
    mean, variance = moments[0]
    assert mean == pytest.approx(exact @ count, rel=0.005)
    assert variance == pytest.approx(exact @ (count - mean) ** 2, rel=0.06)
    tail, about = (given[::-1].cumsum()[::-1] for given in (exact, close))
    assert about[tail > 1e-4] == pytest.approx(tail[tail > 1e-4], rel=0.12)
    assert (tail > 1e-4).sum() > 3


@pytest.mark.parametrize(
    "shares",
    [
        [0.001] * 400,  # rare
        [*[0.02] * 50, *[0.3] * 40, *[0.6] * 20],
        [*[0.97] * 60, 0.5],  # almost always
        [0.5] * 3,
    ],
)
def test_a_tail_of_moments_is_that_of_the_sum_of_events(shares: list[float]) -> None:
    exact = np.array([1.0])
    for share in shares:
        exact = np.convolve(exact, [1 - share, share])
    each, every = np.array(shares), np.ones(len(exact))
    tail, count = exact[::-1].cumsum()[::-1], np.arange(len(exact))
    p, floor = approximations.upper_tail_of_moments(
        count, (len(each) * every).astype(int), each.sum() * every, (each * (1 - each)).sum() * every, np.inf * every
    )
    likely = tail > 1e-4
    assert (p[likely] > 0.97 * tail[likely]).all()
    assert (p[likely] < 1.35 * tail[likely]).all()
    assert (p[~likely] < 2e-4).all()
    assert (floor >= 0.97 * each.prod() - 1e-12).all()


def test_a_tail_of_many_windows_is_that_of_their_sum() -> None:
    together = np.array([2_600, 2_700, 2_790, 2_850, 5_000])
    every = np.ones(len(together))
    p, floor = approximations.upper_tail_of_moments(
        together, (9_000 * every).astype(int), 2_700 * every, 1_890 * every, np.inf * every
    )
    assert p == pytest.approx(oracle.binom(9_000, 0.3).sf(together - 1), rel=0.01, abs=1e-30)
    assert (floor == 0).all()


def test_what_is_certain_is_no_chance() -> None:
    p, floor = approximations.upper_tail_of_moments(
        np.array([2, 3, 4]), np.full(3, 3), np.full(3, 3.0), np.zeros(3), np.full(3, np.inf)
    )
    assert p == pytest.approx([1, 1, 0], abs=1e-6)
    assert floor == pytest.approx([1, 1, 1], abs=1e-6)


def test_in_many_windows_that_are_alike_actors_meet_as_the_hypergeometric_says() -> None:
    moments = approximations.moments_in_many(np.array([[200]]), *np.array([0.06, 0.2, 0.3])[:, None, None], 40, 60)
    given = approximations.together_in_many(*moments.T, 40, 60)[0]
    assert given == pytest.approx(oracle.hypergeom(200, 40, 60).pmf(np.arange(41)), rel=1e-9)


def test_actors_who_cannot_meet_do_not_in_many_windows_either() -> None:
    moments = approximations.moments_in_many(np.array([[50]]), *np.array([0.0, 0.2, 0.3])[:, None, None], 10, 15)
    assert approximations.together_in_many(*moments.T, 10, 15)[0] == pytest.approx([1, *[0] * 10], abs=1e-6)


def test_an_actor_may_be_named_in_more_windows_than_any_table_is_laid_out_for() -> None:
    most = int(approximations.ROUNDED_UP[-1]) + 1
    given = joint_by_chance(np.array([most, 300, 200]), np.concatenate([np.full(150, 2), np.ones(most + 200, int)]))
    assert [row.sum() for row in given] == pytest.approx([1, 1, 1])


def test_actors_who_share_the_windows_between_them_never_meet() -> None:
    given = joint_by_chance(np.array([150, 150]), np.ones(300, dtype=int))[0]
    assert given == pytest.approx([1, *[0] * 150], abs=1e-6)
    given = joint_by_chance(np.array([300, 200, 100]), np.full(300, 2))
    assert given[2] == pytest.approx([1, *[0] * 100], abs=1e-6)


def test_what_the_totals_decide_is_certain() -> None:
    # Windows {0}, {0, 1}, {0, 1, 2}: no other filling has these totals.
    given = joint_by_chance(np.array([3, 2, 1]), np.array([1, 2, 3]))
    assert [row.tolist() for row in given] == [[0, 0, 1], [0, 1], [0, 1]]


@given(st.lists(st.sets(st.integers(0, 5), max_size=5), min_size=1, max_size=12))
def test_chance_keeps_its_mass_and_never_exceeds_the_totals(windows: list[set[int]]) -> None:
    sizes = np.array([len(window) for window in windows])
    actors = sorted(set().union(*windows))
    named = np.array([sum(actor in window for window in windows) for actor in actors], dtype=int)
    given = joint_by_chance(named, sizes)
    assert [row.sum() for row in given] == pytest.approx([1.0] * len(given), abs=1e-9)
    for (a, b), row in zip(combinations(range(len(actors)), 2), given, strict=True):
        together = sum(actors[a] in window and actors[b] in window for window in windows)
        assert len(row) <= min(named[a], named[b]) + 1
        assert row[together] > 0, "what is observed is possible"


def test_sums_add_up_and_lose_no_mass() -> None:
    one, other = np.array([0.5, 0.5]), np.array([0.25, 0.5, 0.25])
    assert null_model.sum_of(one, other) == pytest.approx([0.125, 0.375, 0.375, 0.125])
    assert len(null_model.sum_of(np.array([1.0, 1e-30]), one)) == 2


def test_the_upper_tail_and_its_floor() -> None:
    p, floor = null_model.upper_tail(np.array([0.5, 0.3, 0.2]), 1)
    assert (p, floor) == pytest.approx((0.5, 0.2))


WINDOWS = st.lists(st.sets(st.integers(0, 6), max_size=6), min_size=1, max_size=10)


@given(st.lists(WINDOWS, min_size=1, max_size=6))
def test_a_unit_gives_the_same_numbers_whatever_stands_beside_it(units: list[list[set[int]]]) -> None:
    totals = [
        (
            np.array([sum(actor in window for window in windows) for actor in sorted(set().union(*windows))], dtype=int),
            np.array([len(window) for window in windows]),
        )
        for windows in units
    ]  # fmt: skip
    found: dict[int, dict[tuple[int, int], list[float]]] = {number: {} for number in range(len(units))}
    moments = {}
    for part in null_model.fill_anew(totals):
        for (unit, a, b, row), own in zip(part.distributions(), part.moments, strict=True):
            found[unit][a, b] = row.tolist()
            moments[unit, a, b] = own.tolist()
    for part in null_model.fill_anew(totals, moments_only=True):
        for unit, a, b, own in zip(part.unit, part.first, part.second, part.moments, strict=True):
            assert moments[unit, a, b] == own.tolist()
    for number, (named, sizes) in enumerate(totals):
        alone = joint_by_chance(named, sizes)
        pairs = list(combinations(range(len(named)), 2))
        assert found[number] == {pair: row.tolist() for pair, row in zip(pairs, alone, strict=True)}
        for pair, row in zip(pairs, alone, strict=True):
            mean = row @ np.arange(len(row))
            variance = row @ (np.arange(len(row)) - mean) ** 2
            assert moments[number, *pair] == pytest.approx([mean, variance], abs=1e-9)


def test_a_million_windows_are_filled_too() -> None:
    # Half of them name one of four actors, half two.
    sizes, named = np.repeat([1, 2], 500_000), np.array([600_000, 300_000, 300_000, 300_000])
    expected = {
        (a, b): mean
        for part in null_model.fill_anew([(named, sizes)], moments_only=True)
        for a, b, mean in zip(part.first.tolist(), part.second.tolist(), part.moments[:, 0], strict=True)
    }
    assert sum(expected.values()) == pytest.approx(500_000)
    # Odds a to 1 name the first in a / (a + 3) of the windows of one and a / (a + 1) of those of two: 1.2 together.
    odds = (1 + 19**0.5) / 2
    for other in (1, 2, 3):
        assert expected[0, other] == pytest.approx(500_000 * odds / (3 * odds + 3), rel=1e-6)
    assert expected[1, 2] == pytest.approx(500_000 / (3 * odds + 3), rel=1e-6)


def test_odds_are_found_where_one_actor_is_almost_everywhere() -> None:
    named = np.array([[39.0, 38, 2, 1, 1, 1], [1, 1, 1, 1, 1, 1], [5, 4, 0, 0, 0, 0]])
    windows = np.array([[0, 0, 39, 0, 1], [0, 6, 0, 0, 0], [0, 9, 0, 0, 0]])
    named[0] *= 82 / named[0].sum()
    odds = filling_odds(named, windows)
    alone, _ = inclusion(odds, windows)
    assert np.abs((alone * windows[:, :, None]).sum(axis=1) - named).max() < 1e-8
    assert (odds[2, 2:] == 0).all()


def test_a_word_used_once_in_each_of_a_few_articles_is_shuffled_as_they_are() -> None:
    there = np.arange(11)
    p, floor = approximations.shuffled_uses(
        there - 3.0, np.full(11, 10.0), np.full(11, 10 * (1 - 10 / 5000)), np.full(11, 0.3)
    )
    exact = oracle.hypergeom(5_000, 10, 1_500)
    middle = np.where(
        there > 3,
        (exact.sf(there) + exact.sf(there - 1) + exact.cdf(6 - there) + exact.cdf(5 - there)) / 2,
        (exact.cdf(there) + exact.cdf(there - 1) + exact.sf(6 - there) + exact.sf(5 - there)) / 2,
    )
    assert p == pytest.approx(np.minimum(middle, 1), rel=0.05)
    assert floor == pytest.approx(exact.pmf(10) / 2, rel=0.05)


def test_uses_that_come_together_are_shuffled_together() -> None:
    rng = np.random.default_rng(5)
    words = rng.integers(200, 900, 400)
    uses = rng.poisson(rng.gamma(0.4, 1 / 0.4, (30, 400)) * words / 400)
    rate = uses.sum(axis=1, keepdims=True) / words.sum()
    beyond = uses - rate * words
    side = np.arange(400) < 120
    # As far apart as some shuffle of a hundred would put them.
    order = np.argsort(beyond.sum(axis=0))[::-1]
    beyond, uses, words = (values[..., order] for values in (beyond, uses, words))
    shuffled = np.abs(beyond @ np.array([rng.permutation(side) for _ in range(20_000)]).T)
    found = shuffled[:, :30].T
    for sizes in found:
        exact = (shuffled >= sizes[:, None] - 1e-9).mean(axis=1)
        p, floor = approximations.shuffled_uses(
            sizes, uses.sum(axis=1).astype(float), (beyond**2).sum(axis=1), np.full(30, 0.3)
        )
        likely = exact > 0.02
        assert np.median(p[likely] / exact[likely]) == pytest.approx(1, abs=0.1)
        assert p[likely] == pytest.approx(exact[likely], rel=0.4)
        assert (floor < 0.01).all()
