"""Draw each figure: rows, chart, title, alt text, table, evidence."""
