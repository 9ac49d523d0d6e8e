"""SMS: from the outbox in the database to whoever sends them."""
