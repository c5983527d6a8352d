"""Run a study from articles to site, and prove that it repeats."""
