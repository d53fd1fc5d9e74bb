"""Channels through which citizens write: pages and wire formats, one room each."""
