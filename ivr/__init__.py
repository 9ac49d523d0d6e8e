"""The shell around the conversation: telephony, speech, recording, call log, command line."""
