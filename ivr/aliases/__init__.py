"""What callers say for a name, learnt from calls: proposed, tried against the log, then live."""
