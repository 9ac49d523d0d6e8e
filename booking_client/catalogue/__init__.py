"""The catalogue as a clerk's files, and what importing them would change."""
