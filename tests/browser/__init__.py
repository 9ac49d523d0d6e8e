"""The pages in a real browser: what a person sees and does, not what the server answers."""
