"""The schema versions of the search for calls, beside the other rooms' in one database."""
