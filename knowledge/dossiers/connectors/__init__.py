"""Connectors: one for each kind of system that knows dossiers. A whitelist of fields leaves them, no more."""
