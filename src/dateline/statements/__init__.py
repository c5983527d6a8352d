"""Find who says what, and read where they stand."""
