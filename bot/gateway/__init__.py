"""The aiohttp application: the only process that faces the network.

It checks and stores each message, hands it to Rasa in order per conversation, stores the replies, and
serves the web chat, the chat API, health and metrics. ``python -m bot.gateway`` runs it.
"""
