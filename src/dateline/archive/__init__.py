"""Measure archives of any size with the same functions."""
