"""A strict stand-in for Telegram: the Bot API, its delivery of updates, and people with phones."""
