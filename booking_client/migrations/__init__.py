"""The database's schema, version by version (Alembic). Versions go forward only."""
