"""Run Dateline from a shell."""
