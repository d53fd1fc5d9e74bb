"""Conversations with citizens: what arrived, what was answered, what came outside a turn.

The gateway stores a message here before it is handled, so that nothing received is lost and a message
handed over again by a channel is answered from what was stored.
"""
