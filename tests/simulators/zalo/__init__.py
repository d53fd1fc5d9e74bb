"""A strict stand-in for Zalo: Open API, OAuth server and the caller of webhooks."""
