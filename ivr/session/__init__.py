"""One call: the conversation driven by events, with ear, mouth, line, booking and log as ports."""
