"""The command line and the service: everything an administrator types."""

__version__ = "0.1.0"
