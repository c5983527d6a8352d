"""Make the pages that lead from a number to its sentences: articles, figures, actors, concordance."""
