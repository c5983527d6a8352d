"""Bring articles in: any format, drafts of lists, a new study."""
