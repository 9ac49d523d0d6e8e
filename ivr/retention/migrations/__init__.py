"""The retention room's own schema versions, beside the other rooms' in one database."""
