"""Reporting store, indicators as data, reports, evidence packs, targets and gaps."""
