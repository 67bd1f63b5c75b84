"""Rules about chronic care outside hospital."""
