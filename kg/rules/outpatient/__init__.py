"""Rules about outpatient care."""
