"""Synthetic test speech: who says what, on which line, and sounds that say nothing."""
