"""Rasa actions: turn an understood question into an answer, by calling ``knowledge``. No facts of their own.

``python -m rasa_sdk --actions actions`` imports this package and finds the actions in its modules.
"""
