"""Replay: a call case run through the agent without a telephone, faster than real time."""
