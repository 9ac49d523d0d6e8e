"""The booking core on an SQL database."""
