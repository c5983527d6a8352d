"""Compare coders, score the program, and measure findings again."""
