"""The booking core over HTTP, seen from the client; what both ends share is here as well:
the table of operations, the JSON of requests and results, and the problems (RFC 9457)."""
