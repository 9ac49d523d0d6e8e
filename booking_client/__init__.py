"""The booking core that every channel shares. Knows nothing of telephones.

`connect(url)` gives the one async interface, `BookingCore`.
"""
