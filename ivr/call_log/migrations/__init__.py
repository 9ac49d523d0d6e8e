"""The call log's own schema versions, beside the booking core's in one database."""
