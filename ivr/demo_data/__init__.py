"""`ivr demo-data`: a day of invented calls, held by the real dialogue with an invented ear."""
