"""How suspicious, and why? Learned scores and their reasons."""
