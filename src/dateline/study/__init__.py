"""Read and check a study: its settings and its lists."""
