"""Access tokens of channels that are renewed: stored before use, renewed by one process at a time."""
