"""Importers: strict, and telling of every rejected row the file, the place and the reason."""
