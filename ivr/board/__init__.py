"""How the calls went, day by day: counted once, kept as figures, put together for the board."""
