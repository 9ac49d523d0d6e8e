"""The booking core as an HTTP service: an API key per channel, OpenAPI, problem+json.

`booking_client.http` has what both ends share; whoever books needs nothing of this room.
"""
