"""Rules about village clinics."""
