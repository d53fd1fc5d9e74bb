"""Filling the register from one-stop systems' exports: XLSX, CSV or JSON, as messy as they come."""
