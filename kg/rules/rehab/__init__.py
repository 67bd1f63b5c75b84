"""Rules about rehabilitation and physiotherapy."""
