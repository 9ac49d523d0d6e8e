"""The running agent: server of calls, live line, feed, watchdog."""
