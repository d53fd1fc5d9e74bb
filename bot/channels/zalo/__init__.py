"""Zalo Official Account (Open API v3). Facts and their sources: docs/channels/zalo.md."""
