"""Whose face is this? Pictures or templates in, checks and match edges out."""
