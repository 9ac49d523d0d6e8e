"""Text -> meaning. Pure: no I/O beyond loading its own data files, no clock, no global state."""
