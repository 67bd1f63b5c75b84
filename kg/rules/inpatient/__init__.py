"""Rules about stays."""
