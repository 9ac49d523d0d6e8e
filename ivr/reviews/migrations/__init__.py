"""The schema versions of the reviews, beside the other rooms' in one database."""
