"""Attribute what is said to who says it, in English: the first step of the built-in reader."""
