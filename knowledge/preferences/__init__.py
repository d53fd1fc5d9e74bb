"""Settings that are safe to change while the assistant runs: few, described in data, kept in a table."""
