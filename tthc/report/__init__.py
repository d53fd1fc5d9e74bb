"""What `tthc report` does."""
