"""The managed Asterisk, and SIP phones to call it with. Nothing here knows of calls or speech."""
