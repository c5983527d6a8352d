"""Test and resample: permutations, intervals, null models. No news in it."""
