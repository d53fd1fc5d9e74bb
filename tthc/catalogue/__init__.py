"""What `tthc catalogue` does, apart from its arguments."""
