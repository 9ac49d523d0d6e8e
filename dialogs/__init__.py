"""The conversation: (state, event) -> (state, commands). Pure; the clock comes with the events."""
