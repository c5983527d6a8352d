"""Code what a statement says of the proposition, in English: the second step of the built-in reader."""
