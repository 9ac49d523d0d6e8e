"""Alembic's environment: runs inside the transaction that `upgrade` has opened."""

from __future__ import annotations

from alembic import context

context.configure(**context.config.attributes["configure"])
context.run_migrations()
