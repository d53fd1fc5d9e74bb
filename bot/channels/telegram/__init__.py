"""Telegram: updates in, messages out, by python-telegram-bot as a client."""
