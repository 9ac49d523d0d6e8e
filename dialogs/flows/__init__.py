"""One small file for each part of the conversation. No flow knows audio."""
