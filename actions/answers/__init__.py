"""Answers about one procedure: one module for each group of facets, composed by ``compose``."""
