"""What `tthc dossiers` does and prints."""
