"""Rules that search the whole graph for groups, and say what chance alone would have shown."""
