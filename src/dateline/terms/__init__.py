"""Count terms: rates, keyness, trends, concordance."""
