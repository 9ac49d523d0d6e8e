"""Figures of the product, each module a command of its own."""
