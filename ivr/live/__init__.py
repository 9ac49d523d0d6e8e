"""Calls in progress, for whoever watches them."""
