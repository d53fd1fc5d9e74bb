"""Dossiers filed by citizens: the register, the systems that know them, and who may hear of one.

A dossier code alone proves nothing (it is printed on a slip): nothing is said of a dossier, not even that it
exists, before the last four digits of the registered phone or identity number were given.
"""
