"""Rules about payments over the bureau's desk."""
