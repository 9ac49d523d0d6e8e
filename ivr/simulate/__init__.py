"""Simulated callers: goals, manners, voices and rooms drawn from a seed; how many succeed."""
