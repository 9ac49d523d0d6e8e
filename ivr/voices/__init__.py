"""Speech out: engines, rendered fragments, and the pure core of the agent's mouth."""
