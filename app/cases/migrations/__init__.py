"""How a case book of any age becomes one of today; Alembic reads `env.py` and `versions/`."""
