"""Measurements of speed, size and power; each prints its table with one command."""
