"""Calls found by anything: how they ended, where they failed, what was said. Quick at a million.

Every call that is over is a place on one line of time, and every property of it - an outcome,
a hospital, two characters that stand side by side in its transcript - is a term. For each term and
day the tables hold the places of its calls (an inverted index), four bytes a call. Filters and
words are then the same thing, and SQLite and PostgreSQL do it alike. Neither's own text search
does: SQLite's needs three characters, and PostgreSQL's knows no Chinese words.
"""
