"""What `tthc telegram` does."""
