"""What `tthc review` does and prints."""
