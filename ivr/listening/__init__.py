"""Listening to the caller: voice activity, endpointing, barge-in. Frames in, decisions out.

Everything here counts time in 20 ms frames and reads no clock.
"""
