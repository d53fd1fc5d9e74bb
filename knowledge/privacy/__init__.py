"""Personal data: sealing what must be kept for a while, keyed hashes where only sameness matters."""
