"""Find who is named, and who is named together."""
