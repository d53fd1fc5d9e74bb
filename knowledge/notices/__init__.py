"""Dated notices of the department: shown on the web page and said with the greeting of each channel."""
