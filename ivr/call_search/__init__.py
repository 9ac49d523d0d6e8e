"""Calls found by anything: how they ended, where they failed, what was said. Quick at a million.

Every call that is over is a place on one line of time, and every property of it - an outcome,
a hospital, two characters that stand side by side in its transcript - is a term. For each term and
day the tables hold the places of its calls (an inverted index). Filters and words are then the
same thing, the newest page is found day by day from the end, and SQLite and PostgreSQL do it alike.
Neither's own text search does: SQLite's needs three characters, PostgreSQL's no Chinese words, and
neither gives the newest fifty of two frequent terms without reading all of both.
"""
