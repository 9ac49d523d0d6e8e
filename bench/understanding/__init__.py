"""How well callers are understood: slot accuracy, false accepts, confidence, speed."""
