"""Zalo Bot Platform. Facts and their sources: docs/channels/zalo-bot.md."""
