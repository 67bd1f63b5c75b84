"""Rules about who is insured, and whether they are."""
