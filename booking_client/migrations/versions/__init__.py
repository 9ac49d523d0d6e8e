"""One file a version; made with `python -m booking_client.migrations.draft "what changes"`."""
