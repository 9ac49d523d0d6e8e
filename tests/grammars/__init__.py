"""Tests of text -> meaning."""
