"""One module per command of ``tthc``; see ``tthc.cli``."""
