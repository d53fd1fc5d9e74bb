"""Measurements of the running service: speed, memory, start, and how much of the catalogue it answers.

``python -m benchmarks`` writes ``benchmarks/RESULTS.md``; ``python -m benchmarks.coverage`` asks every
facet of every procedure. The end-to-end tests start and question the service with the same code.
"""
