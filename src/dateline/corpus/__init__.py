"""Clean articles, date them, split them into sentences."""
