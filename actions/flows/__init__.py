"""Talks of several steps (a dossier look-up, a survey, a complaint), each a module, and how they give way.

A flow under way takes the messages that answer what it asked. "Huỷ" and "thôi" end it. Any other message is
answered as if there were no flow, and the flow offers to go on.
"""
