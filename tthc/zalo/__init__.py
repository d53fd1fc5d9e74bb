"""Connecting a Zalo Official Account, step by step, in Vietnamese for the administrator."""
